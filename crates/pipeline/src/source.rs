//! Where documents come from: from no source, from paths, or from the program itself.

use crate::Progress;
use input::{Document, Limits, Walked};
use std::path::PathBuf;

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
            Self::BuiltIn(files) => {
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
        }
    }
}
