//! yarn.lock of Yarn 1 and of later versions (classic.yarnpkg.com, "yarn.lock"; yarnpkg.com, "lockfile").
//!
//! A block begins with the ranges that it answers (`"@a/b@^1.0", …`) and names the version it resolved to. Later
//! versions write YAML with `resolution: "@a/b@npm:1.0.2"`, which goes before the ranges: a range may be an alias.

use crate::held;
use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let later = head.lines(30).any(|line| line == "__metadata:");
    let first = head.lines(6).any(|line| line.starts_with("# yarn lockfile v"));
    // The head may be missing in a part of a file.
    let block = || {
        let mut lines = head.lines(12).filter(|line| !line.starts_with('#'));
        lines.next().is_some_and(|line| line.ends_with(':') && line.trim_matches('"').contains('@'))
            && lines.next().is_some_and(|line| line.starts_with("  version "))
    };
    !head.is_json() && (first || later || block())
}

#[derive(Default)]
struct Block {
    line: u64,
    name: String,
    version: Option<String>,
    resolution: Option<String>,
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut block = Block::default();
    let mut give = |block: Block, problems: &mut Problems| {
        if block.line == 0 || block.name == "__metadata" {
            return;
        }
        let place = Place::Line(block.line);
        let Some(version) = block.version else {
            return held::not_used(problems, place, &format!("`{}` has no version", block.name));
        };
        let resolution = block.resolution.unwrap_or_default();
        // Parts of the project itself, and what is patched in place of what it is a patch of.
        if resolution.contains("@workspace:")
            || resolution.contains("@link:")
            || resolution.contains("@patch:")
        {
            return;
        }
        let name = name_of(&resolution).unwrap_or(&block.name);
        each(software::packaged(&source, place, software::scoped("npm", name), name, Some(&version)));
    };
    text::lines(document, problems, &mut |number, line, problems| {
        if line.starts_with('#') || line.is_empty() {
            return;
        }
        if !line.starts_with([' ', '\t']) {
            let first =
                line.trim_end_matches(':').split(',').next().unwrap_or_default().trim().trim_matches('"');
            let name = alias(first).or_else(|| name_of(first)).unwrap_or(first).to_owned();
            give(std::mem::replace(&mut block, Block { line: number, name, ..Block::default() }), problems);
            return;
        }
        // Two blanks: a field of the block; what is deeper is of its dependencies.
        let Some(field) = line.strip_prefix("  ").filter(|field| !field.starts_with(' ')) else { return };
        let (key, value) = field.split_once([':', ' ']).unwrap_or((field, ""));
        let value = value.trim().trim_matches('"').to_owned();
        match key {
            "version" => block.version = Some(value).filter(|version| !version.is_empty()),
            "resolution" => block.resolution = Some(value),
            _ => {}
        }
    });
    give(block, problems);
}

/// The package that a range of Yarn 1 is an alias of: `x@npm:lodash@^4`.
fn alias(range: &str) -> Option<&str> {
    let (_, rest) = range.split_once("@npm:")?;
    rest.rsplit_once('@').map(|(name, _)| name).filter(|name| !name.is_empty())
}

/// The name before the last mark of a version, which a scope has at its front.
fn name_of(range: &str) -> Option<&str> {
    let from = usize::from(range.starts_with('@'));
    let at = range.get(from..)?.find('@')? + from;
    range.get(..at).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ranges() {
        assert_eq!(name_of("@a/b@^1.0.0"), Some("@a/b"));
        assert_eq!(name_of("a@npm:1.0.0"), Some("a"));
        assert_eq!(name_of("a"), None);
        assert_eq!(alias("x@npm:@a/b@^4"), Some("@a/b"));
    }
}
