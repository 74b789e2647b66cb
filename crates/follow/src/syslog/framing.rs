//! Cuts the bytes of a connection into messages of syslog.
//!
//! RFC 6587: each message is counted (`72 <134>…`, octet counting, 3.4.1) or ends at a line end (non-transparent
//! framing, 3.4.2, where some senders end with a zero). Which of the two is seen in the first byte of each message, as
//! receivers do: a digit that is no zero begins a count. RFC 5425 asks for counting on TLS.
//!
//! Invariant: memory is one message; where the reads end cannot be seen in what comes out.

use std::mem::take;

/// How many digits a count may have: nine are more than any bound on messages.
const COUNT_DIGITS_MAX: usize = 9;

/// A message as it came, and how many bytes of it were passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Framed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) passed_over: u64,
}

/// Where in the stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the first byte of a message.
    Start,
    /// In the digits of a count.
    Count,
    /// In a message of which so many bytes are left.
    Counted(u64),
    /// In a message that ends at a line end.
    Line,
}

/// The cutter of one connection.
pub(crate) struct Framing {
    at: At,
    message: Vec<u8>,
    passed_over: u64,
    bytes_max: usize,
}

impl Framing {
    /// With this bound on a message.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { at: At::Start, message: Vec::new(), passed_over: 0, bytes_max }
    }

    /// Whether a message has begun and not ended.
    pub(crate) fn is_open(&self) -> bool {
        self.at != At::Start
    }

    /// The messages that end in these bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8], each: &mut dyn FnMut(Framed)) {
        while let Some(first) = bytes.first().copied() {
            match self.at {
                At::Start => match first {
                    // Blank between two messages.
                    b'\n' | b'\r' | 0 | b' ' => bytes = bytes.get(1..).unwrap_or_default(),
                    b'1'..=b'9' => self.at = At::Count,
                    _ => self.at = At::Line,
                },
                At::Count => {
                    bytes = bytes.get(1..).unwrap_or_default();
                    self.count(first, each);
                }
                At::Counted(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    let (mine, rest) = bytes.split_at_checked(here).unwrap_or((bytes, &[]));
                    self.add(mine);
                    bytes = rest;
                    let left = left - u64::try_from(here).unwrap_or(left);
                    self.at = At::Counted(left);
                    if left == 0 {
                        each(self.end());
                    }
                }
                At::Line => {
                    let end = memchr::memchr2(b'\n', 0, bytes);
                    let (mine, rest) =
                        bytes.split_at_checked(end.unwrap_or(bytes.len())).unwrap_or((bytes, &[]));
                    self.add(mine);
                    bytes = rest.get(1..).unwrap_or_default();
                    if end.is_some() {
                        each(self.end());
                    }
                }
            }
        }
    }

    /// A byte of a count, or what shows that it is none.
    fn count(&mut self, byte: u8, each: &mut dyn FnMut(Framed)) {
        match byte {
            b'0'..=b'9' if self.message.len() < COUNT_DIGITS_MAX => self.message.push(byte),
            b' ' if !self.message.is_empty() => {
                let count =
                    self.message.iter().fold(0_u64, |count, digit| count * 10 + u64::from(digit - b'0'));
                self.message.clear();
                self.at = At::Counted(count);
            }
            // A line that begins with digits.
            b'\n' | 0 => {
                self.at = At::Line;
                each(self.end());
            }
            _ => {
                self.at = At::Line;
                self.add(&[byte]);
            }
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = self.bytes_max.saturating_sub(self.message.len()).min(bytes.len());
        self.message.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.passed_over += u64::try_from(bytes.len() - room).unwrap_or(0);
    }

    fn end(&mut self) -> Framed {
        self.at = At::Start;
        Framed { bytes: take(&mut self.message), passed_over: take(&mut self.passed_over) }
    }

    /// The message that was open when the connection ended.
    pub(crate) fn rest(&mut self) -> Option<Framed> {
        let open = self.is_open() && !self.message.is_empty();
        open.then(|| self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages of a stream that comes in pieces of this size.
    fn framed(stream: &[u8], size: usize, bytes_max: usize) -> Vec<(String, u64)> {
        let mut framing = Framing::new(bytes_max);
        let mut all = Vec::new();
        for piece in stream.chunks(size) {
            framing.push(piece, &mut |one| all.push(one));
        }
        all.extend(framing.rest());
        all.into_iter()
            .map(|one| (String::from_utf8_lossy(&one.bytes).into_owned(), one.passed_over))
            .collect()
    }

    fn check(stream: &[u8], bytes_max: usize, expected: &[(&str, u64)]) {
        let expected: Vec<_> = expected.iter().map(|(text, lost)| ((*text).to_owned(), *lost)).collect();
        for size in 1..=stream.len() {
            assert_eq!(framed(stream, size, bytes_max), expected, "pieces of {size}");
        }
    }

    #[test]
    fn counted_and_ended_messages_in_one_stream() {
        let stream = b"9 <13>a\nb c<13>line\n\n7 <13>two<13>nul\0<13>last";
        let all = [("<13>a\nb c", 0), ("<13>line", 0), ("<13>two", 0), ("<13>nul", 0), ("<13>last", 0)];
        check(stream, 100, &all);
    }

    #[test]
    fn digits_that_are_no_count_begin_a_line() {
        check(
            b"2026-06-12T03:14:15Z gate-1 x\n12\n0 a\n1234567890 b\n",
            100,
            &[("2026-06-12T03:14:15Z gate-1 x", 0), ("12", 0), ("0 a", 0), ("1234567890 b", 0)],
        );
    }

    #[test]
    fn one_past_the_bound_is_cut_and_the_next_message_is_whole() {
        check(
            b"8 abcdefgh9 abcdefghiabcdefgh\nabcdefghi\nz\n",
            8,
            &[("abcdefgh", 0), ("abcdefgh", 1), ("abcdefgh", 0), ("abcdefgh", 1), ("z", 0)],
        );
    }

    #[test]
    fn a_connection_that_ends_within_a_message_gives_what_is_there() {
        check(b"99 <13>torn", 100, &[("<13>torn", 0)]);
        check(b"5 ", 100, &[]);
        check(b"", 100, &[]);
    }
}
