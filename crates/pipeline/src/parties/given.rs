//! What a party was given: of each finding about it, whether it was released, and what became of its notices.

use crate::brief::PARTY_TLP;
use crate::notices::party_of;
use model::party::{PartyGiven, PartyNotice};
use model::{Answer, Finding, FindingKind};
use notify::{Row, State};
use std::collections::{BTreeMap, BTreeSet};
use store::{Home, NoticesWanted};

pub(super) fn given(home: &Home, answer: &Answer, party: &str) -> Result<Vec<PartyGiven>, store::Fault> {
    let threads: BTreeMap<String, u64> = home.open_threads()?.into_iter().collect();
    let releases = home.releases()?;
    let is_about = |finding: &&Finding| {
        finding.kind == FindingKind::Compromise && party_of(finding).as_deref() == Some(party)
    };
    let about: Vec<&Finding> = answer.findings.iter().filter(is_about).collect();
    let wanted: BTreeSet<String> =
        about.iter().filter_map(|finding| threads.get(finding.id.as_str())).map(u64::to_string).collect();
    let audience = format!("party:{}", party.to_lowercase());
    let rows: Vec<Row> = match wanted.is_empty() {
        true => Vec::new(),
        false => home.notices(&NoticesWanted::Threads(&wanted))?,
    };
    let mut notices: BTreeMap<String, BTreeSet<PartyNotice>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.audience == audience) {
        notices.entry(row.thread.clone()).or_default().insert(notice(home, row)?);
    }
    let mut given: Vec<PartyGiven> = about
        .into_iter()
        .map(|finding| {
            let thread = threads.get(finding.id.as_str());
            let release = thread.and_then(|thread| releases.get(thread));
            let notices = thread.and_then(|thread| notices.get(&thread.to_string())).cloned();
            PartyGiven {
                finding: finding.id.clone(),
                title: finding.title.clone(),
                severity: finding.severity,
                tlp: finding.intel.tlp,
                is_kept_back: finding.intel.tlp > PARTY_TLP,
                released_at: release.map(|(at, _)| *at),
                released_by: release.map(|(_, who)| who.clone()),
                notices: notices.into_iter().flatten().collect(),
            }
        })
        .collect();
    given.sort_by(|a, b| (a.severity, &a.title, &a.finding).cmp(&(b.severity, &b.title, &b.finding)));
    Ok(given)
}

/// What became of a notice; of one in a digest, what became of the digest.
fn notice(home: &Home, row: &Row) -> Result<PartyNotice, store::Fault> {
    if let State::Folded { digest } = &row.state {
        let digests: Vec<Row> = home.notices(&NoticesWanted::Beginning(digest.as_str()))?;
        let same = digests.iter().find(|one| one.key.destination == row.key.destination);
        if let Some(digest) = same {
            return Ok(state(digest));
        }
    }
    Ok(state(row))
}

fn state(row: &Row) -> PartyNotice {
    let (at, state, why) = match &row.state {
        State::Waiting { due, .. } => (Some(*due), "waiting", None),
        State::Folded { .. } => (None, "waiting", None),
        State::Sent { at } => (Some(*at), "sent", None),
        State::Dropped { why, at } => (Some(*at), "dropped", Some(why.words().to_owned())),
        State::Failed { why, at } => (Some(*at), "failed", Some(why.clone())),
    };
    PartyNotice { at, state, why, destination: row.key.destination.clone() }
}
