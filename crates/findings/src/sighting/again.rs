//! A log that was asked before is asked again, of some causes only: what was seen of them goes, what is seen now is added.
//!
//! Each event is asked once of each cause: so the parts of a log that are asked one after the other add up to what one
//! reading of the whole gives.

use super::Bounds;
use super::cause::Goes;
use super::correlated::MatchBounds;
use super::seen::{LogSeen, SpanOf};
use crate::sighting::sent::coverage::OfSource;
use model::EventId;

impl LogSeen {
    /// The same without what goes; `None`: there was nothing of it. `rule_goes` is asked by digest.
    #[must_use]
    pub(crate) fn without(&self, goes: Goes<'_>, rule_goes: &dyn Fn(u64) -> bool) -> Option<Self> {
        let span_goes = |(cause, _, (day, _), _): &SpanOf| {
            let has_time = *day != i32::MIN;
            goes.of(cause, has_time.then(|| i64::from(*day)))
        };
        let is_touched = self.spans.iter().any(span_goes)
            || self.hours.holds(goes)
            || self.correlated.holds(goes)
            || self.excepted.keys().any(|(_, rule)| rule_goes(*rule));
        is_touched.then(|| {
            let mut rest = self.clone();
            rest.spans.retain(|span| !span_goes(span));
            rest.correlated.leave_out(goes);
            rest.hours.leave_out(goes);
            rest.excepted.retain(|(_, rule), _| !rule_goes(*rule));
            rest
        })
    }

    /// The same with what other events of the log gave. `grows`: they were never read before, so that they count for what
    /// was sent and who logged on; otherwise they were, and only what they were asked for is added.
    #[must_use]
    pub fn with(&self, more: Self, grows: bool, bounds: Bounds) -> Self {
        let mut whole = self.clone();
        whole.add_spans(more.spans);
        whole.cut |= more.cut;
        whole.hours.sum(&more.hours);
        whole.timeless += more.timeless;
        for (place, hits) in more.excepted {
            whole.excepted.entry(place).or_default().sum(&hits);
        }
        let a_day = bounds.matches_a_day;
        whole.correlated.sum(more.correlated, MatchBounds { a_day, all: bounds.matches });
        if grows {
            whole.coverage.merge(more.coverage);
            whole.coverage.settle();
            whole.logons_cut |= more.logons_cut;
            for (account, logon) in more.logons {
                whole.logons.entry(account).or_default().sum(logon);
            }
        }
        whole
    }

    /// Whether anything was seen but that records came.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.spans.is_empty() && self.correlated.is_empty() && self.excepted.is_empty() && self.timeless == 0
    }

    /// How much there is to write: spans, and days of machines.
    #[must_use]
    pub fn weight(&self) -> usize {
        let of_source = |source: &OfSource| {
            let named: usize = source.named.iter().map(|(_, coverage)| coverage.hours.days() + 1).sum();
            named + source.unnamed.hours.days()
        };
        self.spans.len() + self.coverage.sources.iter().map(of_source).sum::<usize>()
    }

    /// The same as a further part of the log that began with this record.
    #[must_use]
    pub fn part_of(mut self, first_record: EventId) -> Self {
        self.lineage = first_record;
        self
    }

    /// Adds spans in their order, of equal places the sum.
    fn add_spans(&mut self, more: Vec<SpanOf>) {
        if more.is_empty() {
            return;
        }
        self.spans.extend(more);
        // Two runs that are in order: sorting them is merging them.
        self.spans.sort_by(|a, b| (&a.0, &a.1, a.2).cmp(&(&b.0, &b.1, b.2)));
        let mut whole: Vec<SpanOf> = Vec::with_capacity(self.spans.len());
        for (cause, machine, day, span) in std::mem::take(&mut self.spans) {
            match whole.last_mut() {
                Some((last, on, at, known)) if *last == cause && *on == machine && *at == day => {
                    known.sum(span)
                }
                _ => whole.push((cause, machine, day, span)),
            }
        }
        self.spans = whole;
    }
}
