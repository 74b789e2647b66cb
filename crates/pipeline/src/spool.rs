//! Where details of indicators wait until a hit asks for them: memory for the first megabytes, then a file without
//! a name that is gone with the process.
//!
//! A list of a million indicators has some hundred megabytes of contexts and sources, of which an answer shows a few
//! lines.

use findings::Spool;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

/// How many bytes stay in memory.
const MEMORY_BYTES_MAX: usize = 8 << 20;
/// How many bytes are written to the file at a time.
const BLOCK_BYTES: usize = 1 << 20;

/// A spool that moves to a file when it grows.
#[derive(Debug, Default)]
pub struct Spooled(Mutex<HeldDetails>);

/// What is held: the beginning in the file, the end in memory.
#[derive(Debug, Default)]
struct HeldDetails {
    file: Option<File>,
    written: u64,
    waiting: Vec<u8>,
}

impl HeldDetails {
    fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let waiting = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        let at = self.written.saturating_add(waiting);
        self.waiting.extend_from_slice(bytes);
        let most = if self.file.is_some() { BLOCK_BYTES } else { MEMORY_BYTES_MAX };
        if self.waiting.len() >= most {
            let file = match self.file.take() {
                Some(file) => file,
                None => tempfile::tempfile()?,
            };
            let written = file.write_all_at(&self.waiting, self.written);
            self.file = Some(file);
            written?;
            self.written = self.written.saturating_add(u64::try_from(self.waiting.len()).unwrap_or(0));
            self.waiting.clear();
        }
        Ok(at)
    }

    fn read(&self, at: u64, into: &mut [u8]) -> usize {
        let mut done = 0;
        if let Some(file) = self.file.as_ref().filter(|_| at < self.written) {
            let left = usize::try_from(self.written - at).unwrap_or(usize::MAX).min(into.len());
            while let Some(room) = into.get_mut(done..left).filter(|room| !room.is_empty()) {
                let from = at.saturating_add(u64::try_from(done).unwrap_or(0));
                match file.read_at(room, from) {
                    Ok(0) | Err(_) => return done,
                    Ok(read) => done += read,
                }
            }
        }
        let from = at.saturating_add(u64::try_from(done).unwrap_or(0)).saturating_sub(self.written);
        let rest = usize::try_from(from).ok().and_then(|from| self.waiting.get(from..)).unwrap_or_default();
        if let Some(room) = into.get_mut(done..) {
            let length = room.len().min(rest.len());
            if let (Some(room), Some(rest)) = (room.get_mut(..length), rest.get(..length)) {
                room.copy_from_slice(rest);
                done += length;
            }
        }
        done
    }
}

impl Spool for Spooled {
    fn put(&self, bytes: &[u8]) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(bytes).ok()
    }

    fn read(&self, at: u64, into: &mut [u8]) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(at, into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_read_whether_it_went_to_the_file_or_not() {
        let spool = Spooled::default();
        let piece = |n: usize| -> Vec<u8> {
            (0..70_000).map(|k| u8::try_from((n * 7 + k) % 251).unwrap_or_default()).collect()
        };
        let places: Vec<u64> = (0..300).map(|n| spool.put(&piece(n)).expect("room")).collect();
        assert!(spool.0.lock().expect("one thread").file.is_some(), "21 MB do not stay in memory");
        for n in [0, 1, 119, 120, 150, 298, 299] {
            let mut read = vec![0; 70_000];
            assert_eq!(spool.read(places[n], &mut read), 70_000, "{n}");
            assert!(read == piece(n), "{n}");
        }
        let mut both = vec![0; 140_000];
        assert_eq!(spool.read(places[298], &mut both), 140_000);
        assert_eq!(spool.read(places[299] + 69_999, &mut both), 1);
    }
}
