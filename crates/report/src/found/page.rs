//! What a search gave, as forms show it: totals, a page of hits, ties, and what was looked at.
//!
//! Plain data without a rule of its own, except for the marking: what holds something of ours is marked as own data at
//! least, and so is the whole, because that there is nothing says something of ours too.

use crate::Style;
use crate::words::phrase::number_of;
use model::{Place, Timestamp, Tlp};

/// What a search gave, as it is shown.
#[derive(Clone, Debug, Default)]
pub struct FoundPage {
    /// Each term with what it was read as, and how many hits it has.
    pub terms: Vec<(String, String, u64)>,
    /// How many hits of each sort and source.
    pub totals: Vec<FoundTotal>,
    /// The hits of this page.
    pub hits: Vec<FoundHit>,
    /// What hangs on the terms; `None`: it was not asked.
    pub ties: Option<Vec<FoundTie>>,
    /// What was looked at, each sort with its number.
    pub looked_at: Vec<(&'static str, u64)>,
    /// The number of this page, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// The number of the first hit of the page, from 1.
    pub from: usize,
    /// How many hits are kept.
    pub kept: usize,
    /// The search that these are new since, if only new ones are asked for.
    pub new_since: Option<String>,
    /// Whether more was found than is kept.
    pub is_bounded: bool,
    /// Whether the hits are only those of a window, an actor or a source.
    pub is_narrowed: bool,
}

/// How many hits of one term, sort and source.
#[derive(Clone, Debug)]
pub struct FoundTotal {
    /// The term.
    pub term: String,
    /// The sort: `indicators`, `ours` …
    pub group: &'static str,
    /// The collection or source.
    pub source: String,
    /// How many.
    pub count: u64,
    /// The first moment.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
}

/// One hit.
#[derive(Clone, Debug)]
pub struct FoundHit {
    /// The term.
    pub term: String,
    /// The sort: `indicators`, `ours` …
    pub group: &'static str,
    /// What it is.
    pub kind: &'static str,
    /// The value.
    pub value: String,
    /// How it meets the term.
    pub how: &'static str,
    /// What is said about it.
    pub words: String,
    /// The collection or source.
    pub source: String,
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The first moment.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
    /// When it was learnt, or could be known.
    pub learnt: Option<Timestamp>,
    /// Groups and software that its source ties it to.
    pub actors: Vec<String>,
    /// Of a finding its identifier.
    pub finding: Option<String>,
    /// The marking of its source.
    pub tlp: Tlp,
    /// Whether it holds something of ours.
    pub is_ours: bool,
}

/// One tie.
#[derive(Clone, Debug)]
pub struct FoundTie {
    /// The term.
    pub term: String,
    /// The value at this end.
    pub from: String,
    /// The value at the other end.
    pub to: String,
    /// How it was derived.
    pub how: &'static str,
    /// Why, in words.
    pub words: String,
    /// The source.
    pub source: String,
    /// The document.
    pub document: String,
    /// Where in it.
    pub place: Place,
    /// The first moment.
    pub first: Option<Timestamp>,
    /// The last one.
    pub last: Option<Timestamp>,
    /// How sure.
    pub certainty: model::Certainty,
    /// The marking of its source.
    pub tlp: Tlp,
    /// Whether it holds something of ours.
    pub is_ours: bool,
}

/// What no hit means.
pub(super) const NO_HIT: &str = "not among what was kept; that is not proof that it never happened";
/// How records of logs are searched.
pub(super) const OF_LOGS: &str =
    "records are searched by the addresses, names, hashes and files in them, not by words";

/// What is said even when there is none of it.
const ALWAYS: [&str; 3] = ["documents", "logs", "findings"];

/// What was looked at, in a sentence, for forms that have no room for it.
#[must_use]
pub fn looked_line(page: &FoundPage) -> String {
    let looked = page.looked_at.iter().filter(|(what, count)| *count > 0 || ALWAYS.contains(what));
    let looked: Vec<String> = looked.map(|(what, count)| counted(*count, what)).collect();
    format!("looked at {}; {OF_LOGS}", looked.join(", "))
}

/// A number with its word, which is given for several.
pub(super) fn counted(count: u64, several: &'static str) -> String {
    let one = match several {
        "records of logs" => "record of logs",
        "values in records" => "value in records",
        "vulnerabilities" => "vulnerability",
        "exploited vulnerabilities" => "exploited vulnerability",
        "dates of exploits" => "date of an exploit",
        "facts of ours" => "fact of ours",
        "names of ATT&CK" => "name of ATT&CK",
        other => other.strip_suffix('s').unwrap_or(other),
    };
    number_of(count, one, several)
}

pub(super) fn marked(tlp: Tlp, is_ours: bool, style: &Style) -> Tlp {
    if is_ours { tlp.max(style.own) } else { tlp }
}

/// The strictest marking of what is shown. What own findings and inventories say is own data, also that there is none.
pub(super) fn whole(page: &FoundPage, style: &Style) -> Tlp {
    let hits = page.hits.iter().map(|hit| marked(hit.tlp, hit.is_ours, style));
    let ties = page.ties.iter().flatten().map(|tie| marked(tie.tlp, tie.is_ours, style));
    hits.chain(ties).fold(style.own, Tlp::max)
}
