//! What a machine says of itself: `show version` of an appliance, the release of an operating system, neighbours.

pub(crate) mod appliance;
mod cisco;
pub(crate) mod ipconfig;
mod lines;
mod makers;
pub(crate) mod neighbours;
pub(crate) mod release;
