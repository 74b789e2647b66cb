//! Writes the events of one source and day into one file.

use super::{GROUP_BYTES_MAX, PAGE_ROWS, moment, properties, schema};
use crate::event::{EVENTS_MAX, Event, RAW_BYTES_MAX, Versions};
use crate::file::write::Writing;
use crate::name;
use crate::registered::{Registered, Set};
use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use model::{Date, Fault, Place, Problem, Problems, Timestamp};
use std::io::{self, Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// How many bytes of records are gathered before they are encoded; one column holds less than 2 GiB at once.
const BATCH_BYTES: usize = 64 << 20;

/// Writes events one by one, in the order of their numbers.
pub struct EventWriter {
    writing: Writing,
    schema: SchemaRef,
    columns: Columns,
    source: String,
    day: Date,
    first: u64,
    events: u64,
    earliest: Option<Timestamp>,
    latest: Option<Timestamp>,
    untimed: u64,
    problems: Problems,
}

#[derive(Default)]
struct Columns {
    numbers: Int64Builder,
    times: Vec<Option<i64>>,
    /// Source, product, category, service, host, account, from, to, document.
    texts: [StringBuilder; 9],
    records: Int64Builder,
    raw: BinaryBuilder,
    bytes: usize,
}

impl EventWriter {
    /// Begins a file below the folder of the history. Numbers of events count up over all files of a source.
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
        let folder = dir.join(name::events_folder(source, day));
        let mut writing = Writing::begin(&folder, Arc::clone(&schema), properties(group_bytes), versions)?;
        writing.describe("source", source.to_owned());
        writing.describe("first", first.to_string());
        Ok(Self {
            writing,
            schema,
            columns: Columns::default(),
            source: source.to_owned(),
            day,
            first,
            events: 0,
            earliest: None,
            latest: None,
            untimed: 0,
            problems: Problems::new(source),
        })
    }

    /// Adds an event and gives its number. Of a record that is longer than [`RAW_BYTES_MAX`] the beginning is kept, and
    /// a problem says so.
    ///
    /// # Errors
    /// The disk's; a file that is full ([`EVENTS_MAX`]).
    pub fn add(&mut self, event: &Event<'_>) -> io::Result<u64> {
        if self.events >= EVENTS_MAX {
            let what = format!("a file of events has at most {EVENTS_MAX}: begin another");
            return Err(Error::new(ErrorKind::InvalidInput, what));
        }
        let mut event = *event;
        if let Some(beginning) = event.raw.get(..RAW_BYTES_MAX).filter(|kept| kept.len() < event.raw.len()) {
            self.cut(&event);
            event.raw = beginning;
        }
        if self.columns.times.len() >= PAGE_ROWS || self.columns.bytes + event.raw.len() > BATCH_BYTES {
            self.flush()?;
        }
        let number = self.first + self.events;
        self.columns.add(number, &self.source, &event);
        self.events += 1;
        self.untimed += u64::from(event.time.is_none());
        if let Some(time) = event.time {
            self.earliest = Some(self.earliest.map_or(time, |earliest| earliest.min(time)));
            self.latest = Some(self.latest.map_or(time, |latest| latest.max(time)));
        }
        Ok(number)
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
        let (file, seal) = self.writing.finish(|digest| name::events_file(self.first, digest))?;
        Ok(Registered {
            name: format!("{}/{file}", name::events_folder(&self.source, self.day)),
            set: Set::Events { source: self.source, day: self.day },
            first: self.first,
            last: self.first + self.events - 1,
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

    fn cut(&mut self, event: &Event<'_>) {
        let what = format!(
            "the record has {} bytes; the first {RAW_BYTES_MAX} are kept in the history",
            event.raw.len()
        );
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

impl Columns {
    fn add(&mut self, number: u64, source: &str, event: &Event<'_>) {
        self.numbers.append_value(number.cast_signed());
        self.times.push(event.time.map(Timestamp::micros));
        let categories = event.log.categories.join(" ");
        let (from, to) = (event.from.map(|ip| ip.to_string()), event.to.map(|ip| ip.to_string()));
        let texts = [
            Some(source),
            event.log.product.as_deref(),
            (!categories.is_empty()).then_some(categories.as_str()),
            event.log.service.as_deref(),
            event.host,
            event.account,
            from.as_deref(),
            to.as_deref(),
            Some(event.document),
        ];
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.append_option(text);
        }
        self.records.append_value(event.record.cast_signed());
        self.raw.append_value(event.raw);
        self.bytes += event.raw.len();
    }

    /// The arrays in the order of the schema; the columns are empty afterwards.
    fn take(&mut self) -> Vec<ArrayRef> {
        let mut times = TimestampMicrosecondBuilder::new().with_data_type(moment());
        for time in self.times.drain(..) {
            times.append_option(time);
        }
        self.bytes = 0;
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.numbers.finish()), Arc::new(times.finish())];
        arrays.extend(self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        arrays.push(Arc::new(self.records.finish()));
        arrays.push(Arc::new(self.raw.finish()));
        arrays
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dice::Dice;
    use model::LogSource;

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
            raw,
            observables: &[],
        }
    }

    #[test]
    fn a_file_has_at_most_so_many_events() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = EventWriter::begin(folder.path(), "gate", day(), 0, &Versions::default()).unwrap();
        let log = LogSource::default();
        writer.events = EVENTS_MAX - 1;
        assert_eq!(writer.add(&event(&log, b"")).unwrap(), EVENTS_MAX - 1);
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
