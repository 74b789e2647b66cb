//! Single hits in order of time, in bounded memory: sorted runs in temporary files, merged at the end.
//!
//! A hunt may hit millions of events. What does not fit waits in unnamed temporary files, a sorted run each; as
//! many runs of one size become one of the next, so that few files are open whatever the number of hits. The
//! merge gives every hit once, however often its event was delivered, in an order that depends on nothing but
//! the hits.

use model::Hit;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

/// How many hits one worker holds before they are written away: some 30 MB.
pub(crate) const WAITING_MAX: usize = 20_000;
/// How many runs of one size are kept; they are then merged to one of the next. Each is an open file.
const RUNS_MAX: usize = 64;

/// Where workers put their hits.
#[derive(Default)]
pub struct Timeline {
    /// By size: runs as they came, runs of [`RUNS_MAX`] of these, and so on.
    runs: Mutex<Vec<Vec<SortedRun>>>,
    failed: Mutex<Option<io::Error>>,
}

/// Sorted hits: one JSON text a line.
struct SortedRun(File);

impl Timeline {
    /// Takes hits away to disk.
    pub(crate) fn put(&self, mut hits: Vec<Hit>) {
        if hits.is_empty() {
            return;
        }
        hits.sort();
        if let Err(error) = self.keep(&hits) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    fn keep(&self, hits: &[Hit]) -> io::Result<()> {
        let mut run = write(|each| hits.iter().try_for_each(each))?;
        let mut sizes = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        for runs in sizes.iter_mut() {
            runs.push(run);
            if runs.len() < RUNS_MAX {
                return Ok(());
            }
            let full = std::mem::take(runs);
            run = write(|each| merge(full, each))?;
        }
        sizes.push(vec![run]);
        Ok(())
    }

    /// Gives every hit once, in order.
    ///
    /// # Errors
    /// When the temporary file could not be written or read.
    pub fn each(self, each: &mut dyn FnMut(&Hit) -> io::Result<()>) -> io::Result<()> {
        if let Some(error) = self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let sizes = self.runs.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut once = CopyFilter::default();
        merge(sizes.into_iter().flatten().collect(), &mut |hit| {
            if once.gives(hit) { each(hit) } else { Ok(()) }
        })
    }
}

/// Writes a run of the hits that `give` gives.
fn write(
    give: impl FnOnce(&mut dyn FnMut(&Hit) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<SortedRun> {
    let mut out = BufWriter::new(tempfile::tempfile()?);
    give(&mut |hit| {
        serde_json::to_writer(&mut out, hit)?;
        out.write_all(b"\n")
    })?;
    Ok(SortedRun(out.into_inner().map_err(io::IntoInnerError::into_error)?))
}

fn merge(runs: Vec<SortedRun>, each: &mut dyn FnMut(&Hit) -> io::Result<()>) -> io::Result<()> {
    let mut readers = Vec::new();
    for SortedRun(mut file) in runs {
        file.seek(SeekFrom::Start(0))?;
        readers.push(BufReader::new(file));
    }
    let mut heads: BinaryHeap<Reverse<(Hit, usize)>> = BinaryHeap::new();
    for (number, reader) in readers.iter_mut().enumerate() {
        heads.extend(next(reader)?.map(|hit| Reverse((hit, number))));
    }
    while let Some(Reverse((hit, number))) = heads.pop() {
        if let Some(reader) = readers.get_mut(number) {
            heads.extend(next(reader)?.map(|hit| Reverse((hit, number))));
        }
        each(&hit)?;
    }
    Ok(())
}

/// Leaves out the copies: of equal events the document that has most of them counts.
#[derive(Default)]
struct CopyFilter {
    last: Option<Hit>,
    /// How many equal ones were given.
    given: usize,
    /// How many of them each document has, with the record of the last.
    documents: BTreeMap<String, (usize, u64)>,
}

impl CopyFilter {
    /// Whether a hit, in order, is given.
    fn gives(&mut self, hit: &Hit) -> bool {
        if self.last.as_ref().is_none_or(|last| !hit.is_again(last)) {
            self.given = 0;
            self.documents.clear();
            self.last = Some(hit.clone());
        }
        let (here, record) = self.documents.entry(hit.document.clone()).or_insert((0, 0));
        if *here > 0 && *record == hit.record {
            return false;
        }
        (*here, *record) = (*here + 1, hit.record);
        let is_more = *here > self.given;
        self.given = self.given.max(*here);
        is_more
    }
}

fn next<R: Read>(reader: &mut BufReader<R>) -> io::Result<Option<Hit>> {
    let mut line = Vec::new();
    if reader.read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{EventId, Severity, Timestamp};

    fn hit(second: i64, event: u64, document: &str) -> Hit {
        Hit {
            timeless: false,
            time: Timestamp::from_seconds(second),
            event: EventId(event),
            title: "Whoami".to_owned(),
            rule: "1".to_owned(),
            level: Severity::High,
            host: "dc-1".to_owned(),
            channel: "Security".to_owned(),
            event_code: "4688".to_owned(),
            record_id: "7".to_owned(),
            details: Vec::new(),
            others: Vec::new(),
            author: String::new(),
            document: document.to_owned(),
            record: 1,
        }
    }

    #[test]
    fn more_runs_than_are_kept_give_every_hit_once_in_order() {
        let timeline = Timeline::default();
        let runs = i64::try_from(RUNS_MAX * 2).expect("small") + 3;
        for n in 0..runs {
            timeline.put(vec![hit(runs - n, 1, "a"), hit(n * 7 % 50, 2, "b"), hit(runs - n, 1, "c")]);
        }
        let mut seen: Vec<(Option<Timestamp>, u64, String)> = Vec::new();
        let each = &mut |hit: &Hit| {
            seen.push((hit.time, hit.event.0, hit.document.clone()));
            Ok(())
        };
        timeline.each(each).expect("temporary files");
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(seen, sorted);
        let first = seen.iter().filter(|(_, event, _)| *event == 1).count();
        let runs = usize::try_from(runs).expect("small");
        assert_eq!((first, seen.len()), (runs, runs + 50));
        assert!(
            seen.iter().all(|(_, _, document)| document != "c"),
            "of one event in two places, the lesser"
        );
    }
}
