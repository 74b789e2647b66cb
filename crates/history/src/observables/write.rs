//! Writes rows of observables, which come in their order, into one file.

use super::rows::Row;
use super::{element, properties, schema};
use crate::event::Versions;
use crate::events::moment;
use crate::file::write::Writing;
use crate::name;
use crate::registered::{Registered, Set};
use arrow_array::builder::{
    Int32Builder, Int64Builder, ListBuilder, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use model::Timestamp;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// How many rows, values of lists and bytes of text are gathered before they are encoded.
const ROWS_MAX: usize = 8192;
const LISTED_MAX: usize = 1 << 20;
const TEXT_BYTES_MAX: usize = 16 << 20;

/// A table on its way.
pub(crate) struct TableWriter {
    writing: Writing,
    schema: SchemaRef,
    level: u8,
    hash: Int64Builder,
    kind: Int32Builder,
    value: StringBuilder,
    source: StringBuilder,
    count: Int64Builder,
    first: TimestampMicrosecondBuilder,
    last: TimestampMicrosecondBuilder,
    list: ListBuilder<Int64Builder>,
    waiting: usize,
    text: usize,
    listed: usize,
    rows: u64,
    earliest: Option<i64>,
    latest: Option<i64>,
}

/// What a table was made from.
pub(crate) struct Made {
    /// The first and last transaction.
    pub(crate) transactions: (u64, u64),
    pub(crate) events: u64,
    pub(crate) untimed: u64,
    /// The files that a directory names.
    pub(crate) below: Vec<String>,
}

impl TableWriter {
    pub(crate) fn begin(dir: &Path, level: u8, rows_max: u64, versions: &Versions) -> io::Result<Self> {
        let schema = schema(level);
        let below = name::observables_folder(level);
        let writing =
            Writing::begin(dir, &below, Arc::clone(&schema), properties(level, rows_max), versions)?;
        let moments = || TimestampMicrosecondBuilder::new().with_data_type(moment());
        Ok(Self {
            writing,
            schema,
            level,
            hash: Int64Builder::new(),
            kind: Int32Builder::new(),
            value: StringBuilder::new(),
            source: StringBuilder::new(),
            count: Int64Builder::new(),
            first: moments(),
            last: moments(),
            list: ListBuilder::new(Int64Builder::new()).with_field(element()),
            waiting: 0,
            text: 0,
            listed: 0,
            rows: 0,
            earliest: None,
            latest: None,
        })
    }

    /// Adds a row; its list may come from elsewhere.
    pub(crate) fn add(&mut self, row: &Row<'_>) -> io::Result<()> {
        self.hash.append_value(row.hash);
        self.kind.append_value(row.kind);
        self.value.append_value(row.value);
        self.source.append_value(row.source);
        self.count.append_value(row.count);
        self.first.append_option(row.first);
        self.last.append_option(row.last);
        self.list.values().append_slice(row.list);
        self.list.append(true);
        self.earliest = least(self.earliest, row.first);
        self.latest = greatest(self.latest, row.last);
        self.rows += 1;
        self.waiting += 1;
        self.text += row.value.len() + row.source.len();
        self.listed += row.list.len();
        if self.waiting >= ROWS_MAX || self.text >= TEXT_BYTES_MAX || self.listed >= LISTED_MAX {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(self.hash.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.value.finish()),
            Arc::new(self.source.finish()),
            Arc::new(self.count.finish()),
            Arc::new(self.first.finish()),
            Arc::new(self.last.finish()),
            Arc::new(self.list.finish()),
        ];
        (self.waiting, self.text, self.listed) = (0, 0, 0);
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)?;
        self.writing.write(&batch)
    }

    /// Puts the file in its place.
    pub(crate) fn finish(mut self, made: Made) -> io::Result<Registered> {
        self.flush()?;
        let (first, last) = made.transactions;
        self.writing.describe("transactions", format!("{first}-{last}"));
        let (file, seal) = self.writing.finish(|digest| name::observables_file(first, last, digest))?;
        Ok(Registered {
            name: format!("{}/{file}", name::observables_folder(self.level)),
            set: Set::Observables { level: self.level, below: made.below },
            first,
            last,
            events: made.events,
            rows: self.rows,
            bytes: seal.bytes,
            digest: seal.digest,
            tail_bytes: seal.tail_bytes,
            tail: seal.tail,
            earliest: self.earliest.and_then(Timestamp::from_micros),
            latest: self.latest.and_then(Timestamp::from_micros),
            untimed: made.untimed,
        })
    }
}

/// The lesser of two moments that may be unknown.
pub(crate) fn least(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.into_iter().chain(b).min()
}

/// The greater of two moments that may be unknown.
pub(crate) fn greatest(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    a.into_iter().chain(b).max()
}
