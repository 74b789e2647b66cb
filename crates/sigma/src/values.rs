//! The values of rules, and how each is compared with the value of an event.

pub(crate) mod encode;
pub(crate) mod expression;
pub(crate) mod flags;
pub(crate) mod network;
pub(crate) mod number;
pub(crate) mod pattern;
pub(crate) mod required;
