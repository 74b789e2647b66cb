//! The tables of what is seen in events, made by a thread of their own beside the files of the events.
//!
//! Both cost about the same, and a table needs nothing of a file but the numbers of its events. Events come in the order in
//! which they are written, so the tables are the same whatever the threads do.

use super::packed::{Packed, PackedEvent};
use crate::Fault;
use history::{EVENTS_MAX, Postings, Registered, Versions};
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// A table is written when so many events are in it.
const TABLE_EVENTS_MAX: u64 = EVENTS_MAX / 2;
/// How many bytes of events are handed over at once, and how many such pieces may wait.
const PIECE_BYTES: usize = 2 << 20;
const PIECES_MAX: usize = 4;

/// Events of one source, with their numbers.
struct Piece {
    source: String,
    numbers: Vec<u64>,
    events: Packed,
}

/// Takes events for tables.
pub(crate) struct TablesMaking {
    give: Option<SyncSender<Piece>>,
    making: Option<JoinHandle<Result<Vec<Registered>, Fault>>>,
    folder: PathBuf,
    versions: Versions,
    first: u64,
    piece: Piece,
}

impl TablesMaking {
    /// None yet; the first table has this number.
    pub(crate) fn new(folder: PathBuf, versions: Versions, first: u64) -> Self {
        let piece = Piece { source: String::new(), numbers: Vec::new(), events: Packed::default() };
        Self { give: None, making: None, folder, versions, first, piece }
    }

    /// Adds an event of a source.
    pub(crate) fn add(&mut self, source: &str, number: u64, event: &PackedEvent<'_>) {
        if self.piece.source != source || self.piece.events.len() >= PIECE_BYTES {
            self.hand_over();
            source.clone_into(&mut self.piece.source);
        }
        self.piece.numbers.push(number);
        self.piece.events.append(event);
    }

    fn hand_over(&mut self) {
        if self.piece.numbers.is_empty() {
            return;
        }
        let source = self.piece.source.clone();
        let next = Piece { source, numbers: Vec::new(), events: Packed::default() };
        let piece = std::mem::replace(&mut self.piece, next);
        let give = self.give.get_or_insert_with(|| {
            let (give, take) = sync_channel::<Piece>(PIECES_MAX);
            let (folder, versions, first) = (self.folder.clone(), self.versions.clone(), self.first);
            self.making = Some(std::thread::spawn(move || make(take, folder, &versions, first)));
            give
        });
        // Whoever makes the tables has failed: that is said in the end.
        _ = give.send(piece);
    }

    /// The tables, written.
    pub(crate) fn finish(mut self) -> Result<Vec<Registered>, Fault> {
        self.hand_over();
        self.give = None;
        match self.making.take().map(JoinHandle::join) {
            None => Ok(Vec::new()),
            Some(Ok(made)) => made,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

fn make(
    take: std::sync::mpsc::Receiver<Piece>,
    folder: PathBuf,
    versions: &Versions,
    first: u64,
) -> Result<Vec<Registered>, Fault> {
    let failed = |error| Fault::Io { doing: "write below", path: folder.clone(), error };
    let (mut tables, mut postings, mut number) = (Vec::new(), Postings::new(), first);
    let mut table = |postings: Postings| -> Result<(), Fault> {
        tables.push(postings.write(&folder, (number, number), versions).map_err(failed)?);
        number += 1;
        Ok(())
    };
    for Piece { source, numbers, events } in take {
        let (mut numbers, mut outcome) = (numbers.into_iter(), Ok(()));
        events.each(&mut |event| {
            let Some(number) = numbers.next().filter(|_| outcome.is_ok()) else { return };
            if postings.is_full() || postings.events() >= TABLE_EVENTS_MAX {
                outcome = table(std::mem::take(&mut postings));
            }
            let added = event.with(None, &mut |event| postings.add(&source, number, event));
            outcome = std::mem::replace(&mut outcome, Ok(())).and(match added {
                Some(added) => added.map_err(failed),
                None => Err(Fault::Damaged { what: format!("an event of {source} on its way to the disk") }),
            });
        });
        outcome?;
    }
    if postings.events() > 0 {
        table(postings)?;
    }
    Ok(tables)
}
