//! The tables of names, and the key under which spellings of one name meet.

use std::collections::{BTreeMap, HashMap};

/// How many words of one name are looked at.
pub(super) const WORDS_MAX: usize = 8;
/// How long a name may be.
const NAME_BYTES_MAX: usize = 100;

/// What bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Sort {
    Group,
    Software,
}

/// One name of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) sort: Sort,
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
    by_key: BTreeMap<String, Vec<Entry>>,
    words_max: HashMap<String, usize>,
    by_id: BTreeMap<String, String>,
    techniques: BTreeMap<String, (String, String)>,
    count: usize,
}

/// A name in lower case, its words (runs of letters, runs of digits) joined by blanks: `APT-40`, `apt 40`
/// and `APT40` are all `apt 40`.
pub(super) fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    for (start, end) in words(name).take(WORDS_MAX) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(name.get(start..end).unwrap_or_default().chars().flat_map(char::to_lowercase));
    }
    key
}

/// Where the words of a text stand: maximal runs of letters, maximal runs of digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let class = |c: char| match c {
        c if c.is_ascii_digit() => 2,
        c if c.is_alphanumeric() => 1,
        _ => 0,
    };
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, sort) = loop {
            let (at, c) = chars.next()?;
            if class(c) != 0 {
                break (at, class(c));
            }
        };
        while chars.next_if(|(_, c)| class(*c) == sort).is_some() {}
        Some((start, chars.peek().map_or(text.len(), |(at, _)| *at)))
    })
}

impl Names {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn entries(&self, key: &str) -> &[Entry] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.by_key.values().flatten()
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
            self.add(Sort::Group, group, Some(id), id, source, false);
        }
        self.add(Sort::Group, group, id, name, source, everyday);
    }

    pub(super) fn software(&mut self, preferred: &str, id: Option<&str>, name: &str, everyday: bool) {
        if let Some(id) = id {
            self.add(Sort::Software, preferred, Some(id), id, "", false);
        }
        self.add(Sort::Software, preferred, id, name, "", everyday);
    }

    pub(super) fn technique(&mut self, id: &str, name: &str, tactics: &str) {
        self.techniques.entry(id.to_owned()).or_insert_with(|| (name.to_owned(), tactics.to_owned()));
        self.count += 1;
    }

    fn add(
        &mut self,
        sort: Sort,
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
        let entry = Entry {
            sort,
            preferred: preferred.to_owned(),
            attack_id: id.map(str::to_owned),
            name: name.to_owned(),
            source: source.to_owned(),
            everyday,
        };
        let words = key.split(' ').count();
        let first = key.split(' ').next().unwrap_or_default().to_owned();
        let longest = self.words_max.entry(first).or_default();
        *longest = (*longest).max(words);
        let entries = self.by_key.entry(key).or_default();
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
