//! Which files there are under the paths that are followed, with what the file system says of each.
//!
//! As `input::walk` does: what was asked for is followed, links that are found below it are not, and hidden files are
//! files. Of a file that was asked for, those beside it that begin with its name are listed too, since its content may
//! be there after a rotation.
//!
//! Invariant: bounded in number and depth; a path that is not there yet is waited for.

use input::label_of;
use model::{Fault, Place, Problem};
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// How deep directories are looked into, as in a walk.
const DEPTH_MAX: u32 = 32;

/// What the file system says of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) length: u64,
    /// In nanoseconds since 1970.
    pub(crate) modified: i64,
    pub(crate) changed: i64,
}

impl Stat {
    /// Of an open or named file.
    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Of an open or named file: no identity but its content.
    #[cfg(not(unix))]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let since = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0);
        Self { length: metadata.len(), modified, ..Self::default() }
    }

    /// Whether both are one file, as far as the file system knows.
    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// A file that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) stat: Stat,
    /// Whether it was asked for, or lies in a directory that was; else it only begins with the name of one.
    pub(crate) asked: bool,
}

/// The files that were found, by path, and what could not be looked at.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<PathBuf, Found>,
    pub(crate) problems: Vec<Problem>,
}

impl Tree {
    /// Looks at these paths.
    pub(crate) fn of(paths: &[PathBuf], files_max: usize) -> Self {
        let mut tree = Self::default();
        for path in paths {
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => tree.directory(path, 0, files_max),
                Ok(metadata) if metadata.is_file() => {
                    tree.add(path.clone(), Stat::of(&metadata), true);
                    tree.beside(path, files_max);
                }
                Ok(_) => {
                    let help = "give a file, a directory, or - for standard input";
                    tree.problem(path, Fault::Unreadable, "a special file, which cannot be followed", help);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    tree.problem(path, Fault::Note, "does not exist yet; it is waited for", "check the path");
                    tree.beside(path, files_max);
                }
                Err(error) => tree.cannot(path, &error),
            }
        }
        if tree.files.len() >= files_max {
            let what = format!("{files_max} files are followed; there are more, which are not");
            let source = paths.first().map(|path| label_of(path)).unwrap_or_default();
            let help = Some("follow fewer directories, or several with a process each".into());
            tree.problems.push(Problem { source, place: Place::Whole, fault: Fault::Partial, what, help });
        }
        tree
    }

    fn add(&mut self, path: PathBuf, stat: Stat, asked: bool) {
        let found = self.files.entry(path).or_insert(Found { stat, asked });
        found.asked |= asked;
    }

    fn directory(&mut self, path: &Path, depth: u32, files_max: usize) {
        if depth >= DEPTH_MAX {
            let what = format!("more than {depth} directories deep: not followed");
            return self.problem(path, Fault::Partial, &what, "name it as a path of its own");
        }
        for (path, metadata) in self.entries(path) {
            if self.files.len() >= files_max {
                return;
            }
            if metadata.is_dir() {
                self.directory(&path, depth + 1, files_max);
            } else if metadata.is_file() {
                self.add(path, Stat::of(&metadata), true);
            }
        }
    }

    /// The files beside one that begin with its name.
    fn beside(&mut self, path: &Path, files_max: usize) {
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { return };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        for (other, metadata) in self.entries(folder.unwrap_or(Path::new("."))) {
            // A path without a directory is followed by its name alone, and so are those beside it.
            let other = if folder.is_none() {
                other.strip_prefix(".").map(Path::to_path_buf).unwrap_or(other)
            } else {
                other
            };
            let is_beside =
                other.file_name().is_some_and(|other| is_rotated(&name, &other.to_string_lossy()));
            if is_beside && metadata.is_file() && self.files.len() < files_max {
                self.add(other, Stat::of(&metadata), false);
            }
        }
    }

    /// The entries of a directory in the order of their names; links are left out.
    fn entries(&mut self, path: &Path) -> Vec<(PathBuf, Metadata)> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    self.cannot(path, &error);
                }
                return Vec::new();
            }
        };
        // What vanishes meanwhile is no longer there; what is a link is its own entry.
        let mut found: Vec<_> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.path(), entry.metadata().ok()?))
            })
            .collect();
        found.sort_by(|(one, _), (two, _)| one.cmp(two));
        found
    }

    fn cannot(&mut self, path: &Path, error: &io::Error) {
        self.problems.push(cannot_open(path, error));
    }

    fn problem(&mut self, path: &Path, fault: Fault, what: &str, help: &str) {
        let (source, what, help) = (label_of(path), what.to_owned(), Some(help.to_owned()));
        self.problems.push(Problem { source, place: Place::Whole, fault, what, help });
    }
}

/// Why a path cannot be opened.
pub(crate) fn cannot_open(path: &Path, error: &io::Error) -> Problem {
    let (what, help) = match error.kind() {
        io::ErrorKind::PermissionDenied => (
            "cannot be opened: no permission".to_owned(),
            "run as a user who may read it, or change its rights",
        ),
        _ => (format!("cannot be opened: {error}"), "check that it can be read"),
    };
    let (source, help) = (label_of(path), Some(help.to_owned()));
    Problem { source, place: Place::Whole, fault: Fault::Unreadable, what, help }
}

/// Whether a file may be what became of one of this name: `access.log.1`, `access.log-20260612.gz`, and, where the
/// ending is kept, `access-20260612.log`, `access.1.log`.
pub(crate) fn is_rotated(name: &str, other: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(['.', '-', '_']);
    if other.strip_prefix(name).is_some_and(goes_on) {
        return true;
    }
    let Some((stem, ending)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return false;
    };
    let rest = other.strip_prefix(stem).filter(|rest| goes_on(rest));
    // What is between is a number or a date.
    let between = rest.and_then(|rest| rest.split_once(&format!(".{ending}")).map(|(between, _)| between));
    between.is_some_and(|between| {
        between.len() > 1 && between.chars().skip(1).all(|c| c.is_ascii_digit() || "-_.".contains(c))
    })
}

/// The names from which a rotated file may have its own, the shortest first.
pub(crate) fn rotated_from(other: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in other.char_indices().filter(|(_, c)| ".-_".contains(*c)) {
        let (before, rest) = other.split_at_checked(at).unwrap_or((other, ""));
        names.push(before.to_owned());
        names.extend(rest.split('.').skip(1).map(|ending| format!("{before}.{ending}")));
    }
    names.retain(|name| is_rotated(name, other));
    names.sort_by(|one, two| (one.len(), one).cmp(&(two.len(), two)));
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_after_a_rotation() {
        for other in [
            "a.log.1",
            "a.log.2.gz",
            "a.log-20260612",
            "a.log_old",
            "a-20260612.log",
            "a.1.log",
            "a-2026-06-12.log.gz",
        ] {
            assert!(is_rotated("a.log", other), "{other}");
        }
        for other in ["a.log", "a.logs", "ab.log", "a-errors.log", "a.log2", "b.log.1", "a..log"] {
            assert!(!is_rotated("a.log", other), "{other}");
        }
        assert_eq!(rotated_from("a-1.log.gz"), ["a", "a-1", "a.log", "a-1.log"]);
        assert_eq!(rotated_from("messages"), [""; 0]);
        assert!(is_rotated("messages", "messages-20260612.zst") && !is_rotated("messages", "messages2"));
    }

    #[test]
    fn a_directory_is_looked_into_and_links_in_it_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("in")).unwrap();
        for name in ["in/b.log", "a.log", ".hidden", "a.log.1"] {
            fs::write(path(name), "x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(path("a.log"), path("link")).unwrap();
        let tree = Tree::of(&[dir.path().to_path_buf()], 100);
        let names: Vec<_> =
            tree.files.keys().map(|one| one.strip_prefix(dir.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, [".hidden", "a.log", "a.log.1", "in/b.log"]);
        let tree = Tree::of(&[path("a.log"), path("none.log")], 100);
        let asked: Vec<_> = tree.files.values().map(|found| found.asked).collect();
        assert_eq!(
            (asked, tree.problems[0].what.as_str()),
            (vec![true, false], "does not exist yet; it is waited for")
        );
        // One past the bound is named.
        assert_eq!(Tree::of(&[dir.path().to_path_buf()], 3).files.len(), 3);
        assert_eq!(Tree::of(&[dir.path().to_path_buf()], 3).problems.len(), 1);
    }
}
