//! Plain lists: one value a line, with comments or without.
//!
//! A document is one when nearly every line of its head gives a value. What is written beside a value, or in the
//! comment above it, becomes its context. The line above all values that names their column is no value and no
//! fault; a comment block of several lines at the very head is about the list, not about its first value.

use super::columns::{is_of_something_else, names_values};
use super::line::{LineEntry, LineForm, LineReader, ListLine, remark};
use super::preface;
use super::value::{ValueReader, Written};
use super::{
    Beside, Claim, LINE_BYTES_MAX, Listing, SAMPLE_MAX, cut_context, is_never, put_context, whole_lines,
};
use crate::sink::Sink;
use input::Head;
use input::{Document, Lines};
use model::{Fault, Place, Problems};
use observable::Kind;
use std::borrow::Cow;

/// Of ten lines, so many give a value where nobody says what the document is, and where the caller does.
const OF_TEN: usize = 8;
const OF_TEN_GIVEN: usize = 6;
/// After so many lines of which few give a value no more are looked at.
const HOPELESS_AFTER: usize = 40;
/// So many keys make a document YAML: its values have meanings of their own.
const KEYS_MIN: usize = 3;
/// So many names sent nowhere make a hosts file one that blocks.
const HOSTS_MIN: usize = 3;

/// What the lines of a head are.
#[derive(Debug, Default)]
struct Survey {
    /// Lines that are neither empty nor comments.
    data: usize,
    comments: usize,
    /// Values by themselves, or with a mark that nothing else has.
    sure: usize,
    /// Values with words beside them, as a table or a log has them too.
    perhaps: usize,
    hosts: usize,
    mails: usize,
    logins: usize,
    /// Addresses that are not public (documentation aside), and those of them with words beside.
    inside: usize,
    inside_named: usize,
    /// Values that prose would not take for signs: neither defanged nor a hash.
    unmarked: usize,
    /// Lines of several words without a value.
    prose: usize,
    /// Keys of YAML, and whether the first line is the header of a table of something else.
    keys: usize,
    other_table: bool,
}

/// Whether a head is of a plain list of indicators.
pub(crate) fn claim(head: &Head<'_>) -> Claim {
    let text = whole_lines(head.text);
    // Sums of what is to be trusted have the form of hashes that are not.
    let sums = head.file.contains("sums") || head.file.contains("checksum");
    if is_never(head) {
        return Claim::No;
    }
    let preface = preface::of(text, &head.file);
    let survey = survey(text);
    Claim::of(|given| (given || !sums) && survey.is_list(preface.says_indicators, given))
}

/// Whether lines are those of a plain list; `said` is whether the document calls them signs of a threat.
pub(super) fn claim_of(lines: &str, said: bool) -> Claim {
    let survey = survey(lines);
    Claim::of(|given| survey.is_list(said, given))
}

/// The same where the caller knows that the document is about indicators.
pub(super) fn is_given_list(lines: &str, said: bool) -> bool {
    survey(lines).is_list(said, true)
}

fn survey(text: &str) -> Survey {
    let mut survey = Survey::default();
    let mut reader = LineReader { separator: separator(text), ..LineReader::default() };
    for line in text.lines() {
        let hopeless = survey.data >= HOPELESS_AFTER && survey.good() * 4 < survey.data;
        if survey.data >= SAMPLE_MAX || hopeless {
            break;
        }
        let read = reader.read(line);
        survey.data += usize::from(!matches!(read, ListLine::Empty | ListLine::Comment(_)));
        match read {
            ListLine::Empty => {}
            ListLine::Comment(_) => survey.comments += 1,
            ListLine::Login => survey.logins += 1,
            ListLine::Other if survey.data == 1 && names_values(line) => survey.data = 0,
            ListLine::Other => {
                survey.other_table |= survey.data == 1 && is_of_something_else(line);
                survey.keys += usize::from(is_key(line));
                survey.prose += usize::from(line.split_whitespace().nth(3).is_some());
            }
            ListLine::Entry(entry) => survey.entry(&entry),
        }
    }
    survey
}

impl Survey {
    fn entry(&mut self, entry: &LineEntry<'_>) {
        let value = &entry.value;
        let observable = &value.observable;
        // What may be a pattern or any file says nothing about its document.
        if matches!(observable.kind, Kind::Path | Kind::RegistryKey | Kind::FileName) {
            return;
        }
        match entry.form {
            LineForm::Hosts => self.hosts += 1,
            LineForm::Mapped => return,
            LineForm::Bare if value.written != Written::Doubtful => self.sure += 1,
            LineForm::Marked | LineForm::Blocked | LineForm::HashOfFile | LineForm::Scored => self.sure += 1,
            LineForm::Remark | LineForm::Spaced if value.written == Written::Defanged => self.sure += 1,
            LineForm::Bare | LineForm::Remark | LineForm::Spaced => self.perhaps += 1,
        }
        let address = matches!(observable.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network);
        if address && !observable.is_public_address() && !observable.is_documentation_address() {
            self.inside += 1;
            self.inside_named += usize::from(!matches!(entry.form, LineForm::Bare));
        }
        let hash = matches!(observable.kind, Kind::Md5 | Kind::Sha1 | Kind::Sha256 | Kind::Sha512);
        self.unmarked += usize::from(!hash && value.written != Written::Defanged);
        self.mails += usize::from(observable.kind == Kind::Email && value.written == Written::Plain);
    }

    /// Lines that give a value in any form.
    fn good(&self) -> usize {
        self.sure + self.perhaps + self.hosts
    }

    /// Judges the numbers; `said` is whether the document calls its values signs of a threat.
    fn is_list(&self, said: bool, given: bool) -> bool {
        let known = said || given;
        if self.data == 0 {
            return said && given && self.comments > 1;
        }
        let hosts = if known || self.hosts >= HOSTS_MIN { self.hosts } else { 0 };
        let good = self.sure + hosts + if known { self.perhaps } else { 0 };
        let inside = if known { self.inside_named } else { self.inside };
        let accounts = self.logins * 3 > self.data || !known && self.mails * 2 > good;
        // A report whose values are defanged is read better as the report that it is.
        let report = self.prose > 0 && self.unmarked * 5 < good || self.prose * 5 > self.data;
        let other = self.other_table || self.keys >= KEYS_MIN;
        if good == 0 || inside * 2 > good || accounts || report || other {
            return false;
        }
        match self.data {
            ..=2 => good == self.data,
            _ if given => good * 10 >= self.data * OF_TEN_GIVEN,
            _ => good * 10 >= self.data * OF_TEN,
        }
    }
}

/// `title: …` at the start of a line.
fn is_key(line: &str) -> bool {
    let key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    line.split_once(':').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(key))
}

/// What parts values from remarks in nearly every line of a head of URLs, which may hold it too, so that it must be
/// known before the lines are read.
fn separator(text: &str) -> Option<char> {
    if !text.contains("//") {
        return None;
    }
    let mut values = ValueReader::default();
    let comment = |line: &&str| !line.trim().is_empty() && super::line::comment(line.trim()).is_none();
    let lines: Vec<&str> = text.lines().filter(comment).take(SAMPLE_MAX).collect();
    if lines.len() <= 2 {
        return None;
    }
    // More lines than these without a value before the separator, and it is another.
    let misses_max = lines.len() / 10;
    [';', '|', '\t', ','].into_iter().find(|separator| {
        let mut parts =
            |line: &&str| line.split_once(*separator).is_some_and(|(left, _)| values.read(left).is_some());
        lines.iter().filter(|line| !parts(line)).nth(misses_max).is_none()
    })
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let (preface, separator) = {
        let head = document.head_decoded();
        let text = whole_lines(&head);
        let file = super::file_name(&document.name).to_ascii_lowercase();
        (preface::of(text, &file), separator(text))
    };
    let mut listing = Listing::new(sink, preface);
    let mut reading = LinesReader::new(separator);
    let mut lines = Lines::new(&mut document.reader, LINE_BYTES_MAX);
    let mut broken = false;
    loop {
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                let what = format!("cannot be read further: {error}");
                problems.add(Place::Whole, Fault::Partial, what, None);
                break;
            }
        };
        let place = Place::Line(line.number);
        if line.cut {
            listing.cut.add(place);
            continue;
        }
        let text = input::as_text(line.bytes);
        if !broken && matches!(text, Cow::Owned(_)) {
            broken = true;
            let what = "not UTF-8: read as Windows-1252";
            problems.add(place, Fault::Note, what, Some("save the list as UTF-8"));
        }
        reading.line(text.trim_start_matches('\u{feff}'), place, &mut listing);
    }
    listing.finish("line", problems);
}

/// What the line before was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Blank,
    Comment,
    Value,
}

/// Lines being read.
pub(super) struct LinesReader {
    reader: LineReader,
    /// The comment above the values, as their context.
    section: String,
    context: String,
    /// How many blocks of comments there were, and how many lines the last of them has.
    blocks: u64,
    block_lines: u64,
    before: Before,
}

impl LinesReader {
    pub(super) fn new(separator: Option<char>) -> Self {
        Self {
            reader: LineReader { separator, ..LineReader::default() },
            section: String::new(),
            context: String::new(),
            blocks: 0,
            block_lines: 0,
            before: Before::Blank,
        }
    }

    /// Reads one line, and hands over what it gives.
    pub(super) fn line(&mut self, line: &str, place: Place, listing: &mut Listing<'_, '_>) {
        match self.reader.read(line) {
            ListLine::Empty => {
                // An empty line behind values ends what their comment was about.
                if self.before == Before::Value {
                    self.section.clear();
                }
                self.before = Before::Blank;
            }
            ListLine::Comment(text) => self.comment(text),
            ListLine::Login => {
                listing.logins.add(place);
                self.before = Before::Value;
            }
            ListLine::Entry(LineEntry { value, form, tail }) if form != LineForm::Mapped => {
                self.leave_head(listing);
                self.compose(value.port, tail);
                let beside = Beside { context: &self.context, ..Beside::default() };
                listing.give(value.observable, beside, place);
                for observable in value.more {
                    listing.give(observable, beside, place);
                }
                self.before = Before::Value;
            }
            ListLine::Entry(_) | ListLine::Other => {
                let names_column = listing.given == 0 && listing.without.count == 0 && names_values(line);
                if !names_column {
                    listing.without.add(place);
                }
                self.before = Before::Value;
            }
        }
    }

    fn comment(&mut self, text: &str) {
        if self.before != Before::Comment {
            self.section.clear();
            self.blocks += 1;
            self.block_lines = 0;
        }
        self.before = Before::Comment;
        let first = text.split([' ', ';', ',', '\t']).next().unwrap_or_default();
        if text.is_empty() {
            return;
        }
        self.block_lines += 1;
        // A value that is commented out says nothing about the next one; neither does the name of a column.
        if self.reader.values.read(first).is_none() && !names_values(text) {
            self.section.clear();
            put_context(text, &mut self.section);
            cut_context(&mut self.section);
        }
    }

    /// The comments at the head of a list are about the list, unless they are one line above the values.
    fn leave_head(&mut self, listing: &Listing<'_, '_>) {
        let banner = self.blocks == 1 && self.block_lines > 1;
        if listing.given == 0 && (banner || self.section == listing.name) {
            self.section.clear();
        }
    }

    fn compose(&mut self, port: Option<&str>, tail: &str) {
        self.context.clear();
        if let Some(port) = port {
            self.context.push_str("port ");
            self.context.push_str(port);
        }
        let said = if tail.is_empty() { self.section.as_str() } else { remark(tail) };
        if !said.is_empty() {
            if !self.context.is_empty() {
                self.context.push_str("; ");
            }
            put_context(said, &mut self.context);
            cut_context(&mut self.context);
        }
    }
}
