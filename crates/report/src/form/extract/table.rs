//! What reports mention on a terminal: each distinct value once, under its group.

use crate::Style;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::mention::{Distinct, NOT_CALLED_MALICIOUS, about, distinct, title};
use crate::words::phrase::{count_of, number};
use model::world::Report;
use std::io::{self, Write};

/// Writes the table.
pub(crate) fn write(reports: &[Report], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    for (index, report) in reports.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        page.whole(InkText::new(title(report), Ink::Bold));
        page.whole(InkText::dim(Shown::joined(about(report), " · ")));
        let groups = distinct(report);
        if groups.is_empty() {
            page.whole(InkText::dim("nothing found in it"));
        }
        for (name, values) in groups {
            page.blank();
            page.whole(
                InkText::new(Shown::of(&[&name, &"  "]), Ink::Bold).and(number(count_of(&values)), Ink::Dim),
            );
            let mut sentences = values.iter().map(Distinct::sentence).peekable();
            for distinct in &values {
                // Neighbours of one sentence are listed together, and the sentence follows once.
                let sentence = sentences.next().filter(|sentence| sentences.peek() != Some(sentence));
                value_rows(&mut page, distinct, sentence);
            }
        }
    }
    page.write(out)
}

fn value_rows(page: &mut TerminalPage, distinct: &Distinct<'_>, sentence: Option<Shown>) {
    let shown = distinct.shown();
    let sentence = sentence.filter(|sentence| !sentence.is_empty() && *sentence != shown);
    let mut line = InkText::plain("  ").and(shown, Ink::Plain);
    let place = distinct.place();
    if !place.is_empty() {
        line = line.and(Shown::of(&[&"  ", &place]), Ink::Dim);
    }
    if distinct.is_only_named() {
        line = line.and(Shown::of(&[&"  ", &NOT_CALLED_MALICIOUS]), Ink::Dim);
    }
    page.whole(line);
    if let Some(sentence) = sentence {
        page.indented(InkText::dim(sentence), 4);
    }
}
