//! Names of machines as they are compared.

use std::net::IpAddr;

/// A name of a machine as it is compared.
pub(super) fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').trim_start_matches("\\\\").to_lowercase()
}

/// The first label of a name; an address is its own.
pub(super) fn short(name: &str) -> &str {
    if name.parse::<IpAddr>().is_ok() { name } else { name.split('.').next().unwrap_or(name) }
}
