//! Names of glyphs as text, and the codes that fonts without a map of their own use (ISO 32000-2, annex D; the Adobe
//! Glyph List's rules for `uni20AC` and `f_i`).
//!
//! Only what advisories are written in is named here: ASCII, Latin-1, dashes, quotes, ligatures.

use encoding_rs::{MACINTOSH, WINDOWS_1252};

/// Names of glyphs that are no single letter or digit.
const NAMES: &[(&str, &str)] = &[
    ("space", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("minus", "-"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("grave", "`"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("quoteleft", "\u{2018}"),
    ("quoteright", "\u{2019}"),
    ("quotedblleft", "\u{201c}"),
    ("quotedblright", "\u{201d}"),
    ("quotedblbase", "\u{201e}"),
    ("quotesinglbase", "\u{201a}"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("endash", "–"),
    ("emdash", "—"),
    ("bullet", "•"),
    ("periodcentered", "·"),
    ("ellipsis", "…"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("nbspace", " "),
    ("sfthyphen", "\u{ad}"),
    ("softhyphen", "\u{ad}"),
    ("degree", "°"),
    ("section", "§"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("euro", "€"),
    ("Euro", "€"),
    ("sterling", "£"),
    ("germandbls", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aring", "å"),
    ("Aring", "Å"),
    ("dotlessi", "ı"),
    ("lslash", "ł"),
    ("Lslash", "Ł"),
    ("thorn", "þ"),
    ("eth", "ð"),
    ("ccedilla", "ç"),
    ("Ccedilla", "Ç"),
    ("multiply", "×"),
    ("mu", "µ"),
];

/// Marks that follow a letter in the name of a glyph, with the combining character.
const MARKS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circumflex", '\u{302}'),
    ("dieresis", '\u{308}'),
    ("tilde", '\u{303}'),
    ("caron", '\u{30c}'),
];

/// The text of a glyph by its name; `None` where the name says nothing.
pub(super) fn text(name: &str) -> Option<String> {
    let base = name.split('.').next().filter(|base| !base.is_empty())?;
    let mut text = String::new();
    for part in base.split('_') {
        text.push_str(&one(part)?);
    }
    Some(text)
}

fn one(name: &str) -> Option<String> {
    if name.len() == 1 {
        return Some(name.to_owned());
    }
    if let Some((_, text)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*text).to_owned());
    }
    let code = name.strip_prefix("uni").filter(|code| code.len() == 4);
    let code = code.or_else(|| name.strip_prefix('u').filter(|code| (4..=6).contains(&code.len())));
    if let Some(c) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
        return Some(c.to_string());
    }
    let (letter, mark) = name.split_at_checked(1)?;
    let (_, mark) = MARKS.iter().find(|(known, _)| *known == mark)?;
    Some(composed(letter.chars().next()?, *mark).to_string())
}

/// A letter with its mark as one character, found among those of Windows-1252 and its neighbours.
fn composed(letter: char, mark: char) -> char {
    const ALL: &[(char, &str, &str)] = &[
        ('\u{301}', "aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝćńśź"),
        ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
        ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
        ('\u{308}', "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
        ('\u{303}', "anoANO", "ãñõÃÑÕ"),
        ('\u{30c}', "sSzZcCrRe", "šŠžŽčČřŘě"),
    ];
    let row = ALL.iter().find(|(known, _, _)| *known == mark);
    let pair = row.and_then(|(_, from, to)| from.chars().zip(to.chars()).find(|(from, _)| *from == letter));
    pair.map_or(letter, |(_, to)| to)
}

/// The text of a code in one of the encodings that fonts name.
pub(super) fn of_code(encoding: &str, code: u8) -> String {
    let bytes = [code];
    let decoded = match encoding {
        "MacRomanEncoding" => MACINTOSH.decode_without_bom_handling(&bytes).0,
        "StandardEncoding" => match code {
            0x27 => "\u{2019}".into(),
            0x60 => "\u{2018}".into(),
            0xae => "fi".into(),
            0xaf => "fl".into(),
            0xb1 => "–".into(),
            0xd0 => "—".into(),
            0xb7 => "•".into(),
            0xaa => "\u{201c}".into(),
            0xba => "\u{201d}".into(),
            0xbc => "…".into(),
            _ => WINDOWS_1252.decode_without_bom_handling(&bytes).0,
        },
        _ => WINDOWS_1252.decode_without_bom_handling(&bytes).0,
    };
    decoded.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect()
}

/// Widths of Helvetica from blank to tilde, in thousandths: those of a font that gives none (the standard fonts).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// How wide a code is in a standard font of this name, in ems.
pub(super) fn standard_width(font: &str, code: u8) -> f64 {
    if font.contains("Courier") || font.contains("Mono") {
        return 0.6;
    }
    let width = usize::from(code).checked_sub(32).and_then(|at| WIDTHS.get(at)).copied().unwrap_or(556);
    let narrow = if font.contains("Times") || font.contains("Serif") { 0.9 } else { 1.0 };
    f64::from(width) / 1000.0 * narrow
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_have_text() {
        let all = ["A", "hyphen", "uni20AC", "f_i", "eacute", "a.sc", "u1F600", "g123"].map(text);
        let all = all.map(Option::unwrap_or_default);
        assert_eq!(all, ["A", "-", "€", "fi", "é", "a", "😀", ""]);
        assert_eq!(of_code("WinAnsiEncoding", 0x93), "\u{201c}");
        assert_eq!(of_code("StandardEncoding", 0xae), "fi");
    }
}
