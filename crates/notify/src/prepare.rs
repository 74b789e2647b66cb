//! Before something is sent it is asked again: is it still so, may the audience still see it, did they have it?
//!
//! The way of a row that is due: [`prepare`] asks again and says what is to be composed; the caller composes it and hands
//! the bytes to [`seal`], one row after the other, and writes what changed; only then it sends. From then on the bytes
//! stay what they are: a retry sends the same, and nothing is asked any more.
//!
//! Invariants: a row that is not ready is dropped with the reason or waits on; notices of one thread to one audience are
//! numbered in the order in which they are sealed, from 1, without holes; of a digest only those turns are said that
//! would have gone for themselves.

use crate::desk::Desk;
use crate::due::{is_behind, may_go};
use crate::outbox::Outbox;
use crate::route::ceiling;
use crate::row::{Because, COMPOSED_BYTES_MAX, Composed, Key, Row, State, Why};
use crate::subscription::Subscription;
use crate::turned::{Turned, Working};
use model::{Happened, Timestamp, Tlp};

/// What a finding, or a condition of the service, is at the moment of sending.
#[derive(Clone, Debug)]
pub struct Present {
    /// Its values of now.
    pub turned: Turned,
    /// Whether it is there.
    pub is_open: bool,
}

/// What is there now of a row's turn; `None` where the caller knows no more than the row.
pub type Presence<'p> = &'p dyn Fn(&Turned) -> Option<Present>;

/// A row that is to be composed, if it is not composed yet, and sent.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Which row.
    pub key: Key,
    /// Whom it is for.
    pub audience: String,
    /// The subscription, for the style of dates; the holder's has none.
    pub subscription: String,
    /// Which notice of its thread to this audience.
    pub number: u32,
    /// The strictest marking of what it says.
    pub tlp: Tlp,
    /// It may say no more than that the earlier notice is closed, corrected or withdrawn: what the finding is now is above
    /// the ceiling.
    pub is_bare: bool,
    /// The turns of a digest, the worst first. A digest without any says that nothing was new.
    pub turns: Vec<Key>,
    /// How many turns more the digest only counts.
    pub beyond: u64,
    /// What was composed before: to be sent as it is.
    pub composed: Option<Composed>,
}

/// What [`prepare`] found.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The row, if it is to be sent.
    pub ready: Option<Ready>,
    /// The rows that changed.
    pub rows: Vec<Row>,
}

/// Asks again about a row that is due. The outbox needs the rows of its thread, and of the threads of its turns.
pub fn prepare(
    outbox: &mut Outbox,
    desk: &Desk<'_>,
    key: &Key,
    presence: Presence<'_>,
    now: Timestamp,
) -> Prepared {
    let Some(row) = outbox.row(key).filter(|row| may_go(outbox, desk, row, now)).cloned() else {
        return Prepared::default();
    };
    let ready = if row.is_sealed() {
        Some(retried(&row))
    } else if row.digest().is_some() {
        digest(outbox, desk, &row, presence, now)
    } else {
        alone(outbox, desk, &row, presence, now)
    };
    Prepared { ready, rows: outbox.changes() }
}

/// What is composed goes as it is.
fn retried(row: &Row) -> Ready {
    Ready {
        key: row.key.clone(),
        audience: row.audience.clone(),
        subscription: row.subscription.clone(),
        number: row.number.unwrap_or(1),
        tlp: row.tlp.unwrap_or_default(),
        is_bare: false,
        turns: Vec::new(),
        beyond: 0,
        composed: row.composed.clone(),
    }
}

fn ready(outbox: &Outbox, row: &Row, tlp: Tlp) -> Ready {
    Ready { number: number(outbox, row), tlp, ..retried(row) }
}

/// The next number of its thread to its audience; by another destination the same notice has the same.
fn number(outbox: &Outbox, row: &Row) -> u32 {
    let of_audience = || outbox.thread(&row.thread).filter(|other| other.audience == row.audience);
    let same = of_audience().filter(|other| other.key.id == row.key.id).find_map(|other| other.number);
    same.unwrap_or_else(|| {
        of_audience().filter_map(|other| other.number).max().unwrap_or(0).saturating_add(1)
    })
}

fn alone(
    outbox: &mut Outbox,
    desk: &Desk<'_>,
    row: &Row,
    presence: Presence<'_>,
    now: Timestamp,
) -> Option<Ready> {
    match ask(outbox, desk, row, presence) {
        Err(why) => {
            drop_row(outbox, &row.key, why, now);
            None
        }
        Ok(answer) => Some(Ready { is_bare: answer.is_bare, ..ready(outbox, row, answer.tlp) }),
    }
}

fn digest(
    outbox: &mut Outbox,
    desk: &Desk<'_>,
    row: &Row,
    presence: Presence<'_>,
    now: Timestamp,
) -> Option<Ready> {
    let digest = row.digest()?.clone();
    let members: Vec<Row> = outbox.members(&row.key).cloned().collect();
    let (mut turns, mut tlp) = (Vec::new(), Tlp::Unmarked);
    for member in &members {
        if is_behind(outbox, desk, member, now) {
            // The digest does not wait for it, and it does not overtake: it goes for itself.
            let state = State::Waiting { due: now, since: now };
            outbox.change(&member.key, |row| row.state = state);
            continue;
        }
        match ask(outbox, desk, member, presence) {
            Err(why) => drop_row(outbox, &member.key, why, now),
            Ok(answer) => {
                tlp = tlp.max(answer.tlp);
                turns.push(member.key.clone());
            }
        }
    }
    let subscription = desk.subscription(&row.subscription);
    let says_nothing_new =
        subscription.is_some_and(|s| s.says_nothing_new) && digest.kind == crate::row::DigestKind::Period;
    if turns.is_empty() && digest.beyond == 0 && !says_nothing_new {
        let why =
            if subscription.is_none() && members.is_empty() { Why::SubscriptionGone } else { Why::Empty };
        drop_row(outbox, &row.key, why, now);
        return None;
    }
    // What was critical in it may be gone, and then it waits for the morning.
    let is_ready = may_go(outbox, desk, row, now);
    is_ready.then(|| Ready { turns, beyond: digest.beyond, ..ready(outbox, row, tlp) })
}

fn drop_row(outbox: &mut Outbox, key: &Key, why: Why, now: Timestamp) {
    outbox.change(key, |row| row.state = State::Dropped { why, at: now });
}

/// What is said of a turn that is to be sent.
struct Answer {
    tlp: Tlp,
    is_bare: bool,
}

/// Asks state, filter and marking again.
fn ask(outbox: &Outbox, desk: &Desk<'_>, row: &Row, presence: Presence<'_>) -> Result<Answer, Why> {
    let Some(turned) = row.turned() else { return Err(Why::Empty) };
    let present = presence(turned);
    let is_open = present.as_ref().is_none_or(|present| present.is_open);
    let mut current = present.map_or_else(|| turned.clone(), |present| present.turned);
    // What happened is of the turn; all else is of now.
    current.happened = turned.happened;
    current.bulk.clone_from(&turned.bulk);
    let subscription = desk.subscription(&row.subscription);
    let marking = current.marking();
    let bounded = |ceiling: Tlp| {
        let is_bare = marking > ceiling;
        Answer { tlp: if is_bare { ceiling } else { marking }, is_bare }
    };
    match row.because {
        Because::Had if !had(outbox, row) => Err(Why::NeverHad),
        Because::Had => Ok(bounded(follow_ceiling(desk, row, subscription))),
        _ if !is_open => Err(Why::ClosedMeanwhile),
        Because::Assigned => Ok(bounded(desk.limits.holder_ceiling)),
        _ if current.working.sets_aside() => Err(Why::SetAsideMeanwhile),
        Because::Unclaimed(_) if is_claimed(&current) => Err(Why::ClaimedMeanwhile),
        because => {
            let Some(subscription) = subscription else { return Err(Why::SubscriptionGone) };
            if because == Because::Meant && !subscription.filter.matches(&current) {
                return Err(Why::NotMeantNow);
            }
            if marking > ceiling(subscription) {
                return Err(Why::AboveCeiling);
            }
            Ok(Answer { tlp: marking, is_bare: false })
        }
    }
}

/// Those whose subscription is gone may still see what everybody may.
fn follow_ceiling(desk: &Desk<'_>, row: &Row, subscription: Option<&Subscription>) -> Tlp {
    match subscription {
        Some(subscription) => ceiling(subscription),
        None if row.subscription.is_empty() => desk.limits.holder_ceiling,
        None => Tlp::Clear,
    }
}

/// Whether somebody has the work, or has looked.
pub(crate) fn is_claimed(turned: &Turned) -> bool {
    turned.holder.is_some() || turned.working != Working::New
}

/// Whether the audience had an earlier notice of the thread, other than of its end.
fn had(outbox: &Outbox, row: &Row) -> bool {
    let rows = outbox.of_thread(&row.thread, &row.audience, &row.key.destination);
    rows.iter()
        .take_while(|earlier| earlier.order < row.order)
        .any(|earlier| outbox.has_reached(earlier) && earlier.happened() != Some(Happened::Closed))
}

/// Keeps what was composed for a row that is ready: from now on it stays as it is, and may be sent. A notice that is larger
/// than [`COMPOSED_BYTES_MAX`] fails. Gives the rows that changed.
pub fn seal(outbox: &mut Outbox, ready: &Ready, composed: Vec<u8>, now: Timestamp) -> Vec<Row> {
    let row = outbox.row(&ready.key).filter(|row| row.is_waiting() && !row.is_sealed());
    let Some(row) = row.cloned() else { return outbox.changes() };
    if composed.len() > COMPOSED_BYTES_MAX {
        let why = format!("it is {} bytes large; at most {COMPOSED_BYTES_MAX} are sent", composed.len());
        outbox.change(&ready.key, |row| row.state = State::Failed { why, at: now });
        return outbox.changes();
    }
    outbox.change(&ready.key, |row| {
        row.number = Some(ready.number);
        row.tlp = Some(ready.tlp);
        row.composed = Some(Composed(composed));
    });
    supersede(outbox, &row, now);
    for turn in &ready.turns {
        if let Some(member) = outbox.row(turn).cloned() {
            supersede(outbox, &member, now);
        }
    }
    outbox.changes()
}

/// Earlier rows of the thread that were never tried: this one says it too. What closes or corrects something is said by no
/// other; what is in the same digest goes with it.
fn supersede(outbox: &mut Outbox, row: &Row, now: Timestamp) {
    let rows = outbox.of_thread(&row.thread, &row.audience, &row.key.destination);
    let earlier: Vec<Key> = rows
        .iter()
        .filter(|other| other.order < row.order && other.because != Because::Had && outbox.is_untried(other))
        .map(|other| other.key.clone())
        .collect();
    for key in earlier {
        drop_row(outbox, &key, Why::Superseded, now);
    }
}
