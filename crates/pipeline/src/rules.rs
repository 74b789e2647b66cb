//! Rules on their way to the hunt: read, tuned, filtered, chosen, compiled.
//!
//! Tuning comes before choice, so that a level that was changed here counts. Rules that were not asked for stay
//! when a correlation that was asked for refers to them; their own hits are then not reported.

use crate::ask::Reading;
use crate::{Part, Question, RuleChoice};
use findings::Rules;
use model::{Fault, Place, Problem};
use sigma::{Correlation, Correlations, Filter, Rule, RuleSet, Tuning};
use std::collections::BTreeSet;

/// What files of rules hold together.
#[derive(Default)]
struct Read {
    rules: Vec<Rule>,
    correlations: Vec<Correlation>,
    filters: Vec<Filter>,
    problems: Vec<Problem>,
}

impl Read {
    fn text(&mut self, name: &str, text: &str) {
        let parsed = sigma::parse(text, name);
        self.problems.extend(parsed.diagnostics.iter().map(of_diagnostic));
        self.rules.extend(parsed.rules);
        self.filters.extend(parsed.filters);
        self.correlations.extend(parsed.correlations);
    }
}

impl Reading<'_> {
    pub(crate) fn rules(&mut self, question: &Question) -> Rules {
        let mut read = Read::default();
        let is_rules = |name: &str| name.ends_with(".yml") || name.ends_with(".yaml");
        if !question.rules.built_in.is_none() {
            // The program's own files are none that the user gave.
            let documents = self.documents;
            let built_in = &question.rules.built_in;
            self.small_documents(Part::Rules, built_in, is_rules, &mut |name, bytes, problems| {
                read.text(name, &String::from_utf8_lossy(bytes));
                problems.append(&mut read.problems);
            });
            self.documents = documents;
        }
        self.small_documents(Part::Rules, &question.inputs.rules, is_rules, &mut |name, bytes, problems| {
            read.text(name, &String::from_utf8_lossy(bytes));
            problems.append(&mut read.problems);
        });
        let tuning = self.tuning(question);
        self.compiled(read, tuning, question)
    }

    /// The tuning files, one after the other as if they were one.
    fn tuning(&mut self, question: &Question) -> Tuning {
        let mut tuning = Tuning::default();
        let source = &question.inputs.tuning;
        self.small_documents(Part::Tuning, source, |_| true, &mut |name, bytes, problems| {
            let (one, found) = Tuning::parse(&String::from_utf8_lossy(bytes), name);
            problems.extend(found.iter().map(of_diagnostic));
            tuning.join(one);
        });
        tuning
    }

    fn compiled(&mut self, mut read: Read, tuning: Tuning, question: &Question) -> Rules {
        let asked = &question.rules;
        let (disabled, found) = tuning.apply(&mut read.rules, &mut read.correlations);
        self.problems.extend(found.iter().map(of_diagnostic));
        if disabled > 0 {
            let (rules, are) = if disabled == 1 { ("rule", "is") } else { ("rules", "are") };
            self.not_seen.push(format!("{disabled} {rules} {are} disabled by the tuning file"));
        }
        let found = sigma::apply_filters(&mut read.rules, &read.filters);
        self.problems.extend(found.iter().map(of_diagnostic));
        chosen(&mut read, asked);
        let (set, found) = RuleSet::compile_with(read.rules, tuning.placeholders());
        self.problems.extend(found.iter().map(of_diagnostic));
        let (correlations, found) = Correlations::compile(&set, read.correlations);
        self.problems.extend(found.iter().map(of_diagnostic));
        let (rules, found) = Rules::new(set, correlations, tuning, question.now, &|rule| asked.holds(rule));
        self.problems.extend(found.iter().map(of_diagnostic));
        rules
    }
}

/// Leaves what was asked for, and what it stands on.
fn chosen(read: &mut Read, asked: &RuleChoice) {
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let mut kept = vec![false; read.correlations.len()];
    // A chain of correlations is followed to its end: each round keeps one more, or is the last.
    for _ in 0..=read.correlations.len() {
        let mut more = false;
        for (correlation, kept) in read.correlations.iter().zip(&mut kept) {
            let about = &correlation.about;
            if !*kept && (asked.holds(about) || is_called(about, &wanted)) {
                (*kept, more) = (true, true);
                wanted.extend(correlation.references().map(str::to_lowercase));
            }
        }
        if !more {
            break;
        }
    }
    let mut keep = kept.into_iter();
    read.correlations.retain(|_| keep.next().unwrap_or(false));
    read.rules.retain(|rule| asked.holds(rule) || is_called(rule, &wanted));
}

/// Whether one of the references means this rule.
fn is_called(rule: &Rule, references: &BTreeSet<String>) -> bool {
    let called =
        |name: &Option<String>| name.as_ref().is_some_and(|name| references.contains(&name.to_lowercase()));
    called(&rule.id) || called(&rule.name)
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
