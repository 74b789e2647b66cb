//! Where a line may break inside a long word: after `.`, `/`, `\`, `-` and similar signs, and nowhere else if it can be
//! helped.
//!
//! A value from outside (a path, a URL, a host) is one word to a typesetter. It breaks where a reader would break it, never
//! inside `[.]`, and never between the digits of a version or after the sign before a number.

/// Words up to this length are not broken: most host names and identifiers are shorter.
const SHORT_LETTERS: usize = 24;

/// A text in pieces between which a line may break though there is no space.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (start, end) in words(text) {
        let word = text.get(start..end).unwrap_or_default();
        if !is_long(word) {
            continue;
        }
        for at in places(word) {
            out.push(text.get(from..start + at).unwrap_or_default());
            from = start + at;
        }
    }
    out.push(text.get(from..).unwrap_or_default());
    out
}

/// Whether a word may be broken.
pub(crate) fn is_long(word: &str) -> bool {
    word.chars().nth(SHORT_LETTERS).is_some()
}

/// Start and end of each word between spaces.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c == ' ', start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                out.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    out.extend(start.map(|from| (from, text.len())));
    out
}

/// The places inside a word, as offsets, behind which a line may break.
fn places(word: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let mut before = ' ';
    let mut chars = word.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let Some((_, next)) = chars.peek().copied() else { break };
        let ends =
            matches!(c, '/' | '\\' | '.' | ':' | '=' | ',' | ';' | '&' | '?' | '-' | '_' | '@' | '|' | '+')
                || (c == ']' && matches!(before, '.' | ':' | '@'));
        let goes_on = !matches!(next, ']' | '/' | '.' | '\\' | ')' | ',' | ';');
        let in_number = c == '.' && before.is_ascii_digit() && next.is_ascii_digit();
        let sign = c == '-' && before == ' ';
        if ends && goes_on && !in_number && !sign {
            out.push(at + c.len_utf8());
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_breaks_at_its_signs_and_a_short_one_never() {
        assert_eq!(pieces("see a.b/c-d now"), ["see a.b/c-d now"]);
        assert_eq!(
            pieces("at hxxps://portal[.]seaward[.]example/a?b=c now"),
            ["at hxxps://", "portal[.]", "seaward[.]", "example/", "a?", "b=", "c now"]
        );
        assert_eq!(
            pieces(r"C:\Windows\Temp\update-15.02.0858.010.exe"),
            [r"C:\", r"Windows\", r"Temp\", "update-", "15.02.0858.010.", "exe"]
        );
        assert_eq!(pieces(""), [""]);
    }
}
