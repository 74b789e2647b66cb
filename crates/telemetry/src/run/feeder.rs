//! Takes documents, or pieces of them, on the feeding thread: which format, from which state, how far.
//!
//! A document that grows is given piece by piece. What the first piece decides holds for those that follow, but for a
//! document that is in no known format while there are only some lines of it: those are kept until more come.

use crate::cut::Cut;
use crate::cut::chunk::{self, Chunk};
use crate::cut::scanner::Scanner;
use crate::formats::{self, Format};
use crate::reader::Reader;
use crate::reader::options::Options;
use crate::reader::state::{Resume, State};
use crate::record::trouble::Troubles;
use crate::run::cutter::ChunkCutter;
use crate::run::job::{Job, Pool};
use input::Head;
use model::{Fault, Place, Problem};
use std::io::{self, Read};
use std::sync::Arc;

/// How high the number is at the most from which a piece counts: no document has so many records.
const NUMBER_MAX: u64 = u64::MAX >> 1;
/// How much of a document is kept while only its first lines are there, which no format knows.
const TEXT_HEAD_BYTES_MAX: usize = 4 << 10;

/// What the feeder knows of a document it has fed.
pub(crate) struct Fed {
    pub(crate) name: Arc<str>,
    pub(crate) format: Option<Format>,
    pub(crate) bytes: u64,
    /// How many of the first bytes are whole records.
    pub(crate) taken: u64,
    /// Where the next piece begins.
    pub(crate) resume: Option<Resume>,
    pub(crate) troubles: Troubles,
    pub(crate) problems: Vec<Problem>,
}

/// A document, or a piece of one that grows.
pub struct Piece<'p> {
    /// The bytes, under the name of the document.
    pub document: input::Document<'p>,
    /// What the summary of the piece before it gave; `None` for the first.
    pub resume: Option<&'p Resume>,
    /// Whether the document ends with this piece. While it goes on, a record that is not whole is left for the next.
    pub ended: bool,
    /// Whether it is read in whatever form it is, see [`Feeder::used_document`].
    pub text: bool,
}

/// Takes documents and queues their chunks.
pub struct Feeder<'f> {
    options: &'f Options,
    pool: &'f Pool,
    send: &'f mut dyn FnMut(Job),
    fed: Vec<Fed>,
    /// How many chunks were queued.
    queued: u64,
}

impl<'f> Feeder<'f> {
    pub(crate) fn new(options: &'f Options, pool: &'f Pool, send: &'f mut dyn FnMut(Job)) -> Self {
        Self { options, pool, send, fed: Vec::new(), queued: 0 }
    }

    pub(crate) fn finish(self) -> Vec<Fed> {
        self.fed
    }

    /// Queues all of a document; returns when its last chunk is queued. One that is in no known format is
    /// passed over, with a note in its summary.
    pub fn document(&mut self, document: input::Document<'_>) {
        self.piece(Piece { document, resume: None, ended: true, text: true });
    }

    /// The same for a document that is of use as something else, an inventory or a report: only when it has the form of
    /// a log, since as a text of any form its own observables would be found in it.
    pub fn used_document(&mut self, document: input::Document<'_>) {
        self.piece(Piece { document, resume: None, ended: true, text: false });
    }

    /// Queues a piece of a document that grows: the records of all pieces are those of the whole document, with the
    /// same numbers, when each piece begins where [`crate::DocumentSummary::taken`] of the one before it ends.
    ///
    /// What the head of a document decides (its format, the columns of a table, the first year) is decided by the first
    /// piece, which may be shorter than the head of the whole. A summary without format took nothing: the caller gives
    /// the piece again when there is more of it, or leaves the document.
    pub fn piece(&mut self, piece: Piece<'_>) {
        let Piece { document, resume, ended, text } = piece;
        let (document, zeros) = if resume.is_some() { (document, 0) } else { without_hole(document) };
        let name = Arc::clone(&document.name);
        let mut fed = Fed {
            name: Arc::clone(&name),
            format: None,
            bytes: 0,
            taken: 0,
            resume: None,
            troubles: Troubles::default(),
            problems: Vec::new(),
        };
        // A line that is not whole yet says nothing about the format.
        let whole = memchr::memrchr(b'\n', &document.head).filter(|_| !ended);
        let first = document.head.get(..whole.map_or(document.head.len(), |end| end + 1)).unwrap_or_default();
        let Some(start) = Start::of(&name, first, resume, text, self.options) else {
            fed.problems.push(unknown(&name));
            self.fed.push(fed);
            return;
        };
        fed.format = Some(start.format);
        let mut cutter = ChunkCutter {
            options: self.options,
            pool: self.pool,
            send: self.send,
            queued: &mut self.queued,
            index: u32::try_from(self.fed.len()).unwrap_or(u32::MAX),
            format: start.format,
            name,
            reader: start.reader,
            bytes: 0,
            left: 0,
            ended,
            next: start.next,
            passed: start.passed,
            troubles: Troubles::default(),
        };
        let again = u64::try_from(start.again.len()).unwrap_or(0);
        let mut source = io::Cursor::new(start.again).chain(document.reader);
        let done = match (start.format.way().cut, start.scanner) {
            (Cut::Blocks(blocks), _) => cutter.blocks(blocks, &mut source),
            (_, Some(scanner)) => cutter.scanned(scanner, &mut source),
            (_, None) => cutter.lines(&mut source),
        };
        cutter.next.state = cutter.reader.state();
        (fed.bytes, fed.troubles) = (cutter.bytes.saturating_sub(again), cutter.troubles);
        fed.taken = zeros + fed.bytes.saturating_sub(cutter.left);
        let mut next = cutter.next;
        if start.format.is_text() {
            next.state = still_text(resume, fed.taken - zeros, &document.head);
        }
        // Where nothing was taken, nothing is decided yet.
        fed.resume = if fed.taken == 0 && !ended { resume.cloned() } else { Some(next) };
        if let Err(error) = done {
            fed.problems.push(Problem {
                source: fed.name.to_string(),
                place: Place::Byte(fed.bytes),
                fault: Fault::Partial,
                what: format!("could not be read further: {error}"),
                help: None,
            });
        }
        self.fed.push(fed);
    }
}

/// What a piece is read as, and from which state.
struct Start {
    format: Format,
    reader: Arc<dyn Reader>,
    /// The scanner, where records are not lines.
    scanner: Option<Scanner>,
    next: Resume,
    /// Bytes before the piece that are read again: they were taken for text, and begin what they are now known to be.
    again: Vec<u8>,
    /// How many records in those bytes are not given again.
    passed: u64,
}

impl Start {
    /// For a piece that begins with these bytes, behind what is known; `None` when it is no log.
    fn of(name: &str, first: &[u8], resume: Option<&Resume>, text: bool, options: &Options) -> Option<Self> {
        let known = resume.and_then(|resume| formats::formats().find(|one| one.name() == resume.format));
        let (resume, known) = (resume.zip(known).map(|(resume, _)| resume), known);
        let seen = match resume.map(|resume| &resume.state) {
            Some(State::Text { head }) => head.as_bytes(),
            _ => &[],
        };
        // The first lines of a table or of an array may have been taken for text before the next ones came.
        let both = [seen, first].concat();
        let undecided = known.is_none() || !seen.is_empty();
        let found = undecided.then(|| formats::recognise_mapped(name, &both, &options.mappings)).flatten();
        let format = found.or(known).filter(|format| text || !format.is_text())?;
        let changed = known.is_some_and(|known| known != format);
        // What the head decides was decided when the document began.
        let decided = resume.is_some() && !changed;
        let head = Head::of_bytes(name, if decided { b"" } else { &both });
        let fresh = (format.way().reader)(&head, options);
        let restored = resume.filter(|_| decided).and_then(|resume| fresh.restored(&resume.state, options));
        let mut next =
            Resume { format: format.name().to_owned(), ..resume.cloned().unwrap_or_else(beginning) };
        // Whatever was kept, numbers go on from it.
        next.number = next.number.min(NUMBER_MAX);
        let mut start = Self {
            format,
            reader: restored.unwrap_or(fresh),
            scanner: None,
            next,
            again: Vec::new(),
            passed: 0,
        };
        let make = |make: fn(&Head<'_>, usize) -> Scanner| make(&head, options.line_bytes_max);
        if let Cut::Scanned(scanner) = format.way().cut {
            if changed {
                start.next.number = 0;
                start.passed = whole_records(make(scanner), &both, seen.len());
                start.again = seen.to_vec();
            }
            let mut scanner = make(scanner);
            if !start.next.scan.is_empty() {
                scanner.restore(start.next.number, start.next.passing, &start.next.scan);
            }
            start.scanner = Some(scanner);
        } else if changed {
            let lines = Chunk { first: 1, bytes: seen.to_vec(), values: Vec::new() };
            start.reader = start.reader.after(&lines).unwrap_or(start.reader);
        }
        Some(start)
    }
}

/// How many of the first records of a document are whole in this many bytes.
fn whole_records(mut scanner: Scanner, bytes: &[u8], end: usize) -> u64 {
    let mut buffer = bytes.to_vec();
    let ready = scanner.scan(&mut buffer, false);
    ready.iter().take_while(|(_, place)| place.end <= end).last().map_or(0, |(number, _)| *number)
}

/// What is kept of a document in no known format: its first lines, until there are enough to be sure of that.
fn still_text(resume: Option<&Resume>, taken: u64, head: &[u8]) -> State {
    let seen = match resume.map(|resume| &resume.state) {
        None => "",
        Some(State::Text { head }) => head,
        Some(_) => return State::Nothing,
    };
    let taken = head.get(..usize::try_from(taken).unwrap_or(usize::MAX));
    match taken {
        Some(taken) if seen.len() + taken.len() <= TEXT_HEAD_BYTES_MAX => {
            State::Text { head: format!("{seen}{}", String::from_utf8_lossy(taken)) }
        }
        _ => State::Nothing,
    }
}

/// What is known before the first byte of a document.
fn beginning() -> Resume {
    Resume {
        format: String::new(),
        number: 0,
        state: State::Nothing,
        scan: Vec::new(),
        passing: false,
        from_start: false,
    }
}

/// A note on a document that no format knows.
fn unknown(name: &str) -> Problem {
    Problem {
        source: name.to_owned(),
        place: Place::Whole,
        fault: Fault::Note,
        what: "not a log in a known format; it was passed over".into(),
        help: None,
    }
}

/// A document from its first byte on that is not zero, and how many are before that: a hole at its start may be longer
/// than a head.
fn without_hole(mut document: input::Document<'_>) -> (input::Document<'_>, u64) {
    if document.head.first() != Some(&0) {
        return (document, 0);
    }
    let mut zeros = 0;
    let mut piece = vec![0; input::Document::HEAD_MAX];
    loop {
        let count = match document.reader.read(&mut piece) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => 0,
        };
        let read = piece.get(..count).unwrap_or_default();
        let rest = chunk::without_hole(read).to_vec();
        zeros += u64::try_from(read.len() - rest.len()).unwrap_or(0);
        if count > 0 && rest.is_empty() {
            continue;
        }
        let name = Arc::clone(&document.name);
        let whole = io::Cursor::new(rest).chain(document.reader);
        let document = input::Document::open(&name, whole).unwrap_or_else(|_| input::Document {
            name,
            head: Vec::new(),
            reader: Box::new(io::empty()),
        });
        return (document, zeros);
    }
}
