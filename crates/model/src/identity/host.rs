//! Machines: short name, full name, NetBIOS name, domain SID, addresses with their times.
//!
//! Rows of inventories are folded into *classes of names* before anything is keyed: `wiki-1` in one table and
//! `wiki-1.corp.example` in another are one machine. Folding never guesses:
//!
//! - a full name (FQDN) identifies a machine; rows with the same full name are one class;
//! - a row without one joins the class that its domain SID, or else its short name, leads to, if exactly one does;
//! - a row that leads to two classes, and a short name that two classes share, join nothing and are reported;
//! - an address is a property of a class at a time and never joins classes.
//!
//! Classes are a function of the set of rows. They are rebuilt whole on each change, because a union cannot be
//! undone.

use super::class::{self, NameRow};
use super::few::Few;
use super::name::{normal, short};
use super::{Entity, EntityKey};
use crate::Timestamp;
use crate::ours::{Device, Lease};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Names → keys. Nearly every name has one.
type NameIndex = BTreeMap<Box<str>, Few<Box<str>>>;

/// Resolves any written name of a machine.
#[derive(Clone, Debug, Default)]
pub struct HostDirectory {
    /// Key → display name.
    displays: BTreeMap<String, String>,
    /// Full names, in lower case → keys.
    full: NameIndex,
    /// Short names and aliases, in lower case → keys.
    short: NameIndex,
    /// SIDs → keys.
    sids: NameIndex,
    /// Address → who had it when.
    addresses: BTreeMap<IpAddr, Few<(Lease, Box<str>)>>,
    /// Key → every key that this class would have without some of its rows.
    former: NameIndex,
    ambiguous: BTreeSet<String>,
}

impl HostDirectory {
    /// A directory of these rows. See [`HostDirectory::classes`] for which row is of which machine.
    #[must_use]
    pub fn new<'d>(devices: impl IntoIterator<Item = &'d Device>) -> Self {
        Self::classes(devices).0
    }

    /// A directory of these rows, and the key of each row's class, in order of the rows. A row without any name
    /// has none.
    #[must_use]
    pub fn classes<'d>(devices: impl IntoIterator<Item = &'d Device>) -> (Self, Vec<Option<String>>) {
        let devices: Vec<&Device> = devices.into_iter().collect();
        let rows: Vec<NameRow> = devices.iter().map(|device| NameRow::of(device)).collect();
        let (keys, ambiguous) = class::keys(&rows);
        let mut directory = Self { ambiguous, ..Self::default() };
        for ((device, row), key) in devices.iter().zip(&rows).zip(&keys) {
            if let Some(key) = key {
                directory.learn(device, row, key);
            }
        }
        (directory, keys)
    }

    fn learn(&mut self, device: &Device, row: &NameRow, key: &str) {
        let display = self.displays.entry(key.to_owned()).or_insert_with(|| device.name.clone());
        if device.name < *display {
            display.clone_from(&device.name);
        }
        for full in row.full.iter().chain(&row.other_full) {
            add(&mut self.full, full, key);
            add(&mut self.short, short(full), key);
            add(&mut self.former, key, full);
        }
        for short in &row.short {
            add(&mut self.short, short, key);
            add(&mut self.former, key, short);
        }
        if let Some(sid) = &row.sid {
            add(&mut self.sids, sid, key);
            add(&mut self.former, key, sid);
        }
        for lease in &device.addresses {
            self.addresses.entry(lease.address).or_default().insert((*lease, Box::from(key)));
        }
    }

    /// Short names that fit several machines: rows and logs that have no other name for a machine stay apart.
    pub fn ambiguous(&self) -> impl Iterator<Item = &str> {
        self.ambiguous.iter().map(String::as_str)
    }

    /// The keys (with `host:`) that a class would have if it had fewer names: what its findings may have been
    /// called before a name arrived.
    pub fn former_keys(&self, key: &EntityKey) -> impl Iterator<Item = EntityKey> + '_ {
        let names = key.host_name().and_then(|key| self.former.get(key));
        names.into_iter().flat_map(Few::iter).map(|name| EntityKey::host(name))
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

    /// The machine whose class has this name.
    #[must_use]
    pub fn of_class(&self, name: &str) -> Option<Entity> {
        self.entity(name, "inventory")
    }

    /// The machine that had this address then. A lease that covers the time comes before one without times; a
    /// machine that has another name than this address comes before one that has not; two that fit equally are
    /// nobody.
    #[must_use]
    pub fn at_address(&self, address: IpAddr, at: Option<Timestamp>) -> Option<Entity> {
        let leases = self.addresses.get(&address);
        let own = address.to_string();
        let dated = |lease: &Lease| lease.from.is_some() || lease.until.is_some();
        let covers = |lease: &Lease| {
            at.is_some_and(|at| {
                lease.from.is_none_or(|from| from <= at) && lease.until.is_none_or(|to| at < to)
            })
        };
        let keys = |wanted: &dyn Fn(&Lease) -> bool| -> BTreeSet<&str> {
            let leases = leases.into_iter().flat_map(Few::iter);
            let keys = leases.filter(|(lease, key)| wanted(lease) && **key != *own);
            keys.map(|(_, key)| &**key).collect()
        };
        let (then, always) = (keys(&|lease| dated(lease) && covers(lease)), keys(&|lease| !dated(lease)));
        match (then.len(), always.len()) {
            (1, _) => self.entity(then.first()?, "address at that time"),
            (0, 1) => self.entity(always.first()?, "address"),
            (0, 0) => self.entity(&own, "address"),
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
        let key = keys.only()?;
        (!key.contains('.')).then(|| self.entity(key, "short name of the full name")).flatten()
    }

    fn one(&self, index: &NameIndex, name: &str, why: &'static str) -> Option<Entity> {
        let keys = index.get(name)?;
        // A full name that is the key of a class is that class, whoever else has it for an alias.
        let own = keys.iter().find(|key| ***key == *name);
        let key = if self.ambiguous.contains(name) { keys.only() } else { own.or_else(|| keys.only()) };
        key.and_then(|key| self.entity(key, why))
    }

    fn entity(&self, key: &str, reason: &'static str) -> Option<Entity> {
        let display = self.displays.get(key)?.clone();
        Some(Entity { key: EntityKey::host(key), display, known: true, reason })
    }
}

fn unknown(name: &str, written: &str) -> Entity {
    let display = written.trim().trim_end_matches('.').to_ascii_lowercase();
    Entity { key: EntityKey::host(name), display, known: false, reason: "not in the inventory" }
}

fn add(index: &mut NameIndex, name: &str, key: &str) {
    if !name.is_empty() {
        index.entry(Box::from(name)).or_default().insert(Box::from(key));
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
        directory.resolve(name, None).key.to_string()
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
    fn a_name_that_fits_two_machines_is_neither_and_is_reported() {
        let directory = HostDirectory::new(&[
            device("web", Some("web.a.example"), &[]),
            device("web", Some("web.b.example"), &[]),
        ]);
        assert_eq!(key(&directory, "web"), "host:web");
        assert!(!directory.resolve("web", None).known);
        assert_eq!(key(&directory, "web.b.example"), "host:web.b.example");
        assert_eq!(directory.ambiguous().collect::<Vec<_>>(), ["web"]);
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
    fn a_row_named_by_its_address_gives_way_to_a_machine_with_a_name() {
        let scanned = device("192.0.2.9", None, &[always("192.0.2.9")]);
        let named = device("cam-1", None, &[always("192.0.2.9")]);
        assert_eq!(key(&HostDirectory::new([&scanned]), "192.0.2.9"), "host:192.0.2.9");
        assert_eq!(key(&HostDirectory::new([&scanned, &named]), "192.0.2.9"), "host:cam-1");
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
