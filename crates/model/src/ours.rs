//! What is ours: components, devices, accounts, zones, firewall rules, names, and what scanners report of them.
//!
//! Every property that an export may lack is an `Option`: absent is *unknown*, never "no".

use crate::world::{Origin, Package};
use crate::{Date, Timestamp};
use observable::Observable;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// One thing that is ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Fact {
    /// Installed software (CycloneDX component, a package of a package list).
    Component(Component),
    /// A machine or appliance.
    Device(Device),
    /// An account of a person or a service.
    Account(Account),
    /// A network zone.
    Zone(Zone),
    /// A rule of a firewall.
    FirewallRule(FirewallRule),
    /// A name that is ours, or a partner's.
    Name(Name),
    /// What a vulnerability scanner reports of a machine.
    ScanResult(ScanResult),
}

/// Installed software.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its version; absent is unknown.
    pub version: Option<String>,
    /// Who makes it.
    pub vendor: Option<String>,
    /// The package, where a package URL names one.
    pub package: Option<Package>,
    /// The package URL as written.
    pub purl: Option<String>,
    /// CPE 2.3 name as written.
    pub cpe: Option<String>,
    /// The machine it is on, as the inventory names it; absent: the path of the document may name it (see
    /// [`crate::identity::HostDirectory::named_in_path`]).
    pub host: Option<String>,
    /// Where it was read.
    pub origin: Origin,
}

/// An address and when the machine had it. Without times: always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lease {
    /// The address.
    pub address: IpAddr,
    /// From when.
    pub from: Option<Timestamp>,
    /// Until when (exclusive).
    pub until: Option<Timestamp>,
}

/// A machine or appliance. What many rows have in common (an owner, a system) is shared text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Device {
    /// Its short name.
    pub name: String,
    /// Its full name.
    pub fqdn: Option<String>,
    /// Further names: NetBIOS name, aliases.
    pub aliases: Vec<String>,
    /// Its security identifier, of a domain member.
    pub sid: Option<String>,
    /// Its addresses.
    pub addresses: Vec<Lease>,
    /// The zone it is in.
    pub zone: Option<Arc<str>>,
    /// `router`, `camera`, `server`, `domain-controller` …, as the table says.
    pub role: Option<Arc<str>>,
    /// Who makes it.
    pub vendor: Option<Arc<str>>,
    /// Its model or main product.
    pub model: Option<Arc<str>>,
    /// The version of its firmware or main product.
    pub version: Option<Arc<str>>,
    /// Its operating system.
    pub system: Option<Arc<str>>,
    /// Whether the internet can reach it.
    pub internet_facing: Option<bool>,
    /// The day its maker stops supporting it.
    pub end_of_support: Option<Date>,
    /// Whether the organisation cannot do without it.
    pub crown_jewel: Option<bool>,
    /// Who must act.
    pub owner: Option<Arc<str>>,
    /// Every other column.
    pub extra: BTreeMap<String, String>,
    /// Where it was read.
    pub origin: Option<Origin>,
}

/// The second factor of an account, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Factor {
    /// A password only.
    None,
    /// Something that can be phished: text message, push, one-time code.
    Phishable,
    /// FIDO2, device-bound passkey, Windows Hello for Business, certificate, smart card.
    PhishingResistant,
    /// The table says "yes" and not what kind.
    Unspecified,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AccountKind {
    /// A person's.
    Person,
    /// A service's.
    Service,
    /// For emergencies only.
    BreakGlass,
    /// A machine's.
    Machine,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// The logon name, without domain.
    pub name: String,
    /// The domain, NetBIOS or DNS name.
    pub domain: Option<String>,
    /// User principal name.
    pub upn: Option<String>,
    /// Security identifier.
    pub sid: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// What it is for.
    pub kind: Option<AccountKind>,
    /// Whether it can log on.
    pub enabled: Option<bool>,
    /// Whether it is privileged.
    pub privileged: Option<bool>,
    /// Its second factor.
    pub factor: Option<Factor>,
    /// When it was last used; `Some(None)`: never.
    pub last_used: Option<Option<Timestamp>>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When its secret was last changed.
    pub password_set: Option<Timestamp>,
    /// Groups it is in, as written.
    pub groups: Vec<String>,
    /// Who must act.
    pub owner: Option<String>,
    /// Every other column.
    pub extra: BTreeMap<String, String>,
    /// Where it was read.
    pub origin: Option<Origin>,
}

/// What a zone is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ZoneKind {
    /// The world outside.
    Internet,
    /// What the world may reach.
    Dmz,
    /// People's machines.
    User,
    /// Servers.
    Server,
    /// Administration.
    Management,
    /// Backup.
    Backup,
    /// Machines that move things.
    Ot,
    /// Guests.
    Guest,
}

/// A network zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// Its networks ([`observable::Kind::Network`]).
    pub networks: Vec<Observable>,
    /// What it is for.
    pub kind: Option<ZoneKind>,
    /// Whether the organisation cannot do without it.
    pub crown_jewel: Option<bool>,
    /// Who must act.
    pub owner: Option<String>,
    /// Every other column.
    pub extra: BTreeMap<String, String>,
    /// Where it was read.
    pub origin: Origin,
}

/// A rule of a firewall, as the rule table gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FirewallRule {
    /// The device that enforces it.
    pub device: Option<String>,
    /// Its place in the order of the device's rules.
    pub sequence: u64,
    /// Whether it is in force.
    pub enabled: bool,
    /// Whether it lets traffic pass.
    pub allows: bool,
    /// Zone or network it applies from; absent: any.
    pub from: Option<String>,
    /// Zone, network or host it applies to; absent: any.
    pub to: Option<String>,
    /// Protocol; absent: any.
    pub protocol: Option<String>,
    /// Destination ports as written; absent: any.
    pub ports: Option<String>,
    /// The note beside it.
    pub comment: Option<String>,
    /// Where it was read.
    pub origin: Origin,
}

/// One vulnerability that a scanner reports on one machine or in one component (OCSF: *vulnerability finding*; SARIF:
/// *result*).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ScanResult {
    /// The scanner: `Nessus`, `Trivy` …
    pub scanner: String,
    /// The vulnerability: its CVE, else the identifier that the scanner uses (`GHSA-…`, `DSA-…`).
    pub vulnerability: String,
    /// Other identifiers of it.
    pub aliases: Vec<String>,
    /// The machine, as the scanner names it: a name or an address; absent: the path of the document may name it.
    pub host: Option<String>,
    /// The component that has the vulnerability, where the scanner names one: the same that the reader gives as
    /// [`Fact::Component`].
    pub component: Option<Component>,
    /// The scanner's one line about it: the name of a plugin or template.
    pub title: Option<String>,
    /// The port on which it was seen: `80/tcp`.
    pub port: Option<String>,
    /// The version that fixes it, as written.
    pub fixed: Option<String>,
    /// When it was last seen.
    pub found: Option<Timestamp>,
    /// Where it was read.
    pub origin: Origin,
}

/// Whose a name is, seen from us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Party {
    /// Ours.
    Own,
    /// Of a firm that is ours.
    Subsidiary,
    /// Of somebody we depend on.
    Supplier,
    /// Of somebody who depends on us.
    Customer,
}

impl Party {
    /// The word in tables and text.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Party::Own => "own",
            Party::Subsidiary => "subsidiary",
            Party::Supplier => "supplier",
            Party::Customer => "customer",
        }
    }
}

/// What sort of name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NameValue {
    /// A domain with all below it, a network, an address, a mail address.
    Observable(Observable),
    /// A word: brand, vessel.
    Keyword(String),
}

/// A name that is ours, or a partner's: the needle for which collections are the hay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    /// The name.
    pub value: NameValue,
    /// The party's own name.
    pub party_name: String,
    /// What the party is to us.
    pub party: Party,
    /// Who must be informed.
    pub owner: Option<String>,
    /// Until when it is watched.
    pub expires: Option<Date>,
    /// The lists of watched words that a keyword is in, in order; homes of before there were lists have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// Where it was read.
    pub origin: Origin,
}

impl Name {
    /// Whether it is looked for no more at a moment.
    #[must_use]
    pub fn has_expired(&self, at: Timestamp) -> bool {
        self.expires.is_some_and(|day| at >= day.start())
    }
}
