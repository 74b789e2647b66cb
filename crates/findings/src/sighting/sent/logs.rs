//! All documents of logs, and what each log source sent of each machine.

use crate::facts::ours::Ours;
use crate::sighting::seen::LogSeen;
use crate::sighting::sent::coverage::{Coverage, HourlyCoverage};
use crate::sighting::written::LogPlace;
use model::identity::Entity;
use model::{EventId, LogSource};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All documents of logs, with the machines that their names and records lead to.
pub(crate) struct Logs<'l> {
    documents: Vec<(&'l Arc<str>, &'l LogSeen, LogPlace<'l>)>,
}

/// What one log source sent of one machine.
pub(crate) struct Sent<'l> {
    pub(crate) log: &'l LogSource,
    /// `None`: no machine is known.
    pub(crate) host: Option<Entity>,
    pub(crate) hourly: HourlyCoverage,
}

impl<'l> Logs<'l> {
    /// The documents, and the machine that each one's name names.
    pub(crate) fn of(
        documents: &'l BTreeMap<Arc<str>, Arc<LogSeen>>,
        machines: &'l BTreeMap<Arc<str>, Option<Entity>>,
    ) -> Self {
        let mut names: BTreeMap<EventId, &Arc<str>> = BTreeMap::new();
        for (name, seen) in documents {
            names.entry(seen.lineage).or_insert(name);
        }
        let place = |name: &'l Arc<str>, seen: &LogSeen| LogPlace {
            name: Arc::clone(names.get(&seen.lineage).copied().unwrap_or(name)),
            lineage: format!("{:016x}", seen.lineage.0),
            machine: machines.get(name).and_then(Option::as_ref),
        };
        let documents = documents.iter().map(|(name, seen)| (name, &**seen, place(name, seen)));
        Self { documents: documents.collect() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'l Arc<str>, &'l LogSeen, &LogPlace<'l>)> {
        self.documents.iter().map(|(name, seen, place)| (*name, *seen, place))
    }

    /// The place of a document.
    pub(crate) fn place(&self, name: &str) -> Option<&LogPlace<'l>> {
        let at = self.documents.binary_search_by(|(known, ..)| (***known).cmp(name)).ok()?;
        self.documents.get(at).map(|(.., place)| place)
    }

    /// What each log source sent of each machine, in order of log source and machine.
    pub(crate) fn sent(&self, ours: &Ours) -> Vec<Sent<'l>> {
        let mut all: BTreeMap<(&'l LogSource, Option<Entity>), HourlyCoverage> = BTreeMap::new();
        for (_, seen, place) in self.iter() {
            for source in &seen.coverage.sources {
                for (host, coverage) in source.named.iter() {
                    let host = Entity { reason: "", ..ours.hosts.resolve(host, None) };
                    all.entry((&source.log, Some(host))).or_default().merge(coverage);
                }
                if source.unnamed.coverage != Coverage::default() {
                    let host = place.machine.map(|host| Entity { reason: "", ..host.clone() });
                    all.entry((&source.log, host)).or_default().merge(&source.unnamed);
                }
            }
        }
        all.into_iter().map(|((log, host), hourly)| Sent { log, host, hourly }).collect()
    }
}
