//! `outpace doctor`: is everything in the memory whole, and what to do if not; `--reread`: what its documents say to the
//! program of today.

use super::{built_in_rules, home, turns};
use crate::arguments::{Doctor, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use pipeline::{Fate, Learning, Wishes, learn};
use std::collections::BTreeMap;
use store::Home;

/// How many documents are named one by one.
const NAMED_MAX: usize = 20;

/// Looks at everything that is kept.
pub fn run(verb: &Doctor, shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("doctor", super::forms::TABLE, shared.format)?;
    if verb.reread {
        return reread(verb, shared);
    }
    let home = home::open(shared, &home::spool())?;
    let faults = home.check()?;
    console::output(|out| {
        for fault in &faults {
            writeln!(out, "  {}", report::printable(fault))?;
        }
        if faults.is_empty() {
            writeln!(out, "everything in {} is whole", home.directory().display())?;
        }
        Ok(())
    })?;
    if !shared.quiet {
        older(&home)?;
        without_reason(&home)?;
    }
    Ok(if faults.is_empty() { 0 } else { 3 })
}

/// Says how many documents were last read by readers of another version.
fn older(home: &Home) -> Result<(), Failure> {
    let mut all: u64 = 0;
    for (sort, readers) in pipeline::READERS {
        all = all.saturating_add(home.read_by_others(sort, *readers)?);
    }
    if all > 0 {
        let were = report::number_of(all, "document was", "documents were");
        console::note(&format!(
            "{were} read by readers of another version: `outpace doctor --reread` reads them again"
        ));
    }
    Ok(())
}

/// Says which documents are not kept word for word for a reason.
fn without_reason(home: &Home) -> Result<(), Failure> {
    let without = home.without_text()?;
    let mut named = without.iter().filter_map(|(name, _, why)| Some((name, why.as_ref()?)));
    for (name, why) in named.by_ref().take(NAMED_MAX) {
        console::note(&format!("{} is not kept word for word: {why}", report::printable(name)));
    }
    let more = named.count();
    if more > 0 {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let are = report::number_of(more, "more document is", "more documents are");
        console::note(&format!("{are} not kept word for word"));
    }
    Ok(())
}

/// Reads what is kept word for word again, and says what changed and what could not be read again.
fn reread(verb: &Doctor, shared: &Shared) -> Result<u8, Failure> {
    let spool = home::spool();
    let mut home = home::open(shared, &spool)?;
    home::lock(&mut home, shared)?;
    let learning = Learning {
        paths: Vec::new(),
        source: None,
        sort: None,
        // That a reader finds less is what somebody wants to know, and no broken export.
        accepts: true,
        built_in: built_in_rules(verb.no_built_in_rules),
        wishes: Wishes {
            threads: console::threads(shared),
            secret_key: Some(home.key()?),
            ..Wishes::default()
        },
        rereads: true,
        now: console::now(shared),
    };
    let progress = Progress::new(shared);
    let learned = learn(home, &learning, &spool, &progress);
    progress.done(shared.quiet);
    let learned = learned?;
    let changed = || learned.documents.iter().filter(|one| one.fate == Fate::Reread);
    let lines = turns::of_events(&learned.events, learning.now);
    let mut without: BTreeMap<String, u64> = BTreeMap::new();
    for (_, sort, _) in learned.home.without_text()? {
        *without.entry(sort).or_default() += 1;
    }
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    console::output(|out| {
        let all = report::number_of(number(learned.documents.len()), "document was", "documents were");
        let other = report::number_of(number(changed().count()), "says", "say");
        writeln!(out, "{all} read again; {other} something else than before")?;
        for one in changed().take(NAMED_MAX) {
            writeln!(out, "  {}", report::printable(&one.name))?;
        }
        if changed().count() > NAMED_MAX {
            writeln!(out, "  … and {} more", changed().count().saturating_sub(NAMED_MAX))?;
        }
        writeln!(out, "FINDINGS  {}", report::turns_counted(&lines))
    })?;
    console::report_problems(&learned.problems, shared);
    if !without.is_empty() && !shared.quiet {
        let parts: Vec<String> = without
            .iter()
            .map(|(sort, count)| format!("{} ({sort})", report::number_of(*count, "document", "documents")))
            .collect();
        let what = "not kept word for word, so not read again: `outpace ingest` reads what has changed";
        console::note(&format!("{}: {what}", parts.join(", ")));
    }
    Ok(0)
}
