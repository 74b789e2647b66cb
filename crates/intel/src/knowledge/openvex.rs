//! OpenVEX documents: statements that products are not affected, affected, fixed or looked at (OpenVEX 0.2.0).
//!
//! A statement with subcomponents is about these inside of the product. Author and time of the document count for
//! statements without their own.

use super::{record, vex};
use crate::body;
use crate::sink::Sink;
use crate::wire::{List, Words};
use input::{Document, Head};
use model::world::{Fact, Product, Versions, Vex, VexStatus};
use model::{Fault, Place, Problems, Timestamp};
use serde::Deserialize;

/// How many facts one document gives.
const VEX_MAX: usize = 50_000;

#[derive(Deserialize)]
struct OpenVex {
    #[serde(default)]
    author: Words,
    #[serde(default)]
    timestamp: Words,
    #[serde(default)]
    last_updated: Words,
    #[serde(default)]
    statements: List<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    #[serde(default)]
    vulnerability: Named,
    #[serde(default)]
    timestamp: Words,
    #[serde(default)]
    last_updated: Words,
    #[serde(default)]
    products: List<Identified>,
    /// OpenVEX 0.0.1 has them beside the products.
    #[serde(default)]
    subcomponents: List<Identified>,
    #[serde(default)]
    status: Words,
    #[serde(default)]
    justification: Words,
    #[serde(default)]
    impact_statement: Words,
    #[serde(default)]
    action_statement: Words,
    #[serde(default)]
    status_notes: Words,
}

/// A vulnerability: an object with names, or its name alone.
#[derive(Default)]
struct Named {
    name: Words,
    aliases: Vec<Words>,
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            #[serde(default, rename = "@id")]
            id: Words,
            #[serde(default)]
            name: Words,
            #[serde(default)]
            aliases: List<Words>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Object(Parts),
            Plain(Words),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Object(parts) if parts.name.is_empty() => Self { name: parts.id, aliases: parts.aliases.0 },
            Form::Object(parts) => Self { name: parts.name, aliases: parts.aliases.0 },
            Form::Plain(name) => Self { name, aliases: Vec::new() },
        })
    }
}

/// A product or subcomponent: an object with identifiers, or its identifier alone.
#[derive(Default)]
struct Identified {
    ids: Vec<Words>,
    subcomponents: Vec<Identified>,
}

impl<'de> Deserialize<'de> for Identified {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            #[serde(default, rename = "@id")]
            id: Words,
            #[serde(default)]
            identifiers: Identifiers,
            #[serde(default)]
            subcomponents: List<Identified>,
        }
        #[derive(Default, Deserialize)]
        struct Identifiers {
            #[serde(default)]
            purl: Words,
            #[serde(default)]
            cpe23: Words,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Object(Parts),
            Plain(Words),
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Object(parts) => Self {
                ids: vec![parts.identifiers.purl, parts.identifiers.cpe23, parts.id],
                subcomponents: parts.subcomponents.0,
            },
            Form::Plain(id) => Self { ids: vec![id], subcomponents: Vec::new() },
        })
    }
}

impl Identified {
    fn product(&self) -> Option<(Product, Versions)> {
        vex::product(self.ids.iter().find_map(Words::filled)?)
    }
}

/// Whether a JSON document is OpenVEX.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("@context") && head.contains("openvex.dev/ns")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let whole = match serde_json::from_str::<OpenVex>(&text) {
        Ok(whole) => whole,
        Err(error) => {
            let place = Place::Line(u64::try_from(error.line()).unwrap_or(u64::MAX));
            let what = format!("not an OpenVEX document: {}", body::reason(&error));
            problems.add(place, Fault::Unreadable, what, Some("get the document again from its source"));
            return;
        }
    };
    let mut left = VEX_MAX;
    for (number, statement) in (1..).zip(whole.statements.iter()) {
        one(&whole, statement, Place::Record(number), &mut left, sink, problems);
    }
    if left == 0 {
        let what = format!("{VEX_MAX} statements about products or more; the rest was not kept");
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
}

fn one(
    whole: &OpenVex,
    statement: &Statement,
    place: Place,
    left: &mut usize,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    let named = &statement.vulnerability;
    let (Some(name), Some(status)) = (named.name.filled(), vex::status(&statement.status)) else {
        problems.add(place, Fault::Partial, "a statement without a vulnerability or a known status", None);
        return;
    };
    let times = [&statement.last_updated, &statement.timestamp, &whole.last_updated, &whole.timestamp];
    let words = [&statement.impact_statement, &statement.action_statement, &statement.status_notes];
    let aliases: Vec<String> =
        named.aliases.iter().filter_map(Words::owned).take(record::REFERENCES_MAX).collect();
    let mut give = |(product, versions): (Product, Versions), inside: Option<Product>| {
        if *left == 0 {
            return;
        }
        *left -= 1;
        sink.give(Fact::Vex(Vex {
            vulnerability: name.rsplit('/').next().unwrap_or(name).to_owned(),
            aliases: aliases.clone(),
            product,
            versions,
            inside,
            status,
            justification: vex::justification(&statement.justification)
                .filter(|_| status == VexStatus::NotAffected),
            statement: words.iter().find_map(|words| record::line(words)),
            author: whole.author.owned(),
            stated: times.iter().find_map(|time| Timestamp::parse(time)),
            origin: sink.origin(place),
        }));
    };
    let mut products =
        statement.products.iter().filter_map(|product| Some((product, product.product()?))).peekable();
    if products.peek().is_none() {
        let what = "a statement without a product: it counts for nothing";
        problems.add(place, Fault::Partial, what, Some("name the product by its package URL"));
    }
    for (product, named) in products {
        let inner = product.subcomponents.iter().chain(statement.subcomponents.iter());
        let mut inner = inner.filter_map(Identified::product).peekable();
        if inner.peek().is_none() {
            give(named, None);
            continue;
        }
        for one in inner {
            give(one, Some(named.0.clone()));
        }
    }
}
