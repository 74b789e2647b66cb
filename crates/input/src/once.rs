//! Each file once: the same path given twice, or a directory and a file in it, is one document.
//!
//! A file can come twice only where two of the given paths cover it, since links inside directories are not followed.
//! So the paths are compared first, by their canonical names, and only files that two paths cover are
//! remembered: a walk of one directory remembers nothing. A path that cannot be resolved is compared with none.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which files were given already.
#[derive(Default)]
pub(crate) struct Once {
    /// Paths below which a file may be reached a second time.
    covered_twice: BTreeSet<PathBuf>,
    /// Files below them that were given, with the name under which.
    given: BTreeMap<PathBuf, String>,
    /// Whether standard input was given.
    standard_input: bool,
    /// The first document that came again (its name now and then), and how many did.
    again: Option<(String, String, u64)>,
}

impl Once {
    /// For these paths.
    pub(crate) fn of(paths: &[PathBuf]) -> Self {
        let mut times: BTreeMap<PathBuf, u64> = BTreeMap::new();
        if paths.len() > 1 {
            for path in paths.iter().filter_map(|path| fs::canonicalize(path).ok()) {
                *times.entry(path).or_default() += 1;
            }
        }
        let inside = |path: &Path| path.ancestors().skip(1).any(|above| times.contains_key(above));
        let twice = times.iter().filter(|(path, times)| **times > 1 || inside(path));
        Self { covered_twice: twice.map(|(path, _)| path.clone()).collect(), ..Self::default() }
    }

    /// Whether a file comes for the first time; if not, that is counted under the name it comes with.
    pub(crate) fn is_first(&mut self, path: &Path, name: &str) -> bool {
        if self.covered_twice.is_empty() {
            return true;
        }
        let Ok(path) = fs::canonicalize(path) else { return true };
        if !path.ancestors().any(|above| self.covered_twice.contains(above)) {
            return true;
        }
        match self.given.entry(path) {
            Entry::Vacant(new) => {
                new.insert(name.to_owned());
                true
            }
            Entry::Occupied(known) => {
                self.again.get_or_insert_with(|| (name.to_owned(), known.get().clone(), 0)).2 += 1;
                false
            }
        }
    }

    /// Whether standard input comes for the first time: it has an end only once.
    pub(crate) fn is_first_standard_input(&mut self, name: &str) -> bool {
        let first = !std::mem::replace(&mut self.standard_input, true);
        if !first {
            self.again.get_or_insert_with(|| (name.to_owned(), name.to_owned(), 0)).2 += 1;
        }
        first
    }

    /// The first document that came again, and what to say of it and of the others.
    pub(crate) fn note(self) -> Option<(String, String)> {
        let (name, then, times) = self.again?;
        let same = if name == then { "given twice".to_owned() } else { format!("the same file as {then}") };
        let what = match times {
            1 => format!("{same}; it was read once"),
            2 => format!("{same}; it was read once, and so was one more document that came twice"),
            _ => {
                format!("{same}; it was read once, and so were {} more documents that came twice", times - 1)
            }
        };
        Some((name, what))
    }
}
