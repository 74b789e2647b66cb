//! The check of the logs: does every machine whose records are expected send some?

use super::check::{CheckDefinition, CheckInputs, Tally, few, row};
use super::check_id::CheckId;
use crate::count::counted;
use model::identity::EntityKey;
use model::ours::Device;
use model::{Severity, Timestamp};
use std::collections::BTreeMap;

/// `logging.coverage`
pub(crate) const COVERAGE: CheckDefinition = CheckDefinition {
    id: CheckId::LogCoverage,
    question: "do the logs hold records of every server and of everything at the edge?",
    why: "without records nothing can be found, now or in a year",
    fix: "forward the missing machines, internet-facing and domain controllers first",
    supply: "a table of devices to divide by, and logs (--logs)",
    mitigation: "M1047",
    techniques: &["T1562"],
    control: "central logging",
};

/// A machine is silent if its last record is so many seconds before the newest of all: a day.
const SILENT_SECONDS_MAX: i64 = 86_400;
/// How many silent machines a reason names.
const NAMED_MAX: usize = 5;

/// What a machine is, as it decides how many of its kind have to report, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Edge,
    DomainController,
    Server,
    Client,
}

impl Class {
    fn of(device: &Device, facing: Option<bool>) -> Self {
        let role = device.role.as_deref().unwrap_or_default().to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| role.contains(word));
        if has(&["domain", "dc"]) {
            Self::DomainController
        } else if facing == Some(true) || has(&["firewall", "router", "vpn", "gateway", "camera", "switch"]) {
            Self::Edge
        } else if has(&["workstation", "client", "laptop", "desktop", "printer", "phone"]) {
            Self::Client
        } else {
            Self::Server
        }
    }

    fn percent_min(self) -> u64 {
        match self {
            Class::Edge | Class::DomainController => 100,
            Class::Server => 95,
            Class::Client => 90,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Class::Edge => "internet-facing or edge",
            Class::DomainController => "domain controller",
            Class::Server => "server",
            Class::Client => "client",
        }
    }
}

/// The machines that sent anything, each with the last moment of which a record is; `None`: records without time.
fn reporting<'q>(asked: &'q CheckInputs<'_>) -> BTreeMap<&'q EntityKey, Option<Timestamp>> {
    let mut last: BTreeMap<&EntityKey, Option<Timestamp>> = BTreeMap::new();
    for sent in asked.sent {
        if let Some(host) = &sent.host {
            let known = last.entry(&host.key).or_default();
            *known = (*known).max(sent.hourly.coverage.last);
        }
    }
    last
}

/// The sentence about machines that sent records and then no more.
fn fell_silent(asked: &CheckInputs<'_>, last: &BTreeMap<&EntityKey, Option<Timestamp>>) -> Option<String> {
    let newest = last.values().flatten().filter(|last| **last <= asked.now).max()?;
    let is_late = |last: &Timestamp| newest.seconds_since(*last) > SILENT_SECONDS_MAX;
    let mut silent: Vec<(Timestamp, &str)> = asked
        .ours
        .devices
        .iter()
        .filter_map(|(key, device)| {
            let last = last.get(&EntityKey::host(key))?.filter(is_late)?;
            Some((last, device.name.as_str()))
        })
        .collect();
    silent.sort_unstable();
    let named: Vec<String> = silent
        .iter()
        .take(NAMED_MAX)
        .map(|(last, name)| format!("{name} (last record {})", last.date()))
        .collect();
    let more = silent.len().saturating_sub(named.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty())
        .then(|| format!("silent for more than a day before the end of the logs: {}{more}", named.join(", ")))
}

/// Checks which machines send nothing.
pub(crate) fn coverage(asked: &CheckInputs<'_>) -> Tally {
    let mut tally = Tally::default();
    if asked.sent.is_empty() || asked.ours.devices.is_empty() {
        tally.unknown = 1;
        tally.summary = "not known which machines send records".to_owned();
        return tally;
    }
    let reporting = reporting(asked);
    let mut classes: BTreeMap<Class, (u64, Vec<&Device>)> = BTreeMap::new();
    for (key, device) in &asked.ours.devices {
        let class = classes.entry(Class::of(device, asked.ours.internet_facing(device))).or_default();
        class.0 += 1;
        if !reporting.contains_key(&EntityKey::host(key)) {
            class.1.push(device);
        }
    }
    let mut parts = Vec::new();
    for (class, (all, silent)) in classes {
        tally.tested += all;
        let missing = u64::try_from(silent.len()).unwrap_or(u64::MAX);
        if (all - missing.min(all)).saturating_mul(100) >= all.saturating_mul(class.percent_min()) {
            continue;
        }
        parts.push(format!("{missing} of {all} {}", class.name()));
        for device in silent {
            let zone = device.zone.as_deref().unwrap_or("-");
            let proof = row(device.origin.as_ref()).with("device", &device.name).with("zone", zone);
            tally.offend(&device.name, proof.with("class", class.name()).with("records", "none"));
        }
    }
    tally.reasons.extend(fell_silent(asked, &reporting));
    tally.severity = Some(Severity::High);
    tally.action = Some(format!("forward the logs of {}", few(&tally)));
    let machines = counted(tally.failed(), "machine", "machines");
    tally.summary = match parts.is_empty() {
        true => "every class of machine sends records".to_owned(),
        false => format!("{machines} without records: {}", parts.join(", ")),
    };
    tally
}
