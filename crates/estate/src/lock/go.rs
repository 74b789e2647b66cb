//! go.sum and `go list -m all` (go.dev/ref/mod).
//!
//! go.sum has a line for the content of a module and one for its go.mod alone (`/go.mod`); only the first kind was
//! compiled. It keeps older versions, of which one build uses the newest: that one is given. `go list` writes what a
//! module is replaced by after `=>`; the main module has no version.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How many modules of one file are held.
const MODULES_MAX: usize = 200_000;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, text::none, |line| sum(line).is_some())
        || (text::all(head, text::none, |line| listed(line).is_some())
            && head.lines(30).any(|line| matches!(listed(line), Some((_, Some(_))))))
}

/// `module version[/go.mod] h1:hash=`.
fn sum(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split(' ');
    let (module, version, hash) = (parts.next()?, parts.next()?, parts.next()?);
    (hash.starts_with("h1:") && version.starts_with('v') && parts.next().is_none())
        .then_some((module, version))
}

/// `module [version] [=> module [version]]`.
fn listed(line: &str) -> Option<(&str, Option<&str>)> {
    let used = line.split_once("=> ").map_or(line, |(_, replacement)| replacement);
    let mut parts = used.split_whitespace();
    let module = parts.next()?;
    let version = parts.next();
    let is_module = module.contains(['.', '/'])
        && !module.ends_with('.')
        && module.chars().all(|c| c.is_ascii_alphanumeric() || "-._~/!".contains(c));
    let is_version =
        |version: &str| version.starts_with('v') && version.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let fits = is_module
        && version.is_none_or(is_version)
        && parts.all(|rest| rest.starts_with("//") || rest.starts_with('['));
    fits.then_some((module, version))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut newest: BTreeMap<String, (String, u64)> = BTreeMap::new();
    text::lines(document, problems, &mut |number, line, problems| {
        if line.is_empty() {
            return;
        }
        if let Some((module, version)) = sum(line) {
            let room = newest.len() < MODULES_MAX || newest.contains_key(module);
            if !version.ends_with("/go.mod") && room {
                let entry = newest.entry(module.to_owned()).or_insert_with(|| (version.to_owned(), number));
                if order(version, &entry.0) == Ordering::Greater {
                    *entry = (version.to_owned(), number);
                }
            }
            if !room {
                text::not_used(problems, number, "more modules than are held", Some("split the file"));
            }
            return;
        }
        match listed(line) {
            Some((module, Some(version))) => {
                each(software::packaged(
                    &source,
                    Place::Line(number),
                    software::scoped("golang", module),
                    module,
                    Some(version),
                ));
            }
            Some((_, None)) => {}
            None => text::not_used(problems, number, "not a module with its version", None),
        }
    });
    let mut modules: Vec<_> = newest.into_iter().collect();
    modules.sort_by_key(|(_, (_, line))| *line);
    for (module, (version, line)) in modules {
        each(software::packaged(
            &source,
            Place::Line(line),
            software::scoped("golang", &module),
            &module,
            Some(&version),
        ));
    }
}

/// Semantic versions in their order (semver.org, 11), as far as Go uses them.
fn order(left: &str, right: &str) -> Ordering {
    let parts = |version: &str| {
        let version = version.trim_start_matches('v').split('+').next().unwrap_or_default().to_owned();
        let (core, pre) = version
            .split_once('-')
            .map_or((version.clone(), String::new()), |(core, pre)| (core.to_owned(), pre.to_owned()));
        let numbers: Vec<u64> = core.split('.').map(|part| part.parse().unwrap_or(0)).collect();
        // What comes before a release has a text; the release itself is greater than any.
        (numbers, pre.is_empty(), pre)
    };
    parts(left).cmp(&parts(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_in_their_order() {
        for (less, more) in [
            ("v1.9.0", "v1.10.0"),
            ("v1.0.0-rc1", "v1.0.0"),
            ("v0.0.0-20190101000000-a", "v0.0.0-20200101000000-b"),
        ] {
            assert_eq!(order(less, more), Ordering::Less, "{less} {more}");
        }
    }
}
