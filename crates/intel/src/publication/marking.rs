//! The marking that a passage begins with: `[TLP:AMBER]`, also emphasised or quoted.
//!
//! Whatever looks like a marking and is not understood is reported: who wrote it meant fewer readers.

use model::Tlp;

/// What a text begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Marked<'t> {
    /// No marking.
    Not,
    /// A marking, and the text behind it.
    As(Tlp, &'t str),
    /// What looks like a marking.
    Unknown(String),
}

/// Letters of what looks like a marking that a message quotes.
const QUOTED: usize = 32;
/// What may be around a marking: emphasis, escapes, a colon behind it.
const AROUND: [char; 8] = ['*', '_', '`', '\\', ':', ' ', '\t', '\u{a0}'];

/// What a text begins with.
pub(super) fn at(text: &str) -> Marked<'_> {
    // Quotes, emphasis and what is not seen may come before it.
    let bare = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !opens(c));
    let Some(opening) = bare.chars().next() else { return Marked::Not };
    if !opens(opening) {
        return without_brackets(bare);
    }
    let inside = bare.get(opening.len_utf8()..).unwrap_or_default();
    let end = inside.find(closes);
    let written = end.and_then(|end| inside.get(..end)).unwrap_or(inside);
    if !begins_as_marking(written) {
        return Marked::Not;
    }
    let rest = end.and_then(|end| inside.get(end..)).unwrap_or_default();
    // The text of a link, as in `[TLP 2.0](https://…)`.
    if rest.starts_with("](") {
        return Marked::Not;
    }
    match Tlp::parse(written) {
        Some(tlp) if opening == '[' && rest.starts_with(']') => {
            Marked::As(tlp, rest.strip_prefix(']').unwrap_or_default().trim_start_matches(AROUND))
        }
        _ => Marked::Unknown(bare.chars().take(QUOTED).collect()),
    }
}

/// `TLP:AMBER` without brackets is somebody's marking too, and this reader takes none without them.
fn without_brackets(bare: &str) -> Marked<'_> {
    let word = bare.split_whitespace().next().unwrap_or_default();
    let is_one = begins_as_marking(word) && word.contains([':', '\u{ff1a}']) && Tlp::parse(word).is_some();
    if is_one { Marked::Unknown(word.chars().take(QUOTED).collect()) } else { Marked::Not }
}

/// Whether a marking in brackets is somewhere in a text.
pub(super) fn is_inside(text: &str) -> bool {
    text.char_indices().filter(|(_, c)| opens(*c)).any(|(at, c)| {
        let inside = text.get(at + c.len_utf8()..).unwrap_or_default();
        let written = inside.split(closes).next().unwrap_or_default();
        begins_as_marking(written) && Tlp::parse(written).is_some()
    })
}

fn opens(c: char) -> bool {
    matches!(c, '[' | '(' | '{' | '<' | '\u{ff3b}' | '\u{ff08}' | '\u{3010}')
}

fn closes(c: char) -> bool {
    matches!(c, ']' | ')' | '}' | '>' | '\u{ff3d}' | '\u{ff09}' | '\u{3011}')
}

/// Whether the first letters are those of the protocol, in any width and case.
fn begins_as_marking(written: &str) -> bool {
    let letters = written.chars().filter(|c| c.is_alphanumeric()).take(3).map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_ascii_uppercase(),
        c => c.to_ascii_uppercase(),
    });
    letters.eq("TLP".chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marking_is_read_or_reported_and_never_passed_over() {
        for (text, expected) in [
            ("[TLP:AMBER] The victim", Marked::As(Tlp::Amber, "The victim")),
            ("**[TLP:AMBER+STRICT]** x", Marked::As(Tlp::AmberStrict, "x")),
            ("\\[tlp: red\\]: x", Marked::As(Tlp::Red, "x")),
            ("\u{200b}[TLP:GREEN]", Marked::As(Tlp::Green, "")),
            ("[TLP:PURPLE] x", Marked::Unknown("[TLP:PURPLE] x".to_owned())),
            ("(TLP:AMBER) x", Marked::Unknown("(TLP:AMBER) x".to_owned())),
            ("TLP:AMBER x", Marked::Unknown("TLP:AMBER".to_owned())),
            ("[TLP:AMBER x", Marked::Unknown("[TLP:AMBER x".to_owned())),
            ("\u{ff3b}\u{ff34}LP:RED\u{ff3d}", Marked::Unknown("\u{ff3b}\u{ff34}LP:RED\u{ff3d}".to_owned())),
            ("[TLP 2.0](https://first.example) says", Marked::Not),
            ("[1] says", Marked::Not),
            ("TLP is a protocol", Marked::Not),
            ("", Marked::Not),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert!(is_inside("The victim [TLP:AMBER] is a port"));
        assert!(!is_inside("evil[.]example (see [TLP 2.0](x))"));
    }
}
