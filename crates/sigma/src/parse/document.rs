//! A file of rules: each document of it is a rule, a correlation rule or a filter.
//!
//! A refused document does not affect the others.

use crate::parse::correlation::{self, Correlation};
use crate::parse::diagnostic::{Diagnostic, Diagnostics, SourcePlace, shown};
use crate::parse::filter::{self, Filter};
use crate::parse::keys::{close_key, string};
use crate::parse::rule::{self, Rule};
use crate::parse::yaml::{self, YamlNode};

/// Bytes of one file of rules. All public rules together are 6 MB; 60 MB of small rules take 3 s and 700 MB.
pub const FILE_BYTES_MAX: usize = 64 << 20;

/// A correlation rule or a filter that was refused; a diagnostic says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unevaluated {
    /// `correlation` or `filter`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// Its id.
    pub id: Option<String>,
    /// The line where it starts, from 1.
    pub line: u32,
}

/// What was read from a file of rules.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The rules that were not refused.
    pub rules: Vec<Rule>,
    /// The correlation rules that were not refused.
    pub correlations: Vec<Correlation>,
    /// The filters that were not refused.
    pub filters: Vec<Filter>,
    /// Correlation rules and filters that were refused.
    pub unevaluated: Vec<Unevaluated>,
    /// All diagnostics, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a file of rules: YAML, one document or several. Diagnostics give `name` as the name of the file.
pub fn parse(text: &str, name: &str) -> Parsed {
    let mut diagnostics = Diagnostics::new(name);
    let mut parsed = Parsed::default();
    if text.len() > FILE_BYTES_MAX {
        let message = format!("the file is longer than {FILE_BYTES_MAX} bytes and is not read");
        diagnostics.error("file-too-long", SourcePlace { line: 1, column: 1, length: 0 }, message, None);
    } else {
        yaml::documents(text, &mut diagnostics, &mut |root, diagnostics| {
            document(&root, diagnostics, &mut parsed);
        });
    }
    parsed.diagnostics = diagnostics.finish();
    parsed
}

fn document(root: &YamlNode, diagnostics: &mut Diagnostics, parsed: &mut Parsed) {
    let Some(pairs) = root.mapping() else {
        let message = format!("the document is {}, not a rule", root.kind());
        diagnostics.error("not-a-rule", root.place, message, None);
        return;
    };
    if root.get("correlation").is_some() {
        match correlation::read(root, diagnostics) {
            Some(correlation) => parsed.correlations.push(correlation),
            None => parsed.unevaluated.push(unevaluated(root, "correlation")),
        }
        return;
    }
    if root.get("filter").is_some() {
        match filter::read(root, diagnostics) {
            Some(filter) => parsed.filters.push(filter),
            None => parsed.unevaluated.push(unevaluated(root, "filter")),
        }
        return;
    }
    if root.get("action").is_some() {
        let message = "`action` (global rules) is of Sigma 1 and is not evaluated".to_owned();
        diagnostics.error(
            "action-unsupported",
            root.place,
            message,
            Some("write each rule as a document of its own"),
        );
        return;
    }
    if root.get("detection").is_none() {
        let known = ["detection", "correlation", "filter"];
        let close =
            pairs.iter().filter_map(|(key, _)| key.text()).find(|key| close_key(key, &known).is_some());
        let help = close.map(|key| format!("is `{}` meant to be `detection`?", shown(key)));
        let message = "the document has no `detection`, so it is not a rule".to_owned();
        diagnostics.error("not-a-rule", root.place, message, help.as_deref());
        return;
    }
    parsed.rules.extend(rule::read(root, pairs, diagnostics));
}

fn unevaluated(root: &YamlNode, kind: &'static str) -> Unevaluated {
    Unevaluated {
        kind,
        title: string(root, "title").unwrap_or_default(),
        id: string(root, "id"),
        line: root.place.line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_one_byte_too_long_is_named() {
        let parsed = parse(&" ".repeat(FILE_BYTES_MAX + 1), "long.yml");
        assert_eq!(parsed.diagnostics[0].rule, "file-too-long");
        assert!(parse(&" ".repeat(FILE_BYTES_MAX), "long.yml").diagnostics.is_empty());
    }
}
