//! SARIF 2.1.0 (OASIS): results of scanners that name a vulnerability; those of linters name none and are counted.
//!
//! The identifier of a result is looked for in its rule (3.27.5), in what the rule says of itself (3.49), and last in the
//! message (3.27.11). Which package has it, SARIF has no field for: Trivy, Grype, Docker Scout and OSV-Scanner each write
//! it into messages and property bags in a form of their own, and these are read.

use super::identifiers;
use super::results::{Item, Results};
use crate::held;
use crate::{purl, software};
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::{Place, Problems, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("runs") && (head.contains("sarif") || head.has_key("version") && head.contains("\"driver\""))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(log) = held::tree(document, problems) else { return };
    let (mut count, mut results) = (0, Results::new(&source));
    for run in held::list(&log, "runs") {
        let driver = run.pointer("/tool/driver").unwrap_or(&Value::Null);
        let scanner = held::text(driver, "name").unwrap_or("scanner");
        let ends = held::list(run, "invocations").iter().filter_map(|one| held::text(one, "endTimeUtc"));
        let found = ends.filter_map(Timestamp::parse).max();
        let rules = rules(run, driver);
        let listed = held::list(driver, "rules");
        for result in held::list(run, "results") {
            let place = held::next(&mut count);
            let id =
                held::text(result, "ruleId").or_else(|| result.pointer("/rule/id").and_then(Value::as_str));
            let index = result.get("ruleIndex").or_else(|| result.pointer("/rule/index"));
            let index = index.and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
            let by_id = id.and_then(|id| rules.get(id).copied());
            let rule = by_id.or_else(|| index.and_then(|index| listed.get(index))).unwrap_or(&Value::Null);
            let item = Item { scanner: scanner.to_owned(), found, ..Item::default() };
            give(&source, place, (id, rule, result), item, &mut results, each);
        }
    }
    results.end(problems);
}

/// The rules of a run by their identifier, those of extensions, too (3.18.3).
fn rules<'v>(run: &'v Value, driver: &'v Value) -> BTreeMap<&'v str, &'v Value> {
    let extensions = run.pointer("/tool/extensions").and_then(Value::as_array);
    let tools = std::iter::once(driver).chain(extensions.into_iter().flatten());
    let rules = tools.flat_map(|tool| held::list(tool, "rules"));
    rules.filter_map(|rule| Some((held::text(rule, "id")?, rule))).collect()
}

fn give(
    source: &Arc<str>,
    place: Place,
    (id, rule, result): (Option<&str>, &Value, &Value),
    item: Item,
    results: &mut Results,
    each: &mut dyn FnMut(Fact),
) {
    // What passed, or does not apply, is no finding (3.27.9); what people waved away is suppressed (3.27.23).
    let is_gone = matches!(held::text(result, "kind"), Some("pass" | "notApplicable" | "informational"))
        || held::text(result, "baselineState") == Some("absent")
        || !held::list(result, "suppressions").is_empty();
    if is_gone {
        return results.pass_over();
    }
    let message = message(result, rule);
    let own = id.or_else(|| held::text(rule, "id")).unwrap_or_default();
    let of_rule = texts_of(rule);
    let properties = result.get("properties").map(texts_of).unwrap_or_default();
    let named = [own, of_rule.as_str(), properties.as_str(), message.as_str()]
        .into_iter()
        .map(identifiers::in_text)
        .find(|ids| !ids.is_empty())
        .unwrap_or_default();
    if named.is_empty() {
        return results.count_unnamed();
    }
    let is_own = !identifiers::in_text(own).is_empty();
    let mut named: Vec<&str> = named.iter().map(String::as_str).collect();
    let beside = identifiers::in_text(&format!("{} {of_rule} {properties}", listed(rule, "deprecatedIds")));
    if is_own {
        // An identifier of GitHub's has its CVE among the properties of the rule.
        named.extend(beside.iter().map(String::as_str));
    }
    let component = component(source, place, rule, result, &message);
    if let Some(component) = &component {
        results.component(component, each);
    }
    let title = rule.pointer("/shortDescription/text").and_then(Value::as_str);
    let fixed = ["fixed_version", "fixedVersion"]
        .into_iter()
        .find_map(|key| rule.get("properties").and_then(|properties| held::text(properties, key)));
    let fixed = fixed.map(str::to_owned).or_else(|| line_of(&message, "Fixed Version"));
    let item = Item {
        component,
        title: title.map(str::to_owned).or_else(|| Some(message.clone())),
        fixed: fixed.filter(|fixed| fixed != "not fixed"),
        ..item
    };
    let own =
        Some(own).filter(|own| !is_own && !named.is_empty() && looks_own(own)).or(named.first().copied());
    results.one(place, own, named.iter().copied(), item, each);
}

/// Whether the identifier of a rule is one of a vulnerability of the scanner's own, as `SNYK-JS-…`.
fn looks_own(id: &str) -> bool {
    ["SNYK-", "RUSTSEC-", "PYSEC-", "GO-", "OSV-", "MAL-"].iter().any(|start| id.starts_with(start))
}

/// The message; one that only names a text of the rule is that text (3.11.3).
fn message(result: &Value, rule: &Value) -> String {
    let message = result.get("message").unwrap_or(&Value::Null);
    let of_rule = || {
        let id = held::text(message, "id")?;
        rule.get("messageStrings")?.get(id).and_then(|text| held::text(text, "text"))
    };
    let text = held::text(message, "text").or_else(|| held::text(message, "markdown")).or_else(of_rule);
    text.unwrap_or_default().chars().take(20_000).collect()
}

/// What a rule or property bag says in one line each: tags, names, identifiers; no help pages, which name neighbours.
fn texts_of(value: &Value) -> String {
    let mut out = String::new();
    let bag = value.get("properties").unwrap_or(value);
    for (key, value) in held::entries_of(bag).take(200) {
        let key = key.to_ascii_lowercase();
        let fits =
            ["tag", "cve", "ghsa", "alias", "identifier", "vuln", "id"].iter().any(|part| key.contains(part));
        if fits {
            collect(value, 0, &mut out);
        }
    }
    for pointer in ["/name", "/shortDescription/text"] {
        out.push(' ');
        out.push_str(value.pointer(pointer).and_then(Value::as_str).unwrap_or_default());
    }
    out
}

fn collect(value: &Value, depth: u32, out: &mut String) {
    match value {
        Value::String(text) => {
            out.push(' ');
            out.extend(text.chars().take(500));
        }
        Value::Array(values) if depth < 3 => {
            values.iter().take(200).for_each(|value| collect(value, depth + 1, out));
        }
        Value::Object(_) if depth < 3 => {
            held::entries_of(value).take(50).for_each(|(_, value)| collect(value, depth + 1, out));
        }
        _ => {}
    }
}

fn listed(value: &Value, key: &str) -> String {
    held::list(value, key).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
}

/// The package that a result is about, in the forms of those scanners that write one.
fn component(
    source: &Arc<str>,
    place: Place,
    rule: &Value,
    result: &Value,
    message: &str,
) -> Option<Component> {
    let bags = || [result.get("properties"), rule.get("properties")].into_iter().flatten();
    let of_bag = bags().find_map(|bag| {
        let listed = ["purls", "purl"].into_iter().find_map(|key| bag.get(key))?;
        let first = listed.as_array().and_then(|list| list.first()).unwrap_or(listed);
        first.as_str()
    });
    let in_message =
        message.split([' ', '\n', '`', '\'', '"', '(', ')']).find(|word| word.starts_with("pkg:"));
    if let Some((text, parsed)) = of_bag.or(in_message).and_then(|text| Some((text, purl::parse(text)?))) {
        let component = software::component(source, place, &parsed.package.name, None);
        return Some(software::with_purl(component, text));
    }
    let (name, version) = named_in(message)?;
    Some(software::component(source, place, &name, version.as_deref()))
}

/// Name and version in a message of Trivy, OSV-Scanner or Grype.
fn named_in(message: &str) -> Option<(String, Option<String>)> {
    if let Some(name) = line_of(message, "Package") {
        return Some((name, line_of(message, "Installed Version")));
    }
    if let Some(rest) = message.strip_prefix("Package '") {
        let (name, version) = rest.split('\'').next()?.rsplit_once('@')?;
        return Some((name.to_owned(), Some(version.to_owned())));
    }
    if let Some((_, rest)) = message.split_once(" package: ") {
        let (name, rest) = rest.split_once(", version ")?;
        return Some((name.to_owned(), rest.split_whitespace().next().map(str::to_owned)));
    }
    let (_, rest) = message.split_once(" reports ")?;
    let (name, rest) = rest.split_once(" at version ")?;
    Some((name.to_owned(), rest.split_whitespace().next().map(str::to_owned)))
}

/// The value behind a name at the beginning of a line.
fn line_of(message: &str, key: &str) -> Option<String> {
    super::table::said(message, key).map(|value| value.trim_matches('`').to_owned())
}
