//! Whether an indicator held at the time of an event: by the dates that its sources give.
//!
//! A source says from when and until when (exclusive) a value is a sign. Outside of that an event is no more than
//! possible, and medium at most: an address belongs to somebody else a month later. Of several sources one that held it
//! then suffices. An event without time is inside.

use model::Timestamp;
use model::world::Indicator;

/// The moments at which validity begins or ends, each once, in order: between two of them nothing changes.
pub(super) fn edges(said: &[Indicator]) -> Vec<Timestamp> {
    let mut edges: Vec<Timestamp> =
        said.iter().flat_map(|one| [one.valid_from, one.valid_until]).flatten().collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Whether any source held it for a sign then.
pub(super) fn held(said: &[Indicator], time: Option<Timestamp>) -> bool {
    let Some(time) = time else { return true };
    let holds = |one: &Indicator| {
        one.valid_from.is_none_or(|from| from <= time) && one.valid_until.is_none_or(|until| time < until)
    };
    said.iter().any(holds)
}

/// When it holds, for people: `valid from 2026-06-01 until 2026-06-10`; of several sources the first in order.
pub(super) fn shown(said: &[Indicator]) -> String {
    let bounds = said.iter().map(|one| (one.valid_from, one.valid_until));
    let (from, until) = bounds.min().unwrap_or_default();
    let from = from.map_or_else(String::new, |from| format!(" from {}", from.date()));
    let until = until.map_or_else(String::new, |until| format!(" until {}", until.date()));
    format!("valid{from}{until}")
}
