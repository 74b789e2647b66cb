//! The body of a message as RTF: unpacked (MS-OXRTFCP), then as text (RTF 1.9.1), or the HTML in it (MS-OXRTFEX).
//!
//! Only the text is wanted: groups that hold fonts, colours, styles or pictures are passed over. Invariants: what is
//! unpacked is bounded by [`UNPACKED_BYTES_MAX`]; groups nest in a counter, not on the stack.

use super::compound::u32_at;
use encoding_rs::WINDOWS_1252;

/// How much one body may unpack into: 16 MiB.
pub(super) const UNPACKED_BYTES_MAX: usize = 16 << 20;

/// How deep groups may nest.
const GROUPS_MAX: usize = 1000;

/// What the dictionary holds before the first byte (MS-OXRTFCP 2.1.2.1).
const PRELOADED: &[u8] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks a body; `None` where it is not packed in a known way.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let raw = usize::try_from(u32_at(bytes, 4)?).ok()?.min(UNPACKED_BYTES_MAX);
    let data = bytes.get(16..)?;
    match bytes.get(8..12)? {
        b"MELA" => Some(data.get(..raw.min(data.len()))?.to_vec()),
        b"LZFu" => Some(lzfu(data, raw)),
        _ => None,
    }
}

fn lzfu(data: &[u8], raw: usize) -> Vec<u8> {
    const SIZE: usize = 4096;
    let mut dictionary = PRELOADED.to_vec();
    dictionary.resize(SIZE, 0);
    let (mut write, mut at, mut out) = (PRELOADED.len(), 0, Vec::new());
    'all: while let Some(control) = data.get(at).copied() {
        at += 1;
        for bit in 0..8 {
            let (from, length) = if control >> bit & 1 == 0 {
                let Some(byte) = data.get(at) else { break 'all };
                at += 1;
                if let Some(place) = dictionary.get_mut(write) {
                    *place = *byte;
                }
                (write, 1)
            } else {
                let Some([high, low]) = data.get(at..at + 2) else { break 'all };
                at += 2;
                let word = usize::from(*high) << 8 | usize::from(*low);
                let offset = word >> 4;
                if offset == write {
                    break 'all;
                }
                (offset, (word & 0xf) + 2)
            };
            for step in 0..length {
                let byte = dictionary.get((from + step) % SIZE).copied().unwrap_or_default();
                if let Some(place) = dictionary.get_mut(write) {
                    *place = byte;
                }
                out.push(byte);
                write = (write + 1) % SIZE;
            }
            if out.len() >= raw {
                out.truncate(raw);
                break 'all;
            }
        }
    }
    out
}

/// What an RTF body says.
pub(super) enum Body {
    Html(String),
    Text(String),
}

/// Groups that hold no text.
const SILENT: [&str; 14] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "footer",
    "listtable",
    "listoverridetable",
    "generator",
    "themedata",
    "datastore",
    "latentstyles",
    "xmlnstbl",
];

#[derive(Clone, Copy, Default)]
struct Group {
    silent: bool,
    /// Inside of a tag of the HTML that the RTF was made from.
    tag: bool,
    /// What only the RTF view shows.
    rtf_only: bool,
    /// How many characters follow a `\u` as its fallback.
    fallback: usize,
}

/// The text of an RTF document.
pub(super) fn text(rtf: &[u8]) -> Body {
    let html =
        memchr::memmem::find(rtf.get(..4096.min(rtf.len())).unwrap_or_default(), b"\\fromhtml").is_some();
    let mut reader = RtfReader { rtf, at: 0, out: String::new(), bytes: Vec::new(), skip: 0, html };
    reader.read();
    if html { Body::Html(reader.out) } else { Body::Text(reader.out) }
}

struct RtfReader<'r> {
    rtf: &'r [u8],
    at: usize,
    out: String,
    /// Bytes of the code page that are not text yet: characters may have two.
    bytes: Vec<u8>,
    skip: usize,
    html: bool,
}

impl RtfReader<'_> {
    fn read(&mut self) {
        let mut group = Group { fallback: 1, ..Group::default() };
        let mut outer: Vec<Group> = Vec::new();
        let mut beyond = 0_usize;
        while let Some(byte) = self.rtf.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'{' if outer.len() >= GROUPS_MAX => beyond += 1,
                b'{' => outer.push(group),
                b'}' if beyond > 0 => beyond -= 1,
                b'}' => group = outer.pop().unwrap_or(group),
                b'\\' => self.control(&mut group),
                b'\r' | b'\n' => {}
                byte => self.byte(byte, group),
            }
        }
        self.settle();
    }

    fn shows(&self, group: Group) -> bool {
        !group.silent && (group.tag || !(self.html && group.rtf_only))
    }

    fn byte(&mut self, byte: u8, group: Group) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.shows(group) {
            self.bytes.push(byte);
        }
    }

    fn settle(&mut self) {
        self.out.push_str(&WINDOWS_1252.decode_without_bom_handling(&self.bytes).0);
        self.bytes.clear();
    }

    fn push(&mut self, text: &str, group: Group) {
        if self.shows(group) {
            self.settle();
            self.out.push_str(text);
        }
    }

    fn control(&mut self, group: &mut Group) {
        let Some(byte) = self.rtf.get(self.at).copied() else { return };
        if !byte.is_ascii_alphabetic() {
            self.at += 1;
            match byte {
                b'\'' => {
                    let digits =
                        self.rtf.get(self.at..self.at + 2).and_then(|two| std::str::from_utf8(two).ok());
                    self.at += 2;
                    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                    self.byte(byte.unwrap_or(b'?'), *group);
                }
                b'*' => self.starred(group),
                b'~' => self.push(" ", *group),
                b'_' => self.push("-", *group),
                b'-' | b'\r' | b'\n' => {}
                other => self.byte(other, *group),
            }
            return;
        }
        let start = self.at;
        while self.rtf.get(self.at).is_some_and(u8::is_ascii_alphabetic) && self.at - start < 32 {
            self.at += 1;
        }
        let word = std::str::from_utf8(self.rtf.get(start..self.at).unwrap_or_default()).unwrap_or_default();
        let start = self.at;
        while self
            .rtf
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_digit() || (self.at == start && *byte == b'-'))
            && self.at - start < 11
        {
            self.at += 1;
        }
        let number =
            std::str::from_utf8(self.rtf.get(start..self.at).unwrap_or_default()).unwrap_or_default();
        let number = number.parse::<i64>().ok();
        self.at += usize::from(self.rtf.get(self.at) == Some(&b' '));
        self.word(word, number, group);
    }

    /// `\*\word`: a group that may be passed over by who does not know it.
    fn starred(&mut self, group: &mut Group) {
        let rest = self.rtf.get(self.at..).unwrap_or_default();
        if rest.starts_with(b"\\htmltag") && self.html {
            (group.tag, group.rtf_only) = (true, false);
        } else {
            group.silent = true;
        }
    }

    fn word(&mut self, word: &str, number: Option<i64>, group: &mut Group) {
        match word {
            "par" | "line" | "row" | "sect" | "page" => self.push("\n", *group),
            "cell" | "nestcell" => self.push(" | ", *group),
            "tab" => self.push("\t", *group),
            "htmlrtf" => group.rtf_only = number != Some(0),
            "uc" => group.fallback = number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).min(8),
            "u" => {
                let code = number.map(|code| if code < 0 { code + 65536 } else { code });
                let c = code.and_then(|code| u32::try_from(code).ok()).and_then(char::from_u32);
                self.push(&c.unwrap_or(char::REPLACEMENT_CHARACTER).to_string(), *group);
                self.skip = group.fallback;
            }
            "bin" => self.at += number.and_then(|count| usize::try_from(count).ok()).unwrap_or_default(),
            "emdash" | "endash" => self.push("–", *group),
            "lquote" | "rquote" => self.push("'", *group),
            "ldblquote" | "rdblquote" => self.push("\"", *group),
            "bullet" => self.push("•", *group),
            word if SILENT.contains(&word) => group.silent = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rtf: &str) -> String {
        match text(rtf.as_bytes()) {
            Body::Html(text) => format!("html {text}"),
            Body::Text(text) => text,
        }
    }

    #[test]
    fn the_text_of_rtf() {
        assert_eq!(
            shown(
                "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\x hid}Gr\\'fc\\u8364?e\\par 203.0.113.7\\cell b\\~c}"
            ),
            "Grü€e\n203.0.113.7 | b c"
        );
        assert_eq!(
            shown(
                "{\\rtf1\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 quay{\\*\\htmltag72 </p>}\\htmlrtf\\par}\\htmlrtf0}"
            ),
            "html <p>quay</p>"
        );
    }

    /// The example of MS-OXRTFCP 3.1.1.
    #[test]
    fn a_packed_body_is_unpacked() {
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        assert_eq!(unpacked(packed).unwrap(), b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn one_past_the_bound_is_cut() {
        let data = vec![0_u8; 9 * 8];
        assert_eq!(lzfu(&data, 7).len(), 7);
        let mut head = vec![0; 16];
        head[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        head[8..12].copy_from_slice(b"LZFu");
        head.extend(vec![0; UNPACKED_BYTES_MAX / 8 * 9 + 9]);
        assert_eq!(unpacked(&head).unwrap().len(), UNPACKED_BYTES_MAX);
    }

    #[test]
    fn groups_may_nest_without_end() {
        assert_eq!(shown(&format!("{}a", "{".repeat(100_000))), "a");
    }
}
