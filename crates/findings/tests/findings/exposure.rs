//! Exposures: what is affected, what is not, and what is unknown.

use crate::pool::{self, Case, ask, confluence, device, exploited, findings_of, log4j, log4shell, wiki};
use model::answer::Part;
use model::ours::{Device, Fact as Ours};
use model::world::{Fact, Versions};
use model::{Answer, Certainty, Decision, FindingKind};

fn case(world: Vec<Fact>, ours: Vec<Ours>) -> Answer {
    ask(&Case { world, ours, logs: Vec::new(), rules: "" }, 1)
}

fn exposures(answer: &Answer) -> Vec<(String, Option<String>, Certainty)> {
    let exposures = findings_of(answer).into_iter().filter(|finding| finding.kind == FindingKind::Exposure);
    exposures.map(|f| (f.intel.id.clone(), f.subject.host.clone(), f.certainty)).collect()
}

#[test]
fn a_package_in_the_range_is_exposed_for_certain() {
    let ours = vec![
        Ours::Device(device("app-3", "10.20.2.9", "server")),
        Ours::Component(log4j(Some("2.14.1"), "app-3")),
    ];
    let answer = case(vec![Fact::Vulnerability(log4shell())], ours);
    assert_eq!(exposures(&answer), [("CVE-2021-44228".into(), Some("app-3".into()), Certainty::Certain)]);
    let reasons = &answer.exposures[0].first().reasons;
    assert!(reasons.iter().any(|reason| reason == "fixed in 2.15.0"), "{reasons:?}");
}

#[test]
fn a_fixed_package_is_not_exposed_and_one_without_version_is_unknown() {
    let fixed =
        case(vec![Fact::Vulnerability(log4shell())], vec![Ours::Component(log4j(Some("2.17.1"), "app-3"))]);
    assert!(exposures(&fixed).is_empty() && fixed.cannot_tell.iter().all(|row| row.part != Part::Exposed));
    let unknown = case(vec![Fact::Vulnerability(log4shell())], vec![Ours::Component(log4j(None, "app-3"))]);
    assert!(exposures(&unknown).is_empty());
    let row = unknown.cannot_tell.iter().find(|row| row.part == Part::Exposed).expect("one row");
    assert!(row.why.contains("no version known") && row.why.contains("CVE-2021-44228"), "{row:?}");
}

#[test]
fn vendor_and_name_make_it_likely_and_the_internet_makes_it_pressing() {
    let world = vec![
        Fact::Vulnerability(confluence()),
        Fact::Exploited(exploited("CVE-2023-22515", "Atlassian", "Confluence", "2023-10-05")),
    ];
    let facing = case(world.clone(), vec![Ours::Device(wiki())]);
    assert_eq!(exposures(&facing), [("CVE-2023-22515".into(), Some("wiki-1".into()), Certainty::Likely)]);
    let decided = |facing: bool| {
        let jewel = Device { internet_facing: Some(facing), zone: None, crown_jewel: Some(true), ..wiki() };
        case(world.clone(), vec![Ours::Device(jewel)]).exposures[0].first().decision
    };
    // Rows 67 and 51 of the Deployer table.
    assert_eq!((decided(true), decided(false)), (Some(Decision::Act), Some(Decision::Attend)));
}

#[test]
fn the_kev_list_alone_names_no_versions() {
    let world = vec![Fact::Exploited(exploited("CVE-2023-22515", "Atlassian", "Confluence", "2023-10-05"))];
    let answer = case(world, vec![Ours::Device(wiki())]);
    assert!(exposures(&answer).is_empty());
    assert!(
        answer
            .cannot_tell
            .iter()
            .any(|row| row.what.contains("wiki-1") && row.why.contains("CVE-2023-22515"))
    );
}

#[test]
fn a_withdrawn_record_takes_back_what_it_said() {
    let mut withdrawn = confluence();
    withdrawn.withdrawn = true;
    for order in [vec![confluence(), withdrawn.clone()], vec![withdrawn, confluence()]] {
        let answer = case(order.into_iter().map(Fact::Vulnerability).collect(), vec![Ours::Device(wiki())]);
        assert!(exposures(&answer).is_empty());
    }
}

#[test]
fn the_record_that_names_the_package_outweighs_one_that_resembles() {
    // A record that resembles by name says every version; the package's own record says the version is fixed.
    let mut resembling = log4shell();
    resembling.affected[0].product.package = None;
    resembling.affected[0].product.vendor = Some("Apache".into());
    resembling.affected[0].product.name = Some("Log4j2".into());
    resembling.affected[0].versions = Versions::All;
    let world = vec![Fact::Vulnerability(resembling), Fact::Vulnerability(log4shell())];
    let answer = case(world, vec![Ours::Component(log4j(Some("2.17.1"), "app-3"))]);
    assert!(exposures(&answer).is_empty());
}

#[test]
fn a_component_finds_its_machine_by_the_path_of_its_inventory() {
    let mut component = log4j(Some("2.14.1"), "app-3");
    component.host = None;
    component.origin = pool::origin("sbom/app-3.cdx.json", 1);
    let ours = vec![Ours::Device(device("app-3", "10.20.2.9", "server")), Ours::Component(component)];
    let answer = case(vec![Fact::Vulnerability(log4shell())], ours);
    assert_eq!(answer.exposures[0].first().subject.host.as_deref(), Some("app-3"));
}

#[test]
fn a_package_that_shares_only_a_name_with_a_record_is_a_question_not_an_exposure() {
    let clone =
        pool::component("confluence", Some("8.3.1"), Some(pool::package("npm", None, "confluence")), "app-3");
    let answer = case(vec![Fact::Vulnerability(confluence())], vec![Ours::Component(clone.clone())]);
    assert!(exposures(&answer).is_empty() && answer.cannot_tell.iter().all(|row| row.part != Part::Exposed));
    let kev = Fact::Exploited(exploited("CVE-2023-22515", "Atlassian", "Confluence", "2023-10-05"));
    let answer = case(vec![Fact::Vulnerability(confluence()), kev], vec![Ours::Component(clone)]);
    assert!(
        answer.cannot_tell.iter().any(|row| row.part == Part::Exposed),
        "worth a line when it is exploited"
    );
}

fn cycle(product: &str, label: &str, cycle: &str, end: &str) -> Fact {
    Fact::LifeCycle(model::world::LifeCycle {
        product: product.into(),
        label: label.into(),
        cycle: cycle.into(),
        end: model::world::CycleEnd::On(pool::day(end)),
        latest: None,
        identifiers: Vec::new(),
        origin: pool::origin("eol.jsonl", 1),
    })
}

#[test]
fn systems_are_dated_as_people_write_them() {
    let world = vec![
        cycle("windows-server", "Microsoft Windows Server", "2012-r2", "2023-10-10"),
        cycle("windows-server", "Microsoft Windows Server", "2012", "2023-10-10"),
        cycle("windows-server", "Microsoft Windows Server", "2022", "2031-10-14"),
        cycle("ubuntu", "Ubuntu", "16.04", "2021-04-02"),
        cycle("centos", "CentOS", "7", "2024-06-30"),
    ];
    let dated = |system: &str| {
        let device = Device { system: Some(system.into()), ..device("dc-9", "10.20.2.9", "server") };
        exposures(&case(world.clone(), vec![Ours::Device(device)]))
            .into_iter()
            .map(|(id, ..)| id)
            .collect::<Vec<_>>()
    };
    assert_eq!(dated("Windows Server 2012 R2"), ["windows-server@2012-r2"]);
    assert_eq!(dated("Microsoft Windows Server 2012 R2 Standard"), ["windows-server@2012-r2"]);
    assert_eq!(dated("Ubuntu 16.04.7 LTS"), ["ubuntu@16.04"]);
    assert_eq!(dated("CentOS Linux 7"), ["centos@7"]);
    assert!(dated("Windows Server 2022").is_empty() && dated("Windows Server 2012 R3").len() <= 1);
    assert!(dated("Ubuntu 16.10").is_empty());
}

#[test]
fn a_server_that_the_own_table_dates_is_exposed() {
    let device = Device {
        system: Some("HarbourOS 3".into()),
        end_of_support: Some(pool::day("2023-10-10")),
        ..device("dc-9", "10.20.2.9", "server")
    };
    let answer = case(Vec::new(), vec![Ours::Device(device)]);
    assert_eq!(exposures(&answer).into_iter().map(|(id, ..)| id).collect::<Vec<_>>(), ["end-of-support"]);
}
