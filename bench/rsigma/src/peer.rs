//! RSigma, routed: one engine for each set of rules that our table of log sources asks about an event.

use crate::flat::Flat;
use rsigma_eval::Engine;
use rsigma_parser::SigmaRule;
use sigma::{LogSource, Route, RuleSet};
use std::collections::HashMap;
use std::sync::Arc;

/// What both engines ask about the events of one log source.
#[derive(Clone)]
pub struct Asked {
    /// Ours.
    pub route: Route,
    /// RSigma's.
    pub engine: Arc<Engine>,
}

/// Routes and engines, made when a log source is first met.
pub struct Router<'r> {
    set: &'r RuleSet,
    rules: HashMap<&'r str, &'r SigmaRule>,
    sources: HashMap<LogSource, Asked>,
    engines: HashMap<Vec<usize>, Arc<Engine>>,
}

impl<'r> Router<'r> {
    /// Of these rules.
    #[must_use]
    pub fn new(set: &'r RuleSet, theirs: &'r [SigmaRule]) -> Self {
        let rules = theirs.iter().filter_map(|rule| Some((rule.id.as_deref()?, rule))).collect();
        Self { set, rules, sources: HashMap::new(), engines: HashMap::new() }
    }

    /// What is asked about events of this source.
    pub fn of(&mut self, source: &model::LogSource) -> Asked {
        let source = LogSource {
            product: source.product.clone(),
            service: source.service.clone(),
            categories: source.categories.clone(),
        };
        if let Some(asked) = self.sources.get(&source) {
            return asked.clone();
        }
        let route = self.set.route(&source);
        let indices: Vec<usize> = route.rules().collect();
        let own = indices.iter().filter_map(|index| self.set.rules().get(*index));
        let own: Vec<&SigmaRule> =
            own.filter_map(|rule| self.rules.get(crate::rules::id(rule)).copied()).collect();
        let build = || {
            let mut engine = Engine::new();
            engine.add_rules(own);
            Arc::new(engine)
        };
        let engine = Arc::clone(self.engines.entry(indices).or_insert_with(build));
        let asked = Asked { route, engine };
        self.sources.insert(source, asked.clone());
        asked
    }

    /// How many engines there are.
    #[must_use]
    pub fn engines(&self) -> usize {
        self.engines.len()
    }
}

/// Ids of RSigma's hits, sorted.
#[must_use]
pub fn hits(engine: &Engine, event: &Flat) -> Vec<String> {
    let results = engine.evaluate(event);
    let mut ids: Vec<String> = results.into_iter().filter_map(|result| result.header.rule_id).collect();
    ids.sort();
    ids
}
