//! From rules to the program that all events are asked with.

pub(crate) mod compiler;
pub(crate) mod literals;
pub(crate) mod placeholders;
pub(crate) mod predicate;
pub(crate) mod program;
