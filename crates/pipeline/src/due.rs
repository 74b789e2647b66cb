//! What falls due by time alone is joined when it does, whether or not anything new is learnt.

use crate::Source;
use crate::asked_rules::known_of;
use findings::{Change, Spool, Touched, Why};
use memory::{Event, Memory};
use model::Timestamp;
use std::sync::Arc;
use store::{Due, Home};

/// Joins what is due in a home that nobody has loaded; on most days nothing is.
///
/// # Errors
/// When the home cannot be read or written.
pub(crate) fn join_due(
    home: Home,
    (built_in, spool): (&Source, &Arc<dyn Spool>),
    now: Timestamp,
) -> Result<(Home, Vec<Event>), store::Fault> {
    // Of a new home everything is joined with what is learnt first.
    if !home.due()?.is_over(now) || home.began()?.is_none() {
        return Ok((home, Vec::new()));
    }
    let (known, rules) = known_of(&home, built_in, spool, now)?;
    let mut memory = Memory::over(known, home);
    memory.take(Change::Rules(rules));
    memory.settle();
    _ = memory.take_owed()?;
    let (events, _) = pass(&mut memory, now)?;
    Ok((memory.into_store(), events))
}

/// Joins everything anew in a memory that is loaded, and notes when the next join is due.
pub(crate) fn pass(memory: &mut Memory<Home>, now: Timestamp) -> Result<(Vec<Event>, Due), store::Fault> {
    memory.touch(Touched::all(), Why::Expired);
    let events = memory.commit(now)?.events;
    let due = Due::from(memory.due_after(now));
    memory.store_mut().set_due(due)?;
    Ok((events, due))
}

/// Notes when the next join is due after something was learnt. What was due before and is not joined stays due.
pub(crate) fn note_due(memory: &mut Memory<Home>, now: Timestamp) -> Result<(), store::Fault> {
    let before = memory.store().due()?;
    let is_first = before == Due::Unknown;
    if is_first || !before.is_over(now) {
        let due = Due::from(memory.due_after(now));
        memory.store_mut().set_due(due)?;
    }
    Ok(())
}
