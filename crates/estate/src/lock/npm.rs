//! package-lock.json and npm-shrinkwrap.json, lockfileVersion 1, 2 and 3 (docs.npmjs.com, "package-lock.json").
//!
//! `packages` has a path a package; the name is what follows the last `node_modules/`, unless the entry names itself
//! (an alias). Version 1 has a tree of `dependencies` instead. The project itself and links are no dependencies.

use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("lockfileVersion")
        && (head.has_key("packages") || head.has_key("dependencies") || head.has_key("requires"))
        || is_listing(head)
}

/// `npm ls --json`: the tree of version 1, under the name of the project.
fn is_listing(head: &Head<'_>) -> bool {
    head.has_key("name")
        && head.has_key("dependencies")
        && ["\"resolved\"", "\"overridden\"", "\"extraneous\""].iter().any(|mark| head.contains(mark))
}

struct Given<'g> {
    source: Arc<str>,
    lock: held::Placed,
    seen: BTreeSet<(String, String)>,
    each: &'g mut dyn FnMut(Fact),
}

impl Given<'_> {
    fn give(&mut self, key: &str, name: &str, entry: &Value, problems: &mut Problems) {
        let place = self.lock.place(key);
        let Some(version) = held::text(entry, "version") else {
            return held::not_used(problems, place, &format!("`{name}` has no version"));
        };
        // `npm:lodash@4.17.21`: another package under this name. An address or path is no version.
        let (name, version) = match version.strip_prefix("npm:") {
            Some(alias) => alias.rsplit_once('@').unwrap_or((name, version)),
            None => (name, version),
        };
        if version.contains(['/', ':']) {
            return held::not_used(
                problems,
                place,
                &format!("`{name}` is from an address, not from the registry"),
            );
        }
        if self.seen.insert((name.to_owned(), version.to_owned())) {
            let package = software::scoped("npm", name);
            (self.each)(software::packaged(&self.source, place, package, name, Some(version)));
        }
    }

    /// The parser's bound on depth holds for the tree.
    fn dependencies(&mut self, parent: &Value, problems: &mut Problems) {
        for (name, entry) in held::entries(parent, "dependencies") {
            // In the second version of a file, `requires` of the old kind are texts.
            if entry.is_object() {
                self.give(name, name, entry, problems);
                self.dependencies(entry, problems);
            }
        }
    }
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(mut lock) = held::Placed::read(document, problems) else { return };
    let tree = std::mem::take(&mut lock.tree);
    let mut given = Given { source, lock, seen: BTreeSet::new(), each };
    if !tree.get("packages").is_some_and(Value::is_object) {
        return given.dependencies(&tree, problems);
    }
    for (path, entry) in held::entries(&tree, "packages") {
        let is_link = entry.get("link").and_then(Value::as_bool) == Some(true);
        let named = path.rsplit_once("node_modules/").map(|(_, name)| name);
        // A workspace is a part of the project, as the project itself is.
        let Some(name) = named.filter(|_| !is_link) else { continue };
        given.give(path, held::text(entry, "name").unwrap_or(name), entry, problems);
    }
}
