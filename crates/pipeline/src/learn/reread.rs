//! Documents that are kept word for word, read again: because names of groups arrived after reports, or because somebody asks.
//!
//! A report is searched for the names that are known when it is read. What arrives later would be in none of the older
//! reports, and the findings would depend on what came first. So the text is kept, and read again when the names are
//! others than those with which reports were read last.
//!
//! Whoever asks has everything read again, but logs, which are not kept: a reader that has changed may say something else.
//! Invariants: a document that says the same writes nothing but the number of its readers; one that nobody can read any more
//! says what it said.

use super::documents::{Fed, counts, stage_parts};
use super::names::{NAMES, NamesDigest};
use super::readers::readers;
use super::text::TEXT_BYTES_MAX;
use super::{Fate, Learnt, Run};
use crate::Sort;
use crate::facts::inventory;
use findings::{Change, Document, Mode, Said, Stated, Touched, Why};
use intel::Lexicon;
use model::world::Fact;
use model::{Fingerprint, Place, Problem};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;
use store::{Home, Kept, Strand};

/// What reading a document again gave.
struct Again {
    form: &'static str,
    counts: BTreeMap<String, u64>,
    problems: Vec<Problem>,
    /// What it touches now.
    touched: Touched,
}

impl Run<'_> {
    /// Reads what is ours and knowledge again, if somebody asks for that.
    pub(super) fn documents_again(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        if !self.learning.rereads {
            return Ok(());
        }
        let kept = home.documents()?;
        let mut extras = estate::Extras::default();
        for sort in [Sort::Estate, Sort::Knowledge] {
            for one in kept.iter().filter(|one| one.sort == sort.name()) {
                let Some(text) = self.opened(home, &one.name)? else { continue };
                let read = match sort {
                    Sort::Estate => self.inventory_again(home, one, text, &mut extras)?,
                    _ => self.feed_again(home, one, text)?,
                };
                match read {
                    Some(read) => self.again(home, one, sort, read)?,
                    None => {
                        home.unstage_document(&one.name)?;
                        let what = "it is recognised no more; what it said before stays";
                        let problem = crate::intake::problem(&one.name, model::Fault::Partial, what, None);
                        self.reading.intake.problems.push(problem);
                    }
                }
            }
        }
        Ok(())
    }

    fn inventory_again(
        &mut self,
        home: &mut Home,
        kept: &Kept,
        mut text: File,
        extras: &mut estate::Extras,
    ) -> Result<Option<Again>, store::Fault> {
        let Ok(mut document) = input::Document::open(&kept.name, &mut text) else { return Ok(None) };
        let mut said = Said::new(&self.reading.spool);
        let (format, mut problems) = inventory(&mut document, extras, &mut said);
        drop(document);
        let Some(format) = format else { return Ok(None) };
        said.settle();
        stage_parts(home, &kept.name, &said, Strand::Main)?;
        let mut touched = said.touches();
        let counted = counts(&said);
        if format == estate::Format::CycloneDx
            && text.rewind().is_ok()
            && let Ok(mut document) = input::Document::open(&kept.name, text)
        {
            let mut said = Said::new(&self.reading.spool);
            problems.extend(intel::read_statements(&mut document, &mut |fact| said.world(fact)).into_vec());
            said.settle();
            touched = touched.union(said.touches());
            if !said.is_empty() {
                stage_parts(home, &kept.name, &said, Strand::Statements)?;
            }
        }
        Ok(Some(Again { form: format.name(), counts: counted, problems, touched }))
    }

    fn feed_again(
        &mut self,
        home: &mut Home,
        kept: &Kept,
        text: File,
    ) -> Result<Option<Again>, store::Fault> {
        let Ok(mut document) = input::Document::open(&kept.name, text) else { return Ok(None) };
        let known = fingerprints(home, &kept.name)?;
        let is_cut = home.versions(&kept.name)?.iter().any(|one| one.is_now && one.is_cut);
        let fed = self.fed(home, &mut document, &mut |fact| {
            // The secret is not there any more; whether it is one that was seen before is known from its fingerprint.
            if let Fact::Observation(seen) = fact
                && is_cut
            {
                seen.secret = known.get(&seen.origin.place).copied();
            }
        })?;
        let Fed { format, problems, counts, touched } = fed;
        Ok(format.map(|format| Again { form: format.name(), counts, problems, touched }))
    }

    /// A document that was read again: it says the same, or what it says now is staged.
    fn again(&mut self, home: &mut Home, kept: &Kept, sort: Sort, read: Again) -> Result<(), store::Fault> {
        let is_same = home.says_the_same(&kept.name)?;
        if is_same {
            home.unstage_document(&kept.name)?;
            self.unchanged.push((kept.name.clone(), sort));
        } else {
            let mut touched = read.touched;
            home.each_part(&kept.name, &mut |part| {
                touched = std::mem::take(&mut touched).union(part.touches());
            })?;
            self.touched.push((touched, Why::Rejudged));
            let now = Kept {
                form: Some(read.form.to_owned()),
                counts: read.counts.clone(),
                problems: read.problems,
                ..kept.clone()
            };
            home.stage(&now, true)?;
            home.stage_kept(&kept.name, readers(sort))?;
        }
        self.learnt.push(Learnt {
            name: kept.name.clone(),
            sort: kept.sort.clone(),
            form: Some(read.form.to_owned()),
            fate: if is_same { Fate::Same } else { Fate::Reread },
            counts: read.counts,
        });
        Ok(())
    }

    /// Reads kept reports again, if the names are others than before.
    pub(super) fn reports_again(
        &mut self,
        home: &mut Home,
        lexicon: &Lexicon,
        names: NamesDigest,
    ) -> Result<(), store::Fault> {
        self.names = names.shown();
        let is_same = home.note(NAMES)?.as_deref() == Some(self.names.as_str());
        if is_same && !self.learning.rereads {
            return Ok(());
        }
        let reports = home.documents()?.into_iter().filter(|kept| kept.sort == Sort::Intel.name());
        // One at a time: all together may be more than there is memory. What was read just now is staged and has none.
        for kept in reports.collect::<Vec<_>>() {
            // A list has no names in it, and what is longer is one.
            let has_names = kept.mode != Mode::Listing && kept.bytes <= TEXT_BYTES_MAX;
            if (has_names || self.learning.rereads)
                && let Some(text) = self.opened(home, &kept.name)?
            {
                self.report_again(home, lexicon, &kept, text)?;
            }
        }
        Ok(())
    }

    fn report_again(
        &mut self,
        home: &mut Home,
        lexicon: &Lexicon,
        kept: &Kept,
        text: File,
    ) -> Result<(), store::Fault> {
        let Ok(mut document) = input::Document::open(&kept.name, text) else { return Ok(()) };
        let mut said = Said::new(&self.reading.spool);
        let (format, found) = intel::read_report(&mut document, lexicon, &mut |fact| said.world(fact));
        said.settle();
        stage_parts(home, &kept.name, &said, Strand::Main)?;
        let is_same = home.says_the_same(&kept.name)?;
        // What it says comes as a change of the commit.
        home.unstage_document(&kept.name)?;
        let form = format.map(|format| format.name().to_owned());
        let counts = counts(&said);
        if is_same && !self.learning.rereads {
            return Ok(());
        }
        let fate = if is_same { Fate::Same } else { Fate::Reread };
        let (name, sort) = (kept.name.clone(), kept.sort.clone());
        self.learnt.push(Learnt { name, sort, form: form.clone(), fate, counts: counts.clone() });
        if is_same {
            self.unchanged.push((kept.name.clone(), Sort::Intel));
            return Ok(());
        }
        let document = Document {
            source: Arc::from(kept.source.as_str()),
            mode: kept.mode,
            dated: None,
            received: kept.received,
            is_advisory: kept.is_advisory,
            said: Arc::new(said),
        };
        let problems = found.into_vec();
        home.stage_kept(&kept.name, readers(Sort::Intel))?;
        home.stage(&Kept { form, counts, problems, ..kept.clone() }, false)?;
        self.reading.memory.absorb(Change::Said { name: Arc::from(kept.name.as_str()), document });
        Ok(())
    }
}

impl Run<'_> {
    /// A document that is kept word for word, as a file that nobody else sees. One that is damaged is a problem, and says
    /// what it said.
    fn opened(&mut self, home: &Home, name: &str) -> Result<Option<File>, store::Fault> {
        match opened(home, name) {
            Err(fault @ (store::Fault::Damaged { .. } | store::Fault::Io { doing: "read", .. })) => {
                let what = format!("not read again, as it is not whole word for word ({fault})");
                let help = "restore a backup, or forget its source and ingest it again";
                let problem = crate::intake::problem(name, model::Fault::Partial, &what, Some(help));
                self.reading.intake.problems.push(problem);
                Ok(None)
            }
            other => other,
        }
    }
}

/// The same, or why it cannot be read.
fn opened(home: &Home, name: &str) -> Result<Option<File>, store::Fault> {
    let io = |error| store::Fault::Io { doing: "write", path: PathBuf::from("a temporary file"), error };
    let mut writer = BufWriter::new(tempfile::tempfile().map_err(io)?);
    match home.write_text(name, &mut writer) {
        Ok(false) => return Ok(None),
        Ok(true) => {}
        Err(fault) => return Err(fault),
    }
    writer.flush().map_err(io)?;
    let mut file = writer.into_inner().map_err(|error| io(error.into_error()))?;
    file.rewind().map_err(io)?;
    Ok(Some(file))
}

/// The fingerprints of the secrets in a collection, by place.
fn fingerprints(home: &Home, name: &str) -> Result<HashMap<Place, Fingerprint>, store::Fault> {
    let mut all = HashMap::new();
    let label: Arc<str> = Arc::from(name);
    home.each_part(name, &mut |said| {
        said.each_stated(&label, &mut |stated| {
            if let Stated::Observation(seen) = stated {
                all.extend(seen.secret.map(|secret| (seen.origin.place, secret)));
            }
        });
    })?;
    Ok(all)
}
