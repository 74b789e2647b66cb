//! A search under a name: its terms, and what it had found when it was saved, as one note of the home.
//!
//! Of each hit sixteen digits are kept, which follow from what it says: a document that is read again with its lines in
//! another order says nothing new, a finding that was seen again does.

use super::hit::Hit;
use super::term::Terms;
use observable::VALUE_BYTES_MAX;
use std::collections::BTreeSet;
use std::hash::Hasher;
use store::Home;

/// How long a name is at most.
const NAME_MAX: usize = 100;

/// A search that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// What was searched for.
    pub terms: Vec<String>,
    seen: BTreeSet<String>,
}

/// A note that is no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableSearch;

impl SavedSearch {
    /// What is saved of hits.
    #[must_use]
    pub fn of(terms: &Terms, hits: &[Hit]) -> Self {
        let written = (0..terms.len()).map(|number| terms.written(number).to_owned()).collect();
        Self { terms: written, seen: hits.iter().map(|hit| digest(terms, hit)).collect() }
    }

    /// Whether a hit is new since then.
    #[must_use]
    pub fn is_new(&self, terms: &Terms, hit: &Hit) -> bool {
        !self.seen.contains(&digest(terms, hit))
    }

    /// Whether a name can be one.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        !name.trim().is_empty() && name.len() <= NAME_MAX && !name.chars().any(char::is_control)
    }

    /// Reads what was saved under a name; `None` when nothing was.
    ///
    /// # Errors
    /// When the home cannot be read; within, when what is there is no search.
    pub fn read(home: &Home, name: &str) -> Result<Option<Result<Self, UnreadableSearch>>, store::Fault> {
        Ok(home.note(&note(name))?.map(|text| Self::parse(&text).ok_or(UnreadableSearch)))
    }

    /// Saves it.
    ///
    /// # Errors
    /// When the home cannot be written.
    pub fn write(&self, home: &mut Home, name: &str) -> Result<(), store::Fault> {
        let text = serde_json::json!({ "terms": self.terms, "seen": self.seen });
        home.set_note(&note(name), &text.to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(text).ok()?;
        let texts = |name: &str| -> Option<Vec<String>> {
            value.get(name)?.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect()
        };
        let terms = texts("terms")?;
        let fits = |term: &String| term.len() <= VALUE_BYTES_MAX;
        terms.iter().all(fits).then_some(Self { terms, seen: texts("seen")?.into_iter().collect() })
    }
}

fn note(name: &str) -> String {
    format!("search {name}")
}

/// Sixteen digits that follow from what a hit says (FNV-1a, the same on every machine).
fn digest(terms: &Terms, hit: &Hit) -> String {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(hit.key(terms.written(hit.term)).as_bytes());
    format!("{:016x}", hasher.finish())
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_search_is_none_and_a_search_is_read_back() {
        let saved = SavedSearch { terms: vec!["a b".to_owned()], seen: BTreeSet::from(["00ff".to_owned()]) };
        let text = serde_json::json!({ "terms": saved.terms, "seen": saved.seen }).to_string();
        assert_eq!(SavedSearch::parse(&text), Some(saved));
        for text in ["", "{}", "[]", "{\"terms\":[1],\"seen\":[]}", "{\"terms\":\"a\",\"seen\":[]}"] {
            assert_eq!(SavedSearch::parse(text), None, "{text}");
        }
        let name = "n".repeat(NAME_MAX);
        assert!(SavedSearch::is_name(&name) && !SavedSearch::is_name(&format!("{name}n")));
        assert!(!SavedSearch::is_name(" ") && !SavedSearch::is_name("a\nb"));
    }
}
