//! From a verdict on claims to the machines that bear them, grouped so that each group reads the same.
//!
//! A machine that bears several affected claims of one product (a library in three versions, a row of an inventory and
//! a scanner's result) is there once, with a row of each.

use super::exposed::{Exposed, Of, On};
use crate::facts::collected::Bearer;
use crate::facts::flaw::FlawId;
use crate::facts::products::{Class, Products};
use foldhash::HashMap;
use model::answer::{CannotTell, Part};
use model::{Certainty, Decision, Group, Member, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many rows of one machine prove one exposure, where they claim the same.
const PIECES_MAX: usize = 4;
/// How many different claims of one machine are in one exposure: copies of a library in several versions.
const CLAIMS_MAX: usize = 8;

/// The claims of a product that a flaw affects, each with how sure that is.
pub(super) type Affected = Vec<(u32, Certainty)>;

/// The machines that bear claims, by the claims: many flaws are of the same claims, and share the list.
#[derive(Default)]
pub(super) struct Bearing(HashMap<Affected, Arc<On>>);

impl Bearing {
    /// Spreads a flaw over all machines that bear one of the affected claims of a product: one exposure a grade.
    pub(super) fn over(
        &mut self,
        products: &Products,
        (of, key): (&Of, &Arc<str>),
        mut claims: Affected,
        grade: &dyn Fn(&Class) -> (Severity, Decision),
        out: &mut Vec<Exposed>,
    ) {
        claims.sort_unstable();
        let on = match self.0.get(&claims) {
            Some(known) => Arc::clone(known),
            None => {
                let on = Arc::new(on(products, key, claims.clone(), &|_| true));
                self.0.insert(claims, Arc::clone(&on));
                on
            }
        };
        graded(of, &on, grade, out);
    }
}

/// Spreads a flaw over those rows that are kept: of one flaw only, so that nothing is shared.
pub(super) fn over_some(
    products: &Products,
    (of, key): (&Of, &Arc<str>),
    mut claims: Affected,
    keep: &dyn Fn(&Bearer) -> bool,
    grade: &dyn Fn(&Class) -> (Severity, Decision),
    out: &mut Vec<Exposed>,
) {
    claims.sort_unstable();
    graded(of, &Arc::new(on(products, key, claims, keep)), grade, out);
}

/// One exposure a grade.
fn graded(of: &Of, on: &Arc<On>, grade: &dyn Fn(&Class) -> (Severity, Decision), out: &mut Vec<Exposed>) {
    let mut grades: BTreeMap<(Severity, Decision, Certainty), u64> = BTreeMap::new();
    for (n, (class, certainty)) in on.parts.iter().enumerate() {
        let (severity, decision) = grade(class);
        *grades.entry((severity, decision, *certainty)).or_default() |= 1 << n;
    }
    for ((severity, decision, certainty), parts) in grades {
        let (of, on) = (of.clone(), Arc::clone(on));
        out.push(Exposed { of, on, parts, severity, decision, certainty });
    }
}

/// Claims that could not be judged, with the flaws that ask.
pub(super) type Unjudged = BTreeMap<u32, BTreeSet<FlawId>>;

/// Members with their further rows, by class and certainty.
type MembersByPart = BTreeMap<(Class, Certainty), Vec<(Member, Vec<Member>)>>;

/// The machines that bear claims, in parts by class and certainty.
fn on(products: &Products, key: &Arc<str>, claims: Affected, keep: &dyn Fn(&Bearer) -> bool) -> On {
    let certainty: BTreeMap<u32, Certainty> = claims.iter().copied().collect();
    let mut parts = MembersByPart::new();
    each_machine(products, &claims, keep, &mut |class, rows| {
        let sure = rows.iter().filter_map(|row| certainty.get(&row.claim)).min().copied();
        let mut rows = rows.iter().map(member);
        let Some(first) = rows.next() else { return };
        let sure = sure.unwrap_or(Certainty::Possible);
        parts.entry((class, sure)).or_default().push((first, rows.collect()));
    });
    let mut on = On { key: Arc::clone(key), claims, parts: Vec::new(), group: Arc::default() };
    let mut group = Group::default();
    for (part, mut members) in parts.into_iter().take(Group::PARTS_MAX) {
        // Those that claim the same are next to each other: they read the same.
        members.sort_unstable();
        members.sort_by_cached_key(|(member, others)| {
            let further = others.iter().map(|row| row.claim).filter(|claim| *claim != member.claim);
            (member.claim, further.collect::<Vec<u32>>())
        });
        on.parts.push(part);
        for (member, others) in members {
            let place = u32::try_from(group.members.len()).unwrap_or(u32::MAX);
            group.members.push(member);
            group.others.extend(others.into_iter().map(|row| (place, row)));
        }
        group.ends.push(u32::try_from(group.members.len()).unwrap_or(u32::MAX));
    }
    group.members.shrink_to_fit();
    on.group = Arc::new(group);
    on
}

fn member(row: &Bearer) -> Member {
    Member { claim: row.claim, machine: row.host, document: row.document, place: row.place }
}

/// Gives each machine once, in order, with its rows: one of each claim, those of the inventory before those of
/// scanners and the surest first; then further documents that say the same.
fn each_machine(
    products: &Products,
    claims: &[(u32, Certainty)],
    keep: &dyn Fn(&Bearer) -> bool,
    each: &mut dyn FnMut(Class, &[Bearer]),
) {
    let mut claims: Vec<(u32, Certainty)> = claims.to_vec();
    claims.sort_by_cached_key(|(claim, certainty)| {
        // A row that names a version says more.
        let claimed = products.claim(*claim).map(|claimed| &claimed.claim);
        let rank =
            claimed.map(|claim| (claim.scan.is_some(), *certainty, claim.version.is_none(), claim.shown()));
        (rank, *claim)
    });
    let mut rows: Vec<(u32, usize, Bearer)> = Vec::new();
    for (rank, (claim, _)) in claims.iter().enumerate() {
        let bearers = products.bearers(*claim).iter().filter(|bearer| keep(bearer));
        rows.extend(bearers.filter_map(|bearer| Some((products.host(bearer)?.machine, rank, *bearer))));
    }
    rows.sort_unstable();
    rows.dedup_by_key(|(machine, rank, row)| (*machine, *rank, row.document));
    let mut pieces: Vec<Bearer> = Vec::new();
    for of_machine in rows.chunk_by(|a, b| a.0 == b.0) {
        pieces.clear();
        let by_claim = of_machine.chunk_by(|a, b| a.1 == b.1);
        pieces.extend(by_claim.filter_map(|rows| rows.first()).take(CLAIMS_MAX).map(|(.., row)| *row));
        let room = PIECES_MAX.saturating_sub(pieces.len());
        let further = of_machine.iter().map(|(.., row)| *row).filter(|row| !pieces.contains(row));
        let further: Vec<Bearer> = further.take(room).collect();
        pieces.extend(further);
        let class = pieces.first().and_then(|row| products.host(row)).map(|host| host.class);
        each(class.unwrap_or_default(), &pieces);
    }
}

/// A line for each product that could not be judged, with its machines.
pub(super) fn unjudged(products: &Products, unjudged: &Unjudged) -> Vec<CannotTell> {
    let mut by_key: BTreeMap<&Arc<str>, Vec<u32>> = BTreeMap::new();
    for claim in unjudged.keys() {
        if let Some(claimed) = products.claim(*claim) {
            by_key.entry(&claimed.key).or_default().push(*claim);
        }
    }
    let mut lines: Vec<CannotTell> = Vec::new();
    let all = products.by_key();
    for (key, claims) in by_key {
        let versioned = versioned(products, all.get(key).map_or(&[][..], Vec::as_slice), &claims);
        let mut groups: BTreeMap<Vec<u32>, BTreeSet<(u32, Option<&str>)>> = BTreeMap::new();
        let mut of_machine: BTreeMap<u32, (Option<&str>, Vec<u32>)> = BTreeMap::new();
        for claim in &claims {
            let is_open = products.claim(*claim).is_some_and(|claimed| claimed.claim.version.is_none());
            for bearer in products.bearers(*claim) {
                let Some(host) = products.host(bearer) else { continue };
                if is_open && versioned.contains(&host.machine) {
                    continue;
                }
                let display = products.machine(bearer).and_then(|machine| machine.display.as_deref());
                let (_, its) = of_machine.entry(host.machine).or_insert_with(|| (display, Vec::new()));
                if its.last() != Some(claim) {
                    its.push(*claim);
                }
            }
        }
        for (machine, (display, claims)) in of_machine {
            groups.entry(claims).or_default().insert((machine, display));
        }
        for (claims, machines) in groups {
            let ids: BTreeSet<&FlawId> =
                claims.iter().filter_map(|claim| unjudged.get(claim)).flatten().collect();
            lines.extend(claims.first().and_then(|claim| line(products, *claim, &machines, &ids)));
        }
    }
    lines.sort();
    lines
}

/// Machines of which a row names a version of a product that other rows name without one.
fn versioned(products: &Products, claims: &[u32], unjudged: &[u32]) -> BTreeSet<u32> {
    let version = |claim: &u32| products.claim(*claim).is_some_and(|claimed| claimed.claim.version.is_some());
    if unjudged.iter().all(version) {
        return BTreeSet::new();
    }
    let bearers = claims.iter().filter(|claim| version(claim)).flat_map(|claim| products.bearers(*claim));
    bearers.filter_map(|bearer| products.host(bearer)).map(|host| host.machine).collect()
}

fn line(
    products: &Products,
    claim: u32,
    machines: &BTreeSet<(u32, Option<&str>)>,
    ids: &BTreeSet<&FlawId>,
) -> Option<CannotTell> {
    let claim = &products.claim(claim)?.claim;
    let shown: Vec<&str> = ids.iter().rev().take(3).map(|id| &***id).collect();
    let more = ids.len().saturating_sub(shown.len());
    let which = if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) };
    let on = match machines.first() {
        Some((_, Some(host))) if machines.len() == 1 => format!(" on {host}"),
        Some((_, None)) if machines.len() == 1 => String::new(),
        _ => format!(" on {} machines", machines.len()),
    };
    let why = match &claim.version {
        None => format!("no version known; it decides {which}"),
        Some(version) => format!("no comparable affected versions for {version}: {which}"),
    };
    Some(CannotTell { part: Part::Exposed, what: format!("{}{on}", claim.shown()), why })
}
