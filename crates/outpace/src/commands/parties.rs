//! `outpace status --parties` and `--party NAME`: what others saw of us and of partners, party by party.
//!
//! They end with 0 whether or not something was found, and with 3 where a source is held or overdue: then the page may
//! lack what that source says.

use super::{built_in_rules, forms, home, notify, rhythm};
use crate::arguments::{Shared, Status};
use crate::console::{self, Progress};
use crate::failure::Failure;
use pipeline::{PartyMeans, list_parties, party_page};

/// Parties that a refusal names.
const NAMED_MAX: usize = 20;

/// Shows all parties, or one.
pub fn run(verb: &Status, shared: &Shared) -> Result<u8, Failure> {
    let name = if verb.parties { "status --parties" } else { "status --party" };
    forms::must_have(name, forms::ROWS, shared.format)?;
    let (mut reach, _) = notify::reach(shared)?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    for (destination, ..) in home.switched_off()? {
        reach.contacts.switch(&destination, false);
    }
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let built_in = built_in_rules(verb.no_built_in_rules);
    let has_contact = |party: &str| reach.contacts.has(&format!("party:{party}"));
    let means = PartyMeans { built_in: &built_in, spool: &spool, now, has_contact: &has_contact };
    let (form, style) = (console::form(shared.format), console::style(shared));
    match &verb.party {
        Some(name) => {
            let page = party_page(&home, name, &means, &progress);
            progress.done(shared.quiet);
            let page = page?.map_err(|known| no_party(name, &known))?;
            console::output(|out| report::party(&page, form, &style, out))?;
        }
        None => {
            let parties = list_parties(&home, &means, &progress);
            progress.done(shared.quiet);
            let parties = parties?;
            console::output(|out| report::parties(&parties, form, &style, out))?;
        }
    }
    let held = home.held()?;
    for one in &held {
        console::note(&format!("{} is held: {}", report::printable(&one.name), one.why));
    }
    Ok(if rhythm::is_overdue(&home, shared, now)? || !held.is_empty() { 3 } else { 0 })
}

fn no_party(name: &str, known: &[String]) -> Failure {
    let shown: Vec<String> = known.iter().take(NAMED_MAX).map(|name| report::printable(name)).collect();
    let names = match (shown.is_empty(), known.len() - shown.len()) {
        (true, _) => "the memory has no table of names".to_owned(),
        (false, 0) => format!("there are {}", shown.join(", ")),
        (false, left) => format!("there are {} and {left} more", shown.join(", ")),
    };
    Failure::Refused {
        why: format!("no party is called {}: {names}", report::printable(name)),
        help: "write it as the table of names does; `outpace status --parties` lists all",
    }
}
