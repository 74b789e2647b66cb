//! What a table that is filled is, and how rows get into it.

use crate::refused::Refused;
use crate::source::Shared;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::BTreeSet;

/// What a column holds, for whoever reads the rows elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A moment in RFC 3339.
    Time,
    /// A whole number; of yes and no, 1 and 0.
    Number,
    /// JSON.
    Json,
}

impl Holds {
    /// The word of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Time => "time",
            Self::Number => "number",
            Self::Json => "json",
        }
    }
}

/// A table that is filled.
#[derive(Clone, Copy, Debug)]
pub struct FilledTable {
    /// Its name.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns, in order.
    pub columns: &'static [(&'static str, Holds)],
}

/// Filling tables.
pub(crate) struct Fill<'f> {
    connection: &'f Connection,
    named: &'f BTreeSet<String>,
    shared: &'f Shared,
}

impl<'f> Fill<'f> {
    pub(crate) fn new(connection: &'f Connection, named: &'f BTreeSet<String>, shared: &'f Shared) -> Self {
        Self { connection, named, shared }
    }

    /// Whether the statement names a table.
    pub(crate) fn wants(&self, table: &str) -> bool {
        self.named.contains(table)
    }

    /// Adds a row.
    pub(crate) fn row(&self, table: &str, values: Vec<Value>) -> Result<(), Refused> {
        if self.shared.is_over() {
            return Err(Refused::Late);
        }
        let places = vec!["?"; values.len()].join(", ");
        let mut insert = self
            .connection
            .prepare_cached(&format!("insert into {table} values ({places})"))
            .map_err(Refused::of)?;
        insert.execute(rusqlite::params_from_iter(values)).map_err(Refused::of)?;
        Ok(())
    }
}

/// Values of rows.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(crate) fn maybe(text: Option<impl AsRef<str>>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.as_ref().to_owned()))
}

pub(crate) fn shown(what: Option<impl std::fmt::Display>) -> Value {
    what.map_or(Value::Null, |what| Value::Text(what.to_string()))
}

pub(crate) fn number(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

pub(crate) fn yes_no(is: bool) -> Value {
    Value::Integer(i64::from(is))
}

pub(crate) fn list<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> Value {
    let all: Vec<serde_json::Value> = all.into_iter().map(|one| one.as_ref().into()).collect();
    Value::Text(serde_json::Value::Array(all).to_string())
}
