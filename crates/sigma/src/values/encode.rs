//! The encodings of `base64`, `base64offset`, `utf16le`, `utf16be`, `utf16` and `wide` (modifiers appendix
//! 2.1, "Encoding"). Base64 is RFC 4648, section 4.

/// UTF-16 in the given byte order.
pub(crate) fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

/// Padded Base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4usize {
            let sextet = (group >> (18 - 6 * position)) & 0x3f;
            out.push(if position <= chunk.len() { letter(sextet) } else { '=' });
        }
    }
    out
}

/// For each of the three positions that the bytes may have in a group of Base64, the part of the encoding that does
/// not depend on the bytes before and after.
pub(crate) fn base64_offsets(bytes: &[u8]) -> [String; 3] {
    [0usize, 1, 2].map(|shift| {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(bytes);
        let encoded = base64(&shifted);
        // Letters that depend on the bytes before: 0, 2, 3. Letters that depend on the bytes after, padding included:
        // 0, 3, 2.
        let before = shift + usize::from(shift > 0);
        let after = [0, 3, 2].get(shifted.len() % 3).copied().unwrap_or(0);
        encoded.get(before..encoded.len().saturating_sub(after)).unwrap_or_default().to_owned()
    })
}

fn letter(sextet: u32) -> char {
    let byte = match u8::try_from(sextet).unwrap_or(0) {
        n @ 0..=25 => b'A' + n,
        n @ 26..=51 => b'a' + (n - 26),
        n @ 52..=61 => b'0' + (n - 52),
        62 => b'+',
        _ => b'/',
    };
    char::from(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_gives_the_vectors_of_rfc_4648() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn each_offset_is_found_in_the_encoding_of_any_text_around() {
        for text in ["http://", "IEX", "é", "ab", "Win32_Shadowcopy"] {
            for before in 0..6usize {
                for after in 0..4usize {
                    let whole = format!("{}{text}{}", "\u{7f}".repeat(before), "\u{7f}".repeat(after));
                    let encoded = base64(whole.as_bytes());
                    let offsets = base64_offsets(text.as_bytes());
                    assert!(encoded.contains(offsets.get(before % 3).unwrap().as_str()), "{whole:?}");
                }
            }
        }
    }

    #[test]
    fn utf16_has_two_orders() {
        assert_eq!(utf16("cmd", false), [0x63, 0, 0x6d, 0, 0x64, 0]);
        assert_eq!(utf16("cmd", true), [0, 0x63, 0, 0x6d, 0, 0x64]);
        assert_eq!(utf16("😀", false).len(), 4);
    }
}
