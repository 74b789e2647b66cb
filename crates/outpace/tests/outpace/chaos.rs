//! Notices on their way to receivers that fail, hang and break, while the sender is killed: none is lost, and none is another
//! one the second time.
//!
//! The receivers are in Python (`receivers.py`, with aiosmtpd and standardwebhooks); without these the test says so and skips.
//! `OUTPACE_CHAOS_NOTICES` and `OUTPACE_CHAOS_KILLS` make it longer.

use crate::program::{Folder, outpace};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const RECEIVERS: &str = include_str!("receivers.py");

fn wished(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Starts the receivers, and says at which ports.
fn receivers(folder: &Folder, seed: u64, ports: Option<(u64, u64)>) -> (Child, (u64, u64)) {
    let path = folder.path().display().to_string();
    let mut command = Command::new("python3");
    command.args(["-c", RECEIVERS, &path, &seed.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
    if let Some((mail, hook)) = ports {
        command.args([mail.to_string(), hook.to_string()]);
    }
    let mut child = command.spawn().expect("Python");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("ports");
    let ports: Value = serde_json::from_str(&line).expect("ports");
    let port = |name: &str| ports[name].as_u64().expect("a port");
    (child, (port("mail"), port("hook")))
}

/// A home that notices flaws to both receivers.
struct Chaos {
    folder: Folder,
    home: String,
}

impl Chaos {
    fn new(folder: Folder, ports: (u64, u64)) -> Self {
        let home = folder.path().join("home").display().to_string();
        assert_eq!(outpace(&["init", "--home", &home]).code, 0);
        folder.file("home/secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
        let config = format!(
            "[notify]\nlead = [\"lead@harbour.example\", \"hook\"]\nbuilt-in = false\nan-hour = \"10000\"\n\
             [channels.mail]\nserver = \"127.0.0.1:{}\"\nsecurity = \"none\"\nfrom = \"outpace@harbour.example\"\n\
             [channels.hook]\ntype = \"webhook\"\nurl = \"http://127.0.0.1:{}/hook\"\nallow = [\"127.0.0.1\"]\n\
             secret_file = \"secret\"\n[subscriptions.flaws]\nto = \"lead\"\nfilter = \"kind = exposure\"\n",
            ports.0, ports.1
        );
        folder.file("home/outpace.toml", &config);
        Self { folder, home }
    }

    fn at(minutes: u64) -> String {
        let (days, rest) = (minutes / 1_440, minutes % 1_440);
        format!("2026-07-{:02}T{:02}:{:02}:00Z", 1 + days, rest / 60, rest % 60)
    }

    fn arguments(&self, minutes: u64, arguments: &[&str]) -> Vec<String> {
        let shared = ["--home", &self.home, "--now", &Self::at(minutes), "--no-built-in-rules"];
        arguments.iter().chain(&shared).map(|&one| one.to_owned()).collect()
    }

    fn run(&self, minutes: u64, arguments: &[&str]) {
        let all = self.arguments(minutes, arguments);
        let run = outpace(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(run.code == 0 || run.code == 3, "{}", run.err);
    }

    /// One flaw of one product each: each is a notice of its own.
    fn flaws(&self, count: u64) {
        for part in 0..count.div_ceil(50) {
            let (mut rows, mut flaws) = ("host,name,version,ecosystem\n".to_owned(), String::new());
            for n in part * 50..count.min(part * 50 + 50) {
                _ = writeln!(rows, "app-1,lib-{n},1.0.0,npm");
                let record = serde_json::json!({
                    "id": format!("GHSA-aaaa-bbbb-{n:04}"), "modified": "2026-01-01T00:00:00Z", "summary": format!("flaw {n}"),
                    "affected": [{"package": {"ecosystem": "npm", "name": format!("lib-{n}")},
                        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": format!("2.0.{n}")}]}]}],
                });
                _ = writeln!(flaws, "{record}");
            }
            self.folder.file(&format!("osv-{part}.jsonl"), &flaws);
            self.folder.file(&format!("hosts-{part}.csv"), &rows);
            for name in [format!("osv-{part}.jsonl"), format!("hosts-{part}.csv")] {
                let path = self.folder.path().join(name).display().to_string();
                self.run(1 + part, &["ingest", &path, "--accept"]);
            }
        }
    }

    /// A pass that is killed.
    fn killed(&self, minutes: u64, after: Duration) {
        let mut sender = Command::new(env!("CARGO_BIN_EXE_outpace"))
            .args(self.arguments(minutes, &["notify", "run"]))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        std::thread::sleep(after);
        sender.kill().expect("it is killed");
        sender.wait().expect("it ends");
    }

    fn rows(&self) -> Vec<Value> {
        let run = outpace(&["notify", "outbox", "--format", "ndjson", "--home", &self.home]);
        run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

#[test]
fn no_notice_is_lost_while_everything_fails() {
    let has = Command::new("python3")
        .args(["-c", "import aiosmtpd, standardwebhooks"])
        .stderr(Stdio::null())
        .status();
    if !has.is_ok_and(|status| status.success()) {
        eprintln!(
            "python3 with aiosmtpd and standardwebhooks is not here: receivers that fail are not tried"
        );
        return;
    }
    let (count, kills) = (wished("OUTPACE_CHAOS_NOTICES", 30), wished("OUTPACE_CHAOS_KILLS", 8));
    let folder = Folder::new();
    let (mut child, ports) = receivers(&folder, 1, None);
    let chaos = Chaos::new(folder, ports);
    chaos.run(0, &["notify", "run"]);
    chaos.flaws(count);
    // Passes that are killed, and receivers that restart; then passes until nothing waits.
    let (mut dice, mut minutes) = (dice::Dice::new(5), 60);
    for round in 0..kills + 60 {
        minutes += 40;
        if round >= kills {
            chaos.run(minutes, &["notify", "run"]);
            if chaos.rows().iter().all(|row| row["state"] != "waiting") {
                break;
            }
            continue;
        }
        chaos.killed(minutes, Duration::from_millis(200 + dice.below(1_500)));
        if round % 4 == 3 {
            child.kill().expect("it is killed");
            child.wait().expect("it ends");
            child = receivers(&chaos.folder, round + 2, Some(ports)).0;
        }
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    let taken = std::fs::read_to_string(chaos.folder.path().join("taken")).expect("what was taken");
    all_reached(&chaos.rows(), &taken, count);
}

/// What is sent was taken; nothing else was; every flaw reached both receivers, alone or in a digest.
fn all_reached(rows: &[Value], taken: &str, count: u64) {
    let of = |kind: &str| -> BTreeSet<&str> {
        taken.lines().filter_map(|line| line.strip_prefix(kind)).map(str::trim).collect()
    };
    let (mails, hooks) = (of("mail"), of("hook"));
    let mut states: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        *states.entry(row["state"].to_string()).or_default() += 1;
        let id = row["id"].as_str().expect("an identifier");
        let by_mail = row["destination"].as_str().is_some_and(|to| to.starts_with("mail:"));
        let there = if by_mail { &mails } else { &hooks };
        assert!(row["state"] != "sent" || there.contains(id), "{row} was not taken");
    }
    assert!(!states.contains_key("\"waiting\""), "{states:?}");
    let known: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert!(
        mails.iter().chain(&hooks).all(|id| known.contains(id)),
        "something of another identifier was taken"
    );
    // Only what was answered with a redirect ends so.
    let failed = rows.iter().filter(|row| row["state"] == "failed");
    assert!(failed.clone().all(|row| row["detail"].to_string().contains("redirect")), "{states:?}");
    let reached =
        rows.iter().filter(|row| ["sent", "folded", "failed"].iter().any(|word| row["state"] == *word));
    assert!(u64::try_from(reached.count()).expect("few") >= 2 * count, "{states:?}");
}
