//! The findings on the page that links can lead to: a link is made only to a finding that the page shows.
//!
//! The page shows an exposure on many machines once, with the identifier of its first machine. An action names
//! the findings of its own machine; links to those lead to the same entry. Identifiers of other machines are
//! derived only for the machines that actions name, since an estate has a million.

use super::finding::ENTRIES_SHOWN_MAX;
use crate::outline::by_part::FindingsByPart;
use crate::outline::entry::ListEntry;
use crate::safe::shown::Shown;
use crate::words::phrase::counted;
use maud::{Markup, html};
use model::answer::Action;
use model::{Answer, Finding, FindingId, FindingKind};
use std::collections::{BTreeMap, BTreeSet};

/// Intrusions on one page; JSON has all.
pub(crate) const STORIES_MAX: usize = 20;
/// Links to findings beside one action: more do not help.
const LINKS_MAX: usize = 12;
/// Machines of an exposure whose identifiers are derived, beside the machines of actions: an action lists the
/// first hundred findings.
const MACHINES_LOOKED_AT: usize = 100;

/// The findings that the page shows; by default none.
#[derive(Default)]
pub(crate) struct LinkTargets<'a> {
    /// By their own identifier.
    own: BTreeMap<&'a FindingId, &'a Finding>,
    /// By the identifier that the same exposure has on another machine.
    others: BTreeMap<FindingId, &'a Finding>,
}

impl<'a> LinkTargets<'a> {
    /// The findings within the bounds of each list.
    pub(crate) fn of(answer: &Answer, by_part: &FindingsByPart<'a>) -> Self {
        let chains = by_part.stories.iter().take(STORIES_MAX).filter_map(|(_, chain)| *chain);
        let lists = [&by_part.in_stories, &by_part.outside_stories, &by_part.reported, &by_part.gaps];
        let listed = lists.into_iter().flat_map(|list| list.iter().take(ENTRIES_SHOWN_MAX)).copied();
        let exposed: Vec<ListEntry<'a>> = by_part
            .decisions()
            .into_iter()
            .flat_map(|decided| by_part.decided(decided.decision).take(ENTRIES_SHOWN_MAX))
            .collect();
        let all = listed.chain(exposed.iter().map(|entry| entry.finding())).chain(chains);
        let own: BTreeMap<&FindingId, &Finding> = all.map(|finding| (&finding.id, finding)).collect();
        let others = on_other_machines(&answer.first, &exposed, &own);
        Self { own, others }
    }

    fn get(&self, id: &FindingId) -> Option<&'a Finding> {
        self.own.get(id).or_else(|| self.others.get(id)).copied()
    }

    /// The text, as a link if the page shows the finding.
    pub(crate) fn link(&self, id: &FindingId, text: &Markup) -> Markup {
        html! {
            @if let Some(finding) = self.get(id) { a href=(target(finding)) { (text) } } @else { (text) }
        }
    }

    /// Links to the findings that an action answers, by sort, numbered where a sort has several.
    pub(crate) fn links(&self, action: &Action) -> Markup {
        let mut groups: Vec<(Shown, Vec<Shown>)> = Vec::new();
        for finding in action.findings.iter().take(LINKS_MAX).filter_map(|id| self.get(id)) {
            let name = match finding.kind {
                FindingKind::Exposure => Shown::prose(&finding.intel.id),
                kind => kind.name().into(),
            };
            let target = target(finding);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, targets)) if targets.contains(&target) => {}
                Some((_, targets)) => targets.push(target),
                None => groups.push((name, vec![target])),
            }
        }
        let beyond =
            !self.own.is_empty() && u64::try_from(LINKS_MAX).is_ok_and(|most| action.finding_count > most);
        html! {
            @for (name, targets) in &groups {
                span.soft { " · " }
                @match targets.as_slice() {
                    [target] => a href=(target) { (name) },
                    several => {
                        span.soft { (name) }
                        @for (index, target) in several.iter().enumerate() {
                            " " a href=(target) aria-label={ (name) " " (index + 1) } { (index + 1) }
                        }
                    },
                }
            }
            @if beyond { span.soft { " … of " (counted(action.finding_count, "finding", "findings")) } }
        }
    }
}

fn target(finding: &Finding) -> Shown {
    Shown::of(&[&"#", &Shown::exact(finding.id.as_str())])
}

/// Findings that actions name and the page shows under another machine.
fn on_other_machines<'a>(
    actions: &[Action],
    exposed: &[ListEntry<'a>],
    own: &BTreeMap<&FindingId, &Finding>,
) -> BTreeMap<FindingId, &'a Finding> {
    let asked = actions.iter().flat_map(|action| action.findings.iter().take(LINKS_MAX));
    let asked: BTreeSet<&FindingId> = asked.filter(|id| !own.contains_key(id)).collect();
    let machines: BTreeSet<&str> = actions.iter().map(|action| action.entity.as_str()).collect();
    let mut others = BTreeMap::new();
    if asked.is_empty() {
        return others;
    }
    for entry in exposed {
        let Some(spread) = entry.spread() else { continue };
        for (index, member) in spread.members().enumerate() {
            let machine = spread.machine(member).and_then(|machine| machine.display.as_deref());
            if index >= MACHINES_LOOKED_AT && !machine.is_some_and(|name| machines.contains(name)) {
                continue;
            }
            let id = spread.id(member);
            if asked.contains(&id) {
                others.insert(id, entry.finding());
            }
        }
    }
    others
}
