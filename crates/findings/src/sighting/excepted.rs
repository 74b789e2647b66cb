//! Exceptions of the user's tuning: hits that are known and innocent are counted, not reported.
//!
//! Asked only of records that a rule has hit, so they cost nothing elsewhere. An exception holds up to the end
//! of its last day by the time of the *event*: what was excused then stays excused, what comes later is reported.

use super::fields::Fields;
use model::{Date, Record, Sketch, Suppressed, Timestamp};
use sigma::{Diagnostic, Event, RuleSet, Tuning, Value};
use std::collections::BTreeMap;

/// The exceptions, compiled.
#[derive(Debug, Default)]
pub(crate) struct Excepted {
    searches: RuleSet,
    /// By search: its exception.
    numbers: Vec<usize>,
    /// By rule: the exceptions that are about it.
    about: Vec<Vec<usize>>,
    /// By exception: what it holds for innocent, and until when.
    digests: Vec<u64>,
    /// By exception: the moment from which it holds no more.
    until: Vec<Option<Timestamp>>,
    now: Option<Timestamp>,
}

/// A record with the names that exceptions may use for its machine and account, whatever the log calls them.
struct NamedRecord<'r, 'a> {
    record: Fields<'r, 'a>,
    host: &'r str,
}

impl Event for NamedRecord<'_, '_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        self.record.fields(each);
        each("host", Value::Text(self.host));
        if let Some(account) = self.record.0.account {
            each("account", Value::Text(account));
        }
    }
}

impl Excepted {
    pub(super) fn new(tuning: &Tuning, rules: &RuleSet, now: Timestamp) -> (Self, Vec<Diagnostic>) {
        let (searches, numbers, diagnostics) = tuning.searches();
        let exceptions = tuning.exceptions();
        let about = |rule| {
            let of_rule = exceptions.iter().enumerate().filter(|(_, exception)| exception.is_about(rule));
            of_rule.map(|(number, _)| number).collect()
        };
        let end = |exception: &sigma::Exception| {
            Date::parse(&exception.expires).map(|day| day.start().plus_seconds(86_400))
        };
        let excepted = Self {
            about: if exceptions.is_empty() { Vec::new() } else { rules.rules().iter().map(about).collect() },
            digests: exceptions.iter().map(|exception| exception.digest).collect(),
            until: exceptions.iter().map(end).collect(),
            searches,
            numbers,
            now: Some(now),
        };
        (excepted, diagnostics)
    }

    /// Whether any exception is about this rule.
    pub(super) fn may_hold(&self, rule: usize) -> bool {
        self.about.get(rule).is_some_and(|about| !about.is_empty())
    }

    /// The exceptions that hold for this record, whatever the rule.
    pub(super) fn holding(
        &self,
        record: &Record<'_>,
        host: &str,
        scratch: &mut sigma::Scratch,
    ) -> Vec<usize> {
        let time = record.time.or(self.now);
        let mut holding = Vec::new();
        let route = self.searches.route(&sigma::LogSource::default());
        self.searches.evaluate(
            &route,
            &NamedRecord { record: Fields(record), host },
            scratch,
            &mut |search| {
                let number = self.numbers.get(search).copied();
                let in_time = |number: &usize| {
                    self.until.get(*number).copied().flatten().is_some_and(|until| time < Some(until))
                };
                holding.extend(number.filter(in_time));
            },
        );
        holding
    }

    /// The digest of the first of these exceptions that is about the rule.
    pub(super) fn of(&self, rule: usize, holding: &[usize]) -> Option<u64> {
        let about = self.about.get(rule)?;
        let number = holding.iter().find(|number| about.contains(number))?;
        self.digests.get(*number).copied()
    }

    /// The digests of all exceptions that are about the rule.
    pub(super) fn digests_about(&self, rule: usize) -> impl Iterator<Item = u64> + '_ {
        let about = self.about.get(rule).map(Vec::as_slice).unwrap_or_default();
        about.iter().filter_map(|number| self.digests.get(*number).copied())
    }
}

/// What was suppressed, for the answer; exceptions whose day is over are listed though they suppress nothing.
pub(crate) fn rows(tuning: &Tuning, excepted: &BTreeMap<u64, Sketch>, now: Timestamp) -> Vec<Suppressed> {
    let mut rows: Vec<Suppressed> = tuning
        .exceptions()
        .iter()
        .filter_map(|exception| {
            let expires = Date::parse(&exception.expires)?;
            let expired = expires.start().plus_seconds(86_400) <= now;
            let events = excepted.get(&exception.digest).map_or(0, |sketch| sketch.count().count);
            (events > 0 || expired).then(|| Suppressed {
                exception: format!("{}:{}", exception.source_name, exception.line),
                owner: exception.owner.clone(),
                reason: exception.reason.clone(),
                expires,
                expired,
                events,
            })
        })
        .collect();
    rows.sort();
    rows
}
