//! A digest of the names of groups, software and techniques: reports are read again when it is another.

use model::EventId;
use model::world::Fact;

/// The note under which a home has the digest of the names with which its reports were read.
pub(super) const NAMES: &str = "names";

/// A digest of a set of names, whatever their order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NamesDigest(u64);

impl NamesDigest {
    pub(super) fn take(&mut self, fact: &Fact) {
        self.0 = self.0.wrapping_add(EventId::of(format!("{fact:?}").as_bytes()).0);
    }

    /// As it is noted.
    pub(super) fn shown(self) -> String {
        format!("{:016x}", self.0)
    }
}
