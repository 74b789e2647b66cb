//! An answer written by hand: a small port authority, one intrusion, findings of every kind.
//!
//! Documentation addresses (RFC 5737) and `.example` names; a real answer's shape and size, so that the forms
//! are looked at with what they will have to hold.

use crate::questions;
use model::answer::{
    Action, Advisory, CannotTell, Check, CheckAnswer, DocumentRead, Link, LookedAt, NotSeen, Part, RaceRow,
    SetAside, Step, Story, Topic, Unread,
};
use model::identity::EntityKey;
use model::world::{Mention, Mentioned, Origin, Report, VexJustification, VexStatus};
use model::{
    Answer, Cast, Certainty, Date, Decision, Evidence, Fault, Finding, FindingId, FindingKind, Intel,
    IntelType, Machine, Member, Place, Problem, Severity, Spread, Subject, Timestamp, Tlp,
};
use observable::{Kind, Observable};
use report::{ExtractWish, Form, Style};
use std::sync::Arc;

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2024-{text}:00Z")).expect("a time")
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn intel(kind: IntelType, id: &str, name: &str, source: &str) -> Intel {
    Intel { kind, id: id.to_owned(), name: name.to_owned(), source: source.to_owned(), tlp: Tlp::Clear }
}

fn on_host(host: &str) -> Subject {
    Subject { host: Some(host.to_owned()), ..Subject::default() }
}

/// When, until when (if it went on), host, what, technique, severity, count.
type StepRow = (&'static str, &'static str, &'static str, &'static str, &'static str, Severity, u64);

const STEPS: [StepRow; 13] = [
    (
        "06-12T03:14",
        "",
        "portal-1",
        "script written into the web root after an upload",
        "T1505.003",
        Severity::Critical,
        1,
    ),
    (
        "06-12T03:16",
        "06-12T03:41",
        "portal-1",
        "web server starts a shell",
        "T1059.004",
        Severity::Critical,
        14,
    ),
    ("06-12T03:22", "", "portal-1", "new listener on port 9998", "T1571", Severity::High, 1),
    (
        "06-12T03:40",
        "06-12T04:02",
        "portal-1",
        "SMB from the DMZ to a domain controller",
        "T1021.002",
        Severity::High,
        6,
    ),
    (
        "06-12T03:44",
        "",
        "dc-1",
        "RC4 service tickets asked for by one account",
        "T1558.003",
        Severity::High,
        22,
    ),
    ("06-12T04:05", "", "dc-1", "whole directory enumerated", "T1087.002", Severity::Medium, 3),
    (
        "06-14T01:02",
        "",
        "portal-1",
        "privileged log-on from the DMZ without MFA",
        "T1078.002",
        Severity::High,
        2,
    ),
    ("06-14T01:10", "06-14T02:20", "dc-1", "credential store copied", "T1003.003", Severity::Critical, 1),
    ("06-14T02:31", "", "files-2", "log-on with the stolen account", "T1021.002", Severity::High, 4),
    ("06-14T02:36", "", "files-3", "log-on with the stolen account", "T1021.002", Severity::High, 2),
    (
        "06-16T22:05",
        "06-16T23:50",
        "files-2",
        "archives staged in a temporary folder",
        "T1560.001",
        Severity::High,
        9,
    ),
    ("06-16T22:40", "", "files-3", "archives staged in a temporary folder", "T1560.001", Severity::Medium, 3),
    (
        "06-17T00:12",
        "06-17T03:30",
        "files-2",
        "4.1 GB sent to 203.0.113.77 over HTTPS",
        "T1048.002",
        Severity::Critical,
        31,
    ),
];

fn sighting(row: &StepRow) -> Finding {
    let (when, until, host, what, technique, severity, count) = *row;
    let rule = intel(IntelType::SigmaRule, &format!("rule-{technique}"), what, "rules/advisory.yml");
    let raw = format!(
        "198.51.100.23 - - [12/Jun/2024:03:14:02 +0000] \"POST /upload?f=shell.jsp HTTP/1.1\" 200 {count}"
    );
    let evidence = Evidence::at("rules/advisory.yml", 3, None).with("title", what);
    let mut finding = Finding::new(FindingKind::Sighting, rule, on_host(host), &[host, when], evidence);
    finding.title = format!("{what} on {host}");
    finding.evidence.push(
        Evidence::at("logs/portal/access.log.3.gz", 48_211, Some(time(when)))
            .with("line", &raw)
            .with("source.ip", "198.51.100.23"),
    );
    finding.severity = severity;
    finding.count = count;
    finding.first_seen = Some(time(when));
    finding.last_seen = Some(time(if until.is_empty() { when } else { until }));
    finding.techniques = strings(&[technique]);
    finding.actors = strings(&["APT40"]);
    finding.reasons = strings(&["follows the upload within two minutes", "this host is internet-facing"]);
    finding.authors = strings(&["outpace"]);
    finding
}

pub fn exposure(
    host: &str,
    component: &str,
    cve: &str,
    name: &str,
    decision: Decision,
    reasons: &[&str],
) -> Finding {
    let source = "knowledge/known_exploited_vulnerabilities.json";
    let ours = Evidence::at(&format!("estate/sbom/{host}.cdx.json"), 17, None)
        .with("purl", component)
        .with("version", "8.3.1")
        .with("host", host)
        .with("host by", "the same name");
    let subject = Subject { component: Some(component.to_owned()), ..on_host(host) };
    let fact = intel(IntelType::Vulnerability, cve, name, source);
    let mut finding = Finding::new(FindingKind::Exposure, fact, subject, &[host, component], ours);
    finding.evidence.push(Evidence::at(source, 871, None).with("cveID", cve).with("vulnerabilityName", name));
    finding.title = format!("{name} on {host}");
    finding.decision = Some(decision);
    finding.severity = match decision {
        Decision::Act => Severity::Critical,
        Decision::Attend => Severity::High,
        Decision::TrackStar => Severity::Medium,
        Decision::Track => Severity::Low,
    };
    finding.reasons = strings(reasons);
    finding.remediation = strings(&["update to a fixed version", "or take it off the internet"]);
    finding.references = strings(&["https://vendor.example/advisory/2023-10"]);
    finding.owner = Some("web team".to_owned());
    finding.known_since = Some(time("06-01T00:00"));
    finding
}

/// Each of them as an exposure on its one machine.
fn alone(findings: Vec<Finding>) -> Vec<Spread> {
    let machine = |finding: &Finding| {
        let host: Arc<str> = Arc::from(finding.subject.host.as_deref().expect("on a machine"));
        let owner = finding.owner.as_deref().map(Arc::from);
        Machine { key: EntityKey::host(&host), display: Some(host), owner, reason: "the same name" }
    };
    let documents = findings.iter().map(|finding| Arc::from(finding.evidence[0].source.as_str())).collect();
    let cast = Arc::new(Cast { machines: findings.iter().map(machine).collect(), documents });
    let spread = |(at, finding): (u32, Finding)| {
        let product = Arc::from(finding.subject.component.as_deref().expect("a product"));
        let member = Member {
            claim: 0,
            machine: at,
            document: at,
            place: u32::try_from(finding.evidence[0].record).expect("small"),
        };
        Spread::new(finding, &product, vec![member], &cast).expect("one machine")
    };
    (0..).zip(findings).map(spread).collect()
}

fn exposures() -> Vec<Spread> {
    let act = Decision::Act;
    let mut all = vec![
        exposure(
            "wiki-1",
            "confluence 8.3.1",
            "CVE-2023-22515",
            "Broken access control in Confluence",
            act,
            &["internet-facing", "on KEV since 2023-10-05, used by ransomware", "fixed in 8.3.3"],
        ),
        exposure(
            "portal-1",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "CVE-2021-44228",
            "Log4Shell",
            act,
            &["internet-facing", "on KEV since 2021-12-10", "exploit public", "fixed in 2.15.0"],
        ),
        exposure(
            "mail-1",
            "exchange server 2019 cu11",
            "CVE-2021-34473",
            "ProxyShell",
            act,
            &["internet-facing", "on KEV since 2021-11-03"],
        ),
        exposure(
            "app-2",
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "CVE-2021-44228",
            "Log4Shell",
            Decision::Attend,
            &["on KEV since 2021-12-10", "not internet-facing"],
        ),
        exposure(
            "jump-1",
            "pkg:deb/debian/openssh-server@1%3A9.2p1-2",
            "CVE-2024-6387",
            "regreSSHion",
            Decision::TrackStar,
            &["exploit public"],
        ),
    ];
    for n in 1..=6 {
        all.push(exposure(
            &format!("app-{n}"),
            "pkg:npm/lodash@4.17.15",
            "CVE-2020-8203",
            "Prototype pollution in lodash",
            Decision::Track,
            &["no known exploitation"],
        ));
    }
    let mut router = exposure(
        "edge-4",
        "router firmware 1.0.9",
        "eol:router-x",
        "Router X past its end of life",
        act,
        &["internet-facing", "no updates since 2019-04-01"],
    );
    router.intel.kind = IntelType::EndOfLife;
    router.certainty = Certainty::Likely;
    all.insert(3, router);
    alone(all)
}

fn compromises() -> Vec<Finding> {
    let sinkhole =
        intel(IntelType::Collection, "sinkhole/2024-06-13", "sinkhole events", "collections/sinkhole.csv");
    let evidence = Evidence::at("collections/sinkhole.csv", 12, Some(time("06-13T11:20")))
        .with("src_ip", "192.0.2.10")
        .with("infection", "soho-proxy")
        .with("dst_port", "443");
    let name = Subject {
        name: Some("192.0.2.10".to_owned()),
        host: Some("portal-1".to_owned()),
        ..Subject::default()
    };
    let mut first = Finding::new(FindingKind::Compromise, sinkhole, name, &["192.0.2.10"], evidence);
    first.title = "our address 192.0.2.10 calls a sinkhole".to_owned();
    first.severity = Severity::High;
    first.count = 41;
    first.first_seen = Some(time("06-13T11:20"));
    first.last_seen = Some(time("06-19T08:00"));
    let leak =
        intel(IntelType::Collection, "leak/demo-collection", "leaked accounts", "collections/leak.json");
    let evidence = Evidence::at("collections/leak.json", 3, Some(time("06-02T00:00")))
        .with("account", "m.ortiz@harbour.example");
    let account = Subject { account: Some("m.ortiz".to_owned()), ..Subject::default() };
    let mut second = Finding::new(FindingKind::Compromise, leak, account, &["m.ortiz"], evidence);
    second.title = "leaked account m.ortiz@harbour.example logged in without MFA on 14 June".to_owned();
    second.severity = Severity::Critical;
    second.certainty = Certainty::Likely;
    second.reasons = strings(&["privileged", "no MFA", "logged in after the leak"]);
    second.owner = Some("identity team".to_owned());
    vec![second, first]
}

fn gap(id: &str, title: &str, severity: Severity, count: u64) -> Finding {
    let control = intel(IntelType::Control, id, title, "advisory.md");
    let evidence = Evidence::at("advisory.md", 88, None)
        .with("sentence", "Require MFA for privileged and remote access.");
    let subject = Subject { scope: Some("directory".to_owned()), ..Subject::default() };
    let mut finding = Finding::new(FindingKind::Gap, control, subject, &[id], evidence);
    finding
        .evidence
        .push(Evidence::at("estate/accounts.csv", 14, None).with("account", "m.ortiz").with("mfa", "no"));
    finding.title = title.to_owned();
    finding.severity = severity;
    finding.count = count;
    finding.reasons =
        strings(&["advised by the advisory", "offenders: m.ortiz, svc-web, a.lund, helpdesk-2"]);
    finding
}

fn check(
    id: &str,
    question: &str,
    answer: CheckAnswer,
    summary: &str,
    counts: [u64; 2],
    finding: Option<FindingId>,
) -> Check {
    Check {
        id: id.to_owned(),
        question: question.to_owned(),
        answer,
        summary: summary.to_owned(),
        tested: counts[0],
        failed: counts[1],
        unknown: 0,
        excepted: u64::from(id.contains("dormant")),
        supply: (answer == CheckAnswer::Unknown)
            .then(|| "a table of zones with a column `logged`".to_owned()),
        finding,
    }
}

fn checks(gaps: &[Finding]) -> Vec<Check> {
    let id = |check: &str| gaps.iter().find(|gap| gap.intel.id == check).map(|gap| gap.id.clone());
    let (fail, pass) = (CheckAnswer::Fail, CheckAnswer::Pass);
    vec![
        check(
            "identity.mfa.privileged",
            "Do all privileged accounts use MFA?",
            fail,
            "4 of 11 privileged accounts without MFA",
            [11, 4],
            id("identity.mfa.privileged"),
        ),
        check(
            "devices.edge.end-of-support",
            "Is any device at the edge past its end of support?",
            fail,
            "10 routers and cameras past end of life",
            [14, 10],
            id("devices.edge.end-of-support"),
        ),
        check(
            "network.reach.crown-jewels",
            "Can the DMZ reach domain controllers or file servers?",
            fail,
            "dmz reaches dc-1 on 445",
            [6, 1],
            id("network.reach.crown-jewels"),
        ),
        check(
            "logging.coverage",
            "Does each zone send its logs?",
            CheckAnswer::Unknown,
            "the tables do not say",
            [6, 0],
            None,
        ),
        check(
            "identity.dormant.privileged",
            "Is any privileged account unused for 90 days?",
            pass,
            "none of 11",
            [11, 0],
            None,
        ),
        check(
            "identity.privileged.count",
            "Are there few privileged accounts?",
            pass,
            "11 of 120 accounts",
            [120, 0],
            None,
        ),
        check(
            "devices.soho",
            "Are there home-office devices?",
            CheckAnswer::NotApplicable,
            "no such device",
            [0, 0],
            None,
        ),
    ]
}

pub fn race() -> Vec<RaceRow> {
    let row =
        |cve: &str, product: &str, hosts: &[&str], dates: [&str; 6], behind: Option<i64>, decision| RaceRow {
            vulnerability: cve.to_owned(),
            product: product.to_owned(),
            hosts: strings(hosts),
            host_count: u64::try_from(hosts.len()).expect("a few"),
            disclosed: Date::parse(dates[0]),
            exploit_public: Date::parse(dates[1]),
            on_kev: Date::parse(dates[2]),
            known_here: Date::parse(dates[3]),
            seen_here: Date::parse(dates[4]),
            closed_here: Date::parse(dates[5]),
            days_behind: behind,
            decision,
            ..RaceRow::default()
        };
    vec![
        row(
            "CVE-2021-44228",
            "Apache Log4j",
            &["portal-1", "app-2"],
            ["2021-12-10", "2021-12-09", "2021-12-10", "2022-03-01", "2024-06-12", ""],
            Some(934),
            Some(Decision::Act),
        ),
        row(
            "CVE-2021-34473",
            "Microsoft Exchange Server",
            &["mail-1"],
            ["2021-07-14", "2021-08-07", "2021-11-03", "2022-03-01", "", ""],
            Some(1058),
            Some(Decision::Act),
        ),
        row(
            "CVE-2023-22515",
            "Atlassian Confluence Data Center",
            &["wiki-1"],
            ["2023-10-04", "2023-10-10", "2023-10-05", "2023-10-20", "", ""],
            Some(269),
            Some(Decision::Act),
        ),
        row(
            "CVE-2022-26134",
            "Atlassian Confluence Data Center",
            &["wiki-1"],
            ["2022-06-03", "2022-06-04", "2022-06-02", "2022-06-02", "", "2022-06-21"],
            Some(19),
            None,
        ),
        row(
            "CVE-2024-6387",
            "OpenSSH",
            &["jump-1"],
            ["2024-05-01", "", "", "2024-05-20", "", "2024-06-10"],
            Some(0),
            None,
        ),
    ]
}

fn story(chain: &Finding, sightings: &[Finding]) -> Story {
    let step = |(row, finding): (&StepRow, &Finding)| Step {
        time: Some(time(row.0)),
        until: (!row.1.is_empty()).then(|| time(row.1)),
        host: row.2.to_owned(),
        what: row.3.to_owned(),
        technique: Some(row.4.to_owned()),
        severity: row.5,
        count: row.6,
        finding: finding.id.clone(),
    };
    let link = |from: &str, to: &str, when: &str, reason: &str| Link {
        from: from.to_owned(),
        to: to.to_owned(),
        time: Some(time(when)),
        reason: reason.to_owned(),
    };
    Story {
        finding: chain.id.clone(),
        title: "one intrusion, 13 steps".to_owned(),
        severity: Severity::Critical,
        hosts: strings(&["portal-1", "dc-1", "files-2", "files-3", "203.0.113.77"]),
        steps: STEPS.iter().zip(sightings).map(step).collect(),
        links: vec![
            link("portal-1", "dc-1", "06-12T03:41", "connection from portal-1 to dc-1 on port 445"),
            link("dc-1", "files-2", "06-14T02:30", "the account m.ortiz acted on both"),
            link("dc-1", "files-3", "06-14T02:35", "the account m.ortiz acted on both"),
            link("files-2", "203.0.113.77", "06-17T00:12", "4.1 GB sent from files-2"),
        ],
        accounts: strings(&["svc-backup", "svc-portal"]),
        addresses: strings(&["203.0.113.45", "203.0.113.77"]),
        notes: strings(&[
            "4.1 GB left to 203.0.113.77 in three hours",
            "active again after 42 hours of quiet, on 14 June",
            "no record explains how the account m.ortiz was taken",
        ]),
    }
}

pub fn action(
    answer: &Answer,
    what: &str,
    entity: &str,
    why: &str,
    severity: Severity,
    owner: Option<&str>,
) -> Action {
    let mut findings: Vec<FindingId> = Vec::new();
    answer.each_finding(&mut |finding| {
        if finding.subject.host.as_deref() == Some(entity) {
            findings.push(finding.id.clone());
        }
    });
    Action {
        what: what.to_owned(),
        entity: entity.to_owned(),
        why: why.to_owned(),
        severity,
        finding_count: u64::try_from(findings.len()).expect("a few"),
        findings,
        owner: owner.map(str::to_owned),
    }
}

fn actions(answer: &Answer) -> Vec<Action> {
    let action = |what: &str, entity: &str, why: &str, severity, owner| {
        action(answer, what, entity, why, severity, owner)
    };
    vec![
        action(
            "isolate portal-1, keep its disk and logs",
            "portal-1",
            "hit, exposed and reported",
            Severity::Critical,
            Some("web team"),
        ),
        action(
            "reset m.ortiz and svc-web, then krbtgt twice on dc-1",
            "dc-1",
            "hit",
            Severity::Critical,
            Some("identity team"),
        ),
        action("isolate files-2 and block 203.0.113.77", "files-2", "hit", Severity::Critical, None),
        action(
            "update confluence to 8.3.3 on wiki-1",
            "wiki-1",
            "exposed, known to be used by ransomware",
            Severity::Critical,
            Some("web team"),
        ),
        action("close mail-1 to the internet until it is updated", "mail-1", "exposed", Severity::High, None),
        action(
            "require MFA for 4 privileged accounts",
            "4 privileged accounts",
            "gap",
            Severity::High,
            Some("identity team"),
        ),
    ]
}

pub fn looked_at() -> LookedAt {
    LookedAt {
        devices: 41,
        components: 1284,
        accounts: 120,
        zones: 6,
        names: 9,
        vulnerabilities: 1312,
        rules: 11,
        indicators: 10,
        observations: 208,
        events: 412_318,
        first_event: Some(time("06-01T00:00")),
        last_event: Some(time("06-30T23:59")),
        documents: 64,
        sources: vec![
            ("web access".to_owned(), 301_220),
            ("windows security".to_owned(), 88_040),
            ("dns".to_owned(), 12_000),
            ("firewall".to_owned(), 11_058),
        ],
    }
}

fn advisory() -> Advisory {
    Advisory {
        title: "APT40 tradecraft in action".to_owned(),
        source: "advisory.md".to_owned(),
        publisher: Some("Example Agency".to_owned()),
        published: Some(date("2024-07-08")),
        tlp: Some(Tlp::Green),
        actors: strings(&["APT40"]),
        vulnerabilities: strings(&[
            "CVE-2021-31207",
            "CVE-2021-34473",
            "CVE-2021-34523",
            "CVE-2021-44228",
            "CVE-2023-22515",
        ]),
        indicators: vec![("md5".to_owned(), 10)],
        techniques: STEPS.iter().map(|row| row.4.to_owned()).collect(),
        controls: strings(&["M1032", "M1051", "M1030", "M1026"]),
    }
}

fn cannot(part: Part, what: &str, why: &str) -> CannotTell {
    CannotTell { part, what: what.to_owned(), why: why.to_owned() }
}

fn documents() -> Vec<DocumentRead> {
    let read = DocumentRead {
        kind: "estate",
        name: "estate/portal.cdx.json".into(),
        form: Some("CycloneDX SBOM".into()),
        taken: vec![("components".into(), 214)],
        first: None,
        last: None,
    };
    let lost = DocumentRead {
        kind: "estate",
        name: "estate/map.png".into(),
        form: None,
        taken: Vec::new(),
        first: None,
        last: None,
    };
    vec![read, lost]
}

fn problem() -> Problem {
    Problem {
        source: "logs/dns.log.2".to_owned(),
        place: Place::Line(9),
        fault: Fault::Partial,
        what: "not a log line".to_owned(),
        help: Some("see `outpace ingest --help`".to_owned()),
    }
}

fn set_aside() -> SetAside {
    SetAside {
        vulnerability: "CVE-2022-22965".into(),
        component: "spring-beans 5.3.17".into(),
        hosts: vec!["portal-1".into()],
        host_count: 1,
        status: VexStatus::NotAffected,
        justification: Some(VexJustification::CodeNotInExecutePath),
        statement: None,
        author: Some("Quayside Software".into()),
        stated: Date::parse("2026-05-01"),
        source: "vex.json".into(),
        record: 2,
    }
}

/// The whole answer.
pub fn answer() -> Answer {
    let sightings: Vec<Finding> = STEPS.iter().map(sighting).collect();
    let several = intel(IntelType::Several, "chain", "one intrusion", "advisory.md");
    let evidence = sightings[0].evidence[1].clone();
    let mut chain = Finding::new(FindingKind::Chain, several, on_host("portal-1"), &["portal-1"], evidence);
    chain.title = "one intrusion, 13 steps, portal-1 to 203.0.113.77".to_owned();
    chain.severity = Severity::Critical;
    chain.certainty = Certainty::Likely;
    chain.actors = strings(&["APT40"]);
    chain.count = 13;
    chain.first_seen = Some(time("06-12T03:14"));
    chain.last_seen = Some(time("06-17T03:30"));
    chain.related = sightings.iter().map(|sighting| sighting.id.clone()).collect();
    chain.reasons = strings(&[
        "13 sightings on four machines, tied by account and connection",
        "ends in a large transfer",
    ]);
    let gaps = vec![
        gap("identity.mfa.privileged", "4 of 11 privileged accounts without MFA", Severity::High, 4),
        gap("network.reach.crown-jewels", "the DMZ reaches dc-1 on port 445", Severity::High, 1),
        gap("devices.edge.end-of-support", "10 routers and cameras past end of life", Severity::Medium, 10),
    ];
    let mut lone = sighting(&("06-21T14:03", "", "print-1", "scan of many ports", "T1046", Severity::Low, 2));
    lone.title = "scan of many ports from print-1".to_owned();
    lone.actors.clear();
    let mut answer = Answer {
        now: Some(time("07-01T06:00")),
        organisation: Some("Seaward Harbour Authority".to_owned()),
        advisories: vec![advisory()],
        looked_at: looked_at(),
        checks: checks(&gaps),
        race: race(),
        stories: vec![story(&chain, &sightings)],
        cannot_tell: vec![
            cannot(
                Part::Exposed,
                "14 components without a version",
                "the inventory names no version; an SBOM names it",
            ),
            cannot(Part::Exposed, "CVE-2024-0001", "no product given yet by any source"),
            cannot(Part::Hit, "TLS traffic of files-3", "no proxy logs before 10 June"),
        ],
        not_seen: ["no logs from zone ot", "no web logs before 3 June"]
            .map(|text| NotSeen::new(Topic::Logs, text))
            .to_vec(),
        slips: strings(&[
            "advisory.md files CVE-2021-26084 under Exchange; the CVE record says Confluence: not believed",
        ]),
        bounds: Vec::new(),
        documents: documents(),
        unread: vec![Unread { kind: "estate", unread: 1, given: 2 }],
        set_aside: vec![set_aside()],
        problems: vec![problem()],
        ..Answer::default()
    };
    answer.findings.push(chain);
    answer.findings.extend(sightings);
    answer.findings.push(lone);
    answer.findings.extend(compromises());
    answer.exposures = exposures();
    answer.findings.extend(gaps);
    answer
        .findings
        .sort_by_key(|finding| (finding.kind != FindingKind::Chain, finding.severity, finding.kind));
    answer.first = actions(&answer);
    answer.asked = vec![questions::asked(&answer, &STEPS.map(|row| row.4))];
    answer
}

/// A report with mentions of every kind.
pub fn reports() -> Vec<Report> {
    let source: Arc<str> = Arc::from("advisory.md");
    let mention = |line: u64, malicious: bool, what: Mentioned, sentence: &str| Mention {
        what,
        malicious,
        sentence: sentence.to_owned(),
        origin: Origin::new(&source, Place::Line(line)),
    };
    let seen = |kind, value: &str| Mentioned::Observable(Observable { kind, value: value.to_owned() });
    vec![Report {
        id: "report--1".to_owned(),
        name: "APT40 tradecraft in action".to_owned(),
        publisher: Some("Example Agency".to_owned()),
        published: Some(date("2024-07-08")),
        tlp: Some(Tlp::Clear),
        listed: Vec::new(),
        mentions: vec![
            mention(
                4,
                false,
                Mentioned::Actor { written: "APT40".to_owned(), groups: strings(&["Leviathan", "APT40"]) },
                "APT40 is also known as Leviathan.",
            ),
            mention(9, false, seen(Kind::Cve, "CVE-2021-44228"), "It exploits Log4j (CVE-2021-44228)."),
            mention(12, true, seen(Kind::Ipv4, "203.0.113.77"), "Data left to 203.0.113[.]77."),
            mention(
                13,
                true,
                seen(Kind::Domain, "drop.evil.example"),
                "A second stage came from drop.evil.example.",
            ),
            mention(
                14,
                false,
                seen(Kind::Url, "https://vendor.example/patch"),
                "See https://vendor.example/patch.",
            ),
            mention(15, true, seen(Kind::Ipv4, "203.0.113.77"), "The same address answered on 9999."),
            mention(
                18,
                true,
                seen(Kind::Md5, "0123456789abcdef0123456789abcdef"),
                "The script has this hash.",
            ),
            mention(20, false, seen(Kind::Technique, "T1505.003"), "It leaves web shells (T1505.003)."),
            mention(22, false, Mentioned::Software("BADFLICK".to_owned()), "BADFLICK is used."),
            mention(30, false, Mentioned::Control("M1051".to_owned()), "Patch within 48 hours."),
        ],
        origin: Origin::new(&source, Place::Whole),
    }]
}

/// What reports mention, in this form, all of it.
pub fn wish(form: Form) -> ExtractWish<'static> {
    ExtractWish { form, types: &[], tlp: None, now: time("07-01T06:00"), style: Style::default() }
}
