//! `outpace explain ID`: both sides of a finding, with their places, and what would make it go away.

use super::forms;
use crate::arguments::{Explain, Shared};
use crate::console;
use crate::failure::Failure;
use model::Finding;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// How many identifiers are offered when one is not enough.
const OFFERED_MAX: usize = 5;

/// Explains one finding of a run.
pub fn run(verb: &Explain, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("explain", forms::ONE, shared.format)?;
    let (findings, problems) = read(&verb.findings)?;
    let problems = problems.into_vec();
    console::report_problems(&problems, shared);
    if findings.is_empty() {
        return Err(Failure::NothingReadable {
            what: "findings",
            problem: problems.first().map(ToString::to_string),
            help: "write them with `outpace check … --save FILE`".to_owned(),
        });
    }
    let finding = one(&findings, &verb.id)?;
    let style = console::style(shared);
    console::output(|out| report::explain_as(finding, console::form(shared.format), &style, out))?;
    Ok(0)
}

fn read(path: &Path) -> Result<(Vec<Finding>, model::Problems), Failure> {
    let failed = |source| Failure::Read { path: path.to_owned(), source };
    let mut reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(BufReader::new(std::io::stdin()))
    } else {
        Box::new(BufReader::new(std::fs::File::open(path).map_err(failed)?))
    };
    Ok(report::read_findings(&mut reader))
}

/// The finding that is meant: by its identifier or the digits it begins with, or by the only fact of that name.
fn one<'f>(findings: &'f [Finding], id: &str) -> Result<&'f Finding, Failure> {
    let mut found: Vec<&Finding> = findings.iter().filter(|finding| report::is_meant(finding, id)).collect();
    found.dedup_by(|a, b| a.id == b.id);
    match found.as_slice() {
        [one] => Ok(one),
        several => {
            let like = several.iter().take(OFFERED_MAX).map(|finding| named(finding)).collect();
            Err(Failure::UnknownFinding { id: id.to_owned(), like })
        }
    }
}

/// A finding on one line, with its machine, which distinguishes it from findings of the same name.
fn named(finding: &Finding) -> String {
    let on = finding.subject.host.as_ref().map(|host| format!(" on {host}")).unwrap_or_default();
    format!("{}{on}", report::name_line(finding))
}
