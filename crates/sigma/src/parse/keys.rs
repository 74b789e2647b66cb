//! Helpers for keys of maps that all readers share: the texts under a key, repeated keys, keys that are close to a
//! known one, and the place of a piece of a text.

use std::collections::HashSet;

use crate::parse::diagnostic::{Diagnostics, SourcePlace, closest, shown};
use crate::parse::yaml::{YamlContent, YamlNode};

/// Reports each key that appears more than once in a map.
pub(crate) fn repeated_keys(pairs: &[(YamlNode, YamlNode)], diagnostics: &mut Diagnostics) {
    let mut seen = HashSet::new();
    for (key, _) in pairs {
        if let Some(name) = key.text()
            && !seen.insert(name)
        {
            let message =
                format!("the key `{}` appears twice in one map, and only one of them can count", shown(name));
            diagnostics.error("duplicate-key", key.place, message, None);
        }
    }
}

/// The known key that is close to `key` but not equal to it, for messages.
pub(crate) fn close_key<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    closest(key, known.iter().copied()).filter(|close| *close != key)
}

/// The text under a key, without blanks around it; `None` when it is missing or null.
pub(crate) fn string(node: &YamlNode, key: &str) -> Option<String> {
    node.get(key).filter(|node| !node.is_null()).and_then(YamlNode::text).map(|text| text.trim().to_owned())
}

/// A list of texts; a single text is a list of one.
pub(crate) fn strings(root: &YamlNode, key: &str) -> Vec<String> {
    let Some(node) = root.get(key).filter(|node| !node.is_null()) else { return Vec::new() };
    match &node.content {
        YamlContent::Sequence(items) => items.iter().filter_map(YamlNode::text).map(str::to_owned).collect(),
        YamlContent::Scalar { text, .. } => vec![text.clone()],
        YamlContent::Mapping(_) => Vec::new(),
    }
}

/// The place of a piece of a scalar: exact for text on one line, otherwise the place of the whole scalar.
pub(crate) fn within(node: &YamlNode, text: &str, at: usize, length: usize) -> SourcePlace {
    let characters = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let written = characters(text);
    let quote = node.place.length.saturating_sub(written) / 2;
    if text.contains('\n') || quote > 1 {
        return node.place;
    }
    let before = characters(text.get(..at).unwrap_or_default());
    let length = characters(text.get(at..at + length).unwrap_or_default());
    SourcePlace { line: node.place.line, column: node.place.column.saturating_add(quote + before), length }
}
