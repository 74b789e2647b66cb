//! What is done to the home of these tests, step by step, and what must be in it then.
//!
//! The steps go through everything that writes: making it, learning, triage, events that become files (two hours pass
//! between two logs), merging of days and of tables, a list that is asked of the past, following a log, a backup, its
//! restoration, and events that are let go.

use crate::memory::{KEV, RECORD};
use crate::program::{Folder, Run, outpace};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How often a log arrives and the events before it become files: eight tables are merged, and four files of a day.
const ROUNDS: u32 = 8;
/// How often an inventory arrives, and how many rows it has.
const VERSIONS: u32 = 5;
const COMPONENTS: u32 = 4_500;
/// How many lines one of them has.
const LINES: u32 = 40;
/// How many batches are followed, and how many lines each has.
pub const BATCHES: u32 = 3;
pub const BATCH_LINES: u32 = 6;

/// A step: what is put there for it, and what is run.
#[derive(Clone, Debug)]
pub struct Step {
    pub name: String,
    pub line: Vec<String>,
    pub now: String,
    /// Files of the input that are there from now on.
    files: Vec<(String, String)>,
    /// Whether it follows a log while that grows.
    pub follows: bool,
}

/// A line of an access log. No two are alike; every fourth is from the address of the list.
pub fn line(n: u32) -> String {
    let address = if n.is_multiple_of(4) { "203.0.113.77" } else { "198.51.100.4" };
    let (day, hour, minute, second) = (12 + n % 2, n / 3600 % 24, n / 60 % 60, n % 60);
    format!(
        "{address} - - [{day}/Jun/2026:{hour:02}:{minute:02}:{second:02} +0000] \"GET /{n} HTTP/1.1\" 200 5 \"-\" \"-\"\n"
    )
}

pub fn lines(from: u32, to: u32) -> String {
    (from..to).fold(String::new(), |mut all, n| {
        _ = write!(all, "{}", line(n));
        all
    })
}

/// An inventory of which so many bytes are new in each version that they are a file.
fn inventory(version: u32) -> String {
    let mut dice = dice::Dice::new(u64::from(version));
    (0..COMPONENTS).fold("host,name,version\n".to_owned(), |mut all, n| {
        _ = writeln!(all, "app-1,lib-{n},1.{:016x}{:016x}", dice.number(), dice.number());
        all
    })
}

/// The lines of a batch that is followed. Each batch is of another machine, so that it opens a finding, which is said.
pub fn batch(number: u32) -> String {
    (0..BATCH_LINES).fold(String::new(), |mut all, n| {
        let port = number * BATCH_LINES + n;
        _ = writeln!(
            all,
            "Jun 12 03:14:15 h-{number} sshd[12]: Failed password for root from 203.0.113.77 port {port} ssh2"
        );
        all
    })
}

/// The steps, in order.
pub fn steps() -> Vec<Step> {
    let home = "--home {root}/home";
    let bare = format!("--no-built-in-rules {home}");
    let mut steps = vec![
        step("init", &format!("init {home}"), 0, &[]),
        step(
            "list",
            &format!("ingest {{in}}/list.csv --as intel {bare}"),
            0,
            &[("list.csv", "indicator,type\n203.0.113.77,ipv4\n".to_owned())],
        ),
        step(
            "estate",
            &format!("ingest {{in}}/estate --source cmdb {bare}"),
            0,
            &[(
                "estate/devices.csv",
                "name,ip,vendor,product,version\napp-1,10.20.1.5,Apache,log4j-core,2.14.1\n".to_owned(),
            )],
        ),
        step(
            "feeds",
            &format!("ingest {{in}}/feeds {bare}"),
            0,
            &[("feeds/kev.json", KEV.to_owned()), ("feeds/cve.jsonl", RECORD.to_owned())],
        ),
    ];
    // More than three versions, so that one goes; each brings a file.
    for version in 0..VERSIONS {
        let rows = inventory(version);
        let line = format!("ingest {{in}}/estate --source cmdb --accept {bare}");
        steps.push(step(&format!("estate {version}"), &line, 0, &[("estate/components.csv", rows)]));
    }
    for round in 0..ROUNDS {
        let name = format!("logs/app-1/access-{round}.log");
        let line = format!("ingest {{in}}/logs {bare}");
        let log = lines(round * LINES, (round + 1) * LINES);
        steps.push(step(&format!("log {round}"), &line, 2 * (round + 1), &[(&name, log)]));
    }
    let triage = format!("triage --where kind:sighting --state in-work --owner anna --yes {home}");
    let mut watch =
        step("watch", &format!("watch {{in}}/followed {bare}"), 18, &[("followed/a.log", String::new())]);
    watch.follows = true;
    steps.extend([
        step("triage", &triage, 17, &[]),
        watch,
        step(
            "another list",
            &format!("ingest {{in}}/other.csv --as intel {bare}"),
            20,
            &[("other.csv", "indicator,type\n198.51.100.4,ipv4\n".to_owned())],
        ),
        step("backup", &format!("backup {{root}}/kept.db {home}"), 20, &[]),
        step("restore", "restore {root}/kept.db --home {root}/restored", 20, &[]),
        step("forget", &format!("forget {{in}}/other.csv {home}"), 20, &[]),
        step("retention", &format!("ingest {{in}}/list.csv --as intel {bare}"), 24 * 500, &[]),
        step("sweep", &format!("ingest {{in}}/list.csv --as intel {bare}"), 24 * 501, &[]),
    ]);
    steps
}

fn step(name: &str, line: &str, hours: u32, files: &[(&str, String)]) -> Step {
    let start = model::Timestamp::parse("2026-07-01T06:00:00Z").expect("a moment");
    Step {
        name: name.to_owned(),
        line: line.split(' ').map(str::to_owned).collect(),
        now: start.plus_seconds(i64::from(hours) * 3600).to_string(),
        files: files.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect(),
        follows: false,
    }
}

/// The folders of a run: the root below which acts are recorded, the input, notes of the recorder.
pub struct Scene(pub Folder);

impl Scene {
    pub fn new() -> Self {
        let scene = Self(Folder::new());
        for name in ["root", "in", "notes", "tmp"] {
            std::fs::create_dir(scene.path(name)).expect("a folder");
        }
        scene
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts the files of a step there.
    pub fn prepare(&self, step: &Step) {
        for (name, text) in &step.files {
            self.0.file(&format!("in/{name}"), text);
        }
    }

    /// What is typed for a step, with the home below this root. What is followed ends when nothing more is there.
    pub fn arguments(&self, step: &Step, root: &Path) -> Vec<String> {
        let (root, input) = (root.display().to_string(), self.path("in").display().to_string());
        let typed = step.line.iter().map(|part| part.replace("{root}", &root).replace("{in}", &input));
        typed.chain(["--now".to_owned(), step.now.clone()]).collect()
    }

    /// Runs a step again, below another root.
    pub fn again(&self, step: &Step, root: &Path) -> Run {
        let mut arguments = self.arguments(step, root);
        arguments.extend(step.follows.then(|| "--once".to_owned()));
        outpace(&arguments)
    }
}

/// Everything that people can ask a home for: findings with their work, events, documents. `Err`: why it cannot be asked.
pub fn state_of(home: &Path, now: &str) -> Result<String, String> {
    let home = home.display().to_string();
    let ask = |line: &[&str]| {
        let run = outpace(&[line, &["--home", &home, "--now", now]].concat());
        if run.code == 0 {
            Ok(run.out)
        } else {
            Err(format!("{line:?} ends with {}: {}{}", run.code, run.out, run.err))
        }
    };
    let whole = ask(&["doctor"])?;
    if !whole.contains("is whole") {
        return Err(whole);
    }
    let status = ask(&["status", "--format", "ndjson", "--no-built-in-rules"])?;
    let mut findings: Vec<String> = status.lines().filter_map(finding).collect();
    findings.sort();
    let events = ask(&["query", EVENTS, "--format", "csv", "--limit", "0"])?;
    if let Some(twice) = events.lines().skip(1).find(|line| !is_once(line)) {
        return Err(format!("events are there twice: {twice}"));
    }
    let documents = ask(&["query", DOCUMENTS, "--format", "csv", "--limit", "0"])?;
    let sources = ask(&["source", "list", "--format", "ndjson"])?;
    let kept: Vec<String> = sources.lines().filter_map(kept).collect();
    Ok(format!("{}\n{events}{documents}{}", findings.join("\n"), kept.join("\n")))
}

/// What is kept word for word of a source.
fn kept(line: &str) -> Option<String> {
    let one: serde_json::Value = serde_json::from_str(line).ok()?;
    let source = one["source"].as_str()?;
    Some(format!("{source}: {} in {}, {}", one["kept_documents"], one["kept_versions"], one["kept_bytes"]))
}

/// All lines of the input differ, so as many events as lines are there once.
const EVENTS: &str =
    "select log, count(*) as events, count(distinct raw_data) as lines from events group by 1 order by 1";
const DOCUMENTS: &str = "select name, sort from documents order by 1, 2";

fn is_once(line: &str) -> bool {
    let mut numbers = line.rsplit(',');
    numbers.next() == numbers.next()
}

fn finding(line: &str) -> Option<String> {
    let one: serde_json::Value = serde_json::from_str(line).ok()?;
    let id = one["id"].as_str().filter(|id| id.starts_with("finding--"))?;
    Some(format!("{id} {} {} {}", one["kind"], one["count"], one["work"]["state"]))
}

/// How many events a log has by what a home answers.
pub fn events_of(state: &str, log: &str) -> u64 {
    let line = state.lines().find(|line| line.contains(log) && line.matches(',').count() == 2);
    line.and_then(|line| line.rsplit(',').next()?.parse().ok()).unwrap_or(0)
}

/// A folder in memory, where there is one: that a copy of a home is synced costs time and proves nothing.
pub fn room() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("room")
}

/// Copies a folder with all that is in it into one that is there.
pub fn copy_folder(from: &Path, to: &Path) {
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        let into = to.join(folder.strip_prefix(from).expect("below"));
        std::fs::create_dir_all(&into).expect("a folder");
        for entry in std::fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                std::fs::copy(&path, into.join(path.file_name().expect("a name"))).expect("a copy");
            }
        }
    }
}
