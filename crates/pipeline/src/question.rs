//! A question in four parts: what to read, which rules are asked, what is wanted of the answer, and the moment.

use crate::{AskedValue, RuleChoice, Source};
use findings::Scope;
use model::{SecretKey, Timestamp};
use telemetry::Zone;

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// What to read.
    pub inputs: Inputs,
    /// Which rules are asked.
    pub rules: RuleChoice,
    /// What is wanted of the answer.
    pub wishes: Wishes,
    /// The moment of the question: ages, expiries and the year of logs without one are counted from it.
    pub now: Timestamp,
}

/// What to read; a kind of input that was not given is [`Source::None`].
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Advisories: each is answered by itself.
    pub advisories: Source,
    /// Indicators that no document names: they are asked for one by one.
    pub values: Vec<AskedValue>,
    /// What is ours.
    pub estate: Source,
    /// What the world knows and saw.
    pub knowledge: Source,
    /// What happened.
    pub logs: Source,
    /// Rules of the user.
    pub rules: Source,
    /// What is known here about rules of others.
    pub tuning: Source,
    /// The user's own names for log sources and fields.
    pub mapping: Source,
}

/// What is wanted of the answer, and how it is read.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Which joins are asked for: nothing in the answer points to what was not.
    pub scope: Scope,
    /// Whether every single hit is wanted, for a timeline.
    pub timeline: bool,
    /// Whether a summary of log-ons is wanted.
    pub logons: bool,
    /// Records before this moment are passed over.
    pub since: Option<Timestamp>,
    /// Records from this moment on are passed over.
    pub until: Option<Timestamp>,
    /// The zones of logs that write times without one, for a file, folder or machine of this name, or for all.
    pub zones: Vec<(Option<String>, Zone)>,
    /// The machine of records that name none.
    pub host: Option<String>,
    /// How many threads read logs, at least one; the answer does not depend on it.
    pub threads: usize,
    /// The key by which a secret that comes again is recognised; without it secrets leave no fingerprint. A door that has
    /// a memory keeps random bytes there. One that has none gives no key: a key that the input or the program gives
    /// would let a reader try passwords against a fingerprint, and a random one would change what is the same input.
    pub secret_key: Option<SecretKey>,
}

impl Default for Wishes {
    /// The findings of all records, read by one thread.
    fn default() -> Self {
        Self {
            scope: Scope::ALL,
            timeline: false,
            logons: false,
            since: None,
            until: None,
            zones: Vec::new(),
            host: None,
            threads: 1,
            secret_key: None,
        }
    }
}

impl Wishes {
    /// Whether a record of this moment is wanted; one without a time always is.
    pub(crate) fn holds(&self, time: Option<Timestamp>) -> bool {
        time.is_none_or(|time| {
            self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
        })
    }
}
