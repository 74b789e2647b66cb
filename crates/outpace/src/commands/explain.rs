//! `outpace explain ID`: both sides of a finding, with their places, and what would make it go away. Without a file the
//! memory is asked, and what is no finding is searched for in it.

use super::verdict::is_faulty;
use super::{built_in_rules, forms, home, open, saved, search};
use crate::arguments::{Explain, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use model::Finding;
use pipeline::{recall_ours, search_beside};
use std::path::Path;

/// How many identifiers are offered when one is not enough.
const OFFERED_MAX: usize = 5;
/// How many digits an identifier has at least where a value may be meant as well.
const DIGITS_MIN: usize = 4;

/// Explains one finding of a run or of the memory, or a value.
pub fn run(verb: &Explain, shared: &Shared) -> Result<u8, Failure> {
    match &verb.findings {
        Some(path) => of_file(path, &verb.id, shared),
        None => of_home(verb, shared),
    }
}

fn of_file(path: &Path, id: &str, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("explain", forms::ONE, shared.format)?;
    let mut text = saved::open(path)?;
    let mut meant = Meant::default();
    let problems = report::read_each_finding(&mut text, &mut |finding| {
        let is_meant = report::is_meant(&finding, id);
        meant.take(finding, is_meant);
    });
    let problems = problems.into_vec();
    console::report_problems(&problems, shared);
    if meant.read == 0 {
        return Err(Failure::NothingReadable {
            what: "findings",
            problem: problems.first().map(ToString::to_string),
            help: "write them with `outpace check … --save FILE`".to_owned(),
        });
    }
    show(meant.one(id)?, shared)?;
    Ok(if shared.strict && is_faulty(&problems) { 3 } else { 0 })
}

fn of_home(verb: &Explain, shared: &Shared) -> Result<u8, Failure> {
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let progress = Progress::new(shared);
    let now = console::now(shared);
    let recalled = recall_ours(&home, &built_in_rules(verb.no_built_in_rules), (&spool, now), &progress);
    progress.done(shared.quiet);
    let (answer, ours) = recalled?;
    let mut meant = Meant::default();
    let mut take = |begins: &str| {
        answer.each_finding(&mut |finding| {
            if finding.id.as_str().trim_start_matches("finding--").starts_with(begins) {
                meant.take(finding.clone(), true);
            }
        });
        meant.found.len()
    };
    if let Some(begins) = digits(&verb.id)
        && take(begins) == 0
        && let Some(into) = open::joined_into(&home, begins)?
    {
        take(into.trim_start_matches("finding--"));
    }
    if meant.found.is_empty() && !verb.id.starts_with("finding--") {
        search::beside(shared, &verb.id, |wish| search_beside(&home, wish, (&answer, &ours)))?;
        return Ok(0);
    }
    forms::must_have("explain", forms::ONE, shared.format)?;
    show(meant.one(&verb.id)?, shared)?;
    Ok(0)
}

/// The digits of an identifier, if a text can be the beginning of one.
fn digits(id: &str) -> Option<&str> {
    let digits = id.strip_prefix("finding--").unwrap_or(id);
    let is_one =
        digits.len() >= DIGITS_MIN && digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_one.then_some(digits)
}

fn show(finding: &Finding, shared: &Shared) -> Result<(), Failure> {
    let style = console::style(shared);
    console::output(|out| report::explain_as(finding, console::form(shared.format), &style, out))
}

/// The findings that are meant: by identifier or the digits it begins with, or by the fact of that name. Of a file of
/// any length only these are kept, and no more than are offered.
#[derive(Default)]
struct Meant {
    read: u64,
    found: Vec<Finding>,
}

impl Meant {
    fn take(&mut self, finding: Finding, is_meant: bool) {
        self.read += 1;
        let is_new = || self.found.iter().all(|known| known.id != finding.id);
        if is_meant && self.found.len() <= OFFERED_MAX && is_new() {
            self.found.push(finding);
        }
    }

    fn one(&self, id: &str) -> Result<&Finding, Failure> {
        match self.found.as_slice() {
            [one] => Ok(one),
            several => {
                let like = several.iter().take(OFFERED_MAX).map(named).collect();
                Err(Failure::UnknownFinding { id: id.to_owned(), like })
            }
        }
    }
}

/// A finding on one line, with its machine, which distinguishes it from findings of the same name.
fn named(finding: &Finding) -> String {
    let on = finding.subject.host.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
    format!("{}{on}", report::name_line(finding))
}
