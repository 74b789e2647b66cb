//! What ends a run before its answer: an error of disk or terminal, or of the command line, with what to do about it.

use crate::arguments::Format;
use crate::config::Mistake;
use model::{Problem, Timestamp};
use std::fmt;
use std::path::PathBuf;

/// Why the question could not be answered.
#[derive(Debug)]
pub enum Failure {
    /// A file could not be written.
    Write {
        /// The file; absent for standard output.
        path: Option<PathBuf>,
        /// Why.
        source: std::io::Error,
    },
    /// A file may not be written, whatever its rights.
    NotWritten {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
        /// What to do about it.
        help: &'static str,
    },
    /// A file could not be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing readable was found in what was given.
    NothingReadable {
        /// What was asked for: `advisory`, `estate` …
        what: &'static str,
        /// The first problem met, if any.
        problem: Option<String>,
        /// What to do about it.
        help: String,
    },
    /// A file that should hold an earlier answer does not, or not all of it.
    NotSaved {
        /// The file.
        path: PathBuf,
        /// The line, from 1, if it is one line.
        line: Option<u64>,
        /// What is wrong.
        what: String,
        /// What to do about it.
        help: &'static str,
    },
    /// `--fail-on` was given and nothing of ours could be judged.
    NothingJudged {
        /// What there is none of.
        lacking: Vec<&'static str>,
        /// What to give.
        help: String,
    },
    /// `--fail-on new` without an earlier answer.
    NoBaseline,
    /// `--fail-on` for a verb that reports no findings.
    NoFindings {
        /// The verb.
        verb: &'static str,
    },
    /// A verb does not have the form.
    NoForm {
        /// The verb.
        verb: &'static str,
        /// What was asked for.
        format: Format,
        /// What there is.
        forms: &'static [Format],
    },
    /// A page was asked to be short, and none is written.
    NoPage,
    /// A window that ends before it begins.
    EmptyWindow {
        /// Its beginning.
        since: Timestamp,
        /// Its end.
        until: Timestamp,
    },
    /// A hunt without rules and without indicators.
    NothingToLookFor,
    /// The memory cannot be used.
    Home(store::Fault),
    /// A statement is refused, or gave no whole answer.
    Query(sql::Refused),
    /// The configuration is wrong.
    Config {
        /// The file of the home.
        path: PathBuf,
        /// What is wrong, at least one.
        mistakes: Vec<Mistake>,
    },
    /// An act on a finding is refused.
    Refused {
        /// Why.
        why: String,
        /// What to do about it.
        help: &'static str,
    },
    /// There is no source of this name.
    NoSource {
        /// As typed.
        name: String,
    },
    /// Nothing can be searched for.
    NoTerm {
        /// Why.
        why: String,
    },
    /// No search was saved under this name.
    NoSearch {
        /// The name.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// A report is not published: what must be mended or allowed first.
    NotPublished {
        /// At least one.
        problems: Vec<Problem>,
    },
    /// There are not so many pages.
    NoPageOf {
        /// The page that was asked for.
        page: u32,
        /// How many there are.
        pages: usize,
    },
    /// No finding, or more than one, has this identifier.
    UnknownFinding {
        /// As typed.
        id: String,
        /// Identifiers that begin so, at most a few.
        like: Vec<String>,
    },
}

impl Failure {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Write { path: Some(_), .. } => {
                Some("check that the directory exists and may be written".to_owned())
            }
            Self::Write { path: None, .. } => None,
            Self::NotWritten { help, .. } => Some((*help).to_owned()),
            Self::Read { .. } => Some("check the name and the rights".to_owned()),
            Self::NothingReadable { help, .. } => Some(help.clone()),
            Self::NotSaved { help, .. } => Some((*help).to_owned()),
            Self::NothingJudged { help, .. } => Some(help.clone()),
            Self::NoBaseline => {
                Some("give the answer of an earlier run with --baseline, as --save wrote it".to_owned())
            }
            Self::NoFindings { .. } => Some("leave --fail-on out".to_owned()),
            Self::NothingToLookFor => Some(
                "give values with --indicator, lists or reports with --intel, rules with --rules, or ask more of the \
                 built-in rules (--no-built-in-rules, --min-level, --status, --rule and --exclude leave rules out)"
                    .to_owned(),
            ),
            Self::NoPage => Some("add --html FILE or --format html".to_owned()),
            Self::EmptyWindow { .. } => Some("give a --since that is earlier than --until".to_owned()),
            Self::NoForm { forms, .. } => {
                let names: Vec<String> = forms.iter().map(|form| form.name()).collect();
                Some(format!("give one of {}", names.join(", ")))
            }
            Self::Home(fault) => fault.help().map(str::to_owned),
            Self::Query(refused) => refused.help(),
            Self::Config { mistakes, .. } => {
                let all = if mistakes.len() > 1 { "\n`outpace config check` names all of them" } else { "" };
                mistakes.first().map(|mistake| format!("{}{all}", mistake.help))
            }
            Self::Refused { help, .. } => Some((*help).to_owned()),
            Self::NoSource { .. } => Some("`outpace source list` names them".to_owned()),
            Self::NoTerm { .. } => Some(
                "give a value, a name or a few words; --from reads at most 1000 terms, one a line".to_owned(),
            ),
            Self::NoSearch { .. } => Some("`outpace search TERM --save NAME` saves one".to_owned()),
            Self::NotPublished { problems } => Some(mended(problems)),
            Self::NoPageOf { .. } => Some("leave --page out".to_owned()),
            Self::UnknownFinding { like, .. } if like.is_empty() => {
                Some("find identifiers in the file that --save wrote, or in --format json".to_owned())
            }
            Self::UnknownFinding { like, .. } => {
                Some(format!("give the digits of one of these\n{}", like.join("\n")))
            }
        }
    }
}

/// How many problems of a report are listed.
const MENDED_MAX: usize = 20;

/// What mends the first problem, and the other problems, each with what mends it.
fn mended(problems: &[Problem]) -> String {
    let help = |problem: &Problem| problem.help.clone().unwrap_or_default();
    let mut lines: Vec<String> = problems.first().map(help).into_iter().collect();
    for problem in problems.iter().skip(1).take(MENDED_MAX) {
        lines.push(format!("and {problem} ({})", help(problem)));
    }
    if let Some(more) = problems.len().checked_sub(MENDED_MAX + 1).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path: Some(path), source } => {
                write!(f, "cannot write {}: {source}", path.display())
            }
            Self::Write { path: None, source } => write!(f, "cannot write the answer: {source}"),
            Self::NotWritten { path, why, .. } => write!(f, "cannot write {}: {why}", path.display()),
            Self::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::NothingReadable { what, problem: Some(problem), .. } => {
                write!(f, "nothing readable in what was given as {what}: {problem}")
            }
            Self::NothingReadable { what, problem: None, .. } => {
                write!(f, "nothing readable in what was given as {what}")
            }
            Self::EmptyWindow { since, until } => {
                write!(f, "the window has no time in it: --since {since} is not before --until {until}")
            }
            Self::NotSaved { path, line: Some(line), what, .. } => {
                write!(f, "cannot use {}, line {line}: {what}", path.display())
            }
            Self::NotSaved { path, line: None, what, .. } => {
                write!(f, "cannot use {}: {what}", path.display())
            }
            Self::NothingJudged { lacking, .. } => {
                write!(f, "nothing of ours could be judged for --fail-on: {}", lacking.join("; "))
            }
            Self::NoBaseline => write!(f, "--fail-on new needs an earlier answer"),
            Self::NoFindings { verb } => {
                write!(f, "`{verb}` reports no findings: --fail-on cannot judge any")
            }
            Self::NoForm { verb, format, .. } => write!(f, "`{verb}` has no form {}", format.name()),
            Self::NoPage => write!(f, "--short is about a page, and no page is written"),
            Self::NothingToLookFor => write!(f, "there is nothing to look for: 0 rules and 0 indicators"),
            Self::Home(fault) => fault.fmt(f),
            Self::Query(refused) => refused.fmt(f),
            Self::Config { path, mistakes } => {
                write!(f, "cannot use the configuration of {}", path.display())?;
                mistakes.first().map_or(Ok(()), |mistake| write!(f, ": {mistake}"))
            }
            Self::Refused { why, .. } => f.write_str(why),
            Self::NoSource { name } => write!(f, "no source {name}, or the new name is taken"),
            Self::NoTerm { why } => write!(f, "cannot search: {why}"),
            Self::NoSearch { name, why } => write!(f, "no search {name}: {why}"),
            Self::NotPublished { problems } => match problems.first() {
                Some(first) => write!(f, "cannot publish {first}"),
                None => f.write_str("cannot publish this report"),
            },
            Self::NoPageOf { page, pages: 1 } => write!(f, "no page {page}: there is 1 page"),
            Self::NoPageOf { page, pages } => write!(f, "no page {page}: there are {pages} pages"),
            Self::UnknownFinding { id, like } if like.is_empty() => write!(f, "no finding {id}"),
            Self::UnknownFinding { id, .. } => write!(f, "{id} means several findings"),
        }
    }
}

impl From<store::Fault> for Failure {
    fn from(fault: store::Fault) -> Self {
        Self::Home(fault)
    }
}

impl From<sql::Refused> for Failure {
    fn from(refused: sql::Refused) -> Self {
        match refused {
            sql::Refused::Home(fault) => Self::Home(fault),
            sql::Refused::Written(source) => Self::Write { path: None, source },
            other => Self::Query(other),
        }
    }
}

impl std::error::Error for Failure {}
