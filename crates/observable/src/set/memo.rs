//! What texts held that came before: names of machines, paths of programs and channels come with every record of a log.
//!
//! Most of the bytes of a log are in texts that were there a moment ago. Of a text that holds no needle the values are
//! kept, and given again without a walk. A text with a needle is walked each time, as are long ones.
//!
//! Invariants: a text is known by its bytes, not by its hash alone, and for one set only; the room is fixed. The hash is
//! keyed anew for each memo, so that nobody can prepare texts that share a place.

use crate::Kind;
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// Places, a power of two. More find little more.
const PLACES: usize = 1 << 12;
/// The longest text that is kept.
const TEXT_BYTES_MAX: usize = 1024;
/// Most values of one text that are kept.
const VALUES_MAX: usize = 64;

/// Values in the order of a walk, as often as the walk gave them.
#[derive(Default)]
pub(crate) struct Given {
    text: String,
    /// The kind of each, and where its text ends; it starts where the one before ends.
    ends: Vec<(Kind, usize)>,
}

impl Given {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Takes note of a value; of more than are kept, only that there are more.
    pub(crate) fn add(&mut self, kind: Kind, value: &str) {
        if self.ends.len() <= VALUES_MAX {
            self.text.push_str(value);
            self.ends.push((kind, self.text.len()));
        }
    }

    /// The values, in their order.
    pub(crate) fn values(&self) -> impl Iterator<Item = (Kind, &str)> {
        let mut start = 0;
        self.ends.iter().filter_map(move |(kind, end)| {
            let from = std::mem::replace(&mut start, *end);
            Some((*kind, self.text.get(from..*end)?))
        })
    }
}

/// A text, and what it holds.
#[derive(Default)]
struct Known {
    text: Vec<u8>,
    given: Given,
}

/// Texts of one thread that came lately.
#[derive(Default)]
pub(crate) struct Memo {
    state: RandomState,
    /// The set for which they hold no needle; 0: there is none.
    set: u64,
    known: Vec<Known>,
    /// What the walk that is on its way gave.
    pub(crate) noted: Given,
    /// The place that it is for.
    place: Option<usize>,
}

impl Memo {
    /// What a text holds, if it is known. Otherwise what the walk gives is to be noted.
    #[inline]
    pub(crate) fn look(&mut self, set: u64, hay: &[u8]) -> Option<&Given> {
        self.place = None;
        if hay.len() > TEXT_BYTES_MAX {
            return None;
        }
        if self.set != set || self.known.is_empty() {
            self.known.clear();
            self.known.resize_with(PLACES, Known::default);
            self.set = set;
        }
        let place = usize::try_from(self.state.hash_one(hay) % PLACES as u64).unwrap_or(0);
        // A place without a text reads as the empty text, which holds nothing.
        if self.known.get(place).is_some_and(|known| known.text == hay) {
            return self.known.get(place).map(|known| &known.given);
        }
        self.noted.clear();
        self.place = Some(place);
        None
    }

    /// Whether what a walk gives is to be noted.
    #[inline]
    pub(crate) fn is_noting(&self) -> bool {
        self.place.is_some()
    }

    /// Ends a walk. `holds`: it gave all values of the text, and met no needle.
    #[inline]
    pub(crate) fn end(&mut self, hay: &[u8], holds: bool) {
        let Some(place) = self.place.take() else { return };
        let is_kept = holds && self.noted.ends.len() <= VALUES_MAX;
        let Some(known) = self.known.get_mut(place).filter(|_| is_kept) else { return };
        known.text.clear();
        known.text.extend_from_slice(hay);
        known.given.clear();
        known.given.text.push_str(&self.noted.text);
        known.given.ends.extend_from_slice(&self.noted.ends);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a text of so many bytes and values is known when it comes again.
    fn is_known(bytes: usize, values: usize) -> bool {
        let (mut memo, text) = (Memo::default(), vec![b'.'; bytes]);
        assert!(memo.look(1, &text).is_none());
        (0..values).for_each(|_| memo.noted.add(Kind::Domain, "a.example"));
        memo.end(&text, true);
        let given = memo.look(1, &text).map(|given| given.values().count());
        assert!(given.is_none_or(|given| given == values));
        given.is_some() && memo.look(2, &text).is_none()
    }

    #[test]
    fn one_byte_or_value_past_the_limit_is_not_kept() {
        assert!(is_known(TEXT_BYTES_MAX, VALUES_MAX));
        assert!(!is_known(TEXT_BYTES_MAX + 1, VALUES_MAX) && !is_known(TEXT_BYTES_MAX, VALUES_MAX + 1));
    }
}
