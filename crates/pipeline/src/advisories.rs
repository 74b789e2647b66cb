//! Advisories are read twice: first for the CVEs that decide what of a feed is kept, then whole, with the names
//! that knowledge taught. So they are held in memory between.

use crate::Source;
use crate::ask::Reading;
use crate::intake::Read;
use findings::World;
use input::Document;
use intel::Lexicon;
use model::Problems;
use model::world::Fact;
use std::collections::BTreeSet;

/// How large an advisory may be: the largest published bundles are a tenth of it.
const ADVISORY_BYTES_MAX: u64 = 256 << 20;

/// An advisory held in memory.
pub(crate) struct Held {
    name: String,
    bytes: Vec<u8>,
}

impl Held {
    fn reopened(&self) -> Option<Document<'_>> {
        // Memory can be read; if not, nothing is lost that was not lost before.
        Document::open(&self.name, self.bytes.as_slice()).ok()
    }
}

impl Reading<'_> {
    /// Takes the advisories into memory.
    pub(crate) fn hold(&mut self, source: &Source) -> Vec<Held> {
        let mut held = Vec::new();
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            let mut found = Problems::new(&name);
            if let Some(whole) = document.whole(ADVISORY_BYTES_MAX, &mut found) {
                let bytes = whole.beginning(&mut found, "split the advisory");
                held.push(Held { name, bytes });
            }
            problems.extend(found.into_vec());
        });
        self.intake.problems.extend(walked.problems);
        self.intake.problems.append(&mut problems);
        held
    }

    /// The CVEs that the advisories name.
    pub(crate) fn advised(&mut self, held: &[Held], lexicon: &Lexicon) -> BTreeSet<String> {
        let mut world = World::new();
        for advisory in held {
            // The second reading reports the problems.
            if let Some(mut document) = advisory.reopened() {
                let _ = intel::read_report(&mut document, lexicon, &mut |fact| {
                    if matches!(fact, Fact::Report(_)) {
                        world.learn(fact);
                    }
                });
            }
        }
        world.advised_vulnerabilities()
    }

    /// Reads the advisories whole; how many gave something.
    pub(crate) fn advisories(&mut self, held: &[Held], lexicon: &Lexicon, world: &mut World) -> u64 {
        let mut readable = 0;
        for advisory in held {
            let Some(mut document) = advisory.reopened() else { continue };
            let empty = advisory.bytes.iter().all(u8::is_ascii_whitespace);
            let mut reports = 0u64;
            let (format, found) = intel::read_report(&mut document, lexicon, &mut |fact| {
                reports += u64::from(matches!(fact, Fact::Report(_)));
                world.learn(fact);
            });
            readable += u64::from(reports > 0);
            let known = format.is_some() && reports > 0;
            let read = Read { name: &advisory.name, empty, known, wanted: "an advisory" };
            self.intake.problems.extend(read.with(found.into_vec()));
        }
        self.intake.documents += readable;
        readable
    }
}
