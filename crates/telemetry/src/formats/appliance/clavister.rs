//! Messages of Clavister's firewalls.
//!
//! "cOS Core Log Reference Guide": `id=… event=…`, then parts in brackets, one within the other, whose pairs name
//! the packet or the connection that the event is about.

use crate::formats::key_values;
use crate::names::log_source::log_source as source;
use crate::record::address;
use crate::record::draft::{Draft, Facts};
use model::LogSource;
use std::sync::LazyLock;

/// How long the text before the first pair may be.
const HEAD_BYTES_MAX: usize = 96;

/// `id=600001 event=conn_open [message=… ][conn [conn connsrcip=192.0.2.1 conndestip=198.51.100.1 … ]]`, maybe
/// with time, `EFW:` and the name of a category before it.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let head = text.as_bytes().get(..text.len().min(HEAD_BYTES_MAX))?;
    let start = memchr::memmem::find(head, b"id=").filter(|at| *at == 0 || text.contains("EFW"))?;
    let pairs = text.get(start..)?;
    let rest = pairs.strip_prefix("id=")?.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.trim_start().starts_with("event=").then_some(())?;
    rest.contains('[').then_some(())?;
    key_values::push(pairs, draft);
    for (name, from) in [
        ("src_ip", &["connsrcip", "srcip"] as &[&str]),
        ("dst_ip", &["conndestip", "destip"]),
        ("src_port", &["connsrcport", "srcport"]),
        ("dst_port", &["conndestport", "destport"]),
        ("protocol", &["connipproto", "ipproto"]),
    ] {
        draft.add(name, from);
    }
    let mut facts = Facts::of(&FIREWALL);
    let side = |names: &[&str]| names.iter().find_map(|name| draft.get(name).and_then(address::parse));
    facts.from = side(&["connsrcip", "srcip", "local_ip", "ipaddr"]);
    facts.to = side(&["conndestip", "destip", "remote_ip"]);
    facts.account = ["username", "user"].iter().find_map(|name| draft.piece(name));
    Some(facts)
}

static FIREWALL: LazyLock<LogSource> = LazyLock::new(|| source(Some("clavister"), None, &["firewall"]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn pairs_in_nested_brackets() {
        for (text, expected) in [
            (
                "id=600001 event=conn_open [message=Connection opened ][rules rule=A ][conn [conn connsrcip=192.0.2.1 conndestip=198.51.100.1 connipproto=TCP ]]",
                "- 192.0.2.1 198.51.100.1",
            ),
            (
                "id=3700102 event=user_login [message=User logged in ][userauth username=mo srcip=192.0.2.1 ]",
                "mo 192.0.2.1 -",
            ),
            ("id=1 action=x [a=b]", ""),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}
