//! From files to the answer: the order in which things are read, and nothing else.
//!
//! What is ours comes first, so that of a feed of hundreds of thousands of vulnerabilities only those are kept
//! that can matter here; then the advisories' CVEs, then knowledge, then the advisories whole (with the names
//! that knowledge taught), then logs. The order serves memory only: the answer is a function of the sets.

mod holes;
mod rules;

use crate::console::Progress;
use crate::failure::Failure;
use crate::timeline::{Timeline, WAITING_MAX};
use findings::{Hunter, Inputs, Interest, Ours, Seen, Sightings, Wanted, World};
use input::{Document, Limits, Walked};
use intel::Lexicon;
use model::world::Fact;
use model::{Answer, Fault, Hole, Place, Problem, Timestamp};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// How large an advisory may be: the largest published bundles are a tenth of it.
const ADVISORY_BYTES_MAX: u64 = 256 << 20;
/// How large a file of rules may be.
const RULES_BYTES_MAX: u64 = 4 << 20;

/// Where documents come from.
#[derive(Clone, Default)]
pub enum Source {
    /// Nothing was given.
    #[default]
    None,
    /// Files and directories.
    Paths(Vec<PathBuf>),
    /// Built in: names and bytes.
    BuiltIn(Vec<(&'static str, &'static [u8])>),
}

/// What was asked.
pub struct Question {
    /// Advisories.
    pub advisories: Source,
    /// What is ours.
    pub estate: Source,
    /// What the world knows and saw.
    pub knowledge: Source,
    /// What happened.
    pub logs: Source,
    /// Rules beside the built-in ones.
    pub rules: Source,
    /// Whether the built-in rules are asked.
    pub built_in_rules: bool,
    /// Which rules are asked.
    pub asked_rules: AskedRules,
    /// What is known here about rules of others.
    pub tuning: Source,
    /// The user's own names for log sources and fields.
    pub mapping: Source,
    /// Whether every single hit is wanted, for a timeline.
    pub timeline: bool,
    /// Whether a summary of log-ons is wanted.
    pub logons: bool,
    /// Records before this moment are passed over.
    pub since: Option<Timestamp>,
    /// Records from this moment on are passed over.
    pub until: Option<Timestamp>,
    /// The moment of the question.
    pub now: Timestamp,
    /// How many threads read logs.
    pub threads: usize,
}

/// Which rules are asked; the default is all.
#[derive(Clone, Default)]
pub struct AskedRules {
    /// The least level.
    pub min_level: Option<sigma::Level>,
    /// Only rules with one of these statuses, if any are given.
    pub statuses: Vec<sigma::Status>,
    /// Only rules whose identifier is, or whose title or file holds, one of these, if any are given.
    pub only: Vec<String>,
    /// No rules whose identifier is, or whose title or file holds, one of these.
    pub except: Vec<String>,
}

impl AskedRules {
    fn holds(&self, rule: &sigma::Rule) -> bool {
        let named = |word: &String| {
            let word = word.to_lowercase();
            rule.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(&word))
                || rule.title.to_lowercase().contains(&word)
                || rule.source_name.to_lowercase().contains(&word)
        };
        let level = rule.level.unwrap_or(sigma::Level::Medium);
        self.min_level.is_none_or(|least| severity_of_level(level) <= severity_of_level(least))
            && (self.statuses.is_empty() || rule.status.is_some_and(|status| self.statuses.contains(&status)))
            && (self.only.is_empty() || self.only.iter().any(named))
            && !self.except.iter().any(named)
    }
}

/// How bad a level is.
fn severity_of_level(level: sigma::Level) -> model::Severity {
    use model::Severity;
    match level {
        sigma::Level::Critical => Severity::Critical,
        sigma::Level::High => Severity::High,
        sigma::Level::Medium => Severity::Medium,
        sigma::Level::Low => Severity::Low,
        sigma::Level::Informational => Severity::Informational,
    }
}

/// Takes a small document: its name, its bytes, and where what is wrong with it goes.
type EachSmall<'e> = dyn FnMut(&str, &[u8], &mut Vec<Problem>) + 'e;

/// An advisory held in memory: it is read twice.
struct Held {
    name: String,
    bytes: Vec<u8>,
}

/// What is collected on the way.
struct Asking<'p> {
    progress: &'p Progress,
    problems: Vec<Problem>,
    documents: u64,
    events: u64,
    /// What was given and gave nothing readable.
    empty: Vec<&'static str>,
    /// What is not looked at, by the user's wish.
    not_seen: Vec<String>,
    /// Records missing by their numbers.
    holes: Vec<Hole>,
}

/// An answer, and what was given in vain.
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Inputs in which nothing readable was found: `estate`, `logs` …
    pub nothing_in: Vec<&'static str>,
    /// Every single hit, if they were wanted.
    pub timeline: Timeline,
}

impl Source {
    /// Paths that may be none.
    pub fn paths(paths: &[PathBuf]) -> Self {
        if paths.is_empty() { Self::None } else { Self::Paths(paths.to_vec()) }
    }

    fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Gives every document.
    pub fn walk(&self, progress: &Progress, each: &mut dyn FnMut(Document<'_>)) -> Walked {
        let limits = Limits::default();
        match self {
            Self::None => Walked::default(),
            Self::Paths(paths) => input::walk(paths, &limits, &|bytes| progress.add(bytes), each),
            Self::BuiltIn(files) => {
                let mut all = Walked::default();
                for (name, bytes) in files {
                    let walked = input::open_bytes(name, bytes, &limits, each);
                    all.documents += walked.documents;
                    all.bytes += walked.bytes;
                    all.problems.extend(walked.problems);
                    progress.add(walked.bytes);
                }
                all
            }
        }
    }
}

/// Asks.
pub fn ask(question: &Question, progress: &Progress) -> Result<Answered, Failure> {
    let mut asking = Asking {
        progress,
        problems: Vec::new(),
        documents: 0,
        events: 0,
        empty: Vec::new(),
        not_seen: Vec::new(),
        holes: Vec::new(),
    };
    progress.on("estate");
    let ours = asking.estate(&question.estate);
    progress.on("advisory");
    let held = asking.hold(&question.advisories);
    let mut lexicon = Lexicon::built_in();
    let advised = asking.advised(&held, &lexicon);
    progress.on("knowledge");
    let interest = Interest::new(&ours, advised);
    let mut world = asking.knowledge(&question.knowledge, &interest, &mut lexicon);
    if !question.advisories.is_none() {
        asking.advisories(&held, &lexicon, &mut world)?;
    }
    let rules = asking.rules(question);
    let least = question.asked_rules.min_level.map(severity_of_level);
    let wanted = Wanted { hits: question.timeline, logons: question.logons, least };
    let hunter = Hunter::new(&world, &ours, rules).wanting(wanted);
    progress.on("logs");
    let timeline = Timeline::default();
    let sightings = asking.logs(question, &ours, &hunter, &timeline);
    let mut answer = findings::answer(Inputs {
        world: &world,
        ours: &ours,
        hunter: &hunter,
        sightings: &sightings,
        now: question.now,
        documents: asking.documents,
        events: asking.events,
        holes: asking.holes,
        problems: asking.problems,
    });
    answer.not_seen.append(&mut asking.not_seen);
    Ok(Answered { answer, nothing_in: asking.empty, timeline })
}

impl Asking<'_> {
    /// Takes note of a walk; `readable` counts the documents of it that a reader knew.
    fn walked(&mut self, what: &'static str, source: &Source, walked: Walked, readable: u64) {
        self.documents += readable;
        self.problems.extend(walked.problems);
        if readable == 0 && !source.is_none() {
            self.empty.push(what);
        }
    }

    fn estate(&mut self, source: &Source) -> Ours {
        let mut ours = Ours::new();
        let mut readable = 0;
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let (format, found) = estate::read(&mut document, &mut |fact| ours.learn(fact));
            readable += u64::from(format.is_some());
            problems.extend(told(&name, empty, format.is_some(), "an inventory", found.into_vec()));
        });
        self.problems.append(&mut problems);
        self.walked("estate", source, walked, readable);
        ours.settle();
        ours
    }

    fn hold(&mut self, source: &Source) -> Vec<Held> {
        let mut held = Vec::new();
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            match document.whole(ADVISORY_BYTES_MAX) {
                Ok(whole) => {
                    if whole.cut {
                        let what =
                            format!("larger than {} MB; the rest was passed over", ADVISORY_BYTES_MAX >> 20);
                        problems.push(problem(&name, Fault::Partial, what, None));
                    }
                    held.push(Held { name, bytes: whole.bytes });
                }
                Err(error) => {
                    problems.push(problem(&name, Fault::Unreadable, format!("cannot be read: {error}"), None))
                }
            }
        });
        self.problems.extend(walked.problems);
        self.problems.append(&mut problems);
        held
    }

    /// The CVEs that the advisories name.
    fn advised(&mut self, held: &[Held], lexicon: &Lexicon) -> BTreeSet<String> {
        let mut world = World::new();
        for advisory in held {
            // Problems are told by the second reading.
            if let Some(mut document) = reopened(advisory) {
                let _ = intel::read_report(&mut document, lexicon, &mut |fact| {
                    if matches!(fact, Fact::Report(_)) {
                        world.learn(fact);
                    }
                });
            }
        }
        world.advised_vulnerabilities()
    }

    fn knowledge(&mut self, source: &Source, interest: &Interest, lexicon: &mut Lexicon) -> World {
        let mut world = World::new();
        let mut readable = 0;
        let mut problems = Vec::new();
        let built_in = Lexicon::built_in();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let (format, found) = intel::read(&mut document, &built_in, &mut |fact| {
                lexicon.learn(&fact);
                match fact {
                    Fact::Vulnerability(record) if !interest.wants(&record) => world.count(&record),
                    // An advisory among the knowledge is knowledge: what it names is not asked about.
                    Fact::Report(_) => {}
                    fact => world.learn(fact),
                }
            });
            readable += u64::from(format.is_some());
            problems.extend(told(&name, empty, format.is_some(), "knowledge", found.into_vec()));
        });
        self.problems.append(&mut problems);
        self.walked("knowledge", source, walked, readable);
        world
    }

    fn advisories(&mut self, held: &[Held], lexicon: &Lexicon, world: &mut World) -> Result<(), Failure> {
        let mut readable = 0;
        for advisory in held {
            let Some(mut document) = reopened(advisory) else { continue };
            let empty = advisory.bytes.iter().all(u8::is_ascii_whitespace);
            let mut reports = 0u64;
            let (format, found) = intel::read_report(&mut document, lexicon, &mut |fact| {
                reports += u64::from(matches!(fact, Fact::Report(_)));
                world.learn(fact);
            });
            readable += u64::from(reports > 0);
            let known = format.is_some() && reports > 0;
            self.problems.extend(told(&advisory.name, empty, known, "an advisory", found.into_vec()));
        }
        self.documents += readable;
        if readable == 0 {
            let help = "give text, Markdown, HTML, a STIX bundle or a MISP event; `outpace demo` shows one"
                .to_owned();
            let problem = self.problems.first().map(ToString::to_string);
            return Err(Failure::NothingReadable { what: "advisory", problem, help });
        }
        Ok(())
    }

    /// Gives every small document of a source whole: rules, tuning, mapping.
    fn small_documents(
        &mut self,
        what: &'static str,
        source: &Source,
        wanted: fn(&str) -> bool,
        each: &mut EachSmall<'_>,
    ) {
        let mut readable = 0;
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            if !wanted(&name) {
                return;
            }
            match document.whole(RULES_BYTES_MAX) {
                Ok(whole) => {
                    readable += 1;
                    each(&name, &whole.bytes, &mut problems);
                }
                Err(error) => {
                    let what = format!("cannot be read: {error}");
                    problems.push(problem(&name, Fault::Unreadable, what, None));
                }
            }
        });
        self.problems.append(&mut problems);
        self.walked(what, source, walked, readable);
    }

    fn mapping(&mut self, question: &Question) -> telemetry::Mapping {
        let mut mapping = telemetry::Mapping::default();
        self.small_documents("mapping", &question.mapping, |_| true, &mut |name, bytes, problems| {
            let (read, told) = telemetry::Mapping::read(name, bytes);
            mapping = read;
            problems.extend(told);
        });
        mapping
    }

    fn logs(
        &mut self,
        question: &Question,
        ours: &Ours,
        hunter: &Hunter<'_>,
        timeline: &Timeline,
    ) -> Sightings {
        let options = telemetry::Options {
            threads: question.threads,
            latest: Some(question.now),
            mappings: Arc::new(self.mapping(question)),
            ..telemetry::Options::default()
        };
        let mut walked = Walked::default();
        let mut empty: BTreeSet<String> = BTreeSet::new();
        let outcome = telemetry::run(
            &options,
            &|| Worker { sightings: Sightings::new(), document: None },
            &|worker: &mut Worker, source, record: &model::Record<'_>| {
                let within = |time| {
                    question.since.is_none_or(|since| since <= time)
                        && question.until.is_none_or(|until| time < until)
                };
                // A record without time is never outside.
                if record.time.is_none_or(within) {
                    worker.record(hunter, ours, source, record);
                    if worker.sightings.hits_waiting() >= WAITING_MAX {
                        timeline.put(worker.sightings.take_hits());
                    }
                }
            },
            &mut |feeder| {
                walked = question.logs.walk(self.progress, &mut |document| {
                    if document.head.is_empty() {
                        empty.insert(document.name.to_string());
                    }
                    feeder.document(document);
                });
            },
        );
        let mut readable = 0;
        let mut holes = holes::Holes::default();
        for document in outcome.documents {
            holes.add(&document, ours);
            readable += u64::from(document.format.is_some());
            self.events += document.records;
            let known = document.format.is_some();
            self.problems.extend(told(
                &document.name,
                empty.contains(&*document.name),
                known,
                "a log",
                document.problems,
            ));
        }
        self.walked("logs", &question.logs, walked, readable);
        let (found, selections) = holes.told();
        self.holes.extend(found);
        self.not_seen.extend(selections);
        let mut sightings = Sightings::new();
        for mut worker in outcome.sinks {
            timeline.put(worker.sightings.take_hits());
            sightings.merge(worker.sightings);
        }
        sightings
    }
}

/// One thread's sightings, and the machine that its current document names.
struct Worker {
    sightings: Sightings,
    document: Option<(u32, Option<model::identity::Entity>)>,
}

impl Worker {
    fn record(
        &mut self,
        hunter: &Hunter<'_>,
        ours: &Ours,
        source: &telemetry::Source<'_>,
        record: &model::Record<'_>,
    ) {
        if self.document.as_ref().is_none_or(|(index, _)| *index != source.index) {
            self.document = Some((source.index, ours.host_of_document(source.document)));
        }
        let host = self.document.as_ref().and_then(|(_, host)| host.as_ref());
        hunter.record(&mut self.sightings, Seen { document: source.document, host }, record);
    }
}

fn reopened(advisory: &Held) -> Option<Document<'_>> {
    // Memory can be read; if not, nothing is lost that was not lost before.
    Document::open(&advisory.name, advisory.bytes.as_slice()).ok()
}

/// The problems of one document, with a word on one that no reader knew.
fn told(name: &str, empty: bool, known: bool, wanted: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    if !known {
        // What no reader knew is lost whole, however politely it was told.
        problems.iter_mut().for_each(|problem| problem.fault = Fault::Unreadable);
    }
    if empty {
        problems.retain(|problem| problem.fault != Fault::Unreadable);
        problems.push(problem(name, Fault::Unreadable, "the file is empty".to_owned(), None));
    } else if !known && problems.is_empty() {
        let what = format!("not recognised as {wanted}; passed over");
        problems.push(problem(
            name,
            Fault::Unreadable,
            what,
            Some("see the list of formats in README.md".to_owned()),
        ));
    }
    problems
}

fn problem(source: &str, fault: Fault, what: String, help: Option<String>) -> Problem {
    Problem { source: source.to_owned(), place: Place::Whole, fault, what, help }
}

fn of_diagnostic(diagnostic: &sigma::Diagnostic) -> Problem {
    Problem {
        source: diagnostic.file.clone(),
        place: Place::Line(u64::from(diagnostic.line)),
        // A refused rule is lost; a warning loses nothing.
        fault: if diagnostic.severity == sigma::Severity::Error { Fault::Partial } else { Fault::Note },
        what: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}
