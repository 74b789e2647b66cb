//! Writes one file that is new: for what must never replace anything, a backup above all.
//!
//! The content goes to a file with a random name in the same directory, closed to other users, and gets its name when it
//! is whole. Whoever fills it does so by its name, because a database cannot be written through a handle.
//!
//! Invariants: what is there is not replaced, not even by a run that came second; what was not filled goes away again.

use super::targets::{refused, replaceable};
use crate::failure::Failure;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use tempfile::Builder;

/// Writes a file that is not there yet; only its owner may read it.
///
/// # Errors
/// When something is there, the disk fails, or the content cannot be made; then nothing has changed.
pub fn write_new(path: &Path, fill: &mut dyn FnMut(&Path) -> Result<(), Failure>) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: Some(path.to_owned()), source };
    let taken = || refused(path, "it is there already".to_owned(), "give a new name; nothing is replaced");
    if replaceable(path)?.is_some() {
        return Err(taken());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or_else(|| Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".outpace-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600));
    let file = builder.tempfile_in(directory).map_err(failed)?;
    fill(file.path())?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => taken(),
        _ => failed(error.error),
    })?;
    // The name is on disk only when the directory is.
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
}
