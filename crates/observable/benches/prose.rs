//! Reading prose: everything that a report names, in MB/s.
//!
//! Input: *paragraphs*, sentences of a write-up with an observable in every fourth; *indicators*, a list as reports
//! end with, one defanged value a line; both written for this bench, 1 MB each, seed 1. *reports* are the published
//! texts below `reports/` of the public data (where `OUTPACE_DATA` says, else beside the checkout), when they are
//! there. The floor is a walk over the newlines of the same bytes. Run: `cargo bench -p observable --bench prose`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a bench")]
#![allow(clippy::disallowed_methods, reason = "a bench reads what the environment names")]

use divan::counter::BytesCount;
use observable::scan_text;
use std::path::{Path, PathBuf};

fn main() {
    divan::main();
}

struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn hexadecimal(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.next(16)])).collect()
    }

    fn host(&mut self) -> String {
        let first = ["update", "cdn", "login", "mail", "static", "harbour"][self.next(6)];
        let end = ["com", "net", "example", "top", "co.uk", "ru"][self.next(6)];
        format!("{first}.quay{}[.]{end}", self.next(100_000))
    }

    fn value(&mut self) -> String {
        match self.next(8) {
            0 | 1 => self.host(),
            2 => format!("hxxps[:]//{}/berth/{}.php?id={}", self.host(), self.next(1000), self.next(1000)),
            3 => {
                format!("{}.{}[.]{}.{}", 11 + self.next(180), self.next(256), self.next(256), self.next(256))
            }
            4 => self.hexadecimal(64),
            5 => self.hexadecimal(32),
            6 => format!(r"C:\ProgramData\Quay Tools\loader{}.exe", self.next(1000)),
            _ => format!("invoice_{}.docm", self.next(10_000)),
        }
    }
}

fn paragraphs() -> String {
    let sentences = [
        "The actors sent mail to people who plan the loading of ships, and named a berth and a day in it.",
        "Who opened the attachment saw an empty page; in the background a script fetched the next stage from",
        "After about four hours, the group used valid accounts (T1078) to reach the servers of the terminal.",
        "It is not known whether the flaw CVE-2021-44228 was used; version 2.14.1 of the library was installed.",
        "Defenders should check that logs from the firewall, the proxy and the directory are kept for a year,",
        "i.e. longer than the group's usual stay. \u{201c}We saw no trace before May\u{201d}, the operator said.",
        "The loader writes its file to the folder of the user, and starts it at every log-on through a key of the",
    ];
    let mut random = Random(1);
    let mut text = String::new();
    while text.len() < 1_000_000 {
        text.push_str(sentences[random.next(sentences.len())]);
        if random.next(4) == 0 {
            text.push(' ');
            text.push_str(&random.value());
        }
        text.push_str(if random.next(6) == 0 { ".\n\n" } else { " " });
    }
    text
}

fn indicators() -> String {
    let mut random = Random(1);
    let mut text = String::from("## Indicators of compromise\n\n");
    while text.len() < 1_000_000 {
        text.push_str(&format!("- {}\n", random.value()));
    }
    text
}

fn reports() -> Vec<String> {
    let root = std::env::var("OUTPACE_DATA").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let folders = below(&root.join("reports"));
    let text = |path: &PathBuf| Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned());
    folders.iter().flat_map(|folder| below(folder)).filter_map(|path| text(&path)).collect()
}

fn read(bencher: divan::Bencher<'_, '_>, texts: &[String]) {
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| texts.iter().map(|text| scan_text(text).len()).sum::<usize>());
}

#[divan::bench]
fn floor_newlines(bencher: divan::Bencher<'_, '_>) {
    let text = paragraphs();
    let newlines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    bencher.counter(BytesCount::new(text.len())).bench_local(|| newlines(&text));
}

#[divan::bench]
fn of_paragraphs(bencher: divan::Bencher<'_, '_>) {
    read(bencher, &[paragraphs()]);
}

#[divan::bench]
fn of_indicators(bencher: divan::Bencher<'_, '_>) {
    read(bencher, &[indicators()]);
}

#[divan::bench]
fn of_reports(bencher: divan::Bencher<'_, '_>) {
    read(bencher, &reports());
}
