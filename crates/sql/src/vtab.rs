//! Tables that are read while a statement runs: SQLite asks for rows, a [`Source`] gives them.
//!
//! SQLite reads a table of this sort through a structure whose first field is its own, so `rusqlite` makes the two traits unsafe:
//! what they promise is the layout, and nothing here touches memory by hand. All of it is in this file, so that the
//! promise can be read at once.
//!
//! Invariants:
//! - both structures are `repr(C)` and begin with the field of SQLite;
//! - a panic never reaches SQLite, which is C: each callback catches it and becomes an error of the statement;
//! - a condition that is handed down only leaves rows out that fail it: SQLite tests every row again.
#![allow(unsafe_code, reason = "the two traits of virtual tables are unsafe: they promise a layout")]

use crate::asked::{Asked, Column, Kind, Operator, Term};
use crate::source::{Running, Shared, Source};
use rusqlite::fallible_streaming_iterator::FallibleStreamingIterator;
use rusqlite::types::{Value, ValueRef};
use rusqlite::vtab::{
    Context, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConnection, VTabCursor, sqlite3_vtab,
    sqlite3_vtab_cursor,
};
use rusqlite::{Connection, Error, Result};
use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How many values of one `in (…)` are handed down; with more, the table is read and SQLite tests its rows.
const VALUES_MAX: usize = 1_000_000;
/// What a table costs of which nothing is left out, and what a question for some values costs.
const COST_OF_ALL: f64 = 1e9;
const COST_OF_SOME: f64 = 1e5;

/// What a table is made from.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) shared: Arc<Shared>,
}

/// Adds a table to a connection.
pub(crate) fn add(connection: &Connection, name: &str, made: Made) -> Result<()> {
    const MODULE: Module<'_, Table> = Module::eponymous_only_module();
    connection.create_module(name, &MODULE, Some(made))
}

#[repr(C)]
struct Table {
    base: sqlite3_vtab,
    made: Made,
}

#[repr(C)]
struct Cursor {
    base: sqlite3_vtab_cursor,
    made: Made,
    running: Option<Running>,
    row: Option<Vec<Value>>,
    number: i64,
}

// SAFETY: `repr(C)`, and `sqlite3_vtab` is the first field.
unsafe impl<'vtab> VTab<'vtab> for Table {
    type Aux = Made;
    type Cursor = Cursor;

    fn connect(
        _: &mut VTabConnection,
        aux: Option<&Made>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        guarded(|| {
            let made = aux.cloned().ok_or_else(|| failed("a table without a source"))?;
            let declared = std::ffi::CString::new(declaration(made.source.columns()));
            let declared = declared.map_err(|_| failed("a column with a name that SQL cannot have"))?;
            Ok((Cow::Owned(declared), Self { base: sqlite3_vtab::default(), made }))
        })
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        guarded(|| choose(self.made.source.columns(), info))
    }

    fn open(&'vtab mut self) -> Result<Cursor> {
        guarded(|| {
            let made = self.made.clone();
            Ok(Cursor { base: sqlite3_vtab_cursor::default(), made, running: None, row: None, number: 0 })
        })
    }
}

// SAFETY: `repr(C)`, and `sqlite3_vtab_cursor` is the first field.
unsafe impl VTabCursor for Cursor {
    fn filter(&mut self, _: c_int, plan: Option<&str>, values: &Filters<'_>) -> Result<()> {
        guarded(|| {
            (self.running, self.row, self.number) = (None, None, 0);
            let asked = asked(plan.unwrap_or_default(), self.made.source.columns(), values)?;
            self.running = Some(Running::begin(&self.made.source, asked, &self.made.shared)?);
            self.forward()
        })
    }

    fn next(&mut self) -> Result<()> {
        guarded(|| self.forward())
    }

    fn eof(&self) -> bool {
        self.row.is_none()
    }

    fn column(&self, context: &mut Context, column: c_int) -> Result<()> {
        guarded(|| {
            let place = usize::try_from(column).unwrap_or(usize::MAX);
            let value = self.row.as_ref().and_then(|row| row.get(place));
            context.set_result(value.unwrap_or(&Value::Null))
        })
    }

    fn rowid(&self) -> Result<i64> {
        Ok(self.number)
    }
}

impl Cursor {
    fn forward(&mut self) -> Result<()> {
        self.row = self.running.as_mut().map_or(Ok(None), Running::next)?;
        self.number += 1;
        Ok(())
    }
}

/// The columns as SQL declares them.
fn declaration(columns: &[Column]) -> String {
    let declared = columns.iter().map(|column| {
        let hidden = if column.is_argument { " hidden" } else { "" };
        let kind = match column.kind {
            Kind::Text => "text",
            Kind::Time => "text collate moment",
            Kind::Number => "integer",
            Kind::Any => "",
        };
        format!("{} {kind}{hidden}", column.name)
    });
    format!("create table t ({})", declared.collect::<Vec<_>>().join(", "))
}

/// Chooses the conditions that are handed down; false where an argument of the table is not known yet.
fn choose(columns: &[Column], info: &mut IndexInfo) -> Result<bool> {
    let mut chosen: Vec<(usize, usize, Operator)> = Vec::new();
    for (place, constraint) in info.constraints().enumerate() {
        let Ok(number) = usize::try_from(constraint.column()) else { continue };
        let Some(column) = columns.get(number) else { continue };
        let Some(operator) = operator(&constraint.operator()).filter(|one| column.takes(*one)) else {
            continue;
        };
        if column.is_argument && !constraint.is_usable() {
            return Ok(false);
        }
        if constraint.is_usable() {
            chosen.push((place, number, operator));
        }
    }
    let (mut plan, mut argument) = (format!("{}", info.col_used()), 0);
    let mut cost = COST_OF_ALL;
    for (place, number, operator) in chosen {
        let Some(column) = columns.get(number) else { continue };
        let collation = if column.kind == Kind::Time { "moment" } else { "BINARY" };
        // Under another collation other texts are equal.
        if !info.collation(place)?.eq_ignore_ascii_case(collation) && column.kind != Kind::Number {
            continue;
        }
        let is_list = operator == Operator::Is && info.set_in_constraint(place, true)?;
        argument += 1;
        let mut usage = info.constraint_usage(place);
        usage.set_argv_index(argument);
        // An argument is no column of a row: there is nothing to test.
        usage.set_omit(column.is_argument);
        plan.push_str(&format!(" {number}:{}:{}", operator.letter(), u8::from(is_list)));
        cost = if column.finds { cost.min(COST_OF_SOME) } else { cost * 0.5 };
    }
    info.set_idx_str(&plan);
    info.set_estimated_cost(cost);
    info.set_estimated_rows(if cost > COST_OF_SOME { 10_000_000 } else { 100 });
    Ok(true)
}

fn operator(operator: &IndexConstraintOp) -> Option<Operator> {
    Some(match operator {
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Operator::Is,
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GE | IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GT => {
            Operator::From
        }
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LE | IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LT => {
            Operator::To
        }
        _ => return None,
    })
}

/// What is asked of a table: the plan that [`choose`] wrote, with the values that SQLite has for it now.
fn asked(plan: &str, columns: &[Column], values: &Filters<'_>) -> Result<Asked> {
    let mut parts = plan.split(' ');
    let used = parts.next().and_then(|used| used.parse().ok()).unwrap_or(u64::MAX);
    let mut terms = Vec::new();
    for (argument, part) in parts.enumerate() {
        let mut words = part.split(':');
        let column: Option<usize> = words.next().and_then(|word| word.parse().ok());
        let operator = words.next().and_then(Operator::of_letter);
        let (Some(column), Some(operator)) = (column, operator) else { continue };
        let given = if words.next() == Some("1") {
            list(values, argument)?
        } else {
            values.iter().nth(argument).map(|value| vec![owned(value)])
        };
        let Some(given) = given else { continue };
        if columns.get(column).is_some() {
            terms.push(Term { column, operator, values: given });
        }
    }
    Ok(Asked { terms, used })
}

/// The values of an `in (…)`; none where they are too many to be handed down.
fn list(values: &Filters<'_>, argument: usize) -> Result<Option<Vec<Value>>> {
    let mut all = values.in_values(argument)?;
    let mut given = Vec::new();
    while let Some(value) = all.next()? {
        if given.len() >= VALUES_MAX {
            return Ok(None);
        }
        given.push(owned(value.get_raw()));
    }
    Ok(Some(given))
}

/// A value of its own. Text that is not UTF-8 is equal to no text of ours.
fn owned(value: ValueRef<'_>) -> Value {
    Value::try_from(value).unwrap_or(Value::Null)
}

fn failed(why: &str) -> Error {
    Error::ModuleError(why.to_owned())
}

/// Runs a callback of SQLite; a panic in it is an error of the statement.
fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err(failed("a mistake of the program while a table was read")))
}
