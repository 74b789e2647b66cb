//! `rpm -qa`, its usual query formats, and `dnf list installed` (rpm(8), rpm.org "Query formats", dnf(8)).
//!
//! A package is `name-[epoch:]version-release.arch`; a query format has the same parts in columns, in that order. Keys
//! that the database keeps as packages (`gpg-pubkey`) are none.

use super::distribution::{PackageList, release_first};
use crate::text;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;

/// Architectures of rpm (`rpmrc`, those that distributions build).
const ARCHITECTURES: &[&str] = &[
    "noarch",
    "x86_64",
    "x86_64_v2",
    "i386",
    "i486",
    "i586",
    "i686",
    "aarch64",
    "armv7hl",
    "armv7l",
    "ppc64",
    "ppc64le",
    "s390",
    "s390x",
    "riscv64",
    "loongarch64",
    "ia64",
    "(none)",
];

/// Name and version of one line.
struct RpmRow {
    name: String,
    version: String,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    text::all(head, is_heading, |line| row(line).is_some())
}

/// Lines that dnf writes around its list.
fn is_heading(line: &str) -> bool {
    line.starts_with("Installed Packages")
        || line.starts_with("Last metadata expiration")
        || line.starts_with("Loaded plugins")
        || line.starts_with("gpg-pubkey")
}

fn row(line: &str) -> Option<RpmRow> {
    let delimiter = ['\t', '|', ';', ','].into_iter().find(|delimiter| line.contains(*delimiter));
    let cells: Vec<&str> = match delimiter {
        Some(delimiter) => line.split(delimiter).map(str::trim).collect(),
        None => line.split_whitespace().collect(),
    };
    let (first, rest) = cells.split_first()?;
    nevra(first).or_else(|| of_dnf(first, rest)).or_else(|| columns(first, rest))
}

/// `name-[epoch:]version-release.arch`; the architecture may be left out where the release has a mark.
fn nevra(text: &str) -> Option<RpmRow> {
    let text = text.split_once(':').filter(|(epoch, _)| is_epoch(epoch)).map_or(text, |(_, rest)| rest);
    let bare = text.strip_suffix(".rpm").unwrap_or(text);
    let with_port = bare.rsplit_once('.').filter(|(_, port)| ARCHITECTURES.contains(port));
    let (whole, has_port) = with_port.map_or((bare, false), |(whole, _)| (whole, true));
    let (before, release) = whole.rsplit_once('-')?;
    let (name, version) = before.rsplit_once('-')?;
    let fits =
        is_name(name) && is_version(version) && is_version_part(release) && (has_port || is_marked(release));
    fits.then(|| RpmRow { name: name.to_owned(), version: format!("{}-{release}", without_zero(version)) })
}

/// `bash.x86_64  5.1.8-9.el9  @baseos`.
fn of_dnf(first: &str, rest: &[&str]) -> Option<RpmRow> {
    let (name, port) = first.rsplit_once('.')?;
    let version = rest.first()?;
    let (upstream, release) = version.rsplit_once('-')?;
    let fits =
        ARCHITECTURES.contains(&port) && is_name(name) && is_version(upstream) && is_version_part(release);
    fits.then(|| RpmRow { name: name.to_owned(), version: without_zero(version).to_owned() })
}

/// Name, epoch, version, release and architecture in columns of their own; epoch and architecture may be left out.
fn columns(name: &str, rest: &[&str]) -> Option<RpmRow> {
    if !is_name(name) {
        return None;
    }
    let port =
        rest.iter().position(|cell| ARCHITECTURES.iter().any(|port| port == cell) && *cell != "(none)");
    let cells = rest.get(..port.unwrap_or(rest.len().min(3)))?;
    let (epoch, version, release) = match cells {
        [epoch, version, release] if is_epoch(epoch) => (*epoch, *version, Some(*release)),
        [version, release, ..] if is_version(version) && is_version_part(release) => {
            ("0", *version, Some(*release))
        }
        [version] | [version, ..] => ("0", *version, None),
        [] => return None,
    };
    let whole = match release {
        Some(release) => format!("{version}-{release}"),
        None => version.to_owned(),
    };
    let (upstream, release) = whole.rsplit_once('-')?;
    let fits = is_version(upstream) && is_version_part(release) && (port.is_some() || is_marked(release));
    let epoch = if matches!(epoch, "0" | "(none)") { String::new() } else { format!("{epoch}:") };
    fits.then(|| RpmRow { name: name.to_owned(), version: format!("{epoch}{}", without_zero(&whole)) })
}

fn is_epoch(text: &str) -> bool {
    text == "(none)"
        || (!text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An epoch of zero is none, and so is `(none)`.
fn without_zero(version: &str) -> &str {
    version.strip_prefix("0:").or_else(|| version.strip_prefix("(none):")).unwrap_or(version)
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && text.chars().all(allowed)
}

fn is_version(text: &str) -> bool {
    let upstream = text.split_once(':').filter(|(epoch, _)| is_epoch(epoch)).map_or(text, |(_, rest)| rest);
    is_version_part(upstream)
}

fn is_version_part(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+._~^".contains(c);
    text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(allowed)
}

/// Whether a release has the mark of a distribution: `5.el9`, `2.fc41`, `1.amzn2023`.
fn is_marked(release: &str) -> bool {
    // SUSE builds for a service pack: `150500.6.2.1`.
    if release.split('.').next().is_some_and(|first| first.len() == 6 && first.starts_with("150")) {
        return true;
    }
    ["el", "fc", "amzn", "mga", "lp15", "oe"].iter().any(|mark| {
        let mut after = release.match_indices(mark).filter(|(at, _)| {
            *at == 0 || release.as_bytes().get(at - 1).is_some_and(|byte| b".+".contains(byte))
        });
        after.any(|(at, _)| {
            release
                .get(at + mark.len()..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '1'))
        })
    })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("rpm");
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        _ if line.is_empty() || is_heading(line) => {}
        Some(row) if row.name == "gpg-pubkey" => {}
        Some(row) => list.add(number, &row.name, Some(&row.version)),
        None => text::not_used(problems, number, "not a package with version and release", None),
    });
    release_first(&mut list);
    list.give(&source, problems, each);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        row(line).map_or_else(|| "none".to_owned(), |row| format!("{} {}", row.name, row.version))
    }

    #[test]
    fn every_usual_form() {
        for (line, wanted) in [
            ("kernel-core-5.14.0-362.8.1.el9_3.x86_64", "kernel-core 5.14.0-362.8.1.el9_3"),
            ("bind-libs-32:9.16.23-14.el9.x86_64", "bind-libs 32:9.16.23-14.el9"),
            ("zlib-1.2.11-40.el9", "zlib 1.2.11-40.el9"),
            ("openssl-libs 1 3.0.7 24.el9 x86_64", "openssl-libs 1:3.0.7-24.el9"),
            ("zlib\t(none)\t1.2.11\t40.el9\tx86_64", "zlib 1.2.11-40.el9"),
            ("zlib|0|1.2.11|40.el9|x86_64", "zlib 1.2.11-40.el9"),
            ("zlib 1.2.11-40.el9 x86_64", "zlib 1.2.11-40.el9"),
            ("zlib 0:1.2.11-40.el9 x86_64 Rocky", "zlib 1.2.11-40.el9"),
            ("zlib 1.2.11 40.el9", "zlib 1.2.11-40.el9"),
            ("zlib.x86_64  1.2.11-40.el9  @baseos", "zlib 1.2.11-40.el9"),
            ("zlib-1.2.11-40.el9.x86_64   Sat 28 Nov 2026 08:00:00", "zlib 1.2.11-40.el9"),
            ("adduser 3.134 all", "none"),
            ("a word of prose", "none"),
            ("wget-1.21.4-r0", "none"),
        ] {
            assert_eq!(shown(line), wanted, "{line}");
        }
    }
}
