//! Checks of devices: dead ones at the edge, consumer routers, and flaws open to the internet.

use super::check::{CheckDefinition, CheckInputs, Tally, few, row};
use super::check_id::CheckId;
use crate::count::counted;
use crate::exposure::Of;
use crate::facts::edge::{is_edge, plain};
use crate::facts::flaw::Flaw;
use crate::facts::machine::Machine;
use model::identity::EntityKey;
use model::{Date, Evidence, Member, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// `devices.edge.end-of-support`
pub(crate) const END_OF_SUPPORT: CheckDefinition = CheckDefinition {
    id: CheckId::EndOfSupport,
    question: "is every firewall, router, camera and other device at the edge still supported?",
    why: "no patch will come; the group uses these devices as its last hop",
    fix: "update at once where an update exists, replace the others",
    supply: "the column `end_of_support` in the table of devices",
    mitigation: "M1051",
    techniques: &["T1190", "T1133", "T1584.008"],
    control: "replacing end-of-life devices",
};

/// `devices.soho`
pub(crate) const SOHO: CheckDefinition = CheckDefinition {
    id: CheckId::Soho,
    question: "are there consumer routers in our networks?",
    why: "home-office routers carry the group's traffic",
    fix: "replace them; switch remote administration off until then",
    supply: "the columns `vendor`, `model` and `end_of_support` in the table of devices",
    mitigation: "M1051",
    techniques: &["T1584.008", "T1133"],
    control: "replacing end-of-life devices",
};

/// `devices.patch.internet-facing`
pub(crate) const PATCH: CheckDefinition = CheckDefinition {
    id: CheckId::Patch,
    question: "is every internet-facing flaw closed within 48 hours of an exploit, two weeks otherwise?",
    why: "public proofs of concept become attacks within hours or days",
    fix: "patch or take off the network",
    supply: "the column `internet_facing` in the table of devices, and versions of what runs on them",
    mitigation: "M1051",
    techniques: &["T1190"],
    control: "patching",
};

/// Makers whose routers are consumer routers.
const CONSUMER: &[&str] = &[
    "linksys", "tplink", "dlink", "netgear", "tenda", "belkin", "avm", "asustek", "asus", "buffalo", "xiaomi",
];
/// Models past support that the FBI named as abused (flash of May 2025).
const DEAD_MODELS: &[&str] =
    &["e1000", "e1200", "e1500", "e1550", "e2500", "e3200", "e4200", "wrt310n", "wrt320n", "wrt610n", "m10"];
/// Days a flaw without known exploit may stay open to the internet.
const OPEN_DAYS_MAX: i64 = 14;
/// Days a flaw with an exploit may stay open to the internet: 48 hours.
const EXPLOITED_DAYS_MAX: i64 = 2;

fn proof(device: &Machine, by: Option<&model::world::Origin>) -> Evidence {
    let mut proof = row(by.or(device.origin.as_ref())).with("device", &device.name);
    let columns = [
        ("role", &device.role),
        ("vendor", &device.vendor),
        ("model", &device.model),
        ("version", &device.version),
    ];
    for (name, value) in columns {
        if let Some(value) = value {
            proof = proof.with(name, value);
        }
    }
    match device.end_of_support {
        Some(day) => proof.with("end_of_support", &day.to_string()),
        None => proof,
    }
}

/// Asks whether devices at the edge are supported.
pub(crate) fn end_of_support(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let ended = ended(asked);
    let mut facing = 0u64;
    for (key, device) in asked.ours.devices.iter().filter(|(_, device)| is_edge(device)) {
        tally.tested += 1;
        let proof = || proof(device, device.end_of_support_by());
        match (device.end_of_support, ended.get(&EntityKey::host(key))) {
            (Some(day), _) if asked.now.date().days_since(day) > 0 => {
                facing += u64::from(asked.ours.internet_facing(device) == Some(true));
                tally.offend(&device.name, proof());
            }
            (_, Some(cycle)) => tally.offend(&device.name, proof().with("end of life", cycle)),
            (Some(_), None) => {}
            (None, None) => tally.unknown += 1,
        }
    }
    tally.severity = Some(if facing > 0 { Severity::Critical } else { Severity::High });
    if facing > 0 {
        tally.reasons.push(format!("{facing} of them internet-facing"));
    }
    let first =
        if facing > 0 { format!(", the {facing} that the internet reaches first") } else { String::new() };
    let dead = counted(tally.failed(), "device", "devices");
    tally.action = Some(format!("replace {dead} past end of support{first}"));
    let of = counted(tally.tested, "device", "devices");
    tally.summary = format!("{} of {of} at the edge past end of support", tally.failed());
    tally
}

/// Asks for consumer routers.
pub(crate) fn soho(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let routers = asked.ours.devices.values().filter(|device| is_edge(device) || device.vendor.is_some());
    for device in routers {
        let (vendor, model) = (
            plain(device.vendor.as_deref().unwrap_or_default()),
            plain(device.model.as_deref().unwrap_or_default()),
        );
        let router = plain(device.role.as_deref().unwrap_or_default()).contains("router");
        let consumer =
            CONSUMER.iter().any(|word| vendor.starts_with(word)) && (router || device.role.is_none());
        if !router && !consumer {
            continue;
        }
        tally.tested += 1;
        let dead_model = vendor.starts_with("linksys") || vendor.starts_with("cisco") || vendor.is_empty();
        let dead_model = dead_model
            && DEAD_MODELS.iter().any(|dead| model == *dead || model.starts_with(&format!("{dead}v")));
        let past = device.end_of_support.map(|day| asked.now.date().days_since(day) > 0);
        match (consumer, dead_model, past) {
            (_, true, _) | (true, _, Some(true)) => {
                tally.offend(&device.name, proof(device, device.product_by()))
            }
            (true, false, None) => tally.unknown += 1,
            _ => {}
        }
    }
    tally.severity = Some(Severity::High);
    let failed = tally.failed();
    tally.action = Some(format!("replace the consumer routers: {}", few(&tally)));
    tally.summary = format!("{} past support", counted(failed, "consumer router", "consumer routers"));
    tally
}

/// The release cycle that has ended on each machine, for people.
fn ended<'q>(asked: &CheckInputs<'q>) -> BTreeMap<&'q EntityKey, String> {
    let mut ended = BTreeMap::new();
    for exposed in asked.exposed {
        let Of::Cycle(cycle) = &exposed.of else { continue };
        let known = asked.world.life_cycles.get(&**cycle);
        let label = known.map_or(&cycle.0, |known| &known.label);
        let label = format!("{label} {}", cycle.1);
        for member in exposed.members() {
            if let Some(machine) = machine(asked, member) {
                ended.entry(machine).or_insert_with(|| label.clone());
            }
        }
    }
    ended
}

/// The key of a member's machine.
fn machine<'q>(asked: &CheckInputs<'q>, member: &Member) -> Option<&'q EntityKey> {
    let place = usize::try_from(member.machine).ok()?;
    asked.products.cast.machines.get(place).map(|machine| &machine.key)
}

/// How many offenders have a proof of their own.
const PROVEN_MAX: usize = 16;

/// From which day on a flaw may be open to the internet, and for how many days.
pub(crate) fn allowed(flaw: &Flaw) -> Option<(Date, i64)> {
    let attacked = flaw.exploit_public.into_iter().chain(flaw.added_to_kev).min();
    let exploited = attacked.map(|day| (day, EXPLOITED_DAYS_MAX));
    exploited.or_else(|| Some((flaw.disclosed()?, OPEN_DAYS_MAX)))
}

/// Asks whether flaws open to the internet were closed in time.
pub(crate) fn patch(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    let today = asked.now.date();
    let mut exposed_hosts: BTreeSet<&EntityKey> = BTreeSet::new();
    let mut late = Vec::new();
    for exposed in asked.exposed {
        let Of::Flaw(id) = &exposed.of else { continue };
        if exposed.classes().any(|class| class.internet_facing.is_none()) {
            let open = exposed.members().filter(|m| asked.products.class_of(m).internet_facing.is_none());
            exposed_hosts.extend(open.filter_map(|member| machine(asked, member)));
        }
        if !exposed.classes().any(|class| class.internet_facing == Some(true)) {
            continue;
        }
        let Some(flaw) = asked.world.flaws.get(id) else { continue };
        let Some((since, most)) = allowed(flaw) else { continue };
        if today.days_since(since) > most {
            let facing =
                exposed.members().filter(|m| asked.products.class_of(m).internet_facing == Some(true));
            late.extend(facing.map(|member| (id, exposed, member, since, most)));
        }
    }
    for (key, device) in &asked.ours.devices {
        match asked.ours.internet_facing(device) {
            Some(true) => tally.tested += 1,
            Some(false) => {}
            None => tally.unknown += u64::from(exposed_hosts.contains(&EntityKey::host(key))),
        }
    }
    let named = |member: &Member| {
        let machine = usize::try_from(member.machine).ok().and_then(|n| asked.products.cast.machines.get(n));
        machine.and_then(|machine| machine.display.as_deref()).unwrap_or_default()
    };
    let mut late: Vec<_> =
        late.into_iter().map(|one| (format!("{} on {}", one.0, named(one.2)), one)).collect();
    late.sort_by(|a, b| (&a.0, a.1.2).cmp(&(&b.0, b.1.2)));
    tally.more = u64::try_from(late.len().saturating_sub(PROVEN_MAX)).unwrap_or(0);
    for (name, (id, exposed, member, since, most)) in late.into_iter().take(PROVEN_MAX) {
        let value = format!("since {since}, allowed {most} days");
        let proof = exposed.proof_on(member, asked.products).with("vulnerability", id).with("open", &value);
        tally.offend(&name, proof);
    }
    tally.severity = Some(Severity::Critical);
    let failed = counted(tally.failed(), "flaw", "flaws");
    tally.summary = format!("{failed} open to the internet for longer than allowed");
    tally
}
