//! How far the reading is: which part, and how many bytes. A door shows it, or does not.

use std::fmt;

/// The parts of a question that are read, in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What is ours.
    Estate,
    /// Advisories.
    Advisory,
    /// What the world knows and saw.
    Knowledge,
    /// Rules.
    Rules,
    /// The user's tuning of rules.
    Tuning,
    /// The user's mapping of log sources.
    Mapping,
    /// What happened.
    Logs,
}

impl Part {
    /// Its name, as options and messages write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Part::Estate => "estate",
            Part::Advisory => "advisory",
            Part::Knowledge => "knowledge",
            Part::Rules => "rules",
            Part::Tuning => "tuning",
            Part::Mapping => "mapping",
            Part::Logs => "logs",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the reading reports how far it is. Calls come from the reading thread, often: they must be cheap.
pub trait Progress: Sync {
    /// This part is read from now on.
    fn on(&self, part: Part);
    /// So many more bytes were read from their source.
    fn add(&self, bytes: u64);
}

impl Progress for () {
    /// Nobody looks.
    fn on(&self, _: Part) {}

    fn add(&self, _: u64) {}
}
