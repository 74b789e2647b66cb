//! What an SMTP server says: lines of a code and a text (RFC 5321, 4.2), bounded.

use super::stream::Stream;
use std::io::{self, ErrorKind, Read};

/// RFC 5321, 4.5.3.1.5 has 512; servers write longer ones.
const LINE_BYTES_MAX: usize = 2_000;
const LINES_MAX: usize = 100;

/// One answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) code: u16,
    pub(super) lines: Vec<String>,
}

impl Reply {
    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether it will be the same until somebody changes something.
    pub(super) fn is_permanent(&self) -> bool {
        (500..600).contains(&self.code)
    }

    /// Code and first line, for people.
    pub(super) fn said(&self) -> String {
        let first = self.lines.first().map(String::as_str).unwrap_or_default();
        format!("{} {}", self.code, crate::clean::short(first, 160)).trim_end().to_owned()
    }
}

/// Bytes that came and were not taken yet.
#[derive(Default)]
pub(super) struct Inbox(Vec<u8>);

impl Inbox {
    /// Whether nothing is waiting. Before TLS begins nothing may be: it would pass for something said over TLS.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn reply(&mut self, stream: &mut Stream) -> io::Result<Reply> {
        let strange = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
        let mut lines = Vec::new();
        while lines.len() < LINES_MAX {
            let line = self.line(stream)?;
            let code: u16 = line
                .get(..3)
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|digits| digits.parse().ok())
                .ok_or_else(|| strange("the answer is not of SMTP"))?;
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(Reply { code, lines });
            }
        }
        Err(strange("the answer has too many lines"))
    }

    fn line(&mut self, stream: &mut Stream) -> io::Result<String> {
        loop {
            if let Some(end) = self.0.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.0.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.0.len() > LINE_BYTES_MAX {
                return Err(io::Error::new(ErrorKind::InvalidData, "the answer has a line that is too long"));
            }
            let mut chunk = [0; 1024];
            match stream.read(&mut chunk)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                read => self.0.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            }
        }
    }
}
