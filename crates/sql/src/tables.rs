//! Tables that are filled before a statement runs: which there are, and the columns of each.
//!
//! They are real tables of SQLite, so that joins between them have its indexes. A table is filled only when a statement
//! names it, from the home as of one moment; of facts one part of one document is in memory at a time.

mod facts;
mod findings;
mod kept;
mod table;

use crate::asking::Asking;
use crate::refused::Refused;
use crate::source::Shared;
use crate::{events, observables};
use rusqlite::Connection;
use std::collections::BTreeSet;
use table::{Fill, text};

pub use table::{FilledTable, Holds};

/// All of them.
#[must_use]
pub fn filled() -> Vec<FilledTable> {
    [findings::TABLES, kept::TABLES, facts::TABLES].concat()
}

/// Indicators of which something was seen. The order of the join is given, so that the history is asked once.
const VIEWS: &str = "
    create view indicators_seen as
    select i.kind, i.value, i.document, i.source, i.context, o.source_name, o.count, o.first, o.last
    from observables o cross join indicators i on i.hash = o.hash and i.kind = o.kind and i.value = o.value
    where o.hash in (select hash from indicators);
    create index indicators_of_hash on indicators (hash);
    create table columns (table_name text, column_name text, holds text, row text);
";

/// Makes the tables, empty.
pub(crate) fn create(connection: &Connection) -> rusqlite::Result<()> {
    for table in filled() {
        let columns = table.columns.iter().map(|(name, holds)| {
            let kind = match holds {
                Holds::Text | Holds::Json => "text",
                Holds::Time => "text collate moment",
                Holds::Number => "integer",
            };
            format!("\"{name}\" {kind}")
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        connection.execute_batch(&format!("create table {} ({columns});", table.name))?;
    }
    connection.execute_batch(VIEWS)
}

/// Fills the tables that a statement names.
pub(crate) fn fill(
    connection: &Connection,
    named: &BTreeSet<String>,
    asking: &Asking<'_>,
    shared: &Shared,
) -> Result<(), Refused> {
    let fill = Fill::new(connection, named, shared);
    connection.execute_batch("begin").map_err(Refused::of)?;
    findings::fill(&fill, asking)?;
    kept::fill(&fill, asking)?;
    facts::fill(&fill, asking)?;
    if fill.wants("columns") {
        columns(&fill)?;
    }
    connection.execute_batch("commit").map_err(Refused::of)
}

/// The columns of all tables.
fn columns(fill: &Fill<'_>) -> Result<(), Refused> {
    for table in filled() {
        for (column, holds) in table.columns {
            fill.row("columns", vec![text(table.name), text(column), text(holds.name()), text(table.row)])?;
        }
    }
    let of_events = events::COLUMNS.get(..events::OF_EVENTS).unwrap_or_default();
    for (name, all) in
        [("events", of_events), ("events_with", events::COLUMNS), ("observables", observables::COLUMNS)]
    {
        for column in all {
            let row = if name == "observables" {
                "a value of a source, in one table of the history"
            } else {
                "an event that counts"
            };
            fill.row("columns", vec![text(name), text(column.name), text(column.kind.name()), text(row)])?;
        }
    }
    Ok(())
}
