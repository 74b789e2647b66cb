//! The JSON of what a hunt reports beside findings: hits by hour, exceptions, holes, log-ons.

use model::{Date, Hole, Hour, LogonRow, Missing, Suppressed, Timestamp, Tlp};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct HourShape {
    start: Timestamp,
    hits: u64,
}

impl HourShape {
    pub(crate) fn of(hour: &Hour) -> Self {
        Self { start: hour.start, hits: hour.hits }
    }
}

#[derive(Serialize)]
pub(crate) struct SuppressedShape<'a> {
    exception: &'a str,
    owner: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    expires: Date,
    expired: bool,
    hits: u64,
}

impl<'a> SuppressedShape<'a> {
    pub(crate) fn of(one: &'a Suppressed) -> Self {
        Self {
            exception: &one.exception,
            owner: &one.owner,
            reason: one.reason.as_deref(),
            expires: one.expires,
            expired: one.expired,
            hits: one.events,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct HoleShape<'a> {
    host: &'a str,
    log: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    silent_hours: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_hours: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_from: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_to: Option<u64>,
}

impl<'a> HoleShape<'a> {
    pub(crate) fn of(hole: &'a Hole) -> Self {
        let (hours, records) = match hole.missing {
            Missing::Hours { silent, usual } => (Some((silent, usual)), None),
            Missing::Records { from, to } => (None, Some((from, to))),
        };
        Self {
            host: &hole.host,
            log: &hole.log,
            after: hole.after,
            before: hole.before,
            silent_hours: hours.map(|(silent, _)| silent),
            usual_hours: hours.map(|(_, usual)| usual),
            missing_from: records.map(|(from, _)| from),
            missing_to: records.map(|(_, to)| to),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct LogonShape<'a> {
    account: &'a str,
    host: &'a str,
    sort: &'a str,
    from: &'a str,
    outcome: &'static str,
    events: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    /// Of a line by itself; a document has one for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    tlp: Option<Tlp>,
}

impl<'a> LogonShape<'a> {
    pub(crate) fn of(row: &'a LogonRow, tlp: Option<Tlp>) -> Self {
        Self {
            account: &row.account,
            host: &row.host,
            sort: &row.sort,
            from: &row.from,
            outcome: if row.succeeded { "success" } else { "failure" },
            events: row.events,
            first: row.first,
            last: row.last,
            tlp,
        }
    }
}
