//! Finds the records of documents whose records are not lines: JSON values, XML events, rows of quoted cells.
//!
//! A [`Syntax`] knows how a record starts and ends. The scanner does what is common: it numbers the records, bounds
//! their length and says which bytes may leave the buffer. A record that is longer than the bound is passed over and
//! counted, so the buffer never grows beyond it. The records do not depend on where the pieces of the stream end: a
//! syntax sees the same bytes again until it can decide.

use std::ops::Range;

/// How many bytes behind a record a syntax may need to see that it has ended there.
const LOOKED_AHEAD_BYTES_MAX: usize = 128;

/// How the records of a format start and end. The reader of the chunk decides whether a record is valid.
pub(crate) trait Syntax {
    /// Gets the first bytes of the document (some kilobytes, or all of it); gives the place to start at.
    fn begin(&mut self, head: &[u8]) -> usize {
        let _ = head;
        0
    }

    /// Between records, from this place on. With `ended`, no more bytes come.
    fn between(&mut self, buffer: &[u8], at: usize, ended: bool) -> Between;

    /// Inside a record: its end, if it is in the buffer. The syntax moves `at` as far as it has looked. Behind
    /// `limit` the record is too long; once it is, there is no limit.
    fn end(&mut self, buffer: &[u8], at: &mut usize, limit: Option<usize>, ended: bool) -> Option<usize>;

    /// What it knows where it has looked up to, from which [`Syntax::restore`] goes on.
    fn state(&self) -> Vec<u64> {
        Vec::new()
    }

    /// Goes on from this state.
    fn restore(&mut self, state: &[u64]) {
        let _ = state;
    }
}

/// What a syntax finds between records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// At this place a record starts.
    Starts(usize),
    /// None starts before this place; more bytes are needed to decide.
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

    /// Goes on behind the record with this number, where another scanner ended in this state.
    pub(crate) fn restore(&mut self, number: u64, passing: bool, state: &[u64]) {
        let (done, state) = state.split_first().map_or((false, state), |(done, state)| (*done != 0, state));
        self.syntax.restore(state);
        (self.number, self.passing, self.done, self.begun) = (number, passing, done, true);
    }

    /// Where another scanner can go on: how many of the buffer's last bytes it must see again, the number of the last
    /// record before them, whether they are in a record that is passed over, and the state.
    pub(crate) fn rest(&self, buffer: &[u8]) -> (usize, u64, bool, Vec<u64>) {
        let from = if self.done { buffer.len() } else { self.start.unwrap_or(self.at) };
        let number = self.number - u64::from(self.start.is_some());
        let state = std::iter::once(u64::from(self.done)).chain(self.syntax.state()).collect();
        (buffer.len().saturating_sub(from), number, self.passing, state)
    }

    /// The records that end in the buffer, with their numbers from 1. Bytes that are no longer needed may leave the
    /// buffer first. With `ended`, an open record is given as it is.
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
            // No record is given, so the bytes before the open record can go at once.
            let kept = self.start.unwrap_or(self.at);
            buffer.drain(..kept);
            self.start = self.start.map(|_| 0);
            self.at -= kept;
        }
        ready
    }

    /// The caller calls this when it has taken the first bytes off the buffer.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
        self.start = self.start.map(|start| start.saturating_sub(bytes));
    }

    /// Inside a record: to its end; false when the end is not in the buffer.
    fn inside(&mut self, buffer: &[u8], ready: &mut Vec<(u64, Range<usize>)>, ended: bool) -> bool {
        let limit = self.start.map(|start| start.saturating_add(self.record_bytes_max));
        let end = self.syntax.end(buffer, &mut self.at, limit, ended);
        if let Some(start) = self.start {
            // A record that has ended may wait for what follows it, so the bytes behind it are not its own.
            let ahead = if end.is_some() || ended { 0 } else { LOOKED_AHEAD_BYTES_MAX };
            let length = end.unwrap_or(buffer.len()) - start;
            if length > self.record_bytes_max.saturating_add(ahead) {
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

/// For the tests of syntaxes: scans a text in pieces of these sizes, over and over; gives the records with their
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
