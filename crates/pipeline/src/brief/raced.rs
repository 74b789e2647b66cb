//! The race of patching at two moments: at the end of a period, and at the end of the one before it.
//!
//! The race of an answer is of now. What was known, open and closed at an earlier moment follows from its dates: a flaw that
//! was learnt later is not in it, one that was closed later is open.

use model::Date;
use model::answer::{RaceRow, RaceWindow};
use model::brief::{BriefRace, Period};

/// The race of a briefing. `has_past`: the memory reaches back before the period.
pub(super) fn race(rows: &[RaceRow], period: &Period, has_past: bool) -> BriefRace {
    // The last day of the period: what happened on it counts.
    let last = |period: &Period| period.until.plus_seconds(-1).date();
    let end = last(period);
    let now: Vec<RaceRow> = rows.iter().filter_map(|row| at(row, end)).collect();
    let earlier: Vec<RaceRow> = rows.iter().filter_map(|row| at(row, last(&period.before()))).collect();
    let days = |row: &RaceRow| row.days_behind;
    let count = |holds: &dyn Fn(i64) -> bool| {
        let these = now.iter().filter_map(days).filter(|days| holds(*days));
        u64::try_from(these.count()).unwrap_or(u64::MAX)
    };
    let open = now.iter().filter(|row| row.is_open() && row.days_behind.is_some());
    let oldest = open.max_by_key(|row| (row.days_behind, std::cmp::Reverse(row.vulnerability.clone())));
    let closed = now.iter().filter(|row| row.closed_here.is_some_and(|day| period.holds_day(day)));
    BriefRace {
        window: RaceWindow::of(&now),
        ahead: count(&|days| days <= 0),
        behind: count(&|days| days > 0),
        before: has_past.then(|| RaceWindow::of(&earlier)),
        oldest: oldest.cloned(),
        oldest_days: oldest.and_then(days),
        closed: closed.map(|row| row.vulnerability.clone()).collect(),
    }
}

/// A flaw as it was on a day; `None`: it was not known, or nobody could attack it yet.
fn at(row: &RaceRow, day: Date) -> Option<RaceRow> {
    if row.known_here.is_some_and(|known| known > day) {
        return None;
    }
    let from = row.attackable();
    let closed_here = row.closed_here.filter(|closed| *closed <= day);
    if closed_here.is_none() && from.is_some_and(|from| from > day) {
        return None;
    }
    let days_behind = match row.gone {
        Some(_) => None,
        None => from.map(|from| closed_here.unwrap_or(day).days_since(from)),
    };
    Some(RaceRow { closed_here, days_behind, ..row.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn day(text: &str) -> Option<Date> {
        Date::parse(text)
    }

    fn row(id: &str, known: &str, exploit: &str, closed: Option<&str>) -> RaceRow {
        RaceRow {
            vulnerability: id.to_owned(),
            known_here: day(known),
            exploit_public: day(exploit),
            closed_here: closed.and_then(day),
            ..RaceRow::default()
        }
    }

    #[test]
    fn an_earlier_end_knows_less_and_has_more_open() {
        let at = |text: &str| Timestamp::parse(text).expect("a time");
        let (since, until) = (at("2026-06-15T00:00:00Z"), at("2026-06-22T00:00:00Z"));
        let period =
            Period { name: String::new(), since, until, local: (since, until), zone: "UTC".to_owned() };
        let rows = [
            row("CVE-1", "2026-06-01", "2026-05-31", None),
            row("CVE-2", "2026-06-01", "2026-06-01", Some("2026-06-16")),
            row("CVE-3", "2026-06-17", "2026-06-20", None),
            row("CVE-4", "2026-06-23", "2026-01-01", None),
            row("CVE-5", "2026-06-01", "2026-06-20", Some("2026-06-10")),
        ];
        let race = race(&rows, &period, true);
        // By the 21st: 21 days open, 15 days until it was closed, one day open, ten days ahead.
        assert_eq!((race.window.flaws, race.window.open, race.window.closed), (4, 2, 2));
        assert_eq!((race.ahead, race.behind), (1, 3));
        assert_eq!(race.window.median_tenths, Some(80), "0, 1, 15 and 21 days");
        assert_eq!(race.closed, ["CVE-2"]);
        assert_eq!(race.oldest.expect("one").vulnerability, "CVE-1");
        assert_eq!(race.oldest_days, Some(21));
        // A week earlier, on the 14th: two were open, one was closed before anybody could attack it.
        let before = race.before.expect("there is one");
        assert_eq!((before.flaws, before.open, before.closed), (3, 2, 1));
        assert_eq!(before.median_tenths, Some(130), "0, 13 and 14 days");
    }
}
