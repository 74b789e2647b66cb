//! A word with full stops in it: host, file name, or neither?
//!
//! `evil.example`, `invoice.zip`, `System.Net.Http`, `Trojan.Win32.Agent`, `1.2.3`, `e.g` look alike. What
//! distinguishes them: a defanged spelling (hosts are defanged), the end of the word (a known extension, a
//! known top-level domain, both or none), the case of its letters, and what is right before and after.
//! Precision comes first for plain words; a defanged word is believed.

use crate::kind::domain::{self, Suffix};
use crate::kind::extension;
use std::borrow::Cow;

/// What a dotted word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Host,
    File,
    Neither,
}

/// First labels of package names in reversed-domain order.
const PACKAGE_STARTS: &[&str] = &[
    "com",
    "org",
    "net",
    "io",
    "edu",
    "gov",
    "android",
    "java",
    "javax",
    "kotlin",
    "dev",
    "system",
    "microsoft",
];

/// Top-level domains that are everyday words of code: `app.run`, `window.name`, `self.id`.
const CODE_ENDS: &[&str] = &[
    "as",
    "call",
    "data",
    "date",
    "do",
    "events",
    "fail",
    "foo",
    "host",
    "id",
    "is",
    "list",
    "map",
    "menu",
    "name",
    "new",
    "now",
    "open",
    "page",
    "parts",
    "play",
    "properties",
    "py",
    "read",
    "report",
    "rest",
    "run",
    "save",
    "select",
    "settings",
    "show",
    "so",
    "style",
    "target",
    "token",
    "update",
    "watch",
];

/// First labels that are objects of code, whatever follows them.
const CODE_STARTS: &[&str] = &[
    "args",
    "array",
    "browser",
    "chrome",
    "client",
    "config",
    "console",
    "context",
    "ctx",
    "data",
    "document",
    "event",
    "global",
    "globalthis",
    "json",
    "localstorage",
    "location",
    "math",
    "message",
    "module",
    "msg",
    "navigator",
    "node",
    "obj",
    "object",
    "os",
    "params",
    "payload",
    "process",
    "req",
    "request",
    "res",
    "response",
    "result",
    "self",
    "session",
    "shell",
    "socket",
    "string",
    "sys",
    "this",
    "user",
    "window",
    "winword",
    "wscript",
    "wsh",
];

/// Judges a word that holds a full stop, given what is before and after it.
pub(super) fn judge(word: &str, defanged: bool, before: &[u8], after: &[u8]) -> Name {
    crate::steps::add(word.len());
    if is_placeholder(before, after) {
        return Name::Neither;
    }
    let (stem, end) = word.rsplit_once('.').unwrap_or(("", word));
    let lower = match word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(word.to_ascii_lowercase()),
        false => Cow::Borrowed(word),
    };
    let shape = Shape::of(&lower);
    if defanged {
        return judge_defanged(&lower, end, shape);
    }
    let known_end = shape == Shape::Known;
    if extension::is_product(word) || stem.is_empty() {
        return Name::Neither;
    }
    if known_end && is_plain_host(word, &lower, before, after) {
        return Name::Host;
    }
    if !extension::is_known(end) {
        return Name::Neither;
    }
    // `Win32/Spy.Agent.C`, `Trojan.Mimikatz.H`: names of detections.
    let shouted = end.bytes().all(|byte| byte.is_ascii_uppercase())
        && stem.bytes().any(|byte| byte.is_ascii_lowercase());
    let detection =
        shouted && (end.len() <= 2 || before.last() == Some(&b'/') || stem.split('.').count() > 1);
    let file = !detection && !is_member(stem, before, after) && may_be_stem(stem, end);
    if file && (!known_end || extension::is_rather_file(&end.to_ascii_lowercase()) || stem.contains('_')) {
        return Name::File;
    }
    if file && known_end && end == "app" && stem.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Name::File;
    }
    Name::Neither
}

/// Whether a word can be a host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    No,
    /// It can, under an end that nobody knows.
    Host,
    /// It can, and ends as real names do.
    Known,
}

impl Shape {
    /// The shape of a word in lower case.
    fn of(lower: &str) -> Shape {
        let (suffix, whole) = if domain::is_plain(lower) && !lower.ends_with('.') {
            if !domain::is_well_formed(lower.as_bytes()) {
                return Shape::No;
            }
            let suffix = Suffix::of(lower);
            (suffix.known, suffix.whole)
        } else {
            let Some(name) = domain::canonical(lower) else { return Shape::No };
            (domain::has_known_end(lower), Suffix::of(&name).whole)
        };
        match (whole, suffix) {
            (true, _) => Shape::No,
            (false, true) => Shape::Known,
            (false, false) => Shape::Host,
        }
    }
}

fn judge_defanged(lower: &str, end: &str, shape: Shape) -> Name {
    let registered = lower.rsplit('.').nth(1).unwrap_or_default();
    if shape == Shape::Known && !registered.contains('_') {
        return Name::Host;
    }
    if extension::is_known(end) {
        return Name::File;
    }
    if shape == Shape::No { Name::Neither } else { Name::Host }
}

/// `<user>.evil.example`, `*.evil.example`, `[redacted]evil.example`, `%s.evil.example`: nobody's host.
fn is_placeholder(before: &[u8], after: &[u8]) -> bool {
    let glued = match before.last() {
        Some(b']') => !before.ends_with(b"[]"),
        // `LIKE '%evil[.]example%'` names a host.
        Some(b'%') => !(before.ends_with(b"'%") || before.ends_with(b"\"%")),
        Some(b'*' | b'}') => !before.ends_with(b"**"),
        Some(b'.') => matches!(before.iter().rev().nth(1), Some(b'*' | b'>' | b']' | b'}' | b'%' | b'.')),
        _ => false,
    };
    glued || matches!(after.first(), Some(b'*')) && !after.starts_with(b"**")
}

/// Whether a plain word with a known end is meant as a host.
fn is_plain_host(word: &str, lower: &str, before: &[u8], after: &[u8]) -> bool {
    let (stem, end) = word.rsplit_once('.').unwrap_or(("", word));
    let labels = word.split('.').count();
    let end_lower = end.to_ascii_lowercase();
    if lower.starts_with("www.") {
        return true;
    }
    if is_code(stem, before, after) || stem.contains('_') && labels == 2 {
        return false;
    }
    let capital = |label: &str| label.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    let all_capitals = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let mixed_end = end.bytes().any(|byte| byte.is_ascii_uppercase()) && !all_capitals;
    if mixed_end || all_capitals && labels == 2 && end.len() == 2 {
        return false;
    }
    if extension::is_rather_file(&end_lower) {
        return false;
    }
    let inner_capitals = word.split('.').filter(|label| capital(label)).count();
    if inner_capitals >= 2 && !all_capitals {
        return false;
    }
    if inner_capitals == 1 && !all_capitals && end.len() == 2 && labels == 2 && word.len() < 8 {
        return false;
    }
    if end_lower == "app" && inner_capitals > 0 {
        return false;
    }
    if camel(stem) && !matches!(end, "com" | "net" | "org" | "io" | "example") {
        return false;
    }
    let first = lower.split('.').next().unwrap_or_default();
    if labels >= 3 && PACKAGE_STARTS.contains(&first) && !matches!(end, "com" | "net" | "org" | "example") {
        return false;
    }
    if CODE_STARTS.contains(&first) && !matches!(end, "com" | "net" | "org" | "example" | "ru" | "cn" | "gov")
    {
        return false;
    }
    // `1.to`, `2.in`: ends of numbered sentences; `x.is`: code.
    if labels == 2 && (stem.len() < 2 || stem.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    labels > 2 || !CODE_ENDS.contains(&end_lower.as_str()) || is_alone(before, after)
}

/// `getName`, `fooBar`: code, not a host.
fn camel(stem: &str) -> bool {
    let letters = stem.as_bytes();
    letters.windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        && letters.first().is_some_and(u8::is_ascii_lowercase)
}

/// Whether the word is all that its line (but for a bullet) holds.
fn is_alone(before: &[u8], after: &[u8]) -> bool {
    let lead = before.iter().rev().take_while(|byte| **byte != b'\n');
    let lead = lead.take(9);
    let bullet = lead.clone().count() < 8
        && lead.clone().all(|byte| matches!(byte, b' ' | b'-' | b'*' | b'\t' | b'|'));
    bullet
        && after
            .iter()
            .take_while(|byte| **byte != b'\n')
            .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'|'))
}

/// Signs that a word is no host: part of a path, a mention, a tag, a member of something.
fn is_code(stem: &str, before: &[u8], after: &[u8]) -> bool {
    let opened = matches!(before.last(), Some(b'@' | b'#' | b'\\'))
        || before.last() == Some(&b'/')
            && !before.ends_with(b"//")
            && before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphanumeric);
    opened || is_member(stem, before, after)
}

/// Signs of code right around a word: a call, a member, a variable.
fn is_member(stem: &str, before: &[u8], after: &[u8]) -> bool {
    let opened =
        matches!(before.last(), Some(b'$' | b'&')) || before.ends_with(b"->") || before.ends_with(b"::");
    let called = after.first() == Some(&b'(') && !after.starts_with(b"(.");
    opened || called || after.starts_with(b"::") || stem.is_empty()
}

/// Whether what is before an extension can be a file's name.
fn may_be_stem(stem: &str, end: &str) -> bool {
    let digits = stem.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // `2.0.c`, `1.h`: sections and versions; `4096.bin` is a file.
    let letter_end = end.len() == 1 && (digits || stem.len() < 2);
    !(letter_end || stem.bytes().all(|byte| byte == b'.' || byte == b'-' || byte == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Name {
        let start = text.find('«').unwrap();
        let end = text.find('»').unwrap();
        judge(&text[start + 2..end], false, &text.as_bytes()[..start], &text.as_bytes()[end + 2..])
    }

    #[test]
    fn hosts_files_and_neither() {
        for (text, name) in [
            ("at «evil.com» now", Name::Host),
            ("at «login.evil.co.uk»", Name::Host),
            ("at «GitHub.com»", Name::Host),
            ("the «invoice.zip» file", Name::File),
            ("ran «install.sh»", Name::File),
            ("see «README.md»", Name::File),
            ("dropped «libfoo.so»", Name::File),
            ("wrote «Dropbox.app»", Name::File),
            ("opened «report.final.docx»", Name::File),
            ("uses «System.Net»", Name::Neither),
            ("uses «ASP.NET»", Name::Neither),
            ("a «Trojan.Win32.Agent.gen»", Name::Neither),
            ("JS/«TrojanDownloader.Agent.TNX»", Name::Neither),
            ("calls «app.run»()", Name::Neither),
            ("field «window.name» is", Name::Neither),
            ("$«data.host»", Name::Neither),
            ("package «com.android.app»", Name::Neither),
            ("with «Node.js»", Name::Neither),
            ("*.«evil.com»", Name::Neither),
            ("the end.«The» ", Name::Neither),
            ("suffix «co.uk»", Name::Neither),
            ("see 3.«to» ", Name::Neither),
        ] {
            assert_eq!(of(text), name, "{text}");
        }
    }

    #[test]
    fn a_defanged_word_is_believed() {
        assert_eq!(judge("evil.zzz", true, b"", b""), Name::Host);
        assert_eq!(judge("invoice.exe", true, b"", b""), Name::File);
        assert_eq!(judge("evil.zip", true, b"", b""), Name::Host);
        assert_eq!(judge("evil.com", true, b"[redacted]", b""), Name::Neither);
    }
}
