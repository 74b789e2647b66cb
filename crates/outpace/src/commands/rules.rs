//! `outpace rules check|list|test`: rules looked at by themselves, loaded as a hunt loads them.

mod check;
mod list;
mod reading;
mod test;

use crate::arguments::{Rules, Shared};
use crate::commands::forms;
use crate::failure::Failure;

/// Looks at rules.
pub fn run(verb: &Rules, shared: &Shared) -> Result<u8, Failure> {
    match verb {
        Rules::Check { paths, tuning } => check::run(paths, tuning.as_deref(), shared),
        Rules::List { paths } => {
            forms::must_have("rules list", forms::RULES, shared.format)?;
            list::run(paths, shared)
        }
        Rules::Test { rule, logs, tuning, mapping, reading } => {
            forms::must_have("rules test", forms::TEST, shared.format)?;
            test::run(rule, logs, [tuning.as_deref(), mapping.as_deref()], reading, shared)
        }
    }
}
