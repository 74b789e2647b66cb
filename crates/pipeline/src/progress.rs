//! How far the reading is: which kind of input, and how many bytes. A door shows it, or does not.

use std::fmt;

/// The kinds of input that a question gives, in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InputKind {
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

impl InputKind {
    /// Its name, as options and messages write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            InputKind::Estate => "estate",
            InputKind::Advisory => "advisory",
            InputKind::Knowledge => "knowledge",
            InputKind::Rules => "rules",
            InputKind::Tuning => "tuning",
            InputKind::Mapping => "mapping",
            InputKind::Logs => "logs",
        }
    }
}

impl InputKind {
    /// What a document of it is: `an inventory`.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            InputKind::Estate => "an inventory",
            InputKind::Advisory => "an advisory",
            InputKind::Knowledge => "knowledge",
            InputKind::Rules => "a file of rules",
            InputKind::Tuning => "a tuning file",
            InputKind::Mapping => "a mapping",
            InputKind::Logs => "a log",
        }
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the reading reports how far it is. Calls come from the reading thread, often: they must be cheap.
pub trait Progress: Sync {
    /// This kind of input is read from now on.
    fn on(&self, kind: InputKind);
    /// So many more bytes were read from their source.
    fn add(&self, bytes: u64);
}

impl Progress for () {
    /// Nobody looks.
    fn on(&self, _: InputKind) {}

    fn add(&self, _: u64) {}
}
