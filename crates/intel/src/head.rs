//! The head of a document, looked at once for all formats: keys of a JSON document, headers of a table.

use input::table;
use std::cell::OnceCell;

/// How many keys of a JSON head are looked at.
const KEYS_MAX: usize = 500;

/// The first bytes of a document, and what they show.
pub(crate) struct Head<'h> {
    /// The file's name in lower case, without directories.
    pub(crate) name: String,
    pub(crate) text: &'h str,
    keys: Vec<Key<'h>>,
    headers: OnceCell<Option<Vec<String>>>,
}

/// A key of the first object, and how deep its object lies (1 for the outermost).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key<'h> {
    pub(crate) depth: u32,
    pub(crate) name: &'h str,
    /// The first byte of its value.
    pub(crate) value: u8,
}

impl<'h> Head<'h> {
    pub(crate) fn of(name: &str, text: &'h str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let file = name.rsplit(['/', '\\', '!']).next().unwrap_or(name).to_ascii_lowercase();
        let json = text.trim_start().starts_with(['{', '[']);
        let keys = if json { keys(text) } else { Vec::new() };
        Self { name: file, text, keys, headers: OnceCell::new() }
    }

    /// Whether the first object has this key at its top.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.depth == 1 && key.name == name)
    }

    /// Whether the document looks like JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    /// The keys of the first object, in order.
    pub(crate) fn keys(&self) -> &[Key<'h>] {
        &self.keys
    }

    /// Whether the text stands in the head.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// Whether it is a table whose headers (in normal form) satisfy the test.
    pub(crate) fn is_table(&self, test: impl Fn(&[String]) -> bool) -> bool {
        if self.is_json() || self.text.trim_start().starts_with('<') {
            return false;
        }
        self.headers.get_or_init(|| table::headers(self.text)).as_deref().is_some_and(test)
    }

    pub(crate) fn is_html(&self) -> bool {
        let text = self.text.trim_start();
        if !text.starts_with('<') {
            return false;
        }
        let start: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
        start.contains("<!doctype html") || start.contains("<html") || start.contains("<body")
    }

    /// Headings, tables or links of Markdown.
    pub(crate) fn is_markdown(&self) -> bool {
        self.name.ends_with(".md")
            || self.name.ends_with(".markdown")
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
    // Whether each open bracket is an object; keys stand only directly in objects.
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
