//! Identifiers of findings by their bits: sets that a million threads are looked up in hold sixteen bytes for each.

use model::FindingId;
use std::collections::HashSet;

/// The bits of identifiers.
pub(super) fn bits<'i>(ids: impl Iterator<Item = &'i FindingId>) -> HashSet<u128> {
    ids.filter_map(FindingId::bits).collect()
}
