//! The rules that a home asks, from the texts that it keeps.

use crate::ask::Reading;
use crate::{RuleBook, RuleChoice, Sort, Source};
use findings::Rules;
use model::Timestamp;
use store::Home;

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
