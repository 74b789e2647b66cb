//! Compromises: what others saw, joined with our names.
//!
//! Our names are the needles; the collections of the world are searched for them. A domain matches every name
//! below it and every mail address in it; a network matches its addresses. When an observation names one of our
//! accounts, our own log-ons are asked about it: a leaked account that logs on without a second factor is the
//! strongest finding of this join, and only its owner can make it.

mod misuse;

pub(crate) use misuse::UsedHere;

use crate::facts::ours::Ours;
use crate::facts::world::World;
use crate::keyword::{Keywords, Spelling};
use model::identity::Entity;
use model::ours::{Name, NameValue, Party};
use model::world::{Observation, ObservationNature, TermRole};
use model::{
    Certainty, EVIDENCE_MAX, Evidence, Finding, FindingKind, Intel, IntelType, Severity, Subject, Timestamp,
};
use observable::{Kind, Needle, Observable, Scope, Set};
use std::collections::BTreeMap;

/// Our names, compiled.
struct NameNeedles<'o> {
    names: Vec<&'o Name>,
    set: Set,
    /// Keywords in small letters, with their names, and the same compiled.
    words: Vec<(String, &'o Name)>,
    keywords: Keywords,
}

/// Which name an observation is about, and by which of its values.
struct NameMatch<'q> {
    name: &'q Name,
    value: String,
    observable: Option<&'q Observable>,
    /// A keyword in another spelling: what the record has.
    variant: Option<String>,
}

/// Whose the observations of a collection are: our names and those of partners, compiled.
pub struct Whose<'o> {
    names: NameNeedles<'o>,
    ours: &'o Ours,
}

/// One party that an observation is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutParty<'o> {
    /// What the party is to us.
    pub party: Party,
    /// The party's own name.
    pub name: &'o str,
    /// The value by which the observation is about it.
    pub value: String,
}

impl<'o> Whose<'o> {
    /// Of these names.
    #[must_use]
    pub fn of(ours: &'o Ours) -> Self {
        Self { names: NameNeedles::of(ours), ours }
    }

    /// The parties that an observation is about, as the join of compromises has them.
    #[must_use]
    pub fn about<'q>(&self, observation: &'q Observation) -> Vec<AboutParty<'q>>
    where
        'o: 'q,
    {
        let matches = self.names.matches(observation, self.ours).into_iter();
        let about = |found: NameMatch<'q>| AboutParty {
            party: found.name.party,
            name: found.name.party_name.as_str(),
            value: found.value,
        };
        matches.map(about).collect()
    }

    /// The names of parties, each once, in order.
    #[must_use]
    pub fn parties(&self) -> Vec<(&'o str, Party)> {
        let mut all: Vec<(&str, Party)> =
            self.names.names.iter().map(|name| (name.party_name.as_str(), name.party)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whose a domain is, with all above it.
    #[must_use]
    pub fn of_domain(&self, domain: &str) -> Option<(&'o str, Party)> {
        let domain = observable::canonical(Kind::Domain, domain)?;
        let mut tags = Vec::new();
        self.names.set.lookup(&domain, &mut |hit| tags.push(hit.tag));
        let named = tags.into_iter().min().and_then(|tag| self.names.names.get(usize::try_from(tag).ok()?));
        named.map(|name| (name.party_name.as_str(), name.party))
    }

    /// Whether a text has a name of another party in it, or of a machine of ours.
    #[must_use]
    pub fn names_another(&self, text: &str, party: &str) -> bool {
        let lower = text.to_lowercase();
        let others = self.names.names.iter().filter(|name| name.party_name != party);
        let mut named = others.flat_map(|name| {
            let value = match &name.value {
                NameValue::Observable(value) => value.value.to_lowercase(),
                NameValue::Keyword(word) => word.to_lowercase(),
            };
            [value, name.party_name.to_lowercase()]
        });
        named.any(|name| !name.is_empty() && lower.contains(&name))
            || self.ours.devices.keys().any(|key| {
                let short = key.split('.').next().unwrap_or_default();
                !short.is_empty() && holds_word(&lower, &short.to_lowercase())
            })
    }
}

/// The join.
pub(crate) fn compromises(world: &World, of: &UsedHere<'_>) -> Vec<Finding> {
    let ours = of.ours;
    let names = NameNeedles::of(ours);
    let mut grouped: BTreeMap<Vec<String>, Vec<(&Observation, NameMatch<'_>)>> = BTreeMap::new();
    for observation in &world.observations {
        let observation: &Observation = observation;
        for found in names.matches(observation, ours) {
            let key = vec![observation.collection.clone(), observation.what.clone(), found.value.clone()];
            grouped.entry(key).or_default().push((observation, found));
        }
    }
    let findings = grouped.into_iter().filter_map(|(key, mut seen)| {
        seen.sort_by(|a, b| (a.0.time, &a.0.origin).cmp(&(b.0.time, &b.0.origin)));
        finding(&key, &seen, of)
    });
    findings.collect()
}

impl<'o> NameNeedles<'o> {
    fn of(ours: &'o Ours) -> Self {
        let names: Vec<&Name> = ours.names.iter().collect();
        let mut builder = Set::builder();
        let mut words = Vec::new();
        for (tag, name) in (0u32..).zip(&names) {
            match &name.value {
                NameValue::Observable(observable) => {
                    let observable = observable.clone();
                    builder.add(Needle { observable, scope: Scope::Below, tag });
                }
                NameValue::Keyword(word) => words.push((word.as_str(), *name)),
            }
        }
        let keywords = Keywords::of(words.iter().map(|(word, _)| *word));
        let words = words.into_iter().map(|(word, name)| (word.to_lowercase(), name)).collect();
        Self { names, set: builder.build(), words, keywords }
    }

    /// Every name that the observation is about, each once, by its first value in order.
    fn matches<'q>(&self, observation: &'q Observation, ours: &Ours) -> Vec<NameMatch<'q>>
    where
        'o: 'q,
    {
        let mut found: Vec<NameMatch<'q>> = Vec::new();
        for term in &observation.terms {
            let mut tags = Vec::new();
            self.set.lookup(&term.observable, &mut |hit| tags.push(hit.tag));
            tags.sort_unstable();
            let named = tags.first().and_then(|tag| self.names.get(usize::try_from(*tag).ok()?));
            let Some(name) = named else { continue };
            if observation.time.is_some_and(|time| name.has_expired(time)) {
                continue;
            }
            if term.role == TermRole::Subject {
                found.push(NameMatch {
                    name,
                    value: term.observable.value.clone(),
                    observable: Some(&term.observable),
                    variant: None,
                });
            }
        }
        // One observation is one compromise of a party, by the value that leads furthest.
        found.sort_by_key(|found| (&found.name.party_name, weight(found), found.value.clone()));
        found.dedup_by(|later, first| later.name.party_name == first.name.party_name);
        let counterpart = observation.terms.iter().any(|term| {
            let address = term.observable.value.parse().ok();
            term.role == TermRole::Subject && address.is_some_and(|address| ours.owns(address))
        });
        if found.is_empty() && !counterpart {
            self.by_keyword(observation, &mut found);
        }
        found
    }

    /// The keywords in the words of an observation, each once for a party, in the order of names.
    fn by_keyword<'q>(&self, observation: &Observation, found: &mut Vec<NameMatch<'q>>)
    where
        'o: 'q,
    {
        let mut best: BTreeMap<usize, (Spelling, &str)> = BTreeMap::new();
        for text in &observation.words {
            for one in self.keywords.find(text) {
                let said = (one.spelling, text.get(one.range).unwrap_or_default());
                let known = best.entry(one.keyword).or_insert(said);
                // Of the same spelling the first text counts.
                *known = if said.0 < known.0 { said } else { *known };
            }
        }
        for (number, (spelling, said)) in best {
            let Some((word, name)) = self.words.get(number) else { continue };
            let variant = (spelling == Spelling::Variant).then(|| said.to_owned());
            let known =
                found.iter_mut().find(|one| one.value == *word && one.name.party_name == name.party_name);
            match known {
                // One word may be in the table twice, with other capitals.
                Some(known) => known.variant = known.variant.take().and(variant),
                None => found.push(NameMatch { name, value: word.clone(), observable: None, variant }),
            }
        }
    }
}

/// Which of several values leads furthest: an account, then an address, then a name.
fn weight(found: &NameMatch<'_>) -> u8 {
    match found.observable.map(|value| value.kind) {
        Some(Kind::Email) => 0,
        Some(Kind::Ipv4 | Kind::Ipv6 | Kind::Network) => 1,
        Some(_) => 2,
        None => 3,
    }
}

/// Whether a text holds a word with no letter or digit on either side.
pub(crate) fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

fn finding(key: &[String], seen: &[(&Observation, NameMatch<'_>)], of: &UsedHere<'_>) -> Option<Finding> {
    let ours = of.ours;
    let (first, found) = seen.first()?;
    let name = found.name;
    let tlp = seen.iter().map(|(observation, _)| observation.tlp).max().unwrap_or_default();
    let intel = Intel {
        kind: IntelType::Collection,
        id: first.collection.clone(),
        name: first.what.clone(),
        source: first.origin.source.to_string(),
        tlp,
    };
    let host = found.observable.and_then(|value| host_of(value, first.time, ours));
    let account = found.observable.and_then(|value| account_of(value, ours));
    let subject = Subject {
        host: host.as_ref().map(|host| host.display.clone()),
        account: account.as_ref().map(|account| account.display.clone()),
        name: Some(found.value.clone()),
        party: Some(format!("{} ({})", name.party_name, name.party.name())),
        ..Subject::default()
    };
    // The value first, so that what was seen distinguishes the identifiers of one name.
    let keys: Vec<&str> = key.iter().rev().take(2).map(String::as_str).collect();
    let mut finding = Finding::new(FindingKind::Compromise, intel, subject, &keys, record_evidence(first));
    let more =
        seen.iter().skip(1).take(EVIDENCE_MAX - 3).map(|(observation, _)| record_evidence(observation));
    finding.evidence.extend(more);
    finding.evidence.push(name.origin.evidence().with("our name", &shown_name(name)));
    finding.count = u64::try_from(seen.len()).unwrap_or(u64::MAX);
    finding.first_seen = seen.iter().filter_map(|(observation, _)| observation.time).min();
    finding.last_seen = seen.iter().filter_map(|(observation, _)| observation.time).max();
    finding.known_since =
        seen.iter().filter_map(|(observation, _)| observation.known_since.or(observation.time)).min();
    finding.owner.clone_from(&name.owner);
    finding.title = title(first, found, account.as_ref(), host.as_ref());
    let is_variant = seen.iter().all(|(_, found)| found.variant.is_some());
    grade(&mut finding, first, found, found.variant.as_deref().filter(|_| is_variant));
    if let Some(account) = &account {
        let grave = first.nature == ObservationNature::Malicious;
        misuse::of_account(&mut finding, account, grave, of);
    }
    Some(finding)
}

fn title(
    seen: &Observation,
    found: &NameMatch<'_>,
    account: Option<&Entity>,
    host: Option<&Entity>,
) -> String {
    let whose = match found.name.party {
        Party::Own => "ours".to_owned(),
        Party::Subsidiary | Party::Supplier | Party::Customer => {
            format!("{} {}", found.name.party.name(), found.name.party_name)
        }
    };
    let value = match (account.filter(|a| a.known), host.filter(|h| h.known), found.observable) {
        (Some(account), _, _) => account.display.clone(),
        (_, Some(host), Some(value)) => format!("{} ({})", observable::defang(value), host.display),
        (_, _, Some(value)) => observable::defang(value),
        (_, _, None) => found.value.clone(),
    };
    format!("{value} ({whose}): {}", seen.what)
}

/// `variant`: the keyword is there in other spellings only, as which.
fn grade(finding: &mut Finding, seen: &Observation, found: &NameMatch<'_>, variant: Option<&str>) {
    let own = matches!(found.name.party, Party::Own | Party::Subsidiary);
    // What only looks like a name of ours is no sign yet that ours is in trouble.
    let malicious = seen.nature == ObservationNature::Malicious && variant.is_none();
    finding.severity = match (own, malicious) {
        (true, true) => Severity::High,
        (true, false) | (false, true) => Severity::Medium,
        (false, false) => Severity::Low,
    };
    finding.certainty = match found.observable {
        None => Certainty::Possible,
        Some(_) if malicious => Certainty::Certain,
        Some(_) => Certainty::Likely,
    };
    let nature = if malicious { "malicious: a compromise is likely" } else { "suspicious: needs a look" };
    finding.reasons.push(nature.to_owned());
    if let Some(variant) = variant {
        finding.reasons.push(format!("found as {variant}, another spelling of the keyword"));
    }
    finding.reasons.push(format!("seen by {}", seen.collection));
    if let Some(class) = &seen.classification {
        finding.reasons.push(format!("classified as {class}"));
    }
    if seen.held_secret {
        finding.reasons.push("the record held a secret; it is neither kept nor shown".to_owned());
    }
    let is_account = found.observable.is_some_and(|value| value.kind == Kind::Email);
    finding.remediation = if !own {
        vec![format!("inform {} and review what it can reach here", found.name.party_name)]
    } else if seen.collection == Observation::MAIL {
        vec!["look for the mail in all mailboxes, take it out, and ask who opened it".to_owned()]
    } else if is_account {
        vec!["change the password, end all sessions, require a second factor".to_owned()]
    } else {
        vec!["find the machine behind it at that time, isolate and examine it".to_owned()]
    };
}

fn host_of(value: &Observable, at: Option<Timestamp>, ours: &Ours) -> Option<Entity> {
    match value.kind {
        Kind::Ipv4 | Kind::Ipv6 => ours.hosts.at_address(value.value.parse().ok()?, at),
        Kind::Domain => Some(ours.hosts.resolve(&value.value, at)).filter(|host| host.known),
        _ => None,
    }
}

fn account_of(value: &Observable, ours: &Ours) -> Option<Entity> {
    (value.kind == Kind::Email).then(|| ours.account_directory.resolve(&value.value))
}

fn shown_name(name: &Name) -> String {
    let value = match &name.value {
        NameValue::Observable(value) => value.value.as_str(),
        NameValue::Keyword(word) => word,
    };
    format!("{value} ({}, {})", name.party_name, name.party.name())
}

fn record_evidence(observation: &Observation) -> Evidence {
    let place = observation.origin.evidence();
    let mut evidence = Evidence { time: observation.time, ..place };
    for (name, value) in observation.fields.iter().filter(|(_, value)| !value.is_empty()).take(14) {
        evidence = evidence.with(name, value);
    }
    evidence.with("collection", &observation.collection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_a_word() {
        assert!(holds_word("invoice of seaward harbour", "seaward"));
        assert!(!holds_word("seawards", "seaward") && holds_word("seawards, seaward", "seaward"));
    }
}
