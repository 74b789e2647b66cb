//! What a home keeps beside facts: sources, documents, turns, work, and which logs events are of.

use super::table::{Fill, FilledTable, Holds, maybe, number, shown, text, yes_no};
use crate::asking::Asking;
use crate::refused::Refused;
use rusqlite::types::Value;
use std::collections::BTreeMap;
use store::{DocumentRow, TurnRow, Work};

const SOURCES: FilledTable = FilledTable {
    name: "sources",
    row: "a source, which can be taken back as a whole",
    columns: &[
        ("name", Holds::Text),
        ("documents", Holds::Number),
        ("first_read", Holds::Time),
        ("last_read", Holds::Time),
    ],
};

const DOCUMENTS: FilledTable = FilledTable {
    name: "documents",
    row: "a document in its version now",
    columns: &[
        ("name", Holds::Text),
        ("source", Holds::Text),
        ("sort", Holds::Text),
        ("form", Holds::Text),
        ("received", Holds::Time),
        ("is_advisory", Holds::Number),
        ("bytes", Holds::Number),
        ("digest", Holds::Text),
        ("first", Holds::Time),
        ("last", Holds::Time),
        ("counts", Holds::Json),
        ("problems", Holds::Json),
    ],
};

const TURNS: FilledTable = FilledTable {
    name: "turns",
    row: "something that happened to a finding, in order",
    columns: &[
        ("seq", Holds::Number),
        ("at", Holds::Time),
        ("revision", Holds::Number),
        ("thread", Holds::Number),
        ("finding", Holds::Text),
        ("title", Holds::Text),
        ("what", Holds::Text),
        ("details", Holds::Json),
        ("reopened", Holds::Number),
        ("severity", Holds::Text),
        ("certainty", Holds::Text),
        ("decision", Holds::Text),
    ],
};

const WORK: FilledTable = FilledTable {
    name: "work",
    row: "the work of people on a finding, as it holds now",
    columns: &[
        ("thread", Holds::Number),
        ("finding", Holds::Text),
        ("state", Holds::Text),
        ("again", Holds::Text),
        ("owner", Holds::Text),
        ("until", Holds::Time),
        ("note", Holds::Text),
        ("is_held", Holds::Number),
        ("by", Holds::Text),
        ("at", Holds::Time),
    ],
};

const EVENT_LOGS: FilledTable = FilledTable {
    name: "event_logs",
    row: "a log whose events are kept: the name that they bear, and its name now",
    columns: &[("log_file_path", Holds::Text), ("log", Holds::Text), ("source_name", Holds::Text)],
};

const VOID_EVENTS: FilledTable = FilledTable {
    name: "void_events",
    row: "an event that does not count: its record was cut when it was read",
    columns: &[("source_name", Holds::Text), ("event_number", Holds::Number)],
};

pub(super) const TABLES: &[FilledTable] = &[SOURCES, DOCUMENTS, TURNS, WORK, EVENT_LOGS, VOID_EVENTS];

/// Fills those that are named.
pub(super) fn fill(fill: &Fill<'_>, asking: &Asking<'_>) -> Result<(), Refused> {
    let home = asking.home;
    if fill.wants(SOURCES.name) {
        for source in home.sources()? {
            let read = [source.first_read, source.last_read].map(|at| shown(Some(at)));
            let [first, last] = read;
            fill.row(SOURCES.name, vec![text(&source.name), number(source.documents), first, last])?;
        }
    }
    if fill.wants(DOCUMENTS.name) {
        home.documents()?.iter().try_for_each(|document| fill.row(DOCUMENTS.name, of_document(document)))?;
    }
    if fill.wants(TURNS.name) {
        home.turns_after(0)?.iter().try_for_each(|turn| fill.row(TURNS.name, of_turn(turn)))?;
    }
    if fill.wants(WORK.name) {
        let findings: BTreeMap<u64, String> =
            home.open_threads()?.into_iter().map(|(finding, thread)| (thread, finding)).collect();
        for (thread, now) in home.work_as_of(asking.now)? {
            let finding = findings.get(&thread);
            fill.row(WORK.name, of_work(thread, finding, now.again.as_ref(), &now.work))?;
        }
    }
    if fill.wants(EVENT_LOGS.name) {
        for log in home.event_logs()?.values() {
            fill.row(EVENT_LOGS.name, vec![text(&log.name), text(&log.log), text(&log.source)])?;
        }
    }
    if fill.wants(VOID_EVENTS.name) {
        for (source, event) in home.archive()?.void() {
            fill.row(VOID_EVENTS.name, vec![text(source), number(*event)])?;
        }
    }
    Ok(())
}

fn of_document(document: &DocumentRow) -> Vec<Value> {
    let digest: String = document.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        text(&document.name),
        text(&document.source),
        text(&document.sort),
        maybe(document.form.as_ref()),
        shown(Some(document.received)),
        yes_no(document.is_advisory),
        number(document.bytes),
        Value::Text(digest),
        shown(document.first),
        shown(document.last),
        Value::Text(serde_json::to_string(&document.counts).unwrap_or_default()),
        Value::Text(serde_json::to_string(&document.problems).unwrap_or_default()),
    ]
}

fn of_turn(row: &TurnRow) -> Vec<Value> {
    let grade = row.turn.grade;
    // A variant without fields is its name, one with fields an object of one name.
    let what = serde_json::to_value(&row.turn.what).unwrap_or_default();
    let (name, details) = match &what {
        serde_json::Value::Object(object) => {
            let first = object.iter().next();
            first.map_or((String::new(), None), |(name, details)| (name.clone(), Some(details.to_string())))
        }
        other => (other.as_str().unwrap_or_default().to_owned(), None),
    };
    vec![
        number(row.seq),
        shown(Some(row.at)),
        number(row.revision),
        number(row.thread),
        text(row.turn.id.as_str()),
        text(&row.turn.title),
        Value::Text(name.to_ascii_lowercase()),
        maybe(details),
        yes_no(row.reopened),
        text(grade.severity.name()),
        text(grade.certainty.name()),
        maybe(grade.decision.map(model::Decision::name)),
    ]
}

fn of_work(thread: u64, finding: Option<&String>, again: Option<&String>, work: &Work) -> Vec<Value> {
    vec![
        number(thread),
        maybe(finding),
        text(work.state.name()),
        maybe(again),
        maybe(work.owner.as_ref()),
        shown(work.until),
        maybe(work.note.as_ref()),
        yes_no(work.is_held),
        text(&work.by),
        shown(work.at),
    ]
}
