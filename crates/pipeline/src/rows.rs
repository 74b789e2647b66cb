//! The rows of one inventory of one sort, as many as fit: what is beyond the bound is counted and reported.
//!
//! A table that is longer than any organisation's must not take the memory of the whole computer.
//!
//! Invariant: the rows that come first in order of content are kept, whatever their order in the document.

use model::{Fault, Place, Problems};
use std::collections::BTreeSet;

/// What is said of rows that are beyond the bound.
#[derive(Clone, Copy)]
pub(crate) struct Sort {
    /// Whose rows these are, in the plural.
    pub(crate) of: &'static str,
    /// How many one document may have.
    pub(crate) rows_max: usize,
    /// What one row takes.
    pub(crate) takes: &'static str,
}

/// A row of an account takes a kilobyte with its names, and as much again in the answer: of more than any but a few
/// organisations have accounts.
pub(crate) const ACCOUNTS: Sort = Sort { of: "accounts", rows_max: 500_000, takes: "two kilobytes" };

/// Rows within a bound.
pub(crate) struct Rows<T> {
    rows: BTreeSet<T>,
    sort: Sort,
    left_out: u64,
}

impl<T: Ord> Rows<T> {
    pub(crate) fn new(sort: Sort) -> Self {
        Self { rows: BTreeSet::new(), sort, left_out: 0 }
    }

    /// Takes a row.
    pub(crate) fn add(&mut self, row: T) {
        self.rows.insert(row);
        if self.rows.len() > self.sort.rows_max {
            self.rows.pop_last();
            self.left_out += 1;
        }
    }

    /// Gives the rows that are kept.
    pub(crate) fn give(self, problems: &mut Problems, each: impl FnMut(T)) {
        if self.left_out > 0 {
            let Sort { of, rows_max, takes } = self.sort;
            let what = format!(
                "more than {rows_max} rows of {of}: {} of them, the last in order of name, were not used",
                self.left_out
            );
            let help = format!("split the table, if there is memory for all of it: {takes} a row");
            problems.add(Place::Whole, Fault::Partial, what, Some(&help));
        }
        self.rows.into_iter().for_each(each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_counted_and_the_order_of_rows_leaves_no_trace() {
        for names in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
            let kept = |rows_max| {
                let mut rows = Rows::new(Sort { rows_max, ..ACCOUNTS });
                names.into_iter().for_each(|name| rows.add(name));
                let (mut problems, mut kept) = (Problems::new("accounts.csv"), String::new());
                rows.give(&mut problems, |row| kept.push_str(row));
                (kept, problems.into_vec().iter().map(ToString::to_string).collect::<Vec<_>>().join(""))
            };
            assert_eq!(kept(3), ("abc".to_owned(), String::new()));
            let said = "accounts.csv: more than 2 rows of accounts: 1 of them, the last in order of name, were not used";
            assert_eq!(kept(2), ("ab".to_owned(), said.to_owned()), "{names:?}");
        }
    }
}
