//! What was given as intelligence: reports are read twice, lists of indicators once.
//!
//! A report is read first for the CVEs that decide what of a feed is kept, then whole, with the names that
//! knowledge gave; so it is held in memory between. A list of indicators needs no names and may have millions of
//! lines: it is read while it passes, and nothing of it is held but its facts.

use crate::InputKind;
use crate::ask::Reading;
use crate::asked::{self, AskedValue};
use crate::intake::Read;
use crate::source::Source;
use findings::Change;
use input::{Document, Walked};
use intel::Lexicon;
use model::Problems;
use model::world::Fact;
use std::sync::Arc;

/// How large a report may be: the largest published bundles are a tenth of it.
const REPORT_BYTES_MAX: u64 = 256 << 20;

/// A report held in memory.
pub(crate) struct HeldReport {
    name: String,
    bytes: Vec<u8>,
}

impl HeldReport {
    fn reopened(&self) -> Option<Document<'_>> {
        // Memory can be read; if not, nothing is lost that was not lost before.
        Document::open(&self.name, self.bytes.as_slice()).ok()
    }
}

impl Reading<'_> {
    /// Takes in lists of indicators, and takes the reports into memory.
    pub(crate) fn intelligence(&mut self, source: &Source, lexicon: &Lexicon) -> Vec<HeldReport> {
        let mut held = Vec::new();
        let progress = self.progress;
        let Walked { problems, .. } = source.walk(progress, &mut |mut document| {
            let name = document.name.to_string();
            if intel::is_list(&document) {
                self.read(&name, false, &mut document, lexicon);
                return;
            }
            let mut found = Problems::new(&name);
            if let Some(whole) = document.whole(REPORT_BYTES_MAX, &mut found) {
                let bytes = whole.beginning(&mut found, "split the report");
                held.push(HeldReport { name, bytes });
            }
            self.intake.problems.extend(found.into_vec());
        });
        self.intake.problems.extend(problems);
        held
    }

    /// Takes in the values that are asked for by name.
    pub(crate) fn asked(&mut self, values: &[AskedValue]) {
        let mut said = self.said();
        for indicator in asked::indicators(values) {
            said.world(Fact::Indicator(indicator));
        }
        self.take(findings::COMMAND_LINE, said, false);
    }

    /// Takes in the reports for the CVEs that they name, until they are read whole.
    pub(crate) fn advised(&mut self, held: &[HeldReport], lexicon: &Lexicon) {
        for report in held {
            // The second reading reports the problems.
            let Some(mut document) = report.reopened() else { continue };
            let mut said = self.said();
            let _ = intel::read_report(&mut document, lexicon, &mut |fact| {
                if matches!(fact, Fact::Report(_)) {
                    said.world(fact);
                }
            });
            self.take(&first_reading(&report.name), said, true);
        }
        self.memory.settle();
    }

    /// Reads the reports whole.
    pub(crate) fn reports(&mut self, held: &[HeldReport], lexicon: &Lexicon) {
        for report in held {
            self.memory.take(Change::Forget { name: Arc::from(first_reading(&report.name)) });
            let Some(mut document) = report.reopened() else { continue };
            let empty = report.bytes.iter().all(u8::is_ascii_whitespace);
            self.read(&report.name, empty, &mut document, lexicon);
        }
    }

    /// Reads one document of intelligence.
    fn read(&mut self, name: &str, empty: bool, document: &mut Document<'_>, lexicon: &Lexicon) {
        let (mut gave, mut asks) = (false, false);
        let mut said = self.said();
        let (format, found) = intel::read_report(document, lexicon, &mut |fact| {
            gave |= matches!(fact, Fact::Report(_) | Fact::Indicator(_) | Fact::KnownGood(_));
            // A report that names nothing gives nothing to ask about.
            asks |= match &fact {
                Fact::Report(report) => !(report.mentions.is_empty() && report.listed.is_empty()),
                Fact::Indicator(_) | Fact::KnownGood(_) | Fact::Vulnerability(_) | Fact::Vex(_) => true,
                _ => false,
            };
            said.world(fact);
        });
        let known = format.is_some() && gave;
        self.readable_intelligence += u64::from(known);
        self.asking_intelligence += u64::from(known && asks);
        self.intake.documents += u64::from(known);
        let taken = self.take(name, said, true);
        let form = format.map(intel::Format::name);
        let read =
            Read { name, empty, known, form, kind: InputKind::Advisory, taken, first: None, last: None };
        self.intake.read(read, found.into_vec());
    }
}

/// The name under which the first reading of a report is known until the second.
fn first_reading(name: &str) -> String {
    format!("{name} (first reading)")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many reports are held of one document, how many documents count, and what is wrong.
    fn taken(name: &'static str, text: &'static str) -> (usize, u64, Vec<String>) {
        let source = Source::BuiltIn(vec![(name, text.as_bytes())]);
        let now = model::Timestamp::EPOCH;
        let mut reading = Reading::new(&(), now);
        let lexicon = Lexicon::built_in();
        let held = reading.intelligence(&source, &lexicon);
        reading.reports(&held, &lexicon);
        assert_eq!(reading.readable_intelligence, reading.intake.documents);
        let problems = reading.intake.problems.iter().map(ToString::to_string).collect();
        (held.len(), reading.intake.documents, problems)
    }

    #[test]
    fn a_list_is_read_while_it_passes_and_a_report_is_held() {
        let list = "203.0.113.7\n203.0.113.77\nharbour-crane.example\n198.51.100.4\n";
        assert_eq!(taken("list.txt", list), (0, 1, vec![]));
        let report = "The group uses 203[.]0[.]113[.]77 against harbours.\n";
        assert_eq!(taken("report.txt", report), (1, 1, vec![]));
    }
}
