//! A request line, taken apart, and texts without the escapes of the logger.
//!
//! Request lines are those of RFC 9112 section 3; any other text is a target without a method. Escapes are those of
//! Apache's and nginx's loggers.

use crate::record::draft::{Draft, Piece};
use crate::record::words;
use std::borrow::Cow;

/// A request line, taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct Request<'t> {
    pub(super) method: Option<&'t str>,
    /// The whole target; `-` when there was no request.
    pub(super) target: &'t str,
    /// The target before its query.
    pub(super) stem: &'t str,
    pub(super) query: Option<&'t str>,
    pub(super) version: Option<&'t str>,
}

impl<'t> Request<'t> {
    pub(super) fn of(line: &'t str) -> Self {
        let (method, rest) = method(line);
        let (target, version) = version(rest);
        let (stem, query) = match memchr::memchr(b'?', target.as_bytes()) {
            Some(at) => (target.get(..at).unwrap_or(target), target.get(at + 1..)),
            None => (target, None),
        };
        Self { method, target, stem, query, version }
    }
}

/// Adds the parts of a request line, under the names of the W3C Extended Log Format.
pub(crate) fn push<'c>(line: Piece<'c>, draft: &mut Draft<'c>) {
    let written = draft.text(line).to_owned();
    let request = Request::of(&written);
    let target = Some(request.target).filter(|target| *target != "-");
    for (name, part) in [
        ("cs-method", request.method),
        ("cs-uri", target),
        ("cs-uri-stem", target.map(|_| request.stem)),
        ("cs-uri-query", request.query),
        ("cs-uri-query", target),
        ("cs-version", request.version),
    ] {
        if let Some((start, end)) = part.and_then(|part| words::place(&written, part)) {
            let value = draft.part(line, start, end);
            draft.push(Piece::Chunk(name), Some(value));
        }
    }
}

/// The method that a request line starts with, and what follows it.
fn method(line: &str) -> (Option<&str>, &str) {
    let length = line.bytes().take_while(|byte| is_token(*byte)).count();
    match line.split_at_checked(length).filter(|_| length > 0) {
        Some((method, rest)) => match rest.strip_prefix(' ') {
            Some(rest) => (Some(method), rest),
            None => (None, line),
        },
        None => (None, line),
    }
}

/// The target of a request, and the version that it ends with.
fn version(text: &str) -> (&str, Option<&str>) {
    let blank = match text.as_bytes().last_chunk() {
        // ` HTTP/1.1`, as nearly all end.
        Some([b' ', b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9']) => Some(text.len() - 9),
        _ => memchr::memrchr(b' ', text.as_bytes()),
    };
    let parts = blank.and_then(|blank| Some((text.get(..blank)?, text.get(blank + 1..)?)));
    match parts {
        Some((target, version)) if version.starts_with("HTTP/") => (target, Some(version)),
        _ => (text, None),
    }
}

/// A character of a token (RFC 9110 section 5.6.2), as far as methods use them.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'!' | b'.' | b'*')
}

/// The text without the escapes of the logger, if it has any.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    unescape(text, &mut plain);
    Cow::Owned(plain)
}

/// `\"`, `\\` and `\x22` (only for printable ASCII characters) are resolved; other escapes are left as they are,
/// since they may mean bytes that are no text.
fn unescape(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        to.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let hex = after.strip_prefix('x').and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        let (character, used) = match (after.as_bytes().first(), hex) {
            (Some(b'"'), _) => ('"', 1),
            (Some(b'\\'), _) => ('\\', 1),
            (_, Some(byte)) if matches!(byte, b' '..=b'~') => (char::from(byte), 3),
            _ => ('\\', 0),
        };
        to.push(character);
        rest = after.get(used..).unwrap_or_default();
    }
    to.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_the_logger_are_resolved_and_others_are_kept() {
        let mut text = String::new();
        unescape(r#"a\"b\\c\x22d\x16e\n\"#, &mut text);
        assert_eq!(text, r#"a"b\c"d\x16e\n\"#);
    }
    #[test]
    fn a_request_line_is_taken_apart() {
        let shown = |line| {
            let Request { method, target, stem, query, version } = Request::of(line);
            format!("{method:?} {target} {stem} {query:?} {version:?}")
        };
        assert_eq!(shown("GET /a?b?c HTTP/1.1"), r#"Some("GET") /a?b?c /a Some("b?c") Some("HTTP/1.1")"#);
        assert_eq!(shown("GET /a b HTTP/10"), r#"Some("GET") /a b /a b None Some("HTTP/10")"#);
        assert_eq!(shown("GET /a HTTP/1. 1"), r#"Some("GET") /a HTTP/1. 1 /a HTTP/1. 1 None None"#);
        assert_eq!(shown("-"), "None - - None None");
        assert_eq!(shown(" HTTP/1.1"), r#"None   None Some("HTTP/1.1")"#);
        assert_eq!(shown("\u{16}\u{3} x"), "None \u{16}\u{3} x \u{16}\u{3} x None None");
    }
}
