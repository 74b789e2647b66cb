//! Whether a party can reach us: rules of firewalls, accounts with us, and its values in records, judged by its names.
//!
//! It reads facts and judges; what was seen in records, the caller looks for with [`Reaching::of_value`]. A rule is listed
//! as it is written: whether an earlier rule of the device decides before it is not worked out.
//!
//! Invariants: any order of facts, same answer; what was not read is *unknown* with the reason, never "no"; what a word
//! of a name alone supports is *possible*; a row names its table and the place there.

mod accounts;
mod rules;
mod theirs;

use crate::facts::ours::Ours;
use model::party::{PartyReach, ReachBy, ReachPart, ReachSeen, ReachSighting};
use observable::Kind;
use rules::Rules;
use theirs::Theirs;

/// How many rows of each sort are listed.
const ROWS_MAX: usize = 200;

/// What is known of a party's ways to us, before records are asked.
#[derive(Debug)]
pub struct Reaching<'o> {
    ours: &'o Ours,
    theirs: Theirs,
    rules: Rules,
}

impl<'o> Reaching<'o> {
    /// Of the party with this name.
    #[must_use]
    pub fn of(ours: &'o Ours, party: &str) -> Self {
        let mut theirs = Theirs::of(ours, party);
        let rules = rules::judged(ours, &theirs);
        // What a rule calls theirs may be where they come from.
        rules.named.iter().for_each(|rule| theirs.named_by(rule));
        Self { ours, theirs, rules }
    }

    /// Why a value of a record is the party's, if it is.
    #[must_use]
    pub fn of_value(&self, kind: Kind, value: &str) -> Option<ReachBy> {
        match kind {
            Kind::Ipv4 | Kind::Ipv6 => self.theirs.of_address(value.parse().ok()?),
            Kind::Domain => self.theirs.of_domain(value),
            Kind::Email => self.theirs.of_mail(value),
            _ => None,
        }
    }

    /// The answer. `seen`: what records hold of it; `sightings`: what was found in them.
    #[must_use]
    pub fn answer(self, mut seen: ReachPart<ReachSeen>, sightings: Vec<ReachSighting>) -> PartyReach {
        let Self { ours, theirs, rules } = self;
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let mut named = bounded(rules.named);
        named.looked_at = count(ours.rules.len());
        if ours.rules.is_empty() {
            named.unknown.push("no firewall rules were read".to_owned());
        } else if !theirs.has_networks() {
            named.unknown.push(
                "no address or network of it is in the table of names: rules were asked by its name alone"
                    .to_owned(),
            );
        }
        let mut anybody = bounded(rules.anybody);
        anybody.looked_at = named.looked_at;
        let mut accounts = bounded(accounts::judged(ours, &theirs));
        accounts.looked_at = count(ours.accounts.len());
        accounts.unknown = accounts::unknown(ours);
        if !theirs.has_networks() && seen.unknown.is_empty() {
            seen.unknown.push(
                "no address or network of it is in the table of names: records were asked for its domains alone"
                    .to_owned(),
            );
        }
        PartyReach { rules: named, anybody, accounts, seen, sightings }
    }
}

/// Rows in their order, as many as are listed.
fn bounded<R: Ord>(mut rows: Vec<R>) -> ReachPart<R> {
    rows.sort();
    rows.dedup();
    let left = u64::try_from(rows.len().saturating_sub(ROWS_MAX)).unwrap_or(u64::MAX);
    rows.truncate(ROWS_MAX);
    ReachPart { rows, left, ..ReachPart::default() }
}
