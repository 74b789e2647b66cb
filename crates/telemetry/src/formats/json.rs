//! JSON: one record a line, several documents in a row, an array of records, an array in a wrapper.
//!
//! A record is made flat ([`crate::record::flatten`]) and mapped by the names of its fields ([`mapped`]); when it
//! carries the line of another record in a field, it is that record ([`crate::formats::line`]). RFC 8259; a line that
//! is no JSON may be a line of another form.

mod batch;
pub(crate) mod mapped;
mod service_facts;
pub(crate) mod values;

use crate::cut::chunk::{self, Chunk, Line, Scanned};
use crate::formats::line;
use crate::names::user_mapping::Mapping;
use crate::names::zeek;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::{Draft, Piece};
use crate::record::flatten::{self, JsonFault};
use crate::record::trouble::Trouble;
use input::Head;
use mapped::{UNKNOWN, is_event};
use model::Text;
use std::sync::Arc;

/// JSON records.
struct Json {
    /// The path of a Zeek log by the name of its file, for Zeek records that do not name it.
    zeek: zeek::Paths,
}

pub(crate) fn reader(head: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Json { zeek: zeek::Paths::of_name(head.name) })
}

/// The first line is an object that looks like an event.
pub(crate) fn recognise_lines(head: &Head<'_>) -> bool {
    first_line(head).is_some_and(|draft| is_event(&draft) || batch::is_batch(&draft))
}

/// The first value, which may go on beyond the head, is an object that looks like an event.
pub(crate) fn recognise_values(head: &Head<'_>) -> bool {
    first_value(head).is_some_and(|draft| is_event(&draft) || batch::is_batch(&draft))
}

/// Whether a user's mapping knows the first line (true) or the first value (false) for an event.
pub(crate) fn is_mapped(head: &Head<'_>, mapping: &Mapping) -> Option<bool> {
    let fits = |draft: Option<Draft<'_>>| draft.is_some_and(|draft| mapping.fits(&draft));
    if fits(first_line(head)) {
        return Some(true);
    }
    fits(first_value(head)).then_some(false)
}

fn first_line<'h>(head: &Head<'h>) -> Option<Draft<'h>> {
    let line = head.lines(1).next().filter(|line| line.starts_with('{'))?;
    let mut draft = Draft::default();
    let used = flatten::flatten(line, Piece::Chunk(""), &mut draft).ok()?;
    let alone = line.get(used..).is_some_and(|rest| rest.trim().is_empty());
    mapped::unwrap(&mut draft);
    (alone && values::wrapper(line.as_bytes()).is_none()).then_some(draft)
}

fn first_value<'h>(head: &Head<'h>) -> Option<Draft<'h>> {
    let text = head.text.trim_start();
    let inside = match values::wrapper(text.as_bytes()) {
        Some(at) => text.get(at..).unwrap_or_default(),
        None => text.strip_prefix('[').unwrap_or(text).trim_start(),
    };
    if !inside.starts_with('{') {
        return None;
    }
    let mut draft = Draft::default();
    match flatten::flatten(inside, Piece::Chunk(""), &mut draft) {
        Ok(_) | Err(JsonFault::Ends) => {
            mapped::unwrap(&mut draft);
            Some(draft)
        }
        Err(_) => None,
    }
}

impl Reader for Json {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        if chunk.values.is_empty() {
            let mut draft = Draft::default();
            let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
            for line in chunk::lines(chunk, &text, out.line_bytes_max) {
                self.record(&line, &mut draft, out);
            }
            return;
        }
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in values.lines() {
            self.record(&line, &mut draft, out);
        }
    }
}

impl Json {
    fn record<'c>(&self, line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
        draft.clear();
        if line.text.trim().is_empty() {
            return;
        }
        if line.cut {
            out.tally.troubles.add(Trouble::TooLong, line.number);
            out.bare(line, &UNKNOWN);
            return;
        }
        let fault = match flatten::flatten(line.text, Piece::Chunk(""), draft) {
            Ok(used) if line.text.get(used..).is_some_and(|rest| !rest.trim().is_empty()) => {
                Some(JsonFault::Syntax(used))
            }
            Ok(_) => None,
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            if !out.other(line) {
                out.tally.troubles.add_with(Trouble::NotJson, line.number, || fault.reason());
                out.bare(line, &UNKNOWN);
            }
            return;
        }
        if draft.overfull {
            out.tally.troubles.add(Trouble::TooManyFields, line.number);
        }
        let delivery = mapped::unwrap(draft);
        if delivery && batch::is_batch(draft) {
            for event in batch::events(draft) {
                draft.fields = event;
                let message = draft.get("message").map(str::to_owned).unwrap_or_default();
                give(&Line { raw: message.as_bytes(), ..*line }, &self.zeek, draft, out);
            }
            return;
        }
        give(line, &self.zeek, draft, out);
    }
}

/// Gives the record in a draft, or the one that it carries, as often as it happened.
pub(super) fn give<'c>(line: &Line<'_>, zeek: &zeek::Paths, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    let mapped = mapped::mapped(draft, zeek);
    let opened = line::opened(draft, mapped, out.options);
    let facts = out.mapping.apply(draft, opened.facts);
    for _ in 0..opened.times {
        out.draft(draft, line.number, line.raw, Text::Fields, &facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_before_the_first_record_are_passed_over() {
        let log = "\t\r\n\n{\"time\":\"2024-06-12T03:14:15Z\",\"a\":1}\n";
        assert!(recognise_lines(&Head::of_bytes("a.log", log.as_bytes())));
    }
}
