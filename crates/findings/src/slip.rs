//! An advisory's own slips: a CVE filed under the wrong product is reported, not believed.
//!
//! A published advisory may list a CVE beside a product that it is not about. A slip of this kind shows where a
//! sentence names a product of *another* CVE of the same advisory, and none of the CVE's own.

use crate::facts::flaw::Flaw;
use crate::facts::product::{Words, stem};
use crate::facts::world::World;
use model::world::Mentioned;
use std::collections::{BTreeMap, BTreeSet};

/// Every slip, a sentence each, in order.
pub(crate) fn slips(world: &World) -> Vec<String> {
    let flaws = &world.flaws;
    let mut slips: BTreeSet<String> = world.notes.iter().cloned().collect();
    for report in &world.advisories {
        let mentioned = |what: &Mentioned| match what {
            Mentioned::Observable(seen) if seen.kind == observable::Kind::Cve => Some(seen.value.clone()),
            _ => None,
        };
        let named: BTreeMap<String, BTreeSet<String>> = report
            .mentions
            .iter()
            .filter_map(|mention| mentioned(&mention.what))
            .filter_map(|cve| Some((cve.clone(), products(flaws.get(cve.as_str())?))))
            .collect();
        for mention in &report.mentions {
            let Some(cve) = mentioned(&mention.what) else { continue };
            let Some(own) = named.get(&cve).filter(|own| !own.is_empty()) else { continue };
            let words: BTreeSet<String> =
                Words::new(None, &mention.sentence).name.iter().map(|word| stem(word).to_owned()).collect();
            let cves_beside =
                named.keys().filter(|other| **other != cve && mention.sentence.contains(other.as_str()));
            if words.iter().any(|word| own.contains(word)) {
                continue;
            }
            let foreign: BTreeSet<&String> = cves_beside
                .filter_map(|other| named.get(other))
                .flatten()
                .chain(named.values().flatten())
                .filter(|word| words.contains(*word) && !own.contains(*word))
                .collect();
            if let Some(other) = foreign.first() {
                let own = own.iter().cloned().collect::<Vec<_>>().join(" ");
                slips.insert(format!(
                    "{} names {cve} beside {other}; the records say it is about {own}: reported, not believed ({}, {})",
                    report.name, mention.origin.source, mention.origin.place
                ));
            }
        }
    }
    slips.into_iter().collect()
}

/// The words of the products that the records name.
fn products(flaw: &Flaw) -> BTreeSet<String> {
    let by_record = flaw.records.iter().flat_map(|record| &record.affected).filter_map(|affected| {
        let name = affected.product.name.as_deref()?;
        Some(Words::new(affected.product.vendor.as_deref(), name))
    });
    let by_kev = flaw.kev.as_ref().map(|kev| Words::new(Some(&kev.vendor), &kev.product));
    by_record.chain(by_kev).flat_map(|words| words.name).map(|word| stem(&word).to_owned()).collect()
}
