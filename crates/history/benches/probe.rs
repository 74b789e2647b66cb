//! Ten thousand indicators against millions of made events: size, build, merge, probe; DuckDB on the same files.
//!
//!     cargo bench -p history --bench probe -- 10000000 [FOLDER]
//!
//! Events have five observables, all drawn by Zipf with s = 1: two addresses of 200,000 (3 % bring a fresh one), a domain
//! of a million, a hash or path of 300,000, the folder of an account of 20,000. Seed 7. A table of level 0 has a million
//! events, one of level 1 ten tables, one of level 2 all of them. Two questions: 10,000 values of which 100 came once
//! ("rare"), and 10,000 values drawn as events draw them, without the 2,000 most frequent of a kind ("common"). Times are the
//! least and the median of five runs, the files being in the page cache; opening them is included.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench reads its arguments and the clock, and prints"
)]

use dice::Dice;
use history::{Ask, Event, Postings, Registered, Tables, Versions, compact, observable_hash, views_sql};
use model::{LogSource, Text, Timestamp};
use observable::{Kind, Observable};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

const SEED: u64 = 7;
const TABLE_EVENTS: u64 = 1_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let events = arguments.first().and_then(|text| text.parse::<u64>().ok()).unwrap_or(2_000_000);
    let kept = arguments.get(1).map(std::path::PathBuf::from);
    let folder = tempfile::tempdir().expect("a folder");
    let dir = kept.as_deref().unwrap_or(folder.path());

    let Made { zero, one, two, there } = made(dir, events);
    let mut with_directory = one.clone();
    with_directory.push(two);
    let sets = [("level 0", &zero), ("level 1", &one), ("level 2", &with_directory)];
    let (rare, common) = (rare(there), common());
    for (name, files) in sets {
        for (what, wanted) in [("rare", &rare), ("common", &common)] {
            ask(dir, files, wanted, &format!("{name}, 10,000 {what}"));
        }
        let frequent = [address(2500)];
        ask(dir, files, &frequent, &format!("{name}, one value that is in every table"));
        ask(dir, files, &[fresh(u64::MAX)], &format!("{name}, one value that is nowhere"));
        for kind in [Kind::Ipv4, Kind::Ipv6, Kind::Network] {
            let (before, mut rows) = (cpu_of_thread(), 0u64);
            let problems = Tables::new(dir, files).each_value(&[kind], &mut |_, _, _| rows += 1);
            assert!(problems.is_empty(), "{problems:?}");
            println!("{name}, every {}: {:.2} CPU s; {rows} rows", kind.name(), cpu_of_thread() - before);
        }
    }
    duckdb(dir, &zero, &one, &rare, &common);
}

/// What is asked; kept beside the files, so that a folder that was named is asked again without building it anew.
#[derive(serde::Serialize, serde::Deserialize)]
struct Made {
    zero: Vec<Registered>,
    one: Vec<Registered>,
    two: Registered,
    /// A hundred values that came once.
    there: Vec<Observable>,
}

/// Builds and merges, unless the folder has it.
fn made(dir: &Path, events: u64) -> Made {
    let kept = dir.join("made.json");
    if let Ok(text) = std::fs::read_to_string(&kept) {
        return serde_json::from_str(&text).expect("what this bench wrote");
    }
    let (zero, there) = build(dir, events);
    let size = |files: &[Registered]| files.iter().map(|file| file.bytes).sum::<u64>() as f64 / events as f64;
    println!("level 0: {} tables, {:.1} bytes an event", zero.len(), size(&zero));
    let start = cpu();
    let one: Vec<Registered> = zero
        .chunks(10)
        .map(|inputs| compact(dir, inputs, 1, &Versions::default()).expect("whole inputs"))
        .collect();
    let took = cpu() - start;
    println!("level 1: {} tables, {:.1} bytes an event, merged in {took:.2} CPU s", one.len(), size(&one));
    let start = cpu();
    let two = compact(dir, &one, 2, &Versions::default()).expect("whole inputs");
    let (alone, took) = (size(std::slice::from_ref(&two)), cpu() - start);
    println!("level 2: 1 directory, {alone:.1} bytes an event, merged in {took:.2} CPU s");
    let made = Made { zero, one, two, there };
    std::fs::write(&kept, serde_json::to_string(&made).expect("plain data")).expect("a disk");
    made
}

/// Asks on one and two threads, with and without blocks. Where others share the machine, the seconds of the processor
/// that one thread uses say more than the clock.
fn ask(dir: &Path, files: &[Registered], wanted: &[Observable], what: &str) {
    let mut line = format!("{what}:");
    let mut rows = 0;
    for (blocks, threads) in [(false, 1), (false, 2), (true, 1)] {
        let (mut times, mut used) = (Vec::new(), f64::MAX);
        for _ in 0..5 {
            let (start, before) = (Instant::now(), cpu_of_thread());
            let probed = Tables::new(dir, files).probe(wanted, Ask { blocks, threads });
            assert!(probed.problems.is_empty(), "{:?}", probed.problems);
            rows = probed.seen.len();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            used = used.min((cpu_of_thread() - before) * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        let [least, median] = [0, 2].map(|n| times.get(n).copied().unwrap_or_default());
        let with = if blocks { ", with blocks" } else { "" };
        let _ = if threads == 1 {
            write!(line, " {least:.1} to {median:.1} ms, {used:.1} of CPU (1 thread{with});")
        } else {
            write!(line, " {least:.1} to {median:.1} ms ({threads} threads{with});")
        };
    }
    println!("{line} {rows} rows");
}

/// Makes the events, a table for each million; gives a hundred values that came once, too.
fn build(dir: &Path, events: u64) -> (Vec<Registered>, Vec<Observable>) {
    let mut dice = Dice::new(SEED);
    let (log, mut files, mut there) = (LogSource::default(), Vec::new(), Vec::new());
    let (start, mut making) = (cpu(), 0.0);
    for table in 0..events.div_ceil(TABLE_EVENTS) {
        let mut postings = Postings::new();
        for number in table * TABLE_EVENTS..((table + 1) * TABLE_EVENTS).min(events) {
            let begun = Instant::now();
            let values = values(&mut dice, number);
            let borrowed: Vec<(Kind, &str)> =
                values.iter().map(|seen| (seen.kind, seen.value.as_str())).collect();
            let once = values.iter().find(|seen| seen.kind == Kind::Ipv6);
            if there.len() < 100 && number >= u64::try_from(there.len()).unwrap_or(0) * events / 100 {
                there.extend(once.cloned());
            }
            making += begun.elapsed().as_secs_f64();
            let event = Event {
                time: Timestamp::from_micros(1_700_000_000_000_000 + number.cast_signed() * 10),
                log: &log,
                host: None,
                account: None,
                from: None,
                to: None,
                document: "made",
                record: number,
                fields: &[],
                raw: b"",
                text: Text::Raw,
                observables: &borrowed,
            };
            postings.add("gate", number, &event).expect("below the bounds");
        }
        let transactions = (table, table);
        files.push(postings.write(dir, transactions, &Versions::default()).expect("a disk"));
    }
    let took = cpu() - start - making;
    println!("built {events} events in {took:.1} CPU s, {:.2} a million", took * 1e6 / events as f64);
    (files, there)
}

/// What one event has.
fn values(dice: &mut Dice, number: u64) -> [Observable; 5] {
    let second = if dice.below(100) < 3 { fresh(number) } else { address(zipf(dice, 200_000)) };
    [
        address(zipf(dice, 200_000)),
        second,
        Observable { kind: Kind::Domain, value: domain(zipf(dice, 1_000_000)) },
        file(zipf(dice, 300_000)),
        home(zipf(dice, 20_000)),
    ]
}

/// A rank of so many, Zipf with s = 1, by inversion of the continuous law.
fn zipf(dice: &mut Dice, ranks: u32) -> u64 {
    let share = dice.below(1 << 53) as f64 / (1u64 << 53) as f64;
    f64::from(ranks).powf(share) as u64
}

fn address(n: u64) -> Observable {
    let mixed = Dice::new(n).number();
    let [a, b, c, d, ..] = mixed.to_le_bytes();
    Observable { kind: Kind::Ipv4, value: format!("{a}.{b}.{c}.{d}") }
}

fn fresh(n: u64) -> Observable {
    let [a, b, c, d, e, f, ..] = Dice::new(!n).number().to_le_bytes();
    Observable { kind: Kind::Ipv6, value: format!("2001:db8::{a:x}{b:x}:{c:x}{d:x}:{e:x}{f:x}") }
}

fn domain(n: u64) -> String {
    format!("h{:06x}.{}.example", n, Dice::new(n).below(5000))
}

fn file(n: u64) -> Observable {
    if n.is_multiple_of(2) {
        Observable { kind: Kind::Sha256, value: Dice::new(n).hexadecimal(64) }
    } else {
        Observable { kind: Kind::Path, value: format!("c:/program files/app{}/bin/lib{n}.dll", n % 900) }
    }
}

fn home(n: u64) -> Observable {
    Observable { kind: Kind::Path, value: format!("/home/user{n:05}/.profile") }
}

/// 10,000 values; a hundred of them came once, the others never.
fn rare(mut there: Vec<Observable>) -> Vec<Observable> {
    let mut dice = Dice::new(99);
    while there.len() < 10_000 {
        there.push(Observable { kind: Kind::Sha256, value: dice.hexadecimal(64) });
    }
    there
}

/// 10,000 values as events have them, without the 2,000 most frequent of a kind addresses.
fn common() -> Vec<Observable> {
    let hot = (0..2000).flat_map(|n| {
        let domain = Observable { kind: Kind::Domain, value: domain(n) };
        [address(n), domain, file(n), home(n)]
    });
    let hot: BTreeSet<Observable> = hot.collect();
    let mut dice = Dice::new(100);
    let mut drawn = Vec::new();
    while drawn.len() < 10_000 {
        drawn.extend(values(&mut dice, u64::MAX).into_iter().filter(|value| !hot.contains(value)));
    }
    drawn.truncate(10_000);
    drawn
}

/// The same questions to DuckDB: a join, and the two steps.
fn duckdb(dir: &Path, zero: &[Registered], one: &[Registered], rare: &[Observable], common: &[Observable]) {
    const SCRIPT: &str = "
import duckdb, sys, time, statistics
for level in ('zero', 'one'):
    for what in ('rare', 'common'):
        con = duckdb.connect(); con.execute('SET threads = 2'); con.execute('SET enable_progress_bar = false')
        con.execute(open(f'{sys.argv[1]}/{level}.sql').read())
        con.execute(f\"INSERT INTO wanted SELECT * FROM read_csv('{sys.argv[1]}/{what}.csv', header=false, delim='|')\")
        def join():
            return con.execute('SELECT count(*) FROM observables JOIN wanted USING (hash, kind, value)').fetchone()[0]
        def steps():
            con.execute('SET VARIABLE hits = (SELECT list(hash) FROM outpace_hits())')
            return con.execute('''SELECT count(*) FROM outpace_rows(getvariable('hits')) o
                JOIN (SELECT DISTINCT * FROM wanted) w USING (kind, value)''').fetchone()[0]
        for name, ask in (('join', join), ('two steps', steps)):
            times = []
            for _ in range(5):
                start = time.perf_counter(); rows = ask(); times.append(time.perf_counter() - start)
            print(f'DuckDB {duckdb.__version__}, level {level}, 10,000 {what}, {name}: {statistics.median(times)*1000:.1f} ms (2 threads); {rows} rows')
";
    for (name, files) in [("zero", zero), ("one", one)] {
        std::fs::write(dir.join(format!("{name}.sql")), views_sql(dir, files)).expect("a disk");
    }
    for (name, wanted) in [("rare", rare), ("common", common)] {
        let distinct: BTreeSet<&Observable> = wanted.iter().collect();
        let mut text = String::new();
        for wanted in distinct {
            let hash = observable_hash(wanted.kind, &wanted.value);
            let kind = Kind::ALL.iter().position(|kind| *kind == wanted.kind).unwrap_or_default() + 1;
            let _ = writeln!(text, "{hash}|{kind}|{}", wanted.value);
        }
        std::fs::write(dir.join(format!("{name}.csv")), text).expect("a disk");
    }
    match std::process::Command::new("python3").args(["-c", SCRIPT]).arg(dir).output() {
        Ok(output) if output.status.success() => print!("{}", String::from_utf8_lossy(&output.stdout)),
        Ok(output) => println!("DuckDB was not asked: {}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => println!("DuckDB was not asked: {error}"),
    }
}

/// Seconds of the processors that this process has used: others share the machine.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// The same of this thread, to the nanosecond.
fn cpu_of_thread() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1e9
}
