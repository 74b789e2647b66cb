//! A small filter in front of an exact table: most of what a log line holds is turned away here.
//!
//! A blocked Bloom filter: two bits within one 64-bit word a value, sixteen bits of space a value, so that
//! one memory access answers. About one unknown value in seventy passes; the table behind decides.

/// Bits of space for each value.
const BITS_PER_VALUE: usize = 16;

/// Says "certainly not" or "perhaps" about 64-bit hashes.
pub(crate) struct Filter {
    words: Box<[u64]>,
    shift: u32,
}

impl Filter {
    /// A filter with room for `values`; with none, it says "certainly not" to everything.
    pub(crate) fn with_room_for(values: usize) -> Filter {
        let words = (values.saturating_mul(BITS_PER_VALUE) / 64).next_power_of_two().max(2);
        Filter { words: vec![0; words].into_boxed_slice(), shift: 64 - words.trailing_zeros() }
    }

    fn bits(hash: u64) -> u64 {
        (1 << (hash & 63)) | (1 << ((hash >> 6) & 63))
    }

    fn index(&self, hash: u64) -> usize {
        usize::try_from(hash >> self.shift).unwrap_or(0)
    }

    /// Takes a hash in.
    pub(crate) fn insert(&mut self, hash: u64) {
        let index = self.index(hash);
        if let Some(word) = self.words.get_mut(index) {
            *word |= Filter::bits(hash);
        }
    }

    /// Whether the hash may have been taken in.
    #[inline]
    pub(crate) fn may_hold(&self, hash: u64) -> bool {
        let bits = Filter::bits(hash);
        self.words.get(self.index(hash)).is_some_and(|word| word & bits == bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_taken_in_is_turned_away_and_little_else_passes() {
        let spread =
            |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (n.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32);
        let mut filter = Filter::with_room_for(10_000);
        for n in 0..10_000 {
            filter.insert(spread(n));
        }
        assert!((0..10_000).all(|n| filter.may_hold(spread(n))));
        let passed = (10_000..110_000).filter(|n| filter.may_hold(spread(*n))).count();
        assert!(passed < 4_000, "{passed} of 100,000 unknown values passed");
        assert!(!(0..1000).any(|n| Filter::with_room_for(0).may_hold(spread(n))));
    }
}
