//! Dice for tests and benches: numbers from a seed, and texts with a few bytes changed.
//!
//! The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): ten lines,
//! the same numbers on every machine and in every version, so that a failure and a bench can be repeated. Quality
//! enough to draw clients and to break bytes, nothing more.
//!
//! Invariant: a seed gives the same numbers for ever; benches compare runs of different years.
//!
//! ```text
//! let mut dice = Dice::new(7);
//! let broken = dice.mutated(fixture, &[b"\"", b"{", b"\n"]);
//! ```

/// A generator.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The generator of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// A place in a list of this length; 0 where it is empty.
    pub fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        usize::try_from(self.below(length)).unwrap_or(0)
    }

    /// One of a list that is not empty.
    ///
    /// # Panics
    /// When the list is empty.
    #[expect(clippy::indexing_slicing, reason = "for tests: an empty list is a mistake in them")]
    pub fn one_of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.place(list.len())]
    }

    /// So many digits of sixteen.
    pub fn hexadecimal(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(*self.one_of(b"0123456789abcdef"))).collect()
    }

    /// Puts a list in another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.place(n + 1));
        }
    }

    /// These bytes with one to six faults: a bit or a byte changed, bytes cut off, taken out, doubled or exchanged, or
    /// one of `joints` put in, which are the pieces that mean most to the reader under test.
    pub fn mutated(&mut self, bytes: &[u8], joints: &[&[u8]]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.place(6) {
            self.mutate(&mut bytes, joints);
        }
        bytes
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, joints: &[&[u8]]) {
        let (at, other) = (self.place(bytes.len()), self.place(bytes.len()));
        let (from, to) = (at.min(other), at.max(other));
        match self.below(9) {
            // Most cuts are short, so that much of the text is still there for the other faults.
            0 if to - from < 64 => bytes.truncate(at),
            0 => {}
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (other % 8)),
            2 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = other.to_le_bytes()[0]),
            3 => drop(bytes.drain(from..to.min(from + 40))),
            4 => {
                let piece: Vec<u8> = bytes.iter().skip(from).take((to - from).min(40)).copied().collect();
                bytes.splice(at..at, piece);
            }
            5 if !bytes.is_empty() => bytes.swap(at, other),
            6 => drop(bytes.drain(at..(at + 1).min(bytes.len()))),
            _ if joints.is_empty() => bytes.insert(at, self.number().to_le_bytes()[0]),
            _ => {
                let joint = self.one_of(joints).to_vec();
                bytes.splice(at..at, joint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_numbers_of_the_paper() {
        // The first numbers of SplitMix64 from seed 1234567, as other implementations give them.
        let mut dice = Dice::new(1_234_567);
        assert_eq!([dice.number(), dice.number()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn every_length_is_survived_and_every_fault_happens() {
        let mut dice = Dice::new(7);
        let mut lengths = std::collections::BTreeSet::new();
        for length in 0..100 {
            let bytes = vec![b'a'; length];
            let mutated = dice.mutated(&bytes, &[b"<", b"]]"]);
            lengths.insert(mutated.len().cmp(&length));
        }
        assert_eq!(lengths.len(), 3, "shorter, longer and as long");
        assert!(dice.mutated(b"", &[]).len() < 10);
    }
}
