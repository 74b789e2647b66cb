//! Characters that act on their neighbours, or are not seen, are written out: `\x1b`, `\u{202e}`.
//!
//! A caller has done this already in most cases; doing it again changes nothing, because an escape is plain ASCII.
//! The list is that of Unicode TR 36 (bidirectional characters) and Default_Ignorable_Code_Point (invisible ones),
//! with the controls of ECMA-48. Line ends and tabs become a space, since a text of this room is one paragraph.

/// Marks on one letter: Vietnamese has two. More would climb over the lines above.
const MARKS_MAX: usize = 4;

/// The text with each acting character written as an escape.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        match c {
            c if marks > MARKS_MAX => out.push_str(&escape(c)),
            '\n' | '\t' => out.push(' '),
            '\r' => {}
            c if acts(c) => out.push_str(&escape(c)),
            c => out.push(c),
        }
    }
    out
}

/// A character by its number.
pub(crate) fn escape(c: char) -> String {
    if c < '\u{80}' { format!("\\x{:02x}", u32::from(c)) } else { c.escape_unicode().to_string() }
}

/// Whether a character acts on its neighbours, or takes no room, and is not seen itself.
fn acts(c: char) -> bool {
    matches!(c,
        // C0, DEL, C1: ECMA-48 control functions.
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Soft hyphen, Arabic letter mark, Mongolian separators and selectors.
        | '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        // Letters without a shape.
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        // Variation selectors.
        | '\u{fe00}'..='\u{fe0f}'
        // Zero width, direction marks; separators; embeddings and overrides.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        // Word joiner, invisible operators, isolates, deprecated formatting.
        | '\u{2060}'..='\u{206f}'
        // Byte order mark, interlinear annotation; tags and further selectors.
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        // Format controls of shorthand, music and Egyptian; the filler of Khitan.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{13430}'..='\u{1343f}'
        | '\u{16fe4}'
    ) || is_not_a_character(c)
}

/// Whether a character is set over or under the one before it: the blocks of combining marks, and those of Hebrew and
/// Arabic.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6dc}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// The 66 code points that Unicode keeps out of interchange; XML, and so the metadata of a PDF, refuses two of them.
fn is_not_a_character(c: char) -> bool {
    matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_written_out_and_stays_so() {
        let once = visible("a\x1b[31m\u{202e}b\nc\r\td\u{9b}\u{ffff}");
        assert_eq!(once, r"a\x1b[31m\u{202e}b c d\u{9b}\u{ffff}");
        assert_eq!(visible(&once), once);
        assert_eq!(visible(&format!("e{}", "\u{301}".repeat(5))), "e\u{301}\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(visible("Ωμέγα Жуков 中 ü"), "Ωμέγα Жуков 中 ü");
    }
}
