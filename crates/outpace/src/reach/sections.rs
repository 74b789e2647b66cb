//! What is configured of notices, by table, name and key, each with its place in the file.

use crate::config::{Config, Origin};
use std::collections::BTreeMap;

/// What somebody wrote for a key.
#[derive(Debug)]
pub struct Entry<'c> {
    /// The texts: one, or those of a list.
    pub texts: Vec<&'c str>,
    /// Where.
    pub origin: &'c Origin,
}

impl Entry<'_> {
    /// The only text, or the first.
    pub fn text(&self) -> &str {
        self.texts.first().copied().unwrap_or_default()
    }
}

/// Keys of one table.
type Keys<'c> = BTreeMap<&'c str, Entry<'c>>;

/// All tables.
#[derive(Debug, Default)]
pub struct Sections<'c> {
    flat: BTreeMap<&'c str, Keys<'c>>,
    deep: BTreeMap<&'c str, BTreeMap<&'c str, Keys<'c>>>,
}

impl<'c> Sections<'c> {
    /// The tables of a configuration.
    pub fn of_config(config: &'c Config) -> Self {
        let mut sections = Self::default();
        for (parts, texts, origin) in config.of_notices() {
            let entry = Entry { texts, origin };
            match parts {
                [table, key] => _ = sections.flat.entry(table).or_default().insert(key, entry),
                [table, name, key] => {
                    _ = sections.deep.entry(table).or_default().entry(name).or_default().insert(key, entry);
                }
                _ => {}
            }
        }
        sections
    }

    /// The value of a key in a table of keys.
    pub fn one(&self, table: &str, key: &str) -> Option<&Entry<'c>> {
        self.flat.get(table)?.get(key)
    }

    /// All keys of a table.
    pub fn table(&self, table: &str) -> impl Iterator<Item = (&'c str, &Entry<'c>)> {
        self.flat.get(table).into_iter().flatten().map(|(key, entry)| (*key, entry))
    }

    /// The names below a table of tables.
    pub fn names(&self, table: &str) -> impl Iterator<Item = &'c str> {
        self.deep.get(table).into_iter().flat_map(|names| names.keys().copied())
    }

    /// The value of a key below a name.
    pub fn of(&self, table: &str, name: &str, key: &str) -> Option<&Entry<'c>> {
        self.deep.get(table)?.get(name)?.get(key)
    }

    /// Where a name is first written.
    pub fn first(&self, table: &str, name: &str) -> Option<&'c Origin> {
        self.deep.get(table)?.get(name)?.values().map(|entry| entry.origin).min_by_key(|origin| origin.line())
    }
}
