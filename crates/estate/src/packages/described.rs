//! Packages of systems that are small or far from Linux: `pkg info` of FreeBSD, `opkg list-installed` of OpenWrt.
//!
//! FreeBSD writes `name-version` and a comment (pkg-info(8)); its version has no hyphen, so the last one sets it off.
//! OpenWrt writes `name - version` (openwrt.org, "opkg"). Neither has an ecosystem with advisories of its own.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, text::none, |line| row(line).is_some()) && head.lines(2).count() == 2
}

fn row(line: &str) -> Option<(&str, &str)> {
    of_opkg(line).or_else(|| of_freebsd(line))
}

fn is_name(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c))
}

fn is_version(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || "._+-~,:".contains(c))
}

/// `busybox - 1.35.0-5`; a size may follow.
fn of_opkg(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split(" - ").map(str::trim);
    let (name, version) = (parts.next()?, parts.next()?);
    (is_name(name) && is_version(version) && parts.count() <= 1).then_some((name, version))
}

/// `curl-8.1.2    Command line tool`: two blanks or more set the comment off.
fn of_freebsd(line: &str) -> Option<(&str, &str)> {
    let (word, comment) = line.split_once(' ')?;
    let (name, version) = word.rsplit_once('-')?;
    let fits = is_name(name) && is_version(version) && !comment.trim().is_empty();
    // A comment follows in a column; prose has one blank.
    (fits && (comment.starts_with(' ') || word.len() >= 30)).then_some((name, version))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        Some((name, version)) => {
            each(Fact::Component(software::component(&source, Place::Line(number), name, Some(version))));
        }
        None if line.is_empty() => {}
        None => text::not_used(problems, number, "not a package with its version", None),
    });
}
