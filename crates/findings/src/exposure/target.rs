//! What of ours can be exposed: components and devices, indexed by how records may name them.

use crate::Ours;
use crate::product::{OurProduct, Words, cpe_product, is_distribution};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use model::identity::{Entity, HostDirectory};
use model::ours::{Component, Device};
use model::world::{Exploited, Origin, Product, Vulnerability};
use model::{Evidence, Subject};
use std::collections::BTreeSet;

/// One thing that a vulnerability may be about.
pub(crate) struct Target {
    pub(crate) product: OurProduct,
    /// Its name, for people.
    pub(crate) name: String,
    /// Its name and version, for people.
    pub(crate) shown: String,
    pub(crate) version: Option<String>,
    pub(crate) host: Option<Entity>,
    pub(crate) owner: Option<String>,
    /// Package URL, or name and version.
    component: String,
    origin: Option<Origin>,
    excerpt: Vec<(&'static str, String)>,
}

/// All of them.
pub(crate) struct Targets {
    pub(crate) all: Vec<Target>,
    by_package: HashMap<String, Vec<usize>>,
    by_cpe: HashMap<(String, String), Vec<usize>>,
    by_word: HashMap<String, Vec<usize>>,
}

impl Targets {
    pub(crate) fn of(ours: &Ours) -> Self {
        let mut targets = Self {
            all: Vec::new(),
            by_package: HashMap::new(),
            by_cpe: HashMap::new(),
            by_word: HashMap::new(),
        };
        for installed in ours.installed() {
            let owner = installed.host.as_ref().and_then(|host| ours.device(host)?.owner.clone());
            targets.add(of_component(installed.component, installed.host, owner));
        }
        for device in ours.devices.values() {
            let host = ours.hosts.resolve(&HostDirectory::key_of(device), None);
            for target in of_device(device, &host) {
                targets.add(target);
            }
        }
        targets
    }

    fn add(&mut self, target: Target) {
        let index = self.all.len();
        if let Some(package) = &target.product.package {
            self.by_package.entry(package.clone()).or_default().push(index);
        }
        if let Some(cpe) = &target.product.cpe {
            self.by_cpe.entry(cpe.clone()).or_default().push(index);
        }
        if !target.product.distribution {
            for word in target.product.words.index_words() {
                self.by_word.entry(word.to_owned()).or_default().push(index);
            }
        }
        self.all.push(target);
    }

    /// The targets that a record's product may mean.
    pub(crate) fn candidates(&self, product: &Product, out: &mut BTreeSet<usize>) {
        let mut take = |found: Option<&Vec<usize>>| out.extend(found.into_iter().flatten());
        if let Some(package) = &product.package {
            take(self.by_package.get(&package.key()));
        }
        for cpe in product.cpes.iter().filter_map(|cpe| cpe_product(cpe)) {
            for word in Words::new(Some(&cpe.0), &cpe.1).index_words() {
                take(self.by_word.get(word));
            }
            take(self.by_cpe.get(&cpe));
        }
        if let Some(name) = &product.name {
            for word in Words::new(product.vendor.as_deref(), name).index_words() {
                take(self.by_word.get(word));
            }
        }
    }
}

impl Target {
    /// What identifies it: machine, and product without its version, so that an update closes the finding
    /// instead of moving it, and the same product in an SBOM and in the table of devices is one.
    pub(crate) fn key(&self) -> Vec<String> {
        let host = self.host.as_ref().map_or("host:", |host| host.key.as_str()).to_owned();
        let product = self.product.package.clone().unwrap_or_else(|| self.product.words.key());
        let product = if product.is_empty() { self.name.to_lowercase() } else { product };
        vec![host, product]
    }

    /// Whether this is a device's own product or system, by its row.
    pub(crate) fn is_of(&self, device: &Device) -> bool {
        device.origin.is_some()
            && self.origin == device.origin
            && self.host.as_ref().is_some_and(|host| host.display == device.name)
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject {
            host: self.host.as_ref().map(|host| host.display.clone()),
            component: Some(self.component.clone()),
            ..Subject::default()
        }
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = match &self.origin {
            Some(origin) => super::place_evidence(origin),
            None => Evidence::at("inventory", 0, None),
        };
        for (name, value) in &self.excerpt {
            evidence = evidence.with(name, value);
        }
        if let Some(host) = &self.host {
            evidence = evidence.with("host", &host.display).with("host by", host.reason);
        }
        evidence
    }
}

fn of_component(component: &Component, host: Option<Entity>, owner: Option<String>) -> Target {
    let package = component.package.as_ref();
    let namespace = package.and_then(|package| package.namespace.as_deref());
    let vendor = component.vendor.as_deref().or(namespace);
    let mut words = Words::new(vendor, &component.name);
    if let Some(namespace) = namespace {
        words.vendor.extend(Words::new(None, namespace).name);
    }
    let shown = match &component.version {
        Some(version) => format!("{} {version}", component.name),
        None => component.name.clone(),
    };
    let mut excerpt = vec![("name", component.name.clone())];
    excerpt.extend(component.version.clone().map(|version| ("version", version)));
    excerpt.extend(component.purl.clone().map(|purl| ("purl", purl)));
    Target {
        product: OurProduct {
            words,
            package: package.map(model::world::Package::key),
            cpe: component.cpe.as_deref().and_then(cpe_product),
            distribution: package.is_some_and(is_distribution),
        },
        name: component.name.clone(),
        component: component.purl.clone().unwrap_or_else(|| shown.clone()),
        shown,
        version: component.version.clone(),
        host,
        owner,
        origin: Some(component.origin.clone()),
        excerpt,
    }
}

/// A device is its main product, and its operating system.
fn of_device(device: &Device, host: &Entity) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut add = |vendor: Option<&str>, name: &str, version: Option<&str>| {
        let shown = version.map_or_else(|| name.to_owned(), |version| format!("{name} {version}"));
        let mut excerpt = vec![("device", device.name.clone()), ("product", name.to_owned())];
        excerpt.extend(version.map(|version| ("version", version.to_owned())));
        targets.push(Target {
            product: OurProduct {
                words: Words::new(vendor, name),
                package: None,
                cpe: None,
                distribution: false,
            },
            name: name.to_owned(),
            component: shown.clone(),
            shown,
            version: version.map(str::to_owned),
            host: Some(host.clone()),
            owner: device.owner.clone(),
            origin: device.origin.clone(),
            excerpt,
        });
    };
    if let Some(model) = &device.model {
        add(device.vendor.as_deref(), model, device.version.as_deref());
    }
    if let Some(system) = &device.system {
        let (name, version) = split_version(system);
        let version = version.or(device.version.as_deref().filter(|_| device.model.is_none()));
        let vendor = device.vendor.as_deref().filter(|_| device.model.is_none());
        add(vendor, name, version);
    }
    targets
}

/// `Debian GNU/Linux 11.6` is the name and the version; `Windows Server 2019` is a name.
fn split_version(text: &str) -> (&str, Option<&str>) {
    let Some((name, last)) = text.trim().rsplit_once(' ') else { return (text, None) };
    let digits = last.trim_start_matches('v');
    let starts = digits.starts_with(|c: char| c.is_ascii_digit());
    let year = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if starts && !year { (name.trim(), Some(digits)) } else { (text, None) }
}

/// The product as the KEV catalogue names it.
pub(crate) fn kev_product(kev: &Exploited) -> Product {
    Product { vendor: Some(kev.vendor.clone()), name: Some(kev.product.clone()), ..Product::default() }
}

/// Which vulnerabilities can matter here: so that of a feed of hundreds of thousands only those are kept.
pub struct Interest {
    packages: HashSet<String>,
    cpes: HashSet<(String, String)>,
    words: HashSet<String>,
    identifiers: BTreeSet<String>,
}

impl Interest {
    /// What is ours, and what the advisories name.
    #[must_use]
    pub fn new(ours: &Ours, advised: BTreeSet<String>) -> Self {
        let targets = Targets::of(ours);
        let mut interest = Self {
            packages: HashSet::new(),
            cpes: HashSet::new(),
            words: HashSet::new(),
            identifiers: advised,
        };
        interest.packages.extend(targets.by_package.into_keys());
        interest.cpes.extend(targets.by_cpe.into_keys());
        interest.words.extend(targets.by_word.into_keys());
        interest
    }

    /// Whether a vulnerability may be about something of ours, is named by an advisory, or takes something
    /// back.
    #[must_use]
    pub fn wants(&self, fact: &Vulnerability) -> bool {
        let named = std::iter::once(&fact.id).chain(&fact.aliases).any(|id| self.identifiers.contains(id));
        named || fact.withdrawn || fact.affected.iter().any(|affected| self.may_be_ours(&affected.product))
    }

    fn may_be_ours(&self, product: &Product) -> bool {
        if product.package.as_ref().is_some_and(|package| self.packages.contains(&package.key())) {
            return true;
        }
        let known = |words: Words| words.index_words().any(|word| self.words.contains(word));
        let by_cpe = product.cpes.iter().filter_map(|cpe| cpe_product(cpe));
        let mut by_cpe =
            by_cpe.map(|cpe| self.cpes.contains(&cpe) || known(Words::new(Some(&cpe.0), &cpe.1)));
        by_cpe.any(|found| found)
            || product.name.as_deref().is_some_and(|name| known(Words::new(product.vendor.as_deref(), name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_split_into_name_and_version() {
        assert_eq!(split_version("Debian GNU/Linux 11.6"), ("Debian GNU/Linux", Some("11.6")));
        assert_eq!(split_version("RouterOS v6.48.6"), ("RouterOS", Some("6.48.6")));
        assert_eq!(split_version("Windows Server 2019"), ("Windows Server 2019", None));
        assert_eq!(split_version("VxWorks"), ("VxWorks", None));
    }
}
