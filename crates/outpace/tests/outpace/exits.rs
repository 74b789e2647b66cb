//! Exit codes over all verbs: 0 done, 1 a finding that is grave enough, 2 not done, 3 faulty parts with `--strict`;
//! 2 goes before 3 and 3 before 1. And what is nobody's green: a run that could judge nothing of ours.

use crate::program::{ADVISORY, Folder, LOG, NOW, Run, outpace};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const INVENTORY: &str = "host,name,version\napp-1,log4j-core,2.14.1\n";
const RECORD: &str = "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2021-44228\",\
    \"state\":\"PUBLISHED\",\"datePublished\":\"2026-05-01T00:00:00Z\"},\"containers\":{\"cna\":{\"affected\":[{\
    \"vendor\":\"Apache\",\"product\":\"log4j-core\",\"defaultStatus\":\"unaffected\",\"versions\":[{\"version\":\
    \"2.0.0\",\"lessThanOrEqual\":\"2.14.1\",\"versionType\":\"semver\",\"status\":\"affected\"}]}]}}}\n";
const RULE: &str = "title: Berth asked\nid: 11111111-0000-4000-8000-000000000001\nlogsource: {category: webserver}\n\
    detection:\n  s:\n    cs-uri-stem: /berth\n  condition: s\nlevel: low\n";

/// Files of every kind, good and bad.
fn files() -> Folder {
    let folder = Folder::new();
    for (name, text) in [
        ("advisory.md", ADVISORY),
        ("news.md", "# News\n\nThe crane is painted.\n"),
        ("good.log", LOG),
        (
            "cut.jsonl",
            "{\"EventID\": 1, \"Channel\": \"Security\", \"Computer\": \"a\"}\n{\"EventID\": 4688, \"Chan",
        ),
        ("empty.log", ""),
        ("inventory.csv", INVENTORY),
        ("cve.jsonl", RECORD),
        ("rule.yml", RULE),
        ("broken.yml", "title: [\n"),
        ("report.md", crate::publish::REPORT),
    ] {
        folder.file(name, text);
    }
    std::fs::create_dir(folder.path().join("nothing")).expect("made");
    folder
}

/// Runs in the folder of the files.
fn run(folder: &Folder, line: &str) -> Run {
    let in_folder = |word: &str| {
        let path = folder.path().join(word);
        if path.exists() && !word.starts_with('-') { path.display().to_string() } else { word.to_owned() }
    };
    let mut arguments: Vec<String> = line.split_whitespace().map(in_folder).collect();
    arguments.extend(["--now", NOW].map(str::to_owned));
    outpace(&arguments)
}

/// What is asked, and with which code it ends.
const ASKED: &[(&str, i32)] = &[
    // 0: done, whatever was found.
    ("demo", 0),
    ("check advisory.md --logs good.log", 0),
    ("hunt good.log --rules rule.yml", 0),
    ("hunt good.log cut.jsonl --rules rule.yml", 0),
    ("extract advisory.md", 0),
    ("explain --in saved.ndjson 203.0.113.77", 0),
    ("rules check rule.yml", 0),
    ("rules list", 0),
    ("rules test rule.yml good.log", 0),
    ("completions bash", 0),
    ("man", 0),
    // 1: a finding of the severity or worse; exposures are findings.
    ("demo --fail-on critical", 1),
    ("check advisory.md --logs good.log --fail-on low", 1),
    ("check advisory.md --logs good.log --fail-on high", 0),
    ("check --estate inventory.csv --knowledge cve.jsonl --fail-on medium", 1),
    ("hunt good.log --rules rule.yml --no-built-in-rules --fail-on low", 1),
    ("hunt good.log --rules rule.yml --no-built-in-rules --fail-on medium", 0),
    ("hunt good.log --rules rule.yml --summary logons --fail-on low", 1),
    // 2: could not do what was asked, or nothing readable.
    ("check", 2),
    ("check nowhere.md", 2),
    ("check news.md --logs good.log", 2),
    ("check advisory.md --logs empty.log", 2),
    ("check advisory.md --logs nothing", 2),
    ("check advisory.md --estate nothing", 2),
    ("check advisory.md --knowledge nothing", 2),
    ("check advisory.md --rules broken.yml --format pdf", 2),
    ("check advisory.md --format list", 2),
    ("hunt nowhere.log", 2),
    ("hunt nothing", 2),
    ("hunt good.log --rules nothing", 2),
    ("hunt good.log --tuning nowhere.yml", 2),
    ("hunt good.log --mapping nowhere.yml", 2),
    ("hunt good.log --no-built-in-rules", 2),
    ("hunt good.log --since 2026-06-13 --until 2026-06-12", 2),
    ("hunt good.log --fail-on new", 2),
    ("extract nowhere.md", 2),
    ("explain --in nowhere.ndjson 203", 2),
    ("explain --in good.log 203", 2),
    ("explain --in saved.ndjson nobody", 2),
    ("explain 203.0.113.77 --home nowhere", 2),
    ("search 203.0.113.77 --home nowhere", 2),
    ("story", 2),
    ("story list --home nowhere", 2),
    ("story join 5d0e 81c2 --home nowhere", 2),
    ("story join", 2),
    ("story join 5d0e 81c2 --undo --note x", 2),
    ("story split 5d0e", 2),
    ("story split 5d0e --off a --undo", 2),
    ("story list --format html", 2),
    ("story list --fail-on low", 2),
    ("doctor --reread --home nowhere", 2),
    ("doctor --no-built-in-rules", 2),
    ("publish report.md --home home", 0),
    ("publish report.md --home home --format stix", 0),
    ("publish list --home home", 0),
    ("publish", 2),
    ("publish nowhere.md --home home", 2),
    ("publish news.md --home home", 2),
    ("publish report.md --home nowhere", 2),
    ("publish report.md --home home --format pdf", 2),
    ("publish report.md --home home --format json", 2),
    ("publish report.md --home home --audience clear --cut", 2),
    ("publish report.md --home home --fail-on low", 2),
    ("publish correct R-2 report.md --note why --home home", 2),
    ("publish correct R-1 report.md --home home", 2),
    ("publish withdraw R-2 --note why --home home", 2),
    ("publish list --home nowhere", 2),
    ("publish list --home home --format md", 2),
    ("brief --home nowhere", 2),
    ("brief --week 2026-27", 2),
    ("brief --week 2026-W27 --since 2026-06-01", 2),
    ("brief --until 2026-06-01", 2),
    ("brief --for nobody --home nowhere", 2),
    ("brief --fail-on low", 2),
    ("brief --format csv", 2),
    ("race --home nowhere", 2),
    ("race --zone", 2),
    ("race --fail-on low", 2),
    ("race --json --format md", 2),
    ("status --home nowhere --form handover", 2),
    ("status --form night", 2),
    ("status --form handover --changes", 2),
    ("status --form handover --format json", 2),
    ("search", 2),
    ("search 203.0.113.77 --new night", 2),
    ("search 203.0.113.77 --page 0", 2),
    ("search 203.0.113.77 --fail-on low", 2),
    ("query", 2),
    ("query select --home nowhere", 2),
    ("query select --limit few", 2),
    ("query select --timeout 0", 2),
    ("query select --format html", 2),
    ("query select --fail-on low", 2),
    ("export", 2),
    ("export nothing --home nowhere", 2),
    ("export nothing --format json", 2),
    ("export nothing --fail-on low", 2),
    ("notify", 2),
    ("notify run --home nowhere", 2),
    ("notify run --fail-on low", 2),
    ("notify run --format html", 2),
    ("notify test nobody", 2),
    ("notify outbox --home nowhere", 2),
    ("notify retry 00000000 --home nowhere", 2),
    ("notify release 00000000 --home nowhere", 2),
    ("notify dry-run --since never", 2),
    ("rules check nowhere", 2),
    ("rules test nowhere.yml good.log", 2),
    ("extract advisory.md --fail-on low", 2),
    ("explain --in saved.ndjson 203.0.113.77 --fail-on low", 2),
    ("rules check rule.yml --fail-on low", 2),
    // 3: faulty parts, with --strict.
    ("check advisory.md --logs good.log --strict", 0),
    ("check advisory.md --logs good.log cut.jsonl --strict", 3),
    ("hunt good.log cut.jsonl --rules rule.yml --strict", 3),
    ("rules check rule.yml broken.yml --strict", 3),
    ("explain --in saved.ndjson 203.0.113.77 --strict", 0),
    // 2 before 3 before 1.
    ("check advisory.md --logs good.log cut.jsonl --strict --fail-on low", 3),
    ("hunt good.log cut.jsonl --rules rule.yml --strict --fail-on low", 3),
    ("check advisory.md --logs cut.jsonl good.log --estate nothing --strict --fail-on low", 2),
    ("hunt good.log cut.jsonl --rules nothing --strict --fail-on low", 2),
];

#[test]
fn the_exit_code_of_every_verb() {
    let folder = files();
    let saved = folder.path().join("saved.ndjson").display().to_string();
    assert_eq!(run(&folder, &format!("check advisory.md --logs good.log --save {saved}")).code, 0);
    let home = folder.path().join("home").display().to_string();
    assert_eq!(outpace(&["init", "--home", &home]).code, 0);
    for (line, code) in ASKED {
        let run = run(&folder, line);
        assert_eq!(run.code, *code, "{line}\n{}\n{}", run.out, run.err);
        if *code == 2 {
            assert!(run.err.contains("error:"), "{line}: {}", run.err);
        }
    }
}

#[test]
fn a_run_that_judges_nothing_of_ours_is_not_green() {
    let folder = files();
    for (line, lacking) in [
        (
            "check advisory.md",
            &["no logs were read", "no inventory was read", "no record of vulnerabilities"][..],
        ),
        ("check advisory.md --knowledge cve.jsonl", &["no logs were read", "no inventory was read"]),
        ("check advisory.md --estate inventory.csv", &["no logs were read", "no record of vulnerabilities"]),
        ("check --estate inventory.csv", &["no logs were read", "no record of vulnerabilities"]),
        ("hunt good.log --since 2026-06-20", &["no event of the logs is in the window"]),
    ] {
        assert_eq!(run(&folder, line).code, 0, "{line}: an answer that says what it lacks");
        let run = run(&folder, &format!("{line} --fail-on critical"));
        assert_eq!(run.code, 2, "{line}\n{}", run.err);
        assert!(
            run.err.contains("nothing of ours could be judged") && run.err.contains("help: give"),
            "{}",
            run.err
        );
        for what in lacking {
            assert!(run.err.contains(what), "{line}: {what}\n{}", run.err);
        }
    }
    for line in [
        "check advisory.md --logs good.log",
        "check --logs good.log",
        "check advisory.md --estate inventory.csv --knowledge cve.jsonl",
        "check --estate inventory.csv --knowledge cve.jsonl",
    ] {
        assert_eq!(run(&folder, &format!("{line} --fail-on critical")).code, 0, "{line}");
    }
}

/// Runs with a limit of time, because what is tested here once ran for ever.
#[cfg(unix)]
fn ends(arguments: &[&str], stdin: Stdio) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let started = Instant::now();
    while child.try_wait().expect("it runs").is_none() {
        if started.elapsed() > Duration::from_secs(60) {
            child.kill().expect("it ends");
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().expect("it ended");
    let code = output.status.code();
    assert!(code.is_some(), "{arguments:?} does not end");
    (code.unwrap_or_default(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
#[cfg(unix)]
fn special_files_are_refused_and_what_has_no_end_ends() {
    let folder = files();
    let log = folder.path().join("good.log").display().to_string();
    let pipe = folder.path().join("pipe").display().to_string();
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo is there");
    let directory = folder.path().join("nothing").display().to_string();
    for path in [&*pipe, "/dev/zero", "/dev/tty", &directory] {
        for arguments in [
            vec!["explain", "--in", path, "203"],
            vec!["hunt", &log, "--baseline", path],
            vec!["hunt", &log, "--tuning", path],
            vec!["hunt", &log, "--mapping", path],
            vec!["hunt", &log, "--rules", path],
            vec!["rules", "check", path],
        ] {
            let (code, err) = ends(&arguments, Stdio::null());
            assert_eq!(code, 2, "{arguments:?}: {err}");
            assert!(err.contains("help:"), "{arguments:?}: {err}");
        }
    }
    // Without end, through a pipe without a name.
    for (source, says) in [
        ("cat /dev/zero", "the line has no end in sight"),
        ("yes", "more than 64 lines are no findings"),
        ("yes '{'", "more than 64 lines are no findings"),
    ] {
        let mut endless = Command::new("sh")
            .args(["-c", source])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let out = endless.stdout.take().expect("piped");
        let (code, err) = ends(&["explain", "--in", "-", "203"], out.into());
        let _ = endless.kill();
        let _ = endless.wait();
        assert_eq!(code, 2, "{source}: {err}");
        assert!(err.contains(says), "{source}: {err}");
    }
}
