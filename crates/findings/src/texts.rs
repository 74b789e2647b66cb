//! Texts, each kept once under a number: a million titles are made of some thousand flaws, products and machines.
//!
//! Numbers are given in the order in which texts come, so they order nothing; who needs an order asks for the texts.
//!
//! Invariant: a number that was given means the same text for ever.

use foldhash::{HashMap, HashMapExt};
use std::num::NonZeroU32;
use std::sync::Arc;

/// The number of a text: from 1, so that one that is not there takes no room of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(NonZeroU32);

/// Texts by number, and numbers by text.
#[derive(Clone, Debug)]
pub struct Texts {
    texts: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, TextId>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { texts: Vec::new(), ids: HashMap::new() }
    }
}

impl Texts {
    /// The number of a text; a new one for a text that is new. Of more than four thousand million texts the last share one.
    pub fn id(&mut self, text: &str) -> TextId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = TextId::of_place(self.texts.len());
        let text: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&text));
        self.ids.insert(text, id);
        id
    }

    /// The text with a number.
    #[must_use]
    pub fn text(&self, id: TextId) -> &str {
        self.texts.get(id.place()).map_or("", |text| text)
    }

    /// All texts with their numbers.
    pub fn each(&self) -> impl Iterator<Item = (TextId, &str)> {
        self.texts.iter().enumerate().map(|(place, text)| (TextId::of_place(place), &**text))
    }

    /// Of each text, by the place of its number, which one it is in the order of texts.
    #[must_use]
    pub fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<(&str, usize)> = self.each().map(|(id, text)| (text, id.place())).collect();
        order.sort_unstable();
        let mut ranks = vec![0; self.texts.len()];
        for (rank, (_, place)) in (0..).zip(order) {
            if let Some(of) = ranks.get_mut(place) {
                *of = rank;
            }
        }
        ranks
    }

    /// How many texts there are: places of numbers are below.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

impl TextId {
    /// Its place in a list that has one entry for each text.
    #[must_use]
    pub fn place(self) -> usize {
        usize::try_from(self.0.get() - 1).unwrap_or(usize::MAX)
    }

    fn of_place(place: usize) -> Self {
        let number = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
        Self(NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_number_and_a_number_one_text() {
        let mut texts = Texts::default();
        assert!(texts.is_empty());
        let [b, a, again] = ["b", "a", "b"].map(|text| texts.id(text));
        assert_eq!((b, texts.text(a), texts.text(b)), (again, "a", "b"));
        assert_ne!(a, b);
        assert_eq!((texts.len(), b.place(), a.place()), (2, 0, 1));
        assert_eq!(texts.each().collect::<Vec<_>>(), [(b, "b"), (a, "a")]);
        assert_eq!(texts.ranks(), [1, 0]);
    }
}
