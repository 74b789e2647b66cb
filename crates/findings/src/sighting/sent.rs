//! What log sources sent: from which machines, in which hours, and where they were silent.

pub(super) mod coverage;
pub(super) mod holes;
pub(super) mod hours;
pub(super) mod logs;
pub(super) mod silence;
