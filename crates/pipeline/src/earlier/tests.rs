//! Answers made by hand, held against each other.

use super::*;
use model::{Evidence, Intel, IntelType, Subject, Tlp};

const ALL: Scope = Scope::ALL;

fn finding(kind: FindingKind, name: &str, host: &str) -> Finding {
    let intel = Intel {
        kind: IntelType::Indicator,
        id: name.into(),
        name: name.into(),
        source: "advisory.md".into(),
        tlp: Tlp::Clear,
    };
    let subject = Subject { host: Some(host.to_owned()), ..Subject::default() };
    let mut finding = Finding::new(kind, intel, subject, &[host], Evidence::at("a.log", 1, None));
    finding.severity = Severity::Medium;
    finding
}

fn time(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).expect("a time"))
}

fn earlier(findings: &[Finding]) -> Earlier {
    let mut earlier = Earlier::default();
    findings.iter().for_each(|finding| earlier.add(finding).expect("comparable"));
    earlier
}

/// An answer over logs of June.
fn answer(findings: Vec<Finding>) -> Answer {
    let looked_at = LookedAt {
        devices: 2,
        vulnerabilities: 1,
        events: 9,
        sources: vec![("webserver".into(), 9)],
        first_event: time("2026-06-01T00:00:00Z"),
        last_event: time("2026-06-30T00:00:00Z"),
        ..LookedAt::default()
    };
    Answer { findings, looked_at, ..Answer::default() }
}

/// `new: titles; changed: titles with why; gone: titles with why; notes`.
fn shown(baseline: &Baseline) -> String {
    let list = |list: &Differences| {
        assert_eq!(usize::try_from(list.count), Ok(list.listed.len()));
        let one = |one: &Difference| {
            let why = one.why.join(", ");
            if why.is_empty() { one.title.clone() } else { format!("{} ({why})", one.title) }
        };
        list.listed.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    format!(
        "new: {}; changed: {}; gone: {}",
        list(&baseline.new),
        list(&baseline.changed),
        list(&baseline.gone)
    )
}

#[test]
fn what_is_new_what_stays_and_what_is_gone() {
    let [a, b, c] = ["a", "b", "c"].map(|name| finding(FindingKind::Sighting, name, "app-1"));
    let compared = earlier(&[a.clone(), b.clone()]).compared(&answer(vec![b, c]), ALL, None);
    assert_eq!(shown(&compared), "new: c; changed: ; gone: a");
    assert_eq!((compared.gone.unread, compared.worst()), (0, Some(Severity::Medium)));
    let same = earlier(std::slice::from_ref(&a)).compared(&answer(vec![a]), ALL, None);
    assert_eq!((shown(&same).as_str(), same.worst()), ("new: ; changed: ; gone: ", None));
}

#[test]
fn what_is_raised_is_changed_and_what_is_milder_is_not() {
    let was = finding(FindingKind::Exposure, "CVE-2026-1", "app-1");
    let change = |change: &dyn Fn(&mut Finding)| {
        let mut now = was.clone();
        change(&mut now);
        let up = earlier(std::slice::from_ref(&was)).compared(&answer(vec![now.clone()]), ALL, None);
        let down = earlier(&[now]).compared(&answer(vec![was.clone()]), ALL, None);
        assert_eq!(shown(&down), "new: ; changed: ; gone: ", "the way back");
        up.changed.listed.first().map(|one| one.why.join(", ")).unwrap_or_default()
    };
    assert_eq!(change(&|now| now.severity = Severity::High), "severity medium → high");
    assert_eq!(change(&|now| now.decision = Some(Decision::Attend)), "decision none → attend");
    assert_eq!(change(&|now| now.count = 7), "");
    let mut likely = finding(FindingKind::Exposure, "CVE-2026-1", "app-1");
    likely.certainty = Certainty::Likely;
    let sure = finding(FindingKind::Exposure, "CVE-2026-1", "app-1");
    let compared = earlier(&[likely]).compared(&answer(vec![sure]), ALL, None);
    assert_eq!(compared.changed.listed[0].why, ["certainty likely → certain"]);
}

#[test]
fn a_hit_that_went_further_is_changed() {
    let mut tried = finding(FindingKind::Sighting, "203.0.113.9", "app-1");
    tried.reasons = vec!["it came from outside and was refused or not answered".to_owned()];
    let through = finding(FindingKind::Sighting, "203.0.113.9", "app-1");
    let further = earlier(&[tried.clone()]).compared(&answer(vec![through.clone()]), ALL, None);
    assert_eq!(further.changed.listed[0].why, ["it went further than before"]);
    let back = earlier(&[through]).compared(&answer(vec![tried]), ALL, None);
    assert_eq!(back.changed.count, 0);
}

#[test]
fn a_sighting_is_active_again_after_more_than_a_week() {
    let at = |last: &str| {
        let mut seen = finding(FindingKind::Sighting, "a", "app-1");
        seen.last_seen = time(last);
        seen
    };
    let compared = |last| earlier(&[at("2026-06-01T00:00:00Z")]).compared(&answer(vec![at(last)]), ALL, None);
    assert_eq!(compared("2026-06-08T00:00:00Z").changed.count, 0);
    let again = compared("2026-06-08T00:00:01Z");
    assert_eq!(again.changed.listed[0].why, ["active again; it was quiet since 2026-06-01T00:00:00Z"]);
}

#[test]
fn a_story_whose_first_step_left_the_records_is_the_same_story() {
    let [a, b, c] = ["a", "b", "c"].map(|name| finding(FindingKind::Sighting, name, "app-1").id);
    let story = |name: &str, related: &[&FindingId]| {
        let mut story = finding(FindingKind::Chain, name, "app-1");
        story.related = related.iter().map(|id| (*id).clone()).collect();
        story
    };
    let (old, other) = (story("11 June", &[&a, &b]), story("20 June", &[&c]));
    let mut now = story("12 June", &[&b]);
    let compared = earlier(&[old.clone(), other.clone()]).compared(&answer(vec![now.clone()]), ALL, None);
    assert_eq!(shown(&compared), "new: ; changed: ; gone: 20 June");
    now.severity = Severity::Critical;
    let compared = earlier(&[old.clone(), other]).compared(&answer(vec![now.clone()]), ALL, None);
    assert_eq!(shown(&compared), "new: ; changed: 12 June (severity medium → critical); gone: 20 June");
    // One earlier story is the former of one story only, and of none where it is still there.
    let second = story("13 June", &[&b]);
    let compared =
        earlier(std::slice::from_ref(&old)).compared(&answer(vec![now.clone(), second]), ALL, None);
    assert_eq!(compared.new.count, 1);
    let compared = earlier(std::slice::from_ref(&old)).compared(&answer(vec![old, now]), ALL, None);
    assert_eq!((compared.new.count, compared.gone.count), (1, 0));
}

#[test]
fn what_is_gone_for_want_of_records_says_so() {
    let kinds = [FindingKind::Sighting, FindingKind::Exposure, FindingKind::Compromise, FindingKind::Gap];
    let mut findings = kinds.map(|kind| finding(kind, "x", kind.name()));
    findings[0].first_seen = time("2026-05-01T00:00:00Z");
    findings[0].last_seen = time("2026-05-02T00:00:00Z");
    let why = |answer: &Answer| {
        let compared = earlier(&findings).compared(answer, ALL, None);
        let listed = compared.gone.listed;
        kinds.map(|kind| listed.iter().find(|one| one.kind == kind).expect("gone").why.join(""))
    };
    assert_eq!(
        why(&answer(Vec::new())),
        ["it ended before the first record of this run", "", "no collections were read in this run", ""]
    );
    let mut nothing = Answer::default();
    nothing.checks.push(model::answer::Check {
        id: "x".to_owned(),
        question: String::new(),
        answer: model::answer::CheckAnswer::Unknown,
        summary: String::new(),
        tested: 0,
        failed: 0,
        unknown: 1,
        excepted: 0,
        supply: None,
        finding: None,
    });
    assert_eq!(
        why(&nothing),
        [
            "no events of logs were read in this run",
            "no inventory was read in this run",
            "no collections were read in this run",
            "the check could not be judged in this run"
        ]
    );
}

#[test]
fn what_this_run_does_not_ask_is_neither_gone_nor_silent() {
    let kinds = [FindingKind::Sighting, FindingKind::Exposure, FindingKind::Gap];
    let findings = kinds.map(|kind| finding(kind, "x", kind.name()));
    let compared = earlier(&findings).compared(&answer(Vec::new()), Scope::SIGHTINGS, None);
    assert_eq!(compared.gone.count, 1);
    assert_eq!(
        compared.notes,
        ["2 earlier findings are of questions that this run does not ask, and not compared"]
    );
}

#[test]
fn what_only_this_run_read_is_a_note() {
    let then = LookedAt { devices: 2, ..LookedAt::default() };
    let compared = earlier(&[]).compared(&answer(Vec::new()), ALL, Some(&then));
    assert_eq!(
        compared.notes,
        [
            "the earlier run read no record of vulnerabilities: every exposure by one is new",
            "the earlier run read no logs: every sighting is new"
        ]
    );
}

#[test]
fn an_earlier_answer_with_a_finding_twice_or_a_foreign_identifier_is_refused() {
    let one = finding(FindingKind::Gap, "x", "y");
    let mut earlier = earlier(std::slice::from_ref(&one));
    assert_eq!(earlier.add(&one), Err(Uncomparable::Twice));
    let mut value = serde_json::to_value(&one).expect("JSON");
    value["id"] = "finding--1".into();
    let foreign = serde_json::from_value(value).expect("a finding");
    assert_eq!(earlier.add(&foreign), Err(Uncomparable::Identifier));
}
