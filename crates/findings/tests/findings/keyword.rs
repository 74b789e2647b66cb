//! Keywords in texts: the spellings that count, those that do not, the limits; and the tree against a naive twin.

use findings::{Keywords, Spelling};
use proptest::prelude::*;

/// What is found of one keyword: the text, with `~` before it where it is a variant.
fn found(keyword: &str, text: &str) -> String {
    let found = Keywords::of([keyword]).find(text);
    let shown = found.iter().map(|one| {
        let sign = if one.spelling == Spelling::Variant { "~" } else { "" };
        format!("{sign}{}", &text[one.range.clone()])
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_keyword_is_found_as_people_write_it() {
    for (keyword, text, expected) in [
        ("seaward", "invoice of Seaward Harbour", "Seaward"),
        ("seaward", "seawards", ""),
        ("seaward", "seawards, seaward", "seaward"),
        ("MV Tidal Crane", "ETA of TIDAL-CRANE, berth 4", "TIDAL-CRANE"),
        ("MV Tidal Crane", "M/V Tidal Crane - documents", "Tidal Crane"),
        ("M/V Tidal Crane", "M/V Tidal Crane - documents", "M/V Tidal Crane"),
        ("M.V. Tidal Crane", "tidal crane", "tidal crane"),
        ("M/V Tidal Crane", "mail.tidalcrane.example", "tidalcrane"),
        ("MV Tidal Crane", "mvtidalcrane@mail.example", "mvtidalcrane"),
        ("Tidal Crane", "ops@tidal_crane-lines.example", "tidal_crane"),
        ("Tidal Crane", "xtidalcrane.example", ""),
        ("Tidal Crane", "the tide; tidal. Crane", ""),
        ("Tidal Crane", "tid alcrane", ""),
        ("Tidal Crane", "tidal   crane", "tidal   crane"),
        ("Tidal Crane", "tidal    crane", ""),
        ("Grünbär", "GRUENBAER, grunbar", "GRUENBAER"),
        ("Gruenbaer", "von Grünbär", "Grünbär"),
        ("Étoile", "etoile", "etoile"),
        ("Weißwal", "WEISSWAL", "WEISSWAL"),
        ("Sørland", "Sorland; Soerland", "Sorland"),
        ("at&t", "AT&T bill", "AT&T"),
        ("at&t", "at t", ""),
        ("c++", "c++ and c", "c++"),
        ("c++", "c and d", ""),
        // A short keyword is found only as it is written.
        ("NSK", "NSK order", "NSK"),
        ("NSK", "nsk order", ""),
        ("Nsk", "nsk order", "nsk"),
        ("Aé", "ae", ""),
        ("MV Eos", "eos", ""),
        ("MV Eos", "mv eos, eos", "mv eos"),
        ("ä b", "A\u{308} b", ""),
    ] {
        assert_eq!(found(keyword, text), expected, "{keyword} in {text}");
    }
}

#[test]
fn what_looks_alike_or_has_a_slip_is_a_variant() {
    for (keyword, text, expected) in [
        ("Harbour Light", "Harb0ur Light", "~Harb0ur Light"),
        ("Harbour Light", "harbourIight and harbour l1ght", "~harbourIight"),
        ("Merchant Wave", "rnerchant vvave", "~rnerchant vvave"),
        // A Cyrillic o.
        ("Harbour Light", "Harb\u{43e}ur Light", "~Harb\u{43e}ur Light"),
        ("Lighthouse", "lihgthouse", "~lihgthouse"),
        ("Lighthouse", "lightouse", "~lightouse"),
        ("Lighthouse", "lightousee", ""),
        ("Seaward", "sewaard", ""),
        // What is spelt as it is written is surer, wherever it is.
        ("Lighthouse", "lightouse or lighthouse", "lighthouse"),
        // A plain short word is no look-alike of another.
        ("mall", "mail", ""),
        ("mall", "ma11", "~ma11"),
        ("Atlas 2042", "atlas 2024", ""),
    ] {
        assert_eq!(found(keyword, text), expected, "{keyword} in {text}");
    }
}

#[test]
fn each_keyword_is_found_once_and_many_together() {
    let keywords = Keywords::of(["Tidal Crane", "crane", "Crane Tidal", "absent", ""]);
    let found = keywords.find("crane tidal crane tidal crane");
    let shown: Vec<_> = found.iter().map(|one| (one.keyword, one.range.clone())).collect();
    assert_eq!(shown, [(0, 6..17), (1, 0..5), (2, 0..11)]);
}

#[test]
fn a_keyword_past_a_limit_is_found_as_its_words_are_written() {
    let six = "alpha bravo charlie delta echo fox";
    assert_eq!(found(six, "alphabravo charlie deltaecho fox"), "alphabravo charlie deltaecho fox");
    let seven = format!("{six} golf");
    assert_eq!(found(&seven, &seven), seven);
    assert_eq!(found(&seven, "alphabravo charlie delta echo fox golf"), "");
    let (at, past) =
        (format!("{} {}", "a".repeat(40), "b".repeat(8)), format!("{} {}", "a".repeat(40), "b".repeat(9)));
    assert_eq!(found(&at, &at.replace(' ', "")), at.replace(' ', ""));
    assert_eq!(found(&past, &past.replace(' ', "")), "");
    assert_eq!(found(&past, &past), past);
    // A word of a text that is far too long is no word of a keyword.
    let long = "a".repeat(401);
    assert_eq!((found(&long, &long), found(&long[1..], &long[1..]).len()), (String::new(), 400));
}

#[test]
fn many_keywords_with_one_beginning_and_a_long_text_take_no_longer_than_few() {
    let many: Vec<String> = (0..5_000).map(|n| format!("tidal crane {n}")).collect();
    let keywords = Keywords::of(many.iter().map(String::as_str));
    let text = "tidal crane ".repeat(50_000);
    assert!(keywords.find(&text).is_empty());
    assert_eq!(keywords.find(&format!("{text} 77")).len(), 1);
}

/// Words that meet, overlap and look alike.
const WORDS: [&str; 9] =
    ["tide", "tidecrane", "crane", "lighthouse", "l1ghthouse", "ligthhouse", "lighhouse", "wa", "ve"];
const GAPS: [&str; 6] = [" ", "-", "", "_ ", ".", "    "];

fn written() -> impl Strategy<Value = String> {
    proptest::collection::vec((0..WORDS.len(), 0..GAPS.len()), 1..8).prop_map(|parts| {
        parts.into_iter().map(|(word, gap)| format!("{}{}", WORDS[word], GAPS[gap])).collect()
    })
}

/// All ways to write words, some of them joined: as lists of words.
fn joined(words: &[String]) -> Vec<Vec<String>> {
    let Some((first, rest)) = words.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for tail in joined(rest) {
        all.push([vec![first.clone()], tail.clone()].concat());
        if let Some((next, after)) = tail.split_first() {
            all.push([vec![format!("{first}{next}")], after.to_vec()].concat());
        }
    }
    all
}

/// A word and what it may be written as.
fn slips(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    if word.chars().filter(|letter| letter.is_alphabetic()).count() >= 8 {
        for at in 0..word.len() {
            if word.as_bytes()[at].is_ascii_alphabetic() {
                all.push(format!("{}{}", &word[..at], &word[at + 1..]));
            }
            if at + 1 < word.len() && word[at..at + 2].bytes().all(|byte| byte.is_ascii_alphabetic()) {
                all.push(format!(
                    "{}{}{}{}",
                    &word[..at],
                    &word[at + 1..at + 2],
                    &word[at..=at],
                    &word[at + 2..]
                ));
            }
        }
    }
    all
}

fn skeleton(word: &str) -> String {
    word.replace(['1', 'i'], "l").replace('0', "o").replace("rn", "m").replace("vv", "w")
}

/// How words are a keyword: by the definition, one spelling after the other.
fn spelt(keyword: &[String], words: &[&str]) -> Option<Spelling> {
    let exact = joined(keyword).iter().any(|form| form == words);
    if exact {
        return Some(Spelling::Exact);
    }
    // Each word of the text is some words of the keyword, one of which may have a slip, or looks like them.
    fn follows(keyword: &[String], words: &[&str]) -> bool {
        let Some((first, rest)) = words.split_first() else { return keyword.is_empty() };
        (1..=keyword.len()).any(|count| {
            let these = &keyword[..count];
            let is_alike = skeleton(&these.concat()) == skeleton(first);
            let has_slip = (0..count).any(|at| {
                slips(&these[at]).iter().any(|slip| {
                    let mut spelt = these.to_vec();
                    spelt[at] = slip.clone();
                    spelt.concat() == *first
                })
            });
            (is_alike || has_slip) && follows(&keyword[count..], rest)
        })
    }
    follows(keyword, words).then_some(Spelling::Variant)
}

/// The surest place of a keyword, and of these the first: every run of words of the text is compared.
fn naive(keyword: &str, text: &str) -> Option<(Spelling, usize, usize)> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric();
    let cut = |text: &str| -> Vec<(usize, usize)> {
        let mut all: Vec<(usize, usize)> = Vec::new();
        for (at, letter) in text.char_indices().filter(|(_, letter)| is_word(*letter)) {
            match all.last_mut().filter(|last| last.1 == at) {
                Some(last) => last.1 = at + letter.len_utf8(),
                None => all.push((at, at + letter.len_utf8())),
            }
        }
        all
    };
    let own: Vec<String> =
        cut(keyword).into_iter().map(|(start, end)| keyword[start..end].to_owned()).collect();
    let letters: usize = own.iter().map(String::len).sum();
    if own.is_empty() || !(4..=48).contains(&letters) || own.len() > 6 {
        return None;
    }
    let words = cut(text);
    let mut best: Option<(Spelling, usize, usize)> = None;
    for first in 0..words.len() {
        for last in first..words.len() {
            let these: Vec<&str> =
                words[first..=last].iter().map(|(start, end)| &text[*start..*end]).collect();
            let is_soft = words[first..=last].windows(2).all(|two| {
                let gap = &text[two[0].1..two[1].0];
                gap.len() <= 3 && gap.chars().all(|letter| [' ', '-', '_'].contains(&letter))
            });
            if let Some(spelling) = spelt(&own, &these).filter(|_| is_soft) {
                let one = (spelling, words[first].0, words[last].1);
                best = Some(best.map_or(one, |known| known.min(one)));
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_tree_finds_what_the_definition_says(keywords in proptest::collection::vec(written(), 1..4), text in written()) {
        // Whose own gaps are other than soft: examples above.
        let keywords: Vec<String> = keywords.iter().map(|one| one.replace(['.', '_'], "-").replace("    ", " ").trim_matches(['-', ' ']).to_owned()).collect();
        let is_in_reach = |one: &&String| {
            let words = one.split(['-', ' ']).filter(|word| !word.is_empty()).count();
            let letters = one.chars().filter(char::is_ascii_alphanumeric).count();
            (1..=6).contains(&words) && (4..=48).contains(&letters)
        };
        let keywords: Vec<&String> = keywords.iter().filter(is_in_reach).collect();
        let tree = Keywords::of(keywords.iter().map(|one| one.as_str())).find(&text);
        for (number, keyword) in keywords.iter().enumerate() {
            let found = tree.iter().find(|one| one.keyword == number);
            let found = found.map(|one| (one.spelling, one.range.start, one.range.end));
            prop_assert_eq!(found, naive(keyword, &text), "{} in {}", keyword, text);
        }
    }
}
