//! The log-ons of each account, over all documents of logs.

use crate::facts::ours::Ours;
use crate::sighting::logon::attempt::{Logon, Order};
use crate::sighting::proof::Proof;
use crate::sighting::sent::logs::Logs;
use crate::sighting::times::Times;
use model::identity::EntityKey;
use model::{EVIDENCE_MAX, Evidence, Sketch};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The log-ons of one account, over all documents.
#[derive(Debug, Default)]
pub(crate) struct Used {
    pub(crate) all: Sketch,
    pub(crate) without_mfa: Sketch,
    pub(crate) with_mfa: bool,
    pub(crate) times: Option<Times>,
    /// The addresses it came from, with the times of each.
    pub(crate) from: BTreeMap<IpAddr, Times>,
    /// The first, those without a second factor before the others.
    pub(crate) evidence: Vec<Evidence>,
}

/// The log-ons of each account, by the account's key.
pub(crate) fn by_account(ours: &Ours, logs: &Logs<'_>) -> BTreeMap<EntityKey, Used> {
    let mut proofs: BTreeMap<EntityKey, BTreeMap<Order, (&Arc<str>, &Proof)>> = BTreeMap::new();
    let mut used: BTreeMap<EntityKey, Used> = BTreeMap::new();
    for (document, seen, _) in logs.iter() {
        // Names of one account in one document are added up; over documents the larger number counts.
        let mut here: BTreeMap<EntityKey, Logon> = BTreeMap::new();
        for (written, logon) in &seen.logons {
            let key = ours.account_directory.resolve(written).key;
            let kept = proofs.entry(key.clone()).or_default();
            for (order, proof) in &logon.proofs {
                let known = kept.entry(*order).or_insert((document, proof));
                if (document, proof) < *known {
                    *known = (document, proof);
                }
            }
            here.entry(key).or_default().sum(logon.clone());
        }
        for (key, logon) in here {
            let known = used.entry(key).or_default();
            known.all.merge(&logon.all);
            known.without_mfa.merge(&logon.without_mfa);
            known.with_mfa |= logon.with_mfa;
            known.times = Times::join(known.times, logon.times);
            for (address, times) in logon.from {
                let whole = known.from.entry(address).or_insert(times);
                *whole = Times::join(Some(*whole), Some(times)).unwrap_or(times);
            }
        }
    }
    for (key, kept) in proofs {
        if let Some(known) = used.get_mut(&key) {
            let first = kept.into_values().take(EVIDENCE_MAX);
            known.evidence = first.map(|(document, proof)| proof.evidence(document)).collect();
        }
    }
    used
}
