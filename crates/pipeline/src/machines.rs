//! The machines of one inventory, which share what they have in common.
//!
//! Each row of a machine takes half a kilobyte until the answer is written, and as much again in the tables by which
//! names, products and zones are found. Owners, zones and systems are the same in very many rows, so their text is kept
//! once. Invariant: a shared text is equal to what the row said.

use crate::rows::{Rows, Sort};
use model::Problems;
use model::ours::Device;
use std::collections::HashSet;
use std::sync::Arc;

/// More machines than any organisation has.
const MACHINES: Sort = Sort { of: "machines", rows_max: 2_000_000, takes: "a kilobyte" };

/// How many texts of cells are shared by rows. Where owners are as many as rows, to look for more would gain nothing.
const SHARED_MAX: usize = 65_536;

/// Rows of machines, within the bound.
pub(crate) struct Machines {
    rows: Rows<Arc<Device>>,
    /// Texts that several rows have, each kept once.
    shared: HashSet<Arc<str>>,
    shared_max: usize,
}

impl Default for Machines {
    fn default() -> Self {
        Self { rows: Rows::new(MACHINES), shared: HashSet::new(), shared_max: SHARED_MAX }
    }
}

impl Machines {
    /// Takes a row.
    pub(crate) fn add(&mut self, mut row: Device) {
        let Device { zone, role, vendor, model, version, system, owner, .. } = &mut row;
        for text in [zone, role, vendor, model, version, system, owner].into_iter().flatten() {
            match self.shared.get(text) {
                Some(known) => *text = Arc::clone(known),
                None if self.shared.len() < self.shared_max => _ = self.shared.insert(Arc::clone(text)),
                None => {}
            }
        }
        self.rows.add(Arc::new(row));
    }

    /// Gives the rows that are kept.
    pub(crate) fn give(self, problems: &mut Problems, each: impl FnMut(Arc<Device>)) {
        self.rows.give(problems, each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shared_up_to_the_bound_and_say_the_same_beyond_it() {
        let given = |shared_max| {
            let mut machines = Machines { shared_max, ..Machines::default() };
            for (name, owner) in
                [("a", "crane team"), ("b", "berth desk"), ("c", "crane team"), ("d", "berth desk")]
            {
                let owner = Some(Arc::from(owner));
                machines.add(Device { name: name.to_owned(), owner, ..Device::default() });
            }
            let mut owners: Vec<Arc<str>> = Vec::new();
            machines.give(&mut Problems::new("devices.csv"), |row| owners.extend(row.owner.clone()));
            let shared = |a: usize, b: usize| Arc::ptr_eq(&owners[a], &owners[b]);
            (owners.join(", "), shared(0, 2), shared(1, 3))
        };
        let all = "crane team, berth desk, crane team, berth desk".to_owned();
        assert_eq!(given(2), (all.clone(), true, true));
        assert_eq!(given(1), (all, true, false));
    }
}
