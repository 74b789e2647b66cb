//! What is read from messages of products, compared with what other parsers find in them. Skipped when the shared
//! data set is absent.

use super::{options, read_with};
use model::Record;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is known of a record, set off by bars.
fn facts(record: &Record<'_>) -> String {
    let address = |address: Option<std::net::IpAddr>| address.map_or(String::new(), |one| one.to_string());
    let time = record.time.map_or(String::new(), |time| time.to_string());
    let (host, account) = (record.host.unwrap_or_default(), record.account.unwrap_or_default());
    format!("{time}|{host}|{account}|{}|{}", address(record.from), address(record.to))
}

/// The first of these paths that is there.
fn text<'v>(expected: &'v Value, paths: &[&str]) -> Option<&'v str> {
    paths.iter().find_map(|path| expected.pointer(path)?.as_str()).filter(|text| !text.is_empty())
}

/// The kinds of facts and where the data set has them.
const WANTED: [(&str, &[&str]); 5] = [
    ("time", &["/@timestamp"]),
    ("host", &["/host/name", "/host/hostname", "/log/hostname", "/observer/hostname"]),
    ("account", &["/user/name", "/source/user/name"]),
    ("from", &["/source/ip"]),
    ("to", &["/destination/ip"]),
];

/// Whether differences of this product are to be shown.
#[expect(clippy::disallowed_methods, reason = "a test may ask its environment")]
fn asked_for(product: &str) -> bool {
    std::env::var("PRODUCT").is_ok_and(|wanted| product.contains(&wanted))
}

fn agrees(kind: &str, ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (ours.to_lowercase(), theirs.to_lowercase());
    match kind {
        "time" => ours.get(..19).is_some_and(|second| theirs.starts_with(second)),
        "from" | "to" => {
            theirs.parse().is_ok_and(|ip: std::net::IpAddr| ip.to_canonical().to_string() == ours)
        }
        "host" => first_label(&ours) == first_label(&theirs) && !ours.is_empty(),
        _ => !ours.is_empty() && bare(&ours) == bare(&theirs),
    }
}

/// The name of a machine without its domain; an address stays whole.
fn first_label(host: &str) -> &str {
    if host.parse::<std::net::IpAddr>().is_ok() { host } else { host.split('.').next().unwrap_or(host) }
}

/// An account without its domain, in front or behind.
fn bare(account: &str) -> &str {
    let name = account.rsplit_once('\\').map_or(account, |(_, name)| name);
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    // The account of a machine is its name with a `$`, which some parsers take off.
    name.trim_end_matches('$')
}

/// How many of a hundred of each kind of fact must be right, of every product.
const HELD: u64 = 90;

/// What is held lower: product, kind, how many of a hundred, and why: mostly the data set means another thing.
const OTHERWISE: [(&str, &str, u64, &str); 21] = [
    ("Aruba Network/aruba-os", "time", 0, "its parser passes over the zone, CEST"),
    ("BIND/bind", "from", 83, "a server that was asked is where it went, not where it came from"),
    ("CEF/cef", "host", 85, "it names the machine at the other side, not the device that writes"),
    ("Checkpoint/checkpoint", "account", 80, "a name goes on in the next line"),
    ("Cisco/cisco-ios", "host", 88, "it takes the sequence number for a host"),
    ("Cisco/cisco-ise", "host", 0, "it names the machine that asks to be let in; that is the account here"),
    ("Cisco/cisco-nx-os", "to", 0, "it puts the one who configures at the far side"),
    ("Cisco/cisco-secure-firewall", "host", 0, "it takes the domain of an account for a host"),
    ("Fortinet/fortigate", "host", 89, "it names the machine whose traffic it is, not the firewall"),
    ("HAProxy/haproxy", "from", 77, "one request is broken over lines, one is JSON of one's own making"),
    ("HAProxy/haproxy", "host", 0, "the name is in the envelope that the set left out"),
    ("Imperva/imperva-waf", "time", 88, "a time with nine digits is read as if it had ten"),
    (
        "Microsoft/microsoft-entraid-graphapi",
        "account",
        0,
        "it takes the name to show, here it is the principal name",
    ),
    ("Microsoft/microsoft-entraid-graphapi", "host", 0, "the name of what was changed, whatever it is"),
    ("NGINX/nginx", "host", 0, "a record without a time, in a format of its administrator's own making"),
    ("OCSF/ocsf", "account", 83, "of a logon it names the actor, here it is the user who logs on"),
    ("Office 365/o365", "host", 0, "the device's name among free pairs of a logon"),
    ("Ubika/ubika_waap", "from", 85, "a web log with three fields before the client"),
    ("Ubika/ubika_waap", "host", 0, "it names the site that was asked for"),
    ("VMWare/vmware-esxi", "host", 0, "it takes the name of an agent for a host"),
    ("VMWare/vmware-vcenter", "host", 87, "it takes the account for a host when there is no datacenter"),
];

/// Products whose messages come by syslog: its head may take nothing away. (Of Check Point, some events go on over
/// lines, and syslog has one head a line.)
const BY_SYSLOG: [&str; 30] = [
    "Aruba Network/aruba-os",
    "BIND/bind",
    "CEF/cef",
    "Cisco/cisco-ios",
    "Cisco/cisco-meraki",
    "Cisco/cisco-nx-os",
    "Cisco/cisco-secure-firewall",
    "Citrix/citrix-adc",
    "Clavister/clavister-ngfw",
    "Fortinet/fortigate",
    "FreeRADIUS/freeradius",
    "HAProxy/haproxy",
    "ISC DHCP/dhcpd",
    "Imperva/imperva-waf",
    "Infoblox/ddi",
    "Ivanti/pulse-connect",
    "Juniper/juniper-ngfw",
    "ManageEngine/adauditplus",
    "Netfilter/netfilter",
    "OpenBSD/openbsd-packet-filter",
    "OpenLDAP/openldap",
    "OpenSSH/openssh",
    "OpenVPN/openvpn",
    "Palo Alto Networks/paloalto-ngfw",
    "Postfix/postfix",
    "SonicWall/sonicwall-fw",
    "Sophos/sophos firewall",
    "Squid/squid",
    "VMWare/vmware-esxi",
    "WatchGuard/watchguard-firebox",
];

type Counts = BTreeMap<(String, &'static str), (u64, u64)>;

/// Reads every message, with this head before it: how many facts of each kind are right and how many there are,
/// and what is wrong of the product asked for.
fn counted(head: &str) -> Option<(Counts, String)> {
    let data = super::shared::data()?;
    let mut lines = String::new();
    let path = [data.join("telemetry/products")];
    input::walk(&path, &input::Limits::default(), &|_| {}, &mut |mut document| {
        let mut problems = model::Problems::new(&document.name);
        let whole = document.whole(64 << 20, &mut problems).expect("a file");
        lines +=
            &String::from_utf8_lossy(&whole.complete(&mut problems, "raise the limit").expect("all of it"));
    });
    // Times without a year got that in which the set was made.
    let options = telemetry::Options { year: Some(2026), ..options() };
    let (mut counts, mut wrong) = (Counts::new(), String::new());
    for line in lines.lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let (Some(product), Some(message)) = (text(&event, &["/product"]), text(&event, &["/input/message"]))
        else {
            continue;
        };
        let message = format!("{head}{message}");
        let (records, _) = read_with(&options, &[("event.log", message.as_bytes())], facts);
        let ours = records.first().map_or("", String::as_str);
        let mut ours = ours.split('|');
        for (kind, paths) in WANTED {
            let ours = ours.next().unwrap_or_default();
            let Some(theirs) = text(&event["expected"], paths) else { continue };
            let count = counts.entry((product.to_owned(), kind)).or_default();
            count.1 += 1;
            if agrees(kind, ours, theirs) {
                count.0 += 1;
            } else if asked_for(product) {
                let message = message.get(..700).unwrap_or(&message);
                let _ = writeln!(wrong, "{kind}: {theirs:?} but {ours:?} in {message}");
            }
        }
    }
    Some((counts, wrong))
}

#[test]
fn messages_of_products_give_what_their_parsers_find() {
    let Some((counts, wrong)) = counted("") else { return };
    println!("{wrong}");
    let mut low = String::new();
    for ((product, kind), (good, all)) in &counts {
        if good * 100 < all * HELD {
            println!("{product} {kind}: {good} of {all}");
        }
        let other = OTHERWISE.iter().find(|(one, of, ..)| one == product && of == kind);
        let percent = other.map_or(HELD, |(_, _, percent, _)| *percent);
        if good * 100 < all * percent {
            let _ = writeln!(low, "{product} {kind}: {good} of {all}");
        }
    }
    assert!(low.is_empty(), "{low}");
}

#[test]
fn a_head_of_syslog_takes_nothing_away() {
    let Some((bare, _)) = counted("") else { return };
    let Some((headed, wrong)) = counted("<134>Oct  3 12:00:00 host1 ") else { return };
    println!("{wrong}");
    let mut low = String::new();
    for ((product, kind), (good, _)) in &bare {
        let with_head = headed.get(&(product.clone(), kind)).map_or(0, |(good, _)| *good);
        let sides = matches!(*kind, "account" | "from" | "to");
        if sides && with_head * 10 < good * 9 {
            println!("{product} {kind}: {with_head} of {good} with a head");
            if BY_SYSLOG.contains(&product.as_str()) {
                let _ = writeln!(low, "{product} {kind}: {with_head} of {good}");
            }
        }
    }
    assert!(low.is_empty(), "{low}");
}
