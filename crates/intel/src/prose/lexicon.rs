//! Names: of groups, malware, tools and techniques, and finding them in prose.
//!
//! A name leads to every group that some source calls so; nothing is merged by a shared name, because two
//! sources may disagree. The built-in tables are facts of MITRE ATT&CK and of the MISP galaxy (provenance
//! at their heads); [`Lexicon::learn`] adds what bundles say.

mod everyday;
mod find;
mod names;

pub(crate) use find::NamedAs;

use model::SecretKey;
use model::world::Fact;
use names::{NameEntry, NameSort, Names};
use std::sync::OnceLock;

/// How many learnt names are kept: ten times what ATT&CK and the MISP galaxy hold together.
pub const NAMES_MAX: usize = 100_000;

/// The names that prose is searched for, and the key of fingerprints.
#[derive(Default)]
pub struct Lexicon {
    built_in: bool,
    learnt: Names,
    secret_key: Option<SecretKey>,
}

/// A group that a name leads to, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupNamed {
    /// The group's preferred name: its APT number where one is established, else its source's choice.
    pub group: String,
    /// Its ATT&CK identifier, `G0065`.
    pub attack_id: Option<String>,
    /// The name as the source writes it.
    pub name: String,
    /// Who says that the group bears the name: `attack`, `misp`, or a bundle's source.
    pub source: String,
}

/// The built-in tables, parsed when first asked.
fn built_in() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Names::default();
        names.read_groups(include_str!("../../data/groups.tsv"));
        names.read_software(include_str!("../../data/software.tsv"));
        names.read_techniques(include_str!("../../data/techniques.tsv"));
        names
    })
}

/// The groups among entries, each once, sorted.
fn groups<'e>(entries: impl Iterator<Item = &'e NameEntry>) -> Vec<GroupNamed> {
    let groups = entries.filter(|entry| entry.sort == NameSort::Group).map(|entry| GroupNamed {
        group: entry.preferred.clone(),
        attack_id: entry.attack_id.clone(),
        name: entry.name.clone(),
        source: entry.source.clone(),
    });
    let mut all: Vec<GroupNamed> = groups.collect();
    all.sort();
    all.dedup();
    all
}

impl Lexicon {
    /// A lexicon that knows the built-in names.
    #[must_use]
    pub fn built_in() -> Self {
        Self { built_in: true, ..Self::default() }
    }

    /// A lexicon that knows nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Lets readers keep a fingerprint of the secrets in collections. Without a key secrets are dropped
    /// without a trace.
    #[must_use]
    pub fn with_secret_key(mut self, key: SecretKey) -> Self {
        self.secret_key = Some(key);
        self
    }

    pub(crate) fn secret_key(&self) -> Option<&SecretKey> {
        self.secret_key.as_ref()
    }

    /// Learns names from a fact: groups and software with their aliases, techniques with their names.
    pub fn learn(&mut self, fact: &Fact) {
        if self.learnt.len() >= NAMES_MAX {
            return;
        }
        match fact {
            Fact::IntrusionSet(set) => {
                let group = self.group_of(&set.name, set.attack_id.as_deref());
                let group = group.unwrap_or_else(|| set.name.clone());
                let id = set.attack_id.clone();
                self.learnt.group(
                    &group,
                    id.as_deref(),
                    &set.name,
                    &set.origin.source,
                    everyday::is(&set.name),
                );
                for alias in &set.aliases {
                    let plain = everyday::is(&alias.name);
                    self.learnt.group(&group, id.as_deref(), &alias.name, &alias.source, plain);
                }
            }
            Fact::Software(software) => {
                for name in std::iter::once(&software.name).chain(&software.aliases) {
                    let plain = everyday::is(name);
                    self.learnt.software(&software.name, software.attack_id.as_deref(), name, plain);
                }
            }
            Fact::AttackPattern(pattern) if !pattern.retired => {
                self.learnt.technique(&pattern.attack_id, &pattern.name, &pattern.tactics.join(","));
            }
            _ => {}
        }
    }

    /// Every group that bears this name, case and separators aside, sorted.
    #[must_use]
    pub fn groups_named(&self, name: &str) -> Vec<GroupNamed> {
        let key = names::key(name);
        groups(self.tables().flat_map(|table| table.entries(&key)))
    }

    /// Every name of a group, by its preferred name, sorted.
    #[must_use]
    pub fn names_of(&self, group: &str) -> Vec<GroupNamed> {
        groups(self.tables().flat_map(Names::all).filter(|entry| entry.preferred == group))
    }

    /// The name of a technique: `technique_name("T1190")`.
    #[must_use]
    pub fn technique_name(&self, attack_id: &str) -> Option<&str> {
        self.tables().find_map(|table| table.technique_name(attack_id))
    }

    /// The tactics of a technique, as ATT&CK's kill chain phases name them.
    #[must_use]
    pub fn technique_tactics(&self, attack_id: &str) -> Vec<&str> {
        let tactics = self.tables().find_map(|table| table.technique_tactics(attack_id));
        tactics.unwrap_or_default().split(',').filter(|tactic| !tactic.is_empty()).collect()
    }

    /// What is learnt comes first.
    fn tables(&self) -> impl Iterator<Item = &Names> {
        std::iter::once(&self.learnt).chain(self.built_in.then(built_in))
    }

    fn entries(&self, key: &str) -> Vec<&NameEntry> {
        self.tables().flat_map(|table| table.entries(key)).collect()
    }

    /// Whether any name may be the first of these words, or begin with both; they are ASCII, in any case.
    fn may_begin(&self, first: &str, second: Option<&str>) -> bool {
        self.tables().any(|table| table.may_begin(first, second))
    }

    /// The longest name, in words, that starts with this word.
    fn words_max(&self, first_word: &str) -> usize {
        self.tables().map(|table| table.words_max(first_word)).max().unwrap_or(0)
    }

    /// The known group that a source's name means: by number, else when exactly one bears the name.
    fn group_of(&self, name: &str, attack_id: Option<&str>) -> Option<String> {
        if let Some(id) = attack_id {
            return self.tables().find_map(|table| table.group_with_id(id)).map(str::to_owned);
        }
        let mut groups: Vec<String> = self.groups_named(name).into_iter().map(|named| named.group).collect();
        groups.dedup();
        match groups.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(name: &str) -> Vec<String> {
        let mut all: Vec<String> =
            Lexicon::built_in().groups_named(name).into_iter().map(|named| named.group).collect();
        all.dedup();
        all
    }

    #[test]
    fn every_name_of_a_group_leads_to_it_and_two_groups_stay_two() {
        for name in ["APT40", "apt 40", "Kryptonite Panda", "GINGHAM TYPHOON", "Leviathan", "TEMP.Periscope"]
        {
            assert_eq!(groups(name), ["APT40"], "{name}");
        }
        assert_eq!(groups("Anchor Panda"), ["APT14"]);
        assert_eq!(groups("Periscope"), ["APT40"]);
        assert!(groups("Nobody At All").is_empty());
    }

    #[test]
    fn techniques_have_names_and_tactics() {
        let lexicon = Lexicon::built_in();
        assert_eq!(lexicon.technique_name("T1190"), Some("Exploit Public-Facing Application"));
        assert_eq!(lexicon.technique_tactics("T1190"), ["initial-access"]);
        assert_eq!(lexicon.technique_name("T9999"), None);
    }
}
