//! A Markdown document in the making: headings, lists, tables and fences around escaped text.
//!
//! CommonMark with GitHub's tables. Text from outside cannot start a table cell, a link, a heading or HTML; a
//! fence is longer than any run of backticks in it.

use crate::safe::shown::Shown;

/// Lines of one list.
const LINES_MAX: usize = 200;

/// Markdown in the making.
#[derive(Default)]
pub(crate) struct MarkdownText(pub(super) String);

impl MarkdownText {
    pub(super) fn heading(&mut self, level: usize, text: &Shown) {
        self.0.push_str(&"#".repeat(level));
        self.0.push(' ');
        self.0.push_str(&escaped(text));
        self.0.push_str("\n\n");
    }

    pub(super) fn paragraph(&mut self, text: &Shown) {
        self.0.push_str(&escaped(text));
        self.0.push_str("\n\n");
    }

    pub(super) fn list(&mut self, items: Vec<Shown>) {
        let left = items.len().saturating_sub(LINES_MAX);
        for item in items.into_iter().take(LINES_MAX) {
            self.0.push_str("- ");
            self.0.push_str(&escaped(&item));
            self.0.push('\n');
        }
        if left > 0 {
            self.0.push_str(&format!("- … and {left} more; JSON holds all\n"));
        }
        self.0.push('\n');
    }

    pub(super) fn table(&mut self, head: &[&'static str], rows: Vec<Vec<Shown>>) {
        self.0.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
        for row in rows {
            let cells: Vec<String> = row.iter().map(escaped).collect();
            self.0.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        self.0.push('\n');
    }

    pub(super) fn fence(&mut self, lines: &[Shown]) {
        let longest = lines.iter().map(|line| backticks(line.as_str())).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        self.0.push_str(&format!("{fence}text\n"));
        for line in lines {
            self.0.push_str(line.as_str());
            self.0.push('\n');
        }
        self.0.push_str(&format!("{fence}\n\n"));
    }
}

/// The longest run of backticks.
fn backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text that Markdown shows as it is.
pub(super) fn escaped(text: &Shown) -> String {
    let text = text.as_str();
    let mut out = String::with_capacity(text.len() + 8);
    // `12.` and `12)` at the start would open a list.
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | '=' if at == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if at > 0 && at == digits => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    pub(super) fn nothing_from_outside_becomes_markup() {
        let shown = Shown::exact("<b>|`x`_y_[z](u)#! &amp; $1$");
        assert_eq!(escaped(&shown), r"&lt;b&gt;\|\`x\`\_y\_\[z\](u)\#\! &amp;amp; \$1\$");
        assert_eq!(escaped(&Shown::exact("- a")), r"\- a");
        assert_eq!(escaped(&Shown::exact("12. a 1.2")), r"12\. a 1.2");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut page = MarkdownText::default();
        page.fence(&[Shown::exact("a ````"), Shown::exact("b")]);
        assert_eq!(page.0, "`````text\na ````\nb\n`````\n\n");
    }
}
