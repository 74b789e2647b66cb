//! STIX 2.0 and 2.1: bundles, lists of objects, single objects. ATT&CK is one such bundle.
//!
//! The bundle is read once, its objects held with their text borrowed; then markings, names and relations
//! are known and the facts are given in the bundle's order. Indicators come from patterns; reports (and
//! groupings) mention the objects that they refer to. A bundle given as an advisory that has no report of
//! its own is told as one.

mod marking;
pub(crate) mod pattern;
pub(crate) use report::actor;
mod report;
mod wire;

use crate::sink::Sink;
use crate::{body, passages};
use input::Document;
use input::Head;
use marking::Markings;
use model::world::{
    AliasAssertion, AttackPattern, CourseOfAction, Fact, Indicator, IntrusionSet, Relation, Relationship,
    Software,
};
use model::{Fault, Place, Problems, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    Bundle::of(&objects).tell(sink, problems);
}

/// A bundle with its names, markings and relations at hand.
struct Bundle<'t> {
    objects: &'t [(u64, Object<'t>)],
    by_id: HashMap<&'t str, usize>,
    markings: Markings<'t>,
    /// Groups and software that an indicator indicates, by the indicator's identifier.
    indicated: HashMap<&'t str, BTreeSet<&'t str>>,
}

impl<'t> Bundle<'t> {
    fn of(objects: &'t [(u64, Object<'t>)]) -> Self {
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

    fn object(&self, id: &str) -> Option<&'t Object<'t>> {
        self.by_id.get(id).and_then(|at| self.objects.get(*at)).map(|(_, object)| object)
    }

    fn tell(&self, sink: &mut Sink<'_>, problems: &mut Problems) {
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
        reports.tell(self, sink, problems);
        for (what, (count, place)) in unused.into_iter().take(20) {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let what = format!("{what} is not used for matching ({times})");
            problems.add(place, Fault::Note, what, None);
        }
    }

    /// Who says what an object says: its creator's name, else the document.
    fn creator(&self, object: &Object<'_>, sink: &Sink<'_>) -> String {
        if attack_reference(object).is_some() {
            return "attack".to_owned();
        }
        let creator = self.object(&object.created_by_ref).and_then(|identity| identity.name.owned());
        creator.unwrap_or_else(|| sink.source.to_string())
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
                context: report::sentence_of(object),
                source: source.clone(),
                attributed_to: if name { Vec::new() } else { attributed_to.clone() },
                valid_from: Timestamp::parse(&object.valid_from),
                valid_until: Timestamp::parse(&object.valid_until),
                revoked: object.revoked.0,
                tlp,
                origin,
            }));
        }
    }

    /// The groups and software that an indicator indicates; groups by their preferred names where one name
    /// leads to one group.
    fn attributed_to(&self, indicator: &str, sink: &Sink<'_>) -> Vec<String> {
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

/// The preferred name of the one group that bears a name; the name itself when there is none or several.
pub(crate) fn group_name(name: String, sink: &Sink<'_>) -> String {
    match actor(name.clone(), sink) {
        model::world::Mentioned::Actor { groups, .. } => match groups.as_slice() {
            [one] => one.clone(),
            _ => name,
        },
        _ => name,
    }
}

fn retired(object: &Object<'_>) -> bool {
    object.revoked.0 || object.x_mitre_deprecated.0
}

/// The ATT&CK identifier among the external references.
fn attack_reference(object: &Object<'_>) -> Option<String> {
    let references = object.external_references.iter();
    references
        .filter(|reference| reference.source_name.starts_with("mitre-"))
        .find_map(|reference| reference.external_id.owned())
        .filter(|id| id.starts_with(['T', 'G', 'S', 'M', 'C']))
}

/// A technique's number: by reference, else at the start of the name (`T1064: Scripting`) or its end.
pub(crate) fn technique_number(name: &str) -> Option<String> {
    let words = name.split([' ', ':', '(', ')', '-']).filter(|word| !word.is_empty());
    words
        .filter_map(|word| observable::canonical(observable::Kind::Technique, word))
        .map(|technique| technique.value)
        .next()
}

fn technique_id(object: &Object<'_>) -> Option<String> {
    attack_reference(object).filter(|id| id.starts_with('T')).or_else(|| technique_number(&object.name))
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

/// The observables of a cyber-observable object (`ipv4-addr`, `file` …).
fn cyber_observables(object: &Object<'_>) -> Vec<observable::Observable> {
    let mut all = Vec::new();
    let kind = &*object.kind;
    let mut add = |property: &str, value: &str| {
        if !value.is_empty() {
            all.extend(pattern::observable_at(&format!("{kind}:{property}"), value, false));
        }
    };
    add("value", &object.value);
    add("key", &object.key);
    add("path", &object.path);
    if kind == "file" {
        add("name", &object.name);
        for (algorithm, digest) in &object.hashes.0 {
            add(&format!("hashes.{algorithm}"), digest);
        }
    }
    all
}

/// The observables inside `observed-data` of STIX 2.0; in 2.1 they are objects of their own.
fn observed(object: &Object<'_>) -> Vec<observable::Observable> {
    let Some(raw) = object.objects else { return Vec::new() };
    let inner = serde_json::from_str::<BTreeMap<String, Object<'_>>>(raw.get()).unwrap_or_default();
    inner.values().flat_map(cyber_observables).collect()
}
