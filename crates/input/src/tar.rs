//! Members of a tar, read front to back (POSIX.1-2001 pax, with the GNU forms of long names and big sizes).
//!
//! Written by hand because a member's long name and pax header come from outside and must be bounded before
//! they are held. Nothing is unpacked: links, devices and sparse files are only named.

use std::io::{self, Read};

/// A header and the unit of everything in a tar.
const BLOCK_BYTES: usize = 512;

/// How long a GNU long name or a pax header may be.
const EXTENSION_BYTES_MAX: u64 = 64 << 10;

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    File,
    Directory,
    /// A hard or symbolic link.
    Link,
    /// A device, a pipe, a sparse file or what nobody knows.
    Special,
}

/// One member; its content is what [`Members`] gives until the next one is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TarMember {
    pub(crate) name: Vec<u8>,
    pub(crate) kind: MemberKind,
}

/// A tar as its members. Reading gives the content of the member that was asked for last.
pub(crate) struct Members<R> {
    reader: R,
    /// Bytes of the content that were not read yet.
    left: u64,
    /// Zeros after the content up to a whole block.
    padding: u64,
}

/// Whether these bytes start with a tar header: its own checksum holds.
pub(crate) fn header_holds(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK_BYTES>().is_some_and(|block| TarHeader(block).holds())
}

impl<R: Read> Members<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, left: 0, padding: 0 }
    }

    /// The next member; `None` at the end.
    ///
    /// # Errors
    /// What is wrong, for people: the archive is cut off or damaged, and nothing after this can be found.
    pub(crate) fn next(&mut self) -> Result<Option<TarMember>, &'static str> {
        let (mut long_name, mut long_size) = (None, None);
        loop {
            self.skip()?;
            let mut block = [0; BLOCK_BYTES];
            if !self.block(&mut block)? {
                return Ok(None);
            }
            let header = TarHeader(&block);
            if !header.holds() {
                return Err("damaged: a header's checksum does not hold");
            }
            let size = header.size().ok_or("damaged: a header gives no size")?;
            match header.kind() {
                b'L' => long_name = Some(self.extension(size)?),
                b'x' => {
                    let text = self.extension(size)?;
                    long_name = pax(&text, b"path").map(<[u8]>::to_vec).or(long_name);
                    long_size = pax(&text, b"size").and_then(decimal).or(long_size);
                }
                b'K' | b'g' => self.content(size),
                kind => {
                    // Links may carry the size of what they point to, without its content.
                    let kind = member_kind(kind);
                    let size = if kind == MemberKind::Link { 0 } else { long_size.unwrap_or(size) };
                    self.content(size);
                    let name = long_name.unwrap_or_else(|| header.name());
                    return Ok(Some(TarMember { name, kind }));
                }
            }
        }
    }

    fn content(&mut self, size: u64) {
        let block = BLOCK_BYTES as u64;
        (self.left, self.padding) = (size, (block - size % block) % block);
    }

    /// Reads a long name or pax header; a zero ends the former.
    fn extension(&mut self, size: u64) -> Result<Vec<u8>, &'static str> {
        self.content(size);
        let mut text = Vec::new();
        #[expect(clippy::disallowed_methods, reason = "bounded by take")]
        let read = self.by_ref().take(EXTENSION_BYTES_MAX).read_to_end(&mut text);
        read.map_err(|_| "cannot be read further")?;
        while text.last() == Some(&0) {
            text.pop();
        }
        Ok(text)
    }

    /// Passes over what is left of the member.
    fn skip(&mut self) -> Result<(), &'static str> {
        let rest = self.left.saturating_add(self.padding);
        let skipped = io::copy(&mut self.reader.by_ref().take(rest), &mut io::sink());
        let inside = self.left > 0;
        (self.left, self.padding) = (0, 0);
        match skipped {
            Ok(skipped) if skipped == rest || !inside => Ok(()),
            Ok(_) => Err("cut off inside a member"),
            Err(_) => Err("cannot be read further"),
        }
    }

    /// The next header that is not the zeros at the end; `false` at the end. Archives laid end to end have
    /// zeros between them, so the end is where no byte is left.
    fn block(&mut self, block: &mut [u8; BLOCK_BYTES]) -> Result<bool, &'static str> {
        loop {
            let mut filled = 0;
            while let Some(rest) = block.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match self.reader.read(rest) {
                    Ok(0) => break,
                    Ok(read) => filled += read,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return Err("cannot be read further"),
                }
            }
            match filled {
                0 => return Ok(false),
                BLOCK_BYTES if block.iter().all(|byte| *byte == 0) => {}
                BLOCK_BYTES => return Ok(true),
                _ => return Err("cut off inside a header"),
            }
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.by_ref().take(self.left).read(buffer)?;
        self.left = self.left.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// A header block.
struct TarHeader<'b>(&'b [u8; BLOCK_BYTES]);

impl TarHeader<'_> {
    fn bytes(&self, from: usize, count: usize) -> &[u8] {
        self.0.get(from..from + count).unwrap_or_default()
    }

    /// The sum of all bytes, those of the checksum itself taken as blanks.
    fn holds(&self) -> bool {
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        let all = sum(self.0) + 8 * u64::from(b' ') - sum(self.bytes(148, 8));
        self.0.first() != Some(&0) && octal(self.bytes(148, 8)) == Some(all)
    }

    fn kind(&self) -> u8 {
        self.bytes(156, 1).first().copied().unwrap_or(0)
    }

    /// Octal text, or a big-endian number after a set first bit (GNU).
    fn size(&self) -> Option<u64> {
        match self.bytes(124, 12) {
            [0x80, 0, 0, 0, number @ ..] => number.try_into().ok().map(u64::from_be_bytes),
            [0x80..=0xff, ..] => None,
            text => octal(text),
        }
    }

    fn name(&self) -> Vec<u8> {
        let text = |from, count| {
            let bytes = self.bytes(from, count);
            bytes.get(..memchr::memchr(0, bytes).unwrap_or(count)).unwrap_or_default()
        };
        let mut name = Vec::new();
        // The prefix exists in POSIX headers only; GNU keeps times there.
        if self.bytes(257, 6) == b"ustar\0" && self.bytes(345, 1) != [0] {
            name.extend_from_slice(text(345, 155));
            name.push(b'/');
        }
        name.extend_from_slice(text(0, 100));
        name
    }
}

fn member_kind(kind: u8) -> MemberKind {
    match kind {
        0 | b'0' | b'7' => MemberKind::File,
        b'1' | b'2' => MemberKind::Link,
        b'5' | b'D' => MemberKind::Directory,
        _ => MemberKind::Special,
    }
}

/// Octal digits between blanks and zeros; none at all is zero.
fn octal(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_start();
    let end = text.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(text.len());
    text.get(..end)?.iter().try_fold(0_u64, |sum, byte| {
        let digit = matches!(byte, b'0'..=b'7').then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(8)?.checked_add(digit)
    })
}

fn decimal(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The value of a pax record `LENGTH KEY=VALUE\n`; the last one counts.
fn pax<'t>(mut text: &'t [u8], key: &[u8]) -> Option<&'t [u8]> {
    let mut found = None;
    while let Some(blank) = memchr::memchr(b' ', text) {
        let Some(length) = text.get(..blank).and_then(decimal).and_then(|n| usize::try_from(n).ok()) else {
            break;
        };
        let Some((record, rest)) = text.split_at_checked(length).filter(|_| length > blank) else { break };
        let record = record.get(blank + 1..).unwrap_or_default();
        let value = record.strip_prefix(key).and_then(|rest| rest.strip_prefix(b"="));
        found = value.map(|value| value.strip_suffix(b"\n").unwrap_or(value)).or(found);
        text = rest;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds with the `tar` crate, which shares no code with this reader.
    fn built(names: &[(&str, usize)]) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        for (name, size) in names {
            let mut header = ::tar::Header::new_gnu();
            header.set_size(*size as u64);
            header.set_mode(0o600);
            builder.append_data(&mut header, name, vec![b'x'; *size].as_slice()).expect("memory");
        }
        builder.into_inner().expect("memory")
    }

    fn read(bytes: &[u8]) -> (Vec<(String, usize)>, Option<&'static str>) {
        let mut members = Members::new(bytes);
        let mut all = Vec::new();
        loop {
            match members.next() {
                Ok(None) => return (all, None),
                Err(what) => return (all, Some(what)),
                Ok(Some(member)) => {
                    let content = io::read_to_string(&mut members).expect("memory");
                    all.push((String::from_utf8_lossy(&member.name).into_owned(), content.len()));
                }
            }
        }
    }

    #[test]
    fn names_of_any_length_and_contents_of_any_size() {
        let long = "d/".repeat(200) + "a.log";
        let names = [("a", 0), ("b", 1), ("c", 511), ("d", 512), ("e", 513), (long.as_str(), 7)];
        let expected: Vec<_> = names.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
        assert_eq!(read(&built(&names)), (expected, None));
    }

    #[test]
    fn archives_end_to_end_are_one() {
        let both = [built(&[("a", 1)]), built(&[("b", 2)])].concat();
        assert_eq!(read(&both), (vec![("a".into(), 1), ("b".into(), 2)], None));
    }

    #[test]
    fn what_comes_before_the_cut_is_given() {
        let bytes = built(&[("a", 600), ("b", 600)]);
        let (all, what) = read(&bytes[..512 + 1024 + 512 + 100]);
        assert_eq!(all, [("a".into(), 600), ("b".into(), 100)]);
        assert_eq!(what, Some("cut off inside a member"));
        assert_eq!(read(&bytes[..512 + 1024 + 9]).1, Some("cut off inside a header"));
    }

    #[test]
    fn pax_records_give_path_and_size() {
        assert_eq!(pax(b"12 path=a/b\n15 size=100000\n", b"path"), Some(&b"a/b"[..]));
        assert_eq!(pax(b"12 path=a/b\n15 size=100000\n", b"size").and_then(decimal), Some(100_000));
        assert_eq!(pax(b"99 path=a/b\n", b"path"), None);
        assert_eq!(pax(b"0 path=a/b\n", b"path"), None);
    }

    #[test]
    fn a_long_name_beyond_the_bound_is_cut() {
        let long = "n".repeat(usize::try_from(EXTENSION_BYTES_MAX).unwrap() + 1);
        let mut builder = ::tar::Builder::new(Vec::new());
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(::tar::EntryType::GNULongName);
        header.set_size(long.len() as u64);
        header.set_path("long").unwrap();
        header.set_cksum();
        builder.append(&header, long.as_bytes()).unwrap();
        let bytes = [builder.into_inner().unwrap(), built(&[("a", 3)])].concat();
        let (all, what) = read(&bytes);
        assert_eq!((all[0].0.len() as u64, all[0].1, what), (EXTENSION_BYTES_MAX, 3, None));
    }
}
