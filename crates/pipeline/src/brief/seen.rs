//! What others saw in a period and in the one before it: records of collections, each counted once.
//!
//! A record is of the day on which its source published it, else of the day on which it happened, else of the moment at
//! which it was learnt. One of an earlier day that was learnt in the period is late: it was in no briefing yet. Whose a
//! record is, the names say, as in the join of compromises.

use findings::{Stated, Whose};
use model::brief::{CollectionRow, OthersSaw, Period};
use model::ours::Party;
use model::world::{Observation, TermRole};
use model::{Timestamp, Tlp};
use observable::Kind;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::{Home, Kept};

/// Addresses and families with a row.
const TOP: usize = 5;
/// Different addresses, families, and values of a collection that are counted.
const COUNTED_MAX: usize = 1_000_000;
const ABOUT_MAX: usize = 1_000;
/// The strictest marking of a record that may go to a party: beyond it, a record is for us alone.
pub(super) const PARTY_TLP: Tlp = Tlp::Amber;
/// What fields of collections are called that name malware.
const FAMILY: [&str; 8] =
    ["malware.name", "infection", "family", "malware", "malware_family", "malwarename", "stealer", "botnet"];

/// When a record is; one of an earlier day that was learnt in the period is late, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Before,
    Earlier,
}

/// Records while they are counted.
pub(super) struct Counting<'c> {
    period: &'c Period,
    earlier: Period,
    whose: &'c Whose<'c>,
    /// Only what is about this party.
    party: Option<&'c str>,
    known: HashSet<u64>,
    rows: BTreeMap<String, CollectionRow>,
    addresses: HashMap<String, (u64, bool)>,
    families: BTreeMap<String, (u64, u64)>,
    kept_back: u64,
    /// The strictest marking of what was counted.
    pub(super) tlp: Tlp,
}

impl<'c> Counting<'c> {
    pub(super) fn new(period: &'c Period, whose: &'c Whose<'c>, party: Option<&'c str>) -> Self {
        Self {
            period,
            earlier: period.before(),
            whose,
            party,
            known: HashSet::new(),
            rows: BTreeMap::new(),
            addresses: HashMap::new(),
            families: BTreeMap::new(),
            kept_back: 0,
            tlp: Tlp::Unmarked,
        }
    }

    /// Counts the records of a document.
    pub(super) fn document(&mut self, home: &Home, kept: &Kept) -> Result<(), store::Fault> {
        let name: Arc<str> = Arc::from(kept.name.as_str());
        home.each_part(&kept.name, &mut |said| {
            said.each_stated(&name, &mut |stated| {
                if let Stated::Observation(one) = stated {
                    self.take(one, kept.received);
                }
            });
        })
    }

    fn take(&mut self, one: &Observation, received: Timestamp) {
        let of_its_own = one.known_since.or(one.time);
        let day = of_its_own.unwrap_or(received);
        let is_late = day < self.period.since && self.period.holds(received);
        let when = if self.period.holds(day) {
            When::Now
        } else if self.earlier.holds(day) {
            When::Before
        } else if is_late {
            When::Earlier
        } else {
            return;
        };
        if !self.known.insert(content(one)) {
            return;
        }
        let mut about = self.whose.about(one);
        if let Some(party) = self.party {
            about.retain(|about| about.name == party);
            if about.is_empty() {
                return;
            }
            if one.tlp > PARTY_TLP {
                self.kept_back += 1;
                return;
            }
        }
        // Of a party's own page every record is about the party.
        let is_ours = self.party.is_none()
            && about.iter().any(|about| matches!(about.party, Party::Own | Party::Subsidiary));
        let is_partners = !is_ours && !about.is_empty();
        self.tlp = self.tlp.max(one.tlp);
        let row = self.rows.entry(one.collection.clone()).or_default();
        row.newest = row.newest.max(Some(day.date()));
        row.undated += u64::from(of_its_own.is_none() && when == When::Now);
        for about in &about {
            if row.about.len() < ABOUT_MAX && (when == When::Now || is_late) {
                *row.about.entry((about.value.clone(), one.what.clone())).or_default() += 1;
            }
        }
        match when {
            When::Now => {
                row.now += 1;
                row.ours_now += u64::from(is_ours);
                row.partners_now += u64::from(is_partners);
            }
            When::Before => {
                row.before += 1;
                row.ours_before += u64::from(is_ours);
                row.partners_before += u64::from(is_partners);
            }
            When::Earlier => {}
        }
        row.late += u64::from(is_late && (is_ours || is_partners));
        if when == When::Now {
            self.top(one, is_ours || is_partners);
        }
        if when != When::Earlier {
            self.family(one, when == When::Now);
        }
    }

    fn top(&mut self, one: &Observation, is_about: bool) {
        let is_address = |kind| matches!(kind, Kind::Ipv4 | Kind::Ipv6);
        for term in &one.terms {
            let is_victim = term.role == TermRole::Subject && is_address(term.observable.kind);
            let is_known = self.addresses.contains_key(&term.observable.value);
            if is_victim && (is_known || self.addresses.len() < COUNTED_MAX) {
                let row = self.addresses.entry(term.observable.value.clone()).or_default();
                row.0 += 1;
                row.1 |= is_about;
            }
        }
    }

    fn family(&mut self, one: &Observation, is_now: bool) {
        let is_family = |name: &str| FAMILY.iter().any(|known| name.eq_ignore_ascii_case(known));
        let Some((_, family)) = one.fields.iter().find(|(name, value)| is_family(name) && !value.is_empty())
        else {
            return;
        };
        let family = family.to_lowercase();
        if self.families.contains_key(&family) || self.families.len() < COUNTED_MAX {
            let (now, before) = self.families.entry(family).or_default();
            *(if is_now { now } else { before }) += 1;
        }
    }

    /// What was counted.
    pub(super) fn made(self) -> OthersSaw {
        let collections = self.rows.into_iter().map(|(name, row)| CollectionRow { name, ..row });
        let mut addresses: Vec<(String, u64, bool)> =
            self.addresses.into_iter().map(|(address, (count, about))| (address, count, about)).collect();
        addresses.sort_unstable_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        addresses.truncate(TOP);
        let mut families: Vec<(String, u64, u64)> = self
            .families
            .into_iter()
            .map(|(family, (now, before))| (family, now, before))
            .filter(|(_, now, _)| *now > 0)
            .collect();
        families.sort_unstable_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        families.truncate(TOP);
        OthersSaw { collections: collections.collect(), addresses, families, kept_back: self.kept_back }
    }
}

/// Equal records of two documents are one record.
pub(super) fn content(one: &Observation) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&one.collection, &one.what, one.time, one.known_since, &one.terms, &one.fields).hash(&mut hasher);
    hasher.finish()
}
