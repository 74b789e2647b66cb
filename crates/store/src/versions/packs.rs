//! Packs: the frames that one version of a document brought, in a row of the database or in a file of their own.
//!
//! A row is written twice, to the log and to the database, a file once; but a file is two syncs. So what is long is a file,
//! named by the digest of its bytes: written, synced, renamed, its folder synced, and only then a transaction names it. A
//! file that no transaction has named is swept.

use crate::Fault;
use crate::home::{made, make_folder};
use history::sync_folders;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of packs that are files, below a home.
pub(crate) const FOLDER: &str = "documents";
/// A pack that is longer is a file.
pub(super) const INLINE_BYTES_MAX: usize = 64 << 10;
/// The end of a name that is none yet.
pub(super) const UNFINISHED: &str = ".part";

/// The name of the file of a pack.
pub(crate) fn file_name(digest: &[u8]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}.zst")
}

/// A pack that is written.
#[derive(Debug)]
pub(super) struct Packing {
    folder: PathBuf,
    /// The name of its file until it is whole.
    unfinished: PathBuf,
    waiting: Vec<u8>,
    file: Option<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

/// A pack as its row has it.
pub(super) struct Packed {
    pub(super) digest: [u8; 32],
    pub(super) bytes: u64,
    /// `None`: it is a file.
    pub(super) body: Option<Vec<u8>>,
}

impl Packing {
    pub(super) fn new(home: &Path, number: i64) -> Self {
        let folder = home.join(FOLDER);
        Self {
            unfinished: folder.join(format!("{number}{UNFINISHED}")),
            folder,
            waiting: Vec::new(),
            file: None,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        }
    }

    /// Adds a frame: where it is.
    pub(super) fn add(&mut self, frame: &[u8]) -> Result<u64, Fault> {
        let at = self.bytes;
        self.hasher.update(frame);
        self.bytes = self.bytes.saturating_add(u64::try_from(frame.len()).unwrap_or(u64::MAX));
        self.waiting.extend_from_slice(frame);
        if self.waiting.len() > INLINE_BYTES_MAX {
            self.write()?;
        }
        Ok(at)
    }

    fn write(&mut self) -> Result<(), Fault> {
        let io = |error| Fault::Io { doing: "write", path: self.unfinished.clone(), error };
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                make_folder(&self.folder).map_err(io)?;
                // One that was left by a run that was killed.
                _ = std::fs::remove_file(&self.unfinished);
                made(&self.unfinished).map_err(io)?
            }
        };
        file.write_all(&self.waiting).map_err(io)?;
        self.waiting.clear();
        self.file = Some(file);
        Ok(())
    }

    /// Ends it; a file is on disk under its name when this returns.
    pub(super) fn finish(mut self) -> Result<Packed, Fault> {
        let digest = *self.hasher.finalize().as_bytes();
        if self.file.is_some() {
            self.write()?;
        }
        let Some(file) = self.file.take() else {
            return Ok(Packed { digest, bytes: self.bytes, body: Some(std::mem::take(&mut self.waiting)) });
        };
        let path = self.folder.join(file_name(&digest));
        let io = |error| Fault::Io { doing: "write", path: path.clone(), error };
        file.sync_all().map_err(io)?;
        std::fs::rename(&self.unfinished, &path).map_err(io)?;
        sync_folders(&self.folder, &self.folder).map_err(io)?;
        Ok(Packed { digest, bytes: self.bytes, body: None })
    }
}

impl Drop for Packing {
    fn drop(&mut self) {
        if self.file.is_some() {
            // If it cannot be taken away it is swept.
            _ = std::fs::remove_file(&self.unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(bytes: usize) -> (bool, usize) {
        let home = tempfile::tempdir().expect("room");
        let mut packing = Packing::new(home.path(), 1);
        assert_eq!(packing.add(&[]).expect("room"), 0);
        assert_eq!(packing.add(&vec![7; bytes]).expect("room"), 0);
        let packed = packing.finish().expect("room");
        assert_eq!(packed.digest, *blake3::hash(&vec![7; bytes]).as_bytes());
        let folder = home.path().join(FOLDER);
        let files = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        if packed.body.is_none() {
            let file = std::fs::metadata(folder.join(file_name(&packed.digest))).expect("under its name");
            assert_eq!(file.len(), u64::try_from(bytes).expect("small"));
        }
        (packed.body.is_some(), files)
    }

    #[test]
    fn one_byte_more_than_a_row_has_is_a_file() {
        assert_eq!(packed(INLINE_BYTES_MAX), (true, 0));
        assert_eq!(packed(INLINE_BYTES_MAX + 1), (false, 1));
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let home = tempfile::tempdir().expect("room");
        let mut packing = Packing::new(home.path(), 1);
        packing.add(&vec![7; INLINE_BYTES_MAX + 1]).expect("room");
        drop(packing);
        assert_eq!(std::fs::read_dir(home.path().join(FOLDER)).map_or(9, Iterator::count), 0);
    }
}
