//! A bundle with its names, markings and relations at hand.

use super::actor::group_name;
use super::marking::Markings;
use super::object::attack_reference;
use super::wire::Object;
use crate::sink::Sink;
use std::collections::{BTreeSet, HashMap};

/// A bundle with its names, markings and relations at hand.
pub(super) struct Bundle<'t> {
    pub(super) objects: &'t [(u64, Object<'t>)],
    pub(super) by_id: HashMap<&'t str, usize>,
    pub(super) markings: Markings<'t>,
    /// Groups and software that an indicator indicates, by the indicator's identifier.
    indicated: HashMap<&'t str, BTreeSet<&'t str>>,
}

impl<'t> Bundle<'t> {
    pub(super) fn of(objects: &'t [(u64, Object<'t>)]) -> Self {
        let mut bundle =
            Self { objects, by_id: HashMap::new(), markings: Markings::default(), indicated: HashMap::new() };
        for (at, (_, object)) in objects.iter().enumerate() {
            bundle.by_id.insert(&object.id, at);
            if &*object.kind == "marking-definition" {
                bundle.markings.define(object);
            }
        }
        for (_, object) in objects {
            if &*object.kind == "relationship" && &*object.relationship_type == "indicates" {
                bundle.indicated.entry(&object.source_ref).or_default().insert(&object.target_ref);
            }
        }
        bundle
    }

    pub(super) fn object(&self, id: &str) -> Option<&'t Object<'t>> {
        self.by_id.get(id).and_then(|at| self.objects.get(*at)).map(|(_, object)| object)
    }

    /// Who says what an object says: its creator's name, else the document.
    pub(super) fn creator(&self, object: &Object<'_>, sink: &Sink<'_>) -> String {
        if attack_reference(object).is_some() {
            return "attack".to_owned();
        }
        let creator = self.object(&object.created_by_ref).and_then(|identity| identity.name.owned());
        creator.unwrap_or_else(|| sink.source.to_string())
    }

    /// The groups and software that an indicator indicates; groups by their preferred names where one name
    /// leads to one group.
    pub(super) fn attributed_to(&self, indicator: &str, sink: &Sink<'_>) -> Vec<String> {
        let targets = self.indicated.get(indicator).into_iter().flatten();
        let names = targets.filter_map(|target| {
            let object = self.object(target)?;
            let name = object.name.owned()?;
            match &*object.kind {
                "intrusion-set" | "threat-actor" => Some(group_name(name, sink)),
                "malware" | "tool" => Some(name),
                _ => None,
            }
        });
        names.collect::<BTreeSet<String>>().into_iter().collect()
    }
}
