//! End-of-life dates of endoflife.date: `/api/{product}.json` (a list of cycles, the product is the file's
//! name), `/api/v1/products/{product}` and `/full` (an object with `result`), and the product heads of its
//! source turned into JSON (one product a line, `releases` with `releaseCycle`).
//!
//! The day is that of security support (`eol`, `eolFrom`), not of paid extensions.

use crate::body;
use crate::sink::Sink;
use crate::wire::{List, Text};
use input::Document;
use input::Head;
use model::world::{CycleEnd, Fact, LifeCycle};
use model::{Date, Fault, Place, Problems};
use serde::Deserialize;

/// How many release cycles of one product are read; the longest list has some 200.
const CYCLES_MAX: usize = 5000;

/// A product in any of the shapes, or one cycle of a plain list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shape<'a> {
    #[serde(borrow, default)]
    result: List<ProductCycles<'a>>,
    #[serde(borrow, flatten)]
    product: ProductCycles<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductCycles<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    label: Text<'a>,
    #[serde(borrow, default)]
    title: Text<'a>,
    #[serde(borrow, default)]
    permalink: Text<'a>,
    #[serde(borrow, default)]
    identifiers: List<Identifier<'a>>,
    #[serde(borrow, default)]
    releases: List<Cycle<'a>>,
    #[serde(borrow, default)]
    cycle: Text<'a>,
    #[serde(borrow, default)]
    eol: Text<'a>,
    #[serde(borrow, default)]
    latest: Text<'a>,
}

#[derive(Deserialize)]
struct Identifier<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    purl: Text<'a>,
    #[serde(borrow, default)]
    cpe: Text<'a>,
    #[serde(borrow, default)]
    repology: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cycle<'a> {
    #[serde(borrow, default)]
    release_cycle: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    cycle: Text<'a>,
    #[serde(borrow, default)]
    eol: Text<'a>,
    #[serde(borrow, default)]
    eol_from: Text<'a>,
    #[serde(borrow, default)]
    is_eol: Text<'a>,
    #[serde(borrow, default)]
    latest: Latest<'a>,
}

/// `latest` is a version, or an object with its name.
#[derive(Default)]
struct Latest<'a>(Text<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Latest<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum LatestForm<'a> {
            Object {
                #[serde(borrow, default)]
                name: Text<'a>,
            },
            Plain(#[serde(borrow)] Text<'a>),
        }
        Ok(match LatestForm::deserialize(deserializer)? {
            LatestForm::Object { name } | LatestForm::Plain(name) => Self(name),
        })
    }
}

/// Whether a JSON document is of release cycles.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    let cycle = head.has_key("cycle") && (head.has_key("eol") || head.has_key("releaseDate"));
    let source = head.has_key("releases") && (head.has_key("permalink") || head.has_key("releasePolicyLink"));
    let product = head.has_key("result") && head.contains("\"eolFrom\"");
    cycle || source || product
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    input::json::values(document, problems, &mut |place, bytes, problems| one(place, bytes, sink, problems));
}

pub(crate) fn one(place: Place, bytes: &[u8], sink: &mut Sink<'_>, problems: &mut Problems) {
    let shape = match serde_json::from_slice::<Shape<'_>>(bytes) {
        Ok(shape) => shape,
        Err(error) => {
            let what = format!("not a product of endoflife.date: {}", body::reason(&error));
            problems.add(place, Fault::Partial, what, None);
            return;
        }
    };
    let plain = &shape.product;
    if let Some(cycle) = plain.cycle.owned() {
        let product = stem(&sink.source);
        let Some(end) = end(&plain.eol, "", "") else { return };
        let origin = sink.origin(place);
        sink.give(Fact::LifeCycle(LifeCycle {
            label: product.clone(),
            product,
            cycle,
            end,
            latest: plain.latest.owned(),
            identifiers: Vec::new(),
            origin,
        }));
        return;
    }
    let all = shape.result.iter().chain((!plain.releases.is_empty()).then_some(plain));
    for product in all {
        give(product, place, sink, problems);
    }
}

fn give(product: &ProductCycles<'_>, place: Place, sink: &mut Sink<'_>, problems: &mut Problems) {
    let permalink = product.permalink.trim().trim_start_matches('/').to_owned();
    let name = product.name.owned().unwrap_or(permalink);
    let label = product.label.owned().or_else(|| product.title.owned()).unwrap_or_else(|| name.clone());
    if name.is_empty() {
        problems.add(place, Fault::Partial, "a product without a name was passed over", None);
        return;
    }
    let identifiers: Vec<String> = product
        .identifiers
        .iter()
        .flat_map(|one| [&one.id, &one.purl, &one.cpe, &one.repology])
        .filter_map(Text::owned)
        .collect();
    for cycle in product.releases.iter().take(CYCLES_MAX) {
        let written = [&cycle.release_cycle, &cycle.name, &cycle.cycle].into_iter().find_map(Text::owned);
        let (Some(written), Some(end)) = (written, end(&cycle.eol, &cycle.eol_from, &cycle.is_eol)) else {
            continue;
        };
        let origin = sink.origin(place);
        sink.give(Fact::LifeCycle(LifeCycle {
            product: name.clone(),
            label: label.clone(),
            cycle: written,
            end,
            latest: cycle.latest.0.owned(),
            identifiers: identifiers.clone(),
            origin,
        }));
    }
}

/// `eol` is a day, `true` or `false`; the newer shape has `eolFrom` and `isEol`. Absent is no statement.
fn end(eol: &str, eol_from: &str, is_eol: &str) -> Option<CycleEnd> {
    if let Some(day) = Date::parse(eol).or_else(|| Date::parse(eol_from)) {
        return Some(CycleEnd::On(day));
    }
    match [eol, is_eol].into_iter().find(|text| !text.is_empty())? {
        "true" => Some(CycleEnd::Ended),
        "false" => Some(CycleEnd::NotYet),
        _ => None,
    }
}

/// The file's name without directories and `.json`: `debian` of `eol.zip!api/debian.json`.
fn stem(source: &str) -> String {
    let name = source.rsplit(['/', '\\', '!']).next().unwrap_or(source);
    name.split(".json").next().unwrap_or(name).to_ascii_lowercase()
}
