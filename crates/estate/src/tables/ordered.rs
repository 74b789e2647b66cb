//! Rows of a table of which all are seen before the first is read, since one cell decides how the others of its column
//! are read.
//!
//! So many rows are held; those beyond are read with what the first showed.

use crate::cells::{Cells, Orders};
use input::Document;
use input::table::{self, Column, Row};
use model::Problems;

/// How many rows are held, and how much text: the accounts of a large organisation. Rows of scanners hold pages of text, so
/// that of them fewer are held.
#[derive(Clone, Copy)]
struct HeldBounds {
    rows: usize,
    bytes: usize,
}

const BOUNDS: HeldBounds = HeldBounds { rows: 100_000, bytes: 96 << 20 };

/// Gives every row as cells.
pub(crate) fn rows(
    document: &mut Document<'_>,
    columns: &[Column],
    problems: &mut Problems,
    each: &mut dyn FnMut(&mut Cells<'_>),
) {
    rows_bounded(document, columns, BOUNDS, problems, each);
}

fn rows_bounded(
    document: &mut Document<'_>,
    columns: &[Column],
    bounds: HeldBounds,
    problems: &mut Problems,
    each: &mut dyn FnMut(&mut Cells<'_>),
) {
    let source = document.name.clone();
    let (mut held, mut held_bytes, mut orders) = (Vec::new(), 0, Orders::default());
    let mut read = |row: Row, orders: &Orders, problems: &mut Problems| {
        each(&mut Cells::new(&source, row, problems).ordered(orders));
    };
    let mut full = false;
    table::rows(document, columns, problems, &mut |row, problems| {
        orders.learn(&row);
        held_bytes += bytes_of(&row);
        if !full && held.len() < bounds.rows && held_bytes <= bounds.bytes {
            return held.push(row);
        }
        full = true;
        held.drain(..).for_each(|row| read(row, &orders, problems));
        read(row, &orders, problems);
    });
    held.into_iter().for_each(|row| read(row, &orders, problems));
}

/// How much text a row holds, with what each cell costs beside it.
fn bytes_of(row: &Row) -> usize {
    let known = row.known.values().map(|cell| cell.len() + 40);
    let extra = row.extra.iter().map(|(header, cell)| header.len() + cell.len() + 64);
    known.chain(extra).fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bounds_is_read_with_what_came_before() {
        const COLUMNS: &[Column] = &[Column { name: "used", spellings: &[] }];
        let read = |rows, bytes| {
            let (mut problems, mut days) = (Problems::new("a"), Vec::new());
            let mut document =
                Document::open("a", &b"used,x\n1/2/2031,a\n1/2/2031,b\n1/20/2031,c\n"[..]).unwrap();
            rows_bounded(&mut document, COLUMNS, HeldBounds { rows, bytes }, &mut problems, &mut |cells| {
                days.push(cells.date("used").map(|day| day.to_string()).unwrap_or_default());
            });
            days.join(" ")
        };
        assert_eq!(read(2, 1000), "2031-01-02 2031-01-02 2031-01-20");
        assert_eq!(read(1, 1000), "  2031-01-20");
        assert_eq!(
            (read(3, 228), read(3, 227)),
            ("2031-01-02 2031-01-02 2031-01-20".into(), "  2031-01-20".into())
        );
    }
}
