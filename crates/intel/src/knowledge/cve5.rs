//! CVE records, JSON format 5.x: `cna` and `adp` containers, one record, JSON lines or an array.
//!
//! What the containers say of one product is kept side by side; only an entry that cannot be compared
//! (commits, `n/a`) yields to one of the same product that can. CISA's SSVC decision points come from its
//! `adp` container. Source: the CVE record schema 5.1 and its "versions" guidance.

mod versions;
mod wire;

use crate::body;
use crate::knowledge::cpe;
use crate::sink::Sink;
use input::Document;
use model::world::{
    Affected, Authority, Exploitation, Fact, Product, Ssvc, TechnicalImpact, Versions, Vulnerability,
};
use model::{Date, Fault, Place, Problems, Timestamp};
use wire::{Container, CveRecord, Metric, SsvcContent};

/// How many links of a record are kept: those of Log4Shell are 60.
const REFERENCES_MAX: usize = 100;
/// How many affected products of a record are kept; the longest records list some 1,500.
const AFFECTED_MAX: usize = 5000;
/// How far back a repeated product is looked for.
const REPEATS_LOOKED_AT: usize = 200;
/// How long a title made of the description may be, in characters.
const TITLE_CHARS_MAX: usize = 160;

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    input::json::values(document, problems, &mut |place, bytes, problems| one(place, bytes, sink, problems));
}

pub(crate) fn one(place: Place, bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    // Checked as a whole, its text need not be checked string by string.
    let parsed = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str::<CveRecord<'_>>(text),
        Err(_) => serde_json::from_slice(bytes),
    };
    let record = match parsed {
        Ok(record) => record,
        Err(error) => {
            let what = format!("not a CVE record: {}", body::reason(&error));
            problems.add(place, Fault::Partial, what, Some("check the record against the CVE schema 5.1"));
            return;
        }
    };
    let Some(id) = record.metadata.cve_id.filled().filter(|id| id.starts_with("CVE-")) else {
        problems.add(place, Fault::Partial, "a record without a CVE number was passed over", None);
        return;
    };
    let containers = &record.containers;
    let withdrawn = record.metadata.state.eq_ignore_ascii_case("REJECTED");
    let all = || std::iter::once(&containers.cna).chain(containers.adp.iter());
    let mut references: Vec<String> = Vec::new();
    for reference in all().flat_map(|container| container.references.iter()) {
        if let Some(url) = reference.url.filled()
            && references.len() < REFERENCES_MAX
            && !references.iter().any(|known| known == url)
        {
            references.push(url.to_owned());
        }
    }
    let affected = if withdrawn { Vec::new() } else { affected(all()) };
    if affected.len() >= AFFECTED_MAX {
        let what = format!("{id} lists {AFFECTED_MAX} affected products or more; the rest was not kept");
        problems.add(place, Fault::Partial, what, None);
    }
    let published = record.metadata.date_published.filled().or(record.metadata.date_reserved.filled());
    sink.give(Fact::Vulnerability(Vulnerability {
        id: id.to_owned(),
        authority: Authority::Cve,
        modified: record.metadata.date_updated.filled().and_then(Timestamp::parse),
        aliases: Vec::new(),
        title: title(&containers.cna),
        published: published.and_then(Date::parse),
        withdrawn,
        affected,
        ssvc: all().flat_map(|container| container.metrics.iter()).find_map(ssvc),
        cvss_tenths: all().find_map(|container| cvss(&container.metrics)),
        references,
        origin: sink.origin(place),
    }));
}

/// The title, else the first English description up to its first full stop.
fn title(cna: &Container<'_>) -> String {
    if let Some(title) = cna.title.filled() {
        return title.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let english = cna.descriptions.iter().chain(cna.rejected_reasons.iter());
    let text = english.filter(|text| text.lang.is_empty() || text.lang.starts_with("en"));
    first_sentence(text.map(|text| &*text.value).next().unwrap_or_default())
}

pub(crate) fn first_sentence(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        // Descriptions are long; what follows the first sentence, or the bound, is not looked at.
        if line.ends_with('.') || line.len() > TITLE_CHARS_MAX * char::MAX_LEN_UTF8 {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let sentence = line.trim_end_matches('.');
    match sentence.char_indices().nth(TITLE_CHARS_MAX) {
        Some((cut, _)) => format!("{}…", sentence.get(..cut).unwrap_or_default().trim_end()),
        None => sentence.to_owned(),
    }
}

fn affected<'r, 'a: 'r>(containers: impl Iterator<Item = &'r Container<'a>>) -> Vec<Affected> {
    let mut all: Vec<Affected> = Vec::new();
    for container in containers {
        for entry in container.affected.iter() {
            let product = versions::product(entry);
            if product == Product::default() {
                continue;
            }
            if let Some(versions) = versions::of(entry, product.package.as_ref()) {
                let affected = Affected { product, versions };
                // Containers repeat each other; a repeat is near.
                let known = all.iter().rev().take(REPEATS_LOOKED_AT).any(|one| *one == affected);
                if !known && all.len() < AFFECTED_MAX {
                    all.push(affected);
                }
            }
        }
        all.extend(container.cpe_applicability.iter().flat_map(cpe::affected));
    }
    if all.iter().all(|affected| affected.versions != Versions::Unknown) {
        return all;
    }
    let comparable: Vec<Product> = all
        .iter()
        .filter(|affected| affected.versions != Versions::Unknown)
        .map(|affected| affected.product.clone())
        .collect();
    let same = |one: &Product, other: &Product| {
        one.package == other.package && one.name == other.name && one.vendor == other.vendor
    };
    all.retain(|affected| {
        affected.versions != Versions::Unknown
            || !comparable.iter().any(|product| same(product, &affected.product))
    });
    all
}

/// CVSS base score of one container, in tenths: version 3 first (what records carry most), then 4, then 2.
fn cvss(metrics: &[Metric<'_>]) -> Option<u8> {
    let scores = |metric: &Metric<'_>| {
        [&metric.v3_1, &metric.v3_0, &metric.v4_0, &metric.v2_0]
            .map(|cvss| cvss.as_ref().map(|c| c.base_score))
    };
    (0..4)
        .find_map(|rank| metrics.iter().find_map(|metric| scores(metric).get(rank).copied().flatten()))
        .and_then(tenths)
}

/// A score of 0.0 to 10.0 in tenths.
pub(crate) fn tenths(score: f64) -> Option<u8> {
    let tenths = (score * 10.0).round();
    if !(0.0..=100.0).contains(&tenths) {
        return None;
    }
    (0..=100_u8).find(|whole| (f64::from(*whole) - tenths).abs() < 0.5)
}

fn ssvc(metric: &Metric<'_>) -> Option<Ssvc> {
    let other = metric.other.as_ref().filter(|other| other.kind.eq_ignore_ascii_case("ssvc"))?;
    let content = serde_json::from_str::<SsvcContent<'_>>(other.content?.get()).ok()?;
    let (mut exploitation, mut automatable, mut impact) = (None, None, None);
    for option in content.options.iter() {
        exploitation = exploitation.or(match &*option.exploitation.to_ascii_lowercase() {
            "active" => Some(Exploitation::Active),
            "poc" | "public poc" => Some(Exploitation::PublicPoc),
            "none" => Some(Exploitation::None),
            _ => None,
        });
        automatable = automatable.or(match &*option.automatable.to_ascii_lowercase() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        });
        impact = impact.or(match &*option.technical_impact.to_ascii_lowercase() {
            "total" => Some(TechnicalImpact::Total),
            "partial" => Some(TechnicalImpact::Partial),
            _ => None,
        });
    }
    Some(Ssvc {
        exploitation: exploitation?,
        automatable: automatable?,
        technical_impact: impact?,
        assessed: Date::parse(&content.timestamp),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, of the whole text.
    fn first_of_all(text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = line.split(". ").next().unwrap_or_default().trim_end_matches('.');
        match sentence.char_indices().nth(TITLE_CHARS_MAX) {
            Some((cut, _)) => format!("{}…", sentence[..cut].trim_end()),
            None => sentence.to_owned(),
        }
    }

    #[test]
    fn a_sentence_ends_at_a_full_stop_before_a_blank() {
        assert_eq!(first_sentence("  A flaw in\n1.2 of x..  More."), "A flaw in 1.2 of x");
        assert_eq!(first_sentence(""), "");
    }

    proptest! {
        #[test]
        fn what_follows_the_first_sentence_changes_nothing(text in "([a-z漢.]{1,9}[ \n]{0,2}){0,200}") {
            prop_assert_eq!(first_sentence(&text), first_of_all(&text));
        }
    }
}
