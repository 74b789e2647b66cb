//! Words of a passage: strong words, values in backticks, links as text and target.
//!
//! Everything else of Markdown's marks inside of a line is left as it is: an asterisk in a path or an underscore in a name
//! is part of what the author says.

use model::publication::Piece;

/// The pieces of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[', '\\']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        let step = mark(from);
        match step.piece {
            Some(Piece::Plain(words)) => plain.push_str(&words),
            Some(piece) => {
                flush(&mut plain, &mut pieces);
                pieces.push(piece);
            }
            None => {}
        }
        rest = from.get(step.bytes..).unwrap_or_default();
    }
    plain.push_str(rest);
    flush(&mut plain, &mut pieces);
    pieces
}

fn flush(plain: &mut String, pieces: &mut Vec<Piece>) {
    if !plain.is_empty() {
        pieces.push(Piece::Plain(std::mem::take(plain)));
    }
}

/// What a mark gives, and how many bytes it takes.
struct Step {
    piece: Option<Piece>,
    bytes: usize,
}

/// The mark at the beginning of a text; a sign that marks nothing is itself.
fn mark(from: &str) -> Step {
    let step = |piece, bytes| Step { piece: Some(piece), bytes };
    let between = |mark: &str| {
        let inside = from.strip_prefix(mark)?;
        let end = inside.find(mark).filter(|end| *end > 0)?;
        Some((inside.get(..end)?.to_owned(), mark.len() * 2 + end))
    };
    if let Some(sign) = from.strip_prefix('\\').and_then(|rest| rest.chars().next()) {
        // Only what this reader reads as a mark can be escaped: a path keeps its separators.
        return if matches!(sign, '*' | '`' | '[' | ']') {
            step(Piece::Plain(sign.to_string()), 2)
        } else {
            step(Piece::Plain("\\".to_owned()), 1)
        };
    }
    if let Some((words, bytes)) = between("``").or_else(|| between("`")) {
        return step(Piece::Value(words.trim().to_owned()), bytes);
    }
    if let Some((words, bytes)) = between("**").filter(|(words, _)| !words.starts_with(' ')) {
        return step(Piece::Strong(words.replace('`', "")), bytes);
    }
    if let Some((words, bytes)) = between("*").filter(|(words, _)| !words.starts_with([' ', '*'])) {
        return step(Piece::Plain(words), bytes);
    }
    if let Some((words, bytes)) = link(from) {
        return step(Piece::Plain(words), bytes);
    }
    let first = from.chars().next().map_or(1, char::len_utf8);
    step(Piece::Plain(from.get(..first).unwrap_or_default().to_owned()), first)
}

/// `[text](target)` as its text and its target in parentheses, so that nothing a reader could follow is hidden.
fn link(from: &str) -> Option<(String, usize)> {
    let inside = from.strip_prefix('[')?;
    let (text, target) = inside.split_once("](")?;
    if text.contains(['[', ']']) {
        return None;
    }
    let (target, _) = target.split_once(')')?;
    let words = if target == text { text.to_owned() } else { format!("{text} ({target})") };
    Some((words, text.len() + target.len() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_kinds_and_signs_stay() {
        let plain = |words: &str| Piece::Plain(words.to_owned());
        for (text, expected) in [
            ("a `b` c", vec![plain("a "), Piece::Value("b".to_owned()), plain(" c")]),
            ("**a** *b*", vec![Piece::Strong("a".to_owned()), plain(" b")]),
            (r"C:\Temp\*.exe", vec![plain(r"C:\Temp*.exe")]),
            (r"C:\Temp\x_y", vec![plain(r"C:\Temp\x_y")]),
            ("see [it](https://x.example/a)", vec![plain("see it (https://x.example/a)")]),
            ("evil[.]example", vec![plain("evil[.]example")]),
            ("2 * 3 ** 4", vec![plain("2 * 3 ** 4")]),
            ("`", vec![plain("`")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
