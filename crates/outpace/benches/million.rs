//! A home of 1,000,000 findings: what it costs to learn it, to look at it, to brief of it, and to decide who gets a notice.
//!
//! The home is generated: 1,000 products with made-up names in version 1.0 on each of 1,000 machines, a record of the CVE list for each product,
//! and a catalogue that says of each flaw that it is exploited. So each row of the inventory is an exposure. Two weeks later
//! the inventory says of one row in a hundred that it is fixed. The week of that is briefed. Of 200 subscriptions 20 mean each
//! turn; each leads to a folder of its own. The first pass routes everything that there is.
//!
//! Measured: processor time, wall time and peak memory of `outpace ingest`, `status`, `status --form handover`, `brief` and
//! `notify run`. Floor, in the same run: a tenth of the machines. Ratio: by processor time.
//!
//! Machines: `OUTPACE_BENCH_MACHINES` (default 1,000).
//!
//! Command: `cargo bench -p outpace --bench million`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use measured::{Cost, run_at};
use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

const PRODUCTS: u64 = 1_000;
const SUBSCRIPTIONS: u64 = 200;
/// One subscription in so many means what there is.
const MEANS_ONE_IN: u64 = 10;
/// When the home begins, when the inventory changes, when it is asked. The week between the last two is briefed.
const MOMENTS: [&str; 3] = ["2026-06-10T06:00:00Z", "2026-06-24T06:00:00Z", "2026-07-01T06:00:00Z"];

/// What was measured, with its name.
type Costs = Vec<(&'static str, Cost)>;

fn main() -> Result<(), Box<dyn Error>> {
    let machines = measured::number("OUTPACE_BENCH_MACHINES", 1_000);
    let floor = measured_of(machines / 10)?;
    let costs = measured_of(machines)?;
    for ((what, cost), (_, floor)) in costs.iter().zip(&floor) {
        println!("{what:<24} {cost}   {:>5.1} × floor", cost.ratio(floor));
        println!("  floor                  {floor}");
    }
    Ok(())
}

/// Makes the home of so many machines, and asks it.
fn measured_of(machines: u64) -> Result<Costs, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (home, given) = (folder.path().join("home"), folder.path().join("given"));
    std::fs::create_dir(&given)?;
    let [began, changed, now] = MOMENTS;
    let asked = |words: &[&str], at: &str| {
        let mut arguments: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        arguments.extend([OsStr::new("--home"), home.as_os_str()]);
        run_at(&arguments, at, &mut |_| {})
    };
    asked(&["init"], began)?;
    subscriptions(&home.join("outpace.toml"))?;
    flaws(&given)?;
    inventory(&given, machines, false)?;
    let path = given.display().to_string();
    let first = asked(&["ingest", &path], began)?;
    let opened = count(&home)?;
    if opened < machines * PRODUCTS {
        return Err(format!("{opened} findings are too few to measure anything").into());
    }
    let route = asked(&["notify", "run"], began)?;
    inventory(&given, machines, true)?;
    let second = asked(&["ingest", &path], changed)?;
    println!(
        "{opened} findings: {} µs for each when the first pass routes them, {} kB of database",
        route.wall.as_micros() / u128::from(opened),
        std::fs::metadata(home.join("outpace.db"))?.len() / 1_000
    );
    Ok(vec![
        ("ingest, first", first),
        ("ingest, 1 % fixed", second),
        ("notify run, first", route),
        ("status", asked(&["status"], now)?),
        ("status --form handover", asked(&["status", "--form", "handover"], now)?),
        ("brief", asked(&["brief"], now)?),
    ])
}

/// How many turns there are.
fn count(home: &Path) -> Result<u64, Box<dyn Error>> {
    Ok(store::Home::open(home, Arc::new(pipeline::Spooled::default()))?.last_turn()?)
}

/// The inventory and its machines; later one row in a hundred is fixed.
fn inventory(folder: &Path, machines: u64, is_later: bool) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join("components.csv"))?);
    writeln!(out, "host,vendor,name,version")?;
    for row in 0..machines * PRODUCTS {
        let (machine, product) = (row / PRODUCTS, row % PRODUCTS);
        let version = if is_later && (row + machine).is_multiple_of(100) { "2.0" } else { "1.0" };
        writeln!(out, "srv-{machine:04},harbour,{},{version}", name(product))?;
    }
    out.flush()?;
    let mut out = BufWriter::new(File::create(folder.join("devices.csv"))?);
    writeln!(out, "name,ip,zone,role,internet_facing,owner")?;
    for n in 0..machines {
        let (zone, facing) =
            (if n % 4 == 0 { "dmz" } else { "server" }, if n % 50 == 0 { "yes" } else { "no" });
        writeln!(out, "srv-{n:04},10.1.{}.{},{zone},server,{facing},team-{}", n >> 8, n & 255, n % 20)?;
    }
    out.flush()
}

/// A name that is like no other: a word for each product, because common words reach nothing alone.
fn name(n: u64) -> String {
    let mut rest = n * 7_919 + 13;
    let mut syllable = || {
        let of = |letters: &str, n: u64| letters.chars().nth(usize::try_from(n).unwrap_or(0)).unwrap_or('x');
        let two = [of("bdfgklmnprstvz", rest % 14), of("aeiou", rest / 14 % 5)];
        rest /= 70;
        two
    };
    (0..4).flat_map(|_| syllable()).chain(['x']).collect()
}

/// A record and an entry of the catalogue for each product.
fn flaws(folder: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(folder.join("records.jsonl"))?);
    let organisation = "00000000-0000-4000-8000-000000000000";
    for n in 0..PRODUCTS {
        writeln!(
            out,
            "{{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{{\"cveId\":\"CVE-2025-{}\",\
             \"assignerOrgId\":\"{organisation}\",\"state\":\"PUBLISHED\",\"datePublished\":\"2025-03-01T00:00:00.000Z\"}},\
             \"containers\":{{\"cna\":{{\"providerMetadata\":{{\"orgId\":\"{organisation}\"}},\"descriptions\":[{{\
             \"lang\":\"en\",\"value\":\"A flaw in {}.\"}}],\"affected\":[{{\"vendor\":\"harbour\",\"product\":\
             \"{}\",\"versions\":[{{\"version\":\"0\",\"lessThan\":\"2.0\",\"status\":\"affected\",\"versionType\":\
             \"semver\"}}]}}],\"references\":[{{\"url\":\"https://vendor.example/advisories/{n}\"}}]}}}}}}",
            10_000 + n,
            name(n),
            name(n)
        )?;
    }
    out.flush()?;
    let entries = (0..PRODUCTS).map(|n| {
        serde_json::json!({
            "cveID": format!("CVE-2025-{}", 10_000 + n), "vendorProject": "harbour", "product": name(n),
            "vulnerabilityName": "A flaw",
            "dateAdded": format!("2026-0{}-{:02}", 1 + n % 6, 1 + n % 27), "shortDescription": "A flaw.",
            "requiredAction": "Update.", "dueDate": "2026-07-04", "knownRansomwareCampaignUse": "Unknown",
        })
    });
    let catalogue = serde_json::json!({
        "title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.06.01",
        "dateReleased": "2026-06-01T00:00:00.0000Z", "count": PRODUCTS, "vulnerabilities": entries.collect::<Vec<_>>(),
    });
    std::fs::write(folder.join("kev.json"), catalogue.to_string())
}

/// 200 subscriptions, each with a folder of its own.
fn subscriptions(path: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "[notify]\nlead = \"file:notices/lead\"")?;
    for n in 0..SUBSCRIPTIONS {
        let zone = if n.is_multiple_of(MEANS_ONE_IN) { "not zone = ot" } else { "zone = ot" };
        writeln!(
            out,
            "[subscriptions.team-{n}]\nto = \"file:notices/{n}\"\nwhen = \"daily 8\"\n\
             filter = \"kind = exposure and severity >= low and {zone} and not tag = test\""
        )?;
    }
    out.flush()
}
