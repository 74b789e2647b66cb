//! Names from file systems and archives, made fit to print.
//!
//! A member may be called `\x1b[2J`, or hide its ending behind a direction override. A label is for people
//! and never a path to open, so what a terminal would obey is written out.

use std::fmt::Write as _;

/// How many characters of one name are kept: the longest name that common file systems allow is 255 bytes a
/// step, but a pax header may hold megabytes.
pub(crate) const NAME_CHARS_MAX: usize = 1024;

/// The name with control and direction characters written as `\u{..}`, cut at [`NAME_CHARS_MAX`].
pub(crate) fn label(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name.get(..NAME_CHARS_MAX * 4).unwrap_or(name));
    let mut out = String::with_capacity(text.len());
    for (count, c) in text.chars().enumerate() {
        if count == NAME_CHARS_MAX {
            out.push('…');
            break;
        }
        if obeyed(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a terminal or a text engine obeys the character instead of showing it.
fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_written_out() {
        assert_eq!(label(b"a\x1b[2Jb\n"), "a\\u{1b}[2Jb\\u{a}");
        assert_eq!(label("gnp\u{202e}exe.log".as_bytes()), "gnp\\u{202e}exe.log");
        assert_eq!(label("Protokoll für März.log".as_bytes()), "Protokoll für März.log");
    }

    #[test]
    fn one_past_the_bound_is_cut() {
        assert_eq!(label(&[b'a'; NAME_CHARS_MAX]).chars().count(), NAME_CHARS_MAX);
        let cut = label(&[b'a'; NAME_CHARS_MAX + 1]);
        assert_eq!(cut.chars().count(), NAME_CHARS_MAX + 1);
        assert!(cut.ends_with('…'));
    }
}
