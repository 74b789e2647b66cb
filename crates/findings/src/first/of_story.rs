//! What a story asks for, as one block: its entry, the accounts, the addresses, the way it went, the machines it reached.

use super::concern::{Concern, Line};
use crate::chain::Intrusion;
use crate::count::listed;
use crate::facts::edge::must_stay;
use crate::facts::ours::Ours;
use crate::gap::way_between;
use crate::outside::defanged;
use model::answer::{Action, Story};
use model::{Finding, FindingId};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How many names a line has room for.
const NAMED_MAX: usize = 8;

/// The lines of one story; `place`: its rank among the stories.
pub(super) fn lines(one: &Intrusion, place: usize, findings: &[Finding], ours: &Ours) -> Vec<Line> {
    let story = &one.story;
    let mut lines = Vec::new();
    let mut add = |concern, what: String, entity: &str, why: &str, on: &[&str]| {
        let (related, owner) = of_machines(story, findings, on);
        let action = Action {
            what,
            entity: entity.to_owned(),
            why: why.to_owned(),
            severity: story.severity,
            finding_count: u64::try_from(related.len()).unwrap_or(u64::MAX),
            findings: related,
            owner,
        };
        lines.push(Line { concern, block: Some(place), rank: 0, kinds: 1, action });
    };
    let Some(entry) = story.hosts.first() else { return lines };
    let what = match (one.acted, must_stay(entry, ours)) {
        (true, true) => format!("{entry}: keep memory and disk, contain it with its owner"),
        (true, false) => format!("{entry}: keep memory and disk, then isolate it"),
        (false, _) => format!("examine {entry}: keep memory and disk first"),
    };
    add(Concern::Entry, what, entry, "hit", &[entry.as_str()]);
    if !story.accounts.is_empty() {
        let (named, more) = cut(&story.accounts);
        let what = format!(
            "change the passwords and end the sessions of {named}{more}: used or asked for in the intrusion"
        );
        add(Concern::Accounts, what, &named, "hit", &hosts(story));
    }
    if !story.addresses.is_empty() {
        let shown: Vec<String> = story.addresses.iter().map(|value| defanged(value)).collect();
        let (named, more) = cut(&shown);
        let what =
            format!("block {named}{more} in both directions, search the logs for who else talked to them");
        add(Concern::Addresses, what, &named, "hit", &hosts(story));
    }
    if let Some(way) = way(story, ours) {
        let what = format!("close {way}: the intrusion went that way");
        add(Concern::Way, what, &way, "hit", &[]);
    }
    let reached: Vec<&str> = hosts(story).into_iter().filter(|host| *host != entry.as_str()).collect();
    if !reached.is_empty() {
        let (named, more) = cut(&reached);
        let them = if reached.len() == 1 { "it" } else { "them" };
        let what = format!("examine {named}{more}: the intrusion reached {them}");
        add(Concern::Reached, what, &named, "hit", &reached);
    }
    lines
}

/// The machines of a story, without addresses outside.
pub(super) fn hosts(story: &Story) -> Vec<&str> {
    let names = story.hosts.iter().map(String::as_str);
    names.filter(|host| host.parse::<IpAddr>().is_err()).collect()
}

/// The firewall rule that lets the story's movements pass between zones, if a table of rules names it.
pub(crate) fn way(story: &Story, ours: &Ours) -> Option<String> {
    let zone = |host: &str| {
        let device = ours.device(&ours.hosts.resolve(host, None))?;
        Some(ours.zone_of(device)?.name.to_lowercase())
    };
    story.links.iter().find_map(|link| way_between(ours, &zone(&link.from)?, &zone(&link.to)?))
}

/// The findings of a story on these machines, and who owns the first of them.
fn of_machines(story: &Story, findings: &[Finding], on: &[&str]) -> (Vec<FindingId>, Option<String>) {
    let steps = story.steps.iter().filter(|step| on.contains(&step.host.as_str()));
    let ids: BTreeSet<&FindingId> = steps.map(|step| &step.finding).collect();
    let of_them = findings.iter().filter(|finding| ids.contains(&finding.id));
    let owner = of_them.clone().find_map(|finding| finding.owner.clone());
    let mut related: Vec<FindingId> = of_them.map(|finding| finding.id.clone()).collect();
    if related.is_empty() {
        related.push(story.finding.clone());
    }
    (related, owner)
}

/// The first names as a list, and how many more there are.
fn cut<T: AsRef<str>>(names: &[T]) -> (String, String) {
    let shown: Vec<&str> = names.iter().take(NAMED_MAX).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => (listed(&shown), String::new()),
        more => (shown.join(", "), format!(" and {more} more")),
    }
}
