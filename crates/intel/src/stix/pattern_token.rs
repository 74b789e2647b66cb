//! The tokens of a STIX pattern (STIX 2.1, section 9, and its published grammar). Comments are no tokens.

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'p> {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    /// An object path: `file:hashes.'SHA-256'`.
    Path(&'p str),
    Word(&'p str),
    Operator(&'p str),
    Text(String),
}

/// The tokens of a pattern, and whether all of it was understood.
pub(super) fn tokens(pattern: &str) -> (Vec<Token<'_>>, bool) {
    let (mut all, mut whole) = (Vec::new(), true);
    let mut rest = pattern.trim_start();
    while let Some(c) = rest.chars().next() {
        let (token, used) = match c {
            '[' => (Some(Token::Open), 1),
            ']' => (Some(Token::Close), 1),
            '(' => (Some(Token::OpenList), 1),
            ')' => (Some(Token::CloseList), 1),
            ',' => (Some(Token::Comma), 1),
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map(|end| end + 2);
                whole &= end.is_some();
                (None, end.unwrap_or(rest.len()))
            }
            '/' if rest.starts_with("//") => (None, rest.find(['\n', '\r']).unwrap_or(rest.len())),
            '\'' => match quoted(rest) {
                Some((text, used)) => (Some(Token::Text(text)), used),
                None => return (all, false),
            },
            '=' | '!' | '<' | '>' => {
                let used = rest.find(|c| !matches!(c, '=' | '!' | '<' | '>')).unwrap_or(rest.len());
                (rest.get(..used).map(Token::Operator), used)
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '-' | '+') => {
                let used = word(rest);
                let text = rest.get(..used).unwrap_or_default();
                (Some(if text.contains(':') { Token::Path(text) } else { Token::Word(text) }), used)
            }
            other => {
                whole = false;
                (None, other.len_utf8())
            }
        };
        all.extend(token);
        rest = rest.get(used..).unwrap_or_default().trim_start();
    }
    (all, whole)
}

/// A quoted string, its escapes undone, and how many bytes it takes.
fn quoted(rest: &str) -> Option<(String, usize)> {
    let (mut text, mut escaped) = (String::new(), false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '\'' => return Some((text, at + 1)),
            _ => text.push(c),
        }
    }
    None
}

/// How far a word or object path goes; quoted keys and list indexes belong to a path.
fn word(rest: &str) -> usize {
    let (mut quote, mut index, mut path) = (None, false, false);
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') if path => quote = Some(c),
            (None, '[') if path => index = true,
            (None, ']') if index => index = false,
            (None, ':') => path = true,
            (None, c) if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*' | '+') => {}
            _ => return at,
        }
    }
    rest.len()
}
