//! Exposures: vulnerabilities ⋈ components and devices.
//!
//! A flaw is judged once for each claim that its records may mean, and the verdict is spread over the machines
//! that bear the claim. The finding of one machine is made only when a form of the report asks for it. All records
//! about one CVE are used together, and the surest of them decide: where one record names a package exactly, a record
//! that only resembles it by name is ignored. A claim without version, or a vulnerability without ranges, gives the
//! verdict *unknown*, never *not affected*.

mod combined;
mod copies;
mod decision;
mod dress;
mod dressing;
mod end_of_life;
mod exposed;
mod fix;
mod interest;
mod join;
mod judge;
mod rank;
mod remedy;
mod reported;
mod spread;
mod statement;
mod unjudged;

pub(crate) use dressing::Dressing;
pub(crate) use exposed::{Exposed, Of, On};
pub use interest::Interest;
pub(crate) use join::{Exposures, exposures};
pub(crate) use rank::ranked;
pub(crate) use remedy::{Remedy, remedies};
pub(crate) use unjudged::{Unjudged, is_open_on, unjudged_claims};
