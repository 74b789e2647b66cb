//! Cuts a document into slices where its content says (FastCDC, Xia et al. 2016): an edge moves with the bytes around it, so
//! that what is put in or taken out anywhere moves no other edge.
//!
//! Invariant: where edges are follows from the bytes and the sizes alone. The table of the rolling hash never changes:
//! with another one a new version shares no edge with those that are kept.

/// How long slices are.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// None but the last is shorter.
    pub least: usize,
    /// None is longer.
    pub most: usize,
    /// Behind the least length an edge is expected after two to the power of so many bytes.
    pub bits: u32,
}

impl Default for Sizes {
    /// Some thousand rows: a frame then costs little beside what changed, and few bytes are read again for one change.
    fn default() -> Self {
        Self { least: 128 << 10, most: 1 << 20, bits: 18 }
    }
}

/// The hash sees so many bytes.
const WINDOW: usize = 64;

/// A number for each byte (SplitMix64, seed 5).
const GEAR: [u64; 256] = {
    let (mut gear, mut state, mut n) = ([0; 256], 5_u64, 0);
    while n < 256 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(clippy::indexing_slicing, reason = "n is less than 256")]
        {
            gear[n] = mixed ^ (mixed >> 31);
        }
        n += 1;
    }
    gear
};

/// What of a document waits for its edge.
#[derive(Debug)]
pub(super) struct Cutter {
    sizes: Sizes,
    slice: Vec<u8>,
    hash: u64,
}

/// An edge, as it is kept; 0 is none: the end of a document is no edge.
pub(super) type Edge = i64;

impl Cutter {
    pub(super) fn new(sizes: Sizes) -> Self {
        Self { sizes, slice: Vec::new(), hash: 0 }
    }

    /// Takes the next bytes, at most up to an edge: how many it took, and the slice that ends there.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, Option<(Vec<u8>, Edge)>) {
        let from = self.slice.len();
        let room = self.sizes.most.saturating_sub(from);
        let bytes = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        // No edge lies before the least length, so only the last bytes before it are looked at.
        let unseen = self.sizes.least.saturating_sub(WINDOW).saturating_sub(from).min(bytes.len());
        for (n, byte) in bytes.iter().enumerate().skip(unseen) {
            let gear = GEAR.get(usize::from(*byte)).copied().unwrap_or_default();
            self.hash = (self.hash << 1).wrapping_add(gear);
            let length = from + n + 1;
            if length >= self.sizes.least && self.hash.leading_zeros() >= self.sizes.bits {
                self.slice.extend_from_slice(bytes.get(..=n).unwrap_or_default());
                return (n + 1, Some(self.end()));
            }
        }
        self.slice.extend_from_slice(bytes);
        let is_full = self.slice.len() >= self.sizes.most;
        (bytes.len(), is_full.then(|| self.end()))
    }

    /// What is left at the end of the document.
    pub(super) fn rest(self) -> Option<Vec<u8>> {
        (!self.slice.is_empty()).then_some(self.slice)
    }

    fn end(&mut self) -> (Vec<u8>, Edge) {
        (std::mem::take(&mut self.slice), std::mem::take(&mut self.hash).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dice::Dice;

    const SMALL: Sizes = Sizes { least: 100, most: 1_000, bits: 7 };

    fn cut(bytes: &[u8], at_once: usize) -> Vec<Vec<u8>> {
        let (mut cutter, mut all) = (Cutter::new(SMALL), Vec::new());
        for mut some in bytes.chunks(at_once) {
            while !some.is_empty() {
                let (taken, slice) = cutter.take(some);
                all.extend(slice.map(|(slice, _)| slice));
                some = &some[taken..];
            }
        }
        all.extend(cutter.rest());
        all
    }

    #[test]
    fn slices_are_the_document_and_a_change_moves_no_other_edge() {
        let mut dice = Dice::new(3);
        let mut text: Vec<u8> = (0..40_000).map(|_| u8::try_from(dice.below(256)).expect("a byte")).collect();
        let before = cut(&text, 4_096);
        assert_eq!(before.concat(), text);
        assert!(before.iter().all(|slice| slice.len() <= 1_000));
        assert!(before[..before.len() - 1].iter().all(|slice| slice.len() >= 100));
        for at_once in [1, 99, 1_001, 40_000] {
            assert_eq!(cut(&text, at_once), before, "{at_once}");
        }
        text.splice(20_000..20_000, *b"a row more");
        let after = cut(&text, 4_096);
        let same = after.iter().filter(|slice| before.contains(slice)).count();
        assert!(same + 5 >= before.len() && before.len() > 50, "{same} of {}", before.len());
    }

    #[test]
    fn bytes_without_an_edge_are_cut_where_a_slice_is_full() {
        let lengths: Vec<usize> = cut(&[7; 2_001], 500).iter().map(Vec::len).collect();
        assert_eq!(lengths, [1_000, 1_000, 1]);
    }
}
