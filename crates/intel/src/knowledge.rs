//! What the world knows: feeds of vulnerabilities, exploits, ends of life and known good values, one file a format.
//!
//! | what | files |
//! |---|---|
//! | flaws and what they affect | `cve5`, `nvd`, `osv`, `github`, `euvd`, `csaf`, `debian`, `ubuntu` |
//! | what is exploited, and how likely | `kev`, `vulncheck`, `exploit_status`, `epss` |
//! | what is not affected after all | `openvex`, `cyclonedx`, `csaf` |
//! | ends of life, known good values | `endoflife`, `known_good`, `warning_list` |
//!
//! `package`, `cpe`, `spoken`, `vex` and `record` read what several feeds write alike: the name of a package,
//! configurations of CPE names, versions in words, statements about products, one object at a time.

mod cpe;
pub(crate) mod csaf;
pub(crate) mod cve5;
pub(crate) mod cyclonedx;
pub(crate) mod debian;
pub(crate) mod endoflife;
pub(crate) mod epss;
pub(crate) mod euvd;
pub(crate) mod exploit_status;
pub(crate) mod github;
pub(crate) mod kev;
pub(crate) mod known_good;
pub(crate) mod nvd;
pub(crate) mod openvex;
pub(crate) mod osv;
pub(crate) mod package;
mod record;
pub(crate) mod spoken;
pub(crate) mod ubuntu;
mod vex;
pub(crate) mod vulncheck;
pub(crate) mod warning_list;
