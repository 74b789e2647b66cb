//! Lists of words and phrases that are asked for at a place of a text, whatever the case of their letters.
//!
//! A list is sorted by first byte once; a place then costs one look, and a comparison only where a word of the
//! list may start. No copy of the text is made.

/// Words by their first byte.
pub(super) struct Wordlist {
    by_first: Vec<Vec<&'static str>>,
    /// One bit for the lower five bits of each two bytes that a word starts with: the case of letters is no
    /// part of them.
    pairs: [u32; 32],
}

fn five_bits(byte: u8) -> usize {
    usize::from(byte & 31)
}

impl Wordlist {
    /// Takes words of two bytes or more, in lower case.
    pub(super) fn new(words: &[&'static str]) -> Wordlist {
        let mut list = Wordlist { by_first: vec![Vec::new(); 128], pairs: [0; 32] };
        for word in words {
            let [first, second, ..] = word.as_bytes() else { continue };
            if let Some(seconds) = list.pairs.get_mut(five_bits(*first)) {
                *seconds |= 1 << five_bits(*second);
            }
            if let Some(same) = list.by_first.get_mut(usize::from(*first)) {
                same.push(*word);
            }
        }
        list
    }

    /// Whether a word of the list starts at `at`.
    #[inline]
    pub(super) fn starts_at(&self, text: &[u8], at: usize) -> bool {
        text.get(at..).is_some_and(|rest| self.may_start(rest) && self.starts(rest))
    }

    #[inline]
    fn may_start(&self, text: &[u8]) -> bool {
        let [first, second, ..] = text else { return false };
        self.pairs.get(five_bits(*first)).is_some_and(|seconds| seconds >> five_bits(*second) & 1 == 1)
    }

    fn starts(&self, text: &[u8]) -> bool {
        let Some(first) = text.first().map(u8::to_ascii_lowercase) else { return false };
        let words = self.by_first.get(usize::from(first)).map(Vec::as_slice).unwrap_or_default();
        words
            .iter()
            .any(|word| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes())))
    }

    /// Whether the text, in lower case, is a word of the list.
    pub(super) fn has(&self, text: &str) -> bool {
        let words = |first: &u8| self.by_first.get(usize::from(*first));
        self.may_start(text.as_bytes())
            && text.as_bytes().first().and_then(words).is_some_and(|words| words.contains(&text))
    }

    /// Whether the text holds a word of the list, also within other words.
    pub(super) fn is_in(&self, text: &[u8]) -> bool {
        (0..text.len()).any(|at| self.starts_at(text, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case() {
        let words = Wordlist::new(&["c2", "command and control", "(key"]);
        for text in ["C2", "a c2-server", "its Command And Control", "(KEY", "xc2"] {
            assert!(words.is_in(text.as_bytes()), "{text}");
        }
        for text in ["", "c", "command", "key", "cc", "é"] {
            assert!(!words.is_in(text.as_bytes()), "{text}");
        }
        assert!(
            words.has("c2") && !words.has("c2 ") && !words.has("c") && !words.has("d2") && !words.has("")
        );
        assert!(words.starts_at(b"xC2", 1) && !words.starts_at(b"xC2", 0) && !words.starts_at(b"xC2", 9));
    }
}
