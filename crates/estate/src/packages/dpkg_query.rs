//! `dpkg-query -W`, with the fields that `-f` usually names, and `apt list --installed` (dpkg-query(1), apt(8)).
//!
//! Without `-f` a line is name, tab, version. The columns of another format are known by what is in them: the name is
//! first; a version, an architecture, a state are recognised as what they are. A package without version is not
//! installed.

use super::distribution::{Listed, PackageList};
use super::dpkg_state;
use crate::text;
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

/// Architectures of Debian ports (`dpkg-architecture -L`, those that are built).
const ARCHITECTURES: &[&str] = &[
    "all", "any", "amd64", "arm64", "armel", "armhf", "i386", "loong64", "mips64el", "mipsel", "powerpc",
    "ppc64", "ppc64el", "riscv64", "s390x",
];

struct QueryRow<'l> {
    name: &'l str,
    version: Option<&'l str>,
    source: Option<(&'l str, &'l str)>,
    installed: bool,
    /// Something that only Debian writes is in the line.
    sure: bool,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let is_row = |line: &str| row(line).is_some();
    !is_selections(head)
        && text::all(head, passed_over, is_row)
        && !super::rpm::recognise(head)
        && (head.lines(30).any(|line| row(line).is_some_and(|row| row.sure))
            || head.lines(200).any(is_of_debian)
            || head.lines(30).all(|line| line.contains('\t') || row(line).is_none()))
}

/// Whether it is what `dpkg --get-selections` writes: a name and what is wished for it, without a version.
pub(crate) fn is_selections(head: &Head<'_>) -> bool {
    let wishes = ["install", "deinstall", "hold", "purge"];
    let is_it = |line: &str| line.rsplit_once('\t').is_some_and(|(_, wish)| wishes.contains(&wish));
    head.lines(1).count() == 1 && head.lines(10).all(is_it)
}

/// Whether a line is of a package that every Debian has, or of a version as only Debian and Ubuntu write them.
fn is_of_debian(line: &str) -> bool {
    const EVERYWHERE: &[&str] =
        &["apt", "base-files", "base-passwd", "debconf", "dpkg", "libc6", "debianutils"];
    let marked =
        |version: &str| ["ubuntu", "+deb", "dfsg", "+b", "~deb"].iter().any(|mark| version.contains(mark));
    row(line).is_some_and(|row| EVERYWHERE.contains(&row.name) || row.version.is_some_and(marked))
}

/// A frame of apt, or a package that is not installed: nothing is behind its tab.
fn passed_over(line: &str) -> bool {
    line.starts_with("Listing...") || line.starts_with("WARNING: apt") || is_name(line)
}

/// A line in any usual format.
fn row(line: &str) -> Option<QueryRow<'_>> {
    if let Some(row) = apt_row(line) {
        return Some(row);
    }
    let delimiter =
        ['\t', '|', ';', ',', ' ', '='].into_iter().find(|delimiter| line.contains(*delimiter))?;
    let mut cells = line.split(delimiter).map(str::trim).peekable();
    let first = cells.next()?;
    let (name, port) = first.split_once(':').map_or((first, None), |(name, port)| (name, Some(port)));
    if !is_name(name) || port.is_some_and(|port| !ARCHITECTURES.contains(&port)) {
        return None;
    }
    let mut row = QueryRow { name, version: None, source: None, installed: true, sure: port.is_some() };
    let mut count = 0;
    while let Some(cell) = cells.next() {
        count += 1;
        if ARCHITECTURES.contains(&cell) {
            row.sure = true;
        } else if row.version.is_none() && is_version(cell) {
            row.version = Some(cell);
        } else if let Some(there) = dpkg_state::by_letters(cell).or_else(|| dpkg_state::by_status(cell)) {
            row.sure = true;
            row.installed &= there;
        } else if let Some(there) = dpkg_state::by_word(cell).filter(|_| !cell.contains(' ')) {
            row.sure = true;
            row.installed &= there;
        } else if row.source.is_none()
            && is_name(cell)
            && let Some(version) =
                cells.peek().copied().filter(|next| row.version.is_some() && is_version(next))
        {
            // A source package is followed by its version; a section of the archive is not.
            row.source = Some((cell, version));
        }
    }
    // Two words are a name and its version; more are prose unless something that only Debian writes is among them.
    let fits = row.version.is_some() && (delimiter == '\t' || row.sure || count == 1);
    let empty = delimiter == '\t' && row.version.is_none();
    (fits || empty).then_some(row)
}

/// `adduser/stable,now 3.134 all [installed]`.
fn apt_row(line: &str) -> Option<QueryRow<'_>> {
    let mut parts = line.split_whitespace();
    let (name, _) = parts.next()?.split_once('/')?;
    let (version, port) = (parts.next()?, parts.next()?);
    let state = line.split_once('[').map_or("", |(_, state)| state);
    let fits = is_name(name) && is_version(version) && ARCHITECTURES.contains(&port);
    let installed = state.starts_with("installed") || state.starts_with("upgradable from: ");
    // What can be had stays in the second column; what is there follows in the bracket.
    let version = state.strip_prefix("upgradable from: ").map_or(version, |from| from.trim_end_matches(']'));
    fits.then_some(QueryRow { name, version: Some(version), source: None, installed, sure: true })
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    text.len() >= 2 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(allowed)
}

/// A version of Debian (deb-version(7)).
fn is_version(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".+-~:".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(allowed)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("deb");
    text::lines(document, problems, &mut |number, line, problems| match row(line) {
        Some(QueryRow { installed: false, .. }) | Some(QueryRow { version: None, .. }) => {}
        Some(row) => list.push(Listed {
            place: Place::Line(number),
            name: row.name.to_owned(),
            version: row.version.map(str::to_owned),
            source: row.source.map(|(source, version)| (source.to_owned(), Some(version.to_owned()))),
            vendor: None,
        }),
        None if line.is_empty() || passed_over(line) => {}
        None => text::not_used(problems, number, "not a package with its version", None),
    });
    list.give(&source, problems, each);
}
