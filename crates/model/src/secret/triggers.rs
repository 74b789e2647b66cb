//! The words that a text or a name must have for a name of a secret to be in it: what one pass looks for.
//!
//! Most texts and names have none and are done with after that pass. Invariant: every name of a secret holds a
//! trigger; a trigger alone means nothing.

use super::words::{Holds, STEMS, UNMISTAKABLE};
use aho_corasick::AhoCorasick;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static OF_NAMES: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(in_words()).ok());

/// Whether a name may be that of a secret.
pub(super) fn may_name(name: &str) -> bool {
    OF_NAMES.as_ref().is_none_or(|automaton| automaton.is_match(name))
}

/// The same of a field, whose name may be one that means a hash: `NT`, `rc4`, `hash.lm`.
pub(super) fn may_name_field(name: &str) -> bool {
    let own = name.rsplit('.').next().unwrap_or(name).trim_end_matches(|c: char| c.is_ascii_digit());
    may_name(name) || alone().any(|word| own.eq_ignore_ascii_case(word))
}

/// Triggers that may be parts of longer words.
pub(super) fn in_words() -> Vec<String> {
    let stems = STEMS.iter().flat_map(|(_, stems)| *stems).filter(|stem| !is_alone(stem));
    let words = stems.map(|stem| word_of(stem)).chain(UNMISTAKABLE.iter().copied());
    let all: BTreeSet<String> = words.flat_map(spellings).collect();
    // A longer word that holds a shorter one adds nothing.
    let holds = |word: &String| all.iter().any(|other| other != word && word.contains(other.as_str()));
    all.iter().filter(|word| !holds(word)).cloned().collect()
}

/// Triggers that are words of their own: `nt` is in every other word.
pub(super) fn alone() -> impl Iterator<Item = &'static str> {
    let hashes = STEMS.iter().filter(|(holds, _)| *holds == Holds::Hash);
    hashes.flat_map(|(_, stems)| *stems).copied().filter(|stem| is_alone(stem))
}

fn is_alone(stem: &str) -> bool {
    STEMS.iter().any(|(holds, stems)| *holds == Holds::Hash && stem.len() < 4 && stems.contains(&stem))
}

/// The word of a stem that is looked for: `key` of all keys, else the longest.
fn word_of(stem: &str) -> &str {
    let words = || stem.split(' ');
    let key = words().next_back().filter(|last| matches!(*last, "key" | "keys"));
    key.map_or_else(|| words().max_by_key(|word| word.len()).unwrap_or(stem), |_| "key")
}

/// A word as it is written; the automaton knows capitals of ASCII only.
fn spellings(word: &str) -> Vec<String> {
    if word.is_ascii() {
        return vec![word.to_owned()];
    }
    let mut letters = word.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    vec![word.to_owned(), capital, word.to_uppercase()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stem_holds_a_trigger() {
        let triggers = in_words();
        for (_, stems) in STEMS {
            for stem in *stems {
                let found = triggers.iter().any(|trigger| stem.contains(trigger.as_str()));
                assert!(found || alone().any(|alone| alone == *stem), "{stem}");
                assert!(may_name(stem) || is_alone(stem), "{stem}");
            }
        }
        assert!(may_name("DB_PASSWORD") && may_name("ПАРОЛЬ") && may_name("Пароль"));
        assert!(may_name_field("hash.NT") && may_name_field("rc4") && !may_name_field("comment"));
        assert!(!may_name("install location") && !may_name("comment"));
    }
}
