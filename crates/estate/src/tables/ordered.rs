//! Rows of a table of which all are seen before the first is read, since one cell decides how the others of its column
//! are read.
//!
//! So many rows are held; those beyond are read with what the first showed.

use crate::cells::{Cells, Orders};
use input::Document;
use input::table::{self, Column, Row};
use model::Problems;

/// How many rows are held: the accounts of a large organisation, some 100 MB.
const HELD_MAX: usize = 100_000;

/// Gives every row as cells.
pub(crate) fn rows(
    document: &mut Document<'_>,
    columns: &[Column],
    problems: &mut Problems,
    each: &mut dyn FnMut(&mut Cells<'_>),
) {
    let source = document.name.clone();
    let (mut held, mut orders) = (Vec::new(), Orders::default());
    let mut read = |row: Row, orders: &Orders, problems: &mut Problems| {
        each(&mut Cells::new(&source, row, problems).ordered(orders));
    };
    let mut full = false;
    table::rows(document, columns, problems, &mut |row, problems| {
        orders.learn(&row);
        if !full && held.len() < HELD_MAX {
            return held.push(row);
        }
        full = true;
        held.drain(..).for_each(|row| read(row, &orders, problems));
        read(row, &orders, problems);
    });
    held.into_iter().for_each(|row| read(row, &orders, problems));
}
