//! Where documents come from: from no source, from paths, or from the program itself.

use crate::Progress;
use input::{Document, Limits, Walked};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Where documents come from.
#[derive(Clone, Debug, Default)]
pub enum Source {
    /// Nothing was given.
    #[default]
    None,
    /// Files and directories; `-` is standard input.
    Paths(Vec<PathBuf>),
    /// Files that the program carries: names and bytes.
    BuiltIn(Vec<(&'static str, &'static [u8])>),
    /// Of files and directories the documents of these names only.
    Only(Vec<PathBuf>, Arc<BTreeSet<String>>),
    /// Documents that are held in memory: names and bytes.
    Held(Vec<(String, Vec<u8>)>),
}

impl Source {
    /// Paths that may be none.
    #[must_use]
    pub fn paths(paths: &[PathBuf]) -> Self {
        if paths.is_empty() { Self::None } else { Self::Paths(paths.to_vec()) }
    }

    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Gives every document to `each`, and the number of bytes that were read to `progress`.
    pub fn walk(&self, progress: &dyn Progress, each: &mut dyn FnMut(Document<'_>)) -> Walked {
        self.walk_within(&Limits::default(), progress, each)
    }

    /// The same within bounds of the caller's.
    pub(crate) fn walk_within(
        &self,
        limits: &Limits,
        progress: &dyn Progress,
        each: &mut dyn FnMut(Document<'_>),
    ) -> Walked {
        match self {
            Self::None => Walked::default(),
            Self::Paths(paths) => input::walk(paths, limits, &|bytes| progress.add(bytes), each),
            Self::Only(paths, names) => {
                let progress = |bytes| progress.add(bytes);
                input::walk(paths, limits, &progress, &mut |document| {
                    if names.contains(&*document.name) {
                        each(document);
                    }
                })
            }
            Self::BuiltIn(files) => {
                let files = files.iter().copied();
                in_memory(files, limits, progress, each)
            }
            Self::Held(files) => {
                let files = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
                in_memory(files, limits, progress, each)
            }
        }
    }
}

/// Gives documents whose bytes are in memory.
fn in_memory<'f>(
    files: impl Iterator<Item = (&'f str, &'f [u8])>,
    limits: &Limits,
    progress: &dyn Progress,
    each: &mut dyn FnMut(Document<'_>),
) -> Walked {
    let mut all = Walked::default();
    for (name, bytes) in files {
        let walked = input::open_bytes(name, bytes, limits, each);
        all.documents += walked.documents;
        all.bytes += walked.bytes;
        all.problems.extend(walked.problems);
        progress.add(walked.bytes);
    }
    all
}
