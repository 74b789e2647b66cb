//! The order in which things are read, and nothing else.
//!
//! What is ours comes first, so that of a feed of hundreds of thousands of vulnerabilities only those are kept
//! that can matter here; then the advisories' CVEs, then knowledge, then the advisories whole (with the names
//! that knowledge taught), then logs. The order serves memory only: the answer is a function of the sets.

use crate::{Part, Progress, Question, Source, Timeline};
use findings::{Hunter, Inputs, Interest, Wanted};
use input::Walked;
use intel::Lexicon;
use model::{Answer, Fault, Hole, Place, Problem};

/// An answer, and what was given in vain.
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Parts that were given and in which nothing readable was found, in the order of reading.
    pub nothing_in: Vec<Part>,
    /// Every single hit, if they were wished for.
    pub timeline: Timeline,
}

/// The question cannot be answered: the part that it is about holds nothing readable.
#[derive(Debug)]
pub struct NothingReadable {
    /// The part.
    pub part: Part,
    /// What went wrong until then.
    pub problems: Vec<Problem>,
}

/// Asks.
///
/// # Errors
/// When advisories were given and none of them holds anything: then no log is read.
pub fn ask(question: &Question, progress: &dyn Progress) -> Result<Answered, NothingReadable> {
    let inputs = &question.inputs;
    let mut reading = Reading::new(progress);
    progress.on(Part::Estate);
    let ours = reading.estate(&inputs.estate);
    progress.on(Part::Advisory);
    let held = reading.hold(&inputs.advisories);
    let mut lexicon = Lexicon::built_in();
    let advised = reading.advised(&held, &lexicon);
    progress.on(Part::Knowledge);
    let interest = Interest::new(&ours, advised);
    let mut world = reading.knowledge(&inputs.knowledge, &interest, &mut lexicon);
    if !inputs.advisories.is_none() && reading.advisories(&held, &lexicon, &mut world) == 0 {
        return Err(NothingReadable { part: Part::Advisory, problems: reading.problems });
    }
    progress.on(Part::Rules);
    let rules = reading.rules(question);
    let wishes = &question.wishes;
    let wanted = Wanted { hits: wishes.timeline, logons: wishes.logons, least: question.rules.least() };
    let hunter = Hunter::new(&world, &ours, rules).wanting(wanted);
    progress.on(Part::Logs);
    let timeline = Timeline::default();
    let sightings = reading.logs(question, &ours, &hunter, &timeline);
    let mut answer = findings::answer(Inputs {
        world: &world,
        ours: &ours,
        hunter: &hunter,
        sightings: &sightings,
        now: question.now,
        documents: reading.documents,
        events: reading.events,
        holes: reading.holes,
        problems: reading.problems,
    });
    answer.not_seen.append(&mut reading.not_seen);
    Ok(Answered { answer, nothing_in: reading.nothing_in, timeline })
}

/// What is collected on the way.
pub(crate) struct Reading<'p> {
    pub(crate) progress: &'p dyn Progress,
    pub(crate) problems: Vec<Problem>,
    /// Documents that a reader knew.
    pub(crate) documents: u64,
    /// Records of logs.
    pub(crate) events: u64,
    /// What was given and gave nothing readable.
    pub(crate) nothing_in: Vec<Part>,
    /// What is not looked at, by the user's wish.
    pub(crate) not_seen: Vec<String>,
    /// Records missing by their numbers.
    pub(crate) holes: Vec<Hole>,
}

impl<'p> Reading<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        Self {
            progress,
            problems: Vec::new(),
            documents: 0,
            events: 0,
            nothing_in: Vec::new(),
            not_seen: Vec::new(),
            holes: Vec::new(),
        }
    }

    /// Takes note of a walk; `readable` counts the documents of it that a reader knew.
    pub(crate) fn walked(&mut self, part: Part, source: &Source, walked: Walked, readable: u64) {
        self.documents += readable;
        self.problems.extend(walked.problems);
        if readable == 0 && !source.is_none() {
            self.nothing_in.push(part);
        }
    }
}

/// What was found out about one document when it was read.
pub(crate) struct Read<'d> {
    /// Its name.
    pub(crate) name: &'d str,
    /// Whether it has no content.
    pub(crate) empty: bool,
    /// Whether a reader knew it.
    pub(crate) known: bool,
    /// What it should have been: `an inventory`.
    pub(crate) wanted: &'static str,
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
            let what = format!("not recognised as {}; passed over", self.wanted);
            let help = "see the list of formats in README.md";
            problems.push(problem(self.name, Fault::Unreadable, what, Some(help)));
        }
        problems
    }
}

/// A problem of a document as a whole.
pub(crate) fn problem(source: &str, fault: Fault, what: impl Into<String>, help: Option<&str>) -> Problem {
    let help = help.map(str::to_owned);
    Problem { source: source.to_owned(), place: Place::Whole, fault, what: what.into(), help }
}
