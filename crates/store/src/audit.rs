//! The audit log: every act of people, in order, each row with the hash of the row before it.
//!
//! A row that is changed or taken out breaks the chain from there on, and [`Home::audit`] says where. Who can write the
//! file can write a new chain: the chain shows accidents and careless hands, and anybody who kept one hash elsewhere
//! can prove more.

use crate::moment::moment;
use crate::{Fault, Home};
use model::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// An act of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its number.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, as JSON.
    pub what: String,
    /// The hash of this row and all before it, in hexadecimal.
    pub hash: String,
}

/// Adds an act.
pub(crate) fn add(connection: &Connection, at: Timestamp, who: &str, what: &str) -> Result<(), Fault> {
    let before: Option<(u64, Vec<u8>)> = connection
        .query_row("select seq, hash from audit order by seq desc limit 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (seq, before) = before.unwrap_or_default();
    let seq = seq.saturating_add(1);
    let hash = link(&before, seq, at, who, what);
    connection.execute(
        "insert into audit (seq, at, who, act, hash) values (?1, ?2, ?3, ?4, ?5)",
        params![seq, at.micros(), who, what, hash.as_bytes()],
    )?;
    Ok(())
}

/// The hash of a row behind the row before it. Lengths are hashed too, so that no two rows read the same.
fn link(before: &[u8], seq: u64, at: Timestamp, who: &str, what: &str) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_derive_key("outpace audit log 1");
    hasher.update(before);
    hasher.update(&seq.to_le_bytes());
    hasher.update(&at.micros().to_le_bytes());
    for text in [who, what] {
        hasher.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize()
}

impl Home {
    /// Every act in order, and the number of the first row at which the chain is broken.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn audit(&self) -> Result<(Vec<Act>, Option<u64>), Fault> {
        let mut statement =
            self.connection.prepare_cached("select seq, at, who, act, hash from audit order by seq")?;
        let mut rows = statement.query([])?;
        let (mut acts, mut broken, mut before) = (Vec::new(), None, Vec::new());
        let mut expected = 1;
        while let Some(row) = rows.next()? {
            let (seq, at): (u64, i64) = (row.get(0)?, row.get(1)?);
            let (who, what): (String, String) = (row.get(2)?, row.get(3)?);
            let hash: Vec<u8> = row.get(4)?;
            let at = moment(at);
            let is_whole =
                seq == expected && link(&before, seq, at, &who, &what).as_bytes() == hash.as_slice();
            if !is_whole && broken.is_none() {
                broken = Some(seq);
            }
            let shown = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            acts.push(Act { seq, at, who, what, hash: shown });
            before = hash;
            expected = seq.saturating_add(1);
        }
        Ok((acts, broken))
    }
}
