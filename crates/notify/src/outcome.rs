//! What became of a try: sent, to be tried again, or at its end.
//!
//! Tries come after 0 s, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, each a little later than that (jitter), so that
//! many that failed together are not tried together. A destination may ask for more time (`Retry-After`). After the last
//! try the row has failed.
//!
//! Two conditions of the service come of that, which go by another destination if there is one. Deliveries by a destination fail:
//! it opens after the third try of a notice and closes with the next that is taken. A notice was lost: it stays, whatever
//! is taken later. A notice of either that fails opens no other, so that two dead channels do not keep each other busy.
//!
//! Invariant: the same row, outcome, moment and seed give the same change.

use crate::outbox::Outbox;
use crate::row::{Key, Row, State};
use crate::turned::Turned;
use model::{Happened, Severity, Timestamp, Topic};

/// Seconds before each try.
pub const TRIES_AFTER: [i64; 10] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// A destination that asks for more time than this is asked again after this.
pub const RETRY_AFTER_SECONDS_MAX: i64 = 2 * 86_400;
/// A try is later by up to this part of its time …
const JITTER_PART: i64 = 10;
/// … and up to so many seconds more.
const JITTER_SECONDS: u64 = 3;
/// After so many tries of one notice deliveries count as failing: five minutes.
const TRIES_UNTIL_FAILING: u32 = 3;
/// How much of a channel's reason is kept.
const WHY_CHARS_MAX: usize = 500;

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken.
    Sent,
    /// It may be taken later.
    Later {
        /// Why not now.
        why: String,
        /// In how many seconds, if the destination says so.
        retry_after: Option<i64>,
    },
    /// It will never be taken.
    Never(String),
    /// The destination is gone (HTTP 410): it is to be switched off.
    Gone,
}

/// What follows from an outcome.
#[derive(Clone, Debug, Default)]
pub struct After {
    /// The rows that changed.
    pub rows: Vec<Row>,
    /// A condition of the service, to be routed: deliveries fail or work again, a notice was lost.
    pub service: Option<Turned>,
    /// The destination that is to be switched off.
    pub switch_off: Option<String>,
}

/// The thread of the condition that deliveries by a destination fail.
#[must_use]
pub fn delivery_thread(destination: &str) -> String {
    format!("delivery {destination}")
}

/// Takes the outcome of a try. The outbox needs the rows of [`delivery_thread`]. The seed may be any number that another
/// installation does not have too.
pub fn after(outbox: &mut Outbox, key: &Key, outcome: &Outcome, now: Timestamp, seed: u64) -> After {
    let Some(row) = outbox.row(key).filter(|row| row.is_waiting()).cloned() else { return After::default() };
    let attempts = row.attempts.saturating_add(1);
    let state = match outcome {
        Outcome::Sent => State::Sent { at: now },
        Outcome::Later { why, retry_after } => later(key, attempts, why, *retry_after, now, seed),
        Outcome::Never(why) => failed(why, now),
        Outcome::Gone => failed("the destination is gone", now),
    };
    outbox.change(key, |row| {
        row.attempts = attempts;
        row.state = state.clone();
    });
    let service = match &state {
        State::Failed { why, .. } => lost(outbox, &row, why, now),
        State::Sent { .. } => working(outbox, &row, now),
        _ if attempts == TRIES_UNTIL_FAILING => failing(outbox, &row, outcome, now),
        _ => None,
    };
    let switch_off = (*outcome == Outcome::Gone).then(|| key.destination.clone());
    After { rows: outbox.changes(), service, switch_off }
}

fn failed(why: &str, now: Timestamp) -> State {
    State::Failed { why: why.chars().take(WHY_CHARS_MAX).collect(), at: now }
}

fn later(key: &Key, attempts: u32, why: &str, retry_after: Option<i64>, now: Timestamp, seed: u64) -> State {
    let tries = usize::try_from(attempts).unwrap_or(usize::MAX);
    let Some(seconds) = TRIES_AFTER.get(tries) else {
        return failed(&format!("tried {attempts} times; at last: {why}"), now);
    };
    let asked = retry_after.unwrap_or(0).clamp(0, RETRY_AFTER_SECONDS_MAX);
    let seconds = *seconds.max(&asked);
    let part = u64::try_from(seconds / JITTER_PART).unwrap_or(0);
    let jitter = scatter(key, attempts, seed) % (part + JITTER_SECONDS + 1);
    let due = now.plus_seconds(seconds.saturating_add(i64::try_from(jitter).unwrap_or(0)));
    State::Waiting { due, since: now }
}

/// A number that is as good as drawn: FNV-1a of the key, the try and the seed, mixed as in SplitMix64.
fn scatter(key: &Key, attempts: u32, seed: u64) -> u64 {
    let bytes = key.id.as_str().bytes().chain(key.destination.bytes()).chain(attempts.to_le_bytes());
    let hash = bytes.chain(seed.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn condition(outbox: &Outbox, row: &Row, thread: &str, happened: Happened, now: Timestamp) -> Turned {
    // The rows that come of it have this order and greater ones, so the next turn has a greater number.
    Turned {
        severity: Severity::High,
        // Many that are lost together are one notice and a follow-up.
        advisory: Some(delivery_thread(&row.key.destination)),
        not_by: Some(row.key.destination.clone()),
        ..Turned::new(outbox.next_order(), now, thread, Topic::Service, happened)
    }
}

/// Whether a row is about a delivery itself.
fn is_of_delivery(row: &Row) -> bool {
    row.turned().is_some_and(|turned| turned.not_by.is_some())
}

fn lost(outbox: &Outbox, row: &Row, why: &str, now: Timestamp) -> Option<Turned> {
    let thread = format!("undelivered {}", row.key.id);
    let title = format!("a notice to {} was not delivered by {}: {why}", row.audience, row.key.destination);
    (!is_of_delivery(row)).then(|| Turned { title, ..condition(outbox, row, &thread, Happened::Opened, now) })
}

/// Whether it is known that deliveries by this destination fail.
fn is_failing(outbox: &Outbox, row: &Row) -> bool {
    let thread = delivery_thread(&row.key.destination);
    let known = outbox.thread(&thread).filter_map(|row| Some((row.order, row.happened()?)));
    known.max_by_key(|(order, _)| *order).is_some_and(|(_, happened)| happened != Happened::Closed)
}

fn failing(outbox: &Outbox, row: &Row, outcome: &Outcome, now: Timestamp) -> Option<Turned> {
    let Outcome::Later { why, .. } = outcome else { return None };
    let thread = delivery_thread(&row.key.destination);
    let why: String = why.chars().take(WHY_CHARS_MAX).collect();
    let title = format!("notices cannot be sent by {}: {why}", row.key.destination);
    let is_news = !is_of_delivery(row) && !is_failing(outbox, row);
    is_news.then(|| Turned { title, ..condition(outbox, row, &thread, Happened::Opened, now) })
}

/// A destination that failed works again.
fn working(outbox: &Outbox, row: &Row, now: Timestamp) -> Option<Turned> {
    let thread = delivery_thread(&row.key.destination);
    let title = format!("notices are sent by {} again", row.key.destination);
    is_failing(outbox, row)
        .then(|| Turned { title, ..condition(outbox, row, &thread, Happened::Closed, now) })
}
