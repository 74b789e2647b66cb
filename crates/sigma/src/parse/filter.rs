//! Filters: one more condition for the rules that a filter names, so that known innocent events are not reported.
//!
//! Sigma filters specification 2.1. A filter that is applied turns the condition of a rule into
//! `(condition) and (condition of the filter)`. A filter that cannot be applied is reported, because a rule without
//! its filter matches too often.

use std::collections::HashMap;

use crate::parse::condition::Condition;
use crate::parse::detection::{self, ItemGroup, Matcher, RuleDetection};
use crate::parse::diagnostic::{Diagnostic, Diagnostics, SourcePlace, shown};
use crate::parse::digest;
use crate::parse::keys::repeated_keys;
use crate::parse::names::{PlacedName, means, names};
use crate::parse::rule::{Rule, RuleLogSource, filter_metadata};
use crate::parse::yaml::YamlNode;

/// Rules that one filter may name.
const RULES_MAX: usize = 10_000;
/// Bytes that all filters together may add to rules; a filter is copied into each rule it is applied to. A filter of
/// ten values on all public rules adds a tenth of this.
const WEIGHT_ADDED_MAX: usize = 60_000_000;
/// Memory of a search, of a value and of a name in a condition, beside its text.
const OVERHEAD_BYTES: usize = 128;

/// A filter as parsed.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What it filters.
    pub title: String,
    /// Usually a UUID.
    pub id: Option<String>,
    /// The log source that a rule must have for the filter to apply.
    pub logsource: RuleLogSource,
    /// The name that its text was parsed under.
    pub source_name: String,
    /// The line where it starts, from 1.
    pub line: u32,
    /// Ids or names of rules; `None` is `any`.
    rules: Option<Vec<PlacedName>>,
    place: SourcePlace,
    /// Digest of what it filters.
    digest: u64,
    detection: RuleDetection,
}

/// Reads the document of a filter.
pub(crate) fn read(root: &YamlNode, diagnostics: &mut Diagnostics) -> Option<Filter> {
    let node = root.get("filter")?;
    let Some(pairs) = node.mapping() else {
        let message = format!("`filter` is {}, not a map", node.kind());
        diagnostics.error("filter-not-a-map", node.place, message, None);
        return None;
    };
    repeated_keys(root.mapping()?, diagnostics);
    let (title, id, logsource) = filter_metadata(root, diagnostics);
    let any = node.get("rules").and_then(YamlNode::text) == Some("any");
    let rules = (!any).then(|| names(node, "rules", RULES_MAX, diagnostics));
    if rules.as_ref().is_some_and(Vec::is_empty) && !diagnostics.refused() {
        let message = "the filter names no rules".to_owned();
        diagnostics.error("filter-without-rules", node.place, message, Some("name rules, or write `any`"));
    }
    let searches: Vec<(YamlNode, YamlNode)> =
        pairs.iter().filter(|(key, _)| key.text() != Some("rules")).cloned().collect();
    let searches =
        YamlNode { place: node.place, content: crate::parse::yaml::YamlContent::Mapping(searches) };
    let detection = detection::read(&searches, diagnostics)?;
    (!diagnostics.refused()).then(|| Filter {
        title,
        id,
        logsource,
        source_name: diagnostics.file().to_owned(),
        line: root.place.line,
        rules,
        place: node.place,
        digest: digest::of([node]),
        detection,
    })
}

/// Applies filters to the rules that they name. Call it before [`crate::RuleSet::compile`].
///
/// A filter that names a log source applies only to rules with the same log source. The diagnostics report named
/// rules that do not exist, named rules with another log source, and filters that would copy too much.
pub fn apply_filters(rules: &mut [Rule], filters: &[Filter]) -> Vec<Diagnostic> {
    let mut by_reference: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, rule) in rules.iter().enumerate() {
        let id = rule.id.as_ref().map(|id| id.to_ascii_lowercase());
        for key in id.iter().chain(rule.name.as_ref()) {
            by_reference.entry(key.clone()).or_default().push(index);
        }
    }
    let mut applied: Vec<Vec<usize>> = vec![Vec::new(); rules.len()];
    let mut weight_left = WEIGHT_ADDED_MAX;
    let mut reported = Vec::new();
    for (number, filter) in filters.iter().enumerate() {
        let mut diagnostics = Diagnostics::new(&filter.source_name);
        let targets = targets(filter, rules, &by_reference, &mut diagnostics);
        // The condition of the filter is added to each condition of a rule.
        let copies = targets.iter().filter_map(|target| rules.get(*target));
        let copies: usize = copies.map(|rule| rule.detection.conditions.len()).sum();
        let cost = weight(filter).saturating_mul(copies);
        if let Some(left) = weight_left.checked_sub(cost) {
            weight_left = left;
            for target in targets {
                applied.get_mut(target).into_iter().for_each(|list| list.push(number));
            }
        } else {
            let message = format!("the filters together would add more than {WEIGHT_ADDED_MAX} bytes");
            diagnostics.error("filter-too-large", filter.place, message, Some("name fewer rules"));
        }
        reported.append(&mut diagnostics.finish());
    }
    for (rule, list) in rules.iter_mut().zip(applied) {
        let its = list.iter().filter_map(|number| filters.get(*number));
        rule.digest = its.clone().fold(rule.digest, |known, filter| digest::joined(known, filter.digest));
        add(&mut rule.detection, its);
    }
    reported
}

fn targets(
    filter: &Filter,
    rules: &[Rule],
    by_reference: &HashMap<String, Vec<usize>>,
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    let fits =
        |index: &usize| rules.get(*index).is_some_and(|rule| covers(&filter.logsource, &rule.logsource));
    let Some(named) = &filter.rules else {
        return (0..rules.len()).filter(fits).collect();
    };
    let mut targets = Vec::new();
    for reference in named {
        let found: Vec<usize> = [reference.name.clone(), reference.name.to_ascii_lowercase()]
            .iter()
            .filter_map(|key| by_reference.get(key))
            .flatten()
            .copied()
            .filter(|index| {
                rules
                    .get(*index)
                    .is_some_and(|rule| means(&reference.name, rule.id.as_deref(), rule.name.as_deref()))
            })
            .collect();
        let name = shown(&reference.name);
        if found.is_empty() {
            let message = format!("the filter names the rule `{name}`, which is not among the rules");
            diagnostics.warning("unknown-rule", reference.place, message, None);
        } else if !found.iter().any(fits) {
            let message = format!("the rule `{name}` has another log source, so it is not filtered");
            diagnostics.warning("filter-other-logsource", reference.place, message, None);
        }
        targets.extend(found.into_iter().filter(fits));
    }
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn covers(filter: &RuleLogSource, rule: &RuleLogSource) -> bool {
    let same = |wanted: &Option<String>, given: &Option<String>| wanted.is_none() || wanted == given;
    same(&filter.category, &rule.category)
        && same(&filter.product, &rule.product)
        && same(&filter.service, &rule.service)
}

/// Roughly how many bytes a filter adds to a rule.
fn weight(filter: &Filter) -> usize {
    let detection = &filter.detection;
    let mut bytes: usize = detection.conditions.iter().map(|(text, _)| text.len() * 9).sum();
    let mut groups = Vec::new();
    for search in &detection.searches {
        bytes += search.name.len() + filter.title.len() + OVERHEAD_BYTES;
        groups.push(&search.group);
    }
    while let Some(group) = groups.pop() {
        match group {
            ItemGroup::Item(item) => {
                bytes += item.key.len() * 2 + OVERHEAD_BYTES;
                let of_value = |value: &detection::RuleValue| match &value.matcher {
                    Matcher::Text(pattern) => pattern.bytes(),
                    Matcher::Expression(expression) => expression.size_bytes / 4,
                    _ => 0,
                };
                bytes += item.values.iter().map(|value| of_value(value) + OVERHEAD_BYTES).sum::<usize>();
            }
            ItemGroup::All(inner) | ItemGroup::Any(inner) => groups.extend(inner),
        }
    }
    bytes
}

/// Adds all filters of a rule at once, so that its condition becomes only one level deeper.
fn add<'f>(detection: &mut RuleDetection, filters: impl Iterator<Item = &'f Filter>) {
    let mut text = String::new();
    let mut conditions = Vec::new();
    for filter in filters {
        let offset = detection.searches.len();
        let shifted: Vec<Condition> =
            filter.detection.conditions.iter().map(|(_, condition)| shift(condition, offset)).collect();
        conditions.push(Condition::Any(shifted));
        let written: Vec<&str> = filter.detection.conditions.iter().map(|(text, _)| text.as_str()).collect();
        text.push_str(&format!(" and ({})", written.join(" or ")));
        detection.searches.extend(filter.detection.searches.iter().map(|search| {
            let mut search = search.clone();
            search.name = format!("{} ({})", search.name, filter.title);
            search
        }));
    }
    if conditions.is_empty() {
        return;
    }
    for (written, condition) in &mut detection.conditions {
        *written = format!("({written}){text}");
        let mut all = vec![condition.clone()];
        all.extend(conditions.iter().cloned());
        *condition = Condition::All(all);
    }
}

/// The same condition with the index of each search moved by `offset`. The depth of conditions bounds the recursion.
fn shift(condition: &Condition, offset: usize) -> Condition {
    let list = |items: &[Condition]| items.iter().map(|item| shift(item, offset)).collect();
    match condition {
        Condition::Search(index) => Condition::Search(index + offset),
        Condition::Not(inner) => Condition::Not(Box::new(shift(inner, offset))),
        Condition::All(items) => Condition::All(list(items)),
        Condition::Any(items) => Condition::Any(list(items)),
    }
}
