//! Security identifiers in their binary form ([MS-DTYP] 2.4.2.2), as attributes of a directory hold them.

/// `S-1-5-21-…` of the bytes; `None` when they are no identifier.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    let (head, rest) = bytes.split_first_chunk::<8>()?;
    let [1, count, authority @ ..] = *head else { return None };
    if rest.len() != usize::from(count) * 4 || count > 15 {
        return None;
    }
    let authority = authority.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for part in rest.chunks_exact(4) {
        let number = part.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        text.push_str(&format!("-{number}"));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_text() {
        let bytes = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        assert_eq!(text(&bytes).as_deref(), Some("S-1-5-32-544"));
        assert_eq!(text(&bytes[..15]), None);
        assert_eq!(text(b""), None);
    }
}
