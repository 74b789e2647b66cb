//! Everything that is ours, as sets, and who is who in it.
//!
//! Two rows about one machine are merged: what one leaves open the other may fill; where they differ, the
//! one that stands first in order of content is kept, so that the order of reading does not matter.

use model::identity::{AccountDirectory, Entity, HostDirectory};
use model::ours::{Account, Component, Device, Fact, FirewallRule, Name, Zone, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What is ours.
#[derive(Default)]
pub struct Ours {
    pub(crate) device_rows: BTreeSet<Device>,
    pub(crate) component_rows: BTreeSet<Component>,
    pub(crate) account_rows: BTreeSet<Account>,
    pub(crate) zone_rows: BTreeSet<Zone>,
    pub(crate) rules: BTreeSet<FirewallRule>,
    pub(crate) names: BTreeSet<Name>,
    pub(crate) devices: BTreeMap<String, Device>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) zones: BTreeMap<String, Zone>,
    pub(crate) hosts: HostDirectory,
    pub(crate) account_directory: AccountDirectory,
    networks: Vec<(IpAddr, u8, String)>,
}

/// A component and the machine it is on.
pub(crate) struct Installed<'o> {
    pub(crate) component: &'o Component,
    pub(crate) host: Option<Entity>,
}

impl Ours {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Learns one fact. [`Ours::settle`] must follow the last one.
    pub fn learn(&mut self, fact: Fact) {
        match fact {
            Fact::Device(device) => drop(self.device_rows.insert(device)),
            Fact::Component(component) => drop(self.component_rows.insert(component)),
            Fact::Account(account) => drop(self.account_rows.insert(account)),
            Fact::Zone(zone) => drop(self.zone_rows.insert(zone)),
            Fact::FirewallRule(rule) => drop(self.rules.insert(rule)),
            Fact::Name(name) => drop(self.names.insert(name)),
            _ => {}
        }
    }

    /// Folds what was learnt: rows about one thing become one, and names find their machine.
    pub fn settle(&mut self) {
        self.devices.clear();
        for row in &self.device_rows {
            let key = HostDirectory::key_of(row);
            match self.devices.get_mut(&key) {
                Some(known) => fill_device(known, row),
                None => drop(self.devices.insert(key, row.clone())),
            }
        }
        self.accounts.clear();
        for row in &self.account_rows {
            let key = AccountDirectory::key_of(row);
            match self.accounts.get_mut(&key) {
                Some(known) => fill_account(known, row),
                None => drop(self.accounts.insert(key, row.clone())),
            }
        }
        self.zones.clear();
        for row in &self.zone_rows {
            let key = row.name.to_lowercase();
            match self.zones.get_mut(&key) {
                Some(known) => fill_zone(known, row),
                None => drop(self.zones.insert(key, row.clone())),
            }
        }
        self.hosts = HostDirectory::new(self.devices.values());
        self.account_directory = AccountDirectory::new(self.accounts.values());
        self.networks = self
            .zones
            .values()
            .flat_map(|zone| zone.networks.iter().map(|network| (network, zone.name.clone())))
            .filter_map(|(network, zone)| parse_network(&network.value).map(|(at, bits)| (at, bits, zone)))
            .filter(|(_, bits, _)| *bits > 0)
            .collect();
    }

    /// The name under which findings tell of a machine that is written so.
    #[must_use]
    pub fn host_name(&self, written: &str) -> String {
        self.hosts.resolve(written, None).display
    }

    /// The machine that a document's path names.
    #[must_use]
    pub fn host_of_document(&self, name: &str) -> Option<Entity> {
        self.hosts.named_in_path(name)
    }

    /// The device behind an entity of [`Ours::hosts`].
    pub(crate) fn device(&self, entity: &Entity) -> Option<&Device> {
        self.devices.get(entity.key.strip_prefix("host:")?)
    }

    /// The zone of a device by its own row, or by its addresses.
    pub(crate) fn zone_of(&self, device: &Device) -> Option<&Zone> {
        if let Some(zone) = &device.zone {
            return self.zones.get(&zone.to_lowercase());
        }
        device.addresses.iter().find_map(|lease| self.zone_at(lease.address))
    }

    /// The zone with the narrowest network around an address.
    pub(crate) fn zone_at(&self, address: IpAddr) -> Option<&Zone> {
        let around = self.networks.iter().filter(|(network, bits, _)| within(address, *network, *bits));
        let narrowest = around.max_by_key(|(network, bits, zone)| (*bits, *network, zone.clone()))?;
        self.zones.get(&narrowest.2.to_lowercase())
    }

    /// Whether an address is ours: a machine's, or inside a zone that is not the internet.
    pub(crate) fn owns(&self, address: IpAddr) -> bool {
        self.hosts.at_address(address, None).is_some()
            || self.zone_at(address).is_some_and(|zone| zone.kind != Some(ZoneKind::Internet))
    }

    /// Every component with the machine it is on: by its own row, else by the path of its document.
    pub(crate) fn installed(&self) -> impl Iterator<Item = Installed<'_>> {
        let mut by_document: BTreeMap<&str, Option<Entity>> = BTreeMap::new();
        self.component_rows.iter().map(move |component| {
            let host = match &component.host {
                Some(host) => Some(self.hosts.resolve(host, None)),
                None => by_document
                    .entry(&component.origin.source)
                    .or_insert_with(|| self.hosts.named_in_path(&component.origin.source))
                    .clone(),
            };
            Installed { component, host }
        })
    }

    /// What a machine is to the rest: reachable from the internet or not, if that is known.
    pub(crate) fn internet_facing(&self, device: &Device) -> Option<bool> {
        device.internet_facing.or_else(|| {
            let kind = self.zone_of(device)?.kind?;
            (!matches!(kind, ZoneKind::Dmz | ZoneKind::Internet)).then_some(false)
        })
    }

    /// The name that tells which party is us.
    pub(crate) fn organisation(&self) -> Option<&str> {
        self.names
            .iter()
            .find(|name| name.party == model::ours::Party::Own)
            .map(|name| name.party_name.as_str())
    }
}

/// The address and prefix length of a network's canonical text.
pub(crate) fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let bits: u8 = bits.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some((address, bits))
}

/// Whether an address lies in a network.
pub(crate) fn within(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    fn wide(address: IpAddr) -> (u128, u32) {
        match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        }
    }
    let ((address, width), (network, other)) = (wide(address), wide(network));
    let shift = width.saturating_sub(u32::from(bits));
    width == other && address.checked_shr(shift).unwrap_or(0) == network.checked_shr(shift).unwrap_or(0)
}

/// Whether an address means another machine in every network: private, loopback, link-local, carrier-grade
/// NAT, multicast. Documentation ranges are outside, as any public address.
pub(crate) fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets().first() == Some(&100) && (v4.to_bits() >> 22) == (0x6440_0000 >> 22);
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || shared
        }
        IpAddr::V6(v6) => {
            let first = v6.segments().first().copied().unwrap_or(0);
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || (first & 0xfe00) == 0xfc00
                || (first & 0xffc0) == 0xfe80
        }
    }
}

macro_rules! fill {
    ($known:ident, $row:ident, $($field:ident),+) => {
        $( if $known.$field.is_none() { $known.$field.clone_from(&$row.$field); } )+
    };
}

fn fill_device(known: &mut Device, row: &Device) {
    fill!(
        known,
        row,
        fqdn,
        sid,
        zone,
        role,
        vendor,
        model,
        version,
        system,
        internet_facing,
        end_of_support,
        crown_jewel,
        owner
    );
    for alias in &row.aliases {
        if !known.aliases.contains(alias) {
            known.aliases.push(alias.clone());
        }
    }
    for lease in &row.addresses {
        if !known.addresses.contains(lease) {
            known.addresses.push(*lease);
        }
    }
    known.addresses.sort_unstable();
}

fn fill_account(known: &mut Account, row: &Account) {
    fill!(
        known,
        row,
        domain,
        upn,
        sid,
        mail,
        kind,
        enabled,
        privileged,
        factor,
        created,
        password_set,
        owner
    );
    known.last_used = known.last_used.max(row.last_used);
    for group in &row.groups {
        if !known.groups.contains(group) {
            known.groups.push(group.clone());
        }
    }
}

fn fill_zone(known: &mut Zone, row: &Zone) {
    fill!(known, row, kind, crown_jewel, owner);
    for network in &row.networks {
        if !known.networks.contains(network) {
            known.networks.push(network.clone());
        }
    }
    known.networks.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let network = parse_network("10.20.0.0/16").expect("network");
        assert!(within("10.20.255.1".parse().expect("address"), network.0, network.1));
        assert!(!within("10.21.0.0".parse().expect("address"), network.0, network.1));
        assert!(!within("::a14:1".parse().expect("address"), network.0, network.1));
        assert!(within("8.8.8.8".parse().expect("address"), "0.0.0.0".parse().expect("address"), 0));
        assert_eq!(parse_network("10.0.0.0/33"), None);
    }

    #[test]
    fn internal_addresses_are_those_that_recur_in_every_network() {
        let internal = |text: &str| is_internal(text.parse().expect("address"));
        for text in
            ["10.0.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "fe80::1", "fd00::1"]
        {
            assert!(internal(text), "{text}");
        }
        for text in ["203.0.113.77", "100.128.0.1", "8.8.8.8", "2001:db8::1"] {
            assert!(!internal(text), "{text}");
        }
    }

    #[test]
    fn two_rows_about_one_machine_are_one_machine() {
        let named = |zone: Option<&str>, version: Option<&str>| Device {
            name: "wiki-1".into(),
            zone: zone.map(str::to_owned),
            version: version.map(str::to_owned),
            ..Device::default()
        };
        let mut ours = Ours::new();
        ours.learn(Fact::Device(named(Some("dmz"), None)));
        ours.learn(Fact::Device(named(None, Some("8.3.1"))));
        ours.settle();
        let device = ours.devices.get("wiki-1").expect("one");
        assert_eq!((device.zone.as_deref(), device.version.as_deref()), (Some("dmz"), Some("8.3.1")));
    }
}
