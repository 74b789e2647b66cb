//! One file: written under a temporary name with checksums, renamed when whole, read back with every byte checked.

pub(crate) mod folders;
pub(crate) mod open;
pub(crate) mod seal;
pub(crate) mod sealed;
pub(crate) mod write;
