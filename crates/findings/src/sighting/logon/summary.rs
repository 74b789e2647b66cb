//! The summary of log-ons: who logged on to which machine, how, from where, with what outcome, how often.
//!
//! Only made when it is asked for. What is kept is the least rows by name, a function of the set of events.

use crate::sighting::logon::attempt::{self, Outcome};
use crate::sighting::shown;
use model::{LogonRow, Record, Sketch, Timestamp};
use std::collections::BTreeMap;

/// How many rows are kept.
const ROWS_MAX: usize = 50_000;

/// Records with equal values here are one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LogonKey {
    account: String,
    host: String,
    sort: String,
    from: String,
    succeeded: bool,
    /// Equal records of one document count each, those of a copy do not: so each document has its own row.
    document: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct LogonTotals {
    events: Sketch,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// The rows so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logons {
    rows: BTreeMap<LogonKey, LogonTotals>,
    /// Whether rows were left out.
    pub(crate) cut: bool,
}

impl Logons {
    pub(in crate::sighting) fn add(
        &mut self,
        document: u32,
        record: &Record<'_>,
        account: &str,
        outcome: Outcome,
        host: &str,
    ) {
        let key = LogonKey {
            account: account.to_owned(),
            host: host.to_owned(),
            sort: sort(record),
            from: from(record),
            succeeded: outcome == Outcome::Success,
            document,
        };
        let mut events = Sketch::small();
        events.add(record.id());
        self.join(key, LogonTotals { events, first: record.time, last: record.time });
    }

    pub(in crate::sighting) fn merge(&mut self, other: Self) {
        self.cut |= other.cut;
        for (key, row) in other.rows {
            self.join(key, row);
        }
    }

    fn join(&mut self, key: LogonKey, row: LogonTotals) {
        match self.rows.get_mut(&key) {
            Some(known) => {
                known.events.sum(&row.events);
                known.first = [known.first, row.first].into_iter().flatten().min();
                known.last = known.last.max(row.last);
            }
            None => {
                self.rows.insert(key, row);
            }
        }
        if self.rows.len() > ROWS_MAX {
            self.rows.pop_last();
            self.cut = true;
        }
    }

    /// The rows: failures first, the most frequent first.
    pub(crate) fn rows(&self) -> Vec<LogonRow> {
        let mut all: BTreeMap<LogonKey, LogonTotals> = BTreeMap::new();
        for (key, row) in &self.rows {
            let known = all.entry(LogonKey { document: 0, ..key.clone() }).or_insert_with(|| LogonTotals {
                events: Sketch::small(),
                first: None,
                last: None,
            });
            known.events.merge(&row.events);
            known.first = [known.first, row.first].into_iter().flatten().min();
            known.last = known.last.max(row.last);
        }
        let row = |(key, row): (LogonKey, LogonTotals)| LogonRow {
            events: row.events.count().count,
            first: row.first,
            last: row.last,
            account: key.account,
            host: key.host,
            sort: key.sort,
            from: key.from,
            succeeded: key.succeeded,
        };
        let mut rows: Vec<LogonRow> = all.into_iter().map(row).collect();
        rows.sort_by(|a, b| (a.succeeded, b.events, a).cmp(&(b.succeeded, a.events, b)));
        rows
    }
}

/// The account that a log-on is of: in Windows the target, not the service that let it in.
pub(in crate::sighting) fn account<'a>(record: &Record<'a>) -> Option<&'a str> {
    let target = record.get("TargetUserName").filter(|name| !matches!(*name, "" | "-"));
    target.or(record.account)
}

/// What sort of log-on. Windows says it by number (event 4624, field LogonType).
fn sort(record: &Record<'_>) -> String {
    let named = match record.get("LogonType") {
        Some("2") => "interactive",
        Some("3") => "network",
        Some("4") => "batch",
        Some("5") => "service",
        Some("7") => "unlock",
        Some("8") => "network, cleartext",
        Some("9") => "new credentials",
        Some("10") => "remote interactive",
        Some("11") => "cached interactive",
        Some("12") => "cached remote interactive",
        Some("13") => "cached unlock",
        _ => return shown(record.log),
    };
    named.to_owned()
}

fn from(record: &Record<'_>) -> String {
    if let Some(address) = record.from {
        return address.to_string();
    }
    let named = ["IpAddress", "WorkstationName"].iter().find_map(|name| record.get(name));
    named.filter(|from| !matches!(*from, "" | "-")).unwrap_or_default().to_owned()
}

/// The outcome of the log-on that a record reports, if it reports one.
pub(in crate::sighting) fn of(record: &Record<'_>) -> Option<Outcome> {
    let web = record.log.categories.iter().any(|category| category == "webserver");
    if web { None } else { attempt::outcome(record) }
}
