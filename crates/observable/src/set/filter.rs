//! A small filter in front of an exact table: most of what a log line holds is turned away here.
//!
//! A blocked Bloom filter: two bits within one 64-bit word a value, sixteen bits of space a value, so that
//! one memory access answers. About one unknown value in sixty passes; the table behind decides.

/// Bits of space for each value.
const BITS_PER_VALUE: usize = 16;

/// Says "certainly not" or "perhaps" about 64-bit hashes.
pub(crate) struct NeedleFilter {
    words: Box<[u64]>,
}

/// The place of a hash among `places`, by its upper bits.
#[inline]
pub(crate) fn scaled(hash: u64, places: usize) -> usize {
    let places = u128::try_from(places).unwrap_or(0);
    usize::try_from((u128::from(hash) * places) >> 64).unwrap_or(0)
}

impl NeedleFilter {
    /// A filter with room for `values`; with none, it says "certainly not" to everything.
    pub(crate) fn with_room_for(values: usize) -> NeedleFilter {
        let words = values.saturating_mul(BITS_PER_VALUE).div_ceil(64).max(1);
        NeedleFilter { words: vec![0; words].into_boxed_slice() }
    }

    #[inline]
    fn bits(hash: u64) -> u64 {
        (1 << (hash & 63)) | (1 << ((hash >> 6) & 63))
    }

    /// Takes a hash in.
    pub(crate) fn insert(&mut self, hash: u64) {
        let index = scaled(hash, self.words.len());
        if let Some(word) = self.words.get_mut(index) {
            *word |= NeedleFilter::bits(hash);
        }
    }

    /// Whether the hash may have been taken in.
    #[inline]
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        let bits = NeedleFilter::bits(hash);
        self.words.get(scaled(hash, self.words.len())).is_some_and(|word| word & bits == bits)
    }

    /// The bytes that the filter holds in memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&*self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_taken_in_is_turned_away_and_little_else_passes() {
        let spread =
            |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32);
        let mut filter = NeedleFilter::with_room_for(10_000);
        for n in 0..10_000 {
            filter.insert(spread(n));
        }
        assert!((0..10_000).all(|n| filter.may_hold(spread(n))));
        let passed = (10_000..110_000).filter(|n| filter.may_hold(spread(*n))).count();
        assert!(passed < 4_000, "{passed} of 100,000 unknown values passed");
        assert!(!(0..1000).any(|n| NeedleFilter::with_room_for(0).may_hold(spread(n))));
    }
}
