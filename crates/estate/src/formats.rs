//! The formats, one line each, and how one of them is chosen.

use crate::{accounts, components, cyclonedx, devices, dpkg, firewall_rules, names, zones};
use input::table::Column;
use input::{Document, Head, Registered};
use model::Problems;
use model::ours::Fact;

/// A format of inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// CycloneDX 1.2 to 1.7 (ECMA-424), JSON.
    CycloneDx,
    /// `/var/lib/dpkg/status`.
    DpkgStatus,
    /// A table of firewall rules.
    FirewallRules,
    /// A table of network zones.
    Zones,
    /// A table of names that are ours or a partner's.
    Names,
    /// A table of installed software.
    Components,
    /// A table of accounts.
    Accounts,
    /// A table of devices.
    Devices,
}

impl Format {
    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        input::line_of(FORMATS, self).map_or("inventory", |line| line.name)
    }
}

/// How documents of a format are read.
pub struct Reader {
    /// Reads the whole document.
    pub read: fn(&mut Document<'_>, &mut Problems, &mut dyn FnMut(Fact)),
    /// The columns, if it is a table.
    pub columns: &'static [Column],
}

/// Every format, in the order in which they are asked: those whose columns are in no other format first.
#[rustfmt::skip]
pub const FORMATS: &[Registered<Format, Reader>] = &[
    Registered { format: Format::CycloneDx, name: "CycloneDX SBOM", recognise: cyclonedx::recognise, read: Reader { read: cyclonedx::read, columns: &[] } },
    Registered { format: Format::DpkgStatus, name: "dpkg status", recognise: dpkg::recognise, read: Reader { read: dpkg::read, columns: &[] } },
    Registered { format: Format::FirewallRules, name: "firewall rule table", recognise: firewall_rules::recognise, read: Reader { read: firewall_rules::read, columns: firewall_rules::COLUMNS } },
    Registered { format: Format::Zones, name: "zone table", recognise: zones::recognise, read: Reader { read: zones::read, columns: zones::COLUMNS } },
    Registered { format: Format::Names, name: "name table", recognise: names::recognise, read: Reader { read: names::read, columns: names::COLUMNS } },
    Registered { format: Format::Components, name: "component table", recognise: components::recognise, read: Reader { read: components::read, columns: components::COLUMNS } },
    Registered { format: Format::Accounts, name: "account table", recognise: accounts::recognise, read: Reader { read: accounts::read, columns: accounts::COLUMNS } },
    Registered { format: Format::Devices, name: "device table", recognise: devices::recognise, read: Reader { read: devices::read, columns: devices::COLUMNS } },
];

/// The format of a document with this name that starts with this text ([`Document::head_decoded`]); `None` when it is
/// no inventory that is known here.
#[must_use]
pub fn recognise(name: &str, head: &str) -> Option<Format> {
    input::recognised(FORMATS, &Head::of_text(name, head)).map(|line| line.format)
}

/// Reads a document: its format, and what went wrong. A document of no known format gives `None` and is
/// left unread.
pub fn read(document: &mut Document<'_>, each: &mut dyn FnMut(Fact)) -> (Option<Format>, Problems) {
    let mut problems = Problems::new(&document.name);
    let line = input::recognised(FORMATS, &Head::of_text(&document.name, &document.head_decoded()));
    let Some(line) = line else { return (None, problems) };
    (line.read.read)(document, &mut problems, each);
    (Some(line.format), problems)
}
