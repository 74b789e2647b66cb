//! What a line is about, in the order in which lines are read, and which lines are kept when there are too many.

use model::answer::Action;
use model::{Finding, FindingKind, Severity};

/// How many lines: what a small team can do in a day.
pub(super) const FIRST_MAX: usize = 10;

/// What a line is about, the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Concern {
    /// Where a story begins.
    Entry,
    /// Accounts of a story.
    Accounts,
    /// Addresses and names outside of a story.
    Addresses,
    /// The way between zones that a story went.
    Way,
    /// Machines that a story reached.
    Reached,
    /// An account that others saw in trouble, or that somebody misused.
    Account,
    /// A name or machine of ours that others reported.
    Reported,
    /// A hit outside of stories.
    Hit,
    /// A flaw to close.
    Exposure,
    /// A control that is missing.
    Gap,
}

impl Concern {
    /// Of a finding that is about no machine.
    pub(super) fn of(finding: &Finding) -> Self {
        match finding.kind {
            FindingKind::Compromise if finding.subject.account.is_some() => Self::Account,
            FindingKind::Compromise => Self::Reported,
            FindingKind::Sighting | FindingKind::Chain => Self::Hit,
            FindingKind::Exposure => Self::Exposure,
            FindingKind::Gap => Self::Gap,
        }
    }
}

/// A line and its rank.
pub(super) struct Line {
    pub(super) concern: Concern,
    /// Lines of one story are together: the rank of the story.
    pub(super) block: Option<usize>,
    /// Its place among the lines of its concern, where that is known.
    pub(super) rank: usize,
    /// How many kinds of findings meet in it; of a check, its weight.
    pub(super) kinds: usize,
    pub(super) action: Action,
}

impl Line {
    /// The place among the lines: what is no more than medium comes behind everything graver.
    fn place(&self) -> impl Ord + use<> {
        (self.action.severity.max(Severity::High), self.block.unwrap_or(usize::MAX), self.concern)
    }
}

/// The lines that are kept, in order: of each concern that has a grave one at least one.
pub(super) fn kept(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_cached_key(|line| {
        let action = &line.action;
        (
            line.place(),
            line.rank,
            action.severity,
            std::cmp::Reverse(line.kinds),
            std::cmp::Reverse(action.finding_count),
            action.entity.clone(),
            action.what.clone(),
        )
    });
    let left = lines.split_off(lines.len().min(FIRST_MAX));
    let has = |lines: &[Line], concern: Concern| lines.iter().filter(|one| one.concern == concern).count();
    for line in left.into_iter().filter(|line| line.action.severity <= Severity::High) {
        if has(&lines, line.concern) > 0 {
            continue;
        }
        // In the place of the last line of a concern that has several, the least pressing concern first.
        let spare = lines.iter().rposition(|one| has(&lines, one.concern) > 1);
        if let Some(slot) = spare.and_then(|place| lines.get_mut(place)) {
            *slot = line;
        }
    }
    lines.sort_by_key(Line::place);
    lines
}
