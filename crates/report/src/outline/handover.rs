//! What the next shift must know, in the order in which it acts: what is open and critical, what lapses, what changed, who
//! is silent.
//!
//! Plain data, made by the door, which knows the memory and the clock of the run; two forms show it.

use crate::turns::TurnLine;
use model::{FindingId, Severity, Timestamp, Tlp, WorkByFinding};

/// A change of shift.
#[derive(Clone, Debug)]
pub struct Handover {
    /// Whose memory it is.
    pub organisation: Option<String>,
    /// The moment.
    pub now: Timestamp,
    /// Who may see it.
    pub tlp: Tlp,
    /// What is critical and open, the most urgent first.
    pub open: Vec<HandoverRow>,
    /// How many findings are open that are less grave, by severity.
    pub others: Vec<(Severity, u64)>,
    /// What lapses until this moment.
    pub lapses_until: Timestamp,
    /// What is overdue or lapses, the first first.
    pub lapses: Vec<Lapse>,
    /// Since when it changed.
    pub changed_since: Timestamp,
    /// What changed.
    pub changes: Vec<TurnLine>,
    /// Which sources and logs are silent, a sentence each.
    pub silent: Vec<String>,
    /// What people set aside.
    pub work: WorkByFinding,
}

/// Findings that are critical and open, alike but for their machines.
#[derive(Clone, Debug)]
pub struct HandoverRow {
    /// The first of them.
    pub id: FindingId,
    /// Its title.
    pub title: String,
    /// How many more there are, on other machines.
    pub more: u64,
    /// Who has it.
    pub owner: Option<String>,
    /// The state of the work.
    pub state: &'static str,
    /// Why it is new again, if it is.
    pub again: Option<String>,
    /// What to do next.
    pub next: Option<String>,
    /// Until when what is to happen.
    pub deadline: Option<(Timestamp, &'static str)>,
}

/// Something that ends by itself.
#[derive(Clone, Debug)]
pub struct Lapse {
    /// When.
    pub at: Timestamp,
    /// The finding.
    pub id: FindingId,
    /// Its title.
    pub title: String,
    /// How many more there are with the same end, on other machines.
    pub more: u64,
    /// What ends: `acknowledged, anna: new again`.
    pub what: String,
}
