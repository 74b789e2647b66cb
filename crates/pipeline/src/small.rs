//! Small documents that are read whole: rules, tuning, mapping.

use crate::ask::{Reading, problem};
use crate::{Part, Question, Source};
use model::{Fault, Problem};

/// How large a file of rules may be.
const RULES_BYTES_MAX: u64 = 4 << 20;

/// Takes a small document: its name, its bytes, and where what is wrong with it goes.
type EachSmall<'e> = dyn FnMut(&str, &[u8], &mut Vec<Problem>) + 'e;

impl Reading<'_> {
    /// Gives every document of a source whole.
    pub(crate) fn small_documents(
        &mut self,
        part: Part,
        source: &Source,
        wanted: fn(&str) -> bool,
        each: &mut EachSmall<'_>,
    ) {
        let mut readable = 0;
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            if !wanted(&name) {
                return;
            }
            match document.whole(RULES_BYTES_MAX) {
                Ok(whole) => {
                    readable += 1;
                    each(&name, &whole.bytes, &mut problems);
                }
                Err(error) => {
                    let what = format!("cannot be read: {error}");
                    problems.push(problem(&name, Fault::Unreadable, what, None));
                }
            }
        });
        self.problems.append(&mut problems);
        self.walked(part, source, walked, readable);
    }

    /// The user's names for log sources and fields.
    pub(crate) fn mapping(&mut self, question: &Question) -> telemetry::Mapping {
        let mut mapping = telemetry::Mapping::default();
        let source = &question.inputs.mapping;
        self.small_documents(Part::Mapping, source, |_| true, &mut |name, bytes, problems| {
            let (read, found) = telemetry::Mapping::read(name, bytes);
            mapping = read;
            problems.extend(found);
        });
        mapping
    }
}
