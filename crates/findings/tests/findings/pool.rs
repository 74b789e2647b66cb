//! A small world and a small estate, written by hand, which the tests use.

use findings::{
    Change, Document, Hunter, Known, LogDocument, Mode, Read, Said, Scope, Sightings, Wanted, answer,
};
use model::ours::{
    Account, Component, Device, Fact as OurFact, Factor, FirewallRule, Lease, Name, NameValue, Party,
    ScanResult, Zone, ZoneKind,
};
use model::world::{
    Affected, Authority, Exploited, Fact, Indicator, Mention, Mentioned, Observation, ObservationNature,
    Origin, Package, Product, Report, Term, TermRole, Versions, Vex, VexJustification, VexStatus,
    Vulnerability,
};
use model::{Answer, Date, Field, LogSource, Place, Record, Text, Timestamp, Tlp, Value};
use observable::{Kind, Observable};
use std::collections::BTreeMap;
use std::sync::Arc;
use version::{Bound, Range, Scheme};

/// A record that owns its text.
#[derive(Clone, Debug)]
pub struct Logged {
    pub document: &'static str,
    pub number: u64,
    pub time: &'static str,
    pub log: (&'static str, &'static str),
    pub host: Option<&'static str>,
    pub account: Option<&'static str>,
    pub from: Option<&'static str>,
    pub to: Option<&'static str>,
    pub fields: Vec<(&'static str, &'static str)>,
}

pub fn origin(source: &str, record: u64) -> Origin {
    Origin::new(&Arc::from(source), Place::Record(record))
}

pub fn day(text: &str) -> Date {
    Date::parse(text).expect("date")
}

pub fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("time")
}

pub fn seen(kind: Kind, value: &str) -> Observable {
    Observable { kind, value: value.to_owned() }
}

pub fn package(ecosystem: &str, namespace: Option<&str>, name: &str) -> Package {
    Package { ecosystem: ecosystem.into(), namespace: namespace.map(str::to_owned), name: name.into() }
}

pub fn below(scheme: Scheme, low: &str, fixed: &str) -> Versions {
    let range = Range::between(scheme, Bound::Included(low.into()), Bound::Excluded(fixed.into()));
    Versions::In(vec![range], Vec::new())
}

pub fn vulnerability(id: &str, affected: Vec<Affected>) -> Vulnerability {
    Vulnerability {
        id: id.into(),
        authority: Authority::Cve,
        modified: None,
        aliases: Vec::new(),
        title: format!("flaw {id}"),
        published: Some(day("2023-10-04")),
        withdrawn: false,
        affected,
        ssvc: None,
        cvss_tenths: Some(98),
        references: Vec::new(),
        origin: origin("cve.jsonl", 1),
    }
}

pub fn log4shell() -> Vulnerability {
    let product = Product {
        package: Some(package("maven", Some("org.apache.logging.log4j"), "log4j-core")),
        ..Product::default()
    };
    vulnerability(
        "CVE-2021-44228",
        vec![Affected { product, versions: below(Scheme::Maven, "2.0", "2.15.0") }],
    )
}

pub fn confluence() -> Vulnerability {
    let product = Product {
        vendor: Some("Atlassian".into()),
        name: Some("Confluence Data Center".into()),
        ..Product::default()
    };
    vulnerability(
        "CVE-2023-22515",
        vec![Affected { product, versions: below(Scheme::Generic, "8.3.0", "8.3.3") }],
    )
}

pub fn exploited(cve: &str, vendor: &str, product: &str, added: &str) -> Exploited {
    Exploited {
        cve: cve.into(),
        vendor: vendor.into(),
        product: product.into(),
        name: format!("{product} flaw"),
        added: Some(day(added)),
        due: None,
        ransomware: false,
        asserter: None,
        origin: origin("kev.json", 1),
    }
}

pub fn report(mentions: Vec<Mentioned>) -> Report {
    let mention = |what| Mention {
        what,
        malicious: true,
        sentence: "a sentence".into(),
        origin: origin("advisory.md", 3),
    };
    Report {
        id: "report--1".into(),
        name: "an advisory".into(),
        publisher: None,
        published: Some(day("2026-06-20")),
        tlp: Some(Tlp::Clear),
        mentions: mentions.into_iter().map(mention).collect(),
        listed: Vec::new(),
        origin: origin("advisory.md", 1),
    }
}

pub fn indicator(observable: Observable) -> Indicator {
    Indicator {
        observable,
        context: "a sentence".into(),
        source: "an advisory".into(),
        attributed_to: vec!["APT40".into()],
        valid_from: None,
        valid_until: None,
        revoked: false,
        tlp: Tlp::Clear,
        origin: origin("advisory.md", 9),
    }
}

pub fn device(name: &str, address: &str, zone: &str) -> Device {
    Device {
        name: name.into(),
        fqdn: Some(format!("{name}.seaward.example")),
        addresses: vec![Lease { address: address.parse().expect("address"), from: None, until: None }],
        zone: Some(zone.into()),
        role: Some("server".into()),
        origin: Some(origin("devices.csv", 1)),
        ..Device::default()
    }
}

pub fn wiki() -> Device {
    Device {
        vendor: Some("Atlassian".into()),
        model: Some("Confluence".into()),
        version: Some("8.3.1".into()),
        internet_facing: Some(true),
        ..device("wiki-1", "10.20.1.11", "dmz")
    }
}

pub fn component(name: &str, version: Option<&str>, package: Option<Package>, host: &str) -> Component {
    Component {
        name: name.into(),
        version: version.map(str::to_owned),
        vendor: None,
        package,
        purl: None,
        cpe: None,
        host: Some(host.into()),
        origin: origin("sbom.cdx.json", 7),
    }
}

pub fn log4j(version: Option<&str>, host: &str) -> Component {
    component(
        "log4j-core",
        version,
        Some(package("maven", Some("org.apache.logging.log4j"), "log4j-core")),
        host,
    )
}

pub fn account(name: &str, privileged: Option<bool>, factor: Option<Factor>) -> Account {
    Account {
        name: name.into(),
        domain: Some("SEAWARD".into()),
        mail: Some(format!("{name}@seaward.example")),
        enabled: Some(true),
        privileged,
        factor,
        origin: Some(origin("accounts.csv", 4)),
        ..Account::default()
    }
}

pub fn zone(name: &str, cidr: &str, kind: ZoneKind, crown_jewel: bool) -> Zone {
    Zone {
        name: name.into(),
        networks: vec![seen(Kind::Network, cidr)],
        kind: Some(kind),
        crown_jewel: Some(crown_jewel),
        owner: None,
        extra: Default::default(),
        origin: origin("zones.csv", 1),
    }
}

pub fn rule(
    sequence: u64,
    allows: bool,
    from: Option<&str>,
    to: Option<&str>,
    ports: Option<&str>,
) -> FirewallRule {
    FirewallRule {
        device: Some("fw-1".into()),
        sequence,
        enabled: true,
        allows,
        from: from.map(str::to_owned),
        to: to.map(str::to_owned),
        protocol: ports.map(|_| "tcp".into()),
        ports: ports.map(str::to_owned),
        comment: None,
        origin: origin("firewall.csv", sequence),
    }
}

pub fn own_name(value: NameValue) -> Name {
    Name {
        value,
        party_name: "Seaward Harbour Authority".into(),
        party: Party::Own,
        owner: Some("security@seaward.example".into()),
        expires: None,
        lists: Vec::new(),
        origin: origin("names.csv", 1),
    }
}

pub fn observation(what: &str, subject: Observable, time: &str) -> Observation {
    Observation {
        collection: "sinkhole".into(),
        what: what.into(),
        classification: Some("infected-system".into()),
        nature: ObservationNature::Malicious,
        time: Some(moment(time)),
        known_since: None,
        fields: vec![("value".into(), subject.value.clone()), ("time".into(), time.into())],
        terms: vec![Term { role: TermRole::Subject, observable: subject }],
        words: Vec::new(),
        secret: None,
        held_secret: false,
        tlp: Tlp::Clear,
        origin: origin("sinkhole.csv", 2),
    }
}

/// What a scanner reports on a machine, with or without the component.
pub fn scanned(cve: &str, host: &str, component: Option<Component>) -> ScanResult {
    ScanResult {
        scanner: "Nessus".into(),
        vulnerability: cve.into(),
        aliases: Vec::new(),
        host: Some(host.into()),
        component,
        title: Some("an old server".into()),
        port: Some("443/tcp".into()),
        fixed: None,
        found: Some(moment("2026-06-29T04:00:00Z")),
        origin: origin("scan.nessus", 12),
    }
}

/// A statement (VEX) about log4j of one version.
pub fn stated(cve: &str, author: &str, status: VexStatus, day: &str) -> Vex {
    let product = Product {
        package: Some(package("maven", Some("org.apache.logging.log4j"), "log4j-core")),
        ..Product::default()
    };
    Vex {
        vulnerability: cve.into(),
        aliases: Vec::new(),
        product,
        versions: Versions::In(vec![Range::exact(Scheme::Maven, "2.14.1")], Vec::new()),
        inside: None,
        status,
        justification: (status == VexStatus::NotAffected).then_some(VexJustification::CodeNotInExecutePath),
        statement: None,
        author: Some(author.into()),
        stated: Timestamp::parse(day),
        origin: origin("vex.json", 2),
    }
}

/// What one run is asked with.
#[derive(Clone, Debug, Default)]
pub struct Case {
    pub world: Vec<Fact>,
    pub ours: Vec<OurFact>,
    pub logs: Vec<Logged>,
    pub rules: &'static str,
}

/// Asks; `workers` threads' worth of sightings, records dealt out in turn.
pub fn ask(case: &Case, workers: usize) -> Answer {
    let mut known = known_of(case);
    let hunter = known.hunter(Wanted::default(), false);
    let mut all: Vec<Sightings> = (0..workers).map(|_| hunter.sightings()).collect();
    for (n, logged) in case.logs.iter().enumerate() {
        look(&hunter, &mut all[n % workers], logged);
    }
    let mut sightings = hunter.sightings();
    all.into_iter().rev().for_each(|seen| sightings.merge(seen));
    for (name, seen) in sightings.finish() {
        known.apply(Change::Seen { name, seen: Arc::new(seen) });
    }
    known.settle();
    let read = Read { documents: 1, events: case.logs.len() as u64, ..Read::default() };
    answer(&known, moment("2026-07-01T06:00:00Z"), Scope::ALL, read)
}

/// Every finding, those of spreads one by one.
pub fn findings_of(answer: &Answer) -> Vec<model::Finding> {
    let mut all = Vec::new();
    answer.each_finding(&mut |finding| all.push(finding.clone()));
    all
}

/// Everything that a case knows but its logs.
pub fn known_of(case: &Case) -> Known {
    let mut known = Known::default();
    let mut documents: BTreeMap<String, Said> = BTreeMap::new();
    for fact in &case.world {
        documents.entry("case".to_owned()).or_default().world(fact.clone());
    }
    for fact in &case.ours {
        let document = match fact {
            OurFact::Component(component) => component.origin.source.to_string(),
            OurFact::ScanResult(result) => result.origin.source.to_string(),
            _ => "case".to_owned(),
        };
        documents.entry(document).or_default().ours(fact.clone());
    }
    for (name, mut said) in documents {
        said.settle();
        let document = Document {
            source: Arc::from("case"),
            mode: Mode::Snapshot,
            dated: None,
            received: moment("2026-07-01T06:00:00Z"),
            is_advisory: true,
            said: Arc::new(said),
        };
        known.apply(Change::Said { name: Arc::from(name), document });
    }
    known.apply(Change::Rules(Arc::new(rules_of(case.rules).into())));
    known.settle();
    known
}

pub fn rules_of(text: &str) -> sigma::RuleSet {
    let parsed = sigma::parse(text, "rules.yml");
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let (rules, diagnostics) = sigma::RuleSet::compile(parsed.rules);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    rules
}

pub fn look(hunter: &Hunter, sightings: &mut Sightings, logged: &Logged) {
    let (product, what) = logged.log;
    let log = LogSource { product: Some(product.into()), service: None, categories: vec![what.into()] };
    let fields: Vec<Field<'_>> =
        logged.fields.iter().map(|(name, value)| Field { name, value: Value::Text(value) }).collect();
    let raw = format!("{} {:?} {:?}", logged.time, logged.host, logged.fields);
    let address = |text: Option<&str>| text.map(|text| text.parse().expect("address"));
    let record = Record {
        number: logged.number,
        time: Timestamp::parse(logged.time),
        log: &log,
        host: logged.host,
        account: logged.account,
        from: address(logged.from),
        to: address(logged.to),
        fields: &fields,
        raw: raw.as_bytes(),
        text: Text::Fields,
    };
    let document: Arc<str> = Arc::from(logged.document);
    // Each name is one document.
    let index =
        logged.document.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    hunter.record(sightings, LogDocument { document: &document, index }, &record);
}

/// Rules of the tests.
pub const RULES: &str = r"
title: Web server starts a shell
id: 8d1f2b7e-0000-4000-8000-000000000001
status: test
logsource: {product: windows, category: process_creation}
detection:
  sel:
    ParentImage|endswith: '\w3wp.exe'
    Image|endswith: '\cmd.exe'
  condition: sel
tags: [attack.t1505.003]
level: high
---
title: RC4 service ticket
id: 8d1f2b7e-0000-4000-8000-000000000002
status: test
logsource: {product: windows, category: ticket}
detection:
  sel:
    TicketEncryptionType: '0x17'
  condition: sel
tags: [attack.t1558.003]
level: medium
---
title: Large outbound transfer
id: 8d1f2b7e-0000-4000-8000-000000000003
status: test
logsource: {category: firewall}
detection:
  sel:
    bytes_out|gte: 1000000000
  condition: sel
tags: [attack.t1041]
level: high
";

pub fn shell(host: &'static str, time: &'static str, number: u64) -> Logged {
    Logged {
        document: "windows.jsonl",
        number,
        time,
        log: ("windows", "process_creation"),
        host: Some(host),
        account: Some("SEAWARD\\svc-web"),
        from: None,
        to: None,
        fields: vec![("ParentImage", r"C:\inetpub\w3wp.exe"), ("Image", r"C:\Windows\System32\cmd.exe")],
    }
}

pub fn ticket(host: &'static str, time: &'static str, from: &'static str, number: u64) -> Logged {
    Logged {
        document: "windows.jsonl",
        number,
        time,
        log: ("windows", "ticket"),
        host: Some(host),
        account: Some("svc-web@SEAWARD"),
        from: Some(from),
        to: None,
        fields: vec![("TicketEncryptionType", "0x17"), ("ServiceName", "svc-backup")],
    }
}

pub fn outbound(time: &'static str, from: &'static str, to: &'static str, number: u64) -> Logged {
    Logged {
        document: "fw-1/traffic.log",
        number,
        time,
        log: ("any", "firewall"),
        host: Some("fw-1"),
        account: None,
        from: Some(from),
        to: Some(to),
        fields: vec![("src_ip", from), ("dst_ip", to), ("bytes_out", "4000000000")],
    }
}

/// A whole little story, with something of each join in it.
pub fn everything() -> Case {
    let named =
        [Mentioned::Observable(seen(Kind::Cve, "CVE-2023-22515")), Mentioned::Control("patching".into())];
    let world = vec![
        Fact::Vulnerability(log4shell()),
        Fact::Vulnerability(confluence()),
        Fact::Exploited(exploited("CVE-2023-22515", "Atlassian", "Confluence", "2023-10-05")),
        Fact::Exploited(exploited("CVE-2021-44228", "Apache", "Log4j2", "2021-12-10")),
        Fact::Report(report(named.to_vec())),
        Fact::Vex(stated("CVE-2021-44228", "Tidewise", VexStatus::NotAffected, "2026-05-01")),
        Fact::Vex(stated("CVE-2021-44228", "Tidewise", VexStatus::UnderInvestigation, "2026-05-02")),
        Fact::Indicator(indicator(seen(Kind::Ipv4, "203.0.113.77"))),
        Fact::Indicator(indicator(seen(Kind::Md5, "26a5a7e71a601be991073c78d513dee3"))),
        Fact::Observation(observation(
            "contact with a sinkhole",
            seen(Kind::Ipv4, "198.51.100.7"),
            "2026-06-20",
        )),
        Fact::Observation(observation(
            "account in a stealer log",
            seen(Kind::Email, "h.berg@seaward.example"),
            "2026-06-10",
        )),
    ];
    let ours = vec![
        OurFact::Device(wiki()),
        OurFact::Device(device("portal-1", "10.20.1.10", "dmz")),
        OurFact::Device(device("dc-1", "10.20.2.5", "server")),
        OurFact::Device(device("app-3", "10.20.2.9", "server")),
        OurFact::Component(log4j(Some("2.14.1"), "app-3")),
        OurFact::Component(log4j(None, "portal-1")),
        OurFact::ScanResult(scanned("CVE-2021-44228", "app-3", None)),
        OurFact::ScanResult(scanned("CVE-2031-40001", "10.20.1.10", None)),
        OurFact::ScanResult(scanned("CVE-2021-44228", "dc-1", Some(log4j(Some("2.14.0"), "dc-1")))),
        OurFact::Account(account("h.berg", Some(true), Some(Factor::None))),
        OurFact::Account(account("o.lind", Some(true), None)),
        OurFact::Zone(zone("internet", "0.0.0.0/0", ZoneKind::Internet, false)),
        OurFact::Zone(zone("dmz", "10.20.1.0/24", ZoneKind::Dmz, false)),
        OurFact::Zone(zone("server", "10.20.2.0/24", ZoneKind::Server, true)),
        OurFact::FirewallRule(rule(1, true, Some("internet"), Some("dmz"), Some("443"))),
        OurFact::FirewallRule(rule(2, true, Some("dmz"), Some("server"), Some("445"))),
        OurFact::Name(own_name(NameValue::Observable(seen(Kind::Network, "198.51.100.0/27")))),
        OurFact::Name(own_name(NameValue::Observable(seen(Kind::Domain, "seaward.example")))),
    ];
    let logs = vec![
        shell("PORTAL-1.seaward.example", "2026-06-12T03:14:00Z", 1),
        shell("portal-1", "2026-06-12T03:20:00Z", 2),
        ticket("DC-1", "2026-06-13T01:00:00Z", "10.20.1.10", 3),
        outbound("2026-06-14T02:00:00Z", "10.20.1.10", "203.0.113.77", 4),
        outbound("2026-06-14T03:00:00Z", "10.20.1.10", "203.0.113.77", 5),
    ];
    Case { world, ours, logs, rules: RULES }
}
