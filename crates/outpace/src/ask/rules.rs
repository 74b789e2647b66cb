//! Rules on their way to the hunt: read, tuned, filtered, chosen, compiled.
//!
//! Tuning comes before choice, so that a level that was changed here counts. Rules that were not asked for stay
//! when a correlation that was asked for refers to them; their own hits are then not told.

use super::{AskedRules, Asking, Question, of_diagnostic};
use crate::embedded;
use findings::Rules;
use model::Problem;
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

impl Asking<'_> {
    pub(super) fn rules(&mut self, question: &Question) -> Rules {
        let mut read = Read::default();
        if question.built_in_rules {
            for (name, bytes) in embedded::RULES {
                read.text(name, &String::from_utf8_lossy(bytes));
            }
        }
        let is_rules = |name: &str| name.ends_with(".yml") || name.ends_with(".yaml");
        self.problems.append(&mut read.problems);
        self.small_documents("rules", &question.rules, is_rules, &mut |name, bytes, problems| {
            read.text(name, &String::from_utf8_lossy(bytes));
            problems.append(&mut read.problems);
        });
        let tuning = self.tuning(question);
        self.compiled(read, tuning, question)
    }

    /// The tuning files, one after the other as if they were one.
    fn tuning(&mut self, question: &Question) -> Tuning {
        let mut tuning = Tuning::default();
        self.small_documents("tuning", &question.tuning, |_| true, &mut |name, bytes, problems| {
            let (one, told) = Tuning::parse(&String::from_utf8_lossy(bytes), name);
            problems.extend(told.iter().map(of_diagnostic));
            tuning.join(one);
        });
        tuning
    }

    fn compiled(&mut self, mut read: Read, tuning: Tuning, question: &Question) -> Rules {
        let asked = &question.asked_rules;
        let (disabled, told) = tuning.apply(&mut read.rules, &mut read.correlations);
        self.problems.extend(told.iter().map(of_diagnostic));
        if disabled > 0 {
            let (rules, are) = if disabled == 1 { ("rule", "is") } else { ("rules", "are") };
            self.not_seen.push(format!("{disabled} {rules} {are} disabled by the tuning file"));
        }
        let told = sigma::apply_filters(&mut read.rules, &read.filters);
        self.problems.extend(told.iter().map(of_diagnostic));
        chosen(&mut read, asked);
        let (set, told) = RuleSet::compile_with(read.rules, tuning.placeholders());
        self.problems.extend(told.iter().map(of_diagnostic));
        let (correlations, told) = Correlations::compile(&set, read.correlations);
        self.problems.extend(told.iter().map(of_diagnostic));
        let (rules, told) = Rules::new(set, correlations, tuning, question.now, &|rule| asked.holds(rule));
        self.problems.extend(told.iter().map(of_diagnostic));
        rules
    }
}

/// Leaves what was asked for, and what it stands on.
fn chosen(read: &mut Read, asked: &AskedRules) {
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
