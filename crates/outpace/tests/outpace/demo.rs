//! `outpace demo` finds the story of `demo/STORY.md` in the logs, and the README shows its output unchanged.

use crate::program::{Folder, findings, outpace};
use std::io::Read as _;
use std::path::Path;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");

/// The first fenced block after the words.
fn fenced(text: &str, after: &str) -> String {
    let rest = text.split_once(after).expect("the words are in the README").1;
    let block = rest.split_once("```").expect("a fence").1;
    let block = block.split_once('\n').expect("a first line").1;
    block.split_once("```").expect("a closing fence").0.to_owned()
}

#[test]
fn the_transcript_of_the_readme_is_what_the_demo_says() {
    let run = outpace(&["demo"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let readme = std::fs::read_to_string(README).expect("README.md");
    let shown = fenced(&readme, "What `cargo run --release -- demo` says");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(README, readme.replace(&shown, &run.out)).expect("README.md is written");
        return;
    }
    assert!(shown == run.out, "UPDATE_EXPECT=1 writes it; read it then:\n{}", run.out);
}

#[test]
fn the_demo_fits_on_a_terminal() {
    let run = outpace(&["demo"]);
    // Fifty lines, eight for what the advisory asks, at most twenty where what to do first is long.
    assert!(run.out.lines().count() <= 78, "{} lines", run.out.lines().count());
    assert!(run.out.lines().all(|line| line.chars().count() <= 80));
    // Headline, what to do first and what the advisory asks: a screen without scrolling.
    let details = run.out.lines().position(|line| line.starts_with("HIT")).expect("details");
    assert!(details <= 50, "{details} lines before the details");
}

#[test]
fn the_intrusion_is_one_story_over_its_machines_and_nothing_innocent_is_in_it() {
    let run = outpace(&["demo", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let stories = answer["stories"].as_array().expect("stories");
    let hosts: Vec<&str> =
        stories[0]["hosts"].as_array().expect("hosts").iter().filter_map(|host| host.as_str()).collect();
    assert_eq!(hosts, ["portal-1", "dc-1", "files-2", "files-3", "203.0.113.77"]);
    assert!(stories[0]["steps"].as_array().expect("steps").len() >= 10);
    for innocent in ["jump-1", "backup-1", "wiki-1", "mail-1"] {
        assert!(!hosts.contains(&innocent));
    }
}

/// The demo's logs without the lines of the intrusion, below a folder.
fn innocent_logs(kept: &Path) {
    let places = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/demo-intrusion.txt");
    let places = std::fs::read_to_string(places).expect("the places of the intrusion");
    let mut removed = 0;
    for line in places.lines() {
        let (name, runs) = line.split_once(": ").expect("a log and its lines");
        let packed = kept.join("logs").join(format!("{name}.gz"));
        let mut text = String::new();
        let file = std::fs::File::open(&packed).expect("a log of the demo");
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("text");
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let runs: Vec<(usize, usize)> = runs
            .split(' ')
            .map(|run| run.split_once('-').unwrap_or((run, run)))
            .map(|(first, last)| (number(first), number(last)))
            .collect();
        let is_kept = |place: usize| !runs.iter().any(|(first, last)| (*first..=*last).contains(&place));
        let lines: Vec<&str> =
            text.lines().zip(1..).filter(|(_, n)| is_kept(*n)).map(|(line, _)| line).collect();
        removed += text.lines().count() - lines.len();
        std::fs::write(kept.join("logs").join(name), lines.join("\n") + "\n").expect("written");
        std::fs::remove_file(packed).expect("removed");
    }
    assert_eq!(removed, 277);
}

#[test]
fn without_the_intrusion_there_is_no_story_and_no_hit_above_low() {
    let folder = Folder::new();
    let kept = folder.path().join("kept");
    assert_eq!(outpace(&["demo", "--keep", &kept.display().to_string()]).code, 0);
    let path = |name: &str| kept.join("demo").join(name).display().to_string();
    let hits = || -> Vec<(String, String)> {
        let run = outpace(&[
            "check",
            &path("advisory.md"),
            "--estate",
            &path("estate"),
            "--logs",
            &path("logs"),
            "--knowledge",
            &path("knowledge"),
            &path("collections"),
            "--now",
            "2026-07-01T06:00:00Z",
            "--format",
            "ndjson",
        ]);
        let found = findings(&run);
        let hits = found.iter().filter(|one| one["kind"] == "chain" || one["kind"] == "sighting");
        let grave = hits.filter(|one| !["low", "informational"].iter().any(|low| one["severity"] == *low));
        grave.map(|one| (one["kind"].to_string(), one["title"].to_string())).collect()
    };
    assert!(hits().len() > 10, "{:?}", hits());
    innocent_logs(&kept.join("demo"));
    assert_eq!(hits(), []);
}

/// The story as one block, then what others reported, then flaws and gaps: each line is complete.
#[test]
fn what_to_do_first_is_ten_lines_and_each_names_all_it_is_about() {
    let run = outpace(&["demo", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let first = answer["first"].as_array().expect("lines");
    let lines: Vec<&str> = first.iter().filter_map(|line| line["what"].as_str()).collect();
    let expected: [&[&str]; 10] = [
        &["portal-1: keep memory and disk"],
        &["svc-backup", "svc-crane", "svc-portal", "svc-print", "svc-sql"],
        &["203[.]0[.]113[.]45", "203[.]0[.]113[.]61", "203[.]0[.]113[.]77", "cdn-tidewatch[.]example"],
        &["rule 80 of fw-1"],
        &["examine dc-1, files-2 and files-3"],
        &["j.hallam: change the password"],
        &["rtr-gate-1", "sinkhole"],
        &["mail-1:", "15.2.1544.004 or later", "wiki-1:", "8.5.4 or later"],
        &["fw-1: move FortiOS to a supported release, after 7.0.13"],
        &["require a second factor for adm-k.marsh, adm-r.doyle, adm-vendor-crane and 1 more"],
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, parts) in lines.iter().zip(expected) {
        assert!(parts.iter().all(|part| line.contains(part)), "{line}: {parts:?}");
    }
}

#[test]
fn the_slip_of_the_advisory_is_reported_and_not_believed() {
    let run = outpace(&["demo", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let slips = answer["slips"].as_array().expect("slips");
    assert!(
        slips.iter().any(|slip| slip.as_str().is_some_and(|slip| slip.contains("CVE-2021-31207"))),
        "{slips:?}"
    );
}

#[test]
fn one_and_two_threads_say_the_same_to_the_byte() {
    for format in ["table", "json", "ndjson", "csv", "md", "html"] {
        let [one, two] =
            ["1", "2"].map(|threads| outpace(&["demo", "--threads", threads, "--format", format]).out);
        assert!(one == two, "{format}");
        assert!(!one.is_empty());
    }
}

#[test]
fn kept_files_give_the_same_answer_as_the_built_in_ones() {
    let folder = Folder::new();
    let kept = folder.path().join("kept");
    let shown = kept.display().to_string();
    let built_in = outpace(&["demo", "--keep", &shown, "--format", "ndjson"]);
    let path = |name: &str| kept.join("demo").join(name).display().to_string();
    let again = outpace(&[
        "check",
        &path("advisory.md"),
        "--estate",
        &path("estate"),
        "--logs",
        &path("logs"),
        "--knowledge",
        &path("knowledge"),
        &path("collections"),
        "--now",
        "2026-07-01T06:00:00Z",
        "--format",
        "ndjson",
    ]);
    let ids = |run| -> Vec<String> { findings(run).iter().map(|f| f["id"].to_string()).collect() };
    assert_eq!(ids(&again), ids(&built_in), "{}", again.err);
}

#[test]
fn a_saved_finding_is_explained_from_both_sides() {
    let folder = Folder::new();
    let saved = folder.path().join("last.ndjson").display().to_string();
    let run = outpace(&["demo", "--save", &saved, "--format", "ndjson"]);
    let exposure =
        findings(&run).into_iter().find(|finding| finding["kind"] == "exposure").expect("an exposure");
    let id = exposure["id"].as_str().expect("id");
    let explained = outpace(&["explain", "--in", &saved, &id[..22]]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert!(explained.out.contains(id));
    for evidence in exposure["evidence"].as_array().expect("evidence") {
        let source = evidence["source"].as_str().expect("source");
        let name = source.rsplit('/').next().expect("a name");
        assert!(explained.out.replace('\n', "").contains(name), "{source} is missing in\n{}", explained.out);
    }
    let nobody = outpace(&["explain", "--in", &saved, "finding--zzzz"]);
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.contains("help:"), "{}", nobody.err);
}

#[test]
fn exit_codes_are_those_of_the_manual() {
    assert_eq!(outpace(&["demo", "--fail-on", "critical"]).code, 1);
    assert_eq!(outpace(&["demo", "--fail-on", "nonsense"]).code, 2);
    assert_eq!(outpace(&["demo", "--strict"]).code, 0, "the demo's files are without fault");
    assert_eq!(outpace(&["--version"]).code, 0);
    assert_eq!(outpace(&["completions", "bash"]).code, 0);
    assert!(outpace(&["man"]).out.contains(".TH outpace"));
}
