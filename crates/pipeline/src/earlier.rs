//! An earlier answer, held against this one: what is new, what is raised or active again, what is gone.
//!
//! Findings are compared by identifier. Of each earlier finding some sixty bytes are kept and its title once, so that an
//! answer of a million findings fits. A story is named by the machine and the day of its first step; where its first
//! step left the records, the story of the same sightings is the same story, not a new one.
//!
//! What is gone is not always closed: where nothing was read that could show it, the reason says so.
//!
//! Invariants: the order of the earlier findings leaves no trace; what is new or changed keeps the order of the answer.

mod gone;

use crate::Scope;
use findings::strength_rank;
use model::answer::LookedAt;
use model::baseline::{Baseline, Difference, Differences};
use model::{
    Answer, Certainty, Decision, Finding, FindingId, FindingKind, Portion, Severity, Spread, Timestamp, Tlp,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

/// How many findings of an earlier answer are compared: those of ten thousand machines with hundreds of flaws each.
const FINDINGS_MAX: usize = 5_000_000;
/// How many bytes of their titles, machines and names are kept.
const TEXT_BYTES_MAX: usize = 256 << 20;
/// How long a finding must have been quiet to be active *again*: what an episode ends after.
const QUIET_SECONDS: i64 = 7 * 86_400;

/// The findings of an earlier answer.
#[derive(Debug, Default)]
pub struct Earlier {
    findings: HashMap<u128, Kept>,
    /// Of each story its sightings.
    stories: BTreeMap<u128, BTreeSet<u128>>,
    texts: HashMap<Arc<str>, u32>,
    listed: Vec<Arc<str>>,
    text_bytes: usize,
}

/// What is kept of an earlier finding.
#[derive(Clone, Copy, Debug)]
struct Kept {
    kind: FindingKind,
    grade: Graded,
    tlp: Tlp,
    first: Option<Timestamp>,
    title: u32,
    host: Option<u32>,
    /// The fact of the world, where the reason of its absence asks for it.
    fact: Option<u32>,
    /// Whether this answer has it too.
    met: bool,
}

/// What of a finding can be raised.
#[derive(Clone, Copy, Debug)]
struct Graded {
    severity: Severity,
    certainty: Certainty,
    decision: Option<Decision>,
    strength: Option<u8>,
    last: Option<Timestamp>,
}

impl Graded {
    fn of(finding: &Finding) -> Self {
        let Finding { severity, certainty, decision, last_seen, .. } = finding;
        let (severity, certainty, decision) = (*severity, *certainty, *decision);
        Self { severity, certainty, decision, strength: strength_rank(finding), last: *last_seen }
    }
}

/// Why an earlier answer cannot be compared: what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncomparable {
    /// It has more findings, or longer texts, than are compared.
    TooLarge,
    /// A finding whose identifier nobody derived.
    Identifier,
    /// One finding is there twice.
    Twice,
}

impl Earlier {
    /// Takes a finding of the earlier answer.
    ///
    /// # Errors
    /// When it cannot be compared.
    pub fn add(&mut self, finding: &Finding) -> Result<(), Uncomparable> {
        let bits = finding.id.bits().ok_or(Uncomparable::Identifier)?;
        if self.findings.len() >= FINDINGS_MAX || self.text_bytes > TEXT_BYTES_MAX {
            return Err(Uncomparable::TooLarge);
        }
        if finding.kind == FindingKind::Chain {
            self.stories.insert(bits, finding.related.iter().filter_map(FindingId::bits).collect());
        }
        let is_gap = finding.kind == FindingKind::Gap;
        let kept = Kept {
            kind: finding.kind,
            grade: Graded::of(finding),
            tlp: finding.intel.tlp,
            first: finding.first_seen,
            title: self.text(&finding.title),
            host: finding.subject.host.as_deref().map(|host| self.text(host)),
            fact: is_gap.then(|| self.text(&finding.intel.id)),
            met: false,
        };
        match self.findings.insert(bits, kept) {
            None => Ok(()),
            Some(_) => Err(Uncomparable::Twice),
        }
    }

    /// How many findings it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.findings.len()
    }

    fn text(&mut self, text: &str) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let number = u32::try_from(self.listed.len()).unwrap_or(u32::MAX);
        let shared: Arc<str> = Arc::from(text);
        self.text_bytes += text.len() + 64;
        self.texts.insert(Arc::clone(&shared), number);
        self.listed.push(shared);
        number
    }

    fn shown(&self, number: u32) -> String {
        let text = usize::try_from(number).ok().and_then(|number| self.listed.get(number));
        text.map(ToString::to_string).unwrap_or_default()
    }

    /// What changed up to this answer, which was asked in this scope; `then`: what the earlier run looked at, where its
    /// file says it.
    #[must_use]
    pub fn compared(mut self, answer: &Answer, scope: Scope, then: Option<&LookedAt>) -> Baseline {
        let mut baseline = Baseline::default();
        baseline.notes.extend(then.into_iter().flat_map(|then| only_now(then, &answer.looked_at)));
        self.meet(answer);
        let renamed = self.renamed(answer);
        let Ok(()) = answer.try_each_portion(&mut |portion| {
            match portion {
                Portion::One(finding) => self.judge(finding, &renamed, &mut baseline),
                Portion::Spread(spread) => self.judge_spread(spread, &mut baseline),
            }
            Ok::<(), Infallible>(())
        });
        self.gone(answer, scope, &mut baseline);
        baseline
    }

    /// Marks the findings that this answer has too.
    fn meet(&mut self, answer: &Answer) {
        let mut mark = |id: &FindingId| {
            if let Some(kept) = id.bits().and_then(|bits| self.findings.get_mut(&bits)) {
                kept.met = true;
            }
        };
        answer.findings.iter().for_each(|finding| mark(&finding.id));
        for spread in &answer.exposures {
            let Ok(()) = spread.try_each_run(&mut |run| {
                run.members().for_each(|(_, member)| mark(&run.id(&run.row(member))));
                Ok::<(), Infallible>(())
            });
        }
    }

    /// Of each story that has no earlier one of its name, the earlier story that shares most sightings with it and that
    /// is not there any more: it is the same under another name.
    fn renamed(&mut self, answer: &Answer) -> BTreeMap<FindingId, u128> {
        let mut renamed = BTreeMap::new();
        let chains = answer.findings.iter().filter(|finding| finding.kind == FindingKind::Chain);
        for story in chains {
            if story.id.bits().is_none_or(|bits| self.findings.contains_key(&bits)) {
                continue;
            }
            let own: BTreeSet<u128> = story.related.iter().filter_map(FindingId::bits).collect();
            let shared = |earlier: &BTreeSet<u128>| earlier.intersection(&own).count();
            let open =
                self.stories.iter().filter(|(bits, _)| self.findings.get(bits).is_some_and(|kept| !kept.met));
            let most = open.map(|(bits, earlier)| (shared(earlier), std::cmp::Reverse(*bits))).max();
            if let Some((1.., std::cmp::Reverse(bits))) = most {
                renamed.insert(story.id.clone(), bits);
                if let Some(kept) = self.findings.get_mut(&bits) {
                    kept.met = true;
                }
            }
        }
        renamed
    }

    fn judge(&self, finding: &Finding, renamed: &BTreeMap<FindingId, u128>, baseline: &mut Baseline) {
        let bits = renamed.get(&finding.id).copied().or_else(|| finding.id.bits());
        let before = bits.and_then(|bits| self.findings.get(&bits)).map(|kept| kept.grade);
        let now = Graded::of(finding);
        match before {
            None => baseline.new.add(now.severity, || difference(finding, None, Vec::new())),
            Some(before) => {
                let why = raised(before, now, finding.kind);
                if !why.is_empty() {
                    baseline.changed.add(now.severity, || difference(finding, Some(before.severity), why));
                }
            }
        }
    }

    /// The same for every machine of an exposure; a finding is only made where it differs.
    fn judge_spread(&self, spread: &Spread, baseline: &mut Baseline) {
        let (severity, certainty) = (spread.severity(), spread.certainty());
        let now = Graded { severity, certainty, decision: spread.decision(), strength: None, last: None };
        let Ok(()) = spread.try_each_run(&mut |run| {
            for (_, member) in run.members() {
                let row = run.row(member);
                let before = run.id(&row).bits().and_then(|bits| self.findings.get(&bits));
                let Some(before) = before.map(|kept| kept.grade) else {
                    baseline.new.add(severity, || difference(run.at(&row), None, Vec::new()));
                    continue;
                };
                let why = raised(before, now, FindingKind::Exposure);
                if !why.is_empty() {
                    let before = Some(before.severity);
                    baseline.changed.add(severity, || difference(run.at(&row), before, why));
                }
            }
            Ok::<(), Infallible>(())
        });
    }

    /// What only the earlier answer has, by severity, title and machine.
    fn gone(&self, answer: &Answer, scope: Scope, baseline: &mut Baseline) {
        let asks = |kind| match kind {
            FindingKind::Chain | FindingKind::Sighting => true,
            FindingKind::Exposure => scope.exposures,
            FindingKind::Compromise => scope.compromises,
            FindingKind::Gap => scope.gaps,
        };
        let gone = self.findings.iter().filter(|(_, kept)| !kept.met);
        let (asked, other): (Vec<_>, Vec<_>) = gone.partition(|(_, kept)| asks(kept.kind));
        let text = |number: u32| usize::try_from(number).ok().and_then(|number| self.listed.get(number));
        let mut asked = asked;
        asked.sort_by_cached_key(|(bits, kept)| {
            (kept.grade.severity, kept.kind, text(kept.title), kept.host.and_then(text), **bits)
        });
        let judge = gone::Judge::of(answer);
        let mut gone = Differences::default();
        for (bits, kept) in asked {
            let fact = kept.fact.map(|fact| self.shown(fact));
            let why = judge.why(kept.kind, kept.first, kept.grade.last, fact.as_deref());
            gone.unread += u64::from(why.is_some());
            gone.add(kept.grade.severity, || Difference {
                id: FindingId::of_bits(*bits),
                kind: kept.kind,
                title: self.shown(kept.title),
                host: kept.host.map(|host| self.shown(host)),
                before: Some(kept.grade.severity),
                now: None,
                tlp: kept.tlp,
                why: why.into_iter().collect(),
            });
        }
        baseline.gone = gone;
        if !other.is_empty() {
            let (count, are) = (other.len(), if other.len() == 1 { "finding is" } else { "findings are" });
            let note =
                format!("{count} earlier {are} of questions that this run does not ask, and not compared");
            baseline.notes.push(note);
        }
    }
}

/// What this run read and the earlier one did not: what follows from it is new, but did not begin since.
fn only_now(then: &LookedAt, now: &LookedAt) -> Vec<String> {
    let parts = [
        (then.devices + then.components, now.devices + now.components, "inventory: every exposure is new"),
        (
            then.vulnerabilities,
            now.vulnerabilities,
            "record of vulnerabilities: every exposure by one is new",
        ),
        (then.events, now.events, "logs: every sighting is new"),
        (then.observations, now.observations, "collections: every report by others is new"),
    ];
    let only_now = parts.into_iter().filter(|(then, now, _)| *then == 0 && *now > 0);
    only_now.map(|(.., what)| format!("the earlier run read no {what}")).collect()
}

fn difference(finding: &Finding, before: Option<Severity>, why: Vec<String>) -> Difference {
    Difference {
        id: finding.id.clone(),
        kind: finding.kind,
        title: finding.title.clone(),
        host: finding.subject.host.clone(),
        before,
        now: Some(finding.severity),
        tlp: finding.intel.tlp,
        why,
    }
}

/// In what a finding is raised, and whether it is active again. What is milder than before is no news to act on.
fn raised(before: Graded, now: Graded, kind: FindingKind) -> Vec<String> {
    let mut why = Vec::new();
    if now.severity < before.severity {
        why.push(format!("severity {} → {}", before.severity, now.severity));
    }
    if now.certainty < before.certainty {
        why.push(format!("certainty {} → {}", before.certainty, now.certainty));
    }
    if now.decision.is_some_and(|now| before.decision.is_none_or(|before| now < before)) {
        let word = |decision: Option<Decision>| decision.map_or("none", Decision::name);
        why.push(format!("decision {} → {}", word(before.decision), word(now.decision)));
    }
    if now.strength > before.strength {
        why.push("it went further than before".to_owned());
    }
    let happens = matches!(kind, FindingKind::Chain | FindingKind::Sighting);
    if let (true, Some(before), Some(now)) = (happens, before.last, now.last)
        && now.seconds_since(before) > QUIET_SECONDS
    {
        why.push(format!("active again; it was quiet since {before}"));
    }
    why
}

#[cfg(test)]
mod tests;
