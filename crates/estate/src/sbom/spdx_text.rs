//! SPDX 2.2 and 2.3 as tag and value, one a line (spdx.github.io/spdx-spec/v2.3, clause 4.4 and annex).
//!
//! A package begins with `PackageName`; what follows is of it until the next section. Free text goes over lines between
//! `<text>` and `</text>`.

use super::spdx::{maker, reference_of};
use super::upstream::{Upstreams, of_sentence};
use crate::{software, text};
use input::{Document, Head};
use model::ours::{Component, Fact};
use model::{Place, Problems};

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.lines(20).any(|line| line.starts_with("SPDXVersion:")) && !head.is_json()
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let (mut package, mut is_file, mut free) = (None::<Component>, false, false);
    let (mut upstreams, mut named) = (Upstreams::default(), None);
    text::lines(document, problems, &mut |number, line, problems| {
        if free {
            free = !line.contains("</text>");
            return;
        }
        free = line.contains("<text>") && !line.contains("</text>");
        if line.trim().is_empty() || line.starts_with('#') {
            return;
        }
        let Some((tag, value)) = line.split_once(':') else {
            return text::not_used(problems, number, "not a tag with its value", None);
        };
        let value = value.trim();
        let said = !matches!(value, "" | "NOASSERTION" | "NONE");
        match (tag.trim(), &mut package) {
            ("PackageName", _) => {
                let next = said.then(|| software::component(&source, Place::Line(number), value, None));
                if let Some(done) = std::mem::replace(&mut package, next).filter(|_| !is_file) {
                    upstreams.give_or(done, named.take(), each);
                }
                (is_file, named) = (false, None);
            }
            ("PackageVersion", Some(component)) if said => component.version = Some(value.to_owned()),
            ("PackageSupplier", Some(component)) if said => component.vendor = Some(maker(value)),
            ("PackageSourceInfo", Some(_)) => named = of_sentence(value),
            ("PrimaryPackagePurpose", Some(_)) => is_file = value == "FILE",
            ("ExternalRef", Some(component)) => {
                let mut parts = value.split_whitespace().skip(1);
                if let (Some(kind), Some(locator)) = (parts.next(), parts.next()) {
                    reference_of(component, kind, locator);
                }
            }
            _ => {}
        }
    });
    if let Some(done) = package.filter(|_| !is_file) {
        upstreams.give_or(done, named, each);
    }
}
