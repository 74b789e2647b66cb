//! Runs over public data that is no part of the repository: no panic, and counts that are known. Skipped with
//! a message where the data is absent.

use input::{Document, Limits};
use intel::Lexicon;
use model::Problem;
use model::world::Fact;
use observable::Kind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of public data, beside the workspace or where `OUTPACE_DATA` says.
fn data() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    #[expect(clippy::disallowed_methods, reason = "tests find their data by it")]
    let given = std::env::var("OUTPACE_DATA").ok().map(PathBuf::from);
    let folder = given.unwrap_or_else(|| workspace.join("../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no public data at {}", folder.display());
    None
}

/// Everything that the documents under a path give.
struct DocumentsRead {
    facts: Vec<Fact>,
    formats: BTreeMap<&'static str, u64>,
    problems: Vec<Problem>,
}

impl DocumentsRead {
    fn count(&self, is: impl Fn(&Fact) -> bool) -> usize {
        self.facts.iter().filter(|fact| is(fact)).count()
    }
}

fn read(path: &Path, advisory: bool) -> DocumentsRead {
    let lexicon = Lexicon::built_in();
    let mut given = DocumentsRead { facts: Vec::new(), formats: BTreeMap::new(), problems: Vec::new() };
    let walked =
        input::walk(&[path.to_path_buf()], &Limits::default(), &|_| {}, &mut |mut document: Document<'_>| {
            let mut each = |fact| given.facts.push(fact);
            let (format, problems) = if advisory {
                intel::read_report(&mut document, &lexicon, &mut each)
            } else {
                intel::read(&mut document, &lexicon, &mut each)
            };
            *given.formats.entry(format.map_or("none", |format| format.name())).or_default() += 1;
            given.problems.extend(problems.into_vec());
        });
    given.problems.extend(walked.problems);
    given
}

#[test]
fn the_catalogue_of_exploited_vulnerabilities_is_whole() {
    let Some(data) = data() else { return };
    let given = read(&data.join("vuln/kev/known_exploited_vulnerabilities-2026-08-07.json"), false);
    assert_eq!(given.count(|fact| matches!(fact, Fact::Exploited(_))), 1662);
    assert_eq!(given.problems, []);
    let ransomware = given.count(|fact| matches!(fact, Fact::Exploited(one) if one.ransomware));
    assert!(ransomware > 200, "{ransomware}");
}

#[test]
fn cve_records_are_read_with_their_ranges() {
    let Some(data) = data() else { return };
    let given = read(&data.join("vuln/cve5/kev.jsonl.zst"), false);
    assert_eq!(given.count(|fact| matches!(fact, Fact::Vulnerability(_))), 263);
    let with_ssvc = given.count(|fact| matches!(fact, Fact::Vulnerability(one) if one.ssvc.is_some()));
    assert_eq!(with_ssvc, 263);
    let sample = read(&data.join("vuln/cve5/sample"), false);
    assert_eq!(sample.formats.get("CVE record"), Some(&82));
    let log4j = sample.facts.iter().find_map(|fact| match fact {
        Fact::Vulnerability(one) if one.id == "CVE-2021-44228" => Some(one),
        _ => None,
    });
    let ranges = log4j.map(|one| format!("{:?}", one.affected)).unwrap_or_default();
    assert!(ranges.contains("2.15.0") && ranges.contains("2.12.2"), "{ranges}");
}

#[test]
fn osv_records_are_read() {
    let Some(data) = data() else { return };
    for (file, count) in [("rustsec", 1206), ("pypa", 2661), ("golang", 4291)] {
        let given = read(&data.join(format!("vuln/osv/{file}.jsonl.zst")), false);
        assert_eq!(given.count(|fact| matches!(fact, Fact::Vulnerability(_))), count, "{file}");
        assert_eq!(given.problems, [], "{file}");
    }
}

#[test]
fn attack_is_read() {
    let Some(data) = data() else { return };
    let given = read(&data.join("attack/enterprise-attack-18.1-stix20.json.zst"), false);
    assert_eq!(given.count(|fact| matches!(fact, Fact::AttackPattern(one) if !one.retired)), 691);
    assert_eq!(given.count(|fact| matches!(fact, Fact::IntrusionSet(_))), 172);
    let uses = given.count(|fact| matches!(fact, Fact::Relationship(_)));
    assert!(uses > 15_000, "{uses}");
    assert_eq!(given.problems, []);
}

#[test]
fn life_cycles_and_exploit_dates_are_read() {
    let Some(data) = data() else { return };
    let given = read(&data.join("eol/endoflife-2026-08-22.jsonl.zst"), false);
    let cycles = given.count(|fact| matches!(fact, Fact::LifeCycle(_)));
    assert!((7500..=8351).contains(&cycles), "{cycles}");
    let given = read(&data.join("vuln/exploit-status"), false);
    let dates = given.count(|fact| matches!(fact, Fact::PublicExploit(_)));
    assert_eq!(dates, 26_924 + 2_554);
}

#[test]
fn the_advisory_on_apt40_is_attributed_to_it_alone() {
    let Some(data) = data() else { return };
    let given = read(&data.join("reports/tram-single"), true);
    let report = given.facts.iter().find_map(|fact| match fact {
        Fact::Report(one) if one.name.contains("APT40") => Some(one),
        _ => None,
    });
    let report = report.expect("the report is there");
    assert_eq!(report.published.map(|day| day.to_string()).as_deref(), Some("2021-07-19"));
    let indicators: Vec<_> = given
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Indicator(one) if one.source == report.name => Some(one),
            _ => None,
        })
        .collect();
    assert!(indicators.len() > 60, "{}", indicators.len());
    // What a match proves is attributed; a file's name proves nothing about who.
    let proves = |kind: Kind| matches!(kind, Kind::Md5 | Kind::Domain | Kind::Url);
    let proving: Vec<_> = indicators.iter().filter(|one| proves(one.observable.kind)).collect();
    assert!(proving.len() > 60, "{}", proving.len());
    assert!(proving.iter().all(|one| one.attributed_to == ["APT40"]), "{:?}", proving.first());
    assert!(
        indicators.iter().all(|one| one.observable.kind != Kind::FileName || one.attributed_to.is_empty())
    );
}

#[test]
fn public_lists_are_read_whole() {
    let Some(data) = data() else { return };
    for (path, values) in [
        ("feeds/cps", 46_092),
        ("feeds/signature-base/c2-iocs.txt", 1844),
        ("feeds/signature-base/hash-iocs.txt", 3224),
        ("feeds/intelmq/spamhaus--drop.txt", 2),
    ] {
        let given = read(&data.join(path), true);
        assert_eq!(given.count(|fact| matches!(fact, Fact::Indicator(_))), values, "{path}");
        assert_eq!(given.problems, [], "{path}");
        let listed: u64 = given
            .facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Report(one) => Some(one.listed.iter().map(|(_, count)| count).sum::<u64>()),
                _ => None,
            })
            .sum();
        assert_eq!(usize::try_from(listed).ok(), Some(values), "{path}");
    }
    let given = read(&data.join("feeds/eset-malware-ioc.tar.zst"), true);
    assert_eq!(given.formats.get("list of indicators"), Some(&354));
}

#[test]
fn warning_lists_are_read() {
    let Some(data) = data() else { return };
    let given = read(&data.join("misp/warninglists-2026-08-20.tar.zst"), false);
    assert_eq!(given.formats.get("MISP warning list"), Some(&136));
    let good = given.count(|fact| matches!(fact, Fact::KnownGood(_)));
    // Of 528,972: single labels, telephone numbers, and 8,263 values of lists that would have to be searched for.
    assert!((515_000..521_000).contains(&good), "{good}");
    let below = |name: &str| {
        given
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::KnownGood(one) if one.below && one.value.value == name))
    };
    assert!(below("google.de") && !below("29mayis.edu.tr"));
}

#[test]
fn every_report_bundle_and_event_is_survived() {
    let Some(data) = data() else { return };
    for path in ["reports", "stix", "misp/events", "misp/events-eset.tar.zst", "feeds/intelmq"] {
        let given = read(&data.join(path), true);
        let reports = given.count(|fact| matches!(fact, Fact::Report(_)));
        let indicators = given.count(|fact| matches!(fact, Fact::Indicator(_)));
        println!(
            "{path}: {:?} {reports} reports, {indicators} indicators, {} problems",
            given.formats,
            given.problems.len()
        );
        for problem in given.problems.iter().take(12) {
            println!("   {problem}");
        }
        assert!(reports > 0, "{path}");
        let long = given.facts.iter().any(|fact| {
            matches!(fact, Fact::Report(one) if one.mentions.iter().any(|one| one.sentence.chars().count() > 400))
        });
        assert!(!long);
    }
}
