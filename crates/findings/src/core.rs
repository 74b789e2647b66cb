//! The cores of findings, by key: the part of each finding that is stored and compared, and whose meaning does not
//! change between runs.

use crate::answer::{Joined, Scope, join};
use crate::key::{Core, Grade, Key};
use crate::known::Known;
use crate::regrouping::StoryName;
use crate::sighting::{Logs, Sighting};
use crate::touched::{Touched, Touches};
use model::identity::EntityKey;
use model::{Evidence, Finding, FindingId, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Cores by key; a key without findings is not in it.
pub type Cores = BTreeMap<Key, Vec<Core>>;

/// The cores of everything that a change touched, as of a moment. A key that is touched and not among them gives
/// nothing.
#[must_use]
pub fn cores(known: &Known, touched: &Touched, now: Timestamp) -> Cores {
    let products = match &touched.exposures {
        Touches::These(products) => Some(products),
        Touches::None | Touches::All => None,
    };
    let exposures = touched.exposures != Touches::None || touched.gaps;
    let scope = Scope { exposures, compromises: touched.compromises, gaps: touched.gaps };
    // Checks ask of all exposures, whichever are touched.
    let logs = Logs::of(&known.logs, &known.machines_of_logs);
    let sent = logs.sent(&known.ours);
    let joined = join(known, now, scope, products.filter(|_| !touched.gaps), (&logs, &sent));
    let mut cores = Cores::new();
    for exposed in &joined.exposures.exposed {
        let wanted = match &touched.exposures {
            Touches::None => false,
            Touches::These(products) => products.contains(exposed.product()),
            Touches::All => true,
        };
        if wanted {
            let product = exposed.product();
            let grade = Grade {
                severity: exposed.severity,
                certainty: exposed.certainty,
                decision: Some(exposed.decision),
            };
            let key = |machine: u32| {
                let machine = known.products.cast.machines.get(usize::try_from(machine).ok()?)?;
                Some(machine.key.clone())
            };
            let mut on: Vec<EntityKey> = exposed.members().filter_map(|member| key(member.machine)).collect();
            on.sort_unstable();
            let core =
                Core::Spread { fact: Arc::from(exposed.fact()), product: Arc::clone(product), grade, on };
            cores.entry(Key::Exposure(Arc::clone(product))).or_default().push(core);
        }
    }
    others(known, touched, joined, &mut cores);
    cores.values_mut().for_each(|list| list.sort());
    cores
}

fn others(known: &Known, touched: &Touched, joined: Joined<'_>, cores: &mut Cores) {
    let hosts = &known.ours.hosts;
    let mut add = |key: Key, finding: &Finding, formerly: Vec<FindingId>| {
        cores.entry(key).or_default().push(one(finding, formerly, Vec::new()));
    };
    if touched.sightings {
        for Sighting { finding, host, .. } in &joined.sightings {
            let former = hosts.former_keys(&host.key).filter(|key| *key != host.key);
            let former =
                former.map(|key| FindingId::derive(&[finding.kind.name(), &finding.intel.id, key.as_str()]));
            let key = Key::Sighting(finding.intel.id.clone(), host.key.clone());
            add(key, finding, former.collect());
        }
    }
    if touched.compromises {
        for finding in &joined.compromises {
            add(Key::Compromise(finding.subject.name.clone().unwrap_or_default()), finding, Vec::new());
        }
    }
    if touched.gaps {
        for finding in &joined.gaps {
            add(Key::Gap(finding.intel.id.clone()), finding, Vec::new());
        }
    }
    if touched.sightings {
        for story in &joined.stories {
            let former = hosts.former_keys(&story.name.machine).filter(|key| *key != story.name.machine);
            let former = former.map(|machine| StoryName { machine, ..story.name.clone() }.id());
            let core = one(&story.finding, former.collect(), story.joined.clone());
            cores.entry(story.name.key()).or_default().push(core);
        }
    }
}

fn one(finding: &Finding, formerly: Vec<FindingId>, joined: Vec<FindingId>) -> Core {
    Core::One {
        id: finding.id.clone(),
        title: Arc::from(finding.title.as_str()),
        grade: Grade { severity: finding.severity, certainty: finding.certainty, decision: finding.decision },
        last: finding.last_seen,
        formerly,
        joined,
        digest: digest(finding),
    }
}

/// What a finding says, without the places of its evidence: a row that is put on top moves no finding.
fn digest(finding: &Finding) -> u64 {
    let excerpts: Vec<(&Option<Timestamp>, &BTreeMap<String, String>)> =
        finding.evidence.iter().map(|Evidence { time, excerpt, .. }| (time, excerpt)).collect();
    let said = format!(
        "{:?}",
        (
            (&finding.title, &finding.intel.id, &finding.subject, excerpts),
            (finding.count, finding.first_seen, finding.last_seen, finding.known_since),
            (&finding.techniques, &finding.reasons, &finding.related),
        )
    );
    xxhash_rust::xxh3::xxh3_64(said.as_bytes())
}
