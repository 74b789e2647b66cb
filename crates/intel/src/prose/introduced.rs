//! Names that a report introduces itself: `the group we track as Velvet Crane`, `the malware, dubbed TideJib`.
//!
//! A name is taken where a word of introduction is right before it and the same sentence says what it is a name of; and
//! where it is a number that makers give to groups (`UNC9911`, `TA5566`). It then counts wherever it comes again.
//! Invariants: a name begins with a capital or a digit, has at most three words, and is none of everyday; bounded by
//! [`NAMES_MAX`].

use std::ops::Range;

/// How many names one report may introduce, and how often one is mentioned.
const NAMES_MAX: usize = 200;
const MENTIONS_MAX: usize = 2000;

/// How much of a text is searched, once for each word and name: 4 MiB; long reports stay below one.
const TEXT_BYTES_MAX: usize = 4 << 20;

/// How far before a word of introduction the sentence is searched for what is introduced, in bytes.
const BEFORE_BYTES_MAX: usize = 90;

/// Words right before a name that is new.
const CUES: &[&str] = &[
    "we track as ",
    "we are tracking as ",
    "we call ",
    "we named ",
    "we have named ",
    "we dubbed ",
    "we've dubbed ",
    "we have dubbed ",
    "which we call ",
    "we refer to as ",
    "dubbed ",
    "codenamed ",
    "code-named ",
    "nicknamed ",
    "tracked as ",
    "tracks as ",
    "tracked by us as ",
    "tracked internally as ",
    "known as ",
    "calling itself ",
    "calls itself ",
    "a group named ",
    "a gang named ",
    "malware named ",
    "malware called ",
    "backdoor named ",
    "backdoor called ",
    "ransomware called ",
    "ransomware named ",
    "loader called ",
    "loader named ",
    "stealer called ",
];

/// What a name may be of.
const GROUPS: &[&str] = &[
    "group",
    "actor",
    "gang",
    "adversary",
    "cluster",
    "operator",
    "crew",
    "collective",
    "apt",
    "hackers",
    "affiliate",
    "activity set",
    "intrusion set",
];
const SOFTWARE: &[&str] = &[
    "malware",
    "backdoor",
    "loader",
    "ransomware",
    "trojan",
    "stealer",
    "implant",
    "web shell",
    "webshell",
    "botnet",
    "wiper",
    "dropper",
    "downloader",
    "rootkit",
    "keylogger",
    "framework",
    "toolkit",
    "tool",
    "payload",
    "worm",
    "spyware",
];

/// Beginnings of the numbers that makers give to groups, with how many digits follow.
const NUMBERED: &[(&str, Range<usize>)] = &[
    ("UNC", 3..6),
    ("TA", 3..5),
    ("FIN", 1..3),
    ("APT", 1..4),
    ("APT-C-", 2..4),
    ("Storm-", 4..5),
    ("DEV-", 4..5),
    ("UAC-", 4..5),
    ("TAG-", 2..4),
    ("CL-STA-", 4..5),
    ("CL-CRI-", 4..5),
    ("UAT-", 4..5),
];

/// Words that begin sentences and are no names, and what follows a word of introduction without being one.
const NO_NAMES: &[&str] = &[
    "the",
    "this",
    "that",
    "these",
    "those",
    "a",
    "an",
    "it",
    "its",
    "they",
    "we",
    "our",
    "in",
    "on",
    "and",
    "or",
    "cve",
    "windows",
    "linux",
    "microsoft",
    "google",
    "http",
    "https",
    "dns",
    "c2",
    "ip",
    "url",
    "powershell",
    "phishing",
    "spearphishing",
    "living",
    "double",
    "rat",
    "apt",
    "iocs",
    "ioc",
    "raas",
    "maas",
    "russia",
    "china",
    "iran",
];

/// A name that the report introduces.
pub(crate) struct Introduced {
    pub(crate) name: String,
    pub(crate) group: bool,
    pub(crate) spans: Vec<Range<usize>>,
}

/// The names that a text introduces, each with every place where it comes. `taken`: places that are something else.
pub(crate) fn names(text: &str, taken: &[Range<usize>]) -> Vec<Introduced> {
    let mut found: Vec<Introduced> = Vec::new();
    let mut most = TEXT_BYTES_MAX.min(text.len());
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let text = text.get(..most).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    let mut add = |span: Range<usize>, group: bool| {
        let name = text.get(span.clone()).unwrap_or_default();
        let known = found.iter().any(|one| one.name == name);
        if !known && found.len() < NAMES_MAX && !overlaps(taken, &span) {
            found.push(Introduced { name: name.to_owned(), group, spans: Vec::new() });
        }
    };
    for cue in CUES {
        for (at, _) in lower.match_indices(cue).take(MENTIONS_MAX) {
            let edge = at.checked_sub(1).and_then(|before| lower.as_bytes().get(before));
            if edge.is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            let Some(span) = name_at(text, at + cue.len()) else { continue };
            let noun = cue.split(' ').next().unwrap_or_default();
            let of =
                kind_before(&lower, at).or_else(|| kind_of(noun)).or_else(|| kind_after(&lower, span.end));
            if let Some(group) = of {
                add(span, group);
            }
        }
    }
    for (start, digits) in NUMBERED {
        for (at, _) in text.match_indices(start).take(MENTIONS_MAX) {
            let count = text
                .get(at + start.len()..)
                .map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            let span = at..at + start.len() + count;
            // `TA0001` and its like are tactics of ATT&CK.
            let tactic = text.get(span.clone()).is_some_and(|name| name.starts_with("TA00"));
            if digits.contains(&count) && !tactic && is_word(text, &span) {
                add(span, true);
            }
        }
    }
    for one in &mut found {
        let places = text.match_indices(one.name.as_str()).map(|(at, name)| at..at + name.len());
        one.spans =
            places.filter(|span| is_word(text, span) && !overlaps(taken, span)).take(MENTIONS_MAX).collect();
    }
    found
}

/// Whether a place is part of something that is known; the places are in order.
fn overlaps(taken: &[Range<usize>], span: &Range<usize>) -> bool {
    let after = taken.partition_point(|one| one.end <= span.start);
    taken.get(after).is_some_and(|one| one.start < span.end)
}

/// Whether neither side goes on with a letter or digit.
fn is_word(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(span.end..).unwrap_or_default().chars();
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '@' | '\\');
    let ends = match after.next() {
        Some('.') => after.next().is_none_or(|c| !c.is_alphanumeric()),
        Some(c) => !word(c),
        None => true,
    };
    !before.is_some_and(|c| word(c) || c == '.') && ends
}

/// The name that begins here: capitalised words, perhaps in quotes.
fn name_at(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '“' | '‘'));
    let start = at + quote.map_or(0, char::len_utf8);
    let rest = text.get(start..)?;
    let (mut end, mut from) = (0, 0);
    for word in rest.split(' ').take(if quote.is_some() { 4 } else { 3 }) {
        let kept = word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')));
        let kept = word.get(..kept.unwrap_or(word.len()))?;
        let capital = kept.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if !capital || kept.len() > 40 || NO_NAMES.contains(&kept.to_lowercase().as_str()) {
            break;
        }
        end = from + kept.len();
        from += word.len() + 1;
        if kept.len() < word.len() {
            break;
        }
    }
    let name = rest.get(..end)?;
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 3 || name.len() >= 5).then_some(start..start + end)
}

/// What the words before say that is introduced: the nearest noun of the same sentence.
fn kind_before(lower: &str, at: usize) -> Option<bool> {
    let mut from = at.saturating_sub(BEFORE_BYTES_MAX);
    while !lower.is_char_boundary(from) {
        from += 1;
    }
    let before = lower.get(from..at)?;
    let sentence = before.rsplit(['\n', '!', '?']).next()?;
    let sentence = sentence.rsplit(". ").next()?;
    let last = |nouns: &[&str]| nouns.iter().filter_map(|noun| place_of(sentence, noun)).max();
    match (last(GROUPS), last(SOFTWARE)) {
        (None, None) => None,
        (group, software) => Some(group > software),
    }
}

/// What the words right after a name say: `dubbed TideJib, a loader`.
fn kind_after(lower: &str, at: usize) -> Option<bool> {
    let mut to = (at + 40).min(lower.len());
    while !lower.is_char_boundary(to) {
        to -= 1;
    }
    let after = lower.get(at..to)?.split(['\n', '.']).next()?;
    let after = after
        .strip_prefix(", a ")
        .or_else(|| after.strip_prefix(", an "))
        .or_else(|| after.strip_prefix(' '))?;
    let first = |nouns: &[&str]| nouns.iter().filter_map(|noun| place_of(after, noun)).min();
    match (first(GROUPS), first(SOFTWARE)) {
        (None, None) => None,
        (Some(_), None) => Some(true),
        (None, Some(_)) => Some(false),
        (Some(group), Some(software)) => Some(group < software),
    }
}

fn kind_of(noun: &str) -> Option<bool> {
    if GROUPS.contains(&noun) {
        return Some(true);
    }
    SOFTWARE.contains(&noun).then_some(false)
}

/// Where a noun is in a text, as a word of its own or in the plural.
fn place_of(text: &str, noun: &str) -> Option<usize> {
    text.rmatch_indices(noun).map(|(at, _)| at).find(|at| {
        let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before));
        let after = text.get(at + noun.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after).bytes().next();
        !before.is_some_and(u8::is_ascii_alphanumeric)
            && !after.is_some_and(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let all = names(text, &[]).into_iter();
        let all = all.map(|one| {
            format!("{} {} {}", one.name, if one.group { "group" } else { "software" }, one.spans.len())
        });
        all.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_come_with_what_they_are_of() {
        assert_eq!(
            shown("The group we track as Velvet Crane came back. Velvet Crane waits."),
            "Velvet Crane group 2"
        );
        assert_eq!(shown("The malware, dubbed TideJib, loads more."), "TideJib software 1");
        assert_eq!(shown("A backdoor known as “Harbor Mole” was seen."), "Harbor Mole software 1");
        assert_eq!(shown("The actor uses a loader dubbed BoomWhistle."), "BoomWhistle software 1");
        assert_eq!(shown("We dubbed QuayRat, a trojan of theirs."), "QuayRat software 1");
        assert_eq!(
            shown("UNC9911 and Storm-0123, not UNC99, TA0011 or TA5566x"),
            "UNC9911 group 1, Storm-0123 group 1"
        );
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in [
            "The technique is known as Living off the Land.",
            "The flaw, tracked as CVE-2041-1001, is open.",
            "The group is known as the worst of all.",
            "A port known as Quay Side is near.",
            "The malware known as a loader",
        ] {
            assert_eq!(shown(text), "", "{text}");
        }
    }
}
