//! STIX 1.1 and 1.2 with CybOX 2 objects (XML; stixproject.github.io).
//!
//! Values come from the objects of observables: addresses, domains, URIs, hashes, mail addresses. An object that
//! belongs to an indicator, or a package that has indicators nowhere, is given; `pattern_type`s (Snort, YARA) are not
//! read. Several values in one element are set apart by `##comma##`. A condition other than `Equals` (or none) gives
//! nothing. Marking: TLP of the package.

use super::signs::Signs;
use crate::body;
use crate::sink::Sink;
use crate::xml::{self, Piece};
use input::{Document, Head};
use model::{Fault, Place, Problems, Tlp};
use observable::{Kind, Observable, canonical, recognise};

/// How many bytes of one element's text are read.
const TEXT_BYTES_MAX: usize = 64 << 10;
/// How many values of one element are read.
const VALUES_MAX: usize = 10_000;

/// Whether a document is STIX 1.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let text = head.text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('<') && text.contains("STIX_Package") && text.contains("stix.mitre.org")
}

/// An element that is open.
struct Open {
    name: String,
    text: String,
    condition: String,
    color: Option<Tlp>,
}

#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    /// Types of the objects that are open (`AddressObjectType`), with their `category`.
    objects: Vec<(String, String)>,
    title: String,
    producer: String,
    tlp: Option<Tlp>,
    found: Vec<(Observable, String, u64)>,
    indicator_title: String,
    other_conditions: u64,
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut reading = Reading::default();
    xml::walk(&text, problems, &mut |piece, line| reading.piece(&piece, line));
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut signs = Signs::new(sink, filled(&reading.title), filled(&reading.producer), reading.tlp);
    for (observable, context, line) in reading.found {
        signs.give(observable, &context, Place::Line(line));
    }
    let given = signs.end();
    if reading.other_conditions > 0 {
        let what =
            format!("values with a condition other than `Equals`, passed over: {}", reading.other_conditions);
        problems.add(Place::Whole, Fault::Note, what, None);
    }
    if given == 0 {
        problems.add(Place::Whole, Fault::Partial, "no object of it gives a value to look for", None);
    }
}

impl Reading {
    fn piece(&mut self, piece: &Piece<'_>, line: u64) {
        match piece {
            Piece::Open(name, attributes) => self.begin(name, attributes),
            Piece::Text(text) => {
                if let Some(open) = self.open.last_mut().filter(|open| open.text.len() < TEXT_BYTES_MAX) {
                    open.text.push_str(text);
                }
            }
            Piece::Close(name) => {
                if let Some(open) = self.open.pop() {
                    self.end(&open, line);
                }
                if *name == "Properties" {
                    self.objects.pop();
                }
                if *name == "Indicator" {
                    self.indicator_title.clear();
                }
            }
        }
    }

    fn begin(&mut self, name: &str, attributes: &[(String, String)]) {
        let value = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
        };
        if name == "Properties" {
            let kind = value("type").rsplit(':').next().unwrap_or_default().to_owned();
            self.objects.push((kind, value("category").to_ascii_lowercase()));
        }
        let color = value("color");
        self.open.push(Open {
            name: name.to_owned(),
            text: String::new(),
            condition: value("condition").to_owned(),
            color: Tlp::parse(&format!("TLP:{color}")).filter(|_| !color.is_empty()),
        });
    }

    fn inside(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.name == name)
    }

    fn end(&mut self, open: &Open, line: u64) {
        let text = open.text.trim();
        self.tlp = self.tlp.max(open.color);
        match &*open.name {
            "Title" if self.inside("Indicator") && self.objects.is_empty() => {
                text.clone_into(&mut self.indicator_title)
            }
            "Title" if self.inside("STIX_Header") => text.clone_into(&mut self.title),
            "Name" if self.inside("STIX_Header") && self.inside("Information_Source") => {
                text.clone_into(&mut self.producer);
            }
            _ => {}
        }
        let Some((kind, category)) = self.objects.last() else { return };
        // What an indicator says of its victims and of what it saw is no sign.
        if self.inside("Incident") || self.inside("Sighting") || text.is_empty() {
            return;
        }
        let parts = text.split("##comma##").map(str::trim).take(VALUES_MAX);
        let all: Vec<Observable> =
            parts.filter_map(|part| observable((kind, category, &open.name), part)).collect();
        if all.is_empty() {
            return;
        }
        if !open.condition.is_empty() && !open.condition.eq_ignore_ascii_case("equals") {
            self.other_conditions += 1;
            return;
        }
        let context = self.indicator_title.clone();
        self.found.extend(all.into_iter().map(|found| (found, context.clone(), line)));
    }
}

/// The value of an element by the type of its object.
fn observable((kind, category, element): (&str, &str, &str), value: &str) -> Option<Observable> {
    match (kind, element) {
        (_, "Simple_Hash_Value" | "Fuzzy_Hash_Value") => recognise(value)
            .filter(|found| matches!(found.kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512)),
        (_, "Address_Value") if category == "e-mail" => canonical(Kind::Email, value),
        (_, "Address_Value") => {
            recognise(value).filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network))
        }
        ("DomainNameObjectType", "Value") => canonical(Kind::Domain, value),
        ("HostnameObjectType", "Hostname_Value") => canonical(Kind::Domain, value),
        ("URIObjectType" | "LinkObjectType", "Value") => {
            canonical(if value.contains("://") { Kind::Url } else { Kind::Domain }, value)
        }
        _ => None,
    }
}
