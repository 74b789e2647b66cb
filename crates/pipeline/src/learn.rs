//! Learning into a home: what paths hold, as changes of what is known, joined and written in one transaction.
//!
//! ```text
//! survey → stage what is ours and knowledge → load what is known, with it → reports and lists → rules → logs → commit
//! ```
//!
//! The order is that of a question ([`ask`](crate::ask())), for the same reasons. What is ours and knowledge is staged
//! before what is known is loaded, so that of a feed of any size only that comes into memory that can matter.
//!
//! Invariants: nothing is written unless everything is; a document that did not change is not read again, logs excepted:
//! they are asked anew, because what is looked for may have changed; what a source states that lost more than half of what
//! it said, or that broke off, is held and changes nothing.

mod documents;
mod held;
mod keep;
mod logs;
mod names;
mod next;
mod readers;
mod reread;
mod survey;
mod text;

pub use readers::READERS;

use crate::ask::Reading;
use crate::asked_rules::{known_of, rules_of};
use crate::{InputKind, Progress, Sort, Source, Wishes};
use findings::{Change, Known, Spool, Touched, Why};
use memory::{Event, Memory, Ram};
use model::{EventId, Fault, Problem, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use store::{EventLog, Held, Home, Kept};
use survey::{KnownLogs, Survey};

/// What is to be learnt.
#[derive(Clone, Debug)]
pub struct Learning {
    /// Files and directories, as absolute paths: documents are known by them.
    pub paths: Vec<PathBuf>,
    /// The source that they are of; otherwise each path is a source.
    pub source: Option<String>,
    /// As what they are read; otherwise their content decides.
    pub sort: Option<Sort>,
    /// Whether a source that lost much of what it said is taken as it is.
    pub accepts: bool,
    /// The rules that the program carries, if they are asked.
    pub built_in: Source,
    /// How logs are read.
    pub wishes: Wishes,
    /// Whether everything that is kept word for word is read again, whatever has changed.
    pub rereads: bool,
    /// The moment.
    pub now: Timestamp,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was not known before.
    New,
    /// It says something else than before, or was read again.
    Changed,
    /// Its kept text was read again, and says something else: other names are known, or it is read otherwise.
    Reread,
    /// It is as it was.
    Same,
    /// It is not there any more, and what it said is taken back.
    Gone,
    /// It waits for a word of the user.
    Held(String),
}

/// A document, and what became of it.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// Its name.
    pub name: String,
    /// As what it was read.
    pub sort: String,
    /// The form in which it was read.
    pub form: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// How much of what was taken from it.
    pub counts: BTreeMap<String, u64>,
}

/// What learning gave.
#[derive(Debug)]
pub struct Learned {
    /// The home.
    pub home: Home,
    /// What became of each document, in order of name.
    pub documents: Vec<Learnt>,
    /// What happened to findings.
    pub events: Vec<Event>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// Learns.
///
/// # Errors
/// When the home cannot be read or written: then nothing of it is written.
pub fn learn(
    home: Home,
    learning: &Learning,
    spool: &Arc<dyn Spool>,
    progress: &dyn Progress,
) -> Result<Learned, store::Fault> {
    let (mut home, due) = crate::due::join_due(home, (&learning.built_in, spool), learning.now)?;
    let mut run = Run::new(learning, spool, progress, &home)?;
    run.stated(&mut home)?;
    run.texts(&mut home)?;
    run.keep(&mut home, Sort::Estate)?;
    run.keep(&mut home, Sort::Knowledge)?;
    run.documents_again(&mut home)?;
    run.reading_digest = way_of_reading(&learning.wishes, &home)?;
    let mut known = Known::default();
    memory::Store::load(&home, &mut known)?;
    let mut lexicon = crate::ask::lexicon(learning.wishes.secret_key.as_ref());
    let mut digest = names::NamesDigest::default();
    known.each_name(&mut |fact| {
        digest.take(&fact);
        lexicon.learn(&fact);
    });
    run.reading.memory = Memory::over(known, Ram::default());
    if memory::Store::owes(&home)? {
        run.touched.push((Touched::by_logs(), Why::Rejudged));
    }
    for (touched, why) in std::mem::take(&mut run.touched) {
        run.reading.memory.touch(touched, why);
    }
    progress.on(InputKind::Advisory);
    run.intelligence(&mut home, &lexicon)?;
    run.reports_again(&mut home, &lexicon, digest)?;
    progress.on(InputKind::Rules);
    run.rules(&mut home)?;
    run.reading.memory.settle();
    let problems = crate::past::catch_up(&mut run.reading.memory, &mut home)?;
    run.reading.intake.problems.extend(problems);
    progress.on(InputKind::Logs);
    run.logs(&mut home)?;
    let mut learned = run.commit(home)?;
    learned.events.splice(..0, due);
    Ok(learned)
}

/// What is collected on the way.
struct Run<'r> {
    learning: &'r Learning,
    survey: Survey,
    reading: Reading<'r>,
    /// What was known of the documents of these sources, by name.
    before: BTreeMap<String, Kept>,
    learnt: Vec<Learnt>,
    /// Sources that change nothing, with the reason.
    held: BTreeMap<String, String>,
    touched: Vec<(Touched, Why)>,
    rules_changed: bool,
    /// The digest of the rules that are asked.
    asked: String,
    /// Documents of what is ours that are known.
    estate: Vec<Kept>,
    /// The logs that are known, and what is known of their events.
    logs: KnownLogs,
    event_logs: BTreeMap<String, EventLog>,
    /// Of how logs are read.
    reading_digest: i64,
    /// Of the names with which reports were read.
    names: String,
    /// Documents of knowledge that are published for everybody, and say nothing of us.
    public: BTreeSet<String>,
    /// Documents that say to the readers of now what they said to others.
    unchanged: Vec<(String, Sort)>,
}

impl<'r> Run<'r> {
    fn new(
        learning: &'r Learning,
        spool: &Arc<dyn Spool>,
        progress: &'r dyn Progress,
        home: &Home,
    ) -> Result<Self, store::Fault> {
        let documents = home.documents()?;
        let logs = documents.iter().filter(|kept| kept.sort == Sort::Logs.name());
        let logs = KnownLogs::of(logs.cloned());
        let is_estate = |kept: &&Kept| kept.sort == Sort::Estate.name();
        let estate: Vec<Kept> = documents.iter().filter(is_estate).cloned().collect();
        let source = Source::Paths(learning.paths.clone());
        let survey = Survey::of(&source, learning.sort, &logs, progress);
        let mut reading = Reading::new(progress, learning.now);
        reading.spool = Arc::clone(spool);
        reading.keeps = true;
        let mut before = BTreeMap::new();
        for kept in documents {
            if survey.documents.contains_key(&kept.name) || learning.covers(&kept) {
                before.insert(kept.name.clone(), kept);
            }
        }
        Ok(Self {
            learning,
            survey,
            reading,
            before,
            learnt: Vec::new(),
            held: BTreeMap::new(),
            touched: Vec::new(),
            rules_changed: false,
            asked: String::new(),
            estate,
            logs,
            event_logs: home.event_logs()?,
            reading_digest: 0,
            names: String::new(),
            public: BTreeSet::new(),
            unchanged: Vec::new(),
        })
    }

    /// Whether a document is as it was.
    fn is_same(&self, name: &str) -> bool {
        let there = self.survey.documents.get(name);
        if let Some(there) = there.filter(|there| there.sort == Sort::Logs) {
            return self.is_same_log(name, there);
        }
        let known = self.before.get(name);
        there.zip(known).is_some_and(|(there, known)| {
            there.digest == known.digest
                && known.sort == there.sort.name()
                && known.source == self.source_of(name)
        })
    }

    /// The documents of a sort that must be read.
    fn to_read(&self, sort: Sort) -> Source {
        let wanted = |name: &str| !self.is_same(name);
        Source::Only(self.learning.paths.clone(), self.survey.names(sort, &wanted))
    }

    /// The source that a document is of.
    fn source_of(&self, name: &str) -> String {
        if let Some(source) = &self.learning.source {
            return source.clone();
        }
        // A document that is known stays of its source, and a new one beside it is of the same.
        if let Some(known) = self.before.get(name) {
            return known.source.clone();
        }
        let shown = self.learning.paths.iter().map(|path| input::label_of(path));
        let path = shown.filter(|path| is_below(name, path)).max_by_key(String::len);
        let path = path.unwrap_or_else(|| name.to_owned());
        let beside = self.before.values().find(|kept| is_below(&kept.name, &path) && kept.name != name);
        beside.map_or(path, |kept| kept.source.clone())
    }

    /// Takes note of what became of a document.
    fn note(&mut self, name: &str, sort: Sort, form: Option<&str>, counts: BTreeMap<String, u64>) {
        let fate = if self.before.contains_key(name) { Fate::Changed } else { Fate::New };
        self.learnt.push(Learnt {
            name: name.to_owned(),
            sort: sort.name().to_owned(),
            form: form.map(str::to_owned),
            fate,
            counts,
        });
    }

    /// What is kept of a document beside its facts.
    fn kept(&self, name: &str, sort: Sort, mode: findings::Mode) -> Kept {
        let there = self.survey.documents.get(name);
        Kept {
            name: name.to_owned(),
            source: self.source_of(name),
            sort: sort.name().to_owned(),
            mode,
            received: self.learning.now,
            is_advisory: sort == Sort::Intel,
            digest: there.map_or([0; 32], |there| there.digest),
            bytes: there.map_or(0, |there| there.bytes),
            form: None,
            counts: BTreeMap::new(),
            problems: Vec::new(),
            first: None,
            last: None,
        }
    }

    fn read_stated(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        self.reading.progress.on(InputKind::Estate);
        self.estate(home)?;
        self.reading.progress.on(InputKind::Knowledge);
        self.knowledge(home)?;
        self.gone(home)
    }

    /// Documents of these sources that are not there any more: what they said is taken back. A log is never: that it
    /// was rotated away does not make its events unseen.
    fn gone(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let is_there = |name: &String| self.survey.documents.contains_key(name);
        // A path that could not be read at all says nothing about what is in it.
        let lost: BTreeSet<&str> = self
            .survey
            .walked
            .problems
            .iter()
            .filter(|problem| problem.fault != Fault::Note)
            .map(|problem| problem.source.as_str())
            .collect();
        let is_lost = |name: &str| lost.iter().any(|path| name.starts_with(path) || path.starts_with(name));
        let gone: Vec<Kept> = self
            .before
            .values()
            .filter(|kept| self.learning.covers(kept) && !is_there(&kept.name))
            .filter(|kept| !self.held.contains_key(&kept.source))
            .filter(|kept| kept.sort != Sort::Logs.name() && !is_lost(&kept.name))
            .cloned()
            .collect();
        for kept in gone {
            if let Some(said) = home.said_by(&kept.name)? {
                let why = if said.is_ours() { Why::NoLongerOurs } else { Why::Withdrawn };
                self.touched.push((said.touches(), why));
            }
            self.rules_changed |= [Sort::Rules.name(), Sort::Tuning.name()].contains(&kept.sort.as_str());
            home.stage_gone(&kept.name)?;
            let Kept { name, sort, form, counts, .. } = kept;
            self.learnt.push(Learnt { name, sort, form, fate: Fate::Gone, counts });
        }
        Ok(())
    }

    /// Rules, tuning and mapping are kept word for word.
    fn texts(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        for sort in [Sort::Rules, Sort::Tuning, Sort::Mapping] {
            let mut read: Vec<(String, Vec<u8>)> = Vec::new();
            let source = self.to_read(sort);
            let mut problems = Vec::new();
            let walked = source.walk(self.reading.progress, &mut |mut document| {
                let name = document.name.to_string();
                let mut found = model::Problems::new(&name);
                let whole = document.whole(crate::intake::TEXT_BYTES_MAX, &mut found);
                if let Some(bytes) = whole.and_then(|whole| whole.complete(&mut found, "split the file")) {
                    read.push((name, bytes));
                }
                problems.extend(found.into_vec());
            });
            self.reading.intake.problems.extend(walked.problems);
            self.reading.intake.problems.append(&mut problems);
            self.rules_changed |= !read.is_empty() && sort != Sort::Mapping;
            for (name, bytes) in read {
                home.stage(&self.kept(&name, sort, findings::Mode::Snapshot), true)?;
                home.stage_text(&name, sort.name(), &bytes, readers::readers(sort))?;
                self.note(&name, sort, None, BTreeMap::new());
            }
        }
        Ok(())
    }

    /// The rules of the home and of the program. If they are those of the last time, nothing is asked anew.
    fn rules(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let rules = rules_of(home, &self.learning.built_in, &mut self.reading, self.learning.now)?;
        let digest = rules.digest();
        let is_new = self.rules_changed || home.note("rules")?.as_deref() != Some(digest.as_str());
        self.asked = digest;
        let change = Change::Rules(Arc::new(rules));
        match is_new {
            true => self.reading.memory.absorb(change),
            false => self.reading.memory.take(change),
        }
        Ok(())
    }

    fn commit(mut self, home: Home) -> Result<Learned, store::Fault> {
        let same: Vec<Learnt> = self
            .survey
            .documents
            .iter()
            .filter(|(name, _)| self.is_same(name) && self.learnt.iter().all(|one| one.name != **name))
            .filter_map(|(name, there)| {
                let of_log = || self.logs.with(there.bytes, there.digest).next();
                let Kept { sort, form, counts, .. } = self.before.get(name).or_else(of_log)?.clone();
                Some(Learnt { name: name.clone(), sort, form, fate: Fate::Same, counts })
            })
            .collect();
        self.learnt.extend(same);
        self.learnt.sort_by(|a, b| a.name.cmp(&b.name));
        let mut problems = std::mem::take(&mut self.reading.intake).into_problems();
        problems.extend(self.survey.walked.problems.iter().cloned());
        for (name, is_empty) in &self.survey.unknown {
            if *is_empty {
                problems.push(crate::intake::problem(name, Fault::Unreadable, "the file is empty", None));
                continue;
            }
            let help = "say what it is with --as estate|logs|intel|knowledge|rules|tuning|mapping";
            problems.push(crate::intake::problem(
                name,
                Fault::Unreadable,
                "not recognised; passed over",
                Some(help),
            ));
        }
        problems.sort();
        problems.dedup();
        let no_longer_held: BTreeSet<String> = self.no_longer_held().collect();
        let Self { reading, held, learnt, learning, asked, names: read_with, unchanged, .. } = self;
        let changes_nothing = learnt.iter().all(|one| matches!(one.fate, Fate::Same | Fate::Held(_)));
        let mut memory = reading.memory.onto(home);
        if learning.rereads {
            memory.judge_anew();
        }
        let events = match changes_nothing && !memory.has_pending() {
            true => Vec::new(),
            false => memory.commit(learning.now)?.events,
        };
        crate::due::note_due(&mut memory, learning.now)?;
        let mut home = memory.into_store();
        if home.note("rules")?.as_deref() != Some(asked.as_str()) {
            home.set_note("rules", &asked)?;
        }
        if home.note(names::NAMES)?.as_deref() != Some(read_with.as_str()) {
            home.set_note(names::NAMES, &read_with)?;
        }
        for source in &no_longer_held {
            home.no_longer_held(source)?;
        }
        for sort in [Sort::Estate, Sort::Knowledge, Sort::Intel] {
            let of_sort = unchanged.iter().filter(|(_, one)| *one == sort);
            let names: Vec<&str> = of_sort.map(|(name, _)| name.as_str()).collect();
            home.set_readers(&names, readers::readers(sort))?;
        }
        for (name, why) in held {
            home.hold(&Held { source: name.clone(), name, why, at: learning.now }, &[0; 32])?;
        }
        Ok(Learned { home, documents: learnt, events, problems })
    }
}

/// A digest of how logs are read: of zones, the machine of records that name none, and the mapping.
pub(crate) fn way_of_reading(wishes: &Wishes, home: &Home) -> Result<i64, store::Fault> {
    let text = format!("{:?} {:?} {:?}", wishes.zones, wishes.host, home.texts(Sort::Mapping.name())?);
    Ok(EventId::of(text.as_bytes()).0.cast_signed())
}

/// Takes a source back: everything that it said, and what followed from it alone. What another source still says stays.
///
/// # Errors
/// When the home cannot be read or written: then nothing is taken back.
pub fn forget_source(
    mut home: Home,
    source: &str,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    now: Timestamp,
) -> Result<Vec<Event>, store::Fault> {
    for name in home.documents_of(source)? {
        home.stage_gone(&name)?;
    }
    let logs = home.documents_of(source)?;
    let rows: Vec<String> =
        home.event_logs()?.into_values().filter(|row| logs.contains(&row.log)).map(|row| row.name).collect();
    // Rules of the source are not asked any more.
    let (known, rules) = known_of(&home, built_in, spool, now)?;
    let asked = rules.digest();
    let mut memory = Memory::over(known, Ram::default());
    memory.take(Change::Rules(rules));
    memory.touch(Touched::all(), Why::Forgotten);
    memory.absorb(Change::ForgetSource { source: Arc::from(source) });
    memory.settle();
    // A list of known good values that goes lets values be looked for.
    _ = crate::past::catch_up(&mut memory, &mut home)?;
    rows.iter().for_each(|row| home.stage_events_gone(row));
    let mut memory = memory.onto(home);
    let events = memory.commit(now)?.events;
    let mut home = memory.into_store();
    home.set_note("rules", &asked)?;
    home.sweep_now(now)?;
    Ok(events)
}

impl Learning {
    /// Whether these paths are all that a document's source says of it: that it is not there says that it is gone.
    fn covers(&self, kept: &Kept) -> bool {
        match &self.source {
            Some(source) => kept.source == *source,
            None => self.paths.iter().any(|path| is_below(&kept.name, &input::label_of(path))),
        }
    }
}

/// Whether a document is a path, or lies below it, in a folder or in an archive.
fn is_below(name: &str, path: &str) -> bool {
    let rest = name.strip_prefix(path.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '!']))
}
