//! Messages of Huawei's routers and switches (VRP).
//!
//! "Log Reference": `%%01FEATURE/level/MNEMONIC(l)[number]:text`, the text with `(Key=value, …)` at its end.

use crate::names::log_source::log_source as source;
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::words::{address_after, name_after};
use model::LogSource;
use std::sync::LazyLock;

/// How long the mark before the text may be.
const MARK_BYTES_MAX: usize = 96;

/// A message with its mark.
pub(crate) fn read<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let inside = text.strip_prefix("%%")?;
    let (mark, body) = inside.split_once(':').filter(|(mark, _)| mark.len() <= MARK_BYTES_MAX)?;
    let mut parts = mark.split('/');
    let (feature, level, mnemonic) = (parts.next()?, parts.next()?, parts.next()?);
    let feature = feature.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digits = level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !feature.is_empty()).then_some(())?;
    let mnemonic = mnemonic.split(['(', '[']).next().unwrap_or(mnemonic);
    for (name, value) in [("facility", feature), ("severity", level), ("mnemonic", mnemonic)] {
        draft.push_text(name, value);
    }
    let mut facts = Facts::of(if feature == "BGP" { &BGP } else { &HUAWEI });
    let sides = ["SourceAddress=", "SrcIp=", "IpAddress=", "IPAddress=", "Ip=", "PeerAddress=", "Peer="];
    facts.from = address_after(body, &sides);
    facts.account =
        name_after(body, &["UserName=", "User="]).map(|name| Piece::Chunk(name.trim_end_matches(')')));
    Some(facts)
}

static BGP: LazyLock<LogSource> = LazyLock::new(|| source(Some("huawei"), Some("bgp"), &[]));
static HUAWEI: LazyLock<LogSource> = LazyLock::new(|| source(Some("huawei"), None, &[]));

#[cfg(test)]
mod tests {
    use super::super::tests::account_and_sides;

    #[test]
    fn marks_and_pairs() {
        for (text, expected) in [
            (
                "%%01BGP/3/BGP_AUTH_FAILED(l)[12]:BGP session authentication failed. (PeerAddress=192.0.2.1, SourceInterface=a)",
                "- 192.0.2.1 -",
            ),
            ("%%01SHELL/5/LOGIN(s)[3]:VTY login from 0. (UserName=mo, Ip=192.0.2.1)", "mo 192.0.2.1 -"),
            ("%%nothing: of it", ""),
        ] {
            assert_eq!(account_and_sides(text), expected, "{text}");
        }
    }
}
