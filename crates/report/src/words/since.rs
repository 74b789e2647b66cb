//! What changed since an earlier run, in one sentence: how much is new, changed and gone.
//!
//! The page and the ticket begin with the same sentence, so that both say what a night's exit code was about.

use crate::safe::shown::Shown;
use crate::words::phrase::{moment, number};
use model::baseline::Baseline;

/// `Of 30 Jun 2026 06:00: 2 new, 1 changed, 3 gone (2 of them outside of what this run read).`
pub(crate) fn sentence(baseline: &Baseline) -> Shown {
    let when = baseline.asked.map_or_else(|| Shown::exact(&baseline.source), |asked| moment(asked, None));
    let [new, changed, gone] =
        [&baseline.new, &baseline.changed, &baseline.gone].map(|list| number(list.count));
    let line = Shown::of(&[&"Of ", &when, &": ", &new, &" new, ", &changed, &" changed, ", &gone, &" gone"]);
    match baseline.gone.unread {
        0 => Shown::of(&[&line, &"."]),
        unread => Shown::of(&[&line, &" (", &number(unread), &" of them outside of what this run read)."]),
    }
}
