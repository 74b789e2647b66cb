//! Which part of a rule can match when some fields never come.
//!
//! A log source gives certain fields and no others. An item about a field that never comes has one answer, that of an
//! event without it; any other item may hold or not. So it is known of a rule whether it can match at all. That
//! values exclude each other is not looked at: "can match" may be too kind, "can never match" is sure.

use crate::matching::naive;
use crate::parse::condition::Condition;
use crate::parse::detection::{DetectionItem, ItemGroup, RuleDetection};
use crate::parse::diagnostic::SourcePlace;
use crate::parse::rule::Rule;

/// What becomes of a rule when some fields never come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Whether the rule can match.
    pub can_match: bool,
    /// The fields that never come and that the rule wants a value of, each once, with the place of the first value.
    pub missing: Vec<(String, SourcePlace)>,
}

/// Whether something can hold, and whether it can fail to.
#[derive(Clone, Copy)]
struct May {
    hold: bool,
    fail: bool,
}

impl May {
    fn all(parts: impl Iterator<Item = May>) -> May {
        parts.fold(May { hold: true, fail: false }, |all, one| May {
            hold: all.hold && one.hold,
            fail: all.fail || one.fail,
        })
    }

    fn not(self) -> May {
        May { hold: self.fail, fail: self.hold }
    }

    fn any(parts: impl Iterator<Item = May>) -> May {
        May::all(parts.map(May::not)).not()
    }
}

impl Rule {
    /// Which part of the rule can match when only the fields come for which `given` says so.
    pub fn reach(&self, given: &dyn Fn(&str) -> bool) -> Reach {
        let mut missing = Vec::new();
        for search in &self.detection.searches {
            collect(&search.group, given, &mut missing);
        }
        let may = |(_, condition): &(String, Condition)| of_condition(condition, &self.detection, given);
        Reach { can_match: self.detection.conditions.iter().any(|one| may(one).hold), missing }
    }
}

fn collect(group: &ItemGroup, given: &dyn Fn(&str) -> bool, missing: &mut Vec<(String, SourcePlace)>) {
    match group {
        ItemGroup::All(groups) | ItemGroup::Any(groups) => {
            groups.iter().for_each(|group| collect(group, given, missing));
        }
        ItemGroup::Item(item) => {
            let Some(field) = item.field.as_ref().filter(|field| !given(field)) else { return };
            // An item that wants the field to be absent, or another value, misses nothing.
            let wants = !naive::item_holds(item, &Vec::new());
            if wants && !missing.iter().any(|(known, _)| known == field) {
                let place = item.values.first().map(|value| value.place).unwrap_or_default();
                missing.push((field.clone(), place));
            }
        }
    }
}

fn of_condition(condition: &Condition, detection: &RuleDetection, given: &dyn Fn(&str) -> bool) -> May {
    match condition {
        Condition::Search(index) => match detection.searches.get(*index) {
            Some(search) => of_group(&search.group, given),
            None => May { hold: false, fail: true },
        },
        Condition::Not(inner) => of_condition(inner, detection, given).not(),
        Condition::All(parts) => May::all(parts.iter().map(|part| of_condition(part, detection, given))),
        Condition::Any(parts) => May::any(parts.iter().map(|part| of_condition(part, detection, given))),
    }
}

fn of_group(group: &ItemGroup, given: &dyn Fn(&str) -> bool) -> May {
    match group {
        ItemGroup::All(groups) => May::all(groups.iter().map(|group| of_group(group, given))),
        ItemGroup::Any(groups) => May::any(groups.iter().map(|group| of_group(group, given))),
        ItemGroup::Item(item) => of_item(item, given),
    }
}

fn of_item(item: &DetectionItem, given: &dyn Fn(&str) -> bool) -> May {
    if item.field.as_ref().is_none_or(|field| given(field)) {
        return May { hold: true, fail: true };
    }
    let holds = naive::item_holds(item, &Vec::new());
    May { hold: holds, fail: !holds }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    fn reach(detection: &str) -> (bool, String) {
        let text = format!("title: t\nlogsource: {{category: c}}\ndetection:\n{detection}");
        let parsed = parse(&text, "t.yml");
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let reach = parsed.rules[0].reach(&|field| field.starts_with("Has"));
        let missing: Vec<_> =
            reach.missing.iter().map(|(field, place)| format!("{field}:{}", place.line)).collect();
        (reach.can_match, missing.join(" "))
    }

    #[test]
    fn a_rule_that_needs_a_field_that_never_comes_cannot_match() {
        for (detection, can_match, missing) in [
            ("  s: {HasA: x}\n  condition: s\n", true, ""),
            ("  s:\n    HasA: x\n    B: y\n  condition: s\n", false, "B:6"),
            ("  s: {HasA: x}\n  f: {B: y}\n  condition: s and not f\n", true, "B:5"),
            ("  s: {HasA: x}\n  f: {B: y}\n  condition: 1 of them\n", true, "B:5"),
            ("  s: {HasA: x}\n  f: {B: y}\n  condition: all of them\n", false, "B:5"),
            ("  s: [{B: x}, {HasA: x}]\n  condition: s\n", true, "B:4"),
            ("  s: [{B: x}, {C: x}]\n  condition: s\n", false, "B:4 C:4"),
            ("  s: {B: null, HasA: x}\n  condition: s\n", true, ""),
            ("  s: {B|exists: true, HasA: x}\n  condition: s\n", false, "B:4"),
            ("  s: [x, y]\n  condition: s\n", true, ""),
        ] {
            assert_eq!(reach(detection), (can_match, missing.to_owned()), "{detection}");
        }
    }
}
