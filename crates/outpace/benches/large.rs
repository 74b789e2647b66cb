//! Tables that are larger than any organisation's: 1,000,000 machines, and 60,000 machines with 1,000 further columns.
//!
//! The tables are generated (SplitMix64, seed 7): name, address, one of six operating systems, one of seven products with
//! its version; the wide one with short cells under headers that nobody asks for. What is kept is bounded by design, so
//! the bench asks: does memory stay within the bound, and does the answer say that a bound was hit?
//!
//! Measured: processor time, wall time and peak memory of `outpace check --format json`; floor, in the same run: a tenth
//! of the machines, and the same machines without further columns. Machines at most: `OUTPACE_BENCH_MACHINES` (default
//! 1,000,000).
//!
//! Command: `cargo bench -p outpace --bench large`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::{Cost, run};
use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const SYSTEMS: [&str; 6] =
    ["Windows Server 2019", "Windows 11 23H2", "Ubuntu 22.04", "Debian 12", "RHEL 9.2", "FortiOS 7.0.12"];
const PRODUCTS: [&str; 7] = [
    "log4j-core,2.14.1",
    "openssl,3.0.2",
    "nginx,1.22.0",
    "Google Chrome,120.0.6099.109",
    "curl,7.88.1",
    "Citrix ADC,13.1",
    "Exchange Server,15.2.1118.7",
];
const FURTHER_COLUMNS: u64 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let machines = measured::number("OUTPACE_BENCH_MACHINES", 1_000_000);
    let folder = tempfile::tempdir()?;
    for (name, rows, further) in [
        ("floor: a tenth of the machines", machines / 10, 0),
        ("machines", machines, 0),
        ("floor: no further columns", machines * 6 / 100, 0),
        ("further columns", machines * 6 / 100, FURTHER_COLUMNS),
    ] {
        let table = folder.path().join("machines.csv");
        write(&table, rows, further)?;
        let bytes = std::fs::metadata(&table)?.len();
        let (cost, said) = measure(&table)?;
        println!("{name:<32} {rows:>9} rows, {:>4} MB   {cost}", bytes / 1_000_000);
        said.iter().for_each(|bound| println!("      bound said: {bound}"));
    }
    Ok(())
}

fn measure(table: &Path) -> Result<(Cost, Vec<String>), Box<dyn Error>> {
    let mut arguments = vec![OsStr::new("check"), OsStr::new("--estate"), table.as_os_str()];
    arguments.extend(["--format", "json"].map(OsStr::new));
    let mut said = Vec::new();
    let cost = run(&arguments, &mut |line| {
        let line = String::from_utf8_lossy(line);
        let what = line.trim().strip_prefix("\"what\": \"").unwrap_or_default();
        if what.contains("were not used") || what.contains("were not kept") {
            said.push(what.trim_end_matches([',', '"']).to_owned());
        }
    })?;
    Ok((cost, said))
}

fn write(path: &Path, rows: u64, further: u64) -> std::io::Result<()> {
    let mut dice = Dice::new(7);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write!(out, "name,ip,os,product,version")?;
    (0..further).try_for_each(|n| write!(out, ",column{n}"))?;
    writeln!(out)?;
    for n in 0..rows {
        let (system, product) = (dice.one_of(&SYSTEMS), dice.one_of(&PRODUCTS));
        write!(out, "host-{n},10.{}.{}.{},{system},{product}", n >> 16 & 255, n >> 8 & 255, n & 255)?;
        (0..further).try_for_each(|n| write!(out, ",v{}", n % 10))?;
        writeln!(out)?;
    }
    out.flush()
}
