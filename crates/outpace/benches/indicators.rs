//! A large access log against a list of 1,000 and of 1,000,000 indicators: time, memory, and whether all are found.
//!
//! The list is plain, one value a line (SplitMix64, seed 11): 40 % domains, 25 % addresses, 15 % URLs, 20 % hashes.
//! 1,000 of its values are planted in the log, evenly: domains and URLs as referrer, addresses as client, hashes in
//! the query; the short list holds just these, the long one has them at every thousandth place. The log is in
//! Combined format (seed 7), about 200 bytes a line, `OUTPACE_BENCH_MB` MB (default 1000).
//!
//! Measured: processor time, wall time and peak memory of `outpace hunt` without rules, for 1 and for 2 threads;
//! the planted values are looked for among the findings. Floor, in the same run: the log read in 1 MiB blocks with
//! its line ends counted, one thread.
//!
//! Command: `cargo bench -p outpace --bench indicators`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::{read_lines, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const PLANTED: u64 = 1_000;
const LISTS: [u64; 2] = [PLANTED, 1_000_000];

fn main() -> Result<(), Box<dyn Error>> {
    let megabytes = measured::number("OUTPACE_BENCH_MB", 1000);
    let folder = tempfile::tempdir()?;
    let (log, list) = (folder.path().join("access.log"), folder.path().join("indicators.txt"));
    let planted: Vec<(u64, String)> = (0..PLANTED).map(|n| value(n * 1_000)).collect();
    let bytes = write_log(&log, megabytes * 1_000_000, &planted)?;
    let floor = read_lines(&log)?;
    println!("access log {} MB, {PLANTED} values planted", bytes / 1_000_000);
    println!("floor (read, count line ends)  {:>6.2} s wall", floor.as_secs_f64());
    for size in LISTS {
        write_list(&list, size)?;
        for threads in ["1", "2"] {
            let mut found = BTreeSet::new();
            let arguments = [OsStr::new("hunt"), log.as_os_str(), OsStr::new("--intel"), list.as_os_str()];
            let options = ["--no-built-in-rules", "--threads", threads, "--format", "ndjson"].map(OsStr::new);
            let cost = run(&[&arguments[..], &options[..]].concat(), &mut |line| {
                let finding: Value = serde_json::from_slice(line).unwrap_or_default();
                let id = finding.pointer("/intel/id").and_then(Value::as_str);
                found.extend(id.map(str::to_owned));
            })?;
            let missing = planted.iter().filter(|(_, value)| !found.contains(value)).count();
            println!(
                "{size:>9} indicators, {threads} thread(s)  {cost}   {:.1} × floor   {} of {PLANTED} found",
                cost.wall.as_secs_f64() / floor.as_secs_f64(),
                planted.len() - missing
            );
            let first = planted.iter().find(|(_, value)| !found.contains(value));
            if let Some((_, value)) = first {
                return Err(format!("{missing} planted values were not found, the first is {value}").into());
            }
        }
    }
    Ok(())
}

/// The value at a place of the long list, with a number that says its kind; all values differ.
fn value(n: u64) -> (u64, String) {
    let mut dice = Dice::new(11 ^ (n << 20));
    // The planted ones are at multiples of 1,000: the mix must be theirs too.
    let kind = (n / 1_000 + n) % 20;
    let text = match kind {
        0..8 => format!("c{:08x}-{n}.net", dice.below(1 << 32)),
        8..13 => {
            // A bijection of 24 bits, so that no address comes twice; 203 is a block of public addresses.
            let bits = n.wrapping_mul(0x009e_3779) & 0x00ff_ffff;
            format!("203.{}.{}.{}", bits >> 16, bits >> 8 & 255, bits & 255)
        }
        13..16 => format!("https://u{:08x}-{n}.net/berth/gate", dice.below(1 << 32)),
        16..18 => format!("{:016x}{:016x}", dice.number(), dice.number()),
        _ => {
            let parts = [dice.number(), dice.number(), dice.number(), dice.number()];
            parts.map(|part| format!("{part:016x}")).concat()
        }
    };
    (kind, text)
}

/// The planted values, and those between them as far as the size goes.
fn write_list(path: &Path, size: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let step = if size > PLANTED { 1 } else { 1_000 };
    for n in (0..size).map(|n| n * step) {
        writeln!(out, "{}", value(n).1)?;
    }
    out.flush()
}

fn write_log(path: &Path, bytes: u64, planted: &[(u64, String)]) -> std::io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut dice = Dice::new(7);
    let every = bytes / PLANTED;
    let (mut written, mut planted) = (0, planted.iter().enumerate().peekable());
    while written < bytes || planted.peek().is_some() {
        let due = planted.next_if(|(n, _)| *n as u64 * every <= written);
        let mut client = format!("10.{}.{}.{}", dice.below(200), dice.below(256), dice.below(256));
        let mut referrer = format!("https://www.seaward.example/plan/{}", dice.below(400));
        let mut query = format!("id={}&lang=en", dice.below(1_000_000));
        match due {
            Some((_, (0..8, value))) => referrer = format!("https://{value}/plan"),
            Some((_, (8..13, value))) => client.clone_from(value),
            Some((_, (13..16, value))) => referrer.clone_from(value),
            Some((_, (_, value))) => query = format!("file={value}"),
            None => {}
        }
        let line = format!(
            "{client} - - [{:02}/Jun/2026:{:02}:{:02}:{:02} +0000] \"GET /berth/{}/view?{query} HTTP/1.1\" {} {} \
             \"{referrer}\" \"Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0\"\n",
            1 + dice.below(30),
            dice.below(24),
            dice.below(60),
            dice.below(60),
            dice.below(900),
            if dice.below(50) == 0 { 404 } else { 200 },
            dice.below(90_000),
            100 + dice.below(40),
            100 + dice.below(40),
        );
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    out.flush()?;
    Ok(written)
}
