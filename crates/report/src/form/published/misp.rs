//! A report of ours as one event of MISP, for import.
//!
//! Source: the MISP core format (draft-dulaunoy-misp-core-format), sections 2.2 to 2.4. The event and each attribute have
//! the same UUID in every version and a later timestamp, so that an import replaces what is there; what is no longer named
//! is an attribute that is deleted.

use crate::form::extract::misp::{kind, tag, uuid};
use crate::safe::json;
use crate::safe::node::{Node, list, object, text};
use crate::words::mention::value;
use model::publication::{Edition, Named};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes the event.
pub(super) fn write(edition: &Edition, out: &mut dyn Write) -> io::Result<()> {
    json::document(&object([("response", Node::List(vec![object([("Event", event(edition))])]))]), out)
}

fn event(edition: &Edition) -> Node {
    let publication = &edition.publication;
    let id = uuid(&["published", &publication.author, &publication.id]);
    let at = edition.modified;
    let mut seen = BTreeSet::new();
    let mut attributes: Vec<Node> = Vec::new();
    for (named, is_gone) in
        edition.named.iter().map(|named| (named, false)).chain(edition.gone.iter().map(|named| (named, true)))
    {
        attributes.extend(attribute(edition, named, is_gone, &id, &mut seen));
    }
    let state = match edition.state() {
        "withdrawn" => "Withdrawn: ",
        _ => "",
    };
    for one in &edition.corrections {
        let note = format!("version {}: {}", one.version, one.note);
        attributes.push(object([
            ("uuid", text(uuid(&["note", &id, &one.version.to_string()]))),
            ("type", text("comment")),
            ("category", text("Other")),
            ("value", text(note)),
            ("to_ids", Node::Flag(false)),
            ("timestamp", text(one.at.seconds().to_string())),
            ("distribution", text("5")),
            ("disable_correlation", Node::Flag(true)),
        ]));
    }
    let maker =
        object([("name", text(&publication.author)), ("uuid", text(uuid(&["org", &publication.author])))]);
    object([
        ("uuid", text(&id)),
        ("info", text(format!("{state}{} ({})", publication.title, publication.id))),
        ("date", text(edition.created.date().to_string())),
        ("timestamp", text(at.seconds().to_string())),
        ("published", Node::Flag(false)),
        ("analysis", text("2")),
        ("threat_level_id", text("4")),
        // Whoever imports it decides who sees it; the tag says who may.
        ("distribution", text("0")),
        ("Orgc", maker),
        ("Tag", list(tag(edition.marking()))),
        ("Attribute", Node::List(attributes)),
    ])
}

fn attribute(
    edition: &Edition,
    named: &Named,
    is_gone: bool,
    event: &str,
    seen: &mut BTreeSet<(&'static str, String)>,
) -> Option<Node> {
    let mention = &named.mention;
    let (sort, category) = kind(mention)?;
    let is_sign = mention.malicious && sort != "vulnerability" && sort != "text";
    if !(is_sign || sort == "vulnerability") || !seen.insert((sort, value(&mention.what).to_owned())) {
        return None;
    }
    let marking = named.tlp.max(edition.publication.tlp);
    Some(object([
        ("uuid", text(uuid(&["attribute", event, sort, value(&mention.what)]))),
        ("type", text(sort)),
        ("category", text(category)),
        ("value", text(value(&mention.what))),
        ("to_ids", Node::Flag(is_sign && !is_gone)),
        ("comment", text(&mention.sentence)),
        ("timestamp", text(edition.modified.seconds().to_string())),
        ("distribution", text("5")),
        ("disable_correlation", Node::Flag(false)),
        ("deleted", Node::Flag(is_gone)),
        ("Tag", list(tag(marking))),
    ]))
}
