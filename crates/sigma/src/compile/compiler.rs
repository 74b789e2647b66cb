//! Compiles the rules of all log sources together. Equal predicates are stored once; each condition becomes a
//! short-circuit program over the numbers of predicates; each rule gets *witnesses*, predicates of which at least one
//! must have fired when the rule matches.
//!
//! Witnesses make thousands of rules cheap: a rule is evaluated only when one of its witnesses fired. The compiler
//! chooses the set that is least likely to fire. A rule that can match when nothing fired (for example, a condition
//! that is only a `not`) has no witnesses and is always evaluated.

use crate::compile::placeholders::fill;
use crate::compile::predicate::{Interner, Predicate, Test};
use crate::compile::program::{Branch, FAILS, MATCHES, Operand, Program, Witness};
use crate::parse::condition::Condition;
use crate::parse::detection::{ItemGroup, RuleDetection};
use crate::parse::diagnostic::{Diagnostic, Diagnostics, SourcePlace};
use crate::parse::rule::Rule;
use crate::values::pattern::Placeholders;

/// Tests in the conditions of one rule, after searches are written out. The largest public rule has 4,433 values.
pub(crate) const TESTS_MAX: usize = 200_000;
/// Tests in the conditions of all rules of a set. All public rules together have less than a tenth of this.
pub(crate) const SET_TESTS_MAX: usize = 3_000_000;

/// Compiles rules; those that are refused are left out, each with a diagnostic.
pub(crate) fn compile(
    rules: Vec<Rule>,
    placeholders: &Placeholders,
) -> (Vec<Rule>, Program, Vec<Diagnostic>) {
    let mut compiler = Compiler::default();
    let (mut kept, mut reported) = (Vec::new(), Vec::new());
    for mut rule in rules {
        let mut diagnostics = Diagnostics::new(&rule.source_name);
        if fill(&mut rule.detection, placeholders, &mut diagnostics) && compiler.add(&rule, &mut diagnostics)
        {
            kept.push(rule);
        }
        reported.append(&mut diagnostics.finish());
    }
    let Compiler { mut program, mut interner } = compiler;
    interner.settle();
    let Interner { fields, predicates, store, .. } = interner;
    (program.fields, program.predicates, program.store) = (fields, predicates, store);
    (kept, program, reported)
}

/// A condition with its searches written out.
enum Formula {
    Test { all: bool, negated: bool, predicates: Vec<u32> },
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// The number of tests in the conditions of a rule, after searches are written out.
fn tests(detection: &RuleDetection) -> usize {
    fn of_group(group: &ItemGroup) -> usize {
        match group {
            ItemGroup::Item(item) => item.values.len().max(1),
            ItemGroup::All(inner) | ItemGroup::Any(inner) => inner.iter().map(of_group).sum(),
        }
    }
    fn of_condition(condition: &Condition, of_searches: &[usize]) -> usize {
        match condition {
            Condition::Search(index) => of_searches.get(*index).copied().unwrap_or(0),
            Condition::Not(inner) => of_condition(inner, of_searches),
            Condition::All(items) | Condition::Any(items) => {
                items.iter().fold(0, |sum, item| sum.saturating_add(of_condition(item, of_searches)))
            }
        }
    }
    let of_searches: Vec<usize> = detection.searches.iter().map(|search| of_group(&search.group)).collect();
    let conditions = detection.conditions.iter().map(|(_, condition)| of_condition(condition, &of_searches));
    conditions.fold(0, usize::saturating_add)
}

#[derive(Default)]
struct Compiler {
    program: Program,
    interner: Interner,
}

impl Compiler {
    fn add(&mut self, rule: &Rule, diagnostics: &mut Diagnostics) -> bool {
        let place = SourcePlace { line: rule.line, column: 1, length: 0 };
        let tests = tests(&rule.detection);
        let left = SET_TESTS_MAX.saturating_sub(self.program.operands.len());
        let message = if tests > TESTS_MAX {
            format!("the condition has more than {TESTS_MAX} tests when searches are written out")
        } else if tests > left {
            format!(
                "with this rule, the conditions of all rules together have more than {SET_TESTS_MAX} tests"
            )
        } else {
            String::new()
        };
        if !message.is_empty() {
            diagnostics.error("rule-too-large", place, message, None);
            return false;
        }
        let conditions = rule.detection.conditions.iter();
        let conditions: Option<Vec<Formula>> =
            conditions.map(|(_, condition)| self.condition(condition, &rule.detection)).collect();
        let Some(conditions) = conditions else {
            let message = "the rules together have more literals than can be numbered".to_owned();
            diagnostics.error("rule-too-large", place, message, None);
            return false;
        };
        let formula = Formula::Any(conditions);
        let witness = self.witness(&formula, false).map(|(_, witnesses)| witnesses).unwrap_or_default();
        let start = self.program(&formula, MATCHES, FAILS);
        self.program.starts.push(start);
        self.program.ends.push(u32::try_from(self.program.operands.len()).unwrap_or(FAILS));
        self.program.witnesses.push(witness);
        true
    }

    /// Bounded by [`crate::parse::condition::CONDITION_DEPTH_MAX`].
    fn condition(&mut self, condition: &Condition, detection: &RuleDetection) -> Option<Formula> {
        let list = |items: &[Condition], compiler: &mut Self| -> Option<Vec<Formula>> {
            items.iter().map(|item| compiler.condition(item, detection)).collect()
        };
        match condition {
            Condition::Search(index) => self.group(&detection.searches.get(*index)?.group),
            Condition::Not(inner) => Some(Formula::Not(Box::new(self.condition(inner, detection)?))),
            Condition::All(items) => list(items, self).map(Formula::All),
            Condition::Any(items) => list(items, self).map(Formula::Any),
        }
    }

    /// Bounded by [`crate::parse::yaml::DEPTH_MAX`].
    fn group(&mut self, group: &ItemGroup) -> Option<Formula> {
        let item = match group {
            ItemGroup::Item(item) => item,
            ItemGroup::All(groups) => {
                let formulas: Option<Vec<Formula>> = groups.iter().map(|group| self.group(group)).collect();
                return formulas.map(Formula::All);
            }
            ItemGroup::Any(groups) => {
                let formulas: Option<Vec<Formula>> = groups.iter().map(|group| self.group(group)).collect();
                return formulas.map(Formula::Any);
            }
        };
        let field = item.field.as_deref();
        let mut predicates: Vec<u32> = item
            .values
            .iter()
            .map(|value| self.interner.predicate(field, &value.matcher))
            .collect::<Option<_>>()?;
        // Predicates that a gate decides come before those that need a test.
        predicates.sort_by_key(|number| (self.lazy(*number), *number));
        predicates.dedup();
        Some(Formula::Test { all: item.all, negated: item.negated, predicates })
    }

    fn predicate(&self, number: u32) -> Option<&Predicate> {
        self.interner.predicates.get(usize::try_from(number).ok()?)
    }

    fn lazy(&self, number: u32) -> bool {
        self.predicate(number).is_none_or(Predicate::is_lazy)
    }

    /// Writes the program of a formula, which continues at `yes` or `no`, and returns the branch where it starts.
    fn program(&mut self, formula: &Formula, yes: u32, no: u32) -> u32 {
        match formula {
            Formula::Not(inner) => self.program(inner, no, yes),
            Formula::All(items) => items.iter().rev().fold(yes, |next, item| self.program(item, next, no)),
            Formula::Any(items) => items.iter().rev().fold(no, |next, item| self.program(item, yes, next)),
            Formula::Test { all, negated, predicates } => {
                let (yes, no) = if *negated { (no, yes) } else { (yes, no) };
                let count = |length: usize| u32::try_from(length).unwrap_or(FAILS);
                let branch = Branch {
                    first: count(self.program.operands.len()),
                    count: count(predicates.len()),
                    all: *all,
                    yes,
                    no,
                };
                let operands = predicates.iter().map(|number| Operand::new(*number, self.predicate(*number)));
                let operands: Vec<Operand> = operands.collect();
                self.program.operands.extend(operands);
                self.program.branches.push(branch);
                count(self.program.branches.len() - 1)
            }
        }
    }

    /// The estimated share of events, and the witnesses of which one must have fired when the formula is true (if
    /// `negated`, when it is false). `None` if the formula can be true when nothing fired.
    fn witness(&self, formula: &Formula, negated: bool) -> Option<(f32, Vec<Witness>)> {
        match formula {
            Formula::Not(inner) => self.witness(inner, !negated),
            Formula::All(items) if !negated => best(items.iter().map(|item| self.witness(item, false))),
            Formula::Any(items) if negated => best(items.iter().map(|item| self.witness(item, true))),
            Formula::All(items) | Formula::Any(items) => {
                union(items.iter().map(|item| self.witness(item, negated)))
            }
            Formula::Test { all, negated: own, predicates } => {
                let negated = negated != *own;
                let each = predicates.iter().map(|number| self.predicate_witness(*number, negated));
                if *all != negated { best(each) } else { union(each) }
            }
        }
    }

    fn predicate_witness(&self, number: u32, negated: bool) -> Option<(f32, Vec<Witness>)> {
        let predicate = self.predicate(number)?;
        let field = |field: u32| (0.9, vec![Witness::Field(field)]);
        match (&predicate.test, negated) {
            (Test::Null | Test::Exists(false), true) => predicate.field.map(field),
            (Test::Null | Test::Exists(false), false) | (_, true) => None,
            _ if predicate.has_gate() => Some((predicate.likelihood, vec![Witness::Predicate(number)])),
            _ => predicate.field.map(field),
        }
    }
}

/// Any one of these is enough: the least likely is chosen.
fn best(each: impl Iterator<Item = Option<(f32, Vec<Witness>)>>) -> Option<(f32, Vec<Witness>)> {
    each.flatten().min_by(|(a, _), (b, _)| a.total_cmp(b))
}

/// All of these are needed.
fn union(each: impl Iterator<Item = Option<(f32, Vec<Witness>)>>) -> Option<(f32, Vec<Witness>)> {
    let mut sum = 0.0;
    let mut all = Vec::new();
    for one in each {
        let (likelihood, mut witnesses) = one?;
        sum += likelihood;
        all.append(&mut witnesses);
    }
    all.sort_unstable();
    all.dedup();
    Some((sum, all))
}
