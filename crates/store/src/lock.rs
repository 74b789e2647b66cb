//! Who may learn into a home: one program at a time, each in its turn.
//!
//! What is known lives in the memory of the program that learns, so two must not learn at once. A program that follows logs
//! gives the lock back after each batch, and looks at the revision when it gets it again: if
//! somebody else has learnt meanwhile, it loads the home anew. Reading, and what people do about findings, need no lock.
//!
//! Invariants: a lock is the operating system's, so that it goes with the process that holds it; who waits comes before who
//! had the lock last (`lock-next` is a turnstile: it is held while one waits).

use crate::Fault;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

/// How often one looks whether the lock is free.
const PAUSE: Duration = Duration::from_millis(20);
/// Held while somebody learns.
const LEARNING: &str = "lock";
/// Held by who comes next.
const NEXT: &str = "lock-next";
/// Held as long as somebody follows logs.
const WATCHING: &str = "lock-watch";
/// Held while somebody sends notices.
const SENDING: &str = "lock-notify";

/// Asked again and again while somebody else holds the lock, with the words for who it is: whether to go on waiting.
pub type Patience<'p> = dyn FnMut(&str) -> bool + 'p;

/// The locks that this process holds.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    learning: Option<File>,
    watching: Option<File>,
    sending: Option<File>,
}

impl Locks {
    /// Keeps others from learning into a directory.
    pub(crate) fn learn(&mut self, directory: &Path, patience: &mut Patience<'_>) -> Result<(), Fault> {
        if self.learning.is_some() {
            return Ok(());
        }
        let next = get(&directory.join(NEXT), patience)?;
        self.learning = Some(get(&directory.join(LEARNING), patience)?);
        drop(next);
        Ok(())
    }

    /// Whether this process keeps others from learning.
    pub(crate) fn is_learning(&self) -> bool {
        self.learning.is_some()
    }

    /// Lets others learn.
    pub(crate) fn let_learn(&mut self) {
        self.learning = None;
    }

    /// Keeps others from sending notices of a directory.
    pub(crate) fn send(&mut self, directory: &Path) -> Result<(), Fault> {
        self.sending = Some(get(&directory.join(SENDING), &mut |_| false)?);
        Ok(())
    }

    /// Keeps others from following logs into a directory.
    pub(crate) fn watch(&mut self, directory: &Path) -> Result<(), Fault> {
        self.watching = match get(&directory.join(WATCHING), &mut |_| false) {
            Ok(file) => Some(file),
            Err(Fault::Busy { holder }) => return Err(Fault::Watched { holder }),
            Err(other) => return Err(other),
        };
        Ok(())
    }
}

/// Locks a file, and writes into it who holds it.
fn get(path: &Path, patience: &mut Patience<'_>) -> Result<File, Fault> {
    let io = |error| Fault::Io { doing: "lock", path: path.to_owned(), error };
    let mut options = OpenOptions::new();
    let mut file = options.create(true).truncate(false).read(true).write(true).open(path).map_err(io)?;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(std::fs::TryLockError::WouldBlock) => {}
            Err(std::fs::TryLockError::Error(error)) => return Err(io(error)),
        }
        let holder = holder(&mut file);
        if !patience(&holder) {
            return Err(Fault::Busy { holder });
        }
        std::thread::sleep(PAUSE);
    }
    let text = format!("process {}\n", std::process::id());
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(io)?;
    Ok(file)
}

/// Who holds it; only for people.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    _ = file.rewind().and_then(|()| file.take(64).read_to_string(&mut text));
    text.trim().to_owned()
}
