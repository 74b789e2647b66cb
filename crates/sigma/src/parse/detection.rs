//! The detection of a rule: its conditions, and for each search identifier the fields and values that it compares.
//!
//! Sigma rules specification 2.1, "Detection". A map is an AND of its keys, a list of maps an OR of the maps,
//! a list of values under a key an OR of the values (an AND with `all`), and a list of values without a key is a list
//! of keywords. Modifiers are applied here, once: the result contains only [`Matcher`]s.

use std::collections::{HashMap, HashSet};

use crate::parse::condition::{self, Condition};
use crate::parse::diagnostic::{Diagnostics, SourcePlace, shown};
use crate::parse::keys::within;
use crate::parse::modifier::{self, Chain, ComparisonKind, Modifier};
use crate::parse::yaml::{YamlContent, YamlNode};
use crate::values::encode;
use crate::values::expression::{Expression, Refusal};
use crate::values::flags::Flags;
use crate::values::network::Network;
use crate::values::number::{Comparison, DatePart, Decimal};
use crate::values::pattern::{Pattern, VALUE_BYTES_MAX, WILDCARDS_MAX};

/// Values of one rule after modifiers. The largest public rule has 4,433.
pub(crate) const VALUES_MAX: usize = 20_000;
/// Expressions of one rule; each may cost milliseconds to compile. The public rules have 61 at most.
pub(crate) const EXPRESSIONS_MAX: usize = 200;
/// Expressions of one file. All public rules together have 306.
pub(crate) const FILE_EXPRESSIONS_MAX: usize = 2_000;

/// Bytes that the expressions of one file may compile to: enough for about a thousand expressions of public rules.
const FILE_EXPRESSION_BYTES_MAX: usize = 32 << 20;
/// Bytes that the values of one file may have after encoding. All public rules together have less than 2 MB.
const FILE_VALUE_BYTES_MAX: usize = 8 << 20;
/// Search identifiers that the conditions of one file may name. All public rules together name some 20,000.
const FILE_OPERANDS_MAX: usize = 400_000;
/// Texts that a value with dashes may expand to when it is encoded: three dashes with five variants each.
const PERMUTATIONS_MAX: usize = 125;

/// How one value of a rule is compared with the values of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Matcher {
    Text(Pattern),
    /// The field is missing or null.
    Null,
    Exists(bool),
    Expression(Box<Expression>),
    Network(Network),
    /// The number, or the part of the date, as the rule writes the bound.
    Number(Option<DatePart>, Comparison, String),
    /// Another field of the event: its name, and whether other text may precede and follow its value.
    Field {
        name: String,
        before: bool,
        after: bool,
        cased: bool,
    },
}

/// A value, and its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct RuleValue {
    pub(crate) matcher: Matcher,
    pub(crate) place: SourcePlace,
}

/// A key of a search with its values.
#[derive(Clone, Debug)]
pub(crate) struct DetectionItem {
    /// `None` for keywords: any field.
    pub(crate) field: Option<String>,
    /// The key as written, modifiers included.
    pub(crate) key: String,
    pub(crate) values: Vec<RuleValue>,
    /// Whether all values must match, not only one.
    pub(crate) all: bool,
    /// Whether none of the values may match (`neq`).
    pub(crate) negated: bool,
}

/// Items, combined as the YAML combines them.
#[derive(Clone, Debug)]
pub(crate) enum ItemGroup {
    Item(DetectionItem),
    All(Vec<ItemGroup>),
    Any(Vec<ItemGroup>),
}

/// A search identifier.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) name: String,
    pub(crate) group: ItemGroup,
}

/// The whole detection.
#[derive(Clone, Debug, Default)]
pub(crate) struct RuleDetection {
    pub(crate) searches: Vec<Search>,
    /// Each condition as written and as parsed; a list of conditions is an OR.
    pub(crate) conditions: Vec<(String, Condition)>,
}

/// Reads the map under `detection`.
pub(crate) fn read(node: &YamlNode, diagnostics: &mut Diagnostics) -> Option<RuleDetection> {
    let Some(pairs) = node.mapping() else {
        let message = format!("`detection` is {}, not a map of search identifiers", node.kind());
        diagnostics.error("detection-not-a-map", node.place, message, None);
        return None;
    };
    let mut reader = DetectionReader { values: 0, expressions: 0, diagnostics };
    reader.unique_keys(pairs);
    let mut searches = Vec::new();
    for (key, value) in pairs {
        match key.text() {
            Some("condition") => {}
            Some("timeframe") => {
                let message = "`timeframe` is of Sigma 1 and has no effect".to_owned();
                reader.diagnostics.warning(
                    "timeframe-ignored",
                    key.place,
                    message,
                    Some("write a correlation rule"),
                );
            }
            Some(name) => {
                let group = reader.search(value)?;
                searches.push(Search { name: name.to_owned(), group });
            }
            None => {
                let message = "a search identifier is not a name".to_owned();
                reader.diagnostics.error("detection-not-a-map", key.place, message, None);
            }
        }
    }
    let conditions = reader.conditions(node, &searches)?;
    let detection = RuleDetection { searches, conditions };
    reader.unused(&detection, pairs);
    Some(detection)
}

struct DetectionReader<'d> {
    values: usize,
    expressions: usize,
    diagnostics: &'d mut Diagnostics,
}

impl DetectionReader<'_> {
    fn unique_keys(&mut self, pairs: &[(YamlNode, YamlNode)]) {
        let mut seen = HashSet::new();
        for (key, _) in pairs {
            let Some(name) = key.text() else { continue };
            if !seen.insert(name) {
                let message = format!(
                    "the key `{}` appears twice in one map, and only one of them can count",
                    shown(name)
                );
                let help = Some("write a list of values, or a second search identifier");
                self.diagnostics.error("duplicate-key", key.place, message, help);
            }
        }
    }

    fn conditions(&mut self, node: &YamlNode, searches: &[Search]) -> Option<Vec<(String, Condition)>> {
        let Some(written) = node.get("condition") else {
            let message = "the detection has no `condition`".to_owned();
            self.diagnostics.error("missing-condition", node.place, message, None);
            return None;
        };
        let texts = match &written.content {
            YamlContent::Sequence(items) => items.iter().collect(),
            _ => vec![written],
        };
        let names = condition::SearchNames::new(searches.iter().map(|search| search.name.as_str()));
        let mut conditions = Vec::new();
        let left = FILE_OPERANDS_MAX.saturating_sub(self.diagnostics.spent.operands);
        let whole = condition::OPERANDS_MAX.min(left);
        let mut budget = condition::ConditionBudget::new(whole);
        for node in texts {
            let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else {
                let message = format!("the condition is {}, not text", node.kind());
                self.diagnostics.error("condition-syntax", node.place, message, None);
                return None;
            };
            match condition::parse(text, &names, &mut budget) {
                Ok(condition) => conditions.push((text.to_owned(), condition)),
                Err(fault) => {
                    let place = within(node, text, fault.at, fault.length);
                    self.diagnostics.error(fault.rule, place, fault.message, fault.help.as_deref());
                    return None;
                }
            }
        }
        self.diagnostics.spent.operands += whole - budget.operands;
        if conditions.is_empty() {
            let message = "the list of conditions is empty".to_owned();
            self.diagnostics.error("missing-condition", written.place, message, None);
            return None;
        }
        Some(conditions)
    }

    fn unused(&mut self, detection: &RuleDetection, pairs: &[(YamlNode, YamlNode)]) {
        fn mark(condition: &Condition, used: &mut HashSet<usize>) {
            match condition {
                Condition::Search(index) => {
                    used.insert(*index);
                }
                Condition::Not(inner) => mark(inner, used),
                Condition::All(items) | Condition::Any(items) => {
                    items.iter().for_each(|item| mark(item, used))
                }
            }
        }
        let mut used = HashSet::new();
        detection.conditions.iter().for_each(|(_, condition)| mark(condition, &mut used));
        let places: HashMap<&str, SourcePlace> =
            pairs.iter().rev().filter_map(|(key, _)| Some((key.text()?, key.place))).collect();
        for (index, search) in detection.searches.iter().enumerate() {
            let place = places.get(search.name.as_str()).copied();
            if let Some(place) = place.filter(|_| !used.contains(&index) && !search.name.starts_with('_')) {
                let message = format!("the condition does not use `{}`", shown(&search.name));
                self.diagnostics.warning("unused-search", place, message, None);
            }
        }
    }

    fn search(&mut self, node: &YamlNode) -> Option<ItemGroup> {
        match &node.content {
            YamlContent::Mapping(pairs) => self.map(node, pairs),
            YamlContent::Sequence(items) if items.iter().all(|item| item.mapping().is_none()) => {
                let values: Vec<&YamlNode> = items.iter().collect();
                let chain = modifier::read(std::iter::empty(), node.place, self.diagnostics)?;
                self.item(None, "", &chain, &values, node.place).map(ItemGroup::Item)
            }
            YamlContent::Sequence(items) => {
                let groups: Option<Vec<ItemGroup>> = items.iter().map(|item| self.search(item)).collect();
                groups.map(ItemGroup::Any)
            }
            YamlContent::Scalar { .. } => {
                let chain = modifier::read(std::iter::empty(), node.place, self.diagnostics)?;
                self.item(None, "", &chain, &[node], node.place).map(ItemGroup::Item)
            }
        }
    }

    fn map(&mut self, node: &YamlNode, pairs: &[(YamlNode, YamlNode)]) -> Option<ItemGroup> {
        self.unique_keys(pairs);
        if pairs.is_empty() {
            let message = "the search is an empty map, so it compares nothing".to_owned();
            self.diagnostics.error("empty-search", node.place, message, None);
            return None;
        }
        let mut groups = Vec::new();
        for (key, value) in pairs {
            let Some(name) = key.text() else {
                let message = format!("the name of a field is {}", key.kind());
                self.diagnostics.error("field-not-a-name", key.place, message, None);
                return None;
            };
            let mut pieces = name.split('|');
            let field = pieces.next().unwrap_or_default();
            let chain = modifier::read(pieces, key.place, self.diagnostics)?;
            let values: Vec<&YamlNode> = match &value.content {
                YamlContent::Sequence(items) => items.iter().collect(),
                YamlContent::Scalar { .. } => vec![value],
                YamlContent::Mapping(_) => {
                    let message = format!("the value of `{}` is a map", shown(name));
                    let help = Some("join nested names by dots: `parent.child: value`");
                    self.diagnostics.error("nested-map", value.place, message, help);
                    return None;
                }
            };
            let field = (!field.is_empty()).then_some(field);
            groups.push(ItemGroup::Item(self.item(field, name, &chain, &values, key.place)?));
        }
        Some(if groups.len() == 1 { groups.pop()? } else { ItemGroup::All(groups) })
    }

    fn item(
        &mut self,
        field: Option<&str>,
        key: &str,
        chain: &Chain,
        nodes: &[&YamlNode],
        place: SourcePlace,
    ) -> Option<DetectionItem> {
        if nodes.is_empty() {
            let message = format!("the list of values of `{}` is empty", shown(key));
            self.diagnostics.error("empty-list", place, message, None);
            return None;
        }
        let anchored = chain.has(Modifier::StartsWith) || chain.has(Modifier::EndsWith);
        if field.is_none() && anchored {
            let message = "`startswith` and `endswith` need the name of a field".to_owned();
            let help = Some("keywords match anywhere in a value");
            self.diagnostics.error("modifier-conflict", place, message, help);
            return None;
        }
        if chain.all && nodes.len() == 1 {
            let message = "`all` has no effect on a single value".to_owned();
            self.diagnostics.warning("all-with-single-value", place, message, None);
        }
        if chain.has(Modifier::Base64Offset) && !chain.has(Modifier::Contains) {
            let message =
                "`base64offset` without `contains` compares a fragment with the whole value".to_owned();
            self.diagnostics.warning(
                "base64offset-without-contains",
                place,
                message,
                Some("add `|contains`"),
            );
        }
        let mut values = Vec::new();
        let mut any_of_one = false;
        for node in nodes {
            let matchers = self.value(field, chain, node)?;
            any_of_one |= matchers.len() > 1;
            self.values += matchers.len();
            if self.values > VALUES_MAX {
                let message = format!("the rule has more than {VALUES_MAX} values");
                self.diagnostics.error("rule-too-large", node.place, message, None);
                return None;
            }
            values.extend(matchers.into_iter().map(|matcher| RuleValue { matcher, place: node.place }));
        }
        if chain.all && any_of_one {
            let message = "with `all`, every encoded form of a value would have to match at once".to_owned();
            self.diagnostics.error(
                "modifier-conflict",
                place,
                message,
                Some("write one search identifier for each value"),
            );
            return None;
        }
        let (all, negated) = (chain.all && !chain.negated, chain.negated);
        Some(DetectionItem { field: field.map(str::to_owned), key: key.to_owned(), values, all, negated })
    }

    fn value(&mut self, field: Option<&str>, chain: &Chain, node: &YamlNode) -> Option<Vec<Matcher>> {
        let Some(text) = node.text() else {
            let message = format!("a value is {}", node.kind());
            self.diagnostics.error("value-not-text", node.place, message, None);
            return None;
        };
        if text.len() > VALUE_BYTES_MAX {
            let message = format!("the value is longer than {VALUE_BYTES_MAX} bytes");
            self.diagnostics.error("value-too-long", node.place, message, None);
            return None;
        }
        if node.is_null() {
            if chain.kind == ComparisonKind::Text && chain.modifiers.is_empty() && field.is_some() {
                return Some(vec![Matcher::Null]);
            }
            let message = "null can only be compared with a field, without modifiers".to_owned();
            self.diagnostics.error("null-value", node.place, message, Some("quote it if the word is meant"));
            return None;
        }
        if field.is_none() && matches!(chain.kind, ComparisonKind::Exists | ComparisonKind::FieldReference) {
            let message = "this modifier needs the name of a field".to_owned();
            self.diagnostics.error("modifier-conflict", node.place, message, None);
            return None;
        }
        if chain.kind == ComparisonKind::Expression {
            self.expressions += 1;
            let spent = &mut self.diagnostics.spent;
            spent.expressions += 1;
            if self.expressions > EXPRESSIONS_MAX || spent.expressions > FILE_EXPRESSIONS_MAX {
                let message = format!(
                    "there are more than {EXPRESSIONS_MAX} expressions in the rule, or {FILE_EXPRESSIONS_MAX} in the file"
                );
                self.diagnostics.error("too-many-expressions", node.place, message, None);
                return None;
            }
        }
        match typed(chain, text) {
            Ok(matchers) => {
                self.within_limits(&matchers, node).then(|| self.checked(field, matchers, node))?
            }
            Err((rule, message)) => {
                self.diagnostics.error(rule, node.place, message, None);
                None
            }
        }
    }

    /// Whether the file stays within its limits with what a value expands to.
    fn within_limits(&mut self, matchers: &[Matcher], node: &YamlNode) -> bool {
        let spent = &mut self.diagnostics.spent;
        let (expressions, values) = (spent.expression_bytes, spent.value_bytes);
        for matcher in matchers {
            match matcher {
                Matcher::Expression(expression) => spent.expression_bytes += expression.size_bytes,
                Matcher::Text(pattern) => spent.value_bytes += pattern.bytes(),
                _ => {}
            }
        }
        // When the expressions of a file are too large, its rules without expressions are still read.
        let over = |before: usize, now: usize, max: usize| now > before && now > max;
        let message = if over(expressions, spent.expression_bytes, FILE_EXPRESSION_BYTES_MAX) {
            format!("the expressions of the file compile to more than {FILE_EXPRESSION_BYTES_MAX} bytes")
        } else if over(values, spent.value_bytes, FILE_VALUE_BYTES_MAX) {
            format!("the values of the file have more than {FILE_VALUE_BYTES_MAX} bytes")
        } else {
            return true;
        };
        self.diagnostics.error("file-too-large", node.place, message, Some("write several files"));
        false
    }

    fn checked(
        &mut self,
        field: Option<&str>,
        matchers: Vec<Matcher>,
        node: &YamlNode,
    ) -> Option<Vec<Matcher>> {
        for matcher in &matchers {
            match matcher {
                Matcher::Text(pattern) if pattern.wildcards() > WILDCARDS_MAX => {
                    let message = format!("the value has more than {WILDCARDS_MAX} wildcards");
                    self.diagnostics.error("too-many-wildcards", node.place, message, None);
                    return None;
                }
                Matcher::Network(network) if network.has_host_bits() => {
                    let message = "the network has bits set beyond its prefix; they are ignored".to_owned();
                    self.diagnostics.warning("network-host-bits", node.place, message, None);
                }
                _ => {}
            }
        }
        // Keywords match anywhere in a value.
        let open = |matcher| match matcher {
            Matcher::Text(pattern) if field.is_none() => Matcher::Text(pattern.open(true, true)),
            other => other,
        };
        Some(matchers.into_iter().map(open).collect())
    }
}

fn typed(chain: &Chain, text: &str) -> Result<Vec<Matcher>, Refusal> {
    let matcher = match chain.kind {
        ComparisonKind::Text => return texts(chain, text),
        ComparisonKind::Expression => {
            let flags = Flags {
                insensitive: chain.has(Modifier::Insensitive),
                multi_line: chain.has(Modifier::MultiLine),
                dot_all: chain.has(Modifier::DotAll),
            };
            let (before, after) = chain.open();
            Matcher::Expression(Box::new(Expression::compile(text, flags, (after, before))?))
        }
        ComparisonKind::Network => match Network::parse(text) {
            Some(network) => Matcher::Network(network),
            None => {
                return Err((
                    "invalid-network",
                    format!("`{}` is not a network in CIDR notation", shown(text)),
                ));
            }
        },
        ComparisonKind::Exists => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Matcher::Exists(true),
            "false" | "no" => Matcher::Exists(false),
            _ => {
                return Err((
                    "not-a-truth-value",
                    format!("`exists` takes true or false, not `{}`", shown(text)),
                ));
            }
        },
        ComparisonKind::FieldReference => {
            let (before, after) = chain.open();
            Matcher::Field { name: text.to_owned(), before, after, cased: chain.has(Modifier::Cased) }
        }
        ComparisonKind::Number(part, comparison) => match Decimal::parse(text) {
            Some(_) => Matcher::Number(part, comparison, text.to_owned()),
            None => return Err(("not-a-number", format!("`{}` is not a number", shown(text)))),
        },
    };
    Ok(vec![matcher])
}

/// An intermediate result of the modifiers: text, or bytes after an encoding in UTF-16.
enum Stage {
    Text(Pattern),
    Bytes(Vec<u8>),
}

/// Applies the modifiers that change text, in the order written.
fn texts(chain: &Chain, text: &str) -> Result<Vec<Matcher>, Refusal> {
    let expand = chain.has(Modifier::Expand);
    let first = if expand { Pattern::parse_placeholders(text) } else { Pattern::parse(text) };
    let mut stages = vec![Stage::Text(first)];
    for modifier in &chain.modifiers {
        let mut next = Vec::new();
        for stage in stages {
            transform(*modifier, stage, &mut next)?;
        }
        stages = next;
    }
    let cased = chain.has(Modifier::Cased);
    stages
        .into_iter()
        .map(|stage| {
            let mut pattern = match stage {
                Stage::Text(pattern) => pattern,
                Stage::Bytes(bytes) => Pattern::literal(&plain_text(bytes)?),
            };
            pattern.cased = cased;
            Ok(Matcher::Text(pattern))
        })
        .collect()
}

fn transform(modifier: Modifier, stage: Stage, out: &mut Vec<Stage>) -> Result<(), Refusal> {
    match modifier {
        Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith => {
            let pattern = match stage {
                Stage::Text(pattern) => pattern,
                Stage::Bytes(bytes) => Pattern::literal(&plain_text(bytes)?),
            };
            let contains = modifier == Modifier::Contains;
            let before = contains || modifier == Modifier::EndsWith;
            let after = contains || modifier == Modifier::StartsWith;
            out.push(Stage::Text(pattern.open(before, after)));
        }
        Modifier::Windash => out.push(match stage {
            Stage::Text(pattern) => Stage::Text(pattern.windash()),
            Stage::Bytes(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Stage::Text(Pattern::literal(&text).windash()),
                Err(other) => Stage::Bytes(other.into_bytes()),
            },
        }),
        Modifier::Base64 => {
            for bytes in bytes_of(stage)? {
                out.push(Stage::Text(Pattern::literal(&encode::base64(&bytes))));
            }
        }
        Modifier::Base64Offset => {
            for bytes in bytes_of(stage)? {
                let offsets = encode::base64_offsets(&bytes);
                let certain = offsets.iter().filter(|offset| !offset.is_empty());
                let before = out.len();
                out.extend(certain.map(|offset| Stage::Text(Pattern::literal(offset))));
                if out.len() < before + offsets.len() {
                    let message =
                        "the value is too short: at one of the offsets, no letter of its encoding is certain";
                    return Err(("base64offset-too-short", message.to_owned()));
                }
            }
        }
        Modifier::Utf16Le | Modifier::Utf16Be | Modifier::Utf16 => {
            for text in texts_of(stage)? {
                let mark: &[u8] = if modifier == Modifier::Utf16 { &[0xff, 0xfe] } else { &[] };
                let mut bytes = mark.to_vec();
                bytes.extend(encode::utf16(&text, modifier == Modifier::Utf16Be));
                out.push(Stage::Bytes(bytes));
            }
        }
        _ => out.push(stage),
    }
    Ok(())
}

/// The texts that a value expands to: one for each permutation of its dashes.
fn texts_of(stage: Stage) -> Result<Vec<String>, Refusal> {
    match stage {
        Stage::Text(pattern) => pattern.permutations(PERMUTATIONS_MAX).ok_or_else(|| {
            let message = format!(
                "a wildcard or a placeholder cannot be encoded, and neither can dashes that expand to more than {PERMUTATIONS_MAX} texts"
            );
            ("encoding-of-wildcard", message)
        }),
        Stage::Bytes(_) => Err(("modifier-conflict", "the value is encoded in UTF-16 twice".to_owned())),
    }
}

fn bytes_of(stage: Stage) -> Result<Vec<Vec<u8>>, Refusal> {
    match stage {
        Stage::Bytes(bytes) => Ok(vec![bytes]),
        text => Ok(texts_of(text)?.into_iter().map(String::into_bytes).collect()),
    }
}

fn plain_text(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|_| {
        (
            "encoding-not-text",
            "the encoded value is not text, so no field can contain it; add `base64`".to_owned(),
        )
    })
}
