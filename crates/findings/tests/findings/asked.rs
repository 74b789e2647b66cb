//! The advisory's own questions: each entry has one row, with the word that what was read bears out.

use crate::pool::{Case, RULES, ask, everything, indicator, origin, report, seen};
use model::Answer;
use model::asked::{Question, QuestionKind, Verdict};
use model::world::{Fact, Mentioned, Report};
use observable::Kind;

/// The whole case with this advisory in place of its own.
fn with(mentions: Vec<Mentioned>) -> Case {
    let mut case = everything();
    case.world.retain(|fact| !matches!(fact, Fact::Report(_)));
    // The name of the document that holds it.
    case.world.push(Fact::Report(Report { origin: origin("case", 1), ..report(mentions) }));
    case
}

fn of<'a>(answer: &'a Answer, about: &str) -> &'a Question {
    let rows: Vec<&Question> =
        answer.asked.iter().flat_map(|asked| &asked.questions).filter(|row| row.about == about).collect();
    assert_eq!(rows.len(), 1, "{about}: {rows:#?}");
    rows[0]
}

fn cve(id: &str) -> Mentioned {
    Mentioned::Observable(seen(Kind::Cve, id))
}

#[test]
fn each_flaw_is_exposed_open_absent_or_without_a_record() {
    let mut case = with(vec![cve("CVE-2023-22515"), cve("CVE-2021-44228"), cve("CVE-2019-0001")]);
    let answer = ask(&case, 1);
    let exposed = of(&answer, "CVE-2023-22515");
    assert_eq!((exposed.verdict, exposed.detail.as_str()), (Verdict::Exposed, "on wiki-1"));
    assert_eq!((exposed.finding_count, exposed.findings.len()), (1, 1));
    let unknown = of(&answer, "CVE-2019-0001");
    assert_eq!(unknown.verdict, Verdict::NoRecord);
    assert!(unknown.supply.as_deref().is_some_and(|supply| supply.contains("--knowledge")));

    // A product without a version is a question.
    case.ours.retain(|fact| match fact {
        model::ours::Fact::Component(component) => component.version.is_none(),
        model::ours::Fact::ScanResult(_) => false,
        _ => true,
    });
    let answer = ask(&case, 1);
    let open = of(&answer, "CVE-2021-44228");
    assert_eq!(open.verdict, Verdict::Undecided);
    assert_eq!(open.detail, "log4j-core on portal-1, because no version is known");

    // Nothing of the kind is ours; and with no inventory nobody can say so.
    case.ours.retain(|fact| !matches!(fact, model::ours::Fact::Component(_)));
    let answer = ask(&case, 1);
    let absent = of(&answer, "CVE-2021-44228");
    assert_eq!(absent.verdict, Verdict::NotWithUs, "{absent:?}");
    assert!(absent.detail.ends_with("looked at"), "{absent:?}");
    case.ours.clear();
    let answer = ask(&case, 1);
    let bare = of(&answer, "CVE-2021-44228");
    assert_eq!((bare.verdict, bare.supply.as_deref()), (Verdict::NoRecord, Some("what you own (--estate)")));
}

#[test]
fn each_kind_of_indicator_is_seen_unseen_or_not_looked_for() {
    let indicators = vec![
        Mentioned::Observable(seen(Kind::Ipv4, "203.0.113.77")),
        Mentioned::Observable(seen(Kind::Md5, "26a5a7e71a601be991073c78d513dee3")),
    ];
    let mut case = with(indicators);
    let answer = ask(&case, 1);
    let met = of(&answer, "ipv4");
    assert_eq!(met.kind, QuestionKind::Indicators);
    assert_eq!((met.verdict, met.detail.as_str()), (Verdict::Seen, "1 of 1 on portal-1: 203[.]0[.]113[.]77"));
    let unmet = of(&answer, "md5");
    assert_eq!(unmet.verdict, Verdict::NotSeen);
    assert_eq!(unmet.detail, "in 5 events from 2026-06-12 to 2026-06-14");
    case.logs.clear();
    assert_eq!(of(&ask(&case, 1), "md5").verdict, Verdict::NotLookedFor);
}

/// What is kept back was not looked for, so nobody may read that it was not seen.
#[test]
fn a_kind_of_which_each_value_is_kept_back_is_not_looked_for() {
    let with_values = |values: &[&str]| {
        let named = values.iter().map(|value| Mentioned::Observable(seen(Kind::Ipv4, value))).collect();
        let mut case = with(named);
        case.world.retain(|fact| !matches!(fact, Fact::Indicator(_)));
        let indicators = values.iter().map(|value| Fact::Indicator(indicator(seen(Kind::Ipv4, value))));
        case.world.extend(indicators);
        ask(&case, 1)
    };
    let private = with_values(&["192.168.7.9"]);
    let row = of(&private, "ipv4");
    assert_eq!(
        (row.verdict, row.detail.as_str()),
        (Verdict::NotLookedFor, "each is ours or known to be good")
    );
    assert_eq!(row.supply, None, "logs would not help");
    // Of one that is looked for the answer holds.
    let some = with_values(&["192.168.7.9", "198.51.100.200"]);
    assert_eq!(of(&some, "ipv4").verdict, Verdict::NotSeen);
}

#[test]
fn each_technique_is_visible_or_has_no_source() {
    let technique = |id: &str| Mentioned::Observable(seen(Kind::Technique, id));
    let mut case = with(vec![technique("T1505.003"), technique("T1558"), technique("T1111")]);
    let answer = ask(&case, 1);
    let seen_here = of(&answer, "T1505.003");
    assert_eq!(seen_here.verdict, Verdict::Visible);
    assert_eq!(
        seen_here.detail,
        "on 1 machine by Web server starts a shell in windows process_creation; seen"
    );
    // A rule for a technique below it is a rule for it.
    assert_eq!(of(&answer, "T1558").verdict, Verdict::Visible);
    let none = of(&answer, "T1111");
    assert_eq!((none.verdict, none.detail.as_str()), (Verdict::NoSource, "no rule for it"));
    case.logs.retain(|logged| logged.log.1 == "firewall");
    let answer = ask(&Case { rules: RULES, ..case }, 1);
    let dark = of(&answer, "T1505.003");
    assert_eq!(dark.verdict, Verdict::NoSource);
    assert_eq!(dark.supply.as_deref(), Some("logs of windows process creation"));
}

#[test]
fn each_control_passes_fails_or_is_unknown() {
    let control = |name: &str| Mentioned::Control(name.to_owned());
    let answer =
        ask(&with(vec![control("multi-factor authentication"), control("disabling unused services")]), 1);
    let failed = of(&answer, "multi-factor authentication");
    assert_eq!((failed.verdict, failed.finding_count), (Verdict::Fail, 1));
    assert!(failed.detail.contains("without MFA"), "{failed:?}");
    let open = of(&answer, "disabling unused services");
    assert_eq!((open.verdict, open.findings.len()), (Verdict::Unknown, 0));
}
