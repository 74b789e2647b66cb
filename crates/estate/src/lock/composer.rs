//! composer.lock and vendor/composer/installed.json (getcomposer.org, "The lock file").

use crate::held;
use crate::software;
use input::{Document, Head};
use model::Problems;
use model::ours::Fact;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let shown = head.has_key("installed") && head.contains("\"direct-dependency\"");
    shown
        || head.has_key("packages")
            && (head.has_key("content-hash")
                || head.has_key("dev-package-names")
                || head.contains("lock file")
                || head.contains("Composer"))
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let Some(lock) = held::tree(document, problems) else { return };
    let mut count = 0;
    for package in held::list(&lock, "packages")
        .iter()
        .chain(held::list(&lock, "packages-dev"))
        .chain(held::list(&lock, "installed"))
    {
        let place = held::next(&mut count);
        match (held::text(package, "name"), held::text(package, "version")) {
            (Some(name), Some(version)) => {
                let found = software::scoped("composer", name);
                each(software::packaged(&source, place, found, name, Some(version)));
            }
            _ => held::not_used(problems, place, "a package without name or version"),
        }
    }
}
