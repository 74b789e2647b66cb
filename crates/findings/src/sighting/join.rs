//! From spans to sightings: one sighting for each cause and machine, with its proof on both sides.
//!
//! Machines are resolved here, not while reading. Spans of one document's days are summed, those of several
//! documents merged: of equal records the larger number counts, so a copy of a log counts once.

use super::behaviour;
use super::correlated::{CorrelatedGroup, joined};
use super::engine::Detection;
use super::grade::{grade, rank, severity};
use super::reading::reading;
use super::traces::Traces;
use super::tried::{Gathering, TriedBy};
use super::tries::Tries;
use super::validity;
use super::{Bounds, CauseId, Logs, Lookout, Peer, Proof, Rules, Sent, Span, Strength, Times, Volume};
use crate::exposure::is_open_on;
use crate::facts::edge::is_controller;
use crate::facts::machine::Machine;
use crate::facts::ours::Ours;
use crate::facts::products::Products;
use crate::facts::world::{World, actors_of};
use model::identity::{Entity, EntityKey};
use model::world::Indicator;
use model::{
    Certainty, EVIDENCE_MAX, EventId, Evidence, Finding, FindingKind, Intel, IntelType, Severity, Subject,
    Timestamp, Tlp,
};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A sighting, and what chains are made of.
pub(crate) struct Sighting<'l> {
    pub(crate) finding: Finding,
    pub(crate) host: Entity,
    /// How far the farthest of its events went.
    pub(crate) strength: Strength,
    /// How grave the cause is by itself: the level of a rule.
    pub(crate) level: Severity,
    /// Of attempts, what each source tried.
    pub(crate) tried: Option<Box<TriedBy>>,
    of: MadeOf<'l>,
}

/// What a sighting was made of: its episodes are made of it for those that may be steps of stories.
enum MadeOf<'l> {
    Group(SpanGroup<'l>),
    Joined(Option<Box<Episode>>),
}

impl Sighting<'_> {
    /// Whether it is a thing that stays the same, whenever it is met: a file by its hash, or an address or name outside that
    /// this machine called and reached.
    pub(crate) fn is_artefact(&self) -> bool {
        let intel = &self.finding.intel;
        intel.kind == IntelType::Indicator && self.strength >= Strength::Succeeded
    }

    /// In order of time: days that follow each other closely are one.
    pub(crate) fn episodes(&self) -> Vec<Episode> {
        match &self.of {
            MadeOf::Group(group) => group.episodes(self.is_artefact()),
            MadeOf::Joined(episode) => episode.iter().map(|episode| (**episode).clone()).collect(),
        }
    }
}

/// A stretch of time in which a cause was met on a machine, without a pause of more than [`QUIET_DAYS_MAX`].
#[derive(Clone, Debug)]
pub(crate) struct Episode {
    pub(crate) times: Times,
    pub(crate) count: u64,
    pub(crate) peers: Vec<(Peer, Option<Times>)>,
    pub(crate) accounts: Vec<(Box<str>, Option<Times>)>,
    /// Accounts of services whose tickets were given.
    pub(crate) taken: Vec<(Box<str>, Option<Times>)>,
    pub(crate) evidence: Option<Evidence>,
    /// What was sent, and to where.
    pub(crate) volume: Volume,
    /// What stays the same whenever it is met.
    pub(crate) traces: Option<Box<Traces>>,
    /// Whether the cause went on from the episode before, without a pause.
    pub(crate) goes_on: bool,
}

/// How long a machine may be quiet within one episode: intruders of this kind come back within days.
const QUIET_DAYS_MAX: i32 = 7;
/// How long one episode lasts at most, but for an artefact: a rule that hits every day for a year is no step of a year.
const EPISODE_DAYS_MAX: i32 = 7;

/// What the join asks of.
pub(crate) struct JoinInput<'q> {
    pub(crate) ours: &'q Ours,
    pub(crate) world: &'q World,
    pub(crate) products: &'q Products,
    pub(crate) rules: &'q Rules,
    pub(crate) lookout: &'q Lookout,
    pub(crate) logs: &'q Logs<'q>,
    pub(crate) sent: &'q [Sent<'q>],
    pub(crate) bounds: Bounds,
}

/// Evidence in order of time, each piece with its document.
type Proofs<'l> = BTreeMap<(bool, Option<Timestamp>, EventId), (&'l Arc<str>, &'l Proof)>;

/// All spans of one cause on one machine. Versions of one rule are one cause: the finding keeps the rule's name.
#[derive(Default)]
struct SpanGroup<'l> {
    parts: Vec<(&'l Arc<str>, i32, &'l Span)>,
    /// Digests of the rule's versions.
    digests: BTreeSet<u64>,
}

/// What sources say of a value, and since when somebody could know.
struct Named {
    said: Vec<Indicator>,
    since: Option<Timestamp>,
}

/// What the join gives.
#[derive(Default)]
pub(crate) struct SightingsFound<'l> {
    /// In order of identifier.
    pub(crate) sightings: Vec<Sighting<'l>>,
    pub(crate) bounds: Vec<String>,
}

/// Every sighting.
pub(crate) fn sightings<'q>(asked: &JoinInput<'q>) -> SightingsFound<'q> {
    let mut seen = SightingsFound::default();
    let mut said: BTreeMap<Observable, Named> = BTreeMap::new();
    let mut groups = groups(asked, &mut seen.bounds);
    let folded = folded(asked, groups.keys().map(|(_, host)| host));
    if !folded.is_empty() {
        let keys: Vec<(CauseId, Entity)> =
            groups.keys().filter(|(_, host)| folded.contains_key(&host.key)).cloned().collect();
        for (cause, host) in keys {
            if let Some(full) = folded.get(&host.key)
                && let Some(group) = groups.remove(&(cause.clone(), host))
            {
                groups.entry((cause, full.clone())).or_default().join(group);
            }
        }
    }
    for ((cause, host), group) in groups {
        let made = match &cause {
            CauseId::Rule { id, .. } => of_rule_hit(asked, id, host, group),
            CauseId::Indicator(observable) => {
                let said = match said.get(observable) {
                    Some(known) => known,
                    None => said.entry(observable.clone()).or_insert_with(|| Named {
                        said: asked.lookout.of_value(observable),
                        since: asked.lookout.known_since(observable),
                    }),
                };
                of_indicator_hit(asked, (observable, said), host, group)
            }
            CauseId::Detection(detection) => of_detection(asked, detection, host, group),
        };
        seen.sightings.extend(made);
    }
    let documents = asked.logs.iter().map(|(name, seen, _)| (name, &seen.correlated));
    let resolve =
        |document: &Arc<str>, written: &super::Written, time: Timestamp| match asked.logs.place(document) {
            Some(place) => plain(written.resolve(asked.ours, Some(time), place)),
            None => asked.ours.hosts.resolve("", None),
        };
    let (alerts, bounds) = joined(asked.rules, documents, &resolve);
    seen.bounds.extend(bounds);
    for alert in alerts {
        let Some(correlation) = asked.rules.correlations.correlations().get(alert.correlation) else {
            continue;
        };
        let host = alert.host.clone().unwrap_or_else(|| Entity {
            key: EntityKey::document(""),
            display: "a machine that was not kept".to_owned(),
            known: false,
            reason: "",
        });
        let host = folded.get(&host.key).cloned().unwrap_or(host);
        seen.sightings.push(of_correlation(asked, correlation, &alert, host));
    }
    // No two have one identifier, and a stable order would take half of them in memory again.
    seen.sightings.sort_unstable_by(|a, b| a.finding.id.cmp(&b.finding.id));
    seen
}

/// All spans, by cause and machine: the groups of least rank, as many as the bound allows.
fn groups<'q>(asked: &JoinInput<'q>, bounds: &mut Vec<String>) -> BTreeMap<(CauseId, Entity), SpanGroup<'q>> {
    let mut groups: BTreeMap<(CauseId, Entity), SpanGroup<'q>> = BTreeMap::new();
    let mut written: BTreeMap<super::Rank, BTreeSet<(&CauseId, &super::Written)>> = BTreeMap::new();
    let mut cut = false;
    let all = asked.logs.iter().flat_map(|(name, seen, place)| {
        cut |= seen.cut;
        seen.spans
            .iter()
            .map(move |(cause, machine, (day, _), span)| (name, place, cause, machine, *day, span))
    });
    let all: Vec<_> = all.collect();
    for (_, _, cause, machine, ..) in &all {
        let rank = rank(gravity(asked, cause), cause, machine);
        written.entry(rank).or_default().insert((cause, machine));
    }
    let mut left = asked.bounds.groups;
    let mut horizon = None;
    for (rank, pairs) in written {
        if pairs.len() > left {
            horizon = Some(rank);
            break;
        }
        left -= pairs.len();
    }
    for (name, place, cause, machine, day, span) in all {
        let rank = || rank(gravity(asked, cause), cause, machine);
        if horizon.is_some_and(|horizon| rank() >= horizon) {
            continue;
        }
        let at = span.times.map(|times| times.first);
        let host = plain(machine.resolve(asked.ours, at, place));
        let (named, digest) = match cause.as_ref() {
            CauseId::Rule { id, digest } if !asked.rules.is_alone(id, *digest) => continue,
            CauseId::Rule { id, digest } => (CauseId::Rule { id: id.clone(), digest: 0 }, Some(*digest)),
            other => (other.clone(), None),
        };
        let group = groups.entry((named, host)).or_default();
        group.parts.push((name, day, span));
        group.digests.extend(digest);
    }
    if cut || horizon.is_some() {
        bounds.push("more pairs of rule and machine than are kept: some sightings are missing".to_owned());
    }
    groups
}

fn gravity(asked: &JoinInput<'_>, cause: &CauseId) -> Severity {
    match cause {
        CauseId::Rule { digest, id } => asked.rules.of(id, *digest).map_or(Severity::Medium, severity),
        CauseId::Indicator(observable) => grade(observable).0,
        CauseId::Detection(detection) => detection.level,
    }
}

impl<'l> SpanGroup<'l> {
    /// Adds another group's parts and versions of the rule.
    fn join(&mut self, other: SpanGroup<'l>) {
        self.parts.extend(other.parts);
        self.digests.extend(other.digests);
    }

    /// The whole of it.
    fn span(&self) -> Span {
        let mut documents: BTreeMap<&Arc<str>, Span> = BTreeMap::new();
        for (document, _, span) in &self.parts {
            documents.entry(document).or_default().sum((*span).clone());
        }
        let mut whole = Span::default();
        documents.into_values().for_each(|span| whole.merge(span));
        whole
    }

    /// What each source tried, over all documents.
    fn tried(&self, host: &Entity) -> Option<Box<TriedBy>> {
        let mut documents: BTreeMap<&Arc<str>, Tries> = BTreeMap::new();
        let mut proofs: BTreeMap<EventId, (&Arc<str>, &Proof)> = BTreeMap::new();
        for (document, _, span) in &self.parts {
            let Some(tries) = &span.tries else { continue };
            documents.entry(document).or_default().add_whole((**tries).clone());
            for (event, proof) in span.proofs() {
                let known = proofs.entry(event).or_insert((document, proof));
                *known = (*known).min((document, proof));
            }
        }
        let mut gathering = Gathering::default();
        documents.into_iter().for_each(|(document, tries)| gathering.add(document, &host.display, tries));
        gathering.finish(&proofs)
    }

    /// The earliest evidence; of one event in two documents, the lesser place.
    fn evidence(&self) -> Vec<Evidence> {
        let mut proofs = Proofs::new();
        for (document, _, span) in &self.parts {
            for (id, proof) in span.proofs() {
                let known = proofs.entry((proof.time.is_none(), proof.time, id)).or_insert((document, proof));
                if (*document, proof) < (known.0, known.1) {
                    *known = (document, proof);
                }
                if proofs.len() > EVIDENCE_MAX {
                    proofs.pop_last();
                }
            }
        }
        proofs.into_values().map(|(document, proof)| proof.evidence(document)).collect()
    }

    /// Its episodes, in order; hits without time are in none. `whole`: however long it lasts, it is one without a pause.
    fn episodes(&self, whole: bool) -> Vec<Episode> {
        let mut parts: Vec<&(&Arc<str>, i32, &Span)> =
            self.parts.iter().filter(|(_, day, _)| *day != i32::MIN).collect();
        parts.sort_by_key(|(document, day, _)| (*day, *document));
        let mut episodes = Vec::new();
        let near = |a: &&(&Arc<str>, i32, &Span), b: &&(&Arc<str>, i32, &Span)| {
            b.1.saturating_sub(a.1) <= QUIET_DAYS_MAX
        };
        for stretch in parts.chunk_by(near) {
            let mut rest = stretch;
            while let Some((_, first, _)) = rest.first() {
                let within = |part: &&(&Arc<str>, i32, &Span)| {
                    whole || part.1.saturating_sub(*first) <= EPISODE_DAYS_MAX
                };
                let (piece, later) = rest.split_at(rest.partition_point(within));
                episodes.extend(episode(piece, rest.len() < stretch.len()));
                rest = later;
            }
        }
        episodes
    }
}

/// One episode of days that follow each other.
fn episode(days: &[&(&Arc<str>, i32, &Span)], goes_on: bool) -> Option<Episode> {
    let group = SpanGroup { parts: days.iter().map(|part| **part).collect(), ..SpanGroup::default() };
    let span = group.span();
    Some(Episode {
        times: span.times?,
        count: span.sketch.count().count,
        peers: span.peers,
        accounts: span.accounts,
        taken: span.taken,
        evidence: group.evidence().into_iter().next(),
        volume: span.volume,
        traces: span.traces,
        goes_on,
    })
}

/// A hit of a rule on one machine; `None` when the rule is no longer asked.
fn of_rule_hit<'l>(
    asked: &JoinInput<'l>,
    id: &str,
    host: Entity,
    group: SpanGroup<'l>,
) -> Option<Sighting<'l>> {
    // The version that is asked now, or what became of the versions that saw it.
    let is_asked = |digest: &&u64| asked.rules.is_asked(id, **digest);
    let version = group.digests.iter().find(is_asked);
    let index = asked.rules.index_of(id, *version.or(group.digests.first())?)?;
    let rule = asked.rules.set.rules().get(index)?;
    let mut proof = group.evidence().into_iter();
    let subject = Subject { host: Some(host.display.clone()), ..Subject::default() };
    let made =
        Finding::new(FindingKind::Sighting, rule_intel(rule), subject, &[host.key.as_str()], proof.next()?);
    let mut finding = of_rule(rule, made, asked.world);
    finding.evidence.extend(proof.take(EVIDENCE_MAX - finding.evidence.len()));
    finding.reasons.push(reading(&finding, None, true));
    if version.is_none() {
        finding
            .reasons
            .push("an earlier version of the rule saw it; this one was not asked of the records".to_owned());
    }
    let weight =
        Weight { strength: asked.rules.strength_of(index), by_user: asked.rules.tuning.sets_level(rule) };
    Some(sighting(asked, (finding, weight), host, group))
}

/// A hit of an indicator on one machine: those of its hits at whose time a source held it for a sign; where there are
/// none, the others, as no more than possible.
fn of_indicator_hit<'l>(
    asked: &JoinInput<'l>,
    (observable, named): (&Observable, &Named),
    host: Entity,
    group: SpanGroup<'l>,
) -> Option<Sighting<'l>> {
    let said = named.said.as_slice();
    if said.is_empty() {
        return None;
    }
    let held = |span: &Span| validity::held(said, span.times.map(|times| times.first));
    let (inside, outside): (Vec<_>, Vec<_>) = group.parts.into_iter().partition(|(.., span)| held(span));
    let is_outside = inside.is_empty();
    let (parts, more) = if is_outside { (outside, Vec::new()) } else { (inside, outside) };
    let group = SpanGroup { parts, ..SpanGroup::default() };
    let mut proof = group.evidence().into_iter();
    let subject = Subject { host: Some(host.display.clone()), ..Subject::default() };
    let intel = indicator_intel(observable, said);
    let made = Finding::new(FindingKind::Sighting, intel, subject, &[host.key.as_str()], proof.next()?);
    let mut finding = of_indicator(observable, said, made);
    finding.evidence.extend(proof.take(EVIDENCE_MAX - finding.evidence.len()));
    let strength = group.parts.iter().filter_map(|(.., span)| span.strength).max();
    let strength = strength.unwrap_or(Strength::TriedOutward);
    if is_outside {
        finding.certainty = Certainty::Possible;
        finding.severity = finding.severity.max(Severity::Medium);
        finding.reasons.insert(0, format!("outside of its validity: {}", validity::shown(said)));
    } else if !more.is_empty() {
        let more = SpanGroup { parts: more, ..SpanGroup::default() }.span().sketch.count().count;
        let hits = crate::count::counted(more, "hit more is", "hits more are");
        finding.reasons.push(format!("{hits} outside of its validity ({})", validity::shown(said)));
    }
    let mut sighting = sighting(asked, (finding, Weight::of(strength)), host, group);
    // Before it was published nobody could know; before it was seen there was nothing to know.
    sighting.finding.known_since = named.since.and_then(|since| Some(since).max(sighting.finding.first_seen));
    sighting.finding.reasons.push(reading(&sighting.finding, None, !is_outside));
    if is_outside {
        // No step of a story: the value may mean somebody else by then.
        sighting.of = MadeOf::Joined(None);
    }
    Some(sighting)
}

/// What another engine detected on one machine.
fn of_detection<'l>(
    asked: &JoinInput<'l>,
    detection: &Detection,
    host: Entity,
    group: SpanGroup<'l>,
) -> Option<Sighting<'l>> {
    let mut proof = group.evidence().into_iter();
    let subject = Subject { host: Some(host.display.clone()), ..Subject::default() };
    let intel = Intel {
        kind: IntelType::SigmaRule,
        id: detection.name().to_owned(),
        name: detection.title.clone(),
        source: detection.engine.clone(),
        tlp: Tlp::default(),
    };
    let key = [host.key.as_str(), &detection.engine];
    let mut finding = Finding::new(FindingKind::Sighting, intel, subject, &key, proof.next()?);
    finding.evidence.extend(proof);
    finding.title.clone_from(&detection.title);
    finding.severity = detection.level;
    finding.certainty = Certainty::Likely;
    finding.authors.extend(Some(detection.author.clone()).filter(|author| !author.is_empty()));
    finding.techniques = detection.techniques();
    finding.reasons.extend(used_by(asked.world, &finding.techniques));
    finding.reasons.push(format!("detected by {}", detection.engine));
    finding.reasons.push(reading(&finding, Some(&detection.engine), true));
    finding.remediation.push("examine the machine; the engine's own rule says what it looked for".into());
    let weight = Weight::of(behaviour::of_detection(detection));
    Some(sighting(asked, (finding, weight), host, group))
}

/// What a correlation found in one group. It is about one machine only when all its events are.
fn of_correlation<'l>(
    asked: &JoinInput<'l>,
    correlation: &sigma::Correlation,
    joined: &CorrelatedGroup,
    host: Entity,
) -> Sighting<'l> {
    let rule = &correlation.about;
    let alone = joined.hosts.is_empty() && joined.host.is_some();
    let subject = Subject { host: alone.then(|| host.display.clone()), ..Subject::default() };
    let key: Vec<&str> = joined.common.iter().flat_map(|(name, value)| [&**name, &**value]).collect();
    let mut proof = joined.proofs.iter().map(|(document, _, proof)| proof.evidence(document));
    let first = proof.next();
    let first = first.unwrap_or_else(|| Evidence::at(&rule.source_name, u64::from(rule.line), None));
    let made = Finding::new(FindingKind::Sighting, rule_intel(rule), subject, &key, first);
    let mut finding = of_rule(rule, made, asked.world);
    finding.evidence.extend(proof.take(EVIDENCE_MAX - finding.evidence.len()));
    (finding.count, finding.count_exact) = (joined.events, true);
    for reason in joined.reasons(correlation).into_iter().rev() {
        finding.reasons.insert(0, reason);
    }
    let span = &joined.span;
    let level = finding.severity;
    let strength = asked.rules.strength_of_correlation(joined.correlation);
    let weight = Weight { strength, by_user: asked.rules.tuning.sets_level(rule) };
    let strength = dress((&mut finding, weight), asked, &host, span);
    finding.reasons.push(reading(&finding, None, true));
    let tried = joined.tried.clone().filter(|_| strength == Strength::Tried);
    let episodes = span.times.map(|times| Episode {
        times,
        count: joined.events,
        peers: span.peers.clone(),
        accounts: span.accounts.clone(),
        taken: span.taken.clone(),
        evidence: finding.evidence.first().cloned(),
        volume: span.volume.clone(),
        traces: span.traces.clone(),
        goes_on: false,
    });
    Sighting { finding, host, strength, level, tried, of: MadeOf::Joined(episodes.map(Box::new)) }
}

/// How far events went, and whether the user has set the level of the rule: then that holds.
#[derive(Clone, Copy)]
struct Weight {
    strength: Strength,
    by_user: bool,
}

impl Weight {
    fn of(strength: Strength) -> Self {
        Self { strength, by_user: false }
    }
}

fn sighting<'l>(
    asked: &JoinInput<'l>,
    (mut finding, weight): (Finding, Weight),
    host: Entity,
    group: SpanGroup<'l>,
) -> Sighting<'l> {
    let span = group.span();
    let counted = span.sketch.count();
    (finding.count, finding.count_exact) = (counted.count, counted.exact);
    let level = finding.severity;
    let strength = dress((&mut finding, weight), asked, &host, &span);
    let tried = if strength == Strength::Tried { group.tried(&host) } else { None };
    Sighting { finding, host, strength, level, tried, of: MadeOf::Group(group) }
}

/// What is known of the machine and of the events, whatever hit them. Gives how far the events went: what was refused
/// was an attempt.
fn dress(
    (finding, weight): (&mut Finding, Weight),
    asked: &JoinInput<'_>,
    host: &Entity,
    span: &Span,
) -> Strength {
    let strength = weight.strength;
    finding.first_seen = span.times.map(|times| times.first);
    finding.last_seen = span.times.map(|times| times.last);
    let mut accounts = span.accounts.iter().map(|(account, _)| account.to_string());
    finding.subject.account = accounts.next().filter(|_| span.accounts.len() == 1);
    let device = asked.ours.device(host);
    if let Some(device) = device {
        finding.owner = device.owner.as_deref().map(str::to_owned);
    }
    if strength == Strength::LoggedOn && !of_account(finding) {
        finding.techniques.push("T1078".to_owned());
        finding.remediation.insert(0, "end all sessions of the account, change its password".to_owned());
    }
    let refused = !span.passed && strength != Strength::TriedOutward;
    let bounded = if refused { strength.min(Strength::Tried) } else { strength };
    let of_rule = finding.intel.kind == IntelType::SigmaRule;
    match bounded.reason().filter(|_| !of_rule) {
        Some(reason) => finding.reasons.insert(0, reason.to_owned()),
        None if refused => finding.reasons.insert(0, "every attempt was refused".to_owned()),
        None if of_rule && bounded == Strength::Tried && finding.severity < bounded.severity() => {
            finding.reasons.insert(0, "an attempt: the record does not show that it came through".to_owned());
        }
        None => {}
    }
    if !weight.by_user {
        let weighs = match bounded {
            Strength::Tried => tried(finding, asked, host, span),
            _ => bounded.severity(),
        };
        finding.severity = finding.severity.max(weighs);
    }
    if asked.rules.tuning.is_critical(&host.display) {
        finding.severity = finding.severity.raised();
        finding.reasons.push("a critical machine, by the tuning file".to_owned());
    }
    // What its author holds for low is low on every machine.
    if bounded >= Strength::LoggedOn
        && finding.severity <= Severity::Medium
        && let Some(reason) = weighty(asked, device, span)
    {
        finding.severity = finding.severity.raised();
        finding.reasons.push(reason);
    }
    if !host.known {
        finding.reasons.push("the inventory does not know this machine".to_owned());
    }
    bounded
}

/// Whether a finding is about a valid account in a stranger's hands.
fn of_account(finding: &Finding) -> bool {
    finding.techniques.iter().any(|technique| technique.starts_with("T1078"))
}

/// What an attempt weighs: more where the flaw is open that it tries, or where it is after a privileged account.
fn tried(finding: &mut Finding, asked: &JoinInput<'_>, host: &Entity, span: &Span) -> Severity {
    let named = finding.references.iter().filter_map(|tag| tag.strip_prefix("cve."));
    let open = named.map(|number| format!("CVE-{number}")).find(|id| {
        let flaw = asked.world.flaws.get(id.as_str());
        flaw.is_some_and(|flaw| is_open_on(flaw, asked.products, &host.display))
    });
    let why = open.map(|id| format!("{id} is open here"));
    let Some(why) = why.or_else(|| privileged(asked, span)) else { return Severity::Low };
    finding.reasons.insert(0, why);
    Severity::Medium
}

/// The sentence about a privileged account among those of the events.
fn privileged(asked: &JoinInput<'_>, span: &Span) -> Option<String> {
    let directory = &asked.ours.account_directory;
    let privileged = span.accounts.iter().find_map(|(written, _)| {
        let account = directory.resolve(written);
        let known = asked.ours.accounts.get(account.key.account_name()?)?;
        (known.privileged == Some(true)).then_some(account.display)
    });
    privileged.map(|account| format!("{account} is a privileged account"))
}

/// Why what happened on a machine, or by an account, weighs more than elsewhere.
fn weighty(asked: &JoinInput<'_>, device: Option<&Machine>, span: &Span) -> Option<String> {
    if device.is_some_and(|device| device.crown_jewel == Some(true)) {
        return Some("a crown jewel".to_owned());
    }
    if device.is_some_and(|device| is_controller(device)) {
        return Some("a domain controller".to_owned());
    }
    privileged(asked, span)
}

/// One machine is one key of the map, whichever of its names a record used.
fn plain(mut entity: Entity) -> Entity {
    entity.reason = "";
    entity
}

/// Machines that the inventory does not know: a short name that belongs to exactly one full name is folded
/// into it.
fn folded<'e>(asked: &JoinInput<'_>, hosts: impl Iterator<Item = &'e Entity>) -> BTreeMap<EntityKey, Entity> {
    let mut unknown: BTreeSet<Entity> = hosts.filter(|host| !host.known).cloned().collect();
    unknown.extend(asked.sent.iter().filter_map(|sent| sent.host.clone()).filter(|host| !host.known));
    let mut full: BTreeMap<String, BTreeSet<&Entity>> = BTreeMap::new();
    for entity in unknown.iter().filter(|e| e.display.parse::<std::net::IpAddr>().is_err()) {
        if let Some((short, _)) = entity.display.split_once('.') {
            full.entry(short.to_owned()).or_default().insert(entity);
        }
    }
    let single = full.into_iter().filter(|(_, entities)| entities.len() == 1);
    single
        .filter_map(|(short, entities)| Some((EntityKey::host(&short), (*entities.first()?).clone())))
        .collect()
}

fn rule_intel(rule: &sigma::Rule) -> Intel {
    Intel {
        kind: IntelType::SigmaRule,
        id: rule.id.clone().unwrap_or_else(|| rule.title.clone()),
        name: rule.title.clone(),
        source: rule.source_name.clone(),
        tlp: Tlp::default(),
    }
}

fn of_rule(rule: &sigma::Rule, mut finding: Finding, world: &World) -> Finding {
    finding.title.clone_from(&rule.title);
    finding.severity = severity(rule);
    finding.certainty = Certainty::Likely;
    finding.authors = rule.author.iter().cloned().collect();
    finding.techniques = rule.techniques();
    finding.references.clone_from(&rule.references);
    finding.references.extend(rule.tags.iter().filter(|tag| tag.starts_with("cve.")).cloned());
    let proof = Evidence::at(&rule.source_name, u64::from(rule.line), None);
    finding.evidence.push(proof.with("rule", &rule.title).with("rule id", &finding.intel.id));
    if let Some(technique) = finding.techniques.first() {
        let name = world.technique_name(technique).map(|name| format!(" ({name})")).unwrap_or_default();
        finding.reasons.push(format!("behaviour of technique {technique}{name}"));
    }
    finding.reasons.extend(used_by(world, &finding.techniques));
    finding.reasons.extend(rule.falsepositives.iter().map(|innocent| format!("innocent if: {innocent}")));
    finding
        .remediation
        .push("examine the machine; if innocent, an exception on this rule with owner and expiry".into());
    finding
}

/// What a technique says about groups: that those of the advisory use it, and that this distinguishes nobody.
fn used_by(world: &World, techniques: &[String]) -> Option<String> {
    let actors: Vec<String> = actors_using(world, techniques).into_iter().collect();
    let (first, others) = actors.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        number => format!(
            " and {}",
            crate::count::counted(u64::try_from(number).unwrap_or(u64::MAX), "group", "groups")
        ),
    };
    Some(format!("by the advisory a technique of {first}{more}; other groups use it too"))
}

/// Groups of the advisories that describe one of the techniques. Others use it too: it speaks for none of them.
fn actors_using(world: &World, techniques: &[String]) -> BTreeSet<String> {
    let named = |technique: &str| {
        let parent = technique.split('.').next().unwrap_or(technique);
        techniques
            .iter()
            .any(|ours| ours == technique || ours.split('.').next() == Some(parent) && technique == parent)
    };
    let mut actors = BTreeSet::new();
    for report in &world.advisories {
        let describes = report.mentions.iter().any(|mention| match &mention.what {
            model::world::Mentioned::Observable(seen) => seen.kind == Kind::Technique && named(&seen.value),
            _ => false,
        });
        if describes {
            actors.extend(actors_of(report));
        }
    }
    actors
}

fn indicator_intel(observable: &Observable, said: &[Indicator]) -> Intel {
    let first = said.iter().min_by_key(|indicator| &indicator.origin);
    Intel {
        kind: IntelType::Indicator,
        id: observable.value.clone(),
        name: format!("{} {}", observable.kind.name(), observable::defang(observable)),
        source: first.map(|indicator| indicator.source.clone()).unwrap_or_default(),
        tlp: said.iter().map(|indicator| indicator.tlp).max().unwrap_or_default(),
    }
}

fn of_indicator(observable: &Observable, said: &[Indicator], mut finding: Finding) -> Finding {
    let shown = observable::defang(observable);
    finding.title = format!("indicator {shown}");
    (finding.severity, finding.certainty) = grade(observable);
    if finding.certainty == Certainty::Possible {
        finding.reasons.push("a name alone; many things bear it".to_owned());
    }
    for indicator in said.iter().take(3) {
        let proof = indicator.origin.evidence();
        finding.evidence.push(proof.with("indicator", &shown).with("says", &indicator.context));
    }
    let sources: BTreeSet<&str> = said.iter().map(|indicator| indicator.source.as_str()).collect();
    finding.reasons.extend(sources.iter().take(3).map(|source| format!("named by {source}")));
    let actors: BTreeSet<&String> = said.iter().flat_map(|indicator| &indicator.attributed_to).collect();
    match actors.len() {
        0 => {}
        // Only what one group alone uses is consistent with it.
        1 => finding.actors = actors.into_iter().cloned().collect(),
        _ => {
            let actors: Vec<&str> = actors.iter().take(3).map(|actor| actor.as_str()).collect();
            finding
                .reasons
                .push(format!("used by several groups, among them {}", crate::count::listed(&actors)));
        }
    }
    finding
        .remediation
        .push("examine the machine, block the value; if it is known good, put it on a warning list".into());
    finding
}
