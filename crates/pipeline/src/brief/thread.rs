//! One finding over a period: what it was before, in it, at its end, and whether it is open now.
//!
//! A home of a million findings has a million of these, so each takes some fifty bytes: an identifier is its bits, a title the
//! numbers of the texts that it is made of.

use findings::{TextId, Why};
use model::brief::Touch;
use model::{FindingId, Severity, Timestamp};

/// One finding over time.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) number: u64,
    /// When it was opened first.
    pub(super) learnt: Timestamp,
    /// The bits of its identifier, the first first.
    pub(super) id: [u8; 16],
    pub(super) title: Title,
    /// What it was when the period began, if it was open.
    pub(super) before: Option<Touch>,
    /// What it was at the end of the period, if it was open.
    pub(super) end: Option<Touch>,
    /// What it was last in the period.
    pub(super) last: Touch,
    /// Whether it was opened in the period.
    pub(super) opened: bool,
    /// Why it was closed, at the end of the period.
    pub(super) why: Option<Why>,
    /// Whether it is open now.
    pub(super) is_open_now: bool,
    pub(super) severity: Severity,
}

/// A title: of an exposure flaw, product and machine, else all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Title(pub(super) TextId, pub(super) Option<(TextId, TextId)>);

impl Thread {
    /// What it was last, up to the end of the period.
    pub(super) fn touch(&self) -> Touch {
        self.last
    }

    /// The bits of its identifier.
    pub(super) fn bits(&self) -> u128 {
        u128::from_be_bytes(self.id)
    }

    /// Its identifier.
    pub(super) fn finding(&self) -> FindingId {
        FindingId::of_bits(self.bits())
    }

    /// The flaw and the machine of an exposure.
    pub(super) fn flaw(&self) -> Option<(TextId, TextId)> {
        let Title(flaw, rest) = self.title;
        rest.map(|(_, host)| (flaw, host))
    }

    /// Whether it is open at the end of the period.
    pub(super) fn is_open(&self) -> bool {
        self.end.is_some()
    }

    /// Whether it was opened in the period, and not there before.
    pub(super) fn is_new(&self) -> bool {
        self.before.is_none() && self.opened
    }
}
