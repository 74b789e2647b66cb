//! Debian's list of installed packages: `/var/lib/dpkg/status` and `status.d/*` of small images (deb822
//! paragraphs, dpkg-query(1), deb-control(5)).
//!
//! Advisories name source packages (`util-linux`) as often as binary ones (`fdisk`), so the source package
//! is given as a component of its own where its name differs, once in each document.

use crate::packages::dpkg_state;
use input::{Document, Head, Lines};
use model::ours::{Component, Fact};
use model::world::{Origin, Package};
use model::{Fault, Place, Problems};
use std::collections::BTreeSet;

/// How many different source packages of one document are remembered, three times what Debian has; those
/// beyond are given with every binary package, which harms nobody.
const SOURCES_MAX: usize = 100_000;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let first = head.text.lines().map(str::trim_end).find(|line| !line.is_empty());
    first.is_some_and(|line| line.starts_with("Package:"))
}

/// The fields of a paragraph that matter here.
#[derive(Default)]
struct Paragraph {
    line: u64,
    package: Option<String>,
    version: Option<String>,
    source: Option<String>,
    status: Option<String>,
    maintainer: Option<String>,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let name = document.name.clone();
    let mut lines = Lines::new(&mut document.reader, Lines::<&[u8]>::LINE_BYTES_MAX);
    let mut paragraph = Paragraph::default();
    let mut sources = BTreeSet::new();
    let mut give = |paragraph: Paragraph, problems: &mut Problems| {
        if paragraph.line > 0 {
            components(&name, paragraph, &mut sources, problems, each);
        }
    };
    loop {
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                problems.add(Place::Whole, Fault::Partial, format!("cannot be read further: {error}"), None);
                break;
            }
        };
        let text = String::from_utf8_lossy(line.bytes);
        if text.trim().is_empty() {
            give(std::mem::take(&mut paragraph), problems);
            continue;
        }
        if paragraph.line == 0 {
            paragraph.line = line.number;
        }
        // A line that starts with a blank goes on with the field before it.
        if text.starts_with([' ', '\t', '#']) {
            continue;
        }
        let Some((field, value)) = text.split_once(':') else {
            let what = "not a field of a package list: passed over";
            problems.add(Place::Line(line.number), Fault::Partial, what, None);
            continue;
        };
        let value = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        match field.to_ascii_lowercase().as_str() {
            "package" => paragraph.package = value,
            "version" => paragraph.version = value,
            "source" => paragraph.source = value,
            "status" => paragraph.status = value,
            "maintainer" => paragraph.maintainer = value,
            _ => {}
        }
    }
    give(paragraph, problems);
}

fn components(
    name: &std::sync::Arc<str>,
    paragraph: Paragraph,
    sources: &mut BTreeSet<(String, Option<String>)>,
    problems: &mut Problems,
    each: &mut dyn FnMut(Fact),
) {
    let Paragraph { line, package, version, source, status, maintainer } = paragraph;
    let place = Place::Line(line);
    // Removed packages stay listed with their version.
    if status.is_some_and(|status| dpkg_state::by_word(&status) == Some(false)) {
        return;
    }
    let Some(package) = package else {
        problems.add(place, Fault::Partial, "a paragraph without package name: passed over", None);
        return;
    };
    // Ubuntu writes its own address over the maintainer of every package that it builds.
    let is_ubuntu = maintainer.is_some_and(|maintainer| maintainer.contains("ubuntu.com"))
        || version.as_ref().is_some_and(|version| version.contains("ubuntu"));
    let namespace = if is_ubuntu { "ubuntu" } else { "debian" };
    let component = |name_of_package: &str, version: Option<String>| {
        let package = Package {
            ecosystem: "deb".to_owned(),
            namespace: Some(namespace.to_owned()),
            name: name_of_package.to_ascii_lowercase(),
        };
        Fact::Component(Component {
            name: name_of_package.to_owned(),
            version,
            vendor: None,
            package: Some(package),
            purl: None,
            cpe: None,
            host: None,
            origin: Origin::new(name, place),
        })
    };
    each(component(&package, version.clone()));
    let Some(source) = source else { return };
    // `util-linux (2.31.1-0.4)` where the source has another version.
    let (source, source_version) = match source.split_once('(') {
        Some((source, rest)) => (source.trim(), Some(rest.trim_end_matches(')').trim().to_owned())),
        None => (source.trim(), version),
    };
    let key = (source.to_owned(), source_version.clone());
    if source != package && (sources.len() >= SOURCES_MAX || sources.insert(key)) {
        each(component(source, source_version));
    }
}
