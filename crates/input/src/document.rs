//! One document: its name, its first bytes (to recognise it by), and the whole of it, once.
//!
//! A caller that holds a document in memory sets a limit, and a document may be longer: then it is cut. [`Whole`]
//! gives bytes only after the caller has decided what a cut means, and every way to the bytes of a cut document
//! reports the cut.

use crate::capped::size;
use model::{Fault, Place, Problems};
use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;

/// A document as a reader sees it: decompressed, and in UTF-8 if it was UTF-16.
pub struct Document<'a> {
    /// The name as the user would write it; members of archives after `!` (`collection.zip!logs/a.evtx`).
    pub name: Arc<str>,
    /// The first bytes, at most [`Document::HEAD_MAX`]; [`Document::reader`] gives them again.
    pub head: Vec<u8>,
    /// The whole document from its first byte.
    pub reader: Box<dyn Read + Send + 'a>,
}

/// A document held in memory: all of it, or its beginning.
#[derive(Debug)]
#[must_use = "a document may be longer than the limit: decide what that means"]
pub enum Whole {
    /// All of it.
    Complete(Vec<u8>),
    /// Its beginning.
    Cut(Cut),
}

/// The beginning of a document that is longer than the limit.
#[derive(Debug)]
#[must_use = "what was cut off must be reported"]
pub struct Cut {
    bytes: Vec<u8>,
    limit: u64,
}

impl Whole {
    /// The document, or as much of it as the limit allows; the reader uses what it gets, and the cut is a
    /// problem with this help.
    pub fn beginning(self, problems: &mut Problems, help: &str) -> Vec<u8> {
        match self {
            Self::Complete(bytes) => bytes,
            Self::Cut(Cut { bytes, limit }) => {
                let what = format!("longer than {}; the rest was not read", size(limit));
                problems.add(Place::Whole, Fault::Partial, what, Some(help));
                bytes
            }
        }
    }

    /// The document if all of it is there; of one that means something else when it is cut, nothing is used, and
    /// that is a problem with this help.
    #[must_use]
    pub fn complete(self, problems: &mut Problems, help: &str) -> Option<Vec<u8>> {
        match self {
            Self::Complete(bytes) => Some(bytes),
            Self::Cut(Cut { limit, .. }) => {
                let what = format!("longer than {}; it was not used", size(limit));
                problems.add(Place::Whole, Fault::Unreadable, what, Some(help));
                None
            }
        }
    }

    /// The document, or as much of it as `keep` says (a length in bytes, at most what there is), so that no entry
    /// is cut in two; the problem names the first line that is not used, with this help.
    pub fn up_to(self, keep: impl FnOnce(&[u8]) -> usize, problems: &mut Problems, help: &str) -> Vec<u8> {
        match self {
            Self::Complete(bytes) => bytes,
            Self::Cut(Cut { mut bytes, limit }) => {
                bytes.truncate(keep(&bytes));
                let lines = memchr::memchr_iter(b'\n', &bytes).count();
                let first_lost = u64::try_from(lines).unwrap_or(u64::MAX).saturating_add(1);
                let what = format!("longer than {}; from this line on it was not read", size(limit));
                problems.add(Place::Line(first_lost), Fault::Partial, what, Some(help));
                bytes
            }
        }
    }
}

/// How much is read at a time for a digest.
const DIGEST_BLOCK_BYTES: usize = 256 << 10;

/// Digests of a document (BLAKE3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of all its bytes.
    pub whole: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
    /// Of its first bytes, by their number.
    pub starts: Vec<(u64, [u8; 32])>,
    /// Whether a line end is its last byte; of no bytes it is.
    pub ends_line: bool,
}

impl<'a> Document<'a> {
    /// How much of a document is looked at to recognise it.
    pub const HEAD_MAX: usize = 64 << 10;

    /// A document of any reader. The head is read at once.
    ///
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn open(name: &str, mut reader: impl Read + Send + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        reader.by_ref().take(Self::HEAD_MAX as u64).read_to_end(&mut head)?;
        let again = io::Cursor::new(head.clone());
        Ok(Self { name: Arc::from(name), head, reader: Box::new(again.chain(reader)) })
    }

    /// The whole document in memory, at most `bytes_max` of it; `None` when it cannot be read, which is a problem.
    #[must_use]
    pub fn whole(&mut self, bytes_max: u64, problems: &mut Problems) -> Option<Whole> {
        let mut bytes = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = self.reader.by_ref().take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
        if let Err(error) = read {
            let help = "check that the file is readable and not being written";
            problems.add(Place::Whole, Fault::Unreadable, format!("reading it failed: {error}"), Some(help));
            return None;
        }
        let kept = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        Some(if bytes.len() > kept {
            bytes.truncate(kept);
            Whole::Cut(Cut { bytes, limit: bytes_max })
        } else {
            Whole::Complete(bytes)
        })
    }

    /// The digests of its bytes (BLAKE3): of all, and of its first bytes up to each of these lengths, in rising order. Nothing
    /// is left to read after it. What cannot be read ends it.
    #[must_use]
    pub fn digests(&mut self, lengths: &[u64]) -> Digests {
        let mut hasher = blake3::Hasher::new();
        let mut digests = Digests { whole: [0; 32], bytes: 0, starts: Vec::new(), ends_line: true };
        let mut lengths = lengths.iter().copied().peekable();
        let mut block = vec![0; DIGEST_BLOCK_BYTES];
        loop {
            let mut rest = match self.reader.read(&mut block) {
                Ok(0) => break,
                Ok(read) => block.get(..read).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            while let Some(length) = lengths.peek().copied() {
                let before = usize::try_from(length.saturating_sub(digests.bytes)).unwrap_or(usize::MAX);
                let Some((start, behind)) = rest.split_at_checked(before) else { break };
                hasher.update(start);
                digests.bytes = digests.bytes.max(length);
                digests.starts.push((length, *hasher.finalize().as_bytes()));
                digests.ends_line = start.last().map_or(digests.ends_line, |last| *last == b'\n');
                rest = behind;
                lengths.next();
            }
            hasher.update(rest);
            digests.bytes = digests.bytes.saturating_add(u64::try_from(rest.len()).unwrap_or(0));
            digests.ends_line = rest.last().map_or(digests.ends_line, |last| *last == b'\n');
        }
        digests.whole = *hasher.finalize().as_bytes();
        digests
    }

    /// The head as text, as far as it is UTF-8, without byte order mark.
    #[must_use]
    pub fn head_text(&self) -> &str {
        utf8(&self.head).trim_start_matches('\u{feff}')
    }

    /// The head as text whatever its encoding: what is neither UTF-8 nor binary is read as Windows-1252, in
    /// which spreadsheets still save. [`table`](crate::table) reads cells in the same way.
    #[must_use]
    pub fn head_decoded(&self) -> Cow<'_, str> {
        let broken = std::str::from_utf8(&self.head).is_err_and(|error| error.error_len().is_some());
        if broken && !self.head.contains(&0) {
            return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&self.head).0;
        }
        Cow::Borrowed(self.head_text())
    }
}

/// Bytes as text, as far as they are UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_text_in_the_encodings_of_people() {
        let decoded = |bytes: &[u8]| Document::open("a", bytes).unwrap().head_decoded().into_owned();
        assert_eq!(decoded("\u{feff}Gerät".as_bytes()), "Gerät");
        assert_eq!(decoded(b"Ger\xe4t;1"), "Gerät;1");
        // A character that the end of the head cuts is no other encoding.
        assert_eq!(decoded(b"Ger\xc3"), "Ger");
        assert_eq!(decoded(b"MZ\0\xff"), "MZ\0");
    }

    #[test]
    fn digests_of_beginnings_are_those_of_documents_that_end_there() {
        let text: Vec<u8> = b"line\n".repeat(100_000);
        let of = |text: &[u8], lengths: &[u64]| Document::open("a", text).unwrap().digests(lengths);
        let all = of(&text, &[0, 7, 65_536, 65_537, 500_000, 500_001]);
        assert_eq!((all.bytes, all.ends_line, all.whole), (500_000, true, *blake3::hash(&text).as_bytes()));
        let lengths: Vec<u64> = all.starts.iter().map(|(length, _)| *length).collect();
        assert_eq!(lengths, [0, 7, 65_536, 65_537, 500_000]);
        for (length, digest) in all.starts {
            let start = &text[..usize::try_from(length).unwrap()];
            assert_eq!(digest, of(start, &[]).whole, "{length}");
        }
        assert!(!of(b"torn", &[]).ends_line && of(b"", &[]).ends_line);
    }

    /// What a way to the bytes gives under this limit, and the problems.
    fn held<T>(limit: u64, way: impl FnOnce(Whole, &mut Problems) -> T) -> (T, Vec<String>) {
        let mut problems = Problems::new("a");
        let mut document = Document::open("a", &b"one\ntwo\nthree"[..]).unwrap();
        let whole = document.whole(limit, &mut problems).unwrap();
        let given = way(whole, &mut problems);
        (given, problems.into_vec().iter().map(|p| format!("{p} [{}]", p.help.as_deref().unwrap())).collect())
    }

    #[test]
    fn one_past_the_limit_is_cut_and_every_way_to_the_bytes_reports_it() {
        let beginning = |limit| held(limit, |whole, problems| whole.beginning(problems, "split it"));
        assert_eq!(beginning(13), (b"one\ntwo\nthree".to_vec(), vec![]));
        let reported = "a: longer than 12 bytes; the rest was not read [split it]".to_owned();
        assert_eq!(beginning(12), (b"one\ntwo\nthre".to_vec(), vec![reported]));

        let complete = |limit| held(limit, |whole, problems| whole.complete(problems, "shorten it"));
        assert_eq!(complete(13), (Some(b"one\ntwo\nthree".to_vec()), vec![]));
        let reported = "a: longer than 12 bytes; it was not used [shorten it]".to_owned();
        assert_eq!(complete(12), (None, vec![reported]));

        let entries = |bytes: &[u8]| memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        let up_to = |limit| held(limit, |whole, problems| whole.up_to(entries, problems, "split it"));
        assert_eq!(up_to(13), (b"one\ntwo\nthree".to_vec(), vec![]));
        let reported =
            "a, line 3: longer than 12 bytes; from this line on it was not read [split it]".to_owned();
        assert_eq!(up_to(12), (b"one\ntwo\n".to_vec(), vec![reported]));
    }

    #[test]
    fn a_document_that_cannot_be_read_is_a_problem() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        let mut problems = Problems::new("a");
        let mut document = Document { name: Arc::from("a"), head: Vec::new(), reader: Box::new(Broken) };
        assert!(document.whole(9, &mut problems).is_none());
        assert_eq!(problems.into_vec()[0].to_string(), "a: reading it failed: the disk is gone");
    }
}
