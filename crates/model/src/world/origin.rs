//! Where a fact was read: one half of a finding's evidence.

use crate::{Evidence, Place};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a fact was read: the document as the user named it, and the place in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    /// The document; members of archives after `!`.
    pub source: Arc<str>,
    /// The place in it.
    pub place: Place,
}

impl Origin {
    /// A fact at this place.
    #[must_use]
    pub fn new(source: &Arc<str>, place: Place) -> Self {
        Self { source: Arc::clone(source), place }
    }

    /// Evidence at this place.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence::at(&self.source, self.place.number(), None)
    }
}
