//! The objects of a PDF file, found by reading it from front to back (ISO 32000-2, 7.5).
//!
//! The table of references at the end is not trusted: damaged files lack it, and hostile ones lie in it. Of an object
//! that comes twice the later one counts, as incremental updates want. Objects are parsed when they are asked for.
//! Invariants: the file is read once; all streams together give at most [`UNFOLDED_BYTES_MAX`].

use super::filter::{self, Unreadable};
use super::syntax::{Dict, Lexer, Value, is_blank};
use memchr::memmem;
use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

/// How much all streams of a file may unfold into, together: 96 MiB, some hundred times the text of a long report.
pub(super) const UNFOLDED_BYTES_MAX: usize = 96 << 20;

/// How much one stream may unfold into.
const STREAM_BYTES_MAX: usize = 32 << 20;

/// How much the streams that hold objects may unfold into; they stay in memory.
const OBJECT_BYTES_MAX: usize = 48 << 20;

/// How many objects are used.
const OBJECTS_MAX: usize = 400_000;

/// How many references one after the other are followed.
const FOLLOWED_MAX: usize = 16;

/// Where an object is.
#[derive(Clone, Copy)]
enum Where {
    /// In the file, with its stream.
    File { at: usize, stream: Option<(usize, usize)> },
    /// In an unfolded stream.
    Unfolded { stream: usize, at: usize },
}

/// A file.
pub(super) struct File<'b> {
    bytes: &'b [u8],
    objects: HashMap<u32, Where, foldhash::fast::RandomState>,
    unfolded: Vec<Vec<u8>>,
    root: Option<Value>,
    pub(super) encrypted: bool,
    /// Whether a bound was met.
    pub(super) bounded: Cell<bool>,
    left: Cell<usize>,
}

/// What an object is: its value, and its stream as it lies in the file.
pub(super) struct Found<'f> {
    pub(super) value: Value,
    raw: Option<&'f [u8]>,
}

impl<'b> File<'b> {
    pub(super) fn read(bytes: &'b [u8]) -> Self {
        let mut file = Self {
            bytes,
            objects: HashMap::default(),
            unfolded: Vec::new(),
            root: None,
            encrypted: false,
            bounded: Cell::new(false),
            left: Cell::new(UNFOLDED_BYTES_MAX),
        };
        file.scan();
        for at in memmem::rfind_iter(bytes, b"trailer").take(64) {
            if let Some(Value::Dict(trailer)) = Lexer::at(bytes, at + 7).next() {
                file.trailer(&trailer);
            }
        }
        file
    }

    fn trailer(&mut self, dict: &Dict) {
        self.encrypted |= dict.get("Encrypt").is_some_and(|value| *value != Value::Null);
        if let Some(root @ Value::Ref(_)) = dict.get("Root") {
            self.root = Some(root.clone());
        }
    }

    /// Notes each `12 0 obj` of the file.
    fn scan(&mut self) {
        let (bytes, mut from, mut held) = (self.bytes, 0, 0);
        while let Some(found) = memmem::find(bytes.get(from..).unwrap_or_default(), b"obj") {
            let at = from + found;
            from = at + 3;
            let Some(number) = number_before(bytes, at) else { continue };
            if self.objects.len() >= OBJECTS_MAX {
                self.bounded.set(true);
                return;
            }
            let mut lexer = Lexer::at(bytes, from);
            let value = lexer.next();
            lexer.skip_blanks();
            from = lexer.offset().max(from);
            let stream = match &value {
                Some(Value::Dict(dict)) => self.stream_at(dict, from),
                _ => None,
            };
            from = stream.as_ref().map_or(from, |stream| stream.end);
            let place = Where::File { at: at + 3, stream: stream.as_ref().map(|one| (one.start, one.end)) };
            self.objects.insert(number, place);
            if let (Some(Value::Dict(dict)), Some(stream)) = (value, stream) {
                match dict.name("Type") {
                    Some("XRef") => self.trailer(&dict),
                    Some("ObjStm") => self.objects_in(&dict, stream, &mut held),
                    _ => {}
                }
            }
        }
    }

    /// Where the data of a stream is whose dictionary ends here.
    fn stream_at(&self, dict: &Dict, at: usize) -> Option<Range<usize>> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"stream")?;
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        let start = self.bytes.len() - rest.len();
        let given = dict.get("Length").and_then(Value::index).filter(|length| {
            let after = rest.get(*length..).unwrap_or_default();
            let blanks = after.iter().take(8).take_while(|byte| is_blank(**byte)).count();
            after.get(blanks..).is_some_and(|after| after.starts_with(b"endstream"))
        });
        let length = given.or_else(|| memmem::find(rest, b"endstream")).unwrap_or(rest.len());
        Some(start..start + length)
    }

    /// Notes the objects that lie in a stream (7.5.7).
    fn objects_in(&mut self, dict: &Dict, stream: Range<usize>, held: &mut usize) {
        let max = STREAM_BYTES_MAX.min(OBJECT_BYTES_MAX.saturating_sub(*held));
        let raw = self.bytes.get(stream).unwrap_or_default();
        let Some(data) = self.unfold(raw, dict, max) else { return };
        *held += data.len();
        let first = dict.get("First").and_then(Value::index).unwrap_or_default();
        let count = dict.get("N").and_then(Value::index).unwrap_or_default();
        let mut lexer = Lexer::of_content(data.get(..first).unwrap_or_default());
        for _ in 0..count.min(OBJECTS_MAX) {
            let (Some(number), Some(at)) = (lexer.next(), lexer.next()) else { break };
            let (Some(number), Some(at)) = (number.index(), at.index()) else { break };
            if self.objects.len() >= OBJECTS_MAX {
                self.bounded.set(true);
                break;
            }
            if let Ok(number) = u32::try_from(number) {
                let place = Where::Unfolded { stream: self.unfolded.len(), at: first.saturating_add(at) };
                self.objects.insert(number, place);
            }
        }
        self.unfolded.push(data);
    }

    /// What a value is, references followed.
    pub(super) fn found(&self, value: &Value) -> Found<'_> {
        let mut value = value.clone();
        let mut raw = None;
        for _ in 0..FOLLOWED_MAX {
            let Value::Ref(number) = value else { return Found { value, raw } };
            (value, raw) = match self.objects.get(&number) {
                Some(Where::File { at, stream }) => {
                    let raw = stream.and_then(|(start, end)| self.bytes.get(start..end));
                    (Lexer::at(self.bytes, *at).next().unwrap_or(Value::Null), raw)
                }
                Some(Where::Unfolded { stream, at }) => {
                    let data = self.unfolded.get(*stream).map(Vec::as_slice).unwrap_or_default();
                    let value = (*at < data.len()).then(|| Lexer::at(data, *at).next()).flatten();
                    (value.unwrap_or(Value::Null), None)
                }
                None => (Value::Null, None),
            };
        }
        Found { value: Value::Null, raw: None }
    }

    pub(super) fn value(&self, value: &Value) -> Value {
        self.found(value).value
    }

    pub(super) fn dict(&self, value: &Value) -> Option<Dict> {
        match self.found(value).value {
            Value::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// An entry of a dictionary, references followed.
    pub(super) fn entry(&self, dict: &Dict, key: &str) -> Option<Value> {
        dict.get(key).map(|value| self.value(value)).filter(|value| *value != Value::Null)
    }

    /// The data of a stream and its dictionary, bounded.
    pub(super) fn stream(&self, value: &Value) -> Option<(Dict, Vec<u8>)> {
        let found = self.found(value);
        let (Value::Dict(mut dict), Some(raw)) = (found.value, found.raw) else { return None };
        for key in ["Filter", "DecodeParms"] {
            if let Some(value) = dict.get(key).filter(|value| matches!(value, Value::Ref(_))).cloned() {
                dict = dict.with(key, self.value(&value));
            }
        }
        let data = self.unfold(raw, &dict, STREAM_BYTES_MAX)?;
        Some((dict, data))
    }

    fn unfold(&self, raw: &[u8], dict: &Dict, max: usize) -> Option<Vec<u8>> {
        let left = self.left.get();
        match filter::unfold(raw, dict, max.min(left)) {
            Ok(data) => {
                self.left.set(left.saturating_sub(data.len().max(64)));
                Some(data)
            }
            Err(Unreadable::TooLong) => {
                self.left.set(left.saturating_sub(max));
                self.bounded.set(true);
                None
            }
            Err(Unreadable::NoText) => None,
        }
    }

    /// The catalogue: what the trailer names, else an object that says it is one.
    pub(super) fn root(&self) -> Option<Dict> {
        let named =
            self.root.as_ref().and_then(|root| self.dict(root)).filter(|root| root.get("Pages").is_some());
        named.or_else(|| self.of_type("Catalog", 1).pop())
    }

    /// The objects that say they are of a type, in order of their numbers.
    pub(super) fn of_type(&self, kind: &str, most: usize) -> Vec<Dict> {
        let mut numbers: Vec<u32> = self.objects.keys().copied().collect();
        numbers.sort_unstable();
        let dicts = numbers.into_iter().filter_map(|number| self.dict(&Value::Ref(number)));
        dicts.filter(|dict| dict.name("Type") == Some(kind)).take(most).collect()
    }
}

/// The number of the object that begins here: `12 0 ` is before.
fn number_before(bytes: &[u8], at: usize) -> Option<u32> {
    let before = bytes.get(at.saturating_sub(32)..at)?;
    let before = before.strip_suffix(b" ").or_else(|| before.strip_suffix(b"\n")).unwrap_or(before);
    let text = before.rsplit(|byte| !byte.is_ascii_digit() && !is_blank(*byte)).next()?;
    let mut words = text.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty()).rev();
    let (_generation, number) = (words.next()?, words.next()?);
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_object_counts_and_streams_end_where_they_say() {
        let file = File::read(
            b"%PDF-1.4\n1 0 obj (old) endobj\n2 0 obj <</Length 17>> stream\n9 0 obj (in) endo\nendstream endobj \
              1 0 obj (new) endobj trailer <</Root 1 0 R>>",
        );
        assert_eq!(file.value(&Value::Ref(1)), Value::Text(b"new".to_vec()));
        assert_eq!(file.value(&Value::Ref(9)), Value::Null);
        assert_eq!(file.stream(&Value::Ref(2)).unwrap().1, b"9 0 obj (in) endo");
    }

    #[test]
    fn references_in_a_circle_end() {
        let file = File::read(b"1 0 obj 2 0 R endobj 2 0 obj 1 0 R endobj");
        assert_eq!(file.value(&Value::Ref(1)), Value::Null);
    }

    #[test]
    fn objects_lie_in_streams() {
        let file = File::read(
            b"4 0 obj <</Type/ObjStm/N 2/First 8/Length 17>> stream\n5 0 6 4 (a) (b)  \nendstream",
        );
        assert_eq!(file.value(&Value::Ref(6)), Value::Text(b"b".to_vec()));
    }
}
