//! Kept events, asked for terms: how often a value was seen in the records of each source, first and last.
//!
//! A value is looked up in the tables of what was seen, so that one value costs some pages whatever the number of events.
//! A network or a pattern is asked of every value once. Events are not read: what they say is in the tables.

use super::hit::{Collected, Group, Hit};
use super::term::{How, Met, Terms};
use model::{Place, Problem, Timestamp, Tlp};
use observable::{Kind, Observable};
use std::collections::{BTreeMap, BTreeSet};
use store::{Archive, SeenValue};

/// Kinds of which values are listed, for networks and patterns.
const KINDS: [Kind; 12] = [
    Kind::Ipv4,
    Kind::Ipv6,
    Kind::Network,
    Kind::Domain,
    Kind::Url,
    Kind::Email,
    Kind::Md5,
    Kind::Sha1,
    Kind::Sha256,
    Kind::Sha512,
    Kind::FileName,
    Kind::Cve,
];

/// How often, first and last.
type Times = (u64, Option<Timestamp>, Option<Timestamp>);

/// What is found: term, how, source, value.
#[derive(Default)]
struct Found(BTreeMap<(usize, How, String, Observable), Times>);

impl Found {
    fn add(&mut self, (term, how): (usize, How), seen: &SeenValue<'_>) {
        let observable = Observable { kind: seen.kind, value: seen.value.to_owned() };
        let key = (term, how, seen.source.to_owned(), observable);
        let times = self.0.entry(key).or_insert((0, None, None));
        times.0 += seen.count;
        times.1 = times.1.into_iter().chain(seen.first).min();
        times.2 = times.2.max(seen.last);
    }
}

/// Asks kept events. What could not be read.
pub(crate) fn ask(
    archive: &Archive<'_>,
    terms: &Terms,
    wants: &dyn Fn(&Hit) -> bool,
    collected: &mut Collected,
) -> Result<Vec<Problem>, store::Fault> {
    let mut found = Found::default();
    let exact: BTreeMap<Observable, Vec<usize>> = terms.exact();
    let values: Vec<Observable> = exact.keys().cloned().collect();
    let mut problems = archive.counted(&values, &mut |seen| {
        let observable = Observable { kind: seen.kind, value: seen.value.to_owned() };
        for term in exact.get(&observable).into_iter().flatten() {
            found.add((*term, How::Is), seen);
        }
    })?;
    let wide: BTreeSet<usize> = terms.wide();
    if !wide.is_empty() {
        problems.extend(archive.each_value(&KINDS, &mut |seen| {
            let mut met = Met::default();
            terms.of_observable(&Observable { kind: seen.kind, value: seen.value.to_owned() }, &mut met);
            for (term, how) in met.terms.into_iter().filter(|(term, _)| wide.contains(term)) {
                found.add((term, how), seen);
            }
        })?);
    }
    for ((term, how, source, observable), times) in found.0 {
        let hit = hit((term, how), source, observable, times);
        if wants(&hit) {
            collected.hit(hit);
        }
    }
    Ok(problems)
}

fn hit((term, how): (usize, How), source: String, observable: Observable, times: Times) -> Hit {
    let (count, first, last) = times;
    let words = if count == 1 { "in 1 record".to_owned() } else { format!("in {count} records") };
    Hit {
        term,
        group: Group::Records,
        document: source.clone(),
        source,
        how,
        value: observable.value,
        kind: observable.kind.name(),
        words,
        place: Place::Whole,
        first,
        last,
        learnt: None,
        tlp: Tlp::Unmarked,
        is_ours: true,
        actors: Vec::new(),
        finding: None,
    }
}
