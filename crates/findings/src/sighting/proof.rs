//! A piece of evidence while millions of hits are counted: one allocation; the evidence is written out when a form
//! asks for it.

use model::{Evidence, Field, Record, Text, Timestamp, Value, secret};
use serde::{Deserialize, Serialize};

/// How many fields of a structured record an excerpt shows.
const EXCERPT_FIELDS_MAX: usize = 14;
/// Between fields, and between a name and its value: characters that no field name holds.
const FIELD: char = '\u{1e}';
const VALUE: char = '\u{1f}';
/// What an excerpt is when its words are gone. No record can make one that begins so, and none ranks before it: of two
/// copies of a record the one without words is kept.
const GONE: &str = "\u{1e}evidence\u{1f}no longer kept";

/// Fields that say what happened, whatever the log: shown first in an excerpt.
pub(super) const LEADING_FIELDS: &[&str] = &[
    "EventID",
    "Image",
    "CommandLine",
    "ParentImage",
    "ParentCommandLine",
    "User",
    "TargetFilename",
    "Hashes",
    "SubjectUserName",
    "TargetUserName",
    "ServiceName",
    "TicketEncryptionType",
    "LogonType",
    "IpAddress",
    "ShareName",
    "RelativeTargetName",
    "ObjectName",
    "ScriptBlockText",
    "QueryName",
    "DestinationIp",
    "DestinationPort",
    "TargetObject",
    "Details",
    "src_ip",
    "dst_ip",
    "dst_port",
    "action",
    "bytes_out",
    "src_zone",
    "dst_zone",
    "query",
    "answers",
    "id.orig_h",
    "id.resp_h",
    "message",
];

/// What is kept of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// The number of the record in its document.
    pub(crate) record: u64,
    pub(crate) time: Option<Timestamp>,
    excerpt: Box<str>,
}

impl Proof {
    /// What a record says, for people who check. Secrets are cut here: rules and indicators were matched before.
    pub(crate) fn of(record: &Record<'_>) -> Self {
        let mut excerpt = String::new();
        if record.text == Text::Raw {
            add(&mut excerpt, "line", &secret::line(record, Evidence::VALUE_MAX));
        } else {
            let filled = |at: &usize| {
                let field = record.fields.get(*at);
                field.is_some_and(
                    |field| matches!(field.value, Value::Text(text) if !matches!(text, "" | "-")),
                )
            };
            let text = |field: &Field<'_>, name: &str| field.name == name && field.value != Value::Null;
            let first = |name: &&str| record.fields.iter().position(|field| text(field, name));
            let leading = LEADING_FIELDS.iter().filter_map(first);
            let is_other = |at: &usize| {
                record.fields.get(*at).is_some_and(|field| !LEADING_FIELDS.contains(&field.name))
            };
            let others = (0..record.fields.len()).filter(is_other);
            for at in leading.chain(others).filter(filled).take(EXCERPT_FIELDS_MAX) {
                let name = record.fields.get(at).map_or("", |field| field.name);
                add(
                    &mut excerpt,
                    name,
                    &secret::value_at(record, at, Evidence::VALUE_MAX).unwrap_or_default(),
                );
            }
        }
        Self { record: record.number, time: record.time, excerpt: excerpt.into_boxed_str() }
    }

    /// A record of which only the place is known.
    pub(crate) fn at(record: u64, time: Option<Timestamp>) -> Self {
        Self { record, time, excerpt: Box::default() }
    }

    /// Whether it says what the record says.
    pub(crate) fn has_words(&self) -> bool {
        !self.excerpt.is_empty() && *self.excerpt != *GONE
    }

    /// Lets what the record says go; that it was there stays.
    pub(crate) fn let_words_go(&mut self) {
        self.excerpt = Box::from(GONE);
    }

    /// The evidence, in a document.
    pub(crate) fn evidence(&self, document: &str) -> Evidence {
        let fields = self.excerpt.split(FIELD).filter_map(|field| field.split_once(VALUE));
        fields.fold(Evidence::at(document, self.record, self.time), |evidence, (name, value)| {
            evidence.with(name, value)
        })
    }
}

/// Adds a field; as much of its value as evidence keeps, and a character that shows that there was more.
fn add(excerpt: &mut String, name: &str, value: &str) {
    if !excerpt.is_empty() {
        excerpt.push(FIELD);
    }
    excerpt.extend(name.chars().filter(|c| !matches!(*c, FIELD | VALUE)));
    excerpt.push(VALUE);
    let clean = |c: char| if c == FIELD { '\u{fffd}' } else { c };
    excerpt.extend(value.chars().take(Evidence::VALUE_MAX + 1).map(clean));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_gone_are_said_to_be_and_no_record_says_so_before_them() {
        let mut excerpt = String::new();
        add(&mut excerpt, "\u{1e}evidence\u{1f}", "no longer kept");
        let mut proof = Proof { record: 3, time: None, excerpt: excerpt.into_boxed_str() };
        assert!(proof.has_words());
        let before = proof.clone();
        proof.let_words_go();
        assert!(!proof.has_words() && proof < before);
        let gone = proof.evidence("a.log");
        assert_eq!((gone.record, gone.excerpt["evidence"].as_str()), (3, "no longer kept"));
        assert_eq!(gone.excerpt.len(), 1);
        // What was never quoted has nothing to lose.
        assert!(!Proof::at(3, None).has_words());
    }

    #[test]
    fn hostile_fields_stay_fields() {
        let mut excerpt = String::new();
        add(&mut excerpt, "na\u{1f}me", "a\u{1e}b\u{1f}c");
        add(&mut excerpt, "long", &"x".repeat(Evidence::VALUE_MAX + 5));
        let proof = Proof { record: 3, time: None, excerpt: excerpt.into_boxed_str() };
        let evidence = proof.evidence("a.log");
        assert_eq!(evidence.excerpt["name"], "a\u{fffd}b\u{1f}c");
        assert!(evidence.excerpt["long"].ends_with('…'));
        assert_eq!(evidence.excerpt.len(), 2);
    }
}
