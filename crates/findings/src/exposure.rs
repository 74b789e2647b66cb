//! Exposures: vulnerabilities ⋈ components and devices.
//!
//! A flaw is judged once for each claim that its records may mean, and the verdict is spread over the machines
//! that bear the claim: no object a machine is made before a form asks for it. All records that speak of one CVE
//! are used together, and the surest of them decide: where a package is named exactly, a record that only resembles
//! it by name has no say. A claim without version, and a vulnerability without ranges, are *cannot tell*, never
//! clean.

mod decision;
mod dress;
mod dressing;
mod end_of_life;
mod exposed;
mod interest;
mod join;
mod judge;
mod rank;
mod spread;

pub(crate) use dressing::Dressing;
pub(crate) use exposed::{Exposed, Of, On};
pub use interest::Interest;
pub(crate) use join::{Exposures, exposures};
pub(crate) use rank::ranked;
