//! Which format a document is, and that a log is none.

use estate::{Format, recognise};

#[test]
fn tables_are_recognised_by_their_headers() {
    let cases = [
        ("name,address", Some(Format::Devices)),
        ("hostname;os;ip", Some(Format::Devices)),
        ("name,vendor,model,version,serial,zones,internet_facing,end_of_support", Some(Format::Devices)),
        ("name,vendor,model,version", Some(Format::Devices)),
        ("host,name,version", Some(Format::Components)),
        ("Hostname,IP Address,Software,Version", Some(Format::Components)),
        ("name,version,purl", Some(Format::Components)),
        ("name,mfa", Some(Format::Accounts)),
        ("SamAccountName,Department", Some(Format::Accounts)),
        ("user,groups", Some(Format::Accounts)),
        ("zone,cidr", Some(Format::Zones)),
        ("Name,Subnet,Type", Some(Format::Zones)),
        ("src,dst,action", Some(Format::FirewallRules)),
        ("name,party", Some(Format::Names)),
        ("domain,party_name", Some(Format::Names)),
        ("DeviceName,CveId", Some(Format::ScanResults)),
        ("IP Address,Plugin ID,Plugin Name", Some(Format::ScanResults)),
        ("Package,Installed,Fixed In,Vulnerability ID,Severity", Some(Format::ScanResults)),
        ("colour,taste", None),
    ];
    for (header, format) in cases {
        assert_eq!(recognise("t.csv", &format!("{header}\na,b\n")), format, "{header}");
    }
}

#[test]
fn tables_of_events_or_of_the_world_are_no_inventories() {
    for header in [
        "timestamp,src,dst,action",
        "\"timestamp\",\"ip\",\"port\",\"hostname\",\"tag\",\"asn\"",
        "time,user,groups",
        "Date,Name,Address",
        "vendor,product,version,cve",
        "cveID,vendorProject,product,vulnerabilityName,dateAdded",
        "timestamp,ip,hostname,cve",
        "computer,os,url,user,password",
        "log_date,computer,os,stealer,url,user,password",
    ] {
        assert_eq!(recognise("t.csv", &format!("{header}\na,b\n")), None, "{header}");
    }
}

#[test]
fn documents_are_known_by_their_start() {
    assert_eq!(recognise("a", "{\"bomFormat\": \"CycloneDX\""), Some(Format::CycloneDx));
    assert_eq!(recognise("a", "{\"bomFormat\": \"other\""), None);
    assert_eq!(recognise("a", "Package: apt\nStatus: install ok installed\n"), Some(Format::DpkgStatus));
    assert_eq!(recognise("devices.csv", ""), None);
    assert_eq!(recognise("a", "A report on a package: it was late.\n"), None);
}

#[test]
fn every_format_is_in_the_page_of_inventories() {
    let page = include_str!("../../../../docs/inventories.md");
    for line in estate::FORMATS {
        assert!(
            page.contains(&format!("| {} |", line.name)),
            "docs/inventories.md does not name {}",
            line.name
        );
    }
}

#[test]
fn what_only_looks_like_an_inventory() {
    for text in [
        "{\"name\":\"portal\",\"version\":\"1.0.0\",\"scripts\":{},\"dependencies\":{\"a\":\"^1\"}}",
        "[{\"type\":\"indicator\",\"name\":\"bad\",\"id\":\"1\"}]",
        "bad.example 203.0.113.9\nworse.example 203.0.113.10\n",
        "0.0.0.0 ads.example\n0.0.0.0 more.example\n",
        "A sentence of two words.\nAnother one.\n",
        "Our SOA is old.\nA new one comes.\n",
        "We bought a crane - 2 of them.\nThe mole-1 is broken.\n",
    ] {
        assert_eq!(recognise("a", text), None, "{text}");
    }
    let programs = "[{\"name\":\"VLC media player\",\"version\":\"3.0.16\"}]";
    assert_eq!(recognise("a", programs), Some(Format::Records));
}
