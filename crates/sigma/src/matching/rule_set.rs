//! A rule set: rules, the program that they are compiled into, and the routes that select rules for log sources.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::compile::compiler;
use crate::compile::program::Program;
use crate::event::LogSource;
use crate::matching::route::Route;
use crate::parse::diagnostic::Diagnostic;
use crate::parse::rule::Rule;
use crate::values::pattern::Placeholders;

/// Routes that are kept; further ones are built again each time they are needed.
const ROUTES_MAX: usize = 1_024;

/// Rules compiled into one shared matcher.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) program: Program,
    /// The log sources that rules name, each with its rules, ascending.
    sources: Vec<(LogSource, Vec<u32>)>,
    /// Routes by their rules, so that log sources with the same rules share one.
    routes: Mutex<HashMap<Vec<u32>, Route>>,
}

impl RuleSet {
    /// Compiles rules without values for placeholders: a rule with a placeholder is refused.
    pub fn compile(rules: Vec<Rule>) -> (Self, Vec<Diagnostic>) {
        Self::compile_with(rules, &Placeholders::new())
    }

    /// Compiles rules. Those that are refused are not in [`RuleSet::rules`]; each has a diagnostic.
    pub fn compile_with(rules: Vec<Rule>, placeholders: &Placeholders) -> (Self, Vec<Diagnostic>) {
        let (rules, program, diagnostics) = compiler::compile(rules, placeholders);
        let sources = sources(&rules);
        (Self { rules, program, sources, routes: Mutex::default() }, diagnostics)
    }

    /// The rules, in the order given; hits are indices of this.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that are evaluated on events of this log source.
    ///
    /// A rule is evaluated when every part that its log source names equals that of the event: its product, its
    /// service, one of its categories. Compute a route once for each source; cloning a route is cheap.
    pub fn route(&self, source: &LogSource) -> Route {
        self.route_among(source, &|_| true)
    }

    /// As [`RuleSet::route`], of these rules only, by index.
    pub fn route_among(&self, source: &LogSource, among: &dyn Fn(usize) -> bool) -> Route {
        let is = |wanted: &Option<String>, given: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| given.as_ref().is_some_and(|given| same(wanted, given)))
        };
        let fits = |wanted: &LogSource| {
            is(&wanted.product, &source.product)
                && is(&wanted.service, &source.service)
                && wanted.categories.iter().all(|wanted| source.categories.iter().any(|c| same(wanted, c)))
        };
        let sources = self.sources.iter().filter(|(wanted, _)| fits(wanted));
        let rules = sources.flat_map(|(_, rules)| rules.iter().copied());
        self.route_of(rules.filter(|rule| usize::try_from(*rule).is_ok_and(among)).collect())
    }

    /// All rules, for events whose log source is not known.
    pub fn route_all(&self) -> Route {
        self.route_of((0..).zip(&self.rules).map(|(index, _)| index).collect())
    }

    /// One rule, independent of its log source.
    pub fn route_rule(&self, rule: usize) -> Route {
        Route::build(
            &self.program,
            u32::try_from(rule).ok().filter(|_| rule < self.rules.len()).into_iter().collect(),
        )
    }

    fn route_of(&self, mut rules: Vec<u32>) -> Route {
        rules.sort_unstable();
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(&rules) {
            return route.clone();
        }
        let route = Route::build(&self.program, rules.clone());
        if routes.len() < ROUTES_MAX {
            routes.insert(rules, route.clone());
        }
        route
    }
}

/// Groups rules by the log source that they name. The category of a rule becomes the only entry of `categories`.
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
