//! What the world knows: feeds of vulnerabilities, exploits, ends of life and known good values, one file a format.
//!
//! `package` and `spoken` read what several feeds write alike: the name of a package, versions in words.

pub(crate) mod cve5;
pub(crate) mod endoflife;
pub(crate) mod exploit_status;
pub(crate) mod kev;
pub(crate) mod known_good;
pub(crate) mod osv;
pub(crate) mod package;
pub(crate) mod spoken;
pub(crate) mod warning_list;
