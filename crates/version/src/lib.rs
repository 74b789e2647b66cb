//! Which version is newer, and whether a version lies in a range, in each ecosystem's own order.
//!
//! Usable alone. A version is text; a [`Scheme`] says how to compare. Orders are total on what the
//! scheme can read (only [`Scheme::Generic`] is partial, and says why); what it cannot read is [`None`],
//! never a guess.
//!
//! ```
//! use version::{Bound, Range, Scheme, Within};
//!
//! let affected = Range::between(
//!     Scheme::SemVer,
//!     Bound::Included("8.0.0".to_owned()),
//!     Bound::Excluded("8.3.3".to_owned()),
//! );
//! assert_eq!(affected.contains("8.3.1"), Within::Yes);
//! assert_eq!(affected.contains("unknown"), Within::Unknown);
//! assert_eq!(affected.fixed_after("8.3.1"), Some("8.3.3"));
//! assert_eq!(affected.to_string(), ">= 8.0.0, < 8.3.3");
//! ```

mod comparison;
mod events;
#[doc(hidden)]
pub mod fuzz;
mod range;
mod runs;
mod scheme;
mod vers;

pub use comparison::COMPARISON_BYTES_MAX;
pub use events::{EVENTS_MAX, Event};
pub use range::{Bound, Range, Within};
pub use scheme::{Scheme, VERSION_BYTES_MAX};
pub use vers::{CONSTRAINTS_MAX, VERS_BYTES_MAX};
