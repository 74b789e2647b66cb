//! Writes the events of one source and day into one file.
//!
//! Numbers rise and may have holes: a file that was merged has not all events that its inputs had. What is in memory is
//! one row group, compressed, and a page of rows that wait; a caller that writes many files asks how much that is and
//! ends row groups early. A row group ends where its caller says so or at a bound, so equal calls give equal bytes.

use super::columns::{Columns, bytes_of_field};
use super::{GROUP_BYTES_MAX, PAGE_ROWS, properties, schema};
use crate::event::{EVENTS_MAX, Event, FIELD_BYTES_MAX, FIELDS_MAX, RAW_BYTES_MAX, Versions};
use crate::file::write::Writing;
use crate::name;
use crate::registered::{Registered, Set};
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use model::{Date, Fault, Field, Place, Problem, Problems, Timestamp};
use std::io::{self, Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// How many bytes of records and fields are gathered before they are encoded; one column holds less than 2 GiB at once.
const BATCH_BYTES: usize = 64 << 20;

/// Writes events one by one, in the order of their numbers.
pub struct EventWriter {
    writing: Writing,
    schema: SchemaRef,
    columns: Columns,
    source: String,
    day: Date,
    /// The first number, and the least that the next event may have.
    first: u64,
    next: u64,
    events: u64,
    earliest: Option<Timestamp>,
    latest: Option<Timestamp>,
    untimed: u64,
    problems: Problems,
}

impl EventWriter {
    /// Begins a file below the folder of the history. Numbers of events count up over all files of a source; this is
    /// the first that [`EventWriter::add`] gives.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin(dir: &Path, source: &str, day: Date, first: u64, versions: &Versions) -> io::Result<Self> {
        Self::with_groups(dir, source, day, first, versions, GROUP_BYTES_MAX)
    }

    fn with_groups(
        dir: &Path,
        source: &str,
        day: Date,
        first: u64,
        versions: &Versions,
        group_bytes: usize,
    ) -> io::Result<Self> {
        let schema = schema();
        let below = name::events_folder(source, day);
        let mut writing =
            Writing::begin(dir, &below, Arc::clone(&schema), properties(group_bytes), versions)?;
        writing.describe("source", source.to_owned());
        Ok(Self {
            writing,
            schema,
            columns: Columns::new(),
            source: source.to_owned(),
            day,
            first,
            next: first,
            events: 0,
            earliest: None,
            latest: None,
            untimed: 0,
            problems: Problems::new(source),
        })
    }

    /// Adds an event and gives its number, the next. Of a record that is longer than [`RAW_BYTES_MAX`], and of fields
    /// beyond [`FIELDS_MAX`] and [`FIELD_BYTES_MAX`], the beginning is kept, and a problem says so.
    ///
    /// # Errors
    /// The disk's; a file that is full ([`EVENTS_MAX`]).
    pub fn add(&mut self, event: &Event<'_>) -> io::Result<u64> {
        let number = self.next;
        self.add_numbered(number, event)?;
        Ok(number)
    }

    /// Adds an event that has a number already: it is greater than those before, and numbers may be missing between.
    ///
    /// # Errors
    /// Those of [`EventWriter::add`]; a number that is too small, or greater than [`i64::MAX`].
    pub fn add_numbered(&mut self, number: u64, event: &Event<'_>) -> io::Result<()> {
        let refused = |what: String| Err(Error::new(ErrorKind::InvalidInput, what));
        if self.events >= EVENTS_MAX {
            return refused(format!("a file of events has at most {EVENTS_MAX}: begin another"));
        }
        if number < self.next {
            return refused(format!(
                "event number {number} does not rise: the next is at least {}",
                self.next
            ));
        }
        if i64::try_from(number).is_err() {
            return refused(format!("event number {number} is too great: the greatest is {}", i64::MAX));
        }
        let mut event = *event;
        if let Some(beginning) = event.raw.get(..RAW_BYTES_MAX).filter(|kept| kept.len() < event.raw.len()) {
            let bytes = event.raw.len();
            let what =
                format!("the record has {bytes} bytes; the first {RAW_BYTES_MAX} are kept in the history");
            self.cut(&event, what);
            event.raw = beginning;
        }
        let kept = within_bounds(event.fields);
        if kept.len() < event.fields.len() {
            let what = format!(
                "the record has too many fields, or too long ones; the first {} of {} are kept in the history",
                kept.len(),
                event.fields.len()
            );
            self.cut(&event, what);
            event.fields = kept;
        }
        let waiting = self.columns.bytes() + Columns::bytes_of(&event);
        if self.columns.len() >= PAGE_ROWS || (self.columns.len() > 0 && waiting > BATCH_BYTES) {
            self.flush()?;
        }
        self.columns.add(number, &self.source, &event);
        if self.events == 0 {
            self.first = number;
        }
        (self.next, self.events) = (number + 1, self.events + 1);
        self.untimed += u64::from(event.time.is_none());
        if let Some(time) = event.time {
            self.earliest = Some(self.earliest.map_or(time, |earliest| earliest.min(time)));
            self.latest = Some(self.latest.map_or(time, |latest| latest.max(time)));
        }
        Ok(())
    }

    /// How many events it has.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// About how many bytes of memory it holds: the rows that wait and the row group that has begun.
    #[must_use]
    pub fn bytes_held(&self) -> usize {
        self.columns.bytes() + self.writing.bytes_held()
    }

    /// Ends the row group, so that what it has goes to the disk. Small row groups are read more slowly.
    ///
    /// # Errors
    /// The disk's.
    pub fn end_group(&mut self) -> io::Result<()> {
        self.flush()?;
        self.writing.end_group()
    }

    /// What was not kept whole, so far.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.clone().into_vec()
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The disk's; a file without events.
    pub fn finish(mut self) -> io::Result<Registered> {
        if self.events == 0 {
            return Err(Error::new(ErrorKind::InvalidInput, "a file of events has at least one"));
        }
        self.flush()?;
        self.writing.describe("first", self.first.to_string());
        let (file, seal) = self.writing.finish(|digest| name::events_file(self.first, digest))?;
        Ok(Registered {
            name: format!("{}/{file}", name::events_folder(&self.source, self.day)),
            set: Set::Events { source: self.source, day: self.day },
            first: self.first,
            last: self.next.saturating_sub(1),
            events: self.events,
            rows: self.events,
            bytes: seal.bytes,
            digest: seal.digest,
            tail_bytes: seal.tail_bytes,
            tail: seal.tail,
            earliest: self.earliest,
            latest: self.latest,
            untimed: self.untimed,
        })
    }

    fn cut(&mut self, event: &Event<'_>, what: String) {
        let mut one = Problems::new(event.document);
        one.add(Place::Record(event.record), Fault::Partial, what, Some("cut the log into its records"));
        self.problems.append(one);
    }

    fn flush(&mut self) -> io::Result<()> {
        let arrays = self.columns.take();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(Error::other)?;
        self.writing.write(&batch)
    }
}

/// The fields from the first on that are within the bounds.
fn within_bounds<'f, 'a>(fields: &'f [Field<'a>]) -> &'f [Field<'a>] {
    let mut bytes = 0;
    let fits = |field: &&Field<'_>| {
        bytes += bytes_of_field(field);
        bytes <= FIELD_BYTES_MAX
    };
    let kept = fields.iter().take(FIELDS_MAX).take_while(fits).count();
    fields.get(..kept).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dice::Dice;
    use model::{LogSource, Text};

    fn day() -> Date {
        Date::parse("2026-11-24").unwrap()
    }

    fn event<'a>(log: &'a LogSource, raw: &'a [u8]) -> Event<'a> {
        Event {
            time: None,
            log,
            host: None,
            account: None,
            from: None,
            to: None,
            document: "gate.log",
            record: 1,
            fields: &[],
            raw,
            text: Text::Raw,
            observables: &[],
        }
    }

    #[test]
    fn a_file_has_at_most_so_many_events() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &Versions::default()).unwrap();
        let log = LogSource::default();
        writer.events = EVENTS_MAX - 1;
        assert_eq!(writer.add(&event(&log, b"")).unwrap(), 0);
        let refused = writer.add(&event(&log, b"")).unwrap_err();
        assert_eq!(refused.to_string(), "a file of events has at most 1048576: begin another");
    }

    #[test]
    fn long_records_that_do_not_compress_begin_another_row_group() {
        let folder = tempfile::tempdir().unwrap();
        let (log, mut dice) = (LogSource::default(), Dice::new(3));
        let mut writer =
            EventWriter::with_groups(folder.path(), "gate", day(), 0, &Versions::default(), 1 << 20).unwrap();
        for n in 0..3000 {
            let raw: Vec<u8> = (0..200).flat_map(|_| dice.number().to_le_bytes()).collect();
            assert_eq!(writer.add(&event(&log, &raw)).unwrap(), n);
        }
        let file = writer.finish().unwrap();
        let opened = crate::file::open::Opened::open(folder.path(), &file).unwrap();
        // 1.6 KB each: a page has more than a megabyte, so each is a row group of its own.
        assert_eq!(opened.metadata().num_row_groups(), 3);
    }
}
