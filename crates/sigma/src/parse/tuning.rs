//! Tuning: what an organisation says about rules that others wrote, in a file beside the rules.
//!
//! Rules come from others and are updated, so local knowledge (this task is the backup, that rule matches too often,
//! these machines are critical) must not be written into them. A tuning file is a YAML map with these keys, all of
//! them optional:
//!
//! ```yaml
//! disable: [<rule>, …]                  # rules that are left out
//! levels: {<rule>: low, …}              # another level
//! exceptions:                           # hits that are known to be innocent
//!   - rules: [<rule>, …]                # or `any`
//!     when: {Image|endswith: '\agent.exe', host: bk-*}
//!     owner: anna                       # who answers for it
//!     reason: nightly backup
//!     expires: 2027-01-31               # the last day on which it is valid
//! critical_hosts: [dc-*, portal-1]      # their findings are one level more severe
//! placeholders: {Administrators: [adm-anna, adm-bo]}
//! ```
//!
//! `<rule>` is an id, a name or a title. `when` is a search as in a rule (a map, or a list of maps, with
//! modifiers). An exception without owner or expiry is refused, because nobody would ever remove it. Invariant: an
//! error in one entry costs only that entry, and is reported with its place.

use crate::parse::correlation::Correlation;
use crate::parse::detection::{self, RuleDetection};
use crate::parse::diagnostic::{Diagnostic, Diagnostics, SourcePlace, closest, shown};
use crate::parse::digest;
use crate::parse::document::FILE_BYTES_MAX;
use crate::parse::keys::repeated_keys;
use crate::parse::names::{PlacedName, means, names};
use crate::parse::rule::{Level, Rule};
use crate::parse::yaml::{self, YamlContent, YamlNode};
use crate::values::pattern::{Pattern, Placeholders, folded};

/// Entries under one key.
const ENTRIES_MAX: usize = 10_000;
/// The keys of the map.
const KEYS: [&str; 5] = ["disable", "levels", "exceptions", "critical_hosts", "placeholders"];
/// The keys of an exception.
const EXCEPTION_KEYS: [&str; 5] = ["rules", "when", "owner", "reason", "expires"];

/// What an organisation says about the rules.
#[derive(Clone, Debug, Default)]
pub struct Tuning {
    file: String,
    disabled: Vec<PlacedName>,
    levels: Vec<(PlacedName, Level)>,
    exceptions: Vec<Exception>,
    critical_hosts: Vec<Pattern>,
    placeholders: Placeholders,
}

/// Hits that are known to be innocent.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Who answers for it.
    pub owner: String,
    /// Why the hits are innocent, if the file says so.
    pub reason: Option<String>,
    /// The last day on which it is valid, `YYYY-MM-DD`.
    pub expires: String,
    /// The name that its text was parsed under.
    pub source_name: String,
    /// The line where it starts, from 1.
    pub line: u32,
    /// Digest of what it holds for innocent, and until when: exceptions with different digests excuse different events.
    pub digest: u64,
    /// `None`: the exception applies to any rule.
    rules: Option<Vec<PlacedName>>,
    detection: RuleDetection,
}

impl Tuning {
    /// Reads a tuning file. Diagnostics give `name` as the name of the file.
    pub fn parse(text: &str, name: &str) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Diagnostics::new(name);
        let mut tuning = Self { file: name.to_owned(), ..Self::default() };
        if text.len() > FILE_BYTES_MAX {
            let message = format!("the file is longer than {FILE_BYTES_MAX} bytes and is not read");
            diagnostics.error("file-too-long", SourcePlace { line: 1, column: 1, length: 0 }, message, None);
        } else {
            yaml::documents(text, &mut diagnostics, &mut |root, diagnostics| {
                tuning.document(&root, diagnostics)
            });
        }
        (tuning, diagnostics.finish())
    }

    /// Adds the content of another file. Where both give a level for one rule, the level of the other file counts.
    pub fn join(&mut self, other: Self) {
        if self.file.is_empty() {
            self.file = other.file;
        }
        self.disabled.extend(other.disabled);
        self.levels.extend(other.levels);
        self.exceptions.extend(other.exceptions);
        self.critical_hosts.extend(other.critical_hosts);
        for (name, values) in other.placeholders {
            self.placeholders.entry(name).or_default().extend(values);
        }
    }

    fn document(&mut self, root: &YamlNode, diagnostics: &mut Diagnostics) {
        let Some(pairs) = root.mapping() else {
            let message = format!("the document is {}, not a map", root.kind());
            let help = format!("its keys are {}", KEYS.join(", "));
            return diagnostics.error("not-a-tuning", root.place, message, Some(&help));
        };
        repeated_keys(pairs, diagnostics);
        unknown_keys(pairs, &KEYS, diagnostics);
        self.disabled.extend(names(root, "disable", ENTRIES_MAX, diagnostics));
        for (key, value) in entries(root, "levels", diagnostics) {
            match value.text().and_then(|text| Level::parse(&text.trim().to_ascii_lowercase())) {
                Some(level) => self.levels.push((named(key), level)),
                None => {
                    let message = format!("`{}` is not a level", shown(value.text().unwrap_or(value.kind())));
                    let help = format!("use one of: {}", Level::ALL.map(Level::name).join(", "));
                    diagnostics.error("unknown-word", value.place, message, Some(&help));
                }
            }
        }
        if let Some(list) = root.get("exceptions").filter(|list| !list.is_null()) {
            match &list.content {
                YamlContent::Sequence(items) if items.len() <= ENTRIES_MAX => {
                    self.exceptions.extend(items.iter().filter_map(|item| exception(item, diagnostics)));
                }
                YamlContent::Sequence(_) => {
                    let message = format!("`exceptions` has more than {ENTRIES_MAX} entries");
                    diagnostics.error("tuning-too-large", list.place, message, None);
                }
                _ => {
                    let message = format!("`exceptions` is {}, not a list", list.kind());
                    diagnostics.error("not-a-list", list.place, message, None);
                }
            }
        }
        let hosts = names(root, "critical_hosts", ENTRIES_MAX, diagnostics);
        self.critical_hosts.extend(hosts.iter().map(|host| Pattern::parse(&host.name).folded()));
        for (key, value) in entries(root, "placeholders", diagnostics) {
            let name = key.text().unwrap_or_default().trim().trim_matches('%').to_owned();
            let values: Vec<String> = match &value.content {
                YamlContent::Sequence(items) => {
                    items.iter().filter_map(YamlNode::text).map(str::to_owned).collect()
                }
                YamlContent::Scalar { text, .. } => vec![text.clone()],
                YamlContent::Mapping(_) => Vec::new(),
            };
            if values.is_empty() {
                let message = format!("the placeholder `{}` has no values", shown(&name));
                diagnostics.error("placeholder-without-value", value.place, message, None);
            } else {
                self.placeholders.entry(name).or_default().extend(values);
            }
        }
    }

    /// Removes the disabled rules, sets levels, and reports names that mean no rule. Returns how many rules and
    /// correlations were removed.
    pub fn apply(
        &self,
        rules: &mut Vec<Rule>,
        correlations: &mut Vec<Correlation>,
    ) -> (usize, Vec<Diagnostic>) {
        let mut diagnostics = Diagnostics::new(&self.file);
        let known = |named: &PlacedName| {
            rules.iter().any(|rule| is_called(rule, &named.name))
                || correlations.iter().any(|correlation| is_called(&correlation.about, &named.name))
        };
        let excepted = self.exceptions.iter().flat_map(|exception| exception.rules.iter().flatten());
        let levelled = self.levels.iter().map(|(named, _)| named);
        for named in self.disabled.iter().chain(levelled).chain(excepted).filter(|named| !known(named)) {
            let message = format!("`{}` is the id, name or title of no rule", shown(&named.name));
            diagnostics.warning("unknown-rule", named.place, message, None);
        }
        let before = rules.len() + correlations.len();
        let disabled = |rule: &Rule| self.disabled.iter().any(|named| is_called(rule, &named.name));
        rules.retain(|rule| !disabled(rule));
        correlations.retain(|correlation| !disabled(&correlation.about));
        let left_out = before - rules.len() - correlations.len();
        let about = correlations.iter_mut().map(|correlation| &mut correlation.about);
        for rule in rules.iter_mut().chain(about) {
            let level = self.levels.iter().rev().find(|(named, _)| is_called(rule, &named.name));
            rule.level = level.map(|(_, level)| *level).or(rule.level);
        }
        (left_out, diagnostics.finish())
    }

    /// Whether it sets the level of this rule.
    pub fn sets_level(&self, rule: &Rule) -> bool {
        self.levels.iter().any(|(named, _)| is_called(rule, &named.name))
    }

    /// The exceptions, in the order of the file.
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    /// Whether this machine is one of the critical hosts.
    pub fn is_critical(&self, host: &str) -> bool {
        let host = folded(host);
        self.critical_hosts.iter().any(|pattern| pattern.matches_folded(&host))
    }

    /// The values of placeholders.
    pub fn placeholders(&self) -> &Placeholders {
        &self.placeholders
    }
}

impl Exception {
    /// Its search as a rule of every log source, with its number among the exceptions as id.
    pub(crate) fn as_rule(&self, number: usize) -> Rule {
        Rule {
            id: Some(number.to_string()),
            source_name: self.source_name.clone(),
            line: self.line,
            detection: self.detection.clone(),
            ..Rule::default()
        }
    }

    /// Whether it applies to this rule.
    pub fn is_about(&self, rule: &Rule) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.iter().any(|named| is_called(rule, &named.name)))
    }
}

fn exception(node: &YamlNode, diagnostics: &mut Diagnostics) -> Option<Exception> {
    // A refusal is for the entry, not for the whole file.
    diagnostics.begin_document();
    let Some(pairs) = node.mapping() else {
        let message = format!("the exception is {}, not a map", node.kind());
        diagnostics.error("not-an-exception", node.place, message, None);
        return None;
    };
    repeated_keys(pairs, diagnostics);
    unknown_keys(pairs, &EXCEPTION_KEYS, diagnostics);
    let any = node.get("rules").and_then(YamlNode::text) == Some("any");
    let rules = (!any).then(|| names(node, "rules", ENTRIES_MAX, diagnostics));
    if rules.as_ref().is_some_and(Vec::is_empty) && !diagnostics.refused() {
        let message = "the exception names no rules".to_owned();
        diagnostics.error(
            "exception-without-rules",
            node.place,
            message,
            Some("name rules, or write `rules: any`"),
        );
    }
    let owner = required(node, "owner", "name who answers for it", diagnostics);
    let expires =
        required(node, "expires", "write the last day on which it is valid: 2027-01-31", diagnostics);
    if let (Some(text), Some(at)) = (&expires, node.get("expires"))
        && !is_date(text)
    {
        let message = format!("`{}` is not a day", shown(text));
        diagnostics.error("not-a-day", at.place, message, Some("write it as 2027-01-31"));
    }
    let Some(when) = node.get("when").filter(|when| !when.is_null()) else {
        let message = "the exception has no `when`".to_owned();
        let help = "write a search as in a rule; to leave out the whole rule, put it under `disable`";
        diagnostics.error("exception-without-when", node.place, message, Some(help));
        return None;
    };
    let detection = detection::read(&as_detection(when), diagnostics)?;
    let (owner, expires) = (owner?, expires?);
    (!diagnostics.refused()).then(|| Exception {
        owner,
        reason: text(node, "reason"),
        expires,
        source_name: diagnostics.file().to_owned(),
        line: node.place.line,
        digest: digest::of(["rules", "when", "expires"].into_iter().filter_map(|key| node.get(key))),
        rules,
        detection,
    })
}

/// A search as the detection of a rule.
fn as_detection(when: &YamlNode) -> YamlNode {
    let scalar = |text: &str| YamlNode {
        place: when.place,
        content: YamlContent::Scalar { text: text.to_owned(), plain: false },
    };
    let pairs = vec![(scalar("when"), when.clone()), (scalar("condition"), scalar("when"))];
    YamlNode { place: when.place, content: YamlContent::Mapping(pairs) }
}

fn required(node: &YamlNode, key: &str, help: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let found = text(node, key);
    if found.is_none() {
        let message = format!("the exception has no `{key}`");
        diagnostics.error("exception-incomplete", node.place, message, Some(help));
    }
    found
}

fn text(node: &YamlNode, key: &str) -> Option<String> {
    let text = node.get(key).filter(|node| !node.is_null()).and_then(YamlNode::text)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |length: usize, max: u32| {
        let part = parts.next().filter(|part| part.len() == length)?;
        let all_digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|number| all_digits && (1..=max).contains(number))
    };
    number(4, 9999).is_some() && number(2, 12).is_some() && number(2, 31).is_some() && parts.next().is_none()
}

fn unknown_keys(pairs: &[(YamlNode, YamlNode)], known: &[&str], diagnostics: &mut Diagnostics) {
    for (key, _) in pairs {
        let name = key.text().unwrap_or_default();
        if !known.contains(&name) {
            let message = format!("`{}` is not a key of this map", shown(name));
            let help = closest(name, known.iter().copied()).map_or_else(
                || format!("its keys are {}", known.join(", ")),
                |close| format!("did you mean `{close}`?"),
            );
            diagnostics.error("unknown-key", key.place, message, Some(&help));
        }
    }
}

fn entries<'n>(root: &'n YamlNode, key: &str, diagnostics: &mut Diagnostics) -> &'n [(YamlNode, YamlNode)] {
    let Some(node) = root.get(key).filter(|node| !node.is_null()) else { return &[] };
    match node.mapping() {
        Some(pairs) if pairs.len() <= ENTRIES_MAX => pairs,
        Some(_) => {
            let message = format!("`{key}` has more than {ENTRIES_MAX} entries");
            diagnostics.error("tuning-too-large", node.place, message, None);
            &[]
        }
        None => {
            diagnostics.error(
                "not-a-map",
                node.place,
                format!("`{key}` is {}, not a map", node.kind()),
                None,
            );
            &[]
        }
    }
}

fn named(key: &YamlNode) -> PlacedName {
    PlacedName { name: key.text().unwrap_or_default().trim().to_owned(), place: key.place }
}

fn is_called(rule: &Rule, name: &str) -> bool {
    means(name, rule.id.as_deref(), rule.name.as_deref()) || rule.title.eq_ignore_ascii_case(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, parse};

    const RULES: &str = "title: Whoami\nid: a0000000-0000-4000-8000-000000000001\nlevel: high\n\
        logsource: {category: process_creation}\n\
        detection: {s: {Image: a}, condition: s}\n---\n\
        title: Loud\nname: loud_one\nlevel: low\nlogsource: {category: process_creation}\n\
        detection: {s: {Image: b}, condition: s}\n";

    fn tuned(text: &str) -> (Tuning, Vec<String>) {
        let (tuning, reported) = Tuning::parse(text, "t.yml");
        (
            tuning,
            reported
                .iter()
                .map(|reported| format!("{}:{} {}", reported.line, reported.rule, reported.message))
                .collect(),
        )
    }

    #[test]
    fn rules_are_disabled_and_levelled_by_id_name_or_title() {
        let (tuning, reported) =
            tuned("disable: [loud_one]\nlevels: {A0000000-0000-4000-8000-000000000001: medium}\n");
        assert!(reported.is_empty(), "{reported:?}");
        let mut rules = parse(RULES, "r.yml").rules;
        let (left_out, reported) = tuning.apply(&mut rules, &mut Vec::new());
        assert!(reported.is_empty(), "{reported:?}");
        let left: Vec<_> = rules.iter().map(|rule| (rule.title.as_str(), rule.level)).collect();
        assert_eq!((left_out, left), (1, vec![("Whoami", Some(Level::Medium))]));
    }

    #[test]
    fn a_name_that_means_no_rule_is_reported() {
        let (tuning, _) = tuned("levels: {Whoamy: low}\n");
        let (_, reported) = tuning.apply(&mut parse(RULES, "r.yml").rules, &mut Vec::new());
        assert_eq!((reported[0].rule, reported[0].line, reported[0].column), ("unknown-rule", 1, 10));
    }

    #[test]
    fn an_exception_needs_owner_expiry_rules_and_when() {
        let (tuning, reported) = tuned(
            "exceptions:\n  - rules: any\n    when: {host: bk-*}\n    owner: anna\n    expires: 2027-01-31\n\
             \x20 - rules: any\n    when: {host: a}\n    expires: 2027-13-01\n  - {owner: bo, expires: 2027-01-01}\n\
             \x20 - just words\n",
        );
        assert_eq!(tuning.exceptions().len(), 1);
        assert_eq!(
            reported,
            [
                "6:exception-incomplete the exception has no `owner`",
                "8:not-a-day `2027-13-01` is not a day",
                "9:exception-without-rules the exception names no rules",
                "9:exception-without-when the exception has no `when`",
                "10:not-an-exception the exception is a value, not a map",
            ]
        );
    }

    #[test]
    fn critical_hosts_are_patterns_without_case() {
        let (tuning, _) = tuned("critical_hosts: [DC-*, portal-1]\n");
        assert!(
            tuning.is_critical("dc-7") && tuning.is_critical("Portal-1") && !tuning.is_critical("portal-12")
        );
    }

    #[test]
    fn a_misspelt_key_is_reported_with_the_intended_one() {
        let (_, reported) = Tuning::parse("critical_host: [a]\n", "t.yml");
        assert_eq!(reported[0].help.as_deref(), Some("did you mean `critical_hosts`?"));
    }

    #[test]
    fn placeholders_fill_rules() {
        let (tuning, reported) = tuned("placeholders: {Administrators: [adm-*, root]}\n");
        assert!(reported.is_empty(), "{reported:?}");
        let rule = RULES.replace("Image: a", "'User|expand': '%Administrators%'");
        let (set, reported) = RuleSet::compile_with(parse(&rule, "r.yml").rules, tuning.placeholders());
        assert!(reported.is_empty() && set.rules().len() == 2, "{reported:?}");
    }
}
