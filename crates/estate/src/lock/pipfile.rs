//! Pipfile.lock (pipenv.pypa.io) and the JSON of `pip list`, `pip inspect` (pip.pypa.io).
//!
//! Pipfile.lock has a section for what is needed and one for development, each with a pin a package.

use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;
use serde_json::Value;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let of_pipenv = head.has_key("_meta")
        && (head.has_key("default") || head.has_key("develop") || head.contains("pipfile-spec"));
    of_pipenv || is_inspection(head) || is_list(head)
}

fn is_inspection(head: &Head<'_>) -> bool {
    head.has_key("pip_version") && head.has_key("installed")
}

/// `[{"name": …, "version": …}]` with nothing but what pip adds.
fn is_list(head: &Head<'_>) -> bool {
    const KEYS: &[&str] =
        &["name", "version", "latest_version", "latest_filetype", "editable_project_location", "installer"];
    // Programs have names with blanks, packages of Python have not.
    let mut names = head.text.split("\"name\":").skip(1).filter_map(|rest| rest.split('"').nth(1));
    head.text.trim_start().starts_with('[')
        && names.all(|name| !name.contains(' '))
        && head.has_key("name")
        && head.has_key("version")
        && head.keys().iter().all(|key| key.depth == 1 && KEYS.contains(&key.name))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(lock) = held::tree(document, problems) else { return };
    let mut count = 0;
    let mut give = |name: Option<&str>, version: Option<&str>, problems: &mut Problems| {
        let place = held::next(&mut count);
        let (Some(name), Some(version)) = (name, version) else {
            return held::not_used(problems, place, "a package without name or version");
        };
        let version = version.trim_start_matches('=');
        each(software::packaged(&source, place, software::plain("pypi", name), name, Some(version)));
    };
    for entry in lock.as_array().into_iter().flatten() {
        give(held::text(entry, "name"), held::text(entry, "version"), problems);
    }
    for entry in held::list(&lock, "installed") {
        let metadata = entry.get("metadata").unwrap_or(&Value::Null);
        give(held::text(metadata, "name"), held::text(metadata, "version"), problems);
    }
    let sections = held::entries_of(&lock).filter(|(key, _)| *key != "_meta");
    for (_, section) in sections.filter(|(_, section)| section.is_object() && lock.get("_meta").is_some()) {
        for (name, entry) in held::entries_of(section) {
            // A package from a repository or path has no version of the index.
            if entry.get("git").is_none() && entry.get("path").is_none() {
                give(Some(name), held::text(entry, "version"), problems);
            }
        }
    }
}
