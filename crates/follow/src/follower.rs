//! Follows all sources, and gives what is new as batches.

use crate::batch::{Batch, Piece};
use crate::files::table::Files;
use crate::health::Health;
use crate::options::Options;
use crate::pace::Pace;
use crate::position::{Position, Windows};
use crate::queue::Queue;
use crate::syslog::{self, cannot_listen, tcp, tls, udp};
use model::Problem;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The name of standard input.
const STANDARD_INPUT: &str = "-";
/// How much of standard input is read at once.
const READ_BYTES: usize = 64 << 10;

/// What cannot be read twice: standard input, or a listener.
#[derive(Default)]
struct Stream {
    position: Position,
    windows: Windows,
    /// What a reader did not take.
    pending: Vec<u8>,
}

impl Stream {
    /// A listener at the same address goes on with its log: what came after its last message and was not taken is gone, as
    /// it is whenever nobody listens. Another standard input is another log.
    fn again(position: Position) -> Option<(Arc<str>, Self)> {
        let goes_on = position.document.starts_with(syslog::SCHEME) && position.offset > 0;
        let document = Arc::from(position.document.as_str());
        goes_on
            .then(|| (document, Self { position: Position { ended: false, ..position }, ..Self::default() }))
    }
}

/// Follows files, standard input and syslog.
pub struct Follower {
    files: Files,
    streams: BTreeMap<Arc<str>, Stream>,
    queue: Arc<Queue>,
    options: Options,
    health: Health,
    /// When files were looked at.
    looked: Option<Pace>,
    /// Whether the last batch may have left something.
    more: bool,
}

impl Follower {
    /// Follows these files and directories (`-` is standard input) from these positions on; a file of which there is no
    /// position is taken from its first byte. The flag ends all waits and listeners; whoever gives it may set it from a
    /// signal handler.
    #[must_use]
    pub fn new(paths: &[PathBuf], positions: Vec<Position>, options: Options, stop: Arc<AtomicBool>) -> Self {
        let (standard, files): (Vec<_>, Vec<_>) =
            paths.iter().cloned().partition(|path| path.as_os_str() == STANDARD_INPUT);
        let (positions, streams): (Vec<_>, Vec<_>) =
            positions.into_iter().partition(|position| position.generation > 0);
        let queue = Arc::new(Queue::new(options.waiting_bytes, stop));
        if !standard.is_empty() {
            let queue = Arc::clone(&queue);
            queue.open();
            let reader = Arc::clone(&queue);
            let started = std::thread::Builder::new().spawn(move || {
                read_lines(&mut io::stdin(), &STANDARD_INPUT.into(), &reader);
                reader.close();
            });
            if started.is_err() {
                queue.close();
            }
        }
        Self {
            files: Files::new(files, positions),
            streams: streams.into_iter().filter_map(Stream::again).collect(),
            queue,
            options,
            health: Health::default(),
            looked: None,
            more: false,
        }
    }

    /// Listens for syslog over UDP; gives the address with its port.
    ///
    /// # Errors
    /// When the address cannot be listened at.
    pub fn syslog_udp(&mut self, address: &str) -> Result<SocketAddr, Problem> {
        udp::listen(address, &self.queue, &self.options, &self.health)
            .map_err(|error| cannot_listen("syslog-udp", address, &error))
    }

    /// Listens for syslog over TCP.
    ///
    /// # Errors
    /// When the address cannot be listened at.
    pub fn syslog_tcp(&mut self, address: &str) -> Result<SocketAddr, Problem> {
        let open: tcp::Open = Arc::new(|stream| Ok(Box::new(stream)));
        tcp::listen("syslog-tcp", address, open, &self.shared())
            .map_err(|error| cannot_listen("syslog-tcp", address, &error))
    }

    /// Listens for syslog over TLS, with this certificate (and those of its issuers) and its key, both PEM.
    ///
    /// # Errors
    /// When certificate or key cannot be used, or the address cannot be listened at.
    pub fn syslog_tls(
        &mut self,
        address: &str,
        certificate: &Path,
        key: &Path,
    ) -> Result<SocketAddr, Problem> {
        let config = tls::config(certificate, key)?;
        let open: tcp::Open = Arc::new(move |stream| tls::open(&config, stream));
        tcp::listen("syslog-tls", address, open, &self.shared())
            .map_err(|error| cannot_listen("syslog-tls", address, &error))
    }

    fn shared(&self) -> tcp::Shared {
        tcp::Shared {
            queue: Arc::clone(&self.queue),
            options: self.options.clone(),
            health: self.health.clone(),
        }
    }

    /// A handle on the numbers.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// What is new, as soon as there is something; an empty batch after this time, when the flag is set, or when there
    /// are only problems to report.
    pub fn next(&mut self, wait: Duration) -> Batch {
        let begun = Pace::begin();
        loop {
            let mut batch = Batch::default();
            self.take_streams(&mut batch);
            self.take_files(&mut batch);
            let is_over = self.files.is_empty() && !self.queue.is_open();
            let lasted = begun.lasted();
            if !batch.is_empty()
                || !batch.problems.is_empty()
                || is_over
                || self.queue.stops()
                || lasted >= wait
            {
                batch.finished = is_over && batch.is_empty();
                self.count(&batch);
                return batch;
            }
            let until_look = self
                .looked
                .map_or(Duration::ZERO, |looked| self.options.interval.saturating_sub(looked.lasted()));
            let until_look = if self.files.is_empty() { wait } else { until_look };
            self.queue.wait(until_look.min(wait.saturating_sub(lasted)));
        }
    }

    /// A reader took only this many bytes of a piece, because the rest is no whole record yet: gives the position to
    /// commit; the rest is given again, with what follows it. To be called before the next batch is asked for.
    pub fn took(&mut self, piece: &Piece, taken: usize) -> Position {
        let position = piece.position(taken);
        if piece.after.generation > 0 {
            self.files.took_less(piece, taken);
        } else if let Some(stream) = self.streams.get_mut(piece.document.as_str())
            && let Some(rest) = piece.bytes.get(taken..).filter(|rest| !rest.is_empty())
        {
            stream.pending = rest.to_vec();
            stream.windows = piece.windows.clone();
            stream.windows.push(piece.bytes.get(..taken).unwrap_or_default());
            stream.position = position.clone();
        }
        position
    }

    /// Up to where each file was taken, those included of which nothing was taken yet.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.files.logs.values().map(|log| &log.position)
    }

    /// What waits of streams.
    fn take_streams(&mut self, batch: &mut Batch) {
        while batch.bytes() < self.options.batch_bytes {
            let Some((document, new, ended)) = self.queue.take(self.options.piece_bytes) else { return };
            let stream = self.streams.entry(Arc::clone(&document)).or_insert_with(|| Stream {
                position: Position { document: document.to_string(), ..Position::default() },
                ..Stream::default()
            });
            let mut bytes = std::mem::take(&mut stream.pending);
            bytes.extend_from_slice(&new);
            let before = stream.position.clone();
            let windows = stream.windows.clone();
            stream.windows.push(&bytes);
            let offset = before.offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(0));
            stream.position = Position { ended, ..before.at(offset, &stream.windows) };
            batch.pieces.push(Piece {
                document: document.to_string(),
                bytes,
                before: Some(before).filter(|before| before.offset > 0),
                after: stream.position.clone(),
                ended,
                windows,
            });
        }
    }

    /// What is new in files: what the last look has left, else what a new look finds when it is time.
    fn take_files(&mut self, batch: &mut Batch) {
        if self.files.is_empty() {
            return;
        }
        let count = batch.pieces.len() + batch.whole.len();
        if self.more {
            self.files.gather(&self.options, batch);
        }
        let found = batch.pieces.len() + batch.whole.len() > count;
        let due = self.looked.is_none_or(|looked| looked.lasted() >= self.options.interval);
        if !found && due {
            self.files.look(&self.options);
            self.looked = Some(Pace::begin());
            self.files.gather(&self.options, batch);
        }
        self.more = batch.pieces.len() + batch.whole.len() > count;
    }

    fn count(&self, batch: &Batch) {
        let bytes = u64::try_from(batch.bytes()).unwrap_or(u64::MAX);
        let lines =
            batch.pieces.iter().map(|piece| memchr::memchr_iter(b'\n', &piece.bytes).count()).sum::<usize>();
        let problems = u64::try_from(batch.problems.len()).unwrap_or(u64::MAX);
        let waiting = u64::try_from(self.queue.bytes()).unwrap_or(u64::MAX);
        let (documents, behind) = (self.files.followed(), self.files.behind());
        let now = (!batch.is_empty()).then(|| (self.options.now)());
        self.health.add(|numbers| {
            numbers.batches += u64::from(now.is_some());
            numbers.bytes = numbers.bytes.saturating_add(bytes);
            numbers.lines = numbers.lines.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
            numbers.problems = numbers.problems.saturating_add(problems);
            numbers.last_batch = now.or(numbers.last_batch);
            (numbers.documents, numbers.behind_bytes) = (documents, behind.saturating_add(waiting));
        });
    }
}

impl Drop for Follower {
    /// Ends the threads of its sources.
    fn drop(&mut self) {
        self.queue.shut();
    }
}

/// Puts what a source gives into the queue, whole lines at a time; what has no line end comes when the source ends.
fn read_lines(source: &mut dyn Read, document: &Arc<str>, queue: &Queue) {
    let (mut buffer, mut open) = (vec![0; READ_BYTES], Vec::new());
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => buffer.get(..read).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        open.extend_from_slice(read);
        // A line without end is given in parts, so that what is held stays bounded.
        let end = memchr::memrchr(b'\n', &open)
            .map(|end| end + 1)
            .or((open.len() > LINE_BYTES_MAX).then_some(open.len()));
        let Some(end) = end else { continue };
        let rest = open.split_off(end);
        if !queue.put(document, std::mem::replace(&mut open, rest), false) {
            return;
        }
    }
    queue.put(document, open, true);
}

/// How much of a line of standard input is held until its end comes.
const LINE_BYTES_MAX: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_gives_whole_lines_and_the_rest_when_it_ends() {
        struct Slowly<'s>(&'s [u8]);
        impl Read for Slowly<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = 3.min(self.0.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let queue = Queue::new(1 << 20, Arc::default());
        read_lines(&mut Slowly(b"one\ntwo three\nfour"), &"-".into(), &queue);
        let (name, bytes, ended) = queue.take(4).unwrap();
        assert_eq!((&*name, &bytes[..], ended), ("-", &b"one\n"[..], false));
        let (_, bytes, ended) = queue.take(100).unwrap();
        assert_eq!((&bytes[..], ended), (&b"two three\nfour"[..], true));
        assert!(queue.take(100).is_none());
    }
}
