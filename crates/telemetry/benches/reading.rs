//! How fast logs become records, against the floor: finding the line ends of the same bytes.
//!
//! Access log: 20,000 lines of some 190 bytes, seeded; JSON: 4,000 flat Windows events of some 900 bytes. One
//! thread, a sink that counts fields. Event logs: those of the shared data set. `cargo bench -p telemetry`; figures are bytes a second.

#![expect(clippy::expect_used, reason = "a bench that cannot read from memory has nothing to say")]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use std::fmt::Write as _;
use telemetry::{Options, run};

fn main() {
    divan::main();
}

fn access_log() -> String {
    let mut log = String::new();
    for n in 0_u32..20_000 {
        let _ = writeln!(
            log,
            "198.51.100.{} - - [12/Jun/2024:{:02}:{:02}:{:02} +0000] \"GET /wiki/pages/viewpage.action?pageId={n} \
             HTTP/1.1\" 200 {} \"https://www.port.example/wiki\" \"Mozilla/5.0 (X11; Linux x86_64) \
             AppleWebKit/537.36\"",
            n % 250,
            n / 3600 % 24,
            n / 60 % 60,
            n % 60,
            n.wrapping_mul(2_654_435_761) % 100_000
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
    let count = || memchr::memchr_iter(b'\n', black_box(log.as_bytes())).map(|at| at & 1).sum::<usize>();
    bencher.counter(BytesCount::of_str(log)).bench_local(count);
}

#[divan::bench]
fn access_log_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &access_log());
}

#[divan::bench(args = [1, 2])]
fn access_log_read(bencher: Bencher<'_, '_>, threads: usize) {
    let log = access_log();
    bencher.counter(BytesCount::of_str(&log)).bench_local(|| fields(threads, &log));
}

#[divan::bench]
fn windows_json_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &windows_events());
}

#[divan::bench(args = [1, 2])]
fn windows_json_read(bencher: Bencher<'_, '_>, threads: usize) {
    let log = windows_events();
    bencher.counter(BytesCount::of_str(&log)).bench_local(|| fields(threads, &log));
}

#[divan::bench]
fn syslog_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &messages());
}

#[divan::bench(args = [1, 2])]
fn syslog_read(bencher: Bencher<'_, '_>, threads: usize) {
    let log = messages();
    bencher.counter(BytesCount::of_str(&log)).bench_local(|| fields(threads, &log));
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
