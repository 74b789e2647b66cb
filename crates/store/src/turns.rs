//! Turns: what happened to findings, in order, for readers who each remember how far they have read.

mod columns;

pub(crate) use columns::{SINCE_SCHEMA, fill};

use crate::moment::moment;
use crate::{Fault, Home};
use columns::COLUMNS;
use findings::{Turn, TurnHead, What};
use memory::{Event, Revision};
use model::{FindingId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// A turn as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRow {
    /// Its number: later turns have greater ones.
    pub seq: u64,
    /// The batch that it came with.
    pub revision: Revision,
    /// When it was learnt.
    pub at: Timestamp,
    /// The thread.
    pub thread: u64,
    /// Whether a finding that was closed is back.
    pub reopened: bool,
    /// What happened.
    pub turn: Turn,
}

/// Where a turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnAt {
    /// Its number: later turns have greater ones.
    pub seq: u64,
    /// The thread.
    pub thread: u64,
    /// When it was learnt.
    pub at: Timestamp,
}

/// Takes a turn that is only counted.
pub type EachHead<'e> = dyn FnMut(TurnAt, &TurnHead<'_>) + 'e;

/// Writes what happened.
pub(crate) fn write(
    connection: &Connection,
    events: &[Event],
    revision: Revision,
    at: Timestamp,
) -> Result<(), Fault> {
    columns::write(connection, events, revision, at.micros())
}

impl Home {
    /// The turns after a number, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn turns_after(&self, seq: u64) -> Result<Vec<TurnRow>, Fault> {
        self.turns("seq > ?1", seq)
    }

    /// Gives every turn, in order: who keeps few of them never holds all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_turn(&self, each: &mut dyn FnMut(TurnRow)) -> Result<(), Fault> {
        self.read_turns("seq > ?1", 0, each)
    }

    /// The turns of findings that somebody works on, in order.
    pub(crate) fn turns_with_work(&self) -> Result<Vec<TurnRow>, Fault> {
        self.turns("seq > ?1 and thread in (select thread from work)", 0)
    }

    /// What every turn says to who counts, thread by thread, those of a thread in their order: of a large home there are
    /// millions, and who follows a thread holds one at a time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn each_turn_by_thread(&self, each: &mut EachHead<'_>) -> Result<(), Fault> {
        let sql = format!("select {COLUMNS} from turns order by thread, seq");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let at = TurnAt { seq: row.get(0)?, thread: row.get(3)?, at: moment(row.get(2)?) };
            columns::head(row, at.seq, &mut |turn| each(at, turn))?;
        }
        Ok(())
    }

    /// When the first batch was learnt; `None`: nothing was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn began(&self) -> Result<Option<Timestamp>, Fault> {
        let first: Option<i64> =
            self.connection.query_row("select min(at) from revisions", [], |row| row.get(0))?;
        Ok(first.map(moment))
    }

    fn turns(&self, which: &str, seq: u64) -> Result<Vec<TurnRow>, Fault> {
        let mut turns = Vec::new();
        self.read_turns(which, seq, &mut |turn| turns.push(turn))?;
        Ok(turns)
    }

    pub(crate) fn read_turns(
        &self,
        which: &str,
        of: impl rusqlite::ToSql,
        each: &mut dyn FnMut(TurnRow),
    ) -> Result<(), Fault> {
        let sql = format!("select {COLUMNS} from turns where {which} order by seq");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([of])?;
        while let Some(row) = rows.next()? {
            let seq: u64 = row.get(0)?;
            let (turn, reopened) = columns::turn(row, seq)?;
            let (revision, at, thread) = (row.get(1)?, moment(row.get(2)?), row.get(3)?);
            each(TurnRow { seq, revision, at, thread, reopened, turn });
        }
        Ok(())
    }

    /// The number of the last turn; 0: there is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_turn(&self) -> Result<u64, Fault> {
        let sql = "select coalesce(max(seq), 0) from turns";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The number of the last turn up to a moment.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn last_turn_until(&self, at: Timestamp) -> Result<u64, Fault> {
        let sql = "select coalesce(max(seq), 0) from turns where at < ?1";
        Ok(self.connection.query_row(sql, [at.micros()], |row| row.get(0))?)
    }

    /// How far a reader has read; `None`: it never did.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn cursor(&self, reader: &str) -> Result<Option<u64>, Fault> {
        let mut statement = self.connection.prepare_cached("select seq from cursors where reader = ?1")?;
        Ok(statement.query_row([reader], |row| row.get(0)).optional()?)
    }

    /// Moves a reader on.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn move_cursor(&mut self, reader: &str, seq: u64, now: Timestamp) -> Result<(), Fault> {
        self.connection.execute(
            "insert into cursors (reader, seq, at) values (?1, ?2, ?3)
             on conflict (reader) do update set seq = max(seq, ?2), at = ?3",
            params![reader, seq, now.micros()],
        )?;
        Ok(())
    }

    /// The stories into which those stories were joined whose identifiers begin so, as their last turns say.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn joined_into(&self, begins: &str) -> Result<BTreeMap<String, String>, Fault> {
        let which = "seq in (select max(seq) from turns where thread in
                       (select thread from threads where not is_open and substr(finding, 1, length(?1)) = ?1)
                       group by thread)";
        let mut into = BTreeMap::new();
        self.read_turns(which, begins, &mut |row| {
            if let What::Closed { into: Some(other), .. } = row.turn.what {
                into.insert(row.turn.id.as_str().to_owned(), other.as_str().to_owned());
            }
        })?;
        Ok(into)
    }

    /// The finding that a thread is now, if it is open.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn open_finding(&self, thread: u64) -> Result<Option<FindingId>, Fault> {
        let sql = "select finding from threads where thread = ?1 and is_open";
        let mut statement = self.connection.prepare_cached(sql)?;
        let finding: Option<String> = statement.query_row([thread], |row| row.get(0)).optional()?;
        Ok(finding.as_deref().and_then(FindingId::parse))
    }

    /// The threads of all findings that are open, by finding.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn open_threads(&self) -> Result<BTreeMap<String, u64>, Fault> {
        let mut statement =
            self.connection.prepare_cached("select finding, thread from threads where is_open")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
