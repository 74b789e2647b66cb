//! What a record is made of: its draft of fields, and how times, zones, addresses, prose, pairs and JSON are read into it.

pub(crate) mod address;
pub(crate) mod clock;
pub(crate) mod draft;
pub(crate) mod flatten;
pub(crate) mod pairs;
pub(crate) mod sequence;
pub(crate) mod trouble;
pub(crate) mod words;
pub(crate) mod zone;
