//! Tests of the crate as its users see it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests end at the first surprise, and say when they are skipped"
)]

mod cases;
mod corpus;
mod correlation;
mod diagnostics;
mod explain;
mod filter;
mod hostile;
mod twin;

use sigma::{Event, Parsed, RuleSet, Scratch, Value};

/// An event as pairs; `None` is null.
#[derive(Clone, Debug, Default)]
pub struct Pairs(pub Vec<(String, Option<String>)>);

impl Pairs {
    /// Pairs as a table writes them.
    pub fn of(pairs: &[(&str, Option<&str>)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect())
    }

    /// Flattens a JSON object: names joined by dots, arrays repeated, numbers as their text.
    pub fn from_json(value: &serde_json::Value) -> Self {
        let mut pairs = Self::default();
        flatten(value, String::new(), &mut pairs.0);
        pairs
    }
}

fn flatten(value: &serde_json::Value, name: String, out: &mut Vec<(String, Option<String>)>) {
    match value {
        serde_json::Value::Null => out.push((name, None)),
        serde_json::Value::String(text) => out.push((name, Some(text.clone()))),
        serde_json::Value::Array(items) => items.iter().for_each(|item| flatten(item, name.clone(), out)),
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(inner, name, out);
            }
        }
        other => out.push((name, Some(other.to_string()))),
    }
}

impl Event for Pairs {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        for (name, value) in &self.0 {
            each(name, value.as_deref().map_or(Value::Null, Value::Text));
        }
    }
}

/// A rule with this detection.
pub fn rule(detection: &str) -> Parsed {
    let indented = detection.lines().map(|line| format!("  {line}\n")).collect::<String>();
    sigma::parse(&format!("title: t\nlogsource: {{product: p}}\ndetection:\n{indented}"), "case.yml")
}

/// Indices of the rules that fire, from matcher, twin and explanation, which must agree.
pub fn hits(set: &RuleSet, event: &Pairs) -> Vec<usize> {
    let (route, mut scratch, mut hits) = (set.route_all(), Scratch::default(), Vec::new());
    set.evaluate(&route, event, &mut scratch, &mut |rule| hits.push(rule));
    let twin: Vec<usize> = set
        .rules()
        .iter()
        .enumerate()
        .filter(|(_, rule)| sigma::naive::matches(rule, event))
        .map(|(index, _)| index)
        .collect();
    assert_eq!(hits, twin, "matcher and twin differ on {event:?}");
    let explained: Vec<usize> =
        (0..set.rules().len()).filter(|rule| set.explain(*rule, event).matched).collect();
    assert_eq!(hits, explained, "matcher and explanation differ on {event:?}");
    hits
}
