//! A JSON document held in memory as a tree: lock files and reports of scanners, which are written as one object.
//!
//! The parser's own bound on depth (128) holds for the tree.

use input::Document;
use model::{Fault, Place, Problems};
use serde_json::Value;
use std::collections::BTreeMap;

/// A lock file of a very large project has 10 MB; a scanner's report of a distribution 200.
const HELD_BYTES_MAX: u64 = 256 << 20;

/// The document as a tree. `None` is reported.
pub(crate) fn tree(document: &mut Document<'_>, problems: &mut Problems) -> Option<Value> {
    tree_bounded(document, HELD_BYTES_MAX, problems)
}

fn tree_bounded(document: &mut Document<'_>, bytes_max: u64, problems: &mut Problems) -> Option<Value> {
    let bytes = document.whole(bytes_max, problems)?.complete(problems, "split it")?;
    parsed(&bytes, problems)
}

fn parsed(bytes: &[u8], problems: &mut Problems) -> Option<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = u64::try_from(error.line()).unwrap_or(0).max(1);
            let what = format!("not whole JSON: {error}");
            problems.add(Place::Line(line), Fault::Unreadable, what, Some("export it again"));
            None
        }
    }
}

/// A tree, and the line at which each key of an object begins, for files that write one on a line.
pub(crate) struct Placed {
    pub(crate) tree: Value,
    lines: BTreeMap<String, u64>,
}

impl Placed {
    /// The document as a tree. `None` is reported.
    pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems) -> Option<Self> {
        let bytes = document.whole(HELD_BYTES_MAX, problems)?.complete(problems, "split it")?;
        let mut lines = BTreeMap::new();
        for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let line = String::from_utf8_lossy(line.trim_ascii());
            if let Some((key, _)) = line.strip_prefix('"').and_then(|line| line.split_once("\": {")) {
                lines.entry(key.to_owned()).or_insert(number);
            }
        }
        Some(Self { tree: parsed(&bytes, problems)?, lines })
    }

    /// Where a key is, for the first time; the document as a whole where lines do not show it.
    pub(crate) fn place(&self, key: &str) -> Place {
        self.lines.get(key).map_or(Place::Whole, |line| Place::Line(*line))
    }
}

/// The text under a key; empty text is none, a number is text.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// The list under a key; anything else is an empty one.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The entries of the object under a key; anything else has none.
pub(crate) fn entries<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).into_iter().flat_map(entries_of)
}

/// The entries of an object, in order of their keys: whether a parsed object keeps the order of its document depends on
/// what else is in the program.
pub(crate) fn entries_of(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = value.as_object().into_iter().flatten().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries.into_iter()
}

/// The place of the next record.
pub(crate) fn next(count: &mut u64) -> Place {
    *count += 1;
    Place::Record(*count)
}

/// Names a record that is not used.
pub(crate) fn not_used(problems: &mut Problems, place: Place, why: &str) {
    problems.add(place, Fault::Partial, format!("{why}: not used"), None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_past_the_bound_is_reported() {
        let read = |bytes_max| {
            let mut problems = Problems::new("a");
            let mut document = Document::open("a", &b"{\"a\":1}"[..]).unwrap();
            (tree_bounded(&mut document, bytes_max, &mut problems).is_some(), problems.count())
        };
        assert_eq!(read(7), (true, 0));
        assert_eq!(read(6), (false, 1));
    }
}
