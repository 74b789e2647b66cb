//! What is remembered between two looks at the files: the logs, and what is known of each file.

use super::content::Way;
use super::known::{Known, Role};
use super::log::Log;
use super::tree::rotated_from;
use crate::position::{Key, Position};
use input::label_of;
use model::{Fault, Place, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// For how many looks a newer log waits for an older one that is still written, or whose content is nowhere yet.
pub(super) const HELD_LOOKS: u32 = 5;

/// Files that are followed.
pub(crate) struct Files {
    pub(super) paths: Vec<PathBuf>,
    pub(crate) logs: BTreeMap<Key, Log>,
    pub(super) known: BTreeMap<PathBuf, Known>,
    /// Problems that were given, so that each is given once as long as it lasts.
    pub(super) given: BTreeSet<Problem>,
    /// Logs that could not be read the last time.
    pub(super) failed: BTreeSet<Key>,
    /// Whether the last look left logs unfound because compressed files were still written.
    pub(super) postponed: bool,
    pub(super) problems: Vec<Problem>,
    pub(super) forgotten: Vec<Key>,
    /// The document behind which the next batch begins, so that a large log does not keep others waiting.
    pub(super) turn: Option<String>,
}

impl Files {
    pub(crate) fn new(paths: Vec<PathBuf>, positions: Vec<Position>) -> Self {
        let logs = positions.into_iter().map(|position| (position.key(), Log::of(position))).collect();
        Self {
            paths,
            logs,
            known: BTreeMap::new(),
            given: BTreeSet::new(),
            failed: BTreeSet::new(),
            postponed: false,
            problems: Vec::new(),
            forgotten: Vec::new(),
            turn: None,
        }
    }

    /// Whether there is anything to follow.
    pub(crate) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The logs of a name, the oldest first.
    pub(super) fn generations(&self, document: &str) -> impl DoubleEndedIterator<Item = (&Key, &Log)> {
        self.logs.range((document.to_owned(), 0)..=(document.to_owned(), u64::MAX))
    }

    /// The document of which a file that no log has is a newer log: one that was rotated twice or more since the last
    /// look, so that the newest log that is known is no longer under its name.
    pub(super) fn origin(&self, path: &Path) -> Option<String> {
        let name = path.file_name()?.to_string_lossy();
        let known = self.known.get(path)?;
        // The longest name that fits.
        let mut bases = rotated_from(&name).into_iter().rev();
        let (key, newest) = bases.find_map(|base| {
            let document = label_of(&path.with_file_name(base));
            self.generations(&document).next_back()
        })?;
        let later = known.stat.modified >= newest.position.modified;
        let rotated = newest.is_displaced() && newest.position.modified > 0;
        (rotated && later && !newest.position.whole).then(|| key.0.clone())
    }

    /// Directories in which a log may be in a compressed file that has only just appeared in the place of another: until
    /// it is seen to be whole, nothing newer begins, and what is a copy of that log cannot be known.
    pub(super) fn unsettled_folders(&self) -> BTreeSet<PathBuf> {
        let lost = self.logs.iter().filter(|(_, log)| log.seat.is_none() && log.lost < HELD_LOOKS);
        let lost: BTreeSet<&Path> =
            lost.filter_map(|((document, _), _)| Path::new(document).parent()).collect();
        let unsettled = self.known.iter().filter(|(path, known)| {
            let written = known.role == Role::New && known.way == Some(Way::Packed) && known.steady == 0;
            // As long as what is compressed is there itself, nothing depends on it.
            let alone = !self.known.contains_key(&path.with_extension(""));
            let needed =
                || path.parent().is_some_and(|folder| lost.contains(folder)) || self.origin(path).is_some();
            written && alone && needed()
        });
        unsettled.filter_map(|(path, _)| path.parent()).map(Path::to_path_buf).collect()
    }

    /// Says that a file is not followed, once.
    pub(super) fn closed(&mut self, path: &std::path::Path, name: &str) {
        self.problems.push(Problem {
            source: label_of(path),
            place: Place::Whole,
            fault: Fault::Unreadable,
            what: format!("a {name} file: not followed"),
            help: Some("let logrotate compress with gzip, zstd, xz or bzip2, or decompress it".into()),
        });
    }
}
