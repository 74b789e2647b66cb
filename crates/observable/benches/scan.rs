//! The walk over logs, and the building of the set, with a thousand to a million needles, beside the floor.
//!
//! Needles: 40 % domains (with what lies below), 25 % IPv4 addresses, 15 % URLs, 20 % SHA-256 and MD5 digests,
//! seed 2. Logs: 20,000 lines of about 200 bytes each, seed 1. *access* is the Combined format of a web server,
//! whose few hosts are its own; *proxy* names another host in every line, half of them under ends that needles
//! have. One line in a thousand holds a needle. *kinds* are needles of every kind that logs hold, *words* the same
//! and some without a full stop, so that every word is looked at. The floor is a walk over the newlines of the same
//! bytes. *extract* gives every value of a line, whatever is looked for; compare with *access* and *proxy* for a
//! million needles. Memory is what the set says of itself, and the allocator's peak while it is built. Run:
//! `cargo bench -p observable --bench scan`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a bench")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use dice::Dice;
use divan::AllocProfiler;
use divan::counter::{BytesCount, ItemsCount};
use observable::{Extractor, Kind, Needle, Scope, Scratch, Set, canonical};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    for count in [1_000, 1_000_000] {
        let bytes = compile(needles(count)).bytes() as u64;
        println!("{count} needles: {}.{} bytes a needle", bytes / count, bytes * 10 / count % 10);
    }
    divan::main();
}

/// Draws what lists and logs hold.
struct Random(Dice);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0.below(below)
    }

    fn word(&mut self, shortest: u64, longest: u64) -> String {
        let length = shortest + self.next(longest - shortest + 1);
        (0..length)
            .map(|at| {
                let letters: &[u8] = if at % 2 == 0 { b"bcdfghklmnprstvz" } else { b"aeiouy" };
                char::from(letters[self.next(letters.len() as u64) as usize])
            })
            .collect()
    }

    fn one_of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.next(texts.len() as u64) as usize]
    }

    fn host(&mut self) -> String {
        let end = self.one_of(&["com", "com", "com", "net", "org", "top", "xyz", "ru", "info", "co.uk"]);
        match self.next(3) {
            0 => format!("{}.{}.{end}", self.word(3, 8), self.word(6, 14)),
            1 => format!("{}-{}.{end}", self.word(4, 8), self.word(3, 8)),
            _ => format!("{}.{end}", self.word(6, 14)),
        }
    }

    fn address(&mut self) -> String {
        format!("{}.{}.{}.{}", 11 + self.next(180), self.next(256), self.next(256), self.next(256))
    }

    fn hexadecimal(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.next(16) as usize])).collect()
    }

    fn needle(&mut self, tag: u32) -> Needle {
        let (kind, text) = match tag % 20 {
            0..8 => (Kind::Domain, self.host()),
            8..13 => (Kind::Ipv4, self.address()),
            13..16 => {
                let path = format!("{}/{}", self.word(4, 12), self.word(4, 16));
                (Kind::Url, format!("https://{}/{path}.php?id={}", self.host(), self.next(1 << 30)))
            }
            16..18 => (Kind::Sha256, self.hexadecimal(64)),
            _ => (Kind::Md5, self.hexadecimal(32)),
        };
        let scope = if kind == Kind::Domain { Scope::Below } else { Scope::Exact };
        Needle { observable: canonical(kind, &text).unwrap(), scope, tag }
    }
}

fn needles(count: u64) -> Vec<Needle> {
    let mut random = Random(Dice::new(2));
    (0..count as u32).map(|tag| random.needle(tag)).collect()
}

fn compile(needles: impl IntoIterator<Item = Needle>) -> Set {
    let mut builder = Set::builder();
    for needle in needles {
        builder.add(needle);
    }
    builder.build()
}

/// Needles of all kinds that logs hold, in equal parts.
fn every_kind(count: u64) -> Vec<Needle> {
    let mut random = Random(Dice::new(3));
    let needle = |tag: u32| {
        let n = random.next(1 << 31);
        let (kind, text) = match tag % 8 {
            0 => (Kind::Ipv4, random.address()),
            1 => (Kind::Domain, format!("evil{n}.com")),
            2 => (Kind::Url, format!("https://evil{n}.net/payload/{n}.php")),
            3 => (Kind::Sha256, random.hexadecimal(64)),
            4 => (Kind::Md5, random.hexadecimal(32)),
            5 => (Kind::FileName, format!("payload{n}.php")),
            6 => (Kind::Path, format!("c:/windows/temp/{n}.exe")),
            _ => (Kind::Email, format!("a{n}@evil{n}.com")),
        };
        let scope = if kind == Kind::Domain { Scope::Below } else { Scope::Exact };
        Needle { observable: canonical(kind, &text).unwrap(), scope, tag }
    };
    (0..count as u32).map(needle).collect()
}

/// Any needle without a full stop makes the set look at every word.
fn every_word(count: u64) -> Vec<Needle> {
    let more = [(Kind::Cve, "CVE-2021-44228"), (Kind::Path, "/tmp/evil"), (Kind::Ipv6, "2001:db8::7")];
    let more = more.map(|(kind, text)| Needle {
        observable: canonical(kind, text).unwrap(),
        scope: Scope::Exact,
        tag: 0,
    });
    every_kind(count).into_iter().chain(more).collect()
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

fn access_log() -> Vec<u8> {
    let mut random = Random(Dice::new(1));
    let mut known = Random(Dice::new(2));
    let mut log = String::new();
    for line in 0..20_000_u32 {
        let address = match known.needle(line) {
            needle if needle.observable.kind == Kind::Ipv4 && line % 1000 == 8 => needle.observable.value,
            _ => format!("10.{}.{}.{}", random.next(200), random.next(256), random.next(256)),
        };
        log.push_str(&format!(
            "{address} - - [{:02}/Jun/2026:{:02}:{:02}:{:02} +0000] \"GET /berth/{}/view?id={}&lang=en HTTP/1.1\" {} {} \"https://www.seaward.example/plan/{}\" \"{AGENT}\"\n",
            1 + random.next(30),
            random.next(24),
            random.next(60),
            random.next(60),
            random.next(900),
            random.next(1_000_000),
            if random.next(50) == 0 { 404 } else { 200 },
            random.next(90_000),
            random.next(400),
        ));
    }
    log.into_bytes()
}

fn proxy_log() -> Vec<u8> {
    let mut random = Random(Dice::new(4));
    let mut known = Random(Dice::new(2));
    let mut log = String::new();
    for line in 0..20_000_u32 {
        let host = match known.needle(line) {
            needle if needle.observable.kind == Kind::Domain && line % 1000 == 0 => needle.observable.value,
            _ if random.next(2) == 0 => format!("{}.{}.de", random.word(3, 6), random.word(5, 12)),
            _ => random.host(),
        };
        let (client, server) = (random.address(), random.address());
        log.push_str(&format!(
            "17183{:05}.{:03} {:>6} {client} TCP_MISS/200 {} GET https://{host}/{}/{}.html?p={} - HIER_DIRECT/{server} text/html \"{AGENT}\"\n",
            line,
            random.next(1000),
            random.next(3000),
            random.next(90_000),
            random.word(3, 9),
            random.word(3, 12),
            random.next(1000),
        ));
    }
    log.into_bytes()
}

#[divan::bench]
fn floor_newlines(bencher: divan::Bencher<'_, '_>) {
    let log = access_log();
    bencher.counter(BytesCount::new(log.len())).bench_local(|| memchr::memchr_iter(b'\n', &log).count());
}

/// The cost of one walk over all lines.
fn scan(bencher: divan::Bencher<'_, '_>, log: &[u8], needles: Vec<Needle>) {
    let set = compile(needles);
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::new(log.len())).bench_local(|| {
        let mut hits = 0_u64;
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', log) {
            set.scan(&log[start..end], &mut scratch, &mut |_| hits += 1);
            start = end + 1;
        }
        hits
    });
}

#[divan::bench(args = [1_000, 1_000_000])]
fn access(bencher: divan::Bencher<'_, '_>, count: u64) {
    scan(bencher, &access_log(), needles(count));
}

#[divan::bench(args = [1_000, 1_000_000])]
fn proxy(bencher: divan::Bencher<'_, '_>, count: u64) {
    scan(bencher, &proxy_log(), needles(count));
}

#[divan::bench(args = [1_000, 1_000_000])]
fn access_kinds(bencher: divan::Bencher<'_, '_>, count: u64) {
    scan(bencher, &access_log(), every_kind(count));
}

#[divan::bench(args = [1_000, 1_000_000])]
fn access_words(bencher: divan::Bencher<'_, '_>, count: u64) {
    scan(bencher, &access_log(), every_word(count));
}

/// The cost of extracting all values of all lines.
fn extract(bencher: divan::Bencher<'_, '_>, log: &[u8]) {
    let mut extractor = Extractor::default();
    bencher.counter(BytesCount::new(log.len())).bench_local(|| {
        let mut values = 0_u64;
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', log) {
            let complete = extractor.extract(&log[start..end], &mut |_, _| values += 1);
            assert!(complete);
            start = end + 1;
        }
        values
    });
}

#[divan::bench]
fn access_extract(bencher: divan::Bencher<'_, '_>) {
    extract(bencher, &access_log());
}

#[divan::bench]
fn proxy_extract(bencher: divan::Bencher<'_, '_>) {
    extract(bencher, &proxy_log());
}

/// From needles, which the caller keeps, to the set: values are checked on the way. Memory is the peak of builder
/// and set together.
#[divan::bench(args = [1_000, 1_000_000], sample_count = 5, sample_size = 1)]
fn build(bencher: divan::Bencher<'_, '_>, count: u64) {
    let needles = needles(count);
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let mut builder = Set::builder();
        for needle in &needles {
            builder.add_ref(&needle.observable, needle.scope, needle.tag);
        }
        builder.build()
    });
}
