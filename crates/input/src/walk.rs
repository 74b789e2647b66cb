//! From paths to documents.
//!
//! What was asked for is followed (a link given as a path is opened); what is found below it is not: a link
//! in a directory gives nothing new when it points inside, and leads out of what was asked for otherwise. A
//! file that several of the paths lead to is given once.

use crate::capped::{Ledger, WalkFaults};
use crate::label::label;
use crate::once::Once;
use crate::open::{Location, Opener};
use crate::{Document, Limits};
use model::{Fault, Problem};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// How many links in a row lead to a file at the most; Linux allows 40.
const LINKS_MAX: u32 = 40;

/// What a walk did.
#[derive(Debug, Default)]
pub struct Walked {
    /// Documents given.
    pub documents: u64,
    /// Bytes read from disk.
    pub bytes: u64,
    /// What could not be opened, or was cut.
    pub problems: Vec<Problem>,
}

/// Gives every document under the paths, in the order of the paths and, below a directory, of the names.
///
/// `-` is standard input. A file that several paths lead to is given once, under the name by which it was reached
/// first; of the others there is one note. Containers are recognised by their first bytes and opened; a file is
/// read to the length that it has when it is reached. What went wrong is in the result, in the order it happened;
/// the reader of a document only sees its end.
///
/// `progress` gets the number of bytes that were read from disk since the last call.
pub fn walk(
    paths: &[PathBuf],
    limits: &Limits,
    progress: &(dyn Fn(u64) + Sync),
    each: &mut dyn FnMut(Document<'_>),
) -> Walked {
    let opener = Opener { limits: *limits, faults: WalkFaults::default(), documents: 0, progress, each };
    let mut walk = Walk { opener, bytes: 0, reported_full: false, once: Once::of(paths) };
    for path in paths {
        walk.asked(path);
    }
    let Walk { opener, bytes, once, .. } = walk;
    if let Some((name, what)) = once.note() {
        opener.faults.add(&name, Fault::Note, what, None);
    }
    Walked { documents: opener.documents, bytes, problems: opener.faults.take() }
}

/// Gives every document in bytes that are already in memory, as [`walk`] does for a file of this name.
pub fn open_bytes(name: &str, bytes: &[u8], limits: &Limits, each: &mut dyn FnMut(Document<'_>)) -> Walked {
    let opener =
        Opener { limits: *limits, faults: WalkFaults::default(), documents: 0, progress: &|_| {}, each };
    let mut walk = Walk { opener, bytes: 0, reported_full: false, once: Once::default() };
    walk.stream(name, bytes);
    Walked { documents: walk.opener.documents, bytes: walk.bytes, problems: walk.opener.faults.take() }
}

struct Walk<'w> {
    opener: Opener<'w>,
    bytes: u64,
    reported_full: bool,
    once: Once,
}

impl<'w> Walk<'w> {
    /// A path that the user gave.
    fn asked(&mut self, path: &Path) {
        let name = label_of(path);
        if path.as_os_str() == "-" {
            if self.once.is_first_standard_input(&name) {
                self.stream(&name, io::stdin());
            }
            return;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let root = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
                self.directory(path, &root, 0);
            }
            Ok(metadata) if metadata.is_file() => self.file(path),
            // What a shell gives for `<(command)`, or a pipe with a name.
            Ok(metadata)
                if is_pipe(&metadata) && (self.opener.limits.named_pipes || is_nameless_pipe(path)) =>
            {
                match File::open(path) {
                    Ok(pipe) => self.stream(&name, pipe),
                    Err(error) => self.cannot_open(&name, &error),
                }
            }
            Ok(_) => {
                let help = Some("give a file, a directory, or - for standard input");
                self.fault(&name, Fault::Unreadable, "a special file, not a document: passed over", help);
            }
            Err(error) => self.cannot_open(&name, &error),
        }
    }

    fn directory(&mut self, path: &Path, root: &Path, depth: u32) {
        let name = label_of(path);
        if depth >= self.opener.limits.directory_depth_max {
            let what = format!("more than {depth} directories deep: not read");
            return self.fault(&name, Fault::Partial, &what, Some("name it as a path of its own"));
        }
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.cannot_open(&name, &error),
        };
        let mut found = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => found.push(entry.file_name()),
                Err(error) => self.cannot_open(&name, &error),
            }
            if u64::try_from(found.len()).unwrap_or(u64::MAX) > self.opener.limits.documents_max {
                break;
            }
        }
        found.sort();
        for entry in found {
            if self.is_full(&name) {
                return;
            }
            self.found(&path.join(entry), root, depth);
        }
    }

    /// An entry of a directory.
    fn found(&mut self, path: &Path, root: &Path, depth: u32) {
        let name = label_of(path);
        match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.directory(path, root, depth + 1),
            Ok(metadata) if metadata.is_file() => self.file(path),
            Ok(metadata) if metadata.is_symlink() => match fs::canonicalize(path) {
                Ok(target) if is_around(&target, path) => {
                    let what = "a link to a directory that it is in: not followed";
                    self.fault(&name, Fault::Note, what, Some("what the directory holds is read once"));
                }
                // Its target is found under its own name.
                Ok(target) if target.starts_with(root) => {}
                Ok(_) => {
                    let what = "a link that leads out of the directory: not followed";
                    self.fault(&name, Fault::Note, what, Some("name its target as a path of its own"));
                }
                Err(_) if is_circle(path) => {
                    let what = "a link that leads back to itself: there is no document behind it";
                    self.fault(&name, Fault::Partial, what, Some("give the file that it should lead to"));
                }
                Err(_) => self.fault(&name, Fault::Note, "a link to nothing: passed over", None),
            },
            Ok(_) => self.fault(&name, Fault::Note, "a special file: passed over", None),
            Err(error) => self.cannot_open(&name, &error),
        }
    }

    fn file(&mut self, path: &Path) {
        let name = label_of(path);
        if self.is_full(&name) || !self.once.is_first(path, &name) {
            return;
        }
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (length, file) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.cannot_open(&name, &error),
        };
        let ledger = Ledger::of_length(length);
        let location = Location { label: name, depth: 0, ledger: Arc::clone(&ledger), path: Some(path) };
        // A log that grows while it is read ends where it ended when it was reached.
        let source = self.metered(file.take(length), &location);
        self.opener.open(&location, Box::new(source));
        self.bytes += ledger.read.load(Relaxed);
    }

    fn stream(&mut self, name: &str, reader: impl Read + Send) {
        if self.is_full(name) {
            return;
        }
        let ledger = Ledger::of_length(0);
        let location = Location { label: name.to_owned(), depth: 0, ledger: Arc::clone(&ledger), path: None };
        let bytes_max = self.opener.limits.expanded_bytes_max;
        let source = self.metered(reader.take(bytes_max), &location);
        self.opener.open(&location, Box::new(source));
        let read = ledger.read.load(Relaxed);
        self.bytes += read;
        if read >= bytes_max {
            let what = format!("stopped after {}", crate::capped::size(read));
            self.fault(name, Fault::Partial, &what, Some("split it"));
        }
    }

    fn metered<R: Read>(&self, reader: R, location: &Location<'_>) -> Metered<'w, R> {
        let (label, ledger) = (location.label.clone(), Arc::clone(&location.ledger));
        Metered { reader, progress: self.opener.progress, label, ledger, faults: self.opener.faults.clone() }
    }

    fn is_full(&mut self, name: &str) -> bool {
        let full = self.opener.is_full();
        if full && !self.reported_full {
            self.reported_full = true;
            let what =
                format!("more than {} documents: this and what follows is not read", self.opener.documents);
            self.fault(name, Fault::Partial, &what, Some("ask for fewer at once"));
        }
        full
    }

    fn cannot_open(&self, name: &str, error: &io::Error) {
        let (what, help) = match error.kind() {
            io::ErrorKind::NotFound => ("does not exist".to_owned(), "check the path"),
            io::ErrorKind::PermissionDenied => (
                "cannot be opened: no permission".to_owned(),
                "run as a user who may read it, or change its rights",
            ),
            _ => (format!("cannot be opened: {error}"), "check that it can be read"),
        };
        self.fault(name, Fault::Unreadable, &what, Some(help));
    }

    fn fault(&self, name: &str, fault: Fault, what: &str, help: Option<&str>) {
        self.opener.faults.add(name, fault, what, help);
    }
}

/// A source whose bytes are counted, and whose failure is its end.
struct Metered<'m, R> {
    reader: R,
    progress: &'m (dyn Fn(u64) + Sync),
    label: String,
    ledger: Arc<Ledger>,
    faults: WalkFaults,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(read) => {
                let bytes = u64::try_from(read).unwrap_or(u64::MAX);
                self.ledger.read.fetch_add(bytes, Relaxed);
                (self.progress)(bytes);
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let what = format!("cannot be read further: {error}");
                self.faults.add(&self.label, Fault::Partial, what, Some("what came before it is used"));
                Ok(0)
            }
        }
    }
}

/// The name under which a path is given to readers: what a terminal would obey is written out.
#[must_use]
pub fn label_of(path: &Path) -> String {
    label(path.as_os_str().as_encoded_bytes())
}

/// Whether a directory is one that the link lies in.
fn is_around(target: &Path, link: &Path) -> bool {
    let folder = link.parent().and_then(|folder| fs::canonicalize(folder).ok());
    folder.is_some_and(|folder| folder.starts_with(target))
}

/// Whether a link leads to links without end.
fn is_circle(link: &Path) -> bool {
    let mut at = link.to_path_buf();
    for _ in 0..LINKS_MAX {
        match fs::read_link(&at) {
            Ok(next) => at = at.parent().map(|folder| folder.join(&next)).unwrap_or(next),
            Err(_) => return false,
        }
    }
    true
}

/// Whether a path leads to a pipe that has no name in any directory: what a shell gives for `<(command)`. Its other end
/// is held by a command; a pipe with a name may wait for one for ever.
#[must_use]
pub fn is_nameless_pipe(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_pipe(&metadata)) && fs::canonicalize(path).is_err()
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}
