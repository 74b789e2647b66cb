//! A small port, and changes of it drawn at random: inventories with and without full names, SIDs and addresses, two
//! products on one machine, one product in two versions, two documents for one fact, equal lines, copies of a log.

use findings::{
    Bounds, Change, Document, Hunter, Known, LogDocument, LogSeen, Mode, Newly, Regrouping, Said, SaidBy,
    Wanted,
};
use model::ours::{
    Account, Component, Device, Fact as Ours, Lease, Name, NameValue, Party, ScanResult, Zone, ZoneKind,
};
use model::world::{
    Affected, Authority, Exploited, Fact, Indicator, Observation, ObservationNature, Origin, Package,
    Product, Term, TermRole, Versions, Vex, VexStatus, Vulnerability,
};
use model::{Date, Field, LogSource, Place, Record, Text, Timestamp, Tlp, Value};
use observable::{Kind, Observable};
use std::collections::BTreeSet;
use std::sync::Arc;
use version::{Bound, Range, Scheme};

pub fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("time")
}

fn origin(source: &str, record: u64) -> Origin {
    Origin::new(&Arc::from(source), Place::Record(record))
}

fn seen(kind: Kind, value: &str) -> Observable {
    Observable { kind, value: value.to_owned() }
}

/// One step of a history.
#[derive(Clone, Debug)]
pub enum Step {
    /// An inventory in one of its states: document, rows.
    Inventory(u8, Vec<u8>),
    /// Components: document, rows.
    Components(u8, Vec<u8>),
    /// Records of vulnerabilities: document, mode, records.
    Flaws(u8, bool, Vec<u8>),
    /// A list of indicators: document, values.
    Indicators(u8, Vec<u8>),
    /// Names of ours: document, names.
    Names(u8, Vec<u8>),
    /// What others saw: document, records.
    Observations(u8, Vec<u8>),
    /// A log: document, lines.
    Log(u8, Vec<u8>),
    /// Which rules are asked.
    Rules(u8),
    /// A document is taken back.
    Forget(u8, u8),
    /// The clock moves.
    Clock(u8),
    /// Somebody regroups stories: what, which, which other.
    Regroup(u8, u8, u8),
}

/// Everything that people say of stories after one more word; `None`: there is nothing to say it of. Kinds up to 3 join two
/// stories, 4 takes a sighting off one, 5 a machine, 6 two sightings, 7 takes one word back.
pub fn regrouped(known: &Known, now: Timestamp, (kind, a, b): (u8, u8, u8)) -> Option<Vec<Regrouping>> {
    let (stories, mut all) = (known.stories(now), known.regrouped().to_vec());
    let one = |n: u8, of: usize| usize::from(n).checked_rem(of);
    let said = SaidBy { by: "anna".into(), at: moment("2026-07-01"), note: None };
    let first = one(a, stories.len()).map(|n| &stories[n]);
    let step = first.and_then(|first| Some(&first.steps[one(b, first.steps.len())?]));
    match kind % 8 {
        0..=3 => {
            let (first, other) = (first?, &stories[one(b, stories.len())?]);
            all.push((first.id != other.id).then(|| first.join(&[other], said))?);
        }
        4 => all.push(first?.split(&[step?.finding.clone()].into(), &BTreeSet::new(), said)?),
        6 => {
            let first = first?;
            let next = first.steps.iter().cycle().skip(usize::from(b) + 1).take(1);
            let off = next.chain([step?]).map(|step| step.finding.clone()).collect();
            all.push(first.split(&off, &BTreeSet::new(), said)?);
        }
        5 => all.push(first?.split(&BTreeSet::new(), &[step?.steps.machine.clone()].into(), said)?),
        _ => _ = all.remove(one(a, all.len())?),
    }
    Some(all)
}

fn document(source: &str, mode: Mode, said: Said) -> Document {
    let mut said = said;
    said.settle();
    Document {
        source: Arc::from(source),
        mode,
        dated: None,
        received: moment("2026-06-15T00:00:00Z"),
        is_advisory: false,
        said: Arc::new(said),
    }
}

fn device(n: u8, place: u64, source: &str) -> Ours {
    let base = Device { origin: Some(origin(source, place)), ..Device::default() };
    let lease = |address: &str| Lease { address: address.parse().expect("address"), from: None, until: None };
    let sid = Some("S-1-5-21-1-2-3-1104".to_owned());
    Ours::Device(match n % 8 {
        0 => Device { name: "wiki-1".into(), addresses: vec![lease("10.20.1.11")], ..base },
        1 => Device {
            name: "wiki-1".into(),
            fqdn: Some("wiki-1.corp.example".into()),
            internet_facing: Some(true),
            ..base
        },
        2 => Device {
            name: "wiki-1".into(),
            vendor: Some("Atlassian".into()),
            model: Some("Confluence".into()),
            ..base
        },
        3 => Device {
            name: "wiki-1".into(),
            sid: sid.clone(),
            vendor: Some("Atlassian".into()),
            model: Some("Confluence".into()),
            version: Some("8.3.1".into()),
            ..base
        },
        4 => Device {
            name: "wiki-1".into(),
            fqdn: Some("wiki-1.branch.example".into()),
            zone: Some("dmz".into()),
            ..base
        },
        5 => Device { name: "app-3".into(), sid, system: Some("Some Linux 9".into()), ..base },
        6 => Device {
            name: "app-3".into(),
            aliases: vec!["apps.corp.example".into()],
            addresses: vec![lease("10.20.2.9"), lease("198.51.100.7")],
            end_of_support: Date::parse("2026-06-20"),
            ..base
        },
        _ => Device { name: "dc-1".into(), crown_jewel: Some(true), role: Some("router".into()), ..base },
    })
}

fn component(n: u8, place: u64, source: &str) -> Ours {
    // Every fifth row is a scanner's: with and without the component.
    if n % 5 == 4 {
        let named = package_row(n / 5, place, source);
        return Ours::ScanResult(ScanResult {
            scanner: "Nessus".into(),
            vulnerability: if (n / 5).is_multiple_of(2) { "CVE-2021-44228" } else { "CVE-2023-22515" }.into(),
            aliases: Vec::new(),
            host: named.host.clone(),
            component: (n / 10).is_multiple_of(2).then_some(named),
            title: None,
            port: None,
            fixed: None,
            found: None,
            origin: origin(source, place),
        });
    }
    Ours::Component(package_row(n, place, source))
}

fn package_row(n: u8, place: u64, source: &str) -> Component {
    let package = Package {
        ecosystem: "maven".into(),
        namespace: Some("org.apache.logging.log4j".into()),
        name: "log4j-core".into(),
    };
    let version = match n % 4 {
        0 => Some("2.14.1"),
        1 => Some("2.17.0"),
        2 => Some("2.12.0"),
        _ => None,
    };
    let host = match n / 4 % 4 {
        0 => Some("wiki-1"),
        1 => Some("APP-3"),
        2 => Some("wiki-1.corp.example"),
        _ => None,
    };
    Component {
        name: "log4j-core".into(),
        version: version.map(str::to_owned),
        vendor: None,
        package: Some(package),
        purl: None,
        cpe: None,
        host: host.map(str::to_owned),
        origin: origin(source, place),
    }
}

/// A statement about log4j: of any version or of one, by one of two authors.
fn statement(n: u8, place: u64, source: &str) -> Fact {
    let package = Package {
        ecosystem: "maven".into(),
        namespace: Some("org.apache.logging.log4j".into()),
        name: "log4j-core".into(),
    };
    Fact::Vex(Vex {
        vulnerability: "CVE-2021-44228".into(),
        aliases: Vec::new(),
        product: Product { package: Some(package), ..Product::default() },
        versions: if n.is_multiple_of(2) {
            Versions::All
        } else {
            Versions::In(vec![Range::exact(Scheme::Maven, "2.14.1")], Vec::new())
        },
        inside: None,
        status: if (n / 2).is_multiple_of(3) { VexStatus::Affected } else { VexStatus::NotAffected },
        justification: None,
        statement: None,
        author: Some(if (n / 8).is_multiple_of(2) { "Seaward" } else { "Tidewise" }.into()),
        stated: Timestamp::parse(if (n / 16).is_multiple_of(2) { "2026-01-01" } else { "2026-02-01" }),
        origin: origin(source, place),
    })
}

fn flaw(n: u8, place: u64, source: &str) -> Fact {
    if n % 10 == 9 {
        return statement(n / 10, place, source);
    }
    if n % 8 == 7 {
        return Fact::Exploited(Exploited {
            cve: "CVE-2023-22515".into(),
            vendor: "Atlassian".into(),
            product: "Confluence".into(),
            name: "Confluence flaw".into(),
            added: Date::parse("2023-10-05"),
            due: Date::parse("2026-06-12"),
            ransomware: false,
            asserter: None,
            origin: origin(source, place),
        });
    }
    let log4j = Product {
        package: Some(Package {
            ecosystem: "maven".into(),
            namespace: Some("org.apache.logging.log4j".into()),
            name: "log4j-core".into(),
        }),
        ..Product::default()
    };
    let confluence =
        Product { vendor: Some("Atlassian".into()), name: Some("Confluence".into()), ..Product::default() };
    let below = |scheme, low: &str, fixed: &str| {
        let range = Range::between(scheme, Bound::Included(low.into()), Bound::Excluded(fixed.into()));
        Versions::In(vec![range], Vec::new())
    };
    let (id, product, versions) = match n % 2 {
        0 => ("CVE-2021-44228", log4j, below(Scheme::Maven, "2.13", "2.15.0")),
        _ => ("CVE-2023-22515", confluence, below(Scheme::Generic, "8.3.0", "8.3.3")),
    };
    let wider = n / 2 % 2 == 1 && n.is_multiple_of(2);
    let versions = if wider { Versions::All } else { versions };
    Fact::Vulnerability(Vulnerability {
        id: id.into(),
        authority: if n / 4 % 2 == 1 { Authority::Osv } else { Authority::Cve },
        modified: Timestamp::parse(if wider { "2026-02-01" } else { "2026-01-01" }),
        aliases: Vec::new(),
        title: format!("flaw {id}"),
        published: Date::parse("2023-10-04"),
        withdrawn: n % 8 == 5,
        affected: vec![Affected { product, versions }],
        ssvc: None,
        cvss_tenths: Some(98),
        references: Vec::new(),
        origin: origin(source, place),
    })
}

fn indicator(n: u8, place: u64, source: &str) -> Fact {
    let observable = match n % 3 {
        0 => seen(Kind::Ipv4, "203.0.113.77"),
        1 => seen(Kind::Domain, "evil.example"),
        _ => seen(Kind::Ipv4, "198.51.100.7"),
    };
    Fact::Indicator(Indicator {
        observable,
        context: "a line".into(),
        source: source.to_owned(),
        attributed_to: Vec::new(),
        valid_from: None,
        valid_until: (n / 3 % 2 == 1).then(|| moment("2026-06-13T12:00:00Z")),
        revoked: n % 12 == 9,
        tlp: Tlp::Clear,
        origin: origin(source, place),
    })
}

fn name(n: u8, place: u64, source: &str) -> Ours {
    let value = match n % 3 {
        0 => NameValue::Observable(seen(Kind::Domain, "corp.example")),
        1 => NameValue::Observable(seen(Kind::Network, "198.51.100.0/27")),
        _ => NameValue::Keyword("seaward".into()),
    };
    Ours::Name(Name {
        value,
        party_name: if n.is_multiple_of(2) { "Seaward" } else { "Tidewise" }.into(),
        party: if n.is_multiple_of(2) { Party::Own } else { Party::Supplier },
        owner: None,
        expires: None,
        lists: Vec::new(),
        origin: origin(source, place),
    })
}

fn observation(n: u8, place: u64, source: &str) -> Fact {
    let subject = match n % 2 {
        0 => seen(Kind::Ipv4, "198.51.100.7"),
        _ => seen(Kind::Email, "h.berg@corp.example"),
    };
    Fact::Observation(Observation {
        collection: "sinkhole".into(),
        what: "contact with a sinkhole".into(),
        classification: None,
        nature: ObservationNature::Malicious,
        time: Some(moment(if (n / 2).is_multiple_of(2) { "2026-06-10" } else { "2026-06-11" })),
        known_since: None,
        fields: vec![("n".into(), n.to_string())],
        terms: vec![Term { role: TermRole::Subject, observable: subject }],
        words: vec!["seaward".into()],
        secret: None,
        held_secret: false,
        tlp: Tlp::Clear,
        origin: origin(source, place),
    })
}

/// The rules: three that fire, and a correlation of three of the first within an hour.
const RULES: [&str; 2] = [
    r"
title: Web server starts a shell
id: 8d1f2b7e-0000-4000-8000-000000000001
name: shell
status: test
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\cmd.exe'}
  condition: sel
level: high
---
title: Large outbound transfer
id: 8d1f2b7e-0000-4000-8000-000000000003
status: test
logsource: {category: firewall}
detection:
  sel: {bytes_out|gte: 1000000000}
  condition: sel
tags: [attack.t1041]
level: high
---
title: A shell was denied
id: 8d1f2b7e-0000-4000-8000-000000000005
status: test
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\cmd.exe', action: deny}
  condition: sel
level: medium
---
title: Shells in a row
id: 8d1f2b7e-0000-4000-8000-000000000004
status: test
correlation:
  type: event_count
  rules: [shell]
  group-by: [Image]
  timespan: 1h
  condition: {gte: 3}
  generate: true
level: high
",
    r"
title: Web server starts a shell
id: 8d1f2b7e-0000-4000-8000-000000000001
status: test
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\cmd.exe', ParentImage|endswith: '\w3wp.exe'}
  condition: sel
level: critical
",
];

pub fn rules(n: u8) -> findings::Rules {
    let parsed = sigma::parse(RULES[usize::from(n % 2)], "rules.yml");
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let (set, diagnostics) = sigma::RuleSet::compile(parsed.rules);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (correlations, diagnostics) = sigma::Correlations::compile(&set, parsed.correlations);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    findings::Rules::new(set, correlations, sigma::Tuning::default(), Timestamp::EPOCH, &|_| true).0
}

/// One line of a log, by its number: what kind, which machine, when.
fn line(
    hunter: &Hunter,
    sightings: &mut findings::Sightings,
    document: &Arc<str>,
    index: u32,
    n: u8,
    number: u64,
) {
    let traffic = n % 3 == 2;
    let category = if traffic { "firewall" } else { "process_creation" };
    let log = LogSource { product: Some("windows".into()), service: None, categories: vec![category.into()] };
    let time = format!("2026-06-1{}T03:0{}:00Z", 2 + n / 3 % 3, n / 9 % 3);
    let host = match n / 3 % 5 {
        0 => Some("WIKI-1"),
        1 => Some("app-3.corp.example"),
        2 => Some("10.20.2.9"),
        3 => None,
        _ => Some("APP-3"),
    };
    let fields: Vec<(&str, &str)> = if traffic {
        vec![("bytes_out", "4000000000"), ("dst_ip", "203.0.113.77"), ("q", "www.evil.example")]
    } else {
        vec![
            ("Image", r"C:\cmd.exe"),
            ("ParentImage", r"C:\w3wp.exe"),
            ("action", if n.is_multiple_of(2) { "deny" } else { "ok" }),
        ]
    };
    let fields: Vec<Field<'_>> =
        fields.iter().map(|(name, value)| Field { name, value: Value::Text(value) }).collect();
    // Equal numbers are equal lines.
    let raw = format!("line {n}");
    let record = Record {
        number,
        time: Timestamp::parse(&time),
        log: &log,
        host: if traffic { None } else { host },
        account: Some("h.berg@corp.example"),
        from: traffic.then(|| "10.20.2.9".parse().expect("address")),
        to: traffic.then(|| "203.0.113.77".parse().expect("address")),
        fields: &fields,
        raw: raw.as_bytes(),
        text: Text::Fields,
    };
    hunter.record(sightings, LogDocument { document, index }, &record);
}

/// Reads a log with several workers.
pub fn read_log(known: &Known, name: &Arc<str>, lines: &[u8], workers: usize) -> LogSeen {
    let hunter = known.hunter(Wanted::default(), true);
    let mut all: Vec<_> = (0..workers).map(|_| hunter.sightings()).collect();
    for (n, number) in lines.iter().zip(1..) {
        let worker = usize::from(*n) * 7 + usize::try_from(number).expect("small") * 3;
        line(&hunter, &mut all[worker % workers], name, 0, *n, number);
    }
    let mut whole = hunter.sightings();
    all.into_iter().rev().for_each(|seen| whole.merge(seen));
    whole.finish().into_values().next().unwrap_or_else(|| {
        let mut empty = hunter.sightings();
        line(&hunter, &mut empty, name, 0, 1, 1);
        empty.finish().into_values().next().expect("one document")
    })
}

/// Lets go of what logs gave of what is looked for anew: the events of every day are kept.
pub fn let_go(known: &mut Known, newly: &Newly, logs: &[Arc<str>]) {
    let days: BTreeSet<i64> = (0..40_000).collect();
    let kept = logs.iter().map(|name| (&**name, vec![&days])).collect();
    for (name, seen) in known.let_go(newly, &kept) {
        known.apply(Change::Seen { name, seen: Arc::new(seen) });
    }
}

/// Asks a log that is kept of what is newly looked for, in two parts, and adds that to what it gave before.
pub fn ask_again(known: &Known, newly: &Newly, name: &Arc<str>, before: &LogSeen, lines: &[u8]) -> LogSeen {
    let hunter = known.hunter_of(newly);
    let mut whole = before.clone();
    let cut = lines.len() / 2;
    let numbered: Vec<(u8, u64)> = lines.iter().copied().zip(1..).collect();
    for part in [&numbered[cut..], &numbered[..cut]] {
        let mut seen = hunter.sightings();
        part.iter().for_each(|(n, number)| line(&hunter, &mut seen, name, 0, *n, *number));
        for more in seen.finish().into_values() {
            whole = whole.with(more, false, known.bounds());
        }
    }
    whole
}

fn zones() -> [Ours; 2] {
    let zone = |name: &str, cidr: &str, kind| {
        Ours::Zone(Zone {
            name: name.into(),
            networks: vec![seen(Kind::Network, cidr)],
            kind: Some(kind),
            crown_jewel: Some(kind == ZoneKind::Server),
            owner: None,
            extra: Default::default(),
            origin: origin("zones.csv", 1),
        })
    };
    [zone("dmz", "10.20.1.0/24", ZoneKind::Dmz), zone("server", "10.20.2.0/24", ZoneKind::Server)]
}

fn account() -> Ours {
    Ours::Account(Account {
        name: "h.berg".into(),
        domain: Some("CORP".into()),
        mail: Some("h.berg@corp.example".into()),
        privileged: Some(true),
        origin: Some(origin("accounts.csv", 1)),
        ..Account::default()
    })
}

/// The document of a step, and what it says; logs, rules and the clock are not documents of this kind.
pub fn said(step: &Step) -> Option<(Arc<str>, Document)> {
    let named = |kind: &str, n: u8| format!("{kind}-{}", n % 2);
    let mut said = Said::default();
    let (name, mode) = match step {
        Step::Inventory(n, rows) => {
            let name = named("inventory", *n);
            (1..).zip(rows).for_each(|(place, row)| said.ours(device(*row, place, &name)));
            if n % 2 == 0 {
                zones().into_iter().for_each(|zone| said.ours(zone));
                said.ours(account());
            }
            (name, Mode::Snapshot)
        }
        Step::Components(n, rows) => {
            // A document that names its machine, for rows that do not.
            let name = format!("{}/app-3.json", named("sbom", *n));
            (1..).zip(rows).for_each(|(place, row)| said.ours(component(*row, place, &name)));
            (name, Mode::Snapshot)
        }
        Step::Flaws(n, keyed, rows) => {
            let name = named("flaws", *n);
            (1..).zip(rows).for_each(|(place, row)| said.world(flaw(*row, place, &name)));
            (name, if *keyed { Mode::Keyed } else { Mode::Snapshot })
        }
        Step::Indicators(n, rows) => {
            let name = named("indicators", *n);
            (1..).zip(rows).for_each(|(place, row)| said.world(indicator(*row, place, &name)));
            (name, Mode::Listing)
        }
        Step::Names(n, rows) => {
            let names = named("names", *n);
            (1..).zip(rows).for_each(|(place, row)| said.ours(name(*row, place, &names)));
            (names, Mode::Snapshot)
        }
        Step::Observations(n, rows) => {
            let name = named("observations", *n);
            (1..).zip(rows).for_each(|(place, row)| said.world(observation(*row, place, &name)));
            (name, Mode::Adds)
        }
        Step::Log(..) | Step::Rules(_) | Step::Forget(..) | Step::Clock(_) | Step::Regroup(..) => {
            return None;
        }
    };
    let document = document(name.split('-').next().unwrap_or(&name), mode, said);
    Some((Arc::from(name), document))
}

/// The name of a log: two of them are copies of one under another name, as they begin alike.
pub fn log_name(n: u8) -> Arc<str> {
    Arc::from(["fw/one.log", "fw/copy.log", "app-3/two.log"][usize::from(n % 3)])
}

/// The document that a step forgets.
pub fn forgotten(kind: u8, n: u8) -> Change {
    let kinds = ["inventory", "sbom", "flaws", "indicators", "names", "observations", "log", "source"];
    match kinds[usize::from(kind % 8)] {
        "log" => Change::Forget { name: log_name(n) },
        "source" => Change::ForgetSource { source: Arc::from("inventory") },
        "sbom" => Change::Forget { name: Arc::from(format!("sbom-{}/app-3.json", n % 2)) },
        other => Change::Forget { name: Arc::from(format!("{other}-{}", n % 2)) },
    }
}

pub fn bounds(small: bool) -> Bounds {
    if !small {
        return Bounds::default();
    }
    Bounds { groups: 2, hosts: 2, days: 2, accounts: 2, matches_a_day: 2, matches: 4, steps: 2 }
}
