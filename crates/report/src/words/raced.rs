//! The race of patching in words: days won and lost, what closed a flaw, averages in days.

use crate::safe::shown::Shown;
use crate::words::phrase::{counted, number};
use model::answer::{RaceRow, RaceWindow};
use model::{Answer, Date};

/// Why two columns are empty.
const FILES_ALONE: &str = "Known here and closed here are empty: files alone do not say when a flaw came and went; \
     `outpace status` and `outpace race` ask a memory, which knows";

/// Why two columns are empty, where they are: no memory was asked.
pub(crate) fn files_alone(answer: &Answer) -> Option<Shown> {
    let is_dated = |row: &RaceRow| row.known_here.is_some() || row.closed_here.is_some();
    let is_empty = answer.race_summary.is_none() && !answer.race.iter().any(is_dated);
    is_empty.then(|| Shown::of(&[&FILES_ALONE, &"."]))
}

/// What is said where there is no row.
pub(crate) const NONE: &str =
    "No exploited flaw touches or touched what is ours, as far as this memory knows";

/// `Patch race in the zone dmz`.
pub(crate) fn title(answer: &Answer) -> Shown {
    let zone = answer.race_summary.as_ref().and_then(|summary| summary.zone.as_deref());
    let zone = zone.map(|zone| Shown::of(&[&" in the zone ", &Shown::prose(zone)])).unwrap_or_default();
    Shown::of(&[&"Patch race", &zone])
}

/// What a race is headed with: the window of exposure over all.
pub(crate) fn head(answer: &Answer) -> Shown {
    match &answer.race_summary {
        Some(summary) => Shown::of(&[&title(answer), &": ", &window(&summary.all), &"."]),
        None => title(answer),
    }
}

/// `zone dmz`; of machines whose zone nobody states `no zone known`.
pub(crate) fn zone(name: Option<&str>) -> Shown {
    match name {
        Some(name) => Shown::of(&[&"zone ", &Shown::prose(name)]),
        None => "no zone known".into(),
    }
}

/// Every date of a row in words; of one that is not there, what that means.
pub(crate) fn dates(row: &RaceRow) -> Vec<Shown> {
    let said = |word: &'static str, date: Option<Date>, none: &'static str| match date {
        Some(date) => Shown::of(&[&word, &" ", &date]),
        None => none.into(),
    };
    let mut dates = vec![
        said("disclosed", row.disclosed, "disclosed: unknown"),
        said("exploit public", row.exploit_public, "no exploit known"),
        said("on KEV", row.on_kev, "not on KEV"),
    ];
    dates.extend(row.exploited.map(|date| said("exploited", Some(date), "")));
    dates.push(said("known here", row.known_here, "known here: unknown"));
    dates.push(said("seen here", row.seen_here, "not seen here"));
    dates.extend(row.closed_here.map(|date| said("closed here", Some(date), "")));
    dates.extend(row.gone.map(|why| Shown::of(&[&"gone: ", &why])));
    dates.push(Shown::of(&[&"open on day 7: ", &yes(row.open_on_day_7)]));
    dates
}

/// The day on which it was closed, `open`, or why nobody knows.
pub(crate) fn closed(row: &RaceRow) -> Shown {
    match (row.closed_here, row.gone) {
        (Some(date), _) => Shown::of(&[&date]),
        (None, Some(_)) => "unknown".into(),
        (None, None) => "open".into(),
    }
}

/// `12 days lost`, `3 days won`, `unknown`.
pub(crate) fn days(row: &RaceRow) -> Shown {
    let counted = |days: i64| counted(days.unsigned_abs(), "day", "days");
    match row.days_behind {
        None => "unknown".into(),
        Some(days) if days < 0 => Shown::of(&[&counted(days), &" won"]),
        Some(0) => "0 days".into(),
        Some(days) => Shown::of(&[&counted(days), &" lost"]),
    }
}

/// `yes`, `no`, `unknown`.
pub(crate) fn yes(is: Option<bool>) -> Shown {
    match is {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
    .into()
}

/// `12.5 days`, `unknown`.
pub(crate) fn tenths(tenths: Option<i64>) -> Shown {
    let Some(tenths) = tenths.and_then(|tenths| u64::try_from(tenths).ok()) else { return "unknown".into() };
    let days = if tenths == 10 { "day" } else { "days" };
    match tenths % 10 {
        0 => Shown::of(&[&number(tenths / 10), &" ", &days]),
        part => Shown::of(&[&number(tenths / 10), &".", &part, &" ", &days]),
    }
}

/// `7 flaws, 2 open, 5 closed; exposed for 12.5 days on average, 8 days in the median; on day 7 open: 2 yes, 4 no, 1
/// unknown`.
pub(crate) fn window(window: &RaceWindow) -> Shown {
    let (yes, no, unknown) = window.on_day_7;
    let days = match window.average_tenths {
        None => "; no window of exposure is known".into(),
        average => Shown::of(&[
            &"; exposed for ",
            &tenths(average),
            &" on average, ",
            &tenths(window.median_tenths),
            &" in the median",
        ]),
    };
    let without = match window.unknown {
        0 => Shown::default(),
        n => Shown::of(&[&", ", &number(n), &" without days"]),
    };
    let counts = Shown::of(&[
        &counted(window.flaws, "flaw", "flaws"),
        &", ",
        &number(window.open),
        &" open, ",
        &number(window.closed),
        &" closed",
        &without,
    ]);
    let day_7 = [(yes, " yes"), (no, " no"), (unknown, " unknown")];
    let day_7 = day_7.into_iter().filter(|(count, _)| *count > 0);
    let day_7 = Shown::joined(day_7.map(|(count, word)| Shown::of(&[&number(count), &word])), ", ");
    let open = if window.flaws > 0 { Shown::of(&[&"; open on day 7: ", &day_7]) } else { Shown::default() };
    Shown::of(&[&counts, &days, &open])
}
