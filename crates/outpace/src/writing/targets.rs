//! What a run is going to write, held against what it reads, before anything is read.
//!
//! A run over terabytes must not find out at its end that it may not write. The checks are repeated when a file is
//! written (`file.rs`), because hours may lie between.
//!
//! Invariant: paths are compared by the canonical name of their directory, and by device and inode where the system
//! has them, so that two spellings of one file are one.

use crate::failure::Failure;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

/// The files and directories that options name.
#[derive(Default)]
pub struct Targets {
    files: Vec<(&'static str, PathBuf)>,
    inputs: Vec<PathBuf>,
}

impl Targets {
    /// Adds the file that an option names, if it does.
    #[must_use]
    pub fn file(mut self, option: &'static str, path: Option<&Path>) -> Self {
        self.files.extend(path.map(|path| (option, path.to_owned())));
        self
    }

    /// Adds paths that are read.
    #[must_use]
    pub fn read(mut self, paths: &[PathBuf]) -> Self {
        self.inputs.extend_from_slice(paths);
        self
    }

    /// Whether all may be written.
    ///
    /// # Errors
    /// The first that may not, with the reason.
    pub fn check(&self) -> Result<(), Failure> {
        for (index, (option, path)) in self.files.iter().enumerate() {
            replaceable(path)?;
            let earlier = self.files.iter().take(index).find(|(_, other)| is_same(path, other));
            if let Some((other, _)) = earlier {
                return Err(refused(
                    path,
                    format!("{option} and {other} name one file"),
                    "give each a file of its own",
                ));
            }
            if is_same(path, Path::new("/dev/stdout")) {
                return Err(refused(
                    path,
                    format!("{option} and standard output are one file"),
                    "give each a file of its own",
                ));
            }
            if self.inputs.iter().any(|input| holds(input, path)) {
                return Err(refused(
                    path,
                    "it is an input of this run".to_owned(),
                    "write it outside of what is read",
                ));
            }
        }
        Ok(())
    }
}

/// What is at a path, if it is a regular file; `None` for a new name.
///
/// # Errors
/// When it is anything else, or its directory is not there.
pub(super) fn replaceable(path: &Path) -> Result<Option<Metadata>, Failure> {
    let refuse = |why: &str, help: &'static str| Err(refused(path, why.to_owned(), help));
    let ends_open = path.as_os_str().as_encoded_bytes().last() == Some(&b'/');
    if path.file_name().is_none() || ends_open {
        return refuse("this names a directory, not a file", "add the name of a file");
    }
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_file() => Ok(Some(there)),
        Ok(there) if there.is_dir() => refuse("it is a directory", "add the name of a file"),
        Ok(there) if there.is_symlink() => {
            refuse("it is a link, and links are not followed", "give the file itself, or a new name")
        }
        Ok(_) => refuse(
            "it is a device, a pipe or a socket",
            "give a regular file or a new name; for a pipe use --format and standard output",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Failure::Write { path: Some(path.to_owned()), source }),
    }
}

/// A refusal to write.
pub(super) fn refused(path: &Path, why: String, help: &'static str) -> Failure {
    Failure::NotWritten { path: path.to_owned(), why, help }
}

/// The path by the canonical name of its directory: two spellings of one new name are equal.
fn settled(path: &Path) -> Option<PathBuf> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or_else(|| Path::new("."));
    let directory = fs::canonicalize(parent).or_else(|_| std::path::absolute(parent)).ok()?;
    Some(directory.join(path.file_name()?))
}

fn is_same(one: &Path, other: &Path) -> bool {
    let by_name = settled(one).zip(settled(other)).is_some_and(|(one, other)| one == other);
    let there = fs::metadata(one).ok().zip(fs::metadata(other).ok());
    by_name || there.is_some_and(|(one, other)| one.is_file() && is_one_file(&one, &other))
}

#[cfg(unix)]
fn is_one_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_one_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Whether a file that exists is read when this input is: the same file, or one below the directory.
fn holds(input: &Path, path: &Path) -> bool {
    if input.as_os_str() == "-" {
        return is_same(path, Path::new("/dev/stdin"));
    }
    if fs::symlink_metadata(path).is_err() {
        return false;
    }
    let below = || Some(settled(path)?.starts_with(fs::canonicalize(input).ok()?));
    is_same(path, input) || below().unwrap_or(false)
}
