//! Everything that is ours, and who is who in it: a function of the set of what documents say.
//!
//! It is built whole from the documents on each change of a device, account, zone, rule or name: classes of names
//! cannot be undone one by one, and ten thousand machines take milliseconds.

use crate::facts::machine::{ClaimsOnce, Machine};
use crate::facts::said::Said;
use foldhash::{HashSet, HashSetExt};
use model::identity::{AccountDirectory, Entity, HostDirectory};
use model::ours::{Account, Device, FirewallRule, Name, NameValue, Zone, ZoneKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// What is ours: a function of what all documents say.
#[derive(Debug, Default)]
pub struct Ours {
    pub(crate) rules: BTreeSet<FirewallRule>,
    pub(crate) names: BTreeSet<Name>,
    /// Machines by the key of their class of names.
    pub(crate) devices: BTreeMap<Arc<str>, Machine>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) zones: BTreeMap<String, Zone>,
    pub(crate) hosts: HostDirectory,
    pub(crate) account_directory: AccountDirectory,
    /// How many rows of components there are.
    pub(crate) component_rows: u64,
    networks: Vec<(IpAddr, u8, String)>,
}

/// Where a machine is, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlace {
    /// Its zone.
    pub zone: Option<String>,
    /// `crown-jewel`, `internet-facing`.
    pub tags: Vec<&'static str>,
    /// Who owns it.
    pub owner: Option<String>,
}

impl Ours {
    /// Folds what documents say: rows about one machine become one, and names find their machine.
    #[must_use]
    pub fn of<'s>(documents: impl IntoIterator<Item = &'s Said>) -> Self {
        let mut ours = Self::default();
        let mut devices: Vec<&Arc<Device>> = Vec::new();
        let mut accounts: BTreeSet<&Account> = BTreeSet::new();
        let mut zones: BTreeSet<&Zone> = BTreeSet::new();
        for said in documents {
            devices.extend(&said.devices);
            accounts.extend(&said.accounts);
            zones.extend(&said.zones);
            ours.rules.extend(said.rules.iter().cloned());
            ours.names.extend(said.names.iter().cloned());
            ours.component_rows += u64::try_from(said.components.rows.len()).unwrap_or(0);
        }
        // Rows of one document are in order; of several the sets are merged.
        devices.sort();
        devices.dedup();
        ours.fold_devices(&devices);
        let (directory, keys) = AccountDirectory::classes(accounts.iter().copied());
        ours.account_directory = directory;
        for (row, key) in accounts.into_iter().zip(keys) {
            let Some(key) = key else { continue };
            match ours.accounts.get_mut(&key) {
                Some(known) => fill_account(known, row),
                None => _ = ours.accounts.insert(key, row.clone()),
            }
        }
        for row in zones {
            let key = row.name.to_lowercase();
            match ours.zones.get_mut(&key) {
                Some(known) => fill_zone(known, row),
                None => _ = ours.zones.insert(key, row.clone()),
            }
        }
        for account in ours.accounts.values_mut() {
            let mut seen: HashSet<String> = HashSet::new();
            account.groups.retain(|group| seen.insert(group.clone()));
        }
        for zone in ours.zones.values_mut() {
            zone.networks.sort_unstable();
            zone.networks.dedup();
        }
        let networks = ours
            .zones
            .values()
            .flat_map(|zone| zone.networks.iter().map(|network| (network, zone.name.clone())))
            .filter_map(|(network, zone)| parse_network(&network.value).map(|(at, bits)| (at, bits, zone)))
            .filter(|(_, bits, _)| *bits > 0);
        ours.networks = networks.collect();
        ours
    }

    fn fold_devices(&mut self, rows: &[&Arc<Device>]) {
        let (hosts, keys) = HostDirectory::classes(rows.iter().map(|row| &***row));
        let mut keyed: Vec<(Arc<str>, &Arc<Device>)> =
            keys.into_iter().zip(rows).filter_map(|(key, row)| Some((key?, *row))).collect();
        // The rows of one machine stay in order of content.
        keyed.sort_by(|a, b| a.0.cmp(&b.0));
        let mut once = ClaimsOnce::default();
        let mut of_one = Vec::new();
        let folded = keyed.chunk_by(|a, b| a.0 == b.0).filter_map(|rows| {
            let (key, _) = rows.first()?;
            of_one.clear();
            of_one.extend(rows.iter().map(|(_, row)| *row));
            Some((Arc::clone(key), Machine::of(&of_one, &mut once)?))
        });
        self.devices = folded.collect();
        self.hosts = hosts;
    }

    /// The names of ours and of partners, in order.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        self.names.iter()
    }

    /// The words of tables of names, each with its row.
    pub fn keywords(&self) -> impl Iterator<Item = (&str, &Name)> {
        self.names.iter().filter_map(|name| match &name.value {
            NameValue::Keyword(word) => Some((word.as_str(), name)),
            NameValue::Observable(_) => None,
        })
    }

    /// The name under which findings name a machine that is written so.
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
    pub(crate) fn device(&self, entity: &Entity) -> Option<&Machine> {
        self.devices.get(entity.key.host_name()?)
    }

    /// Where a machine is and whose it is, by the name under which findings name it.
    #[must_use]
    pub fn place_of(&self, host: &str) -> Option<HostPlace> {
        let device = self.device(&self.hosts.resolve(host, None))?;
        let mut tags = Vec::new();
        if device.crown_jewel == Some(true) {
            tags.push("crown-jewel");
        }
        if self.internet_facing(device) == Some(true) {
            tags.push("internet-facing");
        }
        let zone = self.zone_of(device).map(|zone| zone.name.clone());
        Some(HostPlace {
            zone: zone.or_else(|| device.zone.as_deref().map(str::to_owned)),
            tags,
            owner: device.owner.as_deref().map(str::to_owned),
        })
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

    /// What a machine is to the rest: reachable from the internet or not, if that is known.
    pub(crate) fn internet_facing(&self, device: &Device) -> Option<bool> {
        device.internet_facing.or_else(|| {
            let kind = self.zone_of(device)?.kind?;
            (!matches!(kind, ZoneKind::Dmz | ZoneKind::Internet)).then_some(false)
        })
    }

    /// The name of our own party.
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

fn fill_account(known: &mut Account, row: &Account) {
    fill!(known, row, domain, upn, sid, mail, kind, enabled, created, password_set, owner);
    // What one system calls privileged is: another's "no" is about its own roles only.
    known.privileged = known.privileged.max(row.privileged);
    // The weakest factor is a way in.
    known.factor = known.factor.into_iter().chain(row.factor).min();
    known.last_used = known.last_used.max(row.last_used);
    // Each once, in order, when all rows are in: to look for each among those before would take their square.
    known.groups.extend(row.groups.iter().cloned());
}

fn fill_zone(known: &mut Zone, row: &Zone) {
    fill!(known, row, kind, crown_jewel, owner);
    known.networks.extend(row.networks.iter().cloned());
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
}
