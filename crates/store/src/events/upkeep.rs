//! Upkeep of kept events: what waits becomes files, small files become larger ones, and what is past its time goes.
//!
//! Each step is one transaction: files are written, then the catalogue names them and ceases to name those that they
//! replace. A file that ceased to count lies there for an hour more, for whoever is reading it.
//!
//! Retention is no withdrawal: what was found in events stays when they go.

use super::catalogue::{register, retire};
use super::writing::failed;
use crate::{Fault, Home};
use history::{
    EVENTS_MAX, EventWriter, INPUTS_MAX, NotCompacted, Postings, Registered, Set, Versions, compact,
    merge_events, sweep,
};
use model::{Date, Timestamp};
use rusqlite::TransactionBehavior;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// Events wait in the database until there are so many, so many bytes of them, or for so long.
const WAITING_EVENTS_MAX: u64 = EVENTS_MAX;
const WAITING_BYTES_MAX: u64 = 64 << 20;
const WAITING_SECONDS_MAX: i64 = 3_600;
/// So many tables of about one size become one.
const TABLES_OF_A_SIZE_MAX: usize = 8;
/// So many files of one source and day become one.
const FILES_OF_A_DAY_MAX: usize = 4;
/// How long a file stays that ceased to count.
const RETIRED_SECONDS: i64 = 3_600;

/// What upkeep did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upkept {
    /// How many events that waited are in files now.
    pub sealed: u64,
    /// How many files were merged.
    pub merged: usize,
    /// How many events are past their time and gone.
    pub let_go: u64,
    /// What could not be merged, and why.
    pub faults: Vec<String>,
}

/// The events of one source and day that wait: first number and count of each batch.
type Waiting = BTreeMap<(String, Date), Vec<u64>>;

impl Home {
    /// Keeps events in order. `kept_seconds`: how long they are kept, if not for ever.
    ///
    /// # Errors
    /// The disk's, and the database's: what was done before it stays done.
    pub fn keep_up(
        &mut self,
        versions: &Versions,
        now: Timestamp,
        kept_seconds: Option<i64>,
    ) -> Result<Upkept, Fault> {
        let mut upkept = Upkept::default();
        self.seal(versions, now, &mut upkept)?;
        if let Some(seconds) = kept_seconds {
            self.let_go(now, seconds, &mut upkept)?;
        }
        self.merge_days(versions, now, &mut upkept)?;
        self.merge_tables(versions, now, &mut upkept)?;
        self.sweep(now)?;
        self.sweep_documents(now)?;
        Ok(upkept)
    }

    /// Makes files of what waits, when it is time.
    fn seal(&mut self, versions: &Versions, now: Timestamp, upkept: &mut Upkept) -> Result<(), Fault> {
        let sql = "select count(*), coalesce(sum(events), 0), coalesce(sum(length(body)), 0), min(at), max(at) from tail";
        let (rows, events, bytes, first, last): (u64, u64, u64, Option<i64>, Option<i64>) =
            self.connection.query_row(sql, [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
        let hour = WAITING_SECONDS_MAX * 1_000_000;
        // A clock that went back is no reason to wait for it.
        let is_late = first.is_some_and(|at| at.saturating_add(hour) <= now.micros())
            || last.is_some_and(|at| at > now.micros().saturating_add(hour));
        if rows == 0 || !(is_late || events >= WAITING_EVENTS_MAX || bytes >= WAITING_BYTES_MAX) {
            return Ok(());
        }
        let mut waiting = Waiting::new();
        self.each_waiting(None, &mut |row, _| {
            waiting.entry((row.source, row.day)).or_default().push(row.first);
        })?;
        let mut files: Vec<Registered> = Vec::new();
        let mut postings = Postings::new();
        let mut table = self.next_table()?;
        for ((source, day), firsts) in &waiting {
            self.seal_day((source, *day, firsts), versions, &mut postings, &mut files)?;
            if postings.events() >= EVENTS_MAX / 2 {
                files.push(self.table(std::mem::take(&mut postings), &mut table, versions)?);
            }
        }
        if postings.events() > 0 {
            files.push(self.table(postings, &mut table, versions)?);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        register(&transaction, &files)?;
        for ((source, _), firsts) in &waiting {
            for first in firsts {
                transaction.execute("delete from tail where source = ?1 and first = ?2", (source, first))?;
            }
        }
        transaction.commit()?;
        upkept.sealed = events;
        Ok(())
    }

    /// Writes the file, or files, of one source and day.
    fn seal_day(
        &self,
        (source, day, firsts): (&str, Date, &[u64]),
        versions: &Versions,
        postings: &mut Postings,
        files: &mut Vec<Registered>,
    ) -> Result<(), Fault> {
        let folder = self.events_folder();
        let mut writer: Option<(EventWriter, u64)> = None;
        let mut outcome: std::io::Result<()> = Ok(());
        self.each_waiting(Some(source), &mut |row, _| {
            if row.day != day || !firsts.contains(&row.first) || outcome.is_err() {
                return;
            }
            let mut number = row.first;
            row.events.each(&mut |event| {
                if outcome.is_ok() {
                    let place = (&*folder, source, day);
                    let written = event.with(None, &mut |event| {
                        add(&mut writer, place, (number, event), versions, files)?;
                        postings.add(source, number, event)
                    });
                    outcome = written.unwrap_or(Ok(()));
                }
                number += 1;
            });
        })?;
        let end = writer.map(|(writer, _)| writer.finish()).transpose();
        let file = outcome.and(end).map_err(|error| failed(&folder, error))?;
        files.extend(file);
        Ok(())
    }

    fn table(&self, postings: Postings, number: &mut u64, versions: &Versions) -> Result<Registered, Fault> {
        let folder = self.events_folder();
        let written = postings.write(&folder, (*number, *number), versions);
        *number += 1;
        written.map_err(|error| failed(&folder, error))
    }

    /// Lets go of events that are past their time, file by file.
    fn let_go(&mut self, now: Timestamp, seconds: i64, upkept: &mut Upkept) -> Result<(), Fault> {
        let horizon = now.plus_seconds(-seconds);
        let files = self.files(false)?;
        let is_past = |file: &&Registered| match &file.set {
            // A day goes whole: what is kept of one can be asked again, and gives what it gave. What has no time was filed
            // under the day on which it was read.
            Set::Events { day, .. } => day.start().plus_seconds(86_400) <= horizon,
            Set::Observables { .. } => {
                file.untimed == 0 && file.latest.is_some_and(|latest| latest < horizon)
            }
        };
        let past: Vec<&Registered> = files.iter().filter(is_past).collect();
        upkept.let_go = past.iter().filter(|file| file.level().is_none()).map(|file| file.events).sum();
        let names: Vec<&str> = past.iter().map(|file| file.name.as_str()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        retire(&transaction, &names, now)?;
        Ok(transaction.commit()?)
    }

    /// Merges the files of a source and day when they are many.
    fn merge_days(&mut self, versions: &Versions, now: Timestamp, upkept: &mut Upkept) -> Result<(), Fault> {
        let mut days: BTreeMap<(String, Date), Vec<Registered>> = BTreeMap::new();
        for file in self.files(false)? {
            if let Set::Events { source, day } = &file.set
                && file.events < EVENTS_MAX / 2
            {
                days.entry((source.clone(), *day)).or_default().push(file);
            }
        }
        for ((source, _), mut files) in days {
            if files.len() < FILES_OF_A_DAY_MAX {
                continue;
            }
            files.sort_by_key(|file| file.first);
            let archive = self.archive()?;
            let folder = self.events_folder();
            let counts = |number: u64, event: &history::Event<'_>| archive.counts(&source, number, event);
            let merged = merge_events(&folder, &files, &counts, versions);
            drop(archive);
            self.replace(&files, merged, now, upkept)?;
        }
        Ok(())
    }

    /// Merges neighbours among the tables of what was seen, the small ones first, so that few are in sight.
    fn merge_tables(
        &mut self,
        versions: &Versions,
        now: Timestamp,
        upkept: &mut Upkept,
    ) -> Result<(), Fault> {
        let folder = self.events_folder();
        loop {
            let mut tables: Vec<Registered> = self
                .files(false)?
                .into_iter()
                .filter(|file| file.level().is_some_and(|level| level < 2))
                .collect();
            tables.sort_by_key(|table| table.first);
            let Some(inputs) = neighbours(&tables) else { return Ok(()) };
            let merged = compact(&folder, inputs, 1, versions).map(|file| vec![file]);
            let is_stuck = merged.is_err();
            self.replace(inputs, merged, now, upkept)?;
            if is_stuck {
                return Ok(());
            }
        }
    }

    /// Names merged files in place of their inputs. What could not be merged stays as it is, and is said.
    fn replace(
        &mut self,
        inputs: &[Registered],
        merged: Result<Vec<Registered>, NotCompacted>,
        now: Timestamp,
        upkept: &mut Upkept,
    ) -> Result<(), Fault> {
        let merged = match merged {
            Ok(merged) => merged,
            Err(NotCompacted::Output(error)) => return Err(failed(&self.events_folder(), error)),
            Err(why) => {
                upkept.faults.push(why.to_string());
                return Ok(());
            }
        };
        let names: Vec<&str> = inputs.iter().map(|file| file.name.as_str()).collect();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        retire(&transaction, &names, now)?;
        register(&transaction, &merged)?;
        transaction.commit()?;
        upkept.merged += inputs.len();
        Ok(())
    }

    /// Takes files away that do not count.
    fn sweep(&mut self, now: Timestamp) -> Result<(), Fault> {
        let horizon = now.plus_seconds(-RETIRED_SECONDS);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "delete from segments where retired < ?1 or retired > ?2",
            (horizon.micros(), now.plus_seconds(RETIRED_SECONDS).micros()),
        )?;
        transaction.commit()?;
        let kept = self.files(true)?;
        let since = u64::try_from(now.seconds()).unwrap_or(0);
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        let folder = self.events_folder();
        sweep(&folder, &kept, moment).map_err(|error| failed(&folder, error))?;
        Ok(())
    }

    /// The number of the next table of what was seen.
    pub(crate) fn next_table(&self) -> Result<u64, Fault> {
        let tables = self.files(true)?.into_iter().filter(|file| file.level().is_some());
        Ok(tables.map(|file| file.last + 1).max().unwrap_or(1))
    }
}

/// Tables beside each other, none much larger than the others, that are too many.
fn neighbours(tables: &[Registered]) -> Option<&[Registered]> {
    let size = |table: &Registered| table.events.max(1).ilog(8);
    let sizes = || tables.iter().map(size);
    let largest = sizes().max()?;
    (0..=largest).find_map(|size_max| {
        let runs = tables.chunk_by(|a, b| (size(a) <= size_max) == (size(b) <= size_max));
        let mut runs = runs.filter(|run| run.first().is_some_and(|first| size(first) <= size_max));
        let run = runs.find(|run| run.len() >= TABLES_OF_A_SIZE_MAX)?;
        run.get(..run.len().min(INPUTS_MAX))
    })
}

/// Adds an event to the file of its day, or begins another when that is full.
fn add(
    writer: &mut Option<(EventWriter, u64)>,
    (folder, source, day): (&std::path::Path, &str, Date),
    (number, event): (u64, &history::Event<'_>),
    versions: &Versions,
    files: &mut Vec<Registered>,
) -> std::io::Result<()> {
    if let Some((full, _)) = writer.take_if(|(_, events)| *events >= EVENTS_MAX) {
        files.push(full.finish()?);
    }
    if writer.is_none() {
        *writer = Some((EventWriter::begin(folder, source, day, number, versions)?, 0));
    }
    if let Some((writer, events)) = writer {
        writer.add_numbered(number, event)?;
        *events += 1;
    }
    Ok(())
}
