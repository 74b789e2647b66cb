//! The rules that a home asks, from the texts that it keeps.

use crate::ask::Reading;
use crate::{RuleBook, RuleChoice, Sort, Source};
use findings::{Known, Rules, Spool};
use memory::Store as _;
use model::Timestamp;
use std::sync::Arc;
use store::Home;

/// What a home knows, and the rules that it asks.
pub(crate) fn known_of(
    home: &Home,
    built_in: &Source,
    spool: &Arc<dyn Spool>,
    now: Timestamp,
) -> Result<(Known, Arc<Rules>), store::Fault> {
    let mut known = Known::default();
    home.load(&mut known)?;
    let mut reading = Reading::new(&(), now);
    reading.spool = Arc::clone(spool);
    let rules = rules_of(home, built_in, &mut reading, now)?;
    Ok((known, Arc::new(rules)))
}

/// The rules that a home asks: the program's own and the user's, with the user's tuning.
pub(crate) fn rules_of(
    home: &Home,
    built_in: &Source,
    reading: &mut Reading<'_>,
    now: Timestamp,
) -> Result<Rules, store::Fault> {
    let rules = Source::Held(home.texts(Sort::Rules.name())?);
    let tuning = Source::Held(home.texts(Sort::Tuning.name())?);
    let choice = RuleChoice { built_in: built_in.clone(), ..RuleChoice::default() };
    let mut book = RuleBook::read(&rules, &tuning, &choice, reading.progress, &mut |_, _| {});
    reading.intake.append(std::mem::take(&mut book.intake));
    Ok(reading.compiled(book, &choice, now))
}
