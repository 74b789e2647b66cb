//! The one loader of rules: what is read, in which order, and what the result is.
//!
//! A hunt and the verbs that look at rules by themselves all load rules here, so that what one of them says about a
//! rule holds for the others. The order: the program's own files, the user's files, the tuning, the filters, the
//! choice; then everything is compiled, correlations last. Tuning comes before the choice, so that a level that was
//! changed here counts. Rules that were not asked for stay when a correlation that was asked for refers to them;
//! their own hits are then not reported.
//!
//! Invariant: a file over the limit is used up to the last whole rule, and that is said; a tuning over the limit is
//! not used at all, since half of an exception would be another exception.

use crate::ask::Reading;
use crate::intake::{Intake, text};
use crate::{InputKind, Progress, Question, RuleChoice, Source};
use findings::Rules;
use model::answer::{NotSeen, Topic};
use model::{Fault, Place, Problem, Timestamp};
use sigma::{Correlation, Correlations, Diagnostic, Filter, Rule, RuleSet, Severity, Tuning};
use std::collections::{BTreeMap, BTreeSet};

/// How many diagnostics of one file are kept; the rest is counted. Files that are broken throughout say the same
/// thing a hundred thousand times.
const DIAGNOSTICS_MAX: usize = 1_000;

/// Rules as read, tuned, filtered and chosen, not yet compiled.
#[derive(Debug, Default)]
pub struct RuleBook {
    /// The rules, the program's own first, then in the order of their files.
    pub rules: Vec<Rule>,
    /// Rules over other rules' matches.
    pub correlations: Vec<Correlation>,
    /// What is known here about the rules.
    pub tuning: Tuning,
    /// How many rules and correlations the tuning took out.
    pub disabled: usize,
    /// How many files of rules of the user were read.
    pub files: u64,
    /// What is wrong with rules, filters and tuning.
    pub diagnostics: Vec<Diagnostic>,
    /// What reading gave: the user's documents, and what is wrong with them as documents.
    pub intake: Intake,
    filters: Vec<Filter>,
}

/// Rules ready to be asked.
#[derive(Debug)]
pub struct CompiledRules {
    /// The rules.
    pub set: RuleSet,
    /// The correlations over them.
    pub correlations: Correlations,
    /// What is known here about the rules.
    pub tuning: Tuning,
    /// Everything that is wrong with rules, filters, correlations and tuning.
    pub diagnostics: Vec<Diagnostic>,
}

/// Takes the text of a file when it was read, under its name: to show lines of it beside diagnostics.
pub type EachText<'e> = dyn FnMut(&str, String) + 'e;

impl RuleBook {
    /// Reads the choice's own rules, the user's files and the tuning; tunes, filters, chooses.
    #[must_use]
    pub fn read(
        files: &Source,
        tuning: &Source,
        choice: &RuleChoice,
        progress: &dyn Progress,
        each_text: &mut EachText<'_>,
    ) -> Self {
        let mut book = Self::default();
        book.files(&choice.built_in, progress, each_text);
        // The program's own files are none that the user gave.
        book.intake.documents = 0;
        book.files(files, progress, each_text);
        book.files = book.intake.documents;
        book.tuning(tuning, progress, each_text);
        book.settle(choice);
        book
    }

    fn files(&mut self, source: &Source, progress: &dyn Progress, each_text: &mut EachText<'_>) {
        let mut intake = std::mem::take(&mut self.intake);
        intake.whole_documents(
            InputKind::Rules,
            source,
            &is_rules,
            progress,
            &mut |name, whole, problems| {
                let text = text(whole.up_to(whole_rules, problems, "split the file"), problems);
                let parsed = sigma::parse(&text, name);
                self.diagnostics.extend(parsed.diagnostics);
                self.rules.extend(parsed.rules);
                self.filters.extend(parsed.filters);
                self.correlations.extend(parsed.correlations);
                each_text(name, text);
                true
            },
        );
        self.intake = intake;
    }

    /// The tuning files, one after the other as if they were one.
    fn tuning(&mut self, source: &Source, progress: &dyn Progress, each_text: &mut EachText<'_>) {
        let mut intake = std::mem::take(&mut self.intake);
        intake.whole_documents(
            InputKind::Tuning,
            source,
            &|_| true,
            progress,
            &mut |name, whole, problems| {
                let Some(bytes) = whole.complete(problems, "shorten it") else { return false };
                let text = text(bytes, problems);
                let (one, found) = Tuning::parse(&text, name);
                self.diagnostics.extend(found);
                self.tuning.join(one);
                each_text(name, text);
                true
            },
        );
        self.intake = intake;
    }

    /// Tunes, filters, chooses. A rule that is given twice is one: its events would count twice in correlations.
    fn settle(&mut self, choice: &RuleChoice) {
        let mut known = BTreeSet::new();
        self.rules.retain(|rule| {
            let name = rule.id.as_ref().unwrap_or(&rule.title);
            known.insert((name.clone(), rule.digest))
        });
        let (disabled, found) = self.tuning.apply(&mut self.rules, &mut self.correlations);
        self.disabled = disabled;
        self.diagnostics.extend(found);
        self.diagnostics.extend(sigma::apply_filters(&mut self.rules, &self.filters));
        chosen(&mut self.rules, &mut self.correlations, choice);
    }

    /// Compiles the rules, then the correlations over them, and the searches of the tuning's exceptions.
    #[must_use]
    pub fn compile(self) -> CompiledRules {
        let Self { rules, correlations, tuning, mut diagnostics, .. } = self;
        let (set, found) = RuleSet::compile_with(rules, tuning.placeholders());
        diagnostics.extend(found);
        let (correlations, found) = Correlations::compile(&set, correlations);
        diagnostics.extend(found);
        let (_, _, found) = tuning.searches();
        diagnostics.extend(found);
        CompiledRules { set, correlations, tuning, diagnostics: bounded(diagnostics) }
    }
}

impl Reading<'_> {
    /// The rules of a question.
    pub(crate) fn rules(&mut self, question: &Question) -> Rules {
        let (inputs, choice) = (&question.inputs, &question.rules);
        let mut book = RuleBook::read(&inputs.rules, &inputs.tuning, choice, self.progress, &mut |_, _| {});
        self.intake.append(std::mem::take(&mut book.intake));
        if book.disabled > 0 {
            let (rules, are) = if book.disabled == 1 { ("rule", "is") } else { ("rules", "are") };
            let text = format!("{} {rules} {are} disabled by the tuning file", book.disabled);
            self.not_seen.push(NotSeen { about: Topic::Rules, text });
        }
        self.compiled(book, choice, question.now)
    }

    /// Compiles a book; what is wrong with it goes to the problems.
    pub(crate) fn compiled(&mut self, book: RuleBook, choice: &RuleChoice, now: Timestamp) -> Rules {
        let CompiledRules { set, correlations, tuning, diagnostics } = book.compile();
        self.intake.problems.extend(diagnostics.iter().map(of_diagnostic));
        // What is wrong with exceptions, the loader has said for every verb alike.
        Rules::new(set, correlations, tuning, now, &|rule| choice.holds(rule)).0
    }
}

/// Files of rules are known by their names: that YAML is a rule, its content does not say before it is parsed.
fn is_rules(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default();
    end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml")
}

/// How much of the beginning of a file holds whole rules: up to the last line that begins a document (YAML 1.2.2,
/// 9.1.2), because the document after it may be cut.
fn whole_rules(bytes: &[u8]) -> usize {
    let begins = |line: &[u8]| line.starts_with(b"---") && line.get(3).is_none_or(u8::is_ascii_whitespace);
    let mut end = bytes.len();
    while let Some(before) = bytes.get(..end) {
        let Some(at) = before.iter().rposition(|byte| *byte == b'\n') else { return 0 };
        if bytes.get(at + 1..).is_some_and(begins) {
            return at + 1;
        }
        end = at;
    }
    0
}

/// Leaves the rules that were asked for, and the rules that they refer to.
fn chosen(rules: &mut Vec<Rule>, correlations: &mut Vec<Correlation>, choice: &RuleChoice) {
    let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, correlation) in correlations.iter().enumerate() {
        for name in names(&correlation.about) {
            named.entry(name).or_default().push(number);
        }
    }
    let holds = |correlation: &Correlation| choice.holds(&correlation.about);
    let mut kept: Vec<bool> = correlations.iter().map(holds).collect();
    let mut open: Vec<usize> =
        kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(number, _)| number).collect();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    while let Some(correlation) = open.pop().and_then(|number| correlations.get(number)) {
        for reference in correlation.references().map(str::to_lowercase) {
            for number in named.get(&reference).into_iter().flatten() {
                if let Some(kept) = kept.get_mut(*number).filter(|kept| !**kept) {
                    *kept = true;
                    open.push(*number);
                }
            }
            wanted.insert(reference);
        }
    }
    let mut keep = kept.into_iter();
    correlations.retain(|_| keep.next().unwrap_or(false));
    rules.retain(|rule| choice.holds(rule) || names(rule).any(|name| wanted.contains(&name)));
}

/// What references may call a rule.
fn names(rule: &Rule) -> impl Iterator<Item = String> + '_ {
    [&rule.id, &rule.name].into_iter().flatten().map(|name| name.to_lowercase())
}

/// Keeps so many diagnostics of each file, and counts the rest in one more.
fn bounded(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut of_file: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut kept = Vec::new();
    for diagnostic in diagnostics {
        let (seen, errors) = of_file.entry(diagnostic.file.clone()).or_default();
        *seen += 1;
        if *seen <= DIAGNOSTICS_MAX {
            kept.push(diagnostic);
        } else {
            *errors += usize::from(diagnostic.severity == Severity::Error);
        }
    }
    for (file, (seen, errors)) in of_file.into_iter().filter(|(_, (seen, _))| *seen > DIAGNOSTICS_MAX) {
        let more = seen - DIAGNOSTICS_MAX;
        kept.push(Diagnostic {
            rule: "too-many-diagnostics",
            severity: if errors > 0 { Severity::Error } else { Severity::Note },
            message: format!(
                "{more} more diagnostics of this file were counted, not kept; {errors} of them errors"
            ),
            help: None,
            file,
            line: 1,
            column: 1,
            length: 0,
        });
    }
    kept
}

fn of_diagnostic(diagnostic: &Diagnostic) -> Problem {
    Problem {
        source: diagnostic.file.clone(),
        place: Place::Line(u64::from(diagnostic.line)),
        // A refused rule is lost; a warning loses nothing.
        fault: if diagnostic.severity == Severity::Error { Fault::Partial } else { Fault::Note },
        what: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}
