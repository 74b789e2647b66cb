//! The verbs, one a file.

pub mod backup;
pub mod brief;
pub mod check;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod extract;
pub mod hunt;
pub mod ingest;
pub mod init;
pub mod manual;
pub mod notify;
pub mod publish;
pub mod query;
pub mod race;
pub mod rules;
pub mod search;
pub mod sources;
pub mod status;
pub mod story;
pub mod todo;
pub mod triage;
pub mod watch;

mod baseline;
mod forms;
mod handover;
mod home;
mod open;
mod parties;
mod rhythm;
mod saved;
mod turns;
mod verdict;

use crate::arguments::{Format, Shared};
use crate::console;
use crate::embedded;
use crate::failure::Failure;
use crate::writing::write_file;
use model::Answer;
use pipeline::{NoAnswer, Source, Timeline};
use report::Style;
use std::io::Write;
use std::path::Path;

/// The rules that the program carries, unless they are not wanted.
fn built_in_rules(left_out: bool) -> Source {
    if left_out { Source::None } else { Source::BuiltIn(embedded::RULES.to_vec()) }
}

/// Whether every single hit is wanted.
fn is_timeline(shared: &Shared) -> bool {
    matches!(shared.format, Format::Timeline | Format::TimelineJsonl)
}

/// The files that are written beside the answer.
#[derive(Clone, Copy)]
struct Beside<'p> {
    html: Option<&'p Path>,
    /// The page as short as two printed sheets.
    is_short: bool,
    save: Option<&'p Path>,
}

impl Beside<'_> {
    /// Writes the page and the findings that can be read back.
    fn write(self, answer: &Answer, style: &Style) -> Result<(), Failure> {
        if let Some(path) = self.html {
            write_file(path, &mut |out| report::write(answer, report::Form::Html, style, out))?;
        }
        if let Some(path) = self.save {
            write_file(path, &mut |out| report::save(answer, style, out))?;
        }
        Ok(())
    }
}

/// Shows an answer in the form that was asked for, and beside it as page and as lines.
fn show(answer: &Answer, timeline: Timeline, shared: &Shared, beside: Beside<'_>) -> Result<(), Failure> {
    let style = Style { short: beside.is_short, ..console::style(shared) };
    beside.write(answer, &style)?;
    let form = match shared.format {
        Format::Timeline => report::TimelineForm::Csv,
        Format::TimelineJsonl => report::TimelineForm::JsonLines,
        other => return console::output(|out| report::write(answer, console::form(other), &style, out)),
    };
    // Every line is a hit in own data, whatever else the answer holds.
    let tlp = report::marking(answer, &style).max(style.own);
    console::output(|out| {
        let mut out = std::io::BufWriter::new(out);
        report::timeline_head(form, &mut out)?;
        timeline.each(&mut |hit| report::timeline_line(form, hit, tlp, &mut out))?;
        out.flush()
    })
}

impl From<NoAnswer> for Failure {
    fn from(why: NoAnswer) -> Self {
        let NoAnswer::NothingReadable(nothing) = why else { return Self::NothingToLookFor };
        let help = "give text, Markdown, HTML, a STIX bundle or a MISP event; `outpace demo` shows one";
        let problem = nothing.problems.first().map(ToString::to_string);
        Self::NothingReadable { what: nothing.kind.name(), problem, help: help.to_owned() }
    }
}
