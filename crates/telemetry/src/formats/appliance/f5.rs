//! Messages of F5 BIG-IP's own programs; CEF and `key=value` go their own ways.
//!
//! "BIG-IP system: log messages": `01490113:5: /Common/profile:Common:12345678: text`: number, level, access
//! session, prose. Rules of the administrator (`Rule /Common/…`) write what they like.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{self, address_after, between, endpoint, name_after, named, word};
use model::LogSource;
use std::sync::LazyLock;

/// A text with F5's number before it, a session, or a rule's name.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let text = text.trim_start();
    let number = text.split_once(':').is_some_and(|(number, rest)| {
        number.len() == 8
            && number.bytes().all(|byte| byte.is_ascii_hexdigit())
            && rest.as_bytes().get(1) == Some(&b':')
            && rest.as_bytes().first().is_some_and(u8::is_ascii_digit)
    });
    // The web server of its own pages: `[ssl_acc] 192.0.2.1 - - [01/Mar/2021:15:01:50 +0100] "/ui" 404 238`.
    if let Some(rest) = text
        .strip_prefix("[ssl_acc] ")
        .or_else(|| text.strip_prefix("[ssl_req][")?.split_once("] ").map(|(_, rest)| rest))
    {
        let mut facts = Facts::of(&F5);
        facts.from = endpoint(word(rest));
        return Some(facts);
    }
    let session = text.starts_with("/Common/") && text.split(": ").next().is_some_and(is_session);
    let rule = text.starts_with("Rule /");
    (number || session || rule).then(|| facts(text, draft))
}

/// A message of one of F5's programs.
pub(crate) fn of_program<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    read(text, draft)
}

/// `/Common/profile:Common:76220fff`.
fn is_session(text: &str) -> bool {
    let last = text.rsplit(':').next().unwrap_or_default();
    last.len() == 8 && last.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn facts<'c>(text: &'c str, draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&F5);
    if text.contains("AUDIT - ") || text.starts_with("Rule /") {
        key_values::push(text, draft);
    }
    let account = between(text, "sername '", "'")
        .or_else(|| between(text, "authenticate with '", "'"))
        .and_then(named)
        .or_else(|| name_after(text, &[" user=", "username="]));
    facts.account = account.map(Piece::Chunk);
    if let Some((before, behind)) = words::split(text, " -> ") {
        facts.from = endpoint(before.rsplit(' ').next().unwrap_or(before));
        facts.to = endpoint(word(behind));
        return facts;
    }
    facts.from = address_after(
        text,
        &["client_ip=", "clientip is ", "source ip: ", "Client IP ", "New session from client IP ", " from "],
    );
    facts.to = address_after(text, &["lb_server=", "destination ip: "]);
    facts
}

static F5: LazyLock<LogSource> = LazyLock::new(|| source(Some("f5"), Some("big-ip"), &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn sessions_connections_and_rules() {
        for (text, expected) in [
            (
                "tmm3[20358]: 01260009:4: 192.0.2.1:53586 -> 198.51.100.1:443: Connection error",
                "- 192.0.2.1 198.51.100.1",
            ),
            ("/Common/A:Common:76220fff: Username 'mo'", "mo - -"),
            (
                "apmd[1]: 01490113:5: /Common/A:Common:145fae2d: session.user.clientip is 192.0.2.1",
                "- 192.0.2.1 -",
            ),
            (
                "tmsh[1]: 01420002:5: AUDIT - pid=1 user=root folder=/ status=[Command OK] cmd_data=cd /",
                "root - -",
            ),
            (
                "Rule /Common/A <HTTP_RESPONSE>: client_ip=192.0.2.1 client_port=1 lb_server=198.51.100.1:80 username=",
                "- 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}
