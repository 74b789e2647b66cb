//! Plain words: some words of tales are counted in every text of ours, and their number may only shrink.
//!
//! A source reports, a name is resolved, a rule matches, a record is kept, skipped or counted: these are the verbs of
//! the field. What is *told*, *heard* or *stands* makes a reader guess who does what to what, and *such* points at
//! something that the sentence should name. The numbers of today are in `xtask/words-debt.txt`, as `word NUMBER`.

use super::complaint::Complaint;
use crate::tree::Tree;
use std::collections::BTreeMap;

/// Words that are counted, each with its other forms. Spelt in parts, so that this file does not count itself.
const WORDS: &[&[&str]] = &[
    &[concat!("te", "ll"), concat!("te", "lls"), concat!("to", "ld"), concat!("te", "lling")],
    &[concat!("he", "ar"), concat!("he", "ars"), concat!("he", "ard")],
    &[concat!("sta", "nd"), concat!("sta", "nds"), concat!("sto", "od"), concat!("stan", "ding")],
    &[concat!("su", "ch")],
];

/// Where texts are not ours to word: what others write, what tests pin, what tools fetch.
const OTHERS: &[&str] = &[
    "/fixtures/",
    "/goldens/",
    "demo/",
    "rules/",
    "fuzz/",
    "bench/rsigma/target",
    "LICENSE",
    "xtask/src/tidy/words.rs",
];

/// The file that holds today's numbers.
const DEBT: &str = "xtask/words-debt.txt";

pub(super) fn check(tree: &Tree, complaints: &mut Vec<Complaint>) {
    let debt = tree.text(DEBT);
    for forms in WORDS {
        let name = forms.first().copied().unwrap_or_default();
        let allowed = debt
            .lines()
            .filter_map(|line| line.split_once(' '))
            .find(|(word, _)| *word == name)
            .and_then(|(_, number)| number.trim().parse::<usize>().ok())
            .unwrap_or(0);
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for file in tree.ending(".rs").chain(tree.ending(".md")) {
            if OTHERS.iter().any(|other| file.contains(other)) {
                continue;
            }
            let count = count(&tree.text(file), forms);
            if count > 0 {
                found.insert(file.to_owned(), count);
            }
        }
        let all: usize = found.values().sum();
        if all > allowed {
            let most = found.iter().max_by_key(|(_, count)| **count).map_or("", |(file, _)| file);
            let what = format!(
                "`{}` is there {all} times, most often in {most}; at most {allowed}: say who does what to what",
                forms.join("`, `")
            );
            complaints.push(Complaint::new(DEBT, 0, what));
        } else if all < allowed {
            let what = format!("`{name}` is there {all} times only: write `{name} {all}`");
            complaints.push(Complaint::new(DEBT, 0, what));
        }
    }
}

/// How often a text has one of these words, alone or as a part of a name (`Told`, `is_told`).
fn count(text: &str, forms: &[&str]) -> usize {
    let words = text.split(|c: char| !c.is_alphabetic());
    // A name in capitals only is one word.
    let words = words.flat_map(|word| parts(word, word.chars().all(char::is_uppercase)));
    words.filter(|word| forms.iter().any(|form| word.eq_ignore_ascii_case(form))).count()
}

/// The parts of a name with capitals inside, which is several words; a name that is whole is one.
fn parts(word: &str, whole: bool) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| !whole && c.is_uppercase())
            .map_or(rest.len(), |(at, _)| at.max(first.len_utf8()));
        let (part, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_alone_and_in_names() {
        let forms = &["saw", "seen"];
        assert_eq!(count("Saw it. seen_once, HasSeen; seesaw unseen SEEN", forms), 4);
        assert_eq!(count("", forms), 0);
    }
}
