//! The values that were taken in already, so that each is there once.
//!
//! Kept as one text behind a table of fixed size. Forgetting touches only what was written, because it happens at every
//! line of a log. The hash is keyed anew for each `Seen`, so that nobody can prepare a line whose values collide.

use crate::Kind;
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// Places of the table, a power of two above any number of values that is inserted.
const SLOTS: usize = 1 << 13;

struct Value {
    kind: Kind,
    slot: usize,
    /// Where its text ends; it starts where the one before ends.
    start: usize,
    end: usize,
}

/// Values of one record.
#[derive(Default)]
pub(crate) struct Seen {
    state: RandomState,
    text: String,
    values: Vec<Value>,
    /// The number of a value, from 1; 0 is free.
    slots: Vec<u16>,
}

impl Seen {
    pub(crate) fn clear(&mut self) {
        for value in self.values.drain(..) {
            if let Some(slot) = self.slots.get_mut(value.slot) {
                *slot = 0;
            }
        }
        self.text.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The values, in the order in which they came.
    pub(crate) fn values(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.values.iter().filter_map(|value| Some((value.kind, self.text.get(value.start..value.end)?)))
    }

    pub(crate) fn holds(&self, kind: Kind, text: &str) -> bool {
        self.slot(kind, text).is_none()
    }

    /// Takes a value in; `false` when it is there already, or no slot is free.
    pub(crate) fn insert(&mut self, kind: Kind, text: &str) -> bool {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
        }
        let Some(slot) = self.slot(kind, text) else { return false };
        let start = self.text.len();
        self.text.push_str(text);
        self.values.push(Value { kind, slot, start, end: self.text.len() });
        if let (Some(place), Ok(number)) = (self.slots.get_mut(slot), u16::try_from(self.values.len())) {
            *place = number;
        }
        true
    }

    /// The free slot for a value; `None` when it is there.
    fn slot(&self, kind: Kind, text: &str) -> Option<usize> {
        let hash = self.state.hash_one((kind as u8, text.as_bytes()));
        let mut slot = usize::try_from(hash % SLOTS as u64).unwrap_or(0);
        for _ in 0..SLOTS {
            let number = self.slots.get(slot).copied().unwrap_or(0);
            let Some(index) = usize::from(number).checked_sub(1) else { return Some(slot) };
            let value = self.values.get(index)?;
            if value.kind == kind && self.text.get(value.start..value.end) == Some(text) {
                return None;
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_new_once_until_all_are_forgotten() {
        let mut seen = Seen::default();
        for _ in 0..2 {
            for number in 0..5000 {
                let text = format!("v{number}");
                assert!(!seen.holds(Kind::Domain, &text));
                assert!(seen.insert(Kind::Domain, &text) && seen.holds(Kind::Domain, &text));
                assert!(!seen.insert(Kind::Domain, &text) && !seen.holds(Kind::FileName, &text));
            }
            assert_eq!(seen.len(), 5000);
            seen.clear();
            assert_eq!(seen.len(), 0);
        }
    }
}
