//! Observables in a text: the one place where this room calls the shared tokenizer.

use observable::{Kind, Observable, Role};
use std::ops::Range;

/// An observable, where it stands, and whether the text holds it for a sign of the threat.
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
