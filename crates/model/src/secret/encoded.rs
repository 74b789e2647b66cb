//! Text inside of text: base64 behind `-EncodedCommand` of PowerShell, hexadecimal `proctitle` of auditd.
//!
//! What a command line hides by its encoding is a command line still, so it is read as one. A part of encoded text cannot
//! be cut out of it: where the decoded text holds a secret, the argument is one as a whole. Invariants: at most
//! [`ENCODED_BYTES_MAX`] bytes are decoded; what decodes to nothing readable is no text and is left as it is.

use super::value::QUOTES;
use std::ops::Range;

/// How much of an argument is decoded: a command line of Windows has 32,767 characters.
const ENCODED_BYTES_MAX: usize = 64 * 1024;
/// How far behind the program the flag is looked for.
const FLAG_BYTES_MAX: usize = 400;
/// A shorter argument hides no name with its value.
const LEAST_BYTES: usize = 16;

/// What announces encoded text.
pub(super) const PROGRAMS: [&str; 2] = ["powershell", "pwsh"];
pub(super) const FLAG: &str = "-enc";
pub(super) const TITLE: &str = "proctitle=";

/// An argument, and the text that it encodes.
pub(super) struct Encoded {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// The argument behind the flag of a PowerShell whose name ends here: `-e`, `-ec`, `-enc` … `-EncodedCommand`.
pub(super) fn behind_program(text: &str, end: usize) -> Option<Encoded> {
    let window = text.floor_char_boundary(end.saturating_add(FLAG_BYTES_MAX).min(text.len()));
    let mut from = end;
    while let Some(at) = text.get(from..window)?.find(['-', '/']) {
        let flag = from + at;
        if text.get(..flag)?.ends_with([' ', '"', '\'', '\t', ','])
            && let Some(encoded) = behind_flag(text, flag)
        {
            return Some(encoded);
        }
        from = flag + 1;
    }
    None
}

/// The argument behind the flag that begins here, if the flag is a beginning of `-EncodedCommand`, or `-ec`.
pub(super) fn behind_flag(text: &str, at: usize) -> Option<Encoded> {
    const NAME: &str = "encodedcommand";
    let rest = text.get(at..)?.get(1..)?;
    let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()).min(NAME.len() + 1);
    let flag = rest.get(..length)?;
    let is_beginning = NAME.get(..length).is_some_and(|name| name.eq_ignore_ascii_case(flag));
    if length == 0 || !is_beginning && !flag.eq_ignore_ascii_case("ec") {
        return None;
    }
    // The quote that ends the flag, a sign, and the quote that opens the argument.
    let body = rest.get(length..)?.trim_start_matches([' ', '\t', '"', '\'', '\\', ',', ':', '=', '^']);
    let from = text.len() - body.len();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let length = body.find(|c| !is_part(c)).unwrap_or(body.len());
    let written = body.get(..length.min(ENCODED_BYTES_MAX))?;
    let text = utf16(&base64(written)?)?;
    (length >= LEAST_BYTES).then_some(Encoded { range: from..from + length, text })
}

/// The command line behind `proctitle=`, which ends here; its arguments are set off by zeros.
pub(super) fn title(text: &str, end: usize) -> Option<Encoded> {
    let body = text.get(end..)?;
    let quoted = QUOTES.iter().find_map(|(open, _)| body.strip_prefix(open)).unwrap_or(body);
    let from = text.len() - quoted.len();
    let length = quoted.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(quoted.len());
    let command = command(quoted.get(..length)?)?;
    Some(Encoded { range: from..from + length, text: command })
}

/// The command line that hexadecimal digits encode.
pub(super) fn command(digits: &str) -> Option<String> {
    let digits = digits.get(..digits.len().min(ENCODED_BYTES_MAX) & !1)?;
    if digits.len() < LEAST_BYTES || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = digits.as_bytes().chunks_exact(2).filter_map(|pair| {
        let byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        Some(if byte == 0 { b' ' } else { byte })
    });
    Some(String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned())
}

/// Bytes in base64; a last group that is not whole is left out, because what is looked at may be cut off.
fn base64(text: &str) -> Option<Vec<u8>> {
    let value = |byte: u8| {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        Some(u32::from(value))
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for byte in group {
            bits = bits << 6 | value(*byte)?;
        }
        bits <<= 6 * (4 - u32::try_from(group.len()).ok()?);
        let [_, one, two, three] = bits.to_be_bytes();
        bytes.extend([one, two, three].iter().take(group.len().saturating_sub(1)));
    }
    Some(bytes)
}

/// Text in UTF-16, the lower byte first; `None` where it is none: of any other bytes hardly two in three are letters.
fn utf16(bytes: &[u8]) -> Option<String> {
    let units =
        bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok().map(u16::from_le_bytes));
    let units: Vec<u16> = units.collect();
    let plain = units.iter().filter(|unit| matches!(unit, 0x09..=0x7e)).count();
    (plain * 2 > units.len()).then(|| String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_and_other_signs_are_none() {
        assert_eq!(base64("aGVsbG8=").as_deref(), Some(&b"hello"[..]));
        assert_eq!(base64("aGVsbG8h").as_deref(), Some(&b"hello!"[..]));
        assert_eq!(base64("aA=="), Some(b"h".to_vec()));
        assert_eq!((base64("a-b"), base64("")), (None, Some(Vec::new())));
    }

    #[test]
    fn text_past_the_bound_is_not_decoded() {
        let digits = "61".repeat(ENCODED_BYTES_MAX / 2 + 1);
        assert_eq!(command(&digits).map(|text| text.len()), Some(ENCODED_BYTES_MAX / 2));
        // `x` in UTF-16 and base64, three times in a group of eight.
        let long = format!("-enc {}", "eAB4AHgA".repeat(ENCODED_BYTES_MAX / 8 + 1));
        let encoded = behind_flag(&long, 0).map(|encoded| (encoded.range, encoded.text.len()));
        assert_eq!(encoded, Some((5..long.len(), ENCODED_BYTES_MAX / 8 * 3)));
    }

    #[test]
    fn only_what_begins_the_name_of_the_flag_is_the_flag() {
        let argument = "eAB4AHgAeAB4AHgA";
        for (flag, is_one) in [
            ("-e", true),
            ("-eC", true),
            ("-Enc", true),
            ("/EncodedCommand", true),
            ("-encoding", false),
            ("-encodedcommands", false),
            ("-ep", false),
            ("-", false),
        ] {
            assert_eq!(behind_flag(&format!("{flag} {argument}"), 0).is_some(), is_one, "{flag}");
        }
        let line = format!("powershell.exe -NoP -w hidden -e {argument}");
        assert_eq!(behind_program(&line, 10).map(|encoded| encoded.text).as_deref(), Some("xxxxxx"));
    }
}
