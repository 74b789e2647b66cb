//! Cutting what a document says into parts, with those of its former version that still hold kept as they are.
//!
//! A document that changed a little should write a little, wherever in it the change is: one row of a hundred in two
//! million rows is in every stretch of a thousand. So a part never changes. A fact that the former version had is
//! found again by its digest and keeps its part, whatever its place now; a fact that is gone is marked so in the
//! [`Places`] of its part; new facts go into new parts. That is how log-structured stores write (segments, tombstones,
//! compaction), with one segment a batch.
//!
//! Invariants:
//! - the parts that are kept or new, with their places, say what the document says now;
//! - what is cut follows from the former parts and from what is said, and from nothing else;
//! - more than half of each part is said, and of small parts there are few: what is written for a change is bounded by
//!   the change, what is kept by twice what is said and by the dictionaries of claims and machines, which are made anew
//!   when half of the claims are in no row.

use super::claim::{Claim, ClaimRow, Components};
use super::numbered::{RowSort, Rows};
use super::part::{Attack, Facts, Part};
use super::placed::Placed;
use super::places::Places;
use crate::facts::said::Said;
use foldhash::{HashMap, HashSet};
use model::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How large parts are.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    /// How many facts a part has at most: some hundred kilobytes.
    facts: usize,
    /// How many rows of components: a row takes two or three bytes.
    rows: usize,
}

const SIZES: Sizes = Sizes { facts: 2_000, rows: 8_192 };
/// A part is small if it has less than an eighth of what it could have; from so many on, small ones become one.
const SMALL: usize = 8;
const SMALL_MAX: usize = 16;
/// How many parts a dictionary may be in, and from how many claims on it is looked whether rows have them.
const DICTIONARY_PARTS_MAX: usize = 1_000;
const CLAIMS_LEAST: usize = 1_000;

/// A digest of a part with one fact: equal for equal facts only.
pub type Digest = [u64; 2];

/// Where parts lie.
pub trait Shelf {
    /// Why they cannot be read or written.
    type Fault;

    /// The digest of a part with one fact.
    fn digest(&self, part: &Part) -> Digest;

    /// Reads a part of the former version.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&mut self, number: u64) -> Result<Part, Self::Fault>;

    /// Writes a part that is new, and where its facts are. Dictionaries have no places.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, number: u64, part: Part, places: Option<&Places>) -> Result<(), Self::Fault>;

    /// Keeps a part of the former version; says where its facts are now.
    ///
    /// # Errors
    /// When that cannot be written.
    fn keep(&mut self, number: u64, places: Option<&Places>) -> Result<(), Self::Fault>;
}

/// A document while it is cut.
#[derive(Debug)]
pub struct Cutting {
    first: u64,
    next: u64,
    /// One past the last number that a part may have.
    end: u64,
    sizes: Sizes,
    former: Vec<Former>,
    /// Each fact of the former version: its digest, its part in `former`, its number in the part; in order.
    index: Vec<(Digest, u32, u32)>,
    dictionaries: [Dictionary; 2],
    /// New facts that are in no part yet.
    waiting: Vec<(Facts, Places)>,
    waiting_rows: [Vec<ClaimRow>; 2],
    /// How many facts the former version had, how many of them are found again, and how many are new.
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    before: usize,
    kept: usize,
    new: usize,
}

/// A part of the former version.
#[derive(Debug)]
struct Former {
    number: u64,
    kind: Option<usize>,
    /// Where its facts are now.
    places: Places,
}

/// The claims and machines that rows of a sort refer to.
#[derive(Debug, Default)]
struct Dictionary {
    parts: Vec<u64>,
    claims: HashMap<Digest, u32>,
    hosts: HashMap<Box<str>, u32>,
    /// The number of the next claim, and of the next machine.
    next: (u32, u32),
    /// Claims that rows of the former version had.
    used: HashSet<u32>,
}

const SORTS: [RowSort; 2] = [RowSort::Installed, RowSort::Scanned];

impl Cutting {
    /// Begins with a document whose parts have numbers from `first` on, before `end`.
    #[must_use]
    pub fn new(first: u64, end: u64) -> Self {
        Self {
            first,
            next: first,
            end,
            sizes: SIZES,
            former: Vec::new(),
            index: Vec::new(),
            dictionaries: Default::default(),
            waiting: Vec::new(),
            waiting_rows: Default::default(),
            counts: Counts::default(),
        }
    }

    /// Takes note of a part of the former version. One without places is of an older program: it is not kept.
    pub fn former(&mut self, number: u64, part: Part, places: Option<&Places>, shelf: &impl Shelf) {
        self.next = self.next.max(number.saturating_add(1));
        let kind = part.0.kind();
        let Ok(at) = u32::try_from(self.former.len()) else { return };
        let from = self.index.len();
        match (part.0, places) {
            (Facts::Claims(sort, from, claims), _) => {
                let dictionary = self.dictionary_of(sort);
                dictionary.parts.push(number);
                dictionary.next.0 = dictionary.next.0.max(from.saturating_add(count(claims.len())));
                for (n, claim) in (from..).zip(claims) {
                    dictionary.claims.insert(digest_of(sort, claim, shelf), n);
                }
                return;
            }
            (Facts::Hosts(sort, from, hosts), _) => {
                let dictionary = self.dictionary_of(sort);
                dictionary.parts.push(number);
                dictionary.next.1 = dictionary.next.1.max(from.saturating_add(count(hosts.len())));
                dictionary.hosts.extend(hosts.into_iter().zip(from..));
                return;
            }
            (Facts::Rows(sort, rows), Some(places)) => {
                let live = places.iter().map(|place| place.is_some());
                let claims = rows.iter().zip(live).filter_map(|((claim, _), live)| live.then_some(claim));
                self.dictionary_of(sort).used.extend(claims);
                let digests = rows.iter().map(|(claim, host)| row_digest(sort, claim, host));
                self.index.extend(digests.zip(0..).map(|(digest, n)| (digest, at, n)));
            }
            (facts, Some(_)) => {
                let digests = facts.singles().map(|one| shelf.digest(&Part(one)));
                self.index.extend(digests.zip(0..).map(|(digest, n)| (digest, at, n)));
            }
            (_, None) => return,
        }
        self.counts.before += places.map_or(0, Places::live);
        let count = self.index.len() - from;
        self.former.push(Former { number, kind, places: Places::gone(count) });
    }

    /// All parts of the former version are known. If too little of it is used, everything is cut anew.
    pub fn begin(&mut self) {
        let wasteful = |dictionary: &Dictionary| {
            let claims = dictionary.claims.len();
            dictionary.parts.len() > DICTIONARY_PARTS_MAX
                || (claims >= CLAIMS_LEAST && dictionary.used.len() < claims / 2)
        };
        let is_far = self.next > self.first.saturating_add(self.end.saturating_sub(self.first) / 2);
        if is_far || self.dictionaries.iter().any(wasteful) {
            let next = if is_far { self.first } else { self.next };
            *self = Self { next, sizes: self.sizes, ..Self::new(self.first, self.end) };
        }
        self.index.sort_unstable();
    }

    /// Cuts what is said. A document that is read in several stretches is given one after the other.
    ///
    /// # Errors
    /// When a part cannot be written.
    pub fn add<S: Shelf>(&mut self, said: &Said, shelf: &mut S) -> Result<(), S::Fault> {
        self.rows(RowSort::Installed, &said.components, shelf)?;
        self.rows(RowSort::Scanned, &said.scans, shelf)?;
        self.all(in_order(&said.devices), Facts::Devices, shelf)?;
        self.all(in_order(&said.accounts), Facts::Accounts, shelf)?;
        self.all(in_order(&said.names), Facts::Names, shelf)?;
        self.all(said.reports.iter().cloned(), Facts::Reports, shelf)?;
        self.all(said.vulnerabilities.iter().cloned(), Facts::Vulnerabilities, shelf)?;
        self.all(said.exploited.iter().cloned(), |one| Facts::Exploited(one, Vec::new()), shelf)?;
        self.all(said.exploits.iter().cloned(), |one| Facts::Exploited(Vec::new(), one), shelf)?;
        self.all(said.statements.iter().cloned(), Facts::Statements, shelf)?;
        self.all(said.known_good.iter().cloned(), Facts::KnownGood, shelf)?;
        self.all(said.life_cycles.iter().cloned(), Facts::LifeCycles, shelf)?;
        self.all(said.observations.iter().cloned(), Facts::Observations, shelf)?;
        let mut outcome = Ok(());
        said.signs.each(&Arc::from(""), &mut |_, one| {
            if outcome.is_ok() {
                outcome = self.all(std::iter::once(one), Facts::Indicators, shelf);
            }
        });
        outcome?;
        for whole in wholes(said) {
            self.fact(whole, Place::Whole, shelf)?;
        }
        Ok(())
    }

    /// Ends the document: small parts become one, and what is left of parts of which most is gone goes into new ones.
    ///
    /// # Errors
    /// When a part cannot be read or written.
    pub fn finish<S: Shelf>(mut self, shelf: &mut S) -> Result<(), S::Fault> {
        self.index = Vec::new();
        let many = self.small_ones();
        // What is cut again is bounded by what changed: what went in many versions is not all cleared away in one.
        let mut room = self
            .counts
            .before
            .saturating_sub(self.counts.kept)
            .saturating_add(self.counts.new)
            .max(self.sizes.rows);
        for part in std::mem::take(&mut self.former) {
            let (live, all) = (part.places.live(), part.places.len());
            let is_sparse = live * 2 <= all || (self.is_small(&part) && many.contains(&part.kind));
            if live == 0 {
                continue;
            }
            if !is_sparse || live > room {
                shelf.keep(part.number, Some(&part.places))?;
                continue;
            }
            room -= live;
            self.cut_again(&part, shelf)?;
        }
        for sort in SORTS {
            self.cut_rows(sort, 0, shelf)?;
            for number in std::mem::take(&mut self.dictionary_of(sort).parts) {
                shelf.keep(number, None)?;
            }
        }
        for (facts, places) in std::mem::take(&mut self.waiting) {
            self.write(facts, Some(&places), shelf)?;
        }
        Ok(())
    }

    /// Whether a part has much less than it could have.
    fn is_small(&self, part: &Former) -> bool {
        let most = match part.kind {
            Some(kind) if kind <= Facts::ROWS + 1 => self.sizes.rows,
            _ => self.sizes.facts,
        };
        part.kind.is_some() && part.places.live() < most / SMALL
    }

    /// The kinds of which there are many small parts.
    fn small_ones(&self) -> BTreeSet<Option<usize>> {
        let mut small: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for part in self.former.iter().filter(|part| self.is_small(part)) {
            *small.entry(part.kind).or_default() += 1;
        }
        small.into_iter().filter(|(_, count)| *count >= SMALL_MAX).map(|(kind, _)| kind).collect()
    }

    /// What is still said of a part waits for a new one.
    fn cut_again<S: Shelf>(&mut self, part: &Former, shelf: &mut S) -> Result<(), S::Fault> {
        match shelf.read(part.number)?.0 {
            Facts::Rows(sort, rows) => {
                let live = rows
                    .iter()
                    .zip(part.places.iter())
                    .filter_map(|((claim, host), place)| Some(ClaimRow { claim, host, place: line(place?) }));
                self.waiting_of(sort).extend(live);
                self.cut_rows(sort, self.sizes.rows, shelf)
            }
            facts => {
                for (one, place) in facts.singles().zip(part.places.iter()) {
                    if let Some(place) = place {
                        self.wait(one, place, shelf)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn all<F: Placed, S: Shelf>(
        &mut self,
        facts: impl Iterator<Item = F>,
        of: fn(Vec<F>) -> Facts,
        shelf: &mut S,
    ) -> Result<(), S::Fault> {
        for mut fact in facts {
            let place = fact.place();
            fact.put(Place::Whole);
            self.fact(of(vec![fact]), place, shelf)?;
        }
        Ok(())
    }

    /// One fact: where it was, or in a new part.
    fn fact<S: Shelf>(&mut self, one: Facts, place: Place, shelf: &mut S) -> Result<(), S::Fault> {
        if self.index.is_empty() {
            return self.wait(one, place, shelf);
        }
        let part = Part(one);
        if self.is_kept(shelf.digest(&part), place) {
            return Ok(());
        }
        self.wait(part.0, place, shelf)
    }

    /// Whether the former version has the fact, and not all of its kind are at a place already.
    fn is_kept(&mut self, digest: Digest, place: Place) -> bool {
        // Equal facts get places in order. The first without one is found by doubling and halving.
        let mut low = self.index.partition_point(|(known, ..)| *known < digest);
        let mut width = 1;
        if self.has_place(low, digest) == Some(true) {
            while self.has_place(low + width, digest) == Some(true) {
                (low, width) = (low + width, width * 2);
            }
            let mut high = low + width;
            while high > low + 1 {
                let middle = low + (high - low) / 2;
                match self.has_place(middle, digest) {
                    Some(true) => low = middle,
                    _ => high = middle,
                }
            }
            low = high;
        }
        if self.has_place(low, digest) != Some(false) {
            self.counts.new += 1;
            return false;
        }
        let Some((_, part, n)) = self.index.get(low) else { return false };
        let part = usize::try_from(*part).ok().and_then(|part| self.former.get_mut(part));
        if let Some((part, n)) = part.zip(usize::try_from(*n).ok()) {
            part.places.set(n, place);
            self.counts.kept += 1;
        }
        true
    }

    /// Whether a fact of the former version has its place in this one; `None`: it has another digest.
    fn has_place(&self, at: usize, digest: Digest) -> Option<bool> {
        let (_, part, n) = self.index.get(at).filter(|(known, ..)| *known == digest)?;
        let places = &self.former.get(usize::try_from(*part).ok()?)?.places;
        Some(places.is_live(usize::try_from(*n).ok()?))
    }

    /// A fact waits for its part to be full.
    fn wait<S: Shelf>(&mut self, one: Facts, place: Place, shelf: &mut S) -> Result<(), S::Fault> {
        let mut place_alone = Places::default();
        place_alone.push(place);
        let kind = one.kind();
        if kind.is_none() {
            return self.write(one, Some(&place_alone), shelf);
        }
        let known = self.waiting.iter().position(|(facts, _)| facts.kind() == kind);
        let Some((facts, places)) = known.and_then(|at| self.waiting.get_mut(at)) else {
            self.waiting.push((one, place_alone));
            return Ok(());
        };
        if let Some(other) = facts.append(one) {
            return self.write(other, Some(&place_alone), shelf);
        }
        places.push(place);
        match known {
            Some(at) if places.len() >= self.sizes.facts => {
                let (facts, places) = self.waiting.remove(at);
                self.write(facts, Some(&places), shelf)
            }
            _ => Ok(()),
        }
    }

    /// Rows of components: new claims and machines get numbers, new rows wait.
    fn rows<S: Shelf>(&mut self, sort: RowSort, all: &Components, shelf: &mut S) -> Result<(), S::Fault> {
        let (claims, hosts) = self.numbers(sort, all, shelf)?;
        let of = |numbers: &[u32], n: u32| usize::try_from(n).ok().and_then(|n| numbers.get(n)).copied();
        for row in &all.rows {
            let Some(claim) = of(&claims, row.claim) else { continue };
            let host = of(&hosts, row.host).unwrap_or(ClaimRow::UNNAMED);
            let place = Place::Line(u64::from(row.place));
            if self.index.is_empty() || !self.is_kept(row_digest(sort, claim, host), place) {
                self.waiting_of(sort).push(ClaimRow { claim, host, place: row.place });
            }
        }
        self.cut_rows(sort, self.sizes.rows, shelf)
    }

    /// The numbers of the claims and machines of components in the document's dictionaries, which grow by what is new.
    fn numbers<S: Shelf>(
        &mut self,
        sort: RowSort,
        all: &Components,
        shelf: &mut S,
    ) -> Result<(Vec<u32>, Vec<u32>), S::Fault> {
        let (mut claims, mut hosts) =
            (Vec::with_capacity(all.claims.len()), Vec::with_capacity(all.hosts.len()));
        let (mut new_claims, mut new_hosts) = (Vec::new(), Vec::new());
        let dictionary = self.dictionary_of(sort);
        let (claims_from, hosts_from) = dictionary.next;
        for claim in &all.claims {
            let next = dictionary.next.0;
            let number = *dictionary.claims.entry(digest_of(sort, claim.clone(), shelf)).or_insert(next);
            if number == next {
                new_claims.push(claim.clone());
                dictionary.next.0 = next.saturating_add(1);
            }
            claims.push(number);
        }
        for host in &all.hosts {
            let known = dictionary.hosts.get(host).copied();
            let number = known.unwrap_or(dictionary.next.1);
            if known.is_none() {
                dictionary.hosts.insert(host.clone(), number);
                new_hosts.push(host.clone());
                dictionary.next.1 = number.saturating_add(1);
            }
            hosts.push(number);
        }
        let Sizes { facts, rows } = self.sizes;
        for (some, from) in new_claims.chunks(facts).zip((claims_from..).step_by(facts)) {
            self.write(Facts::Claims(sort, from, some.to_vec()), None, shelf)?;
        }
        for (some, from) in new_hosts.chunks(rows).zip((hosts_from..).step_by(rows)) {
            self.write(Facts::Hosts(sort, from, some.to_vec()), None, shelf)?;
        }
        Ok((claims, hosts))
    }

    /// Cuts the rows that wait, in the order of the document, if there are at least so many.
    fn cut_rows<S: Shelf>(&mut self, sort: RowSort, least: usize, shelf: &mut S) -> Result<(), S::Fault> {
        if self.waiting_of(sort).len() < least {
            return Ok(());
        }
        let mut rows = std::mem::take(self.waiting_of(sort));
        rows.sort_unstable_by_key(|row| (row.place, row.host, row.claim));
        for some in rows.chunks(self.sizes.rows) {
            let mut places = Places::default();
            some.iter().for_each(|row| places.push(Place::Line(u64::from(row.place))));
            self.write(Facts::Rows(sort, Rows::of(some)), Some(&places), shelf)?;
        }
        Ok(())
    }

    fn write<S: Shelf>(
        &mut self,
        facts: Facts,
        places: Option<&Places>,
        shelf: &mut S,
    ) -> Result<(), S::Fault> {
        let number = self.next;
        self.next += 1;
        shelf.write(number, Part(facts), places)
    }

    fn dictionary_of(&mut self, sort: RowSort) -> &mut Dictionary {
        let [installed, scanned] = &mut self.dictionaries;
        if sort == RowSort::Installed { installed } else { scanned }
    }

    fn waiting_of(&mut self, sort: RowSort) -> &mut Vec<ClaimRow> {
        let [installed, scanned] = &mut self.waiting_rows;
        if sort == RowSort::Installed { installed } else { scanned }
    }
}

/// What is not kept fact by fact.
fn wholes(said: &Said) -> Vec<Facts> {
    let mut all = Vec::new();
    if !said.zones.is_empty() || !said.rules.is_empty() {
        all.push(Facts::Network(said.zones.iter().cloned().collect(), said.rules.iter().cloned().collect()));
    }
    if said.likelihoods.len() > 0 {
        all.push(Facts::Likelihoods(said.likelihoods.clone()));
    }
    let attack = Attack {
        groups: said.groups.clone(),
        software: said.software.clone(),
        techniques: said.techniques.clone(),
        controls: said.controls.clone(),
        relationships: said.relationships.clone(),
    };
    let counts = [attack.groups.len(), attack.software.len(), attack.techniques.len()];
    let others = [attack.controls.len(), attack.relationships.len()];
    if counts.iter().chain(&others).any(|count| *count > 0) {
        all.push(Facts::Attack(Box::new(attack)));
    }
    if !said.passed_over.is_empty() || said.lost_components > 0 {
        let passed: BTreeSet<&Box<str>> = said.passed_over.iter().collect();
        all.push(Facts::Counts(passed.into_iter().cloned().collect(), said.lost_components));
    }
    all
}

/// A set in the order of the document.
fn in_order<F: Placed + Clone>(facts: &BTreeSet<F>) -> impl Iterator<Item = F> {
    let mut all: Vec<&F> = facts.iter().collect();
    all.sort_by_key(|fact| fact.place());
    all.into_iter().cloned()
}

fn digest_of(sort: RowSort, claim: Claim, shelf: &impl Shelf) -> Digest {
    shelf.digest(&Part(Facts::Claims(sort, 0, vec![claim])))
}

/// A row is its numbers: no digest of a fact has a first half as small.
fn row_digest(sort: RowSort, claim: u32, host: u32) -> Digest {
    let sort = if sort == RowSort::Installed { 0 } else { 1 };
    [sort, u64::from(claim) << 32 | u64::from(host)]
}

fn line(place: Place) -> u32 {
    u32::try_from(place.number()).unwrap_or(u32::MAX)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
