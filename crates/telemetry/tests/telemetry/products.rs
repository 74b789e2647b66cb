//! What messages of products tell, held to what their parsers elsewhere find in them. Skipped when the shared
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

/// Products whose format is read, and how many of a hundred of each kind of fact must be right.
const HELD: [(&str, u64); 6] = [
    ("Fortinet/fortigate", 85),
    ("Beats/winlogbeat", 90),
    ("AWS/aws-cloudtrail", 90),
    ("Okta/okta-system-logs", 85),
    ("Kubernetes/audit-log", 85),
    ("CEF/cef", 80),
];

#[test]
fn messages_of_products_tell_what_their_parsers_find() {
    let Some(data) = super::shared::data() else { return };
    let mut lines = String::new();
    let path = [data.join("telemetry/products")];
    input::walk(&path, &input::Limits::default(), &|_| {}, &mut |mut document| {
        let whole = document.whole(64 << 20).expect("a file");
        lines += &String::from_utf8_lossy(&whole.bytes);
    });
    let mut counts: BTreeMap<(String, &str), (u64, u64)> = BTreeMap::new();
    let mut wrong = String::new();
    for line in lines.lines() {
        let Ok(event) = serde_json::from_str::<Value>(line) else { continue };
        let (Some(product), Some(message)) = (text(&event, &["/product"]), text(&event, &["/input/message"]))
        else {
            continue;
        };
        // Times without a year got that in which the set was made.
        let options = telemetry::Options { year: Some(2026), ..options() };
        let message = &match std::env::var("HEAD") {
            Ok(head) => format!("{head}{message}"),
            Err(_) => message.to_owned(),
        };
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
                let _ = writeln!(
                    wrong,
                    "{kind}: {theirs:?} but {ours:?} in {}",
                    message.get(..700).unwrap_or(&message)
                );
            }
        }
    }
    println!("{wrong}");
    let mut low = String::new();
    for ((product, kind), (good, all)) in &counts {
        if good * 10 < all * 9 {
            println!("{product} {kind}: {good} of {all}");
        }
        let held = HELD.iter().find(|(held, _)| held == product);
        if held.is_some_and(|(_, percent)| good * 100 < all * percent) {
            let _ = writeln!(low, "{product} {kind}: {good} of {all}");
        }
    }
    assert!(low.is_empty(), "{low}");
}
