//! Which container a file is, recognised by its first bytes and never by its name.
//!
//! Sources of the marks: RFC 1952 (gzip), RFC 8878 (zstd), the .xz file format 1.2, APPNOTE 6.3 (zip),
//! POSIX pax (tar; its header is known by its own checksum, so that old archives without `ustar` count too).

/// A container that is opened, or one that is only named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
    /// xz, any number of streams.
    Xz,
    /// bzip2, any number of streams.
    Bzip2,
    /// zip.
    Zip,
    /// tar.
    Tar,
    /// Known and not read: its name for people.
    Other(&'static str),
}

impl Container {
    /// The container that starts with these bytes.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            // A skippable frame (RFC 8878, 3.1.2) may come first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', 0x00, ..] => Some(Self::Xz),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            // After the level comes the mark of the first block or of the end.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Some(Self::Bzip2),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::Other("7-Zip")),
            [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..] => Some(Self::Other("RAR")),
            [b'M', b'S', b'C', b'F', 0, 0, 0, 0, ..] => Some(Self::Other("cabinet")),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Self::Other("LZ4")),
            _ => crate::tar::header_holds(head).then_some(Self::Tar),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_starts_like_a_container_is_none() {
        for text in ["BZh9 is a word", "PK\n", "7zip", "\u{1f}", "", "MSCF text"] {
            assert_eq!(Container::of(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Container::of(b"BZh91AY&SY"), Some(Container::Bzip2));
    }

    #[test]
    fn a_block_of_zeros_is_no_tar() {
        assert_eq!(Container::of(&[0; 1024]), None);
    }
}
