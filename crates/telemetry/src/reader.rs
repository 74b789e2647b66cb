//! What reads the chunks of a document, and where it puts what it finds.

pub(crate) mod options;
pub(crate) mod tally;

use crate::cut::chunk::{Chunk, Line};
use crate::names::user_mapping::Mapping;
use crate::reader::tally::Tally;
use crate::record::draft::{Draft, Facts};
use model::{Field, LogSource, Record, Text, Value};
use std::sync::Arc;

/// Parses the chunks of one document. The workers share it, so what it knows (a header) does not change; when a chunk
/// changes the header, it gives another reader for the chunks behind it.
pub(crate) trait Reader: Send + Sync {
    /// Hands over every record of the chunk.
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>);

    /// The reader of the chunks after this one, if it is another. The feeding thread asks for it, chunk by chunk.
    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let _ = chunk;
        None
    }
}

/// Where a reader puts what it finds.
pub(crate) struct Out<'o> {
    /// The bound on lines.
    pub(crate) line_bytes_max: usize,
    /// The counts of the document.
    pub(crate) tally: &'o mut Tally,
    /// The user's mapping.
    pub(crate) mapping: &'o Mapping,
    sink: &'o mut dyn FnMut(&Record<'_>),
    /// Memory for the fields of the next record.
    spare: Vec<Field<'static>>,
}

impl<'o> Out<'o> {
    pub(crate) fn new(
        line_bytes_max: usize,
        tally: &'o mut Tally,
        mapping: &'o Mapping,
        sink: &'o mut dyn FnMut(&Record<'_>),
    ) -> Self {
        Self { line_bytes_max, tally, mapping, sink, spare: Vec::new() }
    }

    /// Counts a record and hands it to the caller.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        self.tally.count(record);
        (self.sink)(record);
    }

    /// Hands over a line of which only the bytes are known.
    pub(crate) fn bare(&mut self, line: &Line<'_>, log: &LogSource) {
        self.record(&Record {
            number: line.number,
            time: None,
            log,
            host: None,
            account: None,
            from: None,
            to: None,
            fields: &[],
            raw: line.raw,
            text: Text::Raw,
        });
    }

    /// Hands over the record that a draft has become.
    pub(crate) fn draft<'c>(
        &mut self,
        draft: &Draft<'c>,
        number: u64,
        raw: &[u8],
        text: Text,
        facts: &Facts<'c, '_>,
    ) {
        if let Some((channel, counted)) = facts.sequence {
            let host = facts.host.map_or("", |piece| draft.text(piece));
            self.tally.sequences.add(host, draft.text(channel), counted, facts.time);
        }
        let mut fields = again(std::mem::take(&mut self.spare));
        for field in &draft.fields {
            let value = field.value.map_or(Value::Null, |value| Value::Text(draft.text(value)));
            fields.push(Field { name: draft.text(field.name), value });
        }
        self.record(&Record {
            number,
            time: facts.time,
            log: facts.log,
            host: facts.host.map(|piece| draft.text(piece)),
            account: facts.account.map(|piece| draft.text(piece)),
            from: facts.from,
            to: facts.to,
            fields: &fields,
            raw,
            text,
        });
        self.spare = again(fields);
    }
}

/// An empty vector with the memory of this one. (Collecting a vector's own iterator works in place.)
fn again<'b>(mut fields: Vec<Field<'_>>) -> Vec<Field<'b>> {
    fields.clear();
    fields.into_iter().map_while(|_| None).collect()
}
