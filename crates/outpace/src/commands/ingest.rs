//! `outpace ingest PATH…`: learns what paths hold, and says what that changed.

use super::{built_in_rules, home, rhythm, turns};
use crate::arguments::{Format, Ingest, Shared};
use crate::config::Config;
use crate::console::{self, Progress};
use crate::failure::Failure;
use pipeline::{Fate, Learned, Learning, Learnt, LetGo, Spool, Wishes, keep_up, learn, pay, recall};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use store::Home;

/// How many documents are named one by one.
const NAMED_MAX: usize = 20;

/// Learns.
pub fn run(verb: &Ingest, shared: &Shared) -> Result<u8, Failure> {
    super::forms::must_have("ingest", super::forms::ROWS, shared.format)?;
    let spool = home::spool();
    let directory = home::directory(shared);
    // What is configured wrong is said before anything is read.
    let config = Config::load(&directory, shared)?;
    let (mut home, is_new) = Home::make(&directory, Arc::clone(&spool))?;
    home.set_versions(config.versions());
    if is_new && !shared.quiet {
        console::note(&format!("made a memory in {}", directory.display()));
    }
    home::lock(&mut home, shared)?;
    let is_first = home.last_turn()? == 0;
    let learning = Learning {
        paths: absolute(&verb.paths)?,
        source: verb.source.clone(),
        sort: verb.sort,
        accepts: verb.accept,
        rereads: false,
        built_in: built_in_rules(verb.no_built_in_rules),
        wishes: Wishes {
            zones: verb.reading.zones.clone(),
            host: verb.reading.host.clone(),
            threads: console::threads(shared),
            secret_key: Some(home.key()?),
            ..Wishes::default()
        },
        now: console::now(shared),
    };
    let progress = Progress::new(shared);
    let learned = learn(home, &learning, &spool, &progress);
    progress.done(shared.quiet);
    let mut learned = owed(learned?, verb, &spool, shared)?;
    // A document that is as it was has been read all the same: its source is not overdue.
    let same = |one: &&Learnt| one.fate == Fate::Same;
    let names: Vec<&str> = learned.documents.iter().filter(same).map(|one| one.name.as_str()).collect();
    learned.home.read_again(&names, learning.now)?;
    show(&learned, is_first, shared)?;
    if shared.format == Format::Table && is_of_advisories(&learned.documents) {
        let built_in = built_in_rules(verb.no_built_in_rules);
        let answer = recall(&learned.home, &built_in, &spool, learning.now, &())?;
        console::output(|out| {
            writeln!(out)?;
            report::write(&answer, report::Form::Table, &console::style(shared), out)
        })?;
    }
    console::report_problems(&learned.problems, shared);
    let is_held = learned.documents.iter().any(|one| matches!(one.fate, Fate::Held(_)));
    let is_nothing = learned.documents.is_empty();
    let is_overdue = rhythm::is_overdue(&learned.home, shared, learning.now)?;
    Ok(match (is_nothing, is_held || is_overdue) {
        (true, _) => 2,
        (false, true) => 3,
        (false, false) => 0,
    })
}

/// Asks past events of what could not be asked at once, and keeps events in order. What was learnt is safe already.
fn owed(
    learned: Learned,
    verb: &Ingest,
    spool: &Arc<dyn Spool>,
    shared: &Shared,
) -> Result<Learned, Failure> {
    let Learned { home, documents, mut events, mut problems } = learned;
    let (built_in, now) = (built_in_rules(verb.no_built_in_rules), console::now(shared));
    let mut is_said = shared.quiet;
    let paid = pay(home, &built_in, spool, now, &mut |debt, _| {
        if !std::mem::replace(&mut is_said, true) {
            console::note(&format!("asking past events of what is new: {}", newly(&debt.newly)));
        }
        true
    })?;
    events.extend(paid.events);
    problems.extend(paid.problems);
    let mut home = paid.home;
    let config = Config::load(&home::directory(shared), shared)?;
    let (upkept, let_go) = keep_up(&mut home, (&built_in, spool), now, &config.retention())?;
    if !shared.quiet && let_go != LetGo::default() {
        console::note(&format!("no longer kept, because its time is over: {}", gone(let_go)));
    }
    for fault in upkept.faults {
        console::note(&format!("kept events: {fault}"));
    }
    Ok(Learned { home, documents, events, problems })
}

/// How much is no longer kept: `3 records that findings quoted and 12 turns of closed findings`.
fn gone(LetGo { quotes, turns }: LetGo) -> String {
    let of = |count, one, many| (count > 0).then(|| report::number_of(count, one, many));
    let quotes = of(quotes, "record that was quoted", "records that were quoted");
    let turns = of(turns, "turn of closed findings", "turns of closed findings");
    quotes.into_iter().chain(turns).collect::<Vec<_>>().join(" and ")
}

/// How much is new: `2 rules and 12,000 indicators`.
fn newly(newly: &pipeline::Newly) -> String {
    let of = |count: usize, one: &'static str, many: &'static str| {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        (count > 0).then(|| report::number_of(count, one, many))
    };
    let parts = [of(newly.rules.len(), "rule", "rules"), of(newly.values.len(), "indicator", "indicators")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Whether advisories were learnt and nothing else: then the answer is what they were given for.
fn is_of_advisories(documents: &[Learnt]) -> bool {
    let mut learnt = documents.iter().filter(|one| matches!(one.fate, Fate::New | Fate::Changed)).peekable();
    learnt.peek().is_some() && learnt.all(|one| one.counts.contains_key("reports"))
}

/// Paths as they are known whatever the directory one is in.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let one = |path: &PathBuf| {
        if path.as_os_str() == "-" {
            return Ok(path.clone());
        }
        std::path::absolute(path).map_err(|source| Failure::Read { path: path.clone(), source })
    };
    paths.iter().map(one).collect()
}

fn show(learned: &Learned, is_first: bool, shared: &Shared) -> Result<(), Failure> {
    let lines = turns::of_events(&learned.events, console::now(shared));
    let style = console::style(shared);
    console::output(|out| {
        if shared.format != Format::Table {
            return machine(learned, &lines, shared.format, out);
        }
        let known = |one: &&Learnt| one.fate != Fate::Same;
        let named: Vec<&Learnt> = learned.documents.iter().filter(known).collect();
        for one in named.iter().take(NAMED_MAX) {
            writeln!(out, "{}", document(one))?;
        }
        let more = named.len().saturating_sub(NAMED_MAX);
        if more > 0 {
            writeln!(out, "  … and {more} more")?;
        }
        let same = learned.documents.len() - named.len();
        match same {
            0 => {}
            1 => writeln!(out, "  1 document is as it was")?,
            _ => writeln!(out, "  {same} documents are as they were")?,
        }
        writeln!(out, "\nFINDINGS  {}", report::turns_counted(&lines))?;
        if is_first && !lines.is_empty() {
            return writeln!(out, "  `outpace status` shows them; from now on each change is one line here");
        }
        report::write_turns(&lines, &style, out)
    })
}

fn document(one: &Learnt) -> String {
    let (word, why) = match &one.fate {
        Fate::New => ("new", String::new()),
        Fate::Changed => ("read again", String::new()),
        Fate::Reread => ("read again", ": its kept text, with other names".to_owned()),
        Fate::Same => ("same", String::new()),
        Fate::Gone => ("gone", String::new()),
        Fate::Held(why) if why.contains("--accept") => ("held", format!(": {}", report::printable(why))),
        Fate::Held(why) => ("held", format!(": {why}; `--accept` takes it as it is")),
    };
    let counts: Vec<String> = one.counts.iter().map(|(what, count)| counted(what, *count)).collect();
    let counts = if counts.is_empty() { String::new() } else { format!("  {}", counts.join(", ")) };
    let name = report::printable(&one.name);
    format!("  {word:<10}  {:<9}  {name}{counts}{why}", one.sort)
}

/// How much of what: `1 device`, `1,284 components`.
fn counted(what: &str, count: u64) -> String {
    const ONE: &[(&str, &str)] = &[
        ("components", "component"),
        ("scan results", "scan result"),
        ("devices", "device"),
        ("accounts", "account"),
        ("zones", "zone"),
        ("firewall rules", "firewall rule"),
        ("names", "name"),
        ("reports", "report"),
        ("mentions", "mention"),
        ("indicators", "indicator"),
        ("vulnerabilities", "vulnerability"),
        ("exploited vulnerabilities", "exploited vulnerability"),
        ("dates of exploits", "date of an exploit"),
        ("scores", "score"),
        ("statements", "statement"),
        ("groups", "group"),
        ("software", "software"),
        ("techniques", "technique"),
        ("controls", "control"),
        ("relationships", "relationship"),
        ("known good values", "known good value"),
        ("release cycles", "release cycle"),
        ("observations", "observation"),
        ("records", "record"),
    ];
    match ONE.iter().find(|(many, _)| *many == what) {
        Some((many, one)) => report::number_of(count, one, many),
        None => format!("{count} {what}"),
    }
}

/// One row a document, then one a turn.
fn machine(
    learned: &Learned,
    lines: &[report::TurnLine],
    format: Format,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let documents = learned.documents.iter().map(|one| {
        let (fate, why) = match &one.fate {
            Fate::New => ("new", None),
            Fate::Changed => ("read again", None),
            Fate::Reread => ("kept text read again", None),
            Fate::Same => ("same", None),
            Fate::Gone => ("gone", None),
            Fate::Held(why) => ("held", Some(why)),
        };
        serde_json::json!({
            "document": one.name, "sort": one.sort, "form": one.form, "fate": fate, "why": why, "counts": one.counts,
        })
    });
    turns::rows("learnt", documents.chain(turns::data(lines)).collect(), format, out)
}
