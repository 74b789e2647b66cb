//! Alpine's database of installed packages, `/lib/apk/db/installed` (wiki.alpinelinux.org, "Apk spec").
//!
//! A paragraph a package, a letter a field: `P` name, `V` version, `o` the package it was built from. Files follow with
//! letters of their own (`F`, `R`, `a`, `Z`), which are passed over.

use super::distribution::{Listed, PackageList};
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let lines = || head.lines(40);
    let is_field = |line: &str| {
        line.as_bytes().get(1) == Some(&b':') && line.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    lines().count() > 0
        && lines().all(is_field)
        && lines().any(|line| line.starts_with("P:"))
        && lines().any(|line| line.starts_with("V:"))
}

#[derive(Default)]
struct Paragraph {
    line: u64,
    name: Option<String>,
    version: Option<String>,
    origin: Option<String>,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("apk");
    let mut paragraph = Paragraph::default();
    text::lines(document, problems, &mut |number, line, problems| {
        if line.is_empty() {
            return push(&mut list, std::mem::take(&mut paragraph), problems);
        }
        if paragraph.line == 0 {
            paragraph.line = number;
        }
        let value = line.get(2..).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        match line.as_bytes().first_chunk::<2>() {
            Some(b"P:") => paragraph.name = value,
            Some(b"V:") => paragraph.version = value,
            Some(b"o:") => paragraph.origin = value,
            _ => {}
        }
    });
    push(&mut list, paragraph, problems);
    list.give(&source, problems, each);
}

fn push(list: &mut PackageList, paragraph: Paragraph, problems: &mut Problems) {
    let place = Place::Line(paragraph.line);
    let Paragraph { line: 1.., name, version, origin } = paragraph else { return };
    let Some(name) = name else {
        let what = "a paragraph without package name: passed over";
        return problems.add(place, Fault::Partial, what, None);
    };
    list.push(Listed { place, name, version, source: origin.map(|origin| (origin, None)), vendor: None });
}
