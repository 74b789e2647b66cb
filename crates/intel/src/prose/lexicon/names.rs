//! The tables of names, and the key under which spellings of one name meet.

use std::collections::{BTreeMap, HashMap};

/// How many words of one name are looked at.
pub(super) const WORDS_MAX: usize = 8;
/// How long a name may be.
const NAME_BYTES_MAX: usize = 100;

/// What bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum NameSort {
    Group,
    Software,
}

/// One name of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NameEntry {
    pub(super) sort: NameSort,
    pub(super) preferred: String,
    pub(super) attack_id: Option<String>,
    pub(super) name: String,
    pub(super) source: String,
    /// Also a plain word: needs its own spelling and a cue.
    pub(super) everyday: bool,
}

/// Names by key, techniques by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    by_key: HashMap<String, Vec<NameEntry>>,
    words_max: HashMap<String, usize>,
    firsts: Firsts,
    by_id: BTreeMap<String, String>,
    techniques: BTreeMap<String, (String, String)>,
    count: usize,
}

/// A name in lower case, its words (runs of letters, runs of digits) joined by blanks: `APT-40`, `apt 40`
/// and `APT40` are all `apt 40`.
pub(super) fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    for word in words(name, 0).take(WORDS_MAX) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(name.get(word.start..word.end).unwrap_or_default().chars().flat_map(char::to_lowercase));
    }
    key
}

/// A word of a text: a maximal run of letters, or of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NameWord {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether all of it is ASCII.
    pub(super) ascii: bool,
}

/// The words of a text from a place on that is the start of a word or between words.
pub(super) fn words(text: &str, from: usize) -> impl Iterator<Item = NameWord> + '_ {
    let mut at = from;
    std::iter::from_fn(move || {
        let (start, sort, length) = loop {
            let (sort, length) = class(text, at)?;
            if sort != LetterClass::Between {
                break (at, sort, length);
            }
            at += length;
        };
        let mut ascii = length == 1;
        at += length;
        while let Some((_, length)) = class(text, at).filter(|(next, _)| *next == sort) {
            ascii &= length == 1;
            at += length;
        }
        Some(NameWord { start, end: at, ascii })
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LetterClass {
    Between,
    Letter,
    Digit,
}

/// The class of the character at a place, and how many bytes it has.
fn class(text: &str, at: usize) -> Option<(LetterClass, usize)> {
    Some(match *text.as_bytes().get(at)? {
        b'0'..=b'9' => (LetterClass::Digit, 1),
        b'a'..=b'z' | b'A'..=b'Z' => (LetterClass::Letter, 1),
        0..128 => (LetterClass::Between, 1),
        _ => {
            let c = text.get(at..)?.chars().next()?;
            (if c.is_alphanumeric() { LetterClass::Letter } else { LetterClass::Between }, c.len_utf8())
        }
    })
}

/// Which words a name may be or begin with: a map of bits, so that most words of a text are passed over without a
/// key. A name of several words is in it by its first two, as many begin with `the`.
///
/// Invariant: words without their bit are no name and begin none; of words that are not ASCII nothing is known.
#[derive(Clone, Debug, Default)]
struct Firsts(Vec<u64>);

impl Firsts {
    /// How many bits there are.
    const BITS: usize = 1 << 16;

    fn insert(&mut self, first: &str, second: Option<&str>) {
        self.0.resize(Self::BITS / 64, 0);
        let bit = Self::bit(first, second);
        if let Some(bits) = self.0.get_mut(bit / 64) {
            *bits |= 1 << (bit % 64);
        }
    }

    fn may_hold(&self, first: &str, second: Option<&str>) -> bool {
        let bit = Self::bit(first, second);
        self.0.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 == 1)
    }

    /// The bit of one word or two in any case: of the first eight bytes of each and its length.
    fn bit(first: &str, second: Option<&str>) -> usize {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let number = |word: &str| {
            let lower = word.bytes().take(8).fold(0, |all, byte| all << 8 | u64::from(byte | 0x20));
            lower ^ word.len() as u64
        };
        let first = number(first).wrapping_mul(ODD);
        let both = second.map_or(first, |second| (first.rotate_left(32) ^ number(second)).wrapping_mul(ODD));
        usize::try_from(both >> 48).unwrap_or(0)
    }
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn entries(&self, key: &str) -> &[NameEntry] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &NameEntry> {
        self.by_key.values().flatten()
    }

    /// Whether any name may be the first of these words, or begin with both; they are ASCII, in any case.
    pub(super) fn may_begin(&self, first: &str, second: Option<&str>) -> bool {
        self.firsts.may_hold(first, None) || second.is_some() && self.firsts.may_hold(first, second)
    }

    pub(super) fn words_max(&self, first_word: &str) -> usize {
        self.words_max.get(first_word).copied().unwrap_or(0)
    }

    pub(super) fn group_with_id(&self, attack_id: &str) -> Option<&str> {
        self.by_id.get(attack_id).map(String::as_str)
    }

    pub(super) fn technique_name(&self, attack_id: &str) -> Option<&str> {
        self.techniques.get(attack_id).map(|(name, _)| name.as_str())
    }

    pub(super) fn technique_tactics(&self, attack_id: &str) -> Option<&str> {
        self.techniques.get(attack_id).map(|(_, tactics)| tactics.as_str())
    }

    pub(super) fn group(&mut self, group: &str, id: Option<&str>, name: &str, source: &str, everyday: bool) {
        if let Some(id) = id {
            self.by_id.entry(id.to_owned()).or_insert_with(|| group.to_owned());
            self.add(NameSort::Group, group, Some(id), id, source, false);
        }
        self.add(NameSort::Group, group, id, name, source, everyday);
    }

    pub(super) fn software(&mut self, preferred: &str, id: Option<&str>, name: &str, everyday: bool) {
        if let Some(id) = id {
            self.add(NameSort::Software, preferred, Some(id), id, "", false);
        }
        self.add(NameSort::Software, preferred, id, name, "", everyday);
    }

    pub(super) fn technique(&mut self, id: &str, name: &str, tactics: &str) {
        self.techniques.entry(id.to_owned()).or_insert_with(|| (name.to_owned(), tactics.to_owned()));
        self.count += 1;
    }

    fn add(
        &mut self,
        sort: NameSort,
        preferred: &str,
        id: Option<&str>,
        name: &str,
        source: &str,
        everyday: bool,
    ) {
        let key = key(name);
        if key.len() < 2 || name.len() > NAME_BYTES_MAX {
            return;
        }
        let entry = NameEntry {
            sort,
            preferred: preferred.to_owned(),
            attack_id: id.map(str::to_owned),
            name: name.to_owned(),
            source: source.to_owned(),
            everyday,
        };
        let words = key.split(' ').count();
        let mut beginning = key.split(' ');
        let first = beginning.next().unwrap_or_default().to_owned();
        self.firsts.insert(&first, beginning.next());
        let longest = self.words_max.entry(first).or_default();
        *longest = (*longest).max(words);
        // Most names are borne by one thing.
        let entries = self.by_key.entry(key).or_insert_with(|| Vec::with_capacity(1));
        if !entries.contains(&entry) {
            entries.push(entry);
            self.count += 1;
        }
    }

    pub(super) fn read_groups(&mut self, table: &str) {
        for row in rows(table) {
            let [group, id, name, source, everyday] = cells(row);
            let id = (!id.is_empty()).then_some(id);
            self.group(group, id, name, source, everyday == "everyday");
        }
    }

    pub(super) fn read_software(&mut self, table: &str) {
        for row in rows(table) {
            let [preferred, id, name, everyday] = cells(row);
            self.software(preferred, Some(id), name, everyday == "everyday");
        }
    }

    pub(super) fn read_techniques(&mut self, table: &str) {
        for row in rows(table) {
            let [id, name, tactics] = cells(row);
            self.technique(id, name, tactics);
        }
    }
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn cells<const N: usize>(row: &str) -> [&str; N] {
    let mut cells = row.split('\t');
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        assert_eq!(key("APT40"), "apt 40");
        assert_eq!(key("apt-40"), "apt 40");
        assert_eq!(key("TEMP.Periscope"), "temp periscope");
        assert_eq!(key("APT-C-36"), "apt c 36");
        assert_eq!(key("Ke3chang"), "ke 3 chang");
        assert_eq!(key("…"), "");
    }
}
