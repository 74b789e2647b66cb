//! Compiles the exceptions of a tuning file like rules, so that the same matcher finds the hits that they excuse.

use crate::matching::rule_set::RuleSet;
use crate::parse::diagnostic::Diagnostic;
use crate::parse::tuning::Tuning;

impl Tuning {
    /// The searches of the exceptions as rules for every log source, with the index of the exception of each rule.
    pub fn searches(&self) -> (RuleSet, Vec<usize>, Vec<Diagnostic>) {
        let rules =
            (0..).zip(self.exceptions()).map(|(number, exception)| exception.as_rule(number)).collect();
        let (set, diagnostics) = RuleSet::compile_with(rules, self.placeholders());
        let numbers = set.rules().iter().filter_map(|rule| rule.id.as_ref()?.parse().ok()).collect();
        (set, numbers, diagnostics)
    }
}
