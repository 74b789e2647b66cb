//! Reports of a bundle: which objects each refers to, and what they mention.

use super::actor::{actor, group_name};
use super::bundle::Bundle;
use super::object::{attack_reference, cyber_observables, observed, sentence_of, technique_id};
use super::pattern;
use super::wire::Object;
use crate::prose::article;
use crate::prose::{self, MENTIONS_MAX};
use crate::prose::{controls, passages};
use crate::sink::Sink;
use model::world::{Fact, Mention, Mentioned, Report};
use model::{Date, Fault, Place, Problems, Tlp};
use observable::{Kind, Observable, canonical};
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many reports of one bundle are given.
const REPORTS_MAX: usize = 100_000;

/// The reports of a bundle and what belongs to each.
pub(super) struct Reports<'t> {
    all: Vec<BundleReport<'t>>,
    /// The report that an object belongs to.
    of: HashMap<&'t str, usize>,
}

/// One report: an object of the bundle, or the bundle itself.
struct BundleReport<'t> {
    object: Option<&'t Object<'t>>,
    name: String,
    place: Place,
    tlp: Option<Tlp>,
    /// The one group that it names.
    group: Option<String>,
    /// Numbers of the objects that belong to it, in the bundle's order.
    members: Vec<usize>,
}

impl<'t> Reports<'t> {
    pub(super) fn of(bundle: &Bundle<'t>, sink: &Sink<'_>) -> Self {
        let advisory = sink.advisory;
        let referred: HashSet<&str> = bundle
            .objects
            .iter()
            .filter(|(_, object)| is_report(object))
            .flat_map(|(_, object)| object.object_refs.iter().map(|id| &**id))
            .collect();
        // A report that another refers to is a part of that one.
        let outer: Vec<usize> = (0..bundle.objects.len())
            .filter(|at| {
                let object = bundle.objects.get(*at).map(|(_, object)| object);
                object.is_some_and(|object| is_report(object) && !referred.contains(&*object.id))
            })
            .take(REPORTS_MAX)
            .collect();
        let mut reports = Self { all: Vec::new(), of: HashMap::new() };
        let whole = advisory && outer.len() <= 1;
        if outer.is_empty() && advisory && bundle.objects.iter().any(|(_, object)| speaks(object)) {
            let members = (0..bundle.objects.len()).collect();
            let tlp = bundle.objects.iter().filter_map(|(_, object)| bundle.markings.of(object)).max();
            let place = Place::Whole;
            let one = BundleReport { object: None, name: String::new(), place, tlp, group: None, members };
            reports.add(bundle, one, sink);
        }
        for at in outer {
            let Some((number, object)) = bundle.objects.get(at) else { continue };
            let members = if whole { (0..bundle.objects.len()).collect() } else { members(bundle, object) };
            let name = object.title.owned().or_else(|| object.name.owned()).unwrap_or_default();
            let tlp = bundle.markings.of(object);
            let place = Place::Record(*number);
            let one = BundleReport { object: Some(object), name, place, tlp, group: None, members };
            reports.add(bundle, one, sink);
        }
        reports
    }

    fn add(&mut self, bundle: &Bundle<'t>, mut one: BundleReport<'t>, sink: &Sink<'_>) {
        let number = self.all.len();
        let objects = one.members.iter().filter_map(|member| bundle.objects.get(*member));
        let groups = objects.filter(|(_, object)| matches!(&*object.kind, "intrusion-set" | "threat-actor"));
        let groups: BTreeSet<String> =
            groups.filter_map(|(_, object)| Some(group_name(object.name.owned()?, sink))).collect();
        one.group = groups.first().filter(|_| groups.len() == 1).cloned();
        for member in &one.members {
            if let Some((_, object)) = bundle.objects.get(*member) {
                self.of.entry(&object.id).or_insert(number);
            }
        }
        self.all.push(one);
    }

    /// The marking of the report that an object belongs to.
    pub(super) fn tlp_of(&self, id: &str) -> Option<Tlp> {
        self.of.get(id).and_then(|number| self.all.get(*number)).and_then(|one| one.tlp)
    }

    /// The group that the report of an object names, when it names exactly one.
    pub(super) fn only_group(&self, id: &str) -> Vec<String> {
        let one = self.of.get(id).and_then(|number| self.all.get(*number));
        one.and_then(|one| one.group.clone()).into_iter().collect()
    }

    /// The title of the report that an object belongs to.
    pub(super) fn name_of(&self, id: &str) -> Option<String> {
        let one = self.of.get(id).and_then(|number| self.all.get(*number))?;
        (!one.name.is_empty()).then(|| one.name.clone())
    }

    /// Gives every report, and the indicators that its own words name.
    pub(super) fn give_all(&self, bundle: &Bundle<'t>, sink: &mut Sink<'_>, problems: &mut Problems) {
        for one in &self.all {
            one.give(bundle, sink, problems);
        }
    }
}

impl BundleReport<'_> {
    fn give(&self, bundle: &Bundle<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
        let name = if self.name.is_empty() { sink.source.to_string() } else { self.name.clone() };
        let mut mentions: Vec<Mention> = Vec::new();
        let mut beyond = 0_u64;
        let mut add = |mention: Mention| {
            if mentions.len() < MENTIONS_MAX { mentions.push(mention) } else { beyond += 1 }
        };
        for member in &self.members {
            let Some((number, object)) = bundle.objects.get(*member) else { continue };
            let origin = sink.origin(Place::Record(*number));
            let sentence = sentence_of(object);
            for (what, malicious) in mentioned(object, sink) {
                add(Mention { what, malicious, sentence: sentence.clone(), origin: origin.clone() });
            }
            if is_report(object) || &*object.kind == "note" {
                let words = [&*object.abstract_, &*object.description, &*object.content].join("\n");
                let tlp = self.tlp.unwrap_or_default();
                let read = prose::mentions(&article::plain(&words), &origin, sink);
                for indicator in prose::indicators(&read.mentions, &name, &read.attributed_to, tlp) {
                    sink.give(Fact::Indicator(indicator));
                }
                read.mentions.into_iter().for_each(&mut add);
            }
        }
        if beyond > 0 {
            let what = format!("{beyond} mentions beyond the first {MENTIONS_MAX} were counted, not kept");
            problems.add(self.place, Fault::Partial, what, None);
        }
        let object = self.object;
        let text = |field: fn(&Object<'_>) -> Option<String>| object.and_then(field);
        let published =
            text(|object| object.published.owned()).or_else(|| text(|object| object.created.owned()));
        let creator = object.and_then(|object| bundle.object(&object.created_by_ref));
        let id = object.map(|object| object.id.to_string());
        let origin = sink.origin(self.place);
        sink.give(Fact::Report(Report {
            id: id.unwrap_or_else(|| prose::report_id(&name, &format!("{mentions:?}"))),
            name,
            publisher: creator.and_then(|identity| identity.name.owned()),
            published: published.as_deref().and_then(Date::parse),
            tlp: self.tlp,
            mentions,
            listed: Vec::new(),
            origin,
        }));
    }
}

fn is_report(object: &Object<'_>) -> bool {
    matches!(&*object.kind, "report" | "grouping")
}

/// Whether an object says anything by itself.
fn speaks(object: &Object<'_>) -> bool {
    !matches!(&*object.kind, "marking-definition" | "identity" | "relationship" | "location" | "")
}

/// The objects that a report refers to, through reports within it, in the bundle's order.
fn members(bundle: &Bundle<'_>, report: &Object<'_>) -> Vec<usize> {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut open: Vec<usize> = bundle.by_id.get(&*report.id).copied().into_iter().collect();
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        if let Some((_, object)) = bundle.objects.get(at).filter(|(_, object)| is_report(object)) {
            open.extend(object.object_refs.iter().filter_map(|id| bundle.by_id.get(&**id)).copied());
        }
    }
    let mut all: Vec<usize> = seen.into_iter().collect();
    all.sort_unstable();
    all
}

/// What an object mentions, and whether as malicious.
fn mentioned(object: &Object<'_>, sink: &Sink<'_>) -> Vec<(Mentioned, bool)> {
    let name = || object.name.owned();
    match &*object.kind {
        "indicator" => {
            let benign =
                object.labels.iter().chain(object.indicator_types.iter()).any(|label| &**label == "benign");
            let malicious = !benign && !object.revoked.0;
            let observables = pattern::comparisons(&object.pattern).observables;
            let sign = |one: &Observable| malicious && passages::is_sign(one.kind);
            observables
                .into_iter()
                .map(|one| (sign(&one), one))
                .map(|(sign, one)| (Mentioned::Observable(one), sign))
                .collect()
        }
        "attack-pattern" => observable(Kind::Technique, technique_id(object)),
        "vulnerability" => {
            let number =
                object.external_references.iter().find(|one| one.source_name.eq_ignore_ascii_case("cve"));
            observable(Kind::Cve, number.and_then(|one| one.external_id.owned()).or_else(name))
        }
        "intrusion-set" | "threat-actor" => {
            name().map(|written| (actor(written, sink), false)).into_iter().collect()
        }
        "malware" | "tool" => name().map(|name| (Mentioned::Software(name), false)).into_iter().collect(),
        "course-of-action" => match attack_reference(object).filter(|id| id.starts_with('M')) {
            Some(id) => vec![(Mentioned::Control(id), false)],
            None => {
                let names = controls::advised(&object.name, true);
                names.into_iter().map(|name| (Mentioned::Control(name.to_owned()), false)).collect()
            }
        },
        "observed-data" => {
            observed(object).into_iter().map(|one| (Mentioned::Observable(one), false)).collect()
        }
        _ => cyber_observables(object).into_iter().map(|one| (Mentioned::Observable(one), false)).collect(),
    }
}

fn observable(kind: Kind, value: Option<String>) -> Vec<(Mentioned, bool)> {
    let found = value.and_then(|value| canonical(kind, &value));
    found.map(|found| (Mentioned::Observable(found), false)).into_iter().collect()
}
