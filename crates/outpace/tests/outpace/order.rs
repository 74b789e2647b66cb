//! The law from outside: files shuffled, split, repeated; the same findings with the same identifiers.

use crate::program::{ADVISORY, Folder, NOW, findings, outpace};

fn line(n: u64) -> String {
    let address =
        if n.is_multiple_of(7) { "203.0.113.77".to_owned() } else { format!("10.20.3.{}", n % 200) };
    let (minute, second) = (n / 60 % 60, n % 60);
    format!(
        "{address} - - [12/Jun/2026:03:{minute:02}:{second:02} +0000] \"GET /a{n} HTTP/1.1\" 200 5 \"-\" \"-\"\n"
    )
}

/// What identifies the findings, and what they say of the events.
fn told(folder: &Folder, logs: &[&str], threads: &str) -> Vec<String> {
    let advisory = folder.file("advisory.md", ADVISORY).display().to_string();
    let mut arguments =
        vec!["check", &advisory, "--now", NOW, "--format", "ndjson", "--threads", threads, "--logs"];
    arguments.extend(logs);
    let run = outpace(&arguments);
    let sightings = findings(&run).into_iter().filter(|finding| finding["kind"] == "sighting");
    let mut told: Vec<String> = sightings
        .map(|f| format!("{} {} {} {}", f["intel"]["id"], f["count"], f["first_seen"], f["last_seen"]))
        .collect();
    told.sort();
    told
}

#[test]
fn split_shuffled_and_repeated_logs_tell_the_same() {
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
        told(&folder, &all, threads)
    };
    let expected = of(&[&whole], "1");
    assert_eq!(expected.len(), 1);
    assert!(expected[0].contains(" 429 "), "{expected:?}");
    assert_eq!(of(&[&right, &left], "1"), expected);
    assert_eq!(of(&[&left, &right, &left, &whole], "2"), expected);
}
