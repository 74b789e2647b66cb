//! Indicators in documents of other tools that are no lists: OpenIOC, STIX 1, OTX pulses, rules of Snort, Suricata and YARA.
//!
//! `signs` gives each value once and counts them for the report.

pub(crate) mod network_rules;
pub(crate) mod openioc;
pub(crate) mod otx;
mod signs;
pub(crate) mod stix1;
pub(crate) mod yara;
