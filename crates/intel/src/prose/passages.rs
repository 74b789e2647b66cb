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
    observable::scan_text(text)
        .into_iter()
        .map(|found| Passage {
            malicious: found.role == Role::Indicator && is_sign(found.observable.kind),
            observable: found.observable,
            span: found.span,
        })
        .collect()
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
