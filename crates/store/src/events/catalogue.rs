//! The catalogue of events: which files count, which logs they are of, and what a commit adds to it.

use super::packed::Packed;
use super::pending::{EventLog, Followed, Pending};
use super::writing::{EventsWriting, TailRow};
use crate::body::{compress, decompress};
use crate::{Fault, Home};
use history::{Registered, Set, Versions};
use model::{Date, Problem, Timestamp};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of files of events, below the home.
pub(crate) const FOLDER: &str = "history";

impl Home {
    /// The folder of its files of events.
    #[must_use]
    pub fn events_folder(&self) -> PathBuf {
        self.directory().join(FOLDER)
    }

    /// Begins to write events; [`Home::stage_events`] ends it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn write_events(&self, versions: Versions, now: Timestamp) -> Result<EventsWriting, Fault> {
        let mut statement = self.connection.prepare_cached("select name, next from event_sources")?;
        let next = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let next: BTreeMap<String, u64> = next.collect::<Result<_, _>>()?;
        Ok(EventsWriting::new(&self.events_folder(), versions, now, (next, self.next_table()?)))
    }

    /// Ends writing: the next commit names the files. What was not kept whole comes back.
    ///
    /// # Errors
    /// The disk's.
    pub fn stage_events(&mut self, writing: EventsWriting) -> Result<Vec<Problem>, Fault> {
        let (written, problems) = writing.finish()?;
        self.pending.written.files.extend(written.files);
        self.pending.written.rows.extend(written.rows);
        self.pending.written.next.extend(written.next);
        Ok(problems)
    }

    /// Says of a log whose events are kept what is known of it now.
    pub fn stage_event_log(&mut self, log: EventLog) {
        self.pending.logs.push(log);
    }

    /// Says that the events under a name count for nothing any more.
    pub fn stage_events_gone(&mut self, name: &str) {
        self.pending.gone.insert(name.to_owned());
    }

    /// Says that one event of a source does not count: its record was cut when it was read.
    pub fn stage_void_event(&mut self, source: &str, event: u64) {
        self.pending.void.push((source.to_owned(), event));
    }

    /// Says up to where a followed log was taken.
    pub fn stage_followed(&mut self, followed: Followed) {
        self.pending.followed.push(followed);
    }

    /// Says that a log is followed no more.
    pub fn stage_left(&mut self, document: &str, generation: u64) {
        self.pending.left.push((document.to_owned(), generation));
    }

    /// The logs that are followed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn followed(&self) -> Result<Vec<Followed>, Fault> {
        let mut statement =
            self.connection.prepare_cached("select document, generation, position, state from followed")?;
        let rows = statement.query_map([], |row| {
            Ok(Followed {
                document: row.get(0)?,
                generation: row.get(1)?,
                position: row.get(2)?,
                state: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The logs whose events are kept, by the names that their events bear.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn event_logs(&self) -> Result<BTreeMap<String, EventLog>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, log, source, last_record, last_event, is_whole, reading, asked_to
             from event_logs",
        )?;
        let rows = statement.query_map([], |row| {
            let log = EventLog {
                name: row.get(0)?,
                log: row.get(1)?,
                source: row.get(2)?,
                last_record: row.get(3)?,
                last_event: row.get(4)?,
                is_whole: row.get(5)?,
                reading: row.get(6)?,
                asked_to: Some(row.get(7)?),
            };
            Ok((log.name.clone(), log))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Files that count; with those that ceased to less than an hour ago, if wanted.
    pub(crate) fn files(&self, with_retired: bool) -> Result<Vec<Registered>, Fault> {
        let sql = match with_retired {
            true => "select name, body from segments order by name",
            false => "select name, body from segments where retired is null order by name",
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (name, body) = row?;
            serde_json::from_str(&body)
                .map_err(|_| Fault::Damaged { what: format!("what is known of {name}") })
        })
        .collect()
    }

    /// Batches of events that wait in the database, of one source or of all.
    pub(crate) fn each_waiting(
        &self,
        source: Option<&str>,
        each: &mut dyn FnMut(TailRow, Timestamp),
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "select source, day, first, events, at, body, hashes from tail
             where ?1 is null or source = ?1 order by source, first",
        )?;
        let mut rows = statement.query([source])?;
        while let Some(row) = rows.next()? {
            let (source, day, first): (String, String, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let what = || format!("events of {source} that wait");
            let body = decompress(row.get_ref(5)?.as_blob().unwrap_or_default(), &what)?;
            let hashes = row.get_ref(6)?.as_blob().unwrap_or_default();
            let hash = |bytes: &[u8]| bytes.first_chunk().map(|bytes| i64::from_le_bytes(*bytes));
            let row_of = TailRow {
                day: Date::parse(&day).ok_or_else(|| Fault::Damaged { what: what() })?,
                first,
                events: Packed::of(body, row.get(3)?),
                hashes: hashes.chunks_exact(8).filter_map(hash).collect(),
                source,
            };
            each(row_of, crate::moment::moment(row.get(4)?));
        }
        Ok(())
    }
}

/// Writes what a commit does to the catalogue.
pub(crate) fn take_pending(connection: &Connection, pending: &Pending, now: Timestamp) -> Result<(), Fault> {
    for name in &pending.gone {
        connection.execute("delete from event_logs where name = ?1", [name])?;
    }
    register(connection, &pending.written.files)?;
    for row in &pending.written.rows {
        let hashes: Vec<u8> = row.hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
        connection.prepare_cached("insert into tail values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(
            params![
                row.source,
                row.day.to_string(),
                row.first,
                row.events.count(),
                now.micros(),
                compress(row.events.bytes())?,
                hashes,
            ],
        )?;
    }
    for (source, next) in &pending.written.next {
        connection
            .prepare_cached(
                "insert into event_sources values (?1, ?2) on conflict (name) do update set next = ?2",
            )?
            .execute(params![source, next])?;
    }
    for log in &pending.logs {
        write_log(connection, log)?;
    }
    for one in &pending.followed {
        connection
            .prepare_cached("insert or replace into followed values (?1, ?2, ?3, ?4)")?
            .execute(params![one.document, one.generation, one.position, one.state])?;
    }
    for (document, generation) in &pending.left {
        connection.execute(
            "delete from followed where document = ?1 and generation = ?2",
            params![document, generation],
        )?;
    }
    for (source, event) in &pending.void {
        connection.execute("insert or ignore into void_events values (?1, ?2)", params![source, event])?;
    }
    Ok(())
}

/// Names files: from the commit on they count.
pub(crate) fn register(connection: &Connection, files: &[Registered]) -> Result<(), Fault> {
    for file in files {
        let body = serde_json::to_string(file)
            .map_err(|_| Fault::Damaged { what: format!("what is known of {}", file.name) })?;
        connection
            .prepare_cached("insert or replace into segments values (?1, ?2, null)")?
            .execute(params![file.name, body])?;
    }
    Ok(())
}

/// Says that files do not count any more.
pub(crate) fn retire(connection: &Connection, names: &[&str], now: Timestamp) -> Result<(), Fault> {
    for name in names {
        connection
            .prepare_cached("update segments set retired = ?2 where name = ?1 and retired is null")?
            .execute(params![name, now.micros()])?;
    }
    Ok(())
}

/// Whether a file holds events of a source.
pub(crate) fn is_of(file: &Registered, wanted: &str) -> bool {
    matches!(&file.set, Set::Events { source, .. } if source == wanted)
}

/// Writes a row of a log; the index over its document only where that is another than before.
fn write_log(connection: &Connection, log: &EventLog) -> Result<(), Fault> {
    let values = params![
        log.name,
        log.log,
        log.source,
        log.last_record,
        log.last_event,
        log.is_whole,
        log.reading,
        log.asked_to
    ];
    let updated = connection
        .prepare_cached(
            "update event_logs set source = ?3, last_record = ?4, last_event = ?5, is_whole = ?6, reading = ?7,
                asked_to = coalesce(?8, (select max(id) from debts), 0) where name = ?1 and log = ?2",
        )?
        .execute(values)?;
    if updated == 0 {
        connection
            .prepare_cached(
                "insert or replace into event_logs
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(?8, (select max(id) from debts), 0))",
            )?
            .execute(values)?;
    }
    Ok(())
}
