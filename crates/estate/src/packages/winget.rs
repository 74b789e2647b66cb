//! `winget list`: what Windows has installed, in columns (learn.microsoft.com, "winget list").
//!
//! The heads are written in the language of Windows, so that columns are known by their place: name, identifier,
//! version. Their width is counted in cells of a terminal, of which an East Asian character takes two. The identifier
//! is no name of a maker: it is not used as one.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

/// The cells at which the columns begin.
type Starts = Vec<usize>;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let mut lines = head.lines(12).map(shown).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some_and(|next| is_rule(next)) {
            return starts(line).is_some();
        }
    }
    false
}

/// What is left of a line whose beginning a progress mark wrote over.
fn shown(line: &str) -> &str {
    line.rsplit('\r').next().unwrap_or(line)
}

fn is_rule(line: &str) -> bool {
    line.len() >= 20 && line.bytes().all(|byte| byte == b'-')
}

/// Where the columns begin, of a head with at least name, identifier and version.
fn starts(head: &str) -> Option<Starts> {
    let (mut starts, mut cell, mut blank) = (Vec::new(), 0, true);
    for c in head.chars() {
        if !c.is_whitespace() && blank {
            starts.push(cell);
        }
        blank = c.is_whitespace();
        cell += cells_of(c);
    }
    let second = head.split_whitespace().nth(1)?;
    (starts.len() >= 3 && second.eq_ignore_ascii_case("id")).then_some(starts)
}

/// How many cells a character takes (Unicode TR 11, wide characters).
fn cells_of(c: char) -> usize {
    let wide = matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6);
    1 + usize::from(wide)
}

/// The text between two cells.
fn column(line: &str, starts: &Starts, at: usize) -> String {
    let (from, to) =
        (starts.get(at).copied().unwrap_or(usize::MAX), starts.get(at + 1).copied().unwrap_or(usize::MAX));
    let (mut text, mut cell) = (String::new(), 0);
    for c in line.chars() {
        if cell >= from && cell < to {
            text.push(c);
        }
        cell += cells_of(c);
    }
    text.trim().to_owned()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut columns, mut last) = (None, String::new());
    text::lines(document, problems, &mut |number, line, problems| {
        let line = shown(line);
        if is_rule(line) {
            columns = starts(&last);
            return;
        }
        let Some(columns) = &columns else {
            line.clone_into(&mut last);
            return;
        };
        let (name, version) = (column(line, columns, 0), column(line, columns, 2));
        if line.trim().is_empty() || line.split_whitespace().count() < 2 {
            return;
        }
        let identifier = column(line, columns, 1);
        // A foot in words: `3 upgrades available.`
        if identifier.is_empty() && version.is_empty() {
            return;
        }
        if name.is_empty() || identifier.contains(' ') {
            return text::not_used(problems, number, "not a row of winget list", None);
        }
        if name.ends_with('…') {
            let help = Some("write the list into a file from a wider terminal");
            return text::not_used(problems, number, "a name that winget cut off", help);
        }
        let exact = !version.is_empty() && !version.starts_with(['<', '>']) && version != "Unknown";
        let component = software::component(
            &source,
            Place::Line(number),
            &name,
            Some(&version).filter(|_| exact).map(String::as_str),
        );
        each(Fact::Component(component));
    });
}
