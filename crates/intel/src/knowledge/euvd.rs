//! Records of the European vulnerability database (EUVD), as its API gives them.
//!
//! Dates are written `Oct 1, 2026, 10:00:00 AM`; aliases and links are lines of one text; versions are words:
//! `3.0 <3.2.5` is from 3.0 up to before 3.2.5. `exploitedSince` gives a fact of its own. Source:
//! euvd.enisa.europa.eu/apidoc.

use super::spoken::{self, Spoken};
use super::{cve5, record};
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Affected, Authority, Exploited, Fact, Product, Versions, Vulnerability};
use model::{Date, Fault, Place, Problems};
use serde::Deserialize;
use version::{Bound, Range, Scheme};

/// How many products of one record are kept.
const PRODUCTS_MAX: usize = 5000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    id: Words,
    #[serde(default)]
    description: Words,
    #[serde(default)]
    date_published: Words,
    #[serde(default)]
    date_updated: Words,
    #[serde(default)]
    base_score: Words,
    #[serde(default)]
    references: Words,
    #[serde(default)]
    aliases: Words,
    #[serde(default)]
    exploited_since: Words,
    #[serde(default)]
    enisa_id_product: List<ProductEntry>,
    #[serde(default)]
    enisa_id_vendor: List<VendorEntry>,
}

#[derive(Deserialize)]
struct ProductEntry {
    #[serde(default)]
    product: Option<Named>,
    #[serde(default)]
    product_version: Words,
}

#[derive(Deserialize)]
struct VendorEntry {
    #[serde(default)]
    vendor: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: Words,
}

/// Whether a JSON document is of the EUVD.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.contains("\"enisaIdProduct\"") || head.contains("\"enisaUuid\"")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    record::objects::<Entry>(document, "items", "a record of the EUVD", sink, problems, &mut one);
}

fn one(entry: Entry, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(id) = entry.id.filled() else {
        problems.add(place, Fault::Partial, "a record without an id was passed over", None);
        return;
    };
    let aliases: Vec<String> =
        entry.aliases.split_whitespace().take(record::REFERENCES_MAX).map(str::to_owned).collect();
    let vendors: Vec<&str> =
        entry.enisa_id_vendor.iter().filter_map(|one| one.vendor.as_ref()?.name.filled()).collect();
    // With several makers nothing says which product is whose.
    let vendor = vendors.first().filter(|_| vendors.len() == 1);
    let affected = entry.enisa_id_product.iter().take(PRODUCTS_MAX).filter_map(|one| {
        let name = one.product.as_ref()?.name.filled().filter(|name| !spoken::is_nothing(name))?;
        let vendor = vendor.map(|name| (*name).to_owned());
        let product = Product { vendor, name: Some(name.to_owned()), ..Product::default() };
        Some(Affected { product, versions: versions(&one.product_version) })
    });
    let affected: Vec<Affected> = affected.collect();
    let first = affected.first().and_then(|one| one.product.name.clone());
    let title = cve5::first_sentence(&entry.description);
    let known = aliases.iter().find(|alias| record::is_cve(alias)).cloned();
    let exploited = date(&entry.exploited_since);
    sink.give(Fact::Vulnerability(Vulnerability {
        modified: date(&entry.date_updated).map(Date::start),
        title: title.clone(),
        published: date(&entry.date_published),
        affected,
        cvss_tenths: entry.base_score.parse().ok().and_then(cve5::tenths).filter(|score| *score > 0),
        references: entry
            .references
            .split_whitespace()
            .take(record::REFERENCES_MAX)
            .map(str::to_owned)
            .collect(),
        aliases,
        ..record::empty(id, Authority::Euvd, sink.origin(place))
    }));
    if let (Some(added), Some(cve)) = (exploited, known) {
        sink.give(Fact::Exploited(Exploited {
            name: title.clone(),
            cve,
            vendor: vendor.map(|name| (*name).to_owned()).unwrap_or_default(),
            product: first.unwrap_or_default(),
            added: Some(added),
            due: None,
            ransomware: false,
            asserter: Some("ENISA".to_owned()),
            origin: sink.origin(place),
        }));
    }
}

/// Versions in words; a version before a sign is where the range begins.
fn versions(text: &str) -> Versions {
    let text = text.replace('≤', "<=").replace('≥', ">=");
    let text = text.trim();
    let low = text.split(['<', '>', '=']).next().unwrap_or_default().trim().trim_end_matches(',');
    let range = match text.find('<') {
        Some(sign)
            if !low.is_empty()
                && !low.contains(' ')
                && low.starts_with(|c: char| c.is_ascii_digit() || c == 'v') =>
        {
            let below = Range::from_comparison(Scheme::Generic, text.get(sign..).unwrap_or_default());
            let high = below.and_then(|range| range.intervals.into_iter().next()).map(|(_, high)| high);
            let low = if low == "0" { Bound::Open } else { Bound::Included(low.to_owned()) };
            high.map(|high| Range::between(Scheme::Generic, low, high))
        }
        _ => None,
    };
    match (range, spoken::versions(text)) {
        (Some(range), _) => Versions::In(vec![range], Vec::new()),
        (None, Spoken::All) => Versions::All,
        (None, Spoken::Intervals(intervals)) => {
            Versions::In(vec![Range { scheme: Scheme::Generic, intervals }], Vec::new())
        }
        (None, Spoken::Nothing) => Versions::Unknown,
    }
}

/// `Oct 1, 2026, 10:00:00 AM`, or a day as everybody else writes it.
fn date(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Some(day) = Date::parse(text) {
        return Some(day);
    }
    let mut words = text.split([' ', ',', '\u{a0}', '\u{202f}']).filter(|word| !word.is_empty());
    let (month, day, year) = (words.next()?, words.next()?, words.next()?);
    let number = (1_u32..).zip(MONTHS).find(|(_, name)| month.to_ascii_lowercase().starts_with(name))?.0;
    Date::new(year.parse().ok()?, number, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match versions(text) {
            Versions::In(ranges, _) => ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn versions_in_the_words_of_the_database() {
        assert_eq!(shown("3.0 <3.2.5"), ">= 3.0, < 3.2.5");
        assert_eq!(shown("1.0 ≤1.5"), ">= 1.0, <= 1.5");
        assert_eq!(shown("0 <2.1"), "< 2.1");
        assert_eq!(shown("<7.4"), "< 7.4");
        assert_eq!(shown("n/a"), "Unknown");
    }

    #[test]
    fn days_as_the_database_writes_them() {
        assert_eq!(
            date("Mar 7, 2031, 9:15:00\u{202f}PM").map(|day| day.to_string()).as_deref(),
            Some("2031-03-07")
        );
        assert_eq!(date("Foo 7, 2031"), None);
    }
}
