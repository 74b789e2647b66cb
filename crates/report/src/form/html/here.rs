//! What is on this page, so that a link leads to it and none leads nowhere.
//!
//! An exposure on many machines is here once, with the identifier of its first machine. An action asks for
//! the findings of its own machine: those lead to the same place. Identifiers of other machines are derived only
//! where an action can ask for them, since an estate has a million.

use super::finding::ENTRIES_SHOWN_MAX;
use crate::outline::entry::Entry;
use crate::outline::parts::Parts;
use crate::safe::shown::Shown;
use crate::words::phrase::counted;
use maud::{Markup, html};
use model::answer::Action;
use model::{Answer, Finding, FindingId, FindingKind};
use std::collections::{BTreeMap, BTreeSet};

/// Intrusions told on one page; JSON has all.
pub(crate) const STORIES_MAX: usize = 20;
/// Links to findings beside one action: more are no help.
const LINKS_MAX: usize = 12;
/// Machines of an exposure that an action is looked for on, beside its own: it lists the first hundred.
const MACHINES_LOOKED_AT: usize = 100;

/// The findings on the page.
pub(crate) struct Here<'a> {
    /// By their own identifier.
    own: BTreeMap<&'a FindingId, &'a Finding>,
    /// By the identifier that the same exposure has on another machine.
    others: BTreeMap<FindingId, &'a Finding>,
}

impl<'a> Here<'a> {
    /// Those that the lists of the page reach.
    pub(crate) fn of(answer: &Answer, parts: &Parts<'a>) -> Self {
        let chains = parts.stories.iter().take(STORIES_MAX).filter_map(|(_, chain)| *chain);
        let lists = [&parts.told, &parts.loose, &parts.reported, &parts.gaps];
        let listed = lists.into_iter().flat_map(|list| list.iter().take(ENTRIES_SHOWN_MAX)).copied();
        let exposed: Vec<Entry<'a>> = parts
            .decisions()
            .into_iter()
            .flat_map(|decided| parts.decided(decided.decision).take(ENTRIES_SHOWN_MAX))
            .collect();
        let all = listed.chain(exposed.iter().map(|entry| entry.finding())).chain(chains);
        let own: BTreeMap<&FindingId, &Finding> = all.map(|finding| (&finding.id, finding)).collect();
        let others = on_other_machines(&answer.first, &exposed, &own);
        Self { own, others }
    }

    fn get(&self, id: &FindingId) -> Option<&'a Finding> {
        self.own.get(id).or_else(|| self.others.get(id)).copied()
    }

    /// What is given, as a link to the finding if it is here.
    pub(crate) fn link(&self, id: &FindingId, text: &Markup) -> Markup {
        html! {
            @if let Some(finding) = self.get(id) { a href=(target(finding)) { (text) } } @else { (text) }
        }
    }

    /// Links to the findings an action answers, by sort, numbered where there are several of one sort.
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
        let beyond = u64::try_from(LINKS_MAX).is_ok_and(|most| action.finding_count > most);
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

/// What actions ask for that is here under another machine.
fn on_other_machines<'a>(
    actions: &[Action],
    exposed: &[Entry<'a>],
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
