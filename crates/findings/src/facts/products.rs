//! The products that can be exposed: claims with the machines that bear them, indexed by the names that records may
//! use.
//!
//! Two million rows hold some fifty thousand claims; each claim has a sorted list of machines. A flaw is judged
//! once for each claim, never for each row. Names are compared as sets of words, and a record's product is resolved
//! once however many records name it: cost grows with rows plus flaws, not with rows × flaws.

use crate::facts::claim::{Claim, ClaimKind};
use crate::facts::collected::{Bearer, Collected, Distinct, number, release_in_row};
use crate::facts::cpe::Cpe;
use crate::facts::folder::Siblings;
use crate::facts::names;
use crate::facts::ours::Ours;
use crate::facts::product::{OurProduct, Theirs, Words, is_distribution};
use crate::facts::said::Said;
use foldhash::{HashMap, HashMapExt};
use model::identity::{Entity, EntityKey};
use model::ours::ZoneKind;
use model::world::{Package, Product};
use model::{Cast, Certainty, Machine as CastMachine};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a machine is to a flaw: all that decides how soon it is to be closed there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Class {
    pub(crate) internet_facing: Option<bool>,
    pub(crate) in_dmz: bool,
    /// In a zone of people's or guests' machines.
    pub(crate) for_people: bool,
    pub(crate) crown_jewel: bool,
}

impl Class {
    fn of(ours: &Ours, entity: &Entity) -> Self {
        let Some(device) = ours.device(entity) else { return Self::default() };
        let zone = ours.zone_of(device);
        let kind = zone.and_then(|zone| zone.kind);
        Self {
            internet_facing: ours.internet_facing(device),
            in_dmz: kind == Some(ZoneKind::Dmz),
            for_people: matches!(kind, Some(ZoneKind::User | ZoneKind::Guest)),
            crown_jewel: device.crown_jewel == Some(true)
                || zone.and_then(|zone| zone.crown_jewel) == Some(true),
        }
    }
}

/// A machine as rows name it; a machine whose rows use several of its names has an entry for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// The number of the machine, in order of keys.
    pub(crate) machine: u32,
    pub(crate) class: Class,
}

/// One claim, and where it is filed.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    pub(crate) product: OurProduct,
    /// What names the product without its version: an update closes a finding instead of moving it, and the same
    /// product in an SBOM and in a table of devices is one.
    pub(crate) key: Arc<str>,
}

/// All of them: a function of what is ours.
#[derive(Debug, Default)]
pub(crate) struct Products {
    /// In order of content.
    pub(crate) claims: Vec<Claimed>,
    /// In order of claim, machine, document and place.
    bearers: Vec<Bearer>,
    /// Where the bearers of each claim begin; one more than claims.
    starts: Vec<usize>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) cast: Arc<Cast>,
    /// The numbers of all claims, in order of their product's key.
    by_key: Vec<u32>,
    by_package: HashMap<String, Vec<u32>>,
    /// By the product in a CPE name.
    by_cpe: HashMap<String, Vec<u32>>,
    by_word: HashMap<String, Vec<u32>>,
    /// What scanners report, by each identifier of the vulnerability.
    scanned: BTreeMap<Box<str>, Vec<u32>>,
}

impl Products {
    /// The products of what is ours; documents by name, in order.
    pub(crate) fn of<'s>(documents: impl IntoIterator<Item = (&'s Arc<str>, &'s Said)>, ours: &Ours) -> Self {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        let documents: Vec<(&Arc<str>, &Said)> = documents.into_iter().collect();
        names.extend(documents.iter().map(|(name, _)| Arc::clone(name)));
        let origins = ours.devices.values().flat_map(|machine| machine.claims());
        for source in origins.filter_map(|(_, origin)| origin).map(|origin| &origin.source) {
            if !names.contains(source) {
                names.insert(Arc::clone(source));
            }
        }
        names.insert(Arc::from("inventory"));
        let names: Vec<Arc<str>> = names.into_iter().collect();
        let document = |name: &str| names.binary_search_by(|known| (**known).cmp(name)).map_or(0, number);
        let mut collected = Collected::default();
        let siblings = Siblings::of(
            documents.iter().filter(|(_, said)| said.has_unnamed_rows()).map(|(name, _)| &***name),
        );
        for (name, said) in &documents {
            collected.document((name, document(name)), said, ours, &siblings);
        }
        collected.in_order.reserve_exact(ours.devices.len());
        for (key, machine) in &ours.devices {
            let host = collected.machine(ours.hosts.of_class(key));
            for (claim, origin) in machine.claims() {
                let claim = collected.claim(claim, None);
                let (source, place) = match origin {
                    Some(origin) => (document(&origin.source), origin.place.number()),
                    None => (document("inventory"), 0),
                };
                let place = u32::try_from(place).unwrap_or(u32::MAX);
                collected.bearers.push(Bearer { claim, host, document: source, place });
            }
        }
        Self::settled(collected, names, ours)
    }

    /// The keys of the products whose exposures a document may change: those that it names, and results of scanners
    /// that name no product, which belong to whichever product the machine bears.
    pub(crate) fn keys_of(said: &Said) -> BTreeSet<Arc<str>> {
        let key = |claim: &Claim| Arc::from(key_of_product(claim, &product_of(claim, None)));
        let claims = said.components.claims.iter().chain(&said.scans.claims);
        claims.map(key).chain([Arc::from(NOT_NAMED)]).collect()
    }

    fn settled(collected: Collected<'_>, documents: Vec<Arc<str>>, ours: &Ours) -> Self {
        let Collected { in_order, distinct, mut bearers, .. } = collected;
        let (hosts, places) = sorted(in_order);
        let (claims, claim_places) = sorted(distinct);
        let at = |list: &[u32], index: u32| {
            usize::try_from(index).ok().and_then(|n| list.get(n)).copied().unwrap_or(u32::MAX)
        };
        for bearer in &mut bearers {
            bearer.host = at(&places, bearer.host);
            bearer.claim = at(&claim_places, bearer.claim);
        }
        bearers.sort_unstable();
        bearers.dedup();
        let mut starts = vec![0_usize];
        for index in 0..claims.len() {
            let from = starts.last().copied().unwrap_or(0);
            let rest = bearers.get(from..).unwrap_or_default();
            starts.push(from + rest.partition_point(|bearer| bearer.claim <= number(index)));
        }
        let mut products = Self { starts, bearers, ..Self::default() };
        products.hosts(hosts, documents, ours);
        products.file(claims);
        products
    }

    /// Entities in order: first that of no machine, then by key. Each is let go of as soon as it is written down.
    fn hosts(&mut self, hosts: Vec<Option<Entity>>, documents: Vec<Arc<str>>, ours: &Ours) {
        let mut cast = Cast { machines: Vec::with_capacity(hosts.len()), documents };
        self.hosts.reserve_exact(hosts.len());
        let mut number = 0;
        for host in hosts {
            let class = host.as_ref().map(|entity| Class::of(ours, entity)).unwrap_or_default();
            let owner = host.as_ref().and_then(|entity| ours.device(entity)?.owner.clone());
            let reason = host.as_ref().map_or("", |entity| entity.reason);
            let (key, display) = host.map(|entity| (entity.key, Arc::from(entity.display))).unzip();
            let key = key.unwrap_or_default();
            number += u32::from(cast.machines.last().is_some_and(|before| before.key != key));
            self.hosts.push(Host { machine: number, class });
            cast.machines.push(CastMachine { key, display, owner, reason });
        }
        self.cast = Arc::new(cast);
    }

    fn file(&mut self, claims: Vec<Distinct<'_>>) {
        let mut keys: HashMap<String, Arc<str>> = HashMap::new();
        for (index, (claim, release)) in (0_u32..).zip(claims) {
            let product = product_of(claim, release.as_deref());
            if let Some(scan) = &claim.scan {
                for id in &scan.ids {
                    self.scanned.entry(id.clone()).or_default().push(index);
                }
                let key = Arc::from(key_of_product(claim, &product));
                self.claims.push(Claimed { claim: claim.clone(), product, key });
                continue;
            }
            if let Some(package) = &product.package {
                self.by_package.entry(package.clone()).or_default().push(index);
            }
            if let Some(cpe) = &product.cpe {
                self.by_cpe.entry(cpe.product().to_owned()).or_default().push(index);
            }
            if !product.distribution {
                let words = std::iter::once(&product.words).chain(product.also);
                let words: BTreeSet<&str> = words.flat_map(Words::index_words).collect();
                for word in words {
                    match self.by_word.get_mut(word) {
                        Some(known) => known.push(index),
                        None => _ = self.by_word.insert(word.to_owned(), vec![index]),
                    }
                }
            }
            let key = key_of_product(claim, &product);
            let key = Arc::clone(keys.entry(key).or_insert_with_key(|key| Arc::from(key.as_str())));
            self.claims.push(Claimed { claim: claim.clone(), product, key });
        }
        let claims = &self.claims;
        let key = |claim: &u32| usize::try_from(*claim).ok().and_then(|n| claims.get(n)).map(|one| &one.key);
        self.by_key = (0..number(claims.len())).collect();
        self.by_key.sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Whether a machine bears a product, by the product's key. Nothing is gone through: a night may close ten thousand
    /// exposures, and asks this of each.
    pub(crate) fn bears(&self, machine: &EntityKey, product: &str) -> bool {
        let from = self.cast.machines.partition_point(|one| one.key < *machine);
        let to = self.cast.machines.partition_point(|one| one.key <= *machine);
        let (from, to) = (number(from), number(to));
        let key = |claim: u32| self.claim(claim).map(|claimed| &*claimed.key);
        let first = self.by_key.partition_point(|claim| key(*claim) < Some(product));
        let claims = self.by_key.get(first..).unwrap_or_default();
        claims.iter().take_while(|claim| key(**claim) == Some(product)).any(|claim| {
            let bearers = self.bearers(*claim);
            let at = bearers.partition_point(|bearer| bearer.host < from);
            bearers.get(at).is_some_and(|bearer| bearer.host < to)
        })
    }

    /// The machines that bear a claim, in order of machine, document and place.
    pub(crate) fn bearers(&self, claim: u32) -> &[Bearer] {
        let index = usize::try_from(claim).unwrap_or(usize::MAX);
        let bounds = self.starts.get(index).copied().zip(self.starts.get(index.saturating_add(1)).copied());
        bounds.and_then(|(from, to)| self.bearers.get(from..to)).unwrap_or_default()
    }

    /// The claim with this number.
    pub(crate) fn claim(&self, claim: u32) -> Option<&Claimed> {
        self.claims.get(usize::try_from(claim).ok()?)
    }

    /// The machine of a bearer.
    pub(crate) fn host(&self, bearer: &Bearer) -> Option<Host> {
        self.hosts.get(usize::try_from(bearer.host).ok()?).copied()
    }

    /// The class of a member's machine.
    pub(crate) fn class_of(&self, member: &model::Member) -> Class {
        let host = usize::try_from(member.machine).ok().and_then(|n| self.hosts.get(n));
        host.map(|host| host.class).unwrap_or_default()
    }

    /// What is written of the machine of a bearer.
    pub(crate) fn machine(&self, bearer: &Bearer) -> Option<&CastMachine> {
        self.cast.machines.get(usize::try_from(bearer.host).ok()?)
    }

    /// How many rows of components are on no machine that the inventory names.
    pub(crate) fn on_no_machine(&self) -> usize {
        let nobody = |bearer: &&Bearer| self.machine(bearer).is_some_and(|machine| machine.display.is_none());
        self.bearers.iter().filter(nobody).count()
    }

    /// The claims that a record's product may mean, and how sure that is, in order of claim.
    pub(crate) fn meant_by(&self, product: &Product) -> Vec<(u32, Certainty)> {
        let theirs = Theirs::of(product);
        let mut candidates: BTreeSet<u32> = BTreeSet::new();
        let mut take = |found: Option<&Vec<u32>>| candidates.extend(found.into_iter().flatten());
        take(theirs.package.as_ref().and_then(|package| self.by_package.get(package)));
        theirs.cpes.iter().for_each(|cpe| take(self.by_cpe.get(cpe.product())));
        theirs.names().flat_map(Words::index_words).for_each(|word| take(self.by_word.get(word)));
        let meant = candidates.into_iter().filter_map(|claim| {
            let certainty = self.claim(claim)?.product.matches(&theirs)?;
            Some((claim, certainty))
        });
        meant.collect()
    }

    /// The words, packages and CPE names by which records can reach something of ours.
    pub(crate) fn reaches(&self, product: &Product) -> bool {
        if product.package.as_ref().is_some_and(|package| self.by_package.contains_key(&package.key())) {
            return true;
        }
        let known = |words: Words| words.index_words().any(|word| self.by_word.contains_key(word));
        let mut by_cpe = product.cpes.iter().filter_map(|cpe| Cpe::parse(cpe));
        by_cpe.any(|cpe| {
            self.by_cpe.contains_key(cpe.product()) || known(Words::new(cpe.vendor(), cpe.product()))
        }) || product.name.as_deref().is_some_and(|name| known(Words::new(product.vendor.as_deref(), name)))
    }

    /// What scanners report, by identifier of the vulnerability: claims.
    pub(crate) fn scanned(&self) -> &BTreeMap<Box<str>, Vec<u32>> {
        &self.scanned
    }

    /// The claims of each product, by its key.
    pub(crate) fn by_key(&self) -> BTreeMap<&Arc<str>, Vec<u32>> {
        let mut by_key: BTreeMap<&Arc<str>, Vec<u32>> = BTreeMap::new();
        for (index, claimed) in (0_u32..).zip(&self.claims) {
            by_key.entry(&claimed.key).or_default().push(index);
        }
        by_key
    }
}

/// The key of the product in a scanner's result that names none.
pub(crate) const NOT_NAMED: &str = "(product not named)";

/// What names the product of a claim without its version.
fn key_of_product(claim: &Claim, product: &OurProduct) -> String {
    if claim.scan.as_ref().is_some_and(|scan| !scan.names_component) {
        return NOT_NAMED.to_owned();
    }
    let key = product.package.clone().unwrap_or_else(|| product.words.key());
    if key.is_empty() { claim.name.to_lowercase() } else { key }
}

/// Values in order, and the new place of each old one.
fn sorted<T: Ord>(values: Vec<T>) -> (Vec<T>, Vec<u32>) {
    if values.is_sorted() {
        let places = (0..number(values.len())).collect();
        return (values, places);
    }
    let mut numbered: Vec<(T, usize)> = values.into_iter().zip(0..).collect();
    numbered.sort_unstable();
    let mut places = vec![0; numbered.len()];
    let mut ordered = Vec::with_capacity(numbered.len());
    for (value, before) in numbered {
        if let Some(place) = places.get_mut(before) {
            *place = number(ordered.len());
        }
        ordered.push(value);
    }
    (ordered, places)
}

/// What a claim is compared by.
fn product_of(claim: &Claim, release: Option<&str>) -> OurProduct {
    if matches!(claim.kind, ClaimKind::Device | ClaimKind::System) {
        let words = Words::new(claim.vendor.as_deref(), &claim.name);
        let also = names::also(&words);
        return OurProduct {
            words,
            also,
            package: None,
            cpe: None,
            ecosystem: None,
            distribution: false,
            release: None,
        };
    }
    let package = claim.package.as_deref();
    let namespace = package.and_then(|package| package.namespace.as_deref());
    let mut words = Words::new(claim.vendor.as_deref().or(namespace), &claim.name);
    if let Some(namespace) = namespace {
        words.add_vendor(Words::new(None, namespace).name);
    }
    let also = if package.is_none() { names::also(&words) } else { &[] };
    OurProduct {
        words,
        also,
        package: package.map(Package::key),
        cpe: claim.cpe.as_deref().and_then(Cpe::parse),
        ecosystem: package.map(|package| package.ecosystem.clone()),
        distribution: package.is_some_and(is_distribution),
        release: package
            .and_then(|package| release_in_row(claim, package.distribution()?))
            .or_else(|| release.map(str::to_owned)),
    }
}
