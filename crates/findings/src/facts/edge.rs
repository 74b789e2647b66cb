//! What a machine is by its role: at the edge of a network, where the internet reaches it and few organisations watch it;
//! or one that nobody takes off the network without a word to its owner.

use crate::facts::machine::Machine;
use crate::facts::ours::Ours;
use model::ours::{Device, ZoneKind};

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

/// Words of the role of a machine without which everything stops: log-on, or what moves.
const VITAL: &[&str] =
    &["domaincontroller", "dc", "adds", "plc", "scada", "hmi", "rtu", "ics", "historian", "controlsystem"];

/// Whether a machine is a domain controller or controls what moves, by its role.
fn is_vital(device: &Device) -> bool {
    let role = plain(device.role.as_deref().unwrap_or_default());
    VITAL.iter().any(|word| if word.len() < 5 { role == *word } else { role.contains(word) })
}

/// Whether a machine is a domain controller, by its role.
pub(crate) fn is_controller(device: &Device) -> bool {
    let role = plain(device.role.as_deref().unwrap_or_default());
    role.contains("domaincontroller") || matches!(role.as_str(), "dc" | "adds")
}

/// Whether a machine is taken off the network only with its owner: a domain controller, one that controls what moves, or
/// the only machine of its role.
pub(crate) fn must_stay(host: &str, ours: &Ours) -> bool {
    let Some(device) = ours.device(&ours.hosts.resolve(host, None)) else { return false };
    let in_ot = ours.zone_of(device).and_then(|zone| zone.kind) == Some(ZoneKind::Ot);
    let alone = device.role.as_deref().is_some_and(|role| {
        let same = |other: &&Machine| other.role.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(role));
        ours.devices.values().filter(same).take(2).count() == 1
    });
    is_vital(device) || in_ot || alone
}

/// A name as it is compared: letters and digits, in lower case.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
