//! What the readers of documents of indicators share: a value and its kind becomes an indicator, and a report counts
//! them.
//!
//! Invariant: a value that is none of its kind gives nothing; the report has the number of values by kind.

use crate::prose::report_id;
use crate::sink::Sink;
use model::world::{Fact, Indicator, Mention, Mentioned, Report};
use model::{Fault, Place, Problems, Tlp};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};

/// How many values of one document are given.
const VALUES_MAX: usize = 2_000_000;

/// How many things of one document are mentioned; each is compared with those before it.
const MENTIONS_MAX: usize = 2_000;

/// The indicators of one document.
pub(super) struct Signs<'a, 's> {
    sink: &'a mut Sink<'s>,
    name: String,
    publisher: Option<String>,
    tlp: Option<Tlp>,
    seen: BTreeSet<Observable>,
    kinds: BTreeMap<Kind, u64>,
    mentions: Vec<Mention>,
}

impl<'a, 's> Signs<'a, 's> {
    /// A document of this name.
    pub(super) fn new(
        sink: &'a mut Sink<'s>,
        name: Option<String>,
        publisher: Option<String>,
        tlp: Option<Tlp>,
    ) -> Self {
        let name = name.unwrap_or_else(|| sink.source.to_string());
        Self {
            sink,
            name,
            publisher,
            tlp,
            seen: BTreeSet::new(),
            kinds: BTreeMap::new(),
            mentions: Vec::new(),
        }
    }

    /// Gives a value once.
    pub(super) fn give(&mut self, observable: Observable, context: &str, place: Place) {
        if self.seen.len() >= VALUES_MAX || !self.seen.insert(observable.clone()) {
            return;
        }
        *self.kinds.entry(observable.kind).or_default() += 1;
        let origin = self.sink.origin(place);
        self.sink.give(Fact::Indicator(Indicator {
            observable,
            context: context.to_owned(),
            source: self.name.clone(),
            attributed_to: Vec::new(),
            valid_from: None,
            valid_until: None,
            revoked: false,
            tlp: self.tlp.unwrap_or_default(),
            origin,
        }));
    }

    /// Notes what is named and never looked for in logs: a flaw, a technique, a group, software.
    pub(super) fn mention(&mut self, what: Mentioned, sentence: &str, place: Place) {
        let known = self.mentions.iter().any(|mention| mention.what == what);
        if self.mentions.len() < MENTIONS_MAX && !known {
            let (sentence, origin) = (sentence.to_owned(), self.sink.origin(place));
            self.mentions.push(Mention { what, malicious: false, sentence, origin });
        }
    }

    /// The names that prose is searched for.
    pub(super) fn sink(&self) -> &Sink<'s> {
        self.sink
    }

    /// Ends the document: the report, where the caller knows that it is about indicators. How many were given.
    pub(super) fn end(self) -> usize {
        if self.sink.advisory {
            let kinds: Vec<(Kind, u64)> = self.kinds.into_iter().collect();
            let shown: Vec<String> = self.seen.iter().take(100).map(|one| one.value.to_string()).collect();
            let origin = self.sink.origin(Place::Whole);
            self.sink.give(Fact::Report(Report {
                id: report_id(&self.name, &shown.join("\n")),
                name: self.name,
                publisher: self.publisher,
                published: None,
                tlp: self.tlp,
                mentions: self.mentions,
                listed: kinds,
                origin,
            }));
        }
        self.seen.len()
    }

    /// Ends a document of rules, and says what was read of them.
    pub(super) fn end_of_rules(self, read: &str, what: &str, problems: &mut Problems) {
        let given = self.end();
        let said = format!(
            "{read}; only their {what} were read ({given}), the rules themselves are for another tool"
        );
        problems.add(Place::Whole, Fault::Note, said, None);
    }
}
