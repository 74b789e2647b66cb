//! What the advisory of the sample asks, with the answers that the sample's findings give.

use model::asked::{Asked, Question, QuestionKind, Verdict};
use model::{Answer, FindingId};

fn question(
    (kind, about, number): (QuestionKind, &str, u64),
    verdict: Verdict,
    detail: &str,
    supply: &str,
    findings: Vec<FindingId>,
) -> Question {
    Question {
        kind,
        about: about.to_owned(),
        number,
        verdict,
        detail: detail.to_owned(),
        supply: (!supply.is_empty()).then(|| supply.to_owned()),
        finding_count: u64::try_from(findings.len()).expect("a few"),
        findings,
    }
}

/// What the advisory asks: some of every sort and every answer.
pub fn asked(answer: &Answer, techniques: &[&str]) -> Asked {
    let of = |id: &str| -> Vec<FindingId> {
        let mut ids = Vec::new();
        answer.each_finding(&mut |finding| {
            if finding.intel.id == id {
                ids.push(finding.id.clone());
            }
        });
        ids
    };
    let flaw = |about, verdict, detail: &str, supply: &str| {
        question((QuestionKind::Vulnerability, about, 1), verdict, detail, supply, of(about))
    };
    let kind = |about, number, verdict, detail: &str, supply: &str| {
        question((QuestionKind::Indicators, about, number), verdict, detail, supply, Vec::new())
    };
    let mut questions = vec![
        flaw("CVE-2021-31207", Verdict::NotWithUs, "3 products looked at", ""),
        flaw("CVE-2021-34473", Verdict::Exposed, "mail-1", ""),
        flaw(
            "CVE-2021-34523",
            Verdict::NoRecord,
            "no source says what it affects",
            "a CVE record or an OSV file",
        ),
        flaw("CVE-2021-44228", Verdict::Exposed, "portal-1 and app-2", ""),
        flaw("CVE-2023-22515", Verdict::Exposed, "wiki-1", ""),
        flaw(
            "CVE-2023-22518",
            Verdict::Undecided,
            "confluence on wiki-9",
            "the version of confluence on wiki-9",
        ),
        kind("domain", 4, Verdict::NotSeen, "412,318 events, 1–30 June", ""),
        kind("ipv4", 3, Verdict::Seen, "203.0.113.77 from files-2, 31 times", ""),
        kind("md5", 10, Verdict::NotLookedFor, "no log has hashes", "Sysmon event 1 or an EDR export"),
    ];
    let mut distinct = techniques.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    for (index, technique) in distinct.into_iter().enumerate() {
        let verdict = if index % 3 == 2 { Verdict::NoSource } else { Verdict::Visible };
        let supply = if verdict == Verdict::NoSource { "logs of the domain controllers" } else { "" };
        let findings =
            if verdict == Verdict::Visible { of(&format!("rule-{}", technique)) } else { Vec::new() };
        questions.push(question(
            (QuestionKind::Technique, technique, 1),
            verdict,
            "2 rules",
            supply,
            findings,
        ));
    }
    questions.extend(controls(of("identity.mfa.privileged")));
    Asked { title: "APT40 tradecraft in action".to_owned(), source: "advisory.md".to_owned(), questions }
}

fn controls(without_mfa: Vec<FindingId>) -> Vec<Question> {
    vec![
        question(
            (QuestionKind::Control, "logging", 1),
            Verdict::Unknown,
            "",
            "a table of zones with a column `logged`",
            Vec::new(),
        ),
        question(
            (QuestionKind::Control, "mfa", 1),
            Verdict::Fail,
            "4 of 11 privileged accounts without MFA",
            "",
            without_mfa,
        ),
        question(
            (QuestionKind::Control, "privileged accounts", 1),
            Verdict::Pass,
            "11 of 120",
            "",
            Vec::new(),
        ),
    ]
}
