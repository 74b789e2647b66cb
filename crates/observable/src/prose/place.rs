//! Paths, registry keys and file names in prose: where they start and end although they hold blanks.
//!
//! A blank belongs to a path when a further separator follows within a few words that are no words of a
//! sentence (`C:\Program Files (x86)\Vendor\x.exe`), or when the words behind it end in a known extension
//! (`Desktop\New Text Document.txt`). Arguments, redirections and comments do not. A placeholder for a name
//! (`C:\Users\<user>\x.exe`) is part of a path; a wildcard or a placeholder as its last part makes it a
//! template, which is not reported.

use crate::kind::extension;
use crate::kind::path::{self, PATH_BYTES_MAX};
use crate::token;

/// Words of a sentence; none of them is inside a path that prose names.
const SENTENCE_WORDS: &[&str] = &[
    "a",
    "after",
    "an",
    "and",
    "are",
    "as",
    "at",
    "before",
    "by",
    "can",
    "creates",
    "directory",
    "drops",
    "file",
    "folder",
    "for",
    "from",
    "has",
    "have",
    "if",
    "in",
    "into",
    "is",
    "it",
    "key",
    "location",
    "named",
    "of",
    "on",
    "or",
    "path",
    "registry",
    "run",
    "runs",
    "that",
    "the",
    "then",
    "this",
    "through",
    "to",
    "under",
    "using",
    "value",
    "via",
    "was",
    "were",
    "when",
    "where",
    "which",
    "will",
    "with",
    "within",
];

/// Words that describe a file; none of them is inside its name, as far as reports go.
const DESCRIBING_WORDS: &[&str] = &[
    "a",
    "an",
    "archive",
    "extracted",
    "file",
    "for",
    "from",
    "in",
    "is",
    "it",
    "named",
    "script",
    "that",
    "the",
    "was",
    "which",
    "with",
];

/// How many bytes behind a blank are looked at.
const LOOK_AHEAD_BYTES_MAX: usize = 80;
/// The longest placeholder (`[random alphanumeric characters]`).
const PLACEHOLDER_BYTES_MAX: usize = 48;

/// Top-level directories of POSIX systems; a slash before anything else is not a path in prose.
const ROOTS: &[&str] = &[
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
    "bin",
    "boot",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "media",
    "mnt",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "sbin",
    "sdcard",
    "srv",
    "storage",
    "sys",
    "tmp",
    "usr",
    "var",
];

/// Last parts of registry keys that hold a blank.
const KEY_ENDS: &[&str] = &[
    "Active Setup",
    "Control Panel",
    "Internet Explorer",
    "Internet Settings",
    "Image File Execution Options",
    "Session Manager",
    "Shell Folders",
    "Terminal Server",
    "Terminal Server Client",
    "Terminal Services",
    "Trusted Documents",
    "Trusted Locations",
    "User Shell Folders",
    "Windows Defender",
    "Windows Error Reporting",
    "Windows NT",
    "Windows Script Host",
    "Group Policy",
    "Security Center",
    "Silent Process Exit",
    "SilentProcessExit",
    "Command Processor",
    "Event Viewer",
    "Shell Extensions",
];

/// Whether a POSIX path starts at this slash.
pub(super) fn starts_posix(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
    let edge = match before {
        Some(byte) => {
            !token::is_word(byte)
                && !matches!(byte, b'/' | b'\\' | b')' | b']' | b'}' | b'%' | b'&' | b'+' | b'$')
        }
        None => true,
    };
    // Behind an HTTP method it is a request's path.
    let method = ["GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "PATCH "]
        .iter()
        .any(|verb| text.get(..at).is_some_and(|before| before.ends_with(verb)));
    let rest = text.get(at + 1..).unwrap_or_default();
    let first = rest.bytes().take_while(|byte| token::is_word(*byte)).count();
    let root = rest.get(..first).is_some_and(|first| ROOTS.contains(&first));
    edge && !method
        && root
        && rest.as_bytes().get(first) == Some(&b'/')
        && rest.as_bytes().get(first + 1).is_some_and(|byte| !byte.is_ascii_whitespace())
}

/// A stretch of a path as it is read.
struct PathStretch {
    end: usize,
    /// Start of the part that is being read.
    part: usize,
    /// Whether that part is only a placeholder so far.
    placeholder: bool,
    parentheses: u32,
}

/// The end of the path that starts at `start` and is known up to `from`; `None` when it is a template.
pub(super) fn path_end(text: &str, start: usize, from: usize, posix: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    if let Some(end) = quoted_end(text, start, from) {
        return Some(end);
    }
    let mut at = PathStretch { end: from, part: from, placeholder: false, parentheses: 0 };
    let limit = (start + PATH_BYTES_MAX).min(bytes.len());
    while at.end < limit {
        let byte = *bytes.get(at.end)?;
        crate::steps::add(1);
        match byte {
            b'*' => return None,
            b'/' | b'\\' if at.placeholder && at.end == at.part => at.end += 1,
            b'/' | b'\\' => {
                at.end += 1;
                at.part = at.end;
                at.placeholder = false;
            }
            b'<' | b'[' | b'{' => match placeholder_end(bytes, at.end) {
                Some(end) => {
                    at.placeholder = at.end == at.part && byte != b'{';
                    at.end = end;
                }
                None => break,
            },
            b'(' => {
                at.parentheses += 1;
                at.end += 1;
            }
            b')' if at.parentheses > 0 => {
                at.parentheses -= 1;
                at.end += 1;
            }
            b' ' => match behind_blank(text, &at, posix) {
                Some(end) => at.end = end,
                None => break,
            },
            0..=b' ' | b'"' | b'\'' | b'`' | b'|' | b'>' | b'?' | b',' | b';' | b')' | b']' | b'}' => break,
            b'&' if matches!(bytes.get(at.end + 1), None | Some(b' ' | b'&' | b'"')) => break,
            b'+' if ends_part(text, &at) || bytes.get(at.end + 1) == Some(&b'+') => break,
            b':' => {
                at.end = before_drive(bytes, at.end, at.part);
                break;
            }
            _ => {
                at.placeholder = false;
                at.end += 1;
            }
        }
    }
    let end = with_known_blanks(text, trimmed_end(bytes, start, at.end), at.part);
    let last = text.get(at.part.min(end)..end)?;
    let template = at.placeholder || last.starts_with(['[', '<']);
    let pattern = text.get(start..end)?.contains("]{");
    (!pattern && (!template || last.is_empty())).then_some(end)
}

/// Whether the part read so far ends in a known extension.
fn ends_part(text: &str, at: &PathStretch) -> bool {
    text.get(at.part..at.end).is_some_and(extension::ends_word)
}

/// Folders of the system that hold a blank and may end a path.
const KNOWN_PARTS: &[&str] = &[
    "Application Data",
    "Application Support",
    "Common Files",
    "Documents and Settings",
    "Google Chrome",
    "Internet Explorer",
    "Local Settings",
    "Microsoft Shared",
    "Program Files",
    "Program Files (x86)",
    "Start Menu",
    "System Volume Information",
    "User Data",
    "Windows Defender",
    "Windows NT",
];

/// The end of the path when its last part is a known name that goes on behind the blank.
fn with_known_blanks(text: &str, end: usize, part: usize) -> usize {
    let rest = text.get(part..).unwrap_or_default();
    let named = |name: &&&str| rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    KNOWN_PARTS.iter().filter(named).map(|name| part + name.len()).max().unwrap_or(end).max(end)
}

/// Takes the sentence's punctuation off.
fn trimmed_end(bytes: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && matches!(bytes.get(end - 1), Some(b'.' | b' ' | b',' | b'(' | b'-')) {
        end -= 1;
    }
    end
}

/// `…x.exeC:\…`: two paths run together; the second starts one letter before its colon.
fn before_drive(bytes: &[u8], colon: usize, part: usize) -> usize {
    let path_follows = bytes.get(colon + 1).is_some_and(|byte| path::is_separator(*byte));
    if path_follows && colon > part { colon - 1 } else { colon }
}

/// The closing bracket of a placeholder or GUID that opens here.
fn placeholder_end(bytes: &[u8], open: usize) -> Option<usize> {
    let close = match bytes.get(open)? {
        b'<' => b'>',
        b'[' => b']',
        _ => b'}',
    };
    let inside = bytes.get(open + 1..)?.iter().take(PLACEHOLDER_BYTES_MAX);
    let length = inside.clone().position(|byte| *byte == close)?;
    let plain = inside.take(length).all(|byte| *byte >= b' ' && !matches!(byte, b'"' | b'\\' | b'/' | b'|'));
    (plain && length > 0).then_some(open + length + 2)
}

/// The end of a path in quotes that hold nothing else.
fn quoted_end(text: &str, start: usize, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = start
        .checked_sub(1)
        .and_then(|before| bytes.get(before))
        .filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let rest = bytes.get(from..)?;
    let length = rest.iter().take(PATH_BYTES_MAX).position(|byte| byte == quote || *byte < b' ')?;
    crate::steps::add(length);
    let inside = text.get(from..from + length)?;
    let alone = rest.get(length) == Some(quote)
        && !inside.contains([':', '*', '?', '<', '>', '|', ','])
        && !inside.contains(" /")
        && !inside.contains(" -")
        && !inside.contains("[")
        && inside.split(' ').rev().skip(1).all(|word| !extension::ends_word(path::last_part(word)));
    (alone && length > 0).then_some(from + length)
}

/// Where reading goes on behind a blank, if the path does.
fn behind_blank(text: &str, at: &PathStretch, posix: bool) -> Option<usize> {
    let part = text.get(at.part..at.end)?;
    if part.is_empty() || part.ends_with(' ') || extension::ends_word(part) {
        return None;
    }
    let rest = text.get(at.end + 1..)?;
    if rest.starts_with("(x86)") {
        return Some(at.end + 6);
    }
    let stop = |byte: u8| {
        byte < b' '
            || matches!(
                byte,
                b'"' | b'*'
                    | b'?'
                    | b'|'
                    | b'<'
                    | b'>'
                    | b':'
                    | b';'
                    | b','
                    | b'\''
                    | b'`'
                    | b'['
                    | b']'
                    | b'='
                    | b'{'
            )
    };
    let length = rest.bytes().take(LOOK_AHEAD_BYTES_MAX).take_while(|byte| !stop(*byte)).count();
    crate::steps::add(length);
    let ahead = rest.as_bytes().get(..length)?;
    let ahead = std::str::from_utf8(ahead).ok()?;
    if ahead.starts_with(['-', '/', '\\', ' ', '(']) {
        return None;
    }
    if let Some(separator) = ahead.find(['\\', '/']) {
        let words = ahead.get(..separator)?;
        let share = ahead.get(separator..separator + 2) == Some("\\\\") && !part.contains('\\');
        let plain = !words.ends_with(' ') && !share && words.split(' ').count() <= 4;
        if plain && words.split(' ').all(|word| may_be_in_path(word, posix)) {
            return Some(at.end + 1 + separator);
        }
        return None;
    }
    let mut end = 0;
    for (count, word) in ahead.split(' ').enumerate().take(7) {
        let joins = count > 0 && matches!(word, "-" | "_");
        if !joins && !may_be_in_path(word, true) {
            return None;
        }
        end += word.len() + usize::from(count > 0);
        if extension::ends_word(word.trim_end_matches(['.', ')'])) {
            return Some(at.end + 1 + end);
        }
    }
    None
}

fn may_be_in_path(word: &str, capital: bool) -> bool {
    let first = word.chars().next();
    let starts =
        first.is_some_and(|letter| !capital || !letter.is_ascii_lowercase() && !matches!(letter, '-' | '/'));
    starts && !SENTENCE_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// The end of a registry key that is known up to `from`; `None` when it is a template.
pub(super) fn key_end(text: &str, start: usize, from: usize) -> Option<usize> {
    let boxed = start.checked_sub(1).and_then(|before| text.as_bytes().get(before)) == Some(&b'[');
    let inside = text
        .get(from..)?
        .bytes()
        .take(PATH_BYTES_MAX)
        .take_while(|byte| *byte >= b' ' && !matches!(byte, b']' | b'[' | b'<' | b'"' | b'='));
    if boxed {
        let length = inside.count();
        crate::steps::add(length);
        if length > 0 && text.as_bytes().get(from + length) == Some(&b']') {
            return Some(from + length);
        }
    }
    let end = path_end(text, start, from, false)?;
    let part = text.get(start..end)?.rfind(['\\', '/']).map_or(from, |at| start + at + 1);
    let rest = text.get(part..)?;
    let longer = KEY_ENDS
        .iter()
        .filter(|name| rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)))
        .map(|name| name.len())
        .max();
    let whole = longer.map_or(end, |length| end.max(part + length));
    let shown = text.get(start..whole)?;
    (!shown.contains("...")).then_some(whole)
}

/// The start of a file name whose last word starts at `word`: further left when the name holds blanks.
pub(super) fn name_start(text: &str, word: usize, end: usize, record: bool) -> usize {
    let mut window = word.saturating_sub(path::NAME_BYTES_MAX);
    while !text.is_char_boundary(window) {
        window += 1;
    }
    let before = text.get(window..word).unwrap_or_default();
    crate::steps::add(before.len());
    let before = before.rsplit('\n').next().unwrap_or_default();
    let line = word - before.len();
    quoted_name(text, line, word, end).or_else(|| field_name(before, line, word, record)).unwrap_or(word)
}

fn is_one_name(name: &str, words_max: usize) -> bool {
    let words = name.split(' ').count();
    let odd = |byte: u8| {
        matches!(
            byte,
            b'/' | b'\\' | b'=' | b'>' | b'<' | b'|' | b'$' | b':' | b'"' | b'*' | b'?' | b'`' | b';'
        )
    };
    let switch = name.split(' ').any(|word| {
        word.len() > 1 && word.starts_with('-') && word.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic)
    });
    let described = name.contains(" file ") || name.contains(" named ");
    let earlier =
        name.trim_end().split(' ').any(|word| extension::ends_word(word.trim_end_matches([',', ')'])));
    words <= words_max && !name.bytes().any(odd) && !switch && !earlier && !described
}

/// A name in quotes.
fn quoted_name(text: &str, line: usize, word: usize, end: usize) -> Option<usize> {
    let quote = *text.as_bytes().get(end).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let before = text.get(line..word)?;
    let open = before.bytes().rposition(|byte| byte == quote)?;
    let name = before.get(open + 1..)?;
    let opens = open == 0 || !before.as_bytes().get(open - 1).is_some_and(|byte| token::is_word(*byte));
    (opens && !name.is_empty() && !name.starts_with(' ') && is_one_name(name, 10)).then_some(line + open + 1)
}

/// A name that is all of a field: behind `File name:`, or in a line that records a file (it holds a hash).
fn field_name(before: &str, line: usize, word: usize, record: bool) -> Option<usize> {
    let colons = memchr::memrchr_iter(b':', before.as_bytes());
    let label = colons.map(|colon| colon + 2).find(|end| before.get(end - 1..*end) == Some(" "));
    if let Some(start) = label.filter(|end| is_name_label(before.get(..end - 2).unwrap_or_default())) {
        let name = before.get(start..)?;
        let blanks = name.len() - name.trim_start().len();
        return is_one_name(name.trim_start(), 16).then_some(line + start + blanks);
    }
    if !record {
        return None;
    }
    let start = last_end(before, &["  ", "\t", " - ", ": ", "|"])?;
    let name = before.get(start..)?;
    let sentence = name.split(' ').any(|word| DESCRIBING_WORDS.contains(&word));
    (!name.is_empty() && !name.starts_with('(') && !sentence && is_one_name(name, 8))
        .then_some(line + start)
        .filter(|start| *start < word)
}

/// The last place at which one of the marks, which close with a blank, a tab or a bar, ends.
fn last_end(text: &str, marks: &[&str]) -> Option<usize> {
    let text = text.as_bytes();
    let ends = |end: &usize| {
        let head = text.get(..*end).unwrap_or_default();
        matches!(head.last(), Some(b' ' | b'\t' | b'|'))
            && marks.iter().any(|mark| head.ends_with(mark.as_bytes()))
    };
    (1..=text.len()).rev().find(ends)
}

fn is_name_label(before: &str) -> bool {
    ["file name", "filename", "file-name", "file_name", "attachment name", "original name", "attachment"]
        .iter()
        .any(|label| {
            let start = before.len().checked_sub(label.len());
            let tail = start.and_then(|start| before.as_bytes().get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(label.as_bytes()))
        })
}
