//! What one object says: its number in ATT&CK, its observables, its sentence.

use super::pattern;
use super::wire::Object;
use crate::prose::sentences::{SENTENCE_CHARS_MAX, one_line};
use std::collections::BTreeMap;

pub(super) fn retired(object: &Object<'_>) -> bool {
    object.revoked.0 || object.x_mitre_deprecated.0
}

/// The ATT&CK identifier among the external references.
pub(super) fn attack_reference(object: &Object<'_>) -> Option<String> {
    let references = object.external_references.iter();
    references
        .filter(|reference| reference.source_name.starts_with("mitre-"))
        .find_map(|reference| reference.external_id.owned())
        .filter(|id| id.starts_with(['T', 'G', 'S', 'M', 'C']))
}

/// A technique's number: by reference, else at the start of the name (`T1064: Scripting`) or its end.
pub(crate) fn technique_number(name: &str) -> Option<String> {
    let words = name.split([' ', ':', '(', ')', '-']).filter(|word| !word.is_empty());
    words
        .filter_map(|word| observable::canonical(observable::Kind::Technique, word))
        .map(|technique| technique.value)
        .next()
}

pub(super) fn technique_id(object: &Object<'_>) -> Option<String> {
    attack_reference(object).filter(|id| id.starts_with('T')).or_else(|| technique_number(&object.name))
}

/// The observables of a cyber-observable object (`ipv4-addr`, `file` …).
pub(super) fn cyber_observables(object: &Object<'_>) -> Vec<observable::Observable> {
    let mut all = Vec::new();
    let kind = &*object.kind;
    let mut add = |property: &str, value: &str| {
        if !value.is_empty() {
            all.extend(pattern::observable_at(&format!("{kind}:{property}"), value, false));
        }
    };
    add("value", &object.value);
    add("key", &object.key);
    add("path", &object.path);
    if kind == "file" {
        add("name", &object.name);
        for (algorithm, digest) in &object.hashes.0 {
            add(&format!("hashes.{algorithm}"), digest);
        }
    }
    all
}

/// The observables inside `observed-data` of STIX 2.0; in 2.1 they are objects of their own.
pub(super) fn observed(object: &Object<'_>) -> Vec<observable::Observable> {
    let Some(raw) = object.objects else { return Vec::new() };
    let inner = serde_json::from_str::<BTreeMap<String, Object<'_>>>(raw.get()).unwrap_or_default();
    inner.values().flat_map(cyber_observables).collect()
}

/// What an object says of itself, on one line: name and description.
pub(super) fn sentence_of(object: &Object<'_>) -> String {
    let (name, description) = (one_line(&object.name), one_line(&object.description));
    let text = match (name.as_str(), description.as_str()) {
        ("", "") => one_line(&object.pattern),
        ("", description) => description.to_owned(),
        (name, "") => name.to_owned(),
        (name, description) if description.contains(name) => description.to_owned(),
        (name, description) => format!("{name}: {description}"),
    };
    let mut chars = text.chars();
    let short: String = chars.by_ref().take(SENTENCE_CHARS_MAX - 1).collect();
    if chars.next().is_some() { format!("{short}…") } else { short }
}
