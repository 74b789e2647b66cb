//! STIX 2.1 bundles: what reports mention, and what an answer found, for platforms that share knowledge.
//!
//! Source: OASIS, STIX Version 2.1 (OASIS Standard, 10 June 2021); TLP 2.0 as the extension definition that OASIS
//! published for it. Identifiers are UUIDs of version 5 (section 2.9), so that the same fact has the same identifier
//! in every run; patterns are escaped as section 9 asks.

mod answer;
mod bundle;
mod marking;
mod observed;
mod pattern;
mod published;
mod reports;

pub(crate) use answer::write;
pub(crate) use published::write as published;
pub(crate) use reports::write as extract;
