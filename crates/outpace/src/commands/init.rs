//! `outpace init`: makes a memory.

use super::home;
use crate::arguments::Shared;
use crate::console;
use crate::failure::Failure;
use store::Home;

/// Makes a home, or says that it is there.
pub fn run(shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("init", super::forms::TABLE, shared.format)?;
    let directory = home::directory(shared);
    let (_, is_new) = Home::make(&directory, home::spool())?;
    if !shared.quiet {
        let what = if is_new { "made a memory in" } else { "there is a memory in" };
        console::note(&format!("{what} {}", directory.display()));
    }
    Ok(0)
}
