//! Pulses of the Open Threat Exchange (OTX): one, or the `results` of its API, JSON.
//!
//! Each entry of `indicators` has its own type, which says what the value is; one that is no longer active
//! is passed over. A CVE, the adversary, malware families and techniques are mentions of the pulse, no signs. Types that
//! no log carries (YARA, mutex, PEhash) give nothing. Source:
//! otx.alienvault.com/api, object `pulse`.

use super::signs::Signs;
use crate::body;
use crate::prose::sentences::{SENTENCE_CHARS_MAX, one_line};
use crate::sink::Sink;
use crate::stix;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::Mentioned;
use model::{Fault, Place, Problems, Tlp};
use observable::{Kind, Observable, canonical, recognise};
use serde::Deserialize;

#[derive(Deserialize)]
struct Pulse {
    #[serde(default)]
    name: Words,
    #[serde(default)]
    author_name: Words,
    #[serde(default, rename = "TLP", alias = "tlp")]
    tlp: Words,
    #[serde(default)]
    indicators: List<Entry>,
    #[serde(default)]
    adversary: Words,
    #[serde(default)]
    malware_families: List<Named>,
    #[serde(default)]
    attack_ids: List<Named>,
}

/// A family or a technique: its name, or an object that has one.
#[derive(Default)]
struct Named(String);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let parts = [value.get("id"), value.get("display_name"), value.get("name"), Some(&value)];
        let text = parts.into_iter().flatten().find_map(serde_json::Value::as_str);
        Ok(Self(text.unwrap_or_default().trim().to_owned()))
    }
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    indicator: Words,
    #[serde(default, rename = "type")]
    kind: Words,
    #[serde(default)]
    title: Words,
    #[serde(default)]
    is_active: Words,
}

/// Whether a JSON document is of pulses.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let pulse = head.contains("\"indicators\"") && head.contains("\"indicator\"");
    pulse
        && (head.contains("\"author_name\"")
            || head.contains("\"pulse_key\"")
            || head.contains("\"adversary\""))
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    body::elements(&text, "results", problems, &mut |number, raw, problems| {
        let place = Place::Record(number);
        match serde_json::from_str::<Pulse>(raw) {
            Ok(pulse) => one(&pulse, place, sink, problems),
            Err(error) => {
                let what = format!("not a pulse: {}", body::reason(&error));
                problems.add(place, Fault::Partial, what, None);
            }
        }
    });
}

fn one(pulse: &Pulse, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let tlp = pulse.tlp.filled().and_then(Tlp::parse);
    let mut signs = Signs::new(sink, pulse.name.owned(), pulse.author_name.owned(), tlp);
    let (mut others, mut over) = (0_u64, 0_u64);
    for (number, entry) in (1..).zip(pulse.indicators.iter()) {
        if ["0", "false"].contains(&&*entry.is_active) {
            over += 1;
            continue;
        }
        if entry.kind.eq_ignore_ascii_case("cve") {
            if let Some(flaw) = canonical(Kind::Cve, entry.indicator.trim()) {
                signs.mention(Mentioned::Observable(flaw), entry.title.trim(), Place::Record(number));
            }
            continue;
        }
        match observable(&entry.kind, entry.indicator.trim()) {
            Some(found) => signs.give(found, entry.title.trim(), Place::Record(number)),
            None => others += 1,
        }
    }
    named(pulse, &mut signs, place);
    signs.end();
    if others + over > 0 {
        let what = format!(
            "values of kinds that no log carries: {others}; values that are no longer active: {over}"
        );
        problems.add(place, Fault::Note, what, None);
    }
}

/// What a pulse says of who and how.
fn named(pulse: &Pulse, signs: &mut Signs<'_, '_>, place: Place) {
    let sentence: String = one_line(&pulse.name).chars().take(SENTENCE_CHARS_MAX).collect();
    if let Some(name) = pulse.adversary.owned() {
        let actor = stix::actor(name, signs.sink());
        signs.mention(actor, &sentence, place);
    }
    for family in pulse.malware_families.iter().filter(|family| !family.0.is_empty()).take(200) {
        // Names of families also come as the identifiers of a scanner: `Trojan:Win32/Quay`.
        signs.mention(Mentioned::Software(family.0.clone()), &sentence, place);
    }
    for technique in pulse.attack_ids.iter().take(1000) {
        let number = technique.0.split([' ', '-']).next().unwrap_or_default();
        if let Some(technique) = canonical(Kind::Technique, number) {
            signs.mention(Mentioned::Observable(technique), &sentence, place);
        }
    }
}

/// The value of an entry by its type.
fn observable(kind: &str, value: &str) -> Option<Observable> {
    let kind = match &*kind.to_ascii_lowercase() {
        "ipv4" | "ipv6" | "cidr" => {
            let found = recognise(value);
            return found.filter(|found| matches!(found.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Network));
        }
        "domain" | "hostname" => Kind::Domain,
        "url" => Kind::Url,
        "email" => Kind::Email,
        "filehash-md5" => Kind::Md5,
        "filehash-sha1" => Kind::Sha1,
        "filehash-sha256" => Kind::Sha256,
        "filepath" => Kind::Path,
        _ => return None,
    };
    canonical(kind, value)
}
