//! Logs to sightings: every record to the hunter, each thread with its own sightings.

use crate::ask::Reading;
use crate::holes::Holes;
use crate::intake::Read;
use crate::timeline::{Timeline, WAITING_MAX};
use crate::{Part, Question};
use findings::{Hunter, Ours, Seen, Sightings};
use input::Walked;
use model::Record;
use model::identity::Entity;
use std::collections::BTreeSet;
use std::sync::Arc;
use telemetry::{DocumentSummary, Options};

impl Reading<'_> {
    /// What the hunter sees in the logs.
    pub(crate) fn logs(
        &mut self,
        question: &Question,
        ours: &Ours,
        hunter: &Hunter<'_>,
        timeline: &Timeline,
    ) -> Sightings {
        let (source, wishes) = (&question.inputs.logs, &question.wishes);
        let (mappings, intake) = crate::mapping(&question.inputs.mapping, self.progress);
        self.intake.append(intake);
        let options = Options {
            threads: wishes.threads,
            latest: Some(question.now),
            mappings: Arc::new(mappings),
            ..Options::default()
        };
        let mut walked = Walked::default();
        let mut empty: BTreeSet<String> = BTreeSet::new();
        let outcome = telemetry::run(
            &options,
            &|| Worker { sightings: Sightings::new(), document: None },
            &|worker: &mut Worker, source, record: &Record<'_>| {
                if wishes.holds(record.time) {
                    worker.record(hunter, ours, source, record);
                    if worker.sightings.hits_waiting() >= WAITING_MAX {
                        timeline.put(worker.sightings.take_hits());
                    }
                }
            },
            &mut |feeder| {
                walked = source.walk(self.progress, &mut |document| {
                    if document.head.is_empty() {
                        empty.insert(document.name.to_string());
                    }
                    feeder.document(document);
                });
            },
        );
        let readable = self.log_documents(outcome.documents, &empty, ours);
        self.intake.walked(Part::Logs, source, walked, readable);
        let mut sightings = Sightings::new();
        for mut worker in outcome.sinks {
            timeline.put(worker.sightings.take_hits());
            sightings.merge(worker.sightings);
        }
        sightings
    }

    /// Takes note of the documents; how many of them a reader knew.
    fn log_documents(
        &mut self,
        documents: Vec<DocumentSummary>,
        empty: &BTreeSet<String>,
        ours: &Ours,
    ) -> u64 {
        let mut readable = 0;
        let mut holes = Holes::default();
        for document in documents {
            holes.add(&document, ours);
            let known = document.format.is_some();
            readable += u64::from(known);
            self.events += document.records;
            let (name, empty) = (&*document.name, empty.contains(&*document.name));
            let read = Read { name, empty, known, wanted: "a log" };
            self.intake.problems.extend(read.with(document.problems));
        }
        let (missing, selections) = holes.found();
        self.holes.extend(missing);
        self.not_seen.extend(selections);
        readable
    }
}

/// One thread's sightings, and the machine that its current document names.
struct Worker {
    sightings: Sightings,
    document: Option<(u32, Option<Entity>)>,
}

impl Worker {
    fn record(
        &mut self,
        hunter: &Hunter<'_>,
        ours: &Ours,
        source: &telemetry::Source<'_>,
        record: &Record<'_>,
    ) {
        if self.document.as_ref().is_none_or(|(index, _)| *index != source.index) {
            self.document = Some((source.index, ours.host_of_document(source.document)));
        }
        let host = self.document.as_ref().and_then(|(_, host)| host.as_ref());
        hunter.record(&mut self.sightings, Seen { document: source.document, host }, record);
    }
}
