//! Gemfile.lock (bundler.io) and `gem list` (guides.rubygems.org).
//!
//! Sections have heads in capitals; `specs:` lists what was resolved, four blanks deep, what each needs deeper. The
//! platform follows the version (`1.16.2-x86_64-linux`). Gems of the project itself (`PATH`) are none.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};
use std::collections::BTreeSet;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let is_head = |line: &str| matches!(line, "GEM" | "PATH" | "GIT" | "PLUGIN SOURCE");
    let locked = head.lines(1).any(is_head) && head.lines(400).any(|line| line == "  specs:");
    locked || text::all(head, |line| line.contains("LOCAL GEMS"), |line| gem_list(line).is_some())
}

/// `    rails (7.0.4)`.
fn spec(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("    ").filter(|line| !line.starts_with(' '))?;
    let (name, version) = line.strip_suffix(')')?.split_once(" (")?;
    let platform = version.split_once('-').map(|(version, _)| version);
    Some((name, platform.unwrap_or(version)))
}

/// `rails (7.0.4, 6.1.7)`, `json (default: 2.6.1)`.
fn gem_list(line: &str) -> Option<(&str, &str)> {
    let (name, versions) = line.strip_suffix(')')?.split_once(" (")?;
    let is_version =
        |text: &str| text.trim().trim_start_matches("default: ").starts_with(|c: char| c.is_ascii_digit());
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    (is_name && versions.split(',').all(is_version)).then_some((name, versions))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut section, mut specs, mut seen) = (String::new(), false, BTreeSet::new());
    text::lines(document, problems, &mut |number, line, _| {
        let mut give = |name: &str, version: &str| {
            if seen.insert((name.to_owned(), version.to_owned())) {
                each(software::packaged(
                    &source,
                    Place::Line(number),
                    software::plain("gem", name),
                    name,
                    Some(version),
                ));
            }
        };
        if line.starts_with("***") {
            // The head of `gem list`.
        } else if section.is_empty()
            && let Some((name, versions)) = gem_list(line)
        {
            for version in versions.split(',').map(|version| version.trim().trim_start_matches("default: ")) {
                give(name, version.split([' ', '-']).next().unwrap_or(version));
            }
        } else if !line.starts_with(' ') && !line.is_empty() {
            line.clone_into(&mut section);
            specs = false;
        } else if line == "  specs:" {
            specs = section != "PATH";
        } else if specs && let Some((name, version)) = spec(line) {
            give(name, version);
        }
    });
}
