//! `mvn dependency:list` and `dependency:tree` (maven.apache.org, Maven Dependency Plugin).
//!
//! A dependency is `group:artifact:type[:classifier]:version[:scope]`, with marks of the log or of the tree before it
//! and the Java module behind it. The project itself has no scope.

use crate::{software, text};
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::world::Package;
use model::{Place, Problems};
use std::collections::BTreeSet;

const SCOPES: &[&str] = &["compile", "provided", "runtime", "test", "system", "import"];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let marked =
        |line: &str| line.starts_with("[INFO]") || line.contains("The following files have been resolved");
    (head.lines(5).any(marked) || head.lines(5).any(|line| dependency(line).is_some()))
        && head.text.lines().any(|line| dependency(line).is_some())
}

struct Coordinates<'l> {
    group: &'l str,
    artifact: &'l str,
    version: &'l str,
}

fn dependency(line: &str) -> Option<Coordinates<'_>> {
    let line = line.strip_prefix("[INFO]").unwrap_or(line);
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "+-|\\".contains(c));
    let word = line.split_whitespace().next()?;
    let parts: Vec<&str> = word.split(':').collect();
    let (group, artifact, version) = match parts.as_slice() {
        [group, artifact, _, version, scope] if SCOPES.contains(scope) => (*group, *artifact, *version),
        [group, artifact, _, _, version, scope] if SCOPES.contains(scope) => (*group, *artifact, *version),
        _ => return None,
    };
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
    };
    (is_word(group) && is_word(artifact) && is_word(version)).then_some(Coordinates {
        group,
        artifact,
        version,
    })
}

/// A component of Maven's: the artifact's name, the group as its maker, as bills of materials have it.
pub(crate) fn component(
    source: &std::sync::Arc<str>,
    place: Place,
    group: &str,
    artifact: &str,
    version: &str,
) -> Fact {
    let package = Package::canonical("maven", Some(group.to_owned()), artifact.to_owned());
    let component = software::component(source, place, artifact, Some(version));
    Fact::Component(Component { vendor: Some(group.to_owned()), package: Some(package), ..component })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut seen = BTreeSet::new();
    text::lines(document, problems, &mut |number, line, _| {
        let Some(Coordinates { group, artifact, version }) = dependency(line) else { return };
        if seen.insert(format!("{group}:{artifact}:{version}")) {
            each(component(&source, Place::Line(number), group, artifact, version));
        }
    });
}
