//! Draws for the demo's logs: one generator a log, so that a change of one leaves the others as they are.

use dice::Dice;

/// The seed of everything: the day the advisory reached the harbour.
pub const SEED: u64 = 20_260_701;

/// A generator.
pub struct Random(Dice);

impl Random {
    /// The generator of a named log: equal names give equal numbers.
    pub fn named(name: &str) -> Self {
        // FNV-1a of the name, so that logs do not draw the same numbers.
        let seed = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64 ^ SEED, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Self(Dice::new(seed))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0.number()
    }

    /// A number below `limit` (0 for 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.below(limit)
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
