//! A user's own mapping: which records are of which Sigma log source, and what their fields are called there.
//!
//! ```yaml
//! - when: { vendor: Acme, kind: [login, logout], session: '*' }   # values, one of several, or any at all
//!   logsource: { product: acme, service: door, category: authentication }
//!   fields: { usr: User, cmd: CommandLine }                      # theirs: the name that rules use
//!   time: happened                                               # fields that say these; several may be
//!   host: machine                                                # listed, the first that is there holds
//!   account: usr
//!   from: peer
//!   to: target
//! ```
//!
//! A list of entries. Every entry that fits a record is applied, in order, after the built-in tables; the entry
//! wins. Names and values of `when` are compared as they are written, values without regard to the case of ASCII
//! letters. It applies to JSON, tables and `key=value` records. Each fault in a file is reported with its line, and
//! the rest of the file is used.

use crate::names::yaml::{self, Content, Node};
use crate::record::draft::{Draft, Facts, Piece};
use crate::record::{address, clock};
use model::{Fault, LogSource, Place, Problem};

/// How long a file may be.
const FILE_BYTES_MAX: usize = 1 << 20;
/// How many entries are used: each costs a look at every record.
const ENTRIES_MAX: usize = 1000;

/// Mappings of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    entries: Vec<MappingEntry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MappingEntry {
    when: Vec<(String, Vec<String>)>,
    log: Option<LogSource>,
    fields: Vec<(String, String)>,
    time: Vec<String>,
    host: Vec<String>,
    account: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
}

/// The faults of a file.
struct MappingFaults<'n> {
    name: &'n str,
    problems: Vec<Problem>,
}

impl MappingFaults<'_> {
    fn add(&mut self, line: u64, what: impl Into<String>) {
        let what = what.into();
        let source = self.name.to_owned();
        self.problems.push(Problem {
            source,
            place: Place::Line(line),
            fault: Fault::Partial,
            what,
            help: None,
        });
    }
}

impl Mapping {
    /// Reads a mapping file (YAML, see the module's words in the manual); `name` is for messages. What could
    /// be read is used; each fault is reported with its line.
    #[must_use]
    pub fn read(name: &str, text: &[u8]) -> (Self, Vec<Problem>) {
        let mut faults = MappingFaults { name, problems: Vec::new() };
        let mut mapping = Self::default();
        if text.len() > FILE_BYTES_MAX {
            faults.add(1, format!("the file is longer than {FILE_BYTES_MAX} bytes; it was not used"));
            return (mapping, faults.problems);
        }
        let text = String::from_utf8_lossy(text);
        let root = match yaml::read(text.trim_start_matches('\u{feff}')) {
            Ok(root) => root,
            Err((line, what)) => {
                faults.add(line, format!("this is not YAML that can be used: {what}"));
                return (mapping, faults.problems);
            }
        };
        match root {
            None => {}
            Some(Node { content: Content::List(items), .. }) => {
                for (index, item) in items.iter().enumerate() {
                    if index >= ENTRIES_MAX {
                        faults.add(
                            item.line,
                            format!("more than {ENTRIES_MAX} entries; the rest was not used"),
                        );
                        break;
                    }
                    mapping.entries.extend(entry(item, &mut faults));
                }
            }
            Some(other) => faults.add(other.line, "a mapping file is a list of entries"),
        }
        (mapping, faults.problems)
    }

    /// Whether nothing is mapped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether any entry fits: then the record is an event, whatever the built-in tables say.
    pub(crate) fn fits(&self, draft: &Draft<'_>) -> bool {
        self.entries.iter().any(|entry| entry.fits(draft))
    }

    /// Applies the entries that fit a record.
    pub(crate) fn apply<'c, 'm>(&'m self, draft: &mut Draft<'c>, mut facts: Facts<'c, 'm>) -> Facts<'c, 'm> {
        for entry in &self.entries {
            if !entry.fits(draft) {
                continue;
            }
            let first = |names: &[String], draft: &Draft<'c>| names.iter().find_map(|name| draft.piece(name));
            let text = |names: &[String]| first(names, draft).map(|piece| draft.text(piece));
            facts.log = entry.log.as_ref().unwrap_or(facts.log);
            facts.time = text(&entry.time).and_then(clock::parse).or(facts.time);
            facts.from = text(&entry.from).and_then(address::parse).or(facts.from);
            facts.to = text(&entry.to).and_then(address::parse).or(facts.to);
            facts.host = first(&entry.host, draft).or(facts.host);
            facts.account = first(&entry.account, draft).or(facts.account);
            for (theirs, ours) in &entry.fields {
                let Some(value) = draft.piece(theirs) else { continue };
                // What the built-in tables put there gives way.
                let mut fields = std::mem::take(&mut draft.fields);
                fields.retain(|field| draft.text(field.name) != ours);
                draft.fields = fields;
                let name: Piece<'c> = draft.keep(ours);
                draft.push(name, Some(value));
            }
        }
        facts
    }
}

impl MappingEntry {
    fn fits(&self, draft: &Draft<'_>) -> bool {
        self.when.iter().all(|(name, values)| {
            let mut fields = draft.fields.iter().filter(|field| draft.text(field.name) == name);
            fields.any(|field| {
                let value = field.value.map_or("", |value| draft.text(value));
                values.iter().any(|wanted| wanted == "*" || wanted.eq_ignore_ascii_case(value))
            })
        })
    }
}

fn entry(node: &Node, faults: &mut MappingFaults<'_>) -> Option<MappingEntry> {
    let Content::Map(pairs) = &node.content else {
        faults.add(node.line, "an entry is a map with `when`");
        return None;
    };
    let mut entry = MappingEntry::default();
    for (key, value) in pairs {
        match key.text().unwrap_or_default() {
            "when" => {
                entry.when =
                    pairs_of(value, faults).map(|(name, value)| (name, texts(value, faults))).collect()
            }
            "logsource" => entry.log = Some(source(value, faults)),
            "fields" => {
                let named = pairs_of(value, faults)
                    .filter_map(|(theirs, ours)| Some((theirs, ours.text()?.to_owned())));
                entry.fields = named.collect();
            }
            "time" => entry.time = texts(value, faults),
            "host" => entry.host = texts(value, faults),
            "account" => entry.account = texts(value, faults),
            "from" => entry.from = texts(value, faults),
            "to" => entry.to = texts(value, faults),
            other => faults.add(key.line, format!("`{other}` is no part of an entry")),
        }
    }
    if entry.when.is_empty() || entry.when.iter().any(|(_, values)| values.is_empty()) {
        faults.add(node.line, "the entry does not say `when` it holds; it was not used");
        return None;
    }
    Some(entry)
}

fn source(node: &Node, faults: &mut MappingFaults<'_>) -> LogSource {
    let mut log = LogSource::default();
    for (name, value) in pairs_of(node, faults) {
        let text = value.text().map(str::to_owned);
        match name.as_str() {
            "product" => log.product = text,
            "service" => log.service = text,
            "category" => log.categories = texts(value, faults),
            other => faults.add(value.line, format!("`{other}` is no part of a log source")),
        }
    }
    log
}

/// The pairs of a map.
fn pairs_of<'n>(node: &'n Node, faults: &mut MappingFaults<'_>) -> std::vec::IntoIter<(String, &'n Node)> {
    let Content::Map(pairs) = &node.content else {
        faults.add(node.line, "a map was expected here");
        return Vec::new().into_iter();
    };
    let named = pairs.iter().filter_map(|(key, value)| Some((key.text()?.to_owned(), value)));
    named.collect::<Vec<_>>().into_iter()
}

/// One text, or a list of them.
fn texts(node: &Node, faults: &mut MappingFaults<'_>) -> Vec<String> {
    match &node.content {
        Content::Text(text) => vec![text.clone()],
        Content::List(items) => items.iter().filter_map(|item| Some(item.text()?.to_owned())).collect(),
        Content::Map(_) => {
            faults.add(node.line, "a value or a list of values was expected here");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Mapping::read("m.yml", text.as_bytes()).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn faults_are_named_with_their_line_and_the_rest_is_used() {
        let text = "- when: { a: 1 }\n  colour: red\n- fields: { a: b }\n- when: { a: '*' }\n  host: h\n";
        let (mapping, _) = Mapping::read("m.yml", text.as_bytes());
        assert_eq!(mapping.entries.len(), 2);
        assert_eq!(
            problems(text),
            [
                "m.yml, line 2: `colour` is no part of an entry",
                "m.yml, line 3: the entry does not say `when` it holds; it was not used",
            ]
        );
        assert_eq!(problems("a: b"), ["m.yml, line 1: a mapping file is a list of entries"]);
        assert_eq!(problems("- &a x\n- *a").len(), 1);
        assert_eq!(problems(&"[".repeat(50)).len(), 1);
        assert!(problems("").is_empty());
    }

    #[test]
    fn one_entry_past_the_bound_is_not_used() {
        let text = "- when: { a: b }\n".repeat(ENTRIES_MAX + 1);
        let (mapping, problems) = Mapping::read("m.yml", text.as_bytes());
        assert_eq!((mapping.entries.len(), problems.len()), (ENTRIES_MAX, 1));
        assert_eq!(Mapping::read("m", &vec![b' '; FILE_BYTES_MAX + 1]).1.len(), 1);
    }
}
