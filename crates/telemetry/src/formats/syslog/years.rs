//! The years of the lines of a syslog file: the times of RFC 3164 have no year.
//!
//! [`crate::Options::year`] or [`crate::Options::latest`] gives the year, else a line in the head of the document
//! that has one. A log that goes from December to January goes into the next year. The feeding thread counts the
//! years chunk by chunk, so chunks can be read in any order.

use super::head::{Clock, Stamp, leading};
use crate::reader::options::Options;
use crate::record::clock;
use input::Head;
use model::{Date, Timestamp};

/// How far ahead of the known latest moment a line may be: clocks and time zones disagree.
const AHEAD_SECONDS: i64 = 86_400;
/// How far into a line its time is looked for.
const HEAD_BYTES_MAX: usize = 256;

/// Which year it is, line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Years {
    year: Option<i32>,
    /// The month of the line before, 0 at the start.
    month: u32,
    latest: Option<Timestamp>,
}

impl Years {
    /// The year in which a document starts.
    pub(super) fn new(head: &Head<'_>, options: &Options) -> Self {
        let mut years = Self { year: Some(0), month: 0, latest: options.latest };
        let mut named = None;
        for line in head.lines(usize::MAX) {
            match leading(line) {
                Some(Stamp::Month(month, _)) => {
                    years.step(month);
                }
                Some(Stamp::Whole(time)) if named.is_none() => {
                    named = i32::try_from(time.date().civil().0).ok();
                }
                _ => {}
            }
        }
        let turned = years.year.unwrap_or(0);
        let first = options.year.or(named).map(|year| year - turned);
        Self { year: first, month: 0, latest: if first.is_some() { None } else { options.latest } }
    }

    /// The year of a line in this month.
    fn step(&mut self, month: u32) -> Option<i32> {
        let year = self.year?;
        // A line of December among those of January is late, not eleven months ahead.
        if self.month != 0 && month > self.month + 6 {
            return Some(year - 1);
        }
        let turned = month + 6 < self.month;
        self.month = month;
        self.year = Some(if turned { year + 1 } else { year });
        self.year
    }

    /// The time of a line of this month.
    pub(super) fn time(&mut self, month: u32, clock: Clock) -> Option<Timestamp> {
        let (day, hour, minute, second) = clock;
        let at = |year| Timestamp::from_civil(Date::new(year, month, day)?, hour, minute, second, 0);
        if let Some(latest) = self.latest {
            let year = i32::try_from(latest.date().civil().0).ok()?;
            let limit = latest.plus_seconds(AHEAD_SECONDS);
            // A 29 February is in the last leap year.
            return (year - 8..=year).rev().find_map(|year| at(year).filter(|time| *time <= limit));
        }
        at(self.step(month)?)
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
            // Most lines are of the month of the line before, which changes nothing.
            if clock::in_month(line, self.month) {
                continue;
            }
            let start = line.get(..HEAD_BYTES_MAX.min(line.len())).unwrap_or_default();
            let ascii = start.iter().take_while(|byte| byte.is_ascii()).count();
            let start = std::str::from_utf8(start.get(..ascii).unwrap_or_default()).unwrap_or_default();
            if let Some(Stamp::Month(month, _)) = leading(start) {
                self.step(month);
            }
        }
    }
}
