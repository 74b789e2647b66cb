//! Which rules are asked: by level, status, identifier and words.

use crate::Source;
use model::Severity;
use sigma::{Level, Rule, Status};

/// Which rules are asked; without a word on it, all of the user's and none of the program's.
#[derive(Clone, Debug, Default)]
pub struct RuleChoice {
    /// The rules that the program carries, if they are asked.
    pub built_in: Source,
    /// The least level.
    pub min_level: Option<Level>,
    /// Only rules with one of these statuses, if any are given.
    pub statuses: Vec<Status>,
    /// Only rules whose identifier is, or whose title or file holds, one of these, if any are given.
    pub only: Vec<String>,
    /// No rules whose identifier is, or whose title or file holds, one of these.
    pub except: Vec<String>,
}

impl RuleChoice {
    /// Whether hits of this rule are wanted.
    pub(crate) fn holds(&self, rule: &Rule) -> bool {
        let named = |word: &String| {
            let word = word.to_lowercase();
            rule.id.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(&word))
                || rule.title.to_lowercase().contains(&word)
                || rule.source_name.to_lowercase().contains(&word)
        };
        let level = rule.level.unwrap_or(Level::Medium);
        self.min_level.is_none_or(|least| severity(level) <= severity(least))
            && (self.statuses.is_empty() || rule.status.is_some_and(|status| self.statuses.contains(&status)))
            && (self.only.is_empty() || self.only.iter().any(named))
            && !self.except.iter().any(named)
    }

    /// The least severity of what is wanted, if there is one.
    pub(crate) fn least(&self) -> Option<Severity> {
        self.min_level.map(severity)
    }
}

/// How bad a level is.
fn severity(level: Level) -> Severity {
    match level {
        Level::Critical => Severity::Critical,
        Level::High => Severity::High,
        Level::Medium => Severity::Medium,
        Level::Low => Severity::Low,
        Level::Informational => Severity::Informational,
    }
}
