//! A whole answer saved and read back: the findings as NDJSON behind a head that says how many they are.
//!
//! Who compares with an earlier answer must have all of it: of a file that was cut off, every finding that is missing
//! would be new. So the reading is strict: the first thing that is not as it was written ends it with a reason. Lines
//! without a head (`--format ndjson`) and the document of `--format json` are read too; a document shows by itself
//! that it is whole. Of bare lines the last one must have its end, and every sighting that a story names must be there;
//! a cut behind all of them cannot be seen, so who compares with bare lines must say that.
//!
//! Invariants: memory is that of one line; a line is at most as long as any that is written here.

use super::head::{NoHead, SavedHead};
use super::read::{LINE_BYTES_MAX, LineRead, read_line};
use crate::Style;
use model::{Answer, Finding, FindingId, FindingKind, Timestamp};
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufRead, Read, Write};

/// Writes an answer to be read back: a head, then every finding, one a line.
///
/// # Errors
/// When `out` cannot be written to.
pub fn save(answer: &Answer, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&SavedHead::line(answer)?)?;
    super::write(answer, style.marking(), out)
}

/// Why a file is no whole saved answer, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSaved {
    /// The line, from 1; absent for the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: &'static str,
}

const WRITE_IT: &str = "write it with `outpace check … --save FILE`";
const CUT_OFF: &str = "it is cut off: use a copy that is whole, or write a new one with --save";

/// Takes each finding; an error of it ends the reading.
pub type Take<'t> = dyn FnMut(Finding) -> Result<(), String> + 't;

/// Reads a saved answer, all of it or none: `each` may refuse a finding with a reason. The head is absent where the file
/// is bare lines; of a document it has the moment only.
///
/// # Errors
/// With the first thing that is wrong.
pub fn read_saved(text: &mut dyn BufRead, each: &mut Take<'_>) -> Result<Option<SavedHead>, NotSaved> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        number += 1;
        line.clear();
        if !next(text, &mut line, number)? {
            return Err(fault(
                None,
                "it is empty",
                "a run without findings saves a line too: was it cut off?",
            ));
        }
        if !content(&line).is_empty() {
            break;
        }
    }
    let first = content(&line);
    if SavedHead::is_in(first) {
        let head = SavedHead::read(first).map_err(|why| of_head(&why, number))?;
        let found = lines(text, number, each)?;
        return match found == head.findings {
            true => Ok(Some(head)),
            false => {
                let what = format!("its head names {} findings, and it holds {found}", head.findings);
                Err(fault(None, &what, CUT_OFF))
            }
        };
    }
    if first.starts_with(br#"{"kind":"#) {
        let mut steps = StepsOfStories::default();
        let mut each = |finding: Finding| {
            steps.note(&finding);
            each(finding)
        };
        take(&line, number, &mut each)?;
        lines(text, number, &mut each)?;
        return steps.all_there().map(|()| None);
    }
    if first.starts_with(b"{") {
        return document(&mut io::Cursor::new(&line).chain(text), each).map(Some);
    }
    Err(fault(Some(number), "this is no saved answer", WRITE_IT))
}

/// The sightings that stories are made of, against those that the file holds.
#[derive(Default)]
struct StepsOfStories {
    named: BTreeSet<FindingId>,
    held: BTreeSet<FindingId>,
}

impl StepsOfStories {
    fn note(&mut self, finding: &Finding) {
        match finding.kind {
            FindingKind::Chain => self.named.extend(finding.related.iter().cloned()),
            FindingKind::Sighting | FindingKind::Compromise => drop(self.held.insert(finding.id.clone())),
            // No story has them as steps, and an estate has a million.
            FindingKind::Exposure | FindingKind::Gap => {}
        }
    }

    fn all_there(&self) -> Result<(), NotSaved> {
        match self.named.difference(&self.held).count() {
            0 => Ok(()),
            missing => {
                let sightings = if missing == 1 { "sighting" } else { "sightings" };
                let what = format!("its stories name {missing} {sightings} that it does not hold");
                Err(fault(None, &what, CUT_OFF))
            }
        }
    }
}

/// Reads the lines after this one; how many findings they are.
fn lines(text: &mut dyn BufRead, mut number: u64, each: &mut Take<'_>) -> Result<u64, NotSaved> {
    let (mut line, mut found) = (Vec::new(), 0);
    loop {
        number += 1;
        line.clear();
        if !next(text, &mut line, number)? {
            return Ok(found);
        }
        if !content(&line).is_empty() {
            take(&line, number, each)?;
            found += 1;
        }
    }
}

/// Reads one line; `false` at the end.
fn next(text: &mut dyn BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, NotSaved> {
    // A line that is too long is not read to its end: nothing that was saved here has one.
    let mut bounded = text.take(LINE_BYTES_MAX + 1);
    let too_long = || fault(Some(number), "the line is longer than any finding", WRITE_IT);
    match read_line(&mut bounded, line) {
        Ok(LineRead::End) => Ok(false),
        Ok(LineRead::Whole) => Ok(true),
        Ok(LineRead::TooLong | LineRead::Endless) => Err(too_long()),
        Err(error) => Err(unread(Some(number), &error)),
    }
}

fn take(line: &[u8], number: u64, each: &mut Take<'_>) -> Result<(), NotSaved> {
    if !line.ends_with(b"\n") {
        return Err(fault(Some(number), "the last line has no end", CUT_OFF));
    }
    let finding = serde_json::from_slice(content(line))
        .map_err(|error| fault(Some(number), &format!("not a finding: {error}"), WRITE_IT))?;
    each(finding).map_err(|what| fault(Some(number), &what, WRITE_IT))
}

fn content(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// Reads the document of `--format json`.
fn document(text: &mut dyn Read, each: &mut Take<'_>) -> Result<SavedHead, NotSaved> {
    let mut bounded = ShortLines { text, since: 0 };
    let mut reader = serde_json::Deserializer::from_reader(io::BufReader::new(&mut bounded));
    let read = Document { each }.deserialize(&mut reader).and_then(|read| reader.end().map(|()| read));
    let read = read.map_err(|error| {
        let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
        match error.classify() {
            serde_json::error::Category::Eof => fault(line, "the document has no end", CUT_OFF),
            serde_json::error::Category::Io => unread(line, &error),
            _ => fault(line, &format!("not the answer as JSON: {error}"), WRITE_IT),
        }
    })?;
    let (asked, findings) = read;
    let findings = findings.ok_or_else(|| fault(None, "this JSON holds no `findings`", WRITE_IT))?;
    Ok(SavedHead { asked, findings, looked_at: None })
}

/// The object of the document: its moment, and its findings one by one.
struct Document<'e, 't> {
    each: &'e mut Take<'t>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = (Option<Timestamp>, Option<u64>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = (Option<Timestamp>, Option<u64>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut asked, mut findings) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "now" => asked = Some(map.next_value::<Timestamp>()?),
                "findings" => findings = Some(map.next_value_seed(Findings { each: &mut *self.each })?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok((asked, findings))
    }
}

/// The list of findings.
struct Findings<'e, 't> {
    each: &'e mut Take<'t>,
}

impl<'de> DeserializeSeed<'de> for Findings<'_, '_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Findings<'_, '_> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of findings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<u64, A::Error> {
        let mut found = 0;
        while let Some(finding) = list.next_element::<Finding>()? {
            (self.each)(finding).map_err(de::Error::custom)?;
            found += 1;
        }
        Ok(found)
    }
}

/// Ends with an error where a line is longer than any that is written here, so that no text in it can fill the memory.
struct ShortLines<R> {
    text: R,
    since: u64,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        let length = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let last = bytes.rsplit(|byte| *byte == b'\n').next().map_or(0, length);
        let has_end = last < length(bytes);
        self.since = if has_end { last } else { self.since.saturating_add(last) };
        if self.since > LINE_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is longer than any of an answer"));
        }
        Ok(read)
    }
}

fn of_head(why: &NoHead, line: u64) -> NotSaved {
    match why {
        NoHead::Version(version) => {
            let what = format!(
                "it is of version {version} of the form, and this program reads {}",
                SavedHead::VERSION
            );
            fault(Some(line), &what, "write a new one with --save, by the program that reads it")
        }
        NoHead::Broken => fault(Some(line), "the head of a saved answer is broken", WRITE_IT),
    }
}

fn unread(line: Option<u64>, error: &dyn fmt::Display) -> NotSaved {
    fault(line, &format!("could not be read on: {error}"), "check that it is a file that can be read")
}

fn fault(line: Option<u64>, what: &str, help: &'static str) -> NotSaved {
    NotSaved { line, what: what.to_owned(), help }
}

#[cfg(test)]
mod tests;
