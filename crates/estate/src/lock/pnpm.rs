//! pnpm-lock.yaml, lockfileVersion 5, 6 and 9 (github.com/pnpm/spec, "lockfile").
//!
//! The keys of `packages` are the packages: `/a/1.0.0` and `/@s/a/1.0.0_peer` in version 5, `/a@1.0.0(peer@2)` in
//! version 6, `a@1.0.0` in version 9. Only these keys are read: lines indented by two blanks that end with a colon.

use crate::held;
use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};
use std::collections::BTreeSet;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(10).any(|line| line.starts_with("lockfileVersion:"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut within, mut seen) = (false, BTreeSet::new());
    text::lines(document, problems, &mut |number, line, problems| {
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            within = line == "packages:";
            return;
        }
        let key =
            line.strip_prefix("  ").filter(|key| within && !key.starts_with([' ', '#']) && !key.is_empty());
        let Some(key) = key else { return };
        let key = key.split(": {").next().unwrap_or(key).trim_end_matches(':').trim_matches(['\'', '"']);
        match parts(key) {
            Some((name, version)) => {
                if seen.insert((name.to_owned(), version.to_owned())) {
                    let package = software::scoped("npm", name);
                    each(software::packaged(&source, Place::Line(number), package, name, Some(version)));
                }
            }
            None => held::not_used(problems, Place::Line(number), "not a package of the registry"),
        }
    });
}

/// Name and version of a key.
fn parts(key: &str) -> Option<(&str, &str)> {
    let key = key.split('(').next().unwrap_or(key);
    let path = key.strip_prefix('/').unwrap_or(key);
    let from = usize::from(path.starts_with('@'));
    // The first mark may be of peers only, which follow an underscore.
    let whole = path.split('_').next().unwrap_or(path);
    let old = key.starts_with('/') && !whole.get(from..)?.contains('@');
    let (name, version) = match path.get(from..)?.find('@').filter(|_| !old) {
        Some(at) => (path.get(..at + from)?, path.get(at + from + 1..)?),
        None => whole.rsplit_once('/')?,
    };
    // Peers follow an underscore in version 5, where no version has one.
    let version = version.split('_').next().unwrap_or(version);
    let fits = !name.is_empty()
        && version.starts_with(|c: char| c.is_ascii_digit())
        && !version.contains(['/', ':']);
    fits.then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_every_version() {
        for (key, wanted) in [
            ("/a/1.0.0", Some(("a", "1.0.0"))),
            ("/@s/a/1.0.0_react@18.0.0", Some(("@s/a", "1.0.0"))),
            ("/@s/a@1.0.0(react@18.0.0)", Some(("@s/a", "1.0.0"))),
            ("a@1.0.0", Some(("a", "1.0.0"))),
            ("a@https://x.example/a.tgz", None),
            ("link:../a", None),
        ] {
            assert_eq!(parts(key), wanted, "{key}");
        }
    }
}
