//! What reading gave beside facts: how many documents, which problems, in which kinds of input nothing was readable.

use crate::{InputKind, Progress, Source};
use input::{Limits, Walked, Whole};
use model::answer::{DocumentRead, Unread};
use model::{Fault, Place, Problem, Problems, Timestamp};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How large a document may be that is read whole as text of a user: rules, tuning, a mapping. All public rules in
/// one file are a tenth of it; a file of this size costs some seconds and half a gigabyte.
pub(crate) const TEXT_BYTES_MAX: u64 = sigma::FILE_BYTES_MAX as u64;

/// What reading gave beside its content.
#[derive(Debug, Default)]
pub struct Intake {
    /// Documents that a reader knew.
    pub documents: u64,
    /// What went wrong.
    pub problems: Vec<Problem>,
    /// Parts that were given and in which nothing was readable, in the order of reading.
    pub nothing_in: Vec<InputKind>,
    /// Documents that are input of some kind: that they are no input of another kind is no loss.
    used: BTreeSet<String>,
    /// Every document that was given, with what was taken.
    given: Vec<DocumentRead>,
}

/// Takes a document that was read whole, and where what is wrong with it goes; whether it knew the document.
pub(crate) type EachWhole<'e> = dyn FnMut(&str, Whole, &mut Problems) -> bool + 'e;

impl Intake {
    /// Takes the problems of a document that was read.
    pub(crate) fn read(&mut self, read: Read<'_>, problems: Vec<Problem>) {
        if read.known {
            self.used.insert(read.name.to_owned());
        }
        self.problems.extend(read.with(problems));
        let form = read.form.filter(|_| read.known);
        let (kind, name) = (read.kind.name(), read.name.to_owned());
        self.given.push(DocumentRead {
            kind,
            name,
            form: form.map(Cow::Borrowed),
            taken: read.taken.into_iter().map(|(what, count)| (Cow::Borrowed(what), count)).collect(),
            first: read.first,
            last: read.last,
        });
    }

    /// The documents that were given, in order of kind and name; of each kind how many were not read; and a word on
    /// documents that are not listed.
    pub(crate) fn documents_read(&mut self) -> (Vec<DocumentRead>, Vec<Unread>, Option<String>) {
        let mut all = std::mem::take(&mut self.given);
        all.sort();
        let mut counts: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
        for one in &all {
            let (unread, given) = counts.entry(one.kind).or_default();
            // Input of another kind is no loss, and does not count.
            let elsewhere = one.form.is_none() && self.used.contains(&one.name);
            *unread += u64::from(one.form.is_none() && !elsewhere);
            *given += u64::from(!elsewhere);
        }
        let unread = counts.into_iter().filter(|(_, (unread, _))| *unread > 0);
        let unread = unread.map(|(kind, (unread, given))| Unread { kind, unread, given }).collect();
        let beyond = all.len().saturating_sub(DocumentRead::LISTED_MAX);
        all.truncate(DocumentRead::LISTED_MAX);
        let word =
            (beyond > 0).then(|| format!("{beyond} documents more were read than are listed one by one"));
        (all, unread, word)
    }

    /// The documents that were given until now, taken out.
    pub(crate) fn take_read(&mut self) -> Vec<DocumentRead> {
        std::mem::take(&mut self.given)
    }

    /// What is wrong with a document.
    pub(crate) fn problems_of(&self, name: &str) -> Vec<Problem> {
        self.problems.iter().filter(|problem| problem.source == name).cloned().collect()
    }

    /// Whether the document is used as input of some kind.
    pub(crate) fn is_used(&self, name: &str) -> bool {
        self.used.contains(name)
    }

    /// What went wrong, without complaints about documents that are input of another kind.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let Self { problems, used, .. } = self;
        let lost = |problem: &Problem| problem.fault == Fault::Unreadable && used.contains(&problem.source);
        problems.into_iter().filter(|problem| !lost(problem)).collect()
    }

    /// Takes note of a walk; `readable` counts the documents of it that a reader knew.
    pub(crate) fn walked(&mut self, kind: InputKind, source: &Source, walked: Walked, readable: u64) {
        self.documents += readable;
        self.problems.extend(walked.problems);
        if readable == 0 && !source.is_none() {
            self.nothing_in.push(kind);
        }
    }

    /// Adds what another reading gave.
    pub(crate) fn append(&mut self, other: Intake) {
        self.documents += other.documents;
        self.problems.extend(other.problems);
        self.nothing_in.extend(other.nothing_in);
        self.used.extend(other.used);
        self.given.extend(other.given);
    }

    /// Gives every document of a source whole whose name is `wanted`; of the others there is one note.
    pub(crate) fn whole_documents(
        &mut self,
        kind: InputKind,
        source: &Source,
        wanted: &dyn Fn(&str) -> bool,
        progress: &dyn Progress,
        each: &mut EachWhole<'_>,
    ) {
        let mut readable = 0;
        let mut problems = Vec::new();
        let mut others: Option<(String, u64)> = None;
        // Each of these is a file that somebody wrote.
        let limits = Limits { named_pipes: false, ..Limits::default() };
        let walked = source.walk_within(&limits, progress, &mut |mut document| {
            let name = document.name.to_string();
            if !wanted(&name) {
                others.get_or_insert((name, 0)).1 += 1;
                return;
            }
            let mut found = Problems::new(&name);
            let whole = document.whole(TEXT_BYTES_MAX, &mut found);
            if whole.is_some_and(|whole| each(&name, whole, &mut found)) {
                readable += 1;
                self.used.insert(name);
            }
            problems.extend(found.into_vec());
        });
        self.problems.append(&mut problems);
        if let Some((name, count)) = others {
            let what = match count {
                1 => format!("passed over: it is no file of {kind}"),
                2 => format!("passed over, as one more document is: they are no files of {kind}"),
                _ => format!("passed over, as {} more documents are: they are no files of {kind}", count - 1),
            };
            self.problems.push(problem(
                &name,
                Fault::Note,
                what,
                Some("files of rules end in .yml or .yaml"),
            ));
        }
        self.walked(kind, source, walked, readable);
    }
}

/// A document as text. Bytes that are no UTF-8 are replaced, and that is noted.
pub(crate) fn text(bytes: Vec<u8>, problems: &mut Problems) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let lines = before.iter().filter(|byte| **byte == b'\n').count();
            let line = u64::try_from(lines).unwrap_or(u64::MAX).saturating_add(1);
            let what = "not UTF-8 from this line on; unreadable bytes were replaced";
            problems.add(Place::Line(line), Fault::Note, what, Some("save the file as UTF-8"));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    }
}

/// A problem of a document as a whole.
pub(crate) fn problem(source: &str, fault: Fault, what: impl Into<String>, help: Option<&str>) -> Problem {
    let help = help.map(str::to_owned);
    Problem { source: source.to_owned(), place: Place::Whole, fault, what: what.into(), help }
}

/// What was found out about one document when it was read.
pub(crate) struct Read<'d> {
    /// Its name.
    pub(crate) name: &'d str,
    /// Whether it has no content.
    pub(crate) empty: bool,
    /// Whether a reader knew it.
    pub(crate) known: bool,
    /// The form in which a reader read it.
    pub(crate) form: Option<&'static str>,
    /// As what it was given.
    pub(crate) kind: InputKind,
    /// What was taken from it.
    pub(crate) taken: Vec<(&'static str, u64)>,
    /// Of a log the time of its first record.
    pub(crate) first: Option<Timestamp>,
    /// Of a log the time of its last record.
    pub(crate) last: Option<Timestamp>,
}

impl Read<'_> {
    /// The problems of the document, with a word on one that no reader knew.
    pub(crate) fn with(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        if !self.known {
            // What no reader knew is lost whole, however gently its problem is put.
            problems.iter_mut().for_each(|problem| problem.fault = Fault::Unreadable);
        }
        if self.empty {
            problems.retain(|problem| problem.fault != Fault::Unreadable);
            problems.push(problem(self.name, Fault::Unreadable, "the file is empty", None));
        } else if !self.known && problems.is_empty() {
            let what = format!("not recognised as {}; passed over", self.kind.wanted());
            let help = "see the list of formats in README.md";
            problems.push(problem(self.name, Fault::Unreadable, what, Some(help)));
        }
        problems
    }
}
