//! SplitMix64: a generator of numbers in ten lines, the same on every machine and in every version.
//!
//! Quality enough to draw clients and paths, nothing more. (Steele, Lea, Flood: Fast splittable pseudorandom
//! number generators, 2014.)

/// The seed of everything: the day the advisory reached the harbour.
pub const SEED: u64 = 20_260_701;

/// A generator.
pub struct Random(u64);

impl Random {
    /// The generator of a named log: equal names give equal numbers.
    pub fn named(name: &str) -> Self {
        // FNV-1a of the name, so that logs do not draw the same numbers.
        let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64 ^ SEED, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit` (0 for 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `share` of a thousand cases.
    pub fn per_mille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// One of a list, the first ones more often: people have habits. Empty for an empty list.
    pub fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let length = u64::try_from(list.len()).unwrap_or(0);
        let (one, two) = (self.below(length), self.below(length));
        usize::try_from(one.min(two)).ok().and_then(|at| list.get(at)).copied().unwrap_or_default()
    }
}
