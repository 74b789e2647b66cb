//! Lists of indicators: the form in which most of them are shared. Plain lists, tables, JSON.
//!
//! What is a list is seen by content: nearly every line is one value, or a header names a column of values
//! and something says that they are signs of a threat. Then its values are indicators, defanged or not; prose
//! keeps its own rules. Documents of any size are read as a stream, and each indicator is handed over as it is
//! read; what is kept is a number for each kind.
//!
//! Invariants: a table of something else (an inventory, a log, a collection) is no list; names with passwords
//! give nothing; what gives no value is counted, with its first place.

mod columns;
mod header;
mod line;
mod marks;
mod objects;
mod plain;
mod plan;
mod preface;
mod records;
mod rows;
mod table;
mod value;

pub(crate) use plain::{claim as claim_of_lines, read as read_plain};
pub(crate) use records::{claim as claim_of_records, read as read_records};
pub(crate) use table::{claim as claim_of_table, read as read_table};
pub(crate) use value::ValueReader;

use crate::prose;
use crate::prose::sentences::{SENTENCE_CHARS_MAX, one_line};
use crate::sink::Sink;
use input::Head;
use model::world::{Fact, Indicator, Report};
use model::{Fault, Place, Problems, Timestamp, Tlp};
use observable::{Kind, Observable};
use preface::Preface;
use std::collections::BTreeMap;

/// How long one line may be, in bytes; a URL has 8 KiB at the most.
const LINE_BYTES_MAX: usize = 64 << 10;
/// How many values of one document are handed over; the largest public lists have some 5,000,000.
const VALUES_MAX: u64 = 50_000_000;
/// How many lines, rows or objects of a head are looked at to recognise it.
const SAMPLE_MAX: usize = 300;

/// What helps where a line gives no value, and where a row or an object does not.
const ONE_A_LINE: &str =
    "write one value a line: an address, network, domain, URL, mail address or hash; comments after #";
const ONE_A_ROW: &str =
    "a value is an address, network, domain, URL, mail address or hash, in a column like `indicator`";

/// Whether a document is a list of indicators of one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// By itself.
    Sure,
    /// When the caller knows that the document is about indicators.
    IfGiven,
    No,
}

impl Claim {
    /// The claim of a judgement, which gets whether the caller knows. It is made of numbers that one look at the
    /// document gave.
    fn of(is_list: impl Fn(bool) -> bool) -> Self {
        match (is_list(false), is_list(true)) {
            (true, _) => Self::Sure,
            (false, true) => Self::IfGiven,
            (false, false) => Self::No,
        }
    }
}

/// Whether a document is no list of lines or rows whatever they are: JSON, markup, bytes that are no text, tables of
/// Markdown and pages of AsciiDoc (which prose reads), logs of Zeek.
fn is_never(head: &Head<'_>) -> bool {
    let markup = head.is_json() || head.text.trim_start().starts_with('<') || head.text.contains('\0');
    let marks = ["|--", "| --", "|===", "= ", "== ", "#separator "];
    markup || head.text.lines().take(SAMPLE_MAX).any(|line| marks.iter().any(|mark| line.starts_with(mark)))
}

/// Places of one sort: how many, and the first.
#[derive(Clone, Copy, Debug, Default)]
struct PlaceTally {
    count: u64,
    first: Option<Place>,
}

impl PlaceTally {
    fn add(&mut self, place: Place) {
        self.count += 1;
        self.first.get_or_insert(place);
    }
}

/// What is said beside a value.
#[derive(Clone, Copy, Debug, Default)]
struct Beside<'a> {
    context: &'a str,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    tlp: Option<Tlp>,
}

/// A list being read: hands over indicators, and counts.
struct Listing<'l, 's> {
    sink: &'l mut Sink<'s>,
    preface: Preface,
    name: String,
    values_max: u64,
    given: u64,
    beyond: u64,
    kinds: BTreeMap<Kind, u64>,
    /// A number that the values and their order make, for the report's identifier.
    digest: u64,
    /// Lines, rows and objects without a value, names with passwords, rows that are context by their own word.
    without: PlaceTally,
    logins: PlaceTally,
    context_only: PlaceTally,
    /// Lines longer than the bound.
    cut: PlaceTally,
}

impl<'l, 's> Listing<'l, 's> {
    fn new(sink: &'l mut Sink<'s>, preface: Preface) -> Self {
        let file = file_name(&sink.source);
        let name = preface.title.clone().unwrap_or_else(|| file.to_owned());
        Self {
            sink,
            preface,
            name,
            values_max: VALUES_MAX,
            given: 0,
            beyond: 0,
            kinds: BTreeMap::new(),
            digest: FNV_START,
            without: PlaceTally::default(),
            logins: PlaceTally::default(),
            context_only: PlaceTally::default(),
            cut: PlaceTally::default(),
        }
    }

    /// Hands over one value.
    fn give(&mut self, observable: Observable, beside: Beside<'_>, place: Place) {
        if self.given >= self.values_max {
            self.beyond += 1;
            return;
        }
        self.given += 1;
        *self.kinds.entry(observable.kind).or_default() += 1;
        self.digest = digest(self.digest, observable.value.as_bytes());
        let indicator = Indicator {
            observable,
            context: beside.context.to_owned(),
            source: self.name.clone(),
            attributed_to: Vec::new(),
            valid_from: beside.from,
            valid_until: beside.until,
            revoked: false,
            tlp: beside.tlp.max(self.preface.tlp).unwrap_or_default(),
            origin: self.sink.origin(place),
        };
        self.sink.give(Fact::Indicator(indicator));
    }

    /// Says what gave nothing, and hands over the report of a caller who asked for one. `unit` is what the
    /// document is made of: `line`, `row`, `object`.
    fn finish(self, unit: &str, problems: &mut Problems) {
        self.name_what_gave_nothing(unit, problems);
        let empty = self.without.count + self.logins.count + self.cut.count == 0;
        if !self.sink.advisory || self.given == 0 && !empty {
            return;
        }
        let text = format!("{} {:016x}", self.given, self.digest);
        let report = Report {
            id: prose::report_id(&self.name, &text),
            publisher: self.preface.publisher,
            published: self.preface.published,
            tlp: self.preface.tlp,
            name: self.name,
            mentions: Vec::new(),
            listed: self.kinds.into_iter().collect(),
            origin: self.sink.origin(Place::Whole),
        };
        self.sink.give(Fact::Report(report));
    }

    fn name_what_gave_nothing(&self, unit: &str, problems: &mut Problems) {
        let help = if unit == "line" { ONE_A_LINE } else { ONE_A_ROW };
        let nothing = self.given == 0 && self.context_only.count == 0;
        if nothing && self.without.count == 0 && self.logins.count == 0 && self.cut.count == 0 {
            let help = "get it again from its source if it should not be empty";
            problems.add(Place::Whole, Fault::Partial, "an empty list: there is no value in it", Some(help));
            return;
        }
        if nothing && self.without.count > 0 {
            let what = format!("a list in which no {unit} gives a value to look for");
            problems.add(Place::Whole, Fault::Unreadable, what, Some(help));
        } else if let Some(first) = self.without.first {
            let what =
                counted(self.without.count, unit, "gives no value to look for", "give no value to look for");
            problems.add(first, Fault::Partial, what, Some(help));
        }
        if let Some(first) = self.logins.first {
            let what = counted(
                self.logins.count,
                unit,
                "looks like a name with its password",
                "look like names with their passwords",
            );
            let help = "give leaked accounts as a collection, a table with a header";
            problems.add(first, Fault::Partial, what, Some(help));
        }
        if let Some(first) = self.cut.first {
            let long = format!("longer than {} KiB", LINE_BYTES_MAX >> 10);
            let what = counted(self.cut.count, unit, &format!("is {long}"), &format!("are {long}"));
            problems.add(first, Fault::Partial, what, Some("put each value on its own line"));
        }
        if let Some(first) = self.context_only.first {
            let (one, several) = ("is context by its own word", "are context by their own word");
            let what = counted(self.context_only.count, unit, one, several);
            let fault = if self.given == 0 { Fault::Partial } else { Fault::Note };
            problems.add(first, fault, what, Some("set to_ids where a value should be looked for"));
        }
        if self.beyond > 0 {
            let beyond = match self.beyond {
                1 => "one value was".to_owned(),
                count => format!("{count} values were"),
            };
            let what = format!("{beyond} counted, not read: the first {} are used", self.values_max);
            problems.add(Place::Whole, Fault::Partial, what, Some("split the list"));
        }
    }
}

/// The digest of values so far and of one more: FNV-1a over words of eight bytes, the last one with the length.
fn digest(before: u64, value: &[u8]) -> u64 {
    let mix = |digest: u64, word: u64| (digest ^ word).wrapping_mul(FNV_PRIME).rotate_left(29);
    let (words, rest) = value.as_chunks::<8>();
    let digest = words.iter().fold(before, |digest, word| mix(digest, u64::from_le_bytes(*word)));
    let last =
        rest.iter().fold(u64::try_from(value.len()).unwrap_or(0), |word, byte| word << 8 | u64::from(*byte));
    mix(digest, last)
}

/// FNV-1a of 64 bits: small, and the same everywhere.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// `this line is …` for one, `3 lines …, the first is this one` for several; both were passed over.
fn counted(count: u64, unit: &str, one: &str, several: &str) -> String {
    match count {
        1 => format!("this {unit} {one}; it was passed over"),
        _ => format!("{count} {unit}s {several}, this one first; they were passed over"),
    }
}

/// A document's name without directories.
fn file_name(source: &str) -> &str {
    source.rsplit(['/', '\\', '!']).next().unwrap_or(source)
}

/// A text as the context of a value: one line, cut to its bound. Written into `out`.
fn put_context(text: &str, out: &mut String) {
    let text = text.trim();
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("  ");
    if plain {
        out.push_str(text);
    } else {
        out.push_str(&one_line(text));
    }
}

/// Cuts a context to its bound.
fn cut_context(context: &mut String) {
    if context.len() > SENTENCE_CHARS_MAX
        && let Some((end, _)) = context.char_indices().nth(SENTENCE_CHARS_MAX)
    {
        context.truncate(end);
    }
}

/// The lines of a head that are whole: where the head is cut, its last line is not.
fn whole_lines(head: &str) -> &str {
    if head.len() + 4 < input::Document::HEAD_MAX {
        return head;
    }
    head.rfind('\n').and_then(|end| head.get(..=end)).unwrap_or(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lexicon;
    use std::sync::Arc;

    #[test]
    fn one_past_the_bound_of_values_is_counted() {
        let source: Arc<str> = Arc::from("a.txt");
        let lexicon = Lexicon::empty();
        let mut given = 0;
        let mut each = |_| given += 1;
        let mut sink = Sink::new(&source, &lexicon, false, &mut each);
        let mut listing = Listing::new(&mut sink, Preface::default());
        listing.values_max = 2;
        for n in 1..=3_u64 {
            let observable = Observable { kind: Kind::Ipv4, value: format!("203.0.113.{n}") };
            listing.give(observable, Beside::default(), Place::Line(n));
        }
        let mut problems = Problems::new("a.txt");
        listing.finish("line", &mut problems);
        let said: Vec<String> = problems.into_vec().iter().map(ToString::to_string).collect();
        assert_eq!(said, ["a.txt: one value was counted, not read: the first 2 are used"]);
        assert_eq!(given, 2);
    }

    #[test]
    fn a_head_that_is_cut_loses_its_last_line_only() {
        assert_eq!(whole_lines("a\nb"), "a\nb");
        let long = format!("{}\nb", "a".repeat(input::Document::HEAD_MAX));
        assert_eq!(whole_lines(&long).len(), input::Document::HEAD_MAX + 1);
    }
}
