//! What rules cost beside reading: the public Windows rules over EVTX recordings and over Windows JSON lines.
//!
//! Floor: the same documents read into records without a rule. Documents are held in memory, so neither disk nor
//! unpacking is in a figure. One thread: processor time, medians of interleaved rounds; two threads: wall
//! time, best of the rounds, so other programs on the machine make it worse, not better. Memory: peak of the
//! release program over the JSON lines, once and repeated to `OUTPACE_BENCH_MB` (default 1000) MB.
//!
//! Data: `OUTPACE_DATA`, or `shared/data` beside the repository; without it the bench says so and ends.
//!
//! Command: `cargo bench -p outpace --bench hunt`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use sigma::{LogSource, Route, RuleSet, Scratch};
use std::error::Error;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
/// How often a case is run in a round: the system counts processor time in ticks of some milliseconds.
const REPEATS: u32 = 4;
/// The bars: all rules × floor, all rules × 100 rules, two threads, memory.
const BARS: [&str; 4] = ["at most 1.5", "at most 1.3", "at least 1.7", "below 300 MB"];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(data) = data() else {
        println!("skipped: there is no shared data folder");
        return Ok(());
    };
    let mut texts = Vec::new();
    rules_below(&data.join("sigma/rules/windows"), &mut texts);
    for (name, folder) in [("EVTX recordings", "evtx"), ("Windows JSON lines", "telemetry/otrf")] {
        let documents = documents(&data.join(folder));
        let bytes: usize = documents.iter().map(|(_, bytes)| bytes.len()).sum();
        println!("{name}: {} documents, {} MB", documents.len(), bytes / 1_000_000);
        measure(&documents, &texts, folder == "evtx");
    }
    memory(&data)
}

fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var("OUTPACE_DATA").map_or_else(|_| beside(), PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn rules_below(folder: &Path, out: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            rules_below(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            out.extend(std::fs::read_to_string(path));
        }
    }
}

type Documents = Vec<(String, Vec<u8>)>;

fn documents(folder: &Path) -> Documents {
    let mut documents = Vec::new();
    let paths = [folder.to_path_buf()];
    input::walk(&paths, &input::Limits::default(), &|_| {}, &mut |mut document| {
        let mut bytes = Vec::new();
        let read = document.reader.read_to_end(&mut bytes);
        if read.is_ok() && telemetry::recognise(&document.name, &document.head).is_some() {
            documents.push((document.name.to_string(), bytes));
        }
    });
    documents
}

/// What one worker keeps.
#[derive(Default)]
struct Sink {
    routes: Vec<(model::LogSource, Route)>,
    last: usize,
    scratch: Scratch,
    records: usize,
    fields: usize,
    hits: usize,
}

struct Asked<'r, 'a>(&'r model::Record<'a>);

impl sigma::Event for Asked<'_, '_> {
    fn fields<'e>(&'e self, each: &mut dyn FnMut(&'e str, sigma::Value<'e>)) {
        for field in self.0.fields {
            match field.value {
                model::Value::Text(text) => each(field.name, sigma::Value::Text(text)),
                model::Value::Null => each(field.name, sigma::Value::Null),
            }
        }
    }
}

impl Sink {
    fn route(&mut self, set: &RuleSet, log: &model::LogSource) -> Option<Route> {
        if self.routes.get(self.last).is_none_or(|(known, _)| known != log) {
            self.last = self.routes.iter().position(|(known, _)| known == log).unwrap_or_else(|| {
                let source = LogSource {
                    product: log.product.clone(),
                    service: log.service.clone(),
                    categories: log.categories.clone(),
                };
                self.routes.push((log.clone(), set.route(&source)));
                self.routes.len() - 1
            });
        }
        self.routes.get(self.last).map(|(_, route)| route.clone())
    }

    fn record(&mut self, set: Option<&RuleSet>, record: &model::Record<'_>) {
        self.records += 1;
        self.fields += record.fields.len();
        let Some(set) = set else { return };
        let Some(route) = self.route(set, record.log) else { return };
        let hits = &mut self.hits;
        set.evaluate(&route, &Asked(record), &mut self.scratch, &mut |_| *hits += 1);
    }
}

/// Reads all documents and asks the rules, if any; records and hits.
fn hunt(documents: &Documents, set: Option<&RuleSet>, threads: usize) -> (usize, usize) {
    let options = telemetry::Options { threads, ..telemetry::Options::default() };
    let record = |sink: &mut Sink, _: &telemetry::Source<'_>, one: &model::Record<'_>| sink.record(set, one);
    let outcome = telemetry::run(&options, &Sink::default, &record, &mut |feeder| {
        for (name, bytes) in documents {
            if let Ok(document) = input::Document::open(name, bytes.as_slice()) {
                feeder.document(document);
            }
        }
    });
    let sum = |count: fn(&Sink) -> usize| outcome.sinks.iter().map(count).sum();
    (sum(|sink| sink.records), sum(|sink| sink.hits))
}

/// Time that this thread was on a processor; where the system does not report it, time by the clock.
fn processor_time(start: Instant) -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let own = text.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse().ok());
    own.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The bars on rules beside the floor are set for EVTX; JSON lines are read too fast for them.
fn measure(documents: &Documents, texts: &[String], barred: bool) {
    let sizes = [0, 100, 1_000, texts.len()];
    let sets = sizes.map(|count| {
        // Evenly from the whole, so that each size has the same mix of log sources.
        let step = (texts.len() / count.max(1)).max(1);
        let chosen = texts.iter().step_by(step).take(count);
        RuleSet::compile(chosen.flat_map(|text| sigma::parse(text, "rule").rules).collect()).0
    });
    let cases: Vec<(String, Option<&RuleSet>)> = std::iter::once(("floor: no rules".to_owned(), None))
        .chain(sets.iter().map(|set| (format!("{} rules", set.rules().len()), Some(set))))
        .collect();
    let start = Instant::now();
    let mut times = vec![Vec::new(); cases.len()];
    let mut walls = [Duration::MAX; 2];
    let mut counts = vec![(0, 0); cases.len()];
    for _ in 0..ROUNDS {
        for (index, (_, set)) in cases.iter().enumerate() {
            let before = processor_time(start);
            let mut counted = (0, 0);
            for _ in 0..REPEATS {
                counted = hunt(documents, *set, 1);
            }
            let time = processor_time(start).saturating_sub(before) / REPEATS;
            times.get_mut(index).into_iter().for_each(|times| times.push(time.as_secs_f64()));
            counts.get_mut(index).into_iter().for_each(|counts| *counts = counted);
        }
        for (threads, wall) in [1, 2].into_iter().zip(&mut walls) {
            let start = Instant::now();
            hunt(documents, sets.last(), threads);
            *wall = start.elapsed().min(*wall);
        }
    }
    let medians: Vec<f64> = times.into_iter().map(median).collect();
    let at = |index: usize| medians.get(index).copied().unwrap_or(f64::NAN);
    for (((name, _), time), (records, hits)) in cases.iter().zip(&medians).zip(counts) {
        let ratio = time / at(0);
        println!("  {name:<16} {:>8.1} ms  {ratio:.2} × floor   {records} records, {hits} hits", time * 1e3);
    }
    let bar = |bar: &str| if barred { format!("   (bar: {bar})") } else { String::new() };
    println!("  all rules : floor      {:.2}{}", at(4) / at(0), bar(BARS[0]));
    println!("  all rules : 100 rules  {:.2}{}", at(4) / at(2), bar(BARS[1]));
    let [one, two] = walls.map(|wall| wall.as_secs_f64());
    println!("  2 threads              {:.2} × as fast as 1   (bar: {})", one / two, BARS[2]);
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Peak memory of the program over JSON lines, once and many times.
fn memory(data: &Path) -> Result<(), Box<dyn Error>> {
    let megabytes: usize =
        std::env::var("OUTPACE_BENCH_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("windows.json");
    let mut lines = Vec::new();
    for (_, mut bytes) in documents(&data.join("telemetry/otrf/atomic")) {
        lines.append(&mut bytes);
        lines.push(b'\n');
    }
    for megabytes in [lines.len() / 1_000_000, megabytes] {
        let mut file = std::fs::File::create(&log)?;
        let mut left = megabytes * 1_000_000;
        while left > 0 && !lines.is_empty() {
            let piece = lines.get(..left.min(lines.len())).unwrap_or_default();
            file.write_all(piece)?;
            left -= piece.len();
        }
        let peak = peak_megabytes(&log, &data.join("sigma/rules/windows"))?;
        println!(
            "memory of `outpace hunt`, {megabytes} MB of JSON lines: peak {peak} MB   (bar: {})",
            BARS[3]
        );
    }
    Ok(())
}

fn peak_megabytes(log: &Path, rules: &Path) -> Result<u64, Box<dyn Error>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .arg("hunt")
        .arg(log)
        .arg("--rules")
        .arg(rules)
        .args(["--quiet", "--threads", "2", "--format", "ndjson"])
        .stdout(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = high.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) / 1024);
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(peak)
}
