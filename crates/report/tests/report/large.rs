//! A large answer: fifteen machines with long names, sixty steps over four weeks, three hundred exposures, forty
//! problems. It shows what the small sample cannot: what is folded, grouped and shortened, and what never is.

use crate::{rendered, sample};
use model::answer::{Link, Step};
use model::identity::EntityKey;
use model::{
    Answer, Cast, Decision, Fault, FindingId, Machine, Member, Place, Problem, Severity, Spread, Timestamp,
};
use report::{Form, Style};
use std::sync::Arc;

/// The machines: names as large estates have them.
fn machine(n: usize) -> String {
    let role = ["dc-prod-web", "dc-prod-app", "files-archive", "jump-admin", "db-ledger"][n % 5];
    format!("{role}-{n:02}.quayside.harbour.example")
}

/// Times of the sixty steps: bursts of minutes, hours of work, days of nothing.
fn step_time(n: usize) -> Timestamp {
    let start = Timestamp::parse("2024-06-03T02:10:00Z").expect("a time");
    let (burst, within) = (n / 6, n % 6);
    let pause =
        i64::try_from(burst * burst).expect("small") * 6 * 3600 + i64::try_from(burst).expect("small") * 7200;
    start.plus_seconds(pause + i64::try_from(within).expect("small") * 11 * 60)
}

fn steps(findings: &[FindingId]) -> Vec<Step> {
    const WHAT: [(&str, &str); 6] = [
        ("script written into the web root after an upload from 198.51.100.23", "T1505.003"),
        ("web server starts a shell", "T1059.004"),
        ("credential store copied to C:\\Windows\\Temp\\ntds-export\\ntds.dit", "T1003.003"),
        ("log-on with the stolen account svc-backup-07", "T1021.002"),
        ("archives staged in a temporary folder", "T1560.001"),
        ("4.1 GB sent to 203.0.113.77 over HTTPS", "T1048.002"),
    ];
    let step = |n: usize| {
        let (what, technique) = WHAT[n % 6];
        Step {
            time: Some(step_time(n)),
            until: (n % 7 == 3).then(|| step_time(n).plus_seconds(5400)),
            host: machine(n / 4),
            what: what.to_owned(),
            technique: Some(technique.to_owned()),
            severity: Severity::ALL[n % 3],
            count: if n.is_multiple_of(5) { 1 } else { 3 * n as u64 },
            finding: findings[n % findings.len()].clone(),
        }
    };
    (0..60).map(step).collect()
}

fn exposures() -> Vec<Spread> {
    let names = (0..40).map(|n| Machine {
        key: EntityKey::host(&machine(n)),
        display: Some(Arc::from(machine(n))),
        owner: (n % 3 > 0).then(|| Arc::from(format!("team {}", n % 3))),
        reason: "the same name",
    });
    let cast = Arc::new(Cast {
        machines: names.collect(),
        documents: vec![Arc::from("estate/sbom/everything-that-runs-on-the-quayside.cdx.json")],
    });
    let spread = |n: u32| {
        let component = [
            "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
            "exchange server 2019 cu11",
            "pkg:deb/debian/openssh-server@1%3A9.2p1-2",
        ];
        let mut finding = sample::exposure(
            &machine(n as usize % 40),
            component[n as usize % 3],
            &format!("CVE-2024-{:05}", 1000 + n),
            "Broken access control in a component with quite a long name",
            Decision::ALL[n as usize % 4],
            &["internet-facing", "on KEV since 2023-10-05", "exploit public", "fixed in 8.3.3"],
        );
        finding.title = format!("{}: {}", finding.intel.id, finding.intel.name);
        let members =
            (0..=n % 5).map(|m| Member { claim: 0, machine: (n + m) % 40, document: 0, place: m + 1 });
        let product = Arc::from(format!("{}", n % 3));
        Spread::new(finding, &product, members.collect(), &cast).expect("machines")
    };
    (0..300).map(spread).collect()
}

fn problems() -> Vec<Problem> {
    let problem = |n: usize| {
        let (what, help) = [
            ("not a log line", Some("give the format with a mapping file: `--mapping`")),
            ("a time without a zone was read as UTC", Some("give it with `--zone`")),
            ("no reader knows this file; it seems to be a picture", None),
        ][n % 3];
        Problem {
            source: format!("logs/site-{}/dns.log.{n}", n % 4),
            place: if n % 3 == 2 { Place::Whole } else { Place::Line(n as u64 * 17 + 1) },
            fault: if n % 3 == 1 { Fault::Note } else { Fault::Partial },
            what: what.to_owned(),
            help: help.map(str::to_owned),
        }
    };
    (0..40).map(problem).collect()
}

/// The whole answer.
pub fn answer() -> Answer {
    let mut answer = sample::answer();
    let findings: Vec<FindingId> = answer.stories[0].steps.iter().map(|step| step.finding.clone()).collect();
    let story = &mut answer.stories[0];
    story.steps = steps(&findings);
    story.title = "one intrusion, 60 steps".to_owned();
    story.hosts = (0..15).map(machine).collect();
    story.hosts.push("203.0.113.77".to_owned());
    let link = |n: usize| Link {
        from: machine(n),
        to: machine(n + 1),
        time: Some(step_time(4 * (n + 1))),
        reason: format!("connection from {} to {} on port 445", machine(n), machine(n + 1)),
    };
    story.links = (0..14).map(link).collect();
    story.links.push(Link {
        from: machine(14),
        to: "203.0.113.77".to_owned(),
        time: Some(step_time(59)),
        reason: "4.1 GB sent".to_owned(),
    });
    let action = answer.first[3].clone();
    answer.first.extend(std::iter::repeat_n(action, 4));
    answer.exposures = exposures();
    answer.problems = problems();
    answer
}

/// Pages for the eye, where a person names a folder: `REPORT_PAGES=/tmp/pages cargo test -p report pages`.
#[test]
fn pages_to_look_at() {
    let Some(folder) = std::env::var_os("REPORT_PAGES").map(std::path::PathBuf::from) else {
        println!("skipped: REPORT_PAGES names no folder");
        return;
    };
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, answer) in
        [("sample", sample::answer()), ("large", answer()), ("estate", crate::estate::estate())]
    {
        for (end, form) in [("html", Form::Html), ("md", Form::Markdown), ("txt", Form::Table)] {
            let text = rendered(&answer, form, &Style::default());
            let short = Style { short: true, ..Style::default() };
            if form == Form::Html {
                let page = rendered(&answer, form, &short);
                std::fs::write(folder.join(format!("{name}-short.{end}")), page).expect("written");
            }
            std::fs::write(folder.join(format!("{name}.{end}")), text).expect("written");
        }
    }
}

/// One step past the bound of a table is counted, and a finding that has no row any more has a place of its own.
#[test]
fn a_table_of_steps_past_its_bound_says_so_and_every_finding_has_its_place() {
    let mut answer = sample::answer();
    let steps = answer.stories[0].steps.clone();
    answer.stories[0].steps = steps.iter().take(12).cycle().take(500).cloned().collect();
    let whole = rendered(&answer, Form::Html, &Style::default());
    answer.stories[0].steps.push(steps[12].clone());
    let cut = rendered(&answer, Form::Html, &Style::default());
    assert!(!whole.contains("… and 1 more; ") && cut.contains("… and 1 more; "));
    assert!(cut.contains("Further steps"));
    assert_eq!(cut.matches(&format!("id=\"{}\"", steps[12].finding)).count(), 1);
}

/// Machines, addresses and identifiers of a screen are whole, however long they are.
#[test]
fn no_value_of_the_screen_is_cut_before_prose() {
    let answer = answer();
    for width in [80, 100, 132, 200] {
        let screen = rendered(&answer, Form::Table, &Style { width, ..Style::default() });
        for whole in [
            "203[.]0[.]113[.]77",
            "177×",
            "CVE-2024-01000",
            "dc-prod-web-00 ",
            "quayside[.]harbour[.]example",
        ] {
            assert!(screen.contains(whole), "{whole} in {width}\n{screen}");
        }
    }
}
