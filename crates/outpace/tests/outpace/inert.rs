//! Verb × form × hostile value: each form of each verb is inert, or is refused by name. A verb or a form that the
//! program has and this table does not name fails the test.

use crate::poison::Poison;
use crate::program::{NOW, Run, outpace};
use std::collections::BTreeSet;

/// Every form of the program.
const FORMS: [&str; 17] = [
    "table",
    "json",
    "ndjson",
    "csv",
    "md",
    "html",
    "pdf",
    "navigator",
    "timeline",
    "timeline-jsonl",
    "stix",
    "ocsf",
    "sarif",
    "list",
    "misp",
    "slides",
    "slides-pdf",
];
/// Forms that are no text: what they show is the page, whose other forms are text.
const BINARY: [&str; 2] = ["pdf", "slides-pdf"];
/// Verbs that show nothing from outside.
const OWN_WORDS: [&str; 12] = [
    "demo",
    "completions",
    "man",
    "help",
    "init",
    "doctor",
    "story",
    "triage",
    "forget",
    "backup",
    "restore",
    "export",
];

/// Written anew, not taken from the code under test.
fn acts(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\r'))
        || "\u{3164}\u{115f}\u{1160}\u{34f}\u{fe0f}\u{180e}\u{2800}\u{ffa0}\u{feff}\u{ad}".contains(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

fn assert_inert(verb: &str, form: &str, text: &str) {
    let alive: Vec<char> = text.chars().filter(|c| acts(*c)).collect();
    assert!(alive.is_empty(), "{verb} {form}: {alive:?}");
    match form {
        "html" | "slides" => {
            for alive in ["<script", "<img", "<b>", "href=\"javascript", "href=\"http", "onerror=alert(1)>"] {
                assert!(!text.contains(alive), "{verb} {form}: {alive}");
            }
        }
        "md" => {
            // Proof is exact, in fences.
            let outside: String = text.split("```").step_by(2).collect();
            let outside = outside.replace("\\]", "");
            assert!(!outside.contains("](") && !outside.contains('<'), "{verb} {form}: {outside}");
        }
        "csv" | "timeline" => {
            for cell in text.split(['\n', ',']) {
                let cell = cell.trim_start_matches('"');
                assert!(!cell.starts_with(['=', '+', '@', '\t']), "{verb} {form}: {cell}");
            }
        }
        "json" | "navigator" | "stix" | "sarif" | "misp" if verb != "rules check" && verb != "rules list" => {
            serde_json::from_str::<serde_json::Value>(text).expect("one document");
        }
        "ndjson" | "ocsf" | "timeline-jsonl" => {
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).expect("one object a line");
            }
        }
        _ => {}
    }
}

#[test]
fn each_form_of_each_verb_is_inert_or_refused_by_name() {
    let poison = Poison::new();
    for (verb, arguments, forms) in poison.verbs() {
        for form in FORMS {
            let mut arguments = arguments.clone();
            arguments.extend(["--format", form, "--now", NOW, "--color", "never"]);
            let file = poison.folder.path().join("page.pdf");
            if BINARY.contains(&form) && forms.contains(&form) {
                let path = file.display().to_string();
                let run: Run = outpace(&[&arguments[..], &["--out", &path]].concat());
                assert_eq!((run.code, run.out.as_str()), (0, ""), "{verb} {form}: {}", run.err);
                assert!(std::fs::read(&file).expect("a file").starts_with(b"%PDF"));
                continue;
            }
            let run: Run = outpace(&arguments);
            assert!(!run.err.chars().any(acts), "{verb} {form}: {:?}", run.err);
            if forms.contains(&form) {
                assert_eq!(run.code, 0, "{verb} {form}: {}", run.err);
                // Nothing is found against the earlier answer, so forms of findings have no line.
                let may_be_empty = verb == "hunt --baseline";
                assert!(may_be_empty || !run.out.is_empty(), "{verb} {form}");
                assert_inert(verb, form, &run.out);
            } else if (verb, form) == ("publish", "pdf") {
                // It has the form, and not for standard output.
                assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb} {form}");
                assert!(run.err.contains("a PDF is no text for standard output"), "{}", run.err);
            } else {
                assert_eq!((run.code, run.out.as_str()), (2, ""), "{verb} {form}");
                let name = verb.split(" --baseline").next().unwrap_or_default();
                let named = format!("`{name}` has no form {form}");
                assert!(
                    run.err.contains(&named) && run.err.contains("help: give one of table"),
                    "{}",
                    run.err
                );
            }
        }
    }
    drop(poison.folder);
}

#[test]
fn every_verb_and_every_form_of_the_program_is_in_the_table() {
    let poison = Poison::new();
    let words = |verb: &str| {
        verb.split(' ').take(if verb.starts_with("rules") { 2 } else { 1 }).collect::<Vec<_>>().join(" ")
    };
    let mut known: BTreeSet<String> = poison.verbs().iter().map(|(verb, ..)| words(verb)).collect();
    known.extend(OWN_WORDS.map(str::to_owned));
    let listed = |arguments: &[&str], before: &str| -> BTreeSet<String> {
        let help = outpace(arguments).out;
        let list = help
            .split_once("Commands:\n")
            .expect("commands")
            .1
            .split("\n\n")
            .next()
            .expect("a list")
            .to_owned();
        let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        names
            .filter_map(|line| line.split_whitespace().next())
            .map(|name| format!("{before}{name}"))
            .collect()
    };
    let mut verbs = listed(&["help"], "");
    assert!(verbs.remove("rules"));
    verbs.extend(listed(&["help", "rules"], "rules ").into_iter().filter(|name| name != "rules help"));
    assert_eq!(verbs, known);
    let refused = outpace(&["demo", "--format", "?"]).err;
    let forms =
        refused.split_once("possible values: ").expect("the forms").1.split(']').next().expect("closed");
    assert_eq!(forms.split(", ").collect::<BTreeSet<_>>(), FORMS.into_iter().collect());
}

#[test]
fn what_a_memory_says_of_work_and_of_what_is_taken_back_is_inert() {
    let poison = Poison::new();
    let at = |line: &[&str]| {
        outpace(&[line, &["--home", &poison.home, "--now", NOW, "--color", "never"]].concat())
    };
    let id = at(&["status", "--format", "ndjson"]).out;
    let id: serde_json::Value = serde_json::from_str(id.lines().next().expect("a finding")).expect("JSON");
    let note = "\u{1b}]0;owned\u{7}\u{202e}<script>";
    let run = at(&[
        "triage",
        id["id"].as_str().expect("id"),
        "--state",
        "in-work",
        "--owner",
        note,
        "--note",
        note,
    ]);
    assert!(run.code == 0 && !run.err.chars().any(acts), "{:?}", run.err);
    assert_inert("triage", "table", &at(&["triage"]).out);
    assert_inert("status", "table", &at(&["status"]).out);
    let run = at(&["forget", &poison.advisory]);
    assert!(run.code == 0 && !run.out.is_empty(), "{}", run.err);
    assert_inert("forget", "table", &run.out);
    let missing = at(&["forget", note]);
    assert!(missing.code == 2 && !missing.err.chars().any(acts), "{:?}", missing.err);
}

#[test]
fn a_window_is_typed_as_people_do_and_must_have_time_in_it() {
    let poison = Poison::new();
    let hunt = |more: &[&str]| {
        let mut arguments =
            vec!["hunt", &poison.log, "--intel", &poison.advisory, "--now", NOW, "--format", "ndjson"];
        arguments.extend(more);
        outpace(&arguments)
    };
    for window in [["--since", "-30d"], ["--since", "2026-06-12"], ["--until", "yesterday"]] {
        let run = hunt(&window);
        assert!(run.code == 0 && !run.out.is_empty(), "{window:?}: {}", run.err);
    }
    let run = hunt(&["--since", "yesterday", "--until", "-7d"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("the window has no time in it") && run.err.contains("help:"), "{}", run.err);
    let run = hunt(&["--since", "yesterday"]);
    assert!(run.out.is_empty() && run.err.contains("no events in the window"), "{}", run.err);
    assert!(hunt(&["--since", "yesterday", "--quiet"]).err.is_empty());
    let run = outpace(&["hunt", &poison.log, "--now", NOW, "--since", "yesterday", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let (log, not_seen) = (&answer["documents"][0], answer["not_seen"].to_string());
    let (first, last) = (log["first"].as_str().expect("a time"), log["last"].as_str().expect("a time"));
    let said = format!(
        "no events in the window of --since and --until: the records that were read are from {first} to {last}"
    );
    assert!(not_seen.contains(&said) && !not_seen.contains("no logs were read"), "{not_seen}");
}

#[test]
fn a_list_that_took_the_paths_is_named() {
    let poison = Poison::new();
    // Without an advisory a check asks about all that is known, so the run goes on; but it says where the path went.
    let run = outpace(&["check", "--estate", &poison.devices, &poison.advisory]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("help: --estate takes every path that follows it"), "{}", run.err);
    assert!(run.out.replace('\n', " ").contains("1 of 2 inventory files was not read"), "{}", run.out);
    let run = outpace(&["check", "--rules", &poison.rules, &poison.advisory]);
    assert!(
        run.code == 2 && run.err.contains("help: --rules takes every path that follows it"),
        "{}",
        run.err
    );
    assert_eq!(outpace(&["check", "--estate", &poison.devices, "--quiet", "--", &poison.advisory]).code, 0);
}

#[test]
fn quiet_leaves_nothing_on_standard_error_but_errors() {
    let poison = Poison::new();
    for (verb, arguments, _) in poison.verbs() {
        let run = |more: &[&str]| {
            let mut arguments = arguments.clone();
            arguments.extend(["--now", NOW]);
            arguments.extend(more);
            outpace(&arguments)
        };
        let quiet = run(&["-q"]);
        assert_eq!((quiet.code, quiet.err.as_str()), (0, ""), "{verb}");
        let refused = run(&["-q", "--format", "misp"]);
        assert!(refused.code == 0 || refused.err.starts_with("error: "), "{verb}: {}", refused.err);
    }
    assert!(
        !poison.verbs().iter().all(|(_, arguments, _)| outpace(arguments).err.is_empty()),
        "nothing is silenced"
    );
    assert_eq!(outpace(&["demo", "-q"]).err, "");
}
