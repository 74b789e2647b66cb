//! `outpace rules check|list|test`: rules looked at by themselves.

mod check;
mod list;
mod test;

use crate::arguments::{Rules, Shared};
use crate::console::Progress;
use crate::failure::Failure;
use pipeline::Source;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How large a file of rules may be.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Looks at rules.
pub fn run(verb: &Rules, shared: &Shared) -> Result<u8, Failure> {
    match verb {
        Rules::Check { paths, tuning } => check::run(paths, tuning.as_deref(), shared),
        Rules::List { paths } => list::run(paths, shared),
        Rules::Test { rule, logs, tuning, mapping } => {
            test::run(rule, logs, tuning.as_deref(), mapping.as_deref(), shared)
        }
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

impl Read {
    /// Reads a tuning file, as a hunt would, and applies it.
    fn tuned(&mut self, path: Option<&Path>, shared: &Shared) -> Result<sigma::Tuning, Failure> {
        let Some(path) = path else { return Ok(sigma::Tuning::default()) };
        let text = whole("tuning", path, "give a file as docs/tuning.md shows", shared)?;
        let (name, text) = (path.display().to_string(), String::from_utf8_lossy(&text).into_owned());
        let (tuning, told) = sigma::Tuning::parse(&text, &name);
        self.diagnostics.extend(told);
        let (_, told) = tuning.apply(&mut self.rules, &mut self.correlations);
        self.diagnostics.extend(told);
        self.texts.insert(name, text);
        Ok(tuning)
    }
}

/// One small file, whole.
fn whole(what: &'static str, path: &Path, help: &str, shared: &Shared) -> Result<Vec<u8>, Failure> {
    let mut bytes = None;
    let source = Source::Paths(vec![path.to_owned()]);
    let walked = source.walk(&Progress::new(shared), &mut |mut document| {
        bytes = document.whole(FILE_BYTES_MAX).ok().map(|whole| whole.bytes);
    });
    bytes.ok_or_else(|| Failure::NothingReadable {
        what,
        problem: walked.problems.first().map(ToString::to_string),
        help: help.to_owned(),
    })
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
