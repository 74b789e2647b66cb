//! The verbs, one a file.

pub mod check;
pub mod demo;
pub mod explain;
pub mod extract;
pub mod hunt;
pub mod manual;
pub mod rules;

mod forms;

use crate::arguments::{Format, Shared};
use crate::console;
use crate::embedded;
use crate::failure::Failure;
use crate::writing::write_file;
use model::{Answer, Fault, Severity};
use pipeline::{NoAnswer, Source, Timeline};
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

/// Shows an answer in the form that was asked for, and beside it as page and as lines.
fn show(
    answer: &Answer,
    timeline: Timeline,
    shared: &Shared,
    (html, is_short): (Option<&Path>, bool),
    save: Option<&Path>,
) -> Result<(), Failure> {
    let style = report::Style { short: is_short, ..console::style(shared) };
    for (path, form) in [(html, report::Form::Html), (save, report::Form::Ndjson)] {
        if let Some(path) = path {
            write_file(path, &mut |out| report::write(answer, form, &style, out))?;
        }
    }
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

/// The exit code that an answer deserves.
fn exit_code(answer: &Answer, shared: &Shared) -> u8 {
    let worst = answer.findings.iter().map(|finding| finding.severity).min();
    if shared.fail_on.zip(worst).is_some_and(|(bar, worst): (Severity, Severity)| worst <= bar) {
        return 1;
    }
    let faulty = answer.problems.iter().any(|problem| problem.fault != Fault::Note);
    if shared.strict && faulty { 3 } else { 0 }
}

impl From<NoAnswer> for Failure {
    fn from(why: NoAnswer) -> Self {
        let NoAnswer::NothingReadable(nothing) = why else { return Self::NothingToLookFor };
        let help = "give text, Markdown, HTML, a STIX bundle or a MISP event; `outpace demo` shows one";
        let problem = nothing.problems.first().map(ToString::to_string);
        Self::NothingReadable { what: nothing.kind.name(), problem, help: help.to_owned() }
    }
}
