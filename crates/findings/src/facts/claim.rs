//! What a row of an inventory claims to be installed, or a scanner reports; a million rows take a few bytes each.
//!
//! A claim keeps name, vendor and version of *one* row: the product of one row with the version of another would
//! invent an exposure. Two million rows hold some fifty thousand different claims, so a document keeps each
//! claim once, and of a row only three numbers: its claim, its machine as written, its place.

use foldhash::{HashMap, HashMapExt};
use model::ours::{Component, ScanResult};
use model::world::Package;
use model::{Date, FactId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What sort of row made the claim, and so how its proof reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum ClaimKind {
    /// A component of a list of packages or an SBOM.
    Component,
    /// The main product of a row of devices.
    Device,
    /// The operating system of a row of devices.
    System,
    /// A result of a scanner.
    Scan,
}

/// What a scanner reports of a component, or of a machine without naming the component.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Scanned {
    pub(crate) scanner: Box<str>,
    /// The vulnerability by all its identifiers; the first is the one that the scanner reports.
    pub(crate) ids: Vec<Box<str>>,
    pub(crate) title: Option<Box<str>>,
    pub(crate) port: Option<Box<str>>,
    pub(crate) fixed: Option<Box<str>>,
    /// The day on which it was last seen.
    pub(crate) found: Option<Date>,
    /// Whether it names the component.
    pub(crate) names_component: bool,
}

/// Installed software as one row says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) kind: ClaimKind,
    pub(crate) name: Box<str>,
    pub(crate) version: Option<Box<str>>,
    pub(crate) vendor: Option<Box<str>>,
    pub(crate) package: Option<Box<Package>>,
    pub(crate) purl: Option<Box<str>>,
    pub(crate) cpe: Option<Box<str>>,
    /// Of a scanner's result: the result.
    pub(crate) scan: Option<Box<Scanned>>,
}

impl Claim {
    /// What a component claims.
    pub(crate) fn of(component: Component) -> Self {
        let boxed = |text: Option<String>| text.map(String::into_boxed_str);
        Self {
            kind: ClaimKind::Component,
            name: component.name.into_boxed_str(),
            version: boxed(component.version),
            vendor: boxed(component.vendor),
            package: component.package.map(Box::new),
            purl: boxed(component.purl),
            cpe: boxed(component.cpe),
            scan: None,
        }
    }

    /// What a scanner reports. Where it names no component, the claim bears the scanner's line about it.
    pub(crate) fn of_scan(result: ScanResult) -> Self {
        let boxed = |text: Option<String>| text.map(String::into_boxed_str);
        let names_component = result.component.is_some();
        let mut claim = match result.component {
            Some(component) => Self::of(component),
            None => {
                let shown = result.title.as_deref().unwrap_or(&result.vulnerability);
                Self::of_device(ClaimKind::Scan, None, shown, None)
            }
        };
        claim.kind = ClaimKind::Scan;
        let others = result.aliases.into_iter().filter(|alias| *alias != result.vulnerability);
        let mut ids: Vec<Box<str>> = vec![result.vulnerability.clone().into_boxed_str()];
        ids.extend(others.map(String::into_boxed_str));
        claim.scan = Some(Box::new(Scanned {
            scanner: result.scanner.into_boxed_str(),
            ids,
            title: boxed(result.title),
            port: boxed(result.port),
            fixed: boxed(result.fixed),
            found: result.found.map(model::Timestamp::date),
            names_component,
        }));
        claim
    }

    /// A name with version as a device's row gives it.
    pub(crate) fn of_device(
        kind: ClaimKind,
        vendor: Option<&str>,
        name: &str,
        version: Option<&str>,
    ) -> Self {
        Self {
            kind,
            name: Box::from(name),
            version: version.map(Box::from),
            vendor: vendor.map(Box::from),
            package: None,
            purl: None,
            cpe: None,
            scan: None,
        }
    }

    /// The version as ranges compare it: the epoch of an rpm or Debian package may be in a qualifier of its package URL
    /// only, and decides before everything else.
    pub(crate) fn compared_version(&self) -> Option<Cow<'_, str>> {
        let version = self.version.as_deref()?;
        let Some(package) = &self.package else { return Some(version.into()) };
        let qualifiers =
            self.purl.as_deref().and_then(|purl| purl.split_once('?')).map_or("", |(_, after)| after);
        let epoch = qualifiers.split(['&', '#']).find_map(|pair| pair.strip_prefix("epoch="));
        Some(if epoch.is_some() { package.version_with_epoch(version, epoch).into() } else { version.into() })
    }

    /// Whether a row of devices makes it.
    pub(crate) fn is_of_device(&self) -> bool {
        matches!(self.kind, ClaimKind::Device | ClaimKind::System)
    }

    /// Name and version, for people.
    pub(crate) fn shown(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.to_string(),
        }
    }

    /// Package URL, or name and version.
    pub(crate) fn component(&self) -> String {
        self.purl.as_ref().map_or_else(|| self.shown(), ToString::to_string)
    }

    /// The identity of the fact that this is installed on a machine that is written so.
    #[must_use]
    pub(crate) fn fact(&self, host: Option<&str>) -> FactId {
        let package = self.package.as_ref().map(|package| package.key());
        FactId::of(
            "component",
            [
                Some(&*self.name),
                self.version.as_deref(),
                self.vendor.as_deref(),
                package.as_deref(),
                self.purl.as_deref(),
                self.cpe.as_deref(),
                host,
            ],
        )
    }
}

/// One row: a claim about a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ClaimRow {
    /// Index into [`Components::claims`].
    pub(crate) claim: u32,
    /// Index into [`Components::hosts`]; [`ClaimRow::UNNAMED`]: the row names no machine, the document may.
    pub(crate) host: u32,
    /// Line or record.
    pub(crate) place: u32,
}

impl ClaimRow {
    /// The row names no machine.
    pub(crate) const UNNAMED: u32 = u32::MAX;
}

/// All components of one document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Components {
    pub(crate) claims: Vec<Claim>,
    pub(crate) hosts: Vec<Box<str>>,
    pub(crate) rows: Vec<ClaimRow>,
    claim_numbers: HashMap<u64, Vec<u32>>,
    host_numbers: HashMap<Box<str>, u32>,
}

impl Components {
    /// Adds a component. `false` when there is no room: more than four thousand million rows.
    pub(crate) fn add(&mut self, component: Component) -> bool {
        let place = u32::try_from(component.origin.place.number()).unwrap_or(u32::MAX);
        let host = match &component.host {
            Some(host) => self.host(host),
            None => Some(ClaimRow::UNNAMED),
        };
        let claim = self.claim(Claim::of(component));
        let (Some(claim), Some(host)) = (claim, host) else { return false };
        self.rows.push(ClaimRow { claim, host, place });
        true
    }

    /// Adds what a scanner reports. `false` when there is no room.
    pub(crate) fn add_scan(&mut self, result: ScanResult) -> bool {
        let place = u32::try_from(result.origin.place.number()).unwrap_or(u32::MAX);
        let host = match &result.host {
            Some(host) => self.host(host),
            None => Some(ClaimRow::UNNAMED),
        };
        let claim = self.claim(Claim::of_scan(result));
        let (Some(claim), Some(host)) = (claim, host) else { return false };
        self.rows.push(ClaimRow { claim, host, place });
        true
    }

    fn host(&mut self, written: &str) -> Option<u32> {
        if let Some(known) = self.host_numbers.get(written) {
            return Some(*known);
        }
        let number = u32::try_from(self.hosts.len()).ok().filter(|number| *number != ClaimRow::UNNAMED)?;
        self.hosts.push(Box::from(written));
        self.host_numbers.insert(Box::from(written), number);
        Some(number)
    }

    fn claim(&mut self, claim: Claim) -> Option<u32> {
        use std::hash::BuildHasher;
        let hash = self.claim_numbers.hasher().hash_one(&claim);
        let alike = self.claim_numbers.entry(hash).or_default();
        let known = alike.iter().copied().find(|number| {
            usize::try_from(*number).ok().and_then(|number| self.claims.get(number)) == Some(&claim)
        });
        if known.is_some() {
            return known;
        }
        let number = u32::try_from(self.claims.len()).ok()?;
        alike.push(number);
        self.claims.push(claim);
        Some(number)
    }

    /// Adds what another document holds.
    pub(crate) fn add_all(&mut self, other: &Self) {
        use std::hash::BuildHasher;
        if self.claim_numbers.is_empty() {
            for (number, claim) in (0_u32..).zip(&self.claims) {
                let hash = self.claim_numbers.hasher().hash_one(claim);
                self.claim_numbers.entry(hash).or_default().push(number);
            }
            for (number, host) in (0_u32..).zip(&self.hosts) {
                self.host_numbers.insert(host.clone(), number);
            }
        }
        for row in &other.rows {
            let host = match other.host_of(row) {
                Some(host) => self.host(host),
                None => Some(ClaimRow::UNNAMED),
            };
            let claim = other.claim_of(row).cloned().and_then(|claim| self.claim(claim));
            if let (Some(claim), Some(host)) = (claim, host) {
                self.rows.push(ClaimRow { claim, host, place: row.place });
            }
        }
    }

    /// Puts rows in order and lets go of what only reading needs.
    pub(crate) fn settle(&mut self) {
        self.rows.sort_unstable();
        self.rows.dedup();
        self.rows.shrink_to_fit();
        self.claims.shrink_to_fit();
        self.claim_numbers = HashMap::new();
        self.host_numbers = HashMap::new();
    }

    /// The facts that a document says: a component on a machine as written, whatever its place.
    pub(crate) fn facts(&self) -> impl Iterator<Item = FactId> {
        self.rows.iter().filter_map(|row| Some(self.claim_of(row)?.fact(self.host_of(row))))
    }

    /// The claim of a row.
    pub(crate) fn claim_of(&self, row: &ClaimRow) -> Option<&Claim> {
        self.claims.get(usize::try_from(row.claim).ok()?)
    }

    /// The machine that a row names, as written.
    pub(crate) fn host_of(&self, row: &ClaimRow) -> Option<&str> {
        self.hosts.get(usize::try_from(row.host).ok()?).map(|host| &**host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_in_a_qualifier_is_compared_too() {
        let claim = |version: &str, purl: &str| Claim {
            purl: Some(Box::from(purl)),
            package: Some(Box::new(Package {
                ecosystem: if purl.contains("deb") { "deb" } else { "rpm" }.into(),
                namespace: None,
                name: "gangway".into(),
            })),
            ..Claim::of_device(ClaimKind::Component, None, "gangway", Some(version))
        };
        for (version, purl, expected) in [
            ("9.16-24.el9", "pkg:rpm/redhat/gangway@9.16-24.el9?arch=x86_64&epoch=32", "32:9.16-24.el9"),
            ("1:2.0", "pkg:deb/debian/gangway@2.0?epoch=1", "1:2.0"),
            ("2.0", "pkg:rpm/redhat/gangway@2.0?epoch=0", "2.0"),
            ("2.0", "pkg:rpm/redhat/gangway@2.0", "2.0"),
        ] {
            assert_eq!(claim(version, purl).compared_version().as_deref(), Some(expected), "{purl}");
        }
    }
}
