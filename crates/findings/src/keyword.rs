//! Keywords in a text: vessels, brands and projects, many at once, at the bounds of words, in the spellings that people and
//! impostors use.
//!
//! A text is cut into words (runs of letters and digits), and words are followed through a tree of all keywords. So the
//! time is linear in the text, whatever the number of keywords. Beside a keyword as it is written count: capitals; `ä` as `ae`
//! or `a`, `é` as `e`, `ß` as `ss`; a space, hyphen, low line or nothing between its words (`EVER-GIVEN`, `evergiven`); the
//! prefix of a ship left out (`M/V`, `MV`, `M.V.`, `MT`, `SS`). In a host name the bounds are dots and hyphens. A *variant*
//! has letters that look like others, or in a word of eight letters one dropped, or two exchanged. A keyword of less than four
//! letters is found only as it is written, with its capitals where it has nothing else.
//!
//! Invariants: what is found is a function of the keywords and the text; of each keyword the surest and then the first place
//! is given; a keyword whose spellings are too many is found as its words are written, or with look-alikes.

mod fold;

use fold::{is_combining, plain, skeleton, slips};
use foldhash::{HashMap, HashMapExt};
use std::collections::BTreeMap;
use std::ops::Range;

/// From how many letters on a keyword has other spellings.
const LETTERS_MIN: usize = 4;
/// From how many letters on a plain word may be a look-alike: `mail` is no `mall`.
const ALIKE_LETTERS_MIN: usize = 6;
/// From how many letters on a word may have a letter dropped or two exchanged.
const SLIP_LETTERS_MIN: usize = 8;
/// Words and letters of a keyword that is looked for in every spelling; a longer one as its words are written.
const WORDS_MAX: usize = 6;
const LETTERS_MAX: usize = 48;
/// Spellings of all keywords together: beyond it, keywords are looked for as their words are written.
const SPELLINGS_MAX: usize = 2_000_000;
/// How long a word of a text is at most that may be of a keyword, in bytes.
const WORD_BYTES_MAX: usize = 400;
/// Spaces, hyphens and low lines between two words.
const SEPARATORS_MAX: usize = 3;
/// Beginnings of keywords that are followed at once.
const FOLLOWED_MAX: usize = 256;
/// What ships have before their name, as words.
const SHIPS: [&[&str]; 6] = [&["mv"], &["mt"], &["ss"], &["m", "v"], &["m", "t"], &["s", "s"]];

/// How a keyword is spelt where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelling {
    /// As it is written, but for capitals, signs on letters, and what is between words.
    Exact,
    /// With letters that look like others, or with a slip.
    Variant,
}

/// Where a keyword was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeywordFound {
    /// Which of the keywords, by their order.
    pub keyword: usize,
    /// How it is spelt there.
    pub spelling: Spelling,
    /// Which bytes of the text.
    pub range: Range<usize>,
}

/// Keywords, compiled.
#[derive(Debug)]
pub struct Keywords {
    nodes: Vec<Node>,
    ends: Vec<End>,
}

/// What may follow some words of a keyword.
#[derive(Debug, Default)]
struct Node {
    /// By a plain form of the next word.
    exact: HashMap<Box<str>, Vec<Edge>>,
    /// By the word in small letters: of short keywords.
    written: HashMap<Box<str>, Vec<Edge>>,
    /// By a plain form with a slip.
    slip: HashMap<Box<str>, Vec<Edge>>,
    /// By a skeleton.
    alike: HashMap<Box<str>, Vec<Edge>>,
    /// The keywords that end here.
    ends: Vec<usize>,
}

/// From some words of a keyword to more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    to: usize,
    /// What the keyword itself has between, where that is no space, hyphen or low line.
    gap: Box<str>,
}

/// The end of a keyword.
#[derive(Debug)]
struct End {
    keyword: usize,
    letters: usize,
    /// What is before its first and behind its last word.
    around: (Box<str>, Box<str>),
    /// The letters that it must have, capitals and all.
    cased: Option<Box<str>>,
}

/// A beginning of a keyword that is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Followed {
    node: usize,
    start: usize,
    spelling: Spelling,
    /// A plain word was taken for another.
    by_looks: bool,
}

/// A word of a text.
struct Word<'t> {
    text: &'t str,
    start: usize,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// A keyword in words: of each, what is before it, and the word.
struct Written<'k> {
    words: Vec<(&'k str, &'k str)>,
    behind: &'k str,
}

const ROOT: usize = 0;

impl Keywords {
    /// Compiles keywords; they are named by their places in this order.
    pub fn of<'k>(keywords: impl IntoIterator<Item = &'k str>) -> Self {
        let mut building = Building::default();
        for (number, keyword) in keywords.into_iter().enumerate() {
            building.keyword(number, keyword);
        }
        building.made
    }

    /// The keywords in a text, each once: at the surest place, and of these the first.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<KeywordFound> {
        let mut best: BTreeMap<usize, (Spelling, usize, usize)> = BTreeMap::new();
        let mut followed: Vec<Followed> = Vec::new();
        let mut last_end = 0;
        for word in words(text) {
            let gap = text.get(last_end..word.start).unwrap_or_default();
            last_end = word.end();
            let mut next = Vec::new();
            if word.text.len() <= WORD_BYTES_MAX {
                let begin =
                    Followed { node: ROOT, start: word.start, spelling: Spelling::Exact, by_looks: false };
                let keys = Keys::of(word.text);
                let gap = (gap, is_soft(gap));
                for from in followed.iter().chain([&begin]) {
                    self.step(from, gap, &keys, &mut |now| {
                        self.ended(&now, text, word.end(), &mut best);
                        if next.len() < FOLLOWED_MAX && !next.contains(&now) {
                            next.push(now);
                        }
                    });
                }
            }
            followed = next;
        }
        let found = best.into_iter().map(|(keyword, (spelling, start, end))| KeywordFound {
            keyword,
            spelling,
            range: start..end,
        });
        found.collect()
    }

    /// Where a word leads that has this before it.
    fn step(&self, from: &Followed, gap: (&str, bool), keys: &Keys, each: &mut dyn FnMut(Followed)) {
        let Some(node) = self.nodes.get(from.node) else { return };
        let (gap, is_soft) = gap;
        let is_own = |edge: &&Edge| match edge.gap.is_empty() {
            true => is_soft,
            false => *edge.gap == *gap,
        };
        let is_begin = from.node == ROOT;
        let mut give = |edges: Option<&Vec<Edge>>, is_short: bool, spelling: Spelling, by_looks: bool| {
            // A short keyword has between its words what is written there.
            let fits = |edge: &&Edge| is_begin || is_own(edge) || (is_soft && !is_short);
            for edge in edges.into_iter().flatten().filter(fits) {
                each(Followed {
                    node: edge.to,
                    start: from.start,
                    spelling: from.spelling.max(spelling),
                    by_looks: from.by_looks || by_looks,
                });
            }
        };
        give(node.written.get(keys.written.as_str()), true, Spelling::Exact, false);
        for (plain, skeleton) in &keys.plain {
            give(node.exact.get(plain.as_str()), false, Spelling::Exact, false);
            give(node.slip.get(plain.as_str()), false, Spelling::Variant, false);
            let by_looks = plain.bytes().all(|byte| byte.is_ascii_lowercase());
            give(node.alike.get(skeleton.as_str()), false, Spelling::Variant, by_looks);
        }
    }

    /// Takes note of the keywords that end here.
    fn ended(
        &self,
        now: &Followed,
        text: &str,
        end: usize,
        best: &mut BTreeMap<usize, (Spelling, usize, usize)>,
    ) {
        let Some(node) = self.nodes.get(now.node) else { return };
        for one in node.ends.iter().filter_map(|number| self.ends.get(*number)) {
            let is_other = now.by_looks && one.letters < ALIKE_LETTERS_MIN;
            let Some(range) = one.around(text, now.start..end).filter(|_| !is_other) else { continue };
            let found = (now.spelling, range.start, range.end);
            let known = best.entry(one.keyword).or_insert(found);
            *known = found.min(*known);
        }
    }
}

impl End {
    /// The bytes of a place with what the keyword has around its words; `None` where that is not there, or where a capital
    /// is missing.
    fn around(&self, text: &str, words: Range<usize>) -> Option<Range<usize>> {
        let inside = text.get(words.clone())?;
        if let Some(cased) = &self.cased
            && !inside.chars().filter(|letter| letter.is_alphanumeric()).eq(cased.chars())
        {
            return None;
        }
        let (before, behind) = (text.get(..words.start)?, text.get(words.end..)?);
        let before = before.strip_suffix(&*self.around.0)?;
        let rest = behind.strip_prefix(&*self.around.1)?;
        let is_bound = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
        let bounds = is_bound(before.chars().next_back()) && is_bound(rest.chars().next());
        bounds.then_some(before.len()..text.len() - rest.len())
    }
}

/// What a word of a text is looked up by.
struct Keys {
    written: String,
    /// Each plain form with its skeleton.
    plain: Vec<(String, String)>,
}

impl Keys {
    fn of(word: &str) -> Self {
        let (wide, narrow) = plain(word);
        let of = |plain: String| (plain.clone(), skeleton(&plain));
        Self {
            written: word.to_lowercase(),
            plain: [Some(wide), narrow].into_iter().flatten().map(of).collect(),
        }
    }
}

/// The tree while it grows.
struct Building {
    made: Keywords,
    /// Nodes by parent, whether of a short keyword, what is between, word.
    known: HashMap<(usize, bool, String, String), usize>,
    spellings: usize,
}

impl Default for Building {
    fn default() -> Self {
        let made = Keywords { nodes: vec![Node::default()], ends: Vec::new() };
        Self { made, known: HashMap::new(), spellings: 0 }
    }
}

impl Building {
    fn keyword(&mut self, number: usize, keyword: &str) {
        let written = written(keyword.trim());
        let Some(((lead, _), _)) = written.words.split_first() else { return };
        let lead = *lead;
        self.form(number, (lead, written.behind), &written.words);
        // The prefix of a ship may be left out, unless the rest is so short that it would be found everywhere.
        if let Some(count) = ship(&written.words) {
            let rest = written.words.get(count..).unwrap_or_default();
            if letters(rest) >= LETTERS_MIN {
                self.form(number, ("", written.behind), rest);
                let joined: String = written.words.iter().take(count).map(|(_, word)| *word).collect();
                let together: Vec<(&str, &str)> = [("", joined.as_str())]
                    .into_iter()
                    .chain(rest.iter().map(|(_, word)| ("", *word)))
                    .collect();
                self.form(number, ("", written.behind), &together);
            }
        }
    }

    /// One way to write a keyword.
    fn form(&mut self, keyword: usize, around: (&str, &str), words: &[(&str, &str)]) {
        let letters = letters(words);
        let is_short = letters < LETTERS_MIN;
        let mut path = vec![ROOT];
        for (number, (gap, word)) in words.iter().enumerate() {
            let gap = if number == 0 || is_soft(gap) { "" } else { gap };
            let from = path.last().copied().unwrap_or(ROOT);
            path.push(self.node(from, is_short, gap, word));
        }
        let in_full = words.len() <= WORDS_MAX && letters <= LETTERS_MAX && self.spellings < SPELLINGS_MAX;
        for first in 0..words.len() {
            let together = if in_full && !is_short { words.len() } else { first + 1 };
            for last in first..together {
                let these = words.get(first..=last).unwrap_or_default();
                let (Some(from), Some(to)) = (path.get(first), path.get(last + 1)) else { continue };
                let gap = these.first().map(|(gap, _)| *gap).filter(|gap| !is_soft(gap)).unwrap_or_default();
                let edge = Edge { to: *to, gap: if first == 0 { "".into() } else { gap.into() } };
                self.edges(*from, &edge, these, (is_short, in_full));
            }
        }
        let capitals =
            || words.iter().flat_map(|(_, word)| word.chars()).filter(|letter| letter.is_alphanumeric());
        let is_cased = is_short && capitals().any(char::is_uppercase) && !capitals().any(char::is_lowercase);
        let end = End {
            keyword,
            letters,
            around: (around.0.into(), around.1.into()),
            cased: is_cased.then(|| capitals().collect::<String>().into()),
        };
        if let Some(node) = path.last().and_then(|node| self.made.nodes.get_mut(*node)) {
            node.ends.push(self.made.ends.len());
            self.made.ends.push(end);
        }
    }

    fn node(&mut self, from: usize, is_short: bool, gap: &str, word: &str) -> usize {
        let key = (from, is_short, gap.to_owned(), word.to_lowercase());
        *self.known.entry(key).or_insert_with(|| {
            self.made.nodes.push(Node::default());
            self.made.nodes.len() - 1
        })
    }

    /// The spellings of some words of a keyword that are written as one.
    fn edges(&mut self, from: usize, edge: &Edge, words: &[(&str, &str)], (is_short, in_full): (bool, bool)) {
        let Some(node) = self.made.nodes.get_mut(from) else { return };
        let mut count = 0;
        let mut add = |of: &mut HashMap<Box<str>, Vec<Edge>>, key: String| {
            let edges = of.entry(key.into()).or_default();
            if !edges.contains(edge) {
                edges.push(edge.clone());
                count += 1;
            }
        };
        if is_short {
            add(&mut node.written, words.iter().map(|(_, word)| word.to_lowercase()).collect());
            self.spellings += count;
            return;
        }
        let plain: Vec<(String, Option<String>)> = words.iter().map(|(_, word)| plain(word)).collect();
        let wide: Vec<&str> = plain.iter().map(|(wide, _)| wide.as_str()).collect();
        let narrow: Vec<&str> =
            plain.iter().map(|(wide, narrow)| narrow.as_deref().unwrap_or(wide)).collect();
        for spelt in [wide, narrow] {
            let all = spelt.concat();
            add(&mut node.alike, skeleton(&all));
            for (number, word) in spelt.iter().enumerate() {
                let long = word.chars().filter(|letter| letter.is_alphabetic()).count() >= SLIP_LETTERS_MIN;
                for slip in if long && in_full { slips(word) } else { Vec::new() } {
                    let mut spelt = spelt.clone();
                    if let Some(word) = spelt.get_mut(number) {
                        *word = &slip;
                    }
                    add(&mut node.slip, spelt.concat());
                }
            }
            add(&mut node.exact, all);
        }
        self.spellings += count;
    }
}

/// How many letters and digits words have.
fn letters(words: &[(&str, &str)]) -> usize {
    words.iter().map(|(_, word)| word.chars().filter(|letter| letter.is_alphanumeric()).count()).sum()
}

/// How many of the first words are the prefix of a ship, if a name follows.
fn ship(words: &[(&str, &str)]) -> Option<usize> {
    let is_at = |prefix: &&&[&str]| {
        let same = prefix.iter().zip(words).all(|(ship, (_, word))| word.eq_ignore_ascii_case(ship));
        let tight = prefix.len() == 1 || words.get(1).is_some_and(|(gap, _)| matches!(*gap, "/" | "."));
        same && tight && words.len() > prefix.len()
    };
    SHIPS.iter().find(is_at).map(|prefix| prefix.len())
}

/// The words of a keyword with what is between them.
fn written(keyword: &str) -> Written<'_> {
    let mut end = 0;
    let mut all = Vec::new();
    for word in words(keyword) {
        all.push((keyword.get(end..word.start).unwrap_or_default(), word.text));
        end = word.end();
    }
    Written { words: all, behind: keyword.get(end..).unwrap_or_default() }
}

/// The words of a text: runs of letters and digits, with signs that are written behind their letters.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(char::is_alphanumeric)?;
        let word = text.get(start..)?;
        let end = word.find(|letter: char| !letter.is_alphanumeric() && !is_combining(letter));
        let word = word.get(..end.unwrap_or(word.len()))?;
        at = start + word.len();
        Some(Word { text: word, start })
    })
}

/// Whether nothing but a few spaces, hyphens and low lines is between two words.
fn is_soft(gap: &str) -> bool {
    let is_separator =
        |letter: char| letter.is_whitespace() || matches!(letter, '-' | '_' | '\u{2010}'..='\u{2015}');
    !gap.is_empty() && gap.chars().all(is_separator) && gap.chars().count() <= SEPARATORS_MAX
}
