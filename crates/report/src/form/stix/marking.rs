//! TLP as marking definitions: version 2.0 by the identifiers that OASIS fixed for its extension, and beside it the
//! marking of version 1 (STIX 2.1 section 7.2.1.4) for programs that know only that.
//!
//! `AMBER+STRICT` has no marking in version 1: `amber` would widen the audience, so only the new one is written.

use crate::safe::node::{Node, object, text};
use model::Tlp;

/// The extension that holds the markings of TLP 2.0.
const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The identifiers of a marking: of version 2.0 and, where it has one, of version 1.
pub(super) fn ids(tlp: Tlp) -> &'static [&'static str] {
    match tlp {
        Tlp::Unmarked => &[],
        Tlp::Clear => &[
            "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
            "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
        ],
        Tlp::Green => &[
            "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
            "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
        ],
        Tlp::Amber => &[
            "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
        ],
        Tlp::AmberStrict => &["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"],
        Tlp::Red => &[
            "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
            "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        ],
    }
}

/// The definitions of a marking, as published; each with its identifier.
pub(super) fn definitions(tlp: Tlp) -> Vec<(&'static str, Node)> {
    let (new, old) = match tlp {
        Tlp::Unmarked => return Vec::new(),
        Tlp::Clear => ("clear", "white"),
        Tlp::Green => ("green", "green"),
        Tlp::Amber => ("amber", "amber"),
        Tlp::AmberStrict => ("amber+strict", ""),
        Tlp::Red => ("red", "red"),
    };
    let head =
        |id: &str| [("type", text("marking-definition")), ("spec_version", text("2.1")), ("id", text(id))];
    let mut all = Vec::new();
    if let Some(id) = ids(tlp).first() {
        let mut members = head(id).to_vec();
        members.push(("created", text("2022-10-01T00:00:00.000Z")));
        members.push(("name", text(tlp.name())));
        let extension = object([("extension_type", text("property-extension")), ("tlp_2_0", text(new))]);
        members.push(("extensions", Node::Object(vec![(EXTENSION, extension)])));
        all.push((*id, Node::Object(members)));
    }
    if let Some(id) = ids(tlp).get(1) {
        let mut members = head(id).to_vec();
        members.push(("created", text("2017-01-20T00:00:00.000Z")));
        members.push(("name", text(format!("TLP:{}", old.to_ascii_uppercase()))));
        members.push(("definition_type", text("tlp")));
        members.push(("definition", object([("tlp", text(old))])));
        all.push((*id, Node::Object(members)));
    }
    all
}
