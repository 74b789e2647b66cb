//! Logs of containers: lines that a runtime has written in parts are joined, and each is read in its own form.
//!
//! Kubernetes, "CRI: Log format": a runtime cuts lines longer than its buffer (16 KiB) into parts with the tag `P`; the
//! last part has `F`. Parts of one stream that follow each other are one line, whose number is that of the first.
//!
//! Invariants: a line of the other stream or of another form between two parts ends the first, and so does the bound on
//! lines; no chunk ends inside a joined line.

use crate::cut::chunk::{self, Chunk, Line};
use crate::formats::{cri, text};
use crate::reader::options::Options;
use crate::reader::{Out, Reader};
use crate::record::trouble::Trouble;
use input::Head;
use model::LogSource;
use std::sync::Arc;

static UNKNOWN: LogSource = LogSource { product: None, service: None, categories: Vec::new() };

pub(crate) fn reader(_: &Head<'_>, options: &Options) -> Arc<dyn Reader> {
    Arc::new(Container { line_bytes_max: options.line_bytes_max })
}

struct Container {
    line_bytes_max: usize,
}

/// A line of which parts have come.
struct Open<'c> {
    number: u64,
    stream: &'c str,
    text: String,
    /// How long its lines are as written.
    bytes: usize,
}

/// What becomes of the line that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// This line goes on with it.
    Adds { ends: bool },
    /// This line is another.
    Closes,
}

/// What a line of this length does to an open one of this stream and length.
fn step(
    open: Option<(&str, usize)>,
    parts: Option<&cri::Tagged<'_>>,
    bytes: usize,
    bytes_max: usize,
) -> Step {
    match (open, parts) {
        (Some((stream, before)), Some(parts)) if parts.stream == stream => {
            let fits = before.saturating_add(bytes) <= bytes_max;
            if fits { Step::Adds { ends: !parts.partial } } else { Step::Closes }
        }
        _ => Step::Closes,
    }
}

impl Reader for Container {
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>) {
        let text = chunk::text(chunk, out.line_bytes_max, &mut out.tally.troubles);
        let mut open: Option<Open<'_>> = None;
        for line in chunk::lines(chunk, &text, out.line_bytes_max) {
            let parts = cri::tagged(line.text).filter(|_| !line.cut);
            let state = open.as_ref().map(|open| (open.stream, open.bytes));
            match (step(state, parts.as_ref(), line.raw.len(), self.line_bytes_max), parts) {
                (Step::Adds { ends }, Some(parts)) => {
                    if let Some(open) = &mut open {
                        open.text.push_str(parts.text);
                        open.bytes += line.raw.len();
                    }
                    if ends {
                        close(open.take(), out);
                    }
                }
                (_, Some(parts)) if parts.partial => {
                    close(open.take(), out);
                    let text = format!("{} {} F {}", parts.time, parts.stream, parts.text);
                    let bytes = line.raw.len();
                    open = Some(Open { number: line.number, stream: parts.stream, text, bytes });
                }
                _ => {
                    close(open.take(), out);
                    give(&line, out);
                }
            }
        }
        close(open, out);
    }

    fn whole(&self, bytes: &[u8]) -> usize {
        let mut open: Option<(String, usize)> = None;
        let (mut at, mut start) = (0, 0);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let raw = chunk::without_hole(line.strip_suffix(b"\n").unwrap_or(line));
            let cut = raw.len() > self.line_bytes_max;
            let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
            if !raw.is_empty() {
                let text = String::from_utf8_lossy(raw);
                let parts = cri::tagged(&text).filter(|_| !cut);
                let state = open.as_ref().map(|(stream, bytes)| (stream.as_str(), *bytes));
                match (step(state, parts.as_ref(), raw.len(), self.line_bytes_max), parts) {
                    (Step::Adds { ends: true }, _) => open = None,
                    (Step::Adds { .. }, _) => open = open.map(|(stream, bytes)| (stream, bytes + raw.len())),
                    (_, Some(parts)) if parts.partial => {
                        (open, start) = (Some((parts.stream.to_owned(), raw.len())), at);
                    }
                    _ => open = None,
                }
            }
            at += line.len();
        }
        if open.is_some() { start } else { bytes.len() }
    }
}

/// Hands over a line that was open.
fn close(open: Option<Open<'_>>, out: &mut Out<'_>) {
    let Some(open) = open else { return };
    give(&Line { number: open.number, text: &open.text, raw: open.text.as_bytes(), cut: false }, out);
}

fn give(line: &Line<'_>, out: &mut Out<'_>) {
    if line.cut {
        out.tally.troubles.add(Trouble::TooLong, line.number);
    }
    if !text::any_line(line, out) {
        out.tally.troubles.add(Trouble::NotOfFormat, line.number);
        out.bare(line, &UNKNOWN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, line_bytes_max: usize) -> &str {
        &text[..Container { line_bytes_max }.whole(text.as_bytes())]
    }

    #[test]
    fn a_chunk_ends_before_a_line_that_goes_on() {
        let line = "2026-06-12T03:14:15Z stdout F a\n";
        let part = "2026-06-12T03:14:15Z stdout P a\n";
        let other = "2026-06-12T03:14:15Z stderr F a\n";
        assert_eq!(whole(&[line, part].concat(), 1000), line);
        assert_eq!(whole(&[line, part, part].concat(), 1000), line);
        assert_eq!(whole(&[part, part].concat(), 1000), "");
        for closed in [[part, part, line].concat(), [part, other].concat(), [part, "x\n"].concat()] {
            assert_eq!(whole(&closed, 1000), closed);
        }
    }

    #[test]
    fn one_part_past_the_bound_begins_another_line() {
        let part = "2026-06-12T03:14:15Z stdout P a\n";
        let two = (part.len() - 1) * 2;
        assert_eq!(whole(&part.repeat(2), two), "");
        assert_eq!(whole(&part.repeat(3), two), part.repeat(2));
        assert_eq!(whole(&part.repeat(3), two - 1), part.repeat(2));
        assert_eq!(whole(&part.repeat(2), two - 1), part);
    }
}
