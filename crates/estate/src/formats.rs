//! The formats, one line each, and how one of them is chosen.

use crate::directory::{bloodhound, ldif};
use crate::lock::{
    cargo, composer, gem, go, go_json, gradle, maven, npm, nuget, nuget_xml, pipfile, pnpm, yarn,
};
use crate::network::{dhcpd, dnsmasq, hosts, nessus, nmap, pfsense, zone_file};
use crate::packages::{
    apk, apk_installed, choco, conda, described, dpkg_list, dpkg_query, exported, flatpak, named, pip, rpm,
    rpm_info, winget,
};
use crate::sbom::{cyclonedx_xml, osquery, reports, spdx, spdx_text, spdx3, syft, trivy};
use crate::scans::{audits, greenbone, nuclei, pipelines, qualys, sarif, table as scan_table};
use crate::systems::{appliance, ipconfig, neighbours, release};
use crate::tables::{agents, osversion, records, systeminfo, text_list, text_table};
use crate::{accounts, components, cyclonedx, devices, dpkg, firewall_rules, names, unread, zones};
use input::table::Column;
use input::{Document, Head, Registered};
use model::ours::Fact;
use model::{Fault, Place, Problems};

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
    /// CycloneDX 1.2 to 1.7, XML.
    CycloneDxXml,
    /// SPDX 2.2 and 2.3, JSON.
    Spdx,
    /// SPDX 2.2 and 2.3, tag and value.
    SpdxText,
    /// SPDX 3.0, JSON-LD.
    Spdx3,
    /// Syft, JSON.
    Syft,
    /// Trivy, JSON.
    Trivy,
    /// Grype and OSV-Scanner, JSON.
    ScannerReport,
    /// Audits of package managers, JSON.
    Audit,
    /// Scanners of pipelines, JSON.
    Pipeline,
    /// SARIF.
    Sarif,
    /// Nuclei, JSON.
    Nuclei,
    /// Greenbone, XML.
    Greenbone,
    /// Qualys, XML.
    Qualys,
    /// A table of what a scanner found.
    ScanResults,
    /// Facts of Ansible.
    Ansible,
    /// The inventory of an agent of GLPI, JSON.
    Glpi,
    /// The inventory of an agent of GLPI, FusionInventory or OCS, XML.
    GlpiXml,
    /// `winget export`, `cargo metadata`.
    Exported,
    /// `pkg info`, `opkg list-installed`.
    Described,
    /// A zone file.
    ZoneFile,
    /// package-lock.json.
    Npm,
    /// composer.lock.
    Composer,
    /// packages.lock.json.
    NuGet,
    /// packages.config, `PackageReference` of a project.
    NuGetXml,
    /// Pipfile.lock, `pip list --format json`.
    PythonJson,
    /// A SharpHound collection.
    BloodHound,
    /// Rows of osquery.
    Osquery,
    /// Records in JSON with the columns of a table.
    Records,
    /// A scan by Nmap.
    Nmap,
    /// A report of Nessus.
    Nessus,
    /// A configuration of pfSense or OPNsense.
    PfSense,
    /// LDIF of a directory.
    Ldif,
    /// `dpkg -l`.
    DpkgList,
    /// `/lib/apk/db/installed`.
    ApkInstalled,
    /// `rpm -qi`.
    RpmInfo,
    /// `winget list`.
    Winget,
    /// A table as text with a line of hyphens.
    TextTable,
    /// `systeminfo`.
    SystemInfo,
    /// `/etc/os-release`.
    OsRelease,
    /// Leases of ISC dhcpd.
    Dhcpd,
    /// yarn.lock.
    Yarn,
    /// pnpm-lock.yaml.
    Pnpm,
    /// Cargo.lock.
    Cargo,
    /// poetry.lock, uv.lock, pdm.lock.
    PythonLock,
    /// Gemfile.lock, `gem list`.
    Gem,
    /// `mvn dependency:list`.
    Maven,
    /// gradle.lockfile.
    Gradle,
    /// `go list -m -json all`.
    GoJson,
    /// Records as text, a property a line.
    TextList,
    /// `choco list`.
    Choco,
    /// `snap list`, `flatpak list`.
    Flatpak,
    /// `conda list`.
    Conda,
    /// A hosts file.
    Hosts,
    /// Leases of dnsmasq.
    Dnsmasq,
    /// go.sum, `go list -m all`.
    Go,
    /// `apk info -v`, `apk list`.
    Apk,
    /// `rpm -qa`, `dnf list installed`.
    Rpm,
    /// `dpkg-query -W`, `apt list --installed`.
    DpkgQuery,
    /// `pip freeze`, requirements.txt.
    Pip,
    /// `pacman -Q`, `brew list --versions`.
    Named,
    /// `show version` of an appliance.
    Appliance,
    /// `uname -a`, `hostnamectl`, `lsb_release -a`, `sw_vers`, `ver`.
    Release,
    /// `arp -a`, `ip neigh`.
    Neighbours,
    /// `ipconfig /all`.
    IpConfig,
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
    Registered { format: Format::CycloneDxXml, name: "CycloneDX SBOM (XML)", recognise: cyclonedx_xml::recognise, read: Reader { read: cyclonedx_xml::read, columns: &[] } },
    Registered { format: Format::Spdx, name: "SPDX SBOM", recognise: spdx::recognise, read: Reader { read: spdx::read, columns: &[] } },
    Registered { format: Format::SpdxText, name: "SPDX SBOM (tag-value)", recognise: spdx_text::recognise, read: Reader { read: spdx_text::read, columns: &[] } },
    Registered { format: Format::Spdx3, name: "SPDX 3 SBOM", recognise: spdx3::recognise, read: Reader { read: spdx3::read, columns: &[] } },
    Registered { format: Format::Syft, name: "Syft report", recognise: syft::recognise, read: Reader { read: syft::read, columns: &[] } },
    Registered { format: Format::Trivy, name: "Trivy report", recognise: trivy::recognise, read: Reader { read: trivy::read, columns: &[] } },
    Registered { format: Format::ScannerReport, name: "scanner report", recognise: reports::recognise, read: Reader { read: reports::read, columns: &[] } },
    Registered { format: Format::Sarif, name: "SARIF report", recognise: sarif::recognise, read: Reader { read: sarif::read, columns: &[] } },
    Registered { format: Format::Audit, name: "package audit", recognise: audits::recognise, read: Reader { read: audits::read, columns: &[] } },
    Registered { format: Format::Nuclei, name: "Nuclei results", recognise: nuclei::recognise, read: Reader { read: nuclei::read, columns: &[] } },
    Registered { format: Format::Pipeline, name: "pipeline report", recognise: pipelines::recognise, read: Reader { read: pipelines::read, columns: &[] } },
    Registered { format: Format::Greenbone, name: "Greenbone report", recognise: greenbone::recognise, read: Reader { read: greenbone::read, columns: &[] } },
    Registered { format: Format::Qualys, name: "Qualys report", recognise: qualys::recognise, read: Reader { read: qualys::read, columns: &[] } },
    Registered { format: Format::Ansible, name: "Ansible facts", recognise: agents::recognise_ansible, read: Reader { read: agents::read_ansible, columns: &[] } },
    Registered { format: Format::Glpi, name: "GLPI inventory", recognise: agents::recognise_glpi, read: Reader { read: agents::read_glpi, columns: &[] } },
    Registered { format: Format::GlpiXml, name: "GLPI inventory (XML)", recognise: agents::recognise_xml, read: Reader { read: agents::read_xml, columns: &[] } },
    Registered { format: Format::Exported, name: "exported packages", recognise: exported::recognise, read: Reader { read: exported::read, columns: &[] } },
    Registered { format: Format::Npm, name: "npm lock file", recognise: npm::recognise, read: Reader { read: npm::read, columns: &[] } },
    Registered { format: Format::Composer, name: "Composer lock file", recognise: composer::recognise, read: Reader { read: composer::read, columns: &[] } },
    Registered { format: Format::NuGet, name: "NuGet lock file", recognise: nuget::recognise, read: Reader { read: nuget::read, columns: &[] } },
    Registered { format: Format::NuGetXml, name: "NuGet references", recognise: nuget_xml::recognise, read: Reader { read: nuget_xml::read, columns: &[] } },
    Registered { format: Format::PythonJson, name: "Python packages (JSON)", recognise: pipfile::recognise, read: Reader { read: pipfile::read, columns: &[] } },
    Registered { format: Format::BloodHound, name: "BloodHound collection", recognise: bloodhound::recognise, read: Reader { read: bloodhound::read, columns: &[] } },
    Registered { format: Format::Osquery, name: "osquery rows", recognise: osquery::recognise, read: Reader { read: osquery::read, columns: &[] } },
    Registered { format: Format::GoJson, name: "Go modules (JSON)", recognise: go_json::recognise, read: Reader { read: go_json::read, columns: &[] } },
    Registered { format: Format::Nmap, name: "Nmap scan", recognise: nmap::recognise, read: Reader { read: nmap::read, columns: &[] } },
    Registered { format: Format::Nessus, name: "Nessus report", recognise: nessus::recognise, read: Reader { read: nessus::read, columns: &[] } },
    Registered { format: Format::PfSense, name: "pfSense configuration", recognise: pfsense::recognise, read: Reader { read: pfsense::read, columns: &[] } },
    Registered { format: Format::Ldif, name: "LDIF", recognise: ldif::recognise, read: Reader { read: ldif::read, columns: &[] } },
    Registered { format: Format::DpkgList, name: "dpkg -l", recognise: dpkg_list::recognise, read: Reader { read: dpkg_list::read, columns: &[] } },
    Registered { format: Format::ApkInstalled, name: "apk database", recognise: apk_installed::recognise, read: Reader { read: apk_installed::read, columns: &[] } },
    Registered { format: Format::RpmInfo, name: "rpm -qi", recognise: rpm_info::recognise, read: Reader { read: rpm_info::read, columns: &[] } },
    Registered { format: Format::Winget, name: "winget list", recognise: winget::recognise, read: Reader { read: winget::read, columns: &[] } },
    Registered { format: Format::SystemInfo, name: "systeminfo", recognise: systeminfo::recognise, read: Reader { read: systeminfo::read, columns: &[] } },
    Registered { format: Format::OsRelease, name: "os-release", recognise: osversion::recognise, read: Reader { read: osversion::read, columns: &[] } },
    Registered { format: Format::Appliance, name: "version of an appliance", recognise: appliance::recognise, read: Reader { read: appliance::read, columns: &[] } },
    Registered { format: Format::Release, name: "version of a system", recognise: release::recognise, read: Reader { read: release::read, columns: &[] } },
    Registered { format: Format::IpConfig, name: "ipconfig /all", recognise: ipconfig::recognise, read: Reader { read: ipconfig::read, columns: &[] } },
    Registered { format: Format::Neighbours, name: "arp -a", recognise: neighbours::recognise, read: Reader { read: neighbours::read, columns: &[] } },
    Registered { format: Format::Dhcpd, name: "dhcpd leases", recognise: dhcpd::recognise, read: Reader { read: dhcpd::read, columns: &[] } },
    Registered { format: Format::Yarn, name: "Yarn lock file", recognise: yarn::recognise, read: Reader { read: yarn::read, columns: &[] } },
    Registered { format: Format::Pnpm, name: "pnpm lock file", recognise: pnpm::recognise, read: Reader { read: pnpm::read, columns: &[] } },
    Registered { format: Format::Cargo, name: "Cargo lock file", recognise: cargo::recognise, read: Reader { read: cargo::read, columns: &[] } },
    Registered { format: Format::PythonLock, name: "Python lock file", recognise: cargo::recognise_python, read: Reader { read: cargo::read_python, columns: &[] } },
    Registered { format: Format::Gem, name: "Gem lock file", recognise: gem::recognise, read: Reader { read: gem::read, columns: &[] } },
    Registered { format: Format::Maven, name: "Maven dependencies", recognise: maven::recognise, read: Reader { read: maven::read, columns: &[] } },
    Registered { format: Format::Gradle, name: "Gradle lock file", recognise: gradle::recognise, read: Reader { read: gradle::read, columns: &[] } },
    Registered { format: Format::Choco, name: "choco list", recognise: choco::recognise, read: Reader { read: choco::read, columns: &[] } },
    Registered { format: Format::Conda, name: "conda list", recognise: conda::recognise, read: Reader { read: conda::read, columns: &[] } },
    Registered { format: Format::Flatpak, name: "snap or flatpak list", recognise: flatpak::recognise, read: Reader { read: flatpak::read, columns: &[] } },
    Registered { format: Format::ZoneFile, name: "zone file", recognise: zone_file::recognise, read: Reader { read: zone_file::read, columns: &[] } },
    Registered { format: Format::Hosts, name: "hosts file", recognise: hosts::recognise, read: Reader { read: hosts::read, columns: &[] } },
    Registered { format: Format::Dnsmasq, name: "dnsmasq leases", recognise: dnsmasq::recognise, read: Reader { read: dnsmasq::read, columns: &[] } },
    Registered { format: Format::Go, name: "Go modules", recognise: go::recognise, read: Reader { read: go::read, columns: &[] } },
    Registered { format: Format::Apk, name: "apk list", recognise: apk::recognise, read: Reader { read: apk::read, columns: &[] } },
    Registered { format: Format::Rpm, name: "rpm -qa", recognise: rpm::recognise, read: Reader { read: rpm::read, columns: &[] } },
    Registered { format: Format::TextList, name: "text list", recognise: text_list::recognise, read: Reader { read: text_list::read, columns: &[] } },
    Registered { format: Format::TextTable, name: "text table", recognise: text_table::recognise, read: Reader { read: text_table::read, columns: &[] } },
    Registered { format: Format::FirewallRules, name: "firewall rule table", recognise: firewall_rules::recognise, read: Reader { read: firewall_rules::read, columns: firewall_rules::COLUMNS } },
    Registered { format: Format::Zones, name: "zone table", recognise: zones::recognise, read: Reader { read: zones::read, columns: zones::COLUMNS } },
    Registered { format: Format::Names, name: "name table", recognise: names::recognise, read: Reader { read: names::read, columns: names::COLUMNS } },
    Registered { format: Format::ScanResults, name: "scan result table", recognise: scan_table::recognise, read: Reader { read: scan_table::read, columns: scan_table::COLUMNS } },
    Registered { format: Format::Components, name: "component table", recognise: components::recognise, read: Reader { read: components::read, columns: components::COLUMNS } },
    Registered { format: Format::Accounts, name: "account table", recognise: accounts::recognise, read: Reader { read: accounts::read, columns: accounts::COLUMNS } },
    Registered { format: Format::Devices, name: "device table", recognise: devices::recognise, read: Reader { read: devices::read, columns: devices::COLUMNS } },
    Registered { format: Format::Records, name: "JSON records", recognise: records::recognise, read: Reader { read: records::read, columns: &[] } },
    Registered { format: Format::DpkgQuery, name: "dpkg-query -W", recognise: dpkg_query::recognise, read: Reader { read: dpkg_query::read, columns: &[] } },
    Registered { format: Format::Pip, name: "pip freeze", recognise: pip::recognise, read: Reader { read: pip::read, columns: &[] } },
    Registered { format: Format::Described, name: "described packages", recognise: described::recognise, read: Reader { read: described::read, columns: &[] } },
    Registered { format: Format::Named, name: "list of names and versions", recognise: named::recognise, read: Reader { read: named::read, columns: &[] } },
];

/// The format of a document with this name that starts with this text ([`Document::head_decoded`]); `None` when it is
/// no inventory that is known here.
#[must_use]
pub fn recognise(name: &str, head: &str) -> Option<Format> {
    input::recognised(FORMATS, &Head::of_text(name, head)).map(|line| line.format)
}

/// How many components without a version are named one by one.
const VERSIONLESS_NAMED_MAX: u64 = 20;

/// Reads a document: its format, and what went wrong. Of a document of no known format it is said what it seems to be, and
/// what to give instead; it is left unread.
pub fn read(document: &mut Document<'_>, each: &mut dyn FnMut(Fact)) -> (Option<Format>, Problems) {
    let mut problems = Problems::new(&document.name);
    let name = document.name.clone();
    let text = document.head_decoded();
    let head = Head::of_text(&name, &text);
    let Some(line) = input::recognised(FORMATS, &head) else {
        unread::name(document, &head, &mut problems);
        return (None, problems);
    };
    drop(text);
    let (mut given, mut versionless, mut places) = (0_u64, 0_u64, Vec::new());
    (line.read.read)(document, &mut problems, &mut |fact| {
        given += 1;
        if let Fact::Component(component) = &fact
            && component.version.is_none()
        {
            versionless += 1;
            places.extend((versionless <= VERSIONLESS_NAMED_MAX).then_some(component.origin.place));
        }
        each(fact);
    });
    name_versionless(versionless, &places, &mut problems);
    if given == 0 {
        let what = format!("recognised as {}, and nothing in it could be used", line.name);
        problems.add(Place::Whole, Fault::Partial, what, Some("check that the export is whole"));
    }
    (Some(line.format), problems)
}

/// Names components without a version, of which only the name can be judged: the first by their places, the others by their
/// number. Nothing of the document is lost by that.
fn name_versionless(count: u64, places: &[Place], problems: &mut Problems) {
    let help = Some("export its version too: without it only the name can be judged");
    for place in places {
        problems.add(*place, Fault::Note, "a component without a version", help);
    }
    let beyond = count.saturating_sub(VERSIONLESS_NAMED_MAX);
    if beyond > 0 {
        let what = format!("{beyond} more components without a version");
        problems.add(Place::Whole, Fault::Note, what, help);
    }
}
