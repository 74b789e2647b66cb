//! Where the facts of a part are in their document, apart from the facts themselves.
//!
//! A row that is inserted on top of an inventory moves all rows below it by a line and changes none of them. So a part
//! keeps its facts without places, and beside it lies this: of each fact its place, or that it is not said any more.
//! Rows that follow each other are a run (`from here on each one further`), and a run counts from the part's first
//! place, which is kept apart: what moved as a whole has the bytes that it had.
//!
//! Bytes: LEB128 numbers, signed ones in zigzag order (as in protocol buffers). The number of facts, then runs: sort,
//! length, and of a numbered place its distance from the place before, and the step if the run is longer than one.
//!
//! Invariant: [`Places::decode`] of what [`Places::encode`] gave is the same; other bytes are `None`, never a panic.

use model::Place;

/// How many facts a part can have: bytes that claim more are damaged.
pub(crate) const FACTS_IN_PART_MAX: usize = 1 << 20;
/// The sort of a place lies above its number.
const SORT_SHIFT: u32 = 61;
const NUMBER_MAX: u64 = (1 << SORT_SHIFT) - 1;
/// The sort of a fact that is not said any more, and of one that is about the document as a whole.
const GONE: u64 = 0;
const WHOLE: u64 = 1;

/// The places of the facts of a part, in the order of the part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(Vec<u64>);

impl Places {
    /// Places of as many facts, none of which is said.
    pub(crate) fn gone(count: usize) -> Self {
        Self(vec![0; count])
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many of the facts are said.
    pub(crate) fn live(&self) -> usize {
        self.0.iter().filter(|packed| **packed != 0).count()
    }

    pub(crate) fn push(&mut self, place: Place) {
        self.0.push(pack(place));
    }

    pub(crate) fn set(&mut self, index: usize, place: Place) {
        if let Some(packed) = self.0.get_mut(index) {
            *packed = pack(place);
        }
    }

    pub(crate) fn is_live(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|packed| *packed != 0)
    }

    /// The place of each fact; `None`: it is not said any more.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<Place>> {
        self.0.iter().map(|packed| unpack(*packed))
    }

    /// The first number: what [`Places::encode`] counts from.
    #[must_use]
    pub fn start(&self) -> u64 {
        let numbered = self.0.iter().find(|packed| **packed >> SORT_SHIFT > WHOLE);
        numbered.map_or(0, |packed| packed & NUMBER_MAX)
    }

    /// The places as bytes, counted from the first.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        number(u64::try_from(self.0.len()).unwrap_or(u64::MAX), &mut out);
        let (mut rest, mut before) = (self.0.as_slice(), self.start());
        while let Some(first) = rest.first() {
            let sort = first >> SORT_SHIFT;
            let (length, step) = run(rest);
            out.push(u8::try_from(sort).unwrap_or(0));
            number(u64::try_from(length).unwrap_or(1), &mut out);
            if sort > WHOLE {
                number(zigzag((first & NUMBER_MAX).wrapping_sub(before)), &mut out);
                if length > 1 {
                    number(zigzag(step), &mut out);
                }
                before = rest.get(length - 1).map_or(before, |last| last & NUMBER_MAX);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        out
    }

    /// The places of bytes, counted from this number; `None`: they are damaged.
    #[must_use]
    pub fn decode(mut bytes: &[u8], start: u64) -> Option<Self> {
        let count = usize::try_from(taken(&mut bytes)?).ok().filter(|count| *count <= FACTS_IN_PART_MAX)?;
        let (mut all, mut before) = (Vec::with_capacity(count), start);
        while let Some((sort, rest)) = bytes.split_first() {
            bytes = rest;
            let length =
                usize::try_from(taken(&mut bytes)?).ok().filter(|length| *length <= count - all.len())?;
            let sort = u64::from(*sort);
            if length == 0 || sort > pack(Place::Page(0)) >> SORT_SHIFT {
                return None;
            }
            if sort <= WHOLE {
                all.resize(all.len() + length, sort << SORT_SHIFT);
                continue;
            }
            let first = before.wrapping_add(unzigzag(taken(&mut bytes)?));
            let step = if length > 1 { unzigzag(taken(&mut bytes)?) } else { 0 };
            let mut at = first;
            for _ in 0..length {
                before = at;
                all.push(sort << SORT_SHIFT | (at & NUMBER_MAX));
                at = at.wrapping_add(step);
            }
        }
        (all.len() == count).then_some(Self(all))
    }
}

/// How many places from the first on are one run, and the step from one to the next.
fn run(places: &[u64]) -> (usize, u64) {
    let Some((first, rest)) = places.split_first() else { return (0, 0) };
    let sort = first >> SORT_SHIFT;
    let step = match rest.first() {
        Some(second) if sort > WHOLE && second >> SORT_SHIFT == sort => second.wrapping_sub(*first),
        _ => 0,
    };
    let (mut length, mut before) = (1, *first);
    for next in rest {
        if next >> SORT_SHIFT != sort || (sort > WHOLE && next.wrapping_sub(before) != step) {
            break;
        }
        (length, before) = (length + 1, *next);
    }
    (length, step)
}

/// The first places of a document's parts, by the numbers of the parts, as bytes.
#[must_use]
pub fn encode_starts(starts: &[(u64, u64)]) -> Vec<u8> {
    let (mut out, mut before) = (Vec::new(), (0_u64, 0_u64));
    for (part, start) in starts {
        number(zigzag(part.wrapping_sub(before.0)), &mut out);
        number(zigzag(start.wrapping_sub(before.1)), &mut out);
        before = (*part, *start);
    }
    out
}

/// The first places of parts, of bytes; `None`: they are damaged.
#[must_use]
pub fn decode_starts(mut bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
    let (mut starts, mut before) = (Vec::new(), (0_u64, 0_u64));
    while !bytes.is_empty() {
        before.0 = before.0.wrapping_add(unzigzag(taken(&mut bytes)?));
        before.1 = before.1.wrapping_add(unzigzag(taken(&mut bytes)?));
        starts.push(before);
    }
    Some(starts)
}

fn pack(place: Place) -> u64 {
    let (sort, number) = match place {
        Place::Whole => (WHOLE, 0),
        Place::Line(n) => (2, n),
        Place::Record(n) => (3, n),
        Place::Byte(n) => (4, n),
        Place::Page(n) => (5, n),
    };
    sort << SORT_SHIFT | number.min(NUMBER_MAX)
}

fn unpack(packed: u64) -> Option<Place> {
    let number = packed & NUMBER_MAX;
    match packed >> SORT_SHIFT {
        GONE => None,
        2 => Some(Place::Line(number)),
        3 => Some(Place::Record(number)),
        4 => Some(Place::Byte(number)),
        5 => Some(Place::Page(number)),
        _ => Some(Place::Whole),
    }
}

/// A difference as a number: small ones, up or down, take few bytes.
fn zigzag(difference: u64) -> u64 {
    let signed = difference.cast_signed();
    (signed.wrapping_shl(1) ^ (signed >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> u64 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn taken(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(all: &[Option<Place>]) -> Places {
        let mut places = Places::gone(all.len());
        for (index, place) in all.iter().enumerate() {
            place.iter().for_each(|place| places.set(index, *place));
        }
        places
    }

    fn place() -> impl Strategy<Value = Option<Place>> {
        prop_oneof![
            2 => Just(None),
            1 => Just(Some(Place::Whole)),
            6 => (0u64..50).prop_map(|n| Some(Place::Line(n))),
            1 => (0..=NUMBER_MAX).prop_map(|n| Some(Place::Byte(n))),
            1 => any::<u32>().prop_map(|n| Some(Place::Record(u64::from(n)))),
            1 => any::<u8>().prop_map(|n| Some(Place::Page(u64::from(n)))),
        ]
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(all in prop::collection::vec(place(), 0..60)) {
            let places = places(&all);
            let back = Places::decode(&places.encode(), places.start()).expect("whole");
            prop_assert_eq!(back.iter().collect::<Vec<_>>(), all);
        }

        #[test]
        fn what_moved_as_a_whole_has_the_same_bytes(lines in prop::collection::vec(0u64..99, 1..60), by in 0u64..9) {
            let at = |by: u64| -> Vec<Option<Place>> { lines.iter().map(|n| Some(Place::Line(n + by))).collect() };
            prop_assert_eq!(places(&at(0)).encode(), places(&at(by)).encode());
        }

        #[test]
        fn bytes_of_others_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40), start: u64) {
            if let Some(places) = Places::decode(&bytes, start) {
                prop_assert!(places.len() <= FACTS_IN_PART_MAX);
            }
            _ = decode_starts(&bytes);
        }

        #[test]
        fn starts_come_out_as_they_go_in(starts in prop::collection::vec((any::<u32>(), any::<u64>()), 0..20)) {
            let starts: Vec<(u64, u64)> = starts.into_iter().map(|(part, start)| (part.into(), start)).collect();
            prop_assert_eq!(decode_starts(&encode_starts(&starts)), Some(starts));
        }
    }

    #[test]
    fn rows_in_a_row_are_one_run_up_to_the_bound() {
        let mut places = Places::default();
        (0..1 << 20).for_each(|n| places.push(Place::Line(n + 2)));
        // The number of facts, then the sort of lines, the length, no distance, a step of one.
        assert_eq!(places.encode(), [0x80, 0x80, 0x40, 2, 0x80, 0x80, 0x40, 0, 2]);
        assert!(Places::decode(&places.encode(), 2).is_some_and(|back| back == places));
        places.push(Place::Whole);
        assert_eq!(Places::decode(&places.encode(), 2), None, "one past the bound");
    }
}
