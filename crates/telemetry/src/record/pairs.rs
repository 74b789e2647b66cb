//! `key=value` pairs in a text.
//!
//! There is no standard. What is read: keys of letters, digits and `_ . - / :`, values up to a blank or in
//! quotes (with `\"` inside), pairs set off by blanks, commas or semicolons. A text counts as pairs when most
//! of its bytes are in pairs.

/// How many pairs a text has at least to count as pairs.
const PAIRS_MIN: usize = 4;

/// How long a key may be; what is longer is no key.
const KEY_BYTES_MAX: usize = 64;

/// The next pair of a text, and how many bytes it took with the text before it.
pub(crate) struct Pair<'t> {
    pub(crate) key: &'t str,
    pub(crate) value: &'t str,
    /// Whether the value was in quotes.
    pub(crate) quoted: bool,
}

/// The pairs of a text, in order; what is between them is passed over.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = Pair<'_>> {
    let tabs = are_tabs(text);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            if tabs {
                let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
                let end = memchr::memchr(b'\t', rest.as_bytes()).unwrap_or(rest.len());
                at += end + 1;
                let Some((key, value)) = rest.get(..end)?.split_once('=') else { continue };
                if (1..=KEY_BYTES_MAX).contains(&key.len()) {
                    return Some(Pair { key, value, quoted: false });
                }
                continue;
            }
            let rest = text.get(at..)?;
            let equals = memchr::memchr(b'=', rest.as_bytes())?;
            let before = rest.get(..equals)?;
            let key_start = before.rfind(|c: char| !is_key(c)).map_or(0, |end| {
                end + before.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            });
            let key = before.get(key_start..)?;
            let after = rest.get(equals + 1..)?;
            // `sudo` writes the command last, with its arguments.
            let (value, used) = if key == "COMMAND" { (after, after.len()) } else { value(after) };
            let quoted = after.starts_with(['"', '\'']);
            at += equals + 1 + used;
            if !key.is_empty() && key.len() <= KEY_BYTES_MAX {
                return Some(Pair { key, value, quoted });
            }
        }
    })
}

/// Whether the pairs of a text are set off by tabs, as in the feeds of Zscaler: then values hold blanks. Nearly every
/// cell is a pair, and no key has a blank.
fn are_tabs(text: &str) -> bool {
    if memchr::memchr(b'\t', text.as_bytes()).is_none() {
        return false;
    }
    let (mut good, mut all) = (0, 0);
    for cell in text.split('\t') {
        all += 1;
        good += usize::from(
            cell.split_once('=').is_some_and(|(key, _)| !key.is_empty() && key.chars().all(is_key)),
        );
    }
    good >= PAIRS_MIN && good + 2 >= all
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/' | ':')
}

/// The value that a text starts with, and how many bytes it takes.
fn value(text: &str) -> (&str, usize) {
    let quote = match text.bytes().next() {
        Some(quote @ (b'"' | b'\'')) => quote,
        _ => {
            let end = text.find([' ', '\t', '\r', '\n', '\u{1d}']).unwrap_or(text.len());
            let value = text.get(..end).unwrap_or_default();
            let mut separators = value.match_indices([',', ';']).map(|(at, _)| at);
            let end = separators.find(|at| starts_pair(value, *at)).unwrap_or(end);
            let value = value.get(..end).unwrap_or_default();
            return (value.trim_end_matches([',', ';']), end);
        }
    };
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) {
        at += found;
        if bytes.get(at) == Some(&quote) {
            return (text.get(1..at).unwrap_or_default(), at + 1);
        }
        at += 2;
    }
    // The quote is never closed.
    let end = text.find([' ', '\t']).unwrap_or(text.len());
    (text.get(1..end).unwrap_or_default(), end.max(1))
}

/// Whether a pair follows the separator at this place: `proto=6,action=deny`, but not `path=a,b`.
fn starts_pair(text: &str, separator: usize) -> bool {
    let after = text.as_bytes().get(separator + 1..).unwrap_or_default();
    let key = after.iter().take(KEY_BYTES_MAX + 1).take_while(|byte| is_key(char::from(**byte))).count();
    key > 0 && after.get(key) == Some(&b'=')
}

/// Whether most of a text is pairs.
pub(crate) fn mostly(text: &str) -> bool {
    let (mut count, mut bytes) = (0, 0);
    for pair in pairs(text) {
        count += 1;
        bytes += pair.key.len() + pair.value.len() + 2;
    }
    count >= PAIRS_MIN && bytes * 10 >= text.len() * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        pairs(text).map(|pair| format!("{}|{}", pair.key, pair.value)).collect()
    }

    #[test]
    fn pairs_with_and_without_quotes() {
        assert_eq!(
            shown(r#"a=1 b="x y" c=, d='q' e="say \"hi\"" f="open g=2"#),
            ["a|1", "b|x y", "c|", "d|q", r#"e|say \"hi\""#, "f|open", "g|2"]
        );
        assert_eq!(shown("a=1,b=x,y;c=\"z\",d="), ["a|1", "b|x,y", "c|z", "d|"]);
        assert_eq!(
            shown("2024-06-12 03:14:15\ta=x y\tb=\tc=d=e\tf=1,g=2"),
            ["a|x y", "b|", "c|d=e", "f|1,g=2"]
        );
        assert_eq!(shown("no pairs here"), Vec::<String>::new());
        assert_eq!(shown("== = \u{e4}=1"), Vec::<String>::new());
    }

    #[test]
    fn prose_with_a_pair_in_it_is_not_pairs() {
        assert!(mostly("IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 DF PROTO=TCP"));
        assert!(!mostly("session opened for user root by (uid=0) from tty=1 and some more words a=1 b=2"));
    }
}
