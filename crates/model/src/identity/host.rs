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
//! undone. A class is a number, its place among the keys in order, and a name that is the key shares its text: of a
//! million machines nearly all have one name.

use super::class::{self, NameRow};
use super::name::{normal, short};
use super::pairs::Pairs;
use super::{Entity, EntityKey};
use crate::Timestamp;
use crate::ours::{Device, Lease};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Names → numbers of classes. Nearly every name has one.
type NameIndex = Pairs<Arc<str>, u32>;

/// Resolves any written name of a machine.
#[derive(Clone, Debug, Default)]
pub struct HostDirectory {
    /// The keys of the classes, in order.
    keys: Vec<Arc<str>>,
    /// The name of each class for people.
    displays: Vec<Arc<str>>,
    /// Full names, in lower case → classes.
    full: NameIndex,
    /// Short names and aliases, in lower case → classes.
    short: NameIndex,
    /// SIDs → classes.
    sids: NameIndex,
    /// Address → who always has it.
    always: Pairs<IpAddr, u32>,
    /// Address → who had it when.
    dated: Pairs<IpAddr, (Lease, u32)>,
    /// Class → every other key that it would have without some of its rows.
    former: Pairs<u32, Arc<str>>,
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
    pub fn classes<'d>(devices: impl IntoIterator<Item = &'d Device>) -> (Self, Vec<Option<Arc<str>>>) {
        let devices: Vec<&Device> = devices.into_iter().collect();
        let rows: Vec<NameRow> = devices.iter().map(|device| NameRow::of(device)).collect();
        let (keys_of_rows, ambiguous) = class::keys(&rows);
        let mut distinct: Vec<&str> = keys_of_rows.iter().flatten().copied().collect();
        distinct.sort();
        distinct.dedup();
        let keys: Vec<Arc<str>> = distinct.into_iter().map(Arc::from).collect();
        let mut names = Names { displays: vec![None; keys.len()], ..Names::default() };
        let mut shared = Vec::with_capacity(rows.len());
        for ((device, row), key) in devices.iter().zip(&rows).zip(keys_of_rows) {
            let class = key.and_then(|key| keys.binary_search_by(|known| (**known).cmp(key)).ok());
            let key = class.and_then(|class| keys.get(class));
            if let Some(key) = key {
                names.learn(device, row, (key, number(class.unwrap_or(usize::MAX))));
            }
            shared.push(key.cloned());
        }
        let displays = names.displays.into_iter().zip(&keys);
        let displays = displays.map(|(display, key)| display.unwrap_or_else(|| Arc::clone(key))).collect();
        let directory = Self {
            displays,
            full: Pairs::of(names.full),
            short: Pairs::of(names.short),
            sids: Pairs::of(names.sids),
            always: Pairs::of(names.always),
            dated: Pairs::of(names.dated),
            former: Pairs::of(names.former),
            keys,
            ambiguous,
        };
        (directory, shared)
    }

    /// Short names that fit several machines: rows and logs that have no other name for a machine stay apart.
    pub fn ambiguous(&self) -> impl Iterator<Item = &str> {
        self.ambiguous.iter().map(String::as_str)
    }

    /// The keys (with `host:`) that a class would have if it had fewer names: what its findings may have been
    /// called before a name arrived. Its own key is not among them.
    pub fn former_keys(&self, key: &EntityKey) -> impl Iterator<Item = EntityKey> + '_ {
        let class = key.host_name().and_then(|key| self.class(key));
        let names = class.map(|class| self.former.of_key(&class)).unwrap_or_default();
        names.iter().map(|(_, name)| EntityKey::host(name))
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
        self.entity(self.class(name)?, "inventory")
    }

    /// The machine that had this address then. A lease that covers the time comes before one without times; a
    /// machine that has another name than this address comes before one that has not; two that fit equally are
    /// nobody.
    #[must_use]
    pub fn at_address(&self, address: IpAddr, at: Option<Timestamp>) -> Option<Entity> {
        let own = self.class(&address.to_string());
        let covers = |lease: &Lease| {
            at.is_some_and(|at| {
                lease.from.is_none_or(|from| from <= at) && lease.until.is_none_or(|to| at < to)
            })
        };
        let is_other = |class: &u32| Some(*class) != own;
        let then = self.dated.of_key(&address).iter().filter(|(_, (lease, _))| covers(lease));
        let then: BTreeSet<u32> = then.map(|(_, (_, class))| *class).filter(is_other).collect();
        let always = self.always.of_key(&address).iter().map(|(_, class)| *class).filter(is_other);
        let mut always = always.take(2);
        match (then.len(), then.first(), always.next(), always.next()) {
            (1, Some(class), _, _) => self.entity(*class, "address at that time"),
            (0, _, Some(class), None) => self.entity(class, "address"),
            (0, _, None, _) => self.entity(own?, "address"),
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
        (0..number(self.keys.len())).filter_map(|class| self.entity(class, "inventory"))
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
        let class = *self.short.only(short(name))?;
        let is_short = self.key_of(class).is_some_and(|key| !key.contains('.'));
        is_short.then(|| self.entity(class, "short name of the full name")).flatten()
    }

    fn one(&self, index: &NameIndex, name: &str, why: &'static str) -> Option<Entity> {
        let classes = index.of_key(name);
        // A full name that is the key of a class is that class, whoever else has it for an alias.
        let is_own = |class: &u32| self.key_of(*class).is_some_and(|key| **key == *name);
        let only = if let [(_, class)] = classes { Some(*class) } else { None };
        let own = || classes.iter().map(|(_, class)| *class).find(is_own);
        let class = if self.ambiguous.contains(name) { only } else { only.or_else(own) };
        class.and_then(|class| self.entity(class, why))
    }

    /// The number of the class with this key.
    fn class(&self, key: &str) -> Option<u32> {
        self.keys.binary_search_by(|known| (**known).cmp(key)).ok().map(number)
    }

    fn key_of(&self, class: u32) -> Option<&Arc<str>> {
        self.keys.get(usize::try_from(class).ok()?)
    }

    fn entity(&self, class: u32, reason: &'static str) -> Option<Entity> {
        let display = self.displays.get(usize::try_from(class).ok()?)?.to_string();
        Some(Entity { key: EntityKey::host(self.key_of(class)?), display, known: true, reason })
    }
}

/// Names and addresses of classes while rows are gone through.
#[derive(Default)]
struct Names {
    displays: Vec<Option<Arc<str>>>,
    full: Vec<(Arc<str>, u32)>,
    short: Vec<(Arc<str>, u32)>,
    sids: Vec<(Arc<str>, u32)>,
    always: Vec<(IpAddr, u32)>,
    dated: Vec<(IpAddr, (Lease, u32))>,
    former: Vec<(u32, Arc<str>)>,
}

impl Names {
    fn learn(&mut self, device: &Device, row: &NameRow, (key, class): (&Arc<str>, u32)) {
        let text = |name: &str| if *name == **key { Arc::clone(key) } else { Arc::from(name) };
        if let Some(display) = usize::try_from(class).ok().and_then(|class| self.displays.get_mut(class))
            && display.as_deref().is_none_or(|known| *device.name < *known)
        {
            *display = Some(text(&device.name));
        }
        let mut former = |name: Arc<str>| {
            if name != *key {
                self.former.push((class, name));
            }
        };
        for full in row.full.iter().chain(&row.other_full).filter(|full| !full.is_empty()) {
            let name = text(full);
            former(Arc::clone(&name));
            self.full.push((name, class));
            let short = short(full);
            self.short.extend((!short.is_empty()).then(|| (text(short), class)));
        }
        for short in row.short.iter() {
            let name = text(short);
            former(Arc::clone(&name));
            self.short.push((name, class));
        }
        if let Some(sid) = &row.sid {
            let name = text(sid);
            former(Arc::clone(&name));
            self.sids.push((name, class));
        }
        for lease in &device.addresses {
            if lease.from.is_some() || lease.until.is_some() {
                self.dated.push((lease.address, (*lease, class)));
            } else {
                self.always.push((lease.address, class));
            }
        }
    }
}

/// A place as a number.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn unknown(name: &str, written: &str) -> Entity {
    let display = written.trim().trim_end_matches('.').to_ascii_lowercase();
    Entity { key: EntityKey::host(name), display, known: false, reason: "not in the inventory" }
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
