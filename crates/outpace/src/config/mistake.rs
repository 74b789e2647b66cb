//! Where a value came from, and what is wrong with it.

use std::fmt;

/// The name of the file in a home.
pub const FILE: &str = "outpace.toml";

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `--set`.
    Flag,
    /// A variable of the environment.
    Environment(&'static str),
    /// A line of the file.
    File(usize),
    /// The program.
    BuiltIn,
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub origin: Origin,
    /// What.
    pub what: String,
    /// What to do about it.
    pub help: String,
}

impl Origin {
    /// Its line; 0 where it is none of the file.
    pub fn line(&self) -> usize {
        match self {
            Self::File(line) => *line,
            Self::Flag | Self::Environment(_) | Self::BuiltIn => 0,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--set"),
            Self::Environment(variable) => f.write_str(variable),
            Self::File(line) => write!(f, "{FILE}, line {line}"),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.what)
    }
}
