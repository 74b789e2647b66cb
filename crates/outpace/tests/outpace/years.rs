//! Years of one organisation, night by night: an inventory with changes, new flaws, what machines logged that day.
//!
//! All of it is drawn from one seed. Each night passwords are guessed from an address of that night, and on one day a
//! machine falls silent for good. Records are kept 90 days. The short form is 30 nights; three years are
//!
//! ```text
//! OUTPACE_YEARS_NIGHTS=1095 cargo test -p outpace --locked --test outpace years -- --nocapture
//! ```
//!
//! which prints what the home takes and how long a night lasts, and compares the second year with the last.

use crate::program::{Folder, outpace};
use dice::Dice;
use model::Timestamp;
use std::path::Path;
use std::time::Instant;

const NIGHTS: u32 = 30;
const MACHINES: usize = 300;
/// How many machines send logs, and how many times each a night.
const SENDERS: usize = 20;
const TIMES: u32 = 4;
/// The machine that falls silent, and when.
const SILENT: usize = 7;
const SILENT_FROM: u32 = 12;
/// Logs lie there for so many nights.
const LOGS_KEPT: u32 = 14;
/// How often is looked at what the home says.
const EACH: u32 = 15;
/// How many tables of what was seen may be in sight.
const TABLES_MAX: usize = 50;
/// So many sources have a line of their own in an answer.
const LINES_MAX: u32 = 200;
const SEED: u64 = 300;

/// The organisation, and its home.
struct Years {
    folder: Folder,
    dice: Dice,
    /// The name of each machine and the version that is on it.
    machines: Vec<(String, u64)>,
    kev: Vec<String>,
    night: u32,
}

/// One night, as it is printed.
struct Night {
    number: u32,
    tables: usize,
    files: usize,
    bytes: u64,
    seconds: f64,
}

impl Years {
    fn new() -> Self {
        let folder = Folder::new();
        folder.file("home/outpace.toml", "[retention]\nevents = \"90d\"\n");
        let mut dice = Dice::new(SEED);
        let machines = (0..MACHINES).map(|n| (format!("m-{n}"), dice.below(40))).collect();
        let years = Self { folder, dice, machines, kev: Vec::new(), night: 0 };
        years.run(&["init"]);
        years
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// The night's moment. All are behind that of the test, because files that ceased to count go by their age.
    fn now(&self) -> Timestamp {
        Timestamp::parse("2047-01-02T04:00:00Z")
            .expect("a moment")
            .plus_seconds(86_400 * i64::from(self.night))
    }

    /// The day that it closes.
    fn day(&self) -> String {
        self.now().plus_seconds(-86_400).date().to_string()
    }

    fn run(&self, line: &[&str]) -> String {
        let (home, now) = (self.path("home"), self.now().to_string());
        let run = outpace(&[line, &["--home", &home, "--now", &now]].concat());
        assert_eq!(run.code, 0, "night {}, {line:?}: {}{}", self.night, run.out, run.err);
        run.out
    }

    /// The address from which passwords are guessed tonight.
    fn guesser(&self) -> String {
        format!("198.51.{}.{}", 100 + self.night / 250, 1 + self.night % 250)
    }

    /// Some machines are brought up, now and then one is exchanged for another.
    fn inventory(&mut self) {
        for _ in 0..3 {
            let place = self.dice.place(MACHINES);
            self.machines[place].1 += 1;
        }
        if self.dice.below(3) == 0 {
            let place = SENDERS + self.dice.place(MACHINES - SENDERS);
            self.machines[place] = (format!("m-{}-{}", place, self.night), self.dice.below(40));
        }
        let row = |(n, (name, version)): (usize, &(String, u64))| {
            let role = if n < 30 { "server" } else { "workstation" };
            format!(
                "{name},10.20.{}.{},Vendor,product-{},1.{version}.0,{role}\n",
                n / 250,
                1 + n % 250,
                n % 25
            )
        };
        let rows: String = self.machines.iter().enumerate().map(row).collect();
        self.folder.file("estate/devices.csv", format!("name,ip,vendor,product,version,role\n{rows}"));
    }

    /// A flaw a day in one of the products; each week one more is exploited.
    fn feeds(&mut self) {
        let id = format!("CVE-2047-{}", 10_000 + self.night);
        let (product, below) = (self.dice.below(25), 20 + self.dice.below(30));
        let day = self.day();
        let record = format!(
            "{{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{{\"cveId\":\"{id}\",\"state\":\"PUBLISHED\",\
             \"datePublished\":\"{day}T00:00:00Z\"}},\"containers\":{{\"cna\":{{\"affected\":[{{\"vendor\":\"Vendor\",\
             \"product\":\"product-{product}\",\"defaultStatus\":\"unaffected\",\"versions\":[{{\"version\":\"0\",\
             \"lessThan\":\"1.{below}.0\",\"versionType\":\"semver\",\"status\":\"affected\"}}]}}]}}}}}}\n"
        );
        self.folder.file(&format!("feeds/{day}.jsonl"), record);
        if self.night.is_multiple_of(7) {
            self.kev.push(format!(
                "{{\"cveID\":\"{id}\",\"vendorProject\":\"Vendor\",\"product\":\"product-{product}\",\"vulnerabilityName\":\"x\",\
                 \"dateAdded\":\"{day}\",\"shortDescription\":\"x\",\"requiredAction\":\"patch\",\"dueDate\":\"{day}\",\
                 \"knownRansomwareCampaignUse\":\"Unknown\",\"notes\":\"\"}}"
            ));
        }
        let (count, list) = (self.kev.len(), self.kev.join(","));
        let kev = format!(
            "{{\"title\":\"CISA Catalog of Known Exploited Vulnerabilities\",\"catalogVersion\":\"{day}\",\
             \"dateReleased\":\"{day}T00:00:00Z\",\"count\":{count},\"vulnerabilities\":[{list}]}}"
        );
        self.folder.file("feeds/kev.json", kev);
    }

    /// The log of the day, in order of time.
    fn logs(&mut self) {
        let (day, guesser) = (self.day(), self.guesser());
        let mut lines = Vec::new();
        for sender in 0..SENDERS {
            if sender == SILENT && self.night >= SILENT_FROM {
                continue;
            }
            for time in 0..TIMES {
                let (minute, port) = (self.dice.below(60), 1024 + self.dice.below(60_000));
                let text = format!(
                    "m-{sender} sshd[{port}]: Accepted publickey for ops from 10.20.0.200 port {port} ssh2"
                );
                lines.push(format!("{day}T{:02}:{minute:02}:00+00:00 {text}\n", 6 * time + 1));
            }
        }
        for n in 0..30 {
            let text =
                format!("m-3 sshd[{}]: Failed password for root from {guesser} port {n} ssh2", 900 + n);
            lines.push(format!("{day}T03:{:02}:{:02}+00:00 {text}\n", n / 6, n % 6 * 10));
        }
        lines.sort();
        self.folder.file(&format!("logs/auth-{day}.log"), lines.concat());
        if let Some(gone) = self.night.checked_sub(LOGS_KEPT) {
            let day = self.now().plus_seconds(-86_400 * i64::from(self.night - gone + 1)).date();
            std::fs::remove_file(self.path(&format!("logs/auth-{day}.log"))).expect("a log");
        }
    }

    fn night(&mut self) -> Night {
        self.inventory();
        self.feeds();
        self.logs();
        let begun = Instant::now();
        let (estate, feeds, logs) = (self.path("estate"), self.path("feeds"), self.path("logs"));
        self.run(&["ingest", &estate, &feeds, &logs, "-q"]);
        let seconds = begun.elapsed().as_secs_f64();
        let (files, bytes) = size(Path::new(&self.path("home")), "");
        let (tables, _) = size(Path::new(&self.path("home/history/observables")), ".parquet");
        Night { number: self.night, tables, files, bytes, seconds }
    }

    /// Whether a finding is the guessing of tonight. Only so many sources have a line of their own, those of the most
    /// events; attempts of the others stay with their rule.
    fn is_of_tonight(&self, line: &str) -> bool {
        let one: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let title = one["title"].as_str().unwrap_or_default();
        let is_rule = title.contains("SSH log-on fails many times");
        let is_line = title.contains(&format!("{} guessed passwords", self.guesser().replace('.', "[.]")));
        let is_last = one["last_seen"].as_str().is_some_and(|last| last.starts_with(&self.day()));
        (is_line || is_rule && self.night >= LINES_MAX) && is_last
    }

    /// What must be said on every night.
    fn hold(&self, night: &Night) {
        let status = self.run(&["status", "--format", "ndjson"]);
        assert!(status.lines().any(|line| self.is_of_tonight(line)), "night {}: who guesses", self.night);
        if self.night > SILENT_FROM + 2 {
            assert!(
                status.contains(&format!("m-{SILENT} (last record")),
                "night {}: who is silent",
                self.night
            );
        }
        eprintln!(
            "night {}: {} files, {} tables, {} bytes, {:.3} s",
            night.number, night.files, night.tables, night.bytes, night.seconds
        );
        assert!(night.tables <= TABLES_MAX, "night {}: {} tables", self.night, night.tables);
        // What closes is a flaw that is mended, or a machine that is gone.
        let closed = "select title, details from turns where what = 'closed' and title not like '%CVE-%'";
        let closed = self.run(&["query", closed, "--format", "csv", "--limit", "0"]);
        assert_eq!(closed.lines().count(), 1, "night {}: {closed}", self.night);
    }
}

/// How many files there are whose names end so, and how many bytes they have.
fn size(folder: &Path, end: &str) -> (usize, u64) {
    let (mut folders, mut files, mut bytes) = (vec![folder.to_owned()], 0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                files += 1;
                bytes += entry.metadata().map_or(0, |there| there.len());
            }
        }
    }
    (files, bytes)
}

fn mean(nights: &[Night]) -> f64 {
    let count = u32::try_from(nights.len().max(1)).map_or(1.0, f64::from);
    nights.iter().map(|night| night.seconds).sum::<f64>() / count
}

#[test]
fn over_the_nights_what_is_new_is_found_and_nothing_closes_because_records_go() {
    let nights =
        std::env::var("OUTPACE_YEARS_NIGHTS").ok().and_then(|text| text.parse().ok()).unwrap_or(NIGHTS);
    let (mut years, mut all) = (Years::new(), Vec::new());
    for number in 0..nights {
        years.night = number;
        let night = years.night();
        if number % EACH == EACH - 1 || number + 1 == nights {
            years.hold(&night);
        }
        all.push(night);
    }
    let third = all.len() / 3;
    let (second, last) = (mean(&all[third..2 * third]), mean(&all[2 * third..]));
    eprintln!("a night of the second third lasts {second:.3} s, one of the last {last:.3} s");
}
