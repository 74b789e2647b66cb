//! `outpace export DIR`: a memory in open formats, so that what was gathered for years is not ours alone to read.
//!
//! The tables are those of `query`, row by row, as JSON lines; events and observables are the files of the history. All of
//! it is of one moment.

use super::query::{Recalled, cell};
use super::{built_in_rules, forms, home};
use crate::arguments::{Export, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::writing::NewFolder;
use report::{RowCell, RowsForm, RowsWriter};
use sql::{Asking, Cell, FilledTable, Holds, Sink};
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use store::Versions;

/// Folders that the history fills.
const FOLDERS: [&str; 2] = ["events", "observables"];

/// Exports.
pub fn run(verb: &Export, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("export", forms::TABLE, shared.format)?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let recalled = Recalled::new(&home, built_in_rules(verb.no_built_in_rules), &spool, now);
    let mut folder = NewFolder::begin(&verb.directory)?;
    FOLDERS.iter().for_each(|name| folder.filled_by_others(name));
    let asking = Asking {
        home: &home,
        answer: &|| recalled.answer(&progress),
        now,
        is_over: Arc::new(|| false),
        rows_max: None,
    };
    let tables = sql::filled();
    let mut rows = 0;
    let exported = home.at_one_moment(|| -> Result<_, Failure> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let versions = Versions { reader: version.clone(), rules: version };
        let exported = home.export_history(folder.path(), &versions, verb.link)?;
        for table in &tables {
            folder.file(&file_of(table), &mut |out| {
                let writer = RowsWriter::new(RowsForm::Ndjson, out);
                let mut lines = Lines { writer, columns: table.columns };
                rows += sql::query(&format!("select * from {}", table.name), &asking, &mut lines)?.rows;
                Ok(())
            })?;
        }
        Ok(exported)
    })?;
    let write = |text: String| move |out: &mut dyn io::Write| written(out, &text);
    folder.file("views.sql", &mut write(script(&exported.script, &tables)))?;
    folder.file("README.md", &mut write(readme(&tables)))?;
    folder.keep();
    progress.done(shared.quiet);
    console::report_problems(&exported.problems, shared);
    if !shared.quiet {
        console::note(&format!(
            "wrote {} in {} and {} to {}; logs are in it word for word: keep it as closed as the memory",
            report::number_of(exported.events, "event", "events"),
            report::number_of(u64::try_from(exported.files).unwrap_or(u64::MAX), "file", "files"),
            report::number_of(rows, "row", "rows"),
            verb.directory.display()
        ));
    }
    Ok(if shared.strict && !exported.problems.is_empty() { 3 } else { 0 })
}

fn written(out: &mut dyn io::Write, text: &str) -> Result<(), Failure> {
    out.write_all(text.as_bytes()).map_err(|source| Failure::Write { path: None, source })
}

fn file_of(table: &FilledTable) -> String {
    format!("{}.ndjson", table.name)
}

/// Rows of a table as JSON lines; what is JSON is a part of the object.
struct Lines<'o> {
    writer: RowsWriter<'o>,
    columns: &'static [(&'static str, Holds)],
}

impl Sink for Lines<'_> {
    fn head(&mut self, columns: &[String]) -> io::Result<()> {
        self.writer.head(columns)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let mut row: Vec<RowCell<'_>> = cells.iter().map(cell).collect();
        for (place, (_, holds)) in row.iter_mut().zip(self.columns) {
            if let (RowCell::Text(text), Holds::Json) = (*place, holds) {
                *place = RowCell::Json(text);
            }
        }
        self.writer.row(&row)
    }
}

/// The script for DuckDB: the files of the history, then the tables, then the events that count.
fn script(of_history: &str, tables: &[FilledTable]) -> String {
    let mut script = format!(
        "-- An export of outpace, for DuckDB. Run it in this directory: duckdb -init views.sql\n{of_history}\n"
    );
    for table in tables {
        let columns = table.columns.iter().map(|(name, holds)| {
            let kind = match holds {
                Holds::Text => "VARCHAR",
                Holds::Time => "TIMESTAMPTZ",
                Holds::Number => "BIGINT",
                Holds::Json => "JSON",
            };
            format!("\"{name}\": '{kind}'")
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            script,
            "CREATE OR REPLACE VIEW {} AS SELECT * FROM read_json('{}', format = 'newline_delimited', \
             columns = {{{columns}}});",
            table.name,
            file_of(table)
        );
    }
    script.push_str(KEPT_EVENTS);
    script
}

/// Files never change, so events of logs that were taken back are in them until files are merged.
const KEPT_EVENTS: &str = "\
-- The events that count, as `outpace query` has them in `events`: of logs that are known, with the name of the log now.
CREATE OR REPLACE VIEW kept_events AS
  SELECT e.*, l.log FROM events e JOIN event_logs l ON e.log_file_path = l.log_file_path
  WHERE NOT EXISTS (SELECT 1 FROM void_events v
    WHERE v.source_name = e.source_name AND v.event_number = e.event_number);
";

/// What is what.
fn readme(tables: &[FilledTable]) -> String {
    let mut text = String::from(README);
    for table in tables {
        let _ = writeln!(text, "| `{}` | {} |", file_of(table), table.row);
    }
    text.push_str(README_END);
    text
}

const README: &str = "\
# An export of outpace

Everything that a memory kept at one moment, in formats that other programs read. Logs are in it word for word: keep it as
closed as the memory.

| file | one row |
|---|---|
| `events/source=…/day=…/*.parquet` | an event of a log: its record word for word, its fields, when, where, who |
| `observables/l0/`, `l1/`, `l2/` | a value that was seen: in which source, how often, first, last, in which blocks of events |
";

const README_END: &str = "\
| `views.sql` | a script for DuckDB: views over exactly these files |

- `duckdb -init views.sql` in this directory makes a view of each of them. `kept_events` are the events that count: files of
  events never change, so events of logs that were taken back are in them until files are merged.
- Tables below `l2` are named by it: do not add the counts of both. The views take care of that.
- Moments are in UTC. A cell that is not there is null.
";
