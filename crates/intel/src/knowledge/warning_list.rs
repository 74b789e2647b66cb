//! MISP warning lists: values that are known to be good, or too common to mean anything.
//!
//! A list says how its values are compared. `cidr` holds addresses and networks, `hostname` names with
//! everything below them, `string` whole values; a dot before a name means what is below it in every list.
//! `substring` and `regex` would have to be searched for and are skipped by name. Source: misp-warninglists,
//! schema.json, and `WarninglistTool` of MISP.
//!
//! Name and type come behind the values in these files, so the document is held; its values are not.

use crate::body;
use crate::list::ValueReader;
use crate::prose::sentences;
use crate::sink::Sink;
use crate::wire::Text;
use input::Document;
use input::Head;
use model::world::{Fact, KnownGood};
use model::{Fault, Place, Problems};
use observable::{Kind, Observable, canonical};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// How many values of one list are used; the largest have a million.
const VALUES_MAX: u64 = 5_000_000;
/// How long the name of a list may be, in characters.
const NAME_CHARS_MAX: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default)]
struct WarningList<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    list: Option<&'a RawValue>,
}

/// Whether a JSON document is a warning list: no other key than theirs. Those behind a long list are not in the
/// head.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let keys = ["description", "list", "matching_attributes", "name", "type", "version", "category", "id"];
    let mut top = head.keys().iter().filter(|key| key.depth == 1);
    let known = top.clone().all(|key| keys.contains(&key.name));
    let titled = head.has_key("name") || head.has_key("description");
    known
        && titled
        && top.any(|key| key.name == "list" && key.value == b'[')
        && !head.keys().iter().any(|key| key.depth > 1)
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut good = 0;
    body::elements(
        &text,
        "warninglists",
        problems,
        &mut |number, raw, problems| match serde_json::from_str::<WarningList<'_>>(raw) {
            Ok(list) => good += one(&list, sink, problems),
            Err(error) => {
                let what = format!("not a warning list: {}", body::reason(&error));
                problems.add(
                    Place::Record(number),
                    Fault::Partial,
                    what,
                    Some("get it again from its source"),
                );
            }
        },
    );
    if sink.advisory && good > 0 {
        let what =
            format!("a MISP warning list: its {good} values are known to be good, none is an indicator");
        problems.add(Place::Whole, Fault::Partial, what, Some("give it with --knowledge"));
    }
}

/// Reads one list; gives how many values it has.
fn one(list: &WarningList<'_>, sink: &mut Sink<'_>, problems: &mut Problems) -> u64 {
    let file = sink.source.rsplit(['/', '\\', '!']).next().unwrap_or_default().to_owned();
    let name: String = sentences::one_line(&list.name).chars().take(NAME_CHARS_MAX).collect();
    let name: Arc<str> = if name.is_empty() { file.into() } else { name.into() };
    let kind = list.kind.to_ascii_lowercase();
    let Some(raw) = list.list else {
        let what = format!("the warning list {name} has no values");
        problems.add(Place::Whole, Fault::Partial, what, Some("get it again from its source"));
        return 0;
    };
    let compare = match kind.as_str() {
        "cidr" => Compare::Address,
        "hostname" => Compare::HostName,
        "string" | "" => Compare::Whole,
        other => {
            let what = format!("the warning list {name} is of type {other:?}, which is not used: skipped");
            problems.add(
                Place::Whole,
                Fault::Note,
                what,
                Some("lists of type cidr, hostname and string are used"),
            );
            return 0;
        }
    };
    let mut reading = KnownGoodReader {
        compare,
        name,
        sink,
        values: ValueReader::default(),
        number: 0,
        good: 0,
        unknown: 0,
        first: 0,
    };
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    if let Err(error) = deserializer.deserialize_seq(&mut reading) {
        let what = format!("the values of the warning list are no list: {}", body::reason(&error));
        problems.add(Place::Whole, Fault::Partial, what, Some("get it again from its source"));
    }
    reading.name_what_was_skipped(problems);
    reading.good
}

/// How the values of a list are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compare {
    Address,
    HostName,
    Whole,
}

struct KnownGoodReader<'r, 's> {
    compare: Compare,
    name: Arc<str>,
    sink: &'r mut Sink<'s>,
    values: ValueReader,
    number: u64,
    good: u64,
    unknown: u64,
    first: u64,
}

impl KnownGoodReader<'_, '_> {
    fn value(&mut self, written: &str) {
        self.number += 1;
        if self.number > VALUES_MAX {
            return;
        }
        let Some((value, below)) = self.known(written.trim()) else {
            self.unknown += 1;
            if self.first == 0 {
                self.first = self.number;
            }
            return;
        };
        self.good += 1;
        let origin = self.sink.origin(Place::Record(self.number));
        self.sink.give(Fact::KnownGood(KnownGood { value, below, list: Arc::clone(&self.name), origin }));
    }

    /// The value and whether what is below it is meant as well.
    fn known(&mut self, written: &str) -> Option<(Observable, bool)> {
        let dotted = written.strip_prefix('.').or_else(|| written.strip_prefix("*."));
        let below = dotted.is_some() || self.compare == Compare::HostName;
        if below && let Some(domain) = canonical(Kind::Domain, dotted.unwrap_or(written)) {
            return Some((domain, true));
        }
        let value = self.values.read(written).map(|value| value.observable)?;
        let address = matches!(value.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network);
        let name = crate::prose::passages::is_mere_name(value.kind);
        (!name && (address || self.compare != Compare::Address)).then_some((value, false))
    }

    fn name_what_was_skipped(&self, problems: &mut Problems) {
        if self.unknown > 0 {
            let name = &self.name;
            let what = match self.unknown {
                1 => format!("a value of the warning list {name} names nothing that is looked for: skipped"),
                count => {
                    format!(
                        "{count} values of the warning list {name} name nothing that is looked for, this one first: skipped"
                    )
                }
            };
            problems.add(Place::Record(self.first), Fault::Note, what, None);
        }
        if self.number > VALUES_MAX {
            let what = format!(
                "{} values of the warning list {} beyond the first {VALUES_MAX} were not used",
                self.number - VALUES_MAX,
                self.name
            );
            problems.add(Place::Whole, Fault::Partial, what, Some("split the list"));
        }
    }
}

impl<'de> Visitor<'de> for &mut KnownGoodReader<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            self.value(&text);
        }
        Ok(())
    }
}
