//! Devices at the edge of a network, by their role: the internet reaches them, and few organisations watch them.

use model::ours::Device;

/// Words of a role, or of a model, of what is at the edge.
const EDGE: &[&str] = &[
    "router",
    "firewall",
    "vpn",
    "gateway",
    "loadbalancer",
    "balancer",
    "switch",
    "modem",
    "camera",
    "accesspoint",
    "ap",
    "proxy",
    "remoteaccess",
];
/// Whether a device is at the edge, by its role.
pub(crate) fn is_edge(device: &Device) -> bool {
    let role = plain(device.role.as_deref().unwrap_or_default());
    EDGE.iter().any(|word| if word.len() < 4 { role == *word } else { role.contains(word) })
}

/// A name as it is compared: letters and digits, in lower case.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
