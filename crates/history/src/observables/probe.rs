//! Which of these values were ever seen? A merge of sorted columns, by the cheapest way for so many values.
//!
//! The row groups of all tables are asked in parallel (`group.rs`). A directory (level 2) says what and how often; when
//! blocks are wanted, the files that it names are asked for what it saw, and for that only.
//!
//! Answers are in the order of kind, value, source and file, whatever the number of threads. A page that cannot be read
//! is named, the rest is used.

use super::group::{Found, Group, Wanted};
use super::seen::{Ask, Probed};
use crate::file::open::Opened;
use crate::kinds;
use crate::registered::{Registered, Set};
use crate::tasks::in_parallel;
use model::{Fault, Place, Problem};
use observable::Observable;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The tables of observables of one registered set, opened when first asked and kept open.
pub struct Tables {
    dir: PathBuf,
    files: Vec<Table>,
}

struct Table {
    registered: Registered,
    /// Whether a directory in the set says what it says.
    below: bool,
    opened: OnceLock<Result<Opened, Problem>>,
}

impl Tables {
    /// The tables among these files; nothing is opened yet.
    #[must_use]
    pub fn new(dir: &Path, files: &[Registered]) -> Self {
        let below: BTreeSet<&str> =
            files.iter().flat_map(|file| file.below().iter().map(String::as_str)).collect();
        let tables = files.iter().filter(|file| matches!(file.set, Set::Observables { .. }));
        let files = tables.map(|file| Table {
            below: below.contains(file.name.as_str()),
            registered: file.clone(),
            opened: OnceLock::new(),
        });
        Self { dir: dir.to_path_buf(), files: files.collect() }
    }

    /// The tables that no directory in the set speaks for, each with its place, opened.
    pub(super) fn top(&self) -> impl Iterator<Item = (usize, &Registered, Result<&Opened, Problem>)> {
        let top = self.files.iter().enumerate().filter(|(_, table)| !table.below);
        top.map(|(place, table)| {
            let opened = table.opened.get_or_init(|| Opened::open(&self.dir, &table.registered));
            (place, &table.registered, opened.as_ref().map_err(Problem::clone))
        })
    }

    /// Looks for these values.
    #[must_use]
    pub fn probe(&self, wanted: &[Observable], ask: Ask) -> Probed {
        self.probe_sorted(&sorted(wanted), ask)
    }

    /// Looks for all values that have one of these hashes.
    #[must_use]
    pub fn probe_hashes(&self, hashes: &BTreeSet<i64>, ask: Ask) -> Probed {
        let wanted: Vec<Wanted<'_>> = hashes.iter().map(|hash| Wanted { hash: *hash, proof: None }).collect();
        self.probe_sorted(&wanted, ask)
    }

    fn probe_sorted(&self, wanted: &[Wanted<'_>], ask: Ask) -> Probed {
        let top: Vec<usize> =
            self.files.iter().enumerate().filter(|(_, table)| !table.below).map(|(n, _)| n).collect();
        let all: Vec<usize> = (0..wanted.len()).collect();
        let questions: Vec<Question<'_>> =
            top.iter().map(|table| Question { table: *table, values: &all }).collect();
        let mut found = self.ask(&questions, wanted, ask);
        if ask.blocks {
            self.descend(wanted, ask, &mut found);
        }
        found.seen.sort_unstable();
        found.problems.sort_unstable();
        found.problems.dedup();
        Probed { seen: found.seen, problems: found.problems }
    }

    /// Asks the files that directories name for the blocks of what they saw. The directory's row stays, as it has
    /// the sums; a file below only adds blocks, so one that is damaged costs blocks and no counts.
    fn descend(&self, wanted: &[Wanted<'_>], ask: Ask, found: &mut Found) {
        let mut named: BTreeMap<(usize, u64), BTreeSet<usize>> = BTreeMap::new();
        for (directory, first, value) in std::mem::take(&mut found.below) {
            named.entry((directory, first)).or_default().insert(value);
        }
        let mut values: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut parents: BTreeMap<&str, &str> = BTreeMap::new();
        for ((directory, first), of_table) in named {
            let Some(directory) = self.files.get(directory).map(|table| &table.registered) else { continue };
            let below = self.files.iter().enumerate().find(|(_, table)| {
                table.registered.first == first && directory.below().contains(&table.registered.name)
            });
            if let Some((place, table)) = below {
                values.push((place, of_table.into_iter().collect()));
                parents.insert(&table.registered.name, &directory.name);
            } else {
                found.problems.push(not_in_set(directory, first));
            }
        }
        let questions: Vec<Question<'_>> =
            values.iter().map(|(table, values)| Question { table: *table, values }).collect();
        let below = self.ask(&questions, wanted, ask);
        found.problems.extend(below.problems);
        let mut more: BTreeMap<(&str, &Observable, &str), Vec<i64>> = BTreeMap::new();
        for seen in &below.seen {
            let parent = parents.get(seen.file.as_str()).copied().unwrap_or_default();
            let blocks = more.entry((parent, &seen.observable, &seen.source)).or_default();
            blocks.extend_from_slice(&seen.blocks);
        }
        for seen in &mut found.seen {
            if let Some(blocks) = more.remove(&(seen.file.as_str(), &seen.observable, &seen.source)) {
                seen.blocks = blocks;
                seen.blocks.sort_unstable();
                seen.blocks.dedup();
            }
        }
    }

    /// Asks each table for some of the wanted values, all row groups in parallel.
    fn ask(&self, questions: &[Question<'_>], wanted: &[Wanted<'_>], ask: Ask) -> Found {
        let mut found = Found::default();
        let opened = in_parallel(questions.len(), ask.threads, |n| {
            let table = self.files.get(questions.get(n)?.table)?;
            let opened = table.opened.get_or_init(|| Opened::open(&self.dir, &table.registered));
            Some(opened.as_ref().map(|opened| opened.metadata().num_row_groups()).map_err(Problem::clone))
        });
        let mut tasks = Vec::new();
        for (question, groups) in questions.iter().zip(opened) {
            match groups {
                Some(Ok(groups)) => tasks.extend((0..groups).map(|group| (question, group))),
                Some(Err(problem)) => found.problems.push(problem),
                None => {}
            }
        }
        let parts = in_parallel(tasks.len(), ask.threads, |n| {
            let (question, group) = *tasks.get(n)?;
            let table = self.files.get(question.table)?;
            let opened = table.opened.get()?.as_ref().ok()?;
            let group = Group { opened, file: &table.registered, table: question.table, group, wanted, ask };
            Some(group.probe(question.values.to_vec()))
        });
        for part in parts.into_iter().flatten() {
            found.seen.extend(part.seen);
            found.problems.extend(part.problems);
            found.below.extend(part.below);
        }
        found
    }
}

/// A table, and the places of the wanted values that it is asked for.
struct Question<'q> {
    table: usize,
    values: &'q [usize],
}

/// The wanted values in the order of the tables, each once; a kind without a number was never written.
fn sorted(wanted: &[Observable]) -> Vec<Wanted<'_>> {
    let mut sorted: Vec<Wanted<'_>> = wanted
        .iter()
        .filter_map(|observable| {
            let kind = kinds::code(observable.kind)?;
            let hash = kinds::observable_hash(observable.kind, &observable.value);
            Some(Wanted { hash, proof: Some((kind, observable)) })
        })
        .collect();
    sorted.sort_unstable_by_key(|wanted| (wanted.hash, wanted.proof));
    sorted.dedup_by_key(|wanted| wanted.proof);
    sorted
}

/// A directory names a file that is not in the set.
fn not_in_set(directory: &Registered, first: u64) -> Problem {
    Problem {
        source: directory.name.clone(),
        place: Place::Whole,
        fault: Fault::Partial,
        what: format!("it names the table that begins with transaction {first}, which is not registered"),
        help: Some("merge its tables anew; events of that table are not found until then".to_owned()),
    }
}
