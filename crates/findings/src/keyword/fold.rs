//! Spellings of one word: capitals, letters with signs, and letters that look alike.
//!
//! A letter with a sign is written in two ways without it (`ä` as `ae` or as `a`), so a word has two plain forms. What looks
//! alike has one skeleton: `0` and `o`; `1`, `l` and `i`; `rn` and `m`; `vv` and `w`; and the Cyrillic and Greek letters that
//! look like Latin ones (a choice of Unicode's `confusables.txt`, those of one letter each).
//!
//! Invariant: each function is linear in the word (`slips`, which is asked of keywords alone, is quadratic), and its result is a function of the word alone.

use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

/// Letters with a sign, under the letter without.
const SIGNED: [(&str, &str); 24] = [
    ("a", "àáâãāăąǎạảấầẩẫậắằẳẵặ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęěẹẻẽếềểễệ"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıỉị"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŉ"),
    ("o", "òóôõōŏőọỏốồổỗộơớờởỡợ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšșſ"),
    ("t", "ţťŧț"),
    ("u", "ùúûũūŭůűųụủưứừửữự"),
    ("w", "ŵ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżž"),
    ("ss", "ß"),
    ("th", "þ"),
    ("ij", "ĳ"),
    ("е", "ё"),
    ("и", "й"),
];
/// Letters that are written with two letters or with one: the two ways.
const TWO_WAYS: [(char, &str, &str); 7] = [
    ('ä', "ae", "a"),
    ('ö', "oe", "o"),
    ('ü', "ue", "u"),
    ('ø', "oe", "o"),
    ('å', "aa", "a"),
    ('æ', "ae", "ae"),
    ('œ', "oe", "oe"),
];
/// Letters and digits that look alike, under the one that is taken for all.
const ALIKE: [(char, &str); 24] = [
    ('a', "аαɑ"),
    ('b', "вβ"),
    ('c', "сϲ"),
    ('d', "ԁ"),
    ('e', "еε"),
    ('g', "ɡ"),
    ('h', "нһ"),
    ('j', "ј"),
    ('k', "кκ"),
    ('l', "1iіιɩӏ"),
    ('m', "м"),
    ('n', "η"),
    ('o', "0оο"),
    ('p', "рρ"),
    ('q', "ԛ"),
    ('r', "г"),
    ('s', "ѕ"),
    ('t', "тτ"),
    ('u', "υ"),
    ('v', "ν"),
    ('w', "ԝω"),
    ('x', "хχ"),
    ('y', "у"),
    ('z', "ζ"),
];

static PLAIN: LazyLock<HashMap<char, (&'static str, &'static str)>> = LazyLock::new(|| {
    let mut plain = HashMap::new();
    for (letter, signed) in SIGNED {
        plain.extend(signed.chars().map(|sign| (sign, (letter, letter))));
    }
    plain.extend(TWO_WAYS.map(|(sign, two, one)| (sign, (two, one))));
    plain
});

static SKELETON: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let of = |(letter, alike): (char, &'static str)| alike.chars().map(move |other| (other, letter));
    ALIKE.into_iter().flat_map(of).collect()
});

/// A sign that is written behind its letter.
pub(super) fn is_combining(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// The plain forms of a word: with two letters for one (`ae`), and with one (`a`) where that is another.
pub(super) fn plain(word: &str) -> (String, Option<String>) {
    if word.is_ascii() {
        return (word.to_ascii_lowercase(), None);
    }
    let (mut wide, mut narrow) = (String::with_capacity(word.len()), String::with_capacity(word.len()));
    let mut last = None;
    for letter in word.chars().flat_map(char::to_lowercase) {
        if is_combining(letter) {
            // `a` with two dots behind it is `ä`.
            if letter == '\u{308}' && matches!(last, Some('a' | 'o' | 'u')) {
                wide.push('e');
            }
            continue;
        }
        match PLAIN.get(&letter) {
            Some((two, one)) => {
                wide.push_str(two);
                narrow.push_str(one);
            }
            None => {
                wide.push(letter);
                narrow.push(letter);
            }
        }
        last = Some(letter);
    }
    let other = (narrow != wide).then_some(narrow);
    (wide, other)
}

/// What words that look alike have in common, of a plain form.
pub(super) fn skeleton(plain: &str) -> String {
    let mut made = String::with_capacity(plain.len());
    for letter in plain.chars() {
        let letter = SKELETON.get(&letter).copied().unwrap_or(letter);
        let joined = match (made.chars().next_back(), letter) {
            (Some('r'), 'n') => Some('m'),
            (Some('v'), 'v') => Some('w'),
            _ => None,
        };
        if joined.is_some() {
            made.pop();
        }
        made.push(joined.unwrap_or(letter));
    }
    made
}

/// A word with one letter dropped, or with two neighbours in each other's place: all of them.
pub(super) fn slips(plain: &str) -> Vec<String> {
    let letters: Vec<char> = plain.chars().collect();
    let mut all = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphabetic() {
            continue;
        }
        let before = || letters.iter().take(at);
        all.push(before().chain(letters.iter().skip(at + 1)).collect());
        let next = letters.get(at + 1).filter(|next| next.is_alphabetic() && *next != letter);
        if let Some(next) = next {
            all.push(before().chain([next, letter]).chain(letters.iter().skip(at + 2)).collect());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_with_a_sign_is_written_in_two_ways() {
        for (word, wide, narrow) in [
            ("Ever", "ever", None),
            ("BÄR", "baer", Some("bar")),
            ("Ba\u{308}r", "baer", Some("bar")),
            ("Étoile", "etoile", None),
            ("Straße", "strasse", None),
            ("Sørlandet", "soerlandet", Some("sorlandet")),
            ("Łódź", "lodz", None),
        ] {
            assert_eq!(plain(word), (wide.to_owned(), narrow.map(str::to_owned)), "{word}");
        }
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        for (one, other) in [
            ("given", "g1ven"),
            ("harbour", "harb0ur"),
            ("merchant", "rnerchant"),
            ("wave", "vvave"),
            ("ocean", "осеаn"),
            ("atlas", "atιas"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("given"), skeleton("giver"));
    }

    #[test]
    fn digits_are_neither_dropped_nor_exchanged() {
        assert_eq!(slips("ab12"), ["b12", "ba12", "a12"]);
    }
}
