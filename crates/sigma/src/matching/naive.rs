//! The naive twin: it evaluates a rule as plainly as possible. Tests compare the shared matcher with it, and
//! [`crate::RuleSet::explain`] uses it.
//!
//! It shares only the reading of values with the matcher (folding, numbers, dates, networks, expressions). It has its
//! own comparison of patterns, and uses no gates, witnesses or routes.

use crate::event::{Event, Value};
use crate::parse::condition::Condition;
use crate::parse::detection::{DetectionItem, ItemGroup, Matcher, RuleDetection};
use crate::parse::rule::Rule;
use crate::values::number::Decimal;
use crate::values::pattern::{DASHES, Pattern, PatternPart, folded};

/// The pairs of an event.
pub(crate) type EventPairs<'e> = Vec<(&'e str, Value<'e>)>;

pub(crate) fn pairs<E: Event>(event: &E) -> EventPairs<'_> {
    let mut pairs = Vec::new();
    event.fields(&mut |name, value| pairs.push((name, value)));
    pairs
}

/// Whether the event satisfies the rule. The log source is not compared.
pub fn matches<E: Event>(rule: &Rule, event: &E) -> bool {
    let pairs = pairs(event);
    let holds = |condition| condition_holds(condition, &rule.detection, &pairs);
    rule.detection.conditions.iter().any(|(_, condition)| holds(condition))
}

pub(crate) fn condition_holds(
    condition: &Condition,
    detection: &RuleDetection,
    pairs: &EventPairs<'_>,
) -> bool {
    match condition {
        Condition::Search(index) => {
            detection.searches.get(*index).is_some_and(|search| group_holds(&search.group, pairs))
        }
        Condition::Not(inner) => !condition_holds(inner, detection, pairs),
        Condition::All(items) => items.iter().all(|item| condition_holds(item, detection, pairs)),
        Condition::Any(items) => items.iter().any(|item| condition_holds(item, detection, pairs)),
    }
}

pub(crate) fn group_holds(group: &ItemGroup, pairs: &EventPairs<'_>) -> bool {
    match group {
        ItemGroup::All(groups) => groups.iter().all(|group| group_holds(group, pairs)),
        ItemGroup::Any(groups) => groups.iter().any(|group| group_holds(group, pairs)),
        ItemGroup::Item(item) => item_holds(item, pairs),
    }
}

pub(crate) fn item_holds(item: &DetectionItem, pairs: &EventPairs<'_>) -> bool {
    let mut each = item.values.iter().map(|value| value_holds(item, &value.matcher, pairs));
    let holds = if item.all { each.all(|holds| holds) } else { each.any(|holds| holds) };
    holds != item.negated
}

pub(crate) fn value_holds(item: &DetectionItem, matcher: &Matcher, pairs: &EventPairs<'_>) -> bool {
    let mut own = own(item, pairs);
    match matcher {
        Matcher::Exists(wanted) => own.next().is_some() == *wanted,
        Matcher::Null => {
            let values: Vec<Value<'_>> = own.map(|(_, value)| value).collect();
            values.is_empty() || values.contains(&Value::Null)
        }
        _ => own.any(|(_, value)| text_holds(matcher, value, pairs)),
    }
}

/// The pairs of the event that an item compares: those of its field, or all for keywords.
pub(crate) fn own<'p, 'e>(
    item: &'p DetectionItem,
    pairs: &'p EventPairs<'e>,
) -> impl Iterator<Item = (&'e str, Value<'e>)> + use<'p, 'e> {
    pairs.iter().copied().filter(move |(name, _)| item.field.as_ref().is_none_or(|field| field == name))
}

/// Whether one value of the event matches.
pub(crate) fn text_holds(matcher: &Matcher, value: Value<'_>, pairs: &EventPairs<'_>) -> bool {
    let Value::Text(text) = value else { return false };
    match matcher {
        Matcher::Text(pattern) => pattern_holds(pattern, text),
        Matcher::Null | Matcher::Exists(_) => false,
        Matcher::Expression(expression) => expression.matches(text),
        Matcher::Network(network) => network.contains(text),
        Matcher::Number(part, comparison, bound) => {
            let number = match part {
                Some(part) => part.of(text).map(|number| Decimal::Exact(number, 0.0)),
                None => Decimal::parse(text),
            };
            number.zip(Decimal::parse(bound)).is_some_and(|(number, bound)| comparison.holds(number, bound))
        }
        Matcher::Field { name, before, after, cased } => pairs.iter().any(|(other_name, other)| {
            let Value::Text(other) = other else { return false };
            let read = |text: &str| if *cased { text.to_owned() } else { folded(text) };
            let (own, other) = (read(text), read(other));
            other_name == name
                && match (before, after) {
                    (false, false) => own == other,
                    (false, true) => own.starts_with(&other),
                    (true, false) => own.ends_with(&other),
                    (true, true) => own.contains(&other),
                }
        }),
    }
}

/// Computes, part by part, all positions of the text that the parts so far can reach, without backtracking.
fn pattern_holds(pattern: &Pattern, text: &str) -> bool {
    let read = |text: &str| -> Vec<char> {
        if pattern.cased { text.chars().collect() } else { folded(text).chars().collect() }
    };
    let text = read(text);
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for part in pattern.parts() {
        reached = match part {
            PatternPart::AnyText => {
                let mut open = false;
                reached
                    .iter()
                    .map(|here| {
                        open |= *here;
                        open
                    })
                    .collect()
            }
            PatternPart::Placeholder(_) => return false,
            PatternPart::Literal(literal) => {
                read(literal).iter().fold(reached, |reached, wanted| step(&reached, &text, |c| c == *wanted))
            }
            PatternPart::AnyCharacter => step(&reached, &text, |_| true),
            PatternPart::Dash => step(&reached, &text, |c| DASHES.contains(&c)),
        };
    }
    reached.last().copied().unwrap_or(false)
}

/// Moves every reached position one character further, where the character fits.
fn step(reached: &[bool], text: &[char], fits: impl Fn(char) -> bool) -> Vec<bool> {
    std::iter::once(false)
        .chain(reached.iter().zip(text).map(|(here, character)| *here && fits(*character)))
        .collect()
}
