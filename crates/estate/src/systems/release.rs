//! The release of an operating system as its commands write it: `uname -a`, `hostnamectl`, `lsb_release -a`,
//! `sw_vers`, `ver`, `cat /etc/redhat-release`.
//!
//! A kernel's own number is no release of a distribution: `uname` names the machine and its system, and no component.

use super::lines::{TextLines, word};
use crate::{software, text};
use input::{Document, Head};
use model::ours::{Component, Device, Fact};
use model::world::Origin;
use model::{Place, Problems};

/// What a text says: a release, or a machine and its system.
enum Release {
    System { name: String, vendor: Option<&'static str>, version: String },
    Machine { name: String, system: String },
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(21).count() <= 20 && !head.is_json() && of(&TextLines::of_head(head)).is_some()
}

fn of(lines: &TextLines) -> Option<Release> {
    of_uname(lines).or_else(|| of_fields(lines)).or_else(|| of_windows(lines)).or_else(|| of_line(lines))
}

/// `Linux quay-1 5.15.0-105-generic #115-Ubuntu SMP …` (POSIX, uname).
fn of_uname(lines: &TextLines) -> Option<Release> {
    let mut words = lines.first().split_whitespace();
    let (system, name, release) = (words.next()?, words.next()?, words.next()?);
    let known = ["Linux", "FreeBSD", "OpenBSD", "NetBSD", "Darwin", "SunOS", "AIX"].contains(&system);
    let fits = known && lines.all().count() == 1 && words.count() >= 2;
    let is_release = release.starts_with(|c: char| c.is_ascii_digit()) && release.contains('.');
    (fits && is_release)
        .then(|| Release::Machine { name: name.to_owned(), system: format!("{system} {release}") })
}

fn of_fields(lines: &TextLines) -> Option<Release> {
    if let (Some(name), Some(version)) = (lines.value("ProductName"), lines.value("ProductVersion")) {
        let (name, version) = (name.to_owned(), version.to_owned());
        return name.contains("OS").then_some(Release::System { name, vendor: Some("Apple"), version });
    }
    if let (Some(name), Some(system)) = (lines.value("Static hostname"), lines.value("Operating System")) {
        return Some(Release::Machine { name: name.to_owned(), system: system.to_owned() });
    }
    let (name, version) = (lines.value("Distributor ID")?.to_owned(), lines.value("Release")?.to_owned());
    Some(Release::System { name, vendor: None, version })
}

/// `Microsoft Windows [Version 10.0.22631.3593]`, in the languages of Windows.
fn of_windows(lines: &TextLines) -> Option<Release> {
    let (_, rest) = lines.first().split_once("Microsoft Windows [")?;
    let version = rest.trim_end_matches(']').split_whitespace().last()?.to_owned();
    let fits = version.starts_with(|c: char| c.is_ascii_digit()) && rest.ends_with(']');
    fits.then(|| Release::System { name: "Microsoft Windows".to_owned(), vendor: Some("Microsoft"), version })
}

/// `AlmaLinux release 9.3 (Shamrock Pampas Cat)`.
fn of_line(lines: &TextLines) -> Option<Release> {
    let line = lines.first();
    if !lines.all().all(is_release_line) || line.split_whitespace().count() > 12 {
        return None;
    }
    let (name, rest) = line.split_once(" release ")?;
    Some(Release::System { name: name.to_owned(), vendor: None, version: word(rest)? })
        .filter(|_| name.starts_with(char::is_uppercase))
}

/// Whether a line is one of `/etc/redhat-release` and its like.
pub(crate) fn is_release_line(line: &str) -> bool {
    line.split_once(" release ").is_some_and(|(name, rest)| {
        name.split_whitespace().count() <= 6 && rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let lines = TextLines::of(document, problems);
    let place = Place::Line(1);
    match of(&lines) {
        Some(Release::System { name, vendor, version }) => {
            let component = software::component(&source, place, &name, Some(&version));
            each(Fact::Component(Component { vendor: vendor.map(str::to_owned), ..component }));
        }
        Some(Release::Machine { name, system }) => {
            let (short, fqdn) = match name.split_once('.') {
                Some((short, _)) => (short.to_owned(), Some(name.clone())),
                None => (name, None),
            };
            let origin = Some(Origin::new(&source, place));
            each(Fact::Device(Device {
                name: short,
                fqdn,
                system: Some(system.into()),
                origin,
                ..Device::default()
            }));
        }
        None => text::not_used(problems, 1, "no release of an operating system", None),
    }
}
