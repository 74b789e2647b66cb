//! What all parts of a party's page have alike: how many rows, the label of the first, where something is written.

use crate::safe::shown::Shown;

/// How many rows of each part are shown.
pub(super) const ROWS_MAX: usize = 20;
/// The lines of one text.
pub(super) const LINES_MAX: usize = 4;

/// The label of a part, before its first row.
pub(super) fn label(index: usize, name: &'static str) -> &'static str {
    if index == 0 { name } else { "" }
}

/// `names.csv, line 8`.
pub(super) fn place(document: &str, place: &str) -> Shown {
    match place.is_empty() {
        true => Shown::exact(document),
        false => Shown::of(&[&Shown::exact(document), &", ", &Shown::exact(place)]),
    }
}
