//! One machine of ours, folded from all rows about it. Each property keeps the row that states it.
//!
//! A property that one row leaves open is taken from another row. Where rows differ, the first in order of content
//! is kept, so that the order of reading does not matter. A *product* is never folded: vendor, model and version
//! are those of one row, because the product of one row with the version of another is a machine that nobody has.

use crate::facts::claim::{Claim, ClaimKind};
use crate::facts::{appliance, windows};
use foldhash::{HashMap, HashSet, HashSetExt};
use model::ours::Device;
use model::world::Origin;
use std::ops::Deref;
use std::sync::Arc;

/// A row, with what it claims.
type ClaimingRow = (Arc<[Claim]>, Arc<Device>);

/// A machine of ours. Nearly every machine has one row, and is that row: it is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    device: Arc<Device>,
    /// Its rows, each with the products and systems that it claims.
    rows: Box<[ClaimingRow]>,
    /// The row that names its main product.
    product_by: Option<Arc<Device>>,
    /// The row that says until when it is supported.
    end_of_support_by: Option<Arc<Device>>,
}

/// The cells of a row that decide what it claims: vendor, model, version, system.
type Cells = [Option<Arc<str>>; 4];

/// What rows claim, by their cells: a million machines run a few hundred systems. Beyond the bound each row has claims of
/// its own.
#[derive(Default)]
pub(crate) struct ClaimsOnce(HashMap<Cells, Arc<[Claim]>>);

impl ClaimsOnce {
    const MAX: usize = 65_536;

    fn of(&mut self, row: &Device) -> Arc<[Claim]> {
        let cells = [&row.vendor, &row.model, &row.version, &row.system].map(Clone::clone);
        if let Some(known) = self.0.get(&cells) {
            return Arc::clone(known);
        }
        let claims: Arc<[Claim]> = Arc::from(claims(row));
        if self.0.len() < Self::MAX {
            self.0.insert(cells, Arc::clone(&claims));
        }
        claims
    }
}

impl Deref for Machine {
    type Target = Device;

    fn deref(&self) -> &Device {
        &self.device
    }
}

macro_rules! fill {
    ($known:ident, $row:ident, $($field:ident),+) => {
        $( if $known.$field.is_none() { $known.$field.clone_from(&$row.$field); } )+
    };
}

impl Machine {
    /// Folds rows, which must be in order of content. `None` without rows.
    pub(crate) fn of(rows: &[&Arc<Device>], once: &mut ClaimsOnce) -> Option<Self> {
        let (first, rest) = rows.split_first()?;
        let product = rows.iter().find(|row| row.model.is_some());
        let product = product.or_else(|| rows.iter().find(|row| row.vendor.is_some()));
        let product = product.or_else(|| rows.iter().find(|row| row.version.is_some()));
        let device = if rest.is_empty() && is_folded(first) {
            Arc::clone(first)
        } else {
            Arc::new(folded(first, rest, product.map(|row| &***row)))
        };
        let supported = rows.iter().find(|row| row.end_of_support.is_some());
        let claimed = rows.iter().map(|row| (once.of(row), Arc::clone(row)));
        Some(Self {
            rows: claimed.collect(),
            product_by: product.map(|row| Arc::clone(row)),
            end_of_support_by: supported.map(|row| Arc::clone(row)),
            device,
        })
    }

    /// Its products and systems, each as one row claims it, and where that row is.
    pub(crate) fn claims(&self) -> impl Iterator<Item = (&Claim, Option<&Origin>)> {
        self.rows.iter().flat_map(|(claims, row)| claims.iter().map(|claim| (claim, row.origin.as_ref())))
    }

    /// Where the row is that names its main product.
    pub(crate) fn product_by(&self) -> Option<&Origin> {
        self.product_by.as_ref()?.origin.as_ref()
    }

    /// Where the row is that says until when it is supported.
    pub(crate) fn end_of_support_by(&self) -> Option<&Origin> {
        self.end_of_support_by.as_ref()?.origin.as_ref()
    }
}

/// Whether a row would be no different if it were folded.
fn is_folded(row: &Device) -> bool {
    let mut seen: HashSet<&str> = HashSet::new();
    row.addresses.is_sorted_by(|a, b| a < b) && row.aliases.iter().all(|alias| seen.insert(alias))
}

fn folded(first: &Device, rest: &[&Arc<Device>], product: Option<&Device>) -> Device {
    let mut device = first.clone();
    rest.iter().for_each(|row| fill(&mut device, row));
    device.vendor = product.and_then(|row| row.vendor.clone());
    device.model = product.and_then(|row| row.model.clone());
    device.version = product.and_then(|row| row.version.clone());
    if let Some(name) = rest.iter().map(|row| &row.name).min().filter(|name| **name < device.name) {
        device.name.clone_from(name);
    }
    let mut seen: HashSet<String> = HashSet::new();
    device.aliases.retain(|alias| seen.insert(alias.clone()));
    device.addresses.sort_unstable();
    device.addresses.dedup();
    device
}

fn fill(known: &mut Device, row: &Device) {
    fill!(known, row, fqdn, sid, zone, role, system, internet_facing, end_of_support, crown_jewel, owner);
    // Each once, when all rows are in.
    known.aliases.extend(row.aliases.iter().cloned());
    known.addresses.extend(row.addresses.iter().copied());
}

/// A row is its main product, and its operating system: as it writes them, or as records name the system of that
/// hardware.
fn claims(row: &Device) -> Vec<Claim> {
    let mut claims = Vec::new();
    let (vendor, model, version) = (row.vendor.as_deref(), row.model.as_deref(), row.version.as_deref());
    let system = row.system.as_deref();
    let running = appliance::running(vendor, model, version, system);
    if let Some(running) = &running {
        let version = running.version.as_deref();
        claims.push(Claim::of_device(ClaimKind::System, Some(running.vendor), running.name, version));
    }
    if let Some(model) = model {
        // Some records name the hardware: the version of an appliance is that of its system, without build and label.
        let version = running.as_ref().and_then(|running| running.version.as_deref()).or(version);
        claims.push(Claim::of_device(ClaimKind::Device, vendor, model, version));
    }
    let Some(system) = system.filter(|_| !claims.iter().any(|claim| claim.kind == ClaimKind::System)) else {
        return claims;
    };
    let of_row = version.filter(|_| model.is_none());
    if let Some(windows) = windows::read(system, of_row) {
        let version = windows.version.as_deref();
        claims.push(Claim::of_device(ClaimKind::System, Some("Microsoft"), &windows.name, version));
    } else {
        let (name, version) = split_version(system);
        let vendor = vendor.filter(|_| model.is_none());
        claims.push(Claim::of_device(ClaimKind::System, vendor, name, version.or(of_row)));
    }
    claims
}

/// `Debian GNU/Linux 11.6` is the name and the version; `Windows Server 2019` is a name.
fn split_version(text: &str) -> (&str, Option<&str>) {
    let Some((name, last)) = text.trim().rsplit_once(' ') else { return (text, None) };
    let digits = last.trim_start_matches('v');
    let starts = digits.starts_with(|c: char| c.is_ascii_digit());
    let year = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    if starts && !year { (name.trim(), Some(digits)) } else { (text, None) }
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

    #[test]
    fn a_product_keeps_vendor_model_and_version_of_one_row() {
        let cmdb = Device {
            name: "wiki-1".into(),
            vendor: Some("Atlassian".into()),
            model: Some("Confluence".into()),
            ..Device::default()
        };
        let system = Device {
            name: "wiki-1".into(),
            system: Some("Some Linux".into()),
            version: Some("8.3.1".into()),
            zone: Some("dmz".into()),
            ..Device::default()
        };
        let (cmdb, system) = (Arc::new(cmdb), Arc::new(system));
        let machine = Machine::of(&[&system, &cmdb], &mut ClaimsOnce::default()).expect("two rows");
        assert_eq!((machine.model.as_deref(), machine.version.as_deref()), (Some("Confluence"), None));
        assert_eq!(machine.zone.as_deref(), Some("dmz"));
        let shown: Vec<String> = machine.claims().map(|(claim, _)| claim.shown()).collect();
        assert_eq!(shown, ["Some Linux 8.3.1", "Confluence"]);
    }

    #[test]
    fn a_machine_of_one_row_shares_it_unless_folding_would_change_it() {
        let address =
            |last: u8| model::ours::Lease { address: [192, 0, 2, last].into(), from: None, until: None };
        let of = |addresses: &[u8], aliases: &[&str]| {
            let addresses = addresses.iter().map(|last| address(*last)).collect();
            let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
            let row = Arc::new(Device { name: "a".into(), addresses, aliases, ..Device::default() });
            let machine = Machine::of(&[&row], &mut ClaimsOnce::default()).expect("a row");
            let shown = machine.addresses.iter().map(|lease| lease.address.to_string()).collect::<Vec<_>>();
            (Arc::ptr_eq(&row, &machine.device), shown.join(" "), machine.aliases.join(" "))
        };
        assert_eq!(of(&[1, 2], &["x", "y"]), (true, "192.0.2.1 192.0.2.2".into(), "x y".into()));
        assert_eq!(of(&[2, 1, 2], &["x"]), (false, "192.0.2.1 192.0.2.2".into(), "x".into()));
        assert_eq!(of(&[1], &["x", "x"]), (false, "192.0.2.1".into(), "x".into()));
    }
}
