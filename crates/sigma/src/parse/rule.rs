//! A Sigma rule as parsed: who wrote it, what it is about, its log source, and what it detects.
//!
//! Sigma rules specification 2.1.

use std::fmt;

use crate::parse::detection::{self, RuleDetection};
use crate::parse::diagnostic::{Diagnostics, shown};
use crate::parse::digest;
use crate::parse::keys::{close_key, repeated_keys, string, strings};
use crate::parse::yaml::YamlNode;

/// How critical a rule is; higher is more critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// For enrichment, no alert.
    Informational,
    /// Rarely an incident.
    Low,
    /// Reviewed regularly.
    Medium,
    /// Reviewed promptly.
    High,
    /// Reviewed immediately.
    Critical,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word of the specification.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads the word of the specification.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == text)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How well a rule has been tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// No obvious false positives in several environments.
    Stable,
    /// No obvious false positives on test systems.
    Test,
    /// New, untested.
    Experimental,
    /// Replaced by another rule.
    Deprecated,
    /// Cannot be used as it is.
    Unsupported,
}

impl Status {
    /// All states, the best tested first.
    pub const ALL: [Self; 5] =
        [Self::Stable, Self::Test, Self::Experimental, Self::Deprecated, Self::Unsupported];

    /// The word of the specification.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Experimental => "experimental",
            Self::Deprecated => "deprecated",
            Self::Unsupported => "unsupported",
        }
    }

    /// Reads the word of the specification.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == text)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The log source of a rule: a part that the rule does not name is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleLogSource {
    /// `process_creation` …
    pub category: Option<String>,
    /// `windows` …
    pub product: Option<String>,
    /// `sysmon` …
    pub service: Option<String>,
    /// What must be configured so that the events are logged; a note for people.
    pub definition: Option<String>,
}

/// A rule as parsed.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// What it detects, in a few words.
    pub title: String,
    /// Usually a UUID.
    pub id: Option<String>,
    /// The name that correlation rules may use.
    pub name: Option<String>,
    /// How well it has been tested.
    pub status: Option<Status>,
    /// How critical a hit is.
    pub level: Option<Level>,
    /// What it detects and why.
    pub description: Option<String>,
    /// Who wrote it; the licence of the public rules requires this attribution.
    pub author: Option<String>,
    /// SPDX identifier.
    pub license: Option<String>,
    /// Sources that the rule is derived from.
    pub references: Vec<String>,
    /// `attack.t1059.001`, `cve.2021-44228` …
    pub tags: Vec<String>,
    /// Known causes of false positives.
    pub falsepositives: Vec<String>,
    /// Fields worth showing.
    pub fields: Vec<String>,
    /// Date of creation, as written.
    pub date: Option<String>,
    /// Date of the last change, as written.
    pub modified: Option<String>,
    /// The log source whose events it is evaluated on.
    pub logsource: RuleLogSource,
    /// The name that its text was parsed under.
    pub source_name: String,
    /// The line where it starts, from 1.
    pub line: u32,
    /// Digest of log source and detection, filters included: rules with different digests match different events.
    pub digest: u64,
    pub(crate) detection: RuleDetection,
}

impl Rule {
    /// ATT&CK techniques from its tags, in their order: `attack.t1505.003` is `T1505.003`.
    pub fn techniques(&self) -> Vec<String> {
        let technique = |tag: &String| {
            let tag = tag.to_ascii_lowercase();
            let name = tag.strip_prefix("attack.t")?;
            let (number, sub) =
                name.split_once('.').map_or((name, None), |(number, sub)| (number, Some(sub)));
            let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
            (digits(number, 4) && sub.is_none_or(|sub| digits(sub, 3))).then(|| format!("T{name}"))
        };
        let mut techniques: Vec<String> = Vec::new();
        for technique in self.tags.iter().filter_map(technique) {
            if !techniques.contains(&technique) {
                techniques.push(technique);
            }
        }
        techniques
    }

    /// Names of the search identifiers, in the order of the file.
    pub fn searches(&self) -> impl Iterator<Item = &str> {
        self.detection.searches.iter().map(|search| search.name.as_str())
    }

    /// The condition, or conditions, as written.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.detection.conditions.iter().map(|(text, _)| text.as_str())
    }
}

/// Reads the document of a rule.
pub(crate) fn read(
    root: &YamlNode,
    pairs: &[(YamlNode, YamlNode)],
    diagnostics: &mut Diagnostics,
) -> Option<Rule> {
    repeated_keys(pairs, diagnostics);
    let mut rule = metadata(root, diagnostics);
    rule.logsource = logsource(root, diagnostics);
    rule.detection = detection::read(root.get("detection")?, diagnostics)?;
    (!diagnostics.refused()).then_some(rule)
}

/// Title, id and log source of a filter; its specification has no other metadata.
pub(crate) fn filter_metadata(
    root: &YamlNode,
    diagnostics: &mut Diagnostics,
) -> (String, Option<String>, RuleLogSource) {
    (title(root, diagnostics), string(root, "id"), logsource(root, diagnostics))
}

fn title(root: &YamlNode, diagnostics: &mut Diagnostics) -> String {
    let title = string(root, "title");
    if title.is_none() {
        let message = "the rule has no title".to_owned();
        diagnostics.warning("missing-title", root.place, message, None);
    }
    title.unwrap_or_default()
}

/// Everything except log source and detection.
pub(crate) fn metadata(root: &YamlNode, diagnostics: &mut Diagnostics) -> Rule {
    Rule {
        title: title(root, diagnostics),
        id: string(root, "id"),
        name: string(root, "name"),
        status: word(root, "status", Status::parse, &Status::ALL.map(Status::name), diagnostics),
        level: word(root, "level", Level::parse, &Level::ALL.map(Level::name), diagnostics),
        description: string(root, "description"),
        author: string(root, "author"),
        license: string(root, "license"),
        references: strings(root, "references"),
        tags: strings(root, "tags"),
        falsepositives: strings(root, "falsepositives"),
        fields: strings(root, "fields"),
        date: string(root, "date"),
        modified: string(root, "modified"),
        logsource: RuleLogSource::default(),
        source_name: diagnostics.file().to_owned(),
        line: root.place.line,
        digest: digest::of(root.get("logsource").into_iter().chain(root.get("detection"))),
        detection: RuleDetection::default(),
    }
}

fn logsource(root: &YamlNode, diagnostics: &mut Diagnostics) -> RuleLogSource {
    let Some(node) = root.get("logsource") else {
        let message = "the rule has no log source, so it is evaluated on every event".to_owned();
        diagnostics.warning("missing-logsource", root.place, message, None);
        return RuleLogSource::default();
    };
    let Some(pairs) = node.mapping() else {
        let message = format!("`logsource` is {}, not a map", node.kind());
        diagnostics.error("logsource-not-a-map", node.place, message, None);
        return RuleLogSource::default();
    };
    let known = ["category", "product", "service", "definition"];
    for (key, value) in pairs {
        let name = key.text().unwrap_or_default();
        if let Some(close) = close_key(name, &known) {
            // With a misspelt key, the rule would be evaluated on every event.
            let message = format!("`{}` is not a part of a log source", shown(name));
            diagnostics.error(
                "unknown-logsource-key",
                key.place,
                message,
                Some(&format!("did you mean `{close}`?")),
            );
        }
        if known.contains(&name) && (value.text().is_none() || value.is_null()) {
            let message = format!("`{name}` is {}, not text", value.kind());
            diagnostics.error("logsource-not-text", value.place, message, None);
        }
    }
    let lower = |key| string(node, key).map(|text| text.to_lowercase());
    let source = RuleLogSource {
        category: lower("category"),
        product: lower("product"),
        service: lower("service"),
        definition: string(node, "definition"),
    };
    if source.category.is_none() && source.product.is_none() && source.service.is_none() {
        let message = "the log source names nothing, so the rule is evaluated on every event".to_owned();
        diagnostics.warning("missing-logsource", node.place, message, None);
    }
    source
}

fn word<T>(
    root: &YamlNode,
    key: &str,
    parse: fn(&str) -> Option<T>,
    words: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    let node = root.get(key)?;
    let parsed = node.text().and_then(|text| parse(&text.trim().to_ascii_lowercase()));
    if parsed.is_none() {
        let message = format!(
            "`{key}` is `{}`, which is not one of the allowed words",
            shown(node.text().unwrap_or(node.kind()))
        );
        let help = format!("use one of: {}", words.join(", "));
        diagnostics.warning("unknown-word", node.place, message, Some(&help));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn techniques_come_from_tags_once_each() {
        let tags = [
            "attack.t1505.003",
            "attack.execution",
            "attack.T1059",
            "attack.t1059",
            "attack.t12",
            "cve.2021-1",
        ];
        let rule = Rule { tags: tags.map(str::to_owned).to_vec(), ..Rule::default() };
        assert_eq!(rule.techniques(), ["T1505.003", "T1059"]);
    }
}
