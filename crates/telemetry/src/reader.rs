//! What reads the chunks of a document, and where it puts what it finds.

pub(crate) mod options;
pub(crate) mod state;
pub(crate) mod tally;

use crate::cut::chunk::{Chunk, Line};
use crate::names::user_mapping::Mapping;
use crate::reader::options::Options;
use crate::reader::state::State;
use crate::reader::tally::Tally;
use crate::record::draft::{Draft, Facts};
use crate::record::trouble::Trouble;
use model::{Field, LogSource, Record, Text, Value};
use std::sync::Arc;

/// Parses the chunks of one document. The workers share it, so what it knows (a header) does not change; when a chunk
/// changes the header, it gives another reader for the chunks behind it.
pub(crate) trait Reader: Send + Sync {
    /// Hands over every record of the chunk.
    fn read(&self, chunk: &Chunk, out: &mut Out<'_>);

    /// How many of these bytes, which end at a line end, are whole records; 0 when more bytes are needed for the first.
    fn whole(&self, bytes: &[u8]) -> usize {
        bytes.len()
    }

    /// The reader of the chunks after this one, if it is another. The feeding thread asks for it, chunk by chunk.
    fn after(&self, chunk: &Chunk) -> Option<Arc<dyn Reader>> {
        let _ = chunk;
        None
    }

    /// What it knows of the document up to here, from which [`Reader::restored`] makes it again.
    fn state(&self) -> State {
        State::Nothing
    }

    /// This reader for a document of which this much is known; `None` when it needs to know nothing.
    fn restored(&self, state: &State, options: &Options) -> Option<Arc<dyn Reader>> {
        let _ = (state, options);
        None
    }
}

/// Hands over a line, whichever form it is in; false, and nothing handed over, when no reader knows it.
pub(crate) type AnyLine = fn(&Line<'_>, &mut Out<'_>) -> bool;

/// Where a reader puts what it finds.
pub(crate) struct Out<'o> {
    /// The bound on lines.
    pub(crate) line_bytes_max: usize,
    /// The counts of the document.
    pub(crate) tally: &'o mut Tally,
    /// The user's mapping.
    pub(crate) mapping: &'o Mapping,
    /// How the run is done.
    pub(crate) options: &'o Options,
    document: &'o str,
    any: AnyLine,
    sink: &'o mut dyn FnMut(&Record<'_>),
    /// Memory for the fields of the next record.
    spare: Vec<Field<'static>>,
}

impl<'o> Out<'o> {
    pub(crate) fn new(
        options: &'o Options,
        document: &'o str,
        any: AnyLine,
        tally: &'o mut Tally,
        sink: &'o mut dyn FnMut(&Record<'_>),
    ) -> Self {
        let (line_bytes_max, mapping) = (options.line_bytes_max, &*options.mappings);
        Self { line_bytes_max, tally, mapping, options, document, any, sink, spare: Vec::new() }
    }

    /// Counts a record and hands it to the caller.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        self.tally.count(record);
        match &self.options.host {
            Some(host) if record.host.is_none() => (self.sink)(&Record { host: Some(host), ..*record }),
            _ => (self.sink)(record),
        }
    }

    /// Hands over a line in whichever form it is; false when no reader knows it.
    pub(crate) fn other(&mut self, line: &Line<'_>) -> bool {
        (self.any)(line, self)
    }

    /// Hands over a line that is not in the format of its document: in its own form, when a reader knows it.
    pub(crate) fn foreign(&mut self, line: &Line<'_>, log: &LogSource) {
        if !self.other(line) {
            self.tally.troubles.add(Trouble::NotOfFormat, line.number);
            self.bare(line, log);
        }
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
        let host = facts.host.map(|piece| draft.text(piece));
        let zone = if facts.local { self.options.zone(self.document, host) } else { None };
        let dated = facts.yearless.filter(|_| facts.time.is_none());
        let own = facts.time.or_else(|| dated.and_then(|time| self.options.dated(time)));
        if own.is_none() && dated.is_some() {
            self.tally.troubles.add(Trouble::NoYear, number);
        }
        let time = own.map(|time| zone.map_or(time, |zone| zone.moment(time)));
        let text = if draft.decoded { Text::Fields } else { text };
        self.record(&Record {
            number,
            time,
            log: facts.log,
            host,
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
