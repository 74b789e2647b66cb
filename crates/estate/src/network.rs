//! What the network's own programs know of machines and rules: scans, leases, names of hosts, firewalls.

pub(crate) mod dhcpd;
pub(crate) mod dnsmasq;
pub(crate) mod hosts;
pub(crate) mod nessus;
pub(crate) mod nmap;
pub(crate) mod pfsense;
pub(crate) mod zone_file;
