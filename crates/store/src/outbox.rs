//! The outbox: notices with their destinations, as rows that the store keeps without reading them.
//!
//! Turns are the log that it follows: a pass takes the turns behind those it has routed, and writes the rows that follow
//! from them with the number of the last turn in one transaction. A turn is written with the change that it follows from,
//! so nothing that was learnt is lost on the way to whoever must know it, and nothing is routed twice.

use crate::body::{decode, encode};
use crate::moment::moment;
use crate::{Fault, Home};
use model::Timestamp;
use rusqlite::{OptionalExtension, TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// Under which it is kept up to which turn notices were routed.
const ROUTED: &str = "routed";

/// A notice for a destination.
#[derive(Clone, Debug)]
pub struct NoticeRow<B> {
    /// The notice.
    pub id: String,
    /// The destination.
    pub destination: String,
    /// What it belongs to.
    pub thread: String,
    /// Its place in the outbox.
    pub number: u64,
    /// Until when it matters for what is decided; `None`: it is open.
    pub until: Option<Timestamp>,
    /// Its state in one word.
    pub state: &'static str,
    /// All of it.
    pub body: B,
}

/// Which notices are wanted.
#[derive(Clone, Debug)]
pub enum NoticesWanted<'w> {
    /// Those that matter at a moment, and the last one.
    Mattering(Timestamp),
    /// Those of these threads.
    Threads(&'w BTreeSet<String>),
    /// Those whose identifier begins so.
    Beginning(&'w str),
    /// All.
    All,
}

impl Home {
    /// Notices, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn notices<B: DeserializeOwned>(&self, wanted: &NoticesWanted<'_>) -> Result<Vec<B>, Fault> {
        const COLUMNS: &str = "select id, body from notices where";
        let mut all = Vec::new();
        match wanted {
            NoticesWanted::Mattering(at) => {
                let sql = format!(
                    "{COLUMNS} until >= ?1 or number = (select max(number) from notices) order by number, id, destination"
                );
                self.read_notices(&sql, &[&at.micros()], &mut all)?;
            }
            NoticesWanted::Threads(threads) => {
                let sql = format!("{COLUMNS} thread = ?1 order by number, id, destination");
                for thread in *threads {
                    self.read_notices(&sql, &[thread], &mut all)?;
                }
            }
            NoticesWanted::Beginning(digits) => {
                let sql =
                    format!("{COLUMNS} substr(id, 1, length(?1)) = ?1 order by number, id, destination");
                self.read_notices(&sql, &[digits], &mut all)?;
            }
            NoticesWanted::All => {
                let sql = format!("{COLUMNS} true order by number, id, destination");
                self.read_notices(&sql, &[], &mut all)?;
            }
        }
        Ok(all)
    }

    fn read_notices<B: DeserializeOwned>(
        &self,
        sql: &str,
        of: &[&dyn rusqlite::ToSql],
        all: &mut Vec<B>,
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(of)?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            all.push(decode(row.get_ref(1)?.as_blob().unwrap_or_default(), &|| format!("the notice {id}"))?);
        }
        Ok(())
    }

    /// Whether the finding of a thread is there.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_thread_open(&self, thread: u64) -> Result<bool, Fault> {
        let sql = "select exists (select 1 from threads where thread = ?1 and is_open)";
        Ok(self.connection.prepare_cached(sql)?.query_row([thread], |row| row.get(0))?)
    }

    /// Up to which turn notices were routed; `None`: none ever were.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn routed(&self) -> Result<Option<u64>, Fault> {
        let mut statement = self.connection.prepare_cached("select value from home where name = ?1")?;
        Ok(statement.query_row([ROUTED], |row| row.get(0)).optional()?)
    }

    /// Writes notices, up to which turn they were routed, and notes with them, in one transaction.
    ///
    /// # Errors
    /// When the database cannot be written: then nothing of it is.
    pub fn write_notices<B: Serialize>(
        &mut self,
        rows: &[NoticeRow<B>],
        routed: Option<u64>,
        notes: &[(&str, String)],
    ) -> Result<(), Fault> {
        if rows.is_empty() && routed.is_none() && notes.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in rows {
            transaction
                .prepare_cached("insert or replace into notices values (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                .execute(params![
                    row.id,
                    row.destination,
                    row.thread,
                    row.number,
                    row.until.map_or(i64::MAX, Timestamp::micros),
                    row.state,
                    encode(&row.body)?,
                ])?;
        }
        const NOTE: &str = "insert into home (name, value) values (?1, ?2) on conflict (name) do update set value = ?2 where value <> ?2";
        if let Some(seq) = routed {
            transaction.execute(NOTE, params![ROUTED, seq])?;
        }
        for (name, value) in notes {
            transaction.execute(NOTE, params![name, value])?;
        }
        Ok(transaction.commit()?)
    }

    /// Destinations that are switched off, each with why and since when.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn switched_off(&self) -> Result<Vec<(String, String, Timestamp)>, Fault> {
        let mut statement = self
            .connection
            .prepare_cached("select destination, why, at from switched_off order by destination")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, moment(row.get(2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Switches a destination off, or on again where `why` is absent.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn switch(&mut self, destination: &str, why: Option<&str>, now: Timestamp) -> Result<(), Fault> {
        match why {
            Some(why) => self.connection.execute(
                "insert or replace into switched_off values (?1, ?2, ?3)",
                params![destination, why, now.micros()],
            )?,
            None => {
                self.connection.execute("delete from switched_off where destination = ?1", [destination])?
            }
        };
        Ok(())
    }

    /// The findings that were released to their parties: thread, and the number of the turn that was released.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn released(&self) -> Result<BTreeMap<u64, u64>, Fault> {
        let mut statement = self.connection.prepare_cached("select thread, turn from released")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same, with when each was released and by whom.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn releases(&self) -> Result<BTreeMap<u64, (Timestamp, String)>, Fault> {
        let mut statement = self.connection.prepare_cached("select thread, at, who from released")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (moment(row.get(1)?), row.get(2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Releases a finding to its party, as of its last turn. Says whether it was not released before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn release(&mut self, thread: u64, who: &str, now: Timestamp) -> Result<bool, Fault> {
        let sql = "insert or ignore into released
                   select ?1, coalesce(max(seq), 0), ?2, ?3 from turns where thread = ?1";
        Ok(self.connection.execute(sql, params![thread, who, now.micros()])? > 0)
    }
}
