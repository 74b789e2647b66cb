//! One machine of ours, folded from all rows about it. Each property keeps the row that states it.
//!
//! A property that one row leaves open is taken from another row. Where rows differ, the first in order of content
//! is kept, so that the order of reading does not matter. A *product* is never folded: vendor, model and version
//! are those of one row, because the product of one row with the version of another is a machine that nobody has.

use crate::facts::claim::{Claim, ClaimKind};
use crate::facts::{appliance, windows};
use foldhash::{HashSet, HashSetExt};
use model::ours::Device;
use model::world::Origin;
use std::ops::Deref;

/// A machine of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    device: Device,
    /// Its products and systems, each as one row claims it.
    pub(crate) claims: Vec<(Claim, Option<Origin>)>,
    /// The row that names its main product.
    pub(crate) product_by: Option<Origin>,
    /// The row that says until when it is supported.
    pub(crate) end_of_support_by: Option<Origin>,
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
    pub(crate) fn of(rows: &[&Device]) -> Option<Self> {
        let (first, rest) = rows.split_first()?;
        let mut device = (*first).clone();
        rest.iter().for_each(|row| fill(&mut device, row));
        let product = rows.iter().find(|row| row.model.is_some());
        let product = product.or_else(|| rows.iter().find(|row| row.vendor.is_some()));
        let product = product.or_else(|| rows.iter().find(|row| row.version.is_some()));
        device.vendor = product.and_then(|row| row.vendor.clone());
        device.model = product.and_then(|row| row.model.clone());
        device.version = product.and_then(|row| row.version.clone());
        device.name = rows.iter().map(|row| &row.name).min().cloned().unwrap_or_default();
        let mut seen: HashSet<String> = HashSet::new();
        device.aliases.retain(|alias| seen.insert(alias.clone()));
        device.addresses.sort_unstable();
        device.addresses.dedup();
        let claims =
            rows.iter().flat_map(|row| claims(row).into_iter().map(|claim| (claim, row.origin.clone())));
        let mut claims: Vec<_> = claims.collect();
        claims.shrink_to_fit();
        let supported = rows.iter().find(|row| row.end_of_support.is_some());
        Some(Self {
            claims,
            product_by: product.and_then(|row| row.origin.clone()),
            end_of_support_by: supported.and_then(|row| row.origin.clone()),
            device,
        })
    }
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
        let machine = Machine::of(&[&system, &cmdb]).expect("two rows");
        assert_eq!((machine.model.as_deref(), machine.version.as_deref()), (Some("Confluence"), None));
        assert_eq!(machine.zone.as_deref(), Some("dmz"));
        let shown: Vec<String> = machine.claims.iter().map(|(claim, _)| claim.shown()).collect();
        assert_eq!(shown, ["Some Linux 8.3.1", "Confluence"]);
    }
}
