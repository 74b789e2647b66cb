//! The names and ids by which one document refers to a rule of another.

use std::collections::HashSet;

use crate::parse::diagnostic::{Diagnostics, SourcePlace, shown};
use crate::parse::yaml::{YamlContent, YamlNode};

/// A name, and its place in the file.
#[derive(Clone, Debug)]
pub(crate) struct PlacedName {
    pub(crate) name: String,
    pub(crate) place: SourcePlace,
}

/// A list of names; one name alone is a list of one.
pub(crate) fn names(
    node: &YamlNode,
    key: &str,
    max: usize,
    diagnostics: &mut Diagnostics,
) -> Vec<PlacedName> {
    let Some(written) = node.get(key).filter(|written| !written.is_null()) else { return Vec::new() };
    let items = match &written.content {
        YamlContent::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(written),
    };
    if items.len() > max {
        let message = format!("`{key}` has more than {max} entries");
        diagnostics.error("correlation-too-large", written.place, message, None);
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    for item in items {
        match item.text().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) if !seen.insert(text) => {
                let message = format!("`{}` appears twice under `{key}`", shown(text));
                diagnostics.error("repeated-name", item.place, message, None);
            }
            Some(text) => names.push(PlacedName { name: text.to_owned(), place: item.place }),
            None => {
                let message = format!("an entry of `{key}` is {}, not a name", item.kind());
                diagnostics.error("not-a-name", item.place, message, None);
            }
        }
    }
    names
}

/// Whether a reference means the rule with this id or name. Ids are UUIDs, so case does not count for them.
pub(crate) fn means(reference: &str, id: Option<&str>, name: Option<&str>) -> bool {
    name == Some(reference) || id.is_some_and(|id| id.eq_ignore_ascii_case(reference))
}
