//! A party's addresses, domains and mail addresses in kept records and in findings of logs.
//!
//! The tables of what was seen say which of its values there are; for the first of these the records themselves are
//! asked, so that a row names the log, the first record and the accounts.
//!
//! Invariants: a value that is too common to ask its records has a row with the source of its logs; what could not be
//! read is under `unknown`.

use findings::Reaching;
use model::party::{ReachBy, ReachPart, ReachSeen, ReachSighting};
use model::{Answer, Certainty, Finding, FindingKind, Text, Timestamp};
use observable::{Kind, Observable, Scope, Scratch, Set};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use store::{Archive, Event, EventsWanted, Home, SeenValue};

/// Kinds of values by which a party is known.
const KINDS: [Kind; 4] = [Kind::Ipv4, Kind::Ipv6, Kind::Domain, Kind::Email];
/// Values that are listed.
const VALUES_MAX: usize = 200;
/// Values of a party that are kept while tables are read.
const FOUND_MAX: usize = 100_000;
/// Values of which the records are asked, and of how many records in all.
const ASKED_MAX: usize = 50;
const RECORDS_MAX: u64 = 20_000;
/// Accounts that are named in one row.
const ACCOUNTS_MAX: usize = 5;

/// How often, first and last.
type Times = (u64, Option<Timestamp>, Option<Timestamp>);
/// A value with why it is the party's.
type Value = (ReachBy, Observable);

/// What records hold of a party.
pub(super) fn seen(home: &Home, reaching: &Reaching<'_>) -> Result<ReachPart<ReachSeen>, store::Fault> {
    let archive = home.archive()?;
    let mut part = ReachPart { looked_at: archive.events()?, ..ReachPart::default() };
    if archive.is_empty() {
        part.unknown.push("no records of logs are kept".to_owned());
        return Ok(part);
    }
    let mut found = Found::default();
    let mut faulty = archive.each_value(&KINDS, &mut |seen| {
        if let Some(by) = reaching.of_value(seen.kind, seen.value) {
            found.add(by, seen);
        }
    })?;
    if found.is_bounded {
        part.unknown
            .push(format!("it has more than {FOUND_MAX} values in records: the surest of these are listed"));
    }
    let found = found.values;
    part.left = u64::try_from(found.len().saturating_sub(VALUES_MAX)).unwrap_or(u64::MAX);
    let mut asked: Vec<Value> = Vec::new();
    let mut room = RECORDS_MAX;
    for (value, sources) in found.into_iter().take(VALUES_MAX) {
        let count: u64 = sources.values().map(|times| times.0).sum();
        if asked.len() < ASKED_MAX && count <= room {
            room -= count;
            asked.push(value);
        } else {
            part.rows.extend(sources.iter().map(|(source, times)| row(&value, source, *times)));
        }
    }
    faulty.extend(of_records(&archive, &asked, &mut part.rows)?);
    part.rows.sort();
    if !faulty.is_empty() {
        let count = faulty.len();
        let files = if count == 1 { "file" } else { "files" };
        part.unknown.push(format!("{count} {files} of kept records could not be read"));
    }
    Ok(part)
}

/// Values with how often each source has them. What is let go of ranks behind all that is kept, now and later, so that what
/// is kept was never let go of and is counted whole.
#[derive(Default)]
struct Found {
    values: BTreeMap<Value, BTreeMap<String, Times>>,
    is_bounded: bool,
}

impl Found {
    fn add(&mut self, by: ReachBy, seen: &SeenValue<'_>) {
        let value = (by, Observable { kind: seen.kind, value: seen.value.to_owned() });
        let times =
            self.values.entry(value).or_default().entry(seen.source.to_owned()).or_insert((0, None, None));
        times.0 += seen.count;
        times.1 = times.1.into_iter().chain(seen.first).min();
        times.2 = times.2.max(seen.last);
        if self.values.len() > FOUND_MAX {
            self.values.pop_last();
            self.is_bounded = true;
        }
    }
}

fn row((by, value): &Value, log: &str, (count, first, last): Times) -> ReachSeen {
    ReachSeen {
        by: by.clone(),
        kind: value.kind.name(),
        value: value.value.clone(),
        log: log.to_owned(),
        record: None,
        count,
        from_it: None,
        first,
        last,
        accounts: Vec::new(),
    }
}

/// Asks the records that hold one of these values: a row for each value and log.
fn of_records(
    archive: &Archive<'_>,
    asked: &[Value],
    rows: &mut Vec<ReachSeen>,
) -> Result<Vec<model::Problem>, store::Fault> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let values: Vec<Observable> = asked.iter().map(|(_, value)| value.clone()).collect();
    let addresses: Vec<Option<IpAddr>> = values.iter().map(|value| value.value.parse().ok()).collect();
    let mut builder = Set::builder();
    for (tag, value) in (0_u32..).zip(&values) {
        builder.add_ref(value, Scope::Exact, tag);
    }
    let (set, mut scratch) = (builder.build(), Scratch::default());
    let (blocks, mut faulty) = archive.seen(&values);
    let mut logs: BTreeMap<(u32, String), InLog> = BTreeMap::new();
    for (source, numbers) in archive.sources() {
        let wanted = EventsWanted {
            source: &source,
            numbers,
            times: None,
            seen: Some(&blocks),
            logs: None,
            texts: None,
        };
        faulty.extend(archive.each(&wanted, &mut |log, _, event| {
            for tag in held(&set, &mut scratch, event) {
                let of = usize::try_from(tag).ok().and_then(|tag| addresses.get(tag).copied()).flatten();
                logs.entry((tag, log.log.clone())).or_default().take(event, of);
            }
        })?);
    }
    for ((tag, log), seen) in logs {
        let place = usize::try_from(tag).ok();
        let is_address = place.and_then(|tag| addresses.get(tag)).is_some_and(Option::is_some);
        let value = place.and_then(|tag| asked.get(tag));
        rows.extend(value.map(|value| seen.row(value, &log, is_address)));
    }
    Ok(faulty)
}

/// Which of the values an event holds.
fn held(set: &Set, scratch: &mut Scratch, event: &Event<'_>) -> BTreeSet<u32> {
    let mut tags = BTreeSet::new();
    let mut look = |bytes: &[u8]| set.scan(bytes, scratch, &mut |hit| _ = tags.insert(hit.tag));
    match event.text {
        Text::Raw => look(event.raw),
        Text::Fields => event.fields.iter().for_each(|field| {
            if let model::Value::Text(text) = field.value {
                look(text.as_bytes());
            }
        }),
    }
    tags
}

/// What the records of one log hold of a value.
#[derive(Default)]
struct InLog {
    count: u64,
    from_it: u64,
    /// The first record; one without a time comes after those with one.
    record: Option<(bool, Option<Timestamp>, u64)>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    accounts: BTreeSet<String>,
}

impl InLog {
    /// Takes a record that holds a value; `of`: the address that it is.
    fn take(&mut self, event: &Event<'_>, of: Option<IpAddr>) {
        self.count += 1;
        self.from_it += u64::from(of.is_some() && event.from == of);
        let record = (event.time.is_none(), event.time, event.record);
        self.record = self.record.into_iter().chain([record]).min();
        self.first = self.first.into_iter().chain(event.time).min();
        self.last = self.last.max(event.time);
        self.accounts.extend(event.account.map(str::to_owned));
        if self.accounts.len() > ACCOUNTS_MAX {
            self.accounts.pop_last();
        }
    }

    /// `is_address`: only of an address it is asked whether something came from it.
    fn row(self, value: &Value, log: &str, is_address: bool) -> ReachSeen {
        ReachSeen {
            from_it: is_address.then_some(self.from_it),
            record: self.record.map(|(.., record)| record),
            accounts: self.accounts.into_iter().collect(),
            ..row(value, log, (self.count, self.first, self.last))
        }
    }
}

/// Findings of logs whose indicator or proof has a value that is surely the party's.
pub(super) fn sightings(answer: &Answer, reaching: &Reaching<'_>) -> Vec<ReachSighting> {
    let mut all = BTreeSet::new();
    for finding in answer.findings.iter().filter(|finding| finding.kind == FindingKind::Sighting) {
        let Some(value) = value_of(finding, reaching) else { continue };
        all.insert(ReachSighting {
            severity: finding.severity,
            title: finding.title.clone(),
            finding: finding.id.clone(),
            value,
            first: finding.first_seen,
            last: finding.last_seen,
        });
    }
    all.into_iter().take(VALUES_MAX).collect()
}

fn value_of(finding: &Finding, reaching: &Reaching<'_>) -> Option<String> {
    let proofs = finding.evidence.iter().flat_map(|evidence| evidence.excerpt.values());
    let texts = std::iter::once(&finding.intel.id).chain(proofs);
    let values = texts.flat_map(|text| observable::scan_text(text)).map(|seen| seen.observable);
    let theirs = values.filter(|value| {
        let by = reaching.of_value(value.kind, &value.value);
        by.is_some_and(|by| by.certainty == Certainty::Certain)
    });
    theirs.map(|value| value.value).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_past_the_bound_is_said_and_the_surest_are_kept_in_any_order() {
        let of = |numbers: &mut dyn Iterator<Item = usize>| {
            let mut found = Found::default();
            for number in numbers {
                let certainty = if number == 0 { Certainty::Possible } else { Certainty::Certain };
                let by = ReachBy { certainty, how: "is", by: String::new() };
                let value = format!("{number:06}");
                // Each comes in two parts.
                for count in [1, 2] {
                    let seen = SeenValue {
                        kind: Kind::Domain,
                        value: &value,
                        source: "logs",
                        count,
                        first: None,
                        last: None,
                    };
                    found.add(by.clone(), &seen);
                }
            }
            let counts: BTreeSet<u64> = found.values.values().map(|sources| sources["logs"].0).collect();
            let is_there = found.values.keys().any(|(by, _)| by.certainty == Certainty::Possible);
            (found.values.len(), found.is_bounded, is_there, counts)
        };
        let three = BTreeSet::from([3]);
        assert_eq!(of(&mut (0..FOUND_MAX)), (FOUND_MAX, false, true, three.clone()));
        assert_eq!(of(&mut (0..=FOUND_MAX)), (FOUND_MAX, true, false, three.clone()));
        assert_eq!(of(&mut (0..=FOUND_MAX).rev()), (FOUND_MAX, true, false, three));
    }
}
