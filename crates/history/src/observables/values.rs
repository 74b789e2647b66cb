//! Gives every value of some kinds: networks and wildcards are asked of values, not of hashes.
//!
//! Tables are sorted by hash, so values of a rare kind lie anywhere. The column of kinds is small and is read first; the
//! others are read where a wanted kind is. Some pages are in memory at a time, and a value is handed over as it passes:
//! one that several tables have comes once for each, as whoever asks knows best what to add up.

use super::group::{GAP_ROWS, Group, Piece};
use super::probe::Tables;
use super::rows::{Row, Rows};
use super::seen::{Ask, Seen};
use super::{COUNT, FIRST, KIND, LAST, SOURCE, VALUE};
use crate::events::PAGE_ROWS;
use crate::kinds;
use crate::problem::Lost;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use model::{Problem, Timestamp};
use observable::{Kind, Observable};
use std::ops::Range;

/// How many rows are read at once.
const ROWS_AT_ONCE: usize = 16 * PAGE_ROWS;

/// What a value is made of.
const COLUMNS: [&str; 6] = [KIND, VALUE, SOURCE, COUNT, FIRST, LAST];

/// Why rows are lost that have no kind or no value.
const MISSING: &str = "a column is missing";

impl Tables {
    /// Gives every value of these kinds, table by table in the order of the set, in each by hash; without blocks. What
    /// a directory says is not said again by the tables below it. What cannot be read is named.
    #[must_use]
    pub fn each_value(&self, kinds: &[Kind], each: &mut dyn FnMut(Kind, &str, &Seen)) -> Vec<Problem> {
        let wanted: Vec<(i32, Kind)> =
            kinds.iter().filter_map(|kind| Some((kinds::code(*kind)?, *kind))).collect();
        let mut problems = Vec::new();
        for (table, file, opened) in self.top() {
            let opened = match opened {
                Ok(opened) => opened,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            for group in 0..opened.metadata().num_row_groups() {
                let ask = Ask { blocks: false, threads: 1 };
                let group = Group { opened, file, table, group, wanted: &[], ask };
                problems.extend(group.each_value(&wanted, each));
            }
        }
        problems
    }
}

impl Group<'_> {
    fn each_value(&self, wanted: &[(i32, Kind)], each: &mut dyn FnMut(Kind, &str, &Seen)) -> Vec<Problem> {
        let rows = self.opened.group_rows(self.group);
        let mut lost = Lost::default();
        let mut seen = blank(&self.file.name);
        for start in (0..rows).step_by(ROWS_AT_ONCE) {
            let all = start..(start + ROWS_AT_ONCE).min(rows);
            let (mut some, mut missing) = (Vec::new(), false);
            self.read(&[KIND], std::slice::from_ref(&all), &mut lost, &mut |piece| {
                missing |= !of_kinds(piece, wanted, &mut some);
            });
            self.read(&COLUMNS, &some, &mut lost, &mut |piece| {
                let Some(read) = Rows::of(piece.batch) else {
                    missing = true;
                    return;
                };
                for row in (piece.at..piece.at + piece.length).filter_map(|row| read.get(row)) {
                    // Between rows that are wanted some are read that are not.
                    if let Some((_, kind)) = wanted.iter().find(|(code, _)| *code == row.kind) {
                        fill(&mut seen, *kind, &row);
                        each(*kind, row.value, &seen);
                    }
                }
            });
            if missing {
                lost.add(all, MISSING.to_owned());
            }
        }
        lost.problems(self.file, self.opened.rows_before(self.group))
    }
}

/// Adds the rows of a piece that have a wanted kind, as ranges; false where the piece has no kinds.
fn of_kinds(piece: &Piece<'_>, wanted: &[(i32, Kind)], ranges: &mut Vec<Range<usize>>) -> bool {
    let column = piece.batch.column_by_name(KIND).and_then(|column| column.as_primitive_opt::<Int32Type>());
    let kinds = column.and_then(|column| column.values().get(piece.at..piece.at + piece.length));
    let Some(kinds) = kinds else { return false };
    for (row, code) in (piece.row..).zip(kinds) {
        if wanted.iter().any(|(wanted, _)| wanted == code) {
            match ranges.last_mut() {
                Some(range) if row - range.end <= GAP_ROWS => range.end = row + 1,
                _ => ranges.push(row..row + 1),
            }
        }
    }
    true
}

/// A row that nothing was read into: one is used for all values, so that they cost no allocation.
fn blank(file: &str) -> Seen {
    Seen {
        observable: Observable { kind: Kind::Ipv4, value: String::new() },
        source: String::new(),
        file: file.to_owned(),
        count: 0,
        first: None,
        last: None,
        blocks: Vec::new(),
    }
}

fn fill(seen: &mut Seen, kind: Kind, row: &Row<'_>) {
    seen.observable.kind = kind;
    row.value.clone_into(&mut seen.observable.value);
    row.source.clone_into(&mut seen.source);
    seen.count = row.count.cast_unsigned();
    seen.first = row.first.and_then(Timestamp::from_micros);
    seen.last = row.last.and_then(Timestamp::from_micros);
}
