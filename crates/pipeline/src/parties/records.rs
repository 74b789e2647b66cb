//! Records of collections, counted by party: each once, however many documents hold it.
//!
//! Invariants: what is kept of a record is when, what, which value and where, never one of its fields; the newest records
//! are kept, whatever came first, and the others are counted.

use crate::brief::{PARTY_TLP, content};
use crate::notices::party_of;
use findings::{Stated, Whose};
use model::party::{ListedParty, PartyCollection, PartyRecord};
use model::world::{Observation, ObservationNature};
use model::{Answer, FindingId, FindingKind, Timestamp, Tlp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::{Home, Kept};

/// Records of a party that are listed.
const RECORDS_MAX: usize = 10_000;

/// The order of records: the newest first, those without a time last.
type Order = (Reverse<Option<Timestamp>>, String, String, String, u64);

/// What is counted of a collection for a party.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    malicious: u64,
    suspicious: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    tlp: Tlp,
    kept_back: u64,
}

/// Records while they are counted.
pub(super) struct Counting<'c> {
    whose: &'c Whose<'c>,
    /// The party whose records are listed; none where all parties are counted.
    party: Option<&'c str>,
    findings: HashMap<(&'c str, &'c str, &'c str), &'c FindingId>,
    known: HashSet<(u64, String)>,
    counts: BTreeMap<(String, String), Count>,
    records: BTreeMap<Order, PartyRecord>,
    left: u64,
    /// The strictest marking of what was counted.
    pub(super) tlp: Tlp,
}

impl<'c> Counting<'c> {
    pub(super) fn new(whose: &'c Whose<'c>, of: Option<(&'c str, &'c Answer)>) -> Self {
        let mut findings = HashMap::new();
        if let Some((party, answer)) = of {
            let is_about = |one: &&model::Finding| {
                one.kind == FindingKind::Compromise && party_of(one).as_deref() == Some(party)
            };
            for one in answer.findings.iter().filter(is_about) {
                let value = one.subject.name.as_deref().unwrap_or_default();
                findings.insert((one.intel.id.as_str(), one.intel.name.as_str(), value), &one.id);
            }
        }
        Self {
            whose,
            party: of.map(|(party, _)| party),
            findings,
            known: HashSet::new(),
            counts: BTreeMap::new(),
            records: BTreeMap::new(),
            left: 0,
            tlp: Tlp::Unmarked,
        }
    }

    /// Counts the records of every document that holds some.
    pub(super) fn home(&mut self, home: &Home) -> Result<(), store::Fault> {
        let documents = home.documents()?;
        let has_some = |kept: &&Kept| kept.counts.get("observations").is_some_and(|count| *count > 0);
        for kept in documents.iter().filter(has_some) {
            let name: Arc<str> = Arc::from(kept.name.as_str());
            home.each_part(&kept.name, &mut |said| {
                said.each_stated(&name, &mut |stated| {
                    if let Stated::Observation(one) = stated {
                        self.take(one, kept.received);
                    }
                });
            })?;
        }
        Ok(())
    }

    fn take(&mut self, one: &Observation, received: Timestamp) {
        let whose = self.whose;
        let mut about = whose.about(one);
        about.retain(|about| self.party.is_none_or(|party| party == about.name));
        for about in &about {
            let content = content(one);
            if !self.known.insert((content, about.name.to_owned())) {
                continue;
            }
            self.tlp = self.tlp.max(one.tlp);
            let time = one.time.or(one.known_since);
            let is_kept_back = one.tlp > PARTY_TLP;
            let count = self.counts.entry((about.name.to_owned(), one.collection.clone())).or_default();
            match one.nature {
                ObservationNature::Malicious => count.malicious += 1,
                ObservationNature::Suspicious => count.suspicious += 1,
            }
            count.first = count.first.into_iter().chain(time).min();
            count.last = count.last.max(time);
            count.tlp = count.tlp.max(one.tlp);
            count.kept_back += u64::from(is_kept_back);
            if self.party.is_some() {
                self.list(one, &about.value, (content, time, received));
            }
        }
    }

    fn list(
        &mut self,
        one: &Observation,
        value: &str,
        (content, time, received): (u64, Option<Timestamp>, Timestamp),
    ) {
        let finding = self.findings.get(&(one.collection.as_str(), one.what.as_str(), value));
        let record = PartyRecord {
            time,
            learnt: received,
            collection: one.collection.clone(),
            what: one.what.clone(),
            value: value.to_owned(),
            nature: match one.nature {
                ObservationNature::Malicious => "malicious",
                ObservationNature::Suspicious => "suspicious",
            },
            held_secret: one.held_secret,
            tlp: one.tlp,
            is_kept_back: one.tlp > PARTY_TLP,
            document: one.origin.source.to_string(),
            place: one.origin.place.to_string(),
            finding: finding.map(|id| (*id).clone()),
        };
        let order =
            (Reverse(time), record.collection.clone(), record.what.clone(), record.value.clone(), content);
        self.records.insert(order, record);
        while self.records.len() > RECORDS_MAX {
            self.records.pop_last();
            self.left += 1;
        }
    }

    /// Writes what was counted into the row of a party.
    pub(super) fn summarise(&self, row: &mut ListedParty) {
        let of_party = self.counts.iter().filter(|((party, _), _)| *party == row.party);
        for ((_, collection), count) in of_party {
            row.collections.insert(collection.clone(), count.malicious + count.suspicious);
            row.malicious += count.malicious;
            row.suspicious += count.suspicious;
            row.newest = row.newest.max(count.last);
            row.kept_back += count.kept_back;
        }
    }

    /// Collections and records, the newest first, and how many records are not listed.
    pub(super) fn made(self) -> (Vec<PartyCollection>, Vec<PartyRecord>, u64) {
        let mut collections: Vec<PartyCollection> = self
            .counts
            .into_iter()
            .map(|((_, collection), count)| PartyCollection {
                collection,
                malicious: count.malicious,
                suspicious: count.suspicious,
                first: count.first,
                last: count.last,
                tlp: count.tlp,
                kept_back: count.kept_back,
            })
            .collect();
        collections.sort_by(|a, b| (Reverse(a.last), &a.collection).cmp(&(Reverse(b.last), &b.collection)));
        (collections, self.records.into_values().collect(), self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use findings::{Ours, Said};
    use model::ours::{Fact, Name, NameValue, Party};
    use model::world::{Origin, Term, TermRole};
    use model::{Place, Tlp};
    use observable::{Kind, Observable};

    fn origin() -> Origin {
        Origin::new(&Arc::from("names.csv"), Place::Line(2))
    }

    fn record(at: i64) -> Observation {
        let observable = Observable { kind: Kind::Domain, value: "gw.tide.example".to_owned() };
        Observation {
            collection: "sinkhole".to_owned(),
            what: "contact".to_owned(),
            classification: None,
            nature: ObservationNature::Malicious,
            time: (at > 0).then(|| Timestamp::EPOCH.plus_seconds(at)),
            known_since: None,
            terms: vec![Term { role: TermRole::Subject, observable }],
            words: Vec::new(),
            fields: Vec::new(),
            secret: None,
            held_secret: false,
            tlp: Tlp::Amber,
            origin: origin(),
        }
    }

    #[test]
    fn one_record_past_the_bound_is_counted_and_the_newest_are_kept_in_any_order() {
        let mut said = Said::default();
        said.ours(Fact::Name(Name {
            value: NameValue::Observable(Observable { kind: Kind::Domain, value: "tide.example".to_owned() }),
            party_name: "Tidewise".to_owned(),
            party: Party::Supplier,
            owner: None,
            expires: None,
            lists: Vec::new(),
            origin: origin(),
        }));
        said.settle();
        let ours = Ours::of([&said]);
        let whose = Whose::of(&ours);
        let answer = Answer::default();
        let most = i64::try_from(RECORDS_MAX).expect("small");
        let of = |times: &mut dyn Iterator<Item = i64>| {
            let mut counting = Counting::new(&whose, Some(("Tidewise", &answer)));
            for at in times {
                // Each comes twice and counts once.
                counting.take(&record(at), Timestamp::EPOCH);
                counting.take(&record(at), Timestamp::EPOCH);
            }
            let (collections, records, left) = counting.made();
            let first =
                records.first().and_then(|one| one.time).map(|time| time.seconds_since(Timestamp::EPOCH));
            (collections.first().map(|one| one.malicious), records.len(), first, left)
        };
        let all = Some(RECORDS_MAX as u64);
        assert_eq!(of(&mut (0..most)), (all, RECORDS_MAX, Some(most - 1), 0));
        let more = Some(RECORDS_MAX as u64 + 1);
        assert_eq!(of(&mut (0..=most)), (more, RECORDS_MAX, Some(most), 1));
        assert_eq!(of(&mut (0..=most).rev()), (more, RECORDS_MAX, Some(most), 1));
    }
}
