//! The parts of mail that have a form of their own: encoded words (RFC 2047), quoted-printable (RFC 2045, 6.7), folded
//! headers (RFC 5322, 2.2.3). Everything is ASCII with CRLF, so that no server needs an extension.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// RFC 5322, 2.1.1: a line should have no more.
const LINE_MAX: usize = 76;
/// Digits of quoted-printable: capitals only.
const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
/// How many bytes of text one encoded word holds: 45 make 60 of base64, with `=?utf-8?B?` and `?=` 72 of at most 75.
const WORD_BYTES_MAX: usize = 45;

/// A header with a text that may have any character but control characters, which clean text has not.
///
/// What looks like an encoded word is encoded once more: a reader sees it as it was given.
pub(crate) fn header(name: &str, text: &str) -> String {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("=?");
    let words: Vec<String> = if plain { folded(name, text) } else { encoded(text) };
    format!("{name}: {}\r\n", words.join("\r\n "))
}

/// Plain text cut at blanks, so that lines are short; a word that is longer than a line has one of its own.
fn folded(name: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut room = LINE_MAX.saturating_sub(name.len() + 2);
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.len() + 1 + word.len() > room {
            lines.push(std::mem::take(&mut line));
            room = LINE_MAX - 1;
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

fn encoded(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD_BYTES_MAX {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words.iter().map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word))).collect()
}

/// Text with `\n` as quoted-printable with CRLF.
pub(crate) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let mut column = 0;
        let bytes = line.as_bytes();
        for (n, byte) in bytes.iter().enumerate() {
            let last = n + 1 == bytes.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || *byte == b' ' && !last;
            let width = if plain { 1 } else { 3 };
            // The last place of a line is for the sign of a soft break.
            if column + width > LINE_MAX - 1 {
                out.push_str("=\r\n");
                column = 0;
            }
            if plain {
                out.push(char::from(*byte));
            } else {
                out.push('=');
                out.extend(
                    [byte >> 4, byte & 15]
                        .map(|digit| DIGITS.get(usize::from(digit)).copied().unwrap_or('0')),
                );
            }
            column += width;
        }
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_subject_is_folded_between_words() {
        let text = "word ".repeat(30);
        let header = header("Subject", text.trim_end());
        assert!(header.lines().all(|line| line.len() <= LINE_MAX), "{header}");
        assert_eq!(header.replace("\r\n", ""), format!("Subject: {}", text.trim_end()));
    }

    #[test]
    fn what_is_not_ascii_or_looks_encoded_is_encoded() {
        assert_eq!(header("Subject", "caf\u{e9}"), "Subject: =?utf-8?B?Y2Fmw6k=?=\r\n");
        assert_eq!(header("Subject", "=?utf-8?Q?x?="), "Subject: =?utf-8?B?PT91dGYtOD9RP3g/PQ==?=\r\n");
        let long = header("Subject", &"\u{1f6a2}".repeat(60));
        assert!(long.lines().all(|line| line.len() <= LINE_MAX + 8), "{long}");
    }

    #[test]
    fn quoted_printable_ends_no_line_with_a_blank() {
        assert_eq!(quoted_printable("a = b\u{e9} \n-- \n"), "a =3D b=C3=A9=20\r\n--=20\r\n");
        let long = quoted_printable(&"x".repeat(200));
        assert!(long.lines().all(|line| line.len() <= LINE_MAX) && long.ends_with("\r\n"), "{long}");
        assert_eq!(long.replace("=\r\n", "").trim_end(), "x".repeat(200));
    }
}
