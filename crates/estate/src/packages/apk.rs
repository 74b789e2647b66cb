//! `apk info -v`, `apk info -vv` and `apk list` of Alpine Linux (apk(8); versions: apk-tools "Package versions").
//!
//! `apk list` names what can be had as well; only what is installed is a component.

use super::distribution::{Listed, PackageList};
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

struct ApkRow<'l> {
    name: &'l str,
    version: &'l str,
    origin: Option<&'l str>,
    installed: bool,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, |line| line.starts_with("WARNING:"), |line| row(line).is_some())
}

/// `musl-1.2.4-r2`, with ` - description` or ` x86_64 {musl} (MIT) [installed]` behind it.
fn row(line: &str) -> Option<ApkRow<'_>> {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (name, version) = parts(first)?;
    if rest.is_empty() || rest.starts_with("- ") {
        return Some(ApkRow { name, version, origin: None, installed: true });
    }
    let (_, origin) = rest.split_once('{')?;
    let (origin, rest) = origin.split_once('}')?;
    let from = rest.split_once("[upgradable from: ").and_then(|(_, from)| parts(from.trim_end_matches(']')));
    let version = from.map_or(version, |(_, version)| version);
    let installed = rest.contains("[installed]") || from.is_some();
    Some(ApkRow { name, version, origin: Some(origin), installed })
}

/// Name and version: the version starts with a digit and ends with `-r` and a number.
fn parts(text: &str) -> Option<(&str, &str)> {
    let (before, revision) = text.rsplit_once("-r")?;
    let (name, version) = before.rsplit_once('-')?;
    let fits = !name.is_empty()
        && !revision.is_empty()
        && revision.bytes().all(|byte| byte.is_ascii_digit())
        && version.starts_with(|c: char| c.is_ascii_digit())
        && !text.contains(char::is_whitespace);
    fits.then(|| (name, text.get(name.len() + 1..).unwrap_or(version)))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("apk");
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        Some(row) if row.installed => list.push(Listed {
            place: Place::Line(number),
            name: row.name.to_owned(),
            version: Some(row.version.to_owned()),
            source: row.origin.map(|origin| (origin.to_owned(), None)),
            vendor: None,
        }),
        Some(_) => {}
        None if line.is_empty() || line.starts_with("WARNING:") => {}
        None => text::not_used(problems, number, "not a package with its version", None),
    });
    list.give(&source, problems, each);
}
