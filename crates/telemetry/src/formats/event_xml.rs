//! Windows events as XML: `wevtutil qe /f:xml`, Event Viewer's "Save as XML", `ToXml()` of PowerShell,
//! `evtx_dump -o xml`; and Sysmon for Linux, which puts the same element into syslog.
//!
//! Microsoft's "Event Schema" (`http://schemas.microsoft.com/win/2004/08/events/event`): `Event` with
//! `System`, then `EventData` or `UserData`, and `RenderingInfo` when the text was rendered. Exporters write
//! events one after the other, with or without an element around all of them. An element's path becomes the
//! name of its field as in the JSON of the EVTX reader, and then goes the same way ([`crate::names::windows`]): one
//! event gives the same fields, whichever way it came.

mod markup;

use crate::cut::chunk::{Chunk, Line, Scanned};
use crate::cut::scanner::{Between, Syntax};
use crate::names::windows;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::flatten::DEPTH_MAX;
use crate::record::trouble::Trouble;
use crate::record::words;
use input::Head;
use markup::{Mark, Marks};
use model::Text;
use std::sync::Arc;

/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 50;
const OPEN: &[u8] = b"<Event";
const CLOSE: &[u8] = b"</Event";
const LITERAL: &[u8] = b"<![CDATA[";
const LITERAL_END: &[u8] = b"]]>";

/// Where events start and end.
#[derive(Default)]
pub(crate) struct Events {
    in_literal: bool,
}

impl Syntax for Events {
    fn state(&self) -> Vec<u64> {
        vec![u64::from(self.in_literal)]
    }

    fn restore(&mut self, state: &[u64]) {
        self.in_literal = state.first().is_some_and(|literal| *literal != 0);
    }

    fn between(&mut self, buffer: &[u8], at: usize, ended: bool) -> Between {
        let rest = buffer.get(at..).unwrap_or_default();
        for found in memchr::memchr_iter(b'<', rest) {
            let mark = rest.get(found..).unwrap_or_default();
            match mark.get(..=OPEN.len()) {
                Some(start) if is_named(start, OPEN) => {
                    self.in_literal = false;
                    return Between::Starts(at + found);
                }
                None if !ended && OPEN.starts_with(mark.get(..OPEN.len()).unwrap_or(mark)) => {
                    return Between::Looked(at + found);
                }
                _ => {}
            }
        }
        Between::Looked(buffer.len())
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, _limit: Option<usize>, ended: bool) -> Option<usize> {
        loop {
            let rest = buffer.get(*at..).unwrap_or_default();
            if self.in_literal {
                let Some(end) = memchr::memmem::find(rest, LITERAL_END) else {
                    // The last bytes may be the start of its end.
                    *at = buffer.len().saturating_sub(LITERAL_END.len() - 1).max(*at);
                    return None;
                };
                *at += end + LITERAL_END.len();
                self.in_literal = false;
                continue;
            }
            let Some(found) = memchr::memchr(b'<', rest) else {
                *at = buffer.len();
                return None;
            };
            *at += found;
            let mark = buffer.get(*at..).unwrap_or_default();
            if mark.starts_with(LITERAL) {
                self.in_literal = true;
                *at += LITERAL.len();
                continue;
            }
            let enough = mark.len() > LITERAL.len();
            if mark.get(..=CLOSE.len()).is_some_and(|start| is_named(start, CLOSE)) {
                let end = memchr::memchr(b'>', mark)?;
                *at += end + 1;
                return Some(*at);
            }
            if !enough && !ended {
                return None;
            }
            *at += 1;
        }
    }
}

/// Whether the mark has this name, and not a longer one.
fn is_named(start: &[u8], name: &[u8]) -> bool {
    start
        .strip_prefix(name)
        .and_then(|rest| rest.first())
        .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

/// Whether a text starts as an event does.
pub(crate) fn starts(text: &str) -> bool {
    text.as_bytes().get(..=OPEN.len()).is_some_and(|start| is_named(start, OPEN))
}

/// The first or second element is an event, and its first child is `System`. Other lines may be before it, as
/// `Record 1`, which `evtx_dump` writes; but where events are whole lines among others, each line is read by itself.
pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let mut lines =
        head.text.lines().take(LINES_LOOKED_AT).map(str::trim_start).filter(|line| !line.is_empty());
    let first = lines.clone().next();
    let Some(line) = lines.find(|line| line.starts_with('<')) else { return false };
    let among = first != Some(line) && !first.is_some_and(|first| first.starts_with("Record "));
    if among && words::find(line, "</Event>").is_some() {
        return false;
    }
    let Some((start, _)) = words::place(head.text, line) else { return false };
    let text = head.text.get(start..).unwrap_or_default();
    let mut names = Marks::of(text).filter_map(|mark| match mark {
        Mark::Open { name, .. } => Some(name),
        _ => None,
    });
    let first = names.next();
    let event = if first == Some("Event") { first } else { names.next() };
    event == Some("Event") && names.next() == Some("System")
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(EventXml)
}

/// Events as XML.
struct EventXml;

impl Reader for EventXml {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in values.lines() {
            record(&line, &mut draft, out);
        }
    }
}

fn record<'c>(line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    draft.clear();
    if !push(line.text, draft) {
        out.tally.troubles.add(Trouble::EventCutOff, line.number);
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    let facts = facts(draft);
    out.draft(draft, line.number, line.raw, Text::Fields, &facts);
}

/// Maps the fields that [`push`] added.
pub(crate) fn facts<'c>(draft: &mut Draft<'c>) -> Facts<'c, 'static> {
    windows::map(draft)
}

/// An element that is open.
struct Element<'c> {
    /// The name of its field.
    path: Piece<'c>,
    /// Whether its value goes under its own name although it has attributes.
    plain: bool,
    /// Whether it is `Data` of `EventData`.
    data: bool,
    attributes: bool,
    children: bool,
}

/// Adds the fields of the event that a text starts with; true when the event was whole.
pub(crate) fn push<'c>(text: &'c str, draft: &mut Draft<'c>) -> bool {
    let mut marks = Marks::of(text);
    let mut open: Vec<Element<'c>> = Vec::new();
    let mut value: Option<Piece<'c>> = None;
    let mut deeper = 0_usize;
    while let Some(mark) = marks.next() {
        match mark {
            Mark::Open { empty, .. } if open.len() >= DEPTH_MAX => {
                draft.overfull = true;
                deeper += usize::from(!empty);
            }
            Mark::Open { name, attributes, empty } => {
                if let Some(parent) = open.last_mut() {
                    parent.children = true;
                }
                let element = element(open.last().map(|parent| parent.path), name, attributes, draft);
                value = None;
                if empty {
                    close(&element, None, draft);
                } else {
                    open.push(element);
                }
            }
            Mark::Text(text) if deeper == 0 => {
                let piece = match markup::resolved(text) {
                    Some(text) => draft.keep(&text),
                    None => Piece::Chunk(text),
                };
                value = Some(value.map_or(piece, |before| draft.join(&[before, piece])));
            }
            Mark::Literal(text) if deeper == 0 => {
                let piece = Piece::Chunk(text);
                value = Some(value.map_or(piece, |before| draft.join(&[before, piece])));
            }
            Mark::Text(_) | Mark::Literal(_) => {}
            Mark::Close if deeper > 0 => deeper -= 1,
            Mark::Close => {
                let Some(element) = open.pop() else { return false };
                close(&element, Some(value.take().unwrap_or(Piece::Chunk(""))), draft);
                if open.is_empty() {
                    return marks.read() <= text.len();
                }
            }
        }
    }
    // An element that is open at the end of the text keeps the value it has so far.
    if let Some(element) = open.pop() {
        close(&element, value, draft);
    }
    false
}

/// An element below another, with its attributes added as fields.
fn element<'c>(
    parent: Option<Piece<'c>>,
    name: &'c str,
    attributes: &'c str,
    draft: &mut Draft<'c>,
) -> Element<'c> {
    // The names of the fields of an event are the paths below it.
    let Some(parent) = parent else {
        return Element {
            path: Piece::Chunk(""),
            plain: true,
            data: false,
            attributes: true,
            children: true,
        };
    };
    let top = draft.text(parent).is_empty();
    let mut own = Piece::Chunk(name);
    let data = matches!(name, "Data" | "ComplexData") && draft.text(parent) == "EventData";
    if data && let Some((_, named)) = markup::attributes(attributes).find(|(key, _)| *key == "Name") {
        own = resolved(named, draft);
    }
    let path = if top { own } else { draft.join(&[parent, Piece::Chunk("."), own]) };
    let path = if draft.text(path) == "RenderingInfo.Message" { Piece::Chunk("Message") } else { path };
    let mut has_attributes = false;
    if !data {
        for (key, value) in markup::attributes(attributes) {
            let key = if key == "UserId" { "UserID" } else { key };
            let name = draft.join(&[path, Piece::Chunk(".#attributes."), Piece::Chunk(key)]);
            let value = resolved(value, draft);
            draft.push(name, Some(value));
            has_attributes = true;
        }
    }
    let system = draft.text(path).starts_with("System.");
    Element { path, plain: system || data, data, attributes: has_attributes, children: false }
}

fn resolved<'c>(text: &'c str, draft: &mut Draft<'c>) -> Piece<'c> {
    match markup::resolved(text) {
        Some(text) => draft.keep(&text),
        None => Piece::Chunk(text),
    }
}

/// Adds the value of an element that has no others in it. Without text it is null, but for `Data` that has an
/// end of its own: that is an empty text.
fn close<'c>(element: &Element<'c>, value: Option<Piece<'c>>, draft: &mut Draft<'c>) {
    if element.children {
        return;
    }
    let empty = value.is_none_or(|value| draft.text(value).is_empty());
    match value {
        _ if empty && element.attributes => {}
        Some(value) if element.attributes && !element.plain => {
            let name = draft.join(&[element.path, Piece::Chunk(".#text")]);
            draft.push(name, Some(value));
        }
        value if !empty && draft.text(element.path).starts_with("UserData.") => {
            let name = numbered(element.path, draft);
            draft.push(name, value);
        }
        value if !empty || element.data => draft.push(element.path, value),
        _ => draft.push(element.path, None),
    }
}

/// Elements of the same name in `UserData` are `Name`, `Name_1`, `Name_2`, as the EVTX reader names them.
fn numbered<'c>(path: Piece<'c>, draft: &mut Draft<'c>) -> Piece<'c> {
    let name = draft.text(path);
    let same = draft.fields.iter().filter(|field| {
        let known = draft.text(field.name).strip_prefix(name);
        known.is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('_').is_some_and(|n| n.parse::<u16>().is_ok())
        })
    });
    match same.count() {
        0 => path,
        count => {
            let number = draft.keep(&format!("_{count}"));
            draft.join(&[path, number])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::scanner::scanned;
    use proptest::prelude::*;

    #[test]
    fn events_in_a_row_and_under_a_root() {
        let text = "<?xml?>\n<Events><Event a='1'><Events/>x</Event>\r\n<Event><![CDATA[</Event>]]></Event ></Events>";
        let expected = [
            (1, "<Event a='1'><Events/>x</Event>".to_owned()),
            (2, "<Event><![CDATA[</Event>]]></Event >".to_owned()),
        ];
        for size in [1, 2, 5, 1000] {
            assert_eq!(scanned(Events::default(), text, &[size], 100).0, expected, "pieces of {size}");
        }
    }

    #[test]
    fn one_past_the_bound_is_passed_over_and_numbered() {
        for size in [1, 3, 100] {
            let text = "<Event>1</Event><Event>22</Event><Event>3</Event>";
            let (all, lost) = scanned(Events::default(), text, &[size], 16);
            assert_eq!(all.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3]);
            assert_eq!(lost, [2]);
        }
    }

    proptest! {
        #[test]
        fn where_the_pieces_end_does_not_matter(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("<Event>"), Just("</Event>"), Just("<![CDATA["), Just("]]>"), Just("<Even"), Just("<"),
                    Just("<Events>"), Just("</Event "), Just(">"), Just("a"), Just("]"), Just("<Event x='1'>"),
                ],
                0..16,
            ),
            sizes in proptest::collection::vec(1usize..9, 1..5),
            bound in 1usize..40,
        ) {
            let text = parts.concat();
            let events = Events::default;
            prop_assert_eq!(scanned(events(), &text, &sizes, bound), scanned(events(), &text, &[1000], bound));
        }
    }
}
