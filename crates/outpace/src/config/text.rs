//! The wall of TOML: text becomes keys and values, each with its line.
//!
//! The table of the parser is walked, not deserialised, because a deserialiser stops at the first unknown key and forgets
//! where it was.

use super::keys::is_table;
use super::mistake::{Mistake, Origin};
use super::value::Plain;
use toml::de::{DeTable, DeValue};

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The parts of the key, from the outermost table.
    pub parts: Vec<String>,
    /// The value.
    pub value: Plain,
    /// The line of the key, from 1.
    pub line: usize,
}

/// Every key in order of line, and what is no TOML.
pub fn entries(text: &str) -> (Vec<Entry>, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mistakes: Vec<Mistake> = errors
        .iter()
        .map(|error| Mistake {
            origin: Origin::File(line(text, error.span().map_or(0, |span| span.start))),
            what: error.message().to_owned(),
            help: "write KEY = \"VALUE\", with the value in quotation marks".to_owned(),
        })
        .collect();
    if !mistakes.is_empty() {
        // What was made out beside a mistake of syntax is a guess.
        return (Vec::new(), mistakes);
    }
    let mut entries = Vec::new();
    walk(table.get_ref(), &[], text, &mut entries);
    entries.sort_by_key(|entry| entry.line);
    (entries, mistakes)
}

/// Depth is bounded by the tables that are known.
fn walk(table: &DeTable<'_>, above: &[String], text: &str, entries: &mut Vec<Entry>) {
    for (key, value) in table {
        let parts: Vec<String> = above.iter().cloned().chain([key.get_ref().to_string()]).collect();
        let line = line(text, key.span().start);
        match value.get_ref() {
            DeValue::Table(table) if is_table(&parts) => walk(table, &parts, text, entries),
            DeValue::String(value) => {
                entries.push(Entry { parts, value: Plain::Text(value.to_string()), line })
            }
            DeValue::Integer(value) => {
                entries.push(Entry { parts, value: Plain::Number(value.to_string()), line });
            }
            DeValue::Boolean(value) => entries.push(Entry { parts, value: Plain::Flag(*value), line }),
            DeValue::Array(array) => {
                let texts: Option<Vec<String>> = array
                    .iter()
                    .map(|one| match one.get_ref() {
                        DeValue::String(text) => Some(text.to_string()),
                        _ => None,
                    })
                    .collect();
                let value = texts.map_or(Plain::Other("array of other things than texts"), Plain::List);
                entries.push(Entry { parts, value, line });
            }
            other => entries.push(Entry { parts, value: Plain::Other(other.type_str()), line }),
        }
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
