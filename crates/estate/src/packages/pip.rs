//! `pip freeze` and requirements files (pip.pypa.io, "Requirements File Format"; PEP 440, PEP 508).
//!
//! Only a pin (`==`, `===`) names the version that is installed; a range names none, and the line is counted. Options,
//! hashes and editable installs are passed over.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

enum Requirement<'l> {
    Pinned {
        name: &'l str,
        version: &'l str,
    },
    Open,
    /// An option, a path or an address.
    Other,
}

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let pinned = |line: &str| matches!(requirement(line), Some(Requirement::Pinned { .. }));
    let known = |line: &str| line.starts_with([' ', '\t']) || requirement(line).is_some();
    text::all(head, |line| line.trim_start().starts_with('#'), known) && head.lines(30).any(pinned)
}

/// A line without its comment, marker and options.
fn requirement(line: &str) -> Option<Requirement<'_>> {
    let line = line.split(" #").next().unwrap_or(line).trim().trim_end_matches('\\').trim_end();
    if line.starts_with('-') || line.starts_with("git+") || line.starts_with("http") || line.starts_with("./")
    {
        return Some(Requirement::Other);
    }
    let bare = line.split(';').next().unwrap_or(line);
    let bare = bare.split(" --").next().unwrap_or(bare).trim();
    let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(bare.len());
    let (name, rest) = bare.split_at_checked(end)?;
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let rest =
        rest.strip_prefix('[').map_or(Some(rest), |rest| rest.split_once(']').map(|(_, rest)| rest))?.trim();
    let rest = rest.strip_prefix('(').map_or(rest, |rest| rest.trim_end_matches(')'));
    if rest.is_empty() || rest.starts_with('@') {
        return Some(if rest.is_empty() { Requirement::Open } else { Requirement::Other });
    }
    if let Some(version) = rest.strip_prefix("===").or_else(|| rest.strip_prefix("==")).map(str::trim) {
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".+!-_".contains(c);
        let whole = !version.is_empty() && version.chars().all(allowed);
        return Some(if whole { Requirement::Pinned { name, version } } else { Requirement::Open });
    }
    rest.starts_with(['<', '>', '!', '~', '=']).then_some(Requirement::Open)
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut continued, mut open) = (false, 0_u64);
    text::lines(document, problems, &mut |number, line, problems| {
        let goes_on = line.ends_with('\\');
        let is_rest = std::mem::replace(&mut continued, goes_on);
        if is_rest || line.trim().is_empty() || line.trim_start().starts_with('#') {
            return;
        }
        match requirement(line) {
            Some(Requirement::Pinned { name, version }) => {
                let package = software::plain("pypi", name);
                each(software::packaged(&source, Place::Line(number), package, name, Some(version)));
            }
            Some(Requirement::Open) => open += 1,
            Some(Requirement::Other) => {}
            None => text::not_used(problems, number, "not a requirement", None),
        }
    });
    if open > 0 {
        let what = format!("requirements that name no version, not used: {open}");
        problems.add(Place::Whole, Fault::Note, what, Some("give the output of pip freeze"));
    }
}
