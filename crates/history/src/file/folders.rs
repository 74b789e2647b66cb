//! A name is on disk when its folder is: after a file was named, its folder is synced, and the folders above it that may
//! be new.
//!
//! A folder that is there already is no proof that its own name is safe: whoever made it may have been killed before it
//! synced. So callers name the folders, and do not ask which are new.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Syncs a folder and each above it up to `top`, which is one of them.
///
/// # Errors
/// The disk's.
pub fn sync_folders(folder: &Path, top: &Path) -> io::Result<()> {
    for one in folder.ancestors().take_while(|_| cfg!(unix)) {
        let named = if one.as_os_str().is_empty() { Path::new(".") } else { one };
        match File::open(named).and_then(|folder| folder.sync_all()) {
            // A folder that may not be read was not made by this user, and its owner answers for it.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && one != folder => {}
            synced => synced?,
        }
        if one == top {
            break;
        }
    }
    Ok(())
}

/// The folder in which a file or folder has its name.
#[must_use]
pub fn folder_above(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}
