//! A flaw with what scanners report of it and with statements (VEX): which rows count, and for which product.
//!
//! A scanner's result that names its component is of that product. One that names only a machine belongs to the product
//! of the flaw that the machine bears, else it is an exposure by itself: so one flaw on one machine is never two findings.
//! Rows that a statement sets aside are taken out and listed; where nothing else is left on the machine, a scanner's
//! result without component goes with them.

use super::spread::Affected;
use super::statement::{Aside, aside};
use crate::facts::collected::Bearer;
use crate::facts::flaw::{Flaw, FlawId, Flaws};
use crate::facts::products::{NOT_NAMED, Products};
use model::Certainty;
use model::answer::SetAside;
use model::world::Vex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many machines of a row that is set aside are named.
const HOSTS_MAX: usize = 12;

/// The claims of one flaw by product, and which rows of them count.
pub(super) struct Combined<'w> {
    /// By the key of the product.
    pub(super) claims: BTreeMap<Arc<str>, Affected>,
    asides: BTreeMap<u32, Aside<'w>>,
    /// Claims of scanners that name no component.
    loose: BTreeSet<u32>,
    /// Machines that bear the flaw, by the key of the product.
    machines: BTreeMap<Arc<str>, BTreeSet<u32>>,
}

/// A statement with the machines on which it sets a claim aside, by number, with their names.
type Gone<'a> = (&'a Vex, BTreeMap<u32, Option<&'a str>>);

impl<'w> Combined<'w> {
    /// What counts; what is set aside is added to the list.
    pub(super) fn of(
        (of, flaw): (&FlawId, &'w Flaw),
        products: &Products,
        mut claims: BTreeMap<Arc<str>, Affected>,
        scanned: &[u32],
        set_aside: &mut Vec<SetAside>,
    ) -> Self {
        let mut loose = BTreeSet::new();
        for claim in scanned {
            let Some(claimed) = products.claim(*claim) else { continue };
            if &*claimed.key == NOT_NAMED {
                loose.insert(*claim);
            } else {
                claims.entry(Arc::clone(&claimed.key)).or_default().push((*claim, Certainty::Likely));
            }
        }
        let mut combined = Self { claims, asides: BTreeMap::new(), loose, machines: BTreeMap::new() };
        combined.set_aside(flaw, products);
        let gone = combined.list(of, products, set_aside);
        combined.settle_loose(products, &gone);
        combined
    }

    fn set_aside(&mut self, flaw: &'w Flaw, products: &Products) {
        if flaw.statements.is_empty() {
            return;
        }
        for (claim, _) in self.claims.values().flatten() {
            let aside = products.claim(*claim).map(|claimed| aside(flaw, claimed));
            self.asides.extend(aside.filter(|aside| !aside.is_empty()).map(|aside| (*claim, aside)));
        }
    }

    /// Lists what is set aside, and notes which machines bear what is left; gives the machines of the rest.
    fn list(&mut self, of: &FlawId, products: &Products, set_aside: &mut Vec<SetAside>) -> BTreeSet<u32> {
        let mut gone = BTreeSet::new();
        for (key, claims) in &self.claims {
            let mut by_statement: BTreeMap<(&str, u32), Gone<'_>> = BTreeMap::new();
            for bearer in claims.iter().flat_map(|(claim, _)| products.bearers(*claim)) {
                let Some(machine) = products.host(bearer).map(|host| host.machine) else { continue };
                let Some(vex) = self.aside_of(products, bearer) else {
                    self.machines.entry(Arc::clone(key)).or_default().insert(machine);
                    continue;
                };
                let display = products.machine(bearer).and_then(|machine| machine.display.as_deref());
                let place = (&*vex.origin.source, bearer.claim);
                let of_statement = by_statement.entry(place).or_insert((vex, BTreeMap::new()));
                of_statement.1.insert(machine, display);
                gone.insert(machine);
            }
            let of_ours = by_statement.keys().any(|(_, claim)| !is_scan(products, *claim));
            // A scanner's result beside the row of ours says the same once more.
            let rows =
                by_statement.into_iter().filter(|((_, claim), _)| !(of_ours && is_scan(products, *claim)));
            set_aside.extend(rows.filter_map(|((_, claim), (vex, machines))| {
                row(of, &products.claim(claim)?.claim.shown(), vex, &machines)
            }));
        }
        gone
    }

    fn aside_of(&self, products: &Products, bearer: &Bearer) -> Option<&'w Arc<Vex>> {
        let aside = self.asides.get(&bearer.claim)?;
        aside.on(products.machine(bearer).and_then(|machine| machine.display.as_deref()))
    }

    /// Gives each result without component to the product that its machine bears.
    fn settle_loose(&mut self, products: &Products, gone: &BTreeSet<u32>) {
        let mut alone: BTreeSet<u32> = BTreeSet::new();
        let mut with: BTreeSet<Arc<str>> = BTreeSet::new();
        for bearer in self.loose.iter().flat_map(|claim| products.bearers(*claim)) {
            let Some(machine) = products.host(bearer).map(|host| host.machine) else { continue };
            let mut bearing =
                self.machines.iter().filter(|(_, machines)| machines.contains(&machine)).peekable();
            if bearing.peek().is_none() && !gone.contains(&machine) {
                alone.insert(machine);
            }
            with.extend(bearing.map(|(key, _)| Arc::clone(key)));
        }
        let as_sure_as = |sure: Certainty| self.loose.iter().map(move |claim| (*claim, sure));
        let (beside, loose): (Affected, Affected) =
            (as_sure_as(Certainty::Possible).collect(), as_sure_as(Certainty::Likely).collect());
        for key in with {
            // Beside a row of ours it proves, and makes the product no surer.
            self.claims.entry(key).or_default().extend(beside.iter().copied());
        }
        if !alone.is_empty() {
            let key: Arc<str> = Arc::from(NOT_NAMED);
            self.claims.insert(Arc::clone(&key), loose);
            self.machines.insert(key, alone);
        }
    }

    /// Whether a row counts for the product with this key.
    pub(super) fn keeps(&self, products: &Products, key: &str, bearer: &Bearer) -> bool {
        if !self.loose.contains(&bearer.claim) {
            return self.aside_of(products, bearer).is_none();
        }
        let machine = products.host(bearer).map(|host| host.machine);
        machine
            .is_some_and(|machine| self.machines.get(key).is_some_and(|machines| machines.contains(&machine)))
    }
}

fn is_scan(products: &Products, claim: u32) -> bool {
    products.claim(claim).is_some_and(|claimed| claimed.claim.scan.is_some())
}

fn row(of: &FlawId, component: &str, vex: &Vex, machines: &BTreeMap<u32, Option<&str>>) -> Option<SetAside> {
    let names: BTreeSet<&str> = machines.values().filter_map(|display| *display).collect();
    Some(SetAside {
        vulnerability: of.to_string(),
        component: component.to_owned(),
        hosts: names.into_iter().take(HOSTS_MAX).map(str::to_owned).collect(),
        host_count: u64::try_from(machines.len()).ok()?,
        status: vex.status,
        justification: vex.justification,
        statement: vex.statement.clone(),
        author: vex.author.clone(),
        stated: vex.stated.map(model::Timestamp::date),
        source: vex.origin.source.to_string(),
        record: vex.origin.place.number(),
    })
}

/// What scanners report of each flaw, by the name under which the flaw is known here.
pub(super) fn reported(flaws: &Flaws, products: &Products) -> BTreeMap<FlawId, Vec<u32>> {
    let scanned = products.scanned();
    let mut reported: BTreeMap<FlawId, BTreeSet<u32>> = BTreeMap::new();
    if scanned.is_empty() {
        return BTreeMap::new();
    }
    let mut with_flaw: BTreeSet<u32> = BTreeSet::new();
    for (id, flaw) in flaws {
        let of_records =
            flaw.records.iter().flat_map(|record| std::iter::once(&record.id).chain(&record.aliases));
        for claims in of_records.map(String::as_str).chain([&**id]).filter_map(|name| scanned.get(name)) {
            with_flaw.extend(claims);
            reported.entry(id.clone()).or_default().extend(claims);
        }
    }
    // Of the rest nothing is known but what the scanner reports.
    for claim in scanned.values().flatten().filter(|claim| !with_flaw.contains(claim)) {
        let ids =
            products.claim(*claim).and_then(|claimed| claimed.claim.scan.as_ref()).map(|scan| &scan.ids);
        let Some(ids) = ids else { continue };
        let name = ids.iter().filter(|id| id.starts_with("CVE-")).min().or_else(|| ids.first());
        reported.entry(FlawId::new(name.map_or("", |name| name))).or_default().insert(*claim);
    }
    reported.into_iter().map(|(id, claims)| (id, claims.into_iter().collect())).collect()
}
