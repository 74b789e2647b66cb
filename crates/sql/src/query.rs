//! One statement, from its text to its rows.
//!
//! It runs in a database of its own, which is empty, private and gone with the statement: so nothing that it does can
//! change a home. Which tables it names is known when it was prepared; those are filled, and only those. Tables of events
//! are not filled but read while it runs (`vtab.rs`).
//!
//! Invariants: it may only read; its time, its memory and the length of a value are bounded; all tables are of one moment.

use crate::asking::Asking;
use crate::events::{Events, EventsWith};
use crate::kept::Kept;
use crate::observables::Observables;
use crate::refused::Refused;
use crate::source::Shared;
use crate::vtab::{Made, add};
use crate::{moment, tables};
use model::{Problem, Timestamp};
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// How much memory SQLite may have: sorting and grouping happen in it, so that no statement fills a disk.
const MEMORY_MAX: i64 = 1 << 30;
/// How long a value may be.
const VALUE_MAX: i32 = 64 << 20;
/// How long a statement may be, and how deep an expression.
const STATEMENT_MAX: i32 = 1 << 20;
const DEPTH_MAX: i32 = 200;
/// After how many steps of SQLite its time is looked at.
const STEPS: i32 = 10_000;
/// From how many questions on a join is worth a word.
const CALLS_MANY: u64 = 1_000;

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'r> {
    /// Nothing.
    Null,
    /// A whole number.
    Number(i64),
    /// Another number.
    Real(f64),
    /// Text.
    Text(&'r str),
    /// Bytes that are no text.
    Bytes(&'r [u8]),
}

/// Takes the rows of an answer.
pub trait Sink {
    /// Takes the names of the columns, before any row.
    ///
    /// # Errors
    /// When they cannot be written.
    fn head(&mut self, columns: &[String]) -> std::io::Result<()>;

    /// Takes a row.
    ///
    /// # Errors
    /// When it cannot be written.
    fn row(&mut self, cells: &[Cell<'_>]) -> std::io::Result<()>;
}

/// How a statement ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// How many rows were given.
    pub rows: u64,
    /// Whether there are more.
    pub is_cut: bool,
    /// What of the history could not be read.
    pub problems: Vec<Problem>,
    /// A word on how it was asked.
    pub note: Option<String>,
}

/// Runs a statement.
///
/// # Errors
/// When it is refused, and when its time is over; rows may have been given by then.
pub fn query(sql: &str, asking: &Asking<'_>, sink: &mut dyn Sink) -> Result<Ran, Refused> {
    let shared = Arc::new(Shared::new(Arc::clone(&asking.is_over)));
    let mut connection = opened(asking.now).map_err(Refused::of)?;
    let guard = Guard::default();
    // Tables of events are there before they have events: a statement is prepared once to learn what it names.
    let none = Arc::new(Kept::none());
    add_all(&connection, &none, &shared).map_err(Refused::of)?;
    guard.hold(&mut connection).map_err(Refused::of)?;
    let prepared = connection.prepare(sql).map_err(|error| guard.refused(error))?;
    fits(&prepared)?;
    drop(prepared);
    let named = guard.named();
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).map_err(Refused::of)?;
    asking.home.at_one_moment(|| -> Result<(), Refused> {
        tables::fill(&connection, &named, asking, &shared)?;
        if ["events", "events_with", "observables"].iter().any(|table| named.contains(*table)) {
            let archive = asking.home.archive()?;
            let kept = Kept::of(&archive, asking.home.events_folder(), asking.home.waiting()?);
            add_all(&connection, &Arc::new(kept), &shared).map_err(Refused::of)?;
        }
        Ok(())
    })?;
    guard.hold(&mut connection).map_err(Refused::of)?;
    let of_handler = Arc::clone(&shared);
    connection.progress_handler(STEPS, Some(move || of_handler.is_over())).map_err(Refused::of)?;
    let statement = connection.prepare(sql).map_err(|error| guard.refused(error))?;
    let ran = run(statement, asking.rows_max, sink);
    let (rows, is_cut) = ran.map_err(|refused| match refused {
        Refused::Wrong { .. } if shared.is_late() => Refused::Late,
        Refused::Wrong { .. } => guard.denied().unwrap_or(refused),
        other => other,
    })?;
    let note = (shared.calls() > CALLS_MANY).then(|| {
        format!(
            "the history was asked {} times, once for each row of a join: `where hash in (select …)` asks once, and \
             the view indicators_seen does so",
            shared.calls()
        )
    });
    Ok(Ran { rows, is_cut, problems: shared.take_problems(), note })
}

/// Whether a statement has rows and needs nothing more.
fn fits(statement: &Statement<'_>) -> Result<(), Refused> {
    let wrong = |what: &str| Err(Refused::Wrong { what: what.to_owned(), place: None });
    if statement.parameter_count() > 0 {
        return wrong("it has parameters, and there is nothing to put in their place");
    }
    if !statement.readonly() || statement.column_count() == 0 {
        return wrong("it gives no rows");
    }
    Ok(())
}

fn run(
    mut statement: Statement<'_>,
    rows_max: Option<u64>,
    sink: &mut dyn Sink,
) -> Result<(u64, bool), Refused> {
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    sink.head(&columns).map_err(Refused::Written)?;
    let mut rows = statement.query([]).map_err(Refused::of)?;
    let mut given = 0;
    while let Some(row) = rows.next().map_err(Refused::of)? {
        if rows_max.is_some_and(|most| given >= most) {
            return Ok((given, true));
        }
        let mut cells = Vec::with_capacity(columns.len());
        for column in 0..columns.len() {
            cells.push(match row.get_ref(column).map_err(Refused::of)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Number(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(text) => std::str::from_utf8(text).map_or(Cell::Bytes(text), Cell::Text),
                ValueRef::Blob(bytes) => Cell::Bytes(bytes),
            });
        }
        sink.row(&cells).map_err(Refused::Written)?;
        given += 1;
    }
    Ok((given, false))
}

/// An empty database with the functions and the empty tables.
fn opened(now: Timestamp) -> rusqlite::Result<Connection> {
    let connection = Connection::open("")?;
    // Facts wait in a file without a name; sorting and grouping happen in memory, which is bounded.
    connection
        .execute_batch("pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory;")?;
    connection.pragma_update(None, "hard_heap_limit", MEMORY_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, STATEMENT_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.create_collation("moment", moment::order)?;
    let same = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("observable_hash", 2, same, |context| {
        let (kind, value): (String, String) = (context.get(0)?, context.get(1)?);
        let meant = crate::events::meant(&kind, &value);
        let meant = meant.map_err(|why| rusqlite::Error::UserFunctionError(why.into()))?;
        Ok(history::observable_hash(meant.kind, &meant.value))
    })?;
    connection.create_scalar_function("now", 0, same, move |_| Ok(now.to_string()))?;
    tables::create(&connection)?;
    Ok(connection)
}

/// Adds the tables that are read while a statement runs, in place of those that are there.
fn add_all(connection: &Connection, kept: &Arc<Kept>, shared: &Arc<Shared>) -> rusqlite::Result<()> {
    let made = |source| Made { source, shared: Arc::clone(shared) };
    add(connection, "events", made(Arc::new(Events(Arc::clone(kept)))))?;
    add(connection, "events_with", made(Arc::new(EventsWith(Arc::clone(kept)))))?;
    add(connection, "observables", made(Arc::new(Observables(Arc::clone(kept)))))
}

/// Lets a statement read and nothing else, and notes what it names.
#[derive(Clone, Default)]
struct Guard(Arc<Mutex<Noted>>);

#[derive(Default)]
struct Noted {
    named: BTreeSet<String>,
    denied: Option<String>,
}

impl Guard {
    fn hold(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        let guard = self.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| guard.judge(&context.action)))
    }

    fn judge(&self, action: &AuthAction<'_>) -> Authorization {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let would = match action {
            AuthAction::Read { table_name, .. } => {
                noted.named.insert((*table_name).to_ascii_lowercase());
                return Authorization::Allow;
            }
            AuthAction::Function { function_name }
                if function_name.eq_ignore_ascii_case("load_extension") =>
            {
                "load an extension"
            }
            AuthAction::Select | AuthAction::Recursive | AuthAction::Function { .. } => {
                return Authorization::Allow;
            }
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => "open another database",
            AuthAction::Pragma { .. } => "use a pragma",
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => "begin or end a transaction",
            _ => "change something",
        };
        noted.denied = Some(would.to_owned());
        Authorization::Deny
    }

    fn named(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).named.clone()
    }

    /// What an error of preparing means: SQLite says only that something is not authorised.
    fn refused(&self, error: rusqlite::Error) -> Refused {
        self.denied().unwrap_or_else(|| Refused::of(error))
    }

    /// What was denied, if anything was.
    fn denied(&self) -> Option<Refused> {
        let denied = self.0.lock().unwrap_or_else(PoisonError::into_inner).denied.take();
        denied.map(|what| Refused::NotReading { what })
    }
}
