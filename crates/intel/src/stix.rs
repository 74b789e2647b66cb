//! STIX 2.0 and 2.1: bundles, lists of objects, single objects. ATT&CK is a bundle.
//!
//! The bundle is read once, its objects held with their text borrowed; then markings, names and relations
//! are known and the facts are given in the bundle's order. Indicators come from patterns; reports (and
//! groupings) mention the objects that they refer to. A bundle given as an advisory that has no report of
//! its own is given as one.

mod actor;
mod bundle;
mod marking;
mod object;
pub(crate) mod pattern;
mod pattern_token;
mod report;
mod wire;

pub(crate) use actor::actor;
pub(crate) use object::technique_number;

use crate::body;
use crate::prose::passages;
use crate::sink::Sink;
use bundle::Bundle;
use input::Document;
use input::Head;
use model::world::{
    AliasAssertion, AttackPattern, CourseOfAction, Fact, Indicator, IntrusionSet, Relation, Relationship,
    Software,
};
use model::{Fault, Place, Problems, Timestamp};
use object::{attack_reference, retired, sentence_of, technique_id};
use std::collections::{BTreeMap, HashMap};
use wire::Object;

/// How many objects of one document are held: ATT&CK has 25,000.
const OBJECTS_MAX: usize = 1_000_000;

/// Whether a JSON document is STIX: a bundle, or objects with STIX identifiers.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    if !head.has_key("type") && !head.has_key("objects") {
        return false;
    }
    let objects = head.has_key("objects") && (head.contains("\"bundle") || head.contains("\"spec_version\""));
    let one = head.has_key("id") && head.has_key("type") && has_stix_id(head.text);
    objects || one
}

/// An identifier `type--uuid` near the start.
fn has_stix_id(text: &str) -> bool {
    text.match_indices("--").take(8).any(|(at, _)| {
        let uuid = text.get(at + 2..at + 38).unwrap_or_default();
        uuid.len() == 36 && uuid.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
    })
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let mut objects: Vec<(u64, Object<'_>)> = Vec::new();
    let mut beyond = 0_u64;
    body::elements(&text, "objects", problems, &mut |number, raw, problems| {
        if objects.len() >= OBJECTS_MAX {
            beyond += 1;
            return;
        }
        match serde_json::from_str::<Object<'_>>(raw) {
            Ok(object) => objects.push((number, object)),
            Err(error) => {
                let what = format!("not a STIX object: {}", body::reason(&error));
                problems.add(Place::Record(number), Fault::Partial, what, None);
            }
        }
    });
    if beyond > 0 {
        let what = format!("{beyond} objects beyond the first {OBJECTS_MAX} were not read");
        problems.add(Place::Whole, Fault::Partial, what, Some("split the bundle"));
    }
    latest(&mut objects);
    Bundle::of(&objects).give_all(sink, problems);
}

/// Of an object that comes in several versions the one that was modified last counts (STIX 2.1, 3.6): one that is
/// revoked there takes the earlier ones back.
fn latest(objects: &mut Vec<(u64, Object<'_>)>) {
    let version = |object: &Object<'_>| {
        let time = object.modified.filled().or(object.created.filled());
        (time.and_then(Timestamp::parse), object.revoked.0)
    };
    let mut newest = HashMap::new();
    for (number, object) in objects.iter().filter(|(_, object)| !object.id.is_empty()) {
        let one = (version(object), *number);
        let known = newest.entry(object.id.to_string()).or_insert(one);
        *known = one.max(*known);
    }
    if newest.len() < objects.len() {
        objects.retain(|(number, object)| newest.get(&*object.id).is_none_or(|(_, newest)| newest == number));
    }
}

impl<'t> Bundle<'t> {
    fn give_all(&self, sink: &mut Sink<'_>, problems: &mut Problems) {
        let mut unused: BTreeMap<String, (u64, Place)> = BTreeMap::new();
        let reports = report::Reports::of(self, sink);
        for (number, object) in self.objects {
            let place = Place::Record(*number);
            match &*object.kind {
                "intrusion-set" | "threat-actor" => self.intrusion_set(object, place, sink),
                "malware" | "tool" => software(object, place, sink),
                "attack-pattern" => attack_pattern(object, place, sink),
                "course-of-action" => course_of_action(object, place, sink),
                "relationship" => relationship(object, place, sink),
                "indicator" => self.indicator(object, place, &reports, &mut unused, sink, problems),
                _ => {}
            }
        }
        reports.give_all(self, sink, problems);
        for (what, (count, place)) in unused.into_iter().take(20) {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let what = format!("{what} is not used for matching ({times})");
            problems.add(place, Fault::Note, what, None);
        }
    }

    fn intrusion_set(&self, object: &Object<'_>, place: Place, sink: &mut Sink<'_>) {
        let Some(name) = object.name.owned().filter(|_| !retired(object)) else { return };
        let source = self.creator(object, sink);
        let names = object.aliases.iter().filter_map(|alias| alias.owned());
        let aliases = names
            .filter(|alias| *alias != name)
            .map(|alias| AliasAssertion { name: alias, source: source.clone() })
            .collect();
        let attack_id = attack_reference(object).filter(|id| id.starts_with('G'));
        let origin = sink.origin(place);
        sink.give(Fact::IntrusionSet(IntrusionSet {
            stix_id: object.id.to_string(),
            attack_id,
            name,
            aliases,
            origin,
        }));
    }

    fn indicator(
        &self,
        object: &Object<'_>,
        place: Place,
        reports: &report::Reports<'t>,
        unused: &mut BTreeMap<String, (u64, Place)>,
        sink: &mut Sink<'_>,
        problems: &mut Problems,
    ) {
        let pattern_type = object.pattern_type.filled().unwrap_or("stix");
        if !pattern_type.eq_ignore_ascii_case("stix") {
            unused.entry(format!("a pattern of type {pattern_type}")).or_insert((0, place)).0 += 1;
            return;
        }
        let said = pattern::comparisons(&object.pattern);
        if said.broken {
            let what = "a pattern could not be read to its end";
            problems.add(place, Fault::Partial, what, Some("check it with a STIX pattern validator"));
        }
        for part in said.unused {
            unused.entry(format!("the comparison {part}")).or_insert((0, place)).0 += 1;
        }
        let types = object.indicator_types.iter().chain(object.labels.iter());
        if types.clone().any(|label| label.eq_ignore_ascii_case("benign")) {
            return;
        }
        let tlp = self.markings.of(object).or_else(|| reports.tlp_of(&object.id)).unwrap_or_default();
        let source = reports.name_of(&object.id).unwrap_or_else(|| self.creator(object, sink));
        let mut attributed_to = self.attributed_to(&object.id, sink);
        if attributed_to.is_empty() {
            attributed_to = reports.only_group(&object.id);
        }
        for observable in said.observables {
            let origin = sink.origin(place);
            let name = passages::is_mere_name(observable.kind);
            sink.give(Fact::Indicator(Indicator {
                observable,
                context: sentence_of(object),
                source: source.clone(),
                attributed_to: if name { Vec::new() } else { attributed_to.clone() },
                valid_from: valid_from(object),
                valid_until: Timestamp::parse(&object.valid_until),
                revoked: object.revoked.0,
                tlp,
                origin,
            }));
        }
    }
}

/// From when an indicator holds. Producers that do not know it must write a day, and write the day on which they made the
/// object: that says nothing about events before it (STIX 2.1, 4.7: `valid_from` is required).
fn valid_from(object: &Object<'_>) -> Option<Timestamp> {
    let from = Timestamp::parse(&object.valid_from)?;
    let made = Timestamp::parse(&object.created);
    made.is_none_or(|made| made.date() != from.date()).then_some(from)
}

fn software(object: &Object<'_>, place: Place, sink: &mut Sink<'_>) {
    let Some(name) = object.name.owned().filter(|_| !retired(object)) else { return };
    let names = object.aliases.iter().chain(object.x_mitre_aliases.iter()).filter_map(|alias| alias.owned());
    let mut aliases: Vec<String> = names.filter(|alias| *alias != name).collect();
    aliases.sort();
    aliases.dedup();
    let attack_id = attack_reference(object).filter(|id| id.starts_with('S'));
    let origin = sink.origin(place);
    let stix_id = object.id.to_string();
    sink.give(Fact::Software(Software { stix_id, attack_id, name, aliases, origin }));
}

fn attack_pattern(object: &Object<'_>, place: Place, sink: &mut Sink<'_>) {
    let (Some(attack_id), Some(name)) = (technique_id(object), object.name.owned()) else { return };
    let phases = object.kill_chain_phases.iter().filter(|phase| phase.kill_chain_name.contains("mitre"));
    let origin = sink.origin(place);
    sink.give(Fact::AttackPattern(AttackPattern {
        stix_id: object.id.to_string(),
        attack_id,
        name,
        tactics: phases.filter_map(|phase| phase.phase_name.owned()).collect(),
        retired: retired(object),
        origin,
    }));
}

fn course_of_action(object: &Object<'_>, place: Place, sink: &mut Sink<'_>) {
    let Some(name) = object.name.owned().filter(|_| !retired(object)) else { return };
    let attack_id = attack_reference(object).filter(|id| id.starts_with('M'));
    let origin = sink.origin(place);
    sink.give(Fact::CourseOfAction(CourseOfAction {
        stix_id: object.id.to_string(),
        attack_id,
        name,
        origin,
    }));
}

fn relationship(object: &Object<'_>, place: Place, sink: &mut Sink<'_>) {
    let relation = match &*object.relationship_type {
        "uses" => Relation::Uses,
        "mitigates" => Relation::Mitigates,
        "indicates" => Relation::Indicates,
        "attributed-to" => Relation::AttributedTo,
        "subtechnique-of" => Relation::SubtechniqueOf,
        _ => return,
    };
    let (Some(from), Some(to)) = (object.source_ref.owned(), object.target_ref.owned()) else { return };
    if retired(object) {
        return;
    }
    let origin = sink.origin(place);
    sink.give(Fact::Relationship(Relationship { relation, from, to, origin }));
}
