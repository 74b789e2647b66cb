//! Documents of what is ours, of knowledge and of intelligence: read by their walls, staged in parts.

use super::Run;
use crate::Sort;
use crate::ask::lexicon;
use crate::facts::inventory;
use findings::{Change, Document, Mode, Said, Touched, Why};
use input::Document as Input;
use intel::Lexicon;
use model::Problem;
use model::world::Fact;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Home, Staging, Strand};

/// How many facts of a feed are read before they are staged: a feed of any size needs the room of so many.
const FACTS_AT_A_TIME: usize = 2_000;

/// What reading a document gave.
struct ReadDocument {
    name: String,
    form: Option<&'static str>,
    problems: Vec<Problem>,
    counts: BTreeMap<String, u64>,
}

/// What a document of knowledge gave, beside what is staged of it.
pub(super) struct Fed {
    pub(super) format: Option<intel::Format>,
    pub(super) problems: Vec<Problem>,
    pub(super) counts: BTreeMap<String, u64>,
    pub(super) touched: Touched,
}

impl Run<'_> {
    /// What is ours.
    pub(super) fn estate(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let source = self.to_read(Sort::Estate);
        let (progress, spool) = (self.reading.progress, Arc::clone(&self.reading.spool));
        let mut extras = estate::Extras::default();
        let mut outcome = Ok(());
        let walked = source.walk(progress, &mut |mut document| {
            if outcome.is_err() {
                return;
            }
            let name = document.name.to_string();
            let mut said = Said::new(&spool);
            let (format, problems) = inventory(&mut document, &mut extras, &mut said);
            said.settle();
            let form = format.map(estate::Format::name);
            let read = ReadDocument { name, form, problems, counts: counts(&said) };
            outcome = self.stage(home, Sort::Estate, read, &said, Why::NoLongerOurs);
        });
        self.reading.intake.problems.extend(walked.problems);
        outcome?;
        self.statements(home)
    }

    /// The statements (VEX) in bills of materials: read a second time, because another room reads them.
    fn statements(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let bills: Vec<String> = self
            .learnt
            .iter()
            .filter(|one| one.form.as_deref() == Some(estate::Format::CycloneDx.name()))
            .map(|one| one.name.clone())
            .collect();
        if bills.is_empty() {
            return Ok(());
        }
        let source = self.to_read(Sort::Estate);
        let spool = Arc::clone(&self.reading.spool);
        let mut outcome = Ok(());
        // What is wrong with files and archives is known from the first time.
        _ = source.walk(&(), &mut |mut document| {
            if outcome.is_err() || !bills.iter().any(|bill| **bill == *document.name) {
                return;
            }
            let mut said = Said::new(&spool);
            let found = intel::read_statements(&mut document, &mut |fact| said.world(fact));
            said.settle();
            self.reading.intake.problems.extend(found.into_vec());
            if !said.is_empty() {
                self.touched.push((said.touches(), Why::Withdrawn));
                outcome = stage_parts(home, &document.name, &said, Strand::Statements);
            }
        });
        outcome
    }

    /// What the world knows and saw, whole: what matters here may change later.
    pub(super) fn knowledge(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        if !home.has_document(BUILT_IN)? {
            let mut said = Said::new(&self.reading.spool);
            intel::known_good_built_in(&mut |fact| said.world(fact));
            said.settle();
            let kept = self.kept(BUILT_IN, Sort::Knowledge, Mode::Snapshot);
            home.stage(&store::Kept { source: BUILT_IN.to_owned(), ..kept }, true)?;
            stage_parts(home, BUILT_IN, &said, Strand::Main)?;
        }
        let source = self.to_read(Sort::Knowledge);
        let progress = self.reading.progress;
        let mut outcome = Ok(());
        let walked = source.walk(progress, &mut |document| {
            if outcome.is_ok() {
                outcome = self.feed(home, document);
            }
        });
        self.reading.intake.problems.extend(walked.problems);
        outcome
    }

    /// One document of knowledge, some facts at a time.
    fn feed(&mut self, home: &mut Home, mut document: Input<'_>) -> Result<(), store::Fault> {
        let name = document.name.to_string();
        let mut is_collection = false;
        let fed = self.fed(home, &mut document, &mut |fact| {
            is_collection |= matches!(fact, Fact::Observation(_));
        })?;
        let Fed { format, problems, counts, mut touched } = fed;
        let form = format.map(intel::Format::name);
        let read = ReadDocument { name, form, problems, counts };
        // Part by part: of a feed of any size only what it touches stays.
        home.each_part(&read.name, &mut |part| {
            touched = std::mem::take(&mut touched).union(part.touches());
        })?;
        self.touched.push((touched, Why::Withdrawn));
        if format.is_some_and(intel::Format::is_public) && !is_collection {
            self.public.insert(read.name.clone());
        }
        self.staged(home, Sort::Knowledge, read)
    }

    /// Reads a document of knowledge and stages what it says, some facts at a time; `each` has each fact before.
    pub(super) fn fed(
        &self,
        home: &mut Home,
        document: &mut Input<'_>,
        each: &mut dyn FnMut(&mut Fact),
    ) -> Result<Fed, store::Fault> {
        let (spool, built_in) = (&self.reading.spool, lexicon(self.learning.wishes.secret_key.as_ref()));
        let (mut said, mut some) = (Said::new(spool), 0_usize);
        let mut staging = home.staging(&document.name, Strand::Main)?;
        let (mut counts, mut touched) = (BTreeMap::new(), Touched::default());
        let mut outcome = Ok(());
        let (format, found) = intel::read(document, &built_in, &mut |mut fact| {
            // An advisory among the knowledge is knowledge: what it names is not asked about.
            if outcome.is_err() || matches!(fact, Fact::Report(_)) {
                return;
            }
            each(&mut fact);
            said.world(fact);
            some += 1;
            if some >= FACTS_AT_A_TIME {
                outcome = flush(&mut staging, &mut said, (&mut counts, &mut touched));
                (said, some) = (Said::new(spool), 0);
            }
        });
        outcome?;
        flush(&mut staging, &mut said, (&mut counts, &mut touched))?;
        staging.finish()?;
        Ok(Fed { format, problems: found.into_vec(), counts, touched })
    }

    /// Stages what a document says.
    fn stage(
        &mut self,
        home: &mut Home,
        sort: Sort,
        read: ReadDocument,
        said: &Said,
        why: Why,
    ) -> Result<(), store::Fault> {
        if sort == Sort::Estate
            && let Some(why) = self.repeats(home, &read.name, said)?
        {
            self.held.insert(self.source_of(&read.name), why);
        }
        let mut touched = said.touches();
        if let Some(before) = home.said_by(&read.name)? {
            touched = touched.union(before.touches());
        }
        self.touched.push((touched, why));
        stage_parts(home, &read.name, said, Strand::Main)?;
        self.staged(home, sort, read)
    }

    /// What is kept of a document that was read, beside its facts.
    fn kept_of(&self, read: &ReadDocument, sort: Sort, mode: Mode) -> store::Kept {
        store::Kept {
            form: read.form.map(str::to_owned),
            counts: read.counts.clone(),
            problems: read.problems.clone(),
            ..self.kept(&read.name, sort, mode)
        }
    }

    /// Takes note of a document whose parts are staged.
    fn staged(&mut self, home: &mut Home, sort: Sort, read: ReadDocument) -> Result<(), store::Fault> {
        home.stage(&self.kept_of(&read, sort, Mode::Snapshot), true)?;
        self.reading.intake.problems.extend(read.problems);
        self.note(&read.name, sort, read.form, read.counts);
        Ok(())
    }

    /// Advisories, reports and lists of indicators.
    pub(super) fn intelligence(&mut self, home: &mut Home, lexicon: &Lexicon) -> Result<(), store::Fault> {
        let source = self.to_read(Sort::Intel);
        let (progress, spool) = (self.reading.progress, Arc::clone(&self.reading.spool));
        let mut read: Vec<(ReadDocument, Mode, Said)> = Vec::new();
        let walked = source.walk(progress, &mut |mut document| {
            let name = document.name.to_string();
            let mode = if intel::is_list(&document) { Mode::Listing } else { Mode::Report };
            let mut said = Said::new(&spool);
            let (format, found) = intel::read_report(&mut document, lexicon, &mut |fact| said.world(fact));
            said.settle();
            let form = format.map(intel::Format::name);
            let counts = counts(&said);
            read.push((ReadDocument { name, form, problems: found.into_vec(), counts }, mode, said));
        });
        self.reading.intake.problems.extend(walked.problems);
        for (one, mode, said) in read {
            let kept = self.kept_of(&one, Sort::Intel, mode);
            let document = Document {
                source: Arc::from(kept.source.as_str()),
                mode,
                dated: None,
                received: self.learning.now,
                is_advisory: true,
                said: Arc::new(said),
            };
            home.stage(&kept, false)?;
            self.reading.memory.absorb(Change::Said { name: Arc::from(one.name.as_str()), document });
            self.reading.intake.problems.extend(one.problems);
            self.note(&one.name, Sort::Intel, one.form, one.counts);
        }
        self.keep(home, Sort::Intel)
    }
}

/// The document of values that the program carries.
const BUILT_IN: &str = "built in: known good values";

/// How much of what a document says.
pub(super) fn counts(said: &Said) -> BTreeMap<String, u64> {
    said.taken().into_iter().map(|(what, count)| (what.to_owned(), count)).collect()
}

/// Stages what a document says.
pub(super) fn stage_parts(
    home: &mut Home,
    name: &str,
    said: &Said,
    strand: Strand,
) -> Result<(), store::Fault> {
    let mut staging = home.staging(name, strand)?;
    staging.add(said)?;
    staging.finish()
}

/// Stages what was read so far of a feed.
fn flush(
    staging: &mut Staging<'_>,
    said: &mut Said,
    (counted, touched): (&mut BTreeMap<String, u64>, &mut Touched),
) -> Result<(), store::Fault> {
    said.settle();
    for (what, count) in counts(said) {
        *counted.entry(what).or_default() += count;
    }
    *touched = std::mem::take(touched).union(said.touches());
    staging.add(said)
}
