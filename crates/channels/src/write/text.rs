//! A page as plain text: labels in a column of their own, 72 columns wide, complete without the HTML beside it.
//!
//! Words are never broken: a hash or a path that is longer than its column is on a line of its own, to be copied whole.

use super::page::{Page, Part};
use model::Says;
use unicode_width::UnicodeWidthStr;

/// RFC 3676 and old habit: quoted twice it still fits into 80.
const WIDTH: usize = 72;
/// How wide the column of labels is: the longest usual label (`GENUINE?`) and two blanks.
const LABELS: usize = 10;

/// The page as lines that end with `\n`.
pub(crate) fn write(page: &Page, id: &str) -> String {
    let mut out = String::new();
    let head = [page.marking.map(str::to_owned), Some(page.verdict()), page.short_id.clone()];
    out.push_str(&head.into_iter().flatten().collect::<Vec<_>>().join("  "));
    out.push_str("\n\n");
    push(&mut out, "", 0, &page.title);
    out.push('\n');
    push(&mut out, "", 0, &page.origin());
    for part in &page.parts {
        out.push('\n');
        push_part(&mut out, part);
    }
    if let Some(left_out) = &page.left_out {
        out.push('\n');
        push(&mut out, "", 0, left_out);
    }
    out.push_str("\n-- \n");
    push(&mut out, "", 0, &format!("outpace, notice {id}"));
    if let Some(marking) = page.marking {
        push(&mut out, "", 0, marking);
    }
    out
}

fn push_part(out: &mut String, part: &Part) {
    let mut label = part.label.as_str();
    let mut entry = |mark: &str, indent: usize, text: &str| {
        let mut head = format!("{label:<LABELS$}");
        // A label that fills its column has a line of its own.
        if label.width() >= LABELS {
            push(out, "", 0, label);
            head = " ".repeat(LABELS);
        }
        label = "";
        push(out, &format!("{head}{mark}"), LABELS + indent, text);
    };
    match &part.says {
        Says::Text(text) => entry("", 0, text),
        Says::Steps(steps) => {
            for (number, step) in (1..).zip(steps) {
                entry(&format!("{number:>2} "), 3, step);
            }
        }
        Says::Lines(lines) => lines.iter().for_each(|line| entry("", 2, line)),
    }
    if let Some(left_out) = &part.left_out {
        entry("", 0, left_out);
    }
}

/// Adds a paragraph: its first line behind `head`, the others behind so many blanks. What fits on one line is as it was
/// given: rows may have columns.
fn push(out: &mut String, head: &str, indent: usize, text: &str) {
    let mut column = head.width();
    if column + text.width() <= WIDTH {
        out.push_str(format!("{head}{text}").trim_end_matches(' '));
        out.push('\n');
        return;
    }
    let mut begun = false;
    out.push_str(head);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        if begun && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if begun {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
        begun = true;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_words_are_whole() {
        let mut out = String::new();
        push(&mut out, "WHAT      ", 10, &"word ".repeat(20));
        push(&mut out, "PROOF     ", 10, &format!("see {}", "f".repeat(80)));
        let widths: Vec<usize> = out.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(widths, [69, 49, 13, 90]);
        out.clear();
        push(&mut out, "EXPOSED   ", 12, "app-1  CVE-2021-44228  attend ");
        assert_eq!(out, "EXPOSED   app-1  CVE-2021-44228  attend\n");
    }
}
