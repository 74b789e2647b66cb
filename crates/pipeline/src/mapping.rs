//! The user's mapping: names for log sources and fields of logs that the built-in tables do not know.

use crate::intake::{Intake, problem};
use crate::{InputKind, Progress, Source};
use model::Fault;
use telemetry::Mapping;

/// Reads the mapping. There is one: of further documents it is said that they are not used.
#[must_use]
pub fn mapping(source: &Source, progress: &dyn Progress) -> (Mapping, Intake) {
    let mut intake = Intake::default();
    let mut mapping: Option<Mapping> = None;
    let mut unused = Vec::new();
    intake.whole_documents(InputKind::Mapping, source, &|_| true, progress, &mut |name, whole, problems| {
        let Some(bytes) = whole.complete(problems, "shorten it") else { return false };
        if mapping.is_some() {
            let help = "write all entries into one file";
            unused.push(problem(name, Fault::Unreadable, "a second mapping; it was not used", Some(help)));
            return true;
        }
        let (read, found) = Mapping::read(name, &bytes);
        unused.extend(found);
        mapping = Some(read);
        true
    });
    intake.problems.append(&mut unused);
    (mapping.unwrap_or_default(), intake)
}
