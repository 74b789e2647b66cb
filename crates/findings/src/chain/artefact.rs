//! Artefacts that tie steps over any time: a script by its path on the machine where it was written, and an account that
//! was used from the same strange workstation or outside address.
//!
//! A file by its hash and a called address are indicators (`tie.rs`). Here nothing is on a list: a script counts from the
//! step that wrote it on, and an account where a step is about a valid account in a stranger's hands and came from a
//! place that is not ours. A workstation of ours from which a rule is hit each month ties nothing.

use super::part::ChainPart;
use super::tie::Tie;
use crate::facts::ours::{Ours, is_internal};
use crate::sighting::{ScriptPath, Strength};
use model::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// An artefact, by what makes it the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Artefact {
    /// The machine, and the path of the file.
    Script(String, Box<str>),
    /// The account, and where it came from.
    Account(String, Box<str>),
}

/// Steps that met one artefact, tied one after the other.
pub(super) fn by_artefact(steps: &[&ChainPart<'_>], ours: &Ours) -> Vec<Tie> {
    let mut ties = Vec::new();
    for members in artefacts(steps, ours).into_values() {
        for pair in members.windows(2) {
            let [from, to] = pair else { continue };
            let time = steps.get(*to).map(|step| step.episode.times.first);
            ties.push(Tie { from: *from, to: *to, time, movement: None });
        }
    }
    ties
}

/// The longest pauses of artefacts: when one was met again, how many seconds after, and at which step.
pub(super) fn pauses(steps: &[&ChainPart<'_>], ours: &Ours) -> Vec<(Timestamp, i64, usize)> {
    let mut pauses = Vec::new();
    for members in artefacts(steps, ours).into_values() {
        let mut last: Option<Timestamp> = None;
        for (n, step) in members.into_iter().filter_map(|n| Some((n, steps.get(n)?))) {
            let times = step.episode.times;
            if let Some(last) = last {
                pauses.push((times.first, times.first.seconds_since(last), n));
            }
            last = last.max(Some(times.last));
        }
    }
    pauses
}

/// The steps of each artefact, in their order.
fn artefacts(steps: &[&ChainPart<'_>], ours: &Ours) -> BTreeMap<Artefact, Vec<usize>> {
    let mut met: BTreeMap<Artefact, Vec<usize>> = BTreeMap::new();
    let writers = steps.iter().enumerate().filter(|(_, step)| step.is_grave() && step.is_named());
    for (n, writer) in writers.filter(|(_, step)| has_technique(step, "T1505")) {
        for file in files(writer) {
            let artefact = Artefact::Script(writer.host().to_owned(), file.into());
            if met.contains_key(&artefact) {
                continue;
            }
            let later = steps.iter().enumerate().skip(n).filter(|(_, step)| step.host() == writer.host());
            let of_file = later.filter(|(_, step)| scripts(step).any(|path| path.is_of(file)));
            met.insert(artefact, of_file.map(|(m, _)| m).collect());
        }
    }
    let strange = steps.iter().enumerate().filter(|(_, step)| step.is_grave() && is_of_account(step));
    for (n, step) in strange {
        let Some(traces) = &step.episode.traces else { continue };
        for ((account, origin), _) in traces.logons.iter().filter(|((_, origin), _)| is_strange(origin, ours))
        {
            let Some(account) = step.named_account(account, ours) else { continue };
            let members = met.entry(Artefact::Account(account, origin.clone())).or_default();
            if members.last() != Some(&n) {
                members.push(n);
            }
        }
    }
    met
}

fn scripts<'s>(step: &'s ChainPart<'_>) -> impl Iterator<Item = &'s ScriptPath> {
    step.episode.traces.iter().flat_map(|traces| traces.scripts.iter().map(|(path, _)| path))
}

fn files<'s>(step: &'s ChainPart<'_>) -> impl Iterator<Item = &'s str> {
    scripts(step).filter_map(|path| match path {
        ScriptPath::File(file) => Some(&**file),
        ScriptPath::Page(_) => None,
    })
}

fn has_technique(step: &ChainPart<'_>, technique: &str) -> bool {
    step.finding().techniques.iter().any(|own| own.split('.').next() == Some(technique))
}

/// Whether a step is about a valid account in a stranger's hands.
fn is_of_account(step: &ChainPart<'_>) -> bool {
    step.sighting.strength == Strength::LoggedOn || has_technique(step, "T1078")
}

/// Whether a workstation or address is not ours. Without an inventory nobody knows.
fn is_strange(origin: &str, ours: &Ours) -> bool {
    match origin.parse::<IpAddr>() {
        Ok(address) => !is_internal(address) && !ours.owns(address),
        Err(_) => !ours.devices.is_empty() && !ours.hosts.resolve(origin, None).known,
    }
}
