//! The machines of one inventory, as many as fit: what is beyond the bound is counted and reported.
//!
//! Each row of a machine takes half a kilobyte until the answer is written, and as much again in the tables by which
//! names, products and zones are found. A table that is longer than any organisation's must not take the memory of the
//! whole computer.
//!
//! Invariant: the rows that come first in order of content are kept, whatever their order in the document.

use model::ours::Device;
use model::{Fault, Place, Problems};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// How many rows of machines one document may have: of more than any organisation has machines.
const ROWS_MAX: usize = 2_000_000;

/// How many texts of cells are shared by rows. Where owners are as many as rows, to look for more would gain nothing.
const SHARED_MAX: usize = 65_536;

/// Rows of machines, within the bound.
pub(crate) struct Machines {
    rows: BTreeSet<Arc<Device>>,
    rows_max: usize,
    left_out: u64,
    /// Texts that several rows have, each kept once.
    shared: HashSet<Arc<str>>,
}

impl Default for Machines {
    fn default() -> Self {
        Self { rows: BTreeSet::new(), rows_max: ROWS_MAX, left_out: 0, shared: HashSet::new() }
    }
}

impl Machines {
    /// Takes a row.
    pub(crate) fn add(&mut self, mut row: Device) {
        let Device { zone, role, vendor, model, version, system, owner, .. } = &mut row;
        for text in [zone, role, vendor, model, version, system, owner].into_iter().flatten() {
            match self.shared.get(text) {
                Some(known) => *text = Arc::clone(known),
                None if self.shared.len() < SHARED_MAX => _ = self.shared.insert(Arc::clone(text)),
                None => {}
            }
        }
        self.rows.insert(Arc::new(row));
        if self.rows.len() > self.rows_max {
            self.rows.pop_last();
            self.left_out += 1;
        }
    }

    /// Gives the rows that are kept.
    pub(crate) fn give(self, problems: &mut Problems, each: impl FnMut(Arc<Device>)) {
        if self.left_out > 0 {
            let what = format!(
                "more than {} rows of machines: {} of them, the last in order of name, were not used",
                self.rows_max, self.left_out
            );
            let help = "split the table, if there is memory for all of it: a kilobyte a row";
            problems.add(Place::Whole, Fault::Partial, what, Some(help));
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
                let mut machines = Machines { rows_max, ..Machines::default() };
                for name in names {
                    machines.add(Device { name: name.to_owned(), ..Device::default() });
                }
                let (mut problems, mut kept) = (Problems::new("devices.csv"), String::new());
                machines.give(&mut problems, |row| kept.push_str(&row.name));
                (kept, problems.into_vec().iter().map(ToString::to_string).collect::<Vec<_>>().join(""))
            };
            assert_eq!(kept(3), ("abc".to_owned(), String::new()));
            let said = "devices.csv: more than 2 rows of machines: 1 of them, the last in order of name, were not used";
            assert_eq!(kept(2), ("ab".to_owned(), said.to_owned()), "{names:?}");
        }
    }
}
