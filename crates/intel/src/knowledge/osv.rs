//! OSV records (schema 1.6): single, JSON lines or an array.
//!
//! `SEMVER` and `ECOSYSTEM` ranges become ranges of the ecosystem's own order; `GIT` ranges have none. The
//! enumerated `versions` are read where no range can be: beside one they repeat it.

use crate::body;
use crate::knowledge::{cve5, package};
use crate::sink::Sink;
use crate::wire::{List, Text};
use input::Document;
use input::Head;
use model::world::{Affected, Authority, Fact, Package, Product, Versions, Vulnerability, release};
use model::{Date, Fault, Place, Problems, Timestamp};
use serde::Deserialize;
use version::{Event, Range, Scheme, Within};

/// How many enumerated versions of one package are kept.
const VERSIONS_MAX: usize = 10_000;
/// How many links of a record are kept.
const REFERENCES_MAX: usize = 100;

#[derive(Deserialize)]
struct OsvRecord<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    summary: Text<'a>,
    #[serde(borrow, default)]
    details: Text<'a>,
    #[serde(borrow, default)]
    published: Text<'a>,
    #[serde(borrow, default)]
    modified: Text<'a>,
    #[serde(borrow, default)]
    withdrawn: Text<'a>,
    #[serde(borrow, default)]
    aliases: List<Text<'a>>,
    #[serde(borrow, default)]
    upstream: List<Text<'a>>,
    #[serde(borrow, default)]
    affected: List<AffectedPackage<'a>>,
    #[serde(borrow, default)]
    references: List<OsvReference<'a>>,
}

#[derive(Deserialize)]
struct OsvReference<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
}

#[derive(Deserialize)]
struct AffectedPackage<'a> {
    #[serde(borrow, default)]
    package: Option<PackageName<'a>>,
    #[serde(borrow, default)]
    ranges: List<Ranged<'a>>,
    #[serde(borrow, default)]
    versions: List<Text<'a>>,
}

#[derive(Deserialize)]
struct PackageName<'a> {
    #[serde(borrow, default)]
    ecosystem: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    purl: Text<'a>,
}

#[derive(Deserialize)]
struct Ranged<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    events: List<WireEvent<'a>>,
}

#[derive(Deserialize)]
struct WireEvent<'a> {
    #[serde(borrow, default)]
    introduced: Text<'a>,
    #[serde(borrow, default)]
    fixed: Text<'a>,
    #[serde(borrow, default)]
    last_affected: Text<'a>,
    #[serde(borrow, default)]
    limit: Text<'a>,
}

impl WireEvent<'_> {
    fn event(&self) -> Option<Event<'_>> {
        let introduced = self.introduced.filled().map(Event::Introduced);
        introduced
            .or_else(|| self.fixed.filled().map(Event::Fixed))
            .or_else(|| self.last_affected.filled().map(Event::LastAffected))
            .or_else(|| self.limit.filled().map(Event::Limit))
    }
}

/// Whether a JSON document is of OSV records. STIX objects have an `id` too, but a `type`.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("id")
        && !head.has_key("type")
        && (head.has_key("affected") || head.has_key("schema_version") || head.has_key("withdrawn"))
        && (head.has_key("modified") || head.has_key("published"))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    input::json::values(document, problems, &mut |place, bytes, problems| one(place, bytes, sink, problems));
}

pub(crate) fn one(place: Place, bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    let record = match serde_json::from_slice::<OsvRecord<'_>>(bytes) {
        Ok(record) => record,
        Err(error) => {
            let what = format!("not an OSV record: {}", body::reason(&error));
            problems.add(place, Fault::Partial, what, Some("check the record against the OSV schema"));
            return;
        }
    };
    let Some(id) = record.id.owned() else {
        problems.add(place, Fault::Partial, "a record without an id was passed over", None);
        return;
    };
    let title = match record.summary.filled() {
        Some(summary) => summary.split_whitespace().collect::<Vec<_>>().join(" "),
        None => cve5::first_sentence(&record.details),
    };
    // `upstream` (schema 1.7) names what a distribution's record follows: for us another name of the same.
    let mut aliases: Vec<String> =
        record.aliases.iter().chain(record.upstream.iter()).filter_map(|alias| alias.owned()).collect();
    aliases.retain(|alias| *alias != id);
    aliases.dedup();
    let withdrawn = record.withdrawn.filled().is_some();
    let affected = if withdrawn { Vec::new() } else { record.affected.iter().filter_map(affected).collect() };
    sink.give(Fact::Vulnerability(Vulnerability {
        id,
        authority: Authority::Osv,
        modified: record.modified.filled().and_then(Timestamp::parse),
        aliases,
        title,
        published: record.published.filled().and_then(Date::parse),
        withdrawn,
        affected,
        ssvc: None,
        cvss_tenths: None,
        references: record
            .references
            .iter()
            .filter_map(|reference| reference.url.owned())
            .take(REFERENCES_MAX)
            .collect(),
        origin: sink.origin(place),
    }));
}

fn affected(entry: &AffectedPackage<'_>) -> Option<Affected> {
    let named = entry.package.as_ref()?;
    let package = package::from_osv(&named.ecosystem, &named.name)
        .or_else(|| package::from_purl(&named.purl))
        .map(|mut package| {
            // The package URL knows the namespace of a distribution better than a table does.
            // Records of Alpine had a type that is none (`pkg:alpine/…`): then the ecosystem decides.
            if let Some(exact) = package::from_purl(&named.purl)
                && exact.name.eq_ignore_ascii_case(&package.name)
                && exact.ecosystem == package.ecosystem
            {
                package = exact;
            }
            package
        });
    let of_release = named.ecosystem.split_once(':').map_or("", |(_, release)| release);
    let release = package.as_ref().and_then(Package::distribution).and_then(|name| release(name, of_release));
    let product = Product { name: named.name.owned(), package, release, ..Product::default() };
    let ecosystem = Scheme::from_osv_ecosystem(&named.ecosystem);
    let mut ranges = Vec::new();
    for range in entry.ranges.iter() {
        let scheme = match &*range.kind.to_ascii_uppercase() {
            "SEMVER" => Some(ecosystem.unwrap_or(Scheme::SemVer)),
            "ECOSYSTEM" => ecosystem,
            _ => None,
        };
        let events: Vec<Event<'_>> = range.events.iter().filter_map(WireEvent::event).collect();
        let read = scheme.and_then(|scheme| Range::from_events(scheme, &events));
        ranges.extend(read.filter(|range| !range.intervals.is_empty()));
    }
    // A version is affected if a range holds it or if it is listed: nearly all that are listed are in a range too.
    let scheme = ecosystem.unwrap_or(Scheme::Generic);
    let listed = entry.versions.iter().take(VERSIONS_MAX).filter_map(|version| version.filled());
    let outside: Vec<&str> = listed
        .filter(|version| !ranges.iter().any(|range: &Range| range.contains(version) == Within::Yes))
        .collect();
    ranges.extend(outside.into_iter().map(|version| Range::exact(scheme, version)));
    let versions = if ranges.is_empty() { Versions::Unknown } else { Versions::In(ranges, Vec::new()) };
    Some(Affected { product, versions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn affected_of(entry: &str) -> Affected {
        affected(&serde_json::from_str(entry).expect("an entry")).expect("a package")
    }

    fn holds(affected: &Affected, version: &str) -> bool {
        let Versions::In(ranges, _) = &affected.versions else { return false };
        ranges.iter().any(|range| range.contains(version) == Within::Yes)
    }

    #[test]
    fn a_version_is_affected_if_a_range_holds_it_or_if_it_is_listed() {
        let entry = affected_of(
            r#"{"package": {"ecosystem": "PyPI", "name": "gangway"}, "versions": ["1.0", "1.1", "3.0.post1"],
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "2.0"}]}]}"#,
        );
        for (version, expected) in [("1.0", true), ("1.5", true), ("3.0.post1", true), ("3.0", false)] {
            assert_eq!(holds(&entry, version), expected, "{version}");
        }
        let Versions::In(ranges, _) = &entry.versions else { panic!("{entry:?}") };
        assert_eq!(ranges.len(), 2, "what a range holds is not listed again");
    }

    #[test]
    fn a_package_url_of_no_type_gives_way_to_the_ecosystem() {
        let entry = affected_of(
            r#"{"package": {"ecosystem": "Alpine:v3.12", "name": "gangway", "purl": "pkg:alpine/gangway"}}"#,
        );
        assert_eq!(entry.product.package.expect("a package").key(), "apk/alpine/gangway");
    }
}
