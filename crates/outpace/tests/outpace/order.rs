//! The law from outside: files shuffled, split, repeated; the same findings with the same identifiers.

use crate::program::{ADVISORY, Folder, NOW, Run, findings, outpace};
use std::path::{Path, PathBuf};

fn line(n: u64) -> String {
    let address =
        if n.is_multiple_of(7) { "203.0.113.77".to_owned() } else { format!("10.20.3.{}", n % 200) };
    let (minute, second) = (n / 60 % 60, n % 60);
    format!(
        "{address} - - [12/Jun/2026:03:{minute:02}:{second:02} +0000] \"GET /a{n} HTTP/1.1\" 200 5 \"-\" \"-\"\n"
    )
}

/// The identifiers of the sightings, and what they say of the events.
fn sightings(folder: &Folder, logs: &[&str], threads: &str) -> Vec<String> {
    let advisory = folder.file("advisory.md", ADVISORY).display().to_string();
    let mut arguments =
        vec!["check", &advisory, "--now", NOW, "--format", "ndjson", "--threads", threads, "--logs"];
    arguments.extend(logs);
    let run = outpace(&arguments);
    let found = findings(&run).into_iter().filter(|finding| finding["kind"] == "sighting");
    let mut lines: Vec<String> = found
        .map(|f| format!("{} {} {} {}", f["intel"]["id"], f["count"], f["first_seen"], f["last_seen"]))
        .collect();
    lines.sort();
    lines
}

#[test]
fn split_shuffled_and_repeated_logs_give_the_same_findings() {
    let folder = Folder::new();
    let lines: Vec<String> = (0..3000).map(line).collect();
    // The files name no machine, so each would be a machine of its own: a folder that names one holds them.
    let devices = folder.file("devices.csv", "name,zone,role\nweb-1,dmz,server\n").display().to_string();
    let whole = folder.file("web-1/access.log", lines.concat()).display().to_string();
    let mut shuffled = lines.clone();
    shuffled
        .sort_by_key(|line| line.bytes().fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b))));
    let (left, right) = shuffled.split_at(1100);
    let left = folder.file("split/web-1/a.log", left.concat()).display().to_string();
    let right = folder.file("split/web-1/b.log", right.concat()).display().to_string();
    let estate = ["--estate", &devices];
    let of = |logs: &[&str], threads| {
        let mut all = logs.to_vec();
        all.extend(estate);
        sightings(&folder, &all, threads)
    };
    let expected = of(&[&whole], "1");
    assert_eq!(expected.len(), 1);
    assert!(expected[0].contains(" 429 "), "{expected:?}");
    assert_eq!(of(&[&right, &left], "1"), expected);
    assert_eq!(of(&[&left, &right, &left, &whole], "2"), expected);
}

/// The demo's files on disk; their folder.
fn demo(folder: &Folder) -> PathBuf {
    let kept = folder.path().join("kept");
    let run = outpace(&["demo", "--keep", &kept.display().to_string(), "-q"]);
    assert_eq!(run.code, 0, "{}", run.err);
    kept.join("demo")
}

/// The files of a folder and of the folders in it.
fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
    out.sort();
}

fn asked(demo: &Path, [estate, knowledge, logs]: [&[PathBuf]; 3], more: &[&str]) -> Run {
    let shown = |path: &PathBuf| path.display().to_string();
    let mut arguments = vec!["check".to_owned(), shown(&demo.join("advisory.md"))];
    for (flag, paths) in [("--estate", estate), ("--knowledge", knowledge), ("--logs", logs)] {
        arguments.push(flag.to_owned());
        arguments.extend(paths.iter().map(shown));
    }
    arguments.extend(["--now", NOW, "--format", "json"].iter().chain(more).map(|text| (*text).to_owned()));
    let run = outpace(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

#[test]
fn documents_in_any_order_on_any_number_of_threads_give_the_same_bytes() {
    let folder = Folder::new();
    let demo = demo(&folder);
    let [mut estate, mut knowledge, mut logs] = [vec![], vec![], vec![]];
    files(&demo.join("estate"), &mut estate);
    files(&demo.join("knowledge"), &mut knowledge);
    files(&demo.join("collections"), &mut knowledge);
    files(&demo.join("logs"), &mut logs);
    assert!(estate.len() > 10 && knowledge.len() > 5 && logs.len() > 10, "the demo has files to reorder");
    let expected = asked(&demo, [&estate, &knowledge, &logs], &["--threads", "1"]).out;
    assert!(expected.len() > 100_000, "the demo has much to say");
    assert!(asked(&demo, [&estate, &knowledge, &logs], &["--threads", "4"]).out == expected, "threads");
    estate.reverse();
    knowledge.rotate_left(3);
    assert!(asked(&demo, [&estate, &knowledge, &logs], &["--threads", "4"]).out == expected, "order");
    knowledge.reverse();
    logs.reverse();
    assert!(asked(&demo, [&estate, &knowledge, &logs], &["--threads", "1"]).out == expected, "order of logs");
}

#[test]
fn one_folder_for_every_part_gives_what_a_folder_for_each_gives() {
    let folder = Folder::new();
    let demo = demo(&folder);
    let within = |name: &str| demo.join(name);
    let apart = asked(
        &demo,
        [&[within("estate")], &[within("knowledge"), within("collections")], &[within("logs")]],
        &[],
    );
    // Beside the four folders there is the advisory: it is no part of ours, of knowledge or of logs.
    let whole = folder.path().join("whole");
    std::fs::create_dir(&whole).expect("made");
    for name in ["estate", "knowledge", "collections", "logs"] {
        std::fs::rename(within(name), whole.join(name)).expect("moved");
    }
    let whole = [whole];
    let together = asked(&demo, [&whole, &whole, &whole], &[]);
    let answer = |run: &Run| -> serde_json::Value { serde_json::from_str(&run.out).expect("JSON") };
    let (apart, together) = (answer(&apart), answer(&together));
    // Evidence names the files where they are, so what is compared is what a finding is, not where its proof lies.
    let ids = |answer: &serde_json::Value| -> Vec<String> {
        let list = answer["findings"].as_array().expect("findings").iter();
        list.map(|f| format!("{} {} {} {}", f["id"], f["count"], f["severity"], f["title"])).collect()
    };
    assert!(ids(&apart).len() > 50);
    assert_eq!(ids(&together), ids(&apart));
    for part in ["looked_at", "checks", "cannot_tell", "race", "not_seen"] {
        assert_eq!(together[part], apart[part], "{part}");
    }
}
