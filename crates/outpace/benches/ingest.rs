//! How fast logs are learnt into a home: Windows events as JSON lines, with all public rules and 1,000,000 indicators.
//!
//! The events are recorded ones of the shared data (Security, Sysmon, PowerShell and others), those of a day in the order
//! of their time of day; the recording is repeated, a day later each time, until there are as many as wanted. The list of
//! indicators is generated (SplitMix64, seed 13): 40 % domains, 25 % addresses, 15 % URLs, 20 % hashes. Rules and
//! list are learnt first; then the log is, once into a home without them and once into one with them.
//!
//! Measured: events a second by the clock, processor time an event, peak memory, bytes on disk an event. Floors, in the
//! same run: the log read in 1 MiB blocks with its line ends counted; `outpace hunt` over the same log for one address,
//! without rules, which reads it into records and keeps nothing.
//!
//! Events: `OUTPACE_BENCH_EVENTS` (default 500,000), 1.9 kB each; indicators: `OUTPACE_BENCH_INDICATORS` (1,000,000).
//!
//! Command: `cargo bench -p outpace --bench ingest`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::{Cost, read_lines, run};
use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(data) = measured::data() else { return Ok(()) };
    let events = measured::number("OUTPACE_BENCH_EVENTS", 500_000);
    let indicators = measured::number("OUTPACE_BENCH_INDICATORS", 1_000_000);
    let folder = tempfile::tempdir()?;
    let (log, list) = (folder.path().join("events.jsonl"), folder.path().join("indicators.txt"));
    write_log(&log, &recorded(&data.join("telemetry/otrf")), events)?;
    write_list(&list, indicators)?;
    let bytes = std::fs::metadata(&log)?.len();
    println!("{events} events, {} MB; {indicators} indicators", bytes / 1_000_000);
    println!("floor: read, count line ends      {:>6.2} s", read_lines(&log)?.as_secs_f64());
    let arguments = [
        OsStr::new("hunt"),
        log.as_os_str(),
        OsStr::new("--no-built-in-rules"),
        OsStr::new("--indicator"),
        OsStr::new("203.0.113.77"),
    ];
    let floor = run(&arguments, &mut |_| {})?;
    report("floor: read into records", &floor, events);
    for (name, sources) in [
        ("built-in rules", vec![]),
        ("all public rules", vec![data.join("sigma/rules")]),
        ("and the indicators", vec![data.join("sigma/rules"), list]),
    ] {
        let home = folder.path().join("home");
        run(&[OsStr::new("init"), OsStr::new("--home"), home.as_os_str()], &mut |_| {})?;
        for source in &sources {
            ingest(&home, source)?;
        }
        let before = size_of(&home);
        let cost = ingest(&home, &log)?;
        report(name, &cost, events);
        let ratio = cost.ratio(&floor);
        println!("    {ratio:.1} × records, {} bytes an event on disk", (size_of(&home) - before) / events);
        std::fs::remove_dir_all(&home)?;
    }
    Ok(())
}

fn ingest(home: &Path, path: &Path) -> Result<Cost, Box<dyn Error>> {
    let home = [OsStr::new("--home"), home.as_os_str()];
    run(&[&[OsStr::new("ingest"), path.as_os_str()], &home[..]].concat(), &mut |_| {})
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2 to the 52")]
fn report(name: &str, cost: &Cost, events: u64) {
    let rate = events as f64 / cost.wall.as_secs_f64();
    let each = cost.processor.map_or(0.0, |time| time.as_secs_f64() * 1e6 / events as f64);
    println!("{name:<24} {cost}   {rate:>8.0} events/s, {each:.1} µs of processor time each");
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            if entry.path().is_dir() {
                size_of(&entry.path())
            } else {
                entry.metadata().map_or(0, |of| of.len())
            }
        })
        .sum()
}

/// The recorded events: time of day, day, line; in the order of the time of day.
fn recorded(folder: &Path) -> Vec<(String, String, Vec<u8>)> {
    let mut lines = Vec::new();
    input::walk(&[folder.to_path_buf()], &input::Limits::default(), &|_| {}, &mut |mut document| {
        let mut bytes = Vec::new();
        if document.reader.read_to_end(&mut bytes).is_err() {
            return;
        }
        for line in bytes.split(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line);
            let time = text.split_once("\"@timestamp\":").and_then(|(_, rest)| {
                let (day, rest) = rest.trim_start().strip_prefix('"')?.split_once('T')?;
                Some((rest.get(..8)?.to_owned(), day.to_owned()))
            });
            if let Some((time, day)) = time.filter(|_| text.contains("\"EventID\"")) {
                lines.push((time, day, line.to_vec()));
            }
        }
    });
    lines.sort();
    lines
}

fn write_log(path: &Path, lines: &[(String, String, Vec<u8>)], events: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let first = model::Date::parse("2026-03-02").ok_or("a date")?.start().micros();
    for (n, (_, day, line)) in (0..events).zip(lines.iter().cycle()) {
        let round = i64::try_from(n)? / i64::try_from(lines.len())?;
        let start = model::Timestamp::from_micros(first + round * 86_400_000_000).ok_or("a date")?;
        let day_of_round = start.date().to_string();
        // Whatever day it names as its own, also in other fields.
        let text = std::str::from_utf8(line)?.replace(day.as_str(), &day_of_round);
        out.write_all(text.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn write_list(path: &Path, indicators: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut dice = Dice::new(13);
    for n in 0..indicators {
        match n % 20 {
            0..8 => writeln!(out, "c{:08x}-{n}.net", dice.below(1 << 32))?,
            8..13 => {
                // A bijection of 24 bits, so that no address comes twice.
                let bits = n.wrapping_mul(0x009e_3779) & 0x00ff_ffff;
                writeln!(out, "203.{}.{}.{}", bits >> 16, bits >> 8 & 255, bits & 255)?;
            }
            13..16 => writeln!(out, "https://u{:08x}-{n}.net/berth/gate", dice.below(1 << 32))?,
            _ => writeln!(out, "{:016x}{:016x}{:016x}{n:016x}", dice.number(), dice.number(), dice.number())?,
        }
    }
    out.flush()
}
