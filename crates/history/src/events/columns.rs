//! The columns of events while they are gathered: as many rows as a page, then they are encoded.
//!
//! An event's fields are one list: their order and names that repeat are kept, and an engine that reads one column reads
//! all fields of an event and nothing else.

use super::{IN_FIELDS, IN_RAW, PAGE_ROWS, field, moment, name_and_value};
use crate::event::Event;
use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, Int64Builder, ListBuilder, StringBuilder, StructBuilder,
    TimestampMicrosecondBuilder,
};
use model::{Text, Timestamp, Value};
use std::sync::Arc;

/// How many bytes a row has beside its texts: numbers, and where its texts end.
const ROW_BYTES: usize = 128;

/// How many bytes a field has beside its texts.
const FIELD_ROW_BYTES: usize = 16;

/// Rows that wait.
pub(super) struct Columns {
    numbers: Int64Builder,
    times: Vec<Option<i64>>,
    /// Source, product, category, service, host, account, from, to, document.
    texts: [StringBuilder; 9],
    records: Int64Builder,
    raw: BinaryBuilder,
    fields: ListBuilder<StructBuilder>,
    text_in: StringBuilder,
    bytes: usize,
}

impl Columns {
    pub(super) fn new() -> Self {
        let pair: Vec<Box<dyn ArrayBuilder>> =
            vec![Box::new(StringBuilder::new()), Box::new(StringBuilder::new())];
        Self {
            numbers: Int64Builder::new(),
            times: Vec::new(),
            texts: Default::default(),
            records: Int64Builder::new(),
            raw: BinaryBuilder::new(),
            fields: ListBuilder::new(StructBuilder::new(name_and_value(), pair)).with_field(field()),
            text_in: StringBuilder::new(),
            bytes: 0,
        }
    }

    /// How many rows wait.
    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// How many bytes they have.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many bytes an event adds.
    pub(super) fn bytes_of(event: &Event<'_>) -> usize {
        let fields: usize = event.fields.iter().map(|field| bytes_of_field(field) + FIELD_ROW_BYTES).sum();
        ROW_BYTES + event.raw.len() + event.document.len() + fields
    }

    pub(super) fn add(&mut self, number: u64, source: &str, event: &Event<'_>) {
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
        self.add_fields(event.fields);
        self.text_in.append_value(match event.text {
            Text::Raw => IN_RAW,
            Text::Fields => IN_FIELDS,
        });
        self.bytes += Self::bytes_of(event);
    }

    fn add_fields(&mut self, fields: &[model::Field<'_>]) {
        let pairs = self.fields.values();
        if let Some(names) = pairs.field_builder::<StringBuilder>(0) {
            fields.iter().for_each(|field| names.append_value(field.name));
        }
        if let Some(values) = pairs.field_builder::<StringBuilder>(1) {
            for field in fields {
                match field.value {
                    Value::Text(text) => values.append_value(text),
                    Value::Null => values.append_null(),
                }
            }
        }
        fields.iter().for_each(|_| pairs.append(true));
        self.fields.append(true);
    }

    /// The arrays in the order of the schema; the columns are empty afterwards.
    pub(super) fn take(&mut self) -> Vec<ArrayRef> {
        let mut times = TimestampMicrosecondBuilder::new().with_data_type(moment());
        for time in self.times.drain(..) {
            times.append_option(time);
        }
        self.bytes = 0;
        let raw_bytes = self.raw.values_slice().len();
        let room = self.room();
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.numbers.finish()), Arc::new(times.finish())];
        arrays.extend(self.texts.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        arrays.push(Arc::new(self.records.finish()));
        arrays.push(Arc::new(self.raw.finish()));
        arrays.push(Arc::new(self.fields.finish()));
        arrays.push(Arc::new(self.text_in.finish()));
        self.raw = BinaryBuilder::with_capacity(PAGE_ROWS, more(raw_bytes));
        for (place, (count, bytes)) in room.into_iter().enumerate() {
            if let Some(texts) = self.fields.values().field_builder::<StringBuilder>(place) {
                *texts = StringBuilder::with_capacity(more(count), more(bytes));
            }
        }
        arrays
    }

    /// How many names and how many values of fields there are, and the bytes of each: the next page has about as many, and
    /// texts that grow step by step are copied as often.
    fn room(&mut self) -> [(usize, usize); 2] {
        let pairs = self.fields.values();
        [0, 1].map(|place| {
            let texts = pairs.field_builder::<StringBuilder>(place);
            texts.map_or((0, 0), |texts| (texts.len(), texts.values_slice().len()))
        })
    }
}

/// An eighth more.
fn more(size: usize) -> usize {
    size + size / 8
}

/// How many bytes the name and the value of a field have.
pub(super) fn bytes_of_field(field: &model::Field<'_>) -> usize {
    let value = match field.value {
        Value::Text(text) => text.len(),
        Value::Null => 0,
    };
    field.name.len() + value
}
