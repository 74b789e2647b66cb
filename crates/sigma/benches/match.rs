//! Matching alone: events of Windows hosts against 0, 100, 1,000 and all rules of their log source.
//!
//! Events: the JSON lines of `telemetry/otrf/atomic/windows` in the shared data folder (`OUTPACE_DATA`) when
//! they lie there unpacked as `.json`, else 2,000 synthetic ones from a fixed seed. Rules: `sigma/rules` of the
//! same folder, else 2,000 synthetic. The floor is the walk over the fields without a rule.
//!
//! `cargo bench -p sigma`
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench is a program of its own"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::Bencher;
use sigma::{Event, LogSource, Route, RuleSet, Scratch, Value, parse};

fn main() {
    println!("{} events, {} rules", EVENTS.len(), RULES.len());
    divan::main();
}

struct Pairs {
    fields: Vec<(String, String)>,
    source: LogSource,
}

impl Event for Pairs {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, Value<'e>)) {
        for (name, value) in &self.fields {
            each(name, Value::Text(value));
        }
    }
}

fn folder() -> PathBuf {
    std::env::var("OUTPACE_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
}

fn files(path: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, out);
        } else if path.extension().is_some_and(|found| found == extension) {
            out.push(path);
        }
    }
    out.sort();
}

/// The log source of a Windows event, near enough for a bench.
fn source(channel: &str, id: &str) -> LogSource {
    let sysmon = channel.contains("Sysmon");
    let categories: &[&str] = match (sysmon, id) {
        (true, "1") | (false, "4688") => &["process_creation"],
        (true, "3") => &["network_connection"],
        (true, "7") => &["image_load"],
        (true, "10") => &["process_access"],
        (true, "11") => &["file_event"],
        (true, "12" | "14") => &["registry_event"],
        (true, "13") => &["registry_set", "registry_event"],
        (true, "22") => &["dns_query"],
        _ => &[],
    };
    let service = match channel {
        _ if sysmon => "sysmon",
        "Security" => "security",
        "System" => "system",
        _ if channel.contains("PowerShell") => "powershell",
        _ => "application",
    };
    LogSource {
        product: Some("windows".into()),
        service: Some(service.into()),
        categories: categories.iter().map(|category| (*category).into()).collect(),
    }
}

static EVENTS: LazyLock<Vec<Pairs>> = LazyLock::new(|| {
    let mut paths = Vec::new();
    files(&folder().join("telemetry/otrf"), "json", &mut paths);
    let mut events = Vec::new();
    for path in paths {
        for line in std::fs::read_to_string(path).unwrap_or_default().lines().step_by(8) {
            let Ok(serde_json::Value::Object(map)) = serde_json::from_str(line) else { continue };
            let text = |value: serde_json::Value| match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            let fields: Vec<(String, String)> =
                map.into_iter().map(|(name, value)| (name, text(value))).collect();
            let get = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value);
            let source = source(get("Channel"), get("EventID"));
            events.push(Pairs { fields, source });
        }
    }
    if events.is_empty() { synthetic() } else { events }
});

fn synthetic() -> Vec<Pairs> {
    let words = [
        "powershell.exe",
        "-enc",
        "C:\\Windows\\System32\\",
        "svchost.exe",
        "/c",
        "whoami",
        "user",
        "net.exe",
    ];
    let mut state = 7u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *words.get(usize::try_from(state >> 61).unwrap()).unwrap()
    };
    let mut text = |count: usize| (0..count).map(|_| word()).collect::<Vec<_>>().join(" ");
    let names = ["Image", "CommandLine", "ParentImage", "User", "Hashes", "Message", "EventID", "Channel"];
    (0..2_000)
        .map(|number| Pairs {
            fields: names.iter().map(|name| ((*name).to_owned(), text(3 + number % 9))).collect(),
            source: source("Microsoft-Windows-Sysmon/Operational", "1"),
        })
        .collect()
}

static RULES: LazyLock<Vec<sigma::Rule>> = LazyLock::new(|| {
    let mut paths = Vec::new();
    files(&folder().join("sigma/rules/windows"), "yml", &mut paths);
    let read = |path: &PathBuf| parse(&std::fs::read_to_string(path).unwrap_or_default(), "bench").rules;
    let mut rules: Vec<sigma::Rule> = paths.iter().flat_map(read).collect();
    if rules.is_empty() {
        rules = (0..2_000)
            .flat_map(|n| {
                let text = format!(
                    "title: t\nlogsource: {{product: windows}}\ndetection: {{s: {{CommandLine|contains: 'tool{n}'}}, condition: s}}\n"
                );
                parse(&text, "bench").rules
            })
            .collect();
    }
    rules
});

#[divan::bench]
fn floor(bencher: Bencher<'_, '_>) {
    let events = &*EVENTS;
    bencher.counter(divan::counter::ItemsCount::new(events.len())).bench_local(|| {
        let mut bytes = 0;
        for event in events {
            event.fields(&mut |name, value| {
                let value = if let Value::Text(text) = value { text.len() } else { 0 };
                bytes += name.len() + value;
            });
        }
        bytes
    });
}

#[divan::bench(args = [0, 100, 1_000, usize::MAX])]
fn rules(bencher: Bencher<'_, '_>, count: usize) {
    let events = &*EVENTS;
    // Evenly from the whole, so that each size has the same mix of log sources.
    let step = (RULES.len() / count.clamp(1, RULES.len())).max(1);
    let chosen: Vec<sigma::Rule> = RULES.iter().step_by(step).take(count).cloned().collect();
    let (set, _) = RuleSet::compile(chosen);
    let routes: Vec<Route> = events.iter().map(|event| set.route(&event.source)).collect();
    let mut scratch = Scratch::default();
    bencher.counter(divan::counter::ItemsCount::new(events.len())).bench_local(|| {
        let mut hits = 0;
        for (event, route) in events.iter().zip(&routes) {
            set.evaluate(route, event, &mut scratch, &mut |_| hits += 1);
        }
        hits
    });
}
