//! A table of installed software: one row a component on a machine.

use crate::cells::Cells;
use crate::packages::{distribution, dpkg_state};
use crate::{purl, software};
use input::table::{self, Column};
use input::{Document, Head};
use model::Problems;
use model::ours::{Component, Fact};
use model::world::Package;

#[rustfmt::skip]
pub(crate) const COLUMNS: &[Column] = &[
    Column { name: "host", spellings: &["hostname", "computer", "computername", "machine", "device", "devicename", "pscomputername", "node", "machinename", "clientname", "endpoint", "endpointname", "resourcename", "assetname", "netbiosname0", "name0", "systemname", "dnsname", "hostidentifier", "hosthostname", "computerdns", "installedon", "server", "rechner", "rechnername", "gerät", "hôte", "machinehôte", "equipo", "servidor", "computercomputername", "computerfqdn"] },
    Column { name: "name", spellings: &["component", "componentname", "software", "softwarename", "application", "applicationname", "package", "packagename", "product", "productname", "displayname", "discoveredapps", "displayname0", "productname0", "programm", "anwendung", "paket", "logiciel", "paquet", "composant", "programa", "aplicación", "paquete", "componente", "applicationtitle", "installedsoftwareapplicationname", "caption"] },
    Column { name: "version", spellings: &["installedversion", "softwareversion", "packageversion", "displayversion", "applicationversion", "appversion", "version0", "productversion", "productversion0", "bundleshortversion", "versión", "versioninstallée", "installierteversion", "installedsoftwareapplicationversion"] },
    Column { name: "release", spellings: &["packagerelease"] },
    Column { name: "epoch", spellings: &[] },
    Column { name: "status", spellings: &["dbstatus", "packagestatus"] },
    Column { name: "ecosystem", spellings: &["type", "packagetype", "packagemanager", "format"] },
    Column { name: "vendor", spellings: &["publisher", "softwarevendor", "softwarepublisher", "applicationpublisher", "publisher0", "manufacturer", "supplier", "maker", "hersteller", "anbieter", "éditeur", "fabricant", "fabricante", "editor", "proveedor", "installedsoftwareapplicationvendor"] },
    Column { name: "purl", spellings: &["packageurl"] },
    Column { name: "cpe", spellings: &["cpe23", "cpename", "cpeuri", "productcodecpe"] },
];

/// Headers that can only name software.
const SOFTWARE: &[&str] = &[
    "software",
    "softwarename",
    "component",
    "componentname",
    "package",
    "packagename",
    "application",
    "applicationname",
    "applicationtitle",
    "publisher",
    "softwarepublisher",
    "applicationpublisher",
    "identifyingnumber",
    "displayversion",
    "providername",
    "programm",
    "anwendung",
    "paket",
    "logiciel",
    "paquet",
    "composant",
    "programa",
    "aplicación",
    "paquete",
    "componente",
];

/// Headers that can only be of a machine; `product` is a device's model and a component's name.
const MACHINE: &[&str] = &["model", "modell", "modèle", "modelo", "hardwaremodel", "serial", "serialnumber"];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let headers = || head.headers().into_iter().flatten().map(String::as_str);
    // A list of vulnerabilities names products and versions, too.
    if crate::events::is_of_events(head)
        || headers().any(|header| header.starts_with("cve") || header.starts_with("vulnerab"))
    {
        return false;
    }
    let versioned = head.has_column(COLUMNS, &["version"]);
    if head.has_column(COLUMNS, &["purl"])
        || (versioned && headers().any(|header| SOFTWARE.contains(&header)))
    {
        return true;
    }
    let of_devices = ["fqdn", "address", "mac", "zone", "system", "internet_facing", "end_of_support"];
    let is_device = head.has_column(crate::devices::COLUMNS, &of_devices)
        || headers().any(|header| MACHINE.contains(&header));
    // `wmic os get Caption,Version` names no machine.
    let has = |name: &str| headers().any(|header| header == name);
    if has("caption")
        && has("version")
        && !head.has_column(crate::devices::COLUMNS, &["name", "machine", "fqdn"])
    {
        return true;
    }
    !is_device && (head.has_column(COLUMNS, &["cpe"]) || (versioned && head.has_column(COLUMNS, &["name"])))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    table::rows(document, COLUMNS, problems, &mut |row, problems| {
        if let Some(component) = component(&mut Cells::new(&source, row, problems)) {
            each(Fact::Component(component));
        }
    });
}

pub(crate) fn component(cells: &mut Cells<'_>) -> Option<Component> {
    // What dpkg has removed stays listed.
    if dpkg_state::by_status(&cells.text("status").unwrap_or_default()) == Some(false) {
        return None;
    }
    let (purl, cpe) = (cells.text("purl"), cells.text("cpe"));
    let parsed = purl.as_deref().and_then(purl::parse);
    if let (Some(text), None) = (&purl, &parsed) {
        cells.name("purl", text, "is no package URL", "write pkg:type/namespace/name@version");
    }
    let (package, purl_version) = parsed.map_or((None, None), |purl| (Some(purl.package), purl.version));
    let of_cpe = |part: usize| cpe.as_deref().and_then(|cpe| cpe_part(cpe, part));
    let name = cells.text("name").or_else(|| package.as_ref().map(|package| package.name.clone()));
    // macOS calls the folder of a program so.
    let name = name.map(|name| name.strip_suffix(".app").map(str::to_owned).unwrap_or(name));
    let Some(name) = name.or_else(|| of_cpe(4)) else {
        cells.name_row("no name", "give the component a name, a package URL or a CPE name");
        return None;
    };
    let version = cells.text("version").map(|version| whole(cells, version)).or(purl_version);
    let version = version.map(|version| match (&package, &purl) {
        (Some(package), Some(purl)) => software::with_epoch(package, purl, version),
        _ => version,
    });
    let package = package.or_else(|| of_ecosystem(cells, &name, version.as_deref()));
    Some(Component {
        name,
        version: version.or_else(|| of_cpe(5)),
        vendor: cells.text("vendor").or_else(|| of_cpe(3)),
        package,
        purl,
        cpe,
        host: cells.text("host"),
        origin: cells.origin(),
    })
}

/// `epoch:version-release`, where these are columns of their own, as in lists of rpm.
fn whole(cells: &Cells<'_>, version: String) -> String {
    let Some(release) = cells.text("release").filter(|release| !version.ends_with(release.as_str())) else {
        return version;
    };
    let epoch = cells.text("epoch").filter(|epoch| !matches!(epoch.as_str(), "0" | "(none)"));
    let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
    format!("{epoch}{version}-{release}")
}

/// The package, where a column names its kind in the words of package managers and scanners.
fn of_ecosystem(cells: &Cells<'_>, name: &str, version: Option<&str>) -> Option<Package> {
    let version = version.unwrap_or_default();
    let of_dpkg = cells.text("status").is_some_and(|status| dpkg_state::by_status(&status).is_some());
    let ecosystem = cells.text("ecosystem").or(of_dpkg.then(|| "deb".to_owned()));
    let ecosystem = ecosystem.or_else(|| cells.text("release").map(|_| "rpm".to_owned()))?;
    Some(match table::normal(&ecosystem).as_str() {
        "npm" => software::scoped("npm", name),
        "pypi" | "python" | "pip" => software::plain("pypi", name),
        "gem" | "rubygems" => software::plain("gem", name),
        "cargo" | "rustcrate" | "cratesio" => software::plain("cargo", name),
        "nuget" | "dotnet" => software::plain("nuget", name),
        "go" | "golang" | "gomodule" => software::scoped("golang", name),
        "composer" | "phpcomposer" | "packagist" => software::scoped("composer", name),
        "deb" | "dpkg" if version.contains("ubuntu") => software::of_distribution("deb", "ubuntu", name),
        "deb" | "dpkg" => software::of_distribution("deb", "debian", name),
        "apk" => software::of_distribution("apk", "alpine", name),
        "rpm" => {
            let vendor = cells.text("vendor").unwrap_or_default();
            let release = version.rsplit_once('-').map_or("", |(_, release)| release);
            match distribution::of_rpm_package(&vendor, release) {
                "" => software::plain("rpm", name),
                of => software::of_distribution("rpm", of, name),
            }
        }
        _ => return None,
    })
}

/// A part of a CPE name (NISTIR 7695, 6.1 and 6.2): 3 vendor, 4 product, 5 version. Escaped colons stay in their part; `*`
/// and `-` say nothing.
fn cpe_part(cpe: &str, part: usize) -> Option<String> {
    let text = match cpe.strip_prefix("cpe:/") {
        Some(uri) => purl::decoded(uri.split(':').nth(part - 2)?)?,
        None => {
            let rest = cpe.strip_prefix("cpe:2.3:")?;
            let (mut parts, mut escaped) = (vec![String::new()], false);
            for c in rest.chars() {
                if c == ':' && !escaped {
                    parts.push(String::new());
                } else if let Some(last) = parts.last_mut().filter(|_| c != '\\' || escaped) {
                    last.push(c);
                }
                escaped = c == '\\' && !escaped;
            }
            parts.into_iter().nth(part - 2)?
        }
    };
    Some(text).filter(|text| !matches!(text.as_str(), "" | "*" | "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_cpe_name() {
        let cpe = "cpe:2.3:a:at\\&t:web\\:server:1.2:*:*:*:*:*:*:*";
        assert_eq!(cpe_part(cpe, 3).as_deref(), Some("at&t"));
        assert_eq!(cpe_part(cpe, 4).as_deref(), Some("web:server"));
        assert_eq!(cpe_part(cpe, 5).as_deref(), Some("1.2"));
        assert_eq!(cpe_part(cpe, 6), None);
        assert_eq!(cpe_part("cpe:/a:at%26t:web%3aserver:1.2", 4).as_deref(), Some("web:server"));
        assert_eq!((cpe_part("cpe:/a:x", 4), cpe_part("a:x:y:z", 4)), (None, None));
    }
}
