//! Debian's security tracker as one JSON object: source package → CVE → releases.
//!
//! Each release has its own fix, so each gives a product of its own, with the release that it is of. Everything below
//! `fixed_version` is affected, and all of it while the status is `open`. `fixed_version` `0` and `undetermined` affect
//! nothing that is known. Source: security-tracker.debian.org/tracker/data/json.

use super::record;
use crate::body;
use crate::sink::Sink;
use crate::wire::Words;
use input::{Document, Head};
use model::world::{Affected, Authority, Fact, Package, Product, Versions, Vulnerability, release};
use model::{Fault, Place, Problems};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use version::{Bound, Range, Scheme};

/// How many releases of one record are used; Debian keeps six at a time.
const RELEASES_MAX: usize = 64;

/// Releases that have no number in the table of all distributions: the old ones, those to come, and `sid`.
const RELEASES: [(&str, &str); 5] =
    [("wheezy", "7"), ("jessie", "8"), ("forky", "14"), ("duke", "15"), ("sid", "sid")];

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
    let mut affected = Vec::new();
    for (name, one) in flaw.releases.iter().take(RELEASES_MAX) {
        let Some(high) = end(one) else { continue };
        let range = Range { scheme: Scheme::Debian, intervals: vec![(Bound::Open, high)] };
        let named = Package {
            ecosystem: "deb".to_owned(),
            namespace: Some("debian".to_owned()),
            name: package.to_ascii_lowercase(),
        };
        let product = Product {
            name: Some(package.to_owned()),
            package: Some(named),
            release: Some(number_of(name)),
            ..Product::default()
        };
        affected.push(Affected { product, versions: Versions::In(vec![range], Vec::new()) });
    }
    if affected.is_empty() {
        return;
    }
    sink.give(Fact::Vulnerability(Vulnerability {
        aliases: vec![id.to_owned()],
        title: super::cve5::first_sentence(&flaw.description),
        affected,
        // One CVE has a record for each package.
        ..record::empty(&format!("DEBIAN-{id}/{package}"), Authority::Debian, sink.origin(place))
    }));
}

/// The number of a release by its code name; one that is not known is called by its name.
fn number_of(name: &str) -> String {
    let base = name.split('-').next().unwrap_or_default();
    let known = RELEASES.iter().find(|(known, _)| *known == base).map(|(_, number)| (*number).to_owned());
    known.or_else(|| release("debian", base)).unwrap_or_else(|| base.to_owned())
}

/// Where the affected versions of a release end; `None` where none is known to be affected.
fn end(release: &Release) -> Option<Bound> {
    match (&*release.status.to_ascii_lowercase(), release.fixed_version.filled()) {
        (_, Some("0")) => None,
        ("resolved", Some(fixed)) => Some(Bound::Excluded(fixed.to_owned())),
        ("open", _) => Some(Bound::Open),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        let releases: BTreeMap<String, Release> = serde_json::from_str(json).expect("valid");
        let all = releases.iter().filter_map(|(name, one)| Some((number_of(name), end(one)?)));
        all.map(|(name, end)| format!("{name} {end:?}")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_release_has_its_own_fix() {
        let text = shown(
            r#"{"trixie":{"status":"open"},
                "bookworm":{"status":"resolved","fixed_version":"2.0-1+deb12u2"},
                "sid":{"status":"undetermined"},
                "bullseye":{"status":"resolved","fixed_version":"0"}}"#,
        );
        assert_eq!(text, "12 Excluded(\"2.0-1+deb12u2\"), 13 Open");
        assert_eq!(shown(r#"{"sid":{"status":"open"},"forky":{"status":"open"}}"#), "14 Open, sid Open");
    }
}
