//! Rows of a batch as events: everything is borrowed from the batch, columns are found by name.
//!
//! A column that an old file does not have is nulls. One list of fields is used for all rows of a batch, so an event
//! that is read costs no allocation once it has grown.

use super::{
    ACCOUNT, CATEGORY, DOCUMENT, FIELD_NAME, FIELD_VALUE, FIELDS, FROM, HOST, IN_FIELDS, NUMBER, PRODUCT,
    RAW, RECORD, SERVICE, TEXT_IN, TIME, TO,
};
use crate::event::Event;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array as _, BinaryArray, Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use model::{Field, LogSource, Text, Timestamp, Value};
use std::net::IpAddr;
use std::ops::ControlFlow;

/// The columns that an event is made of.
pub(super) const COLUMNS: [&str; 14] = [
    NUMBER, TIME, PRODUCT, CATEGORY, SERVICE, HOST, ACCOUNT, FROM, TO, DOCUMENT, RECORD, RAW, FIELDS, TEXT_IN,
];

/// Gives the events of a batch whose number and time are wanted.
pub(super) fn each_event(
    batch: &RecordBatch,
    wanted: &dyn Fn(u64, Option<Timestamp>) -> bool,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let columns = Columns::of(batch);
    let mut log = LogSource::default();
    let mut fields = Vec::new();
    for row in 0..batch.num_rows() {
        let (event_number, time) = (number(columns.numbers, row), columns.time(row));
        if !wanted(event_number, time) {
            continue;
        }
        columns.log(row, &mut log);
        columns.fields(row, &mut fields);
        let event = Event {
            time,
            log: &log,
            host: text(columns.host, row),
            account: text(columns.account, row),
            from: text(columns.from, row).and_then(|text| text.parse::<IpAddr>().ok()),
            to: text(columns.to, row).and_then(|text| text.parse::<IpAddr>().ok()),
            document: text(columns.document, row).unwrap_or_default(),
            record: number(columns.records, row),
            fields: &fields,
            raw: columns.raw.map(|raw| raw.value(row)).unwrap_or_default(),
            text: if columns.is_of_fields(row) { Text::Fields } else { Text::Raw },
            observables: &[],
        };
        each(event_number, &event)?;
    }
    ControlFlow::Continue(())
}

/// Gives the log source of each row of a batch that has its columns.
pub(super) fn each_log(batch: &RecordBatch, each: &mut dyn FnMut(&LogSource)) {
    let columns = Columns::of(batch);
    let mut log = LogSource::default();
    for row in 0..batch.num_rows() {
        columns.log(row, &mut log);
        each(&log);
    }
}

/// Says of each row of a batch whether values are looked for in its fields, and not in its record.
pub(super) fn each_text_in(batch: &RecordBatch, each: &mut dyn FnMut(bool)) {
    let columns = Columns::of(batch);
    (0..batch.num_rows()).for_each(|row| each(columns.is_of_fields(row)));
}

/// Says of each row of a batch whether a text of it is wanted in which values are looked for.
pub(super) fn each_texts(batch: &RecordBatch, is_wanted: &dyn Fn(&[u8]) -> bool, each: &mut dyn FnMut(bool)) {
    let columns = Columns::of(batch);
    let mut fields = Vec::new();
    for row in 0..batch.num_rows() {
        if columns.is_of_fields(row) {
            columns.fields(row, &mut fields);
            each(fields.iter().any(|field| match field.value {
                Value::Text(text) => is_wanted(text.as_bytes()),
                _ => false,
            }));
        } else {
            each(columns.raw.is_some_and(|raw| is_wanted(raw.value(row))));
        }
    }
}

/// The columns of a batch by name.
struct Columns<'b> {
    numbers: Option<&'b Int64Array>,
    times: Option<&'b TimestampMicrosecondArray>,
    product: Option<&'b StringArray>,
    category: Option<&'b StringArray>,
    service: Option<&'b StringArray>,
    host: Option<&'b StringArray>,
    account: Option<&'b StringArray>,
    from: Option<&'b StringArray>,
    to: Option<&'b StringArray>,
    document: Option<&'b StringArray>,
    records: Option<&'b Int64Array>,
    raw: Option<&'b BinaryArray>,
    /// The lists, and the names and values that they hold.
    fields: Option<(&'b ListArray, &'b StringArray, &'b StringArray)>,
    text_in: Option<&'b StringArray>,
}

impl<'b> Columns<'b> {
    fn of(batch: &'b RecordBatch) -> Self {
        let text = |name| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let number =
            |name| batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        let fields = batch.column_by_name(FIELDS).and_then(|column| column.as_list_opt::<i32>());
        Self {
            numbers: number(NUMBER),
            times: batch.column_by_name(TIME).and_then(|column| column.as_primitive_opt()),
            product: text(PRODUCT),
            category: text(CATEGORY),
            service: text(SERVICE),
            host: text(HOST),
            account: text(ACCOUNT),
            from: text(FROM),
            to: text(TO),
            document: text(DOCUMENT),
            records: number(RECORD),
            raw: batch.column_by_name(RAW).and_then(|column| column.as_binary_opt::<i32>()),
            fields: fields.and_then(|lists| {
                let pairs = lists.values().as_struct_opt()?;
                let names = pairs.column_by_name(FIELD_NAME)?.as_string_opt::<i32>()?;
                Some((lists, names, pairs.column_by_name(FIELD_VALUE)?.as_string_opt::<i32>()?))
            }),
            text_in: text(TEXT_IN),
        }
    }

    fn is_of_fields(&self, row: usize) -> bool {
        text(self.text_in, row) == Some(IN_FIELDS)
    }

    fn time(&self, row: usize) -> Option<Timestamp> {
        let times = self.times.filter(|times| times.is_valid(row))?;
        Timestamp::from_micros(times.value(row))
    }

    /// Brings the log source up to date; most rows have that of the row before.
    fn log(&self, row: usize, log: &mut LogSource) {
        let (product, service) = (text(self.product, row), text(self.service, row));
        let categories = text(self.category, row).unwrap_or_default();
        let same = log.product.as_deref() == product
            && log.service.as_deref() == service
            && log.categories.iter().map(String::as_str).eq(categories.split_terminator(' '));
        if !same {
            log.product = product.map(str::to_owned);
            log.service = service.map(str::to_owned);
            log.categories = categories.split_terminator(' ').map(str::to_owned).collect();
        }
    }

    /// Puts the fields of a row in place of those of the row before.
    fn fields(&self, row: usize, fields: &mut Vec<Field<'b>>) {
        fields.clear();
        let Some((lists, names, values)) = self.fields.filter(|(lists, ..)| lists.is_valid(row)) else {
            return;
        };
        let ends = lists.value_offsets();
        let place = |n: usize| ends.get(n).and_then(|end| usize::try_from(*end).ok()).unwrap_or_default();
        fields.extend((place(row)..place(row + 1)).map(|n| Field {
            name: names.value(n),
            value: if values.is_null(n) { Value::Null } else { Value::Text(values.value(n)) },
        }));
    }
}

fn text(column: Option<&StringArray>, row: usize) -> Option<&str> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
}

fn number(column: Option<&Int64Array>, row: usize) -> u64 {
    column.map_or(0, |column| column.value(row).cast_unsigned())
}
