//! Which record numbers of a channel were seen, and where some are missing.
//!
//! Windows numbers the records of a channel one by one; so does the Linux audit system its events. A hole is a
//! record that was deleted, lost, overwritten or left out by an export; many holes are a selection.
//!
//! Each number is a bit, in blocks of 64; each block keeps the times of its first and last record.
//! When there are more than [`BLOCKS_MAX`] blocks, a bit means two numbers, then four …: smaller holes are no
//! longer seen. How many blocks a set of numbers touches only grows with the set, so
//! what comes out is a function of the set alone: the order of records, and of merging, cannot be seen.
//! Ranges would be shorter for whole logs, but how many of them there are on the way depends on the order.

use model::Timestamp;
use std::collections::BTreeMap;

/// How many blocks are kept: a million numbers exactly, a mebibyte.
const BLOCKS_MAX: usize = 16_384;
/// How many holes a whole log may have: crashes and lost forwards make some.
const HOLES_OF_A_LOG_MAX: u64 = 100;
/// How many sequences are kept of a document: a collector has hundreds of hosts with some channels each.
const SEQUENCES_MAX: usize = 1024;
/// How long the name of a host or channel may be.
const NAME_BYTES_MAX: usize = 256;

/// What counts by itself: a channel on a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence {
    /// The host, as its records name it; empty when they do not.
    pub host: String,
    /// The channel (`Security`), or `auditd`.
    pub channel: String,
}

/// The numbers that were seen of a sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// A bit means `1 << shift` numbers.
    shift: u32,
    blocks: BTreeMap<u64, Block>,
}

/// Sixty-four bits, and the records at their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    bits: u64,
    first: HoleEnd,
    last: HoleEnd,
}

/// A record at an end: its number and time.
type HoleEnd = (u64, Option<Timestamp>);

/// Numbers that were not seen, between two that were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The first that is missing.
    pub from: u64,
    /// The last that is missing.
    pub to: u64,
    /// The time of a record before the hole: at most 63 [`Numbers::resolution`]s before it.
    pub after: Option<Timestamp>,
    /// The time of a record behind the hole, likewise.
    pub before: Option<Timestamp>,
}

impl Block {
    fn join(&mut self, other: &Self) {
        self.bits |= other.bits;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

impl Numbers {
    /// One more record.
    pub fn add(&mut self, number: u64, time: Option<Timestamp>) {
        let cell = number >> self.shift;
        let end = (number, time);
        let block = Block { bits: 1 << (cell % 64), first: end, last: end };
        self.put(cell / 64, &block);
        self.shrink();
    }

    fn put(&mut self, key: u64, block: &Block) {
        // Records come in order, so the block is the last one nearly always.
        if let Some(mut last) = self.blocks.last_entry()
            && *last.key() == key
        {
            last.get_mut().join(block);
            return;
        }
        self.blocks.entry(key).and_modify(|mine| mine.join(block)).or_insert(*block);
    }

    /// Adds what another worker saw of the same sequence. The order and grouping of these additions cannot be seen.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        while self.shift < other.shift {
            self.coarsen();
        }
        while other.shift < self.shift {
            other.coarsen();
        }
        for (key, block) in &other.blocks {
            self.put(*key, block);
        }
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.blocks.len() > BLOCKS_MAX {
            self.coarsen();
        }
    }

    /// Makes each bit mean twice as many numbers.
    fn coarsen(&mut self) {
        self.shift += 1;
        for (key, block) in std::mem::take(&mut self.blocks) {
            let half =
                (0..32).fold(0_u64, |half, bit| half | u64::from(block.bits >> (2 * bit) & 3 != 0) << bit);
            let bits = if key % 2 == 0 { half } else { half << 32 };
            self.put(key / 2, &Block { bits, ..block });
        }
    }

    /// How many numbers share one bit: 1 until there are very many.
    #[must_use]
    pub fn resolution(&self) -> u64 {
        1 << self.shift
    }

    /// How many different numbers were seen; when the resolution is not 1, at most so many.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.cells() << self.shift
    }

    fn cells(&self) -> u64 {
        self.blocks.values().map(|block| u64::from(block.bits.count_ones())).sum()
    }

    /// The smallest number and its time.
    #[must_use]
    pub fn first(&self) -> Option<(u64, Option<Timestamp>)> {
        self.blocks.values().next().map(|block| block.first)
    }

    /// The largest number and its time.
    #[must_use]
    pub fn last(&self) -> Option<(u64, Option<Timestamp>)> {
        self.blocks.values().next_back().map(|block| block.last)
    }

    /// How many numbers between the first and the last were not seen; when the resolution is not 1, at least
    /// so many.
    #[must_use]
    pub fn missing(&self) -> u64 {
        let (Some((first, _)), Some((last, _))) = (self.first(), self.last()) else { return 0 };
        let all = (last >> self.shift) - (first >> self.shift);
        all.saturating_sub(self.cells().saturating_sub(1)) << self.shift
    }

    /// The holes, in the order of their numbers.
    pub fn holes(&self) -> impl Iterator<Item = Hole> {
        // Each cell with what is known of the time before and behind it.
        let cells = self.blocks.iter().flat_map(|(key, block)| {
            let bits = (0..64_u64).filter(|bit| block.bits >> bit & 1 == 1);
            bits.map(move |bit| (key * 64 + bit, block))
        });
        let mut before: Option<(u64, &Block)> = None;
        cells.filter_map(move |(cell, block)| {
            let (last, left) = before.replace((cell, block))?;
            let same = left.first == block.first;
            (cell > last + 1).then(|| Hole {
                from: (last + 1) << self.shift,
                to: (cell << self.shift) - 1,
                after: if same { left.first.1 } else { left.last.1 },
                before: if same { block.last.1 } else { block.first.1 },
            })
        })
    }

    /// Whether so many are missing, in so many places, that this is a selection of records and not a log.
    #[must_use]
    pub fn is_selection(&self) -> bool {
        let holes = u64::try_from(self.holes().count()).unwrap_or(u64::MAX);
        let seen = self.cells();
        holes > HOLES_OF_A_LOG_MAX || holes.saturating_mul(4) > seen && self.missing() > self.seen()
    }
}

/// The sequences of a document, while it is read. The smallest are kept, so that order does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sequences {
    hosts: BTreeMap<String, BTreeMap<String, Numbers>>,
    count: usize,
    /// Whether there were more than are kept.
    pub(crate) cut: bool,
}

impl Sequences {
    /// The numbers of a sequence. No copy is made of the names of one that is known.
    fn numbers(&mut self, host: &str, channel: &str) -> Option<&mut Numbers> {
        if !self.hosts.contains_key(host) {
            self.hosts.insert(host.to_owned(), BTreeMap::new());
        }
        let channels = self.hosts.get_mut(host)?;
        if !channels.contains_key(channel) {
            channels.insert(channel.to_owned(), Numbers::default());
            self.count += 1;
        }
        channels.get_mut(channel)
    }

    pub(crate) fn add(&mut self, host: &str, channel: &str, number: u64, time: Option<Timestamp>) {
        if let Some(numbers) = self.hosts.get_mut(host).and_then(|channels| channels.get_mut(channel)) {
            numbers.add(number, time);
            return;
        }
        if host.len() > NAME_BYTES_MAX || channel.len() > NAME_BYTES_MAX {
            return;
        }
        if let Some(numbers) = self.numbers(host, channel) {
            numbers.add(number, time);
        }
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.count > SEQUENCES_MAX {
            self.cut = true;
            self.count -= 1;
            let Some(mut last) = self.hosts.last_entry() else { return };
            last.get_mut().pop_last();
            if last.get().is_empty() {
                last.remove();
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.cut |= other.cut;
        for (host, channels) in other.hosts {
            for (channel, numbers) in channels {
                if let Some(mine) = self.numbers(&host, &channel) {
                    mine.merge(&numbers);
                }
                self.shrink();
            }
        }
    }

    pub(crate) fn into_map(self) -> BTreeMap<Sequence, Numbers> {
        let of_host = |(host, channels): (String, BTreeMap<String, Numbers>)| {
            channels
                .into_iter()
                .map(move |(channel, numbers)| (Sequence { host: host.clone(), channel }, numbers))
        };
        self.hosts.into_iter().flat_map(of_host).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn numbers(all: impl IntoIterator<Item = u64>) -> Numbers {
        let mut numbers = Numbers::default();
        for number in all {
            numbers.add(number, Timestamp::from_millis(i64::try_from(number).unwrap() * 1000));
        }
        numbers
    }

    #[test]
    fn a_hole_has_the_times_around_it() {
        let seen =
            numbers((1..=200).filter(|number| !(70..=75).contains(number) && !(128..192).contains(number)));
        let holes: Vec<_> = seen.holes().map(|hole| (hole.from, hole.to)).collect();
        assert_eq!(holes, [(70, 75), (128, 191)]);
        assert_eq!((seen.seen(), seen.missing(), seen.is_selection()), (130, 70, false));
        let hole = seen.holes().nth(1).unwrap();
        let time = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        assert_eq!((hole.after, hole.before), (time(127), time(192)));
        assert_eq!((seen.first(), seen.last()), (Some((1, time(1))), Some((200, time(200)))));
    }

    #[test]
    fn an_export_of_some_events_is_a_selection() {
        assert!(numbers((0..50).map(|number| number * 7)).is_selection());
        assert!(!numbers((1..1000).chain(5000..9000)).is_selection());
        assert!(!numbers([5]).is_selection() && numbers([5]).holes().next().is_none());
        assert_eq!(Numbers::default().missing(), 0);
    }

    #[test]
    fn one_past_the_bound_is_counted_coarser_and_large_holes_are_still_seen() {
        let blocks = u64::try_from(BLOCKS_MAX).unwrap();
        let whole = numbers((0..blocks * 64).filter(|number| !(1000..1010).contains(number)));
        assert_eq!((whole.resolution(), whole.missing()), (1, 10));
        let mut more = whole.clone();
        more.add(blocks * 64, None);
        assert_eq!((more.resolution(), more.missing()), (2, 10));
        assert_eq!(more.holes().map(|hole| (hole.from, hole.to)).collect::<Vec<_>>(), [(1000, 1009)]);
    }

    #[test]
    fn one_sequence_past_the_bound_is_dropped_and_said() {
        let mut sequences = Sequences::default();
        for number in (0..=SEQUENCES_MAX).rev() {
            sequences.add(&format!("{number:05}"), "Security", 1, None);
        }
        assert!(sequences.cut);
        let kept = sequences.into_map();
        assert_eq!(kept.len(), SEQUENCES_MAX);
        assert_eq!(kept.keys().next_back().unwrap().host, format!("{:05}", SEQUENCES_MAX - 1));
    }

    proptest! {
        #[test]
        fn any_order_and_grouping_gives_what_a_set_gives(
            all in proptest::collection::vec(0_u64..400, 1..80),
            at in 0_usize..80,
            shift in 0_u32..3,
        ) {
            let set: BTreeSet<u64> = all.iter().copied().collect();
            let whole = numbers(set.iter().copied());
            let (left, right) = all.split_at(at.min(all.len()));
            let (mut left, mut right) = (numbers(left.iter().copied()), numbers(right.iter().copied()));
            let mut other_way = right.clone();
            other_way.merge(&left);
            left.merge(&right);
            prop_assert_eq!(&left, &whole);
            prop_assert_eq!(&other_way, &whole);
            prop_assert_eq!(whole.seen(), set.len() as u64);
            let (first, last) = (*set.first().unwrap(), *set.last().unwrap());
            let missing: Vec<u64> = (first..=last).filter(|number| !set.contains(number)).collect();
            prop_assert_eq!(whole.missing(), missing.len() as u64);
            prop_assert_eq!(whole.holes().flat_map(|hole| hole.from..=hole.to).collect::<Vec<_>>(), missing);
            // Coarser, the same holds.
            for _ in 0..shift {
                right.coarsen();
            }
            let mut coarse = whole.clone();
            coarse.merge(&right);
            prop_assert_eq!(coarse.resolution(), 1 << shift);
        }
    }
}
