//! Ubuntu's security notices (USN), JSON of ubuntu.com: `notices` with `release_packages`.
//!
//! A notice names the fixed version of each package in each release: each gives a product of its own, with the release
//! that it is of, and everything below the fix is affected. Source: ubuntu.com/security/api/docs.

use super::{package, record};
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Affected, Authority, Fact, Product, Versions, Vulnerability, release};
use model::{Date, Fault, Place, Problems, Timestamp};
use serde::Deserialize;
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
    let fixes =
        notice.release_packages.iter().flat_map(|(name, all)| all.iter().map(move |fixed| (name, fixed)));
    let mut affected: Vec<Affected> = fixes
        .take(PACKAGES_MAX)
        .filter_map(|(code_name, fixed)| {
            let (name, fix) = (fixed.name.filled()?, fixed.version.filled()?);
            let product = Product {
                name: Some(name.to_owned()),
                package: package::from_osv("Ubuntu", name),
                release: Some(number_of(code_name)),
                ..Product::default()
            };
            let intervals = vec![(Bound::Open, Bound::Excluded(fix.to_owned()))];
            let range = Range { scheme: Scheme::Debian, intervals };
            Some(Affected { product, versions: Versions::In(vec![range], Vec::new()) })
        })
        .collect();
    affected.sort_by(|one, other| one.product.cmp(&other.product));
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

/// Releases between the long-lived ones, which the table of all distributions has.
const RELEASES: [(&str, &str); 11] = [
    ("precise", "12.04"),
    ("groovy", "20.10"),
    ("hirsute", "21.04"),
    ("impish", "21.10"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("oracular", "24.10"),
    ("plucky", "25.04"),
    ("questing", "25.10"),
    ("resolute", "26.04"),
];

/// The number of a release by its code name; one that is not known is called by its name.
fn number_of(name: &str) -> String {
    let base = name.split(['-', '/', '_']).next().unwrap_or_default();
    let known = RELEASES.iter().find(|(known, _)| *known == base).map(|(_, number)| (*number).to_owned());
    known.or_else(|| release("ubuntu", name)).unwrap_or_else(|| base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_their_numbers() {
        let all = ["jammy", "mantic", "noble", "unheard", "22.04"].map(number_of);
        assert_eq!(all, ["22.04", "23.10", "24.04", "unheard", "22.04"]);
    }
}
