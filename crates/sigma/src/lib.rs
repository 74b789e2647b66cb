//! What to look for: Sigma rules compiled into one shared matcher.
//!
//! Two main types: [`Rule`], as parsed, and [`RuleSet`], as compiled. Usable alone.

mod event;

pub use event::{Event, LogSource, Value};
