//! Collections: what others saw. What all their readers share: secrets are taken out first, then the rest
//! of a record becomes fields, terms and words.

mod abuse;
mod alerts;
mod bars;
mod have_i_been_pwned;
mod intelmq;
mod leak;
mod mail;
pub(crate) mod mail_table;
mod n6;
pub(crate) mod secrets;
mod shadowserver;
mod stealer_json;
mod stolen_text;
pub(crate) mod without;

pub(crate) use abuse::{claims as claims_abuse, read as read_abuse};
pub(crate) use alerts::{claims as claims_alerts, read as read_alerts};
pub(crate) use bars::{claims as claims_bars, read as read_bars};
pub(crate) use have_i_been_pwned::{claims as claims_hibp, read as read_hibp};
pub(crate) use intelmq::{claims as claims_intelmq, read as read_intelmq};
pub(crate) use leak::{claims as claims_leak, read as read_leak};
pub(crate) use mail::read as read_mail;
pub(crate) use mail_table::{claims as claims_mail_table, read as read_mail_table};
pub(crate) use n6::{claims as claims_n6, read as read_n6};
pub(crate) use shadowserver::{claims as claims_shadowserver, read as read_shadowserver};
pub(crate) use stealer_json::{claims as claims_stealer_json, read as read_stealer_json};
pub(crate) use stolen_text::{claims as claims_stolen_text, read as read_stolen_text};

use crate::sink::Sink;
use model::world::{Fact, Observation, ObservationNature, Origin, Term, TermRole};
use model::{Fingerprint, Secret, Timestamp, Tlp};
use observable::{Kind, canonical, recognise};
use std::collections::{BTreeMap, HashMap};

/// How many fields of one record are kept; the widest reports have some 120 columns.
const FIELDS_MAX: usize = 300;
/// How long a field's value may be, in characters.
const VALUE_CHARS_MAX: usize = 1000;

/// Where in a host's or service's record a value is, by its column's name.
pub(crate) use TermRole::{Counterpart, Subject};

/// A record being read.
pub(crate) struct CollectionRecord {
    fields: Vec<(String, String)>,
    secrets: Vec<String>,
    terms: Vec<Term>,
    words: Vec<String>,
}

impl CollectionRecord {
    /// Takes a record's fields; those that hold secrets are taken out, and secrets inside others masked.
    pub(crate) fn of(given: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut record =
            Self { fields: Vec::new(), secrets: Vec::new(), terms: Vec::new(), words: Vec::new() };
        for (name, value) in given {
            if value.trim().is_empty() {
                continue;
            }
            if secrets::is_secret_name(&name) {
                record.secrets.push(value.trim().to_owned());
                continue;
            }
            let (shown, found) = secrets::masked(value.trim());
            record.secrets.extend(found);
            if record.fields.len() < FIELDS_MAX {
                let shown: String = shown.chars().take(VALUE_CHARS_MAX).collect();
                let (name, _) = secrets::masked(&name);
                record.fields.push((name, shown));
            }
        }
        record
    }

    /// The first of these fields that is filled; names are compared in normal form.
    pub(crate) fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let found = self.fields.iter().find(|(field, _)| input::table::normal(field) == *name);
            found.map(|(_, value)| value.as_str())
        })
    }

    /// The same as its own string.
    pub(crate) fn owned(&self, names: &[&str]) -> Option<String> {
        self.get(names).map(str::to_owned)
    }

    /// A value of known kind as a term.
    pub(crate) fn term(&mut self, role: TermRole, kind: Kind, value: Option<String>) {
        let found = value.and_then(|value| canonical(kind, &value));
        if let Some(observable) = found {
            let term = Term { role, observable };
            if !self.terms.contains(&term) {
                self.terms.push(term);
            }
        }
    }

    /// The values of these fields as terms of a kind.
    pub(crate) fn terms(&mut self, role: TermRole, kind: Kind, names: &[&str]) {
        for name in names {
            let value = self.get(&[name]).map(str::to_owned);
            self.term(role, kind, value);
        }
    }

    /// The values of these fields as addresses, networks or names, whatever they are.
    pub(crate) fn hosts(&mut self, role: TermRole, names: &[&str]) {
        for name in names {
            let Some(value) = self.get(&[name]).map(str::to_owned) else { continue };
            let kind = match recognise(&value).map(|found| found.kind) {
                Some(kind @ (Kind::Ipv4 | Kind::Ipv6 | Kind::Network)) => kind,
                _ => Kind::Domain,
            };
            self.term(role, kind, Some(value));
        }
    }

    /// A word by which keywords find the record.
    pub(crate) fn word(&mut self, word: Option<&str>) {
        if let Some(word) = word.map(str::trim).filter(|word| !word.is_empty()) {
            let (word, _) = secrets::masked(word);
            if !self.words.contains(&word) {
                self.words.push(word);
            }
        }
    }

    /// The values of these fields as words.
    pub(crate) fn words(&mut self, names: &[&str]) {
        for name in names {
            let value = self.get(&[name]).map(str::to_owned);
            self.word(value.as_deref());
        }
    }

    /// Whether the record held a secret.
    pub(crate) fn held_secret(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Whether anything finds the record.
    pub(crate) fn is_findable(&self) -> bool {
        !self.terms.is_empty() || !self.words.is_empty()
    }
}

/// What a record is, beside its fields.
pub(crate) struct Seen {
    pub(crate) collection: String,
    pub(crate) what: String,
    pub(crate) classification: Option<String>,
    pub(crate) nature: ObservationNature,
    pub(crate) time: Option<Timestamp>,
    pub(crate) known_since: Option<Timestamp>,
    pub(crate) tlp: Tlp,
}

/// Hands a record to the caller.
pub(crate) fn give(record: CollectionRecord, seen: Seen, origin: Origin, sink: &mut Sink<'_>) {
    let (secret, held_secret) = (fingerprint(&record.secrets, sink), record.held_secret());
    sink.give(Fact::Observation(Observation {
        collection: seen.collection,
        what: seen.what,
        classification: seen.classification,
        nature: seen.nature,
        time: seen.time,
        known_since: seen.known_since,
        terms: record.terms,
        words: record.words,
        fields: record.fields,
        secret,
        held_secret,
        tlp: seen.tlp,
        origin,
    }));
}

/// One fingerprint of all secrets of a record; none without a key.
fn fingerprint(secrets: &[String], sink: &Sink<'_>) -> Option<Fingerprint> {
    let key = sink.lexicon.secret_key()?;
    let all = match secrets {
        [] => return None,
        [one] => one.clone(),
        several => several.join("\u{1f}"),
    };
    Some(Secret::new(all).fingerprint(key))
}

/// The cells of a row in the order of the table's header (in normal form).
pub(crate) fn in_order(
    cells: BTreeMap<String, String>,
    order: &HashMap<String, usize>,
) -> impl Iterator<Item = (String, String)> {
    let mut cells: Vec<(String, String)> = cells.into_iter().collect();
    cells.sort_by_cached_key(|(name, _)| order.get(&input::table::normal(name)).copied());
    cells.into_iter()
}

/// Where each column of a table is, by its header in normal form.
pub(crate) fn column_order(document: &input::Document<'_>) -> HashMap<String, usize> {
    let headers = input::table::headers(document.head_text()).unwrap_or_default();
    headers.into_iter().zip(0..).collect()
}

/// The name of a document without directories, suffixes and compression.
pub(crate) fn stem(source: &str) -> String {
    let name = source.rsplit(['/', '\\', '!']).next().unwrap_or(source);
    let mut name = name.to_ascii_lowercase();
    for suffix in [".gz", ".zst", ".xz", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"] {
        if let Some(short) = name.strip_suffix(suffix) {
            name = short.to_owned();
        }
    }
    name
}
