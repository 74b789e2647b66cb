//! Products that records and inventories call by several names, and makers that have changed theirs.
//!
//! A name is compared by its words, and no words are shared by `Connect Secure` and `ICS`. So a product of ours that bears
//! one of these names is compared under all of them. Only names of one product with one counting of versions belong here.

use crate::facts::product::Words;
use foldhash::HashMap;
use std::sync::OnceLock;

/// Makers, and the names of one product of theirs.
const PRODUCTS: &[(&[&str], &[&str])] = &[
    (
        &["Cisco"],
        &[
            "Adaptive Security Appliance Software",
            "Adaptive Security Appliance (ASA) Software",
            "ASA Software",
            "ASA",
        ],
    ),
    (
        &["Cisco"],
        &["Firepower Threat Defense Software", "Secure Firewall Threat Defense (FTD) Software", "FTD"],
    ),
    (&["Cisco"], &["IOS Software", "IOS"]),
    (&["Ivanti", "Pulse Secure"], &["Connect Secure", "Pulse Connect Secure", "ICS", "PCS"]),
    (&["Ivanti", "Pulse Secure"], &["Policy Secure", "Pulse Policy Secure", "IPS"]),
    (&["Ivanti", "MobileIron"], &["Endpoint Manager Mobile", "EPMM", "MobileIron Core"]),
    (
        &["Citrix", "NetScaler", "Cloud Software Group"],
        &[
            "NetScaler ADC",
            "Citrix ADC",
            "NetScaler Application Delivery Controller",
            "Application Delivery Controller",
            "Citrix ADC and Citrix Gateway",
            "NetScaler ADC and NetScaler Gateway",
            "NetScaler Gateway",
            "Citrix Gateway",
        ],
    ),
    (&["Synology"], &["DiskStation Manager", "DiskStation Manager (DSM)", "DSM"]),
    (
        &["Check Point"],
        &["Quantum Security Gateway", "Quantum Gateway", "Gaia OS", "Quantum Security Gateways"],
    ),
    (&["Sophos"], &["Firewall", "Sophos Firewall", "SFOS", "XG Firewall Firmware"]),
    (
        &["SonicWall"],
        &[
            "SMA100",
            "SMA 100 series",
            "SMA 200 Firmware",
            "SMA 210 Firmware",
            "SMA 400 Firmware",
            "SMA 410 Firmware",
            "SMA 500v Firmware",
        ],
    ),
    (&["VMware", "Broadcom"], &["ESXi", "VMware ESXi", "vSphere Hypervisor"]),
    (&["VMware", "Broadcom"], &["vCenter Server", "VMware vCenter Server", "vCenter Server Appliance"]),
    (&["Barracuda"], &["Email Security Gateway", "Email Security Gateway Appliance", "ESG"]),
    (&["HPE", "Hewlett Packard Enterprise"], &["Integrated Lights-Out", "iLO", "HPE Integrated Lights-Out"]),
    (&["Dell"], &["iDRAC", "Integrated Dell Remote Access Controller"]),
    (&["Synacor", "Zimbra"], &["Zimbra Collaboration", "Zimbra Collaboration Suite", "Collaboration", "ZCS"]),
    (&["Progress", "Ipswitch"], &["MOVEit Transfer", "MOVEit Transfer (DMZ)"]),
    (&["Fortra", "HelpSystems"], &["GoAnywhere MFT", "GoAnywhere Managed File Transfer"]),
    (&["ConnectWise"], &["ScreenConnect", "Control"]),
    (&["Zoho", "ManageEngine", "Zohocorp"], &["ADSelfService Plus", "ManageEngine ADSelfService Plus"]),
    (
        &["F5"],
        &["BIG-IP", "BIG-IP (all modules)", "BIG-IP Local Traffic Manager", "BIG-IP Access Policy Manager"],
    ),
    (&["Zyxel"], &["USG FLEX firmware", "USG FLEX (W) firmware"]),
    (&["Ubiquiti"], &["EdgeOS", "EdgeMAX EdgeRouter", "EdgeRouter"]),
];

/// The words of the other names of a product, by the words of one of them; empty for most.
pub(crate) fn also(words: &Words) -> &'static [Words] {
    static TABLE: OnceLock<HashMap<Vec<String>, Vec<Words>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: HashMap<Vec<String>, Vec<Words>> = HashMap::default();
        for (makers, names) in PRODUCTS {
            let maker = makers.join(" ");
            let all: Vec<Words> = names.iter().map(|name| Words::new(Some(&maker), name)).collect();
            for words in &all {
                let known = table.entry(key(words)).or_default();
                known.extend(all.iter().filter(|other| *other != words).cloned());
            }
        }
        table
    });
    let found = table.get(&key(words)).map_or(&[][..], Vec::as_slice);
    // A name that others bear too (`Control`, `Firewall`) counts with its maker only.
    let maker_fits =
        |one: &Words| one.vendor.iter().any(|word| words.vendor.contains(word) || words.name.contains(word));
    if found.first().is_some_and(maker_fits) { found } else { &[] }
}

fn key(words: &Words) -> Vec<String> {
    words.index_words().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_product_lead_to_each_other_with_their_maker() {
        let also_of = |vendor: &str, name: &str| also(&Words::new(Some(vendor), name)).len();
        assert!(also_of("Pulse Secure", "Pulse Connect Secure") >= 2);
        assert!(also_of("Synology", "DSM") >= 1);
        assert_eq!(also_of("Acme", "Control"), 0);
        assert!(also_of("ConnectWise", "Control") >= 1);
        assert_eq!(also_of("Acme", "Gangway"), 0);
    }
}
