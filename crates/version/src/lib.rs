//! Which version is newer, and whether a version lies in a range, in each ecosystem's own order.
//!
//! Usable alone. A version is text; a [`Scheme`] says how to compare. Orders are total on what the
//! scheme can read; what it cannot read is [`None`], never a guess.

mod range;
mod scheme;

pub use range::{Bound, Range, Within};
pub use scheme::Scheme;
