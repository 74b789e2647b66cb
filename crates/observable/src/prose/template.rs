//! URLs that mean many: reports write `hxxps://<host>/gate.php?id=[random]`, and nobody ever sees that URL.
//!
//! A placeholder in brackets, a wildcard, a variable or a format makes a URL a template; of it only the host is
//! reported.

use crate::token::Bytes;

/// Bytes of which a pattern has one, or it has three full stops.
static PATTERN: Bytes = Bytes::of(b"*$%[{#");

fn holds_pattern(url: &[u8]) -> bool {
    let left_out = |slash: usize| url.get(slash + 1..).is_some_and(|rest| rest.starts_with(b"..."));
    PATTERN.next(url, 0).is_some() || memchr::memchr_iter(b'/', url).any(left_out)
}

/// Whether a URL is a pattern for many: a placeholder, a wildcard or a format in it.
pub(super) fn is_template(text: &str, start: usize, end: usize) -> bool {
    let url = text.get(start..end).unwrap_or_default();
    if text.as_bytes().get(end) != Some(&b'<') && !holds_pattern(url.as_bytes()) {
        return false;
    }
    // A fragment never reaches a server: what it leaves open makes no template.
    if let Some((before, _)) = url.split_once('#') {
        return is_template(text, start, start + before.len());
    }
    let rest = text.as_bytes().get(end);
    if matches!(rest, Some(b'<'))
        && text.get(end + 1..).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.starts_with("br")
        })
    {
        return true;
    }
    let format = |mark: &str| {
        url.match_indices(mark).any(|(at, _)| !url.as_bytes().get(at + 2).is_some_and(u8::is_ascii_hexdigit))
    };
    if url.contains('*')
        || url.contains("$(")
        || url.contains("${")
        || url.contains("/...")
        || format("%s")
        || format("%d")
    {
        return true;
    }
    let open = url.matches('[').count() > url.matches(']').count()
        || url.matches('{').count() > url.matches('}').count();
    if open && matches!(rest, Some(b' ')) {
        return true;
    }
    ['{', '['].iter().any(|open| {
        url.match_indices(*open).any(|(at, _)| {
            let inside = url.get(at + 1..).unwrap_or_default();
            let close = inside.find(['}', ']']).unwrap_or(0);
            let word = close > 1
                && inside.get(..close).is_some_and(|word| {
                    word.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'_' | b'-'))
                });
            word && !inside.get(close + 1..).is_some_and(|rest| rest.starts_with('='))
        })
    })
}
