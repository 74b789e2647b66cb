//! The entries of lists for people: one entry for all machines on which an exposure reads the same.
//!
//! Programs get every finding; people get one entry with a number, a few names, and the proof of the first
//! machine, which the entry names. Every list of names is bounded, and what is left out is counted.

use crate::safe::shown::Shown;
use crate::words::domain::SharedDomain;
use crate::words::finding::{our_facts, subject};
use crate::words::phrase::{and_others, count_of, counted, number};
use model::answer::RaceRow;
use model::{Decision, Finding, Spread, Subject};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Owners named beside an entry.
const OWNERS_NAMED_MAX: usize = 3;
/// Characters of one name in a list of names.
const NAME_CHARS_MAX: usize = 128;

/// One finding, or several that differ in their machine alone.
#[derive(Clone, Copy)]
pub(crate) enum ListEntry<'a> {
    /// A finding of its own.
    Alone(&'a Finding),
    /// An exposure on one or more machines; its finding is made when it is shown.
    Spread(&'a Spread),
}

impl<'a> ListEntry<'a> {
    /// A finding of its own.
    pub(crate) fn alone(finding: &'a Finding) -> Self {
        Self::Alone(finding)
    }

    /// An exposure on one or more machines.
    pub(crate) fn of(spread: &'a Spread) -> Self {
        Self::Spread(spread)
    }

    /// The finding of the first machine. Only entries that are shown make it: an answer may hold a million spreads.
    pub(crate) fn finding(&self) -> &'a Finding {
        match self {
            Self::Alone(finding) => finding,
            Self::Spread(spread) => spread.first(),
        }
    }

    /// The decision.
    pub(crate) fn decision(&self) -> Option<Decision> {
        match self {
            Self::Alone(finding) => finding.decision,
            Self::Spread(spread) => spread.decision(),
        }
    }

    /// The spread, if it is on several machines.
    pub(crate) fn spread(&self) -> Option<&'a Spread> {
        match self {
            Self::Alone(_) => None,
            Self::Spread(spread) => (spread.count() > 1).then_some(spread),
        }
    }

    /// How many findings it is.
    pub(crate) fn count(&self) -> u64 {
        self.spread().map_or(1, |spread| whole(spread.count()))
    }

    /// Its title, on several machines with `… on 312 machines`.
    pub(crate) fn title(&self) -> Shown {
        let title = Shown::prose(&self.finding().title);
        match self.spread() {
            None => title,
            Some(spread) => Shown::of(&[&title, &" on ", &machines_counted(spread)]),
        }
    }

    /// Its machine by name, or the first of several: `app-1, app-2 and 310 more`.
    pub(crate) fn machines(&self, named_max: usize) -> Shown {
        let Some(spread) = self.spread() else { return subject(self.finding()) };
        let named: Vec<Shown> = spread.hosts().take(named_max).map(name).collect();
        match self.count().saturating_sub(count_of(&named)) {
            1.. if named.is_empty() => machines_counted(spread),
            left => and_others(named, left),
        }
    }

    /// The same in so many cells, without the domain that all share: up to three names if they fit, else the number.
    pub(crate) fn machines_within(&self, cells: usize, domain: &SharedDomain) -> Shown {
        let Some(spread) = self.spread() else {
            let host = self.finding().subject.host.as_deref();
            return host.map_or_else(|| subject(self.finding()), |host| domain.short(host));
        };
        let named: Vec<Shown> =
            self.first_hosts().map(|host| domain.short(host).cut(NAME_CHARS_MAX)).collect();
        let all = count_of(&named) == self.count();
        let named = Shown::joined(named, ", ");
        if all && named.as_str().width() <= cells { named } else { machines_counted(spread) }
    }

    /// The machines that a short list may name.
    pub(crate) fn first_hosts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let alone = match self.spread() {
            None => self.finding().subject.host.as_deref(),
            Some(_) => None,
        };
        alone.into_iter().chain(self.spread().into_iter().flat_map(Spread::hosts).take(3))
    }

    /// The facts of ours, each with its sort.
    pub(crate) fn our_facts(&self, machines_named_max: usize) -> Vec<Shown> {
        if self.spread().is_none() {
            return our_facts(&self.finding().subject);
        }
        let others = Subject { host: None, ..self.finding().subject.clone() };
        let machines = Shown::of(&[&"machines ", &self.machines(machines_named_max)]);
        [machines].into_iter().chain(our_facts(&others)).collect()
    }

    /// `owner: web team`; for several machines `owners: web team (200), dock team (112)`.
    pub(crate) fn owners(&self) -> Option<Shown> {
        let alone =
            || self.finding().owner.as_deref().map(|owner| Shown::of(&[&"owner: ", &Shown::prose(owner)]));
        let Some(spread) = self.spread() else { return alone() };
        let mut by_owner: BTreeMap<&str, u64> = BTreeMap::new();
        for machine in spread.members().filter_map(|member| spread.machine(member)) {
            if let Some(owner) = &machine.owner {
                *by_owner.entry(owner).or_default() += 1;
            }
        }
        let owned: u64 = by_owner.values().sum();
        let without = self.count().saturating_sub(owned);
        if by_owner.len() <= 1 && without == 0 {
            return alone();
        }
        let mut order: Vec<(&str, u64)> = by_owner.into_iter().collect();
        order.sort_by_key(|(owner, machines)| (std::cmp::Reverse(*machines), *owner));
        let (named, others) = order.split_at(order.len().min(OWNERS_NAMED_MAX));
        let mut named_owners: Vec<Shown> =
            named.iter().map(|(owner, n)| with_number(&name(owner), *n)).collect();
        if !others.is_empty() {
            let machines = others.iter().map(|(_, machines)| machines).sum();
            named_owners.push(with_number(&counted(count_of(others), "other", "others"), machines));
        }
        if without > 0 {
            named_owners.push(with_number(&"nobody".into(), without));
        }
        let label = if order.len() == 1 { "owner: " } else { "owners: " };
        (!order.is_empty()).then(|| Shown::of(&[&label, &Shown::joined(named_owners, ", ")]))
    }

    /// For several machines: the machine whose identifier and proof are shown.
    pub(crate) fn proof_on(&self) -> Option<Shown> {
        self.spread().map(|_| match &self.finding().subject.host {
            Some(host) => name(host),
            None => "the first".into(),
        })
    }
}

/// `312 machines`; rows of an inventory that name no machine are counted apart.
fn machines_counted(spread: &Spread) -> Shown {
    let (all, named) = (whole(spread.count()), whole(spread.hosts().count()));
    match all.saturating_sub(named) {
        0 => counted(named, "machine", "machines"),
        unnamed if named == 0 => counted(unnamed, "unnamed machine", "unnamed machines"),
        unnamed => {
            Shown::of(&[&counted(named, "machine", "machines"), &" and ", &number(unnamed), &" unnamed"])
        }
    }
}

/// `320 findings in 14 entries, one for all machines alike`; nothing if each finding has its own entry.
pub(crate) fn alike(findings: u64, entries: u64) -> Option<Shown> {
    (findings != entries)
        .then(|| Shown::of(&[&in_entries(findings, entries), &", one for all machines alike"]))
}

/// `312 findings in 2 entries`.
pub(crate) fn in_entries(findings: u64, entries: u64) -> Shown {
    let entries = counted(entries, "entry", "entries");
    Shown::of(&[&counted(findings, "finding", "findings"), &" in ", &entries])
}

/// Machines with a flaw, the first so many by name.
pub(crate) fn hosts_of(row: &RaceRow, named_max: usize) -> Shown {
    let named: Vec<Shown> = row.hosts.iter().take(named_max).map(|host| name(host)).collect();
    let left = row.host_count.max(count_of(&row.hosts)).saturating_sub(count_of(&named));
    match (named.is_empty(), left) {
        (true, 1..) => counted(left, "machine", "machines"),
        (_, left) => and_others(named, left),
    }
}

/// How many findings these entries are.
pub(crate) fn findings_of(entries: &[ListEntry<'_>]) -> u64 {
    entries.iter().map(ListEntry::count).sum()
}

/// What a list leaves out: `4,120 more`, `12 more entries with 4,120 findings`; nothing for a whole list.
pub(crate) fn left_of(entries: &[ListEntry<'_>], shown_max: usize) -> Option<Shown> {
    let left = entries.get(shown_max..).filter(|left| !left.is_empty())?;
    let (entries, findings) = (count_of(left), findings_of(left));
    if entries == findings {
        return Some(Shown::of(&[&number(entries), &" more"]));
    }
    let findings = counted(findings, "finding", "findings");
    Some(Shown::of(&[&counted(entries, "more entry", "more entries"), &" with ", &findings]))
}

fn with_number(name: &Shown, n: u64) -> Shown {
    Shown::of(&[name, &" (", &number(n), &")"])
}

fn name(outside: &str) -> Shown {
    Shown::prose(outside).cut(NAME_CHARS_MAX)
}

fn whole(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
