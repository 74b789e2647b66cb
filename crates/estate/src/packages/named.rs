//! Lists of a name and its versions in each line: `pacman -Q` of Arch Linux, `brew list --versions` of Homebrew.
//!
//! A version of Arch ends with its release (`1.2-3`, PKGBUILD(5)); Homebrew writes every installed version of a
//! formula (docs.brew.sh, "list"). What has both forms is of Arch where all versions have a release.

use super::distribution::PackageList;
use crate::{software, text};
use input::{Document, Head};
use model::Place;
use model::Problems;
use model::ours::Fact;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, text::none, |line| row(line).is_some())
}

fn row(line: &str) -> Option<(&str, Vec<&str>)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let versions: Vec<&str> = words.collect();
    let is_name = name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "@._+-".contains(c))
        && !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let fits = is_name && !versions.is_empty() && versions.iter().all(|version| is_version(version));
    fits.then_some((name, versions))
}

fn is_version(text: &str) -> bool {
    // A name and an address are of another list.
    if text.parse::<std::net::IpAddr>().is_ok() {
        return false;
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._+-:~,".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('.') && text.chars().all(allowed)
        || (text.contains('-') && is_of_arch(text))
}

/// `[epoch:]version-release`, where the release is a number.
fn is_of_arch(version: &str) -> bool {
    let number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    version.rsplit_once('-').is_some_and(|(version, release)| !version.is_empty() && number(release))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let of_arch = document.head_text().lines().filter(|line| !line.is_empty()).take(30).all(|line| {
        row(line).is_some_and(|(_, versions)| versions.iter().all(|version| is_of_arch(version)))
    });
    let mut list = PackageList::new("alpm");
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        _ if line.is_empty() => {}
        Some((name, versions)) if of_arch => list.add(number, name, versions.first().copied()),
        Some((name, versions)) => {
            for version in versions {
                let place = Place::Line(number);
                each(Fact::Component(software::component(&source, place, name, Some(version))));
            }
        }
        None => text::not_used(problems, number, "not a name with its version", None),
    });
    list.give(&source, problems, each);
}
