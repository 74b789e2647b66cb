//! The race of patching: flaw by flaw the dates of the attackers and ours, and how long we were exposed.
//!
//! A date that nobody states is absent, and nothing that is counted in days comes of it: a missing date is not zero days.
//! When a flaw became known here and when it was closed, only a memory knows.

use crate::{Date, Decision};

/// One flaw against the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaceRow {
    /// The vulnerability.
    pub vulnerability: String,
    /// The product, for people.
    pub product: String,
    /// Hosts that carry it, or carried it when it was closed: the first twelve.
    pub hosts: Vec<String>,
    /// How many hosts carry it.
    pub host_count: u64,
    /// When it was disclosed.
    pub disclosed: Option<Date>,
    /// When an exploit was public.
    pub exploit_public: Option<Date>,
    /// When it went on the KEV list.
    pub on_kev: Option<Date>,
    /// The first day on which another list reports that it is exploited.
    pub exploited: Option<Date>,
    /// Until when it is to be closed, as the KEV list says.
    pub due: Option<Date>,
    /// When the memory first opened an exposure of it.
    pub known_here: Option<Date>,
    /// When it was seen in our logs.
    pub seen_here: Option<Date>,
    /// When its last exposure was closed here; absent: still open.
    pub closed_here: Option<Date>,
    /// Why its last exposure went, where it was not closed: nobody knows whether it is still there.
    pub gone: Option<&'static str>,
    /// Whole days from the first on which it could be attacked up to closing or now; below zero: closed before.
    pub days_behind: Option<i64>,
    /// Whether it was open seven days after it could be attacked; absent: not known, or not yet.
    pub open_on_day_7: Option<bool>,
    /// The decision.
    pub decision: Option<Decision>,
}

impl RaceRow {
    /// How many machines of a flaw are named.
    pub const HOSTS_MAX: usize = 12;
    /// The day on which it is looked at whether a flaw is still open.
    pub const DAY: i64 = 7;

    /// The first day on which everybody could attack it.
    #[must_use]
    pub fn attackable(&self) -> Option<Date> {
        [self.exploit_public, self.on_kev, self.exploited].into_iter().flatten().min()
    }

    /// Whether it is open here.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed_here.is_none() && self.gone.is_none()
    }
}

/// The race in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaceSummary {
    /// The day on which the memory began.
    pub since: Option<Date>,
    /// The zone that was asked about.
    pub zone: Option<String>,
    /// The window of exposure over all flaws.
    pub all: RaceWindow,
    /// The same zone by zone, in order of name; a machine of which no zone is known is in none.
    pub by_zone: Vec<(Option<String>, RaceWindow)>,
    /// What the numbers do not cover.
    pub notes: Vec<String>,
}

/// The window of exposure over some flaws: from the first day on which one could be attacked to the day on which it was
/// closed, or to now; no days if it was closed before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaceWindow {
    /// How many flaws.
    pub flaws: u64,
    /// How many of them are open.
    pub open: u64,
    /// How many were closed.
    pub closed: u64,
    /// Of how many the days are not known: they are in no average.
    pub unknown: u64,
    /// The average, in tenths of a day.
    pub average_tenths: Option<i64>,
    /// The median, in tenths of a day.
    pub median_tenths: Option<i64>,
    /// How many were open on day 7, how many were not, of how many it is not known.
    pub on_day_7: (u64, u64, u64),
}

impl RaceWindow {
    /// The window over these rows.
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r RaceRow>) -> Self {
        let mut window = Self::default();
        let mut days = Vec::new();
        for row in rows {
            window.flaws += 1;
            window.open += u64::from(row.is_open());
            window.closed += u64::from(row.closed_here.is_some());
            match row.days_behind {
                Some(behind) => days.push(behind.max(0)),
                None => window.unknown += 1,
            }
            let (yes, no, unknown) = &mut window.on_day_7;
            *match row.open_on_day_7 {
                Some(true) => yes,
                Some(false) => no,
                None => unknown,
            } += 1;
        }
        days.sort_unstable();
        let count = i64::try_from(days.len()).unwrap_or(i64::MAX);
        let sum: i64 = days.iter().sum();
        window.average_tenths = (count > 0).then(|| (sum.saturating_mul(10) + count / 2) / count.max(1));
        let middle = days.len() / 2;
        let upper = days.get(middle).copied();
        let lower = if days.len().is_multiple_of(2) { middle.checked_sub(1) } else { Some(middle) };
        let lower = lower.and_then(|at| days.get(at)).copied();
        window.median_tenths = lower.zip(upper).map(|(lower, upper)| (lower + upper) * 5);
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(days: Option<i64>, closed: bool, day_7: Option<bool>) -> RaceRow {
        let closed_here = if closed { Date::parse("2026-06-01") } else { None };
        RaceRow { days_behind: days, open_on_day_7: day_7, closed_here, ..RaceRow::default() }
    }

    #[test]
    fn a_window_counts_what_is_known_and_says_how_much_is_not() {
        let rows = [
            row(Some(-3), true, Some(false)),
            row(Some(4), true, Some(false)),
            row(Some(30), false, Some(true)),
            row(None, false, None),
        ];
        let window = RaceWindow::of(&rows);
        assert_eq!((window.flaws, window.open, window.closed, window.unknown), (4, 2, 2, 1));
        // 0, 4 and 30 days; what was closed before is no day, what is not known is nothing.
        assert_eq!((window.average_tenths, window.median_tenths), (Some(113), Some(40)));
        assert_eq!(window.on_day_7, (1, 2, 1));
        let even = RaceWindow::of(&rows[1..3]);
        assert_eq!((even.average_tenths, even.median_tenths), (Some(170), Some(170)));
        let none = RaceWindow::of(&rows[3..]);
        assert_eq!((none.average_tenths, none.median_tenths), (None, None));
    }

    #[test]
    fn the_first_day_of_attack_is_the_earliest_that_anybody_states() {
        let day = Date::parse;
        let mut row = RaceRow { on_kev: day("2026-06-20"), ..RaceRow::default() };
        assert_eq!(row.attackable(), day("2026-06-20"));
        row.exploited = day("2026-06-10");
        assert_eq!(row.attackable(), day("2026-06-10"));
        assert_eq!(RaceRow::default().attackable(), None);
    }
}
