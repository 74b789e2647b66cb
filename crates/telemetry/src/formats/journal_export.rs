//! The journal of systemd as `journalctl -o export` and journal-remote write it.
//!
//! systemd, "Journal Export Format": an entry is fields, each `NAME=value` and a line end, or, where a value holds
//! bytes that are no text, `NAME`, a line end, its length as 64 bits of which the lowest byte comes first, its bytes
//! and a line end. An empty line ends the entry. The fields are those of the journal's JSON and are read as it is.

use crate::cut::chunk::{Chunk, Line, Scanned};
use crate::cut::scanner::{Between, Syntax};
use crate::formats::json::{self, mapped};
use crate::names::zeek;
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::draft::Draft;
use crate::record::trouble::Trouble;
use input::Head;
use std::sync::Arc;

/// How many bytes the length of a value has.
const LENGTH_BYTES: usize = 8;
/// How many of the first lines are looked at.
const LINES_LOOKED_AT: usize = 20;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let own = |line: &str| line.starts_with("__CURSOR=") || line.starts_with("__REALTIME_TIMESTAMP=");
    head.lines(1).any(|line| line.starts_with("__")) && head.lines(LINES_LOOKED_AT).any(own)
}

/// A field at the start of some bytes: its name, where its value is, and where the next begins.
struct Field {
    name: usize,
    value: std::ops::Range<usize>,
    next: usize,
}

/// What is at the start of some bytes.
enum Part {
    Field(Field),
    /// The empty line behind an entry, of this length.
    Ends(usize),
    /// More bytes are needed.
    More,
}

fn part(bytes: &[u8]) -> Part {
    let Some(end) = memchr::memchr(b'\n', bytes) else { return Part::More };
    let line = bytes.get(..end).unwrap_or_default();
    if line.is_empty() || line == b"\r" {
        return Part::Ends(end + 1);
    }
    if let Some(name) = memchr::memchr(b'=', line) {
        return Part::Field(Field { name, value: name + 1..end, next: end + 1 });
    }
    let start = end + 1 + LENGTH_BYTES;
    let Some(length) = bytes.get(end + 1..start) else { return Part::More };
    let length = length.iter().rev().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
    let stop = usize::try_from(length).ok().and_then(|length| start.checked_add(length));
    match stop {
        Some(stop) if stop < bytes.len() => {
            Part::Field(Field { name: end, value: start..stop, next: stop + 1 })
        }
        _ => Part::More,
    }
}

/// Where entries start and end.
pub(crate) struct Entries;

impl Syntax for Entries {
    fn between(&mut self, buffer: &[u8], at: usize, _: bool) -> Between {
        let rest = buffer.get(at..).unwrap_or_default();
        match rest.iter().position(|byte| !matches!(byte, b'\n' | b'\r' | 0)) {
            Some(start) => Between::Starts(at + start),
            None => Between::Looked(buffer.len()),
        }
    }

    fn end(&mut self, buffer: &[u8], at: &mut usize, limit: Option<usize>, _: bool) -> Option<usize> {
        loop {
            match part(buffer.get(*at..).unwrap_or_default()) {
                Part::Field(field) => *at += field.next,
                Part::Ends(length) => {
                    let end = *at;
                    *at += length;
                    return Some(end);
                }
                Part::More => {
                    // A length that no entry can have is no length: what follows is looked at line by line.
                    let behind = buffer.len() - *at;
                    if limit.is_none_or(|limit| buffer.len() > limit)
                        && let Some(end) = memchr::memchr(b'\n', buffer.get(*at..).unwrap_or_default())
                        && behind > end
                    {
                        *at += end + 1;
                        continue;
                    }
                    return None;
                }
            }
        }
    }
}

pub(crate) fn reader(_: &Head<'_>, _: &Options) -> Arc<dyn Reader> {
    Arc::new(Journal)
}

struct Journal;

impl Reader for Journal {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let values = Scanned::of(chunk, &mut out.tally.troubles);
        let mut draft = Draft::default();
        for line in values.lines() {
            draft.clear();
            entry(&line, &mut draft, out);
        }
    }
}

fn entry<'c>(line: &Line<'c>, draft: &mut Draft<'c>, out: &mut Out<'_>) {
    let mut rest = line.raw;
    loop {
        // The last line end of an entry that is cut off may be missing.
        let (field, ended) = match part(rest) {
            Part::Field(field) => (field, false),
            Part::Ends(length) => {
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            Part::More => match memchr::memchr(b'=', rest) {
                Some(name) => (Field { name, value: name + 1..rest.len(), next: rest.len() }, true),
                None => break,
            },
        };
        let text = |range| String::from_utf8_lossy(rest.get(range).unwrap_or_default());
        let (name, value) = (draft.keep(&text(0..field.name)), draft.keep(&text(field.value.clone())));
        draft.push(name, Some(value));
        if ended {
            break;
        }
        rest = rest.get(field.next..).unwrap_or_default();
    }
    if draft.fields.is_empty() {
        out.foreign(line, &mapped::UNKNOWN);
        return;
    }
    if draft.overfull {
        out.tally.troubles.add(Trouble::TooManyFields, line.number);
    }
    json::give(line, &zeek::Paths::of_name(""), draft, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::scanner::scanned;

    #[test]
    fn an_entry_ends_at_an_empty_line_that_is_in_no_value() {
        let text = "__CURSOR=a\nMESSAGE\n\u{4}\0\0\0\0\0\0\0x\n\ny\nA=b\n\n\n__CURSOR=c\nA=d";
        for size in [1, 3, 1000] {
            let (all, lost) = scanned(Entries, text, &[size], 1000);
            let first = "__CURSOR=a\nMESSAGE\n\u{4}\0\0\0\0\0\0\0x\n\ny\nA=b\n";
            assert_eq!(all, [(1, first.to_owned()), (2, "__CURSOR=c\nA=d".to_owned())]);
            assert!(lost.is_empty());
        }
    }

    #[test]
    fn a_length_that_no_entry_has_hides_nothing_behind_it() {
        let text =
            format!("__CURSOR=a\nMESSAGE\n\u{4}\0\0\0\0\0\0\u{7f}{}\n\n__CURSOR=c\nA=d\n\n", "x".repeat(99));
        for size in [1, 7, 1000] {
            let (all, lost) = scanned(Entries, &text, &[size], 60);
            assert_eq!(all, [(2, "__CURSOR=c\nA=d\n".to_owned())], "{size}");
            assert_eq!(lost, [1]);
        }
    }
}
