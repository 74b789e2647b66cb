//! The words of a Rust file that are code: comments, contents of texts and items for tests are left out.
//!
//! A few dozen lines instead of a parser: paths and `use` lines are all that is asked for, and rustfmt has seen every
//! file. A text that is cut wrongly would show as a name that nobody defines, which takes nothing.

/// A name, or one sign of punctuation; `::` is one sign.
pub(super) type Word = String;

/// The words of a file, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => text_length(rest, 0),
            'r' | 'b' | 'c' if opens_text(rest) => {
                let start = rest.find('"').unwrap_or(0);
                let hashes = rest.get(..start).unwrap_or_default().matches('#').count();
                start
                    + raw_or_plain(
                        rest.get(start..).unwrap_or_default(),
                        rest.starts_with('r') || rest.starts_with("br"),
                        hashes,
                    )
            }
            '\'' => quote_length(rest),
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                words.push(rest.get(..end).unwrap_or_default().to_owned());
                end
            }
            ':' if rest.starts_with("::") => {
                words.push("::".to_owned());
                2
            }
            _ => {
                if !first.is_whitespace() {
                    words.push(first.to_string());
                }
                first.len_utf8()
            }
        };
        rest = rest.get(length.max(1)..).unwrap_or_default();
    }
    without_tests(words)
}

/// Whether a text with a prefix begins here: `r"`, `r#"`, `b"`, `br#"`, `c"`.
fn opens_text(rest: &str) -> bool {
    let after = rest.trim_start_matches(['r', 'b', 'c']);
    rest.len() - after.len() <= 2 && after.trim_start_matches('#').starts_with('"')
}

fn raw_or_plain(rest: &str, raw: bool, hashes: usize) -> usize {
    if !raw {
        return text_length(rest, 0);
    }
    let end = format!("\"{}", "#".repeat(hashes));
    rest.get(1..).and_then(|inner| inner.find(&end)).map_or(rest.len(), |at| at + 1 + end.len())
}

/// The length of a text in quotes that may hold escapes.
fn text_length(rest: &str, _: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character in quotes, or of the quote of a lifetime.
fn quote_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest.get(3..).and_then(|inner| inner.find('\'')).map_or(1, |at| at + 4),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Without what follows `#[cfg(test)]`: an item up to its closing brace or its semicolon.
fn without_tests(words: Vec<Word>) -> Vec<Word> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let marked = words.iter().skip(at).take(MARK.len()).eq(MARK.iter());
        if !marked {
            kept.push(word.clone());
            at += 1;
            continue;
        }
        at += MARK.len();
        let mut depth = 0_usize;
        while let Some(word) = words.get(at) {
            at += 1;
            match word.as_str() {
                "{" => depth += 1,
                "}" if depth == 1 => break,
                "}" => depth -= 1,
                ";" if depth == 0 => break,
                _ => {}
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_comments_and_tests_are_left_out() {
        let text = "use a::b; // c\nconst D: &str = r#\"e \"f\" \"#; let g = '\"'; let h: &'x str = \"i\\\"j\"; \
                    #[cfg(test)] mod tests { use k; { l } } fn m() { '\\u{41}' }";
        let words = words(text);
        for absent in ["c", "e", "f", "i", "j", "k", "l", "u"] {
            assert!(!words.iter().any(|word| word == absent), "{absent}: {words:?}");
        }
        for there in ["a", "::", "b", "D", "g", "h", "x", "m"] {
            assert!(words.iter().any(|word| word == there), "{there}: {words:?}");
        }
    }
}
