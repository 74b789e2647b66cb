//! What the benches of the whole program share: a run of it with its time and memory, and numbers that repeat.
//!
//! Processor time (user and system, all threads, in ticks of 10 ms) and peak resident memory are read from `/proc`
//! while the program runs; processor time once more when it has ended and is not yet waited for, so that it is
//! whole. Where there is no `/proc` both are absent. Standard output goes through a pipe and is looked at line by
//! line, never kept.

use dice::Dice;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The moment of every run.
pub const NOW: &str = "2026-07-01T06:00:00Z";

/// What a run cost.
pub struct Cost {
    /// By the clock, from the start to the end of output.
    pub wall: Duration,
    /// On a processor, where the system reports it.
    pub processor: Option<Duration>,
    /// Peak resident memory in MB, where the system reports it.
    pub peak_megabytes: Option<u64>,
    /// What it wrote to standard output.
    pub bytes: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processor = self.processor.map_or_else(|| "?".to_owned(), seconds);
        let peak = self.peak_megabytes.map_or_else(|| "?".to_owned(), |peak| peak.to_string());
        write!(f, "{processor:>8} s processor {:>8} s wall   peak {peak:>6} MB", seconds(self.wall))
    }
}

impl Cost {
    /// How many times the floor this is: by processor time, or by the clock where that is not known.
    pub fn ratio(&self, floor: &Self) -> f64 {
        let [own, other] = match (self.processor, floor.processor) {
            (Some(own), Some(other)) => [own, other],
            _ => [self.wall, floor.wall],
        };
        // The floor of a small input may be below one tick.
        own.as_secs_f64() / other.as_secs_f64().max(0.01)
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// Runs the program with a fixed clock; every line that it writes goes to `each`.
pub fn run<S: AsRef<OsStr>>(arguments: &[S], each: &mut dyn FnMut(&[u8])) -> Result<Cost, Box<dyn Error>> {
    run_at(arguments, NOW, each)
}

/// Runs the program at a moment; every line that it writes goes to `each`.
pub fn run_at<S: AsRef<OsStr>>(
    arguments: &[S],
    now: &str,
    each: &mut dyn FnMut(&[u8]),
) -> Result<Cost, Box<dyn Error>> {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_outpace"))
        .args(arguments)
        .args(["--now", now, "--quiet"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let id = child.id();
    let watch = std::thread::spawn(move || watched(id));
    let mut out = BufReader::with_capacity(1 << 18, child.stdout.take().ok_or("no standard output")?);
    let (mut line, mut bytes) = (Vec::new(), 0);
    while out.read_until(b'\n', &mut line)? > 0 {
        bytes += line.len() as u64;
        each(&line);
        line.clear();
    }
    let wall = start.elapsed();
    let (processor, peak_megabytes) = watch.join().map_err(|_| "the watch ended early")?;
    let status = child.wait()?;
    if !status.success() {
        return Err(format!("the program ended with {status}").into());
    }
    Ok(Cost { wall, processor, peak_megabytes, bytes })
}

/// Follows a process until it ends, without taking its end from its parent.
fn watched(id: u32) -> (Option<Duration>, Option<u64>) {
    let (mut processor, mut peak) = (None, None);
    while let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) {
        // The name, in brackets, may hold blanks; then state, and user and system time as fields 14 and 15.
        let fields: Vec<&str> =
            stat.rsplit_once(") ").map_or(Vec::new(), |(_, rest)| rest.split(' ').collect());
        let ticks = |n: usize| fields.get(n).and_then(|text| text.parse::<u64>().ok());
        if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
            processor = Some(Duration::from_millis((user + system) * 10));
        }
        if fields.first() == Some(&"Z") {
            break;
        }
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = high.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.map(|kilobytes| kilobytes / 1024));
        std::thread::sleep(Duration::from_millis(5));
    }
    (processor, peak)
}

/// The floor of reading: how long a file takes in blocks of 1 MiB with its line ends counted, on one thread.
pub fn read_lines(path: &Path) -> std::io::Result<Duration> {
    let mut file = File::open(path)?;
    let mut block = vec![0; 1 << 20];
    let start = Instant::now();
    let mut lines = 0usize;
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            break;
        }
        lines += block.iter().take(read).filter(|byte| **byte == b'\n').count();
    }
    assert!(lines > 0, "an empty log measures nothing");
    Ok(start.elapsed())
}

/// A number from the environment, or what holds without it.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The shared data, or nothing and a word about it.
pub fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var("OUTPACE_DATA").map_or_else(|_| beside(), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: there is no shared data folder (set OUTPACE_DATA)");
        return None;
    }
    Some(folder)
}

/// An index below `n` of which the first are the likeliest: the weight of index `i` is about `i` to the -0.6.
pub fn early(dice: &mut Dice, n: usize) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "53 bits are the mantissa")]
    let u = (dice.number() >> 11) as f64 / (1_u64 << 53) as f64;
    // u to the 2.5, of operations that every machine rounds alike.
    let skewed = u * u * u.sqrt();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = (skewed * n as f64) as usize;
    index.min(n.saturating_sub(1))
}
