//! Packages of NuGet in XML: packages.config, and `PackageReference` of a project or of Directory.Packages.props
//! (learn.microsoft.com, "packages.config reference", "PackageReference in project files").
//!
//! A reference names a version only where it is one: a range, a wildcard or a property names none and is counted.

use crate::software;
use crate::xml::{self, Element};
use input::{Document, Head};
use model::ours::Fact;
use model::{Fault, Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.text.trim_start().starts_with('<')
        && (head.contains("<packages") && head.contains("<package ")
            || head.contains("<PackageReference ")
            || head.contains("<PackageVersion "))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(root) = xml::tree(document, problems) else { return };
    let references = root.all("ItemGroup").flat_map(|group| &group.children);
    let mut open = 0_u64;
    for element in root.all("package").chain(references) {
        let (name, version) = match element.name.as_str() {
            "package" => (element.attribute("id"), element.attribute("version")),
            "PackageReference" | "PackageVersion" => (
                element.attribute("Include"),
                element.attribute("Version").or_else(|| version_below(element)),
            ),
            _ => continue,
        };
        match (name, version.filter(|version| is_version(version))) {
            (Some(name), Some(version)) => {
                let package = software::plain("nuget", name);
                each(software::packaged(&source, element.place(), package, name, Some(version)));
            }
            _ => open += 1,
        }
    }
    if open > 0 {
        let what = format!("references that name no version, not used: {open}");
        problems.add(Place::Whole, Fault::Note, what, Some("give packages.lock.json"));
    }
}

fn version_below(element: &Element) -> Option<&str> {
    element.text("Version")
}

fn is_version(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(allowed)
}
