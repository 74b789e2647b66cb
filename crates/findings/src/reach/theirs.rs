//! What is a party's: addresses, domains and mail addresses by its names, and words that name it in notes.
//!
//! A word of a company's name is no identifier: `crane maker` may mean any maker of cranes. So it is *possible*, and
//! words that our own names have, or that half of all companies bear, mean nobody.

use crate::compromise::holds_word;
use crate::facts::ours::{Ours, parse_network, within};
use model::Certainty;
use model::ours::{NameValue, Party};
use model::party::{ReachBy, ReachRule};
use observable::Kind;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// A shorter word is in too many texts.
const WORD_CHARS_MIN: usize = 4;

/// Words that many companies bear.
const OF_MANY: &[&str] = &[
    "agency",
    "agents",
    "company",
    "consulting",
    "corporation",
    "digital",
    "europe",
    "gesellschaft",
    "global",
    "gmbh",
    "group",
    "holding",
    "holdings",
    "international",
    "limited",
    "network",
    "networks",
    "partner",
    "partners",
    "security",
    "service",
    "services",
    "software",
    "solution",
    "solutions",
    "support",
    "system",
    "systems",
    "technologies",
    "technology",
    "vendor",
];

/// A network with why it is the party's.
#[derive(Debug)]
struct Around {
    at: IpAddr,
    bits: u8,
    by: String,
    certainty: Certainty,
}

/// What is a party's.
#[derive(Debug, Default)]
pub(super) struct Theirs {
    networks: Vec<Around>,
    domains: BTreeSet<String>,
    mails: BTreeSet<String>,
    /// Its name and keywords.
    names: BTreeSet<String>,
    /// Single words of its name.
    words: BTreeSet<String>,
}

impl Theirs {
    pub(super) fn of(ours: &Ours, party: &str) -> Self {
        let mut theirs = Self::default();
        theirs.names.insert(party.to_lowercase());
        let (its, others): (Vec<_>, Vec<_>) = ours.names.iter().partition(|name| name.party_name == party);
        for name in its {
            match &name.value {
                NameValue::Keyword(word) => _ = theirs.names.insert(word.to_lowercase()),
                NameValue::Observable(value) => theirs.name(value.kind, &value.value),
            }
        }
        let mut own: BTreeSet<String> = BTreeSet::new();
        for name in others.into_iter().filter(|name| name.party == Party::Own) {
            own.extend(words(&name.party_name));
            if let NameValue::Keyword(word) = &name.value {
                own.extend(words(word));
            }
        }
        let is_own = |word: &str| own.iter().any(|own| is_same(own, word));
        theirs.words = words(party).into_iter().filter(|word| !is_own(word)).collect();
        theirs
    }

    fn name(&mut self, kind: Kind, value: &str) {
        match kind {
            Kind::Domain => _ = self.domains.insert(value.to_lowercase()),
            Kind::Email => _ = self.mails.insert(value.to_lowercase()),
            _ => {
                if let Some((at, bits)) = network(value) {
                    self.networks.push(Around {
                        at,
                        bits,
                        by: value.to_owned(),
                        certainty: Certainty::Certain,
                    });
                }
            }
        }
    }

    /// Takes the networks that a rule lets come from the party; by its name alone they are only possible.
    pub(super) fn named_by(&mut self, rule: &ReachRule) {
        if rule.by.certainty != Certainty::Possible {
            return;
        }
        let device = rule.device.as_deref().map(|device| format!(" of {device}")).unwrap_or_default();
        let by = format!("rule {}{device}", rule.number);
        for (at, bits) in rule.from.iter().flat_map(|from| ends(from)).filter_map(network) {
            if bits > 0 {
                self.networks.push(Around { at, bits, by: by.clone(), certainty: Certainty::Possible });
            }
        }
    }

    /// Whether any address is known to be its.
    pub(super) fn has_networks(&self) -> bool {
        self.networks.iter().any(|around| around.certainty == Certainty::Certain)
    }

    pub(super) fn of_address(&self, address: IpAddr) -> Option<ReachBy> {
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let around = self.networks.iter().filter(|one| within(address, one.at, one.bits));
        let by = |one: &Around| ReachBy {
            certainty: one.certainty,
            how: if one.bits == whole { "is" } else { "lies in" },
            by: one.by.clone(),
        };
        around.map(by).min()
    }

    /// A network that is one of its, lies in one, or holds one.
    pub(super) fn of_network(&self, (at, bits): (IpAddr, u8)) -> Option<ReachBy> {
        let by = |one: &Around| {
            let how = match () {
                () if one.at.is_ipv4() != at.is_ipv4() => return None,
                () if bits == one.bits && within(at, one.at, one.bits) => "is",
                () if bits > one.bits && within(at, one.at, one.bits) => "lies in",
                () if bits < one.bits && within(one.at, at, bits) => "holds",
                () => return None,
            };
            Some(ReachBy { certainty: one.certainty, how, by: one.by.clone() })
        };
        self.networks.iter().filter_map(by).min()
    }

    pub(super) fn of_domain(&self, domain: &str) -> Option<ReachBy> {
        let domain = domain.to_lowercase();
        let by = |theirs: &String| {
            let rest = domain.strip_suffix(theirs.as_str())?;
            let how = if rest.is_empty() { "is" } else { rest.ends_with('.').then_some("lies below")? };
            Some(ReachBy { certainty: Certainty::Certain, how, by: theirs.clone() })
        };
        self.domains.iter().filter_map(by).min()
    }

    pub(super) fn of_mail(&self, mail: &str) -> Option<ReachBy> {
        let mail = mail.to_lowercase();
        if self.mails.contains(&mail) {
            return Some(ReachBy { certainty: Certainty::Certain, how: "is", by: mail });
        }
        let (_, domain) = mail.rsplit_once('@')?;
        self.of_domain(domain).map(|by| ReachBy { how: "is a mail address at", ..by })
    }

    /// A text that has its name, a keyword or a domain of it, or a word of its name.
    pub(super) fn named_in(&self, text: &str) -> Option<ReachBy> {
        let lower = text.to_lowercase();
        let whole =
            self.names.iter().chain(&self.domains).find(|name| !name.is_empty() && holds_word(&lower, name));
        let by = match whole {
            Some(name) => (name.clone(), "names"),
            None => {
                let of_text: Vec<String> = split(&lower).map(str::to_owned).collect();
                let is_in = |word: &&String| of_text.iter().any(|other| is_same(other, word));
                (self.words.iter().find(is_in)?.clone(), "has a word of its name:")
            }
        };
        Some(ReachBy { certainty: Certainty::Possible, how: by.1, by: by.0 })
    }
}

/// An address or a network, as written.
pub(super) fn network(text: &str) -> Option<(IpAddr, u8)> {
    parse_network(text).or_else(|| {
        let address: IpAddr = text.parse().ok()?;
        Some((address, if address.is_ipv4() { 32 } else { 128 }))
    })
}

/// The values of one end of a rule.
pub(super) fn ends(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', ' ']).map(str::trim).filter(|end| !end.is_empty())
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words of a name that may mean it.
fn words(name: &str) -> BTreeSet<String> {
    let lower = name.to_lowercase();
    let means = |word: &&str| word.chars().count() >= WORD_CHARS_MIN && !OF_MANY.contains(word);
    split(&lower).filter(means).map(str::to_owned).collect()
}

/// Whether two words are one, whatever their number.
fn is_same(one: &str, other: &str) -> bool {
    one.strip_suffix('s').unwrap_or(one) == other.strip_suffix('s').unwrap_or(other)
}
