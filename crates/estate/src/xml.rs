//! An XML document as a tree of elements, bounded: exports of scanners, firewalls and tools that write bills.
//!
//! Names are without prefix. References to characters and the five entities that XML itself has are resolved; no other
//! entity is expanded, and a document type is passed over (XML 1.0, 4.1 and 4.6). What is not well formed ends the
//! document; what came before is used.

use input::Document;
use model::{Fault, Place, Problems};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Bounds on one document.
#[derive(Clone, Copy)]
struct XmlBounds {
    bytes: u64,
    elements: usize,
    depth: usize,
}

/// A scan of 65,536 addresses has 100 MB and some million elements; real documents nest 20 deep.
const BOUNDS: XmlBounds = XmlBounds { bytes: 256 << 20, elements: 5_000_000, depth: 128 };

/// An element.
#[derive(Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) line: u64,
    attributes: BTreeMap<String, String>,
    text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// An attribute that is not empty.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The children of a name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the element, if it has one.
    pub(crate) fn own_text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first child of a name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.child(name).and_then(Element::own_text)
    }

    /// The element's place.
    pub(crate) fn place(&self) -> Place {
        Place::Line(self.line)
    }
}

/// The outermost element; `None` is reported.
pub(crate) fn tree(document: &mut Document<'_>, problems: &mut Problems) -> Option<Element> {
    tree_bounded(document, BOUNDS, problems)
}

fn tree_bounded(document: &mut Document<'_>, bounds: XmlBounds, problems: &mut Problems) -> Option<Element> {
    let bytes = document.whole(bounds.bytes, problems)?.beginning(problems, "split it");
    let text = String::from_utf8_lossy(&bytes);
    let mut builder = TreeBuilder { bounds, open: Vec::new(), elements: 0, root: None, line: 1, counted: 0 };
    let mut reader = Reader::from_str(&text);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        builder.count_lines(&text, at);
        let done = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => builder.take(&event).map_err(|what| (Fault::Partial, what)),
            // Each error of syntax is of something that is not closed before the end.
            Err(error @ quick_xml::Error::Syntax(_)) => {
                Err((Fault::CutOff, format!("not well-formed XML: {error}")))
            }
            Err(error) => Err((Fault::Partial, format!("not well-formed XML: {error}"))),
        };
        if let Err((fault, what)) = done {
            let help = "what came before it is used; export it again";
            problems.add(Place::Line(builder.line), fault, what, Some(help));
            break;
        }
    }
    builder.finish(problems)
}

struct TreeBuilder {
    bounds: XmlBounds,
    open: Vec<Element>,
    elements: usize,
    root: Option<Element>,
    line: u64,
    counted: usize,
}

impl TreeBuilder {
    fn count_lines(&mut self, text: &str, at: usize) {
        let passed = text.as_bytes().get(self.counted..at).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line += u64::try_from(lines).unwrap_or(0);
        self.counted = self.counted.max(at);
    }

    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                let element = self.element(start)?;
                if self.open.len() >= self.bounds.depth {
                    return Err(format!("elements nest more than {} deep", self.bounds.depth));
                }
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(start)?;
                self.close(element);
            }
            Event::End(_) => {
                if let Some(element) = self.open.pop() {
                    self.close(element);
                }
            }
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().ok().flatten().map(String::from);
                let resolved = resolved
                    .or_else(|| quick_xml::escape::resolve_predefined_entity(reference).map(str::to_owned));
                self.text(&resolved.unwrap_or_else(|| format!("&{};", &**reference)));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, String> {
        self.elements += 1;
        if self.elements > self.bounds.elements {
            return Err(format!("more than {} elements", self.bounds.elements));
        }
        let name = local(start.name().as_ref()).to_owned();
        let mut attributes = BTreeMap::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let raw: &str = &attribute.value;
            let value =
                quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), |value| value.into_owned());
            attributes.insert(local(attribute.key.as_ref()).to_owned(), value);
        }
        Ok(Element { name, line: self.line, attributes, ..Element::default() })
    }

    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = self.root.take().or(Some(element)),
        }
    }

    /// Closes what is open still: a document that breaks off gives what it has.
    fn finish(mut self, problems: &mut Problems) -> Option<Element> {
        if let Some(open) = self.open.last().filter(|_| problems.is_empty()) {
            let what = format!("not whole XML: `{}` is not closed", open.name);
            problems.add(Place::Line(self.line), Fault::CutOff, what, Some("export it again"));
        }
        while let Some(element) = self.open.pop() {
            self.close(element);
        }
        self.root
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, bounds: XmlBounds) -> String {
        fn write(element: &Element, out: &mut String) {
            out.push_str(&format!("({}:{}{:?}", element.name, element.line, element.text.trim()));
            element.children.iter().for_each(|child| write(child, out));
            out.push(')');
        }
        let mut problems = Problems::new("a");
        let mut document = Document::open("a", text.as_bytes()).unwrap();
        let mut out = String::new();
        if let Some(root) = tree_bounded(&mut document, bounds, &mut problems) {
            write(&root, &mut out);
        }
        problems.into_vec().iter().for_each(|problem| out.push_str(&format!(" ! {problem}")));
        out
    }

    #[test]
    fn references_are_resolved_and_entities_never_expanded() {
        let text = "<!DOCTYPE a [<!ENTITY x \"boom\">]>\n<p:a q='1 &lt; 2'>A &amp; &#66;&x;\n<b/></p:a>";
        assert_eq!(shown(text, BOUNDS), "(a:2\"A & B&x;\"(b:3\"\"))");
    }

    #[test]
    fn what_breaks_off_gives_what_it_has() {
        assert_eq!(
            shown("<a><b>1</b>\n<c>", BOUNDS),
            "(a:1\"\"(b:1\"1\")(c:2\"\")) ! a, line 2: not whole XML: `c` is not closed"
        );
    }

    #[test]
    fn one_past_the_bounds() {
        let bounds = XmlBounds { bytes: 100, elements: 3, depth: 2 };
        assert_eq!(shown("<a><b/><b/></a>", bounds), "(a:1\"\"(b:1\"\")(b:1\"\"))");
        assert!(shown("<a><b/><b/><b/></a>", bounds).contains("more than 3 elements"));
        assert!(shown("<a><b><c></c></b></a>", bounds).contains("more than 2 deep"));
        assert!(shown(&format!("<a>{}</a>", " ".repeat(100)), bounds).contains("longer than 100 bytes"));
    }
}
