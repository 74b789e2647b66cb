//! Text of any form: files that mix the forms of several programs, that begin with foreign lines, or that no reader
//! knows.
//!
//! Each line is read by itself ([`crate::formats::line`]); one that nobody knows is a record without fields, so that
//! observables in it are found. What is plainly knowledge, an inventory or a page is no log: it is not searched,
//! since all of it is observables.
//!
//! Invariant: this format is asked last.

use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::line;
use crate::formats::syslog::years::Years;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::Draft;
use crate::record::trouble::Trouble;
use input::Head;
use model::LogSource;
use std::sync::Arc;

/// Names in JSON documents of what the world knows and of what is ours.
const NOT_LOGS: [&str; 22] = [
    "bomFormat",
    "spdxVersion",
    "SPDXID",
    "@context",
    "objects",
    "spec_version",
    "Event",
    "Attribute",
    "vulnerabilities",
    "document",
    "affected",
    "dataType",
    "catalogVersion",
    "cveID",
    "containers",
    "packages",
    "dependencies",
    "lockfileVersion",
    "artifacts",
    "Results",
    "matches",
    "meta",
];
/// How much of the head of a text may be bytes that are no text: one in so many.
const STRAY_BYTES: usize = 8;

/// Whether a document is text that may be a log.
pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let bytes = head.bytes;
    let stray = bytes.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    let mended = String::from_utf8_lossy(bytes);
    let wrong = mended.matches('\u{fffd}').count();
    if bytes.iter().all(u8::is_ascii_whitespace) || (stray + wrong) * STRAY_BYTES > bytes.len() {
        return false;
    }
    // A document of JSON that is no event, or a page.
    let plain = head.text.trim_start();
    let json = plain.starts_with(['{', '[']) && !head.keys().is_empty();
    let known =
        NOT_LOGS.iter().any(|name| head.has_key(name)) || head.has_key("id") && head.has_key("modified");
    let known = json && known;
    !(known || plain.starts_with('<') && (head.is_html() || plain.starts_with("<?xml")))
        && !matches!(plain.trim_end(), "{}" | "[]")
        && !plain.starts_with("%PDF")
}

pub(crate) fn reader(_: &Head<'_>, options: &Options) -> Arc<dyn Reader> {
    Arc::new(AnyText { years: Years::of_line(options) })
}

struct AnyText {
    years: Years,
}

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };

impl Reader for AnyText {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            if line.cut {
                out.tally.troubles.add(Trouble::TooLong, line.number);
            }
            let mut years = self.years;
            if !record(&line, &mut years, out) {
                out.tally.troubles.add(Trouble::NotOfFormat, line.number);
                out.bare(&line, &UNKNOWN);
            }
        }
    }
}

/// Hands over a line, whichever form it is in; false, and nothing handed over, when no reader knows it.
pub(crate) fn any_line(line: &Line<'_>, out: &mut Out<'_>) -> bool {
    let mut years = Years::of_line(out.options);
    record(line, &mut years, out)
}

fn record(line: &Line<'_>, years: &mut Years, out: &mut Out<'_>) -> bool {
    let mut draft = Draft::default();
    let Some(found) = line::read(line.text, years, &mut draft) else { return false };
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    let facts = out.mapping.apply(&mut draft, found.facts);
    for _ in 0..found.times {
        out.draft(&draft, line.number, line.raw, found.text, &facts);
    }
    true
}
