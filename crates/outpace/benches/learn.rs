//! How much a home writes of what changed: an inventory of 2,000,000 rows and a feed of 300,000 records, learnt again.
//!
//! The inventory is generated (SplitMix64, seed 7): 200 rows on each of 10,000 machines, out of 50,000 claims of which the
//! first are the commonest. It is learnt, then again with one row of a hundred changed (another version, anywhere), then
//! with a row on top of it. The feed is learnt, then again 30 times, each time with 300 of its records changed, anywhere.
//!
//! Measured: processor time, wall time and peak memory of `outpace ingest`, and how much it wrote. Written is twice the
//! length of the write-ahead log after it: every page that changed is written once to the log and once to the database.
//! The log stays because the bench holds the home open. Temporary files, in which what was read waits for the commit, are
//! not counted. The bytes of the change are those of the changed rows or records in the input, with their line ends.
//! Growth is that of the database when nothing waits in the log.
//!
//! Machines: `OUTPACE_BENCH_MACHINES` (default 10,000); records: `OUTPACE_BENCH_RECORDS` (default 300,000); versions of the
//! feed: `OUTPACE_BENCH_DELTAS` (default 30).
//!
//! Command: `cargo bench -p outpace --bench learn`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::{early, run};
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

const ROWS_A_MACHINE: u64 = 200;
const CLAIMS: usize = 50_000;
const RECORDS_A_DELTA: u64 = 300;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let home = folder.path().join("home");
    run(&["init".as_ref(), "--home".as_ref(), home.as_os_str()], &mut |_| {})?;
    inventory(folder.path(), &home)?;
    feed(folder.path(), &home)
}

fn inventory(folder: &Path, home: &Path) -> Result<(), Box<dyn Error>> {
    let machines = measured::number("OUTPACE_BENCH_MACHINES", 10_000);
    let path = folder.join("components.csv");
    let mut dice = Dice::new(7);
    let claims: Vec<String> = (0..CLAIMS)
        .map(|n| format!("lib-{n},{}.{}.{}", dice.below(9), dice.below(30), dice.below(50)))
        .collect();
    let mut rows: Vec<(u64, usize, bool)> = Vec::new();
    for machine in 0..machines {
        rows.extend((0..ROWS_A_MACHINE).map(|_| (machine, early(&mut dice, CLAIMS), false)));
    }
    let write = |rows: &[(u64, usize, bool)]| -> std::io::Result<u64> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let mut changed = 0;
        writeln!(out, "host,name,version")?;
        for (machine, claim, is_changed) in rows {
            let claim = claims.get(*claim).map_or("", String::as_str);
            let row = format!("srv-{machine:05},{claim}{}\n", if *is_changed { ".1" } else { "" });
            changed += if *is_changed { row.len() as u64 } else { 0 };
            out.write_all(row.as_bytes())?;
        }
        out.flush()?;
        Ok(changed)
    };
    write(&rows)?;
    println!("{} rows, {} kB", rows.len(), std::fs::metadata(&path)?.len() / 1_000);
    report("first", learnt(home, &path)?, 0);
    for (n, row) in rows.iter_mut().enumerate() {
        row.2 = (n + n / 100) % 100 == 0;
    }
    let changed = write(&rows)?;
    report("one row of a hundred", learnt(home, &path)?, changed);
    rows.insert(0, (0, 0, false));
    write(&rows)?;
    report("a row on top", learnt(home, &path)?, 0);
    let open = run(&["status".as_ref(), "--home".as_ref(), home.as_os_str()], &mut |_| {})?;
    println!("  status                  {open}");
    Ok(())
}

fn feed(folder: &Path, home: &Path) -> Result<(), Box<dyn Error>> {
    let records = measured::number("OUTPACE_BENCH_RECORDS", 300_000);
    let deltas = measured::number("OUTPACE_BENCH_DELTAS", 30);
    let path = folder.join("records.jsonl");
    let mut versions = vec![0_u64; usize::try_from(records)?];
    let write = |versions: &[u64]| -> std::io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        for (n, version) in versions.iter().enumerate() {
            writeln!(out, "{}", record(n, *version))?;
        }
        out.flush()
    };
    write(&versions)?;
    println!("{records} records, {} kB", std::fs::metadata(&path)?.len() / 1_000);
    report("first", learnt(home, &path)?, 0);
    let before = std::fs::metadata(home.join("outpace.db"))?.len();
    let (mut dice, mut changed, mut written) = (Dice::new(7), 0, 0);
    for delta in 1..=deltas {
        for _ in 0..RECORDS_A_DELTA {
            let n = usize::try_from(dice.below(records))?;
            if let Some(version) = versions.get_mut(n).filter(|version| **version != delta) {
                *version = delta;
                changed += record(n, delta).len() as u64 + 1;
            }
        }
        write(&versions)?;
        let (cost, bytes) = learnt(home, &path)?;
        written += bytes;
        if delta == deltas {
            report("the last delta", (cost, bytes), 0);
        }
    }
    let after = std::fs::metadata(home.join("outpace.db"))?.len();
    println!(
        "  {deltas} deltas of {RECORDS_A_DELTA} records: {} kB changed, {} kB written, {} kB grown",
        changed / 1_000,
        written / 1_000,
        after.saturating_sub(before) / 1_000
    );
    Ok(())
}

/// A record of the CVE list, of the usual length.
fn record(n: usize, version: u64) -> String {
    let mut dice = Dice::new(n as u64 + 1);
    let words: Vec<String> = (0..60).map(|_| format!("w{}", dice.below(5_000))).collect();
    let (words, year) = (words.join(" "), 2000 + n / 20_000);
    let id = format!("CVE-{year}-{:05}", n % 20_000);
    let organisation = "00000000-0000-4000-8000-000000000000";
    format!(
        "{{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{{\"cveId\":\"{id}\",\
         \"assignerOrgId\":\"{organisation}\",\"state\":\"PUBLISHED\",\"datePublished\":\"{year}-03-01T00:00:00.000Z\",\
         \"dateUpdated\":\"2026-05-{:02}T00:00:00.000Z\"}},\"containers\":{{\"cna\":{{\"providerMetadata\":{{\
         \"orgId\":\"{organisation}\"}},\"title\":\"A flaw in product-{n}\",\"descriptions\":[{{\"lang\":\"en\",\
         \"value\":\"{words}\"}}],\"affected\":[{{\"vendor\":\"vendor-{}\",\"product\":\"product-{n}\",\"versions\":\
         [{{\"version\":\"0\",\"lessThan\":\"{}.{version}\",\"status\":\"affected\",\"versionType\":\"semver\"}}]}}],\
         \"references\":[{{\"url\":\"https://vendor-{}.example/advisories/{n}\"}}]}}}}}}",
        version + 1,
        n % 3_000,
        dice.below(20),
        n % 3_000
    )
}

/// Learns a document; says what that cost and how many bytes were written.
fn learnt(home: &Path, path: &Path) -> Result<(measured::Cost, u64), Box<dyn Error>> {
    let held = store::Home::open(home, Arc::new(pipeline::Spooled::default()))?;
    let arguments = ["ingest".as_ref(), path.as_os_str(), "--home".as_ref(), home.as_os_str()];
    let cost = run(&arguments, &mut |_| {})?;
    let log = std::fs::metadata(home.join("outpace.db-wal"))?.len();
    drop(held);
    Ok((cost, 2 * log))
}

fn report(what: &str, (cost, written): (measured::Cost, u64), changed: u64) {
    let tenths = (written * 10).checked_div(changed);
    let ratio = tenths.map_or_else(String::new, |tenths| {
        format!(", {}.{} × the {} kB that changed", tenths / 10, tenths % 10, changed / 1_000)
    });
    println!("  {what:<23} {cost}   {} kB written{ratio}", written / 1_000);
}
