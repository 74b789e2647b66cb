//! What was found here, asked for terms: the findings of the answer as of now, by both sides and by their proofs.
//!
//! Lines of logs are not kept; the proofs of a finding are what is left of them. Inventories prove exposures and gaps, and
//! a search asks these themselves, so proofs are asked only of what happened. A sighting is proved by the report as well:
//! its sentence may name ten other values, which nobody saw here, so only proofs of logs count.

use super::hit::{Collected, Group, Hit, Tie, shortened};
use super::term::{How, Met, Terms};
use crate::notices::party_of;
use model::{Answer, Certainty, Evidence, Finding, FindingId, FindingKind, IntelType, Place};
use std::collections::{BTreeMap, BTreeSet};

/// Findings that are asked.
pub(crate) struct Joined<'j> {
    pub(crate) terms: &'j Terms,
    /// Documents that are no logs.
    pub(crate) no_logs: &'j BTreeSet<&'j str>,
    pub(crate) ties: bool,
    pub(crate) wants: &'j dyn Fn(&Hit) -> bool,
    pub(crate) found: &'j mut Collected,
}

impl Joined<'_> {
    /// Asks every finding of an answer; how many there are.
    pub(crate) fn ask(&mut self, answer: &Answer) -> u64 {
        let mut count = 0;
        let mut of_finding: BTreeMap<FindingId, Vec<usize>> = BTreeMap::new();
        answer.each_finding(&mut |finding| {
            count += 1;
            let taken = self.finding(finding);
            if self.ties && !taken.is_empty() {
                of_finding.insert(finding.id.clone(), taken);
            }
        });
        if self.ties && !of_finding.is_empty() {
            self.stories(answer, &of_finding);
        }
        count
    }

    fn finding(&mut self, finding: &Finding) -> Vec<usize> {
        let met = meet(self.terms, finding, self.no_logs);
        let mut taken = Vec::new();
        for (term, how) in &met.terms {
            let hit = hit(finding, *term, *how);
            if !(self.wants)(&hit) {
                continue;
            }
            if self.ties && finding.kind != FindingKind::Chain {
                self.both_sides(finding, &hit);
            }
            taken.push(*term);
            self.found.hit(hit);
        }
        taken
    }

    /// A finding ties the fact of the world to what is ours.
    fn both_sides(&mut self, finding: &Finding, hit: &Hit) {
        let subject = &finding.subject;
        let ends =
            [Some(world(finding)), subject.host.as_ref(), subject.account.as_ref(), subject.name.as_ref()];
        for to in ends.into_iter().flatten() {
            self.found.tie(tie(self.terms, finding, hit.term, to, "direct", &finding.title));
        }
    }

    /// What is in one story with a finding that meets a term.
    fn stories(&mut self, answer: &Answer, of_finding: &BTreeMap<FindingId, Vec<usize>>) {
        let mut in_stories: BTreeMap<FindingId, Vec<usize>> = BTreeMap::new();
        answer.each_finding(&mut |story| {
            if story.kind != FindingKind::Chain {
                return;
            }
            let mut terms: Vec<usize> =
                story.related.iter().filter_map(|id| of_finding.get(id)).flatten().copied().collect();
            terms.sort_unstable();
            terms.dedup();
            if !terms.is_empty() {
                for id in &story.related {
                    in_stories.entry(id.clone()).or_default().extend(&terms);
                }
            }
        });
        answer.each_finding(&mut |finding| {
            for term in in_stories.get(&finding.id).into_iter().flatten() {
                if of_finding.get(&finding.id).is_some_and(|terms| terms.contains(term)) {
                    continue;
                }
                let ends = [Some(world(finding)), finding.subject.host.as_ref()];
                for to in ends.into_iter().flatten() {
                    let tie = tie(self.terms, finding, *term, to, "same story", &finding.title);
                    self.found.tie(Tie { certainty: tie.certainty.max(Certainty::Likely), ..tie });
                }
            }
        });
    }
}

/// The terms that a finding meets.
fn meet(terms: &Terms, finding: &Finding, no_logs: &BTreeSet<&str>) -> Met {
    let mut met = Met::default();
    let subject = &finding.subject;
    let names =
        [&subject.host, &subject.account, &subject.component, &subject.name, &subject.party, &subject.scope];
    for name in names.into_iter().flatten() {
        terms.of_either(name, &mut met);
        if let Some((_, account)) = name.rsplit_once('\\') {
            terms.of_name(account, &mut met);
        }
    }
    party_of(finding).iter().for_each(|party| terms.of_name(party, &mut met));
    if let Some((name, _version)) =
        subject.component.as_ref().and_then(|component| component.rsplit_once(' '))
    {
        terms.of_name(name, &mut met);
    }
    let mut named = Met::default();
    finding.techniques.iter().for_each(|one| terms.of_either(one, &mut named));
    finding.actors.iter().for_each(|one| terms.of_name(one, &mut named));
    named.terms.into_keys().for_each(|term| met.add(term, How::Names));
    if matches!(finding.kind, FindingKind::Sighting | FindingKind::Compromise) {
        let mut proofs = Met::default();
        let is_proof = |evidence: &&Evidence| {
            finding.kind == FindingKind::Compromise || !no_logs.contains(evidence.source.as_str())
        };
        for value in finding.evidence.iter().filter(is_proof).flat_map(|evidence| evidence.excerpt.values()) {
            terms.of_either(value, &mut proofs);
            for seen in observable::scan_text(value) {
                terms.of_observable(&seen.observable, &mut proofs);
            }
            let words = value.split(|c: char| c.is_whitespace() || "\"'()[]<>,;=|".contains(c));
            words.filter(|word| !word.is_empty()).for_each(|word| terms.of_name(word, &mut proofs));
        }
        for (term, how) in proofs.terms {
            let how = if how == How::Is { How::Part } else { how };
            met.add(term, how);
        }
    }
    // That a proof names the domain above a term, or a zone the network around it, says nothing of the term.
    met.terms.retain(|_, how| *how != How::Holds);
    terms.of_either(&finding.intel.id, &mut met);
    met
}

fn hit(finding: &Finding, term: usize, how: How) -> Hit {
    let proof = finding.evidence.first();
    let on = finding.subject.host.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
    let count = if finding.count == 1 { "once".to_owned() } else { format!("{} times", finding.count) };
    let words = match finding.kind {
        FindingKind::Sighting => {
            format!("{}, {count}, {}", finding.severity.name(), finding.certainty.name())
        }
        _ => format!("{}, {}", finding.severity.name(), finding.certainty.name()),
    };
    Hit {
        term,
        group: Group::Findings,
        source: source_of(finding),
        how,
        value: format!("{}{on}", finding.title),
        kind: finding.kind.name(),
        words: shortened(&words),
        document: proof.map(|proof| proof.source.clone()).unwrap_or_default(),
        place: place(finding),
        first: finding.first_seen,
        last: finding.last_seen,
        learnt: finding.known_since,
        tlp: finding.intel.tlp,
        is_ours: holds_ours(finding),
        actors: finding.actors.clone(),
        finding: Some(finding.id.as_str().to_owned()),
    }
}

fn tie(terms: &Terms, finding: &Finding, term: usize, to: &str, how: &'static str, words: &str) -> Tie {
    Tie {
        term,
        how,
        from: terms.written(term).to_owned(),
        to: to.to_owned(),
        words: shortened(&format!("{} {words}", finding.kind.name())),
        source: source_of(finding),
        document: finding.evidence.first().map(|proof| proof.source.clone()).unwrap_or_default(),
        place: place(finding),
        first: finding.first_seen,
        last: finding.last_seen,
        certainty: finding.certainty,
        tlp: finding.intel.tlp,
        is_ours: holds_ours(finding),
    }
}

/// The fact of the world by the name that people know: a rule's identifier means nothing to them.
fn world(finding: &Finding) -> &String {
    let intel = &finding.intel;
    if intel.kind == IntelType::SigmaRule && !intel.name.is_empty() { &intel.name } else { &intel.id }
}

/// Who says the fact of the world.
fn source_of(finding: &Finding) -> String {
    match finding.intel.source.as_str() {
        "" => finding.kind.name().to_owned(),
        source => source.to_owned(),
    }
}

fn place(finding: &Finding) -> Place {
    match finding.evidence.first().map_or(0, |proof| proof.record) {
        0 => Place::Whole,
        record => Place::Record(record),
    }
}

/// A record of a collection about a name of ours holds nothing of ours but the name.
fn holds_ours(finding: &Finding) -> bool {
    let subject = &finding.subject;
    let ours = [&subject.host, &subject.account, &subject.component, &subject.scope];
    finding.kind != FindingKind::Compromise || ours.into_iter().any(Option::is_some)
}
