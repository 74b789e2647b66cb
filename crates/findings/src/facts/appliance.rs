//! Which system runs on an appliance, and in which version: inventories name the hardware, records name the system.
//!
//! A table of devices says `FortiGate 60F` and `v7.0.12,build0523`; the record of a flaw says `FortiOS`, 7.0.12. A row
//! that names the system by itself is believed; else the maker and the family of the model decide. The version is the
//! first one behind the system's name, or that of the row, without build, label and image name.

/// A system, and by which words its hardware is known.
struct System {
    vendor: &'static str,
    /// As records write it; the name of claims.
    name: &'static str,
    /// Other ways in which inventories write the system.
    written: &'static [&'static str],
    /// Beginnings of model names; those that end with `#` are followed by a digit.
    models: &'static [&'static str],
    /// The maker must be named by a row for a model to count: the beginnings are short.
    by_maker: &'static [&'static str],
}

macro_rules! system {
    ($vendor:literal, $name:literal, $written:expr, $makers:expr, $models:expr) => {
        System { vendor: $vendor, name: $name, written: &$written, models: &$models, by_maker: &$makers }
    };
}

/// In order of asking: the first whose name or model fits.
#[rustfmt::skip]
const SYSTEMS: &[System] = &[
    system!("Fortinet", "FortiOS", [], ["fortinet"], ["fortigate", "fortiwifi", "fgt", "fg-#", "fwf"]),
    system!("Fortinet", "FortiManager", [], [], ["fortimanager"]),
    system!("Fortinet", "FortiAnalyzer", [], [], ["fortianalyzer"]),
    system!("Fortinet", "FortiProxy", [], [], ["fortiproxy"]),
    system!("Fortinet", "FortiMail", [], [], ["fortimail"]),
    system!("Fortinet", "FortiWeb", [], [], ["fortiweb"]),
    system!("Fortinet", "FortiSwitch", [], [], ["fortiswitch"]),
    system!("Palo Alto Networks", "PAN-OS", ["panos"], ["palo alto"], ["pa-#", "vm-#", "panorama"]),
    system!("Cisco", "Adaptive Security Appliance Software", ["asa software", "cisco asa"], ["cisco"], ["asa", "adaptive security"]),
    system!("Cisco", "Firepower Threat Defense Software", ["ftd", "firepower threat defense"], ["cisco"], ["firepower", "fpr", "ftd", "secure firewall"]),
    system!("Cisco", "IOS XE Software", ["ios xe", "ios-xe"], ["cisco"], ["catalyst 9#", "c9#", "isr 4#", "isr4#", "asr 1#", "asr1#", "csr 1#", "csr1#", "c8#", "ie-3#"]),
    system!("Cisco", "NX-OS Software", ["nx-os"], ["cisco"], ["nexus", "n9k", "n7k", "n5k", "n3k"]),
    system!("Cisco", "IOS Software", ["cisco ios", "ios software"], ["cisco"], ["catalyst 2#", "catalyst 3#", "catalyst 4#", "ws-c", "isr 1#", "isr 2#", "isr 8#", "c29#", "c39#", "c19#", "c8#1"]),
    system!("Juniper Networks", "Junos OS", ["junos"], ["juniper"], ["srx", "ex#", "qfx", "mx#", "ptx", "acx"]),
    system!("SonicWall", "SonicOS", [], ["sonicwall"], ["tz", "nsa", "nssp", "nsv", "soho"]),
    system!("SonicWall", "SMA100", ["sma 100", "sma100"], ["sonicwall"], ["sma", "sra"]),
    system!("Sophos", "Firewall", ["sfos", "sophos firewall"], ["sophos"], ["xgs", "xg "]),
    system!("WatchGuard", "Fireware OS", ["fireware"], ["watchguard"], ["firebox", "t#", "m#"]),
    system!("Check Point", "Quantum Security Gateway", ["gaia"], ["check point", "checkpoint"], ["quantum", "1#", "3#", "5#", "6#", "7#", "9#"]),
    system!("Ivanti", "Connect Secure", ["connect secure"], ["ivanti", "pulse secure"], ["ics", "pcs", "psa", "isa", "mag"]),
    system!("Ivanti", "Policy Secure", ["policy secure"], ["ivanti", "pulse secure"], ["ips", "pps"]),
    system!("Citrix", "NetScaler ADC", ["netscaler", "citrix adc", "citrix gateway"], ["citrix", "netscaler"], ["mpx", "vpx", "sdx", "adc"]),
    system!("F5", "BIG-IP", ["big-ip", "bigip"], ["f5"], ["i#", "r#", "viprion"]),
    system!("MikroTik", "RouterOS", [], ["mikrotik"], ["rb", "ccr", "crs", "hap", "hex", "chr", "cap", "wap", "ltap", "l009", "ax"]),
    system!("Synology", "DiskStation Manager", ["dsm"], ["synology"], ["ds#", "rs#", "fs#", "sa#", "dva", "hd#"]),
    system!("QNAP", "QTS", ["qts"], ["qnap"], ["ts-", "tvs-", "tbs-", "hs-"]),
    system!("Zyxel", "USG FLEX firmware", [], [], ["usg flex"]),
    system!("Zyxel", "ATP firmware", [], ["zyxel"], ["atp"]),
    system!("Ubiquiti", "EdgeOS", [], ["ubiquiti"], ["edgerouter", "er-", "erx"]),
    system!("Ubiquiti", "UniFi OS", [], ["ubiquiti"], ["udm", "udr", "unifi dream"]),
    system!("Aruba", "AOS-CX", ["arubaos-cx", "aos-cx"], ["aruba", "hpe", "hewlett"], ["cx", "jl#"]),
    system!("Aruba", "ArubaOS", [], ["aruba"], ["70#", "72#", "90#", "ap-", "iap"]),
    system!("VMware", "ESXi", ["vmware esx"], [], []),
    system!("VMware", "vCenter Server", ["vcenter", "vcsa"], [], []),
    system!("Barracuda", "Email Security Gateway", ["email security gateway"], ["barracuda"], ["esg"]),
    system!("HPE", "Integrated Lights-Out", ["ilo 5", "ilo 4", "ilo 6", "ilo5", "ilo4", "ilo6"], [], []),
    system!("Dell", "iDRAC", ["idrac9", "idrac8", "idrac"], [], []),
];

/// The system of a row of devices: its maker, its name as records write it, its version.
pub(crate) struct Running {
    pub(crate) vendor: &'static str,
    pub(crate) name: &'static str,
    pub(crate) version: Option<String>,
}

/// What runs on a device by what its row says; `None` where the table does not know it.
pub(crate) fn running(
    vendor: Option<&str>,
    model: Option<&str>,
    version: Option<&str>,
    system: Option<&str>,
) -> Option<Running> {
    let texts: Vec<String> =
        [system, version, model].into_iter().flatten().map(|text| text.trim().to_lowercase()).collect();
    let named = SYSTEMS.iter().find_map(|known| {
        let names = std::iter::once(known.name).chain(known.written.iter().copied());
        let mut found =
            names.filter_map(|name| texts.iter().find_map(|text| behind(text, &name.to_lowercase())));
        Some((known, found.next()?.to_owned()))
    });
    let (known, rest) = match named {
        Some((known, rest)) => (known, rest),
        None => (by_model(vendor, model)?, String::new()),
    };
    let of = |text: &str| version_in(known, text);
    let version = of(&rest).or_else(|| version.and_then(of)).or_else(|| {
        // A model's own number is no version: only what has a label is.
        model.and_then(|model| model.split([',', ';']).skip(1).find_map(of))
    });
    Some(Running { vendor: known.vendor, name: known.name, version })
}

/// The text behind a name that is a word of its own.
fn behind<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.match_indices(name).find_map(|(at, found)| {
        let (before, after) = (text.get(..at)?, text.get(at + found.len()..)?);
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphabetic());
        (ends(before.chars().next_back()) && ends(after.chars().next())).then_some(after)
    })
}

fn by_model(vendor: Option<&str>, model: Option<&str>) -> Option<&'static System> {
    let model = model?.trim().to_lowercase();
    let maker = vendor.map(str::to_lowercase).unwrap_or_default();
    SYSTEMS.iter().find(|known| {
        let mut makers = known.by_maker.iter();
        let in_model = makers.clone().find_map(|maker| behind(&model, maker)).map(str::trim);
        let is_of_maker = makers.any(|known| maker.contains(known)) || in_model.is_some();
        let model = in_model.filter(|rest| !rest.is_empty()).unwrap_or(&model);
        let begins = |beginning: &&str| match beginning.strip_suffix('#') {
            Some(start) => {
                model.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            }
            None => model.starts_with(*beginning),
        };
        // Long names of models need no maker.
        known.models.iter().any(|one| begins(one) && (is_of_maker || one.len() >= LONG_ENOUGH))
    })
}

/// From how many letters on the beginning of a model says by itself who makes it.
const LONG_ENOUGH: usize = 7;

/// The version in a text: the first word that begins with a digit, perhaps behind `v`.
fn version_in(system: &System, text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | ':'));
    let mut found = words.filter_map(version_word);
    let first = found.next()?;
    if system.name == "NetScaler ADC" && !first.contains('-') {
        // `NS13.1: Build 49.13.nc` is 13.1-49.13 in records.
        let build = found.next().map(|build| build.trim_end_matches(".nc").to_owned());
        return Some(build.map_or(first.clone(), |build| format!("{first}-{build}")));
    }
    Some(first)
}

/// A word that is a version, without what is around it: `v7.0.12` is 7.0.12, `V5.30(ABUH.0)` is 5.30.
fn version_word(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| matches!(c, '[' | ']' | '"' | '\'')).trim_start_matches('(');
    let word = if word.contains('(') { word } else { word.trim_end_matches(')') };
    let bare = ["version", "ver.", "ver", "v", "ns"]
        .iter()
        .find_map(|label| strip_label(word, label))
        .unwrap_or(word);
    // Check Point counts releases as R81.20.
    let digits = bare.strip_prefix(['r', 'R']).unwrap_or(bare);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.contains(['.', '-', '(', 'R', 'r']) {
        return None;
    }
    // In brackets Cisco counts on, Zyxel names an image.
    let image = bare
        .find('(')
        .filter(|at| bare.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic())));
    let kept = bare.get(..image.unwrap_or(bare.len()))?;
    Some(kept.trim_end_matches(['.', '-']).to_owned())
}

fn strip_label<'w>(word: &'w str, label: &str) -> Option<&'w str> {
    let start = word.get(..label.len())?;
    let rest = word.get(label.len()..)?;
    (start.eq_ignore_ascii_case(label) && rest.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(vendor: &str, model: &str, version: &str, system: &str) -> String {
        let text = |text: &'static str| Some(text).filter(|text| !text.is_empty());
        let leaked = |text: &str| text.to_owned().leak() as &'static str;
        let found =
            running(text(leaked(vendor)), text(leaked(model)), text(leaked(version)), text(leaked(system)));
        found.map_or_else(
            || "-".to_owned(),
            |one| format!("{} {}", one.name, one.version.unwrap_or_else(|| "?".to_owned())),
        )
    }

    #[test]
    fn hardware_runs_the_system_of_its_family() {
        for (vendor, model, version, system, expected) in [
            ("Fortinet", "FortiGate 100F", "v7.2.5,build1517", "", "FortiOS 7.2.5"),
            ("", "FortiGate 40F, FortiOS v7.2.5,build1517", "", "", "FortiOS 7.2.5"),
            ("Fortinet Inc.", "FG-200E", "6.4.15", "", "FortiOS 6.4.15"),
            ("Palo Alto Networks", "PA-850", "10.1.6-h3", "", "PAN-OS 10.1.6-h3"),
            ("Cisco", "ASA5516-X", "9.14(4)24", "", "Adaptive Security Appliance Software 9.14(4)24"),
            ("Cisco Systems", "Catalyst 9300-48P", "17.09.04a", "", "IOS XE Software 17.09.04a"),
            ("Cisco", "WS-C2960X-48", "15.2(7)E8", "", "IOS Software 15.2(7)E8"),
            ("Cisco", "Nexus 93180", "", "Cisco NX-OS 9.3(10)", "NX-OS Software 9.3(10)"),
            ("Synology", "DS1522+", "DSM 7.2-64570 Update 3", "", "DiskStation Manager 7.2-64570"),
            ("MikroTik", "hAP ac2", "", "RouterOS 6.49.7 (stable)", "RouterOS 6.49.7"),
            ("Zyxel", "USG FLEX 200", "V5.36(ABUI.1)", "", "USG FLEX firmware 5.36"),
            ("Ivanti", "PSA3000", "9.1R18.2", "", "Connect Secure 9.1R18.2"),
            ("Citrix", "VPX 200", "NS13.1: Build 48.47.nc", "", "NetScaler ADC 13.1-48.47"),
            ("Check Point", "6200", "R81.20 Take 26", "", "Quantum Security Gateway R81.20"),
            ("", "", "", "VMware ESXi 7.0.3 build-21313628", "ESXi 7.0.3"),
            ("Juniper", "SRX340", "21.4R3-S5", "", "Junos OS 21.4R3-S5"),
            ("Acme", "PA-850", "1.0", "", "-"),
            ("Fortinet", "FortiGate 60F", "", "", "FortiOS ?"),
            ("Dell", "PowerEdge R740", "2.19.1", "", "-"),
        ] {
            assert_eq!(
                shown(vendor, model, version, system),
                expected,
                "{vendor} {model} {version} {system}"
            );
        }
    }

    #[test]
    fn a_system_is_a_word_of_its_own() {
        assert_eq!(shown("", "Biosign 3.1", "", ""), "-");
        assert_eq!(shown("Apple", "iPhone 13", "17.2", "iOS 17.2"), "-");
    }
}
