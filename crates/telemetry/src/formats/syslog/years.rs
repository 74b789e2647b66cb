//! The years of the lines of a syslog file: the times of RFC 3164 have no year.
//!
//! [`crate::Options::year`] or [`crate::Options::latest`] gives the year, else a line in the head of the document
//! that has one. A log that goes from December to January goes into the next year. The feeding thread counts the
//! years chunk by chunk, so chunks can be read in any order.

use super::head::{Stamp, leading};
use crate::cut::chunk;
use crate::reader::options::Options;
use crate::record::clock::{self, Yearless};
use input::{Document, Head};
use model::Timestamp;

/// How far into a line its time is looked for.
const HEAD_BYTES_MAX: usize = 256;

/// Which year it is, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Years {
    year: Option<i32>,
    /// The month of the line before, 0 at the start.
    month: u32,
    latest: Option<Timestamp>,
}

impl Years {
    /// The year in which a document starts. A document that is all in its head is in order of time, so how often the
    /// year turns in it, and its last line, say the year of its first; of a longer one each line gets its own.
    pub(super) fn new(head: &Head<'_>, options: &Options) -> Self {
        let mut years = Self { year: Some(0), month: 0, latest: options.latest };
        let (mut named, mut last) = (None, None);
        for line in head.lines(usize::MAX) {
            match leading(line) {
                Some(Stamp::Month(time)) => last = years.step(time.month).map(|year| (year, time)),
                Some(Stamp::Whole(time)) if named.is_none() => {
                    named = clock::year(time);
                }
                _ => {}
            }
        }
        let turned = years.year.unwrap_or(0);
        if let Some(year) = options.year.or(named) {
            return Self { year: Some(year - turned), month: 0, latest: None };
        }
        let whole = head.bytes.len() < Document::HEAD_MAX;
        let first = last.filter(|_| whole && turned > 0).zip(options.latest);
        let first =
            first.and_then(|((turned, time), latest)| Some(clock::year(time.before(latest)?)? - turned));
        Self { year: first, month: 0, latest: options.latest }
    }

    /// For a line by itself.
    pub(crate) fn of_line(options: &Options) -> Self {
        let latest = if options.year.is_some() { None } else { options.latest };
        Self { year: options.year, month: 0, latest }
    }

    /// For a line of which nothing says the year.
    pub(crate) fn unknown() -> Self {
        Self { year: None, month: 0, latest: None }
    }

    /// For a line that was sent on at this moment.
    pub(crate) fn sent_at(moment: Timestamp) -> Self {
        Self { year: None, month: 0, latest: Some(moment) }
    }

    /// What is known behind the last line: its year and month, and whether a moment bounds the times.
    pub(super) fn kept(&self) -> (Option<i32>, u32, bool) {
        (self.year, self.month, self.latest.is_some())
    }

    /// For the lines behind those of which this was kept; the moment is that of the run that reads them.
    pub(super) fn restored((year, month, bounded): (Option<i32>, u32, bool), options: &Options) -> Self {
        let latest = if bounded { options.latest } else { None };
        // Where nothing said the year until now, an option may say it.
        let year = year.or(if bounded { None } else { options.year });
        Self { year, month, latest: latest.or(options.latest.filter(|_| year.is_none())) }
    }

    /// The year of a line in this month.
    fn step(&mut self, month: u32) -> Option<i32> {
        let year = self.year?;
        // A line of December among those of January is late, not eleven months ahead.
        if self.month != 0 && month >= self.month + 11 {
            return Some(year - 1);
        }
        let turned = month + 6 < self.month;
        self.month = month;
        self.year = Some(if turned { year + 1 } else { year });
        self.year
    }

    /// The time of a line.
    pub(super) fn time(&mut self, time: Yearless) -> Option<Timestamp> {
        let year = self.step(time.month);
        match self.latest {
            Some(latest) => time.not_after(latest, year.or_else(|| clock::year(latest))?),
            None => time.at(year?),
        }
    }

    /// Counts lines whose records are read elsewhere.
    pub(super) fn pass(&mut self, lines: &[u8]) {
        if self.year.is_none() {
            return;
        }
        let mut rest: &[u8] = lines;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after.get(1..).unwrap_or_default();
            let line = chunk::without_hole(line);
            // Most lines are of the month of the line before, which changes nothing.
            if clock::in_month(line, self.month) {
                continue;
            }
            let start = line.get(..HEAD_BYTES_MAX.min(line.len())).unwrap_or_default();
            let ascii = start.iter().take_while(|byte| byte.is_ascii()).count();
            let start = std::str::from_utf8(start.get(..ascii).unwrap_or_default()).unwrap_or_default();
            if let Some(Stamp::Month(time)) = leading(start) {
                self.step(time.month);
            }
        }
    }
}
