//! Where a notice goes: for itself, into a digest, or nowhere; and the making of its row.
//!
//! Four things keep a notice at once from going for itself, asked in this order: it updates what the audience had within a
//! day (flapping); it is one of a story, remedy or advisory of which a notice went within a minute (grouping); too many went
//! by the destination within an hour (the cap). What an intruder did (critical *acted*) is never held as flapping and has
//! a cap of its own, so that a flood of others cannot delay it.
//!
//! Invariants: a row is made once for its key; a series has at most one digest that is not composed; each period of a
//! series has one digest; a notice whose thread still has one that waits goes for itself, behind it.

use crate::desk::Desk;
use crate::outbox::Outbox;
use crate::row::{About, Because, Digest, DigestKind, Key, Row, State, Why};
use crate::subscription::{Apart, Subscription, When};
use crate::turned::Turned;
use crate::zone::{Every, Local, TimeZone};
use model::{Happened, NoticeId, Severity, Timestamp, Topic};
use std::sync::Arc;

const HOUR_SECONDS: i64 = 3600;
/// Where the zone of an audience is not known.
const UTC: TimeZone = TimeZone::Fixed(0);

/// A notice that is to be placed.
pub(crate) struct Draft<'p> {
    pub turned: &'p Arc<Turned>,
    /// The name of the turn within its thread.
    pub name: &'p str,
    pub because: Because,
    pub to: To<'p>,
    pub group: Option<&'p str>,
}

/// Whom something is for.
#[derive(Clone, Copy)]
pub(crate) struct To<'p> {
    pub audience: &'p str,
    pub destination: &'p str,
    /// By which it goes; the holder's has none, and one may be gone.
    pub subscription: Option<&'p Subscription>,
    /// Its name, gone or not.
    pub name: &'p str,
}

/// Outbox, desk and moment of one step.
pub(crate) struct Placing<'p> {
    pub outbox: &'p mut Outbox,
    pub desk: &'p Desk<'p>,
    pub now: Timestamp,
}

/// A digest that is looked for, or made.
struct Wanted<'w> {
    kind: DigestKind,
    series: String,
    /// When it goes, if it is not of a period.
    due: Option<Timestamp>,
    /// The number with which names of an import or follow-up begin.
    number: u64,
    to: To<'w>,
}

impl Placing<'_> {
    pub(crate) fn key(draft: &Draft<'_>) -> Key {
        Key {
            id: NoticeId::of(&draft.turned.thread, draft.name, draft.to.audience),
            destination: draft.to.destination.to_owned(),
        }
    }

    /// Whether it came before: it has a row, or a full digest counts it.
    pub(crate) fn is_there(&self, draft: &Draft<'_>) -> bool {
        let counted_to = self.outbox.counted_to(draft.to.audience, draft.to.destination);
        let is_counted = Some(draft.turned.seq) <= counted_to && !is_always_said(draft.because, draft.turned);
        if is_counted {
            return true;
        }
        // The key of a row is made of its thread and audience: without a row of these nothing is hashed.
        let To { audience, destination, .. } = draft.to;
        let is_known = self.outbox.any_of_thread(&draft.turned.thread, audience, destination, |_| true);
        is_known && self.outbox.row(&Self::key(draft)).is_some()
    }

    pub(crate) fn put(&mut self, draft: &Draft<'_>, state: State) {
        let row = Row {
            key: Self::key(draft),
            order: self.outbox.next_order(),
            thread: draft.turned.thread.clone(),
            audience: draft.to.audience.to_owned(),
            subscription: draft.to.name.to_owned(),
            because: draft.because,
            about: About::Turn(Arc::clone(draft.turned)),
            group: draft.group.map(str::to_owned),
            made: self.now,
            state,
            attempts: 0,
            number: None,
            tlp: None,
            composed: None,
        };
        self.outbox.write(row);
    }

    pub(crate) fn refuse(&mut self, draft: &Draft<'_>, why: Why) {
        self.put(draft, State::Dropped { why, at: self.now });
    }

    pub(crate) fn alone(&mut self, draft: &Draft<'_>, seconds: i64) {
        self.bring(draft, &State::Waiting { due: self.now, since: self.now });
        self.put(draft, State::Waiting { due: self.now.plus_seconds(seconds), since: self.now });
        if draft.turned.breaks_quiet() {
            self.hurry_earlier(draft);
        }
    }

    /// What is tried again and again must go before a notice that waits for nothing: it is tried now.
    fn hurry_earlier(&mut self, draft: &Draft<'_>) {
        let rows = self.outbox.of_thread(&draft.turned.thread, draft.to.audience, draft.to.destination);
        let tried: Vec<Key> = rows
            .iter()
            .filter(|row| row.is_waiting() && row.is_sealed())
            .map(|row| row.key.clone())
            .collect();
        for key in tried {
            let state = State::Waiting { due: self.now, since: self.now };
            self.outbox.change(&key, |row| row.state = state);
        }
    }

    /// A notice of something that is there.
    pub(crate) fn place(&mut self, draft: &Draft<'_>, when: When) {
        if self.is_behind(draft) {
            return self.behind(draft);
        }
        if let Some(import) = &draft.turned.bulk {
            let due = self.now.plus_seconds(self.desk.limits.window_seconds);
            let series = format!("import {import}");
            // An import in several batches may need several; the number distinguishes them.
            let (to, number) = (draft.to, self.outbox.next_order());
            return self
                .fold(draft, &Wanted { kind: DigestKind::Import, series, due: Some(due), number, to });
        }
        match when {
            When::AtOnce => self.at_once(draft, 0),
            When::Lasting { .. } if self.lasts(draft) => self.in_period(draft),
            When::Lasting { seconds, .. } => self.at_once(draft, seconds),
            When::Digest(_) => self.in_period(draft),
        }
    }

    /// Whether an earlier notice of the thread still waits, or may be on its way.
    pub(crate) fn is_behind(&self, draft: &Draft<'_>) -> bool {
        let To { audience, destination, .. } = draft.to;
        self.outbox.any_of_thread(&draft.turned.thread, audience, destination, |row| {
            row.is_waiting() || self.outbox.may_have_reached(row)
        })
    }

    fn behind(&mut self, draft: &Draft<'_>) {
        let rows = self.outbox.of_thread(&draft.turned.thread, draft.to.audience, draft.to.destination);
        // A condition that comes and goes while its notice waits is said by that notice.
        let is_said = draft.because == Because::Meant
            && draft.turned.topic == Topic::Service
            && rows.iter().any(|row| {
                row.is_waiting()
                    && !row.is_sealed()
                    && row.subscription == draft.to.name
                    && row.because == Because::Meant
                    && row.severity() <= draft.turned.severity
            });
        if is_said { self.refuse(draft, Why::SaidByEarlier) } else { self.alone(draft, 0) }
    }

    /// Whether the audience has a condition that lasts.
    fn lasts(&self, draft: &Draft<'_>) -> bool {
        let rows = self.outbox.of_thread(&draft.turned.thread, draft.to.audience, draft.to.destination);
        let last = rows.iter().rev().find(|row| self.outbox.has_reached(row));
        last.is_some_and(|row| row.happened() != Some(Happened::Closed))
    }

    pub(crate) fn at_once(&mut self, draft: &Draft<'_>, seconds: i64) {
        let goes_first = draft.turned.breaks_quiet();
        if draft.because != Because::Assigned && !goes_first && self.is_flapping(draft) {
            return self.in_more(draft);
        }
        if let Some((series, due, number)) = self.group_at_work(draft) {
            let to = draft.to;
            return self
                .fold(draft, &Wanted { kind: DigestKind::FollowUp, series, due: Some(due), number, to });
        }
        let (now, an_hour) = (self.now, self.desk.limits.an_hour);
        let went = self.outbox.alone(draft.to.destination).filter(|row| {
            row.turned().is_some_and(Turned::breaks_quiet) == goes_first
                && match row.state {
                    State::Sent { at } => (0..HOUR_SECONDS).contains(&now.seconds_since(at)),
                    _ => true,
                }
        });
        if went.take(an_hour).count() >= an_hour { self.in_more(draft) } else { self.alone(draft, seconds) }
    }

    /// Whether the audience had as much of the thread within a day.
    fn is_flapping(&self, draft: &Draft<'_>) -> bool {
        let turned = draft.turned;
        let rows = self.outbox.of_thread(&turned.thread, draft.to.audience, draft.to.destination);
        rows.iter().any(|row| {
            let age = self.now.seconds_since(row.made);
            let was_sent =
                matches!(row.state, State::Waiting { .. } | State::Folded { .. } | State::Sent { .. });
            let as_much = row.turned().is_some_and(|had| match turned.happened {
                Happened::Closed => had.happened == Happened::Closed,
                Happened::Corrected | Happened::Withdrawn => false,
                _ => {
                    had.severity <= turned.severity
                        && had.strength >= turned.strength
                        && turned.decision.is_none_or(|now| had.decision.is_some_and(|was| was <= now))
                }
            });
            was_sent && as_much && (0..self.desk.limits.flapping_seconds).contains(&age)
        })
    }

    /// The series of the follow-up, if a notice of the group went within the window.
    fn group_at_work(&self, draft: &Draft<'_>) -> Option<(String, Timestamp, u64)> {
        let group = draft.group?;
        let latest = self.outbox.latest_of_group(draft.to.audience, draft.to.destination, group)?;
        let window = self.desk.limits.window_seconds;
        if !(0..window).contains(&self.now.seconds_since(latest.made)) {
            return None;
        }
        let from = match latest.state {
            State::Waiting { due, .. } => due.max(latest.made),
            _ => latest.made,
        };
        let series = format!("group {group}");
        let is_open = self.outbox.open_digest(draft.to.audience, draft.to.destination, &series).is_some();
        // One follow-up for each window: once it is composed, the next notice opens another window.
        let key = Self::digest_key(&draft.to, &series, &latest.order.to_string());
        let is_free = is_open || self.outbox.row(&key).is_none();
        is_free.then(|| (series, from.plus_seconds(window), latest.order))
    }

    fn in_more(&mut self, draft: &Draft<'_>) {
        let series = "more".to_owned();
        self.fold(draft, &Wanted { kind: DigestKind::More, series, due: None, number: 0, to: draft.to });
    }

    pub(crate) fn in_period(&mut self, draft: &Draft<'_>) {
        let series = self.series(draft);
        self.fold(draft, &Wanted { kind: DigestKind::Period, series, due: None, number: 0, to: draft.to });
    }

    /// The series of the digests of a subscription: one for each party or remedy, where these are kept apart.
    fn series(&self, draft: &Draft<'_>) -> String {
        let whole = format!("period {}", draft.to.name);
        match draft.to.subscription.and_then(|subscription| subscription.apart) {
            None => whole,
            Some(Apart::Party) => {
                draft.turned.party.as_ref().map_or(whole.clone(), |party| format!("{whole} party {party}"))
            }
            Some(Apart::Remedy) => {
                let Some(remedy) = &draft.turned.remedy else { return whole };
                let series = format!("{whole} remedy {remedy}");
                let is_open =
                    self.outbox.open_digest(draft.to.audience, draft.to.destination, &series).is_some();
                // As many as may go in an hour; more remedies than these share one.
                let an_hour = self.desk.limits.an_hour;
                let is_full = self.outbox.open_digests(draft.to.destination).take(an_hour).count() >= an_hour;
                if is_open || !is_full { series } else { whole }
            }
        }
    }

    fn digest_key(to: &To<'_>, series: &str, period: &str) -> Key {
        let id = NoticeId::of(&format!("digest {series}"), period, to.audience);
        Key { id, destination: to.destination.to_owned() }
    }

    fn fold(&mut self, draft: &Draft<'_>, wanted: &Wanted<'_>) {
        let digest = self.digest(wanted);
        let (turned, max) = (draft.turned, self.desk.limits.digest_turns);
        if self.outbox.member_count(&digest) >= max {
            // What ranks first is kept, not what came first.
            let is_said = is_always_said(draft.because, turned);
            let last = self.milder_in(&digest, if is_said { None } else { Some(turned.severity) });
            if let Some(key) = last {
                let state = State::Dropped { why: Why::OnlyCounted, at: self.now };
                self.outbox.change(&key, |row| row.state = state);
                self.outbox.count_beyond(&digest, None);
            } else if !is_said {
                return self.outbox.count_beyond(&digest, Some(turned.seq));
            }
        }
        let state = State::Folded { digest: digest.id };
        self.bring(draft, &state);
        self.put(draft, state);
    }

    /// The turn that ranks last in a digest, if it may be only counted and is milder than this.
    fn milder_in(&self, digest: &Key, than: Option<Severity>) -> Option<Key> {
        let is_only = |row: &&Row| row.turned().is_some_and(|turned| !is_always_said(row.because, turned));
        let last = self.outbox.members(digest).rev().find(is_only)?;
        than.is_none_or(|severity| last.severity() > severity).then(|| last.key.clone())
    }

    /// What closes or corrects something and waits in another digest goes where the next notice of its thread goes, with
    /// all that came after it, so that it is not overtaken.
    fn bring(&mut self, draft: &Draft<'_>, state: &State) {
        let To { audience, destination, .. } = draft.to;
        let closes = |row: &Row| row.because == Because::Had;
        if !self.outbox.any_of_thread(&draft.turned.thread, audience, destination, closes) {
            return;
        }
        let rows = self.outbox.of_thread(&draft.turned.thread, draft.to.audience, draft.to.destination);
        let waiting: Vec<Key> = rows
            .iter()
            .filter(|row| matches!(row.state, State::Folded { .. }) && self.outbox.is_untried(row))
            .skip_while(|row| row.because != Because::Had)
            .map(|row| row.key.clone())
            .collect();
        for key in waiting {
            self.outbox.change(&key, |row| row.state = state.clone());
        }
    }

    /// The digest of a series that is not composed; a new one if there is none.
    fn digest(&mut self, wanted: &Wanted<'_>) -> Key {
        let to = &wanted.to;
        if let Some(open) = self.outbox.open_digest(to.audience, to.destination, &wanted.series) {
            return open.key.clone();
        }
        let (key, period, due) = self.free_period(wanted);
        let digest = Digest {
            kind: wanted.kind,
            series: wanted.series.clone(),
            period,
            ends: due,
            beyond: 0,
            counted_to: None,
        };
        self.outbox.write(Row {
            key: key.clone(),
            order: self.outbox.next_order(),
            thread: format!("digest {}", wanted.series),
            audience: to.audience.to_owned(),
            subscription: to.name.to_owned(),
            because: Because::Meant,
            about: About::Digest(digest),
            group: None,
            made: self.now,
            state: State::Waiting { due, since: self.now },
            attempts: 0,
            number: None,
            tlp: None,
            composed: None,
        });
        key
    }

    /// The first period from now on that has no digest yet. Rows are finite, so one is found.
    fn free_period(&self, wanted: &Wanted<'_>) -> (Key, String, Timestamp) {
        let to = &wanted.to;
        let zone = to.subscription.map_or(&UTC, |subscription| &subscription.zone);
        let local = Local::new(zone, self.desk.zones);
        let every = match wanted.kind {
            DigestKind::More => Every::Hour,
            _ => to.subscription.map_or(Every::Hour, Subscription::every),
        };
        let (mut moment, mut number) = (self.now, wanted.number);
        loop {
            let period = if let Some(due) = wanted.due {
                moment = due;
                number.to_string()
            } else {
                let (next, name) = local.next(every, moment);
                // Beyond the end of time no moment follows; a number then distinguishes the periods.
                let is_last = next <= moment;
                moment = next;
                if is_last { format!("{name} {number}") } else { name }
            };
            let key = Self::digest_key(to, &wanted.series, &period);
            if self.outbox.row(&key).is_none() {
                return (key, period, moment);
            }
            number += 1;
        }
    }

    /// Makes the digest of the period that runs, so that it says that there was nothing new.
    pub(crate) fn expect_digest(&mut self, subscription: &Subscription, audience: &str, destination: &str) {
        let to = To { audience, destination, subscription: Some(subscription), name: &subscription.name };
        let series = format!("period {}", subscription.name);
        self.digest(&Wanted { kind: DigestKind::Period, series, due: None, number: 0, to });
    }
}

/// What is never only counted: what closes or corrects what the audience had, what nobody claims, and conditions of the
/// service. There are no more of these than of rows before them, and of sources and destinations.
fn is_always_said(because: Because, turned: &Turned) -> bool {
    matches!(because, Because::Had | Because::Unclaimed(_)) || turned.topic == Topic::Service
}
