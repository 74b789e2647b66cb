//! Where a reader puts its facts: the caller's function, with the document's name at hand.

use crate::Lexicon;
use model::Place;
use model::secret;
use model::world::{Fact, Origin};
use std::borrow::Cow;
use std::sync::Arc;

/// What every reader of this room needs beside the document and its problems.
pub(crate) struct Sink<'s> {
    /// The document's name, as the user would write it.
    pub(crate) source: Arc<str>,
    /// Names that prose is searched for, and the key of fingerprints.
    pub(crate) lexicon: &'s Lexicon,
    /// Whether the caller knows that the document is an advisory.
    pub(crate) advisory: bool,
    /// Documents inside of this one (attachments of a mail), which are read after it.
    pub(crate) attached: Vec<(String, Vec<u8>)>,
    each: &'s mut dyn FnMut(Fact),
}

fn clean(text: &mut String) {
    if let Cow::Owned(shown) = secret::cut(text) {
        *text = shown;
    }
}

impl<'s> Sink<'s> {
    pub(crate) fn new(
        source: &Arc<str>,
        lexicon: &'s Lexicon,
        advisory: bool,
        each: &'s mut dyn FnMut(Fact),
    ) -> Self {
        Self { source: Arc::clone(source), lexicon, advisory, attached: Vec::new(), each }
    }

    /// Hands a fact to the caller. Sentences of advisories and remarks of lists repeat what an attacker or a victim
    /// typed, so secrets are cut out of them here, whatever format they are from; observables stay as they are.
    pub(crate) fn give(&mut self, mut fact: Fact) {
        match &mut fact {
            Fact::Report(report) => {
                clean(&mut report.name);
                report.mentions.iter_mut().for_each(|mention| clean(&mut mention.sentence));
            }
            Fact::Indicator(indicator) => clean(&mut indicator.context),
            _ => {}
        }
        (self.each)(fact);
    }

    /// A place in the document.
    pub(crate) fn origin(&self, place: Place) -> Origin {
        Origin::new(&self.source, place)
    }
}
