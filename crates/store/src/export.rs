//! The history in open formats, in a folder of its own: the files that count, and what waits as files like them.
//!
//! Files are copied, not linked, unless somebody wants links: a linked file is the same file, and whoever writes into it
//! writes into the home.
//!
//! Invariants: numbers of events are those of the home; a file whose bytes are not those that were registered is copied
//! and named.

use crate::home::{made, private};
use crate::{Fault, Home};
use history::{EVENTS_MAX, EventWriter, Postings, Registered, Set, Versions, views_sql};
use model::{Date, Place, Problem};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// How many bytes are copied at once.
const BYTES_AT_ONCE: usize = 1 << 20;

/// What was exported of the history.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// How many files, with those of what waited.
    pub files: usize,
    /// How many events are in them.
    pub events: u64,
    /// A script for DuckDB that reads exactly these files, by paths below the folder.
    pub script: String,
    /// Files that are not as they were written.
    pub problems: Vec<Problem>,
}

impl Home {
    /// Exports the history into a folder that has none yet.
    ///
    /// # Errors
    /// The disk's, and the database's.
    pub fn export_history(
        &self,
        folder: &Path,
        versions: &Versions,
        is_linked: bool,
    ) -> Result<Exported, Fault> {
        private(folder)?;
        let mut exported = Exported::default();
        let mut files = self.files(false)?;
        for file in &files {
            let (from, to) = (self.events_folder().join(&file.name), folder.join(&file.name));
            if let Some(parent) = to.parent() {
                std::fs::create_dir_all(parent).map_err(io("make", parent))?;
            }
            if is_linked {
                std::fs::hard_link(&from, &to).map_err(io("link", &to))?;
            } else if copy(&from, &to)? != file.digest {
                exported.problems.push(changed(file));
            }
        }
        files.extend(self.export_waiting(folder, versions)?);
        files.sort_by(|one, other| one.name.cmp(&other.name));
        exported.files = files.len();
        let of_events = files.iter().filter(|file| matches!(file.set, Set::Events { .. }));
        exported.events = of_events.map(|file| file.events).sum();
        exported.script = views_sql(Path::new(""), &files);
        Ok(exported)
    }

    /// Writes what waits: files of each source and day, and a table of what can be seen in them.
    fn export_waiting(&self, folder: &Path, versions: &Versions) -> Result<Vec<Registered>, Fault> {
        let mut days: BTreeMap<(String, Date), Vec<_>> = BTreeMap::new();
        for batch in self.waiting()? {
            days.entry((batch.source.clone(), batch.day)).or_default().push(batch);
        }
        let (mut files, mut postings, mut table) = (Vec::new(), Postings::new(), self.next_table()?);
        for ((source, day), batches) in days {
            let mut writing = Day { folder, source: &source, day, versions, writer: None, files: Vec::new() };
            for batch in batches {
                let mut outcome: std::io::Result<()> = Ok(());
                let mut number = batch.first;
                batch.packed()?.each(&mut |event| {
                    if outcome.is_ok() {
                        let written = event.with(None, &mut |event| {
                            writing.add(number, event)?;
                            postings.add(&source, number, event)
                        });
                        outcome = written.unwrap_or(Ok(()));
                    }
                    number += 1;
                });
                outcome.map_err(io("write below", folder))?;
                if postings.is_full() || postings.events() >= EVENTS_MAX / 2 {
                    let full = std::mem::take(&mut postings).write(folder, (table, table), versions);
                    files.push(full.map_err(io("write below", folder))?);
                    table += 1;
                }
            }
            files.extend(writing.end().map_err(io("write below", folder))?);
        }
        if postings.events() > 0 {
            let last = postings.write(folder, (table, table), versions);
            files.push(last.map_err(io("write below", folder))?);
        }
        Ok(files)
    }
}

/// The files of one source and day.
struct Day<'d> {
    folder: &'d Path,
    source: &'d str,
    day: Date,
    versions: &'d Versions,
    writer: Option<EventWriter>,
    files: Vec<Registered>,
}

impl Day<'_> {
    fn add(&mut self, number: u64, event: &history::Event<'_>) -> std::io::Result<()> {
        if let Some(full) = self.writer.take_if(|writer| writer.events() >= EVENTS_MAX) {
            self.files.push(full.finish()?);
        }
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => EventWriter::begin(self.folder, self.source, self.day, number, self.versions)?,
        };
        let added = writer.add_numbered(number, event);
        self.writer = Some(writer);
        added
    }

    fn end(mut self) -> std::io::Result<Vec<Registered>> {
        if let Some(writer) = self.writer.take() {
            self.files.push(writer.finish()?);
        }
        Ok(self.files)
    }
}

/// Copies a file; the digest of its bytes.
fn copy(from: &Path, to: &Path) -> Result<String, Fault> {
    let mut source = File::open(from).map_err(io("read", from))?;
    let mut copied = made(to).map_err(io("write", to))?;
    let mut hasher = blake3::Hasher::new();
    let mut bytes = vec![0; BYTES_AT_ONCE];
    loop {
        let length = source.read(&mut bytes).map_err(io("read", from))?;
        let Some(read) = bytes.get(..length).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        copied.write_all(read).map_err(io("write", to))?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn changed(file: &Registered) -> Problem {
    Problem {
        source: file.name.clone(),
        place: Place::Whole,
        fault: model::Fault::Partial,
        what: "its bytes are not those that were written; it was copied as it is".to_owned(),
        help: Some("look with `outpace doctor`; restore a backup".to_owned()),
    }
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Fault {
    let path = path.to_owned();
    move |error| Fault::Io { doing, path, error }
}
