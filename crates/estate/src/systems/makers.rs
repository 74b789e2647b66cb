//! Appliances of other makers, each by a mark that no other text has; the sources are the makers' command references.

use super::lines::{Stated, TextLines, version, word};

/// Reads the text of one maker's command.
pub(crate) type Maker = fn(&TextLines) -> Option<Stated>;

/// Every maker, in the order in which they are asked.
pub(crate) const MAKERS: &[Maker] = &[
    super::cisco::of,
    fortinet,
    palo_alto,
    juniper,
    arista,
    mikrotik,
    mikrotik_export,
    esxi,
    aruba_cx,
    procurve,
    sonicwall,
    synology,
    check_point,
    big_ip,
    netscaler,
    edge_os,
    opnsense,
];

fn text(value: Option<&str>) -> Option<String> {
    value.map(str::to_owned)
}

/// `get system status`: `Version: FortiGate-60F v7.2.8,build1639,240313 (GA.M)`.
fn fortinet(lines: &TextLines) -> Option<Stated> {
    let stated = lines.value("Version").filter(|value| value.starts_with("Forti"))?;
    let model = word(stated)?;
    let system = match model.split('-').next() {
        Some("FortiManager") => "FortiManager",
        Some("FortiAnalyzer") => "FortiAnalyzer",
        Some("FortiMail") => "FortiMail",
        Some("FortiWeb") => "FortiWeb",
        Some("FortiSwitch") => "FortiSwitch",
        _ => "FortiOS",
    };
    let rest = stated.get(model.len()..).unwrap_or_default();
    Some(Stated {
        name: text(lines.value("Hostname")),
        vendor: "Fortinet",
        system,
        version: version(rest),
        model: Some(model),
        address: None,
    })
}

/// `show system info`.
fn palo_alto(lines: &TextLines) -> Option<Stated> {
    lines.value("model").or_else(|| lines.value("family"))?;
    let version = lines.value("sw-version").and_then(word)?;
    Some(Stated {
        name: text(lines.value("hostname")),
        vendor: "Palo Alto Networks",
        model: text(lines.value("model")),
        system: "PAN-OS",
        version: Some(version),
        address: text(lines.value("ip-address")),
    })
}

/// `show version` of Junos OS.
fn juniper(lines: &TextLines) -> Option<Stated> {
    let of_release =
        || lines.behind("JUNOS Software Release [").or_else(|| lines.behind("JUNOS Base OS boot ["));
    let version = lines.value("Junos").or_else(of_release).and_then(word)?;
    lines.value("Model").filter(|_| version.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(Stated {
        name: text(lines.value("Hostname")),
        vendor: "Juniper Networks",
        model: text(lines.value("Model")),
        system: "Junos OS",
        version: Some(version),
        address: None,
    })
}

/// `show version` of EOS.
fn arista(lines: &TextLines) -> Option<Stated> {
    let model = lines.first().strip_prefix("Arista ").and_then(word)?;
    let version = lines.value("Software image version").and_then(word)?;
    Some(Stated {
        vendor: "Arista",
        model: Some(model),
        system: "EOS",
        version: Some(version),
        ..Stated::default()
    })
}

/// `/system resource print`.
fn mikrotik(lines: &TextLines) -> Option<Stated> {
    lines.value("platform").filter(|platform| *platform == "MikroTik")?;
    Some(Stated {
        vendor: "MikroTik",
        model: text(lines.value("board-name")),
        system: "RouterOS",
        version: lines.value("version").and_then(word),
        ..Stated::default()
    })
}

/// `/export`: its head, and the identity in it.
fn mikrotik_export(lines: &TextLines) -> Option<Stated> {
    let release = lines.first().split_once(" by RouterOS ").filter(|(before, _)| before.starts_with('#'))?.1;
    let mut below = lines.all().skip_while(|line| !line.starts_with("/system identity"));
    let name = below
        .find_map(|line| line.split_once("set name="))
        .map(|(_, name)| name.trim_matches('"').to_owned());
    Some(Stated {
        name,
        vendor: "MikroTik",
        model: text(lines.value("model")),
        system: "RouterOS",
        version: word(release),
        address: None,
    })
}

/// `vmware -v`, `esxcli system version get`.
fn esxi(lines: &TextLines) -> Option<Stated> {
    let product = lines.value("Product").filter(|product| *product == "VMware ESXi");
    let of = product
        .and_then(|_| lines.value("Version"))
        .or_else(|| lines.first().strip_prefix("VMware ESXi "))?;
    Some(Stated { vendor: "VMware", system: "ESXi", version: Some(version(of)?), ..Stated::default() })
}

/// `show version` of AOS-CX: the platform is set off by a dot, `FL.10.12.1010`.
fn aruba_cx(lines: &TextLines) -> Option<Stated> {
    let is_it = lines.begins("ArubaOS-CX") || lines.begins("AOS-CX");
    let shown = lines.value("Version").filter(|_| is_it)?;
    let version = shown.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches('.');
    Some(Stated { vendor: "Aruba", system: "AOS-CX", version: word(version), ..Stated::default() })
}

/// `show version` of ProCurve and ArubaOS-Switch: `WC.16.11.0012` below an image stamp.
fn procurve(lines: &TextLines) -> Option<Stated> {
    lines.first().strip_prefix("Image stamp:")?;
    let version = lines.all().take(8).find(|line| {
        let mut parts = line.split('.');
        let is_platform =
            parts.next().is_some_and(|part| part.len() <= 2 && part.chars().all(char::is_alphabetic));
        is_platform && parts.count() >= 2 && !line.contains(' ')
    })?;
    Some(Stated { vendor: "Aruba", system: "ArubaOS-Switch", version: word(version), ..Stated::default() })
}

/// `show status` of SonicOS.
fn sonicwall(lines: &TextLines) -> Option<Stated> {
    let firmware = lines.value("Firmware Version").filter(|firmware| firmware.contains("SonicOS"))?;
    Some(Stated {
        name: text(lines.value("Hostname").or_else(|| lines.value("Firewall Name"))),
        vendor: "SonicWall",
        model: text(lines.value("Model")),
        system: "SonicOS",
        version: version(firmware),
        address: None,
    })
}

/// `/etc.defaults/VERSION` of DiskStation Manager.
fn synology(lines: &TextLines) -> Option<Stated> {
    let bare = |name: &str| lines.value(name).map(|value| value.trim_matches('"').to_owned());
    bare("majorversion")?;
    let (product, build) = (bare("productversion")?, bare("buildnumber")?);
    let version = Some(format!("{product}-{build}"));
    Some(Stated { vendor: "Synology", system: "DiskStation Manager", version, ..Stated::default() })
}

/// `fw ver`, `show version all` of Gaia.
fn check_point(lines: &TextLines) -> Option<Stated> {
    if lines.all().count() > 12 {
        return None;
    }
    let of = lines.behind("Check Point Gaia ").or_else(|| lines.behind("Check Point's software version "))?;
    let version = word(of).filter(|word| word.starts_with('R'))?;
    Some(Stated {
        vendor: "Check Point",
        system: "Quantum Security Gateway",
        version: Some(version),
        ..Stated::default()
    })
}

/// `show sys version` of tmsh.
fn big_ip(lines: &TextLines) -> Option<Stated> {
    let of = |name: &str| lines.all().find_map(|line| line.strip_prefix(name)).map(str::trim);
    of("Product ").filter(|product| *product == "BIG-IP")?;
    Some(Stated {
        vendor: "F5",
        system: "BIG-IP",
        version: of("Version ").and_then(word),
        ..Stated::default()
    })
}

/// `show ns version`: `NetScaler NS13.1: Build 49.13.nc, Date: …` is 13.1-49.13 in records.
fn netscaler(lines: &TextLines) -> Option<Stated> {
    let (release, rest) = lines.behind("NetScaler NS")?.split_once(": Build ")?;
    let version = format!("{release}-{}", word(rest)?.trim_end_matches(".nc"));
    Some(Stated { vendor: "Citrix", system: "NetScaler ADC", version: Some(version), ..Stated::default() })
}

/// `show version` of EdgeOS.
fn edge_os(lines: &TextLines) -> Option<Stated> {
    let model = lines.value("HW model").filter(|model| model.starts_with("Edge"))?;
    Some(Stated {
        vendor: "Ubiquiti",
        model: Some(model.to_owned()),
        system: "EdgeOS",
        version: lines.value("Version").and_then(word).map(|text| text.trim_start_matches('v').to_owned()),
        ..Stated::default()
    })
}

/// `opnsense-version`.
fn opnsense(lines: &TextLines) -> Option<Stated> {
    let version = lines.first().strip_prefix("OPNsense ").and_then(version)?;
    let version = version.split('-').next().unwrap_or_default().to_owned();
    Some(Stated { vendor: "OPNsense", system: "OPNsense", version: Some(version), ..Stated::default() })
}
