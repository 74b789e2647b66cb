//! What has to be opened before a file can be read, by its first bytes: for those who must know before they open it.
//!
//! [`walk`](crate::walk) opens everything; who follows a file that grows reads plain bytes himself, from a place in the
//! middle, and leaves the rest to the walk.

use crate::container::Container;
use crate::encoding::ByteOrderMark;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Its bytes are its content.
    Plain,
    /// One compressed stream: gzip, Zstandard, xz or bzip2.
    Compressed,
    /// An archive of several documents.
    Archive,
    /// UTF-16, which is read as UTF-8.
    Utf16,
    /// A container that is not opened, with its name for people.
    Closed(&'static str),
}

impl Shape {
    /// What a file is that begins with these bytes.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match Container::of(head) {
            Some(Container::Gzip | Container::Zstd | Container::Xz | Container::Bzip2) => Self::Compressed,
            Some(Container::Zip | Container::Tar) => Self::Archive,
            Some(Container::Other(name)) => Self::Closed(name),
            None if matches!(ByteOrderMark::of(head), Some(ByteOrderMark::Utf16(_))) => Self::Utf16,
            None => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_by_their_first_bytes() {
        for (head, shape) in [
            (&b"Jun 12 03:14:15 gate-1 sshd[1]: x\n"[..], Shape::Plain),
            (b"", Shape::Plain),
            (b"\xef\xbb\xbfa,b\n", Shape::Plain),
            (b"\x1f\x8b\x08\0", Shape::Compressed),
            (b"\x28\xb5\x2f\xfd", Shape::Compressed),
            (b"\xfd7zXZ\0", Shape::Compressed),
            (b"PK\x03\x04", Shape::Archive),
            (b"\xff\xfea\0", Shape::Utf16),
            (b"BZh91AY&SY", Shape::Compressed),
            (b"7z\xbc\xaf\x27\x1c", Shape::Closed("7-Zip")),
        ] {
            assert_eq!(Shape::of(head), shape, "{head:?}");
        }
    }
}
