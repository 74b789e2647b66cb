//! Merges files of events of one source and day into few, in the order of their numbers, and leaves out what nobody
//! keeps any longer.
//!
//! Inputs have no numbers in common, so one follows the other: only one is open, and some rows of it are in memory.
//! Numbers stay, so the blocks that tables of observables name stay true; what is left out leaves a hole. The caller
//! registers the results and retires the inputs in one transaction. A result may be equal to an input, and then has its
//! name.

use super::rows::{COLUMNS, each_event};
use super::write::EventWriter;
use crate::event::{EVENTS_MAX, Event, Versions};
use crate::file::open::{Opened, guarded, plain};
use crate::problem::{NotCompacted, rows_lost};
use crate::registered::{Registered, Set};
use model::{Date, Problem};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// How many files are merged at once: one for every half minute of a day, and some more.
pub const EVENT_FILES_MAX: usize = 4096;

/// How many rows are in memory; of the longest records that is a gigabyte.
const BATCH_ROWS: usize = 64;

/// Merges files of events of one source and day into as few as [`EVENTS_MAX`] allows; none where nothing is kept.
///
/// # Errors
/// See [`NotCompacted`]. Files that were written until then are not registered, so a sweep takes them away.
pub fn merge_events(
    dir: &Path,
    inputs: &[Registered],
    keep: &dyn Fn(u64, &Event<'_>) -> bool,
    versions: &Versions,
) -> Result<Vec<Registered>, NotCompacted> {
    merge(dir, inputs, keep, versions, EVENTS_MAX)
}

fn merge(
    dir: &Path,
    inputs: &[Registered],
    keep: &dyn Fn(u64, &Event<'_>) -> bool,
    versions: &Versions,
    events_max: u64,
) -> Result<Vec<Registered>, NotCompacted> {
    let (source, day) = check(inputs)?;
    let mut sorted: Vec<&Registered> = inputs.iter().collect();
    sorted.sort_by_key(|input| input.first);
    let mut merged = Merged { dir, source, day, versions, events_max, writer: None, files: Vec::new() };
    for input in sorted {
        let mut wrong = None;
        read(dir, input, &mut |number, event| {
            if !keep(number, event) {
                return ControlFlow::Continue(());
            }
            match merged.add(number, event) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    wrong = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
        .map_err(NotCompacted::Input)?;
        if let Some(error) = wrong {
            return Err(error.into());
        }
    }
    Ok(merged.finish()?)
}

/// Whether these may be merged; of which source and day they are.
fn check(inputs: &[Registered]) -> Result<(&str, Date), NotCompacted> {
    let wrong = |what: String| Err(NotCompacted::Choice(what));
    let unfit = format!("{} files cannot be merged at once: 1 to {EVENT_FILES_MAX} can", inputs.len());
    let Some(one) = inputs.first().filter(|_| inputs.len() <= EVENT_FILES_MAX) else { return wrong(unfit) };
    let mut of = None;
    let mut spans: Vec<(u64, u64, &str)> = Vec::with_capacity(inputs.len());
    for input in inputs {
        let Set::Events { source, day } = &input.set else {
            return wrong(format!("{} holds observables, not events", input.name));
        };
        if *of.get_or_insert((source.as_str(), *day)) != (source.as_str(), *day) {
            return wrong(format!("{} and {} are not of one source and day", one.name, input.name));
        }
        spans.push((input.first, input.last, &input.name));
    }
    spans.sort_unstable();
    for (a, b) in spans.iter().zip(spans.iter().skip(1)) {
        if b.0 <= a.1 {
            return wrong(format!("{} and {} have event numbers in common", a.2, b.2));
        }
    }
    of.ok_or(NotCompacted::Choice(unfit))
}

/// Gives all events of a file until one is enough.
fn read(
    dir: &Path,
    input: &Registered,
    each: &mut dyn FnMut(u64, &Event<'_>) -> ControlFlow<()>,
) -> Result<(), Problem> {
    let opened = Opened::open(dir, input)?;
    let mut passed = 0;
    let lost = |passed: usize, why: String| rows_lost(input, passed, &(0..BATCH_ROWS), &why);
    let mut reader = opened.stream(opened.columns(&COLUMNS), BATCH_ROWS).map_err(|why| lost(0, why))?;
    loop {
        let batch = guarded(|| reader.next().transpose().map_err(|error| plain(&error)));
        let Some(batch) = batch.map_err(|why| lost(passed, why))? else { return Ok(()) };
        if each_event(&batch, &|_, _| true, each).is_break() {
            return Ok(());
        }
        passed += batch.num_rows();
    }
}

/// The files that come out.
struct Merged<'m> {
    dir: &'m Path,
    source: &'m str,
    day: Date,
    versions: &'m Versions,
    /// How many events one file takes.
    events_max: u64,
    writer: Option<EventWriter>,
    files: Vec<Registered>,
}

impl Merged<'_> {
    fn add(&mut self, number: u64, event: &Event<'_>) -> io::Result<()> {
        if self.writer.as_ref().is_some_and(|writer| writer.events() >= self.events_max) {
            self.end()?;
        }
        if let Some(writer) = &mut self.writer {
            return writer.add_numbered(number, event);
        }
        let mut writer = EventWriter::begin(self.dir, self.source, self.day, number, self.versions)?;
        writer.add_numbered(number, event)?;
        self.writer = Some(writer);
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            self.files.push(writer.finish()?);
        }
        Ok(())
    }

    fn finish(mut self) -> io::Result<Vec<Registered>> {
        self.end()?;
        Ok(self.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{LogSource, Text};

    fn file(dir: &Path, day: Date, numbers: std::ops::Range<u64>) -> Registered {
        let log = LogSource::default();
        let mut writer = EventWriter::begin(dir, "gate", day, numbers.start, &Versions::default()).unwrap();
        for number in numbers {
            let event = Event {
                time: None,
                log: &log,
                host: None,
                account: None,
                from: None,
                to: None,
                document: "gate.log",
                record: number,
                fields: &[],
                raw: b"",
                text: Text::Raw,
                observables: &[],
            };
            writer.add(&event).unwrap();
        }
        writer.finish().unwrap()
    }

    /// The first result is full, one past it begins the second.
    #[test]
    fn a_full_file_is_followed_by_another() {
        let folder = tempfile::tempdir().unwrap();
        let (dir, day) = (folder.path(), Date::parse("2026-11-24").unwrap());
        let inputs = [600..1200, 0..600].map(|numbers| file(dir, day, numbers));
        let versions = Versions::default();
        let merged = |events_max: u64| -> Vec<(u64, u64, u64)> {
            let files = merge(dir, &inputs, &|number, _| number != 5, &versions, events_max).unwrap();
            files.iter().map(|file| (file.first, file.last, file.rows)).collect()
        };
        assert_eq!(merged(1199), [(0, 1199, 1199)]);
        assert_eq!(merged(1000), [(0, 1000, 1000), (1001, 1199, 199)]);
    }
}
