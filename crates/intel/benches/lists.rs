//! How fast lists become indicators, against the floor: finding the line ends of the same bytes.
//!
//! 100,000 lines each, seeded: addresses, domains, URLs, hashes with a comment, a table as ThreatFox writes it, and
//! JSON objects. One thread; every indicator is taken and dropped. `cargo bench -p intel`; figures are lines a
//! second (rows, objects).

#![expect(clippy::expect_used, reason = "a bench that cannot read from memory has nothing to say")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use intel::Lexicon;
use std::fmt::Write as _;

const LINES: u32 = 100_000;

fn main() {
    divan::main();
}

/// Numbers that look drawn by lot and are the same in every run.
fn drawn(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761) ^ (n >> 7)
}

fn addresses() -> String {
    let mut list = "# addresses\n".to_owned();
    for n in 0..LINES {
        let [a, b, c, d] = drawn(n).to_be_bytes();
        let _ = writeln!(list, "{}.{b}.{c}.{d}", a % 223 + 1);
    }
    list
}

fn domains() -> String {
    let mut list = "# domains\n".to_owned();
    for n in 0..LINES {
        let end = ["com", "net", "example", "co.uk", "top"].get(n as usize % 5).copied().unwrap_or_default();
        let _ = writeln!(list, "cdn{n}.evil-{:x}.{end}", drawn(n));
    }
    list
}

fn urls() -> String {
    let mut list = "# urls\n".to_owned();
    for n in 0..LINES {
        let _ = writeln!(list, "http://evil-{:x}.net/gate/{n}.php?id={:08x}", drawn(n), drawn(n + 1));
    }
    list
}

fn hashes() -> String {
    let mut list = "# hashes\n".to_owned();
    for n in 0..LINES {
        for part in 0..8 {
            let _ = write!(list, "{:08x}", drawn(n + part * LINES));
        }
        let _ = writeln!(list, ";a loader of QuayCat, seen in {}", 2020 + n % 6);
    }
    list
}

fn table() -> String {
    let mut table = "# Quay IOCs: recent additions\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\
                     \"threat_type\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\",\"reference\",\"tags\"\n"
        .to_owned();
    for n in 0..LINES {
        let [a, b, c, d] = drawn(n).to_be_bytes();
        let _ = writeln!(
            table,
            "\"2026-11-27 02:00:00\", \"{n}\", \"{}.{b}.{c}.{d}:443\", \"ip:port\", \"botnet_cc\", \"QuayCat\", \"\", \
             \"75\", \"https://blog.research.example/{n}\", \"QuayCat,c2\"",
            a % 223 + 1
        );
    }
    table
}

fn objects() -> String {
    let mut list = "[\n".to_owned();
    for n in 0..LINES {
        let [a, b, c, d] = drawn(n).to_be_bytes();
        let comma = if n + 1 < LINES { "," } else { "" };
        let _ = writeln!(
            list,
            r#"{{"ip_address":"{}.{b}.{c}.{d}","port":443,"status":"online","malware":"QuayCat","first_seen":"2026-11-20 10:00:00"}}{comma}"#,
            a % 223 + 1
        );
    }
    list + "]\n"
}

fn floor(bencher: Bencher<'_, '_>, list: &str) {
    let count = || memchr::memchr_iter(b'\n', black_box(list.as_bytes())).map(|at| at & 1).sum::<usize>();
    bencher.counter(ItemsCount::new(LINES)).bench_local(count);
}

fn read(bencher: Bencher<'_, '_>, name: &str, list: &str) {
    let lexicon = Lexicon::built_in();
    bencher.counter(ItemsCount::new(LINES)).bench_local(|| {
        let mut document = input::Document::open(name, list.as_bytes()).expect("memory");
        let mut facts = 0_u32;
        let (format, _) = intel::read(&mut document, &lexicon, &mut |fact| {
            black_box(fact);
            facts += 1;
        });
        assert!(format.is_some_and(intel::Format::is_list) && facts >= LINES - LINES / 1000, "{facts}");
        facts
    });
}

#[divan::bench]
fn addresses_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &addresses());
}

#[divan::bench]
fn addresses_read(bencher: Bencher<'_, '_>) {
    read(bencher, "addresses.txt", &addresses());
}

#[divan::bench]
fn domains_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &domains());
}

#[divan::bench]
fn domains_read(bencher: Bencher<'_, '_>) {
    read(bencher, "domains.txt", &domains());
}

#[divan::bench]
fn urls_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &urls());
}

#[divan::bench]
fn urls_read(bencher: Bencher<'_, '_>) {
    read(bencher, "urls.txt", &urls());
}

#[divan::bench]
fn hashes_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &hashes());
}

#[divan::bench]
fn hashes_read(bencher: Bencher<'_, '_>) {
    read(bencher, "hashes.txt", &hashes());
}

#[divan::bench]
fn table_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &table());
}

#[divan::bench]
fn table_read(bencher: Bencher<'_, '_>) {
    read(bencher, "table.csv", &table());
}

#[divan::bench]
fn objects_floor(bencher: Bencher<'_, '_>) {
    floor(bencher, &objects());
}

#[divan::bench]
fn objects_read(bencher: Bencher<'_, '_>) {
    read(bencher, "objects.json", &objects());
}
