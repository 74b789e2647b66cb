//! `outpace explain ID`: both sides of a finding, with their places, and what would make it go away.

use super::verdict::is_faulty;
use super::{forms, saved};
use crate::arguments::{Explain, Shared};
use crate::console;
use crate::failure::Failure;
use model::Finding;

/// How many identifiers are offered when one is not enough.
const OFFERED_MAX: usize = 5;

/// Explains one finding of a run.
pub fn run(verb: &Explain, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("explain", forms::ONE, shared.format)?;
    let mut text = saved::open(&verb.findings)?;
    let mut meant = Meant::default();
    let problems = report::read_each_finding(&mut text, &mut |finding| meant.take(finding, &verb.id));
    let problems = problems.into_vec();
    console::report_problems(&problems, shared);
    if meant.read == 0 {
        return Err(Failure::NothingReadable {
            what: "findings",
            problem: problems.first().map(ToString::to_string),
            help: "write them with `outpace check … --save FILE`".to_owned(),
        });
    }
    let finding = meant.one(&verb.id)?;
    let style = console::style(shared);
    console::output(|out| report::explain_as(finding, console::form(shared.format), &style, out))?;
    Ok(if shared.strict && is_faulty(&problems) { 3 } else { 0 })
}

/// The findings that are meant: by identifier or the digits it begins with, or by the fact of that name. Of a file of
/// any length only these are kept, and no more than are offered.
#[derive(Default)]
struct Meant {
    read: u64,
    found: Vec<Finding>,
}

impl Meant {
    fn take(&mut self, finding: Finding, id: &str) {
        self.read += 1;
        let is_new = || self.found.iter().all(|known| known.id != finding.id);
        if self.found.len() <= OFFERED_MAX && report::is_meant(&finding, id) && is_new() {
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
