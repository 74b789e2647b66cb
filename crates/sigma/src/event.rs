//! What a rule is asked about: an event as flat pairs of name and value, and its log source.
//!
//! A trait, so that a reader's own event is asked as it stands, without a tree and without a copy.

/// A value of a field. Sigma compares text; numbers and truth values are asked as their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text, or the text of a number or truth value as the source wrote it.
    Text(&'a str),
    /// The source said null.
    Null,
}

/// An event: flat pairs. A nested field has its path joined by dots (`userIdentity.arn`); a field with
/// several values (an array) stands there several times.
pub trait Event {
    /// Calls `each` with every field, in the source's order.
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>));
}

/// Where an event comes from, in Sigma's taxonomy. An event may belong to several categories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogSource {
    /// `windows`, `linux`, `zeek`, `aws` …
    pub product: Option<String>,
    /// `sysmon`, `security`, `dns` …
    pub service: Option<String>,
    /// `process_creation`, `webserver` …
    pub categories: Vec<String>,
}
