//! Debian's security tracker as one JSON object: source package → CVE → releases.
//!
//! Each release has its own fix, and an inventory seldom says which release a version is of. Versions grow from
//! release to release, so each one answers for the versions above the newest of the release before, up to its own
//! newest (`repositories`); in this span everything below `fixed_version` is affected, and all of it while the status
//! is `open`. `fixed_version` `0` and `undetermined` affect nothing that is known. Source:
//! security-tracker.debian.org/tracker/data/json.

use super::record;
use crate::body;
use crate::sink::Sink;
use crate::wire::Words;
use input::{Document, Head};
use model::world::{Affected, Authority, Fact, Package, Product, Versions, Vulnerability};
use model::{Fault, Place, Problems};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use version::{Bound, Range, Scheme};

/// How many releases of one record are used; Debian keeps six at a time.
const RELEASES_MAX: usize = 64;

/// Releases from old to new; one that is not listed is newer than those, `sid` is the newest of all.
const RELEASES: [&str; 10] =
    ["wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid"];

#[derive(Deserialize)]
struct Flaw {
    #[serde(default)]
    description: Words,
    #[serde(default)]
    releases: BTreeMap<String, Release>,
}

#[derive(Default, Deserialize)]
struct Release {
    #[serde(default)]
    status: Words,
    #[serde(default)]
    repositories: BTreeMap<String, Words>,
    #[serde(default)]
    fixed_version: Words,
}

/// Whether a JSON document is the tracker's.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.is_json()
        && head.contains("\"CVE-")
        && head.contains("\"releases\"")
        && head.contains("\"repositories\"")
        && head.contains("\"status\"")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut number = 0;
    let mut each = |package: &str, flaws: &str| {
        number += 1;
        let place = Place::Record(number);
        match serde_json::from_str::<BTreeMap<String, &RawValue>>(flaws) {
            Ok(flaws) => {
                flaws.iter().for_each(|(id, raw)| one(package, id, raw.get(), place, sink, problems))
            }
            Err(error) => {
                let what = format!("not a package of the tracker: {}", body::reason(&error));
                problems.add(place, Fault::Partial, what, None);
            }
        }
    };
    let mut deserializer = serde_json::Deserializer::from_str(&text);
    if let Err(error) = deserializer.deserialize_map(Members(&mut each)) {
        let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
        let what = format!("not JSON from here on ({}); what is before was used", body::reason(&error));
        problems.add(Place::Line(line), Fault::Partial, what, Some("get the document again from its source"));
    }
}

/// Hands over every member of an object.
struct Members<'a>(&'a mut dyn FnMut(&str, &str));

impl<'t> Visitor<'t> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of packages")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<Cow<'t, str>, &'t RawValue>()? {
            (self.0)(&key, value.get());
        }
        Ok(())
    }
}

fn one(package: &str, id: &str, raw: &str, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    // `TEMP-…` is a note of the tracker that has no number yet.
    if !record::is_cve(id) || package.is_empty() {
        return;
    }
    let flaw = match serde_json::from_str::<Flaw>(raw) {
        Ok(flaw) => flaw,
        Err(error) => {
            let what = format!("{id} of {package} cannot be read: {}", body::reason(&error));
            problems.add(place, Fault::Partial, what, None);
            return;
        }
    };
    let range = Range { scheme: Scheme::Debian, intervals: intervals(flaw.releases) };
    if range.intervals.is_empty() {
        return;
    }
    let name = package.to_ascii_lowercase();
    let named = Package { ecosystem: "deb".to_owned(), namespace: Some("debian".to_owned()), name };
    let product = Product { name: Some(package.to_owned()), package: Some(named), ..Product::default() };
    sink.give(Fact::Vulnerability(Vulnerability {
        aliases: vec![id.to_owned()],
        title: super::cve5::first_sentence(&flaw.description),
        affected: vec![Affected { product, versions: Versions::In(vec![range], Vec::new()) }],
        // One CVE has a record for each package.
        ..record::empty(&format!("DEBIAN-{id}/{package}"), Authority::Debian, sink.origin(place))
    }));
}

/// What is affected, release by release from old to new.
fn intervals(releases: BTreeMap<String, Release>) -> Vec<(Bound, Bound)> {
    let rank = |name: &str| {
        let base = name.split('-').next().unwrap_or_default();
        let known = RELEASES.iter().position(|release| *release == base);
        known.map_or((RELEASES.len() - 1) * 2 - 1, |at| at * 2)
    };
    let mut releases: Vec<(String, Release)> = releases.into_iter().take(RELEASES_MAX).collect();
    releases.sort_by_key(|(name, _)| rank(name));
    let (mut all, mut before) = (Vec::new(), None::<String>);
    let last = releases.len().saturating_sub(1);
    for (number, (_, release)) in releases.into_iter().enumerate() {
        let newest = newest(&release);
        let fixed = release.fixed_version.filled();
        let high = match (&*release.status.to_ascii_lowercase(), fixed) {
            (_, Some("0")) | ("undetermined", _) => None,
            ("resolved", Some(fixed)) => Some(Bound::Excluded(fixed.to_owned())),
            ("open", _) if number == last => Some(Bound::Open),
            ("open", _) => Some(newest.clone().map_or(Bound::Open, Bound::Included)),
            _ => None,
        };
        let low = before.clone().map_or(Bound::Open, Bound::Excluded);
        all.extend(high.filter(|high| is_above(high, &before)).map(|high| (low, high)));
        before = greater(before, newest);
    }
    all
}

/// Whether a span that begins after a version and ends here holds anything.
fn is_above(high: &Bound, low: &Option<String>) -> bool {
    match (high, low) {
        (Bound::Included(high) | Bound::Excluded(high), Some(low)) => {
            Scheme::Debian.compare(high, low) == Some(Ordering::Greater)
        }
        _ => true,
    }
}

/// The newest version of a release that is known.
fn newest(release: &Release) -> Option<String> {
    let fixed = release.fixed_version.filled().filter(|fixed| *fixed != "0");
    let all = release.repositories.values().filter_map(Words::filled).chain(fixed);
    all.fold(None, |newest, one| greater(newest, Some(one.to_owned())))
}

fn greater(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let less = Scheme::Debian.compare(&one, &other) == Some(Ordering::Less);
            Some(if less { other } else { one })
        }
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        let releases = serde_json::from_str(json).expect("valid");
        Range { scheme: Scheme::Debian, intervals: intervals(releases) }.to_string()
    }

    #[test]
    fn each_release_answers_for_its_own_versions() {
        let text = shown(
            r#"{"trixie":{"status":"open","repositories":{"trixie":"3.0-1"}},
                "bookworm":{"status":"resolved","fixed_version":"2.0-1+deb12u2","repositories":{"bookworm":"2.0-1+deb12u3"}},
                "bullseye":{"status":"resolved","fixed_version":"0","repositories":{"bullseye":"1.0-1"}}}"#,
        );
        assert_eq!(text, "> 1.0-1, < 2.0-1+deb12u2 or > 2.0-1+deb12u3");
        assert_eq!(shown(r#"{"sid":{"status":"open"}}"#), "all versions");
        assert_eq!(shown(r#"{"sid":{"status":"undetermined"}}"#), "no version");
    }
}
