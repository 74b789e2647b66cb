//! Reports and advisories: their titles, what they name, and their texts where these are kept.
//!
//! A report is of the period when it was published or learnt in it.

use super::{Found, Gathered, Looking};
use crate::Sort;
use findings::Stated;
use model::brief::{WatchedIn, WatchedLooked};
use model::world::Report;
use model::{Place, Timestamp, Tlp};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Looking<'_> {
    /// Looks through reports. The strictest marking of those with a word.
    pub(super) fn reports(
        &self,
        looked: &mut WatchedLooked,
        gathered: &mut Gathered,
    ) -> Result<Tlp, store::Fault> {
        let mut tlp = Tlp::Unmarked;
        for kept in self.documents.iter().filter(|kept| kept.sort == Sort::Intel.name()) {
            let name: Arc<str> = Arc::from(kept.name.as_str());
            let mut reports: Vec<Report> = Vec::new();
            self.home.each_part(&kept.name, &mut |said| {
                said.each_stated(&name, &mut |stated| {
                    if let Stated::Report(report) = stated {
                        let of_period = self.moment(report, kept.received).is_some();
                        reports.extend(of_period.then(|| report.clone()));
                    }
                });
            })?;
            reports.sort_unstable_by(|a, b| (&a.id, &a.name).cmp(&(&b.id, &b.name)));
            reports.dedup_by(|later, first| later.id == first.id && later.name == first.name);
            if reports.is_empty() {
                continue;
            }
            looked.reports += super::count(reports.len());
            let text = self.home.text(&kept.name)?;
            // A text with several reports is of none of them alone.
            let text = text.as_deref().filter(|_| reports.len() == 1);
            let text = text.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            looked.without_text += if text.is_none() { super::count(reports.len()) } else { 0 };
            for report in &reports {
                let time = self.moment(report, kept.received).unwrap_or(kept.received);
                if self.report(report, text.as_deref(), (&kept.name, time), gathered) {
                    tlp = tlp.max(report.tlp.unwrap_or_default());
                }
            }
        }
        Ok(tlp)
    }

    /// The moment of a report, if the period has it: its day, else when it was learnt.
    fn moment(&self, report: &Report, received: Timestamp) -> Option<Timestamp> {
        let period = &self.watch.period;
        let published = report.published.filter(|day| period.holds_day(*day)).map(|day| day.start());
        published.or(Some(received).filter(|received| period.holds(*received)))
    }

    /// Takes note of a report with a word; whether it has one.
    fn report(
        &self,
        report: &Report,
        text: Option<&str>,
        (document, time): (&str, Timestamp),
        gathered: &mut Gathered,
    ) -> bool {
        let (mut words, mut place) = (Vec::new(), report.origin.place);
        let mut at = self.words.find(&report.name, "title", &mut words);
        for mention in &report.mentions {
            let found = self.words.find(&mention.sentence, "text", &mut words);
            place = found.filter(|_| at.is_none()).map_or(place, |_| mention.origin.place);
            at = at.or(found);
        }
        // A name may go on in the next line, so the text is looked through as a whole.
        let text = text.unwrap_or_default();
        if let Some(found) = self.words.find(text, "text", &mut words).filter(|_| at.is_none()) {
            let before = text.get(..found).unwrap_or_default();
            place = Place::Line(super::count(before.matches('\n').count()) + 1);
        }
        if words.is_empty() {
            return false;
        }
        let found = Found {
            time,
            of: WatchedIn::Report,
            source: document.to_owned(),
            place,
            subject: report.name.clone(),
            detections: BTreeSet::new(),
            senders: report.publisher.clone().into_iter().collect(),
            recipients: BTreeSet::new(),
            words,
            targets: BTreeSet::new(),
        };
        gathered.add(format!("report {document} {} {}", report.id, report.name), found);
        true
    }
}
