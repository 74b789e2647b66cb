//! What can be wrong inside a document, counted by kind.
//!
//! A log may have the same trouble in millions of lines. Each kind is reported once, with its count and its first
//! place. That is bounded, and does not depend on which worker met it.

use model::{Fault, Place, Problem};
use std::collections::BTreeMap;

/// A kind of trouble with a record, a line or a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    /// A line is not UTF-8.
    NotUtf8,
    /// A value is not UTF-8.
    ValueNotUtf8,
    /// A line or value is longer than the bound.
    TooLong,
    /// A line is not in the format of the document.
    NotOfFormat,
    /// A record is not in the format of the document.
    OtherRecord,
    /// A line or value is not JSON.
    NotJson,
    /// A record has more fields, longer names or deeper nesting than the bounds.
    TooManyFields,
    /// A row has fewer or more cells than the header says.
    OddRow,
    /// A chunk of an event log has a wrong checksum and was read all the same.
    Checksum,
    /// A chunk of an event log could not be read.
    ChunkUnreadable,
    /// A record of an event log could not be read.
    RecordUnreadable,
    /// A parser from outside gave up in the middle of a chunk.
    ParserGaveUp,
    /// A line has no year, and nothing says which it is.
    NoYear,
    /// An event as XML ends too early.
    EventCutOff,
    /// The unused part of a chunk of an event log holds an old record.
    UnusedRecord,
    /// A record has a time without zone, as a computer shows it.
    LocalTime,
}

/// How a kind is counted: `1 line is…`, `2 lines are…`.
struct TroubleWords {
    fault: Fault,
    place: fn(u64) -> Place,
    one: &'static str,
    many: &'static str,
    help: Option<&'static str>,
}

impl Trouble {
    fn words(self) -> Option<&'static TroubleWords> {
        WORDS.iter().find(|(trouble, _)| *trouble == self).map(|(_, words)| words)
    }
}

/// The words for each kind.
static WORDS: [(Trouble, TroubleWords); 16] = [
    (
        Trouble::NotUtf8,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Line,
            one: "line is not UTF-8; its wrong bytes were replaced",
            many: "lines are not UTF-8; their wrong bytes were replaced",
            help: None,
        },
    ),
    (
        Trouble::ValueNotUtf8,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Record,
            one: "record is not UTF-8; its wrong bytes were replaced",
            many: "records are not UTF-8; their wrong bytes were replaced",
            help: None,
        },
    ),
    (
        Trouble::TooLong,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Record,
            one: "record is longer than the bound; the rest of it was passed over",
            many: "records are longer than the bound; the rest of them was passed over",
            help: None,
        },
    ),
    (
        Trouble::NotOfFormat,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Line,
            one: "line is in no format known here; it was only searched for observables",
            many: "lines are in no format known here; they were only searched for observables",
            help: None,
        },
    ),
    (
        Trouble::OtherRecord,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Record,
            one: "record is in no format known here; it was only searched for observables",
            many: "records are in no format known here; they were only searched for observables",
            help: None,
        },
    ),
    (
        Trouble::NotJson,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Record,
            one: "record is not valid JSON; it was only searched for observables",
            many: "records are not valid JSON; they were only searched for observables",
            help: None,
        },
    ),
    (
        Trouble::TooManyFields,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Record,
            one: "record has more fields, longer names or deeper nesting than the bounds; the rest was left out",
            many: "records have more fields, longer names or deeper nesting than the bounds; the rest was left out",
            help: None,
        },
    ),
    (
        Trouble::OddRow,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Line,
            one: "row has another number of cells than the header",
            many: "rows have another number of cells than the header",
            help: None,
        },
    ),
    (
        Trouble::Checksum,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Byte,
            one: "chunk has a wrong checksum; it was read all the same",
            many: "chunks have wrong checksums; they were read all the same",
            help: Some("the file was cut off, changed, or copied while it was written"),
        },
    ),
    (
        Trouble::ChunkUnreadable,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Byte,
            one: "chunk of 64 KiB could not be read",
            many: "chunks of 64 KiB could not be read",
            help: None,
        },
    ),
    (
        Trouble::RecordUnreadable,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Byte,
            one: "record could not be read",
            many: "records could not be read",
            help: None,
        },
    ),
    (
        Trouble::ParserGaveUp,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Byte,
            one: "chunk made the parser give up; the records before that place were used",
            many: "chunks made the parser give up; the records before those places were used",
            help: Some("please report the file: a parser should survive anything"),
        },
    ),
    (
        Trouble::NoYear,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Line,
            one: "line names no year, so its time is unknown",
            many: "lines name no year, so their times are unknown",
            help: Some("say which year the log is from"),
        },
    ),
    (
        Trouble::EventCutOff,
        TroubleWords {
            fault: Fault::Partial,
            place: Place::Record,
            one: "event ends too early; what it has was used",
            many: "events end too early; what they have was used",
            help: None,
        },
    ),
    (
        Trouble::UnusedRecord,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Byte,
            one: "old record in the unused part of a chunk was not read",
            many: "old records in the unused parts of chunks were not read",
            help: Some("a log that was cleared or wrapped leaves them; a carving tool can read them"),
        },
    ),
    (
        Trouble::LocalTime,
        TroubleWords {
            fault: Fault::Note,
            place: Place::Record,
            one: "record has a time without zone; it was read as UTC",
            many: "records have times without zone; they were read as UTC",
            help: Some("write or export times in UTC: what a computer shows is its local time"),
        },
    ),
];

/// How often each kind happened in one document, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Troubles(BTreeMap<Trouble, Count>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Count {
    count: u64,
    first: u64,
    detail: String,
}

impl Troubles {
    /// One more, at this place (a line, record or byte, as the kind counts).
    pub(crate) fn add(&mut self, trouble: Trouble, at: u64) {
        self.add_with(trouble, at, String::new);
    }

    /// One more, with a detail; only the detail of the first place is kept.
    pub(crate) fn add_with(&mut self, trouble: Trouble, at: u64, detail: impl FnOnce() -> String) {
        match self.0.get_mut(&trouble) {
            None => {
                self.0.insert(trouble, Count { count: 1, first: at, detail: detail() });
            }
            Some(count) => {
                count.count += 1;
                if at < count.first {
                    (count.first, count.detail) = (at, detail());
                }
            }
        }
    }

    /// Adds what another worker met in the same document.
    pub(crate) fn merge(&mut self, other: Self) {
        for (trouble, count) in other.0 {
            match self.0.get_mut(&trouble) {
                None => {
                    self.0.insert(trouble, count);
                }
                Some(mine) => {
                    mine.count += count.count;
                    if count.first < mine.first {
                        (mine.first, mine.detail) = (count.first, count.detail);
                    }
                }
            }
        }
    }

    /// As problems of the document with this name.
    pub(crate) fn into_problems(self, source: &str) -> Vec<Problem> {
        let problem = |(trouble, count): (Trouble, Count)| {
            let words = trouble.words()?;
            let noun = if count.count == 1 { words.one } else { words.many };
            let mut what = format!("{} {noun}", count.count);
            if !count.detail.is_empty() {
                what = format!("{what} (first: {})", count.detail);
            }
            Some(Problem {
                source: source.to_owned(),
                place: (words.place)(count.first),
                fault: words.fault,
                what,
                help: words.help.map(str::to_owned),
            })
        };
        self.0.into_iter().filter_map(problem).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_reported_once_with_its_count_and_first_place() {
        let mut one = Troubles::default();
        one.add_with(Trouble::NotJson, 9, || "late".into());
        let mut other = Troubles::default();
        other.add_with(Trouble::NotJson, 4, || "early".into());
        other.add(Trouble::NotUtf8, 5);
        one.merge(other);
        let shown: Vec<String> = one.into_problems("a.log").iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "a.log, line 5: 1 line is not UTF-8; its wrong bytes were replaced",
                "a.log, record 4: 2 records are not valid JSON; they were only searched for observables \
                 (first: early)",
            ]
        );
    }
}
