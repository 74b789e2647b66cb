//! The Linux audit log: records of `auditd`, enriched or not, and of Microsoft's agent for it (`auoms`).
//!
//! audit-userspace, `lib/audit_logging.h` and `auparse/typetab.h`: which fields the kernel writes in hexadecimal
//! digits when their text has blanks or quotes (`AUPARSE_TYPE_ESCAPED`), `key` with its parts joined by 0x01
//! (`AUPARSE_TYPE_ESCAPED_KEY`), `saddr` as a `struct sockaddr` of the kernel (`AUPARSE_TYPE_SOCKADDR`). Decoded text
//! is no part of the line, so observables are then looked for in the fields.

use crate::names::log_source::log_source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::pairs::{Pair, pairs};
use crate::record::{address, clock, words};
use model::LogSource;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

/// What is before the time and the number of a record.
const STAMP: &str = "audit(";

/// Whether a text is a record: `type=SYSCALL msg=audit(1718163300.155:9): …`, or without `msg=`, as `auoms` writes it.
pub(crate) fn is_record(text: &str) -> bool {
    stamp(text).is_some_and(|(before, _)| before.ends_with("msg=") || before.contains("type="))
}

/// The text before the stamp of a record, and the stamp: `1718163300.155:9`.
fn stamp(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = words::split(text, STAMP)?;
    let (stamp, _) = words::split(rest, ")")?;
    stamp.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':')).then_some((before, stamp))
}

/// Adds the fields of a record.
pub(crate) fn push<'c>(text: &'c str, draft: &mut Draft<'c>) {
    if let Some((before, stamp)) = stamp(text).filter(|(before, _)| !before.ends_with("msg=")) {
        let (start, end) = (before.len(), before.len() + STAMP.len() + stamp.len() + 1);
        draft.push_text("msg", text.get(start..end).unwrap_or_default());
    }
    let arguments = text.contains("type=EXECVE ");
    for pair in pairs(text) {
        push_pair(&pair, arguments, draft);
        // User space writes pairs inside of a quoted value.
        if pair.key == "msg" && pair.value.contains('=') {
            for inner in pairs(pair.value) {
                push_pair(&inner, arguments, draft);
            }
        }
    }
}

fn push_pair<'c>(pair: &Pair<'c>, arguments: bool, draft: &mut Draft<'c>) {
    let encoded = !pair.quoted && is_encoded(pair.key, arguments);
    let bytes = if encoded || pair.key == "saddr" { decoded(pair.value) } else { None };
    let Some(bytes) = bytes else {
        draft.push_text(pair.key, pair.value);
        return;
    };
    draft.decoded = true;
    match pair.key {
        "saddr" => {
            draft.push_text(pair.key, pair.value);
            push_address(&bytes, draft);
        }
        "key" => {
            for part in bytes.split(|byte| *byte == 1).filter(|part| !part.is_empty()) {
                let part = draft.keep(&String::from_utf8_lossy(part));
                draft.push(Piece::Chunk(pair.key), Some(part));
            }
        }
        _ => {
            // Zero bytes are between the arguments of a command.
            let text = draft.keep(&String::from_utf8_lossy(&bytes).replace('\0', " "));
            draft.push(Piece::Chunk(pair.key), Some(text));
        }
    }
}

/// Whether the kernel writes this field in hexadecimal digits when its text has blanks or quotes.
fn is_encoded(key: &str, arguments: bool) -> bool {
    const ENCODED: [&str; 26] = [
        "acct",
        "cmd",
        "comm",
        "cwd",
        "data",
        "device",
        "dir",
        "exe",
        "file",
        "grp",
        "invalid_context",
        "key",
        "name",
        "new-chardev",
        "new-disk",
        "new-fs",
        "new-net",
        "ocomm",
        "old-chardev",
        "old-disk",
        "path",
        "proctitle",
        "root_dir",
        "sw",
        "vm",
        "watch",
    ];
    let digits = key.strip_prefix('a').filter(|_| arguments);
    ENCODED.contains(&key)
        || digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The bytes of hexadecimal digits.
fn decoded(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let encoded = digits.len() >= 2
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    encoded.then(|| digits.as_bytes().chunks(2).map(byte).collect()).flatten()
}

/// Adds what a socket's address says, under the names of an enriched log.
fn push_address(bytes: &[u8], draft: &mut Draft<'_>) {
    let port = |at: usize| Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    let found: Option<(&'static str, IpAddr, u16)> = match bytes.first_chunk() {
        Some([2, 0]) => bytes
            .get(4..)
            .and_then(<[u8]>::first_chunk::<4>)
            .and_then(|address| Some(("inet", IpAddr::V4(Ipv4Addr::from(*address)), port(2)?))),
        Some([10, 0]) => bytes.get(8..).and_then(<[u8]>::first_chunk::<16>).and_then(|address| {
            Some(("inet6", IpAddr::V6(Ipv6Addr::from(*address)).to_canonical(), port(2)?))
        }),
        Some([1, 0]) => {
            let path = bytes.get(2..).unwrap_or_default();
            let path: Vec<u8> =
                path.iter().copied().skip_while(|byte| *byte == 0).take_while(|byte| *byte != 0).collect();
            let path = draft.keep(&String::from_utf8_lossy(&path));
            draft.push_text("saddr_fam", "local");
            draft.push(Piece::Chunk("path"), Some(path));
            None
        }
        _ => None,
    };
    let Some((family, address, port)) = found else { return };
    draft.push_text("saddr_fam", family);
    let (address, port) = (draft.print(address), draft.print(port));
    draft.push(Piece::Chunk("laddr"), Some(address));
    draft.push(Piece::Chunk("lport"), Some(port));
}

/// The facts in the fields of a record; `None` when they are of another kind.
pub(crate) fn facts<'c>(draft: &Draft<'c>) -> Option<Facts<'c, 'static>> {
    draft.get("type")?;
    let stamp = draft.get("msg")?.strip_prefix(STAMP)?;
    let (time, number) = stamp.split_once(':')?;
    let mut facts = Facts::of(&AUDITD);
    facts.time = clock::epoch(time);
    let number = number.split(')').next().and_then(|number| number.parse().ok());
    facts.sequence = number.map(|number| (Piece::Chunk("auditd"), number));
    facts.host = draft.piece("node");
    facts.account = ["acct", "AUID", "UID", "audit_user", "user"].iter().find_map(|name| {
        draft
            .piece(name)
            .filter(|account| !matches!(draft.text(*account), "unset" | "(null)" | "(none)" | "?"))
    });
    facts.from = draft.get("addr").and_then(address::parse);
    facts.to = draft.get("laddr").and_then(address::parse);
    Some(facts)
}

static AUDITD: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("linux"), Some("auditd"), &[]));

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (Draft<'_>, String) {
        let mut draft = Draft::default();
        push(line, &mut draft);
        let facts = facts(&draft).map(|facts| {
            let account = facts.account.map_or("-", |account| draft.text(account)).to_owned();
            format!("{account} {}", facts.to.map_or("-".to_owned(), |to| to.to_string()))
        });
        (draft, facts.unwrap_or_default())
    }

    #[test]
    fn what_has_blanks_is_decoded_and_keys_are_taken_apart() {
        let line = "type=PROCTITLE msg=audit(1718163300.155:9): proctitle=746172002D78 exe=\"ABCD\" a0=7F key=6161017A01";
        let (draft, _) = read(line);
        assert_eq!(
            ["proctitle", "exe", "a0"].map(|name| draft.get(name)),
            [Some("tar -x"), Some("ABCD"), Some("7F")]
        );
        let keys = draft.fields.iter().filter(|field| draft.text(field.name) == "key");
        assert_eq!(
            keys.filter_map(|field| field.value).map(|key| draft.text(key)).collect::<Vec<_>>(),
            ["aa", "z"]
        );
    }

    #[test]
    fn addresses_of_sockets() {
        for (saddr, expected) in [
            ("02000016C00002070000000000000000", "- 192.0.2.7"),
            ("0A0000160000000020010DB800000000000000000000000700000000", "- 2001:db8::7"),
            ("01002F72756E2F782E736F636B00", "- -"),
            ("0200", "- -"),
            ("02000", "- -"),
        ] {
            let line = format!("type=SOCKADDR msg=audit(1718163300.155:9): saddr={saddr}");
            assert_eq!(read(&line).1, expected, "{saddr}");
        }
    }

    #[test]
    fn a_record_of_microsofts_agent_has_no_msg() {
        let line = "type=AUOMS_EXECVE audit(1718163300.155:9): audit_user=unset user=mo exe=\"/usr/bin/id\"";
        assert!(is_record(line));
        assert_eq!(read(line).1, "mo -");
    }
}
