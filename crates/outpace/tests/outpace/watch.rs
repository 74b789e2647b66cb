//! Following logs as a user does: what is written counts once, through rotations, restarts and kills.

use crate::program::{Folder, outpace};
use std::fmt::Write as _;
use std::io::{BufRead as _, Write as _};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A line of an access log: every third is from the address of the list.
fn line(n: u32) -> String {
    let address = if n.is_multiple_of(3) { "203.0.113.77" } else { "198.51.100.4" };
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    format!(
        "{address} - - [12/Jun/2026:{hour:02}:{minute:02}:{second:02} +0000] \"GET /{n} HTTP/1.1\" 200 5 \"-\" \"-\"\n"
    )
}

fn lines(from: u32, to: u32) -> String {
    (from..to).fold(String::new(), |mut all, n| {
        _ = write!(all, "{}", line(n));
        all
    })
}

/// A home that looks for an address, with a folder of logs.
struct Watch(Folder);

impl Watch {
    fn new() -> Self {
        let folder = Folder::new();
        folder.file("list.csv", "indicator,type\n203.0.113.77,ipv4\n");
        folder.file("logs/a.log", "");
        let watch = Self(folder);
        let run = outpace(&[
            "ingest",
            &watch.path("list.csv"),
            "--as",
            "intel",
            "--home",
            &watch.path("home"),
            "--no-built-in-rules",
        ]);
        assert_eq!(run.code, 0, "{}", run.err);
        watch
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_outpace"));
        command
            .args(["watch", &self.path("logs"), "--home", &self.path("home"), "--no-built-in-rules"])
            .args(more);
        command
    }

    fn spawn(&self, more: &[&str]) -> Child {
        self.command(more).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    }

    fn once(&self) {
        let run = self.command(&["--once"]).output().expect("it runs");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }

    fn append(&self, text: &str) {
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path("logs/a.log"))
            .expect("a log");
        file.write_all(text.as_bytes()).expect("it grows");
    }

    /// How often the address was seen, of all logs.
    fn seen(&self) -> u64 {
        let run =
            outpace(&["status", "--home", &self.path("home"), "--no-built-in-rules", "--format", "ndjson"]);
        assert_eq!(run.code, 0, "{}", run.err);
        let count = |line: &str| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if one["kind"] == "sighting" { one["count"].as_u64() } else { None }
        };
        run.out.lines().filter_map(count).sum()
    }
}

#[test]
fn a_log_that_grows_and_is_rotated_between_runs_counts_each_line_once() {
    let watch = Watch::new();
    watch.append(&lines(0, 90));
    watch.once();
    assert_eq!(watch.seen(), 30);
    // It grows with its last line cut, is rotated, and another begins.
    watch.append(&lines(90, 120));
    let next = line(120);
    watch.append(&next[..20]);
    watch.once();
    assert_eq!(watch.seen(), 40);
    watch.append(&next[20..]);
    std::fs::rename(watch.path("logs/a.log"), watch.path("logs/a.log.1")).expect("a rotation");
    watch.append(&lines(121, 150));
    watch.once();
    assert_eq!(watch.seen(), 50);
    watch.once();
    assert_eq!(watch.seen(), 50, "nothing is new");
    // What arrives later is asked of followed logs too.
    watch.0.file("other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    let (other, home) = (watch.path("other.csv"), watch.path("home"));
    assert_eq!(outpace(&["ingest", &other, "--as", "intel", "--home", &home, "--no-built-in-rules"]).code, 0);
    assert_eq!(watch.seen(), 150);
}

#[test]
fn a_run_that_is_killed_at_any_moment_loses_no_line_and_counts_none_twice() {
    let watch = Watch::new();
    let mut dice = dice::Dice::new(11);
    let mut written = 0;
    let rounds = std::env::var("OUTPACE_CRASH_CYCLES").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    for round in 0..rounds {
        let mut child = watch.spawn(&[]);
        for _ in 0..3 {
            let more = u32::try_from(dice.below(40)).expect("few");
            watch.append(&lines(written, written + more));
            written += more;
            std::thread::sleep(Duration::from_millis(dice.below(400)));
        }
        if round % 3 == 2 {
            std::fs::rename(watch.path("logs/a.log"), watch.path(&format!("logs/a.log.{round}")))
                .expect("a rotation");
        }
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }
    watch.once();
    let expected = u64::try_from((0..written).filter(|n| n.is_multiple_of(3)).count()).expect("few");
    assert_eq!(watch.seen(), expected, "of {written} lines");
    assert_eq!(outpace(&["doctor", "--home", &watch.path("home")]).code, 0);
}

#[test]
fn syslog_is_learnt_and_a_signal_ends_the_run_after_its_batch() {
    let watch = Watch::new();
    let free = UdpSocket::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let mut child = watch.spawn(&["--syslog-udp", &free, "--status", &watch.path("numbers.json")]);
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let message =
        "<13>Jun 12 03:14:15 gate-1 sshd[12]: Failed password for root from 203.0.113.77 port 22 ssh2";
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(100));
        _ = socket.send_to(message.as_bytes(), &free);
        if std::fs::metadata(watch.path("home/outpace.db-wal")).is_ok_and(|there| there.len() > 0) {
            break;
        }
    }
    std::thread::sleep(Duration::from_millis(2_500));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    assert!(child.wait().expect("it ends").success());
    assert!(watch.seen() >= 1);
    let numbers = std::fs::read_to_string(watch.path("numbers.json")).expect("numbers");
    let numbers: serde_json::Value = serde_json::from_str(&numbers).expect("JSON");
    assert!(numbers["records"].as_u64().expect("records") >= 1, "{numbers}");
}

/// Sends lines to a listener that is started for them, until as many hits are there, and ends it.
fn listen(watch: &Watch, scheme: &str, address: &str, lines: &[String], expected: u64) {
    let flag = format!("--syslog-{scheme}");
    let mut child = watch
        .command(&[&flag, address])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = std::io::BufReader::new(child.stderr.take().expect("a pipe")).lines();
    assert!(said.any(|line| line.expect("text").contains("listening for syslog")), "it listens");
    let reader = std::thread::spawn(move || said.for_each(drop));
    if scheme == "udp" {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        for line in lines {
            socket.send_to(line.as_bytes(), address).expect("sent");
        }
    } else {
        let mut stream = std::net::TcpStream::connect(address).expect("it is there");
        lines.iter().for_each(|line| writeln!(stream, "{line}").expect("sent"));
    }
    for _ in 0..100 {
        if watch.seen() >= expected {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    assert!(child.wait().expect("it ends").success());
    reader.join().expect("it ends with its pipe");
    assert_eq!(watch.seen(), expected, "{scheme}");
}

#[test]
fn a_listener_that_starts_again_goes_on_with_the_log_of_its_address() {
    for scheme in ["udp", "tcp"] {
        let watch = Watch::new();
        let free =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let free = free.to_string();
        let line = |hour: u64| {
            let (day, hour) = (12 + hour / 24, hour % 24);
            format!(
                "<13>Jun {day} {hour:02}:10:00 gate-1 sshd[12]: Failed password for root from 203.0.113.77 port {hour} ssh2"
            )
        };
        let lines = |hours: std::ops::Range<u64>| hours.map(line).collect::<Vec<_>>();
        listen(&watch, scheme, &free, &lines(0..30), 30);
        listen(&watch, scheme, &free, &lines(44..60), 46);
        // A line word for word as before is another event of the same log.
        listen(&watch, scheme, &free, &lines(59..72), 59);
        let home = watch.path("home");
        let asked = |sql: &str| {
            let run = outpace(&["query", sql, "--home", &home, "--format", "csv"]);
            assert_eq!(run.code, 0, "{}", run.err);
            run.out.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
        };
        let log = format!("syslog-{scheme}://{free}");
        assert_eq!(
            asked("select name from documents where sort = 'logs' and name like 'syslog%'"),
            std::slice::from_ref(&log)
        );
        assert_eq!(
            asked("select log, count(*), count(distinct event_number) from events group by log"),
            [format!("{log},59,59")]
        );
        let records = asked("select log_record from events order by event_number");
        let expected: Vec<String> = (1..=59).map(|n: u32| n.to_string()).collect();
        assert_eq!(records, expected, "records are numbered on");
        // Between the runs nothing came, and that is known.
        let run = outpace(&[
            "status",
            "--home",
            &home,
            "--no-built-in-rules",
            "--format",
            "json",
            "--now",
            "2026-07-01T06:00:00Z",
        ]);
        assert!(run.out.contains("\"silent_hours\": 14"), "{}", run.out);
        // What arrives later is asked of all of it.
        watch.0.file("other.csv", "indicator,type\n203.0.113.0/24,network\n");
        let other = watch.path("other.csv");
        assert_eq!(
            outpace(&["ingest", &other, "--as", "intel", "--home", &home, "--no-built-in-rules"]).code,
            0
        );
        assert_eq!(watch.seen(), 2 * 59, "{scheme}");
    }
}

#[test]
fn a_log_that_goes_on_for_ever_is_kept_in_parts_and_each_record_counts_once() {
    let watch = Watch::new();
    let of = |from: u32, to: u32| -> String {
        let line = |n: u32| {
            format!(
                "Jun 12 03:14:15 h-{n} sshd[12]: Failed password for root from 203.0.113.77 port {n} ssh2\n"
            )
        };
        (from..to).map(line).collect()
    };
    for (from, to) in [(0, 2_600), (2_600, 2_700), (2_700, 2_800)] {
        watch.append(&of(from, to));
        watch.once();
        assert_eq!(watch.seen(), u64::from(to));
    }
    let home = watch.path("home");
    let run = outpace(&[
        "query",
        "select name from documents where sort = 'logs' order by name",
        "--home",
        &home,
        "--format",
        "csv",
    ]);
    assert_eq!(run.out.lines().filter(|line| line.contains("a.log")).count(), 2, "{}{}", run.out, run.err);
    // What arrives later is asked of all parts.
    watch.0.file("other.csv", "indicator,type\n203.0.113.0/24,network\n");
    let other = watch.path("other.csv");
    assert_eq!(outpace(&["ingest", &other, "--as", "intel", "--home", &home, "--no-built-in-rules"]).code, 0);
    assert_eq!(watch.seen(), 2 * 2_800);
}

#[test]
fn others_learn_and_work_while_logs_are_followed() {
    let watch = Watch::new();
    let mut child = watch.spawn(&[]);
    let home = watch.path("home");
    let ingest = |name: &str, more: &[&str]| {
        let path = watch.path(name);
        let run =
            outpace(&[&["ingest", path.as_str(), "--home", &home, "--no-built-in-rules"], more].concat());
        assert_eq!(run.code, 0, "{name}: {}", run.err);
    };
    let until = |expected: u64| {
        let mut seen = 0;
        for _ in 0..100 {
            seen = watch.seen();
            if seen == expected {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(seen, expected);
    };
    watch.append(&lines(0, 30));
    until(10);
    // What somebody else learns meanwhile is asked of the lines that come later, too.
    watch.0.file("other.csv", "indicator,type\n198.51.100.4,ipv4\n");
    ingest("other.csv", &["--as", "intel"]);
    until(30);
    watch.append(&lines(30, 60));
    until(60);
    // Learning and following in turns, as fast as they can: each line counts once, and nobody is refused.
    for n in 0..5 {
        watch.append(&lines(60 + n * 30, 90 + n * 30));
        watch.0.file("more.csv", format!("indicator,type\n192.0.2.{},ipv4\n", n + 1));
        ingest("more.csv", &["--as", "intel"]);
    }
    until(210);
    // A second one would count each line twice.
    let second = watch.command(&["--once"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("follows logs into this home"), "{said}");
    assert!(said.contains("help: give all paths to one `outpace watch`"), "{said}");
    // What it said is taken back while the run goes on, and not looked for any more.
    assert_eq!(outpace(&["forget", &watch.path("other.csv"), "--home", &home]).code, 0);
    until(70);
    watch.append(&lines(210, 240));
    until(80);
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
}
