//! Reports that were published, version by version. The store keeps bodies without reading them.
//!
//! A version is never changed: who was given it can be shown it again. Each is an act of somebody, so it is a row of the
//! audit log in the same transaction.

use crate::body::{decode, encode};
use crate::moment::moment;
use crate::{Fault, Home, audit};
use model::Timestamp;
use rusqlite::{TransactionBehavior, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A version of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRow<B> {
    /// The report.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// When it was made.
    pub at: Timestamp,
    /// All of it.
    pub body: B,
}

impl Home {
    /// The versions of a report, or of all, in order of identifier and version.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn published<B: DeserializeOwned>(&self, id: Option<&str>) -> Result<Vec<PublishedRow<B>>, Fault> {
        let sql =
            "select id, version, at, body from published where ?1 is null or id = ?1 order by id, version";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![id])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, version): (String, u32) = (row.get(0)?, row.get(1)?);
            let (at, bytes): (i64, Vec<u8>) = (row.get(2)?, row.get(3)?);
            let body = decode(&bytes, &|| format!("version {version} of report {id}"))?;
            all.push(PublishedRow { id, version, at: moment(at), body });
        }
        Ok(all)
    }

    /// Keeps a version, which is an act of `who`; `act` names it in the audit log. Says whether it was new: somebody else may
    /// have made the same version first.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn publish<B: Serialize>(
        &mut self,
        row: &PublishedRow<B>,
        who: &str,
        act: &str,
    ) -> Result<bool, Fault> {
        let body = encode(&row.body)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "insert or ignore into published (id, version, at, body) values (?1, ?2, ?3, ?4)";
        let is_new = transaction.execute(sql, params![row.id, row.version, row.at.micros(), body])? > 0;
        if is_new {
            let what = serde_json::json!({ "report": row.id, "version": row.version, "act": act });
            audit::add(&transaction, row.at, who, &what.to_string())?;
        }
        transaction.commit()?;
        Ok(is_new)
    }
}
