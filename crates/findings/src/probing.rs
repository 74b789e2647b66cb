//! Probing: what one source tried and did not get through with, as one finding: the run of a scanner, the guessing of
//! passwords.
//!
//! Stored are the sightings of each rule on each machine; they are folded here, when an answer is put together, so a
//! rule that is changed or a source that stops moves no other finding. Folded are attempts that are no step of a story
//! and weigh little: what came through, or is tried where its flaw is open, stays a finding of its own. Nothing is lost:
//! each folded hit is counted under its source, with a piece of evidence for each rule and machine, and hits of sources
//! without a line stay with their rule.

use crate::chain::Intrusion;
use crate::count::{counted, listed, lowered, separated};
use crate::facts::ours::Ours;
use crate::outside::defanged;
use crate::sighting::{ACCOUNTS_MAX, Sighting, Times, Tried, is_guessing};
use model::identity::Entity;
use model::{
    Certainty, EVIDENCE_MAX, Evidence, Finding, FindingId, FindingKind, Intel, IntelType, Severity, Sketch,
    Subject, Timestamp,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How many sources have a line: half of them those of the most events, half of them those seen last, so that in years the
/// old ones do not crowd out who guesses tonight. Hits of the others stay with their rules.
const LINES_MAX: usize = 200;
/// How many attempts of one source are a run: one request that several rules know is none.
const EVENTS_MIN: u64 = 10;
/// How many shapes a title names.
const SHAPES_IN_TITLE: usize = 2;
/// How many shapes, machines or accounts reasons name.
const NAMED_MAX: usize = 12;

/// What a source is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Probing {
    Scanning,
    Guessing,
}

/// Everything that one source tried: the place of a sighting, and what it tried there.
type Parts<'s> = Vec<(usize, &'s Sighting<'s>, &'s Tried)>;

/// The findings of sightings, attempts folded by their source.
pub(crate) fn folded(sightings: &[Sighting<'_>], stories: &[Intrusion], ours: &Ours) -> Vec<Finding> {
    let steps: BTreeSet<&FindingId> = stories.iter().flat_map(|one| &one.finding.related).collect();
    let mut sources: BTreeMap<(Probing, IpAddr), Parts<'_>> = BTreeMap::new();
    let mut foldable = 0_usize;
    for (n, sighting) in sightings.iter().enumerate() {
        let Some((probing, by)) = probing(sighting).zip(sighting.tried.as_ref()) else { continue };
        if steps.contains(&sighting.finding.id) {
            continue;
        }
        foldable += 1;
        for tried in by.tried.iter().filter(|tried| !is_own(tried, ours)) {
            sources.entry((probing, tried.source)).or_default().push((n, sighting, tried));
        }
    }
    let mut runs: Vec<Run<'_>> = sources
        .into_iter()
        .filter_map(|((probing, source), parts)| Run::of(probing, source, parts))
        .collect();
    // There are never more lines of sources than findings that they are made of.
    keep(&mut runs, LINES_MAX.min(foldable));
    let mut taken: BTreeMap<usize, (u64, BTreeSet<IpAddr>)> = BTreeMap::new();
    for (n, _, tried) in runs.iter().flat_map(|run| &run.parts) {
        let (events, by) = taken.entry(*n).or_default();
        *events = events.saturating_add(tried.events.count().count);
        by.insert(tried.source);
    }
    let listed: BTreeMap<&str, &Finding> = sightings
        .iter()
        .filter(|sighting| sighting.finding.intel.kind == IntelType::Indicator)
        .map(|sighting| (sighting.finding.intel.id.as_str(), &sighting.finding))
        .collect();
    let mut findings: Vec<Finding> = runs.iter().filter_map(|run| run.finding(ours, &listed)).collect();
    let rest = sightings.iter().enumerate();
    findings.extend(rest.filter_map(|(n, sighting)| match taken.get(&n) {
        Some((events, by)) => left(sighting, *events, by),
        None => Some(sighting.finding.clone()),
    }));
    findings
}

/// What a sighting is an attempt of, if it may be folded. An attempt that weighs more than low is tried where its flaw is
/// open, on a critical machine, or by the user's own level; only guessing weighs more by the accounts that are named.
fn probing(sighting: &Sighting<'_>) -> Option<Probing> {
    match is_guessing(&sighting.finding.techniques) {
        true => Some(Probing::Guessing).filter(|_| sighting.finding.severity >= Severity::Medium),
        false => Some(Probing::Scanning).filter(|_| sighting.finding.severity >= Severity::Low),
    }
}

/// Whether the source is the machine itself: then the finding is about what it does.
fn is_own(tried: &Tried, ours: &Ours) -> bool {
    let at = tried.times.map(|times| times.first);
    let is_host = |machine: Entity| machine.display == tried.host;
    tried.source.to_string() == tried.host || ours.hosts.at_address(tried.source, at).is_some_and(is_host)
}

/// What is left of a sighting whose sources have lines; `None`: nothing.
fn left(sighting: &Sighting<'_>, events: u64, by: &BTreeSet<IpAddr>) -> Option<Finding> {
    let tried = sighting.tried.as_ref()?;
    if !tried.has_others && tried.tried.iter().all(|one| by.contains(&one.source)) {
        return None;
    }
    let mut finding = sighting.finding.clone();
    finding.count = finding.count.saturating_sub(events).max(1);
    let hits = counted(events, "hit more is", "hits more are");
    let sources = counted(number(by.len()), "source", "sources");
    finding.reasons.push(format!("{hits} counted under {sources} that tried several things"));
    Some(finding)
}

/// All attempts of one source.
struct Run<'s> {
    probing: Probing,
    source: IpAddr,
    parts: Parts<'s>,
    /// Different events: one may have several shapes.
    events: u64,
    exact: bool,
}

/// What has one shape, for people.
struct Shape {
    title: String,
    count: u64,
    hosts: BTreeSet<String>,
    answers: BTreeMap<u16, u64>,
}

/// Keeps the runs of the most events and those that were seen last, in order of events.
fn keep(runs: &mut Vec<Run<'_>>, most: usize) {
    if runs.len() > most {
        runs.sort_by_key(|run| (Reverse(run.events), run.probing, run.source));
        let mut rest = runs.split_off(most.div_ceil(2));
        rest.sort_by_key(|run| (Reverse(run.last()), Reverse(run.events), run.probing, run.source));
        rest.truncate(most / 2);
        runs.append(&mut rest);
    }
    runs.sort_by_key(|run| (Reverse(run.events), run.probing, run.source));
}

impl<'s> Run<'s> {
    /// When it was seen last.
    fn last(&self) -> Option<Timestamp> {
        self.parts.iter().filter_map(|(_, _, tried)| tried.times).map(|times| times.last).max()
    }

    /// What makes a line: scanning of several shapes or machines, and guessing.
    fn of(probing: Probing, source: IpAddr, parts: Parts<'s>) -> Option<Self> {
        // Rules see the same events of one machine; events of two machines are different.
        let mut by_host: BTreeMap<&str, Sketch> = BTreeMap::new();
        for (_, _, tried) in &parts {
            by_host.entry(&tried.host).or_default().merge(&tried.events);
        }
        let counts = || by_host.values().map(Sketch::count);
        let events = counts().map(|one| one.count).sum();
        let exact = counts().all(|one| one.exact);
        let sightings: BTreeSet<usize> = parts.iter().map(|(n, ..)| *n).collect();
        let is_run = events >= EVENTS_MIN && (probing == Probing::Guessing || sightings.len() > 1);
        is_run.then_some(Self { probing, source, parts, events, exact })
    }

    /// The finding; `listed`: hits of indicators, by value.
    fn finding(&self, ours: &Ours, listed: &BTreeMap<&str, &Finding>) -> Option<Finding> {
        let shapes = self.shapes();
        let hosts: BTreeSet<&str> = self.parts.iter().map(|(_, _, tried)| tried.host.as_str()).collect();
        let findings = || self.parts.iter().map(|(_, sighting, _)| &sighting.finding);
        let (id, name) = match self.probing {
            Probing::Scanning => ("probing", "what one source tried"),
            Probing::Guessing => ("guessing", "passwords that one source guessed"),
        };
        let intel = Intel {
            kind: IntelType::Several,
            id: id.to_owned(),
            name: name.to_owned(),
            source: findings().map(|finding| &finding.intel.source).min()?.clone(),
            tlp: findings().map(|finding| finding.intel.tlp).max().unwrap_or_default(),
        };
        let host = hosts.first().filter(|_| hosts.len() == 1).map(|host| (*host).to_owned());
        let subject = Subject { host, ..Subject::default() };
        let source = self.source.to_string();
        let mut proof = self.evidence().into_iter();
        let mut finding = Finding::new(FindingKind::Sighting, intel, subject, &[&source], proof.next()?);
        finding.evidence.extend(proof);
        finding.title = match self.probing {
            Probing::Scanning => self.scanning(&shapes, &hosts),
            Probing::Guessing => self.guessing(&hosts, ours),
        };
        finding.severity = findings().map(|finding| finding.severity).min().unwrap_or(Severity::Low);
        finding.certainty = Certainty::Likely;
        (finding.count, finding.count_exact) = (self.events, self.exact);
        let times = self.parts.iter().fold(None, |all, (_, _, tried)| Times::join(all, tried.times));
        finding.first_seen = times.map(|times| times.first);
        finding.last_seen = times.map(|times| times.last);
        let all = |of: fn(&Finding) -> &Vec<String>| -> Vec<String> {
            let all: BTreeSet<&String> = findings().flat_map(of).collect();
            all.into_iter().cloned().collect()
        };
        finding.techniques = all(|finding| &finding.techniques);
        finding.references = all(|finding| &finding.references);
        finding.authors = all(|finding| &finding.authors);
        if let Some(indicator) = listed.get(source.as_str()) {
            finding.reasons.push(format!("the source is an indicator of {}", indicator.intel.source));
        }
        finding.reasons.push("attempts: no record shows that one came through".to_owned());
        finding.reasons.extend(shapes.iter().take(NAMED_MAX).map(Shape::shown));
        if let Some(more) = shapes.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
            finding.reasons.push(counted(number(more), "shape more", "shapes more"));
        }
        let read = match self.probing {
            Probing::Scanning => "that it is a scan is likely because one source made them",
            Probing::Guessing => "that passwords are guessed is likely because one source failed so often",
        };
        finding.reasons.push(format!("the record is certain: the log holds the events; {read}"));
        finding.remediation.push(self.remedy());
        Some(finding)
    }

    /// The shapes, the most frequent first.
    fn shapes(&self) -> Vec<Shape> {
        let mut shapes: BTreeMap<&str, Shape> = BTreeMap::new();
        for (_, sighting, tried) in &self.parts {
            let finding = &sighting.finding;
            let shape = shapes.entry(&finding.intel.id).or_insert_with(|| Shape {
                title: lowered(&finding.title),
                count: 0,
                hosts: BTreeSet::new(),
                answers: BTreeMap::new(),
            });
            shape.count = shape.count.saturating_add(tried.events.count().count);
            shape.hosts.insert(tried.host.clone());
            for one in &tried.answers {
                if let Some(answer) = one.answer {
                    let count = shape.answers.entry(answer).or_default();
                    *count = count.saturating_add(one.count);
                }
            }
        }
        let mut shapes: Vec<Shape> = shapes.into_values().collect();
        shapes.sort_by(|a, b| (b.count, &a.title).cmp(&(a.count, &b.title)));
        shapes
    }

    /// How many requests were answered unlike most of their shape on their machine; `None` where no record holds an
    /// answer.
    fn unlike(&self) -> Option<u64> {
        let mut answered = self.parts.iter().filter(|(_, _, tried)| has_answers(tried)).peekable();
        answered.peek()?;
        let unlike = |tried: &Tried| tried.answers.iter().skip(1).map(|one| one.count).sum::<u64>();
        Some(answered.map(|(_, _, tried)| unlike(tried)).sum())
    }

    /// `198[.]51[.]100[.]7 tried 412 requests of 9 shapes on 3 machines: …`
    fn scanning(&self, shapes: &[Shape], hosts: &BTreeSet<&str>) -> String {
        let asks = self.parts.iter().all(|(_, _, tried)| has_answers(tried));
        let about = if self.exact { "" } else { "about " };
        let tried = match asks {
            true => format!("tried {about}{}", counted(self.events, "request", "requests")),
            false => format!("made {about}{}", counted(self.events, "attempt", "attempts")),
        };
        let of = counted(number(shapes.len()), "shape", "shapes");
        let mut named: Vec<String> = shapes
            .iter()
            .take(SHAPES_IN_TITLE)
            .map(|shape| format!("{} {}", shape.title, separated(shape.count)))
            .collect();
        if let Some(more) = shapes.len().checked_sub(SHAPES_IN_TITLE).filter(|more| *more > 0) {
            named.push(format!("{more} more"));
        }
        let unlike = match self.unlike() {
            None => String::new(),
            Some(0) => "; none was answered unlike the rest".to_owned(),
            Some(unlike) => format!("; {} answered unlike the rest", counted(unlike, "was", "were")),
        };
        let source = defanged(&self.source.to_string());
        format!("{source} {tried} of {of} {}: {}{unlike}", on(hosts), listed(&named))
    }

    /// `198[.]51[.]100[.]7 guessed passwords: 520 failures of 34 accounts on 2 machines; …`
    fn guessing(&self, hosts: &BTreeSet<&str>, ours: &Ours) -> String {
        let written: BTreeSet<&str> =
            self.parts.iter().flat_map(|(_, _, tried)| tried.accounts.iter().map(|name| &**name)).collect();
        let is_cut = self.parts.iter().any(|(_, _, tried)| tried.accounts.len() >= ACCOUNTS_MAX);
        let mut all: BTreeSet<String> = BTreeSet::new();
        let mut known: BTreeSet<(bool, String)> = BTreeSet::new();
        for name in written {
            let account = ours.account_directory.resolve(name);
            let of_ours = account.key.account_name().and_then(|key| ours.accounts.get(key));
            if let Some(of_ours) = of_ours {
                known.insert((of_ours.privileged != Some(true), account.display.clone()));
            }
            all.insert(account.display);
        }
        let (about, least) = (if self.exact { "" } else { "about " }, if is_cut { "at least " } else { "" });
        let failures = counted(self.events, "failure", "failures");
        let accounts = match all.len() {
            0 => String::new(),
            many => format!(" of {least}{}", counted(number(many), "account", "accounts")),
        };
        let exist = match (known.len(), ours.accounts.is_empty()) {
            (_, true) => String::new(),
            (0, false) if all.is_empty() => String::new(),
            (0, false) => "; none of them exists here".to_owned(),
            (many, false) => {
                let shown = |(plain, name): &(bool, String)| {
                    if *plain { name.clone() } else { format!("{name} (privileged)") }
                };
                let mut named: Vec<String> = known.iter().take(NAMED_MAX).map(shown).collect();
                if let Some(more) = many.checked_sub(NAMED_MAX).filter(|more| *more > 0) {
                    named.push(format!("{more} more"));
                }
                format!("; {} {} here", listed(&named), if many == 1 { "exists" } else { "exist" })
            }
        };
        let source = defanged(&self.source.to_string());
        format!("{source} guessed passwords: {about}{failures}{accounts} {}{exist}", on(hosts))
    }

    /// A piece for each rule and machine, those that were answered unlike the rest first; then the rules.
    fn evidence(&self) -> Vec<Evidence> {
        type Place = (Reverse<bool>, Reverse<u64>, Option<Timestamp>);
        let mut proofs: Vec<(Place, Evidence)> = Vec::new();
        let mut rules: BTreeSet<&Evidence> = BTreeSet::new();
        for (_, sighting, tried) in &self.parts {
            let answered: Vec<String> = tried
                .answers
                .iter()
                .filter_map(|one| Some(format!("{}: {}", one.answer?, one.count)))
                .collect();
            // The rarest answer is what a reader wants to see.
            let Some(shown) = tried.answers.last() else { continue };
            let times = tried.events.count().count;
            let mut proof = shown.evidence.clone().with("tried", &sighting.finding.title);
            // Exact, for programs and searches: the title is for people.
            proof = proof.with("from", &self.source.to_string());
            proof = proof.with("rule id", &sighting.finding.intel.id);
            proof = proof.with("on", &tried.host).with("times", &times.to_string());
            if !answered.is_empty() {
                proof = proof.with("answers", &answered.join(", "));
            }
            proofs.push(((Reverse(tried.answers.len() > 1), Reverse(times), shown.evidence.time), proof));
            rules.extend(sighting.finding.evidence.iter().filter(|proof| proof.excerpt.contains_key("rule")));
        }
        proofs.sort();
        let proofs = proofs.into_iter().map(|(_, proof)| proof).take(EVIDENCE_MAX);
        proofs.chain(rules.into_iter().take(EVIDENCE_MAX).cloned()).collect()
    }

    fn remedy(&self) -> String {
        match self.probing {
            Probing::Scanning => {
                "read the requests that were answered unlike the rest; block the source if it goes on, or except it \
                 if it is a scanner of your own"
            }
            Probing::Guessing => {
                "block the source; where it named accounts that exist, look whether one of them logged on soon after"
            }
        }
        .to_owned()
    }
}

impl Shape {
    /// `path that climbs out of the web root: 210 on portal-1 and wiki-1; answered 404: 206, 200: 4`
    fn shown(&self) -> String {
        let mut hosts: Vec<&str> = self.hosts.iter().take(NAMED_MAX).map(String::as_str).collect();
        let more = self.hosts.len().saturating_sub(NAMED_MAX);
        let more = format!("{more} more machines");
        if self.hosts.len() > NAMED_MAX {
            hosts.push(&more);
        }
        let mut answers: Vec<(&u16, &u64)> = self.answers.iter().collect();
        answers.sort_by_key(|(answer, count)| (Reverse(**count), **answer));
        let answers: Vec<String> =
            answers.into_iter().map(|(answer, count)| format!("{answer} ({count})")).collect();
        let answered =
            if answers.is_empty() { String::new() } else { format!(", answered {}", listed(&answers)) };
        format!("{}: {} on {}{answered}", self.title, self.count, listed(&hosts))
    }
}

fn has_answers(tried: &Tried) -> bool {
    tried.answers.iter().any(|one| one.answer.is_some())
}

/// `on portal-1`, `on 3 machines`.
fn on(hosts: &BTreeSet<&str>) -> String {
    match hosts.first().filter(|_| hosts.len() == 1) {
        Some(host) => format!("on {host}"),
        None => format!("on {}", counted(number(hosts.len()), "machine", "machines")),
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
