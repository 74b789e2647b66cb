//! What time makes of notices that were sent: something critical that nobody claims, and conditions that last.
//!
//! A critical notice that nobody claimed goes once more, by the second channel of its audience after a quarter of an hour
//! and to the lead after half an hour; a pager takes over from there by a webhook. A condition of the service that lasts is
//! in the digest of each day until it is over.
//!
//! Invariants: each of these rows is made once for its notice and step, or for its day; nothing is made of what is closed,
//! claimed or set aside.

use crate::desk::{Desk, LEAD};
use crate::outbox::Outbox;
use crate::place::{Draft, Placing, To};
use crate::prepare::{Presence, is_claimed};
use crate::row::{About, Because, Row, State};
use crate::subscription::When;
use crate::turned::Turned;
use model::{Happened, Severity, Timestamp, Topic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Makes the rows for which the time has come, and gives those that are new or changed. The outbox needs the rows of the
/// threads of all conditions that last.
pub fn remind(outbox: &mut Outbox, desk: &Desk<'_>, presence: Presence<'_>, now: Timestamp) -> Vec<Row> {
    let rows: Vec<Row> = outbox.rows().filter(|row| reminds(row)).cloned().collect();
    let mut last: BTreeMap<(&str, &str, &str), &Row> = BTreeMap::new();
    for row in &rows {
        last.insert((&row.thread, &row.audience, &row.key.destination), row);
    }
    let mut placing = Placing { outbox, desk, now };
    for row in last.into_values() {
        match &row.about {
            About::Turn(turned) if turned.topic == Topic::Service => {
                lasts(&mut placing, row, turned, presence)
            }
            About::Turn(turned) if turned.severity == Severity::Critical => {
                unclaimed(&mut placing, row, turned, presence);
            }
            _ => {}
        }
    }
    outbox.changes()
}

/// Notices that went or go for themselves, and what is known of conditions.
fn reminds(row: &Row) -> bool {
    let Some(turned) = row.turned() else { return false };
    let is_open = matches!(row.state, State::Waiting { .. } | State::Sent { .. });
    let is_service = turned.topic == Topic::Service && matches!(row.state, State::Folded { .. });
    (is_open || is_service) && matches!(row.because, Because::Meant | Because::Had | Because::Lasts)
}

fn is_over(happened: Happened) -> bool {
    matches!(happened, Happened::Closed | Happened::Withdrawn | Happened::Corrected)
}

fn unclaimed(placing: &mut Placing<'_>, row: &Row, turned: &Arc<Turned>, presence: Presence<'_>) {
    let limits = placing.desk.limits;
    let age = placing.now.seconds_since(row.made);
    if is_over(turned.happened) || row.because != Because::Meant || age < limits.second_after_seconds {
        return;
    }
    let present = presence(turned);
    let is_open = present.as_ref().is_none_or(|present| present.is_open);
    let current = present.as_ref().map_or(turned.as_ref(), |present| &present.turned);
    if !is_open || is_claimed(current) {
        return;
    }
    for destination in placing.desk.contacts.second_of(&row.audience) {
        step(placing, row, turned, 1, &row.audience, &destination);
    }
    if age >= limits.lead_after_seconds {
        let lead = placing.desk.contacts.reach(LEAD, None);
        for destination in &lead.destinations {
            step(placing, row, turned, 2, &lead.audience, destination);
        }
    }
}

fn step(
    placing: &mut Placing<'_>,
    row: &Row,
    turned: &Arc<Turned>,
    step: u8,
    audience: &str,
    destination: &str,
) {
    let name = format!("{} unclaimed {step}", turned.name());
    let draft = Draft {
        turned,
        name: &name,
        because: Because::Unclaimed(step),
        to: To {
            audience,
            destination,
            subscription: placing.desk.subscription(&row.subscription),
            name: &row.subscription,
        },
        group: None,
    };
    if !placing.is_there(&draft) {
        placing.alone(&draft, 0);
    }
}

/// In the digest of the day, once.
fn lasts(placing: &mut Placing<'_>, row: &Row, turned: &Arc<Turned>, presence: Presence<'_>) {
    let desk = placing.desk;
    let subscription = desk.subscription(&row.subscription);
    let Some(subscription) = subscription.filter(|s| matches!(s.when, When::Lasting { .. })) else { return };
    let is_there = presence(turned).is_some_and(|present| present.is_open);
    if is_over(turned.happened) || !is_there || !placing.outbox.has_reached(row) {
        return;
    }
    let (_, day) = subscription.local(desk.zones).next(subscription.every(), placing.now);
    let name = format!("{} lasts {day}", turned.name());
    let draft = Draft {
        turned,
        name: &name,
        because: Because::Lasts,
        to: To {
            audience: &row.audience,
            destination: &row.key.destination,
            subscription: Some(subscription),
            name: &row.subscription,
        },
        group: None,
    };
    if !placing.is_there(&draft) && !placing.is_behind(&draft) {
        placing.in_period(&draft);
    }
}
