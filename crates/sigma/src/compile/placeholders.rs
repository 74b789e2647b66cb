//! Placeholders: each `%name%` in the values of a rule is replaced by the patterns that are configured for it.

use crate::parse::detection::{DetectionItem, ItemGroup, Matcher, RuleDetection, RuleValue, VALUES_MAX};
use crate::parse::diagnostic::{Diagnostics, shown};
use crate::values::pattern::{Pattern, PatternPart, Placeholders};

/// Patterns that the placeholders of one value may expand to.
pub(crate) const PLACEHOLDER_VALUES_MAX: usize = 10_000;

/// Replaces placeholders by their values; returns false when a placeholder has no value.
pub(crate) fn fill(
    detection: &mut RuleDetection,
    placeholders: &Placeholders,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut groups: Vec<&mut ItemGroup> =
        detection.searches.iter_mut().map(|search| &mut search.group).collect();
    while let Some(group) = groups.pop() {
        match group {
            ItemGroup::All(inner) | ItemGroup::Any(inner) => groups.extend(inner),
            ItemGroup::Item(item) => {
                let has = |matcher: &Matcher| matches!(matcher, Matcher::Text(pattern) if pattern.placeholders().next().is_some());
                if item.values.iter().any(|value| has(&value.matcher))
                    && !fill_item(item, placeholders, diagnostics)
                {
                    return false;
                }
            }
        }
    }
    true
}

fn fill_item(item: &mut DetectionItem, placeholders: &Placeholders, diagnostics: &mut Diagnostics) -> bool {
    let mut filled = Vec::new();
    for value in std::mem::take(&mut item.values) {
        let Matcher::Text(pattern) = &value.matcher else {
            filled.push(value);
            continue;
        };
        let without = |name: &&str| placeholders.get(*name).is_none_or(Vec::is_empty);
        if let Some(name) = pattern.placeholders().find(without) {
            let message = format!("no value is configured for the placeholder `%{}%`", shown(name));
            let help = Some("configure its values for your organisation, or leave the rule out");
            diagnostics.error("placeholder-without-value", value.place, message, help);
            return false;
        }
        let patterns = filled_patterns(pattern, placeholders);
        if patterns.len() > PLACEHOLDER_VALUES_MAX || (item.all && patterns.len() != 1) {
            let message = format!("the placeholders of this value expand to {} patterns", patterns.len());
            diagnostics.error("placeholder-too-many-values", value.place, message, None);
            return false;
        }
        if filled.len() + patterns.len() > VALUES_MAX {
            let message = format!("the placeholders of the rule expand to more than {VALUES_MAX} values");
            diagnostics.error("rule-too-large", value.place, message, None);
            return false;
        }
        for pattern in patterns {
            let matcher = Matcher::Text(pattern);
            filled.push(RuleValue { matcher, place: value.place });
        }
    }
    item.values = filled;
    true
}

fn filled_patterns(pattern: &Pattern, placeholders: &Placeholders) -> Vec<Pattern> {
    let mut empty = Pattern::literal("");
    empty.cased = pattern.cased;
    let mut filled = vec![empty];
    for part in pattern.parts() {
        if let PatternPart::Placeholder(name) = part {
            let values = placeholders.get(&**name).map(Vec::as_slice).unwrap_or_default();
            let one_too_many = PLACEHOLDER_VALUES_MAX + 1;
            let appended = filled.iter().flat_map(|before| {
                values.iter().map(move |value| {
                    let mut pattern = before.clone();
                    Pattern::parse(value).parts().iter().for_each(|part| pattern.push(part.clone()));
                    pattern
                })
            });
            filled = appended.take(one_too_many).collect();
        } else {
            filled.iter_mut().for_each(|pattern| pattern.push(part.clone()));
        }
    }
    filled
}
