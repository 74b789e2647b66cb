//! The filters of streams: Flate, LZW, ASCII 85, ASCII hex, run length, and predictors (ISO 32000-2, 7.4).
//!
//! What a filter gives is bounded, so a stream that unfolds into gigabytes costs its bound and gives nothing. Damaged
//! data gives what was readable. Pictures are not unfolded.

use super::syntax::{Dict, Value, hex_digit, is_blank};
use std::io::Read;

/// Why a stream gave nothing or not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It unfolds into more than the bound.
    TooLong,
    /// It is a picture, or of a filter that is not known.
    NoText,
}

/// How many filters one stream may have.
const FILTERS_MAX: usize = 6;

/// The data of a stream as its filters give it, at most `max` bytes.
pub(super) fn unfold(raw: &[u8], dict: &Dict, max: usize) -> Result<Vec<u8>, Unreadable> {
    let list = |keys: [&str; 2]| match keys.iter().find_map(|key| dict.get(key)) {
        Some(Value::Array(all)) => all.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    let (filters, settings) = (list(["Filter", "F"]), list(["DecodeParms", "DP"]));
    if filters.len() > FILTERS_MAX {
        return Err(Unreadable::NoText);
    }
    let mut data = None::<Vec<u8>>;
    for (number, filter) in filters.iter().enumerate() {
        let none = Dict::default();
        let settings = match settings.get(number) {
            Some(Value::Dict(settings)) => settings,
            _ => &none,
        };
        let bytes = data.as_deref().unwrap_or(raw);
        let out = match filter.name() {
            Some("FlateDecode" | "Fl") => predicted(flate(bytes, max)?, settings),
            Some("LZWDecode" | "LZW") => predicted(lzw(bytes, settings, max)?, settings),
            Some("ASCII85Decode" | "A85") => ascii_85(bytes, max)?,
            Some("ASCIIHexDecode" | "AHx") => ascii_hex(bytes),
            Some("RunLengthDecode" | "RL") => run_length(bytes, max)?,
            Some("Crypt") => bytes.to_vec(),
            _ => return Err(Unreadable::NoText),
        };
        data = Some(out);
    }
    match data {
        Some(data) => Ok(data),
        None if raw.len() > max => Err(Unreadable::TooLong),
        None => Ok(raw.to_vec()),
    }
}

/// zlib, or deflate without its head; what was readable before damage is kept.
fn flate(bytes: &[u8], max: usize) -> Result<Vec<u8>, Unreadable> {
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    #[expect(clippy::disallowed_methods, reason = "bounded by take; damage is the end")]
    let _ = flate2::read::ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if out.is_empty() {
        #[expect(clippy::disallowed_methods, reason = "bounded by take; damage is the end")]
        let _ = flate2::read::DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out);
    }
    if out.len() > max { Err(Unreadable::TooLong) } else { Ok(out) }
}

/// LZW with codes of 9 to 12 bits, most significant bit first (7.4.4.2).
fn lzw(bytes: &[u8], settings: &Dict, max: usize) -> Result<Vec<u8>, Unreadable> {
    let early = settings.get("EarlyChange").and_then(Value::index).unwrap_or(1).min(1);
    let mut out: Vec<u8> = Vec::new();
    // Each entry is a part of what has been given: where, and how long.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut bits, mut held, mut width) = (0_u32, 0_u32, 9_u32);
    let mut last = None::<(usize, usize)>;
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = usize::try_from(bits >> held).unwrap_or_default() & ((1 << width) - 1);
        bits &= (1 << held) - 1;
        if code == 257 {
            break;
        }
        if code == 256 {
            table.clear();
            (width, last) = (9, None);
            continue;
        }
        let start = out.len();
        if let Ok(byte) = u8::try_from(code) {
            out.push(byte);
        } else {
            let known = table.get(code - 258).copied();
            // The one entry that may be asked before it is made is the last piece and its own first byte.
            let Some((from, length)) = known.or(last.map(|(from, length)| (from, length + 1))) else { break };
            for at in from..from + length {
                let Some(byte) = out.get(at).copied() else { break };
                out.push(byte);
            }
        }
        if let Some((from, length)) = last
            && table.len() < 4096 - 258
        {
            table.push((from, length + 1));
        }
        last = Some((start, out.len() - start));
        if out.len() > max {
            return Err(Unreadable::TooLong);
        }
        width = match table.len() + 258 + early + usize::from(last.is_some() && early == 0) {
            0..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
    }
    Ok(out)
}

fn ascii_85(bytes: &[u8], max: usize) -> Result<Vec<u8>, Unreadable> {
    let (mut out, mut group, mut count) = (Vec::new(), 0_u64, 0_usize);
    let bytes = bytes.strip_prefix(b"<~").unwrap_or(bytes);
    for byte in bytes {
        match byte {
            b'z' if count == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    out.extend(u32::try_from(group & 0xffff_ffff).unwrap_or_default().to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'~' => break,
            _ => {}
        }
        if out.len() > max {
            return Err(Unreadable::TooLong);
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group * 85 + 84;
        }
        let last = u32::try_from(group & 0xffff_ffff).unwrap_or_default().to_be_bytes();
        out.extend(last.iter().take(count - 1));
    }
    Ok(out)
}

fn ascii_hex(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().take_while(|byte| **byte != b'>').filter(|byte| !is_blank(**byte));
    let digits: Vec<u8> = digits.filter_map(|byte| hex_digit(*byte)).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit) << (4 * (2 - pair.len())))
        .collect()
}

fn run_length(bytes: &[u8], max: usize) -> Result<Vec<u8>, Unreadable> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(length) = bytes.get(at).copied().filter(|length| *length != 128) {
        if length < 128 {
            let count = usize::from(length) + 1;
            let end = (at + 1 + count).min(bytes.len());
            out.extend_from_slice(bytes.get(at + 1..end).unwrap_or_default());
            at += 1 + count;
        } else {
            let Some(byte) = bytes.get(at + 1) else { break };
            out.resize(out.len() + 257 - usize::from(length), *byte);
            at += 2;
        }
        if out.len() > max {
            return Err(Unreadable::TooLong);
        }
    }
    Ok(out)
}

/// Undoes the predictor of PNG; streams with others hold no text.
fn predicted(data: Vec<u8>, settings: &Dict) -> Vec<u8> {
    let setting = |key: &str, else_: usize| settings.get(key).and_then(Value::index).unwrap_or(else_);
    if setting("Predictor", 1) < 10 {
        return data;
    }
    let bits = setting("Colors", 1).min(32) * setting("BitsPerComponent", 8).min(16);
    let pixel = bits.div_ceil(8).max(1);
    let row = (bits * setting("Columns", 1).min(1 << 20)).div_ceil(8).max(1);
    let (mut out, mut above) = (Vec::with_capacity(data.len()), vec![0_u8; row]);
    for line in data.chunks(row + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut current = vec![0_u8; row];
        for (at, byte) in line.iter().enumerate() {
            let left = at.checked_sub(pixel);
            let a = left.and_then(|left| current.get(left)).copied().unwrap_or_default();
            let b = above.get(at).copied().unwrap_or_default();
            let c = left.and_then(|left| above.get(left)).copied().unwrap_or_default();
            let guess = match kind {
                1 => a,
                2 => b,
                3 => u8::try_from((u16::from(a) + u16::from(b)) / 2).unwrap_or_default(),
                4 => paeth(a, b, c),
                _ => 0,
            };
            if let Some(place) = current.get_mut(at) {
                *place = byte.wrapping_add(guess);
            }
        }
        out.extend(current.iter().take(line.len()));
        above = current;
    }
    out
}

fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let guess = i16::from(a) + i16::from(b) - i16::from(c);
    let far = |value: u8| (guess - i16::from(value)).abs();
    if far(a) <= far(b) && far(a) <= far(c) {
        a
    } else if far(b) <= far(c) {
        b
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::super::syntax::Lexer;
    use super::*;
    use std::io::Write;

    fn dict(text: &str) -> Dict {
        match Lexer::at(text.as_bytes(), 0).next() {
            Some(Value::Dict(dict)) => dict,
            other => panic!("{other:?}"),
        }
    }

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn filters_follow_each_other() {
        let flate = dict("<</Filter/FlateDecode>>");
        assert_eq!(unfold(&deflated(b"quay"), &flate, 9).unwrap(), b"quay");
        let two = dict("<</Filter[/ASCIIHexDecode/RunLengthDecode]>>");
        assert_eq!(unfold(b"02 61 62 63 FE 64 80>", &two, 99).unwrap(), b"abcddd");
        assert_eq!(unfold(b"87cURD]j~>", &dict("<</Filter/A85>>"), 99).unwrap(), b"Hello ");
        assert_eq!(unfold(b"x", &dict("<</Filter/DCTDecode>>"), 99), Err(Unreadable::NoText));
        // The example of the standard, 7.4.4.2.
        let lzw = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        let given = unfold(&lzw, &dict("<</Filter/LZWDecode>>"), 99).unwrap();
        assert_eq!(given, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn rows_of_png_are_undone() {
        let up = dict("<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>>>");
        assert_eq!(unfold(&deflated(&[2, 1, 2, 3, 2, 1, 1, 1]), &up, 99).unwrap(), [1, 2, 3, 2, 3, 4]);
    }

    #[test]
    fn one_past_the_bound_is_too_long() {
        let flate = dict("<</Filter/FlateDecode>>");
        let bomb = deflated(&vec![0; 1000]);
        assert_eq!(unfold(&bomb, &flate, 1000).unwrap().len(), 1000);
        assert_eq!(unfold(&bomb, &flate, 999), Err(Unreadable::TooLong));
        assert_eq!(
            unfold(b"\x81a", &dict("<</Filter/RL>>"), 127),
            Err(Unreadable::TooLong)
                .or_else(|error| { if 257 - 129 > 127 { Err(error) } else { Ok(vec![b'a'; 128]) } })
        );
    }
}
