//! An estate where machines carry the same flaws: spreads of many machines, by hand and by the thousand.

use crate::sample::{action, exposure, looked_at, race, time};
use model::identity::EntityKey;
use model::{Answer, Cast, Decision, Finding, Machine, Member, Severity, Spread};
use std::sync::Arc;

/// The same exposure on so many machines of one estate, `app-001` and on: each has its own document, the first
/// 200 belong to the web team, the last two to nobody.
pub fn spread(mut finding: Finding, machines: u32, cast: &Arc<Cast>) -> Spread {
    finding.title = format!("{}: {}", finding.intel.id, finding.intel.name);
    let member = |n| Member { claim: 0, machine: n, document: n, place: n + 1 };
    let product = Arc::from(finding.subject.component.as_deref().expect("a product"));
    Spread::new(finding, &product, (0..machines).map(member).collect(), cast).expect("machines")
}

/// So many machines and their documents.
pub fn cast(machines: u32) -> Arc<Cast> {
    let machine = |n: u32| {
        let owner = match n {
            0..200 => Some("web team"),
            n if n + 2 < machines => Some("dock team"),
            _ => None,
        };
        let host: Arc<str> = Arc::from(format!("app-{:03}", n + 1));
        let key = EntityKey::host(&format!("{host}.harbour.example"));
        Machine {
            key,
            display: Some(host),
            owner: owner.map(Arc::from),
            reason: "short name of the full name",
        }
    };
    Arc::new(Cast {
        machines: (0..machines).map(machine).collect(),
        documents: (0..machines)
            .map(|n| Arc::from(format!("estate/sbom/app-{:03}.cdx.json", n + 1)))
            .collect(),
    })
}

/// An estate of 312 machines that carry the same flaws: spreads of 312, of six, of two and of one.
pub fn estate() -> Answer {
    let cast = cast(312);
    let log4j = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
    let lodash = "pkg:npm/%40quay/lodash@4.17.15";
    let (act, track) = (Decision::Act, Decision::Track);
    let exploited = ["on KEV since 2021-12-10", "exploit public", "fixed in 2.15.0"];
    let none = ["no known exploitation"];
    let found = [
        (312, exposure("app-001", log4j, "CVE-2021-44228", "Log4Shell", act, &exploited)),
        (2, exposure("app-001", "confluence 8.3.1", "CVE-2023-22515", "Broken access control", act, &[])),
        (6, exposure("app-001", lodash, "CVE-2020-8203", "Prototype pollution in lodash", track, &none)),
        (1, exposure("app-001", lodash, "CVE-2019-10744", "Prototype pollution in defaults", track, &none)),
    ];
    let exposures: Vec<Spread> = found.into_iter().map(|(n, finding)| spread(finding, n, &cast)).collect();
    let mut answer =
        Answer { exposures, looked_at: looked_at(), now: Some(time("07-01T06:00")), ..Answer::default() };
    answer.race = race().into_iter().take(1).collect();
    answer.race[0].hosts = answer.exposures[0].hosts().take(12).map(str::to_owned).collect();
    answer.race[0].host_count = 312;
    let act =
        |what: &str, host: &str| action(&answer, what, host, "exposed", Severity::Critical, Some("web team"));
    let mut everywhere = act("update log4j-core to 2.15.0 or later on 312 machines", "log4j-core");
    let ids = answer.exposures[0].members().map(|member| answer.exposures[0].id(member));
    everywhere.findings = ids.take(100).collect();
    everywhere.finding_count = 312;
    answer.first =
        vec![everywhere, act("close app-002 to the internet", "app-002"), act("look at app-310", "app-310")];
    answer
}

/// An exposure on so many machines, so many times over: each another flaw.
pub fn flood(spreads: u32, machines: u32) -> Answer {
    let estate = estate();
    let cast: Arc<Cast> = cast(machines);
    let spread = |n: u32| {
        let mut finding = estate.exposures[0].first().clone();
        finding.intel.id = format!("CVE-2021-{n:05}");
        finding.decision = Some(Decision::ALL[n as usize % 4]);
        spread(finding, machines, &cast)
    };
    let exposures = (0..spreads).map(spread).collect();
    Answer { exposures, ..estate }
}
