//! The value that follows the name of a secret in running text: `password=…`, `"token": "…"`, `Cookie: …`,
//! `--api-key …`, `PASSWORD '…'`, `<password>…</password>`.
//!
//! A name alone is no secret: a sentence has the word, too. So a sign must follow, or a string, or, behind a password's
//! own name, a word with letters and digits. Invariant: what is found lies between signs of the text, which stay.

use super::behind::{Behind, Sign};
use super::names::{holds, is_name, is_word};
use super::paired;
use super::shapes::{is_hash, is_seed};
use super::value::{MASK, closed, header, is_innocent, is_key, is_part, line, list, string_at, unquoted};
use super::words::{BESIDE, Holds, LINKS, STATES};
use std::ops::Range;

/// How far a name may reach from the word that makes it one.
const NAME_BYTES_MAX: usize = 120;

/// How many words of a phrase are one name: `mot de passe`.
const NAME_WORDS_MAX: usize = 4;

/// The name around a word of a secret, and the secret behind it.
pub(super) struct Found {
    /// Where the name ends: whatever lies before was looked at.
    pub(super) end: usize,
    pub(super) secret: Option<Range<usize>>,
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
    if let Some(range) = paired::value(text, start, end).filter(|_| is_name(name)) {
        return Some(range);
    }
    let Named { name, holds, behind } = named(text, start, end, name)?;
    if is_path(head, before, name, &behind) || is_masked(text, &behind) {
        return None;
    }
    // `--password hunter2`; of `/password` a path may be the name.
    let flag = name.starts_with('-');
    let range = match holds {
        _ if behind.sign == Sign::Tag && before != Some('<') => return None,
        _ if behind.sign == Sign::Blank && !flag => {
            quoted_behind(text, end).or_else(|| bare_behind(text, end, name))?
        }
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
            is_secret_word(name, found, behind.sign)
                && !(behind.is_prose() && (is_plain_word(name, found) || is_remark(text, &range)))
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
    // A string behind the name: `PASSWORD 'x'`, `password("x")`; or a word.
    let behind = Behind::of(text, end).filter(|behind| behind.quote.is_some() || is_password(name))?;
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

/// Whether a sentence about a password begins behind its name: `password: reset by the help desk`. A word alone may be
/// the password, unless it says what became of it.
fn is_remark(text: &str, range: &Range<usize>) -> bool {
    let written = text.get(range.clone()).unwrap_or_default();
    let rest = text.get(range.end..).unwrap_or_default();
    let next = rest.strip_prefix(' ').unwrap_or_default().split([' ', ',', '.', ';', '\n', '\r']).next();
    let goes_on =
        next.is_some_and(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    let ends = rest.is_empty() || rest.starts_with(['\n', '\r', ',', ';']);
    let word = written.trim_end_matches(['.', ',', ';', ':']);
    let is_one_of = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    is_one_of(STATES) && (goes_on || ends) || is_one_of(LINKS) && goes_on && word == written
}

/// A quoted value directly behind a name, as SQL and people write it: `PASSWORD 'x'`, `the password "x"`.
fn quoted_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let bare = rest.trim_start_matches([' ', '(']);
    // A quote that ends the name opens no value.
    if bare.len() < rest.len() { string_at(text, bare) } else { None }
}

/// Whether a name is that of a password in the narrow sense, which people write and devices configure without a sign.
fn is_password(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["password", "passwd", "passwort", "kennwort", "passphrase", "пароль", "contraseña"]
        .contains(&lower.as_str())
}

/// A word directly behind a password's name, if it has letters and digits, as no word of a sentence has: `the password Sommer24! was used`,
/// `password 7 0822455D0A16`.
fn bare_behind(text: &str, end: usize, name: &str) -> Option<Range<usize>> {
    const LEAST: usize = 8;
    const LINKS: &[&str] = &["is ", "was ", "0 ", "5 ", "7 ", "8 ", "9 ", "ENC ", "ist ", "war ", "lautet "];
    if !is_password(name) {
        return None;
    }
    let mut rest = text.get(end..)?.trim_start_matches(' ');
    rest = LINKS.iter().find_map(|link| rest.strip_prefix(link)).unwrap_or(rest);
    let written = rest.get(..unquoted(rest))?;
    let word = written.trim_end_matches(['.', ',', ':', '?']);
    let mixed =
        word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let named = ["CVE-", "SHA", "AES", "MS1", "KB", "CWE-"].iter().any(|mark| word.starts_with(mark));
    let from = text.len() - rest.len();
    (word.len() >= LEAST && mixed && !named && !word.contains(['/', '\\', '=']))
        .then(|| from..from + word.len())
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

/// A phrase: what is quoted, or the rest of the line up to two blanks or a separator.
fn phrase_value(text: &str, behind: &Behind) -> Option<Range<usize>> {
    if behind.quote.is_some() || behind.sign == Sign::Blank || !behind.blank {
        return word(text, behind);
    }
    let range = line(text, behind.at);
    (!range.is_empty()).then_some(range)
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
