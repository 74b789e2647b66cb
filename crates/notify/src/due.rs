//! What is to be sent now.
//!
//! A row goes when its time has come, when it is not quiet for its audience (nothing critical waits for that), and when no
//! earlier row of its thread to the same audience by the same destination is on its way. Destinations do not wait for each
//! other.
//!
//! Invariants: of a thread, by one destination to one audience, at most one row is due at a time, the earliest that may
//! go. An earlier row that was never tried and may not go yet holds nothing up: the later says it too, and the earlier is
//! dropped when the later goes. Only what closes, corrects or withdraws is never overtaken: no later notice says it. What
//! is followed by something critical does not wait for the morning either.

use crate::desk::Desk;
use crate::outbox::Outbox;
use crate::row::{Because, Key, Row};
use model::{Severity, Timestamp};

/// The rows that are to be sent now, in their order.
#[must_use]
pub fn due(outbox: &Outbox, desk: &Desk<'_>, now: Timestamp) -> Vec<Key> {
    outbox.waiting().filter(|row| may_go(outbox, desk, row, now)).map(|row| row.key.clone()).collect()
}

/// Whether a row may be sent now.
pub(crate) fn may_go(outbox: &Outbox, desk: &Desk<'_>, row: &Row, now: Timestamp) -> bool {
    row.is_waiting() && is_ready(outbox, desk, row, now) && !is_behind(outbox, desk, row, now)
}

/// Whether a row would go if it were alone.
fn is_ready(outbox: &Outbox, desk: &Desk<'_>, row: &Row, now: Timestamp) -> bool {
    let is_on = !desk.contacts.is_off(&row.key.destination);
    is_on && row.is_time(now) && !is_held(outbox, desk, row, now)
}

/// Whether its audience is not to be disturbed by it.
fn is_held(outbox: &Outbox, desk: &Desk<'_>, row: &Row, now: Timestamp) -> bool {
    let is_quiet = desk.subscription(&row.subscription).is_some_and(|s| s.is_quiet(desk.zones, now));
    is_quiet && worst(outbox, row) != Severity::Critical && !is_followed_by_critical(outbox, row)
}

/// Whether something critical of the same thread waits behind it.
fn is_followed_by_critical(outbox: &Outbox, row: &Row) -> bool {
    let rows = outbox.of_thread(&row.thread, &row.audience, &row.key.destination);
    rows.iter()
        .any(|later| later.order > row.order && later.is_waiting() && later.severity() == Severity::Critical)
}

fn worst(outbox: &Outbox, row: &Row) -> Severity {
    let members = outbox.members(&row.key).map(Row::severity).min();
    members.unwrap_or(Severity::Informational).min(row.severity())
}

/// Whether an earlier row of its thread is on its way, or goes first.
pub(crate) fn is_behind(outbox: &Outbox, desk: &Desk<'_>, row: &Row, now: Timestamp) -> bool {
    let rows = outbox.of_thread(&row.thread, &row.audience, &row.key.destination);
    rows.iter().take_while(|earlier| earlier.order < row.order).any(|earlier| {
        if earlier.is_waiting() && !earlier.is_sealed() {
            return earlier.because == Because::Had || is_ready(outbox, desk, earlier, now);
        }
        outbox.may_have_reached(earlier)
    })
}
