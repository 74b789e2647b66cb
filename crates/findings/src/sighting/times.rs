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
