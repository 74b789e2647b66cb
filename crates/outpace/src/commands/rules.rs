//! `outpace rules check|list|test`: rules looked at by themselves.

mod check;
mod list;
mod test;

use crate::arguments::{Rules, Shared};
use crate::ask::Source;
use crate::console::Progress;
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How large a file of rules may be.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Looks at rules.
pub fn run(verb: &Rules, shared: &Shared) -> Result<u8, Failure> {
    match verb {
        Rules::Check { paths } => check::run(paths, shared),
        Rules::List { paths } => list::run(paths, shared),
        Rules::Test { rule, logs } => test::run(rule, logs, shared),
    }
}

/// What the files of rules hold.
#[derive(Default)]
pub struct Read {
    /// The text of each file.
    pub texts: BTreeMap<String, String>,
    /// The rules, in order of their files.
    pub rules: Vec<sigma::Rule>,
    /// Filters, to be applied to the rules before they are compiled.
    pub filters: Vec<sigma::Filter>,
    /// Rules over other rules' matches.
    pub correlations: Vec<sigma::Correlation>,
    /// What is wrong with them.
    pub diagnostics: Vec<sigma::Diagnostic>,
    /// What could not be read at all.
    pub problems: Vec<model::Problem>,
}

/// Reads every file of rules under the paths.
pub fn read(paths: &[PathBuf], shared: &Shared) -> Result<Read, Failure> {
    let progress = Progress::new(shared);
    let mut read = Read::default();
    let walked = Source::paths(paths).walk(&progress, &mut |mut document| {
        let name = document.name.to_string();
        let is_rules = name.ends_with(".yml") || name.ends_with(".yaml");
        let Some(whole) = document.whole(FILE_BYTES_MAX).ok().filter(|_| is_rules) else { return };
        let text = String::from_utf8_lossy(&whole.bytes).into_owned();
        let parsed = sigma::parse(&text, &name);
        read.rules.extend(parsed.rules);
        read.filters.extend(parsed.filters);
        read.correlations.extend(parsed.correlations);
        read.diagnostics.extend(parsed.diagnostics);
        read.texts.insert(name, text);
    });
    progress.done(true);
    read.problems = walked.problems;
    if read.texts.is_empty() {
        return Err(Failure::NothingReadable {
            what: "rules",
            problem: read.problems.first().map(ToString::to_string),
            help: "give files that end in .yml or .yaml, or a directory of them".to_owned(),
        });
    }
    Ok(read)
}
