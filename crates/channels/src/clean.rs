//! Text from outside made safe for people: nothing acts, nothing is a link, nothing is endless.
//!
//! A notice comes with its values defanged. This is the second lock on the same door: whatever a notice holds, what
//! leaves here has no control character, no character that turns or hides its neighbours (written as `\u{202e}`), no
//! line break, and nothing that a mail program or chat makes into a link by its scheme. Channels escape the result for
//! their own markup.

/// At most so many characters of a text, with acting characters as escapes, line breaks as blanks, links broken. What is
/// left out is counted.
pub(crate) fn short(outside: &str, chars_max: usize) -> String {
    let mut out = String::new();
    let mut chars = outside.chars();
    let mut room = chars_max;
    while room > 0 {
        let Some(c) = chars.next() else { return broken(&out) };
        let before = out.len();
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if acts(c) => escape(c, &mut out),
            c => out.push(c),
        }
        // An escape takes the room of its characters, a character that of one.
        let length = if c.is_ascii() || acts(c) { out.len() - before } else { 1 };
        room = room.saturating_sub(length);
    }
    match chars.count() {
        0 => broken(&out),
        left_out => format!("{} … [{} left out]", broken(out.trim_end()), counted(left_out, "character")),
    }
}

/// A text of the user's own in a message: in backticks, short, with escapes.
pub(crate) fn quoted(outside: &str) -> String {
    let mut out = String::from("`");
    for c in outside.chars().take(80) {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if acts(c) => escape(c, &mut out),
            c => out.push(c),
        }
    }
    if outside.chars().nth(80).is_some() {
        out.push('…');
    }
    out.push('`');
    out
}

/// A number and its word, in the right number.
pub(crate) fn counted<N: TryInto<u64>>(number: N, word: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

fn escape(c: char, out: &mut String) {
    if c < '\u{80}' {
        out.push_str(&format!("\\x{:02x}", u32::from(c)));
    } else {
        out.extend(c.escape_unicode());
    }
}

/// What programs make into links by themselves: a scheme with slashes, a `www.`, a mail scheme.
fn broken(text: &str) -> String {
    const LIVE: [(&str, &str); 4] =
        [("://", "[:]//"), ("www.", "www[.]"), ("mailto:", "mailto[:]"), ("javascript:", "javascript[:]")];
    // Each of them has one of these, and most texts have none.
    if !text.contains([':', '.']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let live = LIVE.iter().find(|(live, _)| {
            rest.as_bytes().get(..live.len()).is_some_and(|front| front.eq_ignore_ascii_case(live.as_bytes()))
        });
        let length = match live {
            Some((live, dead)) => {
                out.push_str(dead);
                live.len()
            }
            None => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Whether a character acts on its neighbours or on a terminal instead of being visible (ECMA-48; Unicode TR 36, TR 39
/// and the property Default_Ignorable_Code_Point).
fn acts(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{13430}'..='\u{1343f}' | '\u{16fe4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen_and_what_links_is_broken() {
        assert_eq!(short("gpj.\u{202e}exe\0\r\nnext", 99), "gpj.\\u{202e}exe\\x00  next");
        assert_eq!(
            short("see https://a.example, WWW.b.example", 99),
            "see https[:]//a.example, www[.]b.example"
        );
        assert_eq!(short("MailTo:x@y", 99), "mailto[:]x@y");
    }

    #[test]
    fn a_long_text_says_what_was_left_out() {
        assert_eq!(short("abc", 3), "abc");
        assert_eq!(short("abcd", 3), "abc … [1 character left out]");
        assert_eq!(short(&"x".repeat(100_000), 5), "xxxxx … [99995 characters left out]");
        assert!(short(&"\u{202e}".repeat(100), 10).chars().count() < 50);
    }
}
