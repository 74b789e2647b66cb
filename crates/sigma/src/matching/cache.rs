//! A cache of the predicates that fired for a value, used for the next event with the same value.
//!
//! Logs of hosts repeat values: in recorded Windows events, six of seven bytes outside the message text belong to
//! values that occurred before. The cache is a table of fixed size with one slot for each hash. A value is kept only
//! when it occurs a second time, so that values that never return (times, identifiers) cost only one hash. The cache
//! changes no result, because it compares the whole value.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use crate::compile::literals::LiteralSink;

/// The number of slots of the table.
const SLOTS: usize = 8_192;
/// Shorter values are searched as fast without the cache.
const CACHED_BYTES_MIN: usize = 4;
/// Longer values seldom return. Together with [`SLOTS`], this bounds the memory to 4 MB of text.
const CACHED_BYTES_MAX: usize = 512;
/// Predicates that fired for one value; a value with more is not kept.
const FIRED_MAX: usize = 512;

/// A predicate that fired, and the rules that it wakes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FiredPredicate {
    pub(crate) predicate: u32,
    pub(crate) wakes: (u32, u32),
}

/// A kept value. The tag of the slot says whether there is one, and its state.
#[derive(Debug, Default)]
struct CacheSlot {
    /// Route and field that the value was searched for.
    place: (u64, u32),
    value: String,
    found: Vec<FiredPredicate>,
}

/// The two lowest bits of a tag are the state of its slot; the bits above them are bits of the hash of the value.
const STATE: u32 = 3;
/// Only the hash is known: the value occurred once.
const SEEN: u32 = 1;
/// The value is kept, and was not looked up since another value needed the slot.
const KEPT: u32 = 2;
/// The value is kept and was looked up: the next other value does not replace it.
const USED: u32 = 3;

/// The cache of one thread.
///
/// Most values are not in the cache, and the tags alone show that. The tags are separate from the slots because they
/// are small enough to stay in the processor's cache.
#[derive(Debug, Default)]
pub(crate) struct ValueCache {
    /// One for each slot; empty until the first value.
    tags: Vec<u32>,
    slots: Vec<CacheSlot>,
}

/// The result of looking up a value in the cache.
pub(crate) enum CacheAnswer<'c> {
    /// The value is known; these predicates fired for it.
    Known(&'c [FiredPredicate]),
    /// The value is unknown: search it, and record what fires.
    Record(Recorder<'c>),
    /// The value is unknown: search it.
    Unknown,
}

impl ValueCache {
    /// Looks up a value of this field (`place` is the route and the field).
    #[inline]
    pub(crate) fn look_up(&mut self, place: (u64, u32), value: &str) -> CacheAnswer<'_> {
        if !(CACHED_BYTES_MIN..=CACHED_BYTES_MAX).contains(&value.len()) {
            return CacheAnswer::Unknown;
        }
        if self.slots.is_empty() {
            self.tags.resize(SLOTS, 0);
            self.slots.resize_with(SLOTS, CacheSlot::default);
        }
        let mut hasher = FixedState::with_seed(place.0 ^ u64::from(place.1) << 32).build_hasher();
        hasher.write(value.as_bytes());
        let hash = hasher.finish();
        let index = usize::try_from(hash % (SLOTS as u64)).unwrap_or(0);
        let Some(tag) = self.tags.get_mut(index) else { return CacheAnswer::Unknown };
        let own = u32::try_from(hash >> 32).unwrap_or(0) & !STATE;
        if *tag & !STATE != own {
            *tag = if *tag & STATE == USED { *tag & !STATE | KEPT } else { own | SEEN };
            return CacheAnswer::Unknown;
        }
        let Some(slot) = self.slots.get_mut(index) else { return CacheAnswer::Unknown };
        match *tag & STATE {
            KEPT | USED if slot.place == place && slot.value == value => {
                *tag |= USED;
                CacheAnswer::Known(&slot.found)
            }
            KEPT | USED => CacheAnswer::Unknown,
            SEEN => {
                slot.place = place;
                slot.value.clear();
                slot.value.push_str(value);
                slot.found.clear();
                *tag = own | KEPT;
                CacheAnswer::Record(Recorder { slot, tag })
            }
            _ => {
                *tag = own | SEEN;
                CacheAnswer::Unknown
            }
        }
    }
}

/// Records the predicates that fire for one value.
pub(crate) struct Recorder<'c> {
    slot: &'c mut CacheSlot,
    tag: &'c mut u32,
}

impl Recorder<'_> {
    /// What fired, after the value has been searched.
    pub(crate) fn found(&self) -> &[FiredPredicate] {
        &self.slot.found
    }

    /// Whether everything that fired was recorded; if not, the value is not kept and must be searched again.
    pub(crate) fn is_complete(&mut self) -> bool {
        let complete = self.slot.found.len() <= FIRED_MAX;
        if !complete {
            *self.tag = *self.tag & !STATE | SEEN;
            self.slot.found = Vec::new();
        }
        complete
    }
}

impl LiteralSink for Recorder<'_> {
    fn has(&self, _: u32) -> bool {
        // A predicate that already fired for another value must still be recorded for this one.
        self.slot.found.len() > FIRED_MAX
    }

    fn hit(&mut self, predicate: u32, wakes: (u32, u32)) {
        if self.slot.found.iter().rev().take(8).all(|known| known.predicate != predicate) {
            self.slot.found.push(FiredPredicate { predicate, wakes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(cache: &mut ValueCache, place: (u64, u32), value: &str, predicates: u32) -> &'static str {
        match cache.look_up(place, value) {
            CacheAnswer::Known(_) => "known",
            CacheAnswer::Unknown => "unknown",
            CacheAnswer::Record(mut recorder) => {
                (0..predicates).for_each(|predicate| recorder.hit(predicate, (0, 0)));
                if recorder.is_complete() { "recorded" } else { "too many" }
            }
        }
    }

    #[test]
    fn a_value_is_kept_when_it_occurs_again_and_known_for_its_place_only() {
        let mut cache = ValueCache::default();
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "unknown");
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "recorded");
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "known");
        assert_eq!(fill(&mut cache, (1, 2), "value", 3), "unknown");
        assert_eq!(fill(&mut cache, (2, 1), "value", 3), "unknown");
        assert!(matches!(cache.look_up((1, 1), "value"), CacheAnswer::Known(found) if found.len() == 3));
    }

    #[test]
    fn one_byte_or_one_hit_past_the_limit_is_not_kept() {
        let mut cache = ValueCache::default();
        for (length, kept) in [(CACHED_BYTES_MAX, "recorded"), (CACHED_BYTES_MAX + 1, "unknown")] {
            let value = "x".repeat(length);
            fill(&mut cache, (1, 1), &value, 0);
            assert_eq!(fill(&mut cache, (1, 1), &value, 0), kept);
        }
        for hits in [FIRED_MAX, FIRED_MAX + 1] {
            let (value, hits) = (format!("value {hits}"), u32::try_from(hits).unwrap());
            fill(&mut cache, (1, 1), &value, hits);
            let kept = fill(&mut cache, (1, 1), &value, hits);
            assert_eq!(kept, if hits as usize > FIRED_MAX { "too many" } else { "recorded" });
        }
    }
}
