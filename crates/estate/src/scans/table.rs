//! A table of what a scanner found, one row a result on a machine: exports of Nessus and Tenable, Greenbone, Qualys,
//! Defender and others, by the names of their columns.
//!
//! A cell of CVEs may list several: each is a result. A row that names a machine by name and by address says that both are
//! one, so it gives a device, too. Sources: docs.tenable.com "CSV vulnerability export fields" and "Findings export
//! fields", docs.greenbone.net "Reports", docs.qualys.com "Scan report CSV", learn.microsoft.com
//! "Export software vulnerabilities assessment per device".

use super::identifiers;
use super::results::{Item, Results, host_of, port};
use crate::cells::Cells;
use crate::tables::ordered;
use crate::{purl, software};
use input::table::{Column, normal};
use input::{Document, Head};
use model::ours::{Component, Device, Fact, Lease};
use model::{Place, Problems, Timestamp};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "fqdn", spellings: &["dns", "dnsname", "assetfqdn", "assetfqdns", "assetdisplayfqdn", "hostfqdn", "computerdnsname"] },
    Column { name: "host", spellings: &["hostname", "computer", "computername", "machine", "machinename", "device", "devicename", "asset", "assetname", "assetnames", "assethostname", "agentname", "agenthostname", "endpoint", "endpointname", "server", "target", "resourcename", "rechner", "rechnername", "gerät", "hôte", "equipo", "servidor", "resourceid", "instanceid"] },
    Column { name: "netbios", spellings: &["netbiosname", "assetnetbiosname", "assetnetbiosnames"] },
    Column { name: "address", spellings: &["ip", "ips", "ipaddress", "ipaddresses", "hostip", "ipv4", "ipv4address", "ipv4addresses", "assetip", "assetipaddress", "assetipv4", "assetipv4addresses", "assetipaddresses", "assetdisplayipv4address", "agentip", "localip", "adresseip", "direcciónip", "ipadresse"] },
    Column { name: "system", spellings: &["os", "operatingsystem", "osplatform", "osname", "assetoperatingsystem", "assetoperatingsystems", "assetosname", "betriebssystem", "système", "sistemaoperativo"] },
    Column { name: "cve", spellings: &["cves", "cveid", "cveids", "cveidentifier", "cvenumber", "definitioncve", "plugincve", "vulnerabilitycve", "vulnerabilitycveid", "vulnerabilitycveids", "vulnerabilitycves"] },
    Column { name: "vulnerability", spellings: &["vulnerabilityid", "vulnerabilityids", "vulnid", "vulnerabilityidentifier", "vulnerabilities", "advisory", "advisoryid", "schwachstelle", "vulnérabilité", "vulnerabilidad"] },
    Column { name: "plugin", spellings: &["pluginid", "definitionid"] },
    Column { name: "nvt_oid", spellings: &["oid"] },
    Column { name: "qid", spellings: &[] },
    Column { name: "title", spellings: &["name", "pluginname", "nvtname", "definitionname", "vulnerabilitytitle", "vulnerabilityname", "vulnerabilitydescription", "synopsis", "finding", "findingname", "templatename", "titel", "titre", "título"] },
    Column { name: "port", spellings: &["serviceport", "portport", "puerto"] },
    Column { name: "protocol", spellings: &["portprotocol", "serviceprotocol", "transport", "protokoll", "protocole", "protocolo"] },
    Column { name: "product", spellings: &["software", "softwarename", "productname", "package", "packagename", "component", "componentname", "application", "applicationname", "affectedproduct", "affectedpackage", "affectedsoftware", "library", "produkt", "paket", "produit", "logiciel", "producto", "packages", "affectedpackages"] },
    Column { name: "version", spellings: &["softwareversion", "productversion", "packageversion", "componentversion", "applicationversion", "installedversion", "installed", "currentversion", "affectedversion", "packageinstalledversion", "versioninstalled"] },
    Column { name: "vendor", spellings: &["softwarevendor", "productvendor", "publisher"] },
    Column { name: "purl", spellings: &["packageurl"] },
    Column { name: "fixed", spellings: &["fixedin", "fixedversion", "fixedinversion", "fixversion", "fixedversions", "remediationversion", "recommendedversion", "recommendedsecurityupdate"] },
    Column { name: "fixed_id", spellings: &["recommendedsecurityupdateid"] },
    Column { name: "found", spellings: &["lastdetected", "lastdetectedat", "lastdetection", "lastseen", "lastseenat", "lastseentimestamp", "lastfound", "lastobserved", "lastdiscovered", "timestamp", "detectedat", "hostend", "scandate", "scantime", "date", "testdate", "vulnerabilitytestdate", "vulnerabilitydetectedat"] },
    Column { name: "first_found", spellings: &["firstdetected", "firstdetectedat", "firstseen", "firstseentimestamp", "firstobserved", "firstdiscovered", "detecteddate"] },
    Column { name: "status", spellings: &["state", "vulnstatus", "vulnerabilitystatus", "vulnerabilitystate", "findingstate"] },
    Column { name: "type", spellings: &["vulntype", "typedetected"] },
    Column { name: "scanner", spellings: &["scannername", "scanningtool", "tool", "foundby", "detectedby"] },
    Column { name: "output", spellings: &["pluginoutput", "plugintext", "specificresult", "results", "vulnerabilityproof"] },
    Column { name: "severity", spellings: &["risk", "riskfactor", "vulnerabilityseveritylevel", "vulnerabilityseverity", "pluginseverity", "cvss", "cvssscore", "cvssv3basescore", "cvssbasescore", "cvss3basescore", "cvssv20basescore", "cvssv30basescore", "threat", "schweregrad"] },
];

/// The columns that name the machine.
const MACHINE: &[&str] = &["fqdn", "host", "netbios", "address"];

/// Columns that only a scanner's table has.
const OF_SCANNERS: &[&str] = &["plugin", "nvt_oid", "qid"];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let has = |names: &[&str]| head.has_column(COLUMNS, names);
    let headers = || head.headers().into_iter().flatten().map(String::as_str);
    let installed = || {
        headers().any(|header| {
            matches!(
                header,
                "installed" | "installedversion" | "versioninstalled" | "packageinstalledversion"
            )
        })
    };
    let named = has(&["cve"]) || (has(&["vulnerability"]) && has(&["severity", "title"]));
    let of_machine = has(MACHINE) && (named || (has(OF_SCANNERS) && has(&["title"])));
    let of_packages = named && has(&["product"]) && installed();
    // A log of attempts names flaws, too; the exports of scanners whose columns only they have also have times.
    let is_log = crate::events::is_of_events(head) && !has(OF_SCANNERS);
    (of_machine || of_packages)
        && !is_log
        && !headers().any(|header| matches!(header, "src" | "srcip" | "dstip"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let mut rows = Rows::new(&document.name);
    ordered::rows(document, COLUMNS, problems, &mut |cells| rows.row(cells, each));
    rows.end(problems);
}

/// The rows of one table.
pub(crate) struct Rows {
    results: Results,
    devices: BTreeSet<(String, Option<IpAddr>)>,
    undated: u64,
    devices_max: usize,
}

/// How many machines of one table are remembered so that each is given once.
const DEVICES_MAX: usize = 500_000;

impl Rows {
    pub(crate) fn new(source: &Arc<str>) -> Self {
        Self { results: Results::new(source), devices: BTreeSet::new(), undated: 0, devices_max: DEVICES_MAX }
    }

    /// Gives what a row names.
    pub(crate) fn row(&mut self, cells: &mut Cells<'_>, each: &mut dyn FnMut(Fact)) {
        let host = self.machine(cells, each);
        let component = component(cells, host.as_deref());
        if let Some(component) = &component {
            self.results.component(component, each);
        }
        if is_gone(cells) {
            return self.results.pass_over();
        }
        let (cve, other) = (cells.text("cve"), cells.text("vulnerability"));
        let title = cells.text("title");
        let mut named = identifiers::of_list(cve.as_deref());
        if named.is_empty() {
            let listed = identifiers::of_list(other.as_deref());
            named = match other.as_deref() {
                Some(other) if listed.is_empty() && is_identifier(other) => {
                    identifiers::of_item(Some(other), [])
                }
                _ => listed,
            };
        }
        if named.is_empty() {
            named = identifiers::of_list(title.as_deref());
        }
        let output = cells.row.get("output").map(str::to_owned).unwrap_or_default();
        let fixed = cells.text("fixed").or_else(|| cells.text("fixed_id"));
        let item = Item {
            scanner: scanner(cells),
            host,
            component,
            title,
            port: port(cells.row.get("port"), cells.row.get("protocol")),
            fixed: fixed.or_else(|| said(&output, "fixed version")),
            found: self.found(cells),
        };
        self.results.named(cells.place, named, item, each);
    }

    /// Says what was counted.
    pub(crate) fn end(self, problems: &mut Problems) {
        if self.undated > 0 {
            let what = format!("results whose day cannot be read or may be one of two: {}", self.undated);
            problems.add(Place::Whole, model::Fault::Note, what, Some("export days as YYYY-MM-DD"));
        }
        self.results.end(problems);
    }

    fn found(&mut self, cells: &Cells<'_>) -> Option<Timestamp> {
        let written = cells.text("found")?;
        let moment = cells.quiet_moment("found", &written);
        self.undated += u64::from(moment.is_none());
        moment
    }

    /// The machine as the row names it. Name and address in one row are one device.
    fn machine(&mut self, cells: &mut Cells<'_>, each: &mut dyn FnMut(Fact)) -> Option<String> {
        let first = |column: &str| {
            let cell = cells.text(column)?;
            let one = cell.split([';', ',', '|', '\n', ' ']).map(str::trim).find(|one| !one.is_empty())?;
            host_of(one)
        };
        let is_address = |name: &String| name.parse::<IpAddr>().is_ok();
        let fqdn = first("fqdn").filter(|name| !is_address(name));
        let netbios = first("netbios").map(|name| name.rsplit('\\').next().unwrap_or(&name).to_owned());
        let (host, netbios) = (first("host"), netbios.filter(|name| !name.is_empty()));
        let address = first("address").or_else(|| host.clone().filter(is_address));
        let host = host.filter(|host| !is_address(host));
        let name = fqdn.clone().or_else(|| host.clone()).or_else(|| netbios.clone());
        let parsed: Option<IpAddr> = address.as_deref().and_then(|address| address.parse().ok());
        if let Some(name) = &name
            && (parsed.is_some() || fqdn.is_some() && netbios.is_some())
            && self.devices.len() < self.devices_max
            && self.devices.insert((name.clone(), parsed))
        {
            let full =
                fqdn.filter(|name| name.contains('.')).or_else(|| host.filter(|name| name.contains('.')));
            let short = full.as_deref().and_then(|full| full.split('.').next()).unwrap_or(name).to_owned();
            let alias = netbios.filter(|alias| !alias.eq_ignore_ascii_case(&short));
            each(Fact::Device(Device {
                name: short,
                fqdn: full,
                aliases: alias.into_iter().collect(),
                addresses: parsed
                    .map(|address| Lease { address: address.to_canonical(), from: None, until: None })
                    .into_iter()
                    .collect(),
                system: cells.text("system").map(Into::into),
                origin: Some(cells.origin()),
                ..Device::default()
            }));
        }
        name.or(address)
    }
}

/// The software that a row names: by a package URL, or by name and version.
fn component(cells: &mut Cells<'_>, host: Option<&str>) -> Option<Component> {
    let purl = cells.text("purl");
    let parsed = purl.as_deref().and_then(purl::parse);
    let name = cells.text("product").or_else(|| parsed.map(|purl| purl.package.name))?;
    let version = cells.text("version");
    let origin = cells.origin();
    let component = software::component(&origin.source, origin.place, &name, version.as_deref());
    let component = match &purl {
        Some(purl) => software::with_purl(component, purl),
        None => component,
    };
    let vendor = component.vendor.clone().or_else(|| cells.text("vendor"));
    Some(Component { host: host.map(str::to_owned), vendor, ..component })
}

/// The scanner: by a column that names it, else by columns that only one has.
fn scanner(cells: &Cells<'_>) -> String {
    let has = |column: &str| cells.row.known.contains_key(column);
    let extra = |header: &str| cells.row.extra.keys().any(|key| normal(key) == header);
    cells.text("scanner").unwrap_or_else(|| {
        let name = if has("qid") {
            "Qualys"
        } else if has("nvt_oid") {
            "Greenbone"
        } else if has("plugin") {
            "Nessus"
        } else if extra("deviceid") || has("fixed_id") || extra("rbacgroupname") {
            "Microsoft Defender"
        } else if extra("agentid") {
            "Wazuh"
        } else if extra("vulnerabilitytestresultcode")
            || extra("vulnerabilitysolution")
            || extra("vulnerabilityriskscore")
        {
            "InsightVM"
        } else {
            "scanner"
        };
        name.to_owned()
    })
}

/// Whether the row is of something that is fixed, or of a remark that is no flaw.
fn is_gone(cells: &Cells<'_>) -> bool {
    const GONE: &[&str] = &["fixed", "resolved", "remediated", "closed", "solved", "mitigated", "inactive"];
    let is = |column: &str, words: &[&str]| {
        cells.row.get(column).is_some_and(|cell| words.contains(&normal(cell).as_str()))
    };
    is("status", GONE) || is("type", &["ig", "informationgathered", "information"])
}

/// Whether a cell is an identifier that others know, and not a title or a name of the scanner's own check: letters in upper
/// case, a hyphen, and a number somewhere.
fn is_identifier(cell: &str) -> bool {
    let start = cell.split('-').next().unwrap_or_default();
    cell.contains('-')
        && start.len() >= 2
        && start.chars().all(|c| c.is_ascii_uppercase())
        && cell.chars().any(|c| c.is_ascii_digit())
        && !cell.contains(char::is_whitespace)
}

/// What a scanner wrote about an installation: `Fixed version : 2.4.51`.
pub(crate) fn said(output: &str, key: &str) -> Option<String> {
    output.lines().take(200).find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        (name.trim().eq_ignore_ascii_case(key) && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use input::table::Row;

    #[test]
    fn one_device_past_the_bound_is_only_named_by_its_results() {
        let source: Arc<str> = Arc::from("a");
        let mut rows = Rows { devices_max: 1, ..Rows::new(&source) };
        let (mut devices, mut hosts) = (0, Vec::new());
        for (name, address) in [("quay-1", "192.0.2.1"), ("quay-2", "192.0.2.2"), ("quay-1", "192.0.2.1")] {
            let cells = [("host", name), ("address", address), ("cve", "CVE-2031-6003")];
            let known = cells.into_iter().map(|(column, cell)| (column, cell.to_owned())).collect();
            let row = Row { record: 1, line: 2, known, extra: Default::default() };
            let mut problems = Problems::new("a");
            rows.row(&mut Cells::new(&source, row, &mut problems), &mut |fact| match fact {
                Fact::Device(_) => devices += 1,
                Fact::ScanResult(result) => hosts.extend(result.host),
                _ => {}
            });
        }
        assert_eq!((devices, hosts.join(" ")), (1, "quay-1 quay-2 quay-1".to_owned()));
    }
}
