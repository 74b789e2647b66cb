//! The race of patching: disclosed, exploit public, on KEV, known here, seen here, closed here.
//!
//! Of files alone it has what is open now. A memory also knows when each exposure came and went, so its race has what is
//! closed, and numbers over all of it.

mod of;
mod open;
mod over_time;
mod seen;

pub(crate) use of::RaceOf;

use crate::past::Past;
use model::answer::{RaceRow, RaceSummary};

/// One row a flaw, and the numbers over all rows where a memory knows the past.
pub(crate) fn race(of: &RaceOf<'_>, past: Option<&Past>) -> (Vec<RaceRow>, Option<RaceSummary>) {
    match past {
        None => (open::rows(of), None),
        Some(past) => {
            let (rows, summary) = over_time::rows(of, past);
            (rows, Some(summary))
        }
    }
}
