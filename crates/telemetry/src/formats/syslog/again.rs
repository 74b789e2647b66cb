//! `last message repeated 3 times`, as BSD's syslogd writes it: the line before came so many times more.
//!
//! FreeBSD, `syslogd(8)`, option `-c`, and sysklogd. Of the line before, the beginning is kept from chunk to chunk;
//! where it is of another machine, the line says nothing.

use super::head::parse;
use super::line;
use super::years::Years;
use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::linux;
use crate::reader::Out;
use crate::record::draft::Draft;

const SAID: &str = "last message repeated ";
/// How often a message may be repeated: a greater number is taken for this one.
const REPEATED_MAX: u64 = 10_000;
/// How much of a line is kept, and how long one is that says so, at the most.
const KEPT_BYTES_MAX: usize = 1 << 10;

/// How much of a line is kept when lines have this bound: so little that the bound itself is never met.
pub(super) fn bound(line_bytes_max: usize) -> usize {
    (line_bytes_max / 2).min(KEPT_BYTES_MAX)
}

/// Whether a line says that the one before it came again.
pub(super) fn is_said(text: &str, bound: usize) -> bool {
    // Nearly all lines end otherwise.
    text.len() <= bound && text.trim_end().ends_with(" times") && text.contains(SAID)
}

/// What is kept of a line.
pub(super) fn kept(text: &str, bound: usize) -> &str {
    let end = (0..=bound.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// What is kept of the lines of a chunk: the last one that is a line by itself.
pub(super) fn last(chunk: &Chunk, bound: usize) -> Option<String> {
    let lines = chunk.bytes.rsplit(|byte| *byte == b'\n').map(chunk::without_hole);
    lines.into_iter().find_map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(line.get(..bound * 4 + 4).unwrap_or(line));
        (!line.is_empty() && !is_said(&text, bound)).then(|| kept(&text, bound).to_owned())
    })
}

/// Hands over the line before, at the time of this one, as often as this one says.
pub(super) fn record(line: &Line<'_>, before: &str, years: &mut Years, out: &mut Out<'_>) {
    let mut draft = Draft::default();
    let found = || {
        let (head, count) = line.text.split_once(SAID)?;
        let count: u64 = count.trim_end().strip_suffix(" times")?.parse().ok()?;
        let host = parse(line.text)?.host;
        (host == parse(before)?.host && !head.is_empty()).then_some(count.min(REPEATED_MAX))
    };
    let count = found();
    // Every line counts for the year.
    let own = line::read(line.text, years, &mut draft);
    let Some(own) = own else {
        out.foreign(line, &linux::LINUX);
        return;
    };
    let Some(count) = count else {
        out.draft(&draft, line.number, line.raw, own.meaning.text, &own.meaning.facts);
        return;
    };
    let (time, local) = (own.meaning.facts.time, own.meaning.facts.local);
    let mut draft = Draft::default();
    let mut unmoved = *years;
    let Some(mut found) = line::read(before, &mut unmoved, &mut draft) else { return };
    (found.meaning.facts.time, found.meaning.facts.local) = (time, local);
    // The line itself has none of the words of the one before.
    draft.decoded = true;
    for _ in 0..count {
        out.draft(&draft, line.number, line.raw, found.meaning.text, &found.meaning.facts);
    }
}
