//! Where the value of a secret ends in running text: at a quote, a blank, a separator, or the end of its line.
//!
//! Text of any kind is read without knowing its syntax: a query, JSON, a command line, a form, a sentence. So a value
//! ends where each of these would end it, and a sign that may separate only does when something new begins behind it.
//! In doubt more is a secret, never less.

use std::ops::Range;

/// What is written in place of a secret.
pub const MASK: &str = "[secret]";

/// Values that are no secrets: they say whether there is one.
const INNOCENT: &[&str] = &[
    "-",
    "--",
    "null",
    "none",
    "nil",
    "n/a",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "undefined",
    "empty",
    "(null)",
    "required",
    "enabled",
    "disabled",
    "set",
    "unset",
    "hidden",
    "redacted",
    "[redacted]",
    "<redacted>",
    "(redacted)",
    "stdin",
    "prompt",
    "optional",
    "bearer",
    "basic",
];

/// Whether a value says nothing that must be hidden: empty, yes or no, or hidden already.
pub(super) fn is_innocent(value: &str) -> bool {
    let value = value.trim();
    // `%%1842`: a text of Windows by its number.
    let message =
        value.strip_prefix("%%").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    message
        || value.chars().all(|c| matches!(c, '*' | '•' | '.' | '#' | 'x' | 'X'))
        || value == MASK
        || INNOCENT.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Quotes that open a value, and what closes them.
pub(super) const QUOTES: &[(&str, &str)] = &[
    ("\\\\\\\"", "\\\\\\\""),
    ("\\\"", "\\\""),
    ("&quot;", "&quot;"),
    ("&#34;", "&#34;"),
    ("N'", "'"),
    ("@'", "'"),
    ("@\"", "\""),
    ("$'", "'"),
    ("\"", "\""),
    ("\\'", "\\'"),
    ("'", "'"),
    ("`", "`"),
    ("“", "”"),
    ("„", "“"),
    ("«", "»"),
    ("%22", "%22"),
];

pub(super) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '\u{300}'..='\u{36f}')
}

/// How long a value is that ends at a quote: a quote behind a backslash is part of it.
pub(super) fn closed(body: &str, close: &str) -> usize {
    let mut from = 0;
    let line = body.find('\n').unwrap_or(body.len());
    while let Some(at) = body.get(from..line).and_then(|rest| rest.find(close)).map(|at| at + from) {
        let slashes = body.get(..at).map_or(0, |head| head.len() - head.trim_end_matches('\\').len());
        if slashes % 2 == 0 || close.starts_with('\\') {
            return at;
        }
        from = at + close.len();
    }
    line
}

/// How long a value without quotes is: to a blank or a quote, or to a separator that something new follows.
pub(super) fn unquoted(body: &str) -> usize {
    for (at, c) in body.char_indices() {
        let rest = body.get(at + c.len_utf8()..).unwrap_or_default();
        let ends = match c {
            '"' | '<' | '`' => true,
            // The quote of a string around it; inside of a word it is part of a password.
            '\'' => rest.is_empty() || rest.starts_with([' ', ')', ',', ';', '\'', '"', '\n', '}', ']']),
            '\\' => {
                let escaped = rest.starts_with(['n', 'r', 't']);
                rest.starts_with('"') || escaped && begins_anew(rest.get(1..).unwrap_or_default(), c)
            }
            '&' | ';' | ',' | '|' | ')' | '}' | ']' | '%' => begins_anew(rest, c),
            c => c.is_whitespace(),
        };
        if ends {
            return at;
        }
    }
    body.len()
}

/// Whether something new begins behind a separator: the end, a blank, another separator, or a name with its sign.
fn begins_anew(rest: &str, separator: char) -> bool {
    if separator == '%' {
        return ["26", "22", "7D", "7d", "0A", "0a", "0D", "0d"].iter().any(|mark| rest.starts_with(mark));
    }
    let Some(first) = rest.chars().next() else { return true };
    if first.is_whitespace()
        || matches!(first, '"' | '\'' | '}' | ']' | ')' | ',' | ';' | '&' | '{' | '[' | '<' | '|' | '\\')
    {
        return true;
    }
    let name = rest.len() - rest.trim_start_matches(|c: char| is_part(c)).len();
    let behind = rest.get(name..).unwrap_or_default();
    // `&flag` is a parameter without a value; in a line of `key=value` a separator needs the sign.
    name > 0
        && (behind.starts_with(['=', ':'])
            || behind.starts_with("%3")
            || separator == '&' && behind.is_empty())
}

/// The rest of the line, its quotes and blanks left out.
pub(super) fn line(text: &str, from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.find(['\n', '\r', '"', '<', '\t']).unwrap_or(rest.len());
    let kept = rest.get(..end).unwrap_or_default().trim_end();
    from..from + kept.len()
}

/// What a list holds: `["a", "b"]`.
pub(super) fn list(text: &str, from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    from..from + rest.find([']', '\n']).unwrap_or(rest.len())
}

/// The string with which the end of a text begins.
pub(super) fn string_at(text: &str, rest: &str) -> Option<Range<usize>> {
    let (close, body) = QUOTES.iter().find_map(|(open, close)| Some((*close, rest.strip_prefix(open)?)))?;
    let from = text.len() - body.len();
    let length = body.find(close)?;
    let value = body.get(..length)?;
    (!value.is_empty() && !value.contains('\n') && !is_innocent(value)).then(|| from..from + length)
}

pub(super) fn is_key(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Schemes of `Authorization`.
const SCHEMES: &[&str] = &[
    "basic",
    "bearer",
    "digest",
    "ntlm",
    "negotiate",
    "token",
    "apikey",
    "hawk",
    "ssws",
    "aws4-hmac-sha256",
    "oauth",
    "mutual",
];

/// The value of a header: to the end of its line, or of the string that the header is in. A sentence that begins with
/// the word is no header, so only one word of it is cut.
pub(super) fn header(text: &str, head: &str, name: &str, at: usize) -> Option<Range<usize>> {
    let body = text.get(at..)?;
    let line_end = body.find(['\n', '\r']).unwrap_or(body.len());
    let body = body.get(..line_end)?;
    // A quote that opens before the name closes behind the value.
    let opened = head.trim_end().chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let directly = text.get(..at)?.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let end = match directly.or(opened) {
        Some(quote) => body.find(quote).unwrap_or(body.len()),
        None => body.find(['"', '<']).unwrap_or(body.len()),
    };
    let body = body.get(..end)?.trim_end_matches('\\');
    let first = body.split([' ', ';']).next().unwrap_or_default();
    let is_header = if name.to_ascii_lowercase().contains("cookie") {
        first.contains('=')
    } else {
        SCHEMES.iter().any(|scheme| first.eq_ignore_ascii_case(scheme))
    };
    let length = if is_header || directly.is_some() { body.len() } else { unquoted(body) };
    (length > 0).then(|| at..at + length)
}

/// The token behind `Bearer`, without its header.
pub(super) fn bearer(text: &str, end: usize) -> Option<Range<usize>> {
    const LEAST: usize = 16;
    let rest = text.get(end..)?;
    let body = rest.trim_start_matches([' ', '+']);
    let from = text.len() - body.len();
    let length = body
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=')))
        .unwrap_or(body.len());
    let word = body.get(..length)?.trim_end_matches(['.']);
    let digits = word.bytes().any(|byte| byte.is_ascii_digit());
    (body.len() < rest.len() && word.len() >= LEAST && digits).then(|| from..from + word.len())
}

/// The string behind `IDENTIFIED BY`, or behind `IDENTIFIED WITH` and a plugin.
pub(super) fn identified(text: &str, end: usize) -> Option<Range<usize>> {
    let mut rest = text.get(end..)?.trim_start();
    if text.get(..end)?.to_ascii_uppercase().ends_with("WITH") {
        let (_, behind) = rest.split_once(' ')?;
        rest = ["BY ", "AS ", "by ", "as "]
            .iter()
            .find_map(|by| behind.trim_start().strip_prefix(by))?
            .trim_start();
    }
    rest =
        ["PASSWORD ", "password ", "VALUES "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    string_at(text, rest)
}
