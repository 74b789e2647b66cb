//! Why there is no file.

use std::fmt;

/// Why a document could not be set as PDF.
///
/// It names a fault of this program, never of the document: whatever that says can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSet {
    reason: String,
}

impl NotSet {
    pub(super) fn new(reason: String) -> Self {
        Self { reason }
    }
}

impl fmt::Display for NotSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not set as PDF: {}", self.reason)
    }
}

impl std::error::Error for NotSet {}
