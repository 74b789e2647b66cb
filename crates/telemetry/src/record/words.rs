//! Prose of programs, taken apart: what follows a mark, the word there, the address in it.
//!
//! Appliances and daemons write sentences with fixed beginnings (`Deny udp src outside:192.0.2.1/53 dst …`). A
//! reader names the marks; here is what all of them need. Nothing is copied: words are parts of the text.

use crate::record::address;
use std::net::IpAddr;

/// The first place of a mark in a text. Readers look for dozens of marks in each message, and most are not there: so
/// no searcher is built; the rarest byte of the mark is looked for, and the mark only around that byte.
pub(crate) fn find(text: &str, mark: &str) -> Option<usize> {
    /// After so many wrong places a searcher is built, which no text can slow down.
    const WRONG_MAX: usize = 8;
    let bytes = text.as_bytes();
    let (mut offset, mut rarest, mut least) = (0, *mark.as_bytes().first()?, u8::MAX);
    for (at, byte) in mark.bytes().enumerate() {
        let frequency = FREQUENCIES.get(usize::from(byte)).copied().unwrap_or_default();
        if frequency < least {
            (offset, rarest, least) = (at, byte, frequency);
        }
    }
    let mut from = offset;
    for _ in 0..WRONG_MAX {
        let at = from + memchr::memchr(rarest, bytes.get(from..)?)?;
        if bytes.get(at - offset..)?.starts_with(mark.as_bytes()) {
            return Some(at - offset);
        }
        from = at + 1;
    }
    let start = from - offset;
    memchr::memmem::find(bytes.get(start..)?, mark.as_bytes()).map(|at| start + at)
}

/// How often each byte occurs in messages, roughly.
#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "the compiler runs it")]
static FREQUENCIES: [u8; 256] = {
    let mut frequencies = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        frequencies[byte] = match byte as u8 {
            b' ' | b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 3,
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b':' | b'-' | b'/' => 2,
            b'A'..=b'Z' | b'=' | b',' | b'"' => 1,
            _ => 0,
        };
        byte += 1;
    }
    frequencies
};

/// The text before and the text after the first `mark`.
pub(crate) fn split<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// What follows the first `mark` of a text.
pub(crate) fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.get(find(text, mark)? + mark.len()..)
}

/// The word that a text starts with, after blanks.
pub(crate) fn word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find([' ', '\t', ',', ';', '\r', '\n']).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The text between two marks.
pub(crate) fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let rest = after(text, open)?;
    rest.get(..find(rest, close)?)
}

/// How often a mark is looked for: any sentence may hold words like `to`.
const OFTEN_MAX: usize = 8;

/// The address in the word after the first of these marks that has one.
pub(crate) fn address_after(text: &str, marks: &[&str]) -> Option<IpAddr> {
    end_after(text, marks).map(|(address, _)| address)
}

/// One end of a connection: its address, and the word that names it.
pub(crate) type End<'t> = (IpAddr, &'t str);

/// The same, with the word.
pub(crate) fn end_after<'t>(text: &'t str, marks: &[&str]) -> Option<End<'t>> {
    marks.iter().find_map(|mark| {
        let mut rest = text;
        for _ in 0..OFTEN_MAX {
            rest = after(rest, mark)?;
            if let Some(end) = end(word(rest)) {
                return Some(end);
            }
        }
        None
    })
}

/// The end that a word names.
pub(crate) fn end(word: &str) -> Option<End<'_>> {
    endpoint(word).map(|address| (address, word))
}

/// The port of an end: `outside:192.0.2.1/80`, `outside/192.0.2.1(80)`.
pub(crate) fn port(word: &str) -> Option<&str> {
    let (before, inside) = word.split_once('(').unwrap_or((word, ""));
    let behind = before.rsplit_once('/').map_or("", |(_, port)| port);
    let inside = inside.split(')').next().unwrap_or(inside);
    let number =
        |text: &&str| (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    [behind.trim_end_matches(['.', ',', ';']), inside].into_iter().find(number)
}

/// The address in a word: alone, with a port (`192.0.2.1/80`, `192.0.2.1(80)`, `192.0.2.1#53`), with an
/// interface before it (`outside:192.0.2.1/80`, `outside/192.0.2.1(80)`), in brackets or quotes.
pub(crate) fn endpoint(word: &str) -> Option<IpAddr> {
    const AROUND: [char; 12] = ['(', ')', '<', '>', '\'', '"', ',', ';', '.', '=', '{', '}'];
    let word = if word.contains('[') { word } else { word.trim_end_matches(']') };
    let word = word.trim_matches(AROUND);
    let word = word.split(['(', '#', '@']).find(|part| part.contains(['.', ':']))?;
    if let Some(address) = address::parse(word) {
        return Some(address);
    }
    // The name of an interface may have colons itself, and so has an address of version 6.
    let with_interface =
        |text: &str| text.match_indices(':').find_map(|(colon, _)| address::parse(text.get(colon + 1..)?));
    let Some((before, behind)) = word.split_once('/') else {
        let inside = word.split_once('[').map(|(_, inside)| inside.split(']').next().unwrap_or(inside));
        return inside.and_then(address::parse).or_else(|| with_interface(word));
    };
    address::parse(before).or_else(|| with_interface(before)).or_else(|| address::parse(behind))
}

/// Start and end of a part in its text.
pub(crate) fn place(text: &str, part: &str) -> Option<(usize, usize)> {
    let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    (start + part.len() <= text.len()).then_some((start, start + part.len()))
}

/// A name that says something: neither empty nor hidden.
pub(crate) fn named(name: &str) -> Option<&str> {
    const NOBODY: [&str; 9] =
        ["N/A", "n/a", "null", "(null)", "None", "NONE", "Not Found", "No Authentication Required", "(none)"];
    let name = name.trim().trim_matches(['\'', '"', '<', '>', '[', ']']);
    let hidden = name.bytes().all(|byte| matches!(byte, b'*' | b'-' | b'.'));
    (!hidden && !NOBODY.contains(&name)).then_some(name)
}

/// The name in the word after the first of these marks that has one.
pub(crate) fn name_after<'t>(text: &'t str, marks: &[&str]) -> Option<&'t str> {
    marks.iter().find_map(|mark| named(word(after(text, mark)?).trim_end_matches(['.', ':'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_mark_is_found_where_the_standard_library_finds_it(text in "[ab: \u{e4}]{0,60}", mark in "[ab: ]{1,4}") {
            prop_assert_eq!(find(&text, &mark), text.find(&mark));
            prop_assert_eq!(split(&text, &mark), text.split_once(&mark));
        }
    }

    #[test]
    fn addresses_in_the_words_that_appliances_write() {
        let shown = |word: &str| endpoint(word).map(|one| one.to_string()).unwrap_or_default();
        for word in [
            "192.0.2.1",
            "192.0.2.1/80",
            "192.0.2.1:80",
            "192.0.2.1#53",
            "192.0.2.1(80)",
            "192.0.2.1.]",
            "(192.0.2.1)",
            "<192.0.2.1>",
            "'192.0.2.1'.",
            "outside:192.0.2.1/80",
            "outside:192.0.2.1",
            "outside/192.0.2.1(80)",
            "mail.example[192.0.2.1]:25",
            "outside:192.0.2.1/80(CORP\\mo)",
            "v1:outside:192.0.2.1/80",
        ] {
            assert_eq!(shown(word), "192.0.2.1", "{word}");
        }
        assert_eq!(shown("outside:2001:db8::1/80"), "2001:db8::1");
        assert_eq!(shown("[2001:db8::1]:80"), "2001:db8::1");
        assert_eq!(shown("2001:db8::1"), "2001:db8::1");
        for word in ["", "outside", "a.example", "12:30:45", "v1.2"] {
            assert_eq!(shown(word), "", "{word}");
        }
    }

    #[test]
    fn the_place_of_a_part_in_its_text() {
        let text = "user mo from";
        assert_eq!(place(text, name_after(text, &["user "]).unwrap()), Some((5, 7)));
    }

    #[test]
    fn ports_in_the_words_that_appliances_write() {
        for (word, expected) in [
            ("outside:192.0.2.1/80", Some("80")),
            ("outside/192.0.2.1(80)", Some("80")),
            ("192.0.2.1/80(CORP\\mo)", Some("80")),
            ("outside:2001:db8::1/443.", Some("443")),
            ("outside:192.0.2.1", None),
            ("outside:192.0.2.1/ssh", None),
        ] {
            assert_eq!(port(word), expected, "{word}");
        }
    }

    #[test]
    fn a_mark_is_looked_for_again() {
        let text = format!("{}to 192.0.2.1", "to be ".repeat(OFTEN_MAX - 1));
        assert!(address_after(&text, &["to "]).is_some());
        let text = format!("{}to 192.0.2.1", "to be ".repeat(OFTEN_MAX));
        assert_eq!(address_after(&text, &["to "]), None);
    }

    #[test]
    fn a_hidden_name_is_no_name() {
        assert_eq!(name_after("user = *****, User <mo>", &["user = ", "User "]), Some("mo"));
    }
}
