//! A component as people name it: name and version, and the namespace where it is part of the name.
//!
//! A package URL (ECMA-427) is `pkg:type/namespace/name@version?qualifiers#subpath`, percent-encoded. Where
//! people type the namespace with the name, it is part of the name: an npm scope, the path of a Go module, the
//! vendor of a Composer package. A Maven group is written only if another group has an artifact of the same
//! name. The namespace of a distribution names the packager and is left out.

use crate::safe::shown::Shown;
use std::collections::{BTreeMap, BTreeSet};
use unicode_width::UnicodeWidthStr;

/// Types whose namespace is part of the name.
const WITH_NAMESPACE: [&str; 9] =
    ["npm", "golang", "composer", "swift", "github", "gitlab", "bitbucket", "docker", "huggingface"];

/// A package URL in its parts, as they are written.
struct PackageUrl<'t> {
    kind: &'t str,
    namespace: &'t str,
    name: &'t str,
    version: &'t str,
}

impl<'t> PackageUrl<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let package = text.strip_prefix("pkg:")?;
        let package = package.split(['?', '#']).next().unwrap_or(package);
        // Many write a scope as `@` instead of `%40`: an `@` after a slash begins no version.
        let is_version = |at: &usize| !package.get(..*at).is_some_and(|front| front.ends_with('/'));
        let at = package.match_indices('@').map(|(at, _)| at).find(is_version);
        let (path, version) = at.and_then(|at| package.split_at_checked(at)).unwrap_or((package, ""));
        let path = path.trim_matches('/');
        let (kind, path) = path.split_once('/').unwrap_or(("", path));
        // Some encode the slash behind the scope too.
        let ends =
            [path.rfind('/').map(|at| (at, 1)), path.to_ascii_lowercase().rfind("%2f").map(|at| (at, 3))];
        let (namespace, name) = match ends.into_iter().flatten().max() {
            Some((at, long)) => (path.get(..at)?, path.get(at + long..)?),
            None => ("", path),
        };
        Some(Self { kind, namespace, name, version: version.strip_prefix('@').unwrap_or(version) })
    }

    fn is_maven(&self) -> bool {
        self.kind.eq_ignore_ascii_case("maven")
    }
}

/// Maven artifacts that more than one group of an answer has.
#[derive(Debug, Default)]
pub(crate) struct Namesakes<'t>(BTreeSet<&'t str>);

impl<'t> Namesakes<'t> {
    /// Those among these components.
    pub(crate) fn among(components: impl Iterator<Item = &'t str>) -> Self {
        let mut groups: BTreeMap<&str, &str> = BTreeMap::new();
        let mut several = BTreeSet::new();
        for package in components.filter_map(PackageUrl::of).filter(PackageUrl::is_maven) {
            if *groups.entry(package.name).or_insert(package.namespace) != package.namespace {
                several.insert(package.name);
            }
        }
        Self(several)
    }
}

/// `pkg:maven/org.apache/log4j-core@2.14.1` → `log4j-core 2.14.1`, `pkg:npm/%40angular/core@1.2.3` →
/// `@angular/core 1.2.3`; other texts are unchanged.
pub(crate) fn named(text: &str, namesakes: &Namesakes<'_>) -> Shown {
    named_within(text, namesakes, usize::MAX)
}

/// The same in so many cells: the namespace is cut at its front, with a sign, so that name and version can be
/// read.
pub(crate) fn named_within(text: &str, namesakes: &Namesakes<'_>, cells: usize) -> Shown {
    let Some(package) = PackageUrl::of(text) else { return Shown::prose(text) };
    let bare = format!("{} {}", decoded(package.name), decoded(package.version));
    let bare = bare.trim_end();
    let between = if package.is_maven() { ':' } else { '/' };
    let says_more = WITH_NAMESPACE.iter().any(|kind| package.kind.eq_ignore_ascii_case(kind))
        || (package.is_maven() && namesakes.0.contains(package.name));
    if package.namespace.is_empty() || !says_more {
        return Shown::prose(bare);
    }
    let namespace = decoded(package.namespace);
    // Links are broken in the whole text: a part of a link does not look like one.
    let whole = Shown::prose(&format!("{namespace}{between}{bare}"));
    let text = whole.as_str();
    let slashes = namespace.matches('/').count() + usize::from(between == '/');
    let fronts = text.match_indices('/').take(slashes).filter_map(|(at, _)| text.get(at..));
    let shorter = fronts.map(|rest| Shown::of(&[&"…", &Shown::exact(rest)]));
    let mut readings = std::iter::once(whole.clone()).chain(shorter);
    readings.find(|reading| reading.as_str().width() <= cells).unwrap_or_else(|| Shown::prose(bare))
}

/// The text with its percent-encoding undone (RFC 3986 section 2.1); unchanged if that gives no text.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digit = |at: usize| behind.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.extend(u8::try_from(high * 16 + low));
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        named(text, &Namesakes::default()).to_string()
    }

    #[test]
    fn a_package_url_reads_as_name_and_version() {
        for (url, name) in [
            ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar", "log4j-core 2.14.1"),
            ("pkg:deb/debian/openssl", "openssl"),
            ("pkg:deb/debian/openssh-server@1%3A9.2p1-2", "openssh-server 1:9.2p1-2"),
            ("pkg:pypi/requests@2.31.0", "requests 2.31.0"),
            ("pkg:github/a/b@feature/x", "a/b feature/x"),
            ("confluence 8.3.1", "confluence 8.3.1"),
            ("pkg:", ""),
        ] {
            assert_eq!(shown(url), name, "{url}");
        }
    }

    #[test]
    fn what_belongs_to_the_name_is_kept() {
        for (url, name) in [
            ("pkg:npm/%40angular/core@1.2.3", "@angular/core 1.2.3"),
            ("pkg:npm/@angular/core@1.2.3", "@angular/core 1.2.3"),
            ("pkg:npm/%40angular%2Fcore@1.2.3", "@angular/core 1.2.3"),
            ("pkg:npm/@angular/core", "@angular/core"),
            ("pkg:composer/symfony/http-kernel@6.4.0", "symfony/http-kernel 6.4.0"),
            ("pkg:golang/gopkg.invalid/a/yaml@v3.0.1", "gopkg[.]invalid/a/yaml v3.0.1"),
        ] {
            assert_eq!(shown(url), name, "{url}");
        }
    }

    #[test]
    fn a_group_is_said_where_it_sets_apart() {
        let (one, two, other) = (
            "pkg:maven/org.quayside/core@1.0",
            "pkg:maven/org.landside/core@1.0",
            "pkg:maven/org.landside/log4j-core@2.14.1",
        );
        let namesakes = Namesakes::among([one, two, other, one].into_iter());
        assert_eq!(named(one, &namesakes).as_str(), "org.quayside:core 1.0");
        assert_eq!(named(two, &namesakes).as_str(), "org.landside:core 1.0");
        assert_eq!(named(other, &namesakes).as_str(), "log4j-core 2.14.1");
        assert_eq!(shown(one), "core 1.0");
    }

    #[test]
    fn what_is_before_the_name_gives_way_first() {
        let within =
            |cells| named_within("pkg:golang/git.invalid/a/b@v1", &Namesakes::default(), cells).to_string();
        assert_eq!(within(21), "git[.]invalid/a/b v1");
        assert_eq!(within(19), "…/a/b v1");
        assert_eq!(within(6), "…/b v1");
        assert_eq!(within(2), "b v1");
        let url = "pkg:npm/https:%2F%2Fdrop.evil.invalid/a@1";
        for cells in 0..40 {
            let text = named_within(url, &Namesakes::default(), cells).to_string();
            assert!(!text.contains("evil.invalid") && text.ends_with("a 1"), "{text}");
        }
    }

    #[test]
    fn broken_encoding_stays_as_it_is() {
        assert_eq!(shown("pkg:npm/%zz%4@%ff"), "%zz%4 %ff");
        assert_eq!(shown("pkg:npm/a%1bb@1"), r"a\x1bb 1");
    }
}
