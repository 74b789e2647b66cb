//! Names in prose: whole words only, the longest first; plain words only in their own spelling and with a
//! cue nearby.
//!
//! `Lead` is a group and a verb; `Page` is malware and a page. A name of this sort counts when it is written as its
//! source writes it and the sentence speaks of groups or malware. Names of several words or with digits and
//! unusual words count in any case.

use super::Lexicon;
use super::names::{NameEntry, NameSort, NameWord, WORDS_MAX, words};
use crate::prose::phrases::Phrases;
use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

/// How far around a plain word a cue is looked for, in bytes.
const CUE_BYTES_MAX: usize = 120;

/// A name found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameFound<'t> {
    pub(crate) span: Range<usize>,
    pub(crate) written: &'t str,
    pub(crate) what: NamedAs,
}

/// What bears it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NamedAs {
    /// Groups, by their preferred names, sorted.
    Groups(Vec<String>),
    /// Software, by its preferred name.
    Software(String),
}

const GROUP_CUES: &[&str] = &[
    "group",
    "actor",
    "apt",
    "adversar",
    "a.k.a",
    "aka",
    "also known",
    "tracked as",
    "known as",
    "threat",
    "attributed",
    "operator",
    "intrusion set",
    "espionage",
    "state-sponsored",
    "nation-state",
    "hacker",
    "gang",
    "campaign by",
    "activity cluster",
    "affiliate",
];
const SOFTWARE_CUES: &[&str] = &[
    "malware",
    "ransomware",
    "trojan",
    "backdoor",
    "loader",
    "stealer",
    "implant",
    "botnet",
    "payload",
    "beacon",
    "rat ",
    "dropper",
    "downloader",
    "keylogger",
    "rootkit",
    "worm",
    "wiper",
    "web shell",
    "webshell",
    "tool",
    "variant",
    "sample",
    "family",
    "framework",
    "deploy",
    "infect",
    "utilit",
];

/// What the words around a name speak of.
#[derive(Clone, Copy, Default)]
struct Cues {
    groups: bool,
    software: bool,
}

static CUES: LazyLock<Phrases<NameSort>> = LazyLock::new(|| {
    let groups = GROUP_CUES.iter().map(|cue| (*cue, false, NameSort::Group));
    Phrases::new(groups.chain(SOFTWARE_CUES.iter().map(|cue| (*cue, false, NameSort::Software))))
});

/// What follows a name that is meant as software, where a group bears it too.
const SOFTWARE_AFTER: &[&str] = &[
    "malware",
    "ransomware",
    "trojan",
    "backdoor",
    "loader",
    "rat",
    "stealer",
    "botnet",
    "payload",
    "sample",
    "samples",
    "binary",
    "implant",
];

impl Lexicon {
    /// The names in a text, in order of place; none inside the taken ranges.
    pub(crate) fn find<'t>(&self, text: &'t str, taken: &[Range<usize>]) -> Vec<NameFound<'t>> {
        names(self, text, taken)
    }
}

fn names<'t>(lexicon: &Lexicon, text: &'t str, taken: &[Range<usize>]) -> Vec<NameFound<'t>> {
    let mut found: Vec<NameFound<'t>> = Vec::new();
    let mut doubtful: Vec<NameFound<'t>> = Vec::new();
    let mut next_taken = taken.iter().peekable();
    let mut key = String::new();
    let mut rest = words(text, 0).peekable();
    while let Some(word) = rest.next() {
        let start = word.start;
        if !may_begin(lexicon, text, word, rest.peek().copied()) {
            continue;
        }
        while next_taken.next_if(|range| range.end <= start).is_some() {}
        let inside = next_taken.peek().is_some_and(|range| range.start <= start);
        if inside || !starts_word(text, start) {
            continue;
        }
        let Some((end, entries)) = longest(lexicon, text, word, &mut key) else { continue };
        let written = text.get(start..end).unwrap_or_default();
        for (what, certain) in read(text, start..end, written, &entries) {
            let named = NameFound { span: start..end, written, what };
            if certain {
                found.push(named);
            } else {
                doubtful.push(named);
            }
        }
        rest = words(text, end).peekable();
    }
    // A plain word beside a group's certain name is a name too: "Anchor Panda and Periscope".
    let certain: Vec<Range<usize>> = found
        .iter()
        .filter(|named| matches!(named.what, NamedAs::Groups(_)))
        .map(|named| named.span.clone())
        .collect();
    for named in doubtful {
        let after = certain.partition_point(|span| span.start < named.span.start);
        let neighbours = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let near = neighbours.filter_map(|at| certain.get(at)).any(|span| {
            let gap = span.start.saturating_sub(named.span.end) + named.span.start.saturating_sub(span.end);
            gap <= CUE_BYTES_MAX
        });
        if matches!(named.what, NamedAs::Groups(_)) && near {
            found.push(named);
        }
    }
    found.sort_by(|one, other| (one.span.start, &one.what).cmp(&(other.span.start, &other.what)));
    found
}

/// Whether a name may begin with this word, which another follows; of words that are not ASCII nothing is known.
fn may_begin(lexicon: &Lexicon, text: &str, first: NameWord, second: Option<NameWord>) -> bool {
    let written = |word: NameWord| text.get(word.start..word.end).unwrap_or_default();
    !first.ascii
        || second.is_some_and(|second| !second.ascii)
        || lexicon.may_begin(written(first), second.map(written))
}

/// The most words from this one on that are a name: where they end, and what bears the name. `key` is only room.
fn longest<'l>(
    lexicon: &'l Lexicon,
    text: &str,
    first: NameWord,
    key: &mut String,
) -> Option<(usize, Vec<&'l NameEntry>)> {
    let mut end = first.end;
    key.clear();
    key.push_str(&text.get(first.start..end)?.to_lowercase());
    let words_max = lexicon.words_max(key).min(WORDS_MAX);
    let mut rest = words(text, end);
    let mut best = None;
    for count in 1..=words_max {
        if count > 1 {
            let Some(next) = rest.next() else { break };
            if !joins(text.get(end..next.start)?) {
                break;
            }
            key.push(' ');
            key.extend(text.get(next.start..next.end)?.chars().flat_map(char::to_lowercase));
            end = next.end;
        }
        let entries = lexicon.entries(key);
        if !entries.is_empty() && ends_word(text, end) {
            best = Some((end, entries));
        }
    }
    best
}

/// What may be between two words of one name.
fn joins(between: &str) -> bool {
    let mut chars = between.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some(c), None) => matches!(c, ' ' | '.' | '-' | '_' | '‑' | '–' | '@' | '\u{a0}' | '\n' | '\''),
        (Some('\n'), Some(' ')) | (Some(' '), Some('\n')) => chars.all(|c| c == ' '),
        _ => false,
    }
}

fn starts_word(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev();
    match before.next() {
        None => true,
        Some(c) if c.is_alphanumeric() => false,
        Some('.') => !before.next().is_some_and(char::is_alphanumeric),
        Some('_' | '@' | '\\') => false,
        Some(_) => true,
    }
}

fn ends_word(text: &str, end: usize) -> bool {
    let mut after = text.get(end..).unwrap_or_default().chars();
    match after.next() {
        None => true,
        Some(c) if c.is_alphanumeric() => false,
        Some('.') => !after.next().is_some_and(char::is_alphanumeric),
        Some('_' | '@' | '\\') => false,
        Some(_) => true,
    }
}

/// What a written name means, each with whether that is certain without looking further.
fn read(text: &str, span: Range<usize>, written: &str, entries: &[&NameEntry]) -> Vec<(NamedAs, bool)> {
    // Most names are sure without a look around.
    let cues = LazyCell::new(|| Cues::in_text(&around(text, &span)));
    let (mut groups, mut software) = (Vec::new(), Vec::new());
    let (mut group_certain, mut software_certain) = (false, false);
    for entry in entries {
        if entry.everyday && !own_spelling(written, &entry.name) {
            continue;
        }
        match entry.sort {
            NameSort::Group => {
                groups.push(entry.preferred.clone());
                group_certain |= !entry.everyday && !short(written) || cues.groups;
            }
            NameSort::Software => {
                software.push(entry.preferred.clone());
                software_certain |= !entry.everyday && !short(written) || cues.software;
            }
        }
    }
    groups.sort();
    groups.dedup();
    software.sort();
    software.dedup();
    if !groups.is_empty() && !software.is_empty() {
        // One name, a group's and its malware's: what follows decides, else what the sentence speaks of.
        let after = text.get(span.end..).unwrap_or_default();
        let next: String = after.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        if SOFTWARE_AFTER.contains(&next.to_lowercase().as_str()) || !cues.groups {
            groups.clear();
        } else {
            software.clear();
        }
    }
    let mut all = Vec::new();
    if !groups.is_empty() {
        all.push((NamedAs::Groups(groups), group_certain));
    }
    all.extend(software.into_iter().map(|name| (NamedAs::Software(name), software_certain)));
    all
}

/// A plain word counts as a name when it is written as its source writes it, or all in capitals.
fn own_spelling(written: &str, name: &str) -> bool {
    let capitals = written.chars().count() >= 5 && !written.chars().any(char::is_lowercase);
    written == name || (capitals && written.eq_ignore_ascii_case(name))
}

/// Short and without capitals: `konni` is a name, `net` is not.
fn short(written: &str) -> bool {
    written.chars().count() <= 4 && !written.chars().any(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// The text around a span, in lower case, within its paragraph.
fn around(text: &str, span: &Range<usize>) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let before = match before.char_indices().rev().take(CUE_BYTES_MAX).last() {
        Some((at, _)) => before.get(at..).unwrap_or_default(),
        None => "",
    };
    let after = match after.char_indices().nth(CUE_BYTES_MAX) {
        Some((at, _)) => after.get(..at).unwrap_or_default(),
        None => after,
    };
    let before = before.rsplit("\n\n").next().unwrap_or_default();
    let after = after.split("\n\n").next().unwrap_or_default();
    format!("{} · {} ", before.to_lowercase(), after.to_lowercase())
}

impl Cues {
    /// The cues in a text in lower case, at the start of a word.
    fn in_text(text: &str) -> Self {
        let mut cues = Self::default();
        for sort in CUES.found(text) {
            match sort {
                NameSort::Group => cues.groups = true,
                NameSort::Software => cues.software = true,
            }
            if cues.groups && cues.software {
                break;
            }
        }
        cues
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::phrases::tests::says;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<String> {
        let lexicon = Lexicon::built_in();
        let all = names(&lexicon, text, &[]);
        all.iter()
            .map(|named| match &named.what {
                NamedAs::Groups(groups) => format!("{}={}", named.written, groups.join("|")),
                NamedAs::Software(name) => format!("{}={name}!", named.written),
            })
            .collect()
    }

    #[test]
    fn two_actors_on_one_page_stay_two() {
        assert_eq!(found("Anchor Panda and Periscope at sea"), ["Anchor Panda=APT14", "Periscope=APT40"]);
    }

    #[test]
    fn plain_words_are_no_names() {
        assert!(found("Lead the way, play the page, and net the mask in a silence.").is_empty());
        assert!(found("The Leviathan of Hobbes").is_empty());
        assert!(found("Use Page 3 of the tool manual").len() <= 1);
        assert_eq!(found("the group Leviathan (also known as APT40)"), ["Leviathan=APT40", "APT40=APT40"]);
    }

    #[test]
    fn names_are_whole_words() {
        assert!(found("xAPT40 APT400 apt40.example a_emotet").is_empty());
        assert_eq!(found("APT-40-linked; apt 40."), ["APT-40=APT40", "apt 40=APT40"]);
        assert_eq!(found("Cobalt Strike beacon"), ["Cobalt Strike=Cobalt Strike!"]);
    }

    /// Pieces of names and of prose; the names are of the built-in tables, in several cases.
    fn text() -> impl Strategy<Value = String> {
        let names = include_str!("../../../data/groups.tsv").lines().filter(|row| !row.starts_with('#'));
        let names = names.filter_map(|row| row.split('\t').nth(2)).step_by(7);
        let mut pieces: Vec<String> = names.map(str::to_owned).collect();
        pieces.extend(pieces.clone().iter().map(|name| name.to_lowercase()));
        let name = prop::sample::select(pieces);
        let word = prop::sample::select(
            "the |The |APT|40|-| |.|the group |a\u{301}|\u{212a}|é|_|Panda|, aka |\n"
                .split('|')
                .collect::<Vec<_>>(),
        );
        let piece = prop_oneof![name, word.prop_map(str::to_owned)];
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_word_is_passed_over_that_begins_a_name(text in text()) {
            let lexicon = Lexicon::built_in();
            let all: Vec<NameWord> = words(&text, 0).collect();
            for (number, word) in all.iter().enumerate() {
                if longest(&lexicon, &text, *word, &mut String::new()).is_some() {
                    prop_assert!(may_begin(&lexicon, &text, *word, all.get(number + 1).copied()), "{:?} {:?}", text, word);
                }
            }
        }

        #[test]
        fn cues_are_those_of_a_search_for_each(text in prop::collection::vec(cue(), 0..6)) {
            let text = text.concat();
            let any = |cues: &[&str]| cues.iter().any(|cue| says(&text, cue, false));
            let Cues { groups, software } = Cues::in_text(&text);
            prop_assert_eq!((groups, software), (any(GROUP_CUES), any(SOFTWARE_CUES)), "{:?}", text);
        }
    }

    fn cue() -> impl Strategy<Value = &'static str> {
        let cues = GROUP_CUES.iter().chain(SOFTWARE_CUES).chain(&["x", " ", " ", "é", "-", "1"]);
        prop::sample::select(cues.copied().collect::<Vec<_>>())
    }
}
