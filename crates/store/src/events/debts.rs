//! What kept events were asked of, and what they were not yet asked of.
//!
//! The digests of all that is looked for are kept in pages, so that a hundred indicators more write a hundred pages at
//! most. The rule: every kept event was asked of everything in the pages, but for what is in a debt that names the event.

use super::pending::PendingDebts;
use crate::body::{compress, decode, decompress, encode};
use crate::{Fault, Home};
use findings::{Hunted, Newly};
use model::Timestamp;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The page of the digests of rules.
const RULES: i64 = -1;
/// How many of the first bits of a digest choose its page.
const PAGE_BITS: u32 = 12;

/// Something that some events were not yet asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debt {
    /// Its number.
    pub id: i64,
    /// Since when.
    pub at: Timestamp,
    /// What they are to be asked of.
    pub newly: Newly,
    /// Which events: by source, those with these numbers.
    pub events: BTreeMap<String, Range<u64>>,
}

impl Home {
    /// What kept events were asked of; `None`: nothing was noted yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn hunted(&self) -> Result<Option<Hunted>, Fault> {
        let mut statement = self.connection.prepare_cached("select page, body from hunted order by page")?;
        let mut rows = statement.query([])?;
        let mut hunted: Option<Hunted> = None;
        while let Some(row) = rows.next()? {
            let of = hunted.get_or_insert_default();
            let page: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().unwrap_or_default();
            let bytes = decompress(body, &|| "what events were asked of".to_owned())?;
            if page == RULES {
                of.rules.extend(numbers(&bytes));
            } else {
                let all: Vec<u64> = numbers(&bytes).collect();
                of.values
                    .extend(all.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))));
            }
        }
        Ok(hunted)
    }

    /// Says what all events are asked of from the next commit on, but for debts.
    pub fn stage_hunted(&mut self, hunted: Hunted) {
        self.debts.hunted = Some(hunted);
    }

    /// Says that older debts need not name this any more: all events were asked of it, or a newer debt names it.
    pub fn stage_asked(&mut self, newly: &Newly) {
        self.debts.asked.values.extend(newly.values.iter().cloned());
        self.debts.asked.rules.extend(&newly.rules);
    }

    /// Says that these events were not asked of this.
    pub fn stage_debt(&mut self, newly: Newly, events: BTreeMap<String, Range<u64>>) {
        self.debts.owed.push((newly, events));
    }

    /// Says that the events of a source were asked of what a debt names.
    pub fn stage_paid(&mut self, debt: i64, source: &str) {
        self.debts.paid.push((debt, source.to_owned()));
    }

    /// What was not yet asked, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn debts(&self) -> Result<Vec<Debt>, Fault> {
        let mut statement = self.connection.prepare_cached("select id, at, body from debts order by id")?;
        let mut events =
            self.connection.prepare_cached("select source, next, until from debt_events where debt = ?1")?;
        let mut rows = statement.query([])?;
        let mut debts = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let ranges = events.query_map([id], |row| Ok((row.get(0)?, row.get(1)?..row.get(2)?)))?;
            debts.push(Debt {
                id,
                at: crate::moment::moment(row.get(1)?),
                newly: newly_of(row.get_ref(2)?.as_blob().unwrap_or_default())?,
                events: ranges.collect::<Result<_, _>>()?,
            });
        }
        Ok(debts)
    }
}

fn newly_of(body: &[u8]) -> Result<Newly, Fault> {
    decode(body, &|| "what events were not yet asked of".to_owned())
}

/// Writes what a commit does to debts.
pub(crate) fn take_pending(
    connection: &Connection,
    pending: &PendingDebts,
    now: Timestamp,
) -> Result<(), Fault> {
    if let Some(hunted) = &pending.hunted {
        write_hunted(connection, hunted)?;
    }
    for (debt, source) in &pending.paid {
        connection
            .execute("delete from debt_events where debt = ?1 and source = ?2", params![debt, source])?;
    }
    connection.execute("delete from debts where id not in (select debt from debt_events)", [])?;
    if !pending.asked.is_empty() {
        let mut statement = connection.prepare("select id, body from debts")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        for row in rows.collect::<Result<Vec<_>, _>>()? {
            let (id, body) = row;
            let mut newly = newly_of(&body)?;
            newly.leave_out(&pending.asked);
            match newly.is_empty() {
                true => connection.execute("delete from debts where id = ?1", [id])?,
                false => connection
                    .execute("update debts set body = ?2 where id = ?1", params![id, encode(&newly)?])?,
            };
        }
    }
    for (newly, events) in &pending.owed {
        let id: i64 = connection.query_row(
            "insert into debts (at, body) values (?1, ?2) returning id",
            params![now.micros(), encode(newly)?],
            |row| row.get(0),
        )?;
        for (source, range) in events {
            connection.execute(
                "insert into debt_events values (?1, ?2, ?3, ?4)",
                params![id, source, range.start, range.end],
            )?;
        }
    }
    Ok(())
}

/// Writes the pages that are not as they were.
fn write_hunted(connection: &Connection, hunted: &Hunted) -> Result<(), Fault> {
    let mut pages: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
    // Always there: it says that something was noted.
    pages.insert(RULES, hunted.rules.iter().flat_map(|rule| rule.to_le_bytes()).collect());
    for (value, dates) in &hunted.values {
        let page = i64::try_from(value >> (64 - PAGE_BITS)).unwrap_or_default();
        let bytes = pages.entry(page).or_default();
        bytes.extend(value.to_le_bytes());
        bytes.extend(dates.to_le_bytes());
    }
    let mut statement = connection.prepare("select page, body from hunted")?;
    let known = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let known: BTreeMap<i64, Vec<u8>> = known.collect::<Result<_, _>>()?;
    let gone: BTreeSet<i64> = known.keys().filter(|page| !pages.contains_key(page)).copied().collect();
    for page in gone {
        connection.execute("delete from hunted where page = ?1", [page])?;
    }
    for (page, bytes) in pages {
        let body = compress(&bytes)?;
        if known.get(&page) != Some(&body) {
            connection.execute("insert or replace into hunted values (?1, ?2)", params![page, body])?;
        }
    }
    Ok(())
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    bytes.chunks_exact(8).filter_map(|bytes| bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)))
}
