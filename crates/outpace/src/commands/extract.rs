//! `outpace extract FILE…`: what a report names, each with its sentence and place.

use super::forms;
use super::verdict::is_faulty;
use crate::arguments::{Extract, Shared};
use crate::console::{self, Progress};
use crate::failure::Failure;
use intel::Lexicon;
use model::world::{Fact, Report};
use pipeline::Source;
use report::ExtractWish;

/// Extracts.
pub fn run(verb: &Extract, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("extract", forms::EXTRACT, shared.format)?;
    let progress = Progress::new(shared);
    let mut lexicon = Lexicon::built_in();
    let built_in = Lexicon::built_in();
    let mut problems = Vec::new();
    let walked = Source::paths(&verb.knowledge).walk(&progress, &mut |mut document| {
        let (_, found) = intel::read(&mut document, &built_in, &mut |fact| lexicon.learn(&fact));
        problems.extend(found.into_vec());
    });
    problems.extend(walked.problems);
    let mut reports: Vec<Report> = Vec::new();
    let walked = Source::paths(&verb.files).walk(&progress, &mut |mut document| {
        let (_, found) = intel::read_report(&mut document, &lexicon, &mut |fact| {
            if let Fact::Report(report) = fact {
                reports.push(report);
            }
        });
        problems.extend(found.into_vec());
    });
    problems.extend(walked.problems);
    progress.done(true);
    console::report_problems(&problems, shared);
    if reports.is_empty() {
        return Err(Failure::NothingReadable {
            what: "report",
            problem: problems.first().map(ToString::to_string),
            help: "give text, Markdown, HTML, a STIX bundle or a MISP event".to_owned(),
        });
    }
    let wish = ExtractWish {
        form: console::form(shared.format),
        types: &verb.types,
        tlp: shared.tlp,
        now: console::now(shared),
        style: console::style(shared),
    };
    console::output(|out| report::extract(&reports, &wish, out))?;
    Ok(if shared.strict && is_faulty(&problems) { 3 } else { 0 })
}
