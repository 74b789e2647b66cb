//! Phrases of a fixed list, all of them looked for at once in one walk over a text.
//!
//! The phrases are of controls, advice and cues: in lower case, and meant from the start of a word on. So only the
//! starts of words are looked at, and the first two bytes there say which few phrases can begin there at all; a
//! search for each phrase on its own would read the text some hundred times.
//!
//! Invariants: every phrase begins with a letter or digit of ASCII and has at least two bytes; an occurrence that
//! does not begin a word is none.

use std::ops::Range;

/// How many slots the first two bytes of a phrase lead to: five bits of each.
const SLOTS: usize = 1 << 10;

/// A list of phrases, each with what it means.
pub(crate) struct Phrases<T> {
    /// In order of slot.
    all: Vec<Phrase<T>>,
    /// Where the phrases of each slot start in `all`; those of the next slot end them.
    slots: Vec<u16>,
}

struct Phrase<T> {
    text: &'static str,
    /// Whether a word must end where the phrase ends.
    whole: bool,
    meaning: T,
}

impl<T: Copy> Phrases<T> {
    /// Makes the table of (phrase, whether it is whole words, meaning).
    pub(crate) fn new(phrases: impl IntoIterator<Item = (&'static str, bool, T)>) -> Self {
        let phrases = phrases.into_iter().map(|(text, whole, meaning)| Phrase { text, whole, meaning });
        let mut all: Vec<Phrase<T>> = phrases.collect();
        all.sort_by_key(|phrase| slot(phrase.text.as_bytes(), 0));
        let start = |number| all.partition_point(|phrase| slot(phrase.text.as_bytes(), 0) < number);
        let slots = (0..=SLOTS).map(|number| u16::try_from(start(number)).unwrap_or(u16::MAX)).collect();
        Self { all, slots }
    }

    /// The meaning of every phrase in the text, in order of place.
    pub(crate) fn found<'a>(&'a self, text: &'a str) -> impl Iterator<Item = T> + 'a {
        starts(text).filter(|at| !self.range(text, *at).is_empty()).flat_map(move |at| self.at(text, at))
    }

    /// Which phrases may begin at a place, by its first two bytes.
    fn range(&self, text: &str, at: usize) -> Range<usize> {
        let slot = slot(text.as_bytes(), at);
        let bound = |slot: usize| self.slots.get(slot).copied().map_or(0, usize::from);
        bound(slot)..bound(slot + 1)
    }

    /// The meanings of the phrases at a place, which is the start of a word.
    pub(crate) fn at<'a>(&'a self, text: &'a str, at: usize) -> impl Iterator<Item = T> + 'a {
        let rest = text.get(at..).unwrap_or_default();
        self.all.get(self.range(text, at)).unwrap_or_default().iter().filter_map(move |phrase| {
            let after = rest.strip_prefix(phrase.text)?;
            let ends = !phrase.whole || !after.chars().next().is_some_and(char::is_alphanumeric);
            ends.then_some(phrase.meaning)
        })
    }
}

/// The slot of the two bytes at a place.
fn slot(text: &[u8], at: usize) -> usize {
    let bits = |at: usize| text.get(at).map_or(0, |byte| usize::from(byte & 31));
    bits(at) << 5 | bits(at + 1)
}

/// The places of letters and digits of ASCII before which there is no letter or digit.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let (mut at, mut in_word) = (0, false);
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            let before = in_word;
            let start = at;
            if byte.is_ascii() {
                in_word = byte.is_ascii_alphanumeric();
                at += 1;
                if in_word && !before {
                    return Some(start);
                }
            } else {
                let c = text.get(at..)?.chars().next()?;
                in_word = c.is_alphanumeric();
                at += c.len_utf8();
            }
        }
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The twin: a search for one phrase, from the start of a word.
    pub(crate) fn says(text: &str, phrase: &str, whole: bool) -> bool {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + phrase.len()..].chars().next();
            !(before.is_some_and(char::is_alphanumeric) || whole && after.is_some_and(char::is_alphanumeric))
        })
    }

    const LIST: [(&str, bool); 9] = [
        ("mfa", true),
        ("patch", false),
        ("patches", true),
        ("up to date", false),
        ("2fa", true),
        ("ids/ips", false),
        ("rat ", false),
        ("aka", false),
        ("pa", true),
    ];

    /// Parted by bars, which are no piece themselves.
    const PIECES: &str = "mfa|patch|es|up|to|date|2|fa|ids/ips|rat|aka|pa|é|²|ſ|“| | | |-|.|x|\u{301}";

    fn text() -> impl Strategy<Value = String> {
        let pieces: Vec<&str> = PIECES.split('|').collect();
        prop::collection::vec(prop::sample::select(pieces), 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn one_walk_finds_what_a_search_for_each_finds(text in text()) {
            let phrases = Phrases::new(LIST.iter().enumerate().map(|(n, (phrase, whole))| (*phrase, *whole, n)));
            let mut found: Vec<usize> = phrases.found(&text).collect();
            found.sort_unstable();
            found.dedup();
            let each = LIST.iter().enumerate().filter(|(_, (phrase, whole))| says(&text, phrase, *whole));
            prop_assert_eq!(found, each.map(|(n, _)| n).collect::<Vec<_>>(), "{:?}", text);
        }
    }
}
