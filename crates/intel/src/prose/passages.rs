//! Observables in a text: the one place where this room calls the shared tokenizer.

use observable::{Kind, Observable, Role};
use std::ops::Range;

/// An observable, where it is, and whether the text holds it for a sign of the threat.
pub(crate) struct Passage {
    pub(crate) observable: Observable,
    pub(crate) span: Range<usize>,
    pub(crate) malicious: bool,
}

/// Every observable of a text, in order of place.
pub(crate) fn scan(text: &str) -> Vec<Passage> {
    let mut all: Vec<Passage> = observable::scan_text(text)
        .into_iter()
        .map(|found| Passage {
            malicious: found.role == Role::Indicator && is_sign(found.observable.kind),
            observable: found.observable,
            span: found.span,
        })
        .collect();
    label(text, &mut all);
    excuse(text, &mut all);
    all
}

/// Headings of what is no sign: what a report draws on, and what must not be blocked.
const EXCUSED: [&str; 16] = [
    "reference",
    "further reading",
    "see also",
    "related reading",
    "related link",
    "additional reading",
    "additional resource",
    "sources",
    "do not block",
    "don't block",
    "not malicious",
    "false positive",
    "benign",
    "legitimate",
    "allow list",
    "allowlist",
];

/// What is said right after a value that is no sign.
const AFTER: [&str; 11] = [
    "is legitimate",
    "is a legitimate",
    "are legitimate",
    "(legitimate",
    "is benign",
    "is not malicious",
    "is a victim",
    "is the victim",
    "(victim",
    "the address of a victim",
    "must not be blocked",
];

/// What is said on the line before a value that is no sign.
const BEFORE: [&str; 5] =
    ["do not block", "don't block", "should not be blocked", "never block", "not malicious:"];

/// How far behind a value is looked, in bytes.
const AFTER_BYTES_MAX: usize = 60;

/// Takes back what the text calls legitimate, a victim's or a reference.
fn excuse(text: &str, all: &mut [Passage]) {
    let (mut at, mut start, mut level) = (0, 0, None::<usize>);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let marks = line.bytes().take_while(|byte| *byte == b'#').count();
        if marks > 0 {
            let words = line.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
            let begins = EXCUSED.iter().any(|word| words.starts_with(word)) && !words.contains("indicator");
            level = match level {
                _ if begins => Some(marks),
                Some(outer) if marks > outer => Some(outer),
                _ => None,
            };
        }
        while let Some(passage) = all.get_mut(at).filter(|passage| passage.span.start < end) {
            passage.malicious &= level.is_none() && !is_excused(text, start, end, &passage.span);
            at += 1;
        }
        start = end;
    }
}

/// Whether the words around a value on its line say that it is no sign.
fn is_excused(text: &str, start: usize, end: usize, span: &Range<usize>) -> bool {
    let mut from = span.start.saturating_sub(ROW_BYTES_MAX).max(start);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..span.start).unwrap_or_default().to_ascii_lowercase();
    let mut to = (span.end + AFTER_BYTES_MAX).min(end);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let after = text.get(span.end.min(to)..to).unwrap_or_default().to_ascii_lowercase();
    let after = after.trim_start_matches([' ', ',', ')', '"', '\'', '`']);
    // What is legitimate by itself is a sign where it was renamed or taken over.
    let misused = ["renamed", "abuse", "compromised", "hijack"].iter().any(|word| after.contains(word));
    !misused && AFTER.iter().any(|words| after.starts_with(words))
        || BEFORE.iter().any(|words| before.contains(words))
}

/// How long a heading may be, in bytes.
const HEADING_BYTES_MAX: usize = 80;

/// How many columns of a table are looked at, and how much of a row.
const COLUMNS_MAX: usize = 64;
const ROW_BYTES_MAX: usize = 4096;

/// Under a heading of indicators, a row that begins with the kind of its value gives a sign, though it is not defanged;
/// so does a value in a column of that name.
fn label(text: &str, all: &mut [Passage]) {
    let (mut at, mut under, mut start) = (0, false, 0);
    let (mut head, mut in_table) = (Vec::new(), false);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let words = line.trim();
        if words.len() <= HEADING_BYTES_MAX && !words.contains(" | ") && !words.is_empty() {
            let lower = words.to_ascii_lowercase();
            let plain = lower.trim_matches(|c: char| !c.is_alphanumeric());
            if ["indicators", "indicator of", "iocs", "ioc "].iter().any(|word| plain.starts_with(word)) {
                under = true;
            } else if words.starts_with('#') || plain.starts_with("contact") {
                under = false;
            }
        }
        let row = words.contains(" | ");
        if row && !in_table {
            head = words.split(" | ").take(COLUMNS_MAX).collect();
        }
        in_table = row;
        while let Some(passage) = all.get_mut(at).filter(|passage| passage.span.start < end) {
            let before = text.get(start..passage.span.start).unwrap_or_default();
            let kind = passage.observable.kind;
            if under && is_sign(kind) && before.len() < ROW_BYTES_MAX {
                let column = head.get(before.matches(" | ").count()).filter(|_| row);
                passage.malicious |=
                    names(before, kind) || column.is_some_and(|column| is_name(column, kind));
            }
            at += 1;
        }
        start = end;
    }
}

/// Whether a cell before a value names its kind.
fn names(before: &str, kind: Kind) -> bool {
    let cell = before.trim_start();
    let label = cell.trim_end_matches([' ', '\t', '|']);
    let between = cell.get(label.len()..).unwrap_or_default();
    if label.len() > 24 || !(between.contains('|') || between.contains('\t') || between.len() > 1) {
        return false;
    }
    is_name(label, kind)
}

/// Whether a cell is the name of a kind.
fn is_name(label: &str, kind: Kind) -> bool {
    let label: String = label
        .chars()
        .take(ROW_BYTES_MAX)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let kinds: &[&str] = match kind {
        Kind::Ipv4 => &["ipv4", "ip", "ipaddress", "ipv4address", "address"],
        Kind::Ipv6 => &["ipv6", "ip", "ipaddress", "ipv6address", "address"],
        Kind::Domain => &["domain", "domainname", "host", "hostname", "fqdn"],
        Kind::Url => &["url", "uri"],
        Kind::Email => &["email", "emailaddress", "sender", "mail"],
        _ => &[],
    };
    kinds.contains(&label.as_str())
}

/// Whether a value only names something that others have too: a match says what it is, not whose.
pub(crate) fn is_mere_name(kind: Kind) -> bool {
    matches!(kind, Kind::FileName | Kind::Path | Kind::RegistryKey | Kind::UserAgent | Kind::AutonomousSystem)
}

/// Flaws and techniques are named, never looked for in logs.
pub(crate) fn is_sign(kind: Kind) -> bool {
    !matches!(kind, Kind::Cve | Kind::Technique)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_under_a_heading_of_indicators_say_what_they_hold() {
        let text = "Email | desk@quay.example\n# Indicators of compromise\nEmail | pay@jib.example | sender\n\
                    IPv4     203.0.113.7   relay\nEmail: soc@quay.example\nDomain | see 203.0.113.8\n\
                    # Contact\nEmail | desk@quay.example\n";
        let all = scan(text);
        let signs: Vec<String> =
            all.iter().filter(|one| one.malicious).map(|one| one.observable.value.to_string()).collect();
        assert_eq!(signs, ["pay@jib.example", "203.0.113.7"]);
        let text = "# IOCs\n\nIP address | Seen by\n203.0.113.9 | 203.0.113.10\n";
        let all = scan(text);
        let signs: Vec<bool> = all.iter().map(|one| one.malicious).collect();
        assert_eq!(signs, [true, false]);
    }

    /// Parted by bars, which are no piece themselves.
    const PIECES: &str = "hxxps[:]//evil[.]example/|CVE-2021-44228|/techniques/T1190|T1566.001|evil.example|203.0.113.7|\
        C:\\Tools\\x.exe|HKLM\\a\\b|{domain}|a@b.example|@|/|:|.| |\n|é|2001:db8::1|x.exe|0123456789abcdef0123456789abcdef";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What asks whether a sentence has already named a thing depends on it.
        #[test]
        fn passages_come_in_order_of_place(
            pieces in prop::collection::vec(prop::sample::select(PIECES.split('|').collect::<Vec<_>>()), 0..16)
        ) {
            let text = pieces.concat();
            let starts: Vec<usize> = scan(&text).into_iter().map(|passage| passage.span.start).collect();
            prop_assert!(starts.is_sorted(), "{:?} {:?}", text, starts);
        }
    }
}
