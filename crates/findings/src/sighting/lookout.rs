//! Every indicator that is looked for, compiled, with the place of its details.
//!
//! The matcher holds values and a number for each; details (who says so, since when, in which sentence) are read
//! from the spool for the few that were met. What must not be hunted (a private address, an own name, a public
//! resolver) is suppressed, and the answer says so: a number for each reason, with an example.

use super::validity;
use crate::facts::ours::{Ours, is_internal, parse_network, within};
use crate::facts::said::Said;
use model::ours::{NameValue, Party};
use model::world::Indicator;
use model::{Date, Timestamp};
use observable::{Kind, Needle, Observable, Scope, Set};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// MD5, SHA-1 and SHA-256 of nothing: every empty file bears them, whatever a list says.
const EMPTY_FILE: [&str; 3] = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// The name of the document that the command line is. Who asks for a value by name has looked at it: it is never kept
/// back.
pub const COMMAND_LINE: &str = "--indicator";

/// Indicators that are not looked for, by reason: their number and the first by value.
pub(crate) type KeptBack = BTreeMap<String, (u64, Observable)>;

/// The bit of a kind.
fn bit(kind: Kind) -> u32 {
    1 << (kind as u32)
}

/// What is looked for.
#[derive(Default)]
pub(crate) struct Lookout {
    set: Option<Set>,
    documents: Vec<(Arc<str>, Arc<Said>)>,
    /// The number of each document's first indicator.
    starts: Vec<u32>,
    /// The first and the last day on which reports of each document were published.
    dated: Vec<Option<(Date, Date)>>,
    /// The moment that each document states for itself.
    stated: Vec<Option<Timestamp>>,
    pub(crate) kept_back: KeptBack,
    /// Of each document, the kinds of which values are looked for, and those of which some are kept back: a bit each.
    kinds: Vec<(u32, u32)>,
    /// Values that every source took back: they are in the matcher and mean nothing.
    taken_back: usize,
}

impl std::fmt::Debug for Lookout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookout").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

impl Lookout {
    /// Compiles the indicators of documents, in order of name.
    pub(crate) fn of(documents: Vec<(Arc<str>, Arc<Said>, Option<Timestamp>)>, good: &Good) -> Self {
        let mut lookout = Self::default();
        let mut builder = Set::builder();
        let mut next = 0_u32;
        let mut any = false;
        let mut revoked: BTreeSet<Observable> = BTreeSet::new();
        for (name, said, stated) in documents {
            let asked = *name == *COMMAND_LINE;
            lookout.starts.push(next);
            let (mut hunted, mut kept) = (0, 0);
            said.signs.each_value(&mut |number, observable, is_revoked| {
                let tag = u32::try_from(number).ok().and_then(|number| next.checked_add(number));
                let Some(tag) = tag else { return };
                if is_revoked {
                    revoked.insert(observable.clone());
                }
                if let Some(why) = good.keeps_back(observable).filter(|_| !asked) {
                    kept |= bit(observable.kind);
                    lookout.keep_back(why, observable.clone());
                    return;
                }
                hunted |= bit(observable.kind);
                any |= builder.add_ref(observable, scope_of(observable.kind), tag);
            });
            let count = u32::try_from(said.signs.len()).unwrap_or(u32::MAX);
            next = next.saturating_add(count);
            let days = || said.reports.iter().filter_map(|report| report.published);
            lookout.dated.push(days().min().zip(days().max()));
            lookout.stated.push(stated);
            lookout.kinds.push((hunted, kept));
            lookout.documents.push((name, said));
        }
        lookout.set = any.then(|| builder.build());
        lookout.taken_back = revoked.iter().filter(|value| lookout.of_value(value).is_empty()).count();
        lookout
    }

    /// The same, looking only for these values: what is said of them is the same.
    pub(crate) fn only(&self, wanted: &BTreeSet<Observable>) -> Self {
        let mut builder = Set::builder();
        let mut any = false;
        for ((_, said), start) in self.documents.iter().zip(&self.starts) {
            said.signs.each_value(&mut |number, observable, _| {
                let tag = u32::try_from(number).ok().and_then(|number| start.checked_add(number));
                if let Some(tag) = tag.filter(|_| wanted.contains(observable)) {
                    any |= builder.add_ref(observable, scope_of(observable.kind), tag);
                }
            });
        }
        Self {
            set: any.then(|| builder.build()),
            documents: self.documents.clone(),
            starts: self.starts.clone(),
            dated: self.dated.clone(),
            stated: self.stated.clone(),
            kept_back: KeptBack::new(),
            kinds: self.kinds.clone(),
            taken_back: 0,
        }
    }

    /// Every value that is looked for, as often as it is named, each time with a digest of when it is a sign there. What is
    /// kept back is not among them.
    pub(crate) fn each_dated(&self, good: &Good, each: &mut dyn FnMut(&Observable, u64)) {
        for ((name, said), dated) in self.documents.iter().zip(&self.dated) {
            let asked = **name == *COMMAND_LINE;
            let of_document = dated.map_or(0, |(first, last)| {
                let day = |day: Date| day.start().micros().cast_unsigned();
                day(first) ^ day(last).rotate_left(32)
            });
            said.signs.each_dated(&mut |observable, dates| {
                if asked || good.keeps_back(observable).is_none() {
                    each(observable, dates ^ of_document);
                }
            });
        }
    }

    fn keep_back(&mut self, why: String, observable: Observable) {
        match self.kept_back.get_mut(&why) {
            Some((count, first)) => {
                *count += 1;
                if observable < *first {
                    *first = observable;
                }
            }
            None => _ = self.kept_back.insert(why, (1, observable)),
        }
    }

    /// The matcher, if there is anything to look for.
    pub(crate) fn set(&self) -> Option<&Set> {
        self.set.as_ref()
    }

    /// Whether values of this kind are named by a document, and every one of them is kept back.
    pub(crate) fn keeps_all_back(&self, document: &str, kind: Kind) -> bool {
        let place = self.documents.iter().position(|(name, _)| **name == *document);
        place
            .and_then(|place| self.kinds.get(place))
            .is_some_and(|(hunted, kept)| kept & !hunted & bit(kind) != 0)
    }

    /// How many different values are looked for.
    pub(crate) fn values(&self) -> usize {
        self.set.as_ref().map_or(0, Set::len).saturating_sub(self.taken_back)
    }

    /// The indicator with this number.
    pub(crate) fn indicator(&self, tag: u32) -> Option<Indicator> {
        let place = self.starts.partition_point(|start| *start <= tag).checked_sub(1)?;
        let (name, said) = self.documents.get(place)?;
        let number = tag - self.starts.get(place)?;
        let indicator = said.signs.get(usize::try_from(number).ok()?, name)?;
        Some(validity::around(indicator, self.dated.get(place).copied().flatten()))
    }

    /// Since when the indicator with this number is published: as of its report; of a document with several reports the
    /// last, where it is of none by name; else as the document is dated.
    fn published(&self, tag: u32, source: &str) -> Option<Timestamp> {
        let place = self.starts.partition_point(|start| *start <= tag).checked_sub(1)?;
        let (_, said) = self.documents.get(place)?;
        let own = said.reports.iter().filter(|report| report.name == source);
        let own = own.filter_map(|report| report.published).min();
        let last = || self.dated.get(place).copied().flatten().map(|(_, last)| last);
        let day = own.or_else(last).map(Date::start);
        day.or_else(|| self.stated.get(place).copied().flatten())
    }

    /// Since when somebody could know that a value is a sign: the earliest of its sources that are dated.
    pub(crate) fn known_since(&self, observable: &Observable) -> Option<Timestamp> {
        let mut since: Option<Timestamp> = None;
        self.set.as_ref()?.lookup(observable, &mut |hit| {
            let indicator = self.indicator(hit.tag);
            let indicator = indicator.filter(|one| one.observable == *observable && !one.revoked);
            let published = indicator.and_then(|one| self.published(hit.tag, &one.source));
            since = since.into_iter().chain(published).min();
        });
        since
    }

    /// What every source says of a value: without the sources that take it back. In order of place.
    pub(crate) fn of_value(&self, observable: &Observable) -> Vec<Indicator> {
        let mut tags = BTreeSet::new();
        if let Some(set) = &self.set {
            set.lookup(observable, &mut |hit| _ = tags.insert(hit.tag));
        }
        let mut said: Vec<Indicator> = tags
            .into_iter()
            .filter_map(|tag| self.indicator(tag))
            .filter(|indicator| indicator.observable == *observable)
            .collect();
        let revoked: BTreeSet<String> = said
            .iter()
            .filter(|indicator| indicator.revoked)
            .map(|indicator| indicator.source.clone())
            .collect();
        said.retain(|indicator| !revoked.contains(&indicator.source));
        said.sort_by(|a, b| (&a.origin, &a.source, &a.context).cmp(&(&b.origin, &b.source, &b.context)));
        // Two places of one document that say the same are one word.
        said.dedup_by(|b, a| {
            (&a.source, &a.context, &a.attributed_to, a.valid_from, a.valid_until)
                == (&b.source, &b.context, &b.attributed_to, b.valid_from, b.valid_until)
        });
        said
    }
}

/// Whether what lies below a value of this kind is looked for too.
#[must_use]
pub fn scope_of(kind: Kind) -> Scope {
    match kind {
        Kind::Domain | Kind::Network => Scope::Below,
        _ => Scope::Exact,
    }
}

/// What is known to be good, and what is ours: values that are never hunted silently.
#[derive(Default)]
pub(crate) struct Good {
    set: Option<Set>,
    lists: Vec<Arc<str>>,
    own_domains: BTreeSet<String>,
    own_networks: Vec<(IpAddr, u8)>,
}

impl std::fmt::Debug for Good {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Good").field("lists", &self.lists).finish_non_exhaustive()
    }
}

impl Good {
    /// The lists of known good values of all documents, and our own names.
    pub(crate) fn of<'s>(documents: impl Iterator<Item = &'s Said>, ours: &Ours) -> Self {
        let mut builder = Set::builder();
        let mut lists: Vec<Arc<str>> = Vec::new();
        let mut any = false;
        for value in documents.flat_map(|said| &said.known_good) {
            let number = lists.iter().rposition(|list| **list == *value.list);
            let number = number.unwrap_or_else(|| {
                lists.push(Arc::clone(&value.list));
                lists.len() - 1
            });
            let Ok(tag) = u32::try_from(number) else { continue };
            let below = value.below || value.value.kind == Kind::Network;
            let scope = if below { Scope::Below } else { Scope::Exact };
            any |= builder.add(Needle { observable: value.value.clone(), scope, tag });
        }
        let own = ours.names.iter().filter(|name| name.party == Party::Own);
        let own = own.filter_map(|name| match &name.value {
            NameValue::Observable(value) => Some(value),
            NameValue::Keyword(_) => None,
        });
        let (mut own_domains, mut own_networks) = (BTreeSet::new(), Vec::new());
        for value in own {
            match value.kind {
                Kind::Domain => _ = own_domains.insert(value.value.clone()),
                Kind::Network => own_networks.extend(parse_network(&value.value)),
                Kind::Ipv4 | Kind::Ipv6 => {
                    let address = value.value.parse::<IpAddr>().ok();
                    own_networks
                        .extend(address.map(|address| (address, if address.is_ipv4() { 32 } else { 128 })));
                }
                _ => {}
            }
        }
        Self { set: any.then(|| builder.build()), lists, own_domains, own_networks }
    }

    /// Why an indicator is not looked for, if it is not.
    fn keeps_back(&self, observable: &Observable) -> Option<String> {
        let is_address = matches!(observable.kind, Kind::Ipv4 | Kind::Ipv6);
        let address = if is_address { observable.value.parse::<IpAddr>().ok() } else { None };
        let why = match observable.kind {
            Kind::Cve | Kind::Technique | Kind::AutonomousSystem => "names knowledge, not a trace in logs",
            _ if EMPTY_FILE.contains(&observable.value.as_str()) => "the hash of the empty file",
            _ if address.is_some_and(is_internal) => {
                "a private, loopback or multicast address means no one machine"
            }
            Kind::Domain if self.own_domains.contains(&observable.value) => "an own name",
            _ if address.is_some_and(|address| self.owns(address)) => "an own address",
            _ => return self.listed(observable),
        };
        Some(why.to_owned())
    }

    fn owns(&self, address: IpAddr) -> bool {
        self.own_networks.iter().any(|(network, bits)| within(address, *network, *bits))
    }

    /// The list of known good values that holds it, the first by name.
    pub(crate) fn listed(&self, observable: &Observable) -> Option<String> {
        let mut lists = BTreeSet::new();
        self.set.as_ref()?.lookup(observable, &mut |hit| {
            lists.extend(usize::try_from(hit.tag).ok().and_then(|tag| self.lists.get(tag)));
        });
        lists.first().map(|list| format!("known to be good: {list}"))
    }
}
