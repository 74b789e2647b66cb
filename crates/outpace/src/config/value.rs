//! Values of a configuration: as they are written, and as they were checked.

/// How long a text may be.
pub(super) const TEXT_CHARS_MAX: usize = 200;

/// What is wrong, and what to do about it.
pub(super) type Wrong = (String, String);

/// A value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    /// A string.
    Text(String),
    /// Strings.
    List(Vec<String>),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number, as it is written.
    Number(String),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

/// A value that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A time: in seconds, and as it is written.
    Span(i64, String),
    /// A number, and as it is written.
    Count(u32, String),
    /// Several words, and how they are shown.
    List(Vec<String>, String),
}

impl Plain {
    /// The name of its type.
    pub fn sort(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Flag(_) => "boolean",
            Self::Number(_) => "integer",
            Self::Other(sort) => sort,
        }
    }
}

impl Value {
    /// As it is written.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) | Self::Span(_, text) | Self::Count(_, text) | Self::List(_, text) => text,
        }
    }

    /// How many seconds it is.
    pub fn seconds(&self) -> Option<i64> {
        match self {
            Self::Text(_) | Self::Count(..) | Self::List(..) => None,
            Self::Span(seconds, _) => Some(*seconds),
        }
    }

    /// Which number it is.
    pub fn count(&self) -> Option<u32> {
        match self {
            Self::Count(count, _) => Some(*count),
            Self::Text(_) | Self::Span(..) | Self::List(..) => None,
        }
    }
}
