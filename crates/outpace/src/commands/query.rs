//! `outpace query SQL`: any other question of a memory. One statement, which only reads.

use super::{built_in_rules, forms, home};
use crate::arguments::{Format, Query, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use model::{Answer, Timestamp};
use pipeline::{Source, Spool, recall};
use report::{RowCell, RowsForm, RowsWriter};
use sql::{Asking, Cell, Ran, Sink};
use std::cell::OnceCell;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Fault, Home};

/// Asks.
pub fn run(verb: &Query, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("query", forms::QUERY, shared.format)?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let recalled = Recalled::new(&home, built_in_rules(verb.no_built_in_rules), &spool, console::now(shared));
    let asking = Asking {
        home: &home,
        answer: &|| recalled.answer(&progress),
        now: console::now(shared),
        is_over: over_after(verb.timeout),
        rows_max: (verb.limit > 0).then_some(verb.limit),
    };
    let form = match shared.format {
        Format::Json => RowsForm::Json,
        Format::Ndjson => RowsForm::Ndjson,
        Format::Csv => RowsForm::Csv,
        _ => RowsForm::Table,
    };
    let mut refused = None;
    let mut ended = (Ran::default(), false);
    console::output(|out| {
        let mut rows = Rows(RowsWriter::new(form, out));
        match sql::query(&verb.sql, &asking, &mut rows) {
            Ok(ran) => ended = (ran, rows.0.end()?),
            Err(sql::Refused::Written(error)) => return Err(error),
            Err(other) => refused = Some(other),
        }
        Ok(())
    })?;
    if let Some(refused) = refused {
        return Err(refused.into());
    }
    let (ran, is_cut) = ended;
    say(&ran, is_cut, shared);
    Ok(if shared.strict && !ran.problems.is_empty() { 3 } else { 0 })
}

/// Says what the rows do not.
fn say(ran: &Ran, is_cut: bool, shared: &Shared) {
    console::report_problems(&ran.problems, shared);
    if shared.quiet {
        return;
    }
    if ran.is_cut {
        let given = report::number_of(ran.rows, "row is", "rows are");
        console::note(&format!("{given} given, and there are more: --limit 0 gives all"));
    }
    if is_cut {
        console::note("values that are wider than a column are cut; --format ndjson has them whole");
    }
    if let Some(note) = &ran.note {
        console::note(note);
    }
}

/// The answer as of now, recalled once, when it is needed.
pub(super) struct Recalled<'h> {
    home: &'h Home,
    built_in: Source,
    spool: &'h Arc<dyn Spool>,
    now: Timestamp,
    answer: OnceCell<Arc<Answer>>,
}

impl<'h> Recalled<'h> {
    pub(super) fn new(home: &'h Home, built_in: Source, spool: &'h Arc<dyn Spool>, now: Timestamp) -> Self {
        Self { home, built_in, spool, now, answer: OnceCell::new() }
    }

    pub(super) fn answer(&self, progress: &Progress) -> Result<Arc<Answer>, Fault> {
        if let Some(answer) = self.answer.get() {
            return Ok(Arc::clone(answer));
        }
        let answer = Arc::new(recall(self.home, &self.built_in, self.spool, self.now, progress)?);
        Ok(Arc::clone(self.answer.get_or_init(|| answer)))
    }
}

/// Whether so many seconds are over, from now on.
#[expect(clippy::disallowed_methods, reason = "the door knows the clock")]
fn over_after(seconds: u64) -> sql::IsOver {
    let end = Instant::now() + Duration::from_secs(seconds);
    Arc::new(move || Instant::now() >= end)
}

/// Rows on their way into a form.
struct Rows<'o>(RowsWriter<'o>);

impl Sink for Rows<'_> {
    fn head(&mut self, columns: &[String]) -> io::Result<()> {
        self.0.head(columns)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let cells: Vec<RowCell<'_>> = cells.iter().map(cell).collect();
        self.0.row(&cells)
    }
}

pub(super) fn cell<'c>(cell: &Cell<'c>) -> RowCell<'c> {
    match *cell {
        Cell::Null => RowCell::Null,
        Cell::Number(number) => RowCell::Number(number),
        Cell::Real(number) => RowCell::Real(number),
        Cell::Text(text) => RowCell::Text(text),
        Cell::Bytes(bytes) => RowCell::Bytes(bytes),
    }
}
