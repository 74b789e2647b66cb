//! Regrouping stories: what somebody says of them, joined with everything that is known, in one transaction.
//!
//! The stories are joined first, because a regrouping is made of their steps and not of identifiers; then the same
//! memory takes it in. Who calls holds the lock of the home: a story must not change in between.

use crate::Source;
use crate::asked_rules::known_of;
use findings::{Change, Regrouping, Spool, StoryHere};
use memory::{Event, Memory};
use model::Timestamp;
use std::sync::Arc;
use store::{Home, Regrouped};

/// What is done.
#[derive(Clone, Debug)]
pub enum RegroupAct {
    /// This is said, of the findings with these identifiers.
    Said(Regrouping, Vec<String>),
    /// What was said is taken back by somebody: the number of the act.
    TakenBack(u64, String),
}

/// What came of a regrouping.
#[derive(Debug, Default)]
pub struct RegroupedStories {
    /// What happened to findings.
    pub events: Vec<Event>,
    /// The stories that are there after it.
    pub stories: Vec<StoryHere>,
}

/// Makes an act of the stories that are there and of what was said before, or refuses.
pub type ChooseRegrouping<'c, E> = dyn FnMut(&[StoryHere], &[Regrouped]) -> Result<RegroupAct, E> + 'c;

/// Does what `choose` makes of the stories that are there and of what was said before.
///
/// # Errors
/// When the home cannot be read or written: then nothing of it is written. The inner one is the refusal of `choose`.
pub fn regroup<E>(
    home: Home,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    now: Timestamp,
    choose: &mut ChooseRegrouping<'_, E>,
) -> Result<Result<RegroupedStories, E>, store::Fault> {
    let (known, rules) = known_of(&home, built_in, spool, now)?;
    let before = home.regroupings()?;
    let mut memory = Memory::over(known, home);
    memory.take(Change::Rules(rules));
    memory.settle();
    let act = match choose(&memory.known().stories(now), &before) {
        Ok(act) => act,
        Err(refused) => return Ok(Err(refused)),
    };
    let taken_back = match &act {
        RegroupAct::TakenBack(seq, _) => Some(*seq),
        RegroupAct::Said(..) => None,
    };
    let holds = before.into_iter().filter(|one| !one.is_undone && Some(one.seq) != taken_back);
    let mut said: Vec<Regrouping> = holds.map(|one| one.said).collect();
    match act {
        RegroupAct::Said(one, findings) => {
            memory.store_mut().stage_regrouping(&one, findings)?;
            said.push(one);
        }
        RegroupAct::TakenBack(seq, who) => memory.store_mut().stage_undone(seq, &who)?,
    }
    memory.absorb(Change::Regrouped(Arc::new(said)));
    let events = memory.commit(now)?.events;
    Ok(Ok(RegroupedStories { events, stories: memory.known().stories(now) }))
}
