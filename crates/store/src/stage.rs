//! Staging: what was read waits beside the database until one transaction takes it in.
//!
//! Reading a feed takes a minute; a transaction that long would keep triage waiting. So parts go to temporary tables
//! of this connection, which nobody else sees and which are gone with it, and the commit moves them over.

use crate::body::{compress, encode};
use crate::documents::{Kept, mode_word};
use crate::events::pending::{Pending, PendingDebts};
use crate::{Fault, Home};
use findings::{Part, Pass};
use rusqlite::{Connection, params};

/// The number of the pass in which a part is read.
pub(crate) fn pass_number(part: &Part) -> i64 {
    match part.pass() {
        Pass::First => 0,
        Pass::Then => 1,
        Pass::OfInterest => 2,
    }
}

/// Empties them.
pub(crate) fn clear(connection: &Connection) -> Result<(), Fault> {
    connection.execute_batch(
        "delete from temp.staged_documents; delete from temp.staged_parts; delete from temp.staged_texts;
         delete from temp.gone;",
    )?;
    Ok(())
}

impl Home {
    /// Stages a document: from now on it counts for whoever loads through this home, and the next commit keeps it.
    /// `is_whole`: its parts are staged too; otherwise what it says comes as a change of the commit.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage(&mut self, kept: &Kept, is_whole: bool) -> Result<(), Fault> {
        let json = |what: serde_json::Result<String>| {
            what.map_err(|_| Fault::Damaged { what: format!("what is known of {}", kept.name) })
        };
        let mut statement = self.connection.prepare_cached(
            "insert or replace into temp.staged_documents values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        statement.execute(params![
            kept.name,
            kept.source,
            kept.sort,
            mode_word(kept.mode),
            kept.received.micros(),
            kept.is_advisory,
            kept.digest,
            kept.bytes,
            kept.form,
            json(serde_json::to_string(&kept.counts))?,
            json(serde_json::to_string(&kept.problems))?,
            kept.first.map(model::Timestamp::micros),
            kept.last.map(model::Timestamp::micros),
            is_whole,
        ])?;
        Ok(())
    }

    /// Stages a part of what a document says; the parts of a document have numbers from nought.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_part(&mut self, name: &str, number: u64, part: &Part) -> Result<(), Fault> {
        let body = encode(part)?;
        let mut statement =
            self.connection.prepare_cached("insert into temp.staged_parts values (?1, ?2, ?3, ?4)")?;
        statement.execute(params![name, number, pass_number(part), body])?;
        Ok(())
    }

    /// Stages a document word for word.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_text(&mut self, name: &str, sort: &str, text: &[u8]) -> Result<(), Fault> {
        let body = compress(text)?;
        let mut statement =
            self.connection.prepare_cached("insert or replace into temp.staged_texts values (?1, ?2, ?3)")?;
        statement.execute(params![name, sort, body])?;
        Ok(())
    }

    /// Lets go of what is staged.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn unstage(&mut self) -> Result<(), Fault> {
        self.pending = Pending::default();
        self.debts = PendingDebts::default();
        clear(&self.connection)
    }

    /// Stages that a document is taken back.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn stage_gone(&mut self, name: &str) -> Result<(), Fault> {
        self.connection.execute("insert or ignore into temp.gone values (?1)", [name])?;
        Ok(())
    }
}
