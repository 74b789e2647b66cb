//! The kept events as of one moment, as plain data: what tables of events read, without a home at hand.

use history::Registered;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::{Archive, Waiting};

/// The kept events, as of one moment.
pub(crate) struct Kept {
    pub(crate) folder: PathBuf,
    pub(crate) files: Vec<Registered>,
    /// By the name that events bear, the name of the log now.
    pub(crate) logs: BTreeMap<String, String>,
    pub(crate) void: BTreeSet<(String, u64)>,
    pub(crate) sources: BTreeSet<String>,
    pub(crate) waiting: Vec<Waiting>,
}

impl Kept {
    /// No events.
    pub(crate) fn none() -> Self {
        Self {
            folder: PathBuf::new(),
            files: Vec::new(),
            logs: BTreeMap::new(),
            void: BTreeSet::new(),
            sources: BTreeSet::new(),
            waiting: Vec::new(),
        }
    }

    /// What an archive has.
    pub(crate) fn of(archive: &Archive<'_>, folder: PathBuf, waiting: Vec<Waiting>) -> Self {
        Self {
            folder,
            files: archive.files().to_vec(),
            logs: archive.logs().values().map(|log| (log.name.clone(), log.log.clone())).collect(),
            void: archive.void().clone(),
            sources: archive.sources().into_keys().collect(),
            waiting,
        }
    }
}
