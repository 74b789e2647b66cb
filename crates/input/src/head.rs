//! The first bytes of a document, and what they show: the one thing that every recogniser looks at.
//!
//! Keys of a JSON document and headers of a table are read once, whoever asks for them first.
//!
//! Invariant: what is shown is a function of the name and the bytes; a head may break off anywhere.

use crate::Document;
use crate::document::utf8;
use crate::table::{self, Column};
use std::cell::OnceCell;

/// How many keys of a JSON head are looked at.
const KEYS_MAX: usize = 500;

/// The first bytes of a document.
pub struct Head<'h> {
    /// The document's name, as the user would write it.
    pub name: &'h str,
    /// The file's name in lower case, without directories.
    pub file: String,
    /// The bytes.
    pub bytes: &'h [u8],
    /// The same as text, without byte order mark.
    pub text: &'h str,
    keys: OnceCell<Vec<Key<'h>>>,
    headers: OnceCell<Option<Vec<String>>>,
}

/// A key of the first object, and how deep its object lies (1 for the outermost).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'h> {
    /// How many objects are open around it, its own among them.
    pub depth: u32,
    /// The key.
    pub name: &'h str,
    /// The first byte of its value.
    pub value: u8,
}

impl<'h> Head<'h> {
    /// The head of a document whose bytes are of this text, see [`Document::head_decoded`].
    #[must_use]
    pub fn of_text(name: &'h str, text: &'h str) -> Self {
        Self::new(name, text.as_bytes(), text)
    }

    /// The head of a document that may hold anything; its text reaches as far as it is UTF-8.
    #[must_use]
    pub fn of_bytes(name: &'h str, bytes: &'h [u8]) -> Self {
        Self::new(name, bytes, utf8(bytes))
    }

    fn new(name: &'h str, bytes: &'h [u8], text: &'h str) -> Self {
        let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name).to_ascii_lowercase();
        let text = text.trim_start_matches('\u{feff}');
        Self { name, file, bytes, text, keys: OnceCell::new(), headers: OnceCell::new() }
    }

    /// Whether the document looks like JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    /// The keys of the first object of a JSON document, in order.
    pub fn keys(&self) -> &[Key<'h>] {
        self.keys.get_or_init(|| if self.is_json() { keys(self.text) } else { Vec::new() })
    }

    /// Whether the first object of a JSON document has this key at its top.
    #[must_use]
    pub fn has_key(&self, name: &str) -> bool {
        self.keys().iter().any(|key| key.depth == 1 && key.name == name)
    }

    /// Whether the text is in the head.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The headers of a table, in [`table::normal`] form; `None` when it is no table.
    pub fn headers(&self) -> Option<&[String]> {
        self.headers.get_or_init(|| table::headers(self.text)).as_deref()
    }

    /// Whether it is a table, neither JSON nor markup, whose headers satisfy the test.
    pub fn is_table(&self, test: impl Fn(&[String]) -> bool) -> bool {
        !self.is_json() && !self.text.trim_start().starts_with('<') && self.headers().is_some_and(test)
    }

    /// Whether it is a table that has one of these columns.
    #[must_use]
    pub fn has_column(&self, columns: &[Column], names: &[&str]) -> bool {
        let wanted: Vec<_> = columns.iter().filter(|column| names.contains(&column.name)).collect();
        let mut headers = self.headers().into_iter().flatten();
        headers.any(|header| wanted.iter().any(|column| column.is_named(header)))
    }

    /// Its first lines that are not empty, at most `count`, the last one only if it is whole.
    pub fn lines(&self, count: usize) -> impl Iterator<Item = &'h str> {
        let whole = match self.text.rfind('\n') {
            Some(end) if self.bytes.len() >= Document::HEAD_MAX => self.text.get(..end),
            _ => Some(self.text),
        };
        let lines = whole.unwrap_or_default().lines();
        lines.map(str::trim_end).filter(|line| !line.is_empty()).take(count)
    }

    /// Whether it is a page of HTML.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let text = self.text.trim_start();
        if !text.starts_with('<') {
            return false;
        }
        let start: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
        start.contains("<!doctype html") || start.contains("<html") || start.contains("<body")
    }

    /// Whether it has headings, tables or fences of Markdown, or a name of a Markdown file.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        self.file.ends_with(".md")
            || self.file.ends_with(".markdown")
            || self.text.lines().take(200).any(|line| {
                line.starts_with("# ")
                    || line.starts_with("## ")
                    || line.starts_with("|--")
                    || line.starts_with("```")
            })
    }
}

/// The keys of the first object of a JSON text that may break off anywhere.
fn keys(text: &str) -> Vec<Key<'_>> {
    let mut keys = Vec::new();
    let (mut depth, mut objects, mut started) = (0_u32, 0_u32, false);
    let mut at = 0;
    let bytes = text.as_bytes();
    // Whether each open bracket is an object; keys lie only directly in objects.
    let mut open: Vec<bool> = Vec::new();
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                objects += u32::from(byte == b'{');
                started |= byte == b'{';
                open.push(byte == b'{');
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                objects = objects.saturating_sub(u32::from(open.pop() == Some(true)));
                if started && objects == 0 {
                    break;
                }
            }
            b'"' => {
                let (string, end) = string(text, at);
                at = end;
                let after = text.get(end..).unwrap_or_default().trim_start();
                if open.last() == Some(&true)
                    && let Some(value) = after.strip_prefix(':')
                {
                    let value = value.trim_start().bytes().next().unwrap_or(0);
                    keys.push(Key { depth: objects, name: string, value });
                    if keys.len() >= KEYS_MAX {
                        break;
                    }
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// The string that starts at a quote, and the offset after it.
fn string(text: &str, at: usize) -> (&str, usize) {
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(at + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (text.get(at + 1..offset).unwrap_or_default(), offset + 1),
            _ => {}
        }
    }
    (text.get(at + 1..).unwrap_or_default(), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_first_object_with_their_depth() {
        let shown = |text: &str| {
            keys(text).iter().map(|key| format!("{}{}", key.depth, key.name)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(r#"[{"a":{"b":["x",{"c":1}]},"d":"e:\"f"},{"g":1}]"#), "1a 2b 3c 1d");
        assert_eq!(shown(r#"{"a":1} {"b":2}"#), "1a");
        assert_eq!(shown(r#"{"a":"brok"#), "1a");
    }
}
