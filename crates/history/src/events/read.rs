//! Gives back events of some blocks, newest day first, until the caller has enough.
//!
//! A question for one value asks the tables of observables first; they give blocks. A block is one or two pages of
//! each column, so what is read is bounded by what is asked. Rows that cannot be read are named, the rest is given.

use super::rows::{COLUMNS, each_event, each_log, each_text_in, each_texts};
use super::{CATEGORY, FIELDS, NUMBER, PAGE_ROWS, PRODUCT, RAW, SERVICE, TEXT_IN, TIME};
use crate::event::{BLOCK_EVENTS, Event, block};
use crate::file::open::Opened;
use crate::problem::Lost;
use crate::registered::{Registered, Set};
use arrow_array::RecordBatch;
use model::{Date, LogSource, Problem, Timestamp};
use std::ops::{ControlFlow, Range};
use std::path::Path;

/// How many blocks are decoded at once: some megabytes of records.
const BLOCKS_AT_ONCE: usize = 4;

/// How many rows between two that are wanted are read with them: to leave them out costs more.
const ROWS_BETWEEN: usize = 32;

/// How few rows are always read together: the longest records of so many are a gigabyte.
const ROWS_ALONE: usize = 64;

/// What became of a question for events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// How many events were given.
    pub events: u64,
    /// Whether the caller had enough before the end: there may be more, and they are older.
    pub enough: bool,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A question to a log source: of those that answer no, no event is wanted. It is asked of many events, so it should remember its answers.
#[derive(Clone, Copy)]
pub struct OfLogs<'a>(pub &'a dyn Fn(&LogSource) -> bool);

impl std::fmt::Debug for OfLogs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfLogs")
    }
}

/// A question to a text in which values are looked for: a record, or one of its fields. Of an event of which it answers no to
/// each, nothing is wanted.
#[derive(Clone, Copy)]
pub struct OfTexts<'a>(pub &'a dyn Fn(&[u8]) -> bool);

impl std::fmt::Debug for OfTexts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfTexts")
    }
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Of this source.
    pub source: &'a str,
    /// In these blocks, sorted; all where none is given.
    pub blocks: Option<&'a [i64]>,
    /// From this moment to that, both included; events without a time are given too.
    pub times: Option<(Timestamp, Timestamp)>,
    /// Of these log sources; of all where none is given. Their columns are read first, and of the rest only rows that are
    /// wanted: of a mixed log nine tenths need not be decoded for a rule of one category.
    pub logs: Option<OfLogs<'a>>,
    /// Of these texts; of all where none is given. Where values are looked for in the record, only that is read first, else
    /// only the fields: of a rare value most rows need not be made events. Events near a wanted one are given, too.
    pub texts: Option<OfTexts<'a>>,
}

/// Wide parts of events that are not wanted: an event that is given has none of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The record word for word.
    pub raw: bool,
    /// The fields.
    pub fields: bool,
}

/// Gives the wanted events with their numbers, newest day first; within a file by number.
pub fn events_of(
    dir: &Path,
    files: &[Registered],
    wanted: &Wanted<'_>,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
) -> Given {
    events_without(dir, files, wanted, LeftOut::default(), each)
}

/// Gives the wanted events as [`events_of`] does, without their wide parts: these are most of what is read.
pub fn events_without(
    dir: &Path,
    files: &[Registered],
    wanted: &Wanted<'_>,
    left_out: LeftOut,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
) -> Given {
    let is_read = |name: &&str| !(left_out.raw && *name == RAW || left_out.fields && *name == FIELDS);
    let columns: Vec<&str> = COLUMNS.into_iter().filter(is_read).collect();
    let mut given = Given::default();
    for file in newest_first(files, wanted) {
        if !any_between(wanted.blocks, file.first, file.last) {
            continue;
        }
        let holes = has_holes(file);
        let ranges = if holes { Vec::new() } else { ranges(file, wanted.blocks) };
        let opened = match Opened::open(dir, file) {
            Ok(opened) => opened,
            Err(problem) => {
                given.problems.push(problem);
                continue;
            }
        };
        for group in 0..opened.metadata().num_row_groups() {
            let before = opened.rows_before(group);
            let mut inside = if holes {
                by_number(&opened, group, wanted.blocks)
            } else {
                within(&ranges, before, opened.group_rows(group))
            };
            if let Some(times) = wanted.times {
                leave_out(&mut inside, &opened, group, times);
            }
            let mut lost = Lost::default();
            let ended = inside.chunks(BLOCKS_AT_ONCE).any(|ranges| {
                let of_logs = wanted.logs.and_then(|logs| of_logs(&opened, group, ranges, logs));
                let ranges = of_logs.as_deref().unwrap_or(ranges);
                let of_texts = wanted.texts.and_then(|texts| of_texts(&opened, group, ranges, texts));
                let ranges = of_texts.as_deref().unwrap_or(ranges);
                let rows = (&opened, group, ranges);
                !ranges.is_empty() && read(rows, &columns, wanted, each, (&mut given, &mut lost)).is_break()
            });
            given.problems.extend(lost.problems(file, before));
            if ended {
                given.enough = true;
                return given;
            }
        }
    }
    given
}

/// The files of the source whose times may be wanted.
fn newest_first<'f>(files: &'f [Registered], wanted: &Wanted<'_>) -> Vec<&'f Registered> {
    let mut found: Vec<(Date, &Registered)> = Vec::new();
    for file in files {
        let Set::Events { source, day } = &file.set else { continue };
        let apart = wanted.times.is_some_and(|(from, to)| {
            file.earliest.is_some_and(|earliest| earliest > to)
                || file.latest.is_some_and(|latest| latest < from)
        });
        // Events without a time may belong to any.
        if source == wanted.source && !(apart && file.untimed == 0) {
            found.push((*day, file));
        }
    }
    found.sort_by_key(|(day, file)| std::cmp::Reverse((*day, file.first)));
    found.into_iter().map(|(_, file)| file).collect()
}

/// Whether numbers are missing in a file, so that a row does not follow from its number.
fn has_holes(file: &Registered) -> bool {
    file.last.saturating_sub(file.first).saturating_add(1) != file.rows
}

/// Whether one of these blocks may have a number from the first to the last.
fn any_between(blocks: Option<&[i64]>, first: u64, last: u64) -> bool {
    blocks.is_none_or(|blocks| {
        let next = blocks.partition_point(|wanted| *wanted < block(first));
        blocks.get(next).is_some_and(|wanted| *wanted <= block(last))
    })
}

/// The rows of a row group whose pages may have numbers of these blocks, one range a page. A file with holes has
/// numbers of many blocks in a page; which of them are wanted shows when they are read.
fn by_number(opened: &Opened, group: usize, blocks: Option<&[i64]>) -> Vec<Range<usize>> {
    let rows = opened.group_rows(group);
    let Some(pages) = opened.leaf(NUMBER).and_then(|leaf| opened.pages(group, leaf)) else {
        return (0..rows).step_by(PAGE_ROWS).map(|start| start..(start + PAGE_ROWS).min(rows)).collect();
    };
    let ends = pages.starts.iter().skip(1).copied().chain([rows]);
    let bounds = pages.least.iter().zip(pages.greatest);
    let wanted = pages.starts.iter().zip(ends).zip(bounds).filter(|(_, (least, greatest))| {
        any_between(blocks, least.cast_unsigned(), greatest.cast_unsigned())
    });
    wanted.map(|((start, end), _)| *start..end).collect()
}

/// The rows of a file without holes that lie in these blocks, one range a block.
fn ranges(file: &Registered, blocks: Option<&[i64]>) -> Vec<Range<usize>> {
    let first_block = file.first / BLOCK_EVENTS;
    let last_block = file.last / BLOCK_EVENTS;
    let range = |block: u64| {
        let start = (block * BLOCK_EVENTS).max(file.first) - file.first;
        let end = ((block + 1) * BLOCK_EVENTS).min(file.last + 1) - file.first;
        usize::try_from(start).unwrap_or(usize::MAX)..usize::try_from(end).unwrap_or(usize::MAX)
    };
    match blocks {
        None => (first_block..=last_block).map(range).collect(),
        Some(blocks) => {
            let from = blocks.partition_point(|block| block.cast_unsigned() < first_block);
            let wanted = blocks.iter().skip(from).map(|block| block.cast_unsigned());
            wanted.take_while(|block| *block <= last_block).map(range).collect()
        }
    }
}

/// The parts of the ranges within a row group, counted from its start.
fn within(ranges: &[Range<usize>], before: usize, rows: usize) -> Vec<Range<usize>> {
    let clipped = ranges.iter().map(|range| {
        let start = range.start.max(before) - before;
        start..range.end.min(before + rows).saturating_sub(before)
    });
    clipped.filter(|range| range.start < range.end).collect()
}

/// Takes away ranges whose pages all lie outside the times; a page in which a row has no time stays.
fn leave_out(
    ranges: &mut Vec<Range<usize>>,
    opened: &Opened,
    group: usize,
    (from, to): (Timestamp, Timestamp),
) {
    let Some(pages) = opened.leaf(TIME).and_then(|leaf| opened.pages(group, leaf)) else { return };
    let bounds = pages.least.iter().zip(pages.greatest).zip(pages.nulls);
    let outside: Vec<bool> = bounds
        .map(|((least, greatest), nulls)| *nulls == 0 && (*least > to.micros() || *greatest < from.micros()))
        .collect();
    ranges.retain(|range| {
        let first = pages.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let end = pages.starts.partition_point(|start| *start < range.end);
        !(first..end).all(|page| outside.get(page) == Some(&true))
    });
}

/// The rows of these ranges whose log source is wanted. Few rows between two of them are among them. None where the
/// columns cannot be read: then the rows are read, and what is lost is named.
fn of_logs(
    opened: &Opened,
    group: usize,
    ranges: &[Range<usize>],
    OfLogs(is_wanted): OfLogs<'_>,
) -> Option<Vec<Range<usize>>> {
    let batches = opened.rows(group, opened.columns(&[PRODUCT, CATEGORY, SERVICE]), ranges).ok()?;
    let mut rows = ranges.iter().flat_map(Clone::clone);
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut log, mut wanted) = (LogSource::default(), is_wanted(&LogSource::default()));
    for batch in &batches {
        each_log(batch, &mut |of_row| {
            let Some(row) = rows.next() else { return };
            if *of_row != log {
                log.clone_from(of_row);
                wanted = is_wanted(&log);
            }
            if wanted {
                add_row(&mut found, row);
            }
        });
    }
    rows.next().is_none().then_some(found)
}

/// The rows of these ranges of which a text is wanted, as [`of_logs`] gives those of a log source.
fn of_texts(
    opened: &Opened,
    group: usize,
    ranges: &[Range<usize>],
    OfTexts(is_wanted): OfTexts<'_>,
) -> Option<Vec<Range<usize>>> {
    let mut in_fields = (false, false);
    for batch in &opened.rows(group, opened.columns(&[TEXT_IN]), ranges).ok()? {
        each_text_in(batch, &mut |is_of_fields| match is_of_fields {
            true => in_fields.1 = true,
            false => in_fields.0 = true,
        });
    }
    let columns: &[&str] = match in_fields {
        (true, true) => &[TEXT_IN, RAW, FIELDS],
        (_, true) => &[TEXT_IN, FIELDS],
        _ => &[TEXT_IN, RAW],
    };
    let mut rows = ranges.iter().flat_map(Clone::clone);
    let mut found: Vec<Range<usize>> = Vec::new();
    for batch in &opened.rows(group, opened.columns(columns), ranges).ok()? {
        each_texts(batch, is_wanted, &mut |is_wanted| {
            if let Some(row) = rows.next().filter(|_| is_wanted) {
                add_row(&mut found, row);
            }
        });
    }
    rows.next().is_none().then_some(found)
}

/// Adds a row to ranges in order; few rows between it and the last are among them then.
fn add_row(found: &mut Vec<Range<usize>>, row: usize) {
    match found.last_mut().filter(|last| row < last.end + ROWS_BETWEEN) {
        Some(last) => last.end = row + 1,
        None => found.push(row..row + 1),
    }
}

/// Reads and gives some ranges of a row group; when they cannot be read together, one by one, and a long one in halves:
/// a column holds less than 2 GiB at once, which a block of the longest records has not room in.
fn read(
    (opened, group, ranges): (&Opened, usize, &[Range<usize>]),
    columns: &[&str],
    wanted: &Wanted<'_>,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
    (given, lost): (&mut Given, &mut Lost),
) -> ControlFlow<()> {
    match opened.rows(group, opened.columns(columns), ranges) {
        Ok(batches) => {
            for batch in &batches {
                give(batch, wanted, each, given)?;
            }
        }
        Err(why) => match ranges {
            [range] if range.len() > ROWS_ALONE => {
                let middle = range.start + range.len() / 2;
                let halves = [range.start..middle, middle..range.end];
                for half in &halves {
                    let half = std::slice::from_ref(half);
                    read((opened, group, half), columns, wanted, each, (&mut *given, &mut *lost))?;
                }
            }
            [range] => lost.add(range.clone(), why),
            _ => {
                for range in ranges {
                    let alone = (opened, group, std::slice::from_ref(range));
                    read(alone, columns, wanted, each, (&mut *given, &mut *lost))?;
                }
            }
        },
    }
    ControlFlow::Continue(())
}

/// Gives the events of a batch that are within the wanted times and blocks.
fn give(
    batch: &RecordBatch,
    wanted: &Wanted<'_>,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
    given: &mut Given,
) -> ControlFlow<()> {
    let inside = |number: u64, time: Option<Timestamp>| {
        let outside = time.zip(wanted.times).is_some_and(|(time, (from, to))| time < from || time > to);
        !outside && wanted.blocks.is_none_or(|blocks| blocks.binary_search(&block(number)).is_ok())
    };
    each_event(batch, &inside, &mut |number, event| {
        if wanted.logs.is_some_and(|OfLogs(is_wanted)| !is_wanted(event.log)) {
            return ControlFlow::Continue(());
        }
        given.events += 1;
        each(number, event)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Versions;
    use crate::events::HOST;
    use crate::file::write::Writing;
    use arrow_array::{BinaryArray, Int64Array, StringArray};
    use arrow_schema::{DataType, Field, Schema};
    use parquet::file::properties::WriterProperties;
    use std::sync::Arc;

    /// A file of another layout: some columns are missing, one is new, they are in another order.
    fn old(dir: &Path) -> Registered {
        let schema = Arc::new(Schema::new(vec![
            Field::new(RAW, DataType::Binary, false),
            Field::new("new_column", DataType::Int64, false),
            Field::new(NUMBER, DataType::Int64, false),
            Field::new(HOST, DataType::Utf8, true),
        ]));
        let properties = WriterProperties::builder().build();
        let mut writing =
            Writing::begin(dir, "", Arc::clone(&schema), properties, &Versions::default()).unwrap();
        let batch = RecordBatch::try_new(
            schema,
            vec![
                Arc::new(BinaryArray::from_vec(vec![b"one", b"two"])),
                Arc::new(Int64Array::from(vec![8, 9])),
                Arc::new(Int64Array::from(vec![0, 1])),
                Arc::new(StringArray::from(vec![None, Some("gate-1")])),
            ],
        );
        writing.write(&batch.unwrap()).unwrap();
        let (name, seal) = writing.finish(|_| "old.parquet".to_owned()).unwrap();
        Registered {
            name,
            set: Set::Events { source: "gate".to_owned(), day: Date::parse("2025-01-01").unwrap() },
            first: 0,
            last: 1,
            events: 2,
            rows: 2,
            bytes: seal.bytes,
            digest: seal.digest,
            tail_bytes: seal.tail_bytes,
            tail: seal.tail,
            earliest: None,
            latest: None,
            untimed: 2,
        }
    }

    #[test]
    fn columns_are_found_by_name_and_may_be_missing() {
        let folder = tempfile::tempdir().unwrap();
        let files = [old(folder.path())];
        let mut text = String::new();
        let wanted = Wanted { source: "gate", blocks: Some(&[0, 7]), times: None, logs: None, texts: None };
        let given = events_of(folder.path(), &files, &wanted, &mut |number, event| {
            let raw = String::from_utf8_lossy(event.raw);
            text += &format!("{number} {raw} {:?} {:?} {:?}\n", event.host, event.time, event.log.product);
            ControlFlow::Continue(())
        });
        assert_eq!(given.problems, []);
        assert_eq!(text, "0 one None None None\n1 two Some(\"gate-1\") None None\n");
        let left_out = LeftOut { raw: true, fields: true };
        let given = events_without(folder.path(), &files, &wanted, left_out, &mut |number, event| {
            assert_eq!((event.raw, event.fields.len(), event.host.is_some()), (&b""[..], 0, number == 1));
            ControlFlow::Continue(())
        });
        assert_eq!((given.events, given.problems.len()), (2, 0));
    }

    #[test]
    fn blocks_become_rows_of_a_file_that_begins_anywhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = Registered { first: 1000, last: 3000, ..old(folder.path()) };
        assert_eq!(ranges(&file, None), [0..24, 24..1048, 1048..2001]);
        assert_eq!(ranges(&file, Some(&[0, 2, 3, 9])), [0..24, 1048..2001]);
        assert!(ranges(&file, Some(&[])).is_empty());
        // Rows of a row group that has 1,000 of them, from 100 on.
        assert_eq!(within(&[0..50, 90..110, 500..600, 1090..2000], 100, 1000), [0..10, 400..500, 990..1000]);
    }
}
