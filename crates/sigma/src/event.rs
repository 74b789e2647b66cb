//! What rules are matched against: an event as flat pairs of name and value, and the log source of the event.
//!
//! [`Event`] is a trait: a caller implements it for its own type, and the matcher reads that type directly, without a
//! tree and without a copy.

/// A value of a field. Sigma compares text; numbers and truth values are compared as their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text, or the text of a number or truth value as the source wrote it.
    Text(&'a str),
    /// The source said null.
    Null,
}

/// An event: flat pairs. The name of a nested field is its path, joined by dots (`userIdentity.arn`); a field
/// with several values (an array) is listed once for each value.
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
