//! How long an acknowledgement holds before the work is new again: the user may configure it.

use model::Severity;

/// How many seconds what is acknowledged and not worked on stays so, by severity. What is less grave stays so for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapses {
    /// Of what is critical.
    pub critical: i64,
    /// Of what is high.
    pub high: i64,
}

impl Default for Lapses {
    fn default() -> Self {
        Self { critical: 4 * 3_600, high: 24 * 3_600 }
    }
}

impl Lapses {
    /// Of a severity; `None`: for ever.
    #[must_use]
    pub fn of(self, severity: Severity) -> Option<i64> {
        match severity {
            Severity::Critical => Some(self.critical),
            Severity::High => Some(self.high),
            _ => None,
        }
    }
}
