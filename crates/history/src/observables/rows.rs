//! Rows of a table of observables: one row borrowed, and a batch of them by column name.

use super::{BLOCKS, COUNT, FILES, FIRST, HASH, KIND, LAST, SOURCE, VALUE};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    Array as _, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};

/// Every column, for readers that want all of them.
pub(crate) const ALL: [&str; 9] = [HASH, KIND, VALUE, SOURCE, COUNT, FIRST, LAST, BLOCKS, FILES];

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    pub(crate) hash: i64,
    pub(crate) kind: i32,
    pub(crate) value: &'a str,
    pub(crate) source: &'a str,
    pub(crate) count: i64,
    pub(crate) first: Option<i64>,
    pub(crate) last: Option<i64>,
    /// Blocks, or files at a level of directories; sorted.
    pub(crate) list: &'a [i64],
}

impl<'a> Row<'a> {
    /// What rows are sorted and grouped by.
    pub(crate) fn key(&self) -> (i64, i32, &'a str, &'a str) {
        (self.hash, self.kind, self.value, self.source)
    }
}

/// The columns of a batch.
pub(crate) struct Rows {
    length: usize,
    hash: Int64Array,
    kind: Int32Array,
    value: StringArray,
    source: StringArray,
    count: Int64Array,
    first: Option<TimestampMicrosecondArray>,
    last: Option<TimestampMicrosecondArray>,
    list: Option<(ListArray, Int64Array)>,
}

impl Rows {
    /// The columns by name; `None` where one is missing without which a row says nothing. Where only some columns
    /// were read, the hash is missing on purpose and is 0.
    pub(crate) fn of(batch: &RecordBatch) -> Option<Self> {
        let column = |name| batch.column_by_name(name);
        let number = |name| column(name).and_then(|column| column.as_primitive_opt::<Int64Type>()).cloned();
        let moment = |name| {
            column(name).and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>()).cloned()
        };
        let text = |name| column(name).and_then(|column| column.as_string_opt::<i32>()).cloned();
        let list = column(BLOCKS).or_else(|| column(FILES)).and_then(|column| column.as_list_opt::<i32>());
        let list = list
            .and_then(|list| Some((list.clone(), list.values().as_primitive_opt::<Int64Type>()?.clone())));
        let length = batch.num_rows();
        Some(Self {
            length,
            hash: number(HASH).unwrap_or_else(|| Int64Array::from_value(0, length)),
            kind: column(KIND)?.as_primitive_opt::<Int32Type>()?.clone(),
            value: text(VALUE)?,
            source: text(SOURCE)?,
            count: number(COUNT)?,
            first: moment(FIRST),
            last: moment(LAST),
            list,
        })
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// A row; `None` behind the last.
    pub(crate) fn get(&self, row: usize) -> Option<Row<'_>> {
        let moment = |column: &Option<TimestampMicrosecondArray>| {
            column.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row))
        };
        let list = self.list.as_ref().and_then(|(list, values)| {
            let from = usize::try_from(*list.value_offsets().get(row)?).ok()?;
            let to = usize::try_from(*list.value_offsets().get(row + 1)?).ok()?;
            values.values().get(from..to)
        });
        (row < self.length).then(|| Row {
            hash: self.hash.value(row),
            kind: self.kind.value(row),
            value: self.value.value(row),
            source: self.source.value(row),
            count: self.count.value(row),
            first: moment(&self.first),
            last: moment(&self.last),
            list: list.unwrap_or_default(),
        })
    }
}
