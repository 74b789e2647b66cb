//! What the literals of a field found in a value, remembered for the next event with the same value.
//!
//! Hosts say the same things over and over: in recorded Windows events six of seven bytes outside the message
//! text stand in values seen before. The cache is a table of fixed size, one slot a hash; a value is kept
//! only when it comes a second time, so that values that never return (times, identifiers) cost one hash. It
//! is exact, the whole value is compared, and so changes no result.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use crate::compile::literals::LiteralSink;

/// Slots of the table.
const SLOTS: usize = 8_192;
/// Shorter values are looked up as fast without it.
const CACHED_BYTES_MIN: usize = 4;
/// Longer values seldom return; with [`SLOTS`] this bounds the memory to 4 MB of text.
const CACHED_BYTES_MAX: usize = 512;
/// Hits of one value; what hits more is not kept.
const FIRED_MAX: usize = 512;

/// A predicate that fired, and the rules that it wakes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FiredPredicate {
    pub(crate) predicate: u32,
    pub(crate) wakes: (u32, u32),
}

/// A value that was kept; its state, and whether there is one at all, stands in its tag.
#[derive(Debug, Default)]
struct CacheSlot {
    /// Route and field that the value was searched for.
    place: (u64, u32),
    value: String,
    found: Vec<FiredPredicate>,
}

/// What a tag says of its slot, in its lowest two bits; above them, bits of the value's hash.
const STATE: u32 = 3;
/// Only the hash is known: the value came once.
const SEEN: u32 = 1;
/// Kept, and not asked for since another value wanted the slot.
const KEPT: u32 = 2;
/// Kept and asked for: the next other value does not replace it.
const USED: u32 = 3;

/// The cache of one thread.
///
/// Most values are not in it, and the tags alone say so: they stay in the nearest memory, the slots do not.
#[derive(Debug, Default)]
pub(crate) struct ValueCache {
    /// One a slot; empty until the first value.
    tags: Vec<u32>,
    slots: Vec<CacheSlot>,
}

/// What the cache says of a value.
pub(crate) enum CacheAnswer<'c> {
    /// This is what was found before.
    Known(&'c [FiredPredicate]),
    /// Search, and write here what is found.
    Record(Recorder<'c>),
    /// Search.
    Unknown,
}

impl ValueCache {
    /// Asks about a value, searched for by this field of this route.
    #[inline]
    pub(crate) fn ask(&mut self, place: (u64, u32), value: &str) -> CacheAnswer<'_> {
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

/// Takes the hits of one value.
pub(crate) struct Recorder<'c> {
    slot: &'c mut CacheSlot,
    tag: &'c mut u32,
}

impl Recorder<'_> {
    /// What was found, once the value has been searched.
    pub(crate) fn found(&self) -> &[FiredPredicate] {
        &self.slot.found
    }

    /// Whether all hits had room; if not, the value is not kept and must be searched again.
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
        // What fired for another value must be recorded for this one all the same.
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
        match cache.ask(place, value) {
            CacheAnswer::Known(_) => "known",
            CacheAnswer::Unknown => "unknown",
            CacheAnswer::Record(mut recorder) => {
                (0..predicates).for_each(|predicate| recorder.hit(predicate, (0, 0)));
                if recorder.is_complete() { "recorded" } else { "too many" }
            }
        }
    }

    #[test]
    fn a_value_is_kept_when_it_comes_again_and_known_for_its_place_only() {
        let mut cache = ValueCache::default();
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "unknown");
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "recorded");
        assert_eq!(fill(&mut cache, (1, 1), "value", 3), "known");
        assert_eq!(fill(&mut cache, (1, 2), "value", 3), "unknown");
        assert_eq!(fill(&mut cache, (2, 1), "value", 3), "unknown");
        assert!(matches!(cache.ask((1, 1), "value"), CacheAnswer::Known(found) if found.len() == 3));
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
