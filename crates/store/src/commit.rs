//! Committing: one change with all its consequences in one transaction.

use crate::body::encode;
use crate::documents::mode_word;
use crate::events::{catalogue, debts};
use crate::load::former;
use crate::stage::{Staging, Strand};
use crate::{Fault, Home, audit, cores, stage, turns, versions};
use findings::{Change, Cores, Known, Spool, Touched};
use memory::{Batch, Revision, Store, Thread, ThreadId};
use model::{FindingId, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Under which it is noted that a join is owed.
const OWES: &str = "owes a join";

impl Store for Home {
    type Error = Fault;

    fn load(&self, into: &mut Known) -> Result<Revision, Fault> {
        self.load_into(into)
    }

    fn refresh(&self, known: &mut Known, except: &BTreeSet<Arc<str>>) -> Result<(), Fault> {
        self.refresh_into(known, except)
    }

    fn findings(&self, touched: &Touched) -> Result<Cores, Fault> {
        self.cores(touched)
    }

    fn threads(&self, findings: &BTreeSet<&FindingId>) -> Result<BTreeMap<FindingId, Thread>, Fault> {
        self.threads_of(findings)
    }

    fn last_thread(&self) -> Result<ThreadId, Fault> {
        self.last_of_threads()
    }

    fn owes(&self) -> Result<bool, Fault> {
        let sql = "select coalesce((select value from home where name = ?1), 0)";
        Ok(self.connection.query_row(sql, [OWES], |row| row.get::<_, i64>(0))? != 0)
    }

    fn commit(&mut self, batch: Batch) -> Result<Revision, Fault> {
        let spool = Arc::clone(&self.spool);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let revision = next_revision(&transaction, &batch)?;
        take_staged(&transaction, revision)?;
        versions::take_staged(&transaction, self.versions_max)?;
        // Logs that are read now were asked of everything: debts that are made now are older than they.
        debts::take_pending(&transaction, &self.debts, batch.at)?;
        catalogue::take_pending(&transaction, &self.pending, batch.at)?;
        for (who, what) in &self.acts {
            audit::add(&transaction, batch.at, who, what)?;
        }
        for change in &batch.changes {
            apply(&transaction, &spool, change, revision)?;
        }
        cores::write(&transaction, &batch.cores, &batch.emptied)?;
        cores::write_threads(&transaction, &batch.threads, &batch.left)?;
        turns::write(&transaction, &batch.events, revision, batch.at)?;
        transaction.execute(
            "insert into home (name, value) values (?1, ?2) on conflict (name) do update set value = ?2 where value <> ?2",
            params![OWES, i64::from(batch.owes)],
        )?;
        transaction.commit()?;
        self.unstage()?;
        Ok(revision)
    }
}

/// The number of a batch. One that is not joined yet has that of the batch before it: nobody else need load it anew.
fn next_revision(connection: &Connection, batch: &Batch) -> Result<Revision, Fault> {
    let last: Revision =
        connection.query_row("select coalesce(max(revision), 0) from revisions", [], |row| row.get(0))?;
    if batch.owes && last > 0 {
        return Ok(last);
    }
    connection.execute(
        "insert into revisions (revision, at) values (?1, ?2)",
        params![last + 1, batch.at.micros()],
    )?;
    Ok(last + 1)
}

/// Moves over what was staged.
fn take_staged(connection: &Connection, revision: Revision) -> Result<(), Fault> {
    // Parts are staged against the version that was kept then. Learning is locked, so nobody else changed it.
    let is_other: bool = connection.query_row(
        "select exists (select 1 from temp.staged_on where not exists
            (select 1 from documents where documents.name = staged_on.name and documents.revision = staged_on.revision))",
        [],
        |row| row.get(0),
    )?;
    if is_other {
        return Err(Fault::Busy { holder: String::new() });
    }
    connection.execute_batch(
        "delete from documents where name in (select name from temp.gone);
         delete from held where name in (select name from temp.gone)
            or source in (select source from temp.staged_documents where sort in ('estate', 'knowledge'));",
    )?;
    // What is indexed is written only where it is new: an index of its own is a page of its own.
    connection.execute(
        "update documents set sort = staged.sort, mode = staged.mode, received = staged.received,
            is_advisory = staged.is_advisory, digest = staged.digest, bytes = staged.bytes, form = staged.form,
            counts = staged.counts, problems = staged.problems, first = staged.first, last = staged.last, revision = ?1
         from temp.staged_documents as staged
         where documents.name = staged.name and documents.source = staged.source",
        [revision],
    )?;
    connection.execute(
        "insert into documents (name, source, sort, mode, received, is_advisory, digest, bytes, form, counts,
                                problems, first, last, revision)
         select name, source, sort, mode, received, is_advisory, digest, bytes, form, counts, problems, first, last, ?1
            from temp.staged_documents as staged
            where not exists (select 1 from documents as known where known.name = staged.name and known.source = staged.source)
         on conflict (name) do update set source = excluded.source, sort = excluded.sort, mode = excluded.mode,
            received = excluded.received, is_advisory = excluded.is_advisory, digest = excluded.digest,
            bytes = excluded.bytes, form = excluded.form, counts = excluded.counts, problems = excluded.problems,
            first = excluded.first, last = excluded.last, revision = excluded.revision",
        [revision],
    )?;
    let mut whole = connection.prepare_cached(
        "select name, id from documents join temp.staged_documents using (name) where is_whole order by name",
    )?;
    let whole: Vec<(String, i64)> =
        whole.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (name, id) in whole {
        stage::move_parts(connection, &name, id)?;
    }
    connection.execute_batch(
        "insert into sources (name, first_read, last_read)
            select source, min(received), max(received) from temp.staged_documents where true group by source
            on conflict (name) do update set last_read = excluded.last_read
            where excluded.last_read >= last_read + 60000000;",
    )?;
    Ok(())
}

/// Writes a change that was not staged.
fn apply(
    connection: &Connection,
    spool: &Arc<dyn Spool>,
    change: &Change,
    revision: Revision,
) -> Result<(), Fault> {
    match change {
        Change::Said { name, document } => {
            let document = match former(connection, spool, name)? {
                Some(known) if document.dated.is_some() && known.dated > document.dated => return Ok(()),
                Some(known) => document.clone().after(&known),
                None => document.clone(),
            };
            let (source, mode) = (&*document.source, mode_word(document.mode));
            let received = document.received.micros();
            let is_advisory = document.is_advisory;
            let id = document_id(connection, name, "said", revision)?;
            connection.execute(
                "update documents set source = ?2, mode = ?3, received = ?4, is_advisory = ?5, dated = ?6, revision = ?7
                 where id = ?1",
                params![id, source, mode, received, is_advisory, document.dated.map(Timestamp::micros), revision],
            )?;
            stage::clear_parts(connection, name)?;
            let mut staging = Staging::begin(connection, name, Strand::Main)?;
            staging.add(&document.said)?;
            staging.finish()?;
            stage::move_parts(connection, name, id)
        }
        Change::Seen { name, seen } => {
            let id = document_id(connection, name, "logs", revision)?;
            let body = encode(&**seen)?;
            connection.execute(
                "insert into logs (document, body) values (?1, ?2)
                 on conflict (document) do update set body = ?2",
                params![id, body],
            )?;
            Ok(())
        }
        Change::Forget { name } => {
            connection.execute("delete from documents where name = ?1", [&**name])?;
            Ok(())
        }
        Change::ForgetSource { source } => {
            connection.execute("delete from documents where source = ?1", [&**source])?;
            connection.execute("delete from held where source = ?1", [&**source])?;
            connection.execute("delete from sources where name = ?1", [&**source])?;
            Ok(())
        }
        // Rules are kept as their texts, what people said of stories as acts of the audit log.
        Change::Rules(_) | Change::Regrouped(_) => Ok(()),
    }
}

/// The number of a document; made, if it was not staged. Its bytes are not known, so no document has its digest.
fn document_id(connection: &Connection, name: &str, sort: &str, revision: Revision) -> Result<i64, Fault> {
    let known = connection
        .prepare_cached("select id from documents where name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = connection.query_row(
        "insert into documents (name, source, sort, mode, received, is_advisory, digest, bytes, counts, problems, revision)
         values (?1, ?1, ?2, 'adds', 0, false, zeroblob(32), 0, '{}', '[]', ?3) returning id",
        params![name, sort, revision],
        |row| row.get(0),
    )?;
    Ok(id)
}
