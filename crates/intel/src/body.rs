//! A JSON document held whole, and its objects one by one, the good ones even when it breaks off.
//!
//! Bundles and catalogues are one value with a long array inside, so a damaged tail would cost everything
//! if the value were parsed at once. Here each element is handed over as raw text; where the document
//! breaks, what was before it has been used and the place of the break is named.

use input::Document;
use model::{Fault, Place, Problems};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// How large a document that must be held whole may be: 256 MiB, five times the largest ATT&CK bundle.
pub(crate) const DOCUMENT_BYTES_MAX: u64 = 256 << 20;

/// The whole document as text. Bytes that are no UTF-8 are read as Windows-1252, and that is noted.
pub(crate) fn text(document: &mut Document<'_>, bytes_max: u64, problems: &mut Problems) -> Option<String> {
    let bytes = document.whole(bytes_max, problems)?.beginning(problems, "split the document");
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = u64::try_from(error.utf8_error().valid_up_to()).unwrap_or(u64::MAX);
            let what = "not UTF-8 from here on: read as Windows-1252";
            problems.add(Place::Byte(at), Fault::Note, what, Some("save the document as UTF-8"));
            input::as_text(error.as_bytes()).into_owned()
        }
    };
    Some(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// A text without its byte order mark.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Calls `each` with every element of the array under `key` of every top-level object, numbered from 1;
/// objects of a top-level array count as top-level. An object without this key is handed over itself.
pub(crate) fn elements<'t>(
    text: &'t str,
    key: &str,
    problems: &mut Problems,
    each: &mut dyn FnMut(u64, &'t str, &mut Problems),
) {
    let mut walk = ElementWalk { key, each, problems, number: 0 };
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&'t RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                walk.value(value.get());
                let used = values.byte_offset();
                rest = rest.get(used..).unwrap_or_default();
                rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            }
            Some(Err(error)) => {
                let place = line_of(text, text.len() - rest.len(), &error);
                walk.broken(rest);
                walk.problems.add(place, Fault::Partial, broken_off(&error), Some(GET_AGAIN));
                return;
            }
            None => return,
        }
    }
}

const GET_AGAIN: &str = "get the document again from its source";

/// The line in the text of an error in the part that starts at `start`.
fn line_of(text: &str, start: usize, error: &serde_json::Error) -> Place {
    let lines_before = text.get(..start).unwrap_or_default().bytes().filter(|b| *b == b'\n').count();
    Place::Line(u64::try_from(lines_before + error.line()).unwrap_or(u64::MAX))
}

fn broken_off(error: &serde_json::Error) -> String {
    if error.is_eof() {
        "the JSON breaks off here; what is before was used".to_owned()
    } else {
        format!("not JSON from here on ({}); what is before was used", reason(error))
    }
}

/// The parser's message without its place, which the problem has.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

struct ElementWalk<'w, 't> {
    key: &'w str,
    each: &'w mut dyn FnMut(u64, &'t str, &mut Problems),
    problems: &'w mut Problems,
    number: u64,
}

impl<'t> ElementWalk<'_, 't> {
    fn give(&mut self, raw: &'t str) {
        self.number += 1;
        (self.each)(self.number, raw, self.problems);
    }

    /// A complete value.
    fn value(&mut self, raw: &'t str) {
        let mut deserializer = serde_json::Deserializer::from_str(raw);
        match raw.bytes().next() {
            Some(b'{') => {
                if let Ok(false) = deserializer.deserialize_map(InObject(self)) {
                    self.give(raw);
                }
            }
            Some(b'[') => {
                let _ = deserializer.deserialize_seq(InArray { walk: self, give: false });
            }
            _ => {}
        }
    }

    /// A value that breaks off or is damaged: what can be read of it.
    fn broken(&mut self, raw: &'t str) {
        let mut deserializer = serde_json::Deserializer::from_str(raw);
        let _ = match raw.bytes().next() {
            Some(b'{') => deserializer.deserialize_map(InObject(self)).map(|_| ()),
            Some(b'[') => deserializer.deserialize_seq(InArray { walk: self, give: false }),
            _ => Ok(()),
        };
    }
}

/// Hands over the elements under the key; says whether there was one.
struct InObject<'a, 'w, 't>(&'a mut ElementWalk<'w, 't>);

impl<'t> Visitor<'t> for InObject<'_, '_, 't> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(key) = map.next_key::<Cow<'t, str>>()? {
            if key == self.0.key {
                found = true;
                map.next_value_seed(Under(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// The value under the key: an array, or one object in its place.
struct Under<'a, 'w, 't>(&'a mut ElementWalk<'w, 't>);

impl<'t> DeserializeSeed<'t> for Under<'_, '_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(InArray { walk: self.0, give: true })
    }
}

/// Hands over the elements of an array, or walks into them.
struct InArray<'a, 'w, 't> {
    walk: &'a mut ElementWalk<'w, 't>,
    give: bool,
}

impl<'t> Visitor<'t> for InArray<'_, '_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(raw) = seq.next_element::<&'t RawValue>()? {
            if self.give {
                self.walk.give(raw.get());
            } else if raw.get().starts_with('{') {
                self.walk.value(raw.get());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> (Vec<String>, Vec<String>) {
        let mut problems = Problems::new("a.json");
        let mut all = Vec::new();
        elements(text, "objects", &mut problems, &mut |number, raw, _| all.push(format!("{number} {raw}")));
        (all, problems.into_vec().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn bundles_lists_and_single_objects_give_their_objects() {
        let expected = vec!["1 {\"a\":1}".to_owned(), "2 {\"a\":2}".to_owned()];
        assert_eq!(given(r#"{"id":1,"objects":[{"a":1},{"a":2}]}"#), (expected.clone(), vec![]));
        assert_eq!(given(r#"[{"a":1},{"a":2}]"#), (expected.clone(), vec![]));
        assert_eq!(given("{\"a\":1}\n{\"objects\":[{\"a\":2}]}"), (expected, vec![]));
    }

    #[test]
    fn what_is_before_the_break_is_used() {
        let (objects, problems) = given("{\"objects\":[\n{\"a\":1},\n{\"a\":2},\n{\"a\":");
        assert_eq!(objects, ["1 {\"a\":1}", "2 {\"a\":2}"]);
        assert_eq!(problems, ["a.json, line 4: the JSON breaks off here; what is before was used"]);
        let (objects, problems) = given("{\"objects\":[{\"a\":1},\nnonsense]}");
        assert_eq!(objects, ["1 {\"a\":1}"]);
        assert_eq!(problems.len(), 1);
    }
}
