//! What Sigma rules call things: log sources, and the names of fields in records of a known kind.
//!
//! Tables are data only; a file for a kind of record adds Sigma's names to its draft and says which log source it is.

pub(crate) mod cloud;
pub(crate) mod defender;
pub(crate) mod detections;
pub(crate) mod ecs;
pub(crate) mod envelopes;
pub(crate) mod given;
pub(crate) mod given_fields;
pub(crate) mod log_source;
pub(crate) mod mapping;
pub(crate) mod ocsf;
pub(crate) mod own;
pub(crate) mod shapes;
pub(crate) mod user_mapping;
pub(crate) mod wazuh;
pub(crate) mod windows;
pub(crate) mod windows_events;
pub(crate) mod yaml;
pub(crate) mod zeek;
