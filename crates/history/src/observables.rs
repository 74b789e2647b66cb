//! Tables of observables: which values there are in the events, sorted by hash, in levels.
//!
//! "Have we ever seen one of these 10,000 values?" is a merge of two sorted columns. A row is one value of one source
//! within the file: how often, first, last, and the blocks of event numbers that have it (levels 0 and 1) or the files
//! that do (level 2). The tables are not cut by source and day: what costs is the number of files.

pub(crate) mod compact;
pub(crate) mod group;
pub(crate) mod postings;
pub(crate) mod probe;
pub(crate) mod rows;
pub(crate) mod seen;
pub(crate) mod values;
pub(crate) mod write;

use crate::events::{GROUP_BYTES_MAX, PAGE_ROWS, moment, written};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

pub(crate) const HASH: &str = "hash";
pub(crate) const KIND: &str = "kind";
pub(crate) const VALUE: &str = "value";
pub(crate) const SOURCE: &str = "source_name";
pub(crate) const COUNT: &str = "count";
pub(crate) const FIRST: &str = "first";
pub(crate) const LAST: &str = "last";
pub(crate) const BLOCKS: &str = "blocks";
pub(crate) const FILES: &str = "files";

/// How many rows a row group has: 1,024 pages.
pub(crate) const GROUP_ROWS: usize = 1024 * PAGE_ROWS;

/// The level whose files name files instead of blocks.
pub(crate) const DIRECTORY: u8 = 2;

/// The name of the list that a level has: blocks, or files of the level below.
pub(crate) fn list(level: u8) -> &'static str {
    if level >= DIRECTORY { FILES } else { BLOCKS }
}

/// The columns of a level.
fn schema(level: u8) -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(HASH, DataType::Int64, false),
        Field::new(KIND, DataType::Int32, false),
        Field::new(VALUE, DataType::Utf8, false),
        Field::new(SOURCE, DataType::Utf8, false),
        Field::new(COUNT, DataType::Int64, false),
        Field::new(FIRST, moment(), true),
        Field::new(LAST, moment(), true),
        Field::new(list(level), DataType::List(element()), false),
    ]))
}

/// What a list holds; Spark and DuckDB expect this name.
pub(crate) fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Int64, false))
}

/// How columns are written. Hashes are random, so zstd would gain nothing there. A filter is made for as many rows as
/// there can be and folded to what is there, so a guess that is too high costs time only.
fn properties(level: u8, rows_max: u64) -> WriterProperties {
    let sorted = (0..4)
        .map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: false })
        .collect();
    let list = ColumnPath::from(vec![list(level).to_owned(), "list".to_owned(), "element".to_owned()]);
    let mut builder = written()
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        // Lists of blocks are as long as they are.
        .set_max_row_group_bytes(Some(2 * GROUP_BYTES_MAX))
        .set_sorting_columns(Some(sorted))
        .set_column_dictionary_enabled(ColumnPath::from(VALUE), false);
    let numbers = [HASH, COUNT, FIRST, LAST].map(ColumnPath::from).into_iter().chain([list.clone()]);
    for path in numbers {
        builder = builder
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    let hash = ColumnPath::from(HASH);
    builder
        .set_column_statistics_enabled(list, EnabledStatistics::None)
        .set_column_compression(hash.clone(), Compression::UNCOMPRESSED)
        .set_column_statistics_enabled(hash.clone(), EnabledStatistics::Page)
        .set_column_bloom_filter_enabled(hash.clone(), true)
        .set_column_bloom_filter_fpp(hash.clone(), 1e-3)
        .set_column_bloom_filter_max_ndv(
            hash,
            rows_max.clamp(1, u64::try_from(GROUP_ROWS).unwrap_or(u64::MAX)),
        )
        .build()
}
