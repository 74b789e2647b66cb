//! Where a URL ends in running text.
//!
//! RFC 3986 lets a URL hold almost everything, and people put it between brackets, quotes and full stops.
//! It ends at blanks, `<`, `>`, `"`, backticks, backslashes and `|`; at a closing bracket that it did not
//! open (Markdown links, parentheses); at an apostrophe when one opened it; before the next URL of a list
//! or of one run together with it. Punctuation at its end belongs to the sentence.

use crate::kind::url::URL_BYTES_MAX;
use crate::token;

/// One past the last byte of the URL whose host starts at `from`; `opener` is the byte before the URL.
pub(crate) fn url_end(text: &[u8], from: usize, opener: Option<u8>) -> usize {
    url_end_within(text, from, opener, URL_BYTES_MAX).0
}

/// The same, looking at no more than `bytes_max` bytes behind `from`; and whether the URL may go on behind them.
pub(crate) fn url_end_within(
    text: &[u8],
    from: usize,
    opener: Option<u8>,
    bytes_max: usize,
) -> (usize, bool) {
    let mut open = [0_u32; 3];
    let mut end = from;
    let limit = from.saturating_add(bytes_max).min(text.len());
    let mut goes_on = limit < text.len();
    while end < limit {
        let Some(byte) = text.get(end).copied() else { break };
        match byte {
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'`' | b'|' | b'\\' => break,
            b'\'' if opener == Some(b'\'') || matches!(text.get(end + 1), Some(b'+')) => break,
            b'(' | b'[' | b'{' => {
                if let Some(count) = open.get_mut(bracket(byte)) {
                    *count += 1;
                }
            }
            b')' | b']' | b'}' => match open.get_mut(bracket(byte)) {
                Some(count) if *count > 0 => *count -= 1,
                _ => break,
            },
            b',' | b';' if text.get(end + 1..).is_some_and(starts_url) => break,
            b':' if text.get(end + 1..end + 3) == Some(b"//".as_slice()) => {
                if let Some(earlier) = run_together(text, from, end) {
                    end = earlier;
                    break;
                }
            }
            _ => {}
        }
        end += 1;
    }
    goes_on &= end == limit;
    crate::steps::add(end - from);
    (trim(text, from, end), goes_on)
}

fn bracket(byte: u8) -> usize {
    match byte {
        b'(' | b')' => 0,
        b'[' | b']' => 1,
        _ => 2,
    }
}

fn starts_url(text: &[u8]) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"http"))
}

/// Where the scheme before `colon` starts, when it is glued to the URL before it.
pub(crate) fn run_together(text: &[u8], from: usize, colon: usize) -> Option<usize> {
    let before = text.get(from..colon)?;
    let length = [b"https".as_slice(), b"http"].into_iter().find_map(|scheme| {
        let tail = before.get(before.len().checked_sub(scheme.len())?..)?;
        tail.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    })?;
    let start = colon - length;
    (start > from && token::is_word_at(text, start - 1)).then_some(start)
}

/// Takes the sentence's punctuation off the end.
fn trim(text: &[u8], from: usize, mut end: usize) -> usize {
    while end > from
        && matches!(text.get(end - 1), Some(b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*'))
    {
        end -= 1;
    }
    // AsciiDoc's passthrough marks, and a blank that was encoded with the URL.
    for mark in [b"++".as_slice(), b"%20"] {
        if text.get(from..end).is_some_and(|url| url.ends_with(mark)) {
            end -= mark.len();
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, url: &str) {
        let from = text.find("://").unwrap() + 3;
        let start = text.find("http").unwrap();
        let opener = start.checked_sub(1).map(|at| text.as_bytes()[at]);
        assert_eq!(&text[start..url_end(text.as_bytes(), from, opener)], url, "{text}");
    }

    #[test]
    fn sentences_brackets_and_quotes_end_it() {
        check("see http://a.example/x. Then", "http://a.example/x");
        check("(http://a.example/x)", "http://a.example/x");
        check("[text](http://a.example/x_(y))", "http://a.example/x_(y)");
        check("[http://a.example/x](http://a.example/x)", "http://a.example/x");
        check("'http://a.example/x'", "http://a.example/x");
        check("http://a.example/it's?a[]=1&b={c}", "http://a.example/it's?a[]=1&b={c}");
        check("http://a.example/x,http://b.example/", "http://a.example/x");
        check("http://a.example/xhttps://b.example/", "http://a.example/x");
        check("http://web.example/save/http://b.example/y", "http://web.example/save/http://b.example/y");
        check("**http://a.example/**", "http://a.example/");
        check("http://a.example/?a=b&c=", "http://a.example/?a=b&c=");
    }

    #[test]
    fn it_ends_one_past_the_limit() {
        let text = format!("http://{}", "a".repeat(URL_BYTES_MAX + 1));
        assert_eq!(url_end(text.as_bytes(), 7, None), 7 + URL_BYTES_MAX);
    }
}
