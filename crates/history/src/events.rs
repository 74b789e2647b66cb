//! Events on disk: one data set in folders by source and day, one row an event, the record kept exactly.
//!
//! Names of columns are those of OCSF, flat (`device_hostname` for `device.hostname`), so that SQL needs no quotes; those
//! of log sources are Sigma's. `docs/history.md` lists them. A file carries its first event number, so that merging
//! files renumbers nothing. An event keeps its fields as they were read, so that rules are asked of it without the format
//! of its log; that is as much again on disk as its record. Pages have 1,024 rows: one block is one or two of them.

pub(crate) mod columns;
pub(crate) mod merge;
pub(crate) mod read;
pub(crate) mod rows;
pub(crate) mod write;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

pub(crate) const NUMBER: &str = "event_number";
pub(crate) const TIME: &str = "time";
pub(crate) const SOURCE: &str = "source_name";
pub(crate) const PRODUCT: &str = "log_product";
pub(crate) const CATEGORY: &str = "log_category";
pub(crate) const SERVICE: &str = "log_service";
pub(crate) const HOST: &str = "device_hostname";
pub(crate) const ACCOUNT: &str = "user_name";
pub(crate) const FROM: &str = "src_endpoint_ip";
pub(crate) const TO: &str = "dst_endpoint_ip";
pub(crate) const DOCUMENT: &str = "log_file_path";
pub(crate) const RECORD: &str = "log_record";
pub(crate) const RAW: &str = "raw_data";
pub(crate) const FIELDS: &str = "fields";
pub(crate) const TEXT_IN: &str = "text_in";

/// What an element of `fields` has.
pub(crate) const FIELD_NAME: &str = "name";
pub(crate) const FIELD_VALUE: &str = "value";

/// What `text_in` says; anything else is read as `raw`.
pub(crate) const IN_RAW: &str = "raw";
pub(crate) const IN_FIELDS: &str = "fields";

/// How many rows a page has: what one hit costs to decode.
pub(crate) const PAGE_ROWS: usize = 1024;

/// How many rows a row group of events has: the writer holds one, compressed.
const GROUP_ROWS: usize = 128 * PAGE_ROWS;

/// How many bytes a row group has at most while it is in memory: records may be long, and not compressible.
pub(crate) const GROUP_BYTES_MAX: usize = 128 << 20;

/// The columns.
fn schema() -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        Field::new(NUMBER, DataType::Int64, false),
        Field::new(TIME, moment(), true),
        Field::new(SOURCE, DataType::Utf8, false),
        text(PRODUCT),
        text(CATEGORY),
        text(SERVICE),
        text(HOST),
        text(ACCOUNT),
        text(FROM),
        text(TO),
        Field::new(DOCUMENT, DataType::Utf8, false),
        Field::new(RECORD, DataType::Int64, false),
        Field::new(RAW, DataType::Binary, false),
        Field::new(FIELDS, DataType::List(field()), false),
        Field::new(TEXT_IN, DataType::Utf8, false),
    ]))
}

/// A field of an event, under the names that Parquet prescribes for lists; the value of one that is null is null.
fn field() -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(name_and_value()), false))
}

fn name_and_value() -> Fields {
    Fields::from(vec![
        Field::new(FIELD_NAME, DataType::Utf8, false),
        Field::new(FIELD_VALUE, DataType::Utf8, true),
    ])
}

/// A moment on disk: microseconds in UTC.
pub(crate) fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// How columns are written.
fn properties(group_bytes: usize) -> WriterProperties {
    let mut builder = written()
        .set_max_row_group_bytes(Some(group_bytes))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        // A page of records is as long as it is: rows count, not bytes.
        .set_data_page_size_limit(64 << 20)
        .set_sorting_columns(Some(vec![SortingColumn {
            column_idx: 0,
            descending: false,
            nulls_first: false,
        }]));
    for name in [NUMBER, TIME, RECORD] {
        builder = builder
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_encoding(ColumnPath::from(name), Encoding::DELTA_BINARY_PACKED);
    }
    for name in [NUMBER, TIME] {
        builder = builder.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Page);
    }
    for child in [FIELD_NAME, FIELD_VALUE] {
        builder = builder.set_column_statistics_enabled(path_of(child), EnabledStatistics::None);
    }
    // Values are plain: a dictionary of them outgrows its page, and zstd does better on whole values than on lengths
    // and letters apart.
    builder
        .set_column_dictionary_enabled(path_of(FIELD_VALUE), false)
        .set_column_dictionary_enabled(ColumnPath::from(RAW), false)
        .set_column_statistics_enabled(ColumnPath::from(RAW), EnabledStatistics::None)
        .build()
}

/// The path of a leaf of `fields`.
fn path_of(child: &str) -> ColumnPath {
    ColumnPath::from([FIELDS, "list", "element", child].map(str::to_owned).to_vec())
}

/// What both data sets share: zstd 3, pages of 1,024 rows, and a writer's name that does not change with versions of
/// crates, as equal rows give equal bytes.
pub(crate) fn written() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_created_by("outpace history".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS)
        .set_statistics_enabled(EnabledStatistics::Chunk)
}
