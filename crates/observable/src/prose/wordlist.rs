//! Lists of words and phrases that are asked for at a place of a text, whatever the case of their letters.
//!
//! A list is sorted by first byte once; a place then costs one look, and a comparison only where a word of the
//! list may start. No copy of the text is made.

/// Words by their first byte.
pub(super) struct Wordlist {
    by_first: Vec<Vec<&'static str>>,
}

impl Wordlist {
    /// Takes words in lower case.
    pub(super) fn new(words: &[&'static str]) -> Wordlist {
        let mut by_first = vec![Vec::new(); 128];
        for word in words {
            let first = word.bytes().next().and_then(|first| by_first.get_mut(usize::from(first)));
            if let Some(same) = first {
                same.push(*word);
            }
        }
        Wordlist { by_first }
    }

    /// Whether a word of the list starts at `at`.
    pub(super) fn starts_at(&self, text: &[u8], at: usize) -> bool {
        let Some(first) = text.get(at).map(u8::to_ascii_lowercase) else { return false };
        let words = self.by_first.get(usize::from(first)).map(Vec::as_slice).unwrap_or_default();
        words.iter().any(|word| {
            text.get(at..at + word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    /// Whether a word of the list stands anywhere in the text, also within other words.
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
        assert!(words.starts_at(b"xC2", 1) && !words.starts_at(b"xC2", 0) && !words.starts_at(b"xC2", 9));
    }
}
