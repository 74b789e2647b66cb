//! A change: what a document says now, in which mode, or that it is taken back.

use crate::facts::said::Said;
use crate::regrouping::Regrouping;
use crate::sighting::{LogSeen, Rules};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a document that is read again does to what it said before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mode {
    /// It says everything that it has to say: what it said before and not now is taken back. Inventories, tables,
    /// names, catalogues.
    #[default]
    Snapshot,
    /// A list of what is current: absence ends the listing at that moment and retracts nothing. Lists of
    /// indicators.
    Listing,
    /// Each record has an identity and a version within its authority; the newer wins, whichever arrives first.
    /// Feeds of vulnerabilities, read in parts.
    Keyed,
    /// A report: read again under the same name, it replaces its version.
    Report,
    /// Nothing replaces it. Observations of others.
    Adds,
}

/// What a document says, and how it is to be taken.
#[derive(Clone, Debug)]
pub struct Document {
    /// The source that it is of: what can be forgotten as a whole.
    pub source: Arc<str>,
    /// What it does to its former state.
    pub mode: Mode,
    /// The moment that it states for itself: an older state is refused.
    pub dated: Option<Timestamp>,
    /// When it was received: when a listing ends.
    pub received: Timestamp,
    /// Whether its reports are asked about.
    pub is_advisory: bool,
    /// What it says.
    pub said: Arc<Said>,
}

impl Document {
    /// This document after a former state of it.
    #[must_use]
    pub fn after(self, known: &Document) -> Self {
        let said = match self.mode {
            Mode::Snapshot | Mode::Report => return self,
            Mode::Listing => self.said.listed_after(&known.said, self.received),
            Mode::Keyed | Mode::Adds => self.said.added_to(&known.said),
        };
        Self { said: Arc::new(said), ..self }
    }
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// A document says this.
    Said {
        /// The document.
        name: Arc<str>,
        /// What it says.
        document: Document,
    },
    /// The records of a log gave this; a later state of the same log replaces it.
    Seen {
        /// The document.
        name: Arc<str>,
        /// What its records gave.
        seen: Arc<LogSeen>,
    },
    /// These rules are asked.
    Rules(Arc<Rules>),
    /// People regrouped stories: everything that they said of them, in order.
    Regrouped(Arc<Vec<Regrouping>>),
    /// A document is taken back.
    Forget {
        /// The document.
        name: Arc<str>,
    },
    /// All documents of a source are taken back.
    ForgetSource {
        /// The source.
        source: Arc<str>,
    },
}
