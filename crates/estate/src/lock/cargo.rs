//! Lock files in TOML with `[[package]]`: Cargo.lock (doc.rust-lang.org/cargo), poetry.lock (python-poetry.org),
//! uv.lock (docs.astral.sh/uv) and pdm.lock (pdm-project.org).
//!
//! Which of them it is shows in the document: Cargo's has crates.io as a source or says so in its head, the others have
//! `python-versions`, `requires-python` or the name of their program. The project itself is no dependency.

use super::toml;
use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;

fn is_lock(head: &Head<'_>) -> bool {
    // An old file begins with the table itself, so that a bracket says nothing.
    head.text.lines().take(400).any(|line| line.trim_end() == "[[package]]")
}

fn is_of_python(head: &Head<'_>) -> bool {
    ["python-versions", "requires-python", "Poetry", "pypi.org", "pdm", "lock-version"]
        .iter()
        .any(|mark| head.contains(mark))
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    is_lock(head) && !is_of_python(head)
}

pub(crate) fn recognise_python(head: &Head<'_>) -> bool {
    is_lock(head) && is_of_python(head)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    read_as("cargo", document, problems, each);
}

pub(crate) fn read_python(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    read_as("pypi", document, problems, each);
}

fn read_as(kind: &str, document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let name = document.name.clone();
    toml::packages(document, problems, &mut |package, problems| {
        let (Some(called), Some(version)) = (package.get("name"), package.get("version")) else {
            return held::not_used(problems, package.place, "a package without name or version");
        };
        let source = package.get("source").unwrap_or_default();
        // Without a source it is the project's own (Cargo); uv names what is local.
        let own = match kind {
            "cargo" => !source.starts_with("registry+") && !source.starts_with("sparse+"),
            _ => ["editable", "virtual", "directory"].iter().any(|mark| source.contains(mark)),
        };
        if !own {
            each(software::packaged(
                &name,
                package.place,
                software::plain(kind, called),
                called,
                Some(version),
            ));
        }
    });
}
