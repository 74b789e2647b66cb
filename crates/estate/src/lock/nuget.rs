//! packages.lock.json of NuGet (learn.microsoft.com, "Enable repeatable package restore using a lock file") and
//! project.assets.json.
//!
//! A section a target framework; the same package may be resolved for several of them. Projects of the same solution
//! are no packages.

use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;
use serde_json::Value;
use std::collections::BTreeSet;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let locked = head.has_key("version")
        && head.has_key("dependencies")
        && (head.contains("\"resolved\"") || head.contains("\"contentHash\""));
    // What is published beside a program: `portal.deps.json`.
    let published = head.has_key("runtimeTarget") && head.has_key("targets");
    let assets = published
        || head.has_key("targets")
            && head.has_key("version")
            && (head.has_key("libraries") || head.contains("\"compile\""));
    !head.has_key("lockfileVersion") && !head.has_key("name") && (locked || assets)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(lock) = held::Placed::read(document, problems) else { return };
    let mut seen = BTreeSet::new();
    let mut give = |name: &str, version: Option<&str>, problems: &mut Problems| {
        let place = lock.place(name);
        let Some(version) = version else {
            return held::not_used(problems, place, &format!("`{name}` has no version"));
        };
        if seen.insert((name.to_owned(), version.to_owned())) {
            each(software::packaged(&source, place, software::plain("nuget", name), name, Some(version)));
        }
    };
    for (_, framework) in held::entries(&lock.tree, "dependencies") {
        for (name, entry) in held::entries_of(framework) {
            if held::text(entry, "type") != Some("Project") {
                give(name, held::text(entry, "resolved"), problems);
            }
        }
    }
    for (key, library) in held::entries(&lock.tree, "libraries")
        .filter(|(_, library)| library.get("type").and_then(Value::as_str) == Some("package"))
    {
        let _ = library;
        let (name, version) = key.rsplit_once('/').unwrap_or((key, ""));
        give(name, Some(version).filter(|version| !version.is_empty()), problems);
    }
}
