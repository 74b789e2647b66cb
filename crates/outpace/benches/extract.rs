//! Reports in prose, read whole: what `outpace extract` reads of them in a second of processor time.
//!
//! Three inputs: write-ups of a campaign as Markdown, generated (SplitMix64, seed 5), `OUTPACE_BENCH_MB` MB (default
//! 20) in files of 2 MB; the same words as HTML; the published reports below `reports/` of the shared data, packed and
//! single. The generated ones are sentences of a write-up, of which about a third names something: defanged hosts,
//! addresses and URLs, hashes, files, flaws, techniques, groups, software; some are advice; each chapter ends with a
//! table and a list of indicators.
//!
//! Measured: processor time of the release program, which writes one mention a line, and one run with the answer as
//! a table; MB are of text, unpacked. Runs over one short report come first: what the start costs. Floor, in the same
//! run: the same documents read and unpacked, with their line ends counted, on one thread. The bar is 25 MB/s.
//!
//! Command: `cargo bench -p outpace --bench extract`

#![expect(clippy::disallowed_methods, reason = "a bench knows the clock and runs the program")]
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[expect(dead_code, reason = "each bench uses a part")]
mod measured;

use dice::Dice;
use measured::run;
use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const FILE_BYTES: usize = 2_000_000;
/// How often each input is read; the fastest run counts, as others use the machine too.
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = usize::try_from(measured::number("OUTPACE_BENCH_MB", 20))? * 1_000_000;
    let folder = tempfile::tempdir()?;
    let (short, markdown, html) =
        (folder.path().join("short"), folder.path().join("markdown"), folder.path().join("html"));
    for path in [&short, &markdown, &html] {
        std::fs::create_dir(path)?;
    }
    std::fs::write(short.join("report.md"), "# A gang at the quay\n\nIt used CVE-2021-44228 and T1190.\n")?;
    let mut dice = Dice::new(5);
    for number in 0..bytes.div_ceil(FILE_BYTES) {
        let report = Report::new(&mut dice, FILE_BYTES.min(bytes));
        std::fs::write(markdown.join(format!("report-{number:02}.md")), report.markdown(number)?)?;
        std::fs::write(html.join(format!("report-{number:02}.html")), report.html(number)?)?;
    }
    let arguments = [OsStr::new("extract"), short.as_os_str()];
    let start: Vec<Duration> =
        (0..20).map(|_| Ok(run(&arguments, &mut |_| {})?.wall)).collect::<Result<_, Box<dyn Error>>>()?;
    let start = start.into_iter().min().unwrap_or_default();
    println!("one short report: {} ms by the clock", start.as_millis());
    measure("Markdown", &markdown)?;
    measure("HTML", &html)?;
    if let Some(data) = measured::data() {
        let reports = data.join("reports");
        if reports.is_dir() {
            measure("published reports", &reports)?;
        }
    }
    Ok(())
}

fn measure(name: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let (bytes, floor) = floor(&[folder.to_path_buf()]);
    println!("{name}: {:.2} MB, floor {:.0} MB/s", megabytes(bytes), megabytes(bytes) / floor.as_secs_f64());
    for form in ["ndjson", "table"] {
        let mut best: Option<Duration> = None;
        let mut written = 0;
        let mut peak = None;
        for _ in 0..ROUNDS {
            let arguments =
                [OsStr::new("extract"), folder.as_os_str(), OsStr::new("--format"), form.as_ref()];
            let cost = run(&arguments, &mut |_| {})?;
            let time = cost.processor.unwrap_or(cost.wall);
            best = Some(best.map_or(time, |best| best.min(time)));
            written = cost.bytes;
            peak = peak.max(cost.peak_megabytes);
        }
        // One tick of the system's clock is the least that a run can cost.
        let time = best.unwrap_or_default().max(Duration::from_millis(10)).as_secs_f64();
        println!(
            "  {form:>6} {time:>6.2} s processor {:>7.1} MB/s {:>6.0} × floor   {:.1} MB written   peak {} MB",
            megabytes(bytes) / time,
            time / floor.as_secs_f64(),
            megabytes(written),
            peak.map_or_else(|| "?".to_owned(), |peak| peak.to_string()),
        );
    }
    Ok(())
}

/// How many bytes of text the documents hold, and how long it takes to read and unpack them and to count their line
/// ends: the fastest of the rounds.
fn floor(paths: &[PathBuf]) -> (u64, Duration) {
    let mut best = Duration::MAX;
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let (mut read, mut lines) = (0, 0);
        let mut text = Vec::new();
        let start = Instant::now();
        input::walk(paths, &input::Limits::default(), &|_| {}, &mut |mut document| {
            text.clear();
            if document.reader.read_to_end(&mut text).is_ok() {
                read += text.len() as u64;
                lines += text.iter().filter(|byte| **byte == b'\n').count();
            }
        });
        best = best.min(start.elapsed());
        assert!(lines > 0, "an empty report measures nothing");
        bytes = read;
    }
    (bytes, best)
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let bytes = bytes as f64;
    bytes / 1e6
}

/// A write-up, as blocks.
struct Report(Vec<Block>);

enum Block {
    Heading(String),
    Paragraph(String),
    Table(Vec<[String; 3]>),
    List(Vec<String>),
}

/// Sentences that name nothing.
const PLAIN: [&str; 14] = [
    "The actors sent mail to people who plan the loading of ships, and named a berth and a day in it.",
    "Who opened the attachment saw an empty page, while in the background a script fetched the next stage.",
    "The victims work in logistics, shipping and public administration, mostly in Europe and South-East Asia.",
    "“We saw no trace of them before May”, the operator of the terminal said.",
    "It is not known how long they had access; logs of the gateway go back only ninety days.",
    "The code shares strings, a build path and an unusual way of resolving imports with samples of last year.",
    "After a restart the service waits for a dice time between two and nine hours before it beacons again.",
    "Stolen documents were packed into archives with a password, split into parts of 200 MB and moved at night.",
    "All times are in UTC. No customer data is known to have left the network.",
    "They read the mail of three planners for weeks, i.e. longer than in earlier intrusions.",
    "The configuration is encrypted with a key that is derived from the host's name and the volume's serial number.",
    "Researchers of several companies have described parts of this activity, though not under one name.",
    "A second wave followed in autumn and used the same infrastructure with new certificates.",
    "From there the operators moved to the servers of the terminal and looked for backups first.",
];

/// Sentences that advise or only mention a control.
const ADVICE: [&str; 8] = [
    "Enforce multi-factor authentication on all remote access and for every privileged account.",
    "Organisations should segment networks to limit lateral movement between offices and terminals.",
    "We recommend keeping offline backups and testing them regularly.",
    "Apply security updates to edge devices as soon as they are published, and replace end-of-life equipment.",
    "Keep logs centrally and for at least a year.",
    "Disable unused services, ports and protocols.",
    "The actors bypassed MFA and used an account of a former contractor.",
    "Review domain controllers, servers and directories for new or unrecognized accounts.",
];

const GROUPS: [&str; 10] = [
    "APT40",
    "Kryptonite Panda",
    "Leviathan",
    "APT29",
    "Sandworm Team",
    "Lazarus Group",
    "FIN7",
    "Mustang Panda",
    "Volt Typhoon",
    "OilRig",
];
const SOFTWARE: [&str; 10] = [
    "Cobalt Strike",
    "Mimikatz",
    "PlugX",
    "Emotet",
    "QakBot",
    "China Chopper",
    "ShadowPad",
    "AsyncRAT",
    "Brute Ratel C4",
    "PsExec",
];
const TECHNIQUES: [&str; 8] =
    ["T1190", "T1566.001", "T1059.001", "T1078", "T1027", "T1486", "T1071.001", "T1003"];

impl Report {
    fn new(dice: &mut Dice, bytes: usize) -> Self {
        let mut blocks = Vec::new();
        let mut written = 0;
        for chapter in 1.. {
            let start = blocks.len();
            blocks.push(Block::Heading(format!("Stage {chapter}: what was seen")));
            for _ in 0..12 {
                let sentences = 3 + dice.below(5);
                let sentences: Vec<String> = (0..sentences).map(|_| sentence(dice)).collect();
                blocks.push(Block::Paragraph(sentences.join(" ")));
            }
            blocks.push(Block::Heading("Mitigations".to_owned()));
            blocks.push(Block::List((0..4).map(|_| one(dice, &ADVICE).to_owned()).collect()));
            blocks.push(Block::Heading("Indicators of compromise".to_owned()));
            blocks.push(Block::Table((0..8).map(|_| row(dice)).collect()));
            blocks.push(Block::List((0..6).map(|_| host(dice)).collect()));
            written += blocks.iter().skip(start).map(Block::bytes).sum::<usize>();
            if written >= bytes {
                break;
            }
        }
        Self(blocks)
    }

    fn markdown(&self, number: usize) -> Result<String, std::fmt::Error> {
        let mut out =
            format!("# Gangs at the quay, part {number}\n\nTLP:CLEAR. Published 27 November 2026.\n");
        for block in &self.0 {
            out.push('\n');
            match block {
                Block::Heading(text) => writeln!(out, "## {text}"),
                Block::Paragraph(text) => writeln!(out, "{}", wrapped(text)),
                Block::Table(rows) => {
                    out.push_str("| Type | Indicator | Description |\n|---|---|---|\n");
                    rows.iter()
                        .try_for_each(|[sort, value, note]| writeln!(out, "| {sort} | `{value}` | {note} |"))
                }
                Block::List(items) => items.iter().try_for_each(|item| writeln!(out, "- {item}")),
            }?;
        }
        Ok(out)
    }

    fn html(&self, number: usize) -> Result<String, std::fmt::Error> {
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gangs at the quay, part {number}\
             </title><style>p {{ margin: 1em }}</style></head>\n<body><main>\n<p>TLP:CLEAR. Published 27 November 2026.</p>\n"
        );
        for block in &self.0 {
            match block {
                Block::Heading(text) => writeln!(out, "<h2 class=\"head\">{}</h2>", escaped(text)),
                Block::Paragraph(text) => writeln!(out, "<p class=\"text\">{}</p>", escaped(&wrapped(text))),
                Block::Table(rows) => {
                    out.push_str("<table><tr><th>Type</th><th>Indicator</th><th>Description</th></tr>\n");
                    for [sort, value, note] in rows {
                        let (value, note) = (escaped(value), escaped(note));
                        writeln!(
                            out,
                            "<tr><td>{sort}</td><td><code>{value}</code></td><td>{note}</td></tr>"
                        )?;
                    }
                    writeln!(out, "</table>")
                }
                Block::List(items) => {
                    let items: String =
                        items.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
                    writeln!(out, "<ul>\n{items}</ul>")
                }
            }?;
        }
        out.push_str("</main></body></html>\n");
        Ok(out)
    }
}

impl Block {
    fn bytes(&self) -> usize {
        match self {
            Self::Heading(text) | Self::Paragraph(text) => text.len(),
            Self::Table(rows) => rows.iter().flatten().map(|cell| cell.len() + 4).sum(),
            Self::List(items) => items.iter().map(|item| item.len() + 3).sum(),
        }
    }
}

/// Lines of at most 110 bytes.
fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut width = 0;
    for word in text.split(' ') {
        if width > 0 && width + word.len() > 110 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
        }
        out.push_str(word);
        width += word.len() + 1;
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('“', "&ldquo;").replace('”', "&rdquo;")
}

fn one<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    let index = usize::try_from(dice.below(of.len() as u64)).unwrap_or(0);
    of.get(index).copied().unwrap_or_default()
}

fn sentence(dice: &mut Dice) -> String {
    let technique = one(dice, &TECHNIQUES);
    let year = 2019 + dice.below(8);
    match dice.below(36) {
        0 => format!("The loader contacted {} over port 443 and fetched a second script.", host(dice)),
        1 => format!("Mail came from {}, a server that was rented in spring.", address(dice)),
        2 => format!("The first stage was downloaded from {} (Command and Control).", url(dice)),
        3 => format!(
            "Initial access was gained through CVE-{year}-{} [{technique}].",
            1000 + dice.below(60_000)
        ),
        4 => format!("For this they used valid accounts ({technique}) of the planners."),
        5 => {
            format!("We attribute the activity with moderate confidence to the group {}.", one(dice, &GROUPS))
        }
        6 => format!(
            "On the server they deployed {}, a malware that they have used before.",
            one(dice, &SOFTWARE)
        ),
        7 => format!("The file quay_{}.dll has the SHA-256 {}.", dice.below(10_000), digits(dice, 4)),
        8 => format!(
            r"It copies itself to C:\ProgramData\Quay Tools\loader{}.exe at log-on.",
            dice.below(1_000)
        ),
        9 => format!(
            "The infrastructure of {}, also known as {}, overlaps with that of {}.",
            one(dice, &GROUPS),
            one(dice, &GROUPS),
            one(dice, &GROUPS)
        ),
        10 => one(dice, &ADVICE).to_owned(),
        11 => format!("The sender was billing{}@quay-{}[.]com.", dice.below(100), dice.below(10_000)),
        _ => one(dice, &PLAIN).to_owned(),
    }
}

fn row(dice: &mut Dice) -> [String; 3] {
    let note =
        one(dice, &["scanner", "command and control", "download host", "loader", "web shell"]).to_owned();
    let (sort, value) = match dice.below(5) {
        0 => ("IPv4", address(dice)),
        1 => ("Domain", host(dice)),
        2 => ("URL", url(dice)),
        3 => ("SHA-256", digits(dice, 4)),
        _ => ("MD5", digits(dice, 2)),
    };
    [sort.to_owned(), value, note]
}

fn host(dice: &mut Dice) -> String {
    let first = one(dice, &["update", "cdn", "login", "mail", "static", "harbour"]);
    let end = one(dice, &["com", "net", "example", "top", "co.uk", "ru"]);
    format!("{first}.quay{}[.]{end}", dice.below(100_000))
}

fn address(dice: &mut Dice) -> String {
    let mut byte = || dice.below(254) + 1;
    format!("{}.{}[.]{}.{}", 11 + byte() % 100, byte(), byte(), byte())
}

fn url(dice: &mut Dice) -> String {
    format!("hxxps[:]//{}/berth/{}.php?id={}", host(dice), dice.below(1_000), dice.below(1_000))
}

/// Hexadecimal digits, sixteen a word.
fn digits(dice: &mut Dice, words: usize) -> String {
    (0..words).map(|_| format!("{:016x}", dice.number())).collect()
}
