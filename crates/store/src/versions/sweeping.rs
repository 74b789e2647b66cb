//! Takes away what no version needs any more: slices, packs, and files that no pack names.
//!
//! Only who may learn sweeps: a file that a learner has written and not yet named would be taken for one that a killed run
//! has left. The file of a pack lies there for an hour after it ceased to be needed, for
//! whoever is reading it; unless its source is forgotten.

use super::packs::{FOLDER, file_name};
use super::{numbers, prune};
use crate::{Fault, Home};
use model::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;

/// How long a file stays that is needed no more.
const RETIRED_SECONDS: i64 = 3_600;
/// Under which it is noted how many versions are kept.
const VERSIONS: &str = "versions of documents";

impl Home {
    /// Takes away what no version needs, files at once: what is forgotten may not lie there for an hour.
    ///
    /// # Errors
    /// When the database or a file cannot be written.
    pub fn sweep_now(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.sweep_within(now, -1)
    }

    /// Takes away what no version needs; files when nobody reads them any more.
    pub(crate) fn sweep_documents(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.sweep_within(now, RETIRED_SECONDS)
    }

    fn sweep_within(&mut self, now: Timestamp, retired_seconds: i64) -> Result<(), Fault> {
        if !self.locks.is_learning() {
            return Ok(());
        }
        let kept = self.versions_max.to_string();
        let is_other = self.note(VERSIONS)?.is_some_and(|known| known != kept);
        if is_other {
            prune(&self.connection, "true", self.versions_max, 0)?;
        }
        if is_other || self.note(VERSIONS)?.is_none() {
            self.set_note(VERSIONS, &kept)?;
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if transaction.query_row("select exists (select 1 from unswept)", [], |row| row.get(0))? {
            unneeded(&transaction, now)?;
        }
        let past = now.plus_seconds(-retired_seconds).micros();
        let future = now.plus_seconds(RETIRED_SECONDS).micros();
        // A clock that went back is no reason to keep it for ever.
        transaction.execute("delete from packs where retired < ?1 or retired > ?2", (past, future))?;
        transaction.commit()?;
        self.sweep_files()
    }

    /// Takes files away that no pack names.
    fn sweep_files(&self) -> Result<(), Fault> {
        let folder = self.directory().join(FOLDER);
        let io = |error| Fault::Io { doing: "clear", path: folder.clone(), error };
        let is_staged = "select exists (select 1 from temp.staged_packs)";
        if self.connection.query_row(is_staged, [], |row| row.get(0))? {
            return Ok(());
        }
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other.map_err(io)?,
        };
        let mut statement = self
            .connection
            .prepare_cached("select digest from packs where body is null and digest is not null")?;
        let named: BTreeSet<String> = statement
            .query_map([], |row| Ok(file_name(&row.get::<_, Vec<u8>>(0)?)))?
            .collect::<Result<_, _>>()?;
        for entry in entries {
            let entry = entry.map_err(io)?;
            if !entry.file_name().to_str().is_some_and(|name| named.contains(name)) {
                std::fs::remove_file(entry.path()).map_err(io)?;
            }
        }
        Ok(())
    }
}

/// Lets go of slices that nobody needs, and of the packs in which none is left.
fn unneeded(connection: &Connection, now: Timestamp) -> Result<(), Fault> {
    let damaged = || Fault::Damaged { what: "a list of slices".to_owned() };
    let mut needs: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut statement = connection.prepare_cached("select id, needs from slices")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let list: String = row.get(1)?;
        needs.insert(row.get(0)?, numbers::read(&list).ok_or_else(damaged)?);
    }
    let mut open: Vec<i64> = Vec::new();
    let mut statement = connection.prepare_cached("select slices from versions")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let list: String = row.get(0)?;
        open.extend(numbers::read(&list).ok_or_else(damaged)?);
    }
    let mut needed: BTreeSet<i64> = BTreeSet::new();
    while let Some(id) = open.pop() {
        if needed.insert(id) {
            open.extend(needs.get(&id).into_iter().flatten());
        }
    }
    let mut delete = connection.prepare_cached("delete from slices where id = ?1")?;
    for id in needs.keys().filter(|id| !needed.contains(id)) {
        delete.execute([id])?;
    }
    connection.execute(
        "update packs set retired = ?1 where retired is null and body is null
            and id not in (select pack from slices)",
        [now.micros()],
    )?;
    connection.execute_batch(
        "delete from packs where body is not null and id not in (select pack from slices);
         delete from unswept;",
    )?;
    Ok(())
}
