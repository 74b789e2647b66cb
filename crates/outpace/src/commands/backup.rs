//! `outpace backup FILE`, `outpace restore FILE`: the whole memory in one file, and a memory made of it again.

use super::home;
use crate::arguments::Shared;
use crate::console;
use crate::failure::Failure;
use crate::writing::write_new;
use std::path::Path;
use store::Home;

/// Writes a backup, while others read, learn or do triage.
pub fn backup(file: &Path, shared: &Shared) -> Result<u8, Failure> {
    // A mistake in the configuration is no reason to be without a backup.
    let home = Home::open(&home::directory(shared), home::spool())?;
    write_new(file, &mut |part| Ok(home.backup(part)?))?;
    if !shared.quiet {
        console::note(&format!(
            "{} holds everything, the key too: keep it as closed as the memory",
            file.display()
        ));
    }
    Ok(0)
}

/// Makes a memory of a backup.
pub fn restore(file: &Path, shared: &Shared) -> Result<u8, Failure> {
    let failed = |source| Failure::Read { path: file.to_owned(), source };
    let there = std::fs::symlink_metadata(file).map_err(failed)?;
    if !there.is_file() {
        return Err(Failure::Refused {
            why: format!(
                "cannot restore {}: it is not a regular file, and links are not followed",
                file.display()
            ),
            help: "give the file itself that `outpace backup` has written",
        });
    }
    let directory = home::directory(shared);
    Home::restore(file, &directory, home::spool())?;
    if !shared.quiet {
        console::note(&format!(
            "made a memory in {}; everything in it was read and is whole",
            directory.display()
        ));
    }
    Ok(0)
}
