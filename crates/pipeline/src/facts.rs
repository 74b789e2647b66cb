//! What is ours and what the world knows: documents to facts, and facts into the two sets.

use crate::ask::Reading;
use crate::intake::Read;
use crate::{Part, Source};
use findings::{Interest, Ours, World};
use intel::Lexicon;
use model::world::Fact;

impl Reading<'_> {
    /// What is ours.
    pub(crate) fn estate(&mut self, source: &Source) -> Ours {
        let mut ours = Ours::new();
        let mut readable = 0;
        let mut problems = Vec::new();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let (format, found) = estate::read(&mut document, &mut |fact| ours.learn(fact));
            let known = format.is_some();
            readable += u64::from(known);
            let read = Read { name: &name, empty, known, wanted: "an inventory" };
            problems.extend(read.with(found.into_vec()));
        });
        self.intake.problems.append(&mut problems);
        self.intake.walked(Part::Estate, source, walked, readable);
        ours.settle();
        ours
    }

    /// What the world knows and saw, as far as it is of interest; names go to the lexicon.
    pub(crate) fn knowledge(&mut self, source: &Source, interest: &Interest, lexicon: &mut Lexicon) -> World {
        let mut world = World::new();
        let mut readable = 0;
        let mut problems = Vec::new();
        let built_in = Lexicon::built_in();
        let walked = source.walk(self.progress, &mut |mut document| {
            let name = document.name.to_string();
            let empty = document.head.is_empty();
            let (format, found) = intel::read(&mut document, &built_in, &mut |fact| {
                lexicon.learn(&fact);
                match fact {
                    Fact::Vulnerability(record) if !interest.wants(&record) => world.count(&record),
                    // An advisory among the knowledge is knowledge: what it names is not asked about.
                    Fact::Report(_) => {}
                    fact => world.learn(fact),
                }
            });
            let known = format.is_some();
            readable += u64::from(known);
            let read = Read { name: &name, empty, known, wanted: "knowledge" };
            problems.extend(read.with(found.into_vec()));
        });
        self.intake.problems.append(&mut problems);
        self.intake.walked(Part::Knowledge, source, walked, readable);
        world
    }
}
