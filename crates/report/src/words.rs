//! The words that every form for people uses: numbers and times, findings, components, mentions.

pub(crate) mod domain;
pub(crate) mod finding;
pub(crate) mod handing;
pub(crate) mod looked_at;
pub(crate) mod mention;
pub(crate) mod package;
pub(crate) mod phrase;
pub(crate) mod raced;
pub(crate) mod set_aside;
pub(crate) mod since;
pub(crate) mod worked;
