//! Tables of indicators: the feeds of abuse.ch, MISP's CSV export, and anybody's own.
//!
//! Which column has the values is said by its header and seen in its cells; see [`columns`](super::columns) for
//! what makes a table one of indicators. Rows without a header are read when the document says what it is: the
//! first column in which nearly every cell is a value has them.

use super::columns::{HeaderVerdict, may_be_asked_for, verdict};
use super::header::{self, Header, SEPARATORS};
use super::plan::{Gave, Plan, RowScratch};
use super::preface::{self, Preface};
use super::rows::{COLUMNS_MAX, RowCells, RowStream};
use super::value::{ValueReader, Written};
use super::{Claim, Listing, PlaceTally, SAMPLE_MAX, is_never, whole_lines};
use crate::sink::Sink;
use input::Document;
use input::Head;
use model::{Fault, Place, Problems};
use observable::Kind;
use std::io;

/// Whether a head is of a table of indicators.
pub(crate) fn claim(head: &Head<'_>) -> Claim {
    if is_never(head) {
        return Claim::No;
    }
    let text = whole_lines(head.text);
    let preface = preface::of(text, &head.file);
    match header::find(text) {
        Some(header) => judged(text, &header, preface.says_indicators),
        None if preface.says_indicators && column_of_values(text).is_some() => Claim::Sure,
        None => Claim::No,
    }
}

/// What the first rows of a table hold.
#[derive(Default)]
struct Sample {
    rows: usize,
    /// Rows with a value, or with the word that it is context.
    good: usize,
    /// Rows whose address is not public (documentation aside).
    inside: usize,
    /// Rows that name a type of observable.
    typed: usize,
}

fn judged(text: &str, header: &Header, said: bool) -> Claim {
    let verdict = verdict(&header.normal);
    if verdict == HeaderVerdict::Other {
        return Claim::No;
    }
    let plan = Plan::of(&header.names, &header.normal);
    let sample = sample(text, header, &plan);
    let certain = verdict == HeaderVerdict::Indicators;
    let typed = sample.typed * 10 >= sample.rows * 8 && sample.typed > 0;
    let allowed = |given: bool| match verdict {
        HeaderVerdict::Indicators | HeaderVerdict::Signs => true,
        HeaderVerdict::Typed => typed,
        _ => said || typed || given && may_be_asked_for(&header.normal),
    };
    let inside = !certain && !typed && sample.inside * 2 > sample.good;
    let enough =
        if certain || typed { sample.good * 2 >= sample.rows } else { sample.good * 10 >= sample.rows * 7 };
    Claim::of(|given| match sample.rows {
        // A feed may be empty; its header says what it would hold.
        0 => matches!(verdict, HeaderVerdict::Indicators | HeaderVerdict::Signs),
        // The header says it; that no row gives a value is to be said, too.
        _ if given && certain => true,
        _ => allowed(given) && enough && !inside,
    })
}

fn sample(text: &str, header: &Header, plan: &Plan) -> Sample {
    let mut rows = RowStream::new(text.as_bytes(), header.separator);
    let (mut cells, mut sample, mut values) =
        (RowCells::default(), Sample::default(), ValueReader::default());
    if rows.skip_to(header.line).is_err() {
        return sample;
    }
    while let Ok(Some(_)) = rows.next(&mut cells) {
        if sample.rows >= SAMPLE_MAX {
            break;
        }
        let cell = |column: usize| cells.get(column);
        let mut inside = false;
        let gave = plan.values(&cell, &mut values, &mut |found, _| {
            let address = matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network);
            inside |= address && !found.is_public_address() && !found.is_documentation_address();
        });
        sample.rows += 1;
        sample.good += usize::from(gave != Gave::Nothing);
        sample.inside += usize::from(inside);
        sample.typed += usize::from(plan.is_typed(&cell));
    }
    sample
}

/// Separator, column of values and number of columns of rows without a header, when nearly every row has as many
/// cells as the first and a value in that column.
fn column_of_values(text: &str) -> Option<(u8, usize, usize)> {
    let mut values = ValueReader::default();
    SEPARATORS.iter().find_map(|separator| {
        let (seen, columns) = even_rows(text, *separator)?;
        let column = first_column_of_values(text, *separator, seen, columns, &mut values)?;
        Some((*separator, column, columns))
    })
}

/// Whether so many of the rows that were seen are nearly all of them.
fn are_enough(count: usize, seen: usize) -> bool {
    count > 1 && count * 10 >= seen * 8
}

/// How many rows a head has, and how many cells nearly all of them: several. Prose has none of these, and this is
/// seen without reading a cell.
fn even_rows(text: &str, separator: u8) -> Option<(usize, usize)> {
    let mut rows = RowStream::new(text.as_bytes(), separator);
    let mut cells = RowCells::default();
    let (mut seen, mut even, mut columns) = (0_usize, 0_usize, 0_usize);
    while let Ok(Some(_)) = rows.next(&mut cells) {
        if seen >= SAMPLE_MAX {
            break;
        }
        if seen == 0 {
            columns = cells.len();
            if columns < 2 {
                return None;
            }
        }
        seen += 1;
        even += usize::from(cells.len() == columns);
    }
    are_enough(even, seen).then_some((seen, columns))
}

/// The first column in which nearly all of the rows have a value; one with too many other cells is read no further.
fn first_column_of_values(
    text: &str,
    separator: u8,
    seen: usize,
    columns: usize,
    values: &mut ValueReader,
) -> Option<usize> {
    let mut rows = RowStream::new(text.as_bytes(), separator);
    let mut cells = RowCells::default();
    // Of each column that may still be the one: its number, its values, its other cells.
    let mut open: Vec<(usize, usize, usize)> = (0..columns).map(|column| (column, 0, 0)).collect();
    for _ in 0..seen {
        let Ok(Some(_)) = rows.next(&mut cells) else { break };
        for (column, hits, misses) in &mut open {
            let value = if *column < cells.len() { values.read(cells.get(*column)) } else { None };
            let is_value = value.is_some_and(|value| value.written != Written::Doubtful);
            *hits += usize::from(is_value);
            *misses += usize::from(!is_value);
        }
        open.retain(|(_, _, misses)| are_enough(seen - misses, seen));
        if open.is_empty() {
            return None;
        }
    }
    open.iter().find(|(_, hits, _)| are_enough(*hits, seen)).map(|(column, _, _)| *column)
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let (preface, plan, separator, line) = {
        let head = document.head_decoded();
        let text = whole_lines(&head);
        let file = super::file_name(&document.name).to_ascii_lowercase();
        let preface = preface::of(text, &file);
        match header::find(text) {
            Some(header) => (preface, Plan::of(&header.names, &header.normal), header.separator, header.line),
            None => {
                let (separator, column, columns) = column_of_values(text).unwrap_or((b',', 0, 1));
                (preface, Plan::without_header(column, columns), separator, 0)
            }
        }
    };
    let mut rows = RowStream::new(&mut document.reader, separator);
    let mut reading = TableReader::new(plan, sink, preface);
    if let Err(error) = reading.run(&mut rows, line) {
        problems.add(Place::Whole, Fault::Partial, format!("cannot be read further: {error}"), None);
    }
    if let Some(line) = rows.broken {
        let what = "not UTF-8: read as Windows-1252";
        problems.add(Place::Line(line), Fault::Note, what, Some("save the table as UTF-8"));
    }
    reading.finish(problems);
}

struct TableReader<'l, 's> {
    plan: Plan,
    listing: Listing<'l, 's>,
    scratch: RowScratch,
    unclosed: PlaceTally,
    wide: PlaceTally,
}

impl<'l, 's> TableReader<'l, 's> {
    fn new(plan: Plan, sink: &'l mut Sink<'s>, preface: Preface) -> Self {
        let listing = Listing::new(sink, preface);
        let (unclosed, wide) = (PlaceTally::default(), PlaceTally::default());
        Self { plan, listing, scratch: RowScratch::default(), unclosed, wide }
    }

    fn run<R: io::Read>(&mut self, rows: &mut RowStream<R>, line: u64) -> io::Result<()> {
        rows.skip_to(line)?;
        let mut cells = RowCells::default();
        while let Some(row) = rows.next(&mut cells)? {
            let place = Place::Line(row.line);
            if row.cut {
                self.listing.cut.add(place);
                continue;
            }
            if row.unclosed {
                self.unclosed.add(place);
            }
            if cells.beyond {
                self.wide.add(place);
            }
            self.plan.give(&|column| cells.get(column), place, &mut self.scratch, &mut self.listing);
        }
        Ok(())
    }

    fn finish(self, problems: &mut Problems) {
        if let Some(first) = self.unclosed.first {
            let what = match self.unclosed.count {
                1 => "a quote is opened and never closed".to_owned(),
                count => format!("{count} quotes are opened and never closed, the first of them here"),
            };
            problems.add(first, Fault::Partial, what, Some("close it, or double it if it is text"));
        }
        if let Some(first) = self.wide.first {
            let what = match self.wide.count {
                1 => format!("more than {COLUMNS_MAX} cells in this row: the first {COLUMNS_MAX} are used"),
                count => format!(
                    "more than {COLUMNS_MAX} cells in {count} rows, this one first: the first {COLUMNS_MAX} are used"
                ),
            };
            problems.add(first, Fault::Partial, what, Some("leave out what is not needed"));
        }
        self.listing.finish("row", problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The twin: every cell of every row is read.
    fn slow_column_of_values(text: &str) -> Option<(u8, usize, usize)> {
        let mut values = ValueReader::default();
        SEPARATORS.iter().find_map(|separator| {
            let mut rows = RowStream::new(text.as_bytes(), *separator);
            let mut cells = RowCells::default();
            let mut hits: Vec<usize> = Vec::new();
            let (mut seen, mut even) = (0_usize, 0_usize);
            while let Ok(Some(_)) = rows.next(&mut cells) {
                if seen >= SAMPLE_MAX {
                    break;
                }
                if seen == 0 {
                    hits = vec![0; cells.len()];
                }
                seen += 1;
                even += usize::from(cells.len() == hits.len());
                for (cell, hits) in cells.iter().zip(&mut hits) {
                    let value = values.read(cell);
                    *hits += usize::from(value.is_some_and(|value| value.written != Written::Doubtful));
                }
            }
            let enough = |count: usize| count > 1 && count * 10 >= seen * 8;
            let column = hits.iter().position(|count| enough(*count))?;
            (hits.len() > 1 && enough(even)).then_some((*separator, column, hits.len()))
        })
    }

    /// Parted by blanks, which are no piece themselves; `_` is one.
    const PIECES: &str = "203.0.113.7 evil-login.net hxxp://evil[.]example/a README.md word 12 \"a,b\" \" # _ , , , ; \
        \t | \n \n \n";

    fn text() -> impl Strategy<Value = String> {
        let pieces: Vec<String> = PIECES
            .split(' ')
            .filter(|piece| !piece.is_empty())
            .map(|piece| piece.replace('_', " "))
            .collect();
        let loose =
            prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat());
        let row = prop::sample::select(vec![
            "203.0.113.7,a,b\n",
            "x,evil-login.net,b\n",
            "203.0.113.9,evil-login.com,c\n",
            "a;203.0.113.7\n",
            "203.0.113.7\n",
            "words, and others, of prose\n",
            "# said\n",
        ]);
        let rows = prop::collection::vec(row, 0..14).prop_map(|rows| rows.concat());
        let same = (rows.clone(), 1..12_usize).prop_map(|(text, times)| text.repeat(times));
        prop_oneof![loose, rows, same]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_column_of_values_is_that_of_the_twin(text in text()) {
            prop_assert_eq!(column_of_values(&text), slow_column_of_values(&text), "{:?}", text);
        }
    }
}
