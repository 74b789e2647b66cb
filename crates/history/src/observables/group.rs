//! One row group of a table, asked for some values by the cheapest way for so many.
//!
//! The page index says which pages of the hash column a value may be in. Where many values fall into the group, its
//! bloom filter is read first and takes away those that are not there; for a few, reading the filter would cost more
//! than their pages. When more than half of the pages survive, the column is read whole, in one sweep. A hash only
//! finds; the other columns of a row are read where a hash is found, and kind and value prove.

use super::rows::{Row, Rows};
use super::seen::{Ask, Seen};
use super::{BLOCKS, COUNT, FILES, FIRST, HASH, KIND, LAST, SOURCE, VALUE};
use crate::events::PAGE_ROWS;
use crate::file::open::{Opened, Pages};
use crate::kinds;
use crate::problem::Lost;
use crate::registered::Registered;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use model::{Problem, Timestamp};
use observable::Observable;
use std::ops::Range;

/// From how many values in a row group on its bloom filter (two megabytes) is worth reading.
const FILTERED_MIN: usize = 64;

/// Rows that lie no further apart are read in one go: passing over a row costs as much as decoding some.
pub(super) const GAP_ROWS: usize = 96;

/// A wanted value with its hash; without kind and value every value of the hash is wanted.
pub(super) struct Wanted<'w> {
    pub(super) hash: i64,
    pub(super) proof: Option<(i32, &'w Observable)>,
}

impl Wanted<'_> {
    /// The value of a row that has the hash, if it is wanted.
    fn proved(&self, row: &Row<'_>) -> Option<Observable> {
        match self.proof {
            Some((kind, value)) => (kind == row.kind && value.value == row.value).then(|| value.clone()),
            None => Some(Observable { kind: kinds::kind(row.kind)?, value: row.value.to_owned() }),
        }
    }
}

/// What one row group gave.
#[derive(Default)]
pub(super) struct Found {
    pub(super) seen: Vec<Seen>,
    pub(super) problems: Vec<Problem>,
    /// What directories name: their table, the first transaction of a file of level 1, the wanted value.
    pub(super) below: Vec<(usize, u64, usize)>,
}

/// One row group.
pub(super) struct Group<'a> {
    pub(super) opened: &'a Opened,
    pub(super) file: &'a Registered,
    /// The place of its table.
    pub(super) table: usize,
    pub(super) group: usize,
    /// All wanted values by hash.
    pub(super) wanted: &'a [Wanted<'a>],
    pub(super) ask: Ask,
}

/// Rows of a batch that follow each other in the row group.
pub(super) struct Piece<'b> {
    pub(super) batch: &'b RecordBatch,
    /// The first of them in the batch, and how many.
    pub(super) at: usize,
    pub(super) length: usize,
    /// The first of them in the row group.
    pub(super) row: usize,
}

impl Group<'_> {
    /// Looks for these of the wanted values, in their order.
    pub(super) fn probe(&self, mut values: Vec<usize>) -> Found {
        let mut found = Found::default();
        let pages =
            self.opened.leaf(HASH).and_then(|leaf| Some((leaf, self.opened.pages(self.group, leaf)?)));
        let Some((leaf, pages)) = pages else {
            let all = 0..self.opened.group_rows(self.group);
            let mut lost = Lost::default();
            lost.add(all, "there is no index of the hashes".to_owned());
            found.problems = lost.problems(self.file, self.opened.rows_before(self.group));
            return found;
        };
        let (Some(least), Some(greatest)) = (pages.least.first(), pages.greatest.last()) else {
            return found;
        };
        values.retain(|value| (*least..=*greatest).contains(&self.hash(*value)));
        if values.len() >= FILTERED_MIN {
            // Without its filter the group is asked for all of them.
            if let Ok(Some(filter)) = self.opened.filter(self.group, leaf) {
                values.retain(|value| filter.check(&self.hash(*value)));
            }
        }
        let mut ranges = self.pages(&values, &pages);
        if ranges.len() * 2 > pages.starts.len() {
            ranges.clear();
            ranges.push(0..self.opened.group_rows(self.group));
        }
        let mut rows: Vec<(usize, i64)> = Vec::new();
        let mut lost = Lost::default();
        self.read(&[HASH], &ranges, &mut lost, &mut |piece| self.find(piece, &values, &mut rows));
        self.prove(&rows, &mut found, &mut lost);
        found.problems.extend(lost.problems(self.file, self.opened.rows_before(self.group)));
        found
    }

    fn hash(&self, value: usize) -> i64 {
        self.wanted.get(value).map_or(0, |wanted| wanted.hash)
    }

    /// The rows of the pages in which a value may be: one range a page.
    fn pages(&self, values: &[usize], pages: &Pages<'_>) -> Vec<Range<usize>> {
        let total = self.opened.group_rows(self.group);
        let ends = pages.starts.iter().skip(1).copied().chain([total]);
        let bounds = pages.least.iter().zip(pages.greatest);
        let mut ranges = Vec::new();
        let mut next = 0;
        for ((start, end), (least, greatest)) in pages.starts.iter().zip(ends).zip(bounds) {
            // A value may be in two pages: the rows of several sources.
            while values.get(next).is_some_and(|value| self.hash(*value) < *least) {
                next += 1;
            }
            if values.get(next).is_some_and(|value| self.hash(*value) <= *greatest) {
                ranges.push(*start..end);
            }
        }
        ranges
    }

    /// The rows whose hash is that of a wanted value.
    fn find(&self, piece: &Piece<'_>, values: &[usize], rows: &mut Vec<(usize, i64)>) {
        let column =
            piece.batch.column_by_name(HASH).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let hashes = column.and_then(|column| column.values().get(piece.at..piece.at + piece.length));
        let Some((hashes, least, greatest)) =
            hashes.and_then(|hashes| Some((hashes, *hashes.first()?, *hashes.last()?)))
        else {
            return;
        };
        let start = values.partition_point(|value| self.hash(*value) < least);
        let inside = values.iter().skip(start).map(|value| self.hash(*value));
        let (mut at, mut before) = (0, None);
        for hash in inside.take_while(|hash| *hash <= greatest) {
            // Two wanted values may share a hash; its rows are read once.
            if before.replace(hash) == Some(hash) {
                continue;
            }
            at += hashes.get(at..).unwrap_or_default().partition_point(|other| *other < hash);
            while hashes.get(at) == Some(&hash) {
                rows.push((piece.row + at, hash));
                at += 1;
            }
        }
    }

    /// Reads the rows that were found, and keeps those with a wanted kind and value.
    fn prove(&self, rows: &[(usize, i64)], found: &mut Found, lost: &mut Lost) {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (row, _) in rows {
            match ranges.last_mut() {
                Some(range) if row - range.end <= GAP_ROWS => range.end = row + 1,
                _ => ranges.push(*row..row + 1),
            }
        }
        let list: &[&str] = if self.ask.blocks { &[BLOCKS, FILES] } else { &[] };
        let columns = [&[KIND, VALUE, SOURCE, COUNT, FIRST, LAST], list].concat();
        let (mut seen, mut below) = (Vec::new(), Vec::new());
        self.read(&columns, &ranges, lost, &mut |piece| {
            let Some(read) = Rows::of(piece.batch) else { return };
            let from = rows.partition_point(|(row, _)| *row < piece.row);
            let inside = rows.iter().skip(from).take_while(|(row, _)| *row < piece.row + piece.length);
            for (place, hash) in inside {
                let Some(row) = read.get(piece.at + place - piece.row) else { continue };
                let from = self.wanted.partition_point(|wanted| wanted.hash < *hash);
                let same = self.wanted.iter().enumerate().skip(from);
                let same = same.take_while(|(_, wanted)| wanted.hash == *hash);
                for (value, wanted) in same {
                    let Some(observable) = wanted.proved(&row) else { continue };
                    let directory = !self.file.below().is_empty();
                    if directory {
                        let files = row.list.iter().map(|file| (self.table, file.cast_unsigned(), value));
                        below.extend(files);
                    }
                    seen.push(Seen {
                        observable,
                        source: row.source.to_owned(),
                        file: self.file.name.clone(),
                        count: row.count.cast_unsigned(),
                        first: row.first.and_then(Timestamp::from_micros),
                        last: row.last.and_then(Timestamp::from_micros),
                        blocks: if directory { Vec::new() } else { row.list.to_vec() },
                    });
                }
            }
        });
        found.seen.extend(seen);
        found.below.extend(below);
    }

    /// Reads ranges of rows and hands over their pieces. What cannot be read together is read in halves, down to the
    /// page that is at fault.
    pub(super) fn read(
        &self,
        columns: &[&str],
        ranges: &[Range<usize>],
        lost: &mut Lost,
        each: &mut dyn FnMut(&Piece<'_>),
    ) {
        if ranges.is_empty() {
            return;
        }
        let why = match self.opened.rows(self.group, self.opened.columns(columns), ranges) {
            Ok(batches) => return pieces(&batches, ranges, each),
            Err(why) => why,
        };
        if let [range] = ranges {
            let pages = (range.start / PAGE_ROWS)..range.end.div_ceil(PAGE_ROWS);
            if pages.len() <= 1 {
                let total = self.opened.group_rows(self.group);
                let page = pages.start * PAGE_ROWS..((pages.start + 1) * PAGE_ROWS).min(total);
                lost.add(page, why);
                return;
            }
            let middle = (pages.start + pages.len() / 2) * PAGE_ROWS;
            for half in [range.start..middle, middle..range.end] {
                self.read(columns, &[half], lost, each);
            }
            return;
        }
        let (one, other) = ranges.split_at(ranges.len() / 2);
        self.read(columns, one, lost, each);
        self.read(columns, other, lost, each);
    }
}

/// Cuts batches, which hold the rows of the ranges one after the other, into pieces that know their rows.
fn pieces(batches: &[RecordBatch], ranges: &[Range<usize>], each: &mut dyn FnMut(&Piece<'_>)) {
    let mut ranges = ranges.iter().cloned();
    let mut range = ranges.next().unwrap_or_default();
    for batch in batches {
        let mut at = 0;
        while at < batch.num_rows() {
            if range.is_empty() {
                let Some(next) = ranges.next() else { return };
                range = next;
                continue;
            }
            let length = range.len().min(batch.num_rows() - at);
            each(&Piece { batch, at, length, row: range.start });
            range.start += length;
            at += length;
        }
    }
}
