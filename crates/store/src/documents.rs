//! Documents that a home keeps: what is known of each beside its facts, and the sources that they are of.

use crate::moment::moment;
use crate::{Fault, Home};
use findings::Mode;
use model::{Problem, Timestamp};
use rusqlite::{OptionalExtension, Row};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a document beside its facts.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its name: the path, members of archives behind `!`.
    pub name: String,
    /// The source that it is of.
    pub source: String,
    /// As what it is kept: `estate`, `intel`, `knowledge`, `logs`, `rules`, `tuning`, `mapping`.
    pub sort: String,
    /// What its next version does to this one.
    pub mode: Mode,
    /// When it was received.
    pub received: Timestamp,
    /// Whether its reports are asked about.
    pub is_advisory: bool,
    /// Of its bytes.
    pub digest: [u8; 32],
    /// How many bytes it had.
    pub bytes: u64,
    /// The form in which a reader read it.
    pub form: Option<String>,
    /// How much of what was taken from it.
    pub counts: BTreeMap<String, u64>,
    /// What was wrong with it.
    pub problems: Vec<Problem>,
    /// Of a log the time of its first record.
    pub first: Option<Timestamp>,
    /// Of a log the time of its last record.
    pub last: Option<Timestamp>,
}

/// A document that is kept.
pub type DocumentRow = Kept;

/// A document that waits for a word of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Its source.
    pub source: String,
    /// Why it waits.
    pub why: String,
    /// Since when.
    pub at: Timestamp,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Its name.
    pub name: String,
    /// After how many hours it is stale.
    pub rhythm_hours: Option<u64>,
    /// When it was first read.
    pub first_read: Timestamp,
    /// When it was last read.
    pub last_read: Timestamp,
    /// How many documents it has.
    pub documents: u64,
}

impl Home {
    /// Every document, in order of name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn documents(&self) -> Result<Vec<DocumentRow>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, source, sort, mode, received, is_advisory, digest, bytes, form, counts, problems, first, last
             from documents order by name",
        )?;
        let rows = statement.query_map([], document)?;
        rows.map(|row| row?.ok_or_else(|| Fault::Damaged { what: "a row of documents".to_owned() })).collect()
    }

    /// The digest of a document that is known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn digest_of(&self, name: &str) -> Result<Option<[u8; 32]>, Fault> {
        let mut statement = self.connection.prepare_cached("select digest from documents where name = ?1")?;
        let digest: Option<Vec<u8>> = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(digest.and_then(|digest| digest.try_into().ok()))
    }

    /// Whether a document is kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn has_document(&self, name: &str) -> Result<bool, Fault> {
        let sql = "select exists (select 1 from documents where name = ?1)";
        Ok(self.connection.query_row(sql, [name], |row| row.get(0))?)
    }

    /// What was noted of the home under a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn note(&self, name: &str) -> Result<Option<String>, Fault> {
        let mut statement = self.connection.prepare_cached("select value from home where name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Notes something of the home.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn set_note(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        self.connection.execute(
            "insert into home (name, value) values (?1, ?2) on conflict (name) do update set value = ?2",
            [name, value],
        )?;
        Ok(())
    }

    /// Every source, in order of name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceRow>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select name, rhythm_hours, first_read, last_read,
                    (select count(*) from documents where documents.source = sources.name)
             from sources order by name",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(SourceRow {
                name: row.get(0)?,
                rhythm_hours: row.get(1)?,
                first_read: moment(row.get(2)?),
                last_read: moment(row.get(3)?),
                documents: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that documents were read again and are as they were: their sources are as new as they can be.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn read_again(&mut self, names: &[&str], now: Timestamp) -> Result<(), Fault> {
        let transaction =
            self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        {
            let mut update = transaction.prepare_cached(
                "update sources set last_read = ?2
                 where name = (select source from documents where name = ?1) and last_read < ?2",
            )?;
            for name in names {
                update.execute(rusqlite::params![name, now.micros()])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Gives a source another name; its documents follow. Says whether there is one of the old name and none of the
    /// new one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn rename_source(&mut self, from: &str, to: &str) -> Result<bool, Fault> {
        let transaction =
            self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let is_taken: bool =
            transaction
                .query_row("select exists (select 1 from sources where name = ?1)", [to], |row| row.get(0))?;
        if is_taken {
            return Ok(false);
        }
        let renamed = transaction.execute("update sources set name = ?2 where name = ?1", [from, to])?;
        transaction.execute("update documents set source = ?2 where source = ?1", [from, to])?;
        // Who follows logs knows documents by their sources.
        transaction.execute(
            "insert into revisions (revision, at) select max(revision) + 1, max(at) from revisions having count(*) > 0",
            [],
        )?;
        transaction.commit()?;
        Ok(renamed > 0)
    }

    /// Documents that wait for a word of the user.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn held(&self) -> Result<Vec<Held>, Fault> {
        let mut statement =
            self.connection.prepare_cached("select name, source, why, at from held order by name")?;
        let rows = statement.query_map([], |row| {
            Ok(Held { name: row.get(0)?, source: row.get(1)?, why: row.get(2)?, at: moment(row.get(3)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Lets a document wait for a word of the user.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn hold(&mut self, held: &Held, digest: &[u8; 32]) -> Result<(), Fault> {
        self.connection.execute(
            "insert into held (name, source, digest, why, at) values (?1, ?2, ?3, ?4, ?5)
             on conflict (name) do update set source = ?2, digest = ?3, why = ?4, at = ?5",
            rusqlite::params![held.name, held.source, digest, held.why, held.at.micros()],
        )?;
        Ok(())
    }

    /// A source waits no longer: it was given again, and nothing of it is held.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn no_longer_held(&mut self, source: &str) -> Result<(), Fault> {
        self.connection.prepare_cached("delete from held where source = ?1")?.execute([source])?;
        Ok(())
    }

    /// The names of the documents of a source.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn documents_of(&self, source: &str) -> Result<BTreeSet<String>, Fault> {
        let mut statement = self.connection.prepare_cached("select name from documents where source = ?1")?;
        let rows = statement.query_map([source], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row of documents; `None`: it is damaged.
fn document(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
    let mode: String = row.get(3)?;
    let digest: Vec<u8> = row.get(6)?;
    let (counts, problems): (String, String) = (row.get(9)?, row.get(10)?);
    let (first, last): (Option<i64>, Option<i64>) = (row.get(11)?, row.get(12)?);
    let parts = (mode_of(&mode), digest.try_into().ok(), serde_json::from_str(&counts).ok());
    let (Some(mode), Some(digest), Some(counts)) = parts else { return Ok(None) };
    let Ok(problems) = serde_json::from_str(&problems) else { return Ok(None) };
    Ok(Some(Kept {
        name: row.get(0)?,
        source: row.get(1)?,
        sort: row.get(2)?,
        mode,
        received: moment(row.get(4)?),
        is_advisory: row.get(5)?,
        digest,
        bytes: row.get(7)?,
        form: row.get(8)?,
        counts,
        problems,
        first: first.map(moment),
        last: last.map(moment),
    }))
}

/// The word of a mode.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Snapshot => "snapshot",
        Mode::Listing => "listing",
        Mode::Keyed => "keyed",
        Mode::Report => "report",
        Mode::Adds => "adds",
    }
}

/// The mode of a word.
pub(crate) fn mode_of(word: &str) -> Option<Mode> {
    [Mode::Snapshot, Mode::Listing, Mode::Keyed, Mode::Report, Mode::Adds]
        .into_iter()
        .find(|mode| mode_word(*mode) == word)
}
