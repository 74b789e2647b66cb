//! Notices of a memory: from its turns to the outbox, from there to whoever must know.
//!
//! `notify` decides who must know of a turn and when; this room hands it the turns with everything that their findings say,
//! composes what a notice says from the answer as of now, and keeps the rows in the home. How a notice is written for a
//! channel and gets there is for the caller.

mod compose;
mod digest;
mod moment;
mod pass;
mod reach;
mod rehearse;
mod turned;
mod words;

pub use pass::{SendNotice, pass_notices};
pub use rehearse::{Rehearsed, rehearse_notices};
pub use turned::party_of;

use crate::Source;
use findings::Spool;
use model::{Notice, NoticeId, Timestamp};
use notify::{Desk, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// So many findings that come at once are an import: one summary.
const BULK_TURNS: usize = 100;
/// Of an import of more turns than these only what the log of turns says is asked.
const DETAILED_TURNS: usize = 20_000;

/// A condition of the service that holds now: a held or overdue source, a log that fell silent, debts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its name, the same as long as it holds: `overdue cmdb`.
    pub thread: String,
    /// In one sentence.
    pub title: String,
    /// What it means and what to do about it.
    pub help: String,
}

/// What a pass needs.
pub struct NoticeMeans<'m> {
    /// Who wants to know of what, by which channels.
    pub desk: Desk<'m>,
    /// The rules that the program carries, if they are asked.
    pub built_in: &'m Source,
    /// Where details of indicators wait.
    pub spool: &'m Arc<dyn Spool>,
    /// Whose memory it is.
    pub organisation: Option<&'m str>,
    /// The conditions of the service that hold now.
    pub conditions: &'m [Condition],
    /// Gives a text so that nothing in it is a link.
    pub shown: &'m dyn Fn(&str) -> String,
    /// Any number that another installation does not have too.
    pub seed: u64,
    /// The moment.
    pub now: Timestamp,
}

/// What is kept of a notice once it is composed: each try writes the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// The notice.
    pub notice: Notice,
    /// The notices of its thread to its audience that came before, oldest first.
    pub before: Vec<NoticeId>,
    /// When it was composed.
    pub date: Timestamp,
}

/// A notice on its way.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'o> {
    /// The name of the destination.
    pub destination: &'o str,
    /// The notice.
    pub sealed: &'o Sealed,
}

/// What a pass did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Turns that were routed.
    pub turns: usize,
    /// Notices that were taken by their destinations.
    pub sent: u64,
    /// Rows that were dropped, with the reason kept.
    pub dropped: u64,
    /// Rows that were folded into digests.
    pub folded: u64,
    /// Rows that failed for good.
    pub failed: u64,
    /// Rows that wait.
    pub waiting: u64,
    /// When the first of them is due.
    pub next: Option<Timestamp>,
    /// Tries that were not taken: the destination, and why.
    pub troubles: Vec<(String, String)>,
}

impl Passed {
    fn count(&mut self, state: &State) {
        match state {
            State::Folded { .. } => self.folded += 1,
            State::Dropped { .. } => self.dropped += 1,
            State::Failed { .. } => self.failed += 1,
            State::Waiting { .. } | State::Sent { .. } => {}
        }
    }
}
