//! Syft's own JSON (github.com/anchore/syft, schema/json): the artifacts of an image, a folder or a file.
//!
//! Names that Syft derives for CPE from a package's name are guesses; one of the NVD's dictionary is taken, a guess only
//! where there is no package URL. Source packages come from the metadata of deb, rpm and apk.

use super::upstream::{Upstreams, of_file};
use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;
use serde_json::Value;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("artifacts")
        && (head.contains("\"foundBy\"")
            || head.has_key("artifactRelationships")
            || head.contains("anchore/syft"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(bill) = held::tree(document, problems) else { return };
    let (mut count, mut upstreams) = (0, Upstreams::default());
    for artifact in held::list(&bill, "artifacts") {
        let place = held::next(&mut count);
        let Some(name) = held::text(artifact, "name") else {
            held::not_used(problems, place, "an artifact without name");
            continue;
        };
        let version = held::text(artifact, "version").filter(|version| *version != "UNKNOWN");
        let mut component = software::component(&source, place, name, version);
        if let Some(purl) = held::text(artifact, "purl") {
            component = software::with_purl(component, purl);
        }
        component.cpe = cpe(artifact, component.purl.is_none());
        let metadata = artifact.get("metadata").unwrap_or(&Value::Null);
        match from(metadata) {
            Some(from) => {
                let from = (from.0, from.1.or_else(|| component.version.clone()));
                upstreams.give_with(component, Some(from), each);
            }
            None => upstreams.give(component, each),
        }
    }
}

fn from(metadata: &Value) -> Option<(String, Option<String>)> {
    let text = |key: &str| held::text(metadata, key).map(str::to_owned);
    if let Some(file) = text("sourceRpm") {
        return of_file(file.strip_suffix(".src.rpm")?);
    }
    text("source")
        .map(|name| (name, text("sourceVersion")))
        .or_else(|| text("originPackage").map(|name| (name, None)))
}

/// A CPE name: texts in older versions, objects with their source in newer ones.
fn cpe(artifact: &Value, guess: bool) -> Option<String> {
    let cpes = held::list(artifact, "cpes");
    let of_dictionary =
        cpes.iter().find(|cpe| held::text(cpe, "source").is_some_and(|source| source.starts_with("nvd")));
    let chosen = of_dictionary.or_else(|| cpes.first().filter(|_| guess))?;
    chosen.as_str().or_else(|| held::text(chosen, "cpe")).map(str::to_owned)
}
