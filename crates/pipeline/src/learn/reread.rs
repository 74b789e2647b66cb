//! Reports that are kept word for word, read again: because names of groups arrived after them, or because somebody asks.
//!
//! A report is searched for the names that are known when it is read. What arrives later would be in none of the older
//! reports, and the findings would depend on what came first. So the text is kept, and read again when the names are
//! others than those with which reports were read last.
//!
//! Only text is kept, at most a limit of it (`text.rs`), and only where no secret is found in it: what must be cut out of
//! a report cannot be cut out of its text without making it another document.

use super::names::{NAMES, NamesDigest};
use super::{Fate, Learnt, Run};
use crate::Sort;
use findings::{Change, Document, Mode, Said};
use intel::Lexicon;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Home, Kept};

impl Run<'_> {
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
            if let Some(bytes) = home.text(&kept.name)? {
                self.report_again(home, lexicon, &kept, &bytes)?;
            }
        }
        Ok(())
    }

    fn report_again(
        &mut self,
        home: &mut Home,
        lexicon: &Lexicon,
        kept: &Kept,
        bytes: &[u8],
    ) -> Result<(), store::Fault> {
        let Ok(mut document) = input::Document::open(&kept.name, bytes) else { return Ok(()) };
        // A list has no names in it.
        if kept.mode == Mode::Listing && !self.learning.rereads {
            return Ok(());
        }
        let mut said = Said::new(&self.reading.spool);
        let (format, found) = intel::read_report(&mut document, lexicon, &mut |fact| said.world(fact));
        said.settle();
        let before = home.said_by(&kept.name)?;
        let is_same = before.is_some_and(|before| before.reports_the_same(&said));
        let form = format.map(|format| format.name().to_owned());
        let taken = said.taken().into_iter().map(|(what, count)| (what.to_owned(), count));
        let counts: BTreeMap<String, u64> = taken.collect();
        if is_same && !self.learning.rereads {
            return Ok(());
        }
        let fate = if is_same { Fate::Same } else { Fate::Reread };
        let (name, sort) = (kept.name.clone(), kept.sort.clone());
        self.learnt.push(Learnt { name, sort, form: form.clone(), fate, counts: counts.clone() });
        let document = Document {
            source: Arc::from(kept.source.as_str()),
            mode: kept.mode,
            dated: None,
            received: kept.received,
            is_advisory: kept.is_advisory,
            said: Arc::new(said),
        };
        let problems = found.into_vec();
        home.stage(&Kept { form, counts, problems, ..kept.clone() }, false)?;
        home.stage_text(&kept.name, &kept.sort, bytes)?;
        self.reading.memory.absorb(Change::Said { name: Arc::from(kept.name.as_str()), document });
        Ok(())
    }
}
