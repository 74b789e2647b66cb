//! An inventory of 100, 1,000 and 10,000 machines beside what the world knows: time and memory of `outpace check`.
//!
//! The inventory is generated (SplitMix64, seed 7): a table of components, 200 rows a machine, out of 50,000
//! different claims of which the first are the commonest, and a table of devices with zones and owners. 1,500 claims
//! are products of the CVE records in a version that a record names, 1,500 are packages of OSV; the others are
//! harmless. Products and packages that more than [`RECORDS_MAX`] records name are left out, so that the number of
//! findings is bounded: at most about [`RECORDS_MAX`] for a row, and 3,000 claims of 50,000 can have any.
//!
//! Measured: processor time, wall time and peak memory, for the table and for one finding a line (through a pipe
//! to a reader that counts). Floor, in the same run: the same program over the same inventory without knowledge.
//! Machines at most: `OUTPACE_BENCH_MACHINES` (default 10,000).
//!
//! Data: `OUTPACE_DATA`, or `shared/data` beside the repository; without it the bench says so and ends.
//!
//! Command: `cargo bench -p outpace --bench estate`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::{early, run};
use serde_json::Value;
use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

const SIZES: [u64; 3] = [100, 1_000, 10_000];
const ROWS_A_MACHINE: usize = 200;
const CLAIMS: usize = 50_000;
/// Claims of products in CVE records, and as many of packages in OSV.
const KNOWN_CLAIMS: usize = 1_500;
/// How many records may name a product or package that is claimed.
const RECORDS_MAX: u32 = 40;

/// What of the shared data is knowledge here; the first holds CVE records, the last three are of OSV.
const KNOWLEDGE: [&str; 5] = [
    "vuln/cve5/vulnrichment-2024-10-24.jsonl.zst",
    "vuln/kev/known_exploited_vulnerabilities-2026-08-07.json",
    "vuln/osv/pypa.jsonl.zst",
    "vuln/osv/golang.jsonl.zst",
    "vuln/osv/rustsec.jsonl.zst",
];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(data) = measured::data() else { return Ok(()) };
    let knowledge = KNOWLEDGE.map(|name| data.join(name));
    if let Some(absent) = knowledge.iter().find(|path| !path.is_file()) {
        println!("skipped: {} is not there", absent.display());
        return Ok(());
    }
    let claims = claims(&knowledge);
    let folder = tempfile::tempdir()?;
    let advisory = folder.path().join("advisory.md");
    std::fs::write(&advisory, "# A flaw\n\nThe group exploits CVE-2021-44228 (T1190).\n")?;
    for machines in SIZES {
        if machines > measured::number("OUTPACE_BENCH_MACHINES", 10_000) {
            break;
        }
        let (inventory, devices) = (folder.path().join("components.csv"), folder.path().join("devices.csv"));
        let bytes = write_inventory(&inventory, &claims, machines)?;
        write_devices(&devices, machines)?;
        println!("{machines} machines, {ROWS_A_MACHINE} rows each, {} kB of inventory", bytes / 1000);
        measure(&advisory, &[&inventory, &devices], &knowledge, machines)?;
    }
    Ok(())
}

fn measure(
    advisory: &Path,
    estate: &[&Path],
    knowledge: &[PathBuf],
    machines: u64,
) -> Result<(), Box<dyn Error>> {
    let asked = |knowledge: &[PathBuf], format: &str, each: &mut dyn FnMut(&[u8])| {
        let mut arguments = vec!["check".into(), advisory.as_os_str().to_owned(), "--estate".into()];
        arguments.extend(estate.iter().map(|path| path.as_os_str().to_owned()));
        if !knowledge.is_empty() {
            arguments.push("--knowledge".into());
            arguments.extend(knowledge.iter().map(|path| path.as_os_str().to_owned()));
        }
        arguments.extend(["--format", format].map(Into::into));
        run(&arguments, each)
    };
    let floor = asked(&[], "table", &mut |_| {})?;
    println!("  floor: no knowledge   {floor}");
    let mut screen_lines = 0;
    let table = asked(knowledge, "table", &mut |_| screen_lines += 1)?;
    println!("  table                 {table}   {:.1} × floor, {screen_lines} lines", table.ratio(&floor));
    let mut findings = 0_u64;
    let lines = asked(knowledge, "ndjson", &mut |_| findings += 1)?;
    println!(
        "  ndjson                {lines}   {:.1} × floor, {findings} findings ({} a machine), {} MB",
        lines.ratio(&floor),
        findings / machines,
        lines.bytes / 1_000_000
    );
    Ok(())
}

/// A row of the inventory without its machine: vendor, name, version, package URL.
type Claim = [String; 4];

/// All claims, in the order of how common they are.
fn claims(knowledge: &[PathBuf]) -> Vec<Claim> {
    let mut dice = Dice::new(7);
    let mut claims = Vec::with_capacity(CLAIMS);
    let (records, packages) = knowledge.split_at(1);
    for mut known in [products(records), osv_packages(packages.get(1..).unwrap_or_default(), &mut dice)] {
        dice.shuffle(&mut known);
        known.truncate(KNOWN_CLAIMS);
        assert!(known.len() == KNOWN_CLAIMS, "the records name too few products: {}", known.len());
        claims.append(&mut known);
    }
    for n in claims.len()..CLAIMS {
        let kind =
            ["core", "utils", "data", "net", "gui", "font", "doc"].get(n % 7).copied().unwrap_or_default();
        let version = format!("{}.{}.{}", dice.below(9), dice.below(30), dice.below(50));
        claims.push([String::new(), format!("lib{kind}-{n}"), version, String::new()]);
    }
    dice.shuffle(&mut claims);
    claims
}

/// Gives every line of the documents, as JSON.
fn each_record(paths: &[PathBuf], each: &mut dyn FnMut(&Value)) {
    input::walk(paths, &input::Limits::default(), &|_| {}, &mut |document| {
        for line in BufReader::new(document.reader).lines().map_while(Result::ok) {
            serde_json::from_str(&line).iter().for_each(&mut *each);
        }
    });
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Claims, each with the name that is counted, of names that few enough records have.
fn bounded(claims: Vec<(String, Claim)>, records: &HashMap<String, u32>) -> Vec<Claim> {
    let few = |name: &String| records.get(name).is_none_or(|records| *records <= RECORDS_MAX);
    let mut claims: Vec<Claim> =
        claims.into_iter().filter(|(name, _)| few(name)).map(|(_, claim)| claim).collect();
    claims.sort();
    claims.dedup();
    claims
}

/// Products of CVE records, in the versions that records name: the last affected or the first that is not.
fn products(paths: &[PathBuf]) -> Vec<Claim> {
    let (mut claims, mut records) = (Vec::new(), HashMap::new());
    each_record(paths, &mut |record| {
        let affected = record.pointer("/containers/cna").map_or(&[][..], |cna| list(cna, "affected"));
        for product in affected {
            let (vendor, name) = (text(product, "vendor"), text(product, "product"));
            if vendor.is_empty() || name.is_empty() || vendor == "n/a" {
                continue;
            }
            let counted = name.to_lowercase();
            *records.entry(counted.clone()).or_default() += 1;
            for range in list(product, "versions").iter().take(2) {
                let ends = ["lessThan", "lessThanOrEqual", "version"].map(|end| text(range, end));
                let version = ends.into_iter().find(|end| !end.is_empty()).unwrap_or_default();
                if version.len() < 20 && version.starts_with(|c: char| c.is_ascii_digit()) {
                    let claim = [vendor, name, version, ""].map(str::to_owned);
                    claims.push((counted.clone(), claim));
                }
            }
        }
    });
    bounded(claims, &records)
}

/// Packages of OSV, each in one version of 1.0.x.
fn osv_packages(paths: &[PathBuf], dice: &mut Dice) -> Vec<Claim> {
    let (mut claims, mut records) = (Vec::new(), HashMap::new());
    each_record(paths, &mut |record| {
        let Some(package) = list(record, "affected").first().and_then(|affected| affected.get("package"))
        else {
            return;
        };
        let kind = match text(package, "ecosystem") {
            "PyPI" => "pypi",
            "Go" => "golang",
            "crates.io" => "cargo",
            _ => return,
        };
        let name = text(package, "name");
        let counted = format!("{kind}/{}", name.to_lowercase());
        *records.entry(counted.clone()).or_default() += 1;
        let version = format!("1.0.{}", dice.below(30));
        let purl = format!("pkg:{counted}@{version}");
        claims.push((counted, [String::new(), name.to_owned(), version, purl]));
    });
    bounded(claims, &records)
}

fn write_inventory(path: &Path, claims: &[Claim], machines: u64) -> std::io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut dice = Dice::new(machines);
    writeln!(out, "host,vendor,name,version,purl")?;
    for machine in 0..machines {
        for _ in 0..ROWS_A_MACHINE {
            let Some(claim) = claims.get(early(&mut dice, claims.len())) else { continue };
            write!(out, "srv-{machine:05}")?;
            for cell in claim {
                write!(out, ",\"{}\"", cell.replace('"', "\"\"").replace(['\r', '\n'], " "))?;
            }
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(std::fs::metadata(path)?.len())
}

fn write_devices(path: &Path, machines: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut dice = Dice::new(machines);
    writeln!(out, "name,fqdn,ip,zone,role,internet_facing,owner")?;
    for n in 0..machines {
        let zone = match dice.below(4) {
            0 => "dmz",
            1 => "user",
            _ => "server",
        };
        writeln!(
            out,
            "srv-{n:05},srv-{n:05}.corp.example,10.{}.{}.{},{zone},server,{},team-{}",
            n >> 16,
            n >> 8 & 255,
            n & 255,
            if n % 50 == 0 { "yes" } else { "no" },
            n % 20
        )?;
    }
    out.flush()
}
