//! What our matcher and RSigma cost on the same events: instructions, time, loading, memory.
//!
//! Instructions are counted by callgrind (`valgrind` must be installed) between the entry and the return of
//! the measured functions, so they do not depend on what else the machine does; parsing is not in them. Times
//! are medians of interleaved rounds. Memory is what the resident set grows by, each engine in a process of
//! its own. Bars: matching alone 0.5 × RSigma on JSON and 0.4 × on EVTX records, loading 1 ×, 60 MB.
//!
//! `cargo speed`; it starts itself again for what must be measured alone.

use rsigma_peer::flat::Flat;
use rsigma_peer::peer::{Asked, Router};
use rsigma_peer::{data, logs, rules};
use sigma::{RuleSet, Scratch};
use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Folder, every how many-th event is taken, the bar.
const CORPORA: [(&str, usize, f64); 2] = [("telemetry/otrf", 10, 0.5), ("evtx", 3, 0.4)];
const COUNTS: [usize; 3] = [100, 1_000, usize::MAX];
const ROUNDS: usize = 7;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] => report(),
        ["match", corpus, count, rounds, engine] => count
            .parse()
            .and_then(|count| Ok((count, rounds.parse()?)))
            .map_err(|error: std::num::ParseIntError| error.to_string())
            .and_then(|(count, rounds)| matching(corpus, count, rounds, engine)),
        ["load", engine] => load(engine),
        _ => Err("usage: speed".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

fn report() -> Result<(), String> {
    data()?;
    println!("loading all rules, and memory with every route of the corpora built");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(figures(&own(&["load", "ours"])?));
        theirs.push(figures(&own(&["load", "rsigma"])?));
    }
    let column = |rows: &[Vec<f64>], index: usize| {
        median(rows.iter().filter_map(|row| row.get(index).copied()).collect())
    };
    for (index, what, unit) in [
        (0, "parse", "ms"),
        (1, "compile all", "ms"),
        (2, "parse and compile", "ms"),
        (3, "memory compiled, all rules", "MB"),
        (4, "memory compiled, with routes", "MB"),
    ] {
        let (a, b) = (column(&ours, index), column(&theirs, index));
        println!("  {what:<30} ours {a:>7.0} {unit}   RSigma {b:>7.0} {unit}   ratio {:.2}", a / b);
    }
    let valgrind = Command::new("valgrind").arg("--version").output().is_ok();
    if !valgrind {
        println!("valgrind is not installed: instructions are not counted");
    }
    for (corpus, _, bar) in CORPORA {
        println!("{corpus}: matching alone, an event (bar at all rules: {bar} × RSigma)");
        for count in COUNTS {
            let name = if count == usize::MAX { "all".to_owned() } else { count.to_string() };
            let time = figures(&own(&["match", corpus, &count.to_string(), &ROUNDS.to_string(), "both"])?);
            let [events, asked, a, b] = time.as_slice() else { return Err("no times".into()) };
            let times = format!("{a:>6.2} µs, RSigma {b:>6.2} µs, ratio {:.2}", a / b);
            let counted = if valgrind { instructions(corpus, count, *events)? } else { String::new() };
            println!("  {name:>5} rules ({events} events, {asked} rules load)   ours {times}{counted}");
        }
    }
    Ok(())
}

fn own(arguments: &[&str]) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program).args(arguments).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn figures(text: &str) -> Vec<f64> {
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Instructions of the two measured functions, from callgrind's own summary of calls.
fn instructions(corpus: &str, count: usize, events: f64) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    // Both at once: instructions do not depend on what else runs.
    let mut runs = Vec::new();
    for (engine, function) in [("ours", "match_with_ours"), ("rsigma", "match_with_rsigma")] {
        let run = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(format!("--toggle-collect=*{function}*"))
            .arg(&program)
            .args(["match", corpus, &count.to_string(), "0", engine])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        runs.push(run.map_err(|error| error.to_string())?);
    }
    let mut counts = Vec::new();
    for run in runs {
        let output = run.wait_with_output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let collected = said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, n)| n.trim());
        counts.push(collected.and_then(|n| n.parse::<f64>().ok()).ok_or(said.clone())?);
    }
    let [a, b] = counts.as_slice() else { return Err("callgrind counted nothing".into()) };
    let (x, y) = (a / events / 1e3, b / events / 1e3);
    Ok(format!("   thousand instructions: ours {x:>6.1}, RSigma {y:>6.1}, ratio {:.2}", a / b))
}

fn resident_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The log sources of the corpora.
fn sources(data: &Path) -> Vec<model::LogSource> {
    let mut all = Vec::new();
    for (corpus, ..) in CORPORA {
        let sinks = logs::read(data, corpus, 1, &Vec::new, &|seen: &mut Vec<model::LogSource>, source, _| {
            if !seen.contains(source) {
                seen.push(source.clone());
            }
        });
        all.extend(sinks.into_iter().flatten());
    }
    all
}

/// Loads all rules with one engine; prints milliseconds and megabytes.
fn load(engine: &str) -> Result<(), String> {
    let data = data()?;
    let texts = rules::texts(&data);
    let sources = sources(&data);
    let before = resident_megabytes();
    let start = Instant::now();
    if engine == "ours" {
        let parsed: Vec<sigma::Rule> =
            texts.iter().flat_map(|text| sigma::parse(text, "rule").rules).collect();
        let parsed_at = start.elapsed();
        let (set, _) = RuleSet::compile(parsed);
        let all = set.route_all();
        let done = start.elapsed();
        let compiled = resident_megabytes() - before;
        drop(all);
        let routes: Vec<sigma::Route> =
            sources.iter().map(|source| set.route(&sigma_source(source))).collect();
        print_load(parsed_at, done, compiled, resident_megabytes() - before);
        black_box((set, routes));
    } else {
        let (parsed, _) = rules::theirs(&texts);
        let parsed_at = start.elapsed();
        let mut all = rsigma_eval::Engine::new();
        all.add_rules(&parsed);
        let done = start.elapsed();
        let compiled = resident_megabytes() - before;
        drop(all);
        let set = rules::ours(&texts);
        let before_routes = resident_megabytes();
        let mut router = Router::new(&set, &parsed);
        let asked: Vec<Asked> = sources.iter().map(|source| router.of(source)).collect();
        print_load(parsed_at, done, compiled, resident_megabytes() - before_routes);
        black_box(asked);
    }
    Ok(())
}

fn print_load(parsed: Duration, done: Duration, compiled: f64, routed: f64) {
    let (parsed, done) = (milliseconds(parsed), milliseconds(done));
    println!("{parsed} {} {done} {compiled} {routed}", done - parsed);
}

fn sigma_source(source: &model::LogSource) -> sigma::LogSource {
    sigma::LogSource {
        product: source.product.clone(),
        service: source.service.clone(),
        categories: source.categories.clone(),
    }
}

/// Matches the sample with both engines (RSigma without rules where `engine` is ours alone); prints events, rules and microseconds an event (medians).
fn matching(corpus: &str, count: usize, rounds: usize, engine: &str) -> Result<(), String> {
    let data = data()?;
    let step = CORPORA.iter().find(|(name, ..)| *name == corpus).map_or(1, |(_, step, _)| *step);
    let texts = rules::texts(&data);
    let chosen = rules::sample(&texts, "windows", count);
    let set = rules::ours(chosen.iter().copied());
    let theirs = if engine == "ours" { Vec::new() } else { rules::theirs(chosen.iter().copied()).0 };
    let mut seen = 0usize;
    let seen = std::sync::Mutex::new(&mut seen);
    let new = Vec::new;
    let sinks =
        logs::read(&data, corpus, 1, &new, &|all: &mut Vec<(model::LogSource, Flat)>, source, event| {
            let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            **seen += 1;
            if (**seen).is_multiple_of(step) {
                all.push((source.clone(), event));
            }
        });
    let events: Vec<(model::LogSource, Flat)> = sinks.into_iter().flatten().collect();
    let mut router = Router::new(&set, &theirs);
    let mut known: HashMap<&model::LogSource, Asked> = HashMap::new();
    let asked: Vec<(Asked, &Flat)> = events
        .iter()
        .map(|(source, event)| (known.entry(source).or_insert_with(|| router.of(source)).clone(), event))
        .collect();
    let (mut ours, mut rsigma) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        black_box(match_with_ours(&set, &asked));
        ours.push(start.elapsed());
        let start = Instant::now();
        black_box(match_with_rsigma(&asked));
        rsigma.push(start.elapsed());
    }
    let each = |times: Vec<Duration>| {
        median(times.iter().map(|time| time.as_secs_f64() * 1e6 / asked.len() as f64).collect())
    };
    println!("{} {} {} {}", asked.len(), set.rules().len(), each(ours), each(rsigma));
    Ok(())
}

/// Measured by its name.
#[inline(never)]
fn match_with_ours(set: &RuleSet, asked: &[(Asked, &Flat)]) -> usize {
    // A memory of its own each round: nothing is known of the values before.
    let mut scratch = Scratch::default();
    let mut hits = 0;
    for (asked, event) in asked {
        set.evaluate(&asked.route, *event, &mut scratch, &mut |_| hits += 1);
    }
    hits
}

/// Measured by its name.
#[inline(never)]
fn match_with_rsigma(asked: &[(Asked, &Flat)]) -> usize {
    asked.iter().map(|(asked, event)| asked.engine.evaluate(*event).len()).sum()
}
