//! Lists that programs write as JSON for themselves: `winget export`, `cargo metadata`.
//!
//! Sources: aka.ms/winget-packages.schema.2.0.json; doc.rust-lang.org "cargo metadata". An identifier of winget is a maker
//! and a name (`Git.Git`); of Cargo's packages those without a source are the project's own.

use crate::{held, software};
use input::{Document, Head};
use model::Problems;
use model::ours::{Component, Fact};
use std::sync::Arc;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("Sources") && (head.has_key("WinGetVersion") || head.contains("PackageIdentifier"))
        || head.has_key("packages") && head.contains("\"manifest_path\"")
        || head.has_key("packages") && head.has_key("workspace_root")
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(list) = held::tree(document, problems) else { return };
    let mut count = 0;
    for package in held::list(&list, "Sources").iter().flat_map(|source| held::list(source, "Packages")) {
        let place = held::next(&mut count);
        match held::text(package, "PackageIdentifier") {
            Some(identifier) => each(of_winget(&source, place, identifier, held::text(package, "Version"))),
            None => held::not_used(problems, place, "a package without identifier"),
        }
    }
    for package in held::list(&list, "packages") {
        let place = held::next(&mut count);
        let Some(name) = held::text(package, "name") else {
            held::not_used(problems, place, "a package without name");
            continue;
        };
        if held::text(package, "source").is_some_and(|source| !source.starts_with("git+")) {
            let package_of = software::plain("cargo", name);
            each(software::packaged(&source, place, package_of, name, held::text(package, "version")));
        }
    }
}

fn of_winget(source: &Arc<str>, place: model::Place, identifier: &str, version: Option<&str>) -> Fact {
    let (vendor, name) = identifier.split_once('.').map_or((None, identifier), |(of, name)| (Some(of), name));
    let component = software::component(source, place, &name.replace('.', " "), version);
    Fact::Component(Component { vendor: vendor.map(str::to_owned), ..component })
}
