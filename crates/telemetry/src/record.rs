//! What a record is made of: its draft of fields, and how times, addresses, prose and JSON are read into it.

pub(crate) mod address;
pub(crate) mod clock;
pub(crate) mod draft;
pub(crate) mod flatten;
pub(crate) mod sequence;
pub(crate) mod trouble;
pub(crate) mod words;
