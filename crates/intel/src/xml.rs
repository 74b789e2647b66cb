//! XML as opened and closed elements and text, bounded; entities of a document are never expanded.
//!
//! Only the five names of XML itself and numbers of characters are undone; a reference to an entity that the document
//! defines is left out and noted once. Where the document breaks, what was before it has been used. Source: XML 1.0,
//! 4.1 and 4.4.

use model::{Fault, Place, Problems};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements may nest.
const DEPTH_MAX: usize = 256;
/// How many elements of one document are read.
const ELEMENTS_MAX: u64 = 20_000_000;
/// How many attributes of one element are read.
const ATTRIBUTES_MAX: usize = 256;

/// A piece of a document.
pub(crate) enum Piece<'p> {
    /// An element begins: its local name, its attributes by local name.
    Open(&'p str, &'p [(String, String)]),
    /// Text, with references undone; one run of text may come in pieces.
    Text(&'p str),
    /// An element ends.
    Close(&'p str),
}

/// Calls `each` with every piece and its line.
pub(crate) fn walk(text: &str, problems: &mut Problems, each: &mut dyn FnMut(Piece<'_>, u64)) {
    let mut walk =
        Walk { lines: Lines { text, at: 0, line: 1 }, depth: 0, elements: 0, unknown: false, each };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    loop {
        let at = reader.buffer_position();
        let line = walk.lines.of(usize::try_from(at).unwrap_or(usize::MAX));
        let stop = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => walk.event(&event, line),
            Err(error) => Some(format!("not XML from here on ({error}); what is before was used")),
        };
        if let Some(what) = stop {
            problems.add(
                Place::Line(line),
                Fault::Partial,
                what,
                Some("get the document again from its source"),
            );
            return;
        }
    }
    if walk.unknown {
        let what = "it defines entities of its own, which are never expanded";
        problems.add(Place::Whole, Fault::Note, what, None);
    }
}

struct Walk<'w, 't> {
    lines: Lines<'t>,
    depth: usize,
    elements: u64,
    unknown: bool,
    each: &'w mut dyn FnMut(Piece<'_>, u64),
}

impl Walk<'_, '_> {
    /// Hands one event over; a reason where reading ends.
    fn event(&mut self, event: &Event<'_>, line: u64) -> Option<String> {
        match event {
            Event::Start(element) => {
                self.depth += 1;
                self.open(element, line)
            }
            Event::Empty(element) => {
                let stop = self.open(element, line);
                (self.each)(Piece::Close(local(element.name().as_ref())), line);
                stop
            }
            Event::End(element) => {
                self.depth = self.depth.saturating_sub(1);
                (self.each)(Piece::Close(local(element.name().as_ref())), line);
                None
            }
            Event::Text(text) => {
                (self.each)(Piece::Text(text), line);
                None
            }
            Event::CData(text) => {
                (self.each)(Piece::Text(text), line);
                None
            }
            Event::GeneralRef(reference) => {
                self.reference(reference, line);
                None
            }
            _ => None,
        }
    }

    fn open(&mut self, element: &BytesStart<'_>, line: u64) -> Option<String> {
        self.elements += 1;
        if self.depth > DEPTH_MAX {
            return Some(format!(
                "elements nest deeper than {DEPTH_MAX} from here on; what is before was used"
            ));
        }
        if self.elements > ELEMENTS_MAX {
            return Some(format!("more than {ELEMENTS_MAX} elements; the rest was not read"));
        }
        let attributes: Vec<(String, String)> = element
            .attributes()
            .flatten()
            .take(ATTRIBUTES_MAX)
            .map(|attribute| {
                let value: &str = &attribute.value;
                (local(attribute.key.as_ref()).to_owned(), htmlize::unescape(value).into_owned())
            })
            .collect();
        (self.each)(Piece::Open(local(element.name().as_ref()), &attributes), line);
        None
    }

    fn reference(&mut self, reference: &BytesRef<'_>, line: u64) {
        let name: &str = reference;
        let text = match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "apos" => "'",
            _ => match reference.resolve_char_ref() {
                Ok(Some(character)) => {
                    (self.each)(Piece::Text(character.encode_utf8(&mut [0; 4])), line);
                    return;
                }
                _ => {
                    self.unknown = true;
                    return;
                }
            },
        };
        (self.each)(Piece::Text(text), line);
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The line of offsets that only grow.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> u64 {
        let passed = self.text.as_bytes().get(self.at..offset).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line += u64::try_from(lines).unwrap_or(u64::MAX);
        self.at = self.at.max(offset.min(self.text.len()));
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (String, Vec<String>) {
        let mut problems = Problems::new("a.xml");
        let mut all = String::new();
        walk(text, &mut problems, &mut |piece, line| match piece {
            Piece::Open(name, attributes) => all.push_str(&format!("{line}<{name}{}", attributes.len())),
            Piece::Text(text) => all.push_str(text),
            Piece::Close(_) => all.push('>'),
        });
        (all, problems.into_vec().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn references_of_a_document_are_never_expanded() {
        let text = "<!DOCTYPE a [<!ENTITY b \"boom\">]><a x='1'>\n<c:d/>&b;&lt;&#65;<![CDATA[&b;]]></a>";
        let (all, problems) = shown(text);
        assert_eq!(all, "1<a1\n2<d0><A&b;>");
        assert_eq!(problems, ["a.xml: it defines entities of its own, which are never expanded"]);
    }

    #[test]
    fn elements_nest_up_to_the_bound() {
        assert_eq!(shown(&"<a>".repeat(DEPTH_MAX)).1.len(), 0);
        let (_, problems) = shown(&"<a>".repeat(DEPTH_MAX + 1));
        assert_eq!(problems.len(), 1);
        assert!(problems.iter().all(|problem| problem.contains("deeper than 256")), "{problems:?}");
    }
}
