//! Indicators as JSON: arrays of strings, and objects whose keys name their values as columns do.
//!
//! Which objects are the records is seen in the head: those at the least depth whose keys are the header of a
//! table of indicators, in an array of their own (`[{…}]`, `{"data":[{…}]}`, `{"1200000":[{…}]}`).

use super::columns::{HeaderVerdict, may_be_asked_for, verdict};
use super::objects::{self, OBJECT_BYTES_MAX};
use super::plain;
use super::plan::{Gave, Plan, RowScratch};
use super::preface;
use super::rows::COLUMNS_MAX;
use super::value::ValueReader;
use super::{Claim, LINE_BYTES_MAX, Listing, PlaceTally, SAMPLE_MAX, counted, whole_lines};
use crate::sink::Sink;
use crate::wire::{List, Text};
use input::Head;
use input::{Document, json};
use model::{Fault, Place, Problems};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// How many objects a record may lie in.
const DEPTH_MAX: u32 = 3;

/// Whether a head is of indicators as JSON.
pub(crate) fn claim(head: &Head<'_>) -> Claim {
    let said = says_indicators(head);
    if let Some(strings) = array_of_strings(head) {
        return plain::claim_of(&strings, said);
    }
    if has_more_than_a_list(head) {
        return Claim::No;
    }
    let mut claim = Claim::No;
    for depth in 1..=DEPTH_MAX {
        match claim_of_objects(head, depth, said) {
            Claim::Sure => return Claim::Sure,
            Claim::IfGiven => claim = Claim::IfGiven,
            Claim::No => {}
        }
    }
    claim
}

/// Where the records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Strings,
    /// Objects that lie in so many, themselves counted.
    Objects(u32),
}

/// Where the records of a document are that is about indicators.
fn shape(head: &Head<'_>) -> Option<Shape> {
    let said = says_indicators(head);
    if let Some(strings) = array_of_strings(head) {
        return plain::is_given_list(&strings, said).then_some(Shape::Strings);
    }
    if has_more_than_a_list(head) {
        return None;
    }
    (1..=DEPTH_MAX).find(|depth| claim_of_objects(head, *depth, said) != Claim::No).map(Shape::Objects)
}

/// Whether the file's name calls its values signs of a threat.
fn says_indicators(head: &Head<'_>) -> bool {
    preface::of("", &head.file).says_indicators
}

/// Whether a document is no JSON, or a report of its own with more than a list in it.
fn has_more_than_a_list(head: &Head<'_>) -> bool {
    !head.is_json() || head.has_key("author_name") || head.has_key("adversary")
}

/// The strings of a document that is an array of them, a line each.
fn array_of_strings(head: &Head<'_>) -> Option<String> {
    let inner = head.text.trim_start().strip_prefix('[')?;
    inner.trim_start().starts_with('"').then(|| strings(&format!("[{inner}")))
}

/// The strings of an array that may break off, a line each.
fn strings(text: &str) -> String {
    let mut lines = String::new();
    let mut count = 0;
    let Ok(mut document) = Document::open("", text.as_bytes()) else { return lines };
    json::values_bounded(&mut document, LINE_BYTES_MAX as u64, &mut Problems::new(""), &mut |_, value, _| {
        if count < SAMPLE_MAX
            && let Ok(string) = serde_json::from_slice::<Cow<'_, str>>(value)
        {
            count += 1;
            lines.push_str(&string.replace('\n', " "));
            lines.push('\n');
        }
    });
    lines
}

/// Whether the objects at this depth are records of indicators.
fn claim_of_objects(head: &Head<'_>, depth: u32, said: bool) -> Claim {
    let keys = head.keys();
    let Some(first) = keys.iter().position(|key| key.depth == depth) else { return Claim::No };
    let parent = keys.iter().take(first).rev().find(|key| key.depth < depth);
    if parent.is_some_and(|key| key.value != b'[' || key.depth + 1 != depth) {
        return Claim::No;
    }
    let mut names: Vec<String> = Vec::new();
    for key in keys.iter().skip(first).filter(|key| key.depth == depth) {
        let name = input::table::normal(key.name);
        if names.contains(&name) {
            break;
        }
        names.push(name);
    }
    let verdict = verdict(&names);
    if verdict == HeaderVerdict::Other {
        return Claim::No;
    }
    let (mut rows, mut good, mut typed, mut inside) = (0_usize, 0_usize, 0_usize, 0_usize);
    let (mut values, mut plans) = (ValueReader::default(), Plans::default());
    let _ = objects::each(head.text.as_bytes(), depth, &mut |_, object| {
        let Some(fields) = ObjectFields::of(object).filter(|_| rows < SAMPLE_MAX) else { return };
        let plan = plans.of(&fields);
        let cell = |column: usize| fields.get(column);
        let mut private = false;
        let gave = plan.values(&cell, &mut values, &mut |found, _| {
            private |=
                found.address().is_some() && !found.is_public_address() && !found.is_documentation_address();
        });
        rows += 1;
        good += usize::from(gave != Gave::Nothing);
        typed += usize::from(plan.is_typed(&cell));
        inside += usize::from(private);
    });
    let is_typed = typed > 0 && typed * 10 >= rows * 8;
    let enough = good > 0 && good * 2 >= rows;
    let outside = inside * 2 <= good;
    Claim::of(|given| match verdict {
        HeaderVerdict::Indicators => enough,
        HeaderVerdict::Signs => enough && outside,
        HeaderVerdict::Typed => enough && is_typed,
        _ => {
            let named = said || is_typed || given && depth == 1 && may_be_asked_for(&names);
            enough && outside && named
        }
    })
}

/// The first [`COLUMNS_MAX`] fields of one object, as text: lists joined, objects inside left out.
struct ObjectFields<'t> {
    names: Vec<Cow<'t, str>>,
    values: Vec<Cow<'t, str>>,
}

impl<'t> ObjectFields<'t> {
    fn of(object: &'t [u8]) -> Option<Self> {
        let text = std::str::from_utf8(object).ok()?;
        serde_json::Deserializer::from_str(text).deserialize_map(FieldsVisitor).ok()
    }

    fn get(&self, column: usize) -> &str {
        self.values.get(column).map_or("", |value| value.trim())
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = ObjectFields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ObjectFields<'de>, A::Error> {
        let mut fields = ObjectFields { names: Vec::new(), values: Vec::new() };
        while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            if fields.names.len() < COLUMNS_MAX {
                fields.names.push(name.0);
                fields.values.push(as_text(value.get()));
            }
        }
        Ok(fields)
    }
}

fn as_text(raw: &str) -> Cow<'_, str> {
    match raw.bytes().next() {
        Some(b'"') => serde_json::from_str::<Text<'_>>(raw).map(|text| text.0).unwrap_or_default(),
        Some(b'[') => {
            let list = serde_json::from_str::<List<Text<'_>>>(raw).unwrap_or_default();
            let filled: Vec<&str> = list.iter().filter_map(Text::filled).collect();
            Cow::Owned(filled.join(", "))
        }
        Some(b'{' | b'n') | None => Cow::Borrowed(""),
        Some(_) => Cow::Borrowed(raw),
    }
}

/// The plan of the keys that the last object had; most have the same.
#[derive(Default)]
struct Plans {
    names: Vec<String>,
    plan: Plan,
}

impl Plans {
    fn of(&mut self, fields: &ObjectFields<'_>) -> &Plan {
        if self.names != fields.names {
            self.names = fields.names.iter().map(|name| name.clone().into_owned()).collect();
            let normal: Vec<String> = self.names.iter().map(|name| input::table::normal(name)).collect();
            self.plan = Plan::of(&self.names, &normal);
        }
        &self.plan
    }
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let (preface, shape) = {
        let decoded = document.head_decoded();
        let head = Head::of_text(&document.name, whole_lines(&decoded));
        let full = Head::of_text(&document.name, &decoded);
        let shape = shape(&full).unwrap_or(Shape::Objects(1));
        (preface::of("", &head.file), shape)
    };
    let mut listing = Listing::new(sink, preface);
    match shape {
        Shape::Strings => {
            let mut reading = plain::LinesReader::new(None);
            json::values_bounded(document, LINE_BYTES_MAX as u64, problems, &mut |place, value, _| {
                match serde_json::from_slice::<Cow<'_, str>>(value) {
                    Ok(string) => reading.line(&string, place, &mut listing),
                    Err(_) => listing.without.add(place),
                }
            });
            listing.finish("string", problems);
        }
        Shape::Objects(depth) => objects(document, depth, listing, problems),
    }
}

fn objects(document: &mut Document<'_>, depth: u32, mut listing: Listing<'_, '_>, problems: &mut Problems) {
    let (mut plans, mut scratch, mut broken) =
        (Plans::default(), RowScratch::default(), PlaceTally::default());
    let walked = objects::each(&mut document.reader, depth, &mut |number, object| {
        let place = Place::Record(number);
        match ObjectFields::of(object) {
            Some(fields) => {
                plans.of(&fields).give(&|column| fields.get(column), place, &mut scratch, &mut listing);
            }
            None => broken.add(place),
        }
    });
    if let Some(first) = broken.first {
        let what = counted(broken.count, "object", "is no JSON", "are no JSON");
        problems.add(first, Fault::Partial, what, Some("get the document again from its source"));
    }
    match walked {
        Ok(walked) => {
            if walked.too_large > 0 {
                let size = format!("larger than {} KiB", OBJECT_BYTES_MAX >> 10);
                let what = counted(walked.too_large, "object", &format!("is {size}"), &format!("are {size}"));
                problems.add(Place::Record(walked.first_too_large), Fault::Partial, what, None);
            }
            if walked.broken_off {
                let what = "the JSON breaks off before its end; what came before was used";
                problems.add(
                    Place::Whole,
                    Fault::Partial,
                    what,
                    Some("get the document again from its source"),
                );
            }
        }
        Err(error) => {
            problems.add(Place::Whole, Fault::Partial, format!("cannot be read further: {error}"), None);
        }
    }
    listing.finish("object", problems);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_of_fields_is_left_out() {
        let object = |fields: usize| {
            let all: Vec<String> = (0..fields).map(|number| format!("\"k{number}\":{number}")).collect();
            format!("{{{}}}", all.join(","))
        };
        let last = |fields: usize| {
            let object = object(fields);
            let read = ObjectFields::of(object.as_bytes()).expect("an object");
            read.names.last().map(|name| name.clone().into_owned()).unwrap_or_default()
        };
        assert_eq!(last(COLUMNS_MAX), "k255");
        assert_eq!(last(COLUMNS_MAX + 1), "k255");
    }

    #[test]
    fn fields_of_every_type_are_text() {
        let fields =
            ObjectFields::of(br#"{"a":" x ","b":7,"c":null,"d":["p","q",{}],"e":{"f":1},"\u0067":false}"#);
        let fields = fields.expect("an object");
        assert_eq!(fields.names, ["a", "b", "c", "d", "e", "g"]);
        let all: Vec<&str> = (0..7).map(|column| fields.get(column)).collect();
        assert_eq!(all, ["x", "7", "", "p, q", "", "false", ""]);
    }
}
