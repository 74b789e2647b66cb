//! What rules are asked with: the compiled rules, the correlations over them, and what is tuned here.

use super::excepted::Excepted;
use model::Timestamp;
use sigma::{Correlations, RuleSet, Tuning};

/// Rules, ready to be asked.
#[derive(Debug, Default)]
pub struct Rules {
    pub(crate) set: RuleSet,
    pub(crate) correlations: Correlations,
    /// By rule: whether its hits are told by themselves.
    pub(crate) told_alone: Vec<bool>,
    pub(crate) tuning: Tuning,
    pub(crate) excepted: Excepted,
}

impl Rules {
    /// Puts rules together. `asked` says whether hits of the rule with this index were asked for: the others
    /// are there for correlations only. `now` decides on exceptions for events that have no time.
    #[must_use]
    pub fn new(
        set: RuleSet,
        correlations: Correlations,
        tuning: Tuning,
        now: Timestamp,
        asked: &dyn Fn(&sigma::Rule) -> bool,
    ) -> (Self, Vec<sigma::Diagnostic>) {
        let told_alone = set
            .rules()
            .iter()
            .enumerate()
            .map(|(index, rule)| correlations.alerts_alone(index) && asked(rule))
            .collect();
        let (excepted, diagnostics) = Excepted::new(&tuning, &set, now);
        (Self { set, correlations, told_alone, tuning, excepted }, diagnostics)
    }
}

impl From<RuleSet> for Rules {
    /// Rules alone, each told by itself.
    fn from(set: RuleSet) -> Self {
        let tuned = (Correlations::default(), Tuning::default());
        Self::new(set, tuned.0, tuned.1, Timestamp::EPOCH, &|_| true).0
    }
}
