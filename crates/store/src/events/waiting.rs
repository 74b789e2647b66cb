//! Events that wait in the database, as plain rows for a reader that has the home no longer at hand.

use super::packed::Packed;
use crate::body::decompress;
use crate::moment::moment;
use crate::{Fault, Home};
use model::{Date, Timestamp};
use std::collections::BTreeSet;

/// A batch of events of one source and day.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The source, as events name it.
    pub source: String,
    /// The day under which they are filed.
    pub day: Date,
    /// The number of the first; the others follow without a gap.
    pub first: u64,
    /// How many there are.
    pub events: u64,
    /// When they were written.
    pub at: Timestamp,
    /// The hashes of what can be seen in them.
    pub hashes: BTreeSet<i64>,
    body: Vec<u8>,
}

impl Waiting {
    /// The events.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub fn packed(&self) -> Result<Packed, Fault> {
        let body = decompress(&self.body, &|| format!("events of {} that wait", self.source))?;
        Ok(Packed::of(body, self.events))
    }
}

impl Home {
    /// The batches that wait, by source and number. They stay compressed: what waits is at most some tens of megabytes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn waiting(&self) -> Result<Vec<Waiting>, Fault> {
        let mut statement = self.connection.prepare_cached(
            "select source, day, first, events, at, body, hashes from tail order by source, first",
        )?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (source, day): (String, String) = (row.get(0)?, row.get(1)?);
            let hash = |bytes: &[u8]| bytes.first_chunk().map(|bytes| i64::from_le_bytes(*bytes));
            let hashes = row.get_ref(6)?.as_blob().unwrap_or_default();
            all.push(Waiting {
                day: Date::parse(&day)
                    .ok_or_else(|| Fault::Damaged { what: format!("events of {source} that wait") })?,
                first: row.get(2)?,
                events: row.get(3)?,
                at: moment(row.get(4)?),
                hashes: hashes.chunks_exact(8).filter_map(hash).collect(),
                body: row.get(5)?,
                source,
            });
        }
        Ok(all)
    }

    /// Reads several things as they are at one moment, while others write.
    ///
    /// # Errors
    /// When the database cannot be read, and those of `read`.
    pub fn at_one_moment<T, E: From<Fault>>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        // Within another reading everything is of its moment already.
        if !self.connection.is_autocommit() {
            return read();
        }
        let transaction = self.connection.unchecked_transaction().map_err(Fault::from)?;
        let what = read()?;
        transaction.commit().map_err(Fault::from)?;
        Ok(what)
    }
}
