//! What is looked for, compiled: rules and indicators.

use super::cause::CauseId;
use super::grade::{grade, severity};
use super::lookout::Lookout;
use super::rules::Rules;
use model::Severity;
use std::sync::Arc;

/// Rules and indicators.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) rules: Arc<Rules>,
    pub(super) lookout: Arc<Lookout>,
}

impl Compiled {
    /// How grave a hit is.
    pub(super) fn gravity(&self, cause: &CauseId, rule: Option<usize>) -> Severity {
        match cause {
            CauseId::Rule { .. } => {
                rule.and_then(|rule| self.rules.set.rules().get(rule)).map_or(Severity::Medium, severity)
            }
            CauseId::Indicator(observable) => grade(observable).0,
            CauseId::Detection(detection) => detection.level,
        }
    }
}
