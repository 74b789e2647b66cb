//! Reads and joins one large access log against 10,000 indicators, as the release program does.
//!
//! Measured: wall time and peak resident memory of `outpace check` over an access log (Combined format, seed 7,
//! about 200 bytes a line), for 1 and for 2 threads. Floor, in the same run: the same file read in 1 MiB blocks
//! with its line ends counted, one thread. Sizes in MB by `OUTPACE_BENCH_MB` (default 1000).
//!
//! Command: `cargo bench -p outpace --bench access_log`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::read_lines;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const INDICATORS: u64 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let megabytes = measured::number("OUTPACE_BENCH_MB", 1000);
    let folder = tempfile::tempdir()?;
    let (log, advisory) = (folder.path().join("access.log"), folder.path().join("advisory.md"));
    let bytes = write_log(&log, megabytes * 1_000_000)?;
    write_advisory(&advisory)?;
    let floor = read_lines(&log)?;
    println!("access log {} MB, {INDICATORS} indicators", bytes / 1_000_000);
    println!("floor (read, count line ends)   {:>7.0} MB/s", rate(bytes, floor));
    for threads in ["1", "2"] {
        let (time, peak) = run(&log, &advisory, threads)?;
        let (speed, ratio) = (rate(bytes, time), time.as_secs_f64() / floor.as_secs_f64());
        println!(
            "check, {threads} thread(s)              {speed:>7.0} MB/s   {ratio:.1} × floor   peak {peak} MB"
        );
    }
    Ok(())
}

fn rate(bytes: u64, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let bytes = bytes as f64;
    bytes / 1e6 / time.as_secs_f64()
}

fn write_log(path: &Path, bytes: u64) -> std::io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut dice = Dice::new(7);
    let mut written = 0;
    while written < bytes {
        let line = format!(
            "10.{}.{}.{} - - [{:02}/Jun/2026:{:02}:{:02}:{:02} +0000] \"GET /berth/{}/view?id={}&lang=en HTTP/1.1\" {} {} \
             \"https://www.seaward.example/plan/{}\" \"Mozilla/5.0 (X11; Linux x86_64; rv:{}.0) Gecko/20100101 Firefox/{}.0\"\n",
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
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
    }
    out.flush()?;
    Ok(written)
}

/// Indicators that are not in the log, half domains, half addresses and hashes.
fn write_advisory(path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut dice = Dice::new(11);
    writeln!(out, "# Ten thousand signs\n")?;
    for n in 0..INDICATORS {
        match n % 4 {
            0 | 1 => writeln!(out, "- c{}-{n}[.]example[.]net", dice.below(1 << 40))?,
            2 => {
                writeln!(out, "- 203[.]{}[.]{}[.]{}", dice.below(256), dice.below(256), 1 + dice.below(250))?
            }
            _ => writeln!(out, "- {:016x}{:016x}", dice.number(), dice.number())?,
        }
    }
    out.flush()
}

/// Runs the program; its time, and its peak resident memory in MB where the system reports it.
fn run(log: &Path, advisory: &Path, threads: &str) -> Result<(Duration, u64), Box<dyn Error>> {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .arg("check")
        .arg(advisory)
        .args(["--quiet", "--threads", threads, "--format", "json", "--logs"])
        .arg(log)
        .stdout(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let time = loop {
        if child.try_wait()?.is_some() {
            break start.elapsed();
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let high = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = high.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) / 1024);
        std::thread::sleep(Duration::from_millis(5));
    };
    Ok((time, peak))
}
