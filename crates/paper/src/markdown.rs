//! A document as Markdown: CommonMark with the tables of GitHub's dialect.
//!
//! Text for a ticket, a wiki or a pull request. Every letter that could begin markup, HTML or a link is escaped; a table
//! cell has no line ends. Bars become a table of their counts: a picture of letters would not be read aloud.

use crate::document::{Align, Bars, Block, Column, Document, Head, Span, Table, Text};
use crate::ready;

/// The document as Markdown.
#[must_use]
pub fn markdown(document: &Document) -> String {
    let ready = ready::document(document);
    let mut out = String::new();
    masthead(&ready.head, &mut out);
    for each in &ready.blocks {
        block(each, &mut out);
    }
    if !ready.head.marking.is_empty() {
        out.push_str(&format!("**{}**\n", escaped(&ready.head.marking)));
    }
    out
}

/// Title, then one line for each thing that is known of the document.
fn masthead(head: &Head, out: &mut String) {
    if !head.marking.is_empty() {
        out.push_str(&format!("**{}**\n\n", escaped(&head.marking)));
    }
    let title: Vec<&str> =
        [&head.organisation, &head.title].into_iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
    if !title.is_empty() {
        out.push_str(&format!("# {}\n\n", escaped(&title.join(": "))));
    }
    let line: Vec<String> = [&head.dateline, &head.id, &head.remark]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| escaped(part))
        .collect();
    if !line.is_empty() {
        out.push_str(&format!("{}\n\n", line.join(" · ")));
    }
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Lead(words) => out.push_str(&format!("**{}**\n\n", escaped(&words.words()))),
        Block::Heading(words) => out.push_str(&format!("## {}\n\n", text(words))),
        Block::Subheading(words) => out.push_str(&format!("### {}\n\n", text(words))),
        Block::Paragraph(words) => out.push_str(&format!("{}\n\n", text(words))),
        Block::Note(words) => out.push_str(&format!("> {}\n\n", text(words))),
        Block::Bullets(items) => list(items.iter().map(|item| ("- ".to_owned(), item)), out),
        Block::Numbered(items) => {
            list(items.iter().enumerate().map(|(n, item)| (format!("{}. ", n + 1), item)), out);
        }
        Block::Table(table) => self::table(table, out),
        Block::KeyValues(pairs) => {
            for pair in pairs {
                let words = format!("**{}**", escaped(&pair.key.words()));
                out.push_str(&format!("- {words}: {}\n", text(&pair.value)));
            }
            out.push('\n');
        }
        Block::Bars(bars) => self::table(&counts(bars), out),
        Block::PageBreak => out.push_str("---\n\n"),
    }
}

fn list<'t>(items: impl Iterator<Item = (String, &'t Text)>, out: &mut String) {
    for (sign, item) in items {
        out.push_str(&format!("{sign}{}\n", text(item)));
    }
    out.push('\n');
}

fn table(table: &Table, out: &mut String) {
    if !table.caption.is_empty() {
        out.push_str(&format!("{}\n\n", text(&table.caption)));
    }
    let titles: Vec<String> = table.columns.iter().map(|column| text(&column.title)).collect();
    out.push_str(&row(&titles));
    out.push('|');
    for column in &table.columns {
        out.push_str(match column.align {
            Align::Start => " --- |",
            Align::End => " ---: |",
        });
    }
    out.push('\n');
    for cells in &table.rows {
        out.push_str(&row(&cells.iter().map(text).collect::<Vec<_>>()));
    }
    if table.rows.is_empty() {
        out.push_str(&row(&["none".to_owned()]));
    }
    if let Some(totals) = &table.totals {
        let strong = |cell: &Text| {
            let words = escaped(&cell.words());
            if words.is_empty() { words } else { format!("**{words}**") }
        };
        out.push_str(&row(&totals.iter().map(strong).collect::<Vec<_>>()));
    }
    out.push('\n');
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The counts of bars as a table: a row for each series, a column for each period.
pub(crate) fn counts(bars: &Bars) -> Table {
    let count =
        |count: &Option<u64>| count.map_or_else(|| Text::new().soft("unknown"), |n| n.to_string().into());
    let compared = bars.series.iter().any(|series| series.before.is_some());
    let mut columns = vec![Column::words("", 3)];
    columns.extend(bars.periods.iter().map(|period| Column::numbers(period.as_str(), 1)));
    if compared {
        columns.push(Column::numbers("before", 1));
    }
    let rows = bars.series.iter().map(|series| {
        let mut cells = vec![series.label.clone()];
        cells.extend(series.counts.iter().map(count));
        if compared {
            cells.push(series.before.map_or_else(Text::new, |n| n.to_string().into()));
        }
        cells
    });
    Table { caption: bars.caption.clone(), columns, rows: rows.collect(), totals: None }
}

/// A row of spans; a span without letters is nothing.
fn text(text: &Text) -> String {
    let mut out = String::new();
    for span in &text.0 {
        // A sign of emphasis beside a space is read as a sign: spaces stay outside.
        let words = span.words();
        let inner = words.trim();
        let (front, back) = match words.find(inner) {
            Some(at) if !inner.is_empty() => {
                (words.get(..at).unwrap_or_default(), words.get(at + inner.len()..).unwrap_or_default())
            }
            _ => (words, ""),
        };
        out.push_str(front);
        if inner.is_empty() {
            continue;
        }
        match span {
            Span::Plain(_) | Span::Soft(_) => out.push_str(&letters(inner)),
            Span::Strong(_) => out.push_str(&format!("**{}**", letters(inner))),
            Span::Value(_) => out.push_str(&code(inner)),
        }
        out.push_str(back);
    }
    // Four spaces before a text would make it code.
    guarded(out.trim().to_owned())
}

/// A value between backticks, where nothing else is markup.
fn code(value: &str) -> String {
    if value.contains(['`', '|']) {
        // Readers do not agree on what holds a backtick, or a bar inside a table.
        return letters(value);
    }
    format!("`{value}`")
}

/// A whole line of text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    guarded(letters(text.trim()))
}

/// Letters that Markdown shows as they are, inside a line.
fn letters(text: &str) -> String {
    // GitHub makes a link of these without any markup.
    let text = text.replace("://", ":\u{0}//").replace("www.", "www\u{0}.");
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '\0' => out.push('\\'),
            c => out.push(c),
        }
    }
    out
}

/// A text whose first letters do not begin a list, a rule or a heading: `- a`, `12. a`, `=`.
fn guarded(text: String) -> String {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let at = if text.starts_with(['-', '+', '=', ':']) {
        0
    } else if digits > 0 && text.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')'])) {
        digits
    } else {
        return text;
    };
    let (front, rest) = text.split_at_checked(at).unwrap_or(("", &text));
    format!("{front}\\{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(
            escaped("<b>|`x`_y_[z](u)#! &amp; $1$"),
            r"&lt;b&gt;\|\`x\`\_y\_\[z\](u)\#\! &amp;amp; \$1\$"
        );
        assert_eq!(escaped("https://a.example www.a.example"), r"https:\//a.example www\.a.example");
        assert_eq!(text(&"- a".into()), r"\- a");
        assert_eq!(text(&"    - a ".into()), r"\- a");
        assert_eq!(text(&"12. a 1.2".into()), r"12\. a 1.2");
        assert_eq!(text(&Text::new().value("- a")), "`- a`");
        assert_eq!(text(&Text::new().value("a`|b")), r"a\`\|b");
        assert_eq!(text(&Text::new().plain("a").strong(" b ").plain("c")), "a **b** c");
    }
}
