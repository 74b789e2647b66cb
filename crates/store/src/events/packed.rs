//! Events in a row of bytes: on their way from a thread to a file, and while they wait in the database.
//!
//! A head ([`Head`]), then the record word for word; both with their lengths before them. The head borrows when it is
//! read, so that a million events pass without a million copies.

use super::head::Head;
use history::Event;
use model::{Field, LogSource, Record, Text, Timestamp, Value};
use observable::{Extractor, Kind, Observable};

/// How many values an event has at most, as a rule.
const EXPECTED: usize = 64;

/// How many values of one event are listed; one place is left for [`unlisted`].
const LISTED_MAX: usize = history::OBSERVABLES_MAX - 1;

/// Under this, events are listed that hold more values than are listed: whatever is looked for, they are looked at. No
/// event has it, as clients are not listed.
#[must_use]
pub fn unlisted() -> Observable {
    Observable { kind: Kind::UserAgent, value: "more values than are listed".to_owned() }
}

/// Whether all values of an event are listed.
pub(super) fn lists_all(extracted: &Extractor) -> bool {
    extracted.is_whole() && extracted.values().count() <= LISTED_MAX
}

/// Events, packed.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    bytes: Vec<u8>,
    count: u64,
}

impl Packed {
    /// How many events there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many bytes they take.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// None yet, with room for so many bytes.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), count: 0 }
    }

    /// Adds a record of a document, with what was extracted of it.
    pub fn push(&mut self, document: &str, record: &Record<'_>, extracted: &Extractor) {
        let mut observables: Vec<(u8, &str)> = Vec::with_capacity(EXPECTED);
        let listed = extracted.values().filter_map(|(kind, value)| Some((place_of(kind)?, value)));
        observables.extend(listed.take(LISTED_MAX));
        let unlisted = unlisted();
        if !lists_all(extracted) {
            observables.extend(place_of(unlisted.kind).map(|kind| (kind, unlisted.value.as_str())));
        }
        let head = Head {
            time: record.time.map(Timestamp::micros),
            document,
            record: record.number,
            product: record.log.product.as_deref(),
            service: record.log.service.as_deref(),
            categories: record.log.categories.iter().map(String::as_str).collect(),
            host: record.host,
            account: record.account,
            from: record.from,
            to: record.to,
            is_raw: record.text == Text::Raw,
            fields: record.fields.iter().map(|field| (field.name, text_of(field.value))).collect(),
            observables,
        };
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 8]);
        head.write(&mut self.bytes);
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let (head, raw) = (length(self.bytes.len() - start - 8), length(record.raw.len()));
        if let Some(place) = self.bytes.get_mut(start..start + 8) {
            let (of_head, of_raw) = place.split_at_mut(4);
            of_head.copy_from_slice(&head);
            of_raw.copy_from_slice(&raw);
        }
        self.bytes.extend_from_slice(record.raw);
        self.count += 1;
    }

    /// Adds an event that is packed.
    pub fn append(&mut self, other: &PackedEvent<'_>) {
        self.bytes.extend_from_slice(other.bytes);
        self.count += 1;
    }

    /// The bytes, for a row.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Events that were packed before.
    pub(crate) fn of(bytes: Vec<u8>, count: u64) -> Self {
        Self { bytes, count }
    }

    /// Gives each event, in order. What cannot be read ends them; how many were given.
    pub fn each(&self, each: &mut dyn FnMut(&PackedEvent<'_>)) -> u64 {
        let mut rest = self.bytes.as_slice();
        let mut given = 0;
        while let Some((event, behind)) = PackedEvent::first_of(rest) {
            each(&event);
            rest = behind;
            given += 1;
        }
        given
    }
}

/// One packed event: its bytes, for who hands it on, and where its parts are.
#[derive(Clone, Copy, Debug)]
pub struct PackedEvent<'e> {
    bytes: &'e [u8],
    head: &'e [u8],
    raw: &'e [u8],
}

impl<'e> PackedEvent<'e> {
    fn first_of(bytes: &'e [u8]) -> Option<(Self, &'e [u8])> {
        let length = |at: usize| {
            let bytes = bytes.get(at..at + 4)?.first_chunk::<4>()?;
            usize::try_from(u32::from_le_bytes(*bytes)).ok()
        };
        let (head, raw) = (length(0)?, length(4)?);
        let (event, behind) = bytes.split_at_checked(8_usize.checked_add(head)?.checked_add(raw)?)?;
        let (head, raw) = event.get(8..)?.split_at_checked(head)?;
        Some((Self { bytes: event, head, raw }, behind))
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none; it never is so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The record, word for word.
    #[must_use]
    pub fn raw(&self) -> &'e [u8] {
        self.raw
    }

    /// Unpacks it; `document`: the name that it shall have, if not its own. False where its head cannot be read.
    pub fn with<R>(&self, document: Option<&str>, use_it: &mut dyn FnMut(&Event<'_>) -> R) -> Option<R> {
        let head = Head::read(self.head)?;
        let log = LogSource {
            product: head.product.map(str::to_owned),
            service: head.service.map(str::to_owned),
            categories: head.categories.iter().map(|one| (*one).to_owned()).collect(),
        };
        let fields: Vec<Field<'_>> = head
            .fields
            .iter()
            .map(|(name, value)| Field { name, value: value.map_or(Value::Null, Value::Text) })
            .collect();
        let observables: Vec<(Kind, &str)> = head
            .observables
            .iter()
            .filter_map(|(kind, value)| Some((*Kind::ALL.get(usize::from(*kind))?, *value)))
            .collect();
        Some(use_it(&Event {
            time: head.time.and_then(Timestamp::from_micros),
            log: &log,
            host: head.host,
            account: head.account,
            from: head.from,
            to: head.to,
            document: document.unwrap_or(head.document),
            record: head.record,
            raw: self.raw,
            fields: &fields,
            text: if head.is_raw { Text::Raw } else { Text::Fields },
            observables: &observables,
        }))
    }
}

fn text_of(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Null => None,
    }
}

fn place_of(kind: Kind) -> Option<u8> {
    Kind::ALL.iter().position(|known| *known == kind).and_then(|place| u8::try_from(place).ok())
}
