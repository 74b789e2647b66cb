//! First and last moment of what was seen: joined in any order, the same.

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// First and last moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Times {
    pub(super) fn of(time: Option<Timestamp>) -> Option<Self> {
        time.map(|time| Self { first: time, last: time })
    }

    pub(crate) fn join(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(l), Some(r)) => Some(Self { first: l.first.min(r.first), last: l.last.max(r.last) }),
            (one, other) => one.or(other),
        }
    }
}

/// A list in order of name with the times of each.
pub(crate) type Timed<K> = Vec<(K, Option<Times>)>;

/// How many names of one list are kept, the least. A scanner that is seen from a million addresses needs no million names.
pub(super) const NAMES_MAX: usize = 256;

/// Adds a name to a list, or the times to a name that is there.
pub(super) fn keep<K: Ord>(kept: &mut Timed<K>, key: K, times: Option<Times>) {
    match kept.binary_search_by(|(known, _)| known.cmp(&key)) {
        Ok(at) => {
            if let Some((_, known)) = kept.get_mut(at) {
                *known = Times::join(*known, times);
            }
        }
        Err(at) if at < NAMES_MAX => {
            if kept.is_empty() {
                kept.reserve_exact(1);
            }
            kept.insert(at, (key, times));
            kept.truncate(NAMES_MAX);
        }
        Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_keeps_the_least() {
        let mut kept = Vec::new();
        (0..=NAMES_MAX).rev().for_each(|n| keep(&mut kept, n, None));
        assert_eq!((kept.len(), kept.last().map(|(n, _)| *n)), (NAMES_MAX, Some(NAMES_MAX - 1)));
    }
}
