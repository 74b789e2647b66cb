//! The formats, one line each, and how one of them is chosen.

use crate::{accounts, components, cyclonedx, devices, dpkg, firewall_rules, names, zones};
use input::Document;
use input::table::{self, Column};
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
        FORMATS.iter().find(|entry| entry.format == self).map_or("inventory", |entry| entry.name)
    }
}

/// What a recogniser looks at.
pub struct Head<'h> {
    /// The document's name.
    pub name: &'h str,
    /// Its first bytes as text.
    pub text: &'h str,
    /// The headers of a table, in [`table::normal`] form.
    pub headers: Option<Vec<String>>,
}

impl Head<'_> {
    /// Whether the table has one of these columns.
    pub(crate) fn has(&self, columns: &[Column], names: &[&str]) -> bool {
        let wanted: Vec<_> = columns.iter().filter(|column| names.contains(&column.name)).collect();
        self.headers.iter().flatten().any(|header| wanted.iter().any(|column| column.is_named(header)))
    }

    /// Whether the table tells what happened (a log, what others saw of us) and not what there is.
    pub(crate) fn tells_events(&self) -> bool {
        const TIMES: &[&str] = &[
            "timestamp",
            "time",
            "datetime",
            "date",
            "ts",
            "eventtime",
            "timegenerated",
            "timecreated",
            "timesource",
            "timeobservation",
            "detecttime",
            "sourcetime",
            "firstseenutc",
            "dateadded",
            "uhrzeit",
            "zeitstempel",
            "horodatage",
            "logdate",
        ];
        const SEEN: &[&str] = &[
            "stealer",
            "malware",
            "botnet",
            "infection",
            "breach",
            "breachdate",
            "leak",
            "ioc",
            "indicator",
        ];
        // Where a password was used, beside the password: what a stealer took.
        const SITES: &[&str] = &["url", "site", "website", "link", "loginurl"];
        let has =
            |words: &[&str]| self.headers.iter().flatten().any(|header| words.contains(&header.as_str()));
        has(TIMES)
            || has(SEEN)
            || (has(SITES) && has(&["password", "passwd", "pass", "passwort", "kennwort"]))
    }
}

/// One format: how it is called, known and read.
pub struct Entry {
    /// Which one.
    pub format: Format,
    /// Its name for people.
    pub name: &'static str,
    /// Whether a document that starts like this is one.
    pub recognise: fn(&Head<'_>) -> bool,
    /// Reads the whole document.
    pub read: fn(&mut Document<'_>, &mut Problems, &mut dyn FnMut(Fact)),
    /// The columns, if it is a table.
    pub columns: &'static [Column],
}

/// Every format, in the order in which they are asked: those with the most telling columns first.
#[rustfmt::skip]
pub const FORMATS: &[Entry] = &[
    Entry { format: Format::CycloneDx, name: "CycloneDX SBOM", recognise: cyclonedx::recognise, read: cyclonedx::read, columns: &[] },
    Entry { format: Format::DpkgStatus, name: "dpkg status", recognise: dpkg::recognise, read: dpkg::read, columns: &[] },
    Entry { format: Format::FirewallRules, name: "firewall rule table", recognise: firewall_rules::recognise, read: firewall_rules::read, columns: firewall_rules::COLUMNS },
    Entry { format: Format::Zones, name: "zone table", recognise: zones::recognise, read: zones::read, columns: zones::COLUMNS },
    Entry { format: Format::Names, name: "name table", recognise: names::recognise, read: names::read, columns: names::COLUMNS },
    Entry { format: Format::Components, name: "component table", recognise: components::recognise, read: components::read, columns: components::COLUMNS },
    Entry { format: Format::Accounts, name: "account table", recognise: accounts::recognise, read: accounts::read, columns: accounts::COLUMNS },
    Entry { format: Format::Devices, name: "device table", recognise: devices::recognise, read: devices::read, columns: devices::COLUMNS },
];

/// The format of a document with this name that starts with this text ([`Document::head_decoded`]); `None` when it is no inventory that
/// is known here.
#[must_use]
pub fn recognise(name: &str, head: &str) -> Option<Format> {
    entry(name, head).map(|entry| entry.format)
}

/// Reads a document: its format, and what went wrong. A document of no known format gives `None` and is
/// left unread.
pub fn read(document: &mut Document<'_>, each: &mut dyn FnMut(Fact)) -> (Option<Format>, Problems) {
    let mut problems = Problems::new(&document.name);
    let Some(entry) = entry(&document.name, &document.head_decoded()) else {
        return (None, problems);
    };
    (entry.read)(document, &mut problems, each);
    (Some(entry.format), problems)
}

fn entry(name: &str, text: &str) -> Option<&'static Entry> {
    let head = Head { name, text, headers: table::headers(text) };
    FORMATS.iter().find(|entry| (entry.recognise)(&head))
}
