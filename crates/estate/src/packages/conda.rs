//! `conda list` (docs.conda.io, "conda list"): name, version, build and channel, under a head of comments.
//!
//! What pip installed into the environment has the channel `pypi` and is a package of Python's index.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(1).any(|line| line.starts_with("# packages in environment at"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let mut words = line.split_whitespace();
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            return text::not_used(problems, number, "not a package with its version", None);
        };
        let kind = if line.ends_with(" pypi") { "pypi" } else { "conda" };
        each(software::packaged(
            &source,
            Place::Line(number),
            software::plain(kind, name),
            name,
            Some(version),
        ));
    });
}
