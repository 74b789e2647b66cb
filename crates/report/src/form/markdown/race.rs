//! The race of patching as Markdown: one table, and the numbers over it.

use super::document::MarkdownText;
use crate::outline::entry::hosts_of;
use crate::outline::marking::{Marking, of_answer};
use crate::safe::shown::Shown;
use crate::words::phrase::number;
use crate::words::raced;
use model::Answer;
use model::answer::RaceRow;
use std::io::{self, Write};

/// How many flaws one table has; the rest is counted.
const ROWS_MAX: usize = 500;
/// Machines named in one row.
const MACHINES_NAMED_MAX: usize = 12;
const COLUMNS: [&str; 13] = [
    "Flaw",
    "Product",
    "Hosts",
    "Disclosed",
    "Exploit public",
    "On KEV",
    "Exploited",
    "Known here",
    "Seen here",
    "Closed here",
    "Days",
    "Open on day 7",
    "Decision",
];

/// Writes the race of an answer alone.
pub(crate) fn race(answer: &Answer, marking: Marking, out: &mut dyn Write) -> io::Result<()> {
    let mut page = MarkdownText::default();
    page.heading(1, &raced::head(answer));
    if let Some(tlp) = of_answer(answer, marking) {
        page.paragraph(&tlp.name().into());
    }
    if answer.race.is_empty() {
        page.paragraph(&Shown::of(&[&raced::NONE, &"."]));
    } else {
        page.table(&COLUMNS, answer.race.iter().take(ROWS_MAX).map(row).collect());
    }
    if let Some(left) = answer.race.len().checked_sub(ROWS_MAX).filter(|left| *left > 0) {
        let left = number(u64::try_from(left).unwrap_or(u64::MAX));
        page.paragraph(&Shown::of(&[&"… and ", &left, &" more; JSON holds all."]));
    }
    if let Some(summary) = &answer.race_summary {
        let zones = summary
            .by_zone
            .iter()
            .map(|(zone, window)| Shown::of(&[&raced::zone(zone.as_deref()), &": ", &raced::window(window)]));
        let zones: Vec<Shown> = zones.collect();
        if !zones.is_empty() {
            page.heading(2, &"By zone".into());
            page.list(zones);
        }
        if !summary.notes.is_empty() {
            page.list(summary.notes.iter().map(|note| Shown::prose(note)).collect());
        }
    }
    out.write_all(page.0.as_bytes())
}

fn row(row: &RaceRow) -> Vec<Shown> {
    let date = |date: Option<model::Date>| date.map_or_else(|| "unknown".into(), |date| Shown::of(&[&date]));
    vec![
        Shown::prose(&row.vulnerability),
        Shown::prose(&row.product),
        hosts_of(row, MACHINES_NAMED_MAX),
        date(row.disclosed),
        row.exploit_public.map_or("none known".into(), |day| Shown::of(&[&day])),
        row.on_kev.map_or("no".into(), |day| Shown::of(&[&day])),
        row.exploited.map_or("".into(), |day| Shown::of(&[&day])),
        date(row.known_here),
        row.seen_here.map_or("not seen".into(), |day| Shown::of(&[&day])),
        raced::closed(row),
        raced::days(row),
        raced::yes(row.open_on_day_7),
        row.decision.map(|decision| Shown::of(&[&decision])).unwrap_or_default(),
    ]
}
