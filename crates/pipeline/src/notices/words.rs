//! Words that notices and their digests share.

use model::FindingId;

/// The first eight digits of an identifier, as people write it.
pub(super) fn digits(id: &FindingId) -> String {
    id.as_str().trim_start_matches("finding--").chars().take(8).collect()
}

/// `a, b and c`.
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}
