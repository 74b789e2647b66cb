//! Pulses of the Open Threat Exchange (OTX): one, or the `results` of its API, JSON.
//!
//! Each entry of `indicators` has its own type, which says what the value is; one that is no longer active
//! is passed over. Types that no log carries (YARA, mutex, PEhash) give nothing. Source:
//! otx.alienvault.com/api, object `pulse`.

use super::signs::Signs;
use crate::body;
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
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
        match observable(&entry.kind, entry.indicator.trim()) {
            Some(found) => signs.give(found, entry.title.trim(), Place::Record(number)),
            None => others += 1,
        }
    }
    signs.end();
    if others + over > 0 {
        let what = format!(
            "values of kinds that no log carries: {others}; values that are no longer active: {over}"
        );
        problems.add(place, Fault::Note, what, None);
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
