//! The order in which the sources are read, and nothing else.
//!
//! What is ours comes first, so that of a feed of hundreds of thousands of vulnerabilities only those are kept
//! that can matter here; then the advisories' CVEs, then knowledge, then the advisories whole (with the names
//! that knowledge gave), then logs. The order serves memory only: the answer is a function of the sets.

use crate::intake::Intake;
use crate::{InputKind, Progress, Question, Spooled, Timeline, Wishes};
use findings::{Bounds, Change, Document, Mode, Read, Said, Scope, Spool, Wanted};
use intel::Lexicon;
use memory::{Memory, Ram};
use model::answer::{LookedAt, NotSeen, Topic};
use model::{Answer, Hole, Problem, SecretKey, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An answer, and what was given in vain.
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Kinds of input that were given and in which nothing readable was found, in the order of reading.
    pub nothing_in: Vec<InputKind>,
    /// Every single hit, if they were wished for.
    pub timeline: Timeline,
}

/// The question cannot be answered: the input that it is about holds nothing readable.
#[derive(Debug)]
pub struct NothingReadable {
    /// Which kind of input.
    pub kind: InputKind,
    /// What went wrong until then.
    pub problems: Vec<Problem>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// The input that the question is about holds nothing readable.
    NothingReadable(NothingReadable),
    /// A hunt without a rule and without an indicator: every log would be clean.
    NothingToLookFor,
}

/// Asks.
///
/// # Errors
/// When advisories were given and none of them holds anything: then no log is read. When a hunt has nothing to look for,
/// and the logs hold no detections of another engine.
pub fn ask(question: &Question, progress: &dyn Progress) -> Result<Answered, NoAnswer> {
    let inputs = &question.inputs;
    let mut reading = Reading::new(progress, question.now);
    progress.on(InputKind::Estate);
    reading.estate(&inputs.estate);
    progress.on(InputKind::Advisory);
    let secret_key = question.wishes.secret_key.as_ref();
    let mut lexicon = lexicon(secret_key);
    let held = reading.intelligence(&inputs.advisories, &lexicon);
    reading.advised(&held, &lexicon);
    progress.on(InputKind::Knowledge);
    reading.known_good();
    reading.knowledge(&inputs.knowledge, &mut lexicon, secret_key);
    reading.reports(&held, &lexicon);
    drop(held);
    reading.asked(&inputs.values);
    // A question about advisories that name nothing has no answer; a hunt has its rules.
    let is_check = question.wishes.scope == Scope::ALL;
    let (readable, asking) = (reading.readable_intelligence, reading.asking_intelligence);
    if !inputs.advisories.is_none() && (readable == 0 || (is_check && asking == 0)) {
        let nothing = NothingReadable { kind: InputKind::Advisory, problems: reading.intake.problems };
        return Err(NoAnswer::NothingReadable(nothing));
    }
    progress.on(InputKind::Rules);
    let rules = reading.rules(question);
    reading.memory.take(Change::Rules(Arc::new(rules)));
    reading.memory.settle();
    let wishes = &question.wishes;
    let wanted = Wanted { hits: wishes.timeline, logons: wishes.logons, least: question.rules.least() };
    let hunter = reading.memory.hunter(wanted, false);
    let looks = !hunter.rules().is_empty() || hunter.indicators_hunted() > 0;
    progress.on(InputKind::Logs);
    let timeline = Timeline::default();
    let logons = reading.logs(question, &hunter, (&timeline, None));
    drop(hunter);
    let nothing_in = std::mem::take(&mut reading.intake.nothing_in);
    let (documents, unread, beyond) = reading.intake.documents_read();
    let read = Read {
        documents: reading.intake.documents,
        events: reading.events,
        holes: reading.holes,
        problems: reading.intake.into_problems(),
        logons,
        ..Read::default()
    };
    let mut answer = reading.memory.answer(question.now, wishes.scope, read);
    answer.not_seen.append(&mut reading.not_seen);
    if let Some(empty) = empty_window(wishes, &answer.looked_at, reading.span) {
        // Logs were read, but none of their time.
        answer.not_seen.retain(|one| one.about != Topic::AllLogs);
        answer.not_seen.push(empty);
    }
    (answer.documents, answer.unread) = (documents, unread);
    answer.bounds.extend(beyond);
    // What another engine detected is found without rules of ours.
    let is_hunt = wishes.scope == Scope::SIGHTINGS && !wishes.logons;
    if is_hunt && !looks && answer.findings.is_empty() {
        return Err(NoAnswer::NothingToLookFor);
    }
    Ok(Answered { answer, nothing_in, timeline })
}

/// The names that the program carries, and the key of fingerprints.
pub(crate) fn lexicon(secret_key: Option<&SecretKey>) -> Lexicon {
    let built_in = Lexicon::built_in();
    match secret_key {
        Some(key) => built_in.with_secret_key(key.clone()),
        None => built_in,
    }
}

/// A sentence on a window that was asked for and in which no event lies, though records were read: from when to when.
fn empty_window(wishes: &Wishes, looked: &LookedAt, span: Option<(Timestamp, Timestamp)>) -> Option<NotSeen> {
    let is_empty = looked.sources.iter().all(|(_, events)| *events == 0);
    let asked = wishes.since.or(wishes.until);
    asked.filter(|_| is_empty && looked.events > 0)?;
    let read = match span {
        Some((first, last)) => format!("the records that were read are from {first} to {last}"),
        None => "no record that was read has a time".to_owned(),
    };
    Some(NotSeen::new(Topic::Logs, format!("{}: {read}", NotSeen::EMPTY_WINDOW)))
}

/// What is collected on the way.
pub(crate) struct Reading<'p> {
    pub(crate) progress: &'p dyn Progress,
    pub(crate) intake: Intake,
    /// Documents that were given as intelligence and are.
    pub(crate) readable_intelligence: u64,
    /// Those of them that name something to ask about.
    pub(crate) asking_intelligence: u64,
    pub(crate) memory: Memory<Ram>,
    /// Where details of indicators wait.
    pub(crate) spool: Arc<dyn Spool>,
    pub(crate) now: Timestamp,
    /// Whether what is read is to be kept: a memory learns it, and is not only asked about it.
    pub(crate) keeps: bool,
    /// Logs that are kept under another name, because an earlier log has theirs.
    pub(crate) renamed: BTreeMap<String, String>,
    /// Records of logs.
    pub(crate) events: u64,
    /// What is not looked at, by the user's wish.
    pub(crate) not_seen: Vec<NotSeen>,
    /// Records missing by their numbers.
    pub(crate) holes: Vec<Hole>,
    /// The times of the first and the last record of all logs, in the window or not.
    pub(crate) span: Option<(Timestamp, Timestamp)>,
}

impl<'p> Reading<'p> {
    pub(crate) fn new(progress: &'p dyn Progress, now: Timestamp) -> Self {
        let Ok(memory) = Memory::open(Ram::default(), Bounds::default());
        Self {
            progress,
            intake: Intake::default(),
            readable_intelligence: 0,
            asking_intelligence: 0,
            memory,
            spool: Arc::new(Spooled::default()),
            now,
            keeps: false,
            renamed: BTreeMap::new(),
            events: 0,
            not_seen: Vec::new(),
            holes: Vec::new(),
            span: None,
        }
    }

    /// A document that says nothing yet.
    pub(crate) fn said(&self) -> Said {
        Said::new(&self.spool)
    }

    /// Takes in what a document says; how much of what that is.
    pub(crate) fn take(&mut self, name: &str, mut said: Said, is_advisory: bool) -> Vec<(&'static str, u64)> {
        said.settle();
        let taken = said.taken();
        if taken.is_empty() {
            return taken;
        }
        let name: Arc<str> = Arc::from(name);
        let document = Document {
            source: Arc::clone(&name),
            // A document may be given as two kinds of input: what each wall reads in it is added.
            mode: Mode::Adds,
            dated: None,
            received: self.now,
            is_advisory,
            said: Arc::new(said),
        };
        self.memory.take(Change::Said { name, document });
        taken
    }
}
