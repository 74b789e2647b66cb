//! What to do first: at most ten lines, each with its findings, those on top where several kinds meet.
//!
//! Exposures come as spreads over machines: of each machine they are counted, and identifiers are made only for the
//! lines that are shown.

use crate::exposure::{Exposed, On};
use crate::facts::edge::is_vital;
use crate::facts::machine::Machine;
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::gap::CheckId;
use foldhash::{HashMap, HashMapExt};
use model::answer::{Action, Story};
use model::ours::ZoneKind;
use model::{Decision, Finding, FindingId, FindingKind, IntelType, Member, Severity, Spread};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// How many lines: what a small team can do in a day.
pub const FIRST_MAX: usize = 10;
/// How many findings of a line are named.
const NAMED_MAX: usize = 100;

/// The exposures of one answer, counted by machine.
pub(crate) struct ByMachine<'f> {
    ranked: &'f [(&'f Exposed, &'f Spread)],
    products: &'f Products,
    /// By display name.
    machines: BTreeMap<&'f str, Exposures<'f>>,
}

/// The exposures of one machine, in numbers.
#[derive(Clone, Copy, Default)]
struct Exposures<'f> {
    count: u64,
    worst: Option<Severity>,
    /// The first by rank that is to be closed soon: its place.
    urgent: Option<u32>,
    owner: Option<&'f str>,
}

impl<'f> Exposures<'f> {
    fn add(&mut self, other: &Exposures<'f>) {
        self.count += other.count;
        self.worst = self.worst.into_iter().chain(other.worst).min();
        self.urgent = self.urgent.into_iter().chain(other.urgent).min();
        self.owner = self.owner.or(other.owner);
    }
}

impl<'f> ByMachine<'f> {
    /// Counts exposures, which must be in order of rank.
    pub(crate) fn of(ranked: &'f [(&'f Exposed, &'f Spread)], products: &'f Products) -> Self {
        // Flaws that are of the same claims share their machines: these are gone through once, not once a flaw.
        let mut shared: HashMap<*const On, (&On, Vec<Exposures<'f>>)> = HashMap::new();
        for (place, (exposed, spread)) in (0_u32..).zip(ranked) {
            let is_urgent = matches!(spread.decision(), Some(Decision::Act | Decision::Attend));
            let empty = || (&*exposed.on, vec![Exposures::default(); exposed.on.parts.len()]);
            let (_, parts) = shared.entry(Arc::as_ptr(&exposed.on)).or_insert_with(empty);
            for (_, tally) in parts.iter_mut().enumerate().filter(|(n, _)| exposed.parts >> n & 1 == 1) {
                let urgent = is_urgent.then_some(place);
                let worst = Some(spread.severity());
                tally.add(&Exposures { count: 1, worst, urgent, owner: None });
            }
        }
        let mut tallies: Vec<Exposures<'f>> = vec![Exposures::default(); products.cast.machines.len()];
        for (on, parts) in shared.into_values() {
            for (n, part) in parts.iter().enumerate().filter(|(_, part)| part.count > 0) {
                for member in on.group.of_parts(1 << n) {
                    let at = usize::try_from(member.machine).unwrap_or(usize::MAX);
                    tallies.get_mut(at).into_iter().for_each(|tally| tally.add(part));
                }
            }
        }
        let mut machines: BTreeMap<&str, Exposures<'_>> = BTreeMap::new();
        for (machine, tally) in products.cast.machines.iter().zip(tallies) {
            let Some(display) = machine.display.as_deref().filter(|_| tally.count > 0) else { continue };
            let known = machines.entry(display).or_default();
            known.add(&Exposures { owner: machine.owner.as_deref(), ..tally });
        }
        Self { ranked, products, machines }
    }

    fn urgent(&self, exposures: &Exposures<'_>) -> Option<&'f Spread> {
        self.ranked.get(usize::try_from(exposures.urgent?).ok()?).map(|(_, spread)| *spread)
    }

    /// The first identifiers of each of these machines, by rank.
    fn named(&self, machines: &BTreeSet<&str>) -> BTreeMap<&'f str, Vec<FindingId>> {
        let mut named: BTreeMap<&str, Vec<FindingId>> = BTreeMap::new();
        let wanted =
            |machine: &model::Machine| machine.display.as_deref().is_some_and(|d| machines.contains(d));
        let of_wanted: Vec<bool> = self.products.cast.machines.iter().map(wanted).collect();
        let is_wanted = |member: &&Member| {
            usize::try_from(member.machine).ok().and_then(|at| of_wanted.get(at)) == Some(&true)
        };
        // Of each shared list the few members that are asked for.
        let mut shared: HashMap<*const On, Vec<(u64, &Member)>> = HashMap::new();
        for (exposed, spread) in self.ranked {
            let few = shared.entry(Arc::as_ptr(&exposed.on)).or_insert_with(|| {
                let parts = (0..exposed.on.parts.len()).map(|n| 1_u64 << n);
                parts
                    .flat_map(|part| {
                        let members = exposed.on.group.of_parts(part).filter(is_wanted);
                        members.map(move |member| (part, member))
                    })
                    .collect()
            });
            for (_, member) in few.iter().filter(|(part, _)| exposed.parts & part != 0) {
                let machine = usize::try_from(member.machine).ok();
                let machine = machine.and_then(|at| self.products.cast.machines.get(at));
                let display = machine.and_then(|machine| machine.display.as_deref()).unwrap_or_default();
                let list = named.entry(display).or_default();
                if list.len() < NAMED_MAX {
                    list.push(spread.id(member));
                }
            }
        }
        named
    }
}

/// Everything that is about one machine.
#[derive(Default)]
struct Meeting<'f> {
    findings: Vec<&'f Finding>,
    kinds: BTreeSet<FindingKind>,
    exposures: Exposures<'f>,
}

/// The lines, the most pressing first.
pub(crate) fn first(
    findings: &[Finding],
    stories: &[Story],
    exposures: &ByMachine<'_>,
    ours: &Ours,
) -> Vec<Action> {
    let mut hosts: BTreeMap<&str, Meeting<'_>> = BTreeMap::new();
    let mut elsewhere: Vec<&Finding> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.kind != FindingKind::Chain) {
        match (&finding.subject.host, finding.kind) {
            (Some(host), FindingKind::Sighting) => hosts.entry(host).or_default().add(finding),
            (Some(host), FindingKind::Compromise) if finding.subject.account.is_none() => {
                hosts.entry(host).or_default().add(finding);
            }
            _ => elsewhere.push(finding),
        }
    }
    for (host, list) in &exposures.machines {
        let meeting = hosts.entry(host).or_default();
        meeting.exposures = *list;
        meeting.kinds.insert(FindingKind::Exposure);
    }
    let in_story: BTreeMap<&str, &Story> = stories
        .iter()
        .rev()
        .filter(|story| story.severity <= Severity::High)
        .flat_map(|story| story.hosts.iter().map(move |host| (host.as_str(), story)))
        .collect();
    let mut ranked: Vec<(Concern, usize, Action)> = Vec::new();
    for (host, meeting) in &hosts {
        let story = in_story.get(host).copied();
        if let Some(action) = on_host(host, meeting, story, (exposures, ours)) {
            ranked.push((meeting.concern(story.is_some()), meeting.kinds.len(), action));
        }
    }
    ranked.extend(leaving(stories, findings).into_iter().map(|action| (Concern::Intrusion, 1, action)));
    ranked.extend(elsewhere.iter().filter_map(|finding| Some((Concern::of(finding), 1, alone(finding)?))));
    ranked.sort_by_cached_key(|(concern, kinds, action)| {
        (
            // What is no more than medium comes behind everything graver.
            action.severity.max(Severity::High),
            *concern,
            action.severity,
            std::cmp::Reverse(*kinds),
            std::cmp::Reverse(action.finding_count),
            action.entity.clone(),
            action.what.clone(),
        )
    });
    let mut lines: Vec<Action> = of_each_concern(ranked);
    let open: BTreeSet<String> =
        lines.iter().filter(|line| line.findings.is_empty()).map(|line| line.entity.clone()).collect();
    let mut named = exposures.named(&open.iter().map(String::as_str).collect());
    for line in lines.iter_mut().filter(|line| line.findings.is_empty()) {
        let others = hosts.get(line.entity.as_str()).map(|meeting| meeting.findings.iter());
        line.findings.extend(others.into_iter().flatten().map(|finding| finding.id.clone()));
        line.findings.extend(named.remove(line.entity.as_str()).unwrap_or_default());
        line.findings.truncate(NAMED_MAX);
    }
    lines
}

/// The lines, of each concern that has a grave one at least one.
fn of_each_concern(ranked: Vec<(Concern, usize, Action)>) -> Vec<Action> {
    let (mut kept, mut left): (Vec<_>, Vec<_>) = (Vec::new(), Vec::new());
    for (place, line) in ranked.into_iter().enumerate() {
        if place < FIRST_MAX { kept.push(line) } else { left.push(line) }
    }
    let has = |lines: &[(Concern, usize, Action)], concern: Concern| {
        lines.iter().filter(|(one, ..)| *one == concern).count()
    };
    for line in left.into_iter().filter(|(.., action)| action.severity <= Severity::High) {
        if has(&kept, line.0) > 0 {
            continue;
        }
        // In the place of the last line of a concern that has several, the least pressing concern first.
        let spare = kept.iter().rposition(|(concern, ..)| has(&kept, *concern) > 1);
        if let Some(slot) = spare.and_then(|place| kept.get_mut(place)) {
            *slot = line;
        }
    }
    kept.sort_by_key(|(concern, _, action)| (action.severity.max(Severity::High), *concern));
    kept.into_iter().map(|(.., action)| action).collect()
}

/// What a line is about, the most pressing first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Concern {
    /// A machine of a story, or where its data went.
    Intrusion,
    /// An account that others saw in trouble.
    Account,
    /// A name or machine of ours that others reported.
    Reported,
    /// A hit outside of stories.
    Hit,
    /// A flaw to close.
    Exposure,
    /// A control that is missing.
    Gap,
}

impl Concern {
    /// Of a finding that is about no machine.
    fn of(finding: &Finding) -> Self {
        match finding.kind {
            FindingKind::Compromise if finding.subject.account.is_some() => Self::Account,
            FindingKind::Compromise => Self::Reported,
            FindingKind::Sighting | FindingKind::Chain => Self::Hit,
            FindingKind::Exposure => Self::Exposure,
            FindingKind::Gap => Self::Gap,
        }
    }
}

impl<'f> Meeting<'f> {
    /// What the line about this machine is about.
    fn concern(&self, in_story: bool) -> Concern {
        let grave = |kind: FindingKind| self.of(kind).any(|finding| finding.severity <= Severity::High);
        match in_story {
            true => Concern::Intrusion,
            false if grave(FindingKind::Compromise) => Concern::Reported,
            false if grave(FindingKind::Sighting) => Concern::Hit,
            false if self.exposures.count > 0 => Concern::Exposure,
            false if self.of(FindingKind::Compromise).next().is_some() => Concern::Reported,
            false => Concern::Hit,
        }
    }

    fn add(&mut self, finding: &'f Finding) {
        self.findings.push(finding);
        self.kinds.insert(finding.kind);
    }

    fn of(&self, kind: FindingKind) -> impl Iterator<Item = &&'f Finding> {
        self.findings.iter().filter(move |finding| finding.kind == kind)
    }
}

fn on_host(
    host: &str,
    meeting: &Meeting<'_>,
    story: Option<&Story>,
    (exposures, ours): (&ByMachine<'_>, &Ours),
) -> Option<Action> {
    let exposed = meeting.exposures.worst;
    let severity = meeting.findings.iter().map(|finding| finding.severity).chain(exposed).min()?;
    let sightings: Vec<&&Finding> =
        meeting.of(FindingKind::Sighting).filter(|f| f.severity <= Severity::High).collect();
    let root = story.is_some_and(|story| story.hosts.first().is_some_and(|first| first == host));
    let what = match (story, sightings.is_empty(), exposures.urgent(&meeting.exposures)) {
        (Some(_), _, _) if root && must_stay(host, ours) => {
            format!("{host}: keep memory and disk, contain it with its owner")
        }
        (Some(_), _, _) if root => format!("{host}: keep memory and disk, then isolate it"),
        (Some(_), _, _) => format!("examine {host}: the intrusion reached it"),
        (None, false, _) => format!("examine {host}: {}", sightings.first()?.title.to_lowercase()),
        (None, true, Some(exposure)) => format!("{host}: {}", exposure.first().remediation.first()?),
        (None, true, None) => {
            let reported = meeting.of(FindingKind::Compromise).next()?;
            format!("find out what happened on {host}: {}", reported.title)
        }
    };
    let words = [
        (FindingKind::Sighting, "hit"),
        (FindingKind::Compromise, "reported"),
        (FindingKind::Exposure, "exposed"),
    ];
    let why: Vec<&str> =
        words.iter().filter(|(kind, _)| meeting.kinds.contains(kind)).map(|(_, word)| *word).collect();
    let severity = story.map_or(severity, |story| story.severity.min(severity));
    let owner = meeting.findings.iter().find_map(|finding| finding.owner.clone());
    let count = u64::try_from(meeting.findings.len()).unwrap_or(u64::MAX);
    Some(Action {
        what,
        entity: host.to_owned(),
        why: crate::count::listed(&why),
        severity,
        finding_count: count.saturating_add(meeting.exposures.count),
        // Named when the line is shown.
        findings: Vec::new(),
        owner: owner.or_else(|| meeting.exposures.owner.map(str::to_owned)),
    })
}

/// Whether a machine is taken off the network only with its owner: a domain controller, one that controls what moves, or
/// the only machine of its role.
fn must_stay(host: &str, ours: &Ours) -> bool {
    let Some(device) = ours.device(&ours.hosts.resolve(host, None)) else { return false };
    let in_ot = ours.zone_of(device).and_then(|zone| zone.kind) == Some(ZoneKind::Ot);
    let alone = device.role.as_deref().is_some_and(|role| {
        let same = |other: &&Machine| other.role.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(role));
        ours.devices.values().filter(same).take(2).count() == 1
    });
    is_vital(device) || in_ot || alone
}

/// Addresses outside to which data left.
fn leaving(stories: &[Story], findings: &[Finding]) -> Vec<Action> {
    let mut actions = Vec::new();
    for story in stories.iter().filter(|story| story.severity <= Severity::High) {
        for host in story.hosts.iter().filter(|host| host.parse::<IpAddr>().is_ok()) {
            let related = findings.iter().filter(|finding| finding.id == story.finding);
            let related = related.map(|finding| finding.id.clone());
            actions.push(Action {
                what: format!(
                    "block {} in both directions, search the logs for who else talked to it",
                    defanged(host)
                ),
                entity: host.clone(),
                why: "data left to it".to_owned(),
                severity: story.severity,
                finding_count: 1,
                findings: related.collect(),
                owner: None,
            });
        }
    }
    actions
}

/// Findings that are about no machine: accounts, partners, controls.
fn alone(finding: &Finding) -> Option<Action> {
    // Flaws that are open for too long have their lines machine by machine.
    if finding.severity > Severity::High || CheckId::of(finding) == Some(CheckId::Patch) {
        return None;
    }
    let subject = &finding.subject;
    let entity = subject
        .account
        .as_ref()
        .or(subject.name.as_ref())
        .cloned()
        .unwrap_or_else(|| finding.intel.id.clone());
    let fix = finding.remediation.first()?;
    let (what, why) = match (finding.kind, finding.intel.kind) {
        (FindingKind::Compromise, _) => (format!("{entity}: {fix}"), "reported".to_owned()),
        (FindingKind::Gap, IntelType::Control) => (fix.clone(), finding.title.clone()),
        _ => (fix.clone(), finding.kind.name().to_owned()),
    };
    Some(Action {
        what,
        entity,
        why,
        severity: finding.severity,
        finding_count: 1,
        findings: vec![finding.id.clone()],
        owner: finding.owner.clone(),
    })
}

fn defanged(address: &str) -> String {
    address.replace('.', "[.]").replace(':', "[:]")
}
