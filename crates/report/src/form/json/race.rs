//! The race of patching as JSON: the rows, and the numbers over them; beside an answer, or alone.
//!
//! A date or a number that is not known is left out, never 0. Averages are in days, with one decimal.

use crate::safe::json::document;
use model::answer::{RaceRow, RaceSummary, RaceWindow};
use model::{Answer, Date, Decision, Timestamp, Tlp};
use serde::Serialize;
use std::io::{self, Write};

/// Writes the race of an answer alone.
pub(crate) fn write(answer: &Answer, tlp: Tlp, out: &mut dyn Write) -> io::Result<()> {
    let race = RaceDocument {
        now: answer.now,
        organisation: answer.organisation.as_deref(),
        tlp,
        race: answer.race.iter().map(RaceShape::of).collect(),
        race_summary: answer.race_summary.as_ref().map(SummaryShape::of),
    };
    document(&race, out)
}

#[derive(Serialize)]
struct RaceDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    tlp: Tlp,
    race: Vec<RaceShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    race_summary: Option<SummaryShape<'a>>,
}

/// The whole number of a list, if only its beginning is listed.
pub(super) fn beyond(all: u64, listed: usize) -> Option<u64> {
    u64::try_from(listed).is_ok_and(|listed| listed < all).then_some(all)
}

#[derive(Serialize)]
pub(super) struct RaceShape<'a> {
    vulnerability: &'a str,
    product: &'a str,
    hosts: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    host_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disclosed: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exploit_public: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_kev: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exploited: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    known_here: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_here: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_here: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_behind: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_on_day_7: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decision>,
}

impl<'a> RaceShape<'a> {
    pub(super) fn of(r: &'a RaceRow) -> Self {
        Self {
            vulnerability: &r.vulnerability,
            product: &r.product,
            hosts: &r.hosts,
            host_count: beyond(r.host_count, r.hosts.len()),
            disclosed: r.disclosed,
            exploit_public: r.exploit_public,
            on_kev: r.on_kev,
            exploited: r.exploited,
            due: r.due,
            known_here: r.known_here,
            seen_here: r.seen_here,
            closed_here: r.closed_here,
            gone: r.gone,
            days_behind: r.days_behind,
            open_on_day_7: r.open_on_day_7,
            decision: r.decision,
        }
    }
}

#[derive(Serialize)]
pub(super) struct SummaryShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    all: WindowShape,
    by_zone: Vec<ZoneShape<'a>>,
    notes: &'a [String],
}

impl<'a> SummaryShape<'a> {
    pub(super) fn of(s: &'a RaceSummary) -> Self {
        let zone = |(zone, window): &'a (Option<String>, RaceWindow)| ZoneShape {
            zone: zone.as_deref(),
            window: WindowShape::of(window),
        };
        Self {
            since: s.since,
            zone: s.zone.as_deref(),
            all: WindowShape::of(&s.all),
            by_zone: s.by_zone.iter().map(zone).collect(),
            notes: &s.notes,
        }
    }
}

#[derive(Serialize)]
struct ZoneShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    #[serde(flatten)]
    window: WindowShape,
}

#[derive(Serialize)]
struct WindowShape {
    flaws: u64,
    open: u64,
    closed: u64,
    without_days: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    average_days: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    median_days: Option<f64>,
    open_on_day_7: u64,
    not_open_on_day_7: u64,
    unknown_on_day_7: u64,
}

impl WindowShape {
    fn of(w: &RaceWindow) -> Self {
        // More days than a calendar has are no days.
        let days = |tenths: Option<i64>| Some(f64::from(i32::try_from(tenths?).ok()?) / 10.0);
        let (yes, no, unknown) = w.on_day_7;
        Self {
            flaws: w.flaws,
            open: w.open,
            closed: w.closed,
            without_days: w.unknown,
            average_days: days(w.average_tenths),
            median_days: days(w.median_tenths),
            open_on_day_7: yes,
            not_open_on_day_7: no,
            unknown_on_day_7: unknown,
        }
    }
}
