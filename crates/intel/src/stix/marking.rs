//! Markings of STIX objects as TLP: the fixed identifiers of version 1 and version 2, and definitions in the
//! bundle. Granular markings count for the whole object: the strictest wins.

use super::wire::Object;
use model::Tlp;
use std::collections::HashMap;

/// Identifiers that mean one marking everywhere: STIX 2.1 section 7.2.1.4 (TLP 1) and the OASIS TLP 2.0
/// extension.
const FIXED: [(&str, Tlp); 9] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
];

/// The markings that a bundle defines.
#[derive(Default)]
pub(super) struct Markings<'t> {
    defined: HashMap<&'t str, Tlp>,
}

impl<'t> Markings<'t> {
    /// Takes note of a marking definition.
    pub(super) fn define(&mut self, object: &'t Object<'_>) {
        let named = [&object.definition.tlp, &object.name, &object.extensions.tlp_2_0];
        if let Some(tlp) = named.into_iter().find_map(|text| Tlp::parse(text)) {
            self.defined.insert(&object.id, tlp);
        }
    }

    /// The strictest marking of an object; `None` when it bears none.
    pub(super) fn of(&self, object: &Object<'_>) -> Option<Tlp> {
        let refs = object.object_marking_refs.iter();
        let granular = object.granular_markings.iter().map(|marking| &marking.marking_ref);
        refs.chain(granular).filter_map(|id| self.meaning(id)).max()
    }

    fn meaning(&self, id: &str) -> Option<Tlp> {
        let fixed = FIXED.iter().find(|(known, _)| *known == id).map(|(_, tlp)| *tlp);
        fixed.or_else(|| self.defined.get(id).copied())
    }
}
