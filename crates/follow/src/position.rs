//! Up to where a document was taken, in a form that finds the place again whatever became of the file.
//!
//! A path means nothing after a rotation, and device and inode are used again. What holds is content: the digest of the
//! first bytes, and of the last bytes before the place. Many files begin alike (headers of W3C and CSV), so the
//! beginning alone never decides.
//!
//! Invariant: a position says nothing about bytes behind its offset, so what is appended leaves it valid. The names of
//! fields are stable: positions of earlier versions are read.

use serde::{Deserialize, Serialize};

/// How many of the first bytes, and of the last before the offset, are digested. So much costs nothing to read again,
/// and lines of logs with times differ within it.
pub(crate) const WINDOW_BYTES: usize = 4 << 10;

/// The key of a log: document and generation.
pub(crate) type Key = (String, u64);

/// Up to where a document was taken. Whoever commits what was taken commits this with it, and gives it back at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The document: the path under which its first bytes were found.
    pub document: String,
    /// Which of the logs of this name, from 1: after a rotation the name begins a new one. With the document it is the
    /// key under which a position is kept.
    pub generation: u64,
    /// How many bytes of its content were taken, uncompressed.
    pub offset: u64,
    /// The digest of its first bytes: BLAKE3 in hexadecimal, of at most 4,096 and at most the offset.
    pub head: String,
    /// The digest of the last bytes before the offset, likewise.
    pub tail: String,
    /// The device of the file, a hint.
    #[serde(default)]
    pub device: u64,
    /// The inode of the file, a hint.
    #[serde(default)]
    pub inode: u64,
    /// When the file was last written, in nanoseconds since 1970, a hint.
    #[serde(default)]
    pub modified: i64,
    /// Whether the document ended: it was rotated away and taken to its end.
    #[serde(default)]
    pub ended: bool,
    /// Whether it is read whole whenever it changes: an event log, an archive, UTF-16.
    #[serde(default)]
    pub whole: bool,
}

impl Position {
    /// Its key: document and generation.
    pub(crate) fn key(&self) -> Key {
        (self.document.clone(), self.generation)
    }

    /// Whether content with these bytes around the offset is the content of this position.
    pub(crate) fn fits(&self, windows: &Windows) -> bool {
        let (head, tail) = windows.digests();
        self.offset == 0 || head == self.head && tail == self.tail
    }

    /// Whether content that begins with these bytes may be that of this position.
    pub(crate) fn may_fit(&self, first: &[u8]) -> bool {
        let length = usize::try_from(self.offset).unwrap_or(usize::MAX).min(WINDOW_BYTES);
        first.get(..length).is_none_or(|first| digest(first) == self.head)
    }

    /// The same document, taken up to where these windows end.
    pub(crate) fn at(&self, offset: u64, windows: &Windows) -> Self {
        let (head, tail) = windows.digests();
        Self { offset, head, tail, ..self.clone() }
    }
}

/// The first bytes of a content, and the last before a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows {
    pub(crate) head: Vec<u8>,
    pub(crate) tail: Vec<u8>,
}

impl Windows {
    /// Goes on over these bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = WINDOW_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        let last = bytes.get(bytes.len().saturating_sub(WINDOW_BYTES)..).unwrap_or_default();
        let kept = WINDOW_BYTES - last.len();
        let gone = self.tail.len().saturating_sub(kept);
        self.tail.drain(..gone);
        self.tail.extend_from_slice(last);
    }

    fn digests(&self) -> (String, String) {
        (digest(&self.head), digest(&self.tail))
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_the_same_however_the_bytes_come() {
        let bytes: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut whole = Windows::default();
        whole.push(&bytes);
        assert_eq!((&whole.head[..], &whole.tail[..]), (&bytes[..4096], &bytes[bytes.len() - 4096..]));
        for size in [1, 7, 4095, 4096, 4097, 50_000] {
            let mut pieces = Windows::default();
            bytes.chunks(size).for_each(|piece| pieces.push(piece));
            assert_eq!(pieces, whole, "pieces of {size}");
        }
    }

    #[test]
    fn a_position_of_an_earlier_version_is_read() {
        let text = r#"{"document":"a.log","generation":1,"offset":7,"head":"x","tail":"y"}"#;
        let position: Position = serde_json::from_str(text).unwrap();
        assert_eq!((position.offset, position.ended, position.inode), (7, false, 0));
        let names = serde_json::to_string(&position).unwrap();
        for name in [
            "document",
            "generation",
            "offset",
            "head",
            "tail",
            "device",
            "inode",
            "modified",
            "ended",
            "whole",
        ] {
            assert!(names.contains(&format!("\"{name}\":")), "{name} is a stable name");
        }
    }
}
