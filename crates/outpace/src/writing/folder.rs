//! Writes files into a directory that is new or empty.
//!
//! Every name in it is made new (`O_EXCL`), so nothing that was there is changed and no link is followed. If one
//! file fails, what this run has made goes away again.

use super::targets::refused;
use crate::failure::Failure;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a run has made, in order; taken away unless it is kept.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Folders that something else fills.
    trees: Vec<PathBuf>,
    keep: bool,
}

impl Drop for Made {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for tree in &self.trees {
            let _ = fs::remove_dir_all(tree);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Made {
    /// Makes a directory and those above it, down from `root`; one that this run has not made is in the way.
    fn folder(&mut self, root: &Path, folder: &Path) -> io::Result<()> {
        if folder == root || self.folders.iter().any(|made| made == folder) {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.folder(root, above)?;
        }
        fs::create_dir(folder)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    fn file(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::File::create_new(path)?;
        self.files.push(path.to_owned());
        file.write_all(bytes)
    }
}

/// A folder that is being written, file by file; unless it is kept, what was made goes away again.
pub struct NewFolder {
    root: PathBuf,
    made: Made,
}

impl NewFolder {
    /// Makes the folder, or takes one that is empty.
    ///
    /// # Errors
    /// When the directory is neither new nor empty, or the disk fails.
    pub fn begin(root: &Path) -> Result<Self, Failure> {
        let mut made = Made::default();
        begin(root, &mut made)?;
        Ok(Self { root: root.to_owned(), made })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Says that something else fills a folder in it, which is not there yet.
    pub fn filled_by_others(&mut self, name: &str) {
        self.made.trees.push(self.root.join(name));
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written, and those of `fill`.
    pub fn file(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let path = self.root.join(name);
        let failed = |source| Failure::Write { path: Some(path.clone()), source };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        // What is in it is as confidential as the home.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        self.made.files.push(path.clone());
        let mut out = io::BufWriter::with_capacity(256 << 10, file);
        fill(&mut out)?;
        out.flush().map_err(failed)
    }

    /// Keeps it.
    pub fn keep(mut self) {
        self.made.keep = true;
    }
}

/// Writes files by their relative names.
///
/// # Errors
/// When the directory is neither new nor empty, or the disk fails; then nothing has changed.
pub fn write_folder<'f>(
    root: &Path,
    files: impl Iterator<Item = (&'f str, &'f [u8])>,
) -> Result<(), Failure> {
    let mut made = Made::default();
    begin(root, &mut made)?;
    for (name, bytes) in files {
        let path = root.join(name);
        let failed = |source| Failure::Write { path: Some(path.clone()), source };
        made.folder(root, path.parent().unwrap_or(root)).map_err(failed)?;
        made.file(&path, bytes).map_err(failed)?;
    }
    made.keep = true;
    Ok(())
}

/// Makes the directory, or sees that it is empty.
fn begin(root: &Path, made: &mut Made) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: Some(root.to_owned()), source };
    let refuse = |why: &str| Err(refused(root, why.to_owned(), "give a new or an empty directory"));
    match fs::symlink_metadata(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Directories above it may be new too.
            let mut new: Vec<&Path> = root
                .ancestors()
                .filter(|above| !above.as_os_str().is_empty())
                .take_while(|above| fs::symlink_metadata(above).is_err())
                .collect();
            while let Some(folder) = new.pop() {
                fs::create_dir(folder).map_err(failed)?;
                made.folders.push(folder.to_owned());
            }
            Ok(())
        }
        Err(source) => Err(failed(source)),
        Ok(there) if there.is_symlink() => refuse("it is a link, and links are not followed"),
        Ok(there) if !there.is_dir() => refuse("it is not a directory"),
        Ok(_) if fs::read_dir(root).map_err(failed)?.next().is_some() => refuse("the directory is not empty"),
        Ok(_) => Ok(()),
    }
}
