//! gradle.lockfile (docs.gradle.org, "Dependency locking"): `group:artifact:version=configuration,…`.

use super::maven;
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

fn passed_over(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("empty=")
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, passed_over, |line| row(line).is_some())
}

fn row(line: &str) -> Option<(&str, &str, &str)> {
    // Files of older versions have no configurations.
    let (coordinates, has_configurations) =
        line.split_once('=').map_or((line, false), |(before, _)| (before, true));
    let mut parts = coordinates.split(':');
    let (group, artifact, version) = (parts.next()?, parts.next()?, parts.next()?);
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
    };
    let fits = parts.next().is_none() && is_word(group) && is_word(artifact) && is_word(version);
    (fits && (has_configurations || group.contains('.'))).then_some((group, artifact, version))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        _ if line.is_empty() || passed_over(line) => {}
        Some((group, artifact, version)) => {
            each(maven::component(&source, Place::Line(number), group, artifact, version))
        }
        None => text::not_used(problems, number, "not a locked dependency", None),
    });
}
