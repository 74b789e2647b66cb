//! `dpkg -l`: Debian's packages with their state, one a line (dpkg-query(1), `--list`).
//!
//! The first letters are what is wanted, what is there, and an error. What has only configuration left (`rc`) or was never
//! installed (`un`) is no component.

use super::distribution::PackageList;
use super::dpkg_state;
use crate::text;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(12).any(|line| line.starts_with("+++-="))
        || (!head.is_json() && head.lines(30).count() > 0 && head.lines(30).all(|line| row(line).is_some()))
}

struct ListRow<'l> {
    installed: bool,
    name: &'l str,
    version: &'l str,
}

/// A row: state, name, version, architecture, description.
fn row(line: &str) -> Option<ListRow<'_>> {
    let mut parts = line.split_whitespace();
    let (state, name, version) = (parts.next()?, parts.next()?, parts.next()?);
    let installed = dpkg_state::by_letters(state).filter(|_| !line.starts_with(char::is_whitespace))?;
    let named = (parts.next().is_some() || version.starts_with(|c: char| c.is_ascii_digit()))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    named.then_some(ListRow { installed, name, version })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut list = PackageList::new("deb");
    let mut begun = recognised_without_head(document);
    text::lines(document, problems, &mut |number, line, problems| {
        if line.starts_with("+++-") {
            begun = true;
        } else if !begun || line.is_empty() {
        } else if let Some(row) = row(line) {
            if row.installed {
                list.add(number, row.name.split(':').next().unwrap_or(row.name), Some(row.version));
            }
        } else if !line.starts_with("un ") {
            text::not_used(problems, number, "not a row of dpkg -l", None);
        }
    });
    list.give(&source, problems, each);
}

fn recognised_without_head(document: &Document<'_>) -> bool {
    !document.head_text().lines().any(|line| line.starts_with("+++-"))
}
