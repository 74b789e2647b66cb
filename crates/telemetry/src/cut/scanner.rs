//! Finds where the records of a document stand whose records are not lines: JSON values, XML events, rows of
//! quoted cells.
//!
//! A [`Syntax`] knows how a record starts and ends; what is common stands here: numbering, the bound on a
//! record, what may leave the buffer. A record that is longer than the bound is passed over and counted, so
//! the buffer never grows beyond it. What comes out does not depend on where the pieces of the stream end: a
//! syntax is shown the same bytes again until it can tell.

use std::ops::Range;

/// How the records of a format start and end. Only that: whether one is valid is for the reader of the chunk.
pub(crate) trait Syntax {
    /// Shown the first bytes of the document (some kilobytes, or all of it): where to start looking.
    fn begin(&mut self, head: &[u8]) -> usize {
        let _ = head;
        0
    }

    /// Between records, from this place on. With `ended`, no more bytes come.
    fn between(&mut self, buffer: &[u8], at: usize, ended: bool) -> Between;

    /// Inside of a record: its end, if it is in the buffer. `at` is how far it was looked at, and is moved;
    /// `limit` is the place behind which the record is too long, until it is.
    fn end(&mut self, buffer: &[u8], at: &mut usize, limit: Option<usize>, ended: bool) -> Option<usize>;
}

/// What stands between records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// At this place a record starts.
    Starts(usize),
    /// None starts before this place, and more bytes are needed to tell.
    Looked(usize),
    /// No more records come.
    Done,
}

/// The scanner. Its places are relative to the buffer it is shown.
pub(crate) struct Scanner {
    syntax: Box<dyn Syntax>,
    record_bytes_max: usize,
    /// How far the buffer has been looked at.
    at: usize,
    /// Where the record starts, while one is open.
    start: Option<usize>,
    /// Whether the open record is too long and is passed over.
    passing: bool,
    done: bool,
    begun: bool,
    number: u64,
    /// The numbers of records that were passed over.
    pub(crate) too_long: Vec<u64>,
}

impl Scanner {
    pub(crate) fn new(syntax: impl Syntax + 'static, record_bytes_max: usize) -> Self {
        Self {
            syntax: Box::new(syntax),
            record_bytes_max,
            at: 0,
            start: None,
            passing: false,
            done: false,
            begun: false,
            number: 0,
            too_long: Vec::new(),
        }
    }

    /// The records that end in the buffer, with their numbers from 1. Bytes that can no longer be needed may
    /// be taken out of the buffer before. With `ended`, what is left open is given as it is.
    pub(crate) fn scan(&mut self, buffer: &mut Vec<u8>, ended: bool) -> Vec<(u64, Range<usize>)> {
        let mut ready = Vec::new();
        if !self.begun {
            self.begun = true;
            if buffer.starts_with(b"\xef\xbb\xbf") {
                buffer.drain(..3);
            }
            self.at = self.syntax.begin(buffer);
        }
        while !self.done && self.at < buffer.len() {
            if self.start.is_some() || self.passing {
                if !self.inside(buffer, &mut ready, ended) {
                    break;
                }
                continue;
            }
            match self.syntax.between(buffer, self.at, ended) {
                Between::Starts(start) => {
                    (self.start, self.at) = (Some(start), start);
                    self.number += 1;
                }
                Between::Looked(at) => {
                    self.at = at;
                    break;
                }
                Between::Done => self.done = true,
            }
        }
        if ended {
            if let Some(start) = self.start.take() {
                ready.push((self.number, start..buffer.len()));
            }
            return ready;
        }
        let kept = ready.last().map_or(0, |(_, last)| last.end);
        if self.done {
            buffer.truncate(kept);
            self.at = kept;
        } else if self.passing {
            buffer.drain(kept..self.at);
            self.at = kept;
        } else if ready.is_empty() {
            // Nothing is given, so what stands before the open record can go at once.
            let kept = self.start.unwrap_or(self.at);
            buffer.drain(..kept);
            self.start = self.start.map(|_| 0);
            self.at -= kept;
        }
        ready
    }

    /// To be called when the buffer has lost its first bytes.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
        self.start = self.start.map(|start| start.saturating_sub(bytes));
    }

    /// Inside a record: to its end; false when the end is not in the buffer.
    fn inside(&mut self, buffer: &[u8], ready: &mut Vec<(u64, Range<usize>)>, ended: bool) -> bool {
        let limit = self.start.map(|start| start.saturating_add(self.record_bytes_max));
        let end = self.syntax.end(buffer, &mut self.at, limit, ended);
        if let Some(start) = self.start {
            let length = end.unwrap_or(buffer.len()) - start;
            if length > self.record_bytes_max {
                self.start = None;
                self.passing = true;
                self.too_long.push(self.number);
            }
        }
        let Some(end) = end else { return false };
        match self.start.take() {
            Some(start) => ready.push((self.number, start..end)),
            None => self.passing = false,
        }
        true
    }
}

/// For the tests of syntaxes: a text shown in pieces of these sizes, over and over; the records with their
/// numbers, and the numbers of those that were too long.
#[cfg(test)]
pub(crate) fn scanned(
    syntax: impl Syntax + 'static,
    text: &str,
    sizes: &[usize],
    bound: usize,
) -> (Vec<(u64, String)>, Vec<u64>) {
    let mut scanner = Scanner::new(syntax, bound);
    let (mut all, mut lost) = (Vec::new(), Vec::new());
    let (mut buffer, mut rest) = (Vec::new(), text.as_bytes());
    let mut sizes = sizes.iter().cycle();
    loop {
        let (piece, after) = rest.split_at((*sizes.next().expect("a size")).min(rest.len()));
        buffer.extend_from_slice(piece);
        rest = after;
        let ended = piece.is_empty();
        let ready = scanner.scan(&mut buffer, ended);
        for (number, place) in &ready {
            all.push((*number, String::from_utf8_lossy(&buffer[place.clone()]).into_owned()));
        }
        if let Some((_, last)) = ready.last() {
            buffer.drain(..last.end);
            scanner.moved(last.end);
        }
        lost.append(&mut scanner.too_long);
        if ended {
            return (all, lost);
        }
    }
}
