//! MISP events as JSON: `Event`, `response: [{Event} …]`, bare events, and lists of them.
//!
//! An attribute is an indicator when `to_ids` says so and it is not deleted; else it is context. Actors come
//! from galaxies and galaxy tags, the marking from `tlp:` tags. Source: the MISP core format
//! (draft-dulaunoy-misp-core-format).

mod attribute;
pub(crate) mod index;

pub(crate) use attribute::observables;

use crate::prose::sentences::{SENTENCE_CHARS_MAX, one_line};
use crate::sink::Sink;
use crate::stix;
use crate::wire::{Flag, List, Text};
use crate::{body, prose};
use input::Document;
use input::Head;
use model::world::{Fact, Indicator, Mention, Mentioned, Report};
use model::{Date, Fault, Place, Problems, Timestamp, Tlp};
use observable::{Kind, canonical};
use serde::Deserialize;
use std::collections::BTreeSet;

/// How many attributes of one event are read; the largest feeds have some 100,000.
const ATTRIBUTES_MAX: usize = 2_000_000;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope<'a> {
    #[serde(borrow, rename = "Event")]
    event: Option<MispEvent<'a>>,
    #[serde(borrow, flatten)]
    bare: MispEvent<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MispEvent<'a> {
    #[serde(borrow)]
    uuid: Text<'a>,
    #[serde(borrow)]
    info: Text<'a>,
    #[serde(borrow)]
    date: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow, rename = "Orgc")]
    creator: Organisation<'a>,
    #[serde(borrow, rename = "Attribute")]
    attributes: List<Attribute<'a>>,
    #[serde(borrow, rename = "Object")]
    objects: List<ObjectGroup<'a>>,
    #[serde(borrow, rename = "Tag")]
    tags: List<Tag<'a>>,
    #[serde(borrow, rename = "Galaxy")]
    galaxies: List<Galaxy<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Organisation<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ObjectGroup<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    comment: Text<'a>,
    deleted: Flag,
    #[serde(borrow, rename = "Attribute")]
    attributes: List<Attribute<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attribute<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    comment: Text<'a>,
    to_ids: Flag,
    deleted: Flag,
    #[serde(borrow)]
    first_seen: Text<'a>,
    #[serde(borrow, rename = "Tag")]
    tags: List<Tag<'a>>,
    #[serde(borrow, rename = "Galaxy")]
    galaxies: List<Galaxy<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tag<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Galaxy<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, rename = "GalaxyCluster")]
    clusters: List<Cluster<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cluster<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

/// Whether a JSON document is of MISP events. Windows event logs as JSON have an `Event` too, with `System`
/// inside; a MISP event has a title, attributes or an organisation.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let inside = |depth: u32| {
        let parts = ["info", "Attribute", "Orgc", "orgc_id", "threat_level_id", "Object"];
        head.keys().iter().any(|key| key.depth == depth && parts.contains(&key.name))
    };
    if head.has_key("Event") {
        return inside(2);
    }
    if head.has_key("response") {
        return head.contains("\"Event\"") && inside(3);
    }
    let parts = head.has_key("Attribute") || head.has_key("Object") || head.has_key("Orgc");
    let titled =
        head.has_key("info") && (parts || head.has_key("threat_level_id") || head.has_key("analysis"));
    titled || parts && (head.has_key("uuid") || head.contains("\"object_relation\""))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    body::elements(&text, "response", problems, &mut |number, raw, problems| {
        let place = Place::Record(number);
        match serde_json::from_str::<Envelope<'_>>(raw) {
            Ok(envelope) => give_event(&envelope.event.unwrap_or(envelope.bare), place, sink, problems),
            Err(error) => {
                let what = format!("not a MISP event: {}", body::reason(&error));
                problems.add(place, Fault::Partial, what, Some("export the event again as MISP JSON"));
            }
        }
    });
}

fn give_event(event: &MispEvent<'_>, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    if event.info.is_empty() && event.attributes.is_empty() && event.objects.is_empty() {
        problems.add(
            place,
            Fault::Partial,
            "an event with neither title nor attributes was passed over",
            None,
        );
        return;
    }
    let name = event.info.owned().unwrap_or_else(|| sink.source.to_string());
    let tlp = tlp(&event.tags);
    let mut facts = EventFacts {
        name,
        place,
        tlp,
        mentions: Vec::new(),
        actors: BTreeSet::new(),
        indicators: Vec::new(),
    };
    let origin = sink.origin(place);
    let title = prose::mentions(&crate::prose::article::plain(&event.info), &origin, sink);
    facts.mentions.extend(title.mentions.into_iter().filter(|mention| !mention.malicious));
    facts.tags(&event.tags, &event.galaxies, &facts.name.clone(), sink);
    let plain = event.attributes.iter().map(|attribute| (attribute, None));
    let grouped = event
        .objects
        .iter()
        .filter(|group| !group.deleted.0)
        .flat_map(|group| group.attributes.iter().map(move |attribute| (attribute, Some(group))));
    let count =
        event.attributes.len() + event.objects.iter().map(|group| group.attributes.len()).sum::<usize>();
    if count > ATTRIBUTES_MAX {
        let what = format!("{count} attributes; those beyond the first {ATTRIBUTES_MAX} were not read");
        problems.add(place, Fault::Partial, what, Some("export the event in parts"));
    }
    for (attribute, group) in plain.chain(grouped).take(ATTRIBUTES_MAX) {
        if !attribute.deleted.0 {
            facts.attribute(attribute, group, sink);
        }
    }
    facts.give(event, sink);
}

/// What an event says, gathered.
struct EventFacts {
    name: String,
    place: Place,
    tlp: Option<Tlp>,
    mentions: Vec<Mention>,
    actors: BTreeSet<Vec<String>>,
    indicators: Vec<Indicator>,
}

impl EventFacts {
    fn mention(&mut self, what: Mentioned, malicious: bool, sentence: &str, sink: &Sink<'_>) {
        if let Mentioned::Actor { groups, .. } = &what {
            self.actors.insert(groups.clone());
        }
        let known = self.mentions.iter().rev().take(8).any(|mention| mention.what == what);
        if self.mentions.len() < prose::MENTIONS_MAX && !known {
            let (sentence, origin) = (sentence.to_owned(), sink.origin(self.place));
            self.mentions.push(Mention { what, malicious, sentence, origin });
        }
    }

    fn attribute(&mut self, attribute: &Attribute<'_>, group: Option<&ObjectGroup<'_>>, sink: &Sink<'_>) {
        let context = context(attribute, group);
        self.tags(&attribute.tags, &attribute.galaxies, &context, sink);
        match &*attribute.kind {
            "threat-actor" => {
                if let Some(name) = attribute.value.owned() {
                    self.mention(stix::actor(name, sink), false, &context, sink);
                }
                return;
            }
            "text" | "comment" => {
                if let Some(id) = stix::technique_number(&attribute.value)
                    && let Some(technique) = canonical(Kind::Technique, &id)
                {
                    self.mention(Mentioned::Observable(technique), false, &context, sink);
                }
                return;
            }
            _ => {}
        }
        let tlp = tlp(&attribute.tags).max(self.tlp).unwrap_or_default();
        for observable in attribute::observables(&attribute.kind, &attribute.value, attribute.to_ids.0) {
            // The name of a file with its hash beside it is mentioned, but the hash is the sign.
            let beside_hash = observable.kind == Kind::FileName
                && group.is_some_and(|group| {
                    group.attributes.iter().any(|one| !one.deleted.0 && attribute::is_hash(&one.kind))
                });
            let malicious =
                attribute.to_ids.0 && !beside_hash && crate::prose::passages::is_sign(observable.kind);
            if malicious {
                self.indicators.push(Indicator {
                    observable: observable.clone(),
                    context: context.clone(),
                    source: self.name.clone(),
                    attributed_to: Vec::new(),
                    valid_from: Timestamp::parse(&attribute.first_seen),
                    valid_until: None,
                    revoked: false,
                    tlp,
                    origin: sink.origin(self.place),
                });
            }
            self.mention(Mentioned::Observable(observable), malicious, &context, sink);
        }
    }

    /// Actors, software and techniques of galaxies, given as clusters or as tags.
    fn tags(&mut self, tags: &[Tag<'_>], galaxies: &[Galaxy<'_>], sentence: &str, sink: &Sink<'_>) {
        for tag in tags {
            if let Some(rest) = tag.name.strip_prefix("misp-galaxy:")
                && let Some((kind, value)) = rest.split_once('=')
            {
                self.cluster(kind, value.trim_matches('"'), sentence, sink);
            }
        }
        for galaxy in galaxies {
            for cluster in galaxy.clusters.iter() {
                let kind = cluster.kind.filled().or(galaxy.kind.filled()).unwrap_or_default();
                self.cluster(kind, &cluster.value, sentence, sink);
            }
        }
    }

    fn cluster(&mut self, kind: &str, value: &str, sentence: &str, sink: &Sink<'_>) {
        let (name, number) = named_and_numbered(value);
        if name.is_empty() {
            return;
        }
        let what = if kind == "threat-actor" || kind.ends_with("intrusion-set") {
            stix::actor(name.to_owned(), sink)
        } else if kind.ends_with("attack-pattern") {
            match number.and_then(|id| canonical(Kind::Technique, id)) {
                Some(technique) => Mentioned::Observable(technique),
                None => return,
            }
        } else if kind.ends_with("course-of-action") {
            match number.filter(|id| id.starts_with("M1")) {
                Some(id) => Mentioned::Control(id.to_owned()),
                None => return,
            }
        } else if SOFTWARE_GALAXIES.contains(&kind) || kind.ends_with("malware") || kind.ends_with("-tool") {
            Mentioned::Software(name.to_owned())
        } else {
            return;
        };
        self.mention(what, false, sentence, sink);
    }

    fn give(mut self, event: &MispEvent<'_>, sink: &mut Sink<'_>) {
        // Attributed only when the event names exactly one group.
        let one = match self.actors.iter().collect::<Vec<_>>().as_slice() {
            [groups] => match groups.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            },
            _ => None,
        };
        for mut indicator in std::mem::take(&mut self.indicators) {
            let name = crate::prose::passages::is_mere_name(indicator.observable.kind);
            indicator.attributed_to = one.iter().filter(|_| !name).cloned().collect();
            sink.give(Fact::Indicator(indicator));
        }
        let seconds = event.timestamp.parse::<i64>().ok().and_then(Timestamp::from_seconds);
        let origin = sink.origin(self.place);
        let derived = || prose::report_id(&self.name, &format!("{:?}", self.mentions));
        sink.give(Fact::Report(Report {
            id: event.uuid.owned().unwrap_or_else(derived),
            publisher: event.creator.name.owned(),
            published: Date::parse(&event.date).or_else(|| seconds.map(Timestamp::date)),
            tlp: self.tlp,
            name: self.name,
            mentions: self.mentions,
            listed: Vec::new(),
            origin,
        }));
    }
}

/// Galaxies whose clusters are malware or tools.
const SOFTWARE_GALAXIES: [&str; 10] = [
    "backdoor",
    "banker",
    "botnet",
    "exploit-kit",
    "malpedia",
    "ransomware",
    "rat",
    "stealer",
    "tool",
    "cryptominers",
];

/// `APT32 - G0050` as name and number.
fn named_and_numbered(value: &str) -> (&str, Option<&str>) {
    match value.rsplit_once(" - ") {
        Some((name, id)) if id.len() >= 5 && id.bytes().skip(1).all(|b| b.is_ascii_digit() || b == b'.') => {
            (name.trim(), Some(id.trim()))
        }
        _ => (value.trim(), None),
    }
}

/// The strictest `tlp:` tag.
fn tlp(tags: &[Tag<'_>]) -> Option<Tlp> {
    let marks =
        tags.iter().filter(|tag| tag.name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tlp:")));
    marks.filter_map(|tag| Tlp::parse(&tag.name)).max()
}

/// What the event says of an attribute: its comment, else its category and object.
fn context(attribute: &Attribute<'_>, group: Option<&ObjectGroup<'_>>) -> String {
    let comment = attribute.comment.filled().or(group.and_then(|group| group.comment.filled()));
    let label = match group {
        Some(group) => format!("{} / {}", &*group.name, &*attribute.kind),
        None => format!("{} / {}", &*attribute.category, &*attribute.kind),
    };
    let text = one_line(&comment.map_or(label.clone(), |comment| format!("{label}: {comment}")));
    text.chars().take(SENTENCE_CHARS_MAX).collect()
}
