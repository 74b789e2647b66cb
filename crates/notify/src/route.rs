//! Turns come in: for each audience by each destination it is decided whether a notice goes, and where.
//!
//! Each turn that the filter and the ceiling of a subscription allow becomes, for each audience and destination, exactly
//! one row: sent for itself, folded into a digest, or dropped with the reason. Of several subscriptions that lead to one
//! audience by one destination, the one that goes soonest is taken: nobody reads the same twice. What is beyond the size
//! of a digest is counted in it.
//!
//! What is closed, corrected or withdrawn follows its thread: it goes to those who had an earlier notice, whatever their
//! filters say now, and to nobody else.
//!
//! Invariants: turns that were routed before change nothing; without a turn nothing is made but the digests that say so.

use crate::desk::{Desk, OWNER, PARTY, Reached};
use crate::outbox::{Outbox, Pair};
use crate::place::{Draft, Placing, To};
use crate::row::{Because, Key, Row, State, Why};
use crate::subscription::{Subscription, When};
use crate::turned::{Assigned, Turned};
use crate::zone::Every;
use model::{Happened, NoticeId, Timestamp};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Routes turns, and gives the rows that are new or changed. Without turns it does what time asks for: it makes the
/// digests that say that nothing was new, and ends what waits for destinations that are switched off.
///
/// The outbox needs the rows of the threads of these turns.
pub fn route(outbox: &mut Outbox, desk: &Desk<'_>, turns: &[Turned], now: Timestamp) -> Vec<Row> {
    switched_off(outbox, desk, now);
    let mut placing = Placing { outbox, desk, now };
    let whom = Whom::new(desk);
    let mut in_order: Vec<&Turned> = turns.iter().collect();
    in_order.sort_by_key(|turned| turned.seq);
    for turned in in_order {
        let turned = Arc::new(turned.clone());
        match (&turned.assigned, turned.happened) {
            (Some(assigned), _) => assign(&mut placing, &turned, assigned),
            (None, Happened::Closed | Happened::Corrected | Happened::Withdrawn) => {
                follow(&mut placing, &turned, &whom);
            }
            (None, _) => notice(&mut placing, &turned, &whom),
        }
    }
    nothing_new(&mut placing);
    outbox.changes()
}

/// A subscription that leads to an audience by a destination.
struct Way<'s> {
    subscription: &'s Subscription,
    is_allowed: bool,
}

/// Which subscription goes sooner.
fn rank(way: &Way<'_>) -> (bool, u8) {
    let rank = match way.subscription.when {
        When::AtOnce => 0,
        When::Lasting { .. } => 1,
        When::Digest(Every::Hour) => 2,
        When::Digest(Every::Day { .. }) => 3,
        When::Digest(Every::Week { .. }) => 4,
        When::Digest(Every::Month { .. }) => 5,
    };
    (!way.is_allowed, rank)
}

/// Whom subscriptions mean. Of one that names its audience it is the same for every turn, and asked once.
struct Whom<'d> {
    desk: &'d Desk<'d>,
    named: Vec<OnceCell<Vec<Reached>>>,
}

impl<'d> Whom<'d> {
    fn new(desk: &'d Desk<'d>) -> Self {
        Self { desk, named: desk.subscriptions.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The subscriptions that mean a turn, each with those that it reaches.
    fn meant(&self, turned: &Turned) -> Vec<(&'d Subscription, Cow<'_, [Reached]>)> {
        let contacts = self.desk.contacts;
        let is_same = |one: &Subscription| turned.not_by.is_none() && !matches!(&*one.to, OWNER | PARTY);
        let all = self.desk.subscriptions.iter().zip(&self.named);
        let meant = all.filter(|(subscription, _)| subscription.filter.matches(turned));
        let reached = meant.map(|(subscription, known)| {
            let reached = match is_same(subscription) {
                true => Cow::Borrowed(&**known.get_or_init(|| contacts.meant(subscription, turned))),
                false => Cow::Owned(contacts.meant(subscription, turned)),
            };
            (subscription, reached)
        });
        reached.collect()
    }
}

/// For each audience and destination the subscription that goes soonest.
fn ways<'w>(
    meant: &'w [(&'w Subscription, Cow<'_, [Reached]>)],
    turned: &Turned,
) -> BTreeMap<(&'w str, &'w str), Way<'w>> {
    let mut ways: BTreeMap<(&str, &str), Way<'_>> = BTreeMap::new();
    let marking = turned.marking();
    for (subscription, reached) in meant {
        let is_allowed = marking <= ceiling(subscription);
        for Reached { audience, destinations } in reached.iter() {
            let nowhere = destinations.is_empty().then_some("");
            for destination in destinations.iter().map(String::as_str).chain(nowhere) {
                let way = Way { subscription, is_allowed };
                let known = ways.get(&(audience.as_str(), destination));
                if known.is_none_or(|known| rank(&way) < rank(known)) {
                    ways.insert((audience, destination), way);
                }
            }
        }
    }
    ways
}

/// Where nobody said how much an audience may see, it may see what our own organisation may.
pub(crate) fn ceiling(subscription: &Subscription) -> model::Tlp {
    subscription.ceiling.marked().unwrap_or(model::Tlp::AmberStrict)
}

fn notice(placing: &mut Placing<'_>, turned: &Arc<Turned>, whom: &Whom<'_>) {
    let (name, group) = (turned.name(), turned.group());
    let meant = whom.meant(turned);
    for ((audience, destination), Way { subscription, is_allowed }) in ways(&meant, turned) {
        let to = To { audience, destination, subscription: Some(subscription), name: &subscription.name };
        let (because, group) = (Because::Meant, group.as_deref());
        let draft = Draft { turned, name: &name, because, to, group };
        if placing.is_there(&draft) {
            continue;
        }
        if destination.is_empty() {
            placing.refuse(&draft, Why::NoAddress);
        } else if !is_allowed {
            placing.refuse(&draft, Why::AboveCeiling);
        } else {
            placing.place(&draft, subscription.when);
        }
    }
}

/// Something is closed, corrected or withdrawn.
fn follow(placing: &mut Placing<'_>, turned: &Arc<Turned>, whom: &Whom<'_>) {
    let desk = placing.desk;
    let (turn, group) = (turned.name(), turned.group());
    let meant = whom.meant(turned);
    let ways = ways(&meant, turned);
    let had: BTreeSet<Pair> = placing
        .outbox
        .thread(&turned.thread)
        .filter(|row| !matches!(row.state, State::Dropped { .. } | State::Failed { .. }))
        .filter(|row| is_before(row, turned))
        .map(|row| (row.audience.clone(), row.key.destination.clone()))
        .collect();
    let had = had.iter().map(|(audience, destination)| (audience.as_str(), destination.as_str()));
    let all: BTreeSet<(&str, &str)> = had.chain(ways.keys().copied()).collect();
    for (audience, destination) in all {
        let id = NoticeId::of(&turned.thread, &turn, audience);
        if placing.outbox.row(&Key { id, destination: destination.to_owned() }).is_some() {
            continue;
        }
        if turned.happened != Happened::Corrected {
            close_untried(placing, turned, audience, destination);
        }
        let rows = placing.outbox.of_thread(&turned.thread, audience, destination);
        let outbox = &placing.outbox;
        let earlier = || rows.iter().rev().filter(|row| is_before(row, turned));
        let last = earlier().find(|row| outbox.has_reached(row) || outbox.may_have_reached(row));
        let known = earlier().find(|row| {
            let comes = row.because == Because::Had && outbox.is_untried(row);
            comes || outbox.has_reached(row) || outbox.may_have_reached(row)
        });
        let is_closed =
            known.is_some_and(|row| matches!(row.happened(), Some(Happened::Closed | Happened::Withdrawn)));
        let way = ways.get(&(audience, destination));
        let name = last.map(|row| row.subscription.clone());
        let name = name.or_else(|| way.map(|way| way.subscription.name.clone())).unwrap_or_default();
        let draft = Draft {
            turned,
            name: &turn,
            because: Because::Had,
            to: To { audience, destination, subscription: desk.subscription(&name), name: &name },
            group: group.as_deref(),
        };
        let waits = earlier().any(|row| row.because != Because::Had && outbox.is_untried(row));
        let missed = match last {
            Some(_) => None,
            // It is composed of what is true when it goes.
            None if waits => Some(Why::SaidByEarlier),
            None => Some(Why::NeverHad),
        };
        follow_one(placing, &draft, missed, is_closed);
    }
}

/// A turn ends what was before it, and nothing that came after.
fn is_before(row: &Row, turned: &Turned) -> bool {
    row.turned().is_some_and(|earlier| earlier.seq < turned.seq)
}

fn follow_one(placing: &mut Placing<'_>, draft: &Draft<'_>, missed: Option<Why>, is_closed: bool) {
    let is_closing = draft.turned.happened == Happened::Closed;
    if let Some(why) = missed {
        placing.refuse(draft, why);
    } else if is_closing && is_closed {
        placing.refuse(draft, Why::KnownClosed);
    } else if placing.desk.contacts.is_off(draft.to.destination) {
        placing.refuse(draft, Why::DestinationOff);
    } else if !is_closing {
        placing.place(draft, When::AtOnce);
    } else if let Some(subscription) = draft.to.subscription {
        placing.place(draft, subscription.when);
    } else if draft.to.name.is_empty() {
        // The holder had it as work.
        placing.place(draft, When::AtOnce);
    } else {
        placing.refuse(draft, Why::SubscriptionGone);
    }
}

/// What is closed before it went is not sent.
fn close_untried(placing: &mut Placing<'_>, turned: &Turned, audience: &str, destination: &str) {
    let rows = placing.outbox.of_thread(&turned.thread, audience, destination);
    let untried: Vec<Key> = rows
        .iter()
        .filter(|row| is_before(row, turned) && row.because != Because::Had && placing.outbox.is_untried(row))
        .map(|row| row.key.clone())
        .collect();
    let state = State::Dropped { why: Why::ClosedMeanwhile, at: placing.now };
    for key in untried {
        placing.outbox.change(&key, |row| row.state = state.clone());
    }
}

/// The new holder gets a notice; nobody gets one who took the work.
fn assign(placing: &mut Placing<'_>, turned: &Arc<Turned>, assigned: &Assigned) {
    let reached = placing.desk.contacts.person(&assigned.to);
    let (name, group) = (turned.name(), format!("work of {}", assigned.to));
    let nowhere = reached.destinations.is_empty().then(String::new);
    for destination in reached.destinations.into_iter().chain(nowhere) {
        let draft = Draft {
            turned,
            name: &name,
            because: Because::Assigned,
            to: To { audience: &reached.audience, destination: &destination, subscription: None, name: "" },
            group: Some(&group),
        };
        if placing.is_there(&draft) {
            continue;
        }
        if assigned.to.eq_ignore_ascii_case(&assigned.by) {
            placing.refuse(&draft, Why::OwnAct);
        } else if destination.is_empty() {
            placing.refuse(&draft, Why::NoAddress);
        } else if placing.is_behind(&draft) {
            placing.alone(&draft, 0);
        } else {
            placing.at_once(&draft, 0);
        }
    }
}

/// What waits for a destination that is switched off comes to its end.
fn switched_off(outbox: &mut Outbox, desk: &Desk<'_>, now: Timestamp) {
    let off: Vec<(Key, bool)> = outbox
        .waiting()
        .filter(|row| desk.contacts.is_off(&row.key.destination))
        .map(|row| (row.key.clone(), row.is_sealed()))
        .collect();
    for (key, is_sealed) in off {
        let state = if is_sealed {
            State::Failed { why: Why::DestinationOff.words().to_owned(), at: now }
        } else {
            State::Dropped { why: Why::DestinationOff, at: now }
        };
        outbox.change(&key, |row| row.state = state);
    }
}

/// Digests that go although there is nothing new.
fn nothing_new(placing: &mut Placing<'_>) {
    let desk = placing.desk;
    for subscription in desk.subscriptions.iter().filter(|s| s.says_nothing_new) {
        if !matches!(subscription.when, When::Digest(every) if every != Every::Hour) {
            continue;
        }
        for reached in desk.contacts.all_meant(subscription) {
            for destination in reached.destinations {
                placing.expect_digest(subscription, &reached.audience, &destination);
            }
        }
    }
}
