//! A line of JSON for each machine of a run, made of pieces: what is equal on all machines is serialised once.
//!
//! On thousands of machines a finding differs only in its identifier, the names of the machine and the place of the
//! row. So it is serialised once with marks in those places ([`LinePattern`]), and a line is the pieces between the
//! marks with names put in: some ten copies instead of a hundred tokens.
//!
//! Invariants:
//! - a line has the same bytes as its finding serialised: a property test compares them;
//! - if a text holds a mark too, there are more marks than were put in, and the run has no pattern. A member that
//!   differs in more than names (further rows, a name that evidence cuts) is serialised by itself.

use crate::form::marked::MarkedFinding;
use crate::outline::marking::Marking;
use crate::safe::json;
use model::{Evidence, Machine, Row, Run};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

/// Opens each mark: a noncharacter of Unicode, so that few texts hold it. JSON leaves it as it is.
const MARK: char = '\u{10ffff}';
const HOST: &str = "\u{10ffff}h";
const REASON: &str = "\u{10ffff}r";
const OWNER: &str = "\u{10ffff}o";
const DOCUMENT: &str = "\u{10ffff}d";

/// What is before the identifier in every line of an exposure.
const BEFORE_ID: &str = r#"{"kind":"exposure","id":""#;
/// What is between the name of a document and the place in it.
const BEFORE_PLACE: &str = r#"","record":"#;

/// Whether evidence keeps the name whole.
fn fits(row: &Row<'_>) -> bool {
    row.host().is_none_or(|(host, reason)| host.len().max(reason.len()) <= Evidence::VALUE_MAX)
}

/// Which of the names that may be absent are there: host and owner.
type Shape = (bool, bool);

/// The patterns of a run, one a shape; `None` where the run has none.
#[derive(Default)]
pub(crate) struct LinePatterns(Vec<(Shape, Option<LinePattern>)>);

impl LinePatterns {
    /// The pattern for the finding of the member at this place, with this row.
    pub(crate) fn of(
        &mut self,
        run: &mut Run<'_>,
        place: usize,
        row: &Row<'_>,
        marking: Marking,
    ) -> Option<&LinePattern> {
        if !run.is_of_one_row(place) || !fits(row) {
            return None;
        }
        let shape = (row.host().is_some(), row.owner().is_some());
        let known = self.0.iter().position(|(of, _)| *of == shape);
        let at = known.unwrap_or_else(|| {
            self.0.push((shape, LinePattern::of(run, shape, marking)));
            self.0.len() - 1
        });
        self.0.get(at)?.1.as_ref()
    }
}

/// What is put in at a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum MarkSlot {
    Host,
    Reason,
    Owner,
    /// Document and place, which are side by side.
    Document,
}

/// A serialised finding, cut at what differs in its run.
#[derive(Debug)]
pub(crate) struct LinePattern {
    text: String,
    /// From the identifier to the first mark.
    first: Range<usize>,
    /// What is put in next, and the piece after it.
    then: Vec<(MarkSlot, Range<usize>)>,
}

impl LinePattern {
    /// The pattern of a run for machines of a shape; `None` if the marks found are not the marks put in.
    fn of(run: &mut Run<'_>, (host, owner): Shape, marking: Marking) -> Option<Self> {
        let machine = Machine {
            display: host.then(|| HOST.into()),
            owner: owner.then(|| OWNER.into()),
            reason: REASON,
            ..Machine::default()
        };
        let finding = run.at(&Row { machine: Some(&machine), document: DOCUMENT, place: 0 });
        let mut line = Vec::new();
        json::append(&MarkedFinding::of(finding, marking), &mut line).ok()?;
        let text = String::from_utf8(line).ok()?;
        let rest = text.strip_prefix(BEFORE_ID)?.strip_prefix(finding.id.as_str())?;
        let mut pieces = rest.split(MARK);
        let mut from = text.len() - rest.len();
        let mut piece = |length: usize, opening: usize| {
            let piece = from + opening..from + length;
            from += length + MARK.len_utf8();
            piece
        };
        let first = piece(pieces.next()?.len(), 0);
        let mut then = Vec::with_capacity(5);
        for after in pieces {
            let (slot, opening) = opening(after)?;
            then.push((slot, piece(after.len(), opening)));
        }
        let mut found: Vec<MarkSlot> = then.iter().map(|(slot, _)| *slot).collect();
        found.sort_unstable();
        let put_in = [
            (MarkSlot::Host, host),
            (MarkSlot::Host, host),
            (MarkSlot::Reason, host),
            (MarkSlot::Owner, owner),
        ];
        let put_in = put_in.into_iter().chain([(MarkSlot::Document, true)]);
        found.into_iter().eq(put_in.filter_map(|(slot, is_there)| is_there.then_some(slot))).then_some(())?;
        Some(Self { text, first, then })
    }

    /// The line of a row, without its end.
    pub(crate) fn write(&self, id: &str, row: &Row<'_>, line: &mut Vec<u8>) -> io::Result<()> {
        let host = row.host().map(|(host, _)| escaped(host)).transpose()?;
        let piece = |piece: &Range<usize>| self.text.get(piece.clone()).unwrap_or_default().as_bytes();
        line.extend_from_slice(BEFORE_ID.as_bytes());
        line.extend_from_slice(id.as_bytes());
        line.extend_from_slice(piece(&self.first));
        for (slot, after) in &self.then {
            match slot {
                MarkSlot::Host => line.extend_from_slice(host.as_deref().unwrap_or_default()),
                MarkSlot::Reason => {
                    line.extend_from_slice(&escaped(row.host().map_or("", |(_, reason)| reason))?)
                }
                MarkSlot::Owner => line.extend_from_slice(&escaped(row.owner().unwrap_or_default())?),
                MarkSlot::Document => {
                    line.extend_from_slice(&escaped(row.document)?);
                    write!(line, "{BEFORE_PLACE}{}", row.place)?;
                }
            }
            line.extend_from_slice(piece(after));
        }
        Ok(())
    }
}

/// The mark that begins the text after [`MARK`], and how much of the text belongs to the mark.
fn opening(after: &str) -> Option<(MarkSlot, usize)> {
    let slot = match after.bytes().next()? {
        b'h' => MarkSlot::Host,
        b'r' => MarkSlot::Reason,
        b'o' => MarkSlot::Owner,
        b'd' => {
            // The place of the pattern is 0.
            let rest = after.strip_prefix('d')?.strip_prefix(BEFORE_PLACE)?.strip_prefix('0')?;
            rest.starts_with(',').then_some(())?;
            return Some((MarkSlot::Document, after.len() - rest.len()));
        }
        _ => return None,
    };
    Some((slot, 1))
}

/// A text as JSON writes it between the quotes.
fn escaped(text: &str) -> io::Result<Cow<'_, [u8]>> {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    let mut quoted = Vec::with_capacity(text.len() + 16);
    json::append(&text, &mut quoted)?;
    quoted.pop();
    quoted.drain(..quoted.len().min(1));
    Ok(Cow::Owned(quoted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Cast, Finding, FindingKind, Intel, IntelType, Member, Spread, Subject, Tlp};
    use std::sync::Arc;

    /// Whether a spread of a finding with this name has a pattern, for each shape.
    fn has_patterns(name: &str) -> Vec<bool> {
        let intel = Intel {
            kind: IntelType::Vulnerability,
            id: "CVE-2021-44228".into(),
            name: name.into(),
            source: "kev.json".into(),
            tlp: Tlp::Clear,
        };
        let evidence = Evidence::at("", 0, None).with("name", "log4j-core");
        let mut finding = Finding::new(FindingKind::Exposure, intel, Subject::default(), &[], evidence);
        finding.evidence.push(Evidence::at("kev.json", 0, None));
        let members = vec![Member { claim: 0, machine: 0, document: 0, place: 7 }];
        let spread = Spread::new(finding, &Arc::from("log4j"), members, &Arc::new(Cast::default()));
        let mut found = Vec::new();
        let shapes = [(false, false), (false, true), (true, false), (true, true)];
        let done = spread.expect("a member").try_each_run(&mut |run| {
            found.extend(shapes.map(|shape| LinePattern::of(run, shape, Marking::new(Tlp::Red)).is_some()));
            Ok::<(), ()>(())
        });
        assert_eq!(done, Ok(()));
        found
    }

    #[test]
    fn a_finding_has_a_pattern_for_every_shape() {
        assert_eq!(has_patterns("Log4Shell \"quoted\" \u{202e} {host}"), [true; 4]);
    }

    #[test]
    fn a_text_that_holds_a_mark_has_no_pattern() {
        for mark in [HOST, REASON, OWNER, DOCUMENT, "\u{10ffff}", "a\u{10ffff}d\",\"record\":0,"] {
            assert_eq!(has_patterns(mark), [false; 4], "{mark:?}");
        }
    }

    #[test]
    fn text_is_escaped_as_json_escapes_it() {
        for text in ["", "app-1", "a\"b", "\\", "\u{1}\n", "\u{202e}", "\u{7f}", "é", "\u{10ffff}"] {
            let mut quoted = Vec::new();
            json::append(&text, &mut quoted).expect("memory");
            let escaped = escaped(text).expect("memory").into_owned();
            assert_eq!([b"\"".to_vec(), escaped, b"\"".to_vec()].concat(), quoted);
        }
    }
}
