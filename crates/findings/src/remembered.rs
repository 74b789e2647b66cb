//! What a memory adds to an answer: the work of people on findings, and when flaws came and went.
//!
//! What people set aside is left out where an answer is composed (what to do first), not by the forms: the lists stay
//! whole. A join never sees any of this.

use crate::chain::Intrusion;
use crate::exposure::Exposed;
use crate::past::Past;
use foldhash::{HashSet, HashSetExt};
use model::{Finding, FindingId, FindingWork, Spread, WorkByFinding};
use std::collections::{BTreeMap, BTreeSet};

/// What a memory knows beside what is joined.
#[derive(Clone, Debug, Default)]
pub struct Remembered {
    /// The work on findings, as it holds now.
    pub work: BTreeMap<FindingId, FindingWork>,
    /// Of the work on each finding, the number of the last turn that was known then.
    pub seen: BTreeMap<FindingId, u64>,
    /// Of each finding, the number of the last turn that opened it or found it active again.
    pub risen: BTreeMap<FindingId, u64>,
    /// When exposures came and went; absent: there is no memory to ask.
    pub past: Option<Past>,
}

impl Remembered {
    /// The work of an answer with these stories. The steps of a story that is set aside are set aside with it, as long as
    /// none of them is new since.
    pub(crate) fn work_with(&self, stories: &[Intrusion]) -> WorkByFinding {
        let mut work = WorkByFinding { of: self.work.clone(), with_story: BTreeSet::new() };
        for Intrusion { finding, story, .. } in stories {
            let Some(on) = work.of.get_mut(&finding.id).filter(|on| on.is_set_aside) else { continue };
            let steps = story.steps.iter().map(|step| &step.finding).chain(&finding.related);
            let seen = self.seen.get(&finding.id).copied().unwrap_or(u64::MAX);
            if steps.clone().any(|step| self.risen.get(step).is_some_and(|turn| *turn > seen)) {
                on.again = Some(format!("{}, and a step of it is new since", on.state));
                (on.is_set_aside, on.state, on.until) = (false, "new", None);
                continue;
            }
            let others = steps.filter(|step| !self.work.contains_key(*step)).cloned();
            work.with_story.extend(others);
        }
        work
    }
}

/// What is not set aside; `None` where nothing is, so that nothing is copied.
pub(crate) fn counted(findings: &[Finding], work: &WorkByFinding) -> Option<Vec<Finding>> {
    let is_counted = |finding: &&Finding| !work.sets_aside(&finding.id);
    work.sets_any_aside().then(|| findings.iter().filter(is_counted).cloned().collect())
}

/// Exposures on single machines that are set aside: the place by rank, and the number of the machine's entry.
#[derive(Debug, Default)]
pub(crate) struct Aside(HashSet<(u32, u32)>);

impl Aside {
    /// Those among exposures in order of rank.
    pub(crate) fn of(ranked: &[(&Exposed, &Spread)], work: &WorkByFinding) -> Self {
        let mut aside = HashSet::new();
        if work.sets_any_aside() {
            for (place, (exposed, spread)) in (0_u32..).zip(ranked) {
                let these = exposed.members().filter(|member| work.sets_aside(&spread.id(member)));
                aside.extend(these.map(|member| (place, member.machine)));
            }
        }
        Self(aside)
    }

    /// Whether an exposure on a machine is among them.
    pub(crate) fn has(&self, place: u32, machine: u32) -> bool {
        !self.0.is_empty() && self.0.contains(&(place, machine))
    }

    /// The machines of all of them.
    pub(crate) fn machines(&self) -> BTreeSet<u32> {
        self.0.iter().map(|(_, machine)| *machine).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::answer::{Step, Story};
    use model::{Evidence, FindingKind, Intel, IntelType, Severity, Subject, Tlp};

    fn id(name: &str) -> FindingId {
        FindingId::derive(&[name])
    }

    /// A story of two steps.
    fn intrusion() -> Intrusion {
        let intel = Intel {
            kind: IntelType::Several,
            id: "story".into(),
            name: String::new(),
            source: String::new(),
            tlp: Tlp::Clear,
        };
        let evidence = Evidence::at("a.log", 1, None);
        let finding = Finding::new(FindingKind::Chain, intel, Subject::default(), &[], evidence);
        let step = |name: &str| Step {
            time: None,
            until: None,
            host: "app-1".into(),
            what: "x".into(),
            technique: None,
            severity: Severity::High,
            count: 1,
            finding: id(name),
        };
        let story = Story {
            finding: finding.id.clone(),
            title: String::new(),
            severity: Severity::Critical,
            hosts: Vec::new(),
            steps: vec![step("one"), step("two")],
            links: Vec::new(),
            accounts: Vec::new(),
            addresses: Vec::new(),
            notes: Vec::new(),
        };
        let machine = model::identity::EntityKey::host("app-1");
        let name = crate::regrouping::StoryName { machine, day: 1, apart: None };
        Intrusion { story, finding, name, joined: Vec::new(), steps: Vec::new(), acted: true }
    }

    fn contained() -> FindingWork {
        FindingWork {
            title: "one intrusion".into(),
            severity: Severity::Critical,
            state: "resolved: contained",
            is_set_aside: true,
            owner: None,
            by: "anna".into(),
            until: None,
            note: None,
            again: None,
        }
    }

    #[test]
    fn the_steps_of_a_story_are_set_aside_with_it_until_one_is_new() {
        let one = intrusion();
        let chain = one.finding.id.clone();
        let mut remembered = Remembered::default();
        remembered.work.insert(chain.clone(), contained());
        remembered.seen.insert(chain.clone(), 7);
        remembered.risen.extend([(id("one"), 3), (id("two"), 7), (id("elsewhere"), 9)]);
        let stories = [one];
        let work = remembered.work_with(&stories);
        assert!([&chain, &id("one"), &id("two")].into_iter().all(|id| work.sets_aside(id)));
        assert!(!work.sets_aside(&id("elsewhere")));
        // What somebody works on is not set aside by its story.
        let in_work = FindingWork { state: "in work", is_set_aside: false, ..contained() };
        remembered.work.insert(id("one"), in_work);
        assert!(!remembered.work_with(&stories).sets_aside(&id("one")));
        // A step that was opened after the story was set aside opens all of it.
        remembered.risen.insert(id("two"), 8);
        let work = remembered.work_with(&stories);
        assert!(!work.sets_any_aside() && !work.sets_aside(&id("two")));
        let again = work.of.get(&chain).and_then(|work| work.again.clone()).expect("a reason");
        assert_eq!(again, "resolved: contained, and a step of it is new since");
    }
}
