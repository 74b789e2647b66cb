//! One log, and everything that becomes of log files, given to `ingest` and to `watch`: each record counts once.
//!
//! `crates/follow` has a test of its own that every byte comes once and in order. This one goes through the program: what
//! is counted in the end, when a log grows, is rotated, copied and cut off, compressed, copied, torn in its last line, or
//! exported again in parts that overlap. `OUTPACE_STREAMS=40` plays so many scripts.

use crate::program::{Folder, outpace};
use dice::Dice;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// How many scripts are played. Following takes seconds, most of them asleep: so all at once.
const SCRIPTS: u64 = 4;
/// How often the log is looked at, and how much may become of it between two looks.
const LOOKS: u32 = 5;
const STEPS_MAX: usize = 5;
/// How many rotated files there are at the most.
const ROTATED_MAX: usize = 5;
/// What is looked for.
const ADDRESS: &str = "203.0.113.77";

/// A folder with one log, what was written to it, and two homes that are given it.
struct Scene {
    folder: Folder,
    dice: Dice,
    /// Lines that were written, whole ones and, in the end, ones that stay torn.
    lines: Vec<String>,
    /// What lacks of the last line.
    lacking: String,
    exports: u32,
    steps: Vec<&'static str>,
}

/// A line that is like no other; every third has the address.
fn line(n: usize) -> String {
    let from = if n.is_multiple_of(3) { ADDRESS } else { "198.51.100.4" };
    let (hour, minute, second) = (n / 3600 % 24, n / 60 % 60, n % 60);
    format!(
        "Jun 12 {hour:02}:{minute:02}:{second:02} gate-1 sshd[{n}]: Failed password for root from {from} port {n} ssh2\n"
    )
}

impl Scene {
    fn new(seed: u64) -> Self {
        let folder = Folder::new();
        folder.file("list.csv", format!("indicator,type\n{ADDRESS},ipv4\n"));
        folder.file("logs/a.log", "");
        let scene = Self {
            folder,
            dice: Dice::new(seed),
            lines: Vec::new(),
            lacking: String::new(),
            exports: 0,
            steps: Vec::new(),
        };
        for home in ["ingested", "watched"] {
            scene.run(home, &["ingest", &scene.path("list.csv"), "--as", "intel"]);
        }
        scene
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, home: &str, line: &[&str]) -> String {
        let home = self.path(home);
        let run = outpace(
            &[line, &["--home", &home, "--no-built-in-rules", "--now", "2026-07-01T06:00:00Z"]].concat(),
        );
        assert_eq!(run.code, 0, "{line:?}: {}{}\n{:?}", run.out, run.err, self.steps);
        run.out
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("logs/a.log")
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.log()).expect("a log");
        file.write_all(text.as_bytes()).expect("it grows");
    }

    /// Some lines; the last may be torn before its address.
    fn grow(&mut self) {
        self.mend();
        for _ in 0..=self.dice.place(8) {
            let line = line(self.lines.len());
            self.append(&line);
            self.lines.push(line);
        }
        if self.dice.below(2) == 0 {
            let line = line(self.lines.len());
            let (now, later) = line.split_at(1 + self.dice.place(50));
            self.append(now);
            self.lacking = later.to_owned();
            self.lines.push(line);
        }
    }

    /// The writer ends the line that it has begun.
    fn mend(&mut self) {
        let lacking = std::mem::take(&mut self.lacking);
        if !lacking.is_empty() {
            self.append(&lacking);
        }
    }

    fn rotated(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path().join("logs")).expect("readable");
        let mut all: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        all.retain(|path| number(path).is_some());
        all.sort_by_key(|path| number(path));
        all
    }

    /// Makes room for `a.log.1`: each rotated file gets the next number.
    fn shift(&self) -> PathBuf {
        for path in self.rotated().iter().rev() {
            let (name, old) = (path.display().to_string(), number(path).expect("a number"));
            let new = name.replacen(&format!("a.log.{old}"), &format!("a.log.{}", old + 1), 1);
            fs::rename(path, new).expect("a rotation");
        }
        self.folder.path().join("logs/a.log.1")
    }

    /// The log gets another name, and the next line begins another. A line that is torn then stays so for good.
    fn rotate(&mut self, copies: bool) {
        if copies {
            self.mend();
        }
        let is_empty = fs::metadata(self.log()).map_or(0, |there| there.len()) == 0;
        if is_empty || self.rotated().len() >= ROTATED_MAX {
            return;
        }
        let to = self.shift();
        if copies {
            fs::copy(self.log(), to).expect("a copy");
            File::create(self.log()).expect("cut off");
        } else {
            fs::rename(self.log(), to).expect("a rotation");
            if !std::mem::take(&mut self.lacking).is_empty() {
                self.lines.pop();
            }
        }
    }

    fn compress(&mut self) {
        let plain: Vec<PathBuf> = self
            .rotated()
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end.len() == 1))
            .collect();
        let Some(path) = plain.last() else { return };
        let bytes = fs::read(path).expect("readable");
        let (end, packed) = match self.dice.below(3) {
            0 => ("zst", by_program("zstd", &path.display().to_string())),
            1 => ("xz", by_program("xz", &path.display().to_string())),
            _ => ("gz", None),
        };
        let (end, packed) = packed.map_or_else(|| ("gz", gzip(&bytes)), |packed| (end, packed));
        fs::write(format!("{}.{end}", path.display()), packed).expect("written");
        fs::remove_file(path).expect("gone");
    }

    /// A copy beside it, as people make one.
    fn copy(&mut self) {
        let text = fs::read(self.log()).unwrap_or_default();
        if text.contains(&b'\n') {
            let name = *self.dice.one_of(&["logs/a.log.bak", "logs/copy.txt"]);
            self.folder.file(name, text);
        }
    }

    /// Some whole lines again, as an export of a time.
    fn export(&mut self) {
        let whole = self.lines.len() - usize::from(!self.lacking.is_empty());
        let (from, to) = (self.dice.place(whole + 1), self.dice.place(whole + 1));
        if from < to {
            self.exports += 1;
            self.folder.file(&format!("logs/export-{}.log", self.exports), self.lines[from..to].concat());
        }
    }

    fn step(&mut self) {
        let (name, step): (_, fn(&mut Self)) = *self.dice.one_of::<(&str, fn(&mut Self))>(&[
            ("grow", Self::grow),
            ("grow", Self::grow),
            ("grow", Self::grow),
            ("mend", Self::mend),
            ("rotate", |scene| scene.rotate(false)),
            ("copytruncate", |scene| scene.rotate(true)),
            ("compress", Self::compress),
            ("copy", Self::copy),
            ("export", Self::export),
        ]);
        self.steps.push(name);
        step(self);
    }

    /// Gives it to both homes.
    fn look(&mut self) {
        self.steps.push("look");
        let logs = self.path("logs");
        self.run("ingested", &["ingest", &logs]);
        self.run("watched", &["watch", &logs, "--once"]);
        let whole = self.lines.len() - usize::from(!self.lacking.is_empty());
        let expected = self.lines[..whole].iter().filter(|line| line.contains(ADDRESS)).count();
        for home in ["ingested", "watched"] {
            let seen = self.seen(home);
            assert_eq!(seen, expected, "{home}, of {whole} lines: {:?}\n{}", self.steps, self.there());
        }
    }

    fn seen(&self, home: &str) -> usize {
        let out = self.run(home, &["status", "--format", "ndjson"]);
        let count = |line: &str| {
            let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
            if one["kind"] == "sighting" { one["count"].as_u64() } else { None }
        };
        usize::try_from(out.lines().filter_map(count).sum::<u64>()).expect("few")
    }

    /// What is in the folder, for a message.
    fn there(&self) -> String {
        let entries = fs::read_dir(self.folder.path().join("logs")).expect("readable");
        entries.fold(String::new(), |mut all, entry| {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).unwrap_or_default();
            let first = String::from_utf8_lossy(&bytes)
                .lines()
                .next()
                .map(|line| line.chars().take(36).collect::<String>());
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
            _ = writeln!(all, "{} {lines} lines, {} bytes, {first:?}", path.display(), bytes.len());
            all
        })
    }
}

/// The number of a rotated file.
fn number(path: &std::path::Path) -> Option<u32> {
    let rest = path.file_name()?.to_str()?.strip_prefix("a.log.")?;
    rest.split('.').next()?.parse().ok()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// A file as a program compresses it, where it is there.
fn by_program(program: &str, path: &str) -> Option<Vec<u8>> {
    let run = Command::new(program).args(["-c", path]).output().ok()?;
    run.status.success().then_some(run.stdout)
}

fn play(seed: u64) {
    let mut scene = Scene::new(seed);
    scene.grow();
    scene.mend();
    for _ in 0..LOOKS {
        for _ in 0..=scene.dice.place(STEPS_MAX) {
            scene.step();
        }
        scene.look();
    }
}

#[test]
fn each_record_counts_once_whatever_becomes_of_the_files_of_a_log() {
    let scripts = std::env::var("OUTPACE_STREAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(SCRIPTS);
    for first in (0..scripts).step_by(4) {
        std::thread::scope(|scope| {
            (first..scripts.min(first + 4)).for_each(|seed| _ = scope.spawn(move || play(seed)));
        });
    }
}
