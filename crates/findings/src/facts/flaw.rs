//! A flaw: everything that is known under one CVE, or under one identifier where there is no CVE.
//!
//! All records about one CVE are used together (a CVE record, an OSV record, the KEV entry). Each authority has one
//! record of a CVE: its newest version counts, whichever was read first, and a withdrawal takes back only what the
//! same authority said.

use crate::facts::likelihood::{Likelihood, newest};
use crate::facts::said::Said;
use foldhash::{HashMap, HashMapExt};
use model::Date;
use model::world::{Authority, Exploited, Mentioned, Product, PublicExploit, Report, Vex, Vulnerability};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Everything known under one CVE.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Flaw {
    /// In order of identifier and place.
    pub(crate) records: Vec<Arc<Vulnerability>>,
    pub(crate) added_to_kev: Option<Date>,
    pub(crate) newest_on_kev: Option<Date>,
    pub(crate) due: Option<Date>,
    pub(crate) ransomware: bool,
    pub(crate) kev: Option<Arc<Exploited>>,
    /// Who else lists it as exploited, each with the first day.
    pub(crate) asserted: BTreeMap<String, Option<Date>>,
    pub(crate) exploit_public: Option<Date>,
    /// The advisories that name it.
    pub(crate) advised_by: Vec<Arc<Report>>,
    /// How likely exploitation is, by the newest score.
    pub(crate) likelihood: Option<Likelihood>,
    /// Who says of which product that it is affected or not (VEX), in order of place.
    pub(crate) statements: Vec<Arc<Vex>>,
}

impl Flaw {
    /// When it was disclosed: the first publication of any record.
    pub(crate) fn disclosed(&self) -> Option<Date> {
        self.records.iter().filter_map(|record| record.published).min()
    }

    /// One line.
    pub(crate) fn title(&self, id: &str) -> String {
        if let Some(kev) = &self.kev {
            return kev.name.clone();
        }
        let titles =
            self.records.iter().map(|record| record.title.as_str()).filter(|title| !title.is_empty());
        titles.min_by_key(|title| (title.len(), *title)).unwrap_or(id).to_owned()
    }

    /// Every product that it is about, as its records name them. The catalogue of exploited flaws names one where no
    /// record does; `passed_over`: a record was read and not kept, so it is about another product.
    pub(crate) fn kev_product(&self, passed_over: bool) -> Option<Product> {
        let silent = self.records.iter().all(|record| record.affected.is_empty())
            && (!self.records.is_empty() || !passed_over);
        self.kev.as_ref().filter(|_| silent).map(|kev| Product {
            vendor: Some(kev.vendor.clone()),
            name: Some(kev.product.clone()),
            ..Product::default()
        })
    }
}

/// Under which name a flaw is known: its CVE, or the identifier of its record where there is no CVE.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FlawId(Arc<str>);

impl FlawId {
    /// The identifier with this text.
    pub(crate) fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl Borrow<str> for FlawId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Deref for FlawId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FlawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Flaws by their names.
pub(crate) type Flaws = BTreeMap<FlawId, Flaw>;

/// The CVE under which a vulnerability is known, or its own identifier.
pub(crate) fn cve_of(record: &Vulnerability) -> &str {
    let mut names =
        std::iter::once(&record.id).chain(&record.aliases).filter(|name| name.starts_with("CVE-"));
    let first = names.next();
    names.fold(first, |least, name| least.min(Some(name))).map_or(record.id.as_str(), String::as_str)
}

/// Every flaw that the documents know, with the advisories that name it; and sentences on records of one version
/// that differ.
pub(crate) fn flaws(documents: &[&Said], advisories: &[Arc<Report>]) -> (Flaws, Vec<String>) {
    let (records, notes) = current(documents);
    let mut flaws: Flaws = BTreeMap::new();
    for record in records {
        let id = cve_of(&record);
        match flaws.get_mut(id) {
            Some(flaw) => flaw.records.push(record),
            None => {
                let id = FlawId::new(id);
                flaws.insert(id, Flaw { records: vec![record], ..Flaw::default() });
            }
        }
    }
    for fact in documents.iter().flat_map(|said| &said.exploited) {
        exploited(flaws.entry(FlawId::new(&fact.cve)).or_default(), fact);
    }
    for fact in documents.iter().flat_map(|said| &said.exploits) {
        if let Some(flaw) = flaws.get_mut(fact.cve.as_str()) {
            exploit(flaw, fact);
        }
    }
    stated(documents, &mut flaws);
    let scored: Vec<_> = documents.iter().map(|said| &said.likelihoods).filter(|one| one.len() > 0).collect();
    for (id, flaw) in flaws.iter_mut().filter(|_| !scored.is_empty()) {
        flaw.likelihood = newest(scored.iter().copied(), id);
    }
    for report in advisories {
        let named: BTreeSet<&str> = report
            .mentions
            .iter()
            .filter_map(|mention| match &mention.what {
                Mentioned::Observable(seen) if seen.kind == observable::Kind::Cve => {
                    Some(seen.value.as_str())
                }
                _ => None,
            })
            .collect();
        for cve in named {
            if let Some(flaw) = flaws.get_mut(cve) {
                flaw.advised_by.push(Arc::clone(report));
            }
        }
    }
    for flaw in flaws.values_mut() {
        // Lists of exploits date many to a repository that is older than the flaw.
        flaw.exploit_public =
            flaw.exploit_public.map(|first| flaw.disclosed().map_or(first, |day| first.max(day)));
        let key = |record: &Vulnerability| (record.id.clone(), record.origin.clone(), record.authority);
        flaw.records.sort_by_cached_key(|record| key(record));
    }
    (flaws, notes)
}

/// Gives each statement (VEX) to the flaw that it names by any identifier.
fn stated(documents: &[&Said], flaws: &mut Flaws) {
    let statements: Vec<&Arc<Vex>> = documents.iter().flat_map(|said| &said.statements).collect();
    if statements.is_empty() {
        return;
    }
    let mut names: HashMap<Box<str>, FlawId> = HashMap::new();
    for (id, flaw) in flaws.iter() {
        let of_records =
            flaw.records.iter().flat_map(|record| std::iter::once(&record.id).chain(&record.aliases));
        for name in of_records.map(String::as_str).chain([&**id]) {
            names.entry(Box::from(name)).or_insert_with(|| id.clone());
        }
    }
    for statement in statements {
        let mut named = std::iter::once(&statement.vulnerability).chain(&statement.aliases);
        // A flaw that only a scanner reports has no record: it is known by its own name.
        let id = named.find_map(|name| names.get(name.as_str())).cloned();
        let id = id.unwrap_or_else(|| FlawId::new(&statement.vulnerability));
        flaws.entry(id).or_default().statements.push(Arc::clone(statement));
    }
    for flaw in flaws.values_mut() {
        flaw.statements.sort_by(|a, b| a.origin.cmp(&b.origin));
    }
}

/// Who keeps the Known Exploited Vulnerabilities catalogue.
const CATALOGUE: &str = "CISA";

fn exploited(flaw: &mut Flaw, fact: &Arc<Exploited>) {
    let rank = |fact: &Exploited| (fact.added, fact.origin.clone());
    if flaw.kev.as_ref().is_none_or(|known| rank(fact) < rank(known)) {
        flaw.kev = Some(Arc::clone(fact));
    }
    match fact.asserter.as_deref() {
        None | Some(CATALOGUE) => flaw.added_to_kev = flaw.added_to_kev.into_iter().chain(fact.added).min(),
        Some(asserter) => {
            let first = flaw.asserted.entry(asserter.to_owned()).or_insert(fact.added);
            *first = first.iter().copied().chain(fact.added).min();
        }
    }
    flaw.newest_on_kev = flaw.newest_on_kev.max(fact.added);
    flaw.due = flaw.due.into_iter().chain(fact.due).min();
    flaw.ransomware |= fact.ransomware;
}

fn exploit(flaw: &mut Flaw, fact: &PublicExploit) {
    flaw.exploit_public = flaw.exploit_public.into_iter().chain([fact.first]).min();
}

/// The records that count: of each identifier within its authority the newest version, unless that is a
/// withdrawal.
fn current(documents: &[&Said]) -> (Vec<Arc<Vulnerability>>, Vec<String>) {
    let mut newest: HashMap<(Authority, &str), &Arc<Vulnerability>> = HashMap::new();
    let mut notes = BTreeSet::new();
    for record in documents.iter().flat_map(|said| &said.vulnerabilities) {
        newest
            .entry((record.authority, record.id.as_str()))
            .and_modify(|known| {
                if replaces(record, known, &mut notes) {
                    *known = record;
                }
            })
            .or_insert(record);
    }
    let valid = newest.into_values().filter(|record| !record.withdrawn).cloned();
    (valid.collect(), notes.into_iter().collect())
}

/// Whether a record replaces another of the same identifier: by its date; two of one date by content, the lesser.
fn replaces(record: &Vulnerability, known: &Vulnerability, notes: &mut BTreeSet<String>) -> bool {
    if record.modified != known.modified {
        return record.modified > known.modified;
    }
    if record.withdrawn != known.withdrawn {
        return record.withdrawn;
    }
    let elsewhere = Vulnerability { origin: known.origin.clone(), ..record.clone() };
    if elsewhere == *known {
        return record.origin < known.origin;
    }
    let pair = [record, known].map(|one| (format!("{:?}", (one.withdrawn, one)), &one.origin.source));
    let [(ours, _), (theirs, _)] = &pair;
    let (first, second) = if ours < theirs { (record, known) } else { (known, record) };
    notes.insert(format!(
        "{}: two records of the same date differ ({} and {}): the first is used",
        record.id, first.origin.source, second.origin.source
    ));
    ours < theirs
}
