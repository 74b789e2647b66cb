//! What is between the name of a secret and its value: a sign, blanks, a quote, a remark.
//!
//! Names and values are written in many ways: `password=x`, `"password": "x"`, `Password (root): x`, `--password x`, and
//! as arguments in quotes, each a string of its own. Invariant: where a value begins is known before it is looked at.

use super::value::{MASK, QUOTES, closed};

/// The sign between a name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
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
pub(super) struct Behind {
    pub(super) sign: Sign,
    /// Where the value begins, its quote left out.
    pub(super) at: usize,
    /// The quote that ends it.
    pub(super) quote: Option<&'static str>,
    /// Whether blanks follow the sign.
    pub(super) blank: bool,
    /// Whether the value is a list in brackets.
    pub(super) opens_list: bool,
}

impl Behind {
    /// Whether a sentence may go on behind the sign.
    pub(super) fn is_prose(&self) -> bool {
        self.sign == Sign::Colon && self.blank && self.quote.is_none()
    }

    pub(super) fn of(text: &str, end: usize) -> Option<Self> {
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
        let found = SIGNS.iter().find_map(|(mark, sign)| Some((*mark, *sign, bare.strip_prefix(mark)?)));
        let (sign, mut value) = match found {
            // `https://`, a path of C++ and Rust.
            Some((":", _, rest)) if rest.starts_with("//") => return None,
            Some(("::", _, rest)) if !rest.starts_with(' ') => return None,
            Some((_, sign, rest)) => (sign, rest),
            None if !is_open && next_argument(bare).is_some() => (Sign::Blank, next_argument(bare)?),
            None if blank_first || rest.starts_with('(') => (Sign::Blank, bare),
            None => return None,
        };
        // A pair in markup: `name="password" value="…"`, `key="apiKey" value="…"`.
        let in_markup = bare.strip_prefix("value=").filter(|_| sign == Sign::Blank);
        value = in_markup.unwrap_or(value);
        let trimmed = value.trim_start_matches([' ', '\t', '\u{a0}', '(']);
        let blank = trimmed.len() < value.len();
        // What is nested has names of its own.
        if trimmed.starts_with('{') {
            return None;
        }
        let opens_list = trimmed.starts_with('[') && !trimmed.starts_with(MASK);
        let trimmed = if opens_list { trimmed.get(1..).unwrap_or_default() } else { trimmed };
        let opened = QUOTES.iter().find_map(|(open, close)| Some((*close, trimmed.strip_prefix(open)?)));
        // The quote of a string that ends with the sign: `"Cookie:", "User"`, `a1="password=" a2="x"`.
        let opened = match opened {
            Some((_, body)) if is_open && !blank && ends_string(body) => Some(argument_behind(body)?),
            opened => opened,
        };
        let (quote, body) = opened.map_or((None, trimmed), |(close, body)| (Some(close), body));
        let sign = if in_markup.is_some() { Sign::Is } else { sign };
        Some(Self { sign, at: text.len() - body.len(), quote, blank, opens_list })
    }
}

/// The signs between a name and its value, as they are written.
const SIGNS: &[(&str, Sign)] = &[
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

/// The argument behind one in quotes: `"--password", "x"` of JSON, `a2="--password" a3="x"` of auditd.
fn next_argument(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix(',') {
        return Some(rest.trim_start()).filter(|rest| rest.starts_with(['"', '\'', '\\']));
    }
    let rest = text.strip_prefix('a')?;
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.strip_prefix('=').filter(|_| digits.len() < rest.len())
}

/// Whether a quote before this text ends a string and opens none.
fn ends_string(text: &str) -> bool {
    let rest = text.trim_start();
    let next = rest.len() < text.len() && next_argument(rest).is_some();
    next || rest.is_empty() || text.starts_with([',', '}', ']', ')', ';', '\n', '\r'])
}

/// The argument behind a string that ended, without its quote; a key of JSON is none.
fn argument_behind(text: &str) -> Option<(&'static str, &str)> {
    let rest = next_argument(text.trim_start())?;
    let (close, body) = QUOTES.iter().find_map(|(open, close)| Some((*close, rest.strip_prefix(open)?)))?;
    let behind = body.get(closed(body, close) + close.len()..).unwrap_or_default();
    (!behind.trim_start().starts_with(':')).then_some((close, body))
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
