//! What the readers of feeds share: an empty record of a vulnerability, one object at a time, scores, sentences.
//!
//! Invariant: an object that cannot be read is one problem with its place; those around it are used.

use crate::body;
use crate::sink::Sink;
use input::Document;
use model::world::{Authority, Origin, Vulnerability};
use model::{Fault, Place, Problems};
use serde::de::DeserializeOwned;

/// How many links of a record are kept.
pub(super) const REFERENCES_MAX: usize = 100;

/// A record that says nothing yet.
pub(super) fn empty(id: &str, authority: Authority, origin: Origin) -> Vulnerability {
    Vulnerability {
        id: id.to_owned(),
        authority,
        modified: None,
        aliases: Vec::new(),
        title: String::new(),
        published: None,
        withdrawn: false,
        affected: Vec::new(),
        ssvc: None,
        cvss_tenths: None,
        references: Vec::new(),
        origin,
    }
}

/// Whether a text is a CVE number: `CVE-`, a year, a dash, digits.
pub(super) fn is_cve(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let rest = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    rest.is_some_and(|(year, number)| digits(year) && digits(number))
}

/// A text on one line, `None` when nothing is left.
pub(super) fn line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Calls `each` with every object under `key` (or at the top) of a document that is held whole.
pub(super) fn objects<T: DeserializeOwned>(
    document: &mut Document<'_>,
    key: &str,
    what: &str,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
    each: &mut dyn FnMut(T, Place, &mut Sink<'_>, &mut Problems),
) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    body::elements(&text, key, problems, &mut |number, raw, problems| {
        let place = Place::Record(number);
        match serde_json::from_str::<T>(raw) {
            Ok(one) => each(one, place, sink, problems),
            Err(error) => {
                let said = format!("not {what}: {}", body::reason(&error));
                problems.add(place, Fault::Partial, said, None);
            }
        }
    });
}
