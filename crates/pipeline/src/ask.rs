//! The order in which things are read, and nothing else.
//!
//! What is ours comes first, so that of a feed of hundreds of thousands of vulnerabilities only those are kept
//! that can matter here; then the advisories' CVEs, then knowledge, then the advisories whole (with the names
//! that knowledge taught), then logs. The order serves memory only: the answer is a function of the sets.

use crate::intake::Intake;
use crate::{Part, Progress, Question, Timeline};
use findings::{Hunter, Inputs, Interest, Wanted};
use intel::Lexicon;
use model::{Answer, Hole, Problem};

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
        return Err(NothingReadable { part: Part::Advisory, problems: reading.intake.problems });
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
        documents: reading.intake.documents,
        events: reading.events,
        holes: reading.holes,
        problems: reading.intake.problems,
    });
    answer.not_seen.append(&mut reading.not_seen);
    Ok(Answered { answer, nothing_in: reading.intake.nothing_in, timeline })
}

/// What is collected on the way.
pub(crate) struct Reading<'p> {
    pub(crate) progress: &'p dyn Progress,
    pub(crate) intake: Intake,
    /// Records of logs.
    pub(crate) events: u64,
    /// What is not looked at, by the user's wish.
    pub(crate) not_seen: Vec<String>,
    /// Records missing by their numbers.
    pub(crate) holes: Vec<Hole>,
}

impl<'p> Reading<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        Self { progress, intake: Intake::default(), events: 0, not_seen: Vec::new(), holes: Vec::new() }
    }
}
