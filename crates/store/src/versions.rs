//! Documents word for word, in their last versions: so that a reader that has changed can read them again.
//!
//! ```text
//! bytes → Cutter: slices → shared with the version before, or a frame against it → pack: row or file → one transaction names them
//! ```
//!
//! Why slices and frames: an inventory of two million rows of which one in a hundred changes each night must not be written
//! whole each night, and the rows that change are everywhere in it. [`Keeping`] has how. Feeds of records go the same way: a
//! record that changed costs a frame of some hundred bytes, and one that did not change costs nothing where its whole slice
//! is equal.
//!
//! Invariants: what a version gives back has its digest; a version and its document are written in one transaction; of each
//! document the newest versions are kept, as many as are configured, and of what a memory itself reads again (rules, tuning,
//! mappings, reports) always one. Logs are never kept here.

pub(crate) mod carrying;
mod cutting;
mod frames;
mod numbers;
pub(crate) mod packs;
mod reading;
mod staged;
pub(crate) mod sweeping;
mod writing;

pub use cutting::Sizes;
pub use staged::Written;
pub use writing::Keeping;

use crate::moment::moment;
use crate::{Fault, Home};
use model::Timestamp;
use reading::Reading;
use rusqlite::{Connection, OptionalExtension, params};
use staged::{StagedVersion, stage};
use std::io::Write;

/// Sorts of which the last version is always kept, because a memory itself reads it again.
const ALWAYS: &str = "('rules', 'tuning', 'mapping', 'intel')";

/// A version of a document that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// Rises with each version.
    pub number: i64,
    /// Of what is kept (BLAKE3).
    pub digest: Vec<u8>,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was received.
    pub received: Timestamp,
    /// The number of the readers that read it last.
    pub readers: u32,
    /// Whether secrets were cut out of it.
    pub is_cut: bool,
    /// Whether it is what the document says now.
    pub is_now: bool,
}

/// What is kept word for word of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOfSource {
    /// How many of its documents are kept.
    pub documents: u64,
    /// In how many versions.
    pub versions: u64,
    /// How many bytes these have.
    pub bytes: u64,
}

/// Takes in what is staged, and lets go of versions that are too many.
pub(crate) fn take_staged(connection: &Connection, versions_max: u32) -> Result<(), Fault> {
    connection.execute_batch(
        "delete from unkept where document in (select id from documents join temp.staged_documents using (name));
         insert into unkept select id, why from temp.staged_unkept join documents using (name);
         insert into packs (id, digest, bytes, body) select id, digest, bytes, body from temp.staged_packs;
         insert into slices select * from temp.staged_slices;
         update versions set is_now = false where is_now
            and document in (select id from documents join temp.staged_documents using (name))
            and document not in (select id from documents join temp.staged_versions using (name));",
    )?;
    let mut staged = connection.prepare_cached(
        "select id, temp.staged_versions.digest, (select max(number) from versions where document = id)
         from temp.staged_versions join documents using (name) order by name",
    )?;
    let staged: Vec<(i64, Vec<u8>, Option<i64>)> =
        staged.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let mut again = connection.prepare_cached(
        "update versions set is_now = true, readers = (select readers from temp.staged_versions
            join documents using (name) where id = ?1)
         where document = ?1 and number = ?2 and digest = ?3",
    )?;
    let mut older =
        connection.prepare_cached("update versions set is_now = false where document = ?1 and is_now")?;
    let mut insert = connection.prepare_cached(
        "insert into versions select id, ?2, staged.digest, staged.bytes, received, readers, is_cut, true, slices
         from temp.staged_versions as staged join documents using (name) where id = ?1",
    )?;
    for (document, digest, last) in staged {
        if again.execute(params![document, last, digest])? == 0 {
            older.execute([document])?;
            insert.execute(params![document, last.unwrap_or(0) + 1])?;
        }
        prune(connection, "document = ?2", versions_max, document)?;
    }
    Ok(())
}

/// Lets go of the versions of some documents that are too many.
fn prune(connection: &Connection, which: &str, versions_max: u32, document: i64) -> Result<(), Fault> {
    let sql = format!(
        "delete from versions where {which} and ?2 = ?2 and number <=
            (select max(number) from versions as all_of where all_of.document = versions.document)
            - (select max(?1, sort in {ALWAYS}) from documents where id = versions.document)"
    );
    connection.prepare_cached(&sql)?.execute(params![versions_max, document])?;
    Ok(())
}

impl Home {
    /// Says how many versions of a document are kept.
    pub fn set_versions(&mut self, versions_max: u32) {
        self.versions_max = versions_max;
    }

    /// Whether documents are kept that the memory itself need not read again.
    #[must_use]
    pub fn keeps_documents(&self) -> bool {
        self.versions_max > 0
    }

    /// Begins to keep a document word for word, against its version that is kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn keeping(&self, name: &str, sort: &str) -> Result<Keeping<'_>, Fault> {
        self.keeping_in(name, sort, Sizes::default())
    }

    /// The same with slices of these sizes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn keeping_in(&self, name: &str, sort: &str, sizes: Sizes) -> Result<Keeping<'_>, Fault> {
        Keeping::begin(&self.connection, self.directory(), (name, sort), sizes)
    }

    /// Stages that a document has the bytes of a version that is kept, of whatever document. Says whether there is one.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn keep_like(&self, name: &str, sort: &str, digest: &[u8], readers: u32) -> Result<bool, Fault> {
        let mut like = self.connection.prepare_cached(
            "select bytes, slices from versions where digest = ?1 and not is_cut
             union all
             select bytes, slices from temp.staged_versions where digest = ?1 and not is_cut limit 1",
        )?;
        let like: Option<(u64, String)> =
            like.query_row([digest], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((bytes, slices)) = like else { return Ok(false) };
        let version = StagedVersion { name, sort, digest, bytes, readers, is_cut: false, slices: &slices };
        stage(&self.connection, &version)?;
        Ok(true)
    }

    /// Stages a document word for word.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_text(&mut self, name: &str, sort: &str, text: &[u8], readers: u32) -> Result<(), Fault> {
        let mut keeping = self.keeping(name, sort)?;
        keeping.add(text)?;
        keeping.finish(readers, false)?;
        Ok(())
    }

    /// Stages that a document stays as it is kept, and was read by these readers.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_kept(&self, name: &str, readers: u32) -> Result<(), Fault> {
        let mut insert = self.connection.prepare_cached(
            "insert or replace into temp.staged_versions
             select name, sort, versions.digest, versions.bytes, ?2, is_cut, slices
             from versions join documents on documents.id = versions.document where name = ?1 and is_now",
        )?;
        insert.execute(params![name, readers])?;
        Ok(())
    }

    /// Stages why a document is not kept word for word.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_unkept(&self, name: &str, why: &str) -> Result<(), Fault> {
        let mut insert =
            self.connection.prepare_cached("insert or replace into temp.staged_unkept values (?1, ?2)")?;
        insert.execute([name, why])?;
        Ok(())
    }

    /// Word for word what was kept of documents of a sort, by name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn texts(&self, sort: &str) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, slices, versions.bytes, versions.digest
             from documents join versions on versions.document = documents.id
             where sort = ?1 and is_now and name not in (select name from temp.gone)
               and name not in (select name from temp.staged_documents)
             union all
             select name, slices, bytes, digest from temp.staged_versions where sort = ?1
             order by 1",
        )?;
        let rows: Vec<Stored> = statement.query_map([sort], stored)?.collect::<Result<_, _>>()?;
        rows.iter().map(|row| Ok((row.name.clone(), self.whole(row)?))).collect()
    }

    /// A document that is kept word for word; `None`: it is not, or it is taken back or read anew with the next commit.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.stored_now(name)?.map(|row| self.whole(&row)).transpose()
    }

    /// Writes a document that is kept word for word; says whether it is.
    ///
    /// # Errors
    /// When it cannot be read, or not be written.
    pub fn write_text(&self, name: &str, to: &mut dyn Write) -> Result<bool, Fault> {
        let Some(row) = self.stored_now(name)? else { return Ok(false) };
        self.each_slice(&row, &mut |plain| {
            to.write_all(plain).map_err(|error| Fault::Io {
                doing: "write",
                path: std::env::temp_dir(),
                error,
            })
        })?;
        Ok(true)
    }

    fn stored_now(&self, name: &str) -> Result<Option<Stored>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, slices, versions.bytes, versions.digest
             from documents join versions on versions.document = documents.id
             where name = ?1 and is_now and name not in (select name from temp.gone)
               and name not in (select name from temp.staged_documents)",
        )?;
        Ok(statement.query_row([name], stored).optional()?)
    }

    /// The versions of a document that are kept, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn versions(&self, name: &str) -> Result<Vec<VersionRow>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select number, versions.digest, versions.bytes, versions.received, readers, is_cut, is_now
             from versions join documents on documents.id = versions.document where name = ?1 order by 1",
        )?;
        let rows = statement.query_map([name], |row| {
            Ok(VersionRow {
                number: row.get(0)?,
                digest: row.get(1)?,
                bytes: row.get(2)?,
                received: moment(row.get(3)?),
                readers: row.get(4)?,
                is_cut: row.get(5)?,
                is_now: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A version of a document, word for word; `None`: there is none of this number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn version(&self, name: &str, number: i64) -> Result<Option<Vec<u8>>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, slices, versions.bytes, versions.digest
             from versions join documents on documents.id = versions.document where name = ?1 and number = ?2",
        )?;
        let row = statement.query_row(params![name, number], stored).optional()?;
        row.map(|row| self.whole(&row)).transpose()
    }

    /// The documents that are not kept word for word, with their sorts and why; logs and what the program carries are not
    /// among them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn without_text(&self) -> Result<Vec<(String, String, Option<String>)>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, sort, why from documents left join unkept on unkept.document = documents.id
             where sort <> 'logs' and source not like 'built in:%'
               and id not in (select document from versions where is_now) order by name",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many documents of a sort were last read by other readers than these.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn read_by_others(&self, sort: &str, readers: u32) -> Result<u64, Fault> {
        let sql = "select count(*) from versions join documents on documents.id = versions.document
                   where sort = ?1 and is_now and readers <> ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![sort, readers], |row| row.get(0))?)
    }

    /// Notes which readers read a document last, of one that says the same to them.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_readers(&mut self, names: &[&str], readers: u32) -> Result<(), Fault> {
        let transaction =
            self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        {
            let mut update = transaction.prepare_cached(
                "update versions set readers = ?2 where is_now and readers <> ?2
                    and document = (select id from documents where name = ?1)",
            )?;
            for name in names {
                update.execute(params![name, readers])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// What is kept word for word of a source.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn kept_of(&self, source: &str) -> Result<KeptOfSource, Fault> {
        let sql = "select count(distinct document), count(*), coalesce(sum(versions.bytes), 0)
                   from versions join documents on documents.id = versions.document where source = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([source], |row| {
            Ok(KeptOfSource { documents: row.get(0)?, versions: row.get(1)?, bytes: row.get(2)? })
        })?)
    }

    /// Reads every version that is kept, and holds it against its digest; a sentence for each that is not whole.
    pub(crate) fn versions_whole(&self, faults: &mut Vec<String>) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, slices, versions.bytes, versions.digest, versions.received
             from versions join documents on documents.id = versions.document order by 1, number",
        )?;
        let rows: Vec<(Stored, i64)> =
            statement.query_map([], |row| Ok((stored(row)?, row.get(4)?)))?.collect::<Result<_, _>>()?;
        for (row, received) in rows {
            match self.each_slice(&row, &mut |_| Ok(())) {
                Err(fault @ (Fault::Damaged { .. } | Fault::Io { .. })) => faults.push(format!(
                    "{} as it was received at {} is not whole word for word ({fault}): restore a backup, or forget its \
                     source and ingest it again",
                    row.name,
                    moment(received),
                )),
                other => other?,
            }
        }
        Ok(())
    }

    fn whole(&self, row: &Stored) -> Result<Vec<u8>, Fault> {
        let mut whole = Vec::new();
        self.each_slice(row, &mut |plain| {
            whole.extend_from_slice(plain);
            Ok(())
        })?;
        Ok(whole)
    }

    /// Gives a version slice by slice; that all of it is whole is known at the end.
    fn each_slice(
        &self,
        row: &Stored,
        give: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let damaged = || Fault::Damaged { what: format!("the text of {}", row.name) };
        let mut reading = Reading::new(&self.connection, self.directory());
        let (mut hasher, mut bytes) = (blake3::Hasher::new(), 0_u64);
        for slice in numbers::read(&row.slices).ok_or_else(damaged)? {
            let plain = match reading.plain(slice) {
                Err(Fault::Damaged { .. }) => return Err(damaged()),
                other => other?,
            };
            hasher.update(&plain);
            bytes = bytes.saturating_add(u64::try_from(plain.len()).unwrap_or(u64::MAX));
            give(&plain)?;
        }
        let is_whole = bytes == row.bytes && hasher.finalize().as_bytes().as_slice() == row.digest;
        if is_whole { Ok(()) } else { Err(damaged()) }
    }
}

/// What is needed to read a version.
struct Stored {
    name: String,
    slices: String,
    bytes: u64,
    digest: Vec<u8>,
}

fn stored(row: &rusqlite::Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored { name: row.get(0)?, slices: row.get(1)?, bytes: row.get(2)?, digest: row.get(3)? })
}
