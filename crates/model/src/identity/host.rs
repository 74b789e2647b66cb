//! Machines: short name, full name, NetBIOS name, SID, addresses with their times.

use super::Entity;
use crate::Timestamp;
use crate::ours::{Device, Lease};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Resolves any written name of a machine.
#[derive(Clone, Debug, Default)]
pub struct HostDirectory {
    /// Key → display name.
    displays: BTreeMap<String, String>,
    /// Full names, in lower case → keys.
    full: BTreeMap<String, BTreeSet<String>>,
    /// Short names and aliases, in lower case → keys.
    short: BTreeMap<String, BTreeSet<String>>,
    /// SIDs → keys.
    sids: BTreeMap<String, BTreeSet<String>>,
    /// Address → who had it when.
    addresses: BTreeMap<IpAddr, BTreeSet<(Lease, String)>>,
}

impl HostDirectory {
    /// A directory of these devices.
    #[must_use]
    pub fn new<'d>(devices: impl IntoIterator<Item = &'d Device>) -> Self {
        let mut directory = Self::default();
        for device in devices {
            directory.learn(device);
        }
        directory
    }

    fn learn(&mut self, device: &Device) {
        let key = Self::key_of(device);
        if key.is_empty() {
            return;
        }
        let display = self.displays.entry(key.clone()).or_insert_with(|| device.name.clone());
        if device.name < *display {
            display.clone_from(&device.name);
        }
        if let Some(fqdn) = &device.fqdn {
            add(&mut self.full, &normal(fqdn), &key);
            add(&mut self.short, short(&normal(fqdn)), &key);
        }
        for name in std::iter::once(&device.name).chain(&device.aliases) {
            let name = normal(name);
            if name.contains('.') {
                add(&mut self.full, &name, &key);
            }
            add(&mut self.short, short(&name), &key);
        }
        if let Some(sid) = &device.sid {
            add(&mut self.sids, &normal(sid), &key);
        }
        for lease in &device.addresses {
            self.addresses.entry(lease.address).or_default().insert((*lease, key.clone()));
        }
    }

    /// The key of a device: its full name where it has one, else its name.
    #[must_use]
    pub fn key_of(device: &Device) -> String {
        normal(device.fqdn.as_deref().unwrap_or(&device.name))
    }

    /// The machine that is meant by a written name, at a time where that is known (addresses move).
    #[must_use]
    pub fn resolve(&self, written: &str, at: Option<Timestamp>) -> Entity {
        let name = normal(written);
        if let Ok(address) = name.parse::<IpAddr>() {
            return self.at_address(address, at).unwrap_or_else(|| unknown(&name, written));
        }
        if let Some(found) = self.one(&self.full, &name, "full name") {
            return found;
        }
        if let Some(found) = self.one(&self.sids, &name, "security identifier") {
            return found;
        }
        if let Some(found) = self.by_short_name(&name) {
            return found;
        }
        unknown(&name, written)
    }

    /// The machine that had this address then. A lease that covers the time comes before one without times;
    /// two that fit equally are nobody.
    #[must_use]
    pub fn at_address(&self, address: IpAddr, at: Option<Timestamp>) -> Option<Entity> {
        let leases = self.addresses.get(&address)?;
        let dated = |lease: &Lease| lease.from.is_some() || lease.until.is_some();
        let covers = |lease: &Lease| {
            at.is_some_and(|at| {
                lease.from.is_none_or(|from| from <= at) && lease.until.is_none_or(|to| at < to)
            })
        };
        let keys = |wanted: &dyn Fn(&Lease) -> bool| -> BTreeSet<&String> {
            leases.iter().filter(|(lease, _)| wanted(lease)).map(|(_, key)| key).collect()
        };
        let (then, always) = (keys(&|lease| dated(lease) && covers(lease)), keys(&|lease| !dated(lease)));
        match (then.len(), always.len()) {
            (1, _) => self.entity(then.first()?, "address at that time"),
            (0, 1) => self.entity(always.first()?, "address"),
            _ => None,
        }
    }

    /// The machine that a path names: the first component of the path, or word of it, that is the name of
    /// exactly one machine, deepest component first (`hosts/app-1/var/log/syslog`, `wiki-1.cdx.json`).
    #[must_use]
    pub fn named_in_path(&self, path: &str) -> Option<Entity> {
        for component in path.rsplit(['/', '\\', '!']) {
            let mut name = normal(component);
            loop {
                let found = self.one(&self.full, &name, "named in the path");
                if let Some(found) = found.or_else(|| self.one(&self.short, &name, "named in the path")) {
                    return Some(found);
                }
                let Some(cut) = name.rfind(['.', '_']) else { break };
                name.truncate(cut);
            }
            let words = normal(component);
            let found = words
                .split(['.', '_', ' '])
                .find_map(|word| self.one(&self.short, word, "named in the path").filter(|_| word.len() > 2));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Every known machine, in order of key.
    pub fn entities(&self) -> impl Iterator<Item = Entity> + '_ {
        self.displays.keys().filter_map(|key| self.entity(key, "inventory"))
    }

    fn by_short_name(&self, name: &str) -> Option<Entity> {
        let machine_account = name.strip_suffix('$').map(|name| name.rsplit('\\').next().unwrap_or(name));
        if let Some(account) = machine_account {
            return self.one(&self.short, account, "machine account");
        }
        if !name.contains('.') {
            return self.one(&self.short, name, "short name");
        }
        // A full name whose short name we know: ours if the inventory has no other full name for it.
        let keys = self.short.get(short(name))?;
        let key = keys.first().filter(|_| keys.len() == 1)?;
        (!key.contains('.')).then(|| self.entity(key, "short name of the full name")).flatten()
    }

    fn one(
        &self,
        index: &BTreeMap<String, BTreeSet<String>>,
        name: &str,
        why: &'static str,
    ) -> Option<Entity> {
        let keys = index.get(name)?;
        keys.first().filter(|_| keys.len() == 1).and_then(|key| self.entity(key, why))
    }

    fn entity(&self, key: &str, reason: &'static str) -> Option<Entity> {
        let display = self.displays.get(key)?.clone();
        Some(Entity { key: format!("host:{key}"), display, known: true, reason })
    }
}

fn unknown(name: &str, written: &str) -> Entity {
    let display = written.trim().trim_end_matches('.').to_ascii_lowercase();
    Entity { key: format!("host:{name}"), display, known: false, reason: "not in the inventory" }
}

fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').trim_start_matches("\\\\").to_lowercase()
}

fn short(name: &str) -> &str {
    if name.parse::<IpAddr>().is_ok() { name } else { name.split('.').next().unwrap_or(name) }
}

fn add(index: &mut BTreeMap<String, BTreeSet<String>>, name: &str, key: &str) {
    if !name.is_empty() {
        index.entry(name.to_owned()).or_default().insert(key.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(name: &str, fqdn: Option<&str>, addresses: &[Lease]) -> Device {
        Device {
            name: name.into(),
            fqdn: fqdn.map(str::to_owned),
            addresses: addresses.to_vec(),
            ..Device::default()
        }
    }

    fn always(address: &str) -> Lease {
        Lease { address: address.parse().expect("address"), from: None, until: None }
    }

    fn key(directory: &HostDirectory, name: &str) -> String {
        directory.resolve(name, None).key
    }

    #[test]
    fn every_name_of_a_machine_is_the_machine() {
        let directory = HostDirectory::new(&[
            device("portal-1", Some("portal-1.harbour.example"), &[always("192.0.2.10")]),
            device("dc-1", None, &[]),
        ]);
        for name in ["PORTAL-1", "portal-1.harbour.example.", "192.0.2.10", "HARBOUR\\PORTAL-1$", "portal-1$"]
        {
            assert_eq!(key(&directory, name), "host:portal-1.harbour.example", "{name}");
        }
        assert_eq!(key(&directory, "DC-1.harbour.example"), "host:dc-1");
        assert_eq!(directory.resolve("PORTAL-1", None).display, "portal-1");
    }

    #[test]
    fn a_name_that_fits_two_machines_is_neither() {
        let directory = HostDirectory::new(&[
            device("web", Some("web.a.example"), &[]),
            device("web", Some("web.b.example"), &[]),
        ]);
        assert_eq!(key(&directory, "web"), "host:web");
        assert!(!directory.resolve("web", None).known);
        assert_eq!(key(&directory, "web.b.example"), "host:web.b.example");
        // A full name that the inventory does not have is not the machine with the same short name.
        assert!(!directory.resolve("web.c.example", None).known);
    }

    #[test]
    fn an_address_is_whoever_had_it_then() {
        let at = |text| Timestamp::parse(text);
        let lease = |from, until| Lease { address: "192.0.2.9".parse().expect("address"), from, until };
        let directory = HostDirectory::new(&[
            device("old", None, &[lease(None, at("2024-06-10"))]),
            device("new", None, &[lease(at("2024-06-10"), None)]),
        ]);
        assert_eq!(directory.resolve("192.0.2.9", at("2024-06-09")).display, "old");
        assert_eq!(directory.resolve("192.0.2.9", at("2024-06-10")).display, "new");
        assert!(!directory.resolve("192.0.2.9", None).known);
    }

    #[test]
    fn a_path_names_its_machine() {
        let directory = HostDirectory::new(&[device("app-1", Some("app-1.harbour.example"), &[])]);
        for path in [
            "logs/app-1/access.log",
            "sbom/app-1.cdx.json",
            "x.zip!app-1_access.log.gz",
            "app-1.harbour.example.log",
        ] {
            assert_eq!(directory.named_in_path(path).map(|e| e.display).as_deref(), Some("app-1"), "{path}");
        }
        assert!(directory.named_in_path("logs/application-1/access.log").is_none());
    }
}
