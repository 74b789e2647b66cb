//! CSAF 2.0 documents: what a maker says of its products, flaw by flaw (OASIS CSAF 2.0; also Red Hat's advisories and
//! the profile VEX).
//!
//! The product tree names products and versions (`tree.rs`), `product_status` says which are affected, fixed or not
//! affected. Each CVE of a document is one record, `DOCUMENT/CVE`; each product that is fixed or not affected is a VEX
//! fact. Where only the fix is named, all versions before it are affected. A document given as an advisory is also read
//! as prose (`words.rs`).

mod judge;
mod tree;
mod wire;
mod words;

use super::{cve5, record};
use crate::body;
use crate::prose;
use crate::sink::Sink;
use input::{Document, Head};
use model::world::{Authority, Fact, Vulnerability};
use model::{Date, Fault, Place, Problems, Timestamp};

/// How many VEX facts one document gives.
const VEX_MAX: usize = 50_000;

/// Whether a JSON document is CSAF.
pub(crate) fn claims(head: &Head<'_>) -> bool {
    head.has_key("document") && head.contains("\"csaf_version\"")
}

pub(crate) fn read(document: &mut Document<'_>, sink: &mut Sink<'_>, problems: &mut Problems) {
    let Some(text) = body::text(document, body::DOCUMENT_BYTES_MAX, problems) else { return };
    let csaf = match serde_json::from_str::<wire::Csaf>(&text) {
        Ok(csaf) => csaf,
        Err(error) => {
            let place = Place::Line(u64::try_from(error.line()).unwrap_or(u64::MAX));
            let what = format!("not a CSAF document: {}", body::reason(&error));
            problems.add(place, Fault::Unreadable, what, Some("get the document again from its source"));
            return;
        }
    };
    if sink.advisory {
        prose::read(&words::article(&csaf, &text), sink, problems);
    }
    let tree = tree::Tree::of(&csaf.product_tree, problems);
    let mut left = VEX_MAX;
    for (number, flaw) in (1..).zip(csaf.vulnerabilities.iter()) {
        one(&csaf, flaw, &tree, Place::Record(number), &mut left, sink);
    }
    if left == 0 {
        let what = format!("more than {VEX_MAX} statements about products; the rest was not kept");
        problems.add(Place::Whole, Fault::Partial, what, None);
    }
}

fn one(
    csaf: &wire::Csaf,
    flaw: &wire::Flaw,
    tree: &tree::Tree<'_>,
    place: Place,
    left: &mut usize,
    sink: &mut Sink<'_>,
) {
    let head = &csaf.document;
    let document = head.tracking.id.filled();
    let cve = flaw.cve.filled().filter(|cve| record::is_cve(cve));
    let id = match (document, cve, flaw.ids.iter().find_map(|id| id.text.filled())) {
        (Some(document), Some(cve), _) => format!("{document}/{cve}"),
        (Some(document), None, Some(other)) => format!("{document}/{other}"),
        (None, Some(name), _) | (None, None, Some(name)) | (Some(name), None, None) => name.to_owned(),
        (None, None, None) => return,
    };
    let stated = head.tracking.current_release_date.filled().and_then(Timestamp::parse);
    let author = head.publisher.name.owned();
    let name = cve.map_or_else(|| id.clone(), str::to_owned);
    for vex in judge::statements(flaw, tree, &sink.origin(place)) {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let (vulnerability, author) = (name.clone(), author.clone());
        sink.give(Fact::Vex(model::world::Vex { vulnerability, author, stated, ..vex }));
    }
    let text = flaw.title.filled().or_else(|| flaw.notes.iter().find_map(|note| note.text.filled()));
    let links = flaw.references.iter().chain(head.references.iter()).filter_map(|link| link.url.owned());
    sink.give(Fact::Vulnerability(Vulnerability {
        modified: stated,
        aliases: cve.map(str::to_owned).into_iter().collect(),
        title: cve5::first_sentence(text.or(head.title.filled()).unwrap_or_default()),
        published: head.tracking.initial_release_date.filled().and_then(Date::parse),
        affected: judge::affected(flaw, tree),
        cvss_tenths: flaw.scores.iter().find_map(wire::Score::tenths),
        references: links.take(record::REFERENCES_MAX).collect(),
        ..record::empty(&id, Authority::Csaf, sink.origin(place))
    }));
}
