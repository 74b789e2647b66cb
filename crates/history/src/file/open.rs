//! A registered file, opened: first its length, then the digest of its tail, then what the tail says.
//!
//! A parser sees only bytes that were written so. A file that was cut, exchanged or damaged at its end is named as a
//! problem here and is not used; damage before that costs the pages that lie there.

use super::seal::{SUMS, sums_from_text};
use super::sealed::{Sealed, read_at};
use super::write::LAYOUT;
use crate::registered::Registered;
use arrow_array::RecordBatch;
use bytes::Bytes;
use model::{Fault, Place, Problem};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowSelection,
};
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// How long a tail may be: a page index of 100 M rows has some megabytes.
pub(crate) const TAIL_BYTES_MAX: u64 = 64 << 20;

/// How many rows a reader decodes at once where it reads everything.
pub(crate) const BATCH_ROWS: usize = 8192;

/// The remedy for a file that is not what was written.
const RESTORE: &str = "restore the file from a copy; what it holds is not searched until then";

/// An open file.
pub(crate) struct Opened {
    sealed: Sealed,
    described: ArrowReaderMetadata,
}

impl Opened {
    /// Opens a file of the history; a problem says why it cannot be used.
    pub(crate) fn open(dir: &Path, registered: &Registered) -> Result<Self, Problem> {
        let opened = Self::try_open(dir, registered).map_err(|what| (what, RESTORE));
        let (what, help) = match opened.and_then(Self::of_known_layout) {
            Ok(opened) => return Ok(opened),
            Err(unusable) => unusable,
        };
        let (source, help) = (registered.name.clone(), Some(help.to_owned()));
        Err(Problem { source, place: Place::Whole, fault: Fault::Unreadable, what, help })
    }

    /// Columns that are missing or new are read by name; a layout with another number may mean something else by them.
    fn of_known_layout(self) -> Result<Self, (String, &'static str)> {
        let layout = said(self.metadata(), "outpace.layout").unwrap_or("of no number");
        let what = format!("the file has layout {layout}; this version reads layout {LAYOUT}");
        if layout == LAYOUT {
            return Ok(self);
        }
        Err((what, "read it with the version that wrote it, or a newer one"))
    }

    fn try_open(dir: &Path, registered: &Registered) -> Result<Self, String> {
        let file = File::open(dir.join(&registered.name)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "the file is missing".to_owned(),
            _ => format!("the file cannot be opened: {error}"),
        })?;
        let length = file.metadata().map_err(|error| format!("the file cannot be read: {error}"))?.len();
        if length != registered.bytes {
            return Err(format!("the file has {length} bytes, {} were written", registered.bytes));
        }
        if registered.tail_bytes > length.min(TAIL_BYTES_MAX) {
            return Err(format!(
                "the tail of the file is registered with {} bytes; at most {TAIL_BYTES_MAX} are read",
                registered.tail_bytes
            ));
        }
        let mut tail = vec![0; usize::try_from(registered.tail_bytes).unwrap_or_default()];
        read_at(&file, &mut tail, length - registered.tail_bytes)
            .map_err(|error| format!("the end of the file cannot be read: {error}"))?;
        if format!("{:016x}", xxh3_64(&tail)) != registered.tail {
            return Err("the end of the file is not what was written".to_owned());
        }
        let known = Sealed::tail(Arc::new(file), length, Bytes::from(tail));
        let unread = |why: String| format!("the file does not describe itself: {why}");
        let described = guarded(|| {
            let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
            ArrowReaderMetadata::load(&known, options).map_err(|error| plain(&error))
        })
        .map_err(unread)?;
        let metadata = described.metadata();
        let sums = said(metadata, SUMS)
            .and_then(sums_from_text)
            .ok_or_else(|| unread("it has no checksums".to_owned()))?;
        let sealed = known.whole(sums, data_end(metadata));
        Ok(Self { sealed, described })
    }

    /// What the file says of itself.
    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        self.described.metadata()
    }

    /// How many rows a row group has.
    pub(crate) fn group_rows(&self, group: usize) -> usize {
        let rows = self.metadata().row_groups().get(group).map_or(0, |group| group.num_rows());
        usize::try_from(rows).unwrap_or_default()
    }

    /// How many rows there are before a row group.
    pub(crate) fn rows_before(&self, group: usize) -> usize {
        (0..group).map(|group| self.group_rows(group)).sum()
    }

    /// The leaf with this name at its root, if the file has it.
    pub(crate) fn leaf(&self, name: &str) -> Option<usize> {
        self.described
            .parquet_schema()
            .columns()
            .iter()
            .position(|column| column.path().parts().first().is_some_and(|part| part == name))
    }

    /// The columns with these names, those that the file has, each with all its leaves.
    pub(crate) fn columns(&self, names: &[&str]) -> ProjectionMask {
        let schema = self.described.parquet_schema();
        let wanted = schema.columns().iter().enumerate().filter(|(_, column)| {
            column.path().parts().first().is_some_and(|part| names.contains(&part.as_str()))
        });
        ProjectionMask::leaves(schema, wanted.map(|(leaf, _)| leaf))
    }

    /// The least and greatest value of each page of a column of numbers, and where each page begins.
    pub(crate) fn pages(&self, group: usize, leaf: usize) -> Option<Pages<'_>> {
        let all = self.metadata().column_index()?.get(group)?.get(leaf)?;
        let ColumnIndexMetaData::INT64(index) = all else { return None };
        let places = self.metadata().offset_index()?.get(group)?.get(leaf)?.page_locations();
        (places.len() == index.min_values().len()).then(|| Pages {
            least: index.min_values(),
            greatest: index.max_values(),
            nulls: all.null_counts().map(Vec::as_slice).unwrap_or_default(),
            starts: places
                .iter()
                .map(|page| usize::try_from(page.first_row_index).unwrap_or_default())
                .collect(),
        })
    }

    /// The bloom filter of a column.
    pub(crate) fn filter(&self, group: usize, leaf: usize) -> Result<Option<Sbbf>, String> {
        guarded(|| {
            self.builder().get_row_group_column_bloom_filter(group, leaf).map_err(|error| plain(&error))
        })
    }

    /// Reads these rows of a row group (sorted, without overlap), whole batches at a time.
    pub(crate) fn rows(
        &self,
        group: usize,
        columns: ProjectionMask,
        ranges: &[Range<usize>],
    ) -> Result<Vec<RecordBatch>, String> {
        let total = self.group_rows(group);
        guarded(|| {
            let selection = RowSelection::from_consecutive_ranges(ranges.iter().cloned(), total);
            self.builder()
                .with_row_groups(vec![group])
                .with_projection(columns)
                .with_row_selection(selection)
                .with_batch_size(BATCH_ROWS)
                .build()
                .map_err(|error| plain(&error))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| plain(&error))
        })
    }

    /// Reads the whole file in its order, so many rows at a time.
    pub(crate) fn stream(
        &self,
        columns: ProjectionMask,
        rows: usize,
    ) -> Result<ParquetRecordBatchReader, String> {
        guarded(|| {
            self.builder()
                .with_projection(columns)
                .with_batch_size(rows)
                .build()
                .map_err(|error| plain(&error))
        })
    }

    fn builder(&self) -> ParquetRecordBatchReaderBuilder<Sealed> {
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.sealed.share(), self.described.clone())
    }
}

/// What the metadata of a file say under a key.
fn said<'m>(metadata: &'m ParquetMetaData, key: &str) -> Option<&'m str> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().rev().find(|pair| pair.key == key)?.value.as_deref()
}

/// The pages of a column.
pub(crate) struct Pages<'o> {
    pub(crate) least: &'o [i64],
    pub(crate) greatest: &'o [i64],
    /// How many rows of each page have no value; empty where the file does not say.
    pub(crate) nulls: &'o [i64],
    pub(crate) starts: Vec<usize>,
}

/// Where the data of a file end: page index and footer follow, which are read once.
fn data_end(metadata: &ParquetMetaData) -> u64 {
    let mut end = 0;
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let (start, length) = column.byte_range();
        end = end.max(start.saturating_add(length));
        if let (Some(start), Some(length)) = (column.bloom_filter_offset(), column.bloom_filter_length()) {
            let length = u64::try_from(length).unwrap_or_default();
            end = end.max(u64::try_from(start).unwrap_or_default().saturating_add(length));
        }
    }
    end
}

/// What a reader's error says, without the names of the layers that it went through.
pub(crate) fn plain(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    text.rsplit_once("Parquet error: ").map_or(text.clone(), |(_, what)| what.to_owned())
}

/// Runs a reader that is not ours: should it panic, that is a problem of the file.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("the Parquet reader gave up".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Versions;
    use crate::file::write::Writing;
    use crate::registered::Set;
    use arrow_schema::Schema;
    use model::Date;
    use parquet::file::properties::WriterProperties;

    #[test]
    fn a_file_of_another_layout_is_named_and_not_guessed_at() {
        let folder = tempfile::tempdir().unwrap();
        let properties = WriterProperties::builder().build();
        let mut writing =
            Writing::begin(folder.path(), "", Arc::new(Schema::empty()), properties, &Versions::default())
                .unwrap();
        // Of two equal keys the later counts.
        writing.describe("layout", "2".to_owned());
        let (name, seal) = writing.finish(|_| "new.parquet".to_owned()).unwrap();
        let registered = Registered {
            name,
            set: Set::Events { source: "gate".to_owned(), day: Date::parse("2027-01-01").unwrap() },
            first: 0,
            last: 0,
            events: 0,
            rows: 0,
            bytes: seal.bytes,
            digest: seal.digest,
            tail_bytes: seal.tail_bytes,
            tail: seal.tail,
            earliest: None,
            latest: None,
            untimed: 0,
        };
        let problem = Opened::open(folder.path(), &registered).err().unwrap();
        assert_eq!(problem.to_string(), "new.parquet: the file has layout 2; this version reads layout 1");
    }
}
