//! What is there before anything is read: each document with its sort and its digest, held against what is known.
//!
//! A first look at every document costs one reading of its bytes; it decides what need not be read again, so that a
//! feed that did not change costs no more than that.

use crate::{Progress, Sort, Source};
use input::{Digests, Walked};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Kept;

/// A document that is there.
#[derive(Clone, Debug)]
pub(super) struct There {
    /// As what it is read.
    pub(super) sort: Sort,
    /// Of its bytes.
    pub(super) digest: [u8; 32],
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// Of its first bytes, up to the lengths of logs that are known.
    pub(super) starts: Vec<(u64, [u8; 32])>,
    /// Whether a line end is its last byte.
    pub(super) ends_line: bool,
}

/// The logs that are known, by content and by folder: a log that grew or was rotated is in the folder of its earlier state.
#[derive(Debug, Default)]
pub(super) struct KnownLogs {
    by_content: BTreeMap<(u64, [u8; 32]), Vec<Kept>>,
    /// By folder, in rising order.
    lengths: BTreeMap<String, Vec<u64>>,
}

impl KnownLogs {
    pub(super) fn of(logs: impl Iterator<Item = Kept>) -> Self {
        let mut known = Self::default();
        for kept in logs {
            known.lengths.entry(folder(&kept.name).to_owned()).or_default().push(kept.bytes);
            known.by_content.entry((kept.bytes, kept.digest)).or_default().push(kept);
        }
        for lengths in known.lengths.values_mut() {
            lengths.sort_unstable();
            lengths.dedup();
        }
        known
    }

    /// How long the logs are that are known in the folder of one.
    fn lengths_beside(&self, name: &str) -> &[u64] {
        self.lengths.get(folder(name)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The logs with this content.
    pub(super) fn with(&self, bytes: u64, digest: [u8; 32]) -> impl Iterator<Item = &Kept> {
        self.by_content.get(&(bytes, digest)).into_iter().flatten()
    }
}

/// The folder of a document, or its archive.
fn folder(name: &str) -> &str {
    name.rfind(['/', '\\', '!']).and_then(|end| name.get(..end)).unwrap_or_default()
}

/// What is there.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The documents, by name.
    pub(super) documents: BTreeMap<String, There>,
    /// Documents that nobody here can read, and whether they are empty.
    pub(super) unknown: Vec<(String, bool)>,
    /// What the walk gave.
    pub(super) walked: Walked,
}

impl Survey {
    /// Looks at every document; `given`: as what all of them are given. `known`: the logs that are known.
    pub(super) fn of(
        source: &Source,
        given: Option<Sort>,
        known: &KnownLogs,
        progress: &dyn Progress,
    ) -> Self {
        let mut survey = Self::default();
        let (documents, unknown) = (&mut survey.documents, &mut survey.unknown);
        let walked = source.walk(progress, &mut |mut document| {
            let name = document.name.to_string();
            let sort = given.or_else(|| Sort::of(&document)).filter(|_| !document.head.is_empty());
            let Some(sort) = sort else { return unknown.push((name, document.head.is_empty())) };
            let lengths = if sort == Sort::Logs { known.lengths_beside(&name) } else { &[] };
            let Digests { whole: digest, bytes, starts, ends_line } = document.digests(lengths);
            documents.insert(name, There { sort, digest, bytes, starts, ends_line });
        });
        survey.walked = walked;
        survey
    }

    /// The names of the documents of a sort that are among those wanted.
    pub(super) fn names(&self, sort: Sort, wanted: &dyn Fn(&str) -> bool) -> Arc<BTreeSet<String>> {
        let of_sort = self.documents.iter().filter(|(name, there)| there.sort == sort && wanted(name));
        Arc::new(of_sort.map(|(name, _)| name.clone()).collect())
    }
}
