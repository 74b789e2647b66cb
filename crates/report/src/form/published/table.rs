//! What is published, for its author on a terminal: the version, the marking, each indicator with its line and sentence.

use crate::Style;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::mention::{group, value};
use crate::words::phrase::number_of;
use model::publication::{Edition, Named};
use std::io::{self, Write};

/// Writes the table.
pub(super) fn write(edition: &Edition, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    let publication = &edition.publication;
    page.whole(InkText::new(Shown::prose(&publication.title), Ink::Bold));
    let version = u64::from(edition.version);
    page.whole(InkText::dim(Shown::of(&[
        &Shown::exact(&publication.id),
        &" · version ",
        &version,
        &" · ",
        &edition.state(),
        &" · ",
        &edition.marking(),
        &" · ",
        &Shown::prose(&publication.author),
    ])));
    if let Some(last) = edition.corrections.last() {
        page.whole(InkText::plain(Shown::prose(&last.note)));
    }
    if edition.left_out > 0 {
        page.whole(InkText::plain(Shown::of(&[
            &counted(edition.left_out, "passage", "passages"),
            &" left out",
        ])));
    }
    let (signs, others): (Vec<&Named>, Vec<&Named>) =
        edition.named.iter().partition(|named| named.mention.malicious);
    if !edition.is_withdrawn {
        part(&mut page, "indicators", &signs);
        let is_value =
            |named: &&&Named| !matches!(group(&named.mention.what).1, "vulnerability" | "technique");
        let (values, knowledge): (Vec<&Named>, Vec<&Named>) = others.iter().partition(is_value);
        if !knowledge.is_empty() {
            part(&mut page, "vulnerabilities and techniques", &knowledge);
        }
        if !values.is_empty() {
            part(&mut page, "named in passing, not published as indicators", &values);
        }
    }
    let gone: Vec<&Named> = edition.gone.iter().filter(|named| named.mention.malicious).collect();
    if !gone.is_empty() {
        part(&mut page, "no longer indicators", &gone);
    }
    page.write(out)
}

fn counted(count: u64, one: &'static str, many: &'static str) -> Shown {
    Shown::exact(&number_of(count, one, many))
}

fn part(page: &mut TerminalPage, title: &'static str, named: &[&Named]) {
    page.blank();
    let count = u64::try_from(named.len()).unwrap_or(u64::MAX);
    page.whole(InkText::new(title, Ink::Bold).and(Shown::of(&[&"  ", &count]), Ink::Dim));
    for one in named {
        let mention = &one.mention;
        let place = Shown::of(&[&"  ", &group(&mention.what).1, &", ", &mention.origin.place]);
        page.whole(
            InkText::plain("  ").and(Shown::prose(value(&mention.what)), Ink::Plain).and(place, Ink::Dim),
        );
        page.indented(InkText::dim(Shown::prose(&mention.sentence)), 4);
    }
}
