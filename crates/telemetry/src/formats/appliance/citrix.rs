//! Messages of Citrix NetScaler (ADC).
//!
//! "Citrix ADC syslog message reference": time with the date first, the name of the appliance, the packet engine,
//! partition, feature, event, two numbers, then `Key value` parts set off by ` - `.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, after, name_after, named, word};
use crate::record::{address, clock};
use model::{Date, LogSource, Timestamp};
use std::sync::LazyLock;

/// `06/12/2024:03:14:15 GMT adc1 0-PPE-0 : default AAA LOGIN_FAILED 73 0 : User mo - Client_ip 192.0.2.1 - …`.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim().trim_start_matches('"');
    if let Some((account, rest)) = words::split(text, " on ")
        && !account.contains(' ')
        && rest.contains(" shell_command=\"")
    {
        let command = after(rest, "shell_command=")?;
        draft.push_text("command", command.trim_matches('"'));
        let mut facts = Facts::of(&CITRIX);
        facts.account = named(account).map(Piece::Chunk);
        return Some(facts);
    }
    // `192.0.2.1 -> 198.51.100.1 - - [10/Jun/2024:23:07:11 +0530] [1571] "GET …`: its own web server.
    if let Some((client, rest)) = words::split(text, " -> ")
        && let Some((server, rest)) = rest.split_once(' ')
        && let Some((_, rest)) = rest.split_once('[').filter(|(before, _)| before.len() <= 64)
    {
        let mut facts = Facts::of(&CITRIX);
        facts.from = Some(address::parse(client)?);
        facts.to = address::parse(server);
        facts.time = rest.split(']').next().and_then(|time| clock::common_log(time.as_bytes()));
        return Some(facts);
    }
    let (head, rest) = match text.strip_prefix("default ") {
        Some(rest) => ("", rest),
        None if text.starts_with(|first: char| first.is_ascii_digit()) => words::split(text, " : default ")?,
        None => return None,
    };
    let engine = head.is_empty() || head.contains("-PPE-");
    (engine && head.len() <= 128).then_some(())?;
    let (kind, body) = words::split(rest, " : ").or_else(|| words::split(rest, " :  "))?;
    let mut words = kind.split(' ');
    let (feature, event) = (words.next()?, words.next()?);
    feature.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_').then_some(())?;
    let mut facts = Facts::of(&CITRIX);
    facts.time = stamp(word(head));
    facts.local = facts.time.is_some() && !head.contains(" GMT");
    draft.push_text("feature", feature);
    draft.push_text("event", event);
    draft.push_text("message", body);
    let account = name_after(body, &["User ", "for user ", "rejected for ", "accepted for "]);
    facts.account = account.map(Piece::Chunk);
    facts.from = address_after(
        body,
        &["Source ", "Client_ip ", "Remote_ip ", "client ip : ", "Srcip: ", "ClientIP ", "Clientip "],
    );
    facts.to =
        address_after(body, &["Destination ", "vserver ip: ", "Dstip: ", "Vserver ", "VserverServiceIP "]);
    Some(facts)
}

/// `06/12/2024:03:14:15`, or with the year first; the clock is that of the appliance, GMT unless set otherwise.
fn stamp(text: &str) -> Option<Timestamp> {
    let (date, clock) = text.split_once(':')?;
    let mut parts = date.split('/').map(|part| part.parse::<u32>().ok());
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next()??);
    let (year, month, day) = if first > 31 { (first, second, third) } else { (third, first, second) };
    clock::at(Date::new(i32::try_from(year).ok()?, month, day)?, clock)
}

static CITRIX: LazyLock<LogSource> = LazyLock::new(|| source(Some("citrix"), Some("netscaler"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::time_host_and_sides;

    #[test]
    fn logons_connections_and_commands() {
        for (text, expected) in [
            (
                "06/12/2024:03:14:15 GMT adc1 0-PPE-0 : default AAA LOGIN_FAILED 73 0 : User mo - Client_ip 192.0.2.1 - Failure_reason \"no\"",
                "2024-06-12T03:14:15Z - mo 192.0.2.1 -",
            ),
            (
                "2024/06/12:03:14:15 GMT adc1 0-PPE-2 : default TCP CONN_TERMINATE 4 0 : Source 192.0.2.1:443 - Destination 198.51.100.1:43566 - Total_bytes_send 1",
                "2024-06-12T03:14:15Z - - 192.0.2.1 198.51.100.1",
            ),
            ("root on /dev/pts/0 shell_command=\"id\"", "- - root - -"),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
    }
}
