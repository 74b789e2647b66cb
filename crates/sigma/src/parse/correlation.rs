//! A correlation rule as parsed: which rules it combines, over which fields and time span, and when that is an alert.
//!
//! Sigma correlation rules specification 2.1. References are kept as names here; [`crate::Correlations`] resolves
//! them against a rule set, because the rules may be in other files.

use crate::parse::condition::{self, Condition};
use crate::parse::diagnostic::{Diagnostics, shown};
use crate::parse::keys::{close_key, repeated_keys, within};
use crate::parse::names::{PlacedName, names};
use crate::parse::rule::{Rule, metadata};
use crate::parse::yaml::YamlNode;
use crate::values::number::{Comparison, Decimal, UNIT, units};

/// Rules that one correlation refers to. Public correlations name 4 at most.
pub(crate) const REFERENCES_MAX: usize = 64;
/// Fields that one correlation groups by or counts.
pub(crate) const FIELDS_MAX: usize = 16;
/// Search identifiers in the condition of a temporal correlation.
const EXPRESSION_OPERANDS_MAX: usize = 1_000;

/// What a correlation rule counts or computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrelationKind {
    /// The number of events.
    EventCount,
    /// The number of different values of a field.
    ValueCount,
    /// The number of its rules that matched.
    Temporal,
    /// The number of its rules that matched in their order.
    TemporalOrdered,
    /// The sum of a field.
    ValueSum,
    /// The average of a field.
    ValueAverage,
    /// The share, in percent, of the newest event's value among all values of the field.
    ValuePercentile,
}

impl CorrelationKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::EventCount,
        Self::ValueCount,
        Self::Temporal,
        Self::TemporalOrdered,
        Self::ValueSum,
        Self::ValueAverage,
        Self::ValuePercentile,
    ];

    /// The word of the specification.
    pub fn name(self) -> &'static str {
        match self {
            Self::EventCount => "event_count",
            Self::ValueCount => "value_count",
            Self::Temporal => "temporal",
            Self::TemporalOrdered => "temporal_ordered",
            Self::ValueSum => "value_sum",
            Self::ValueAverage => "value_avg",
            Self::ValuePercentile => "value_percentile",
        }
    }

    pub(crate) fn needs_field(self) -> bool {
        !matches!(self, Self::EventCount | Self::Temporal | Self::TemporalOrdered)
    }
}

/// Another name for fields: for each rule, the field of its events that the name means.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) fields: Vec<(PlacedName, String)>,
}

/// One comparison of the condition; all comparisons must hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threshold {
    pub(crate) comparison: Comparison,
    pub(crate) negated: bool,
    /// In units of [`UNIT`].
    pub(crate) bound: i128,
}

/// The condition under which a window is an alert.
#[derive(Clone, Debug)]
pub(crate) enum Trigger {
    Thresholds(Vec<Threshold>),
    /// Over the indices of `references`.
    Expression(Condition),
}

/// A correlation rule as parsed.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// Title, id, name, level, author and so on; its log source and detection are empty.
    pub about: Rule,
    /// What it counts or computes.
    pub kind: CorrelationKind,
    /// Length of a window in microseconds.
    pub timespan_microseconds: i64,
    /// Whether matches of the rules it refers to remain alerts of their own.
    pub generate: bool,
    pub(crate) references: Vec<PlacedName>,
    pub(crate) group_by: Vec<String>,
    pub(crate) value_fields: Vec<String>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) trigger: Trigger,
}

impl Correlation {
    /// Names or ids of the rules it refers to, in its order.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|named| named.name.as_str())
    }

    /// Fields, or aliases, that it groups by.
    pub fn group_by(&self) -> impl Iterator<Item = &str> {
        self.group_by.iter().map(String::as_str)
    }
}

/// Reads the document of a correlation rule.
pub(crate) fn read(root: &YamlNode, diagnostics: &mut Diagnostics) -> Option<Correlation> {
    let node = root.get("correlation")?;
    let Some(pairs) = node.mapping() else {
        let message = format!("`correlation` is {}, not a map", node.kind());
        diagnostics.error("correlation-not-a-map", node.place, message, None);
        return None;
    };
    repeated_keys(root.mapping()?, diagnostics);
    repeated_keys(pairs, diagnostics);
    let known = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"];
    for (key, _) in pairs {
        let name = key.text().unwrap_or_default();
        if !known.contains(&name) {
            let help = close_key(name, &known).map(|close| format!("did you mean `{close}`?"));
            let message = format!("`{}` is not a part of a correlation", shown(name));
            diagnostics.error("unknown-correlation-key", key.place, message, help.as_deref());
        }
    }
    let about = metadata(root, diagnostics);
    let kind = kind(node, diagnostics);
    let timespan = timespan(node, diagnostics);
    let references = names(node, "rules", REFERENCES_MAX, diagnostics);
    if references.is_empty() {
        missing(node, "rules", diagnostics);
    }
    let group_by = texts(names(node, "group-by", FIELDS_MAX, diagnostics));
    if group_by.is_empty() {
        let message =
            "the correlation has no `group-by`, so events of all hosts and users are counted together";
        diagnostics.warning("missing-group-by", node.place, message.to_owned(), None);
    }
    let kind = kind?;
    let (trigger, value_fields) = trigger(node, kind, &references, diagnostics)?;
    let aliases = aliases(node, diagnostics);
    let generate = generate(root, node, diagnostics);
    (!diagnostics.refused()).then_some(())?;
    let timespan_microseconds = timespan?;
    Some(Correlation {
        about,
        kind,
        timespan_microseconds,
        generate,
        references,
        group_by,
        value_fields,
        aliases,
        trigger,
    })
}

fn missing(node: &YamlNode, key: &str, diagnostics: &mut Diagnostics) {
    let message = format!("the correlation has no `{key}`");
    diagnostics.error("missing-correlation-key", node.place, message, None);
}

fn kind(node: &YamlNode, diagnostics: &mut Diagnostics) -> Option<CorrelationKind> {
    let Some(written) = node.get("type") else {
        missing(node, "type", diagnostics);
        return None;
    };
    let text = written.text().unwrap_or(written.kind());
    let kind = CorrelationKind::ALL.into_iter().find(|kind| kind.name() == text);
    if kind.is_none() {
        let message = format!("`{}` is not a type of correlation", shown(text));
        let help = format!("use one of: {}", CorrelationKind::ALL.map(CorrelationKind::name).join(", "));
        diagnostics.error("unknown-correlation-type", written.place, message, Some(&help));
    }
    kind
}

fn timespan(node: &YamlNode, diagnostics: &mut Diagnostics) -> Option<i64> {
    let Some(written) = node.get("timespan") else {
        missing(node, "timespan", diagnostics);
        return None;
    };
    let text = written.text().unwrap_or(written.kind());
    let read = microseconds(text);
    if read.is_none() {
        let message = format!("`{}` is not a time span", shown(text));
        let help = "write a number and a letter: s, m, h, d, w, M (months) or y";
        diagnostics.error("bad-timespan", written.place, message, Some(help));
    }
    read
}

/// Months and years have the mean length of the Gregorian calendar, as in other converters of Sigma.
fn microseconds(text: &str) -> Option<i64> {
    let mut characters = text.trim().chars();
    let seconds: i64 = match characters.next_back()? {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        'M' => 2_629_746,
        'y' => 31_556_952,
        _ => return None,
    };
    let number = characters.as_str();
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let span = number.parse::<i64>().ok()?.checked_mul(seconds)?.checked_mul(1_000_000)?;
    (span > 0).then_some(span)
}

fn texts(names: Vec<PlacedName>) -> Vec<String> {
    names.into_iter().map(|named| named.name).collect()
}

fn trigger(
    node: &YamlNode,
    kind: CorrelationKind,
    references: &[PlacedName],
    diagnostics: &mut Diagnostics,
) -> Option<(Trigger, Vec<String>)> {
    let temporal = matches!(kind, CorrelationKind::Temporal | CorrelationKind::TemporalOrdered);
    let Some(written) = node.get("condition").filter(|written| !written.is_null()) else {
        if temporal {
            let bound = i128::try_from(references.len()).unwrap_or(i128::MAX) * UNIT;
            let all = Threshold { comparison: Comparison::GreaterOrEqual, negated: false, bound };
            return Some((Trigger::Thresholds(vec![all]), Vec::new()));
        }
        missing(node, "condition", diagnostics);
        return None;
    };
    if let (true, Some(text)) = (temporal, written.text()) {
        let condition = expression(text, written, kind, references, diagnostics)?;
        return Some((Trigger::Expression(condition), Vec::new()));
    }
    let Some(pairs) = written.mapping() else {
        let message = format!("the condition is {}, not a map", written.kind());
        diagnostics.error("correlation-condition", written.place, message, Some("write `gte: 10`"));
        return None;
    };
    repeated_keys(pairs, diagnostics);
    let mut thresholds = Vec::new();
    for (key, value) in pairs.iter().filter(|(key, _)| key.text() != Some("field")) {
        thresholds.extend(threshold(key, value, diagnostics));
    }
    let fields = texts(names(written, "field", FIELDS_MAX, diagnostics));
    if kind.needs_field() && fields.is_empty() {
        let message = format!("`{}` needs a `field` whose values it computes with", kind.name());
        diagnostics.error("missing-field", written.place, message, None);
    }
    if fields.len() > 1 && kind != CorrelationKind::ValueCount {
        let message = format!("`{}` computes with one field, not several", kind.name());
        diagnostics.error("too-many-fields", written.place, message, None);
    }
    if !kind.needs_field() && !fields.is_empty() {
        let message = format!("`field` has no effect on `{}`", kind.name());
        diagnostics.error("field-without-effect", written.place, message, None);
    }
    if thresholds.is_empty() && !diagnostics.refused() {
        let message = "the condition compares nothing".to_owned();
        diagnostics.error("correlation-condition", written.place, message, Some("write `gte: 10`"));
    }
    Some((Trigger::Thresholds(thresholds), fields))
}

fn threshold(key: &YamlNode, value: &YamlNode, diagnostics: &mut Diagnostics) -> Option<Threshold> {
    let (comparison, negated) = match key.text().unwrap_or_default() {
        "gt" => (Comparison::Greater, false),
        "gte" => (Comparison::GreaterOrEqual, false),
        "lt" => (Comparison::Less, false),
        "lte" => (Comparison::LessOrEqual, false),
        "eq" => (Comparison::Equal, false),
        "neq" => (Comparison::Equal, true),
        other => {
            let message = format!("`{}` is not a comparison", shown(other));
            let help = Some("use one of: gt, gte, lt, lte, eq, neq");
            diagnostics.error("unknown-comparison", key.place, message, help);
            return None;
        }
    };
    let bound = value.text().and_then(Decimal::parse).and_then(units);
    if bound.is_none() {
        let message = format!("`{}` is not a number", shown(value.text().unwrap_or(value.kind())));
        diagnostics.error("not-a-number", value.place, message, None);
    }
    Some(Threshold { comparison, negated, bound: bound? })
}

/// The condition of a temporal correlation as an expression over its rules.
fn expression(
    text: &str,
    node: &YamlNode,
    kind: CorrelationKind,
    references: &[PlacedName],
    diagnostics: &mut Diagnostics,
) -> Option<Condition> {
    let names = condition::SearchNames::new(references.iter().map(|named| named.name.as_str()));
    match condition::parse(text, &names, &mut condition::ConditionBudget::new(EXPRESSION_OPERANDS_MAX)) {
        Ok(condition) => {
            let conjunction = match &condition {
                Condition::All(items) => items.iter().all(|item| matches!(item, Condition::Search(_))),
                other => matches!(other, Condition::Search(_)),
            };
            if kind == CorrelationKind::TemporalOrdered && !conjunction {
                let message = "an order is defined only for rules joined by `and`".to_owned();
                let help = Some("use `temporal`, or chain two correlations");
                diagnostics.error("ordered-condition", node.place, message, help);
            }
            Some(condition)
        }
        Err(fault) => {
            let place = within(node, text, fault.at, fault.length);
            diagnostics.error(fault.rule, place, fault.message, fault.help.as_deref());
            None
        }
    }
}

fn aliases(node: &YamlNode, diagnostics: &mut Diagnostics) -> Vec<Alias> {
    let Some(written) = node.get("aliases").filter(|written| !written.is_null()) else { return Vec::new() };
    let Some(pairs) = written.mapping().filter(|pairs| pairs.len() <= FIELDS_MAX) else {
        let message = format!("`aliases` is not a map of at most {FIELDS_MAX} names");
        diagnostics.error("bad-alias", written.place, message, None);
        return Vec::new();
    };
    repeated_keys(pairs, diagnostics);
    let mut aliases = Vec::new();
    for (key, value) in pairs {
        let (Some(name), Some(fields)) = (key.text(), value.mapping()) else {
            let message = "an alias is a map from the name of a rule to the name of a field".to_owned();
            diagnostics.error("bad-alias", value.place, message, None);
            continue;
        };
        repeated_keys(fields, diagnostics);
        let mut alias = Alias { name: name.to_owned(), fields: Vec::new() };
        for (rule, field) in fields {
            match (rule.text(), field.text().filter(|_| !field.is_null())) {
                (Some(rule_name), Some(field)) => {
                    let named = PlacedName { name: rule_name.to_owned(), place: rule.place };
                    alias.fields.push((named, field.to_owned()));
                }
                _ => {
                    let message = "an alias is a map from the name of a rule to the name of a field";
                    diagnostics.error("bad-alias", field.place, message.to_owned(), None);
                }
            }
        }
        aliases.push(alias);
    }
    aliases
}

/// The schema has `generate` beside `correlation`; many rules have it inside.
fn generate(root: &YamlNode, node: &YamlNode, diagnostics: &mut Diagnostics) -> bool {
    let Some(written) = root.get("generate").or_else(|| node.get("generate")) else { return false };
    match written.text().map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "yes") => true,
        Some("false" | "no" | "") => false,
        _ => {
            let message = "`generate` takes true or false".to_owned();
            diagnostics.error("not-a-truth-value", written.place, message, None);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_are_a_number_and_a_letter() {
        let day = 86_400_000_000;
        for (text, expected) in [
            ("90m", Some(5_400_000_000)),
            ("1d", Some(day)),
            ("2w", Some(14 * day)),
            ("1M", Some(2_629_746_000_000)),
            ("1y", Some(31_556_952_000_000)),
            ("0s", None),
            ("-1s", None),
            ("1.5h", None),
            ("10", None),
            ("h", None),
            ("", None),
            ("1H", None),
            ("292271y", Some(292_271 * 31_556_952_000_000)),
            ("292278y", None),
            ("99999999999999999999s", None),
        ] {
            assert_eq!(microseconds(text), expected, "{text}");
        }
    }
}
