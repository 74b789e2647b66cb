//! How fast logs become records, against the floor: the same bytes read in blocks of 1 MiB, line ends counted.
//!
//! Access log: 64 MB in the form of `crates/outpace/benches/access_log.rs`, seeded. The others are some MB: IIS,
//! flat Windows events as JSON, syslog of hosts and of a firewall, a DNS server. A sink counts the fields. Event
//! logs: those of the shared data set. `cargo bench -p telemetry`; figures are bytes a second.

#![expect(clippy::expect_used, reason = "a bench that cannot read from memory has nothing to say")]

use dice::Dice;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::fmt::Write as _;
use std::io::Read as _;
use telemetry::{Options, run};

fn main() {
    divan::main();
}

/// Combined Log Format, about 200 bytes a line; days in any order, so that no time is that of the line before.
fn access_log() -> String {
    let mut log = String::new();
    let mut dice = Dice::new(7);
    while log.len() < 64_000_000 {
        let _ = writeln!(
            log,
            "10.{}.{}.{} - - [{:02}/Jun/2026:{:02}:{:02}:{:02} +0000] \"GET /berth/{}/view?id={}&lang=en HTTP/1.1\" {} {} \
             \"https://www.seaward.example/plan/{}\" \"Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0\"",
            dice.below(200),
            dice.below(256),
            dice.below(256),
            1 + dice.below(30),
            dice.below(24),
            dice.below(60),
            dice.below(60),
            dice.below(900),
            dice.below(1_000_000),
            if dice.below(50) == 0 { 404 } else { 200 },
            dice.below(90_000),
            dice.below(400),
            100 + dice.below(40),
            100 + dice.below(40),
        );
    }
    log
}

/// IIS as it comes, some 250 bytes a line.
fn iis_log() -> String {
    let mut log = String::from(
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-06-12 03:00:00\n\
         #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
         cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
    );
    let mut dice = Dice::new(9);
    for n in 0_u32..40_000 {
        let _ = writeln!(
            log,
            "2026-06-12 03:{:02}:{:02} 192.0.2.7 GET /owa/berth/{}/default.aspx id={}&lang=en 443 - 10.{}.{}.{} \
             Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:{}.0)+Gecko/20100101+Firefox/{}.0 \
             https://www.seaward.example/plan/{} 200 0 0 {}",
            n / 600 % 60,
            n / 10 % 60,
            dice.below(900),
            dice.below(1_000_000),
            dice.below(200),
            dice.below(256),
            dice.below(256),
            100 + dice.below(40),
            100 + dice.below(40),
            dice.below(400),
            dice.below(3000),
        );
    }
    log
}

/// What dnsmasq writes.
fn dns_log() -> String {
    let mut log = String::new();
    let mut dice = Dice::new(3);
    for n in 0_u32..40_000 {
        let _ = writeln!(
            log,
            "Jun 12 03:{:02}:{:02} dnsmasq[812]: query[A] berth{}.seaward.example from 10.0.{}.{}",
            n / 600 % 60,
            n / 10 % 60,
            dice.below(1000),
            dice.below(256),
            dice.below(256),
        );
    }
    log
}

fn windows_events() -> String {
    let mut log = String::new();
    for n in 0_u32..4_000 {
        let _ = writeln!(
            log,
            r#"{{"@timestamp":"2024-06-12T03:{:02}:{:02}.250Z","Hostname":"wiki-1.port.example","EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"2024-06-12 03:20:00.100","ProcessGuid":"{{0197231e-005a-6928-a50b-000000000d00}}","ProcessId":"{n}","Image":"C:\\Windows\\System32\\cmd.exe","FileVersion":"10.0.26100.7019 (WinBuild.160101.0800)","Description":"Windows Command Processor","Product":"Microsoft Windows Operating System","Company":"Microsoft Corporation","OriginalFileName":"Cmd.Exe","CommandLine":"cmd.exe /c \"dir C:\\Users\\mo\\Documents {n}\"","CurrentDirectory":"C:\\Users\\mo\\","User":"PORT\\mo","LogonId":"0x3e7","IntegrityLevel":"Medium","ParentImage":"C:\\Windows\\explorer.exe","ParentCommandLine":"C:\\Windows\\Explorer.EXE","ParentUser":"PORT\\mo"}}"#,
            n / 60 % 60,
            n % 60
        );
    }
    log
}

/// What a Linux host and a firewall say, half and half; the host's programs are of no known maker.
fn messages() -> String {
    let mut log = String::new();
    for n in 0_u32..10_000 {
        let (minute, second, last) = (n / 60 % 60, n % 60, n % 250);
        let _ = writeln!(
            log,
            "Jun 12 03:{minute:02}:{second:02} wiki-1 systemd[1]: run-docker-runtime{n}.mount: Deactivated successfully after a while."
        );
        let _ = writeln!(
            log,
            "<166>Jun 12 2024 03:{minute:02}:{second:02} fw-1 : %ASA-6-302013: Built inbound TCP connection {n} for \
             outside:198.51.100.{last}/40454 (198.51.100.{last}/40454) to inside:192.0.2.7/443 (192.0.2.7/443)"
        );
    }
    log
}

/// Reads a log; gives how many fields its records have.
fn fields(threads: usize, log: &str) -> usize {
    let options = Options { threads, ..Options::default() };
    let record = |sum: &mut usize, _: &telemetry::Source<'_>, record: &model::Record<'_>| {
        *sum += black_box(record).fields.len();
    };
    let outcome = run(&options, &|| 0, &record, &mut |feeder| {
        feeder.document(input::Document::open("bench.log", log.as_bytes()).expect("memory"));
    });
    outcome.sinks.iter().sum()
}

fn floor(bencher: Bencher<'_, '_>, log: &str) {
    let mut block = vec![0; 1 << 20];
    bencher.counter(BytesCount::of_str(log)).bench_local(|| {
        let (mut source, mut lines) = (black_box(log.as_bytes()), 0);
        loop {
            let read = source.read(&mut block).expect("memory");
            if read == 0 {
                return lines;
            }
            lines += memchr::memchr_iter(b'\n', block.get(..read).unwrap_or_default()).count();
        }
    });
}

fn read(bencher: Bencher<'_, '_>, threads: usize, log: &str) {
    bencher.counter(BytesCount::of_str(log)).bench_local(|| fields(threads, log));
}

#[divan::bench]
fn access_log_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &access_log());
}

#[divan::bench(args = [1, 2])]
fn access_log_read(bencher: Bencher<'_, '_>, threads: usize) {
    read(bencher, threads, &access_log());
}

#[divan::bench]
fn windows_json_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &windows_events());
}

#[divan::bench(args = [1, 2])]
fn windows_json_read(bencher: Bencher<'_, '_>, threads: usize) {
    read(bencher, threads, &windows_events());
}

#[divan::bench]
fn syslog_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &messages());
}

#[divan::bench(args = [1, 2])]
fn syslog_read(bencher: Bencher<'_, '_>, threads: usize) {
    read(bencher, threads, &messages());
}

#[divan::bench]
fn iis_read(bencher: Bencher<'_, '_>) {
    read(bencher, 1, &iis_log());
}

#[divan::bench]
fn dns_read(bencher: Bencher<'_, '_>) {
    read(bencher, 1, &dns_log());
}

/// The largest event logs of the shared data set, some 20 MiB; nothing when it is not there.
#[expect(
    clippy::disallowed_methods,
    reason = "a bench may ask its environment and read files of a known size"
)]
fn event_logs() -> Vec<Vec<u8>> {
    let Ok(data) = std::env::var("OUTPACE_DATA") else { return Vec::new() };
    let mut folders = vec![std::path::PathBuf::from(data).join("evtx")];
    let mut logs = Vec::new();
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::path);
        for path in entries.iter().map(std::fs::DirEntry::path) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|one| one == "evtx") {
                logs.push(std::fs::read(path).expect("a file"));
            }
        }
    }
    logs.sort_by_key(|log| std::cmp::Reverse(log.len()));
    logs.truncate(5);
    logs
}

#[divan::bench]
fn event_logs_read(bencher: Bencher<'_, '_>) {
    let logs = event_logs();
    let bytes: usize = logs.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let options = Options { threads: 1, ..Options::default() };
        let record = |sum: &mut usize, _: &telemetry::Source<'_>, record: &model::Record<'_>| {
            *sum += black_box(record).fields.len();
        };
        let outcome = run(&options, &|| 0, &record, &mut |feeder| {
            for log in &logs {
                feeder.document(input::Document::open("bench.evtx", log.as_slice()).expect("memory"));
            }
        });
        outcome.sinks.iter().sum::<usize>()
    });
}
