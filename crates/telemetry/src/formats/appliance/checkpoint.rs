//! Logs of Check Point's firewalls in their own two forms; CEF and LEEF go their own way.
//!
//! "Log Exporter" (sk122323): `[action:"Accept"; src:"192.0.2.1"; …]`, or structured data of its own number, `\]` is
//! an escape, some keys end in two colons; and the cells in quotes of an export of SmartConsole's log view: number,
//! date, time, interface, origin, type, action, both services, source, destination, protocol.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{after, named};
use crate::record::{address, clock};
use model::{Date, LogSource};
use std::sync::LazyLock;

/// How long a key may be.
const KEY_BYTES_MAX: usize = 64;

/// Either form.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    if text.starts_with('"') {
        return cells(text, draft);
    }
    let text = text.strip_prefix("syslog").unwrap_or(text);
    let inside = text.strip_prefix('[')?;
    let (key, _) = inside.split_once(":\"")?;
    is_key(key).then_some(())?;
    // `action:"…"; flags:"…"` begin every one.
    (inside.contains("; origin:\"") || inside.contains("; loguid:\"")).then_some(())?;
    push(inside, draft);
    Some(of_fields(draft))
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= KEY_BYTES_MAX
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Adds the pairs `key:"value"; `.
fn push<'c>(text: &'c str, draft: &mut Draft<'c>) {
    let mut rest = text;
    while let Some((key, value)) = rest.split_once(":\"") {
        let key = key.trim_end_matches(':').trim_start_matches([' ', ';', '[']);
        let mut escaped = false;
        let end = value.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let Some((inside, after)) = end.and_then(|end| value.split_at_checked(end)) else { return };
        if is_key(key) {
            draft.push_text(key, inside);
        }
        rest = after.get(1..).unwrap_or_default();
    }
}

/// The facts in the pairs.
pub(crate) fn of_fields<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    let mut facts = Facts::of(&FIREWALL);
    facts.time = draft.get("time").and_then(clock::parse);
    facts.from = draft.get("src").and_then(address::parse);
    facts.to = draft.get("dst").and_then(address::parse);
    let account = ["src_user_name", "user", "administrator"].iter().find_map(|name| draft.piece(name));
    facts.account = account.filter(|name| named(draft.text(*name)).is_some());
    let origin = ["origin_sic_name", "originsicname"].iter().find_map(|name| draft.piece(name));
    facts.host = origin.and_then(|origin| common_name(origin, draft));
    for (name, from) in [
        ("src_ip", "src"),
        ("dst_ip", "dst"),
        ("src_port", "s_port"),
        ("dst_port", "service"),
        ("protocol", "proto"),
    ] {
        if let Some(value) = draft.piece(from) {
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
    facts
}

/// The name in `CN=gateway,O=management.example`, also when its signs are escaped.
pub(crate) fn common_name<'c>(name: Piece<'c>, draft: &Draft<'c>) -> Option<Piece<'c>> {
    let text = draft.text(name);
    let rest = after(text, "CN")?.trim_start_matches('\\').strip_prefix('=')?;
    let end = rest.find([',', '\\']).unwrap_or(rest.len());
    let start = text.len() - rest.len();
    (end > 0).then(|| draft.part(name, start, start + end))
}

/// `"21" "10Dec2019" "23:44:49" "eth1" "gw1" "Log" "Drop" "58339" "46193" "192.0.2.1" "198.51.100.1" "tcp" …`.
fn cells<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let mut cells = text.strip_prefix('"')?.split("\" \"");
    let number = cells.next()?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(())?;
    let (date, time) = (cells.next()?, cells.next()?);
    let day = date.get(..date.len().checked_sub(7)?)?;
    let month = clock::month(date.get(day.len()..day.len() + 3)?.as_bytes())?;
    let date = Date::new(date.get(day.len() + 3..)?.parse().ok()?, month, day.parse().ok()?)?;
    let time = clock::at(date, time);
    const NAMES: [&str; 9] =
        ["interface", "origin", "type", "action", "dst_port", "src_port", "src_ip", "dst_ip", "protocol"];
    for (name, value) in NAMES.into_iter().zip(cells) {
        draft.push_text(name, value);
    }
    let mut facts = Facts::of(&FIREWALL);
    (facts.time, facts.local) = (time, time.is_some());
    facts.host = draft.piece("origin");
    facts.from = draft.get("src_ip").and_then(address::parse);
    facts.to = draft.get("dst_ip").and_then(address::parse);
    Some(facts)
}

static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| source(Some("checkpoint"), None, &["firewall"]));

#[cfg(test)]
mod tests {
    use super::super::tests::{account_and_sides, time_host_and_sides};

    #[test]
    fn pairs_in_brackets_and_cells_in_quotes() {
        for (text, expected) in [
            (
                "[action:\"Accept\"; flags:\"1\"; loguid:\"{0x0}\"; origin:\"203.0.113.1\"; time:\"1618249417\"; dst:\"198.51.100.1\"; ike::\"a [UDP\\]\"; origin_sic_name:\"CN=gw1,O=m.example\"; src:\"192.0.2.1\"; user:\"mo\"]",
                "2021-04-12T17:43:37Z gw1 mo 192.0.2.1 198.51.100.1",
            ),
            (
                "\"21\" \"10Dec2019\" \"23:44:49\" \"eth1\" \"gw1\" \"Log\" \"Drop\" \"1\" \"2\" \"192.0.2.1\" \"198.51.100.1\" \"tcp\" \"7\"",
                "2019-12-10T23:44:49Z gw1 - 192.0.2.1 198.51.100.1",
            ),
        ] {
            assert_eq!(time_host_and_sides(text), expected, "{text}");
        }
        assert_eq!(account_and_sides("[a:\"b\"; c:\"d\"]"), "");
    }
}
