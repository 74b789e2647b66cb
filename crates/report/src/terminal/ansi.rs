//! Ink on a terminal: bold, dim and the terminal's own sixteen colours, written by hand.
//!
//! ECMA-48 `SGR` only. No other control function is written, and none from outside passes
//! (see [`crate::safe::shown`]).

use model::Severity;

/// How a piece of text is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As the terminal writes.
    #[default]
    Plain,
    /// The label, the worst line.
    Bold,
    /// The soft ink: what comes second, what is unknown.
    Dim,
    /// A severity's word.
    Grade(Severity),
}

/// Puts the terminal back.
pub(crate) const RESET: &str = "\x1b[0m";

impl Ink {
    /// What is written before the text; nothing for plain.
    pub(crate) fn start(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Bold => "\x1b[1m",
            Ink::Dim => "\x1b[2m",
            Ink::Grade(Severity::Critical) => "\x1b[1;31m",
            Ink::Grade(Severity::High) => "\x1b[31m",
            Ink::Grade(Severity::Medium) => "\x1b[33m",
            Ink::Grade(Severity::Low) => "\x1b[32m",
            Ink::Grade(Severity::Informational) => "\x1b[2m",
        }
    }
}
