//! `--baseline`: what is new, changed and gone since an earlier run, and what is no earlier run.

use crate::program::{Folder, LOG, NOW, Run, outpace};
use serde_json::Value;
use std::path::Path;

/// A hunt for two addresses over a log, with further arguments.
fn hunt(log: &Path, more: &[&str]) -> Run {
    let log = log.display().to_string();
    let mut arguments = vec!["hunt", &log, "--indicator", "203.0.113.77", "--indicator", "203.0.113.78"];
    arguments.extend(["--no-built-in-rules", "--now", NOW]);
    arguments.extend(more);
    outpace(&arguments)
}

/// The saved answer of a hunt over this text.
fn saved(folder: &Folder, text: &str) -> String {
    let path = folder.path().join("saved.ndjson").display().to_string();
    let run = hunt(&folder.file("earlier.log", text), &["--save", &path]);
    assert_eq!(run.code, 0, "{}", run.err);
    path
}

fn baseline(run: &Run) -> Value {
    let answer: Value = serde_json::from_str(&run.out).expect("JSON");
    answer["baseline"].clone()
}

/// Title and reasons of each difference.
fn listed(baseline: &Value, list: &str) -> Vec<String> {
    let rows = baseline[list].as_array().expect("a list");
    let why = |row: &Value| row["why"].as_array().expect("a list").iter().map(ToString::to_string).collect();
    let titles = rows.iter().map(|row| (row["title"].as_str().expect("a title").to_owned(), why(row)));
    titles.map(|(title, why): (String, Vec<String>)| format!("{title} {}", why.join(" "))).collect()
}

const OTHER: &str = "203.0.113.78 - - [12/Jun/2026:04:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\n";

#[test]
fn what_is_new_and_what_is_gone_since_an_earlier_run() {
    let folder = Folder::new();
    let earlier = saved(&folder, LOG);
    let now = folder.file("now.log", OTHER);
    let run = hunt(&now, &["--baseline", &earlier, "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let baseline = baseline(&run);
    assert_eq!(listed(&baseline, "new"), ["indicator 203[.]0[.]113[.]78 "]);
    assert!(listed(&baseline, "changed").is_empty());
    assert_eq!(
        listed(&baseline, "gone"),
        ["indicator 203[.]0[.]113[.]77 \"it ended before the first record of this run\""]
    );
    assert_eq!((&baseline["asked"], &baseline["gone_unread_count"]), (&NOW.into(), &1.into()));
    let row = &baseline["new"][0];
    assert!(row["severity"]["before"].is_null() && row["severity"]["now"] == "low", "{row}");
    assert!(row["id"].as_str().is_some_and(|id| id.starts_with("finding--")), "{row}");
    let table = hunt(&now, &["--baseline", &earlier]);
    for line in [
        "SINCE 1 Jul 06:00: 1 new · 0 changed · 1 gone",
        "new low indicator",
        "gone low it ended before",
        "of what is gone, 1 is outside of what this run read",
    ] {
        // Columns give way to each other; the words stay.
        let words: Vec<&str> = table.out.split_whitespace().collect();
        assert!(words.join(" ").contains(line), "{line}\n{}", table.out);
    }
}

#[test]
fn a_sighting_after_a_pause_of_more_than_a_week_is_active_again() {
    let folder = Folder::new();
    let earlier = saved(&folder, LOG);
    let again = LOG.replace("12/Jun", "24/Jun");
    let now = folder.file("earlier.log", format!("{LOG}{again}"));
    let run = hunt(&now, &["--baseline", &earlier, "--format", "json"]);
    assert_eq!(
        listed(&baseline(&run), "changed"),
        ["indicator 203[.]0[.]113[.]77 \"active again; it was quiet since 2026-06-12T03:14:16Z\""]
    );
    assert_eq!(hunt(&now, &["--baseline", &earlier, "--fail-on", "new", "-q"]).code, 1);
}

#[test]
fn a_job_at_night_fails_on_what_is_new_and_is_silent_otherwise() {
    let folder = Folder::new();
    let earlier = saved(&folder, LOG);
    let log = folder.path().join("earlier.log");
    let code = |log: &Path, bar: &str| {
        let run = hunt(log, &["--baseline", &earlier, "--fail-on", bar, "-q"]);
        assert!(run.err.is_empty(), "{}", run.err);
        run.code
    };
    assert_eq!([code(&log, "low"), code(&log, "new"), code(&log, "new:low")], [1, 0, 0]);
    let more = folder.file("earlier.log", format!("{LOG}{OTHER}"));
    assert_eq!([code(&more, "new"), code(&more, "new:low"), code(&more, "new:medium")], [1, 1, 0]);
    let without = hunt(&log, &["--fail-on", "new", "-q"]);
    assert_eq!(without.code, 2);
    assert!(
        without.err.contains("needs an earlier answer") && without.err.contains("--baseline"),
        "{}",
        without.err
    );
}

#[test]
fn exposures_and_gaps_are_compared_in_every_form_that_holds_them() {
    let folder = Folder::new();
    let saved = folder.path().join("saved.ndjson").display().to_string();
    let first = outpace(&["demo", "--format", "json", "--save", &saved]);
    let document = folder.file("saved.json", &first.out).display().to_string();
    for earlier in [&saved, &document] {
        let run = outpace(&["demo", "--baseline", earlier, "--format", "json", "--fail-on", "new"]);
        assert_eq!(run.code, 0, "{}", run.err);
        let baseline = baseline(&run);
        assert_eq!(baseline["notes"], serde_json::json!([]), "a file that shows its end needs no warning");
        for list in ["new", "changed", "gone"] {
            assert!(listed(&baseline, list).is_empty(), "{list} since {earlier}: {baseline}");
        }
    }
    // An exposure and a gap that are not among the earlier ones are new.
    let all = std::fs::read_to_string(&saved).expect("saved");
    let all: String = all.lines().skip(1).map(|line| format!("{line}\n")).collect();
    let some: String =
        all.lines().filter(|line| !is_exposure_or_gap(line)).map(|line| format!("{line}\n")).collect();
    let left_out = all.lines().filter(|line| is_exposure_or_gap(line)).count();
    let earlier = folder.file("some.ndjson", some).display().to_string();
    let run = outpace(&["demo", "--baseline", &earlier, "--format", "json"]);
    assert_eq!(baseline(&run)["new_count"], left_out);
    let notes = baseline(&run)["notes"].to_string();
    assert!(notes.contains("bare lines") && notes.contains("--save writes a file that shows it"), "{notes}");
    assert!(left_out > 50);
    // A hunt asks less: it does not say that the rest is gone.
    let earlier = folder.file("all.ndjson", all).display().to_string();
    let run = hunt(&folder.file("now.log", LOG), &["--baseline", &earlier, "--format", "json"]);
    let notes = baseline(&run)["notes"].to_string();
    assert!(notes.contains("of questions that this run does not ask"), "{notes}");
}

#[test]
fn bare_lines_that_lost_sightings_of_a_story_are_refused() {
    let folder = Folder::new();
    let lines = outpace(&["demo", "--format", "ndjson"]).out;
    let whole = folder.file("whole.ndjson", &lines).display().to_string();
    assert_eq!(outpace(&["demo", "--baseline", &whole, "--fail-on", "new", "-q"]).code, 0);
    let head: String = lines.lines().take(3).map(|line| format!("{line}\n")).collect();
    let cut = folder.file("cut.ndjson", head).display().to_string();
    let run = outpace(&["demo", "--baseline", &cut]);
    assert_eq!((run.code, &*run.out), (2, ""), "{}", run.err);
    assert!(run.err.contains("cut.ndjson") && run.err.contains("its stories name"), "{}", run.err);
    assert!(run.err.contains("help: it is cut off"), "{}", run.err);
}

#[test]
fn the_page_and_the_ticket_have_what_changed_since() {
    let folder = Folder::new();
    let earlier = saved(&folder, LOG);
    let now = folder.file("now.log", OTHER);
    for (form, texts) in [
        (
            "html",
            ["id=\"since\"", "1 new, 0 changed, 1 gone", "it ended before the first record of this run"],
        ),
        (
            "md",
            [
                "## Since an earlier run",
                "1 new, 0 changed, 1 gone",
                "it ended before the first record of this run",
            ],
        ),
    ] {
        let run = hunt(&now, &["--baseline", &earlier, "--format", form]);
        for text in texts {
            assert!(run.out.contains(text), "{form}: {text}\n{}", run.out);
        }
        assert!(!hunt(&now, &["--format", form]).out.contains("an earlier run"));
    }
    let short = hunt(&now, &["--baseline", &earlier, "--format", "html", "--short"]);
    assert!(short.out.contains("id=\"since\""), "{}{}", short.out, short.err);
}

fn is_exposure_or_gap(line: &str) -> bool {
    line.starts_with("{\"kind\":\"exposure\"") || line.starts_with("{\"kind\":\"gap\"")
}

#[test]
fn what_is_no_whole_saved_answer_ends_the_run_before_it_reads() {
    let folder = Folder::new();
    let earlier = saved(&folder, &format!("{LOG}{OTHER}"));
    let whole = std::fs::read_to_string(&earlier).expect("saved");
    let log = folder.file("now.log", LOG);
    let first_lines: String = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    let lines: Vec<&str> = whole.lines().collect();
    let twice = [lines[0], lines[1], lines[1], ""].join("\n");
    for (name, text, says) in [
        ("between.ndjson", &*first_lines, "its head names 2 findings, and it holds 1"),
        ("within.ndjson", &whole[..whole.len() - 40], "line 3: the last line has no end"),
        ("empty.ndjson", "", "it is empty"),
        ("log.ndjson", LOG, "this is no saved answer"),
        ("version.ndjson", "{\"saved\":{\"version\":9}}\n", "it is of version 9 of the form"),
        ("other.json", "{\"a\": 1}\n", "this JSON holds no `findings`"),
        ("twice.ndjson", &twice, "line 3: this finding is there twice"),
    ] {
        let path = folder.file(name, text).display().to_string();
        let run = hunt(&log, &["--baseline", &path]);
        assert_eq!(run.code, 2, "{name}: {}", run.out);
        assert!(run.err.contains(name) && run.err.contains(says) && run.err.contains("help:"), "{}", run.err);
        assert!(run.out.is_empty(), "{name}: nothing on stdout but data");
    }
    let missing = hunt(&log, &["--baseline", "nowhere.ndjson"]);
    assert!(missing.code == 2 && missing.err.contains("cannot read nowhere.ndjson"), "{}", missing.err);
    let itself = hunt(&log, &["--baseline", &earlier, "--save", &earlier]);
    assert!(itself.code == 2 && itself.err.contains("it is an input of this run"), "{}", itself.err);
}
