//! From files to the answer: the order in which things are read, and nothing else.
//!
//! What is ours comes first, so that of a feed of hundreds of thousands of vulnerabilities only those are kept
//! that can matter here; then the advisories' CVEs, then knowledge, then the advisories whole (with the names
//! that knowledge taught), then logs. The order serves memory only: the answer is a function of the sets.

use crate::console::Progress;
use crate::embedded;
use crate::failure::Failure;
use findings::{Hunter, Inputs, Interest, Ours, Seen, Sightings, World};
use input::{Document, Limits, Walked};
use intel::Lexicon;
use model::world::Fact;
use model::{Answer, Fault, Place, Problem, Timestamp};
use std::collections::BTreeSet;
use std::path::PathBuf;

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
        self.min_level.is_none_or(|least| severity_of(level) <= severity_of(least))
            && (self.statuses.is_empty() || rule.status.is_some_and(|status| self.statuses.contains(&status)))
            && (self.only.is_empty() || self.only.iter().any(named))
            && !self.except.iter().any(named)
    }
}

/// Levels by rank: the worst first.
fn severity_of(level: sigma::Level) -> u8 {
    match level {
        sigma::Level::Critical => 0,
        sigma::Level::High => 1,
        sigma::Level::Medium => 2,
        sigma::Level::Low => 3,
        sigma::Level::Informational => 4,
    }
}

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
}

/// An answer, and what was given in vain.
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Inputs in which nothing readable was found: `estate`, `logs` …
    pub nothing_in: Vec<&'static str>,
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
    let mut asking = Asking { progress, problems: Vec::new(), documents: 0, events: 0, empty: Vec::new() };
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
    let hunter = Hunter::new(&world, &ours, rules);
    progress.on("logs");
    let sightings = asking.logs(question, &ours, &hunter);
    let answer = findings::answer(Inputs {
        world: &world,
        ours: &ours,
        hunter: &hunter,
        sightings: &sightings,
        now: question.now,
        documents: asking.documents,
        events: asking.events,
        problems: asking.problems,
    });
    Ok(Answered { answer, nothing_in: asking.empty })
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

    fn rules(&mut self, question: &Question) -> sigma::RuleSet {
        let (mut rules, mut filters) = (Vec::new(), Vec::new());
        let mut read = |name: &str, text: &str, problems: &mut Vec<Problem>| {
            let parsed = sigma::parse(text, name);
            problems.extend(parsed.diagnostics.iter().map(of_diagnostic));
            rules.extend(parsed.rules);
            filters.extend(parsed.filters);
            problems.extend(parsed.correlations.iter().map(not_evaluated));
        };
        if question.built_in_rules {
            for (name, bytes) in embedded::RULES {
                read(name, &String::from_utf8_lossy(bytes), &mut self.problems);
            }
        }
        let mut readable = 0;
        let mut problems = Vec::new();
        let walked = question.rules.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            if !(name.ends_with(".yml") || name.ends_with(".yaml")) {
                return;
            }
            match document.whole(RULES_BYTES_MAX) {
                Ok(whole) => {
                    readable += 1;
                    read(&name, &String::from_utf8_lossy(&whole.bytes), &mut problems);
                }
                Err(error) => {
                    problems.push(problem(&name, Fault::Unreadable, format!("cannot be read: {error}"), None))
                }
            }
        });
        self.problems.append(&mut problems);
        self.walked("rules", &question.rules, walked, readable);
        let diagnostics = sigma::apply_filters(&mut rules, &filters);
        self.problems.extend(diagnostics.iter().map(of_diagnostic));
        rules.retain(|rule| question.asked_rules.holds(rule));
        let (set, diagnostics) = sigma::RuleSet::compile(rules);
        self.problems.extend(diagnostics.iter().map(of_diagnostic));
        set
    }

    fn logs(&mut self, question: &Question, ours: &Ours, hunter: &Hunter<'_>) -> Sightings {
        let options = telemetry::Options {
            threads: question.threads,
            latest: Some(question.now),
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
        for document in outcome.documents {
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
        let mut sightings = Sightings::new();
        for worker in outcome.sinks {
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

/// A rule over other rules' matches: read and checked by `rules check`, but not evaluated here yet.
fn not_evaluated(correlation: &sigma::Correlation) -> Problem {
    Problem {
        source: correlation.about.source_name.clone(),
        place: Place::Line(u64::from(correlation.about.line)),
        fault: Fault::Partial,
        what: format!("the correlation rule `{}` is read but not evaluated", correlation.about.title),
        help: Some("its single rules are asked; leave it out to be rid of this line".to_owned()),
    }
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
