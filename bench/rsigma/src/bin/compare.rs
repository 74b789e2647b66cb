//! Counts what our matcher, its naive twin and RSigma find in the shared logs.
//!
//! Fails when the twin differs at all, and when the differences from RSigma are not those of
//! `differences.txt`: a new one must be looked at, one that is gone must be taken out. The file names for each
//! the clause of the specification that decides.
//!
//! `cargo compare [CORPUS…] [--without-twin]`; the twin takes most of the time.

use rsigma_peer::peer::{Asked, Router, hits};
use rsigma_peer::{data, logs, rules};
use sigma::{RuleSet, Scratch};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::ExitCode;
use std::sync::Mutex;

/// Events of a rule that only one side found: ours, theirs.
type Differences = BTreeMap<(String, String), (u64, u64)>;

#[derive(Default)]
struct Counts {
    events: u64,
    hits: u64,
    theirs: u64,
    twin_differs: Vec<String>,
    differences: BTreeMap<String, (u64, u64)>,
    asked: HashMap<model::LogSource, Asked>,
    scratch: Scratch,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let data = data()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let twin = !arguments.iter().any(|argument| argument == "--without-twin");
    let wanted: Vec<&str> = logs::CORPORA
        .into_iter()
        .filter(|corpus| arguments.iter().any(|argument| argument == corpus))
        .collect();
    let corpora = if wanted.is_empty() { logs::CORPORA.to_vec() } else { wanted };
    let texts = rules::texts(&data);
    let ours = rules::ours(&texts);
    let (theirs, refused) = rules::theirs(&texts);
    println!(
        "{} rule files: ours {}, RSigma {} (refused {refused})",
        texts.len(),
        ours.rules().len(),
        theirs.len()
    );
    let both = rules::in_both(&ours, &theirs);
    let router = Mutex::new(Router::new(&ours, &theirs));
    let mut found = Differences::new();
    let mut twin_differs = Vec::new();
    for corpus in &corpora {
        let sinks = logs::read(&data, corpus, 2, &Counts::default, &|counts: &mut Counts, source, event| {
            let asked = counts.asked.entry(source.clone()).or_insert_with(|| {
                router.lock().unwrap_or_else(std::sync::PoisonError::into_inner).of(source)
            });
            let asked = asked.clone();
            counts.event(&ours, &both, &asked, &event, twin);
        });
        let mut all = Counts::default();
        sinks.into_iter().for_each(|sink| all.merge(sink));
        println!(
            "{corpus}: {} events, hits: ours {}, RSigma {}, differs in {} rules; twin differs on {} events",
            all.events,
            all.hits,
            all.theirs,
            all.differences.len(),
            if twin { all.twin_differs.len().to_string() } else { "(not asked)".into() }
        );
        twin_differs.append(&mut all.twin_differs);
        found.extend(all.differences.into_iter().map(|(id, count)| ((id, (*corpus).to_owned()), count)));
    }
    if let Some(first) = twin_differs.first() {
        return Err(format!("the twin differs on {} events, first: {first}", twin_differs.len()));
    }
    against_list(&found, &corpora)
}

impl Counts {
    fn event(
        &mut self,
        set: &RuleSet,
        both: &BTreeSet<String>,
        asked: &Asked,
        event: &rsigma_peer::flat::Flat,
        twin: bool,
    ) {
        self.events += 1;
        let mut own = Vec::new();
        set.evaluate(&asked.route, event, &mut self.scratch, &mut |rule| own.push(rule));
        self.hits += own.len() as u64;
        let rules = set.rules();
        if twin {
            let holds =
                |rule: &usize| rules.get(*rule).is_some_and(|rule| sigma::naive::matches(rule, event));
            let expected: Vec<usize> = asked.route.rules().filter(holds).collect();
            if expected != own {
                self.twin_differs.push(format!("{event:?}: {own:?}, twin {expected:?}"));
            }
        }
        let ids = own.iter().filter_map(|rule| rules.get(*rule)).map(rules::id);
        let own: BTreeSet<&str> = ids.filter(|id| both.contains(*id)).collect();
        let theirs = hits(&asked.engine, event);
        self.theirs += theirs.len() as u64;
        let theirs: BTreeSet<&str> = theirs.iter().map(String::as_str).collect();
        for id in own.difference(&theirs) {
            self.differences.entry((*id).to_owned()).or_default().0 += 1;
        }
        for id in theirs.difference(&own) {
            self.differences.entry((*id).to_owned()).or_default().1 += 1;
        }
    }

    fn merge(&mut self, mut other: Self) {
        self.events += other.events;
        self.hits += other.hits;
        self.theirs += other.theirs;
        self.twin_differs.append(&mut other.twin_differs);
        for (id, (ours, theirs)) in other.differences {
            let count = self.differences.entry(id).or_default();
            (count.0, count.1) = (count.0 + ours, count.1 + theirs);
        }
    }
}

/// Holds what was found against the committed list.
fn against_list(found: &Differences, corpora: &[&str]) -> Result<(), String> {
    let mut listed = Differences::new();
    for (number, line) in include_str!("../../differences.txt").lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let row = match fields.as_slice() {
            [id, corpus, ours, theirs, clause] if !clause.trim().is_empty() => {
                ours.parse().ok().zip(theirs.parse().ok()).map(|counts| ((*id, *corpus), counts))
            }
            _ => None,
        };
        let ((id, corpus), counts) = row.ok_or_else(|| {
            format!("differences.txt:{}: id, corpus, ours, theirs, clause, apart by tabs", number + 1)
        })?;
        if corpora.contains(&corpus) {
            listed.insert((id.to_owned(), corpus.to_owned()), counts);
        }
    }
    let shown = |((id, corpus), (ours, theirs)): (&(String, String), &(u64, u64))| {
        format!("{id}\t{corpus}\t{ours}\t{theirs}\n")
    };
    let new: String =
        found.iter().filter(|(key, counts)| listed.get(*key) != Some(counts)).map(shown).collect();
    let gone: String =
        listed.iter().filter(|(key, counts)| found.get(*key) != Some(counts)).map(shown).collect();
    if new.is_empty() && gone.is_empty() {
        println!("differences from RSigma: {}, all listed", found.len());
        return Ok(());
    }
    Err(format!("differences from RSigma that are not listed:\n{new}listed, but not found so:\n{gone}"))
}
