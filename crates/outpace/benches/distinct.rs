//! Logs in which every record is about something new: what is kept of 100,000 and of 1,000,000 of them.
//!
//! Lines of sshd, each of another second: from a machine of its own; from one machine with an address of its own
//! that a list of indicators holds; of an account of its own, as a summary of log-ons. What is kept is bounded by
//! design, so the bench asks: is the time linear, does memory stay within the bound, and does the answer say that a
//! bound was hit?
//!
//! Measured: processor time, wall time and peak memory of `outpace hunt --format json`, two threads; floor, in the
//! same run: as many lines of one machine, one address and one account. Records at most: `OUTPACE_BENCH_RECORDS`
//! (default 1,000,000).
//!
//! Command: `cargo bench -p outpace --bench distinct`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use measured::{Cost, run};
use std::error::Error;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const RULE: &str = "title: Log-on failed\nid: 22222222-0000-4000-8000-000000000003\n\
    logsource: {product: linux, service: sshd}\ndetection: {s: ['Failed password'], condition: s}\nlevel: low\n";

/// What is new in every record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum New {
    Nothing,
    Machine,
    Address,
    Account,
}

fn main() -> Result<(), Box<dyn Error>> {
    let most = measured::number("OUTPACE_BENCH_RECORDS", 1_000_000);
    let folder = tempfile::tempdir()?;
    for records in [most / 10, most] {
        println!("{records} records");
        let mut floor = None;
        for (name, new) in [
            ("floor: nothing new", New::Nothing),
            ("machines", New::Machine),
            ("addresses of one machine", New::Address),
            ("accounts", New::Account),
        ] {
            let (cost, said) = measure(folder.path(), records, new)?;
            let floor = floor.get_or_insert(Cost { ..cost });
            println!(
                "  {name:<25} {cost}   {:>5.1} × floor, {} findings, {} rows of log-ons, {} MB",
                cost.ratio(floor),
                said.findings,
                said.logons,
                cost.bytes / 1_000_000
            );
            said.bounds.iter().for_each(|bound| println!("      bound said: {bound}"));
        }
    }
    Ok(())
}

fn measure(folder: &Path, records: u64, new: New) -> Result<(Cost, Said), Box<dyn Error>> {
    let [log, list, rule] = ["auth.log", "indicators.txt", "rule.yml"].map(|name| folder.join(name));
    write(&log, records, new)?;
    std::fs::write(&rule, RULE)?;
    let mut arguments = vec![OsStr::new("hunt"), log.as_os_str()];
    arguments.extend(["--no-built-in-rules", "--threads", "2", "--format", "json"].map(OsStr::new));
    match new {
        New::Nothing | New::Machine => arguments.extend([OsStr::new("--rules"), rule.as_os_str()]),
        New::Address => {
            let mut out = BufWriter::new(File::create(&list)?);
            (0..records).try_for_each(|n| writeln!(out, "{}", address(n)))?;
            out.flush()?;
            arguments.extend([OsStr::new("--intel"), list.as_os_str()]);
        }
        New::Account => arguments.extend(["--summary", "logons"].map(OsStr::new)),
    }
    let mut said = Said::default();
    let cost = run(&arguments, &mut |line| said.line(line))?;
    Ok((cost, said))
}

/// A public address of its own for each of the first 16 million numbers.
fn address(n: u64) -> String {
    format!("203.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)
}

fn write(path: &Path, records: u64, new: New) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for n in 0..records {
        let own = |what| if new == what { n } else { 0 };
        let (machine, account, address) = (own(New::Machine), own(New::Account), address(own(New::Address)));
        let (day, hour, minute, second) = (1 + n / 86_400 % 28, n / 3_600 % 24, n / 60 % 60, n % 60);
        writeln!(
            out,
            "Jun {day:>2} {hour:02}:{minute:02}:{second:02} host-{machine:07} sshd[77]: \
             Failed password for user-{account:07} from {address} port 77 ssh2"
        )?;
    }
    out.flush()
}

/// What is counted of an answer while it passes: it is far too large to be held.
#[derive(Default)]
struct Said {
    part: String,
    findings: u64,
    logons: u64,
    bounds: Vec<String>,
}

impl Said {
    /// The document is written over lines, and each level is set in by two blanks.
    fn line(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let (content, indent) = (line.trim(), line.len() - line.trim_start().len());
        match (indent, &*self.part) {
            (2, _) if content.starts_with('"') => {
                self.part = content.split('"').nth(1).unwrap_or_default().to_owned();
            }
            (4, "findings") if content == "{" => self.findings += 1,
            (4, "logons") if content == "{" => self.logons += 1,
            (4, "bounds") => self.bounds.push(content.trim_matches([',', '"']).to_owned()),
            _ => {}
        }
    }
}
