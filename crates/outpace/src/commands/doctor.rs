//! `outpace doctor`: is everything in the memory whole, and what to do if not.

use super::home;
use crate::arguments::Shared;
use crate::console;
use crate::failure::Failure;

/// Looks at everything that is kept.
pub fn run(shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("doctor", super::forms::TABLE, shared.format)?;
    let home = home::open(shared, &home::spool())?;
    let faults = home.check()?;
    console::output(|out| {
        for fault in &faults {
            writeln!(out, "  {}", report::printable(fault))?;
        }
        if faults.is_empty() {
            writeln!(out, "everything in {} is whole", home.directory().display())?;
        }
        Ok(())
    })?;
    Ok(if faults.is_empty() { 0 } else { 3 })
}
