//! Writes one file whole or not at all.
//!
//! The content goes to a file without a name in the same directory first, which the system takes away whatever ends
//! the run, a signal too. When all of it is there it is copied to a file with a random name, opened only if new
//! (`O_EXCL`), which is then renamed: readers and other runs see the old file or the new one, never a part. Only
//! a kill during that copy can leave a file behind, named `.outpace-….part`.
//!
//! Invariants: no byte is written to a file that was there before; a name that was new stays new until the file is
//! whole, else the one who came first is looked at again; the mode of a file that exists is kept, without the bits
//! that run as another user.

use super::targets::replaceable;
use crate::failure::Failure;
use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// Bytes that are put together before they are written.
const BUFFERED: usize = 64 << 10;

/// Writes a file.
///
/// # Errors
/// When the path may not be written, or the disk fails; then nothing has changed.
pub fn write_file(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: Some(path.to_owned()), source };
    let there = replaceable(path)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or_else(|| Path::new("."));
    let mut whole = unnamed(directory, write).map_err(failed)?;
    let mut named = named(directory, there.map(|there| there.permissions())).map_err(failed)?;
    io::copy(&mut whole, named.as_file_mut()).map_err(failed)?;
    named.as_file().sync_data().map_err(failed)?;
    put(named, path)
}

/// All of it in a file without a name, read from its beginning.
fn unnamed(directory: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut out = BufWriter::with_capacity(BUFFERED, tempfile::tempfile_in(directory)?);
    write(&mut out)?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// A new file with a random name, with the mode of the one that it replaces.
fn named(directory: &Path, kept: Option<Permissions>) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".outpace-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A new file gets what the user's mask leaves; one that replaces another is closed until it is named.
        let mode = kept.as_ref().map_or(0o666, |_| 0o600);
        builder.permissions(Permissions::from_mode(mode));
        let file = builder.tempfile_in(directory)?;
        if let Some(kept) = kept {
            file.as_file().set_permissions(Permissions::from_mode(kept.mode() & 0o777))?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    {
        let _ = kept;
        builder.tempfile_in(directory)
    }
}

/// Gives the file its name.
fn put(file: NamedTempFile, path: &Path) -> Result<(), Failure> {
    let failed =
        |error: tempfile::PersistError| Failure::Write { path: Some(path.to_owned()), source: error.error };
    let file = match replaceable(path)? {
        Some(_) => file,
        None => match file.persist_noclobber(path) {
            Ok(_) => return Ok(()),
            // Another run was first: if what it made is a regular file, the later one replaces it.
            Err(taken) if taken.error.kind() == io::ErrorKind::AlreadyExists => {
                replaceable(path)?;
                taken.file
            }
            Err(error) => return Err(failed(error)),
        },
    };
    file.persist(path).map(drop).map_err(failed)
}
