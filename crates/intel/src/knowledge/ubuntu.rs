//! Ubuntu's security notices (USN), JSON of ubuntu.com: `notices` with `release_packages`.
//!
//! A notice names the fixed version of each package in each release, and an inventory seldom says which release a
//! version is of. The oldest release answers for all that is below its fix; each newer one for the versions of its own
//! upstream release below its fix, and, where stable releases get new upstream releases (a revision with the release's
//! number, `0ubuntu0.22.04.1`), for all above the fix of the release before. Source: ubuntu.com/security/api/docs.

use super::{package, record};
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Affected, Authority, Fact, Product, Versions, Vulnerability};
use model::{Date, Fault, Place, Problems, Timestamp};
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use version::{Bound, Range, Scheme};

/// How many packages and CVE numbers of one notice are used.
const PACKAGES_MAX: usize = 10_000;
const CVES_MAX: usize = 2000;

#[derive(Deserialize)]
struct Notice {
    #[serde(default)]
    id: Words,
    #[serde(default)]
    title: Words,
    #[serde(default)]
    published: Words,
    #[serde(default)]
    cves_ids: List<Words>,
    #[serde(default)]
    cves: List<Numbered>,
    #[serde(default)]
    references: List<Words>,
    #[serde(default)]
    release_packages: BTreeMap<String, List<Fixed>>,
}

#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    id: Words,
}

#[derive(Deserialize)]
struct Fixed {
    #[serde(default)]
    name: Words,
    #[serde(default)]
    version: Words,
}

/// Whether a JSON document is of notices.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("notices")
        || (head.has_key("release_packages") && head.has_key("id"))
        || (head.is_json() && head.contains("\"release_packages\"") && head.contains("\"USN-"))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    record::objects::<Notice>(document, "notices", "a security notice", sink, problems, &mut one);
}

fn one(notice: Notice, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(id) = notice.id.filled() else {
        problems.add(place, Fault::Partial, "a notice without an id was passed over", None);
        return;
    };
    let mut packages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fixed in notice.release_packages.values().flat_map(|all| all.iter()).take(PACKAGES_MAX) {
        if let (Some(name), Some(version)) = (fixed.name.filled(), fixed.version.filled()) {
            packages.entry(name).or_default().push(version);
        }
    }
    let affected: Vec<Affected> = packages
        .into_iter()
        .map(|(name, fixes)| {
            let named = package::from_osv("Ubuntu", name);
            let product = Product { name: Some(name.to_owned()), package: named, ..Product::default() };
            let range = Range { scheme: Scheme::Debian, intervals: intervals(fixes) };
            Affected { product, versions: Versions::In(vec![range], Vec::new()) }
        })
        .collect();
    let mut cves: Vec<&str> = notice.cves_ids.iter().filter_map(Words::filled).collect();
    cves.extend(notice.cves.iter().filter_map(|cve| cve.id.filled()));
    cves.retain(|cve| record::is_cve(cve));
    cves.sort_unstable();
    cves.dedup();
    cves.truncate(CVES_MAX);
    let named = |id: &str, aliases: Vec<String>, origin| Vulnerability {
        aliases,
        modified: notice.published.filled().and_then(Timestamp::parse),
        title: record::line(&notice.title).unwrap_or_default(),
        published: notice.published.filled().and_then(Date::parse),
        affected: affected.clone(),
        references: notice.references.iter().filter_map(Words::owned).take(record::REFERENCES_MAX).collect(),
        ..record::empty(id, Authority::Ubuntu, origin)
    };
    if cves.is_empty() {
        let origin = sink.origin(place);
        sink.give(Fact::Vulnerability(named(id, Vec::new(), origin)));
    }
    for cve in cves {
        let origin = sink.origin(place);
        sink.give(Fact::Vulnerability(named(&format!("{id}/{cve}"), vec![cve.to_owned()], origin)));
    }
}

/// What is affected, given the fixed version of every release.
fn intervals(mut fixes: Vec<&str>) -> Vec<(Bound, Bound)> {
    fixes.sort_by(|one, other| Scheme::Debian.compare(one, other).unwrap_or(Ordering::Equal));
    fixes.dedup();
    let (mut all, mut before) = (Vec::new(), None::<&str>);
    for fix in fixes {
        let low = match before {
            None => Bound::Open,
            Some(_) if !names_a_release(fix) => Bound::Included(of_upstream(fix).to_owned()),
            Some(before) => Bound::Excluded(before.to_owned()),
        };
        let above = match (&low, before) {
            (Bound::Included(low), Some(before)) => {
                Scheme::Debian.compare(low, before) == Some(Ordering::Greater)
            }
            _ => true,
        };
        // Of one upstream release in two releases of Ubuntu, what is between the fixes is of the older one.
        if above {
            all.push((low, Bound::Excluded(fix.to_owned())));
        }
        before = Some(fix);
    }
    all
}

/// Whether a revision has the number of a release of Ubuntu in it.
fn names_a_release(version: &str) -> bool {
    let revision = version.rsplit_once('-').map_or("", |(_, revision)| revision);
    let mut parts = revision.split(['.', '~', '+']);
    let mut before = parts.next().unwrap_or_default();
    parts.any(|part| {
        let year = before.trim_start_matches(|c: char| !c.is_ascii_digit());
        let year = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or(year);
        let found = year.len() == 2 && (part.starts_with("04") || part.starts_with("10"));
        before = part;
        found
    })
}

/// The first version of the package that a release began with: without Ubuntu's part, or the upstream version alone.
fn of_upstream(version: &str) -> &str {
    match version.rfind("ubuntu").and_then(|at| version.get(..at)) {
        Some(before) => before,
        None => version.rsplit_once('-').map_or(version, |(upstream, _)| upstream),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fixes: &[&str]) -> String {
        Range { scheme: Scheme::Debian, intervals: intervals(fixes.to_vec()) }.to_string()
    }

    #[test]
    fn each_release_answers_for_its_own_versions() {
        assert_eq!(
            shown(&["2.4-6ubuntu1.3", "2.0-1ubuntu2.9"]),
            "< 2.0-1ubuntu2.9 or >= 2.4-6, < 2.4-6ubuntu1.3"
        );
        let marked = ["8.0.36-0ubuntu0.20.04.1", "8.0.36-0ubuntu0.22.04.1"];
        assert_eq!(
            shown(&marked),
            "< 8.0.36-0ubuntu0.20.04.1 or > 8.0.36-0ubuntu0.20.04.1, < 8.0.36-0ubuntu0.22.04.1"
        );
        assert_eq!(shown(&[]), "no version");
    }
}
