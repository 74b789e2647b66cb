//! `choco list` of Chocolatey, also with `--limit-output` (docs.chocolatey.org, "list").
//!
//! A line is name and version; a head names the program's own version and a foot counts the packages.

use crate::{software, text};
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;

/// Whether a line is of the frame around the packages.
fn is_frame(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("Chocolatey v")
        || line.contains(" packages installed")
        || line.contains(" applications not managed")
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let limited = |line: &str| line.contains('|') && row(line).is_some();
    let framed = head.lines(3).any(|line| line.starts_with("Chocolatey v"));
    framed || text::all(head, is_frame, limited)
}

fn row(line: &str) -> Option<(&str, &str)> {
    let delimiter = if line.contains('|') { '|' } else { ' ' };
    let (name, rest) = line.trim().split_once(delimiter)?;
    let version = rest.trim().split([' ', '|']).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    (is_name && version.starts_with(|c: char| c.is_ascii_digit())).then_some((name, version))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        _ if line.is_empty() || is_frame(line) => {}
        Some((name, version)) => {
            let place = model::Place::Line(number);
            each(Fact::Component(software::component(&source, place, name, Some(version))));
        }
        None => text::not_used(problems, number, "not a package with its version", None),
    });
}
