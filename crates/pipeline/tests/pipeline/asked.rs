//! Questions over files: what is said of documents that gave nothing, and of those that were given twice.

use crate::Files;
use model::{Fault, FindingKind, SecretKey, Timestamp};
use pipeline::{Answered, InputKind, Inputs, NoAnswer, Question, RuleChoice, Source, Wishes, ask};

const LOG: &str =
    "203.0.113.77 - - [12/Jun/2026:03:14:16 +0000] \"GET /berth HTTP/1.1\" 200 512 \"-\" \"-\"\n";

fn question(inputs: Inputs) -> Question {
    let now = Timestamp::parse("2026-07-01T06:00:00Z").expect("a moment");
    Question { inputs, rules: RuleChoice::default(), wishes: Wishes::default(), now }
}

/// The problems, as a user reads them.
fn problems(files: &Files, answered: &Answered) -> Vec<String> {
    let shown = |problem: &model::Problem| {
        files.relative(&format!("{problem} [{}]", problem.help.as_deref().unwrap_or("")))
    };
    answered.answer.problems.iter().map(shown).collect()
}

#[test]
fn intelligence_in_which_nothing_is_found_is_named_with_what_would_help() {
    let files = Files::new();
    let empty = files.write("news.md", "# Harbour news\n\nThe crane is painted, and the tide is late.\n");
    let good = files.write("report.md", "# Report\n\nIt uses 203[.]0[.]113[.]77.\n");
    let inputs = Inputs {
        advisories: Source::Paths(vec![empty, good]),
        logs: files.source("access.log", LOG),
        ..Inputs::default()
    };
    let answered = ask(&question(inputs), &()).unwrap_or_else(|nothing| panic!("{nothing:?}"));
    assert_eq!(
        problems(&files, &answered),
        [
            "news.md: nothing in it is known here: it was read as Markdown and names no indicator, vulnerability, \
          technique, group, software or control [give indicators one a line, in a table with a column `indicator`, \
          as STIX or MISP, or defanged in the text]"
        ]
    );
    assert!(answered.answer.problems.iter().all(|problem| problem.fault == Fault::Partial));
    let sightings = answered.answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting);
    assert_eq!(sightings.count(), 1, "the other report is used");
}

#[test]
fn a_log_that_is_given_twice_counts_once_and_that_is_noted() {
    let files = Files::new();
    let log = files.write("logs/access.log", LOG);
    let question = |logs: Vec<std::path::PathBuf>| {
        question(Inputs {
            advisories: files.source("report.md", "It uses 203[.]0[.]113[.]77.\n"),
            logs: Source::Paths(logs),
            ..Inputs::default()
        })
    };
    let once = ask(&question(vec![files.path("logs")]), &()).unwrap_or_else(|nothing| panic!("{nothing:?}"));
    let twice = question(vec![files.path("logs"), log]);
    let mut twice = ask(&twice, &()).unwrap_or_else(|nothing| panic!("{nothing:?}"));
    assert_eq!(problems(&files, &twice), ["logs/access.log: given twice; it was read once []"]);
    assert!(twice.answer.problems.drain(..).all(|problem| problem.fault == Fault::Note));
    assert_eq!(twice.answer, once.answer);
}

#[test]
fn advisories_without_anything_readable_end_the_question_with_what_went_wrong() {
    let files = Files::new();
    let inputs = Inputs { advisories: Source::Paths(vec![files.path("missing.md")]), ..Inputs::default() };
    let Err(NoAnswer::NothingReadable(nothing)) = ask(&question(inputs), &()) else {
        panic!("there is no advisory")
    };
    assert_eq!(nothing.kind, InputKind::Advisory);
    assert_eq!(files.relative(&nothing.problems[0].to_string()), "missing.md: does not exist");
    let inputs = Inputs { logs: Source::Paths(vec![files.path("missing.log")]), ..Inputs::default() };
    let Ok(answered) = ask(&question(inputs), &()) else { panic!("nothing was advised") };
    assert_eq!(answered.nothing_in, [InputKind::Logs]);
}

#[test]
fn a_secret_is_said_and_never_kept_whether_or_not_the_door_gives_a_key() {
    let files = Files::new();
    let names = "name,kind,party,party_name\nharbour.example,domain,own,Harbour\n";
    let leaked = "url,username,password,date\nhttps://mail.harbour.example/,h.berg@harbour.example,hunter2,2026-06-11\n";
    let said = |secret_key: Option<SecretKey>| {
        let inputs = Inputs {
            estate: files.source("names.csv", names),
            knowledge: files.source("stealer-log.csv", leaked),
            ..Inputs::default()
        };
        let mut question = question(inputs);
        question.wishes.secret_key = secret_key;
        let answered = ask(&question, &()).unwrap_or_else(|nothing| panic!("{nothing:?}"));
        assert!(!format!("{:?}", answered.answer).contains("hunter2"));
        let compromises = answered.answer.findings.iter().filter(|one| one.kind == FindingKind::Compromise);
        let reasons: Vec<String> = compromises.flat_map(|one| one.reasons.clone()).collect();
        assert!(!reasons.is_empty(), "the collection is joined");
        reasons.iter().any(|reason| reason.starts_with("the record held a secret"))
    };
    assert!(said(Some(SecretKey::new([7; 32]))));
    assert!(said(None));
}
