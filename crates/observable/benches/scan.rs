//! The walk over access-log lines with ten thousand to a million needles, beside its floor.
//!
//! Input: 20,000 lines of the Combined format, about 200 bytes each, seed 1; one line in a thousand holds a
//! needle. The floor is a walk over the newlines of the same bytes. Run:
//! `cargo bench -p observable --bench scan`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a bench")]

use divan::counter::BytesCount;
use observable::{Kind, Needle, Scope, Scratch, Set, canonical};

fn main() {
    divan::main();
}

struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn log() -> Vec<u8> {
    let mut random = Random(1);
    let pages = [
        "/",
        "/index.php",
        "/static/app.3f2a1c.js",
        "/wiki/Main_Page",
        "/api/v1/items?page=3&sort=asc",
        "/img/logo.png",
    ];
    let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
        "curl/8.4.0",
    ];
    let mut log = String::new();
    for line in 0..20_000 {
        let address = if line % 1000 == 999 {
            format!("198.51.{}.{}", random.next(4), random.next(256))
        } else {
            format!("{}.{}.{}.{}", 11 + random.next(80), random.next(256), random.next(256), random.next(256))
        };
        log.push_str(&format!(
            "{address} - - [12/Jun/2026:03:{:02}:{:02} +0000] \"GET {} HTTP/1.1\" 200 {} \"https://www.port.example/{}\" \"{}\"\n",
            random.next(60),
            random.next(60),
            pages[random.next(6) as usize],
            random.next(50_000),
            random.next(1000),
            agents[random.next(4) as usize],
        ));
    }
    log.into_bytes()
}

/// Needles of all kinds that logs hold, in equal parts.
fn set(count: u64, every_word: bool) -> Set {
    let mut random = Random(2);
    let mut builder = Set::builder();
    for tag in 0..count as u32 {
        let n = random.next(1 << 31);
        let (kind, text) = match tag % 8 {
            0 => (Kind::Ipv4, format!("198.51.{}.{}", n % 256, n / 256 % 256)),
            1 => (Kind::Domain, format!("evil{n}.com")),
            2 => (Kind::Url, format!("https://evil{n}.net/payload/{n}.php")),
            3 => (Kind::Sha256, format!("{n:064x}")),
            4 => (Kind::Md5, format!("{n:032x}")),
            5 => (Kind::FileName, format!("payload{n}.php")),
            6 => (Kind::Path, format!("c:/windows/temp/{n}.exe")),
            _ => (Kind::Email, format!("a{n}@evil{n}.com")),
        };
        let scope = if kind == Kind::Domain { Scope::Below } else { Scope::Exact };
        builder.add(Needle { observable: canonical(kind, &text).unwrap(), scope, tag });
    }
    // Any needle without a full stop makes the set look at every word.
    if every_word {
        for (kind, text) in
            [(Kind::Cve, "CVE-2021-44228"), (Kind::Path, "/tmp/evil"), (Kind::Ipv6, "2001:db8::7")]
        {
            builder.add(Needle { observable: canonical(kind, text).unwrap(), scope: Scope::Exact, tag: 0 });
        }
    }
    builder.build()
}

#[divan::bench]
fn floor_newlines(bencher: divan::Bencher<'_, '_>) {
    let log = log();
    bencher.counter(BytesCount::new(log.len())).bench_local(|| memchr::memchr_iter(b'\n', &log).count());
}

/// The cost of one walk over all lines.
fn scan(bencher: divan::Bencher<'_, '_>, set: &Set) {
    let log = log();
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::new(log.len())).bench_local(|| {
        let mut hits = 0_u64;
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &log) {
            set.scan(&log[start..end], &mut scratch, &mut |_| hits += 1);
            start = end + 1;
        }
        hits
    });
}

#[divan::bench(args = [1_000, 10_000, 1_000_000])]
fn scan_mixed(bencher: divan::Bencher<'_, '_>, needles: u64) {
    scan(bencher, &set(needles, false));
}

#[divan::bench(args = [1_000, 10_000, 1_000_000])]
fn scan_mixed_every_word(bencher: divan::Bencher<'_, '_>, needles: u64) {
    scan(bencher, &set(needles, true));
}
