//! The plan of correlations: correlation rules resolved against a rule set. It says which matches reach which
//! correlation, and with which fields.
//!
//! A *path* is one way from a rule of the set to a correlation, directly or through a chain of correlations. For each
//! path the names under `group-by` and `field` are resolved once; aliases of the outermost correlation take
//! precedence. Each correlation comes after those that it refers to, so that chains are evaluated without recursion.
//! A correlation in a cycle, or one that refers to a refused correlation, is refused.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::matching::rule_set::RuleSet;
use crate::parse::correlation::Correlation;
use crate::parse::diagnostic::{Diagnostic, Diagnostics, SourcePlace, closest, shown};
use crate::parse::names::{PlacedName, means};

/// Paths from rules to one correlation. Chains that branch and join again double the number of paths with each step.
pub(crate) const PATHS_MAX: usize = 1_000;
/// Correlations in a chain. The specification's example has 2.
pub(crate) const CHAIN_MAX: usize = 16;

/// What a correlation refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ReferenceTarget {
    Rule(usize),
    Correlation(usize),
}

/// Unknown names for which a close known name is searched, to suggest it.
const CLOSE_MAX: usize = 50;

/// A path before its columns are resolved: reference, rule, and the index and path of the correlation between them.
type PathDraft = (usize, usize, Option<(usize, usize)>);

/// One path from a rule to a correlation.
#[derive(Clone, Debug)]
pub(crate) struct MatchPath {
    pub(crate) rule: usize,
    /// Index among the references of the correlation.
    pub(crate) reference: usize,
    /// Index and path of the referenced correlation; `None` if the correlation refers to the rule directly.
    pub(crate) inner: Option<(usize, usize)>,
    /// Columns of the values of the rule, one for each name under `group-by`.
    pub(crate) group: Vec<usize>,
    /// Columns of the values of the rule, one for each name under `field`.
    pub(crate) values: Vec<usize>,
}

/// The values of a match; `None` if missing or null.
pub(crate) type MatchValues = Box<[Option<Box<str>>]>;

/// A resolved correlation.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedCorrelation {
    pub(crate) correlation: usize,
    pub(crate) paths: Vec<MatchPath>,
    /// Indices of the correlations that it refers to, without repetition.
    pub(crate) inner: Vec<usize>,
    pub(crate) alone: bool,
    chain: usize,
}

/// Everything that [`crate::Matches`] needs to evaluate correlations.
#[derive(Debug, Default)]
pub(crate) struct CorrelationPlan {
    pub(crate) correlations: Vec<Correlation>,
    /// In the order of evaluation.
    pub(crate) resolved: Vec<ResolvedCorrelation>,
    /// For each rule, the fields whose values are kept; empty for rules that no correlation refers to.
    pub(crate) fields: Vec<Vec<String>>,
    /// For each rule, whether a correlation refers to it, directly or through others.
    pub(crate) referenced: Vec<bool>,
    alone: Vec<bool>,
    /// Names under `group-by` of each of `resolved`.
    group_names: Vec<Vec<String>>,
    /// For each rule, the index of each name in `fields`; used only while compiling.
    columns: Vec<HashMap<String, usize>>,
}

/// Correlation rules compiled for a rule set. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Correlations(pub(crate) Arc<CorrelationPlan>);

impl Correlations {
    /// Resolves correlation rules against the rules of a set and against each other. Refused correlations are not in
    /// [`Correlations::correlations`]; each has a diagnostic.
    pub fn compile(set: &RuleSet, correlations: Vec<Correlation>) -> (Self, Vec<Diagnostic>) {
        let mut reported = Vec::new();
        let targets = Resolver::new(set, &correlations).targets(&mut reported);
        let order = order(&correlations, &targets, &mut reported);
        let mut plan = CorrelationPlan {
            fields: vec![Vec::new(); set.rules().len()],
            referenced: vec![false; set.rules().len()],
            alone: vec![true; set.rules().len()],
            columns: vec![HashMap::new(); set.rules().len()],
            ..CorrelationPlan::default()
        };
        let mut places: HashMap<usize, usize> = HashMap::new();
        let mut kept = Vec::new();
        for number in order {
            let (Some(correlation), Some(Some(targets))) = (correlations.get(number), targets.get(number))
            else {
                continue;
            };
            if let Some(resolved) = plan.resolve(correlation, number, targets, &places, &mut reported) {
                places.insert(number, plan.resolved.len());
                plan.resolved.push(resolved);
                plan.group_names.push(correlation.group_by.clone());
                kept.push(number);
            }
        }
        plan.columns = Vec::new();
        plan.quiet(&correlations, &targets, &kept, &places);
        // Indices of the given list become indices of the list of kept correlations.
        kept.sort_unstable();
        for resolved in &mut plan.resolved {
            resolved.correlation = kept.binary_search(&resolved.correlation).unwrap_or_default();
        }
        plan.correlations = correlations
            .into_iter()
            .enumerate()
            .filter(|(number, _)| kept.binary_search(number).is_ok())
            .map(|(_, correlation)| correlation)
            .collect();
        (Self(Arc::new(plan)), reported)
    }

    /// The correlation rules, in the given order; alerts refer to them by index.
    pub fn correlations(&self) -> &[Correlation] {
        &self.0.correlations
    }

    /// The fields whose values [`crate::Matches::add`] needs with a match of this rule, in this order. `None` if no
    /// correlation refers to the rule, so that its matches need not be added.
    pub fn fields_needed(&self, rule: usize) -> Option<&[String]> {
        let referenced = self.0.referenced.get(rule).copied().unwrap_or_default();
        referenced.then(|| self.0.fields.get(rule).map(Vec::as_slice).unwrap_or_default())
    }

    /// Whether a match of this rule is an alert of its own. It is not if correlations refer to the rule and none of
    /// them says `generate: true`.
    pub fn alerts_alone(&self, rule: usize) -> bool {
        self.0.alone.get(rule).copied().unwrap_or(true)
    }
}

impl CorrelationPlan {
    fn resolve(
        &mut self,
        correlation: &Correlation,
        number: usize,
        targets: &[ReferenceTarget],
        places: &HashMap<usize, usize>,
        reported: &mut Vec<Diagnostic>,
    ) -> Option<ResolvedCorrelation> {
        let mut resolved = ResolvedCorrelation {
            correlation: number,
            paths: Vec::new(),
            inner: Vec::new(),
            alone: true,
            chain: 1,
        };
        let mut drafts: Vec<PathDraft> = Vec::new();
        for (reference, target) in targets.iter().enumerate() {
            match target {
                ReferenceTarget::Rule(rule) => drafts.push((reference, *rule, None)),
                ReferenceTarget::Correlation(inner) => {
                    let place = *places.get(inner).or_else(|| {
                        let named = correlation.references.get(reference);
                        report(correlation, named, reported, "refused-rule", |name| {
                            format!("the correlation refers to `{name}`, which is refused")
                        });
                        None
                    })?;
                    let inner = self.resolved.get(place)?;
                    resolved.chain = resolved.chain.max(inner.chain + 1);
                    resolved.inner.push(place);
                    let paths = inner.paths.iter().enumerate();
                    drafts.extend(paths.map(|(path, way)| (reference, way.rule, Some((place, path)))));
                }
            }
        }
        resolved.inner.sort_unstable();
        resolved.inner.dedup();
        if drafts.len() > PATHS_MAX || resolved.chain > CHAIN_MAX {
            report(correlation, correlation.references.first(), reported, "correlation-too-large", |_| {
                format!("the chain is longer than {CHAIN_MAX}, or has more than {PATHS_MAX} paths")
            });
            return None;
        }
        for (reference, rule, inner) in drafts {
            let mut columns = |names: &[String]| {
                names.iter().map(|name| self.column(correlation, reference, rule, inner, name)).collect()
            };
            let group = columns(&correlation.group_by);
            let values = columns(&correlation.value_fields);
            resolved.paths.push(MatchPath { rule, reference, inner, group, values });
            self.referenced.get_mut(rule).into_iter().for_each(|referenced| *referenced = true);
        }
        Some(resolved)
    }

    /// The column of the values of the rule that a name means on this path: an alias of this correlation, else an
    /// alias of an inner correlation, else the field itself.
    fn column(
        &mut self,
        correlation: &Correlation,
        reference: usize,
        rule: usize,
        inner: Option<(usize, usize)>,
        name: &str,
    ) -> usize {
        let named = correlation.references.get(reference).map(|named| named.name.as_str());
        let own = correlation.aliases.iter().find(|alias| alias.name == name).and_then(|alias| {
            alias.fields.iter().find(|(rule, _)| Some(rule.name.as_str()) == named).map(|(_, field)| field)
        });
        if own.is_none()
            && let Some((place, path)) = inner
            && let Some(column) = self.inner_column(place, path, name)
        {
            return column;
        }
        let field = own.map_or(name, String::as_str);
        let (Some(fields), Some(columns)) = (self.fields.get_mut(rule), self.columns.get_mut(rule)) else {
            return 0;
        };
        if let Some(column) = columns.get(field) {
            return *column;
        }
        columns.insert(field.to_owned(), fields.len());
        fields.push(field.to_owned());
        fields.len() - 1
    }

    fn inner_column(&self, place: usize, path: usize, name: &str) -> Option<usize> {
        let path = self.resolved.get(place)?.paths.get(path)?;
        let names = self.group_names.get(place)?;
        let at = names.iter().position(|known| known == name)?;
        path.group.get(at).copied()
    }

    /// Marks the rules and correlations that give no alerts of their own: correlations refer to them, and none of
    /// those says `generate: true`.
    fn quiet(
        &mut self,
        correlations: &[Correlation],
        targets: &[Option<Vec<ReferenceTarget>>],
        kept: &[usize],
        places: &HashMap<usize, usize>,
    ) {
        for generate in [false, true] {
            for number in kept.iter().filter(|number| {
                correlations.get(**number).is_some_and(|correlation| correlation.generate == generate)
            }) {
                for target in targets.get(*number).into_iter().flatten().flatten() {
                    let alone = match target {
                        ReferenceTarget::Rule(rule) => self.alone.get_mut(*rule),
                        ReferenceTarget::Correlation(inner) => places
                            .get(inner)
                            .and_then(|place| self.resolved.get_mut(*place))
                            .map(|resolved| &mut resolved.alone),
                    };
                    alone.into_iter().for_each(|alone| *alone = generate);
                }
            }
        }
    }
}

fn report(
    correlation: &Correlation,
    named: Option<&PlacedName>,
    reported: &mut Vec<Diagnostic>,
    rule: &'static str,
    message: impl Fn(String) -> String,
) {
    let start = SourcePlace { line: correlation.about.line, column: 1, length: 0 };
    let (place, name) = named.map_or((start, ""), |named| (named.place, named.name.as_str()));
    let mut diagnostics = Diagnostics::new(&correlation.about.source_name);
    diagnostics.error(rule, place, message(shown(name)), None);
    reported.append(&mut diagnostics.finish());
}

/// Finds the rules and correlations that references mean.
struct Resolver<'c> {
    set: &'c RuleSet,
    correlations: &'c [Correlation],
    /// Rules and correlations by name, and by id in lower case.
    known: HashMap<String, Vec<ReferenceTarget>>,
    /// The number of searches for close names so far.
    lookups: Cell<usize>,
}

impl<'c> Resolver<'c> {
    fn new(set: &'c RuleSet, correlations: &'c [Correlation]) -> Self {
        let rules = set.rules().iter().enumerate().map(|(index, rule)| (rule, ReferenceTarget::Rule(index)));
        let own = correlations.iter().map(|correlation| &correlation.about).enumerate();
        let own = own.map(|(index, rule)| (rule, ReferenceTarget::Correlation(index)));
        let mut known: HashMap<String, Vec<ReferenceTarget>> = HashMap::new();
        for (rule, target) in rules.chain(own) {
            let id = rule.id.as_ref().map(|id| id.to_ascii_lowercase());
            for key in id.iter().chain(rule.name.as_ref().filter(|name| Some(*name) != id.as_ref())) {
                known.entry(key.clone()).or_default().push(target);
            }
        }
        Self { set, correlations, known, lookups: Cell::new(0) }
    }

    /// The targets of each correlation; `None` for correlations that are refused.
    fn targets(&self, reported: &mut Vec<Diagnostic>) -> Vec<Option<Vec<ReferenceTarget>>> {
        let of = |correlation: &Correlation| {
            let mut diagnostics = Diagnostics::new(&correlation.about.source_name);
            for (named, _) in correlation.aliases.iter().flat_map(|alias| &alias.fields) {
                if !correlation.references.iter().any(|reference| reference.name == named.name) {
                    let message =
                        format!("the alias is for `{}`, which is not under `rules`", shown(&named.name));
                    diagnostics.error("alias-of-unknown-rule", named.place, message, None);
                }
            }
            let targets: Vec<Option<ReferenceTarget>> = correlation
                .references
                .iter()
                .map(|reference| self.target(correlation, reference, &mut diagnostics))
                .collect();
            let refused = diagnostics.refused();
            reported.append(&mut diagnostics.finish());
            targets.into_iter().collect::<Option<Vec<ReferenceTarget>>>().filter(|_| !refused)
        };
        self.correlations.iter().map(of).collect()
    }

    fn target(
        &self,
        correlation: &Correlation,
        named: &PlacedName,
        diagnostics: &mut Diagnostics,
    ) -> Option<ReferenceTarget> {
        let lower = named.name.to_ascii_lowercase();
        let keys = [named.name.as_str(), lower.as_str()];
        let mut seen = HashSet::new();
        let (mut first, mut own) = (None, None);
        let (mut found, mut own_found) = (0, 0);
        for target in keys.iter().filter_map(|key| self.known.get(*key)).flatten() {
            let rule = self.about(*target)?;
            if !seen.insert(*target) || !means(&named.name, rule.id.as_deref(), rule.name.as_deref()) {
                continue;
            }
            found += 1;
            first = first.or(Some(*target));
            // If several rules have the name, the one in the file of the correlation is meant.
            if rule.source_name == correlation.about.source_name {
                own_found += 1;
                own = own.or(Some(*target));
            }
            if own_found > 1 {
                break;
            }
        }
        let name = shown(&named.name);
        if found == 0 {
            let message = format!("no rule has the name or id `{name}`, or it is refused");
            let help = self.close(&named.name).map(|close| format!("did you mean `{}`?", shown(close)));
            diagnostics.error("unknown-rule", named.place, message, help.as_deref());
            return None;
        }
        if own_found > 1 || (own_found == 0 && found > 1) {
            let message = format!("several rules have the name or id `{name}`; the first is used");
            diagnostics.warning("ambiguous-rule", named.place, message, None);
        }
        own.or(first)
    }

    /// A known name that is close to this unknown one. Each search compares all names, so only the first are
    /// searched.
    fn close(&self, name: &str) -> Option<&str> {
        let lookups = self.lookups.get();
        self.lookups.set(lookups + 1);
        (lookups < CLOSE_MAX).then(|| closest(name, self.known.keys().map(String::as_str)))?
    }

    fn about(&self, target: ReferenceTarget) -> Option<&'c crate::parse::rule::Rule> {
        match target {
            ReferenceTarget::Rule(index) => self.set.rules().get(index),
            ReferenceTarget::Correlation(index) => {
                self.correlations.get(index).map(|correlation| &correlation.about)
            }
        }
    }
}

/// An order of the correlations in which each comes after those that it refers to. Correlations that are part of a
/// cycle, or refer to one, are reported.
fn order(
    correlations: &[Correlation],
    targets: &[Option<Vec<ReferenceTarget>>],
    reported: &mut Vec<Diagnostic>,
) -> Vec<usize> {
    let inner = |number: usize| {
        targets.get(number).into_iter().flatten().flatten().filter_map(|target| match target {
            ReferenceTarget::Correlation(inner) => Some(*inner),
            ReferenceTarget::Rule(_) => None,
        })
    };
    let mut waiting: Vec<usize> = (0..correlations.len()).map(|number| inner(number).count()).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); correlations.len()];
    for number in 0..correlations.len() {
        for used in inner(number) {
            users.get_mut(used).into_iter().for_each(|list| list.push(number));
        }
    }
    let mut order: Vec<usize> = Vec::new();
    let mut ready: std::collections::BTreeSet<usize> =
        (0..correlations.len()).filter(|number| inner(*number).next().is_none()).collect();
    while let Some(number) = ready.pop_first() {
        order.push(number);
        for user in users.get(number).into_iter().flatten() {
            let Some(count) = waiting.get_mut(*user) else { continue };
            *count -= 1;
            if *count == 0 {
                ready.insert(*user);
            }
        }
    }
    for (number, correlation) in correlations.iter().enumerate() {
        if waiting.get(number).is_some_and(|count| *count > 0) {
            let stuck = |target: &ReferenceTarget| matches!(target, ReferenceTarget::Correlation(inner) if waiting.get(*inner).is_some_and(|count| *count > 0));
            let list = targets.get(number).into_iter().flatten().flatten();
            let named = list.zip(&correlation.references).find(|(target, _)| stuck(target));
            report(correlation, named.map(|(_, named)| named), reported, "correlation-cycle", |name| {
                format!("`{name}` leads into a cycle of correlations that refer to each other")
            });
        }
    }
    order
}
