//! Lock files in TOML that list `[[package]]` tables: the few lines of them that name a package (toml.io, 1.0).
//!
//! The programs that write these files put one key on a line; only keys of the table itself with a text are read.
//! Tables below it (`[package.dependencies]`) and lists over several lines are passed over.

use crate::text;
use input::Document;
use model::{Place, Problems};
use std::collections::BTreeMap;

/// How many keys one package may have.
const KEYS_MAX: usize = 100;

/// One package: its place and the keys that are texts or one-line tables, as written without quotes.
pub(crate) struct TomlPackage {
    pub(crate) place: Place,
    keys: BTreeMap<String, String>,
}

impl TomlPackage {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.keys.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// Gives every `[[package]]` of the document.
pub(crate) fn packages(
    document: &mut Document<'_>,
    problems: &mut Problems,
    each: &mut dyn FnMut(TomlPackage, &mut Problems),
) {
    let (mut package, mut within, mut long) = (None::<TomlPackage>, false, None::<&'static str>);
    text::lines(document, problems, &mut |number, line, problems| {
        if let Some(end) = long {
            if line.trim_start().starts_with(end) || (end.len() == 3 && line.contains(end)) {
                long = None;
            }
            return;
        }
        if line.starts_with('[') {
            within = line.trim() == "[[package]]";
            if within
                && let Some(done) =
                    package.replace(TomlPackage { place: Place::Line(number), keys: BTreeMap::new() })
            {
                each(done, problems);
            }
            return;
        }
        let Some((key, value)) = line.split_once('=') else { return };
        let value = value.trim();
        if value.starts_with("\"\"\"") && value.matches("\"\"\"").count() == 1 {
            long = Some("\"\"\"");
        } else if value == "[" || (value.starts_with('[') && !value.ends_with(']')) {
            long = Some("]");
        } else if let Some(package) =
            package.as_mut().filter(|package| within && package.keys.len() < KEYS_MAX)
        {
            package.keys.insert(key.trim().trim_matches('"').to_owned(), plain(value));
        }
    });
    if let Some(done) = package {
        each(done, problems);
    }
}

/// A text without its quotes and escapes; anything else as written.
fn plain(value: &str) -> String {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return value.to_owned();
    };
    let rest = value.get(1..).unwrap_or_default();
    let end = rest.find(quote).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().to_owned()
}
