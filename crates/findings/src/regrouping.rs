//! Regroupings: what people say of stories. A join says that several stories are one intrusion, a split that steps do
//! not belong to a story.
//!
//! A regrouping names steps by what made them (a cause, a machine, a stretch of time) and never by identifiers, so it
//! holds for whatever is known later. What people said is the list of their regroupings in the order of the audit
//! log, and the later one wins. It is one more thing that is known: the stories are a function of the sightings and of this
//! list.
//!
//! Invariants: a regrouping of steps that are not there changes nothing; a regrouping keeps at most [`STEPS_MAX`] steps
//! of each story.

use crate::key::Key;
use model::identity::EntityKey;
use model::{FindingId, FindingKind, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many steps of a story a regrouping keeps: the earliest.
pub const STEPS_MAX: usize = 1_000;

/// Hits of one cause, or of every cause, on one machine within a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Steps {
    /// The rule or indicator; absent: every one.
    pub cause: Option<String>,
    /// The machine.
    pub machine: EntityKey,
    /// The first moment.
    pub first: Timestamp,
    /// The last moment.
    pub last: Timestamp,
}

/// What the identifier of a story is derived from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoryName {
    /// The machine where it begins.
    pub machine: EntityKey,
    /// The day on which it begins, since 1970.
    pub day: i64,
    /// Of a story that people split off: the digest of the split. The rest may begin on the same machine and day.
    pub apart: Option<String>,
}

impl StoryName {
    /// The words that follow the kind in the identifier.
    pub(crate) fn words(&self) -> Vec<String> {
        let day = self.day.to_string();
        [self.machine.as_str().to_owned(), day].into_iter().chain(self.apart.clone()).collect()
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> FindingId {
        let words = self.words();
        let mut all = vec![FindingKind::Chain.name(), STORY];
        all.extend(words.iter().map(String::as_str));
        FindingId::derive(&all)
    }

    /// The key that gives it.
    pub(crate) fn key(&self) -> Key {
        let machine = self.machine.as_str();
        let entry = self.apart.as_ref().map(|apart| format!("{machine} apart {apart}"));
        Key::Story(entry.unwrap_or_else(|| machine.to_owned()), self.day)
    }
}

/// What a story has in place of a rule or an indicator.
pub(crate) const STORY: &str = "chain";

/// One thing that somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regrouping {
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was written about it.
    pub note: Option<String>,
    /// The story that it is about: it keeps this name.
    pub story: StoryName,
    /// The steps of that story; of a split those that stay.
    pub steps: Vec<Steps>,
    /// What was said.
    pub act: Regroup,
}

/// What was said of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Regroup {
    /// These stories are one with it.
    Join(Vec<StorySteps>),
    /// These steps do not belong to it; what continues them within a week does not either.
    Split(Vec<Steps>),
}

/// A story by its name, and its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorySteps {
    /// Its name when it was joined.
    pub story: StoryName,
    /// Its steps then.
    pub steps: Vec<Steps>,
}

impl Regrouping {
    /// Whether it is a join.
    #[must_use]
    pub fn is_join(&self) -> bool {
        matches!(self.act, Regroup::Join(_))
    }

    /// What distinguishes the stories that a split makes: a digest of what it says, so that it is the same in every home.
    pub(crate) fn digest(&self) -> Option<String> {
        let Regroup::Split(off) = &self.act else { return None };
        let mut text = self.story.id().as_str().to_owned();
        for steps in off {
            let (cause, machine) = (steps.cause.as_deref().unwrap_or_default(), steps.machine.as_str());
            text.push_str(&format!(
                "\n{cause}\t{machine}\t{}\t{}",
                steps.first.micros(),
                steps.last.micros()
            ));
        }
        Some(format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes())))
    }
}

/// A story that is there, as somebody regroups it.
#[derive(Clone, Debug)]
pub struct StoryHere {
    /// Its identifier.
    pub id: FindingId,
    /// Its title.
    pub title: String,
    /// Its name.
    pub name: StoryName,
    /// Its steps, in order of time.
    pub steps: Vec<StepHere>,
}

/// A step of a story that is there.
#[derive(Clone, Debug)]
pub struct StepHere {
    /// The sighting that it is of.
    pub finding: FindingId,
    /// What happened.
    pub title: String,
    /// The machine, as people write it.
    pub host: String,
    /// What the step is.
    pub steps: Steps,
}

/// Who regroups, when, and what is written about it.
#[derive(Clone, Debug)]
pub struct SaidBy {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// A note.
    pub note: Option<String>,
}

impl StoryHere {
    /// The regrouping that says that others are one with this story.
    #[must_use]
    pub fn join(&self, others: &[&Self], said: SaidBy) -> Regrouping {
        let of = |one: &&Self| StorySteps { story: one.name.clone(), steps: kept(one.steps.iter()) };
        let act = Regroup::Join(others.iter().map(of).collect());
        self.said(said, kept(self.steps.iter()), act)
    }

    /// The regrouping that takes sightings and machines off this story; `None`: it has none of them, or nothing else.
    #[must_use]
    pub fn split(
        &self,
        sightings: &BTreeSet<FindingId>,
        machines: &BTreeSet<EntityKey>,
        said: SaidBy,
    ) -> Option<Regrouping> {
        let is_off =
            |step: &&StepHere| sightings.contains(&step.finding) || machines.contains(&step.steps.machine);
        let (off, rest): (Vec<&StepHere>, Vec<&StepHere>) = self.steps.iter().partition(is_off);
        let whole = machines.iter().filter_map(|machine| {
            let steps = off.iter().filter(|step| step.steps.machine == *machine);
            stretch(steps.copied()).map(|steps| Steps { cause: None, ..steps })
        });
        let single = sightings
            .iter()
            .filter_map(|finding| stretch(off.iter().filter(|step| step.finding == *finding).copied()));
        let mut cut: Vec<Steps> = whole.chain(single).collect();
        cut.sort();
        cut.dedup();
        let is_one = !cut.is_empty() && !rest.is_empty();
        is_one.then(|| self.said(said, kept(rest.into_iter()), Regroup::Split(cut)))
    }

    fn said(&self, said: SaidBy, steps: Vec<Steps>, act: Regroup) -> Regrouping {
        let SaidBy { by, at, note } = said;
        Regrouping { by, at, note, story: self.name.clone(), steps, act }
    }
}

/// Steps as a regrouping keeps them.
fn kept<'s>(steps: impl Iterator<Item = &'s StepHere>) -> Vec<Steps> {
    let mut kept: Vec<Steps> = steps.take(STEPS_MAX).map(|step| step.steps.clone()).collect();
    kept.sort();
    kept.dedup();
    kept
}

/// The stretch from the first of some steps to the last.
fn stretch<'s>(mut steps: impl Iterator<Item = &'s StepHere>) -> Option<Steps> {
    let mut all = steps.next()?.steps.clone();
    for step in steps {
        all.first = all.first.min(step.steps.first);
        all.last = all.last.max(step.steps.last);
    }
    Some(all)
}
