//! A party's briefing: what others saw of it, and nothing else.
//!
//! It holds no evidence, no reason and no owner of a finding, since these are of our own tables and logs. What a collection
//! says was seen may name somebody else (the site for which a password was stolen); then only the sort is said.
//!
//! Invariants: a record that is marked for us alone is left out and counted; no name of another party and no machine of
//! ours is in it.

use super::bits::bits;
use super::seen::PARTY_TLP;
use super::turned::Turned;
use findings::Whose;
use model::brief::{Brief, PartyRow};
use model::{Answer, Finding, FindingKind, Tlp};

/// Rows of a party's page.
const ROWS_MAX: usize = 1_000;

pub(super) fn fill(brief: &mut Brief, answer: &Answer, turned: &Turned<'_>, whose: &Whose<'_>, party: &str) {
    let is_about = |finding: &&Finding| {
        let of = finding.subject.party.as_deref().and_then(|text| Some(text.rsplit_once(" (")?.0));
        finding.kind == FindingKind::Compromise && of == Some(party)
    };
    let about: Vec<&Finding> = answer.findings.iter().filter(is_about).collect();
    let learnt = turned.these(&bits(about.iter().map(|finding| &finding.id)));
    for finding in about {
        if finding.intel.tlp > PARTY_TLP {
            continue;
        }
        let Some(thread) = finding.id.bits().and_then(|id| learnt.get(&id)) else { continue };
        if !thread.is_open() {
            continue;
        }
        let what = &finding.intel.name;
        let is_named = whose.names_another(what, party) || whose.names_another(&finding.intel.id, party);
        let (what, collection) = match is_named {
            true => ("a record that names others, too: ask us for it".to_owned(), String::new()),
            false => (what.clone(), finding.intel.id.clone()),
        };
        let is_account = finding.subject.name.as_deref().is_some_and(|name| name.contains('@'));
        let remedy = match is_account {
            true => "change the password, end all sessions, require a second factor",
            false => "find the machine behind it at that time, isolate and examine it",
        };
        brief.party.push(PartyRow {
            value: finding.subject.name.clone().unwrap_or_default(),
            what,
            collection,
            count: finding.count,
            first: finding.first_seen,
            last: finding.last_seen,
            is_new: thread.is_new(),
            remedy: remedy.to_owned(),
            id: finding.id.clone(),
        });
        brief.tlp = brief.tlp.max(finding.intel.tlp);
    }
    brief
        .party
        .sort_by(|a, b| (!a.is_new, &a.value, &a.what, &a.id).cmp(&(!b.is_new, &b.value, &b.what, &b.id)));
    brief.party.truncate(ROWS_MAX);
    for row in &mut brief.others.collections {
        if whose.names_another(&row.name, party) {
            row.name = "a collection that names others".to_owned();
        }
        row.about.clear();
    }
    brief.others.addresses.retain(|(_, _, is_about)| *is_about);
    // What a party gets is at least for it and its own customers.
    brief.tlp = brief.tlp.max(Tlp::Amber);
}
