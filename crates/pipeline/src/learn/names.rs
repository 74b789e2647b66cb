//! A digest of the names of groups, software and techniques: reports are read again when it is another.

use model::EventId;
use std::fmt::Debug;

/// The note under which a home has the digest of the names with which its reports were read.
pub(super) const NAMES: &str = "names";

/// A digest of a set of names, or of other facts, whatever their order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NamesDigest(u64);

impl NamesDigest {
    pub(super) fn take(&mut self, fact: &(impl Debug + ?Sized)) {
        self.0 = self.0.wrapping_add(EventId::of(format!("{fact:?}").as_bytes()).0);
    }

    /// As a number.
    pub(super) fn number(self) -> u64 {
        self.0
    }

    /// As it is noted.
    pub(super) fn shown(self) -> String {
        format!("{:016x}", self.0)
    }
}
