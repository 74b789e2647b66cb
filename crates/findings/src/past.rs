//! When exposures of each flaw came and went, of the turns that a memory kept: what is closed is in no join any more.
//!
//! A function of the turns in order. An exposure is followed by its thread; machines are known by the names that the turns
//! have, because a machine that is gone has no other name left.

use crate::key::Key;
use crate::turn::{Turn, What, Why};
use model::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// One exposure over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastExposure {
    /// The flaw.
    pub flaw: Arc<str>,
    /// The product, without version.
    pub product: Arc<str>,
    /// The machine.
    pub host: Arc<str>,
    /// When it was opened first.
    pub opened: Timestamp,
    /// When and why it was closed; absent: it is open.
    pub closed: Option<(Timestamp, Why)>,
}

/// Every exposure that a memory ever opened.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// When the memory began.
    pub(crate) since: Option<Timestamp>,
    /// Only machines of this zone.
    pub(crate) zone: Option<String>,
    /// How many rows of open flaws an answer has, and how many of those that are closed.
    pub(crate) rows_max: usize,
    /// Turns of flaws that were closed up to then are no longer kept.
    pub(crate) gone: Option<Timestamp>,
    by_thread: BTreeMap<u64, PastExposure>,
    /// Each name once: a million exposures have some thousand flaws, products and machines.
    names: HashSet<Arc<str>>,
}

impl Past {
    /// Nothing yet: of a memory that began then, of one zone or of all, for so many rows.
    #[must_use]
    pub fn new(since: Option<Timestamp>, zone: Option<String>, rows_max: usize) -> Self {
        Self { since, zone, rows_max, gone: None, by_thread: BTreeMap::new(), names: HashSet::new() }
    }

    /// Says that turns of flaws that were closed up to a moment are no longer kept.
    #[must_use]
    pub fn gone_until(mut self, until: Option<Timestamp>) -> Self {
        self.gone = until;
        self
    }

    /// The flaw that a turn is of, if it is of an exposure.
    #[must_use]
    pub fn flaw(turn: &Turn) -> Option<&str> {
        exposure(turn).map(|(flaw, ..)| flaw)
    }

    /// Takes one turn of a thread in; turns come in their order.
    pub fn take(&mut self, thread: u64, at: Timestamp, turn: &Turn) {
        let Some((flaw, product, host)) = exposure(turn) else { return };
        let closed = match turn.what {
            What::Closed { why, .. } => Some((at, why)),
            _ => None,
        };
        let opened = self.by_thread.get(&thread).map_or(at, |known| known.opened);
        let [flaw, product, host] = [flaw, product, host].map(|name| self.name(name));
        self.by_thread.insert(thread, PastExposure { flaw, product, host, opened, closed });
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&name));
        name
    }

    /// The flaws of which every exposure is closed: nothing of ours asks for their records any more.
    #[must_use]
    pub fn closed_flaws(&self) -> BTreeSet<String> {
        let mut has_open: HashMap<&str, bool> = HashMap::new();
        for one in self.by_thread.values() {
            *has_open.entry(&one.flaw).or_default() |= one.closed.is_none();
        }
        has_open.into_iter().filter(|(_, is_open)| !is_open).map(|(flaw, _)| flaw.to_owned()).collect()
    }

    /// The exposures by flaw.
    pub(crate) fn by_flaw(&self) -> BTreeMap<&str, Vec<&PastExposure>> {
        let mut by_flaw: HashMap<&str, Vec<&PastExposure>> = HashMap::new();
        for one in self.by_thread.values() {
            by_flaw.entry(&one.flaw).or_default().push(one);
        }
        by_flaw.into_iter().collect()
    }
}

/// What is between a flaw and its product in a title.
const IN: &str = " in ";

/// The flaw, the product and the machine of an exposure, as its title has them: `FLAW in PRODUCT on MACHINE`.
fn exposure(turn: &Turn) -> Option<(&str, &str, &str)> {
    let Key::Exposure(product) = &turn.key else { return None };
    turn.title.match_indices(IN).find_map(|(at, _)| {
        let (flaw, rest) = turn.title.split_at_checked(at)?;
        let host = rest.strip_prefix(IN)?.strip_prefix(&**product)?.strip_prefix(" on ")?;
        Some((flaw, &**product, host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Grade, exposure_id};
    use model::{Certainty, Severity};

    fn turn(flaw: &str, host: &str, what: What) -> Turn {
        let product: Arc<str> = Arc::from("in on the in product");
        Turn {
            id: exposure_id(flaw, host, &product),
            title: Arc::from(format!("{flaw} in {product} on {host}")),
            key: Key::Exposure(product),
            grade: Grade { severity: Severity::High, certainty: Certainty::Likely, decision: None },
            what,
        }
    }

    #[test]
    fn an_exposure_is_followed_through_closing_and_coming_back() {
        let at = |day: &str| Timestamp::parse(&format!("2026-06-{day}T00:00:00Z")).expect("a time");
        let mut past = Past::default();
        past.take(1, at("01"), &turn("CVE-1", "a", What::Opened));
        past.take(2, at("02"), &turn("CVE-2", "a", What::Opened));
        past.take(1, at("03"), &turn("CVE-1", "a", What::Closed { why: Why::Fixed, into: None }));
        assert_eq!(past.closed_flaws(), BTreeSet::from(["CVE-1".to_owned()]));
        let of = |past: &Past| {
            let one = past.by_flaw().get("CVE-1").expect("known")[0].clone();
            (one.host, one.product, one.opened, one.closed)
        };
        let (host, product) = (Arc::from("a"), Arc::from("in on the in product"));
        assert_eq!(
            of(&past),
            (Arc::clone(&host), Arc::clone(&product), at("01"), Some((at("03"), Why::Fixed)))
        );
        past.take(1, at("04"), &turn("CVE-1", "a", What::Opened));
        assert_eq!(of(&past), (host, product, at("01"), None));
        assert!(past.closed_flaws().is_empty());
    }
}
