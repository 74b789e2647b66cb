//! Records that are missing by their numbers: all documents of one log together, so that a log in many files has
//! no holes between them.

use findings::Ours;
use model::{Hole, Missing};
use std::collections::BTreeMap;
use telemetry::{DocumentSummary, Numbers, Sequence};

/// How many holes of one log are reported, the first by number.
const OF_ONE_LOG_MAX: usize = 8;

/// Holes, and how many logs are selections of records in which no hole means anything.
#[derive(Default)]
pub(crate) struct Holes {
    sequences: BTreeMap<Sequence, Numbers>,
}

impl Holes {
    /// Takes the numbers of a document.
    pub(crate) fn add(&mut self, document: &DocumentSummary, ours: &Ours) {
        for (sequence, numbers) in &document.sequences {
            let mut sequence = sequence.clone();
            if !sequence.host.is_empty() {
                sequence.host = ours.host_name(&sequence.host);
            }
            self.sequences.entry(sequence).or_default().merge(numbers);
        }
    }

    /// The holes, and a sentence on selections if there are any.
    pub(crate) fn found(&self) -> (Vec<Hole>, Option<String>) {
        let mut holes = Vec::new();
        let mut selections = 0u64;
        for (sequence, numbers) in &self.sequences {
            if numbers.is_selection() {
                selections += 1;
                continue;
            }
            holes.extend(numbers.holes().take(OF_ONE_LOG_MAX).map(|hole| Hole {
                host: if sequence.host.is_empty() { "?".to_owned() } else { sequence.host.clone() },
                log: sequence.channel.clone(),
                after: hole.after,
                before: hole.before,
                missing: Missing::Records { from: hole.from, to: hole.to },
            }));
        }
        let said = match selections {
            0 => None,
            1 => Some(
                "one log holds a selection of its records: its missing records are not reported".to_owned(),
            ),
            n => Some(format!(
                "{n} logs hold a selection of their records: their missing records are not reported"
            )),
        };
        (holes, said)
    }
}
