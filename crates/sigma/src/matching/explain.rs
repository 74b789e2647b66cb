//! Explains why a rule matched an event or did not: for each search, each key and each value.

use crate::event::{Event, Value};
use crate::matching::naive::{self, EventPairs};
use crate::matching::rule_set::RuleSet;
use crate::parse::detection::{DetectionItem, ItemGroup, Matcher};

/// Values of the event that are listed for one value of the rule.
const FOUND_MAX: usize = 16;

/// Why a rule matched an event or did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Whether the rule matched.
    pub matched: bool,
    /// Each condition as written, and whether it holds.
    pub conditions: Vec<(String, bool)>,
    /// Each search identifier, in the order of the file.
    pub searches: Vec<SearchExplanation>,
}

/// A search identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchExplanation {
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub matched: bool,
    /// Its keys; those of different alternatives have different numbers.
    pub items: Vec<ItemExplanation>,
}

/// A key with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemExplanation {
    /// Number of the alternative (the map in a list of maps) that the key belongs to, from 0.
    pub alternative: usize,
    /// The field; `None` for keywords.
    pub field: Option<String>,
    /// The key as written, modifiers included; empty for keywords.
    pub key: String,
    /// Whether the event has the field.
    pub present: bool,
    /// Whether all values must match, not only one.
    pub all: bool,
    /// Whether no value may match.
    pub negated: bool,
    /// Whether the key holds.
    pub matched: bool,
    /// Each value.
    pub values: Vec<ValueExplanation>,
}

/// A value of the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueExplanation {
    /// What is compared, after modifiers: `*\whoami.exe`, `/expression/`, `>= 5`.
    pub pattern: String,
    /// Line of the value in its file, from 1.
    pub line: u32,
    /// Whether it matches.
    pub matched: bool,
    /// Names and values of the event that match, in the order of the event; at most 16.
    pub found: Vec<(String, String)>,
}

impl RuleSet {
    /// Explains why the rule with this index matches the event or does not. The log source is not compared.
    pub fn explain<E: Event>(&self, rule: usize, event: &E) -> Explanation {
        let Some(rule) = self.rules.get(rule) else { return Explanation::default() };
        let pairs = naive::pairs(event);
        let conditions: Vec<(String, bool)> = rule
            .detection
            .conditions
            .iter()
            .map(|(text, condition)| {
                (text.clone(), naive::condition_holds(condition, &rule.detection, &pairs))
            })
            .collect();
        let searches = rule.detection.searches.iter().map(|search| {
            let mut items = Vec::new();
            let mut alternative = 0;
            collect(&search.group, &pairs, &mut alternative, &mut items);
            let matched = naive::group_holds(&search.group, &pairs);
            SearchExplanation { name: search.name.clone(), matched, items }
        });
        Explanation {
            matched: conditions.iter().any(|(_, holds)| *holds),
            searches: searches.collect(),
            conditions,
        }
    }
}

fn collect(
    group: &ItemGroup,
    pairs: &EventPairs<'_>,
    alternative: &mut usize,
    items: &mut Vec<ItemExplanation>,
) {
    match group {
        ItemGroup::Item(item) => items.push(explain_item(item, pairs, *alternative)),
        ItemGroup::All(groups) => groups.iter().for_each(|group| collect(group, pairs, alternative, items)),
        ItemGroup::Any(groups) => {
            for group in groups {
                collect(group, pairs, alternative, items);
                *alternative += 1;
            }
        }
    }
}

fn explain_item(item: &DetectionItem, pairs: &EventPairs<'_>, alternative: usize) -> ItemExplanation {
    let values = item.values.iter().map(|value| {
        let matching = naive::own(item, pairs).filter(|(_, own)| match value.matcher {
            Matcher::Exists(wanted) => wanted,
            Matcher::Null => *own == Value::Null,
            _ => naive::text_holds(&value.matcher, *own, pairs),
        });
        let text = |value| match value {
            Value::Text(text) => text.to_owned(),
            Value::Null => "null".to_owned(),
        };
        ValueExplanation {
            pattern: shown(&value.matcher),
            line: value.place.line,
            matched: naive::value_holds(item, &value.matcher, pairs),
            found: matching.take(FOUND_MAX).map(|(name, value)| (name.to_owned(), text(value))).collect(),
        }
    });
    ItemExplanation {
        alternative,
        field: item.field.clone(),
        key: item.key.clone(),
        present: naive::own(item, pairs).next().is_some(),
        all: item.all,
        negated: item.negated,
        matched: naive::item_holds(item, pairs),
        values: values.collect(),
    }
}

fn shown(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Text(pattern) => pattern.shown(),
        Matcher::Null => "null".to_owned(),
        Matcher::Exists(true) => "exists".to_owned(),
        Matcher::Exists(false) => "does not exist".to_owned(),
        Matcher::Expression(expression) => format!("/{}/", expression.source),
        Matcher::Network(network) => network.to_string(),
        Matcher::Number(None, comparison, bound) => format!("{} {bound}", comparison.sign()),
        Matcher::Number(Some(part), comparison, bound) => {
            format!("{} {} {bound}", part.name(), comparison.sign())
        }
        Matcher::Field { name, before, after, .. } => {
            let star = |open: &bool| if *open { "*" } else { "" };
            format!("{}{{{name}}}{}", star(before), star(after))
        }
    }
}
