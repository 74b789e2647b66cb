//! What a search found, for programs: objects a line, rows, or bare values, all exact.

use crate::Style;
use crate::found::page::{FoundHit, FoundPage, NO_HIT, OF_LOGS, marked, whole};
use crate::safe::shown::Shown;
use crate::safe::{csv_row, json_line};
use model::{Place, Timestamp};
use serde_json::json;
use std::io::{self, Write};

pub(super) fn ndjson(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let place = |place: Place| (place != Place::Whole).then(|| place.to_string());
    let looked: serde_json::Map<String, serde_json::Value> =
        page.looked_at.iter().map(|(what, count)| ((*what).to_owned(), json!(count))).collect();
    let terms: Vec<_> = page
        .terms
        .iter()
        .map(|(term, kind, count)| json!({ "term": term, "read_as": kind, "hits": count }))
        .collect();
    let head = json!({
        "type": "search", "terms": terms, "looked_at": looked, "of_logs": OF_LOGS, "no_hit_means": NO_HIT,
        "page": page.page, "pages": page.pages, "kept": page.kept, "bounded": page.is_bounded,
        "new_since": page.new_since, "tlp": whole(page, style).name(),
    });
    json_line(&head, out)?;
    for one in &page.totals {
        let row = json!({
            "type": "total", "term": one.term, "group": one.group, "source": one.source, "count": one.count,
            "first_seen": time(one.first), "last_seen": time(one.last),
        });
        json_line(&row, out)?;
    }
    for hit in &page.hits {
        let row = json!({
            "type": "hit", "term": hit.term, "group": hit.group, "kind": hit.kind, "value": hit.value, "how": hit.how,
            "words": hit.words, "source": hit.source, "document": hit.document, "place": place(hit.place),
            "first_seen": time(hit.first), "last_seen": time(hit.last),
            "learnt": time(learnt(hit)), "known_since": time(known_since(hit)),
            "actors": hit.actors, "finding": hit.finding, "tlp": marked(hit.tlp, hit.is_ours, style).name(),
        });
        json_line(&row, out)?;
    }
    for tie in page.ties.iter().flatten() {
        let row = json!({
            "type": "tie", "term": tie.term, "from": tie.from, "to": tie.to, "how": tie.how, "words": tie.words,
            "source": tie.source, "document": tie.document, "place": place(tie.place), "first_seen": time(tie.first),
            "last_seen": time(tie.last), "certainty": tie.certainty.name(),
            "tlp": marked(tie.tlp, tie.is_ours, style).name(),
        });
        json_line(&row, out)?;
    }
    Ok(())
}

/// When the document of a fact was received.
fn learnt(hit: &FoundHit) -> Option<Timestamp> {
    hit.learnt.filter(|_| hit.finding.is_none())
}

/// Since when a finding could be known.
fn known_since(hit: &FoundHit) -> Option<Timestamp> {
    hit.learnt.filter(|_| hit.finding.is_some())
}

/// The columns of the rows; a tie is a row whose `kind` is `tie`.
const COLUMNS: &[&str] = &[
    "term",
    "group",
    "kind",
    "value",
    "how",
    "words",
    "source",
    "document",
    "place",
    "first_seen",
    "last_seen",
    "learnt",
    "known_since",
    "actors",
    "finding",
    "related_to",
    "certainty",
    "tlp",
];

pub(super) fn csv(page: &FoundPage, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    write!(out, "{}\r\n", csv_row(COLUMNS))?;
    for hit in &page.hits {
        let tlp = marked(hit.tlp, hit.is_ours, style).name();
        let cells = [
            hit.term.clone(),
            hit.group.to_owned(),
            hit.kind.to_owned(),
            hit.value.clone(),
            hit.how.to_owned(),
            hit.words.clone(),
            hit.source.clone(),
            hit.document.clone(),
            hit.place.to_string(),
            time(hit.first),
            time(hit.last),
            time(learnt(hit)),
            time(known_since(hit)),
            hit.actors.join(" | "),
            hit.finding.clone().unwrap_or_default(),
            String::new(),
            String::new(),
            tlp.to_owned(),
        ];
        write!(out, "{}\r\n", csv_row(&cells))?;
    }
    for tie in page.ties.iter().flatten() {
        let tlp = marked(tie.tlp, tie.is_ours, style).name();
        let cells = [
            tie.term.clone(),
            "related".to_owned(),
            "tie".to_owned(),
            tie.from.clone(),
            tie.how.to_owned(),
            tie.words.clone(),
            tie.source.clone(),
            tie.document.clone(),
            tie.place.to_string(),
            time(tie.first),
            time(tie.last),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            tie.to.clone(),
            tie.certainty.name().to_owned(),
            tlp.to_owned(),
        ];
        write!(out, "{}\r\n", csv_row(&cells))?;
    }
    Ok(())
}

/// The values of the page and the other ends of ties, each once, in order.
pub(super) fn list(page: &FoundPage, out: &mut dyn Write) -> io::Result<()> {
    let hits = page.hits.iter().map(|hit| hit.value.as_str());
    let ties = page.ties.iter().flatten().map(|tie| tie.to.as_str());
    let values: std::collections::BTreeSet<&str> =
        hits.chain(ties).filter(|value| !value.is_empty()).collect();
    values.into_iter().try_for_each(|value| writeln!(out, "{}", Shown::exact(value)))
}
