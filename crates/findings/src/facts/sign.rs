//! Indicators by the million: what is needed to look for them goes into the matcher, the rest waits in a spool.
//!
//! A list of a million indicators with contexts and sources would fill gigabytes as values in memory. Of each only
//! the place of its details is kept here (8 bytes); the details are read back for the few that were met. The spool
//! is memory for tests and small lists, and a temporary file for long ones; the room that may open files brings it.

use model::world::{Indicator, Origin};
use model::{Place, Timestamp, Tlp};
use observable::{Kind, Observable};
use std::sync::{Arc, Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Where details wait until somebody asks for them. What was put is never changed.
pub trait Spool: Send + Sync + std::fmt::Debug {
    /// Keeps these bytes; says where. `None`: there is no room, or the disk refused.
    fn put(&self, bytes: &[u8]) -> Option<u64>;
    /// Reads bytes from a place on, at most as many as fit; says how many.
    fn read(&self, at: u64, into: &mut [u8]) -> usize;
}

/// A spool in memory.
#[derive(Debug, Default)]
pub struct InMemory(Mutex<Vec<u8>>);

impl Spool for InMemory {
    fn put(&self, bytes: &[u8]) -> Option<u64> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = u64::try_from(held.len()).ok()?;
        held.extend_from_slice(bytes);
        Some(at)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> usize {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = usize::try_from(at).ok().and_then(|at| held.get(at..)).unwrap_or_default();
        let length = from.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..length), from.get(..length)) {
            into.copy_from_slice(from);
        }
        length
    }
}

/// How long one indicator with its details may be: values are at most 8 KiB, contexts 400 characters.
const DETAIL_BYTES_MAX: usize = 64 << 10;
/// How many bytes of the spool are read at a time when all of it is read.
const BLOCK_BYTES: usize = 256 << 10;
/// How many bytes wait in memory before they go to the spool.
const WAITING_BYTES: usize = 64 << 10;

/// The indicators of one document, in order of their places.
#[derive(Clone, Debug)]
pub(crate) struct Signs {
    spool: Arc<dyn Spool>,
    /// The place of each record in the spool.
    places: Vec<u64>,
    waiting: Vec<u8>,
    /// Places of the records that still wait, relative to the first of them.
    waiting_from: Vec<usize>,
    /// Indicators that could not be kept.
    pub(crate) lost: u64,
}

impl Signs {
    pub(crate) fn new(spool: &Arc<dyn Spool>) -> Self {
        Self {
            spool: Arc::clone(spool),
            places: Vec::new(),
            waiting: Vec::new(),
            waiting_from: Vec::new(),
            lost: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn add(&mut self, indicator: &Indicator) {
        let start = self.waiting.len();
        encode(indicator, &mut self.waiting);
        if self.waiting.len() - start > DETAIL_BYTES_MAX {
            self.waiting.truncate(start);
            self.lost += 1;
            return;
        }
        self.waiting_from.push(start);
        if self.waiting.len() >= WAITING_BYTES {
            self.settle();
        }
    }

    /// Hands over what waits.
    pub(crate) fn settle(&mut self) {
        match self.spool.put(&self.waiting) {
            Some(at) => {
                let place = |from: &usize| at + u64::try_from(*from).unwrap_or(0);
                self.places.extend(self.waiting_from.iter().map(place));
            }
            None => self.lost += u64::try_from(self.waiting_from.len()).unwrap_or(0),
        }
        self.waiting.clear();
        self.waiting_from.clear();
    }

    /// The indicator with this number; `source` is the document's name.
    pub(crate) fn get(&self, number: usize, source: &Arc<str>) -> Option<Indicator> {
        let at = *self.places.get(number)?;
        let mut bytes = vec![0; DETAIL_BYTES_MAX];
        let read = self.spool.read(at, &mut bytes);
        decode(&mut bytes.get(..read)?, source)
    }

    /// Every indicator with its number, in order.
    pub(crate) fn each(&self, source: &Arc<str>, each: &mut dyn FnMut(usize, Indicator)) {
        self.each_record(&mut |number, mut bytes| {
            if let Some(indicator) = decode(&mut bytes, source) {
                each(number, indicator);
            }
        });
    }

    /// Of every indicator its number, its value and whether it is taken back, in order; nothing else is read.
    pub(crate) fn each_value(&self, each: &mut dyn FnMut(usize, &Observable, bool)) {
        // One value for all: a million need no million allocations.
        let mut observable = Observable { kind: Kind::Domain, value: String::new() };
        self.each_record(&mut |number, mut bytes| {
            let Some((kind, _, revoked, value)) = decode_start(&mut bytes) else { return };
            observable.kind = kind;
            observable.value.clear();
            observable.value.push_str(value);
            each(number, &observable, revoked);
        });
    }

    /// Of every indicator its value and a digest of when it is a sign: of its dates, and whether it is taken back.
    pub(crate) fn each_dated(&self, each: &mut dyn FnMut(&Observable, u64)) {
        let mut observable = Observable { kind: Kind::Domain, value: String::new() };
        self.each_record(&mut |_, mut bytes| {
            let Some((kind, _, revoked, value)) = decode_start(&mut bytes) else { return };
            let Some(dates) = skip_to_dates(&mut bytes) else { return };
            observable.kind = kind;
            observable.value.clear();
            observable.value.push_str(value);
            each(&observable, xxh3_64_with_seed(dates, u64::from(revoked)));
        });
    }

    fn each_record(&self, each: &mut dyn FnMut(usize, &[u8])) {
        let mut block = vec![0; BLOCK_BYTES];
        let (mut from, mut held) = (0_u64, 0_usize);
        for (number, place) in self.places.iter().enumerate() {
            let offset = |from: u64| usize::try_from(place.checked_sub(from)?).ok();
            // A block that is not full reaches to the end of the spool.
            let whole = |offset: usize| offset + DETAIL_BYTES_MAX <= held || held < BLOCK_BYTES;
            let inside = offset(from).filter(|offset| *offset < held && whole(*offset));
            let offset = match inside {
                Some(offset) => offset,
                None => {
                    from = *place;
                    held = self.spool.read(from, &mut block);
                    0
                }
            };
            each(number, block.get(offset..held).unwrap_or_default());
        }
    }
}

fn encode(indicator: &Indicator, out: &mut Vec<u8>) {
    let kind = Kind::ALL.iter().position(|kind| *kind == indicator.observable.kind).unwrap_or(0);
    let tlp = Tlp::ALL.iter().position(|tlp| *tlp == indicator.tlp).unwrap_or(0);
    let small = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
    out.push(small(kind));
    out.push(small(tlp));
    out.push(u8::from(indicator.revoked));
    text(&indicator.observable.value, out);
    text(&indicator.context, out);
    text(&indicator.source, out);
    number(u64::try_from(indicator.attributed_to.len()).unwrap_or(0), out);
    indicator.attributed_to.iter().for_each(|name| text(name, out));
    for time in [indicator.valid_from, indicator.valid_until] {
        out.push(u8::from(time.is_some()));
        out.extend(time.into_iter().flat_map(|time| time.micros().to_le_bytes()));
    }
    let (sort, place) = match indicator.origin.place {
        Place::Whole => (0, 0),
        Place::Line(n) => (1, n),
        Place::Record(n) => (2, n),
        Place::Byte(n) => (3, n),
        Place::Page(n) => (4, n),
    };
    out.push(sort);
    number(place, out);
}

fn decode(bytes: &mut &[u8], source: &Arc<str>) -> Option<Indicator> {
    let (kind, tlp, revoked, value) = decode_start(bytes)?;
    let value = value.to_owned();
    let (context, name) = (taken_text(bytes)?.to_owned(), taken_text(bytes)?.to_owned());
    let attributed_to =
        (0..taken_number(bytes)?).map_while(|_| taken_text(bytes).map(str::to_owned)).collect();
    let mut times = [None; 2];
    for time in &mut times {
        if take(bytes, 1)?.first().copied()? == 1 {
            let micros = i64::from_le_bytes(*take(bytes, 8)?.first_chunk::<8>()?);
            *time = Timestamp::from_micros(micros);
        }
    }
    let sort = take(bytes, 1)?.first().copied()?;
    let n = taken_number(bytes)?;
    let place = match sort {
        1 => Place::Line(n),
        2 => Place::Record(n),
        3 => Place::Byte(n),
        4 => Place::Page(n),
        _ => Place::Whole,
    };
    let [valid_from, valid_until] = times;
    Some(Indicator {
        observable: Observable { kind, value },
        context,
        source: name,
        attributed_to,
        valid_from,
        valid_until,
        revoked,
        tlp,
        origin: Origin { source: Arc::clone(source), place },
    })
}

/// The bytes of both dates of a record behind its value; the rest up to them is passed over.
fn skip_to_dates<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    _ = (taken_text(bytes)?, taken_text(bytes)?);
    for _ in 0..taken_number(bytes)? {
        taken_text(bytes)?;
    }
    let all = *bytes;
    for _ in 0..2 {
        if take(bytes, 1)?.first().copied()? == 1 {
            take(bytes, 8)?;
        }
    }
    all.get(..all.len() - bytes.len())
}

/// What a record begins with: kind, marking, whether it is taken back, value.
fn decode_start<'b>(bytes: &mut &'b [u8]) -> Option<(Kind, Tlp, bool, &'b str)> {
    let [kind, tlp, revoked] = *take(bytes, 3)?.first_chunk::<3>()?;
    let (kind, tlp) = (*Kind::ALL.get(usize::from(kind))?, *Tlp::ALL.get(usize::from(tlp))?);
    Some((kind, tlp, revoked == 1, taken_text(bytes)?))
}

/// LEB128, as in DWARF and protocol buffers.
fn number(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(low);
        }
        out.push(low | 0x80);
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    number(u64::try_from(text.len()).unwrap_or(0), out);
    out.extend_from_slice(text.as_bytes());
}

fn take<'b>(bytes: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn taken_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?.first().copied()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn taken_text<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    let length = usize::try_from(taken_number(bytes)?).ok()?;
    std::str::from_utf8(take(bytes, length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn indicator(value: &str, context: &str, until: Option<i64>, n: u64) -> Indicator {
        Indicator {
            observable: Observable { kind: Kind::Domain, value: value.into() },
            context: context.into(),
            source: "a list".into(),
            attributed_to: vec!["APT40".into(), String::new()],
            valid_from: None,
            valid_until: until.and_then(Timestamp::from_seconds),
            revoked: n.is_multiple_of(3),
            tlp: Tlp::Amber,
            origin: Origin { source: Arc::from("list.txt"), place: Place::Line(n) },
        }
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            rows in prop::collection::vec(("[a-z]{1,30}", ".{0,60}", prop::option::of(0i64..4_000_000_000)), 0..200),
        ) {
            let spool: Arc<dyn Spool> = Arc::new(InMemory::default());
            let source = Arc::from("list.txt");
            let all: Vec<Indicator> =
                (1..).zip(&rows).map(|(n, (value, context, until))| indicator(value, context, *until, n)).collect();
            let mut signs = Signs::new(&spool);
            all.iter().for_each(|one| signs.add(one));
            signs.settle();
            let mut seen = Vec::new();
            signs.each(&source, &mut |number, one| {
                assert_eq!(signs.get(number, &source).as_ref(), Some(&one));
                seen.push(one);
            });
            let mut values = Vec::new();
            signs.each_value(&mut |number, value, revoked| values.push((number, value.clone(), revoked)));
            let expected = |(number, one): (usize, &Indicator)| (number, one.observable.clone(), one.revoked);
            prop_assert_eq!(values, all.iter().enumerate().map(expected).collect::<Vec<_>>());
            prop_assert_eq!(seen, all);
        }
    }

    #[test]
    fn one_past_the_bound_is_counted_and_the_rest_is_kept() {
        let spool: Arc<dyn Spool> = Arc::new(InMemory::default());
        let mut signs = Signs::new(&spool);
        signs.add(&indicator("a", &"x".repeat(DETAIL_BYTES_MAX), None, 1));
        signs.add(&indicator("b", "y", None, 2));
        signs.settle();
        assert_eq!((signs.len(), signs.lost), (1, 1));
        assert_eq!(signs.get(0, &Arc::from("l")).map(|one| one.observable.value).as_deref(), Some("b"));
    }
}
