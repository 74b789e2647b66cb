//! `/etc/os-release` (os-release(5)): the operating system of the machine that the folder names.

use crate::{software, text};
use input::{Document, Head};
use model::ours::Fact;
use model::{Place, Problems};
use std::collections::BTreeMap;

pub(crate) fn recognise(head: &Head<'_>) -> bool {
    let has = |key: &str| head.lines(30).any(|line| line.starts_with(key));
    has("ID=")
        && (has("NAME=") || has("PRETTY_NAME="))
        // `cat /etc/*release` writes several files.
        && head.lines(30).all(|line| {
            line.contains('=') || line.starts_with('#') || crate::systems::release::is_release_line(line)
        })
}

pub(crate) fn read(document: &mut Document<'_>, problems: &mut Problems, each: &mut dyn FnMut(Fact)) {
    let source = document.name.clone();
    let mut fields = BTreeMap::new();
    text::lines(document, problems, &mut |_, line, _| {
        if let Some((key, value)) = line.split_once('=').filter(|_| fields.len() < 100) {
            fields.insert(key.to_owned(), value.trim_matches(['"', '\'']).to_owned());
        }
    });
    let Some(name) = fields.get("NAME").or_else(|| fields.get("PRETTY_NAME")) else { return };
    let version = fields.get("VERSION_ID").map(String::as_str);
    let mut component = software::component(&source, Place::Line(1), name, version);
    component.cpe = fields.get("CPE_NAME").cloned();
    each(Fact::Component(component));
}
