//! The value that follows the name of a secret in running text: `password=…`, `"token": "…"`, `Cookie: …`,
//! `--api-key …`, `IDENTIFIED BY '…'`, `<password>…</password>`.
//!
//! Text of any kind is read without knowing its syntax: a query, JSON, a command line, a form, a sentence. So a value
//! ends where each of these would end it, and a sign that may separate only does when something new begins behind it.
//! In doubt more is cut, never less. Invariant: what is found lies between signs of the text, which stay.

use super::names::{holds, is_name, is_word};
use super::shapes::{is_hash, is_seed};
use super::words::{BESIDE, Holds};
use std::ops::Range;

/// What is written in place of a secret.
pub const MASK: &str = "[secret]";

/// How far a name may reach from the word that makes it one.
const NAME_BYTES_MAX: usize = 120;
/// How many words of a phrase are one name: `mot de passe`.
const NAME_WORDS_MAX: usize = 4;

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

/// The name around a word of a secret, and the secret behind it.
pub(super) struct Found {
    /// Where the name ends: whatever lies before was looked at.
    pub(super) end: usize,
    pub(super) secret: Option<Range<usize>>,
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '\u{300}'..='\u{36f}')
}

/// Looks at the name around the bytes `at..end`, and at what follows it.
pub(super) fn at(text: &str, at: usize, end: usize) -> Found {
    let head = text.get(..at).unwrap_or_default();
    let start = at - head.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let tail = text.get(end..).unwrap_or_default();
    let end = end + tail.chars().take_while(|c| is_part(*c)).map(char::len_utf8).sum::<usize>();
    let name = text.get(start..end).unwrap_or_default();
    // A sentence or a mask may end with signs that names have inside.
    let end = end - (name.len() - name.trim_end_matches(['.', '-']).len());
    let from = text.floor_char_boundary(start.max(end.saturating_sub(NAME_BYTES_MAX)));
    let name = text.get(from..end).unwrap_or_default();
    if name.ends_with(MASK) {
        return Found { end, secret: None };
    }
    let secret = value(text, start, end, name);
    Found { end, secret }
}

/// A name, and what is between it and its value.
struct Named<'t> {
    name: &'t str,
    holds: Holds,
    behind: Behind,
}

fn value(text: &str, start: usize, end: usize, name: &str) -> Option<Range<usize>> {
    let head = text.get(..start)?;
    let before = head.chars().next_back();
    let Named { name, holds, behind } = named(text, start, end, name)?;
    if is_path(head, before, name, &behind) || is_masked(text, &behind) {
        return None;
    }
    // `--password hunter2`; of `/password` a path may be the name.
    let flag = name.starts_with('-');
    let range = match holds {
        _ if behind.sign == Sign::Tag && before != Some('<') => return None,
        _ if behind.sign == Sign::Blank && !flag => quoted_behind(text, end)?,
        _ if behind.opens_list => list(text, behind.at),
        Holds::Header => header(text, head, name, behind.at)?,
        Holds::Phrase => phrase_value(text, &behind)?,
        Holds::Word | Holds::Number | Holds::Hash => word(text, &behind)?,
        Holds::Seed => line(text, behind.at),
    };
    let found = text.get(range.clone())?;
    let fits = match holds {
        Holds::Hash => is_hash(found),
        Holds::Seed => is_seed(found),
        Holds::Number => found.len() >= 4 && found.bytes().all(|byte| byte.is_ascii_digit()),
        Holds::Word | Holds::Header => {
            is_secret_word(name, found, behind.sign) && !(behind.is_prose() && is_plain_word(name, found))
        }
        Holds::Phrase => true,
    };
    (fits && !is_innocent(found)).then_some(range)
}

/// The name that ends with these bytes, or with the words behind them: `mot de passe`, `API key`, `session id`.
fn named<'t>(text: &'t str, start: usize, end: usize, name: &'t str) -> Option<Named<'t>> {
    /// How far behind a word the sign may be.
    const SIGN_BYTES_MAX: usize = 40;
    if let Some(behind) =
        Behind::of(text, end).filter(|behind| behind.sign != Sign::Blank || name.starts_with('-'))
    {
        let holds = holds(name).or_else(|| with_words_before(text.get(..start)?, name))?;
        return Some(Named { name, holds, behind });
    }
    let tail = text.get(end..text.floor_char_boundary(end.saturating_add(SIGN_BYTES_MAX).min(text.len())))?;
    if let Some(sign) = tail.find([':', '=', '：', '\n']).filter(|_| tail.starts_with(' ')) {
        let more = tail.get(..sign)?.trim_end();
        let known = |word: &str| BESIDE.contains(&word.to_lowercase().as_str());
        if !more.is_empty()
            && more.trim_start().split(' ').count() < NAME_WORDS_MAX
            && more.trim_start().split(' ').all(known)
        {
            let end = end + more.len();
            let longer = text.get(start..end)?;
            let holds = holds(longer).or_else(|| with_words_before(text.get(..start)?, longer))?;
            return Some(Named { name: longer, holds, behind: Behind::of(text, end)? });
        }
    }
    // A string behind the name: `PASSWORD 'x'`, `password("x")`.
    let behind = Behind::of(text, end).filter(|behind| behind.quote.is_some())?;
    Some(Named { name, holds: holds(name)?, behind })
}

/// How a name of several words is read, of which these are the last.
fn with_words_before(head: &str, name: &str) -> Option<Holds> {
    if !is_word(name) {
        return None;
    }
    let mut phrase = name.to_owned();
    let mut rest = head;
    for _ in 1..NAME_WORDS_MAX {
        let shorter = rest.strip_suffix(' ')?;
        let length: usize =
            shorter.chars().rev().take_while(|c| is_part(*c)).take(40).map(char::len_utf8).sum();
        let (before, word) =
            shorter.split_at_checked(shorter.len() - length).filter(|(_, word)| !word.is_empty())?;
        phrase = format!("{word} {phrase}");
        if let Some(holds) = holds(&phrase) {
            return Some(holds);
        }
        rest = before;
    }
    None
}

/// Whether the value was cut already.
fn is_masked(text: &str, behind: &Behind) -> bool {
    let rest = text.get(behind.at..).and_then(|value| value.strip_prefix(MASK));
    rest.is_some_and(|rest| unquoted(rest) == 0)
}

/// What a list holds: `["a", "b"]`.
fn list(text: &str, from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    from..from + rest.find([']', '\n']).unwrap_or(rest.len())
}

/// Whether the name is the end of a path or a service: `/etc/passwd: …`, `pam_unix(passwd:chauthtok)`.
fn is_path(head: &str, before: Option<char>, name: &str, behind: &Behind) -> bool {
    let deep = matches!(before, Some('/' | '\\'))
        && head
            .chars()
            .rev()
            .nth(1)
            .is_some_and(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '=' | ','));
    let file = deep && behind.sign == Sign::Colon;
    let service = before == Some('(') && name.eq_ignore_ascii_case("passwd");
    // A path that is asked for: `GET /password HTTP/1.1`.
    let page = matches!(before, Some('/')) && behind.sign == Sign::Blank;
    // `passwd[812]: …` is a program that logs.
    let program = name.starts_with("passwd") && name.ends_with(']') && behind.sign == Sign::Colon;
    file || service || page || program
}

/// Whether a word behind a name is a secret and not something else that is written there.
fn is_secret_word(name: &str, value: &str, sign: Sign) -> bool {
    let name = name.trim_start_matches(['-', '/']);
    // Shells and sudo write the working directory so.
    let directory = matches!(name, "PWD" | "OLDPWD") && value.starts_with(['/', '~', '[']);
    let program = name == "passwd" && sign == Sign::Colon && (value.contains('(') || value == "password");
    // The number of a session on a machine opens nothing.
    let lower = name.to_ascii_lowercase();
    let of_session = lower.contains("sess") && lower.ends_with("id");
    let digits = value.strip_prefix("0x").unwrap_or(value);
    let number = of_session && digits.len() <= 9 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Counts: `pass: 12 fail: 3`.
    let count =
        matches!(lower.as_str(), "pass" | "tokens" | "passwords" | "secrets" | "cookies" | "credentials")
            && value.len() <= 3
            && value.bytes().all(|byte| byte.is_ascii_digit());
    !(directory || program || number || count)
}

/// Whether a word behind a colon is one of a sentence: keys and tokens are no plain words, passwords may be.
fn is_plain_word(name: &str, value: &str) -> bool {
    const LENGTH_MAX: usize = 15;
    let lower = name.to_ascii_lowercase();
    let of_key =
        ["secret", "token", "credential", "key", "cookie", "string"].iter().any(|word| lower.contains(word));
    let word = value.trim_end_matches([',', '.', ';']);
    of_key && word.len() <= LENGTH_MAX && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// The sign between a name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// `=`, `=>`, `%3D`.
    Is,
    /// `:`.
    Colon,
    /// A blank.
    Blank,
    /// The end of a tag.
    Tag,
}

/// What is between a name and its value.
struct Behind {
    sign: Sign,
    /// Where the value begins, its quote left out.
    at: usize,
    /// The quote that ends it.
    quote: Option<&'static str>,
    /// Whether blanks follow the sign.
    blank: bool,
    /// Whether the value is a list in brackets.
    opens_list: bool,
}

/// Quotes that open a value, and what closes them.
const QUOTES: &[(&str, &str)] = &[
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

impl Behind {
    /// Whether a sentence may go on behind the sign.
    fn is_prose(&self) -> bool {
        self.sign == Sign::Colon && self.blank && self.quote.is_none()
    }

    fn of(text: &str, end: usize) -> Option<Self> {
        let mut rest = text.get(end..)?;
        // The quote, bracket or remark that ends the name: `"password" : `, `Password (root):`.
        let open_name = rest;
        for (_, close) in QUOTES {
            if let Some(more) = rest.strip_prefix(close) {
                rest = more;
                break;
            }
        }
        let is_open = open_name.len() == rest.len();
        rest = rest.strip_prefix(')').unwrap_or(rest);
        let bare = rest.trim_start_matches([' ', '\t', '\u{a0}']);
        let blank_first = bare.len() < rest.len();
        let bare = after_remark(bare).unwrap_or(bare);
        let signs = [
            ("=>", Sign::Is),
            (":=", Sign::Is),
            ("==", Sign::Is),
            ("=", Sign::Is),
            ("%3D", Sign::Is),
            ("%3d", Sign::Is),
            ("%3A", Sign::Colon),
            ("%3a", Sign::Colon),
            ("::", Sign::Colon),
            (":", Sign::Colon),
            ("：", Sign::Colon),
            ("＝", Sign::Is),
            (">", Sign::Tag),
        ];
        let found =
            signs.iter().find_map(|(mark, sign)| bare.strip_prefix(mark).map(|rest| (*mark, *sign, rest)));
        let (sign, mut value) = match found {
            // `https://`, a path of C++ and Rust.
            Some((":", _, rest)) if rest.starts_with("//") => return None,
            Some(("::", _, rest)) if !rest.starts_with(' ') => return None,
            Some((_, sign, rest)) => (sign, rest),
            None if blank_first || rest.starts_with('(') => (Sign::Blank, bare),
            None => return None,
        };
        // A pair in markup: `name="password" value="…"`, `key="apiKey" value="…"`.
        if sign == Sign::Blank
            && let Some(rest) = bare.strip_prefix("value=")
        {
            value = rest;
        }
        let trimmed = value.trim_start_matches([' ', '\t', '\u{a0}', '(']);
        let blank = trimmed.len() < value.len();
        // What is nested has names of its own.
        if trimmed.starts_with('{') {
            return None;
        }
        let opens_list = trimmed.starts_with('[') && !trimmed.starts_with(MASK);
        let trimmed = if opens_list { trimmed.get(1..).unwrap_or_default() } else { trimmed };
        let opened = QUOTES.iter().find_map(|(open, close)| Some((*close, trimmed.strip_prefix(open)?)));
        // The quote of a string that ends with the sign: `"Cookie:", "User"`.
        let ends = |rest: &str| {
            rest.trim_start().is_empty() || rest.starts_with([',', '}', ']', ')', ';', '\n', '\r'])
        };
        if is_open && !blank && opened.is_some_and(|(_, body)| ends(body)) {
            return None;
        }
        let (quote, body) = opened.map_or((None, trimmed), |(close, body)| (Some(close), body));
        let sign = if sign == Sign::Blank && value.len() != bare.len() { Sign::Is } else { sign };
        Some(Self { sign, at: text.len() - body.len(), quote, blank, opens_list })
    }
}

/// What follows a remark behind a name, if a sign does: `password (root): …`, `password for bob: …`.
fn after_remark(text: &str) -> Option<&str> {
    const REMARK_BYTES_MAX: usize = 60;
    let window = text.get(..text.floor_char_boundary(REMARK_BYTES_MAX.min(text.len())))?;
    let end = if window.starts_with('(') {
        window.find(')')? + 1
    } else {
        let (word, rest) = window.split_once(' ')?;
        let links = ["for", "of", "für", "von", "de", "del", "du", "da", "do", "di", "voor", "för", "для"];
        if !links.contains(&word) {
            return None;
        }
        word.len() + 1 + rest.find([':', '=', ' '])?
    };
    let rest = text.get(end..)?.trim_start_matches(' ');
    rest.starts_with([':', '=']).then_some(rest)
}

/// A quoted value directly behind a name, as SQL and people write it: `PASSWORD 'x'`, `the password "x"`.
fn quoted_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let bare = rest.trim_start_matches([' ', '(']);
    let (close, body) = QUOTES.iter().find_map(|(open, close)| Some((*close, bare.strip_prefix(open)?)))?;
    let from = text.len() - body.len();
    let length = body.find(close)?;
    let value = body.get(..length)?;
    (!value.is_empty() && !value.contains('\n') && !is_innocent(value)).then(|| from..from + length)
}

/// A value that is one word, or what is quoted.
fn word(text: &str, behind: &Behind) -> Option<Range<usize>> {
    let body = text.get(behind.at..)?;
    let length = match (behind.quote, behind.sign) {
        // In a query nothing but its own signs ends a value.
        (Some(close @ "%22"), _) => closed(body, close).min(unquoted(body)),
        (Some(close), _) => closed(body, close),
        // `<password>` alone is a placeholder.
        (None, Sign::Tag) => body.find("</")?,
        (None, _) => {
            let length = unquoted(body);
            // `password= host=x`: there was none. `-Password -Force` neither.
            let next = body.get(..length)?;
            let other = next.find('=').is_some_and(|at| at > 0 && next.get(..at).is_some_and(is_key));
            if behind.blank && behind.sign == Sign::Is && other
                || behind.sign == Sign::Blank && next.starts_with('-')
            {
                return None;
            }
            length
        }
    };
    (length > 0).then(|| behind.at..behind.at + length)
}

fn is_key(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
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
fn unquoted(body: &str) -> usize {
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

/// A phrase: what is quoted, or the rest of the line up to two blanks or a separator.
fn phrase_value(text: &str, behind: &Behind) -> Option<Range<usize>> {
    if behind.quote.is_some() || behind.sign == Sign::Blank || !behind.blank {
        return word(text, behind);
    }
    let range = line(text, behind.at);
    (!range.is_empty()).then_some(range)
}

/// The rest of the line, its quotes and blanks left out.
fn line(text: &str, from: usize) -> Range<usize> {
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.find(['\n', '\r', '"', '<', '\t']).unwrap_or(rest.len());
    let kept = rest.get(..end).unwrap_or_default().trim_end();
    from..from + kept.len()
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
fn header(text: &str, head: &str, name: &str, at: usize) -> Option<Range<usize>> {
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
    quoted_behind(text, text.len() - rest.len())
}

/// The string behind `ConvertTo-SecureString`.
pub(super) fn secure_string(text: &str, end: usize) -> Option<Range<usize>> {
    const FLAGS: &[&str] = &["-string", "-asplaintext", "-force"];
    let mut rest = text.get(end..)?.trim_start_matches([' ', '(', '\t']);
    loop {
        let word = rest.split([' ', '\t', '(']).next().unwrap_or_default();
        if !FLAGS.iter().any(|known| word.eq_ignore_ascii_case(known)) {
            break;
        }
        rest = rest.get(word.len()..)?.trim_start_matches([' ', '(', '\t']);
    }
    let found = QUOTES.iter().find_map(|(open, close)| Some((*close, rest.strip_prefix(open)?)));
    let (body, length) = match found {
        Some((close, body)) => (body, closed(body, close)),
        None => (rest, unquoted(rest)),
    };
    let value = body.get(..length)?;
    // A variable of PowerShell and a further option are no secrets.
    let other = found.is_none() && value.starts_with(['$', '-', '(', '|']);
    let from = text.len() - body.len();
    (length > 0 && !other && !is_innocent(value)).then(|| from..from + length)
}

/// The value of a field whose name is known, if it is a secret as a whole.
pub(super) fn is_secret_field(name: &str, value: &str) -> bool {
    if is_innocent(value) {
        return false;
    }
    match holds(name) {
        Some(Holds::Hash) => is_hash(value),
        Some(Holds::Seed) => is_seed(value),
        Some(_) => {
            is_name(name) && is_secret_word(name.rsplit('.').next().unwrap_or(name), value.trim(), Sign::Is)
        }
        None => false,
    }
}
