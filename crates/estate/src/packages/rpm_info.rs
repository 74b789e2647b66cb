//! `rpm -qi` and `rpm -qai`: one block of fields a package (rpm(8), `--info`).
//!
//! Older versions write two fields into a line. A description is free text and ends where the next package begins.

use super::distribution::{Listed, PackageList, release_first};
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};
use std::collections::BTreeMap;

/// The fields that are read, and those that may follow in the same line.
const FIELDS: &[&str] = &[
    "Name",
    "Epoch",
    "Version",
    "Release",
    "Vendor",
    "Source RPM",
    "Relocations",
    "Build Date",
    "Build Host",
];

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let field = |name: &str| head.lines(12).any(|line| field(line).is_some_and(|(field, _)| field == name));
    head.lines(1).any(|line| field_is(line, "Name")) && field("Version") && field("Release")
}

fn field_is(line: &str, name: &str) -> bool {
    field(line).is_some_and(|(field, _)| field == name)
}

/// `Name        : bash`.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    (!line.starts_with(' ') && FIELDS.contains(&name)).then(|| (name, first_of(value)))
}

/// The value, without a second field of the same line.
fn first_of(value: &str) -> &str {
    let cut = FIELDS.iter().filter_map(|field| value.find(&format!("  {field}"))).min();
    value.get(..cut.unwrap_or(value.len())).unwrap_or_default().trim()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("rpm");
    let mut block: BTreeMap<&'static str, String> = BTreeMap::new();
    let (mut begin, mut free) = (0, false);
    text::lines(document, problems, &mut |number, line, problems| {
        if field_is(line, "Name") && (!free || line.starts_with("Name        :")) {
            push(&mut list, begin, std::mem::take(&mut block), problems);
            (begin, free) = (number, false);
        }
        if line.starts_with("Description") {
            free = true;
        } else if !free
            && let Some((name, value)) = field(line)
            && let Some(known) = FIELDS.iter().find(|field| **field == name)
        {
            block.entry(known).or_insert_with(|| value.to_owned());
        }
    });
    push(&mut list, begin, block, problems);
    release_first(&mut list);
    list.give(&source, problems, each);
}

fn push(
    list: &mut PackageList,
    line: u64,
    mut block: BTreeMap<&'static str, String>,
    problems: &mut Problems,
) {
    let mut take = |name: &str| block.remove(name).filter(|value| !value.is_empty() && value != "(none)");
    let Some(name) = take("Name").filter(|name| name != "gpg-pubkey") else { return };
    let (Some(version), Some(release)) = (take("Version"), take("Release")) else {
        let what = "a package without version or release: the block is not used";
        return problems.add(Place::Line(line), Fault::Partial, what, None);
    };
    let epoch =
        take("Epoch").filter(|epoch| epoch != "0").map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let from = take("Source RPM").and_then(|file| of_source(&file));
    list.push(Listed {
        place: Place::Line(line),
        name,
        version: Some(format!("{epoch}{version}-{release}")),
        source: from.map(|(name, version)| (name, Some(format!("{epoch}{version}")))),
        vendor: take("Vendor"),
    });
}

/// `util-linux-2.37.4-15.el9.src.rpm`.
fn of_source(file: &str) -> Option<(String, String)> {
    let bare = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm"))?;
    let (before, release) = bare.rsplit_once('-')?;
    let (name, version) = before.rsplit_once('-')?;
    Some((name.to_owned(), format!("{version}-{release}")))
}
