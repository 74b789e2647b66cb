//! Plain text and Markdown as an article: lines stay lines; Markdown loses its marks but not its rows.

use super::text::{Article, title_of};

/// Plain text as it is.
pub(crate) fn plain(text: &str) -> Article {
    let mut article = Article::default();
    for (number, line) in (1..).zip(text.lines()) {
        article.on_line(number);
        article.text.push_str(line);
        article.text.push('\n');
    }
    article
}

/// Markdown: headings as `# heading`, table rows with ` | ` between cells, emphasis and link targets gone.
/// Code stays as written, for it holds commands and indicators.
pub(crate) fn markdown(text: &str) -> Article {
    let mut article = Article::default();
    let mut fenced = false;
    for (number, line) in (1..).zip(text.lines()) {
        article.on_line(number);
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
        } else if fenced {
            article.text.push_str(line);
        } else if trimmed.starts_with('|') {
            row(trimmed, &mut article.text);
        } else {
            inline(line, &mut article.text);
        }
        if article.title.is_none()
            && let Some(heading) = trimmed.strip_prefix("# ").filter(|_| !fenced)
        {
            article.title = title_of(heading.trim_end_matches('#'));
        }
        article.text.push('\n');
    }
    article
}

/// `| a | b |` as `a | b`; the line of dashes below a table's head is empty.
fn row(line: &str, out: &mut String) {
    if line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t')) {
        return;
    }
    let cells = line.trim().trim_matches('|').split('|').map(str::trim);
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            out.push_str(" | ");
        }
        inline(cell, out);
    }
}

/// Emphasis, code ticks and link targets taken away. Underscores and backslashes stay: names hold them.
fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'*' | b'`' | b']')) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        rest = if let Some(target) = from.strip_prefix("](") {
            if let Some(open) =
                out.rfind('[').filter(|open| !out.get(*open..).unwrap_or_default().contains('\n'))
            {
                out.remove(open);
            }
            link_end(target)
        } else if from.starts_with(']') {
            out.push(']');
            from.get(1..).unwrap_or_default()
        } else if from.starts_with("* ") && out.ends_with('\n') {
            out.push_str("- ");
            from.get(2..).unwrap_or_default()
        } else {
            from.get(1..).unwrap_or_default()
        };
    }
    out.push_str(rest);
}

/// What follows the `)` that closes a link's target.
fn link_end(target: &str) -> &str {
    let mut open = 0_u32;
    for (at, c) in target.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return target.get(at + 1..).unwrap_or_default(),
            ')' => open -= 1,
            _ => {}
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_loses_its_marks_and_keeps_its_rows() {
        let article = markdown(
            "# A title\n\nSee **this** [page](https://a.example/x_(y)) and `evil[.]example`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        );
        assert_eq!(article.title.as_deref(), Some("A title"));
        assert_eq!(article.text, "# A title\n\nSee this page and evil[.]example.\n\na | b\n\n1 | 2\n");
        assert_eq!(article.line_at(article.text.find("1 | 2").expect("there")), 7);
    }
}
