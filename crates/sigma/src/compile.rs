//! Rules of all log sources, compiled together: equal predicates once, each condition as a short-circuit
//! program over predicate numbers, and for each rule a *witness*, predicates of which one must have fired.
//!
//! The witness is what makes thousands of rules cheap: a rule is looked at only when one of its witnesses
//! fired. It is chosen from the condition as the set that is least likely to fire. A rule that can be true
//! with nothing fired (a condition that is only a `not`) has no witness and is always looked at.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::condition::Condition;
use crate::detection::{Detection, Group};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::event::LogSource;
use crate::literals::LiteralStore;
use crate::matcher::Route;
use crate::pattern::Placeholders;
use crate::placeholders::fill;
use crate::predicate::{Interner, Predicate, Test};
use crate::rule::Rule;

/// Tests of one rule's condition, written out. The largest public rule has 4,433 values.
pub(crate) const TESTS_MAX: usize = 200_000;
/// Tests of all rules of a set together, written out. All public rules together have less than a tenth of it.
pub(crate) const SET_TESTS_MAX: usize = 3_000_000;
/// Log sources whose routes are kept; more are computed each time they are asked for.
const ROUTES_MAX: usize = 1_024;

/// A step of a rule's program: asks predicates, then goes on or ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    /// Range of the operands.
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// All operands must be true, not one.
    pub(crate) all: bool,
    pub(crate) yes: u32,
    pub(crate) no: u32,
}

/// A predicate as programs name it, with what decides most of the questions without a look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand(u32);

impl Operand {
    /// Numbers have the bits below.
    pub(crate) const NUMBER_MAX: u32 = (1 << 30) - 1;
    const GATED: u32 = 1 << 31;
    const LAZY: u32 = 1 << 30;

    fn new(number: u32, predicate: Option<&Predicate>) -> Self {
        let gated = predicate.is_none_or(Predicate::has_gate);
        let lazy = predicate.is_none_or(Predicate::is_lazy);
        Self(number | if gated { Self::GATED } else { 0 } | if lazy { Self::LAZY } else { 0 })
    }

    #[inline]
    pub(crate) fn number(self) -> u32 {
        self.0 & Self::NUMBER_MAX
    }

    /// Whether it is false until its gate has opened.
    #[inline]
    pub(crate) fn is_gated(self) -> bool {
        self.0 & Self::GATED != 0
    }

    /// Whether it must be tested even then.
    #[inline]
    pub(crate) fn is_lazy(self) -> bool {
        self.0 & Self::LAZY != 0
    }
}

/// End of a program: the rule matches.
pub(crate) const MATCHES: u32 = u32::MAX;
/// End of a program: it does not.
pub(crate) const FAILS: u32 = u32::MAX - 1;

/// What must have happened before a rule is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Witness {
    /// The gate of this predicate opened.
    Predicate(u32),
    /// The event has this field.
    Field(u32),
}

/// Rules compiled into one shared matcher.
///
/// ```
/// use sigma::{parse, Event, LogSource, RuleSet, Scratch, Value};
///
/// struct Pairs(Vec<(&'static str, &'static str)>);
/// impl Event for Pairs {
///     fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
///         self.0.iter().for_each(|(name, value)| each(name, Value::Text(value)));
///     }
/// }
///
/// let parsed = parse(
///     "title: Whoami\nlogsource: {product: windows, category: process_creation}\n\
///      detection:\n  selection: {Image|endswith: '\\whoami.exe'}\n  condition: selection\n",
///     "whoami.yml",
/// );
/// let (rules, diagnostics) = RuleSet::compile(parsed.rules);
/// assert!(diagnostics.is_empty());
/// let source = LogSource {
///     product: Some("windows".into()),
///     categories: vec!["process_creation".into()],
///     ..LogSource::default()
/// };
/// let (route, mut scratch, mut hits) = (rules.route(&source), Scratch::default(), Vec::new());
/// let event = Pairs(vec![("Image", r"C:\Windows\System32\WHOAMI.exe")]);
/// rules.evaluate(&route, &event, &mut scratch, &mut |rule| hits.push(rule));
/// assert_eq!(hits, [0]);
/// ```
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) fields: Vec<String>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) store: LiteralStore,
    pub(crate) branches: Vec<Branch>,
    pub(crate) operands: Vec<Operand>,
    /// First branch of each rule.
    pub(crate) starts: Vec<u32>,
    /// End of each rule's operands.
    pub(crate) ends: Vec<u32>,
    /// Witnesses of each rule; empty: always looked at.
    pub(crate) witnesses: Vec<Vec<Witness>>,
    /// The log sources that rules name, each with its rules, ascending.
    sources: Vec<(LogSource, Vec<u32>)>,
    /// Routes by the rules they ask, so that sources with the same rules share one.
    routes: Mutex<HashMap<Vec<u32>, Route>>,
}

impl RuleSet {
    /// Compiles rules without values for placeholders: a rule that has one is refused.
    pub fn compile(rules: Vec<Rule>) -> (Self, Vec<Diagnostic>) {
        Self::compile_with(rules, &Placeholders::new())
    }

    /// Compiles rules. Those that are refused are not in [`RuleSet::rules`]; each has a diagnostic.
    pub fn compile_with(rules: Vec<Rule>, placeholders: &Placeholders) -> (Self, Vec<Diagnostic>) {
        let mut compiler = Compiler::default();
        let mut told = Vec::new();
        for mut rule in rules {
            let mut diagnostics = Diagnostics::new(&rule.source_name);
            if fill(&mut rule.detection, placeholders, &mut diagnostics)
                && compiler.add(&rule, &mut diagnostics)
            {
                compiler.set.rules.push(rule);
            }
            told.append(&mut diagnostics.finish());
        }
        let Compiler { mut set, mut interner } = compiler;
        interner.settle();
        let Interner { fields, predicates, store, .. } = interner;
        (set.fields, set.predicates, set.store) = (fields, predicates, store);
        set.sources = sources(&set.rules);
        (set, told)
    }

    /// The rules, in the order given; hits are indices of this.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that are asked about events of this source.
    ///
    /// A rule is asked when every part of its log source that it names is the event's: its product, its
    /// service, one of its categories. Computed once a source; cloning a route is cheap.
    pub fn route(&self, source: &LogSource) -> Route {
        let is = |wanted: &Option<String>, given: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| given.as_ref().is_some_and(|given| same(wanted, given)))
        };
        let asked = |wanted: &LogSource| {
            is(&wanted.product, &source.product)
                && is(&wanted.service, &source.service)
                && wanted.categories.iter().all(|wanted| source.categories.iter().any(|c| same(wanted, c)))
        };
        let asked = self.sources.iter().filter(|(wanted, _)| asked(wanted));
        self.route_of(asked.flat_map(|(_, rules)| rules.iter().copied()).collect())
    }

    /// All rules, whatever their log source: for trying rules on events whose source is not known.
    pub fn route_all(&self) -> Route {
        self.route_of((0..).zip(&self.rules).map(|(index, _)| index).collect())
    }

    /// One rule, whatever its log source.
    pub fn route_rule(&self, rule: usize) -> Route {
        Route::build(self, u32::try_from(rule).ok().filter(|_| rule < self.rules.len()).into_iter().collect())
    }

    fn route_of(&self, mut rules: Vec<u32>) -> Route {
        rules.sort_unstable();
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(&rules) {
            return route.clone();
        }
        let route = Route::build(self, rules.clone());
        if routes.len() < ROUTES_MAX {
            routes.insert(rules, route.clone());
        }
        route
    }
}

/// Rules by the log source that they name; a category is one of the source's categories here.
fn sources(rules: &[Rule]) -> Vec<(LogSource, Vec<u32>)> {
    let mut sources: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    for (index, rule) in (0..).zip(rules) {
        let own = &rule.logsource;
        sources.entry((&own.product, &own.service, &own.category)).or_default().push(index);
    }
    let source = |((product, service, category), rules): ((&Option<String>, _, &Option<String>), _)| {
        let categories = category.iter().cloned().collect();
        (LogSource { product: product.clone(), service: Option::clone(service), categories }, rules)
    };
    sources.into_iter().map(source).collect()
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// A condition with its searches written out.
enum Formula {
    Test { all: bool, negated: bool, predicates: Vec<u32> },
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// How many tests the conditions of a rule are when written out.
fn tests(detection: &Detection) -> usize {
    fn of_group(group: &Group) -> usize {
        match group {
            Group::Item(item) => item.values.len().max(1),
            Group::All(inner) | Group::Any(inner) => inner.iter().map(of_group).sum(),
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
    set: RuleSet,
    interner: Interner,
}

impl Compiler {
    fn add(&mut self, rule: &Rule, diagnostics: &mut Diagnostics) -> bool {
        let place = Place { line: rule.line, column: 1, length: 0 };
        let tests = tests(&rule.detection);
        let left = SET_TESTS_MAX.saturating_sub(self.set.operands.len());
        let message = if tests > TESTS_MAX {
            format!("the condition asks more than {TESTS_MAX} questions when written out")
        } else if tests > left {
            format!("with this rule, the conditions of all ask more than {SET_TESTS_MAX} questions")
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
        self.set.starts.push(start);
        self.set.ends.push(u32::try_from(self.set.operands.len()).unwrap_or(FAILS));
        self.set.witnesses.push(witness);
        true
    }

    /// Bounded by [`crate::condition::CONDITION_DEPTH_MAX`].
    fn condition(&mut self, condition: &Condition, detection: &Detection) -> Option<Formula> {
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

    /// Bounded by [`crate::yaml::DEPTH_MAX`].
    fn group(&mut self, group: &Group) -> Option<Formula> {
        let item = match group {
            Group::Item(item) => item,
            Group::All(groups) => {
                let formulas: Option<Vec<Formula>> = groups.iter().map(|group| self.group(group)).collect();
                return formulas.map(Formula::All);
            }
            Group::Any(groups) => {
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
        // What the gates decide comes before what must be tested.
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

    /// Writes the program of a formula that goes on to `yes` or `no`; where it starts.
    fn program(&mut self, formula: &Formula, yes: u32, no: u32) -> u32 {
        match formula {
            Formula::Not(inner) => self.program(inner, no, yes),
            Formula::All(items) => items.iter().rev().fold(yes, |next, item| self.program(item, next, no)),
            Formula::Any(items) => items.iter().rev().fold(no, |next, item| self.program(item, yes, next)),
            Formula::Test { all, negated, predicates } => {
                let (yes, no) = if *negated { (no, yes) } else { (yes, no) };
                let count = |length: usize| u32::try_from(length).unwrap_or(FAILS);
                let branch = Branch {
                    first: count(self.set.operands.len()),
                    count: count(predicates.len()),
                    all: *all,
                    yes,
                    no,
                };
                let operands = predicates.iter().map(|number| Operand::new(*number, self.predicate(*number)));
                let operands: Vec<Operand> = operands.collect();
                self.set.operands.extend(operands);
                self.set.branches.push(branch);
                count(self.set.branches.len() - 1)
            }
        }
    }

    /// Estimated share of events, and predicates of which one must have fired when the formula is true (or,
    /// negated, false). `None`: it can be so with nothing fired.
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

/// One of these is enough: the least likely.
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
