//! `go list -m -json all` (go.dev/ref/mod, "go list -m"): an object a module, one after the other.
//!
//! The main module has no version; of a module that is replaced the replacement counts.

use crate::{held, software};
use input::{Document, Head, json};
use model::Problems;
use model::ours::Fact;

/// How large one module may be.
const VALUE_BYTES_MAX: u64 = 1 << 20;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    head.has_key("Path")
        && (head.has_key("GoVersion") || head.has_key("GoMod") || head.has_key("Main") || head.has_key("Sum"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    json::values_bounded(document, VALUE_BYTES_MAX, problems, &mut |place, bytes, problems| {
        let Ok(module) = serde_json::from_slice::<serde_json::Value>(bytes) else {
            return held::not_used(problems, place, "a module that is not whole JSON");
        };
        let used = module.get("Replace").unwrap_or(&module);
        match (held::text(used, "Path"), held::text(used, "Version")) {
            (Some(path), Some(version)) => {
                each(software::packaged(
                    &source,
                    place,
                    software::scoped("golang", path),
                    path,
                    Some(version),
                ));
            }
            (Some(_), None) => {}
            (None, _) => held::not_used(problems, place, "a module without path"),
        }
    });
}
