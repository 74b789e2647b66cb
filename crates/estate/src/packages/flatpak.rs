//! `snap list` and `flatpak list`: columns of text (snapcraft.io, "snap list"; docs.flatpak.org, "flatpak list").
//!
//! Snap has a head and columns set off by blanks; flatpak sets columns off by tabs and writes a head into a terminal
//! only, so that its rows are known by an application identifier in the second column.

use crate::{software, text};
use input::{Document, Head};
use model::Place;
use model::Problems;
use model::ours::Fact;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(1).any(is_snap_head) || text::all(head, is_flatpak_head, |line| flatpak(line).is_some())
}

fn is_snap_head(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("Name") && words.next() == Some("Version") && words.next() == Some("Rev")
}

fn is_flatpak_head(line: &str) -> bool {
    line.starts_with("Name\tApplication ID\t")
}

/// `Name<tab>org.example.App<tab>1.2<tab>stable…`.
fn flatpak(line: &str) -> Option<(&str, Option<&str>)> {
    let mut cells = line.split('\t').map(str::trim);
    let (name, identifier, version) = (cells.next()?, cells.next()?, cells.next()?);
    let is_identifier = identifier.split('.').count() >= 3 && !identifier.contains(' ');
    let version =
        Some(version).filter(|version| version.starts_with(|c: char| c.is_ascii_digit() || c == 'v'));
    (is_identifier && !name.is_empty() && !identifier.starts_with(|c: char| c.is_ascii_digit()))
        .then_some((name, version))
}

fn snap(line: &str) -> Option<(&str, Option<&str>)> {
    let mut cells = line.split_whitespace();
    let (name, version, _revision) = (cells.next()?, cells.next()?, cells.next()?);
    Some((name, Some(version)))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let of_snap = document.head_text().lines().next().is_some_and(is_snap_head);
    text::lines(document, problems, &mut |number, line, problems| {
        if line.is_empty() || is_snap_head(line) || is_flatpak_head(line) {
            return;
        }
        match if of_snap { snap(line) } else { flatpak(line) } {
            Some((name, version)) => {
                let component = software::component(&source, Place::Line(number), name, version);
                each(Fact::Component(component));
            }
            None => text::not_used(problems, number, "not a row of the list", None),
        }
    });
}
