//! Text from outside made safe to show to people: every form for people uses this type.
//!
//! A log line may hold terminal sequences, marks that turn the reading direction, or an address that a mail
//! program makes clickable. [`Shown`] can be made from outside text only by making the first two visible
//! (`\x1b`, `\u{202e}`) and, in prose, by breaking the third (`203[.]0[.]113[.]77`). A form escapes it for its
//! target (HTML, Markdown) in addition.
//!
//! Invariant: a `Shown` holds no control character, no character that reorders or hides its neighbours, and
//! no line break. Sources: Unicode TR 36 and TR 39 (bidirectional characters), the property
//! Default_Ignorable_Code_Point (invisible ones), ECMA-48.

use crate::safe::defang::defanged;
use std::fmt;

/// One line of text that is safe to show to people.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown(String);

/// What may become part of a [`Shown`] as it is: our own words, numbers, and other shown text.
///
/// A text from outside never lives as long as the program, so `&'static str` is ours.
pub(crate) trait Own: fmt::Display {}

impl Own for Shown {}
impl Own for &'static str {}
impl Own for u64 {}
impl Own for usize {}
impl Own for i64 {}
impl Own for model::Date {}
impl Own for model::Timestamp {}
impl Own for model::Severity {}
impl Own for model::Certainty {}
impl Own for model::Decision {}
impl Own for model::Tlp {}
impl Own for model::Place {}

impl Shown {
    /// Prose from outside: controls made visible, addresses, domains and URLs defanged.
    pub(crate) fn prose(outside: &str) -> Self {
        Self(defanged(&visible(outside)))
    }

    /// A value from outside that must stay exact (evidence, file names, identifiers): controls made visible,
    /// nothing else changed.
    pub(crate) fn exact(outside: &str) -> Self {
        Self(visible(outside))
    }

    /// Our own words and shown text, one after another.
    pub(crate) fn of(parts: &[&dyn Own]) -> Self {
        Self(parts.iter().map(ToString::to_string).collect())
    }

    /// Several texts with our own words between them.
    pub(crate) fn joined(parts: impl IntoIterator<Item = Shown>, between: &'static str) -> Self {
        let parts: Vec<String> = parts.into_iter().map(|part| part.0).collect();
        Self(parts.join(between))
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same in ASCII, for terminals without Unicode: our signs are replaced by similar ones, the rest is escaped.
    pub(crate) fn into_ascii(self) -> Self {
        if self.0.is_ascii() {
            return self;
        }
        let mut out = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            match c {
                '·' => out.push('-'),
                '→' => out.push_str("->"),
                '…' => out.push_str("..."),
                '–' | '—' => out.push('-'),
                '×' => out.push('x'),
                '\u{a0}' => out.push('\u{a0}'),
                '’' | '‘' => out.push('\''),
                '“' | '”' | '«' | '»' => out.push('"'),
                c if c.is_ascii() => out.push(c),
                c => out.extend(c.escape_unicode()),
            }
        }
        Self(out)
    }

    /// The same, kept on one line of a terminal (see [`crate::terminal::layout`]).
    pub(crate) fn unbroken(&self) -> Self {
        Self(self.0.replace(' ', "\u{a0}"))
    }

    /// The text in two pieces: as many whole words as so many characters hold, and the rest.
    pub(crate) fn split(&self, chars_max: usize) -> (Self, Self) {
        let Some((end, _)) = self.0.char_indices().nth(chars_max) else {
            return (self.clone(), Self::default());
        };
        let at = self.0.get(..=end).and_then(|front| front.rfind(' ')).filter(|at| *at > 0).unwrap_or(end);
        let (front, rest) = self.0.split_at_checked(at).unwrap_or((&self.0, ""));
        (Self(front.to_owned()), Self(rest.trim_start().to_owned()))
    }

    /// At most so many characters of the end, with a sign before them if some were left out: what sets names apart.
    pub(crate) fn cut_front(&self, chars_max: usize) -> Self {
        let all = self.0.chars().count();
        if all <= chars_max {
            return self.clone();
        }
        let kept = self.0.chars().skip(all + 1 - chars_max.max(1));
        Self(std::iter::once('…').chain(kept).collect())
    }

    /// At most so many characters, with a sign at the end if some were left out.
    pub(crate) fn cut(&self, chars_max: usize) -> Self {
        if self.0.chars().count() <= chars_max {
            return self.clone();
        }
        let mut kept: String = self.0.chars().take(chars_max.saturating_sub(1)).collect();
        kept.truncate(kept.trim_end().len());
        kept.push('…');
        Self(kept)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Shown {
    fn from(own: &'static str) -> Self {
        Self(own.to_owned())
    }
}

/// Text from outside on one line, safe for a terminal.
#[must_use]
pub fn printable(outside: &str) -> String {
    Shown::exact(outside).as_str().to_owned()
}

/// Whether a character acts on a terminal or on its neighbours instead of being visible.
pub(crate) fn acts(c: char) -> bool {
    matches!(c,
        // C0, DEL, C1: ECMA-48 control functions.
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Soft hyphen, Arabic letter mark, Mongolian separators and selectors: seen only by what they do.
        | '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        // Letters without a shape: combining joiner, fillers of Hangul, inherent vowels of Khmer, the empty Braille cell.
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        // Variation selectors.
        | '\u{fe00}'..='\u{fe0f}'
        // Zero width, direction marks; line and paragraph separators; embeddings and overrides.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        // Word joiner, invisible operators, isolates, deprecated formatting.
        | '\u{2060}'..='\u{206f}'
        // Byte order mark, interlinear annotation and what is reserved beside it; tags and further selectors.
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        // Format controls of shorthand, of music (and its note without a head) and of Egyptian; the filler of Khitan.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{13430}'..='\u{1343f}' | '\u{16fe4}')
}

/// The text with every acting character written as an escape.
pub(crate) fn visible(outside: &str) -> String {
    let mut out = String::with_capacity(outside.len());
    for c in outside.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if acts(c) && c < '\u{80}' => {
                out.push_str("\\x");
                push_hex(&mut out, u32::from(c));
            }
            c if acts(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn push_hex(out: &mut String, byte: u32) {
    for shift in [4, 0] {
        out.extend(char::from_digit((byte >> shift) & 0xf, 16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_written_out() {
        assert_eq!(visible("a\x1b[31mred\x07\u{9b}2J"), r"a\x1b[31mred\x07\u{9b}2J");
        assert_eq!(visible("gpj.\u{202e}exe\u{200b}\nnext"), r"gpj.\u{202e}exe\u{200b}\nnext");
        assert_eq!(visible("café 漢字 ok"), "café 漢字 ok");
    }

    #[test]
    fn letters_that_are_not_seen_are_written_out() {
        let unseen = "\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{180e}\u{2061}\u{2800}\u{3164}\u{fe0f}\u{ffa0}\u{fff0}\u{1bca0}\u{1d159}\u{1d173}\u{e0100}";
        for c in unseen.chars() {
            assert_eq!(visible(&c.to_string()), c.escape_unicode().to_string());
        }
    }

    #[test]
    fn a_text_is_split_between_words() {
        let split = |text: &str, chars| {
            let (front, rest) = Shown::exact(text).split(chars);
            (front.to_string(), rest.to_string())
        };
        let two = |front: &str, rest: &str| (front.to_owned(), rest.to_owned());
        assert_eq!(split("Confluence Data Center", 30), two("Confluence Data Center", ""));
        assert_eq!(split("Confluence Data Center", 15), two("Confluence Data", "Center"));
        assert_eq!(split("Confluence Data Center", 14), two("Confluence", "Data Center"));
        assert_eq!(split("漢字漢字", 2), two("漢字", "漢字"));
    }

    #[test]
    fn a_name_in_little_room_keeps_its_end() {
        for (chars, cut) in
            [(14, "dc-prod-web-03"), (13, "…-prod-web-03"), (7, "…web-03"), (1, "…"), (0, "…")]
        {
            assert_eq!(Shown::exact("dc-prod-web-03").cut_front(chars).as_str(), cut);
        }
    }

    #[test]
    fn every_character_is_either_seen_or_written_out() {
        for c in '\0'..=char::MAX {
            let shown = visible(&c.to_string());
            assert!(!shown.chars().any(|c| acts(c) || c.is_control()), "{c:?} survives");
        }
    }

    #[test]
    fn ascii_keeps_our_signs_readable_and_the_rest_exact() {
        let shown = Shown::exact("a → b · 1–2 … é").into_ascii();
        assert_eq!(shown.as_str(), r"a -> b - 1-2 ... \u{e9}");
    }
}
