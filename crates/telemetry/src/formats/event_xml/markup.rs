//! XML as its marks, one after the other, borrowed from the text: what event logs need of it and no more.
//!
//! "Extensible Markup Language (XML) 1.0", fifth edition. Comments, processing instructions and document type
//! declarations are passed over; only the five predefined entities and character references are resolved
//! (section 4.6), so nothing can expand. What is not well-formed is taken as text, never refused: whether the
//! marks make an event is for the caller. It is our own and not a crate, because fields must borrow from the text, and
//! because this file is shorter than the code that would limit a general parser.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark<'t> {
    /// `<name attributes>`, or with `/>` at its end.
    Open {
        /// The name, with its prefix if it has one.
        name: &'t str,
        /// What follows the name, for [`attributes`].
        attributes: &'t str,
        /// Whether the element ends at once.
        empty: bool,
    },
    /// `</name>`.
    Close,
    /// Text with entities in it.
    Text(&'t str),
    /// Text as it is (CDATA).
    Literal(&'t str),
}

/// The marks of a text.
pub(crate) struct Marks<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Marks<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// How far the text has been read.
    pub(crate) fn read(&self) -> usize {
        self.at
    }

    /// Passes over what ends with this; to the end when it never does.
    fn pass(&mut self, start: usize, end: &str) -> &'t str {
        let rest = self.text.get(self.at + start..).unwrap_or_default();
        let length = memchr::memmem::find(rest.as_bytes(), end.as_bytes());
        let inside = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
        self.at += start + inside.len() + length.map_or(0, |_| end.len());
        self.at = self.at.min(self.text.len());
        inside
    }
}

impl<'t> Iterator for Marks<'t> {
    type Item = Mark<'t>;

    fn next(&mut self) -> Option<Mark<'t>> {
        loop {
            let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
            let Some(mark) = rest.strip_prefix('<') else {
                let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += length;
                return rest.get(..length).map(Mark::Text);
            };
            if mark.starts_with("![CDATA[") {
                return Some(Mark::Literal(self.pass("<![CDATA[".len(), "]]>")));
            }
            if mark.starts_with("!--") {
                self.pass("<!--".len(), "-->");
            } else if mark.starts_with('?') {
                self.pass("<?".len(), "?>");
            } else if mark.starts_with('!') {
                self.pass("<!".len(), ">");
            } else if mark.starts_with('/') {
                self.pass("</".len(), ">");
                return Some(Mark::Close);
            } else {
                return Some(self.open(mark));
            }
        }
    }
}

impl<'t> Marks<'t> {
    /// The mark that opens an element; `mark` is behind its `<`.
    fn open(&mut self, mark: &'t str) -> Mark<'t> {
        let mut quote = None;
        let end = mark.bytes().position(|byte| {
            match quote {
                Some(open) if open == byte => quote = None,
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                _ => {}
            }
            quote.is_none() && byte == b'>'
        });
        let inside = mark.get(..end.unwrap_or(mark.len())).unwrap_or_default();
        self.at += 1 + inside.len() + usize::from(end.is_some());
        let (inside, empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let length = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(length).unwrap_or((inside, ""));
        Mark::Open { name, attributes, empty }
    }
}

/// The attributes of an element: names, and values with entities in them; either quote may be used.
pub(crate) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_ascii_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        rest = after;
        Some((name.trim_ascii(), value))
    })
}

/// The text with its entities resolved; `None` when it has none. What is no entity stays as it is.
pub(crate) fn resolved(text: &str) -> Option<String> {
    memchr::memchr(b'&', text.as_bytes())?;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 10);
        match entity.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((character, after)) => {
                plain.push(character);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// The character that an entity means.
fn character(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let code = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let show = |mark| match mark {
            Mark::Open { name, attributes, empty } => {
                let attributes: Vec<_> = super::attributes(attributes).collect();
                format!("<{name} {attributes:?}{}", if empty { "/" } else { "" })
            }
            Mark::Close => "</".into(),
            Mark::Text(text) => text.into(),
            Mark::Literal(text) => format!("[{text}]"),
        };
        Marks::of(text).map(show).collect()
    }

    #[test]
    fn marks_in_their_forms() {
        assert_eq!(
            shown("<?xml version='1.0'?><!-- a<b --><a x='1>' y = \"2'\"><b/>t<![CDATA[<c>]]></a>"),
            [r#"<a [("x", "1>"), ("y", "2'")]"#, "<b []/", "t", "[<c>]", "</"]
        );
    }

    #[test]
    fn what_is_cut_off_ends() {
        for text in ["<", "<a", "<a x='", "</", "<!--", "<![CDATA[x", "<?", "&", "<a/"] {
            assert!(shown(text).len() <= 1, "{text}");
        }
    }

    #[test]
    fn entities_are_resolved_and_nothing_else_is() {
        let shown = |text| resolved(text).unwrap_or_default();
        assert_eq!(shown("&lt;&gt;&amp;&quot;&apos;&#65;&#x42;"), "<>&\"'AB");
        assert_eq!(shown("a & b &nbsp; &#xD800; &"), "a & b &nbsp; &#xD800; &");
        assert_eq!(resolved("plain"), None);
    }
}
