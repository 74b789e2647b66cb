//! A pass over the outbox: what turned is routed, what is due is asked again, composed, kept, sent, and what came of it is kept.
//!
//! Each step is written before the next begins, so a pass that is killed anywhere is gone on with by the next: a turn is
//! routed in the transaction that says so, a notice is composed once and kept before it is sent, and a try whose outcome was
//! not kept is a try that is made again under the same identifier.

use super::compose::Letterhead;
use super::moment::Clock;
use super::turned::{There, of_finding, of_row};
use super::{NoticeMeans, Outgoing, Passed, Sealed};
use crate::{Progress, RaceWish, recall_with_ours};
use findings::Ours;
use model::{Answer, FindingId, Happened, NoticeId, Topic};
use notify::{After, Key, Outbox, Outcome, Present, Row, State, Turned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Home, NoticeRow, NoticesWanted, TurnRow};

/// So many findings that come at once are an import: one summary.
const BULK_TURNS: usize = 100;
/// Of an import of more turns than these only what the log of turns says is asked.
const DETAILED_TURNS: usize = 20_000;
/// How long a closed row matters, and one of the service or a digest.
const KEPT_SECONDS: i64 = 86_400;
const SERIES_KEPT_SECONDS: i64 = 40 * 86_400;
/// Under which the conditions of the service that hold are kept.
const CONDITIONS: &str = "conditions of the service";

/// Takes a notice to its destination.
pub type SendNotice<'s> = dyn FnMut(&Outgoing<'_>) -> Outcome + 's;

/// Makes a pass.
///
/// # Errors
/// When the home cannot be read or written: what was sent until then is kept.
pub fn pass_notices(
    home: &mut Home,
    means: &NoticeMeans<'_>,
    send: &mut SendNotice<'_>,
    progress: &dyn Progress,
) -> Result<Passed, store::Fault> {
    let now = means.now;
    let outbox = Outbox::new(home.notices::<Row>(&NoticesWanted::Mattering(now))?);
    let mut pass = Pass { means, outbox, passed: Passed::default(), threads: BTreeSet::new() };
    let routed = home.routed()?;
    let turns = home.turns_after(routed.unwrap_or(0))?;
    let service = conditions(home, means)?;
    let is_due = !notify::due(&pass.outbox, &means.desk, now).is_empty();
    if turns.is_empty() && service.turns.is_empty() && !is_due && !pass.outbox.rows().any(Row::is_waiting) {
        // Nothing can follow; only what time makes of subscriptions is left.
        let rows = notify::route(&mut pass.outbox, &means.desk, &[], now);
        pass.write(home, rows, None)?;
        if notify::due(&pass.outbox, &means.desk, now).is_empty() {
            return Ok(pass.passed);
        }
    }
    let (answer, ours) =
        recall_with_ours(home, means.built_in, (means.spool, now), &RaceWish::default(), progress)?;
    let there = pass.there(&answer, &ours, &turns, home)?;
    pass.route(home, (routed, &turns), service, &there)?;
    let presence = |turned: &Turned| present(turned, &there, means);
    let rows = notify::remind(&mut pass.outbox, &means.desk, &presence, now);
    pass.write(home, rows, None)?;
    let conditions: BTreeMap<String, String> =
        means.conditions.iter().map(|one| (one.thread.clone(), one.help.clone())).collect();
    let letterhead = Letterhead {
        there: Some(&there),
        organisation: means.organisation.or(answer.organisation.as_deref()).unwrap_or("this organisation"),
        conditions: &conditions,
        unclaimed_after: means.desk.limits.second_after_seconds,
    };
    pass.send(home, &letterhead, &presence, send)?;
    Ok(pass.passed)
}

/// What a finding or a condition is now.
fn present(turned: &Turned, there: &There<'_>, means: &NoticeMeans<'_>) -> Option<Present> {
    if turned.topic == Topic::Service {
        // Failed deliveries open and close by their own rows.
        if turned.thread.starts_with("delivery ") || turned.thread.starts_with("lost ") {
            return None;
        }
        let is_open = means.conditions.iter().any(|one| one.thread == turned.thread);
        return Some(Present { turned: turned.clone(), is_open });
    }
    let id = turned.findings.first()?;
    match there.findings.get(id) {
        Some(finding) => {
            let mut is = of_finding(finding, &turned.thread, there);
            let thread: Option<u64> = turned.thread.parse().ok();
            is.is_released = thread.is_some_and(|thread| there.released.contains(&thread));
            Some(Present { turned: is, is_open: true })
        }
        None => Some(Present { turned: turned.clone(), is_open: false }),
    }
}

/// Conditions of the service that began or ended, and what is to be kept of those that hold.
#[derive(Default)]
struct Service {
    turns: Vec<Turned>,
    kept: String,
}

fn conditions(home: &Home, means: &NoticeMeans<'_>) -> Result<Service, store::Fault> {
    let before: BTreeMap<String, String> =
        home.note(CONDITIONS)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let is: BTreeMap<&str, &str> =
        means.conditions.iter().map(|one| (one.thread.as_str(), one.title.as_str())).collect();
    let seq = u64::try_from(means.now.micros()).unwrap_or(0);
    let turned = |thread: &str, title: &str, happened| {
        let mut turned = Turned::new(seq, means.now, thread, Topic::Service, happened);
        turned.title = title.to_owned();
        turned.severity = model::Severity::Medium;
        turned
    };
    let mut turns: Vec<Turned> = Vec::new();
    turns.extend(
        is.iter()
            .filter(|(thread, _)| !before.contains_key(**thread))
            .map(|(thread, title)| turned(thread, title, Happened::Opened)),
    );
    turns.extend(
        before
            .iter()
            .filter(|(thread, _)| !is.contains_key(thread.as_str()))
            .map(|(thread, title)| turned(thread, title, Happened::Closed)),
    );
    let kept = serde_json::to_string(&is).unwrap_or_default();
    Ok(Service { turns, kept })
}

struct Pass<'p> {
    means: &'p NoticeMeans<'p>,
    outbox: Outbox,
    passed: Passed,
    /// Threads whose rows were taken in.
    threads: BTreeSet<String>,
}

impl Pass<'_> {
    /// What is known of the findings of turns and of rows that are open.
    fn there<'t>(
        &mut self,
        answer: &'t Answer,
        ours: &'t Arc<Ours>,
        turns: &[TurnRow],
        home: &Home,
    ) -> Result<There<'t>, store::Fault> {
        let mut wanted: BTreeSet<FindingId> = BTreeSet::new();
        if turns.len() <= DETAILED_TURNS {
            wanted.extend(turns.iter().map(|row| row.turn.id.clone()));
        }
        let is_open = |row: &&Row| matches!(row.state, State::Waiting { .. } | State::Folded { .. });
        for row in self.outbox.rows().filter(is_open) {
            wanted.extend(row.turned().into_iter().flat_map(|turned| turned.findings.iter().cloned()));
        }
        let reminded =
            self.outbox.rows().filter_map(Row::turned).flat_map(|turned| turned.findings.iter().cloned());
        wanted.extend(reminded.collect::<Vec<_>>());
        Ok(There::of(answer, ours, &wanted, home.released()?))
    }

    /// Takes in the rows of threads, with the digests that they are folded into.
    fn take(&mut self, home: &Home, threads: BTreeSet<String>) -> Result<(), store::Fault> {
        let new: BTreeSet<String> = threads.difference(&self.threads).cloned().collect();
        self.outbox.take(home.notices::<Row>(&NoticesWanted::Threads(&new))?);
        self.threads.extend(new);
        for key in self.outbox.missing_digests() {
            let rows = home.notices::<Row>(&NoticesWanted::Beginning(key.id.as_str()))?;
            self.outbox.take(rows.into_iter().filter(|row| row.key == key));
        }
        Ok(())
    }

    /// Routes turns, those of the service and of findings, in one transaction with the place up to which it was done.
    fn route(
        &mut self,
        home: &mut Home,
        (routed, turns): (Option<u64>, &[TurnRow]),
        service: Service,
        there: &There<'_>,
    ) -> Result<(), store::Fault> {
        let threads = turns.iter().map(|row| row.thread.to_string());
        let of_service = service.turns.iter().map(|turned| turned.thread.clone());
        self.take(home, threads.chain(of_service).collect())?;
        let mut many: BTreeMap<u64, usize> = BTreeMap::new();
        turns.iter().for_each(|row| *many.entry(row.revision).or_default() += 1);
        let mut last_known: BTreeMap<String, Turned> = BTreeMap::new();
        for row in self.outbox.rows() {
            if let Some(turned) = row.turned() {
                last_known.insert(row.thread.clone(), turned.clone());
            }
        }
        let mut turned: Vec<Turned> = service.turns;
        for row in turns {
            let bulk = match routed {
                None => Some("the first".to_owned()),
                Some(_) => (many.get(&row.revision).is_some_and(|count| *count > BULK_TURNS))
                    .then(|| format!("revision {}", row.revision)),
            };
            let thread = row.thread.to_string();
            let one = of_row(row, bulk, there, last_known.get(&thread));
            if let Some(one) = one {
                last_known.insert(thread, one.clone());
                turned.push(one);
            }
        }
        self.passed.turns = turned.len();
        let rows = notify::route(&mut self.outbox, &self.means.desk, &turned, self.means.now);
        let last = turns.last().map(|row| row.seq).or(routed.is_none().then_some(0));
        self.write_with(home, rows, last, Some(service.kept))
    }

    /// Sends what is due, one row after the other.
    fn send(
        &mut self,
        home: &mut Home,
        letterhead: &Letterhead<'_>,
        presence: &dyn Fn(&Turned) -> Option<Present>,
        send: &mut SendNotice<'_>,
    ) -> Result<(), store::Fault> {
        let (desk, now) = (self.means.desk, self.means.now);
        let mut tried: BTreeSet<Key> = BTreeSet::new();
        loop {
            let due = notify::due(&self.outbox, &desk, now);
            let Some(key) = due.into_iter().find(|key| !tried.contains(key)) else { break };
            tried.insert(key.clone());
            let thread = self.outbox.row(&key).map(|row| row.thread.clone());
            let members = self.outbox.members(&key).map(|row| row.thread.clone());
            let threads: BTreeSet<String> =
                members.chain(thread).chain([notify::delivery_thread(&key.destination)]).collect();
            self.take(home, threads)?;
            let prepared = notify::prepare(&mut self.outbox, &desk, &key, &presence, now);
            self.write(home, prepared.rows, None)?;
            let Some(ready) = prepared.ready else { continue };
            if ready.composed.is_none() {
                let sealed = self.compose(&key, &ready, letterhead);
                let rows = notify::seal(&mut self.outbox, &ready, sealed, now);
                self.write(home, rows, None)?;
            }
            self.try_once(home, &key, send)?;
        }
        Ok(())
    }

    fn compose(&self, key: &Key, ready: &notify::Ready, letterhead: &Letterhead<'_>) -> Vec<u8> {
        let desk = &self.means.desk;
        let Some(row) = self.outbox.row(key) else { return Vec::new() };
        let subscription = desk.subscriptions.iter().find(|one| one.name == ready.subscription);
        let clock = Clock::of(desk, subscription);
        let members: Vec<&Row> = ready.turns.iter().filter_map(|key| self.outbox.row(key)).collect();
        let notice = letterhead.notice(row, ready, &members, &clock, subscription);
        let mut before: Vec<(u32, NoticeId)> = self
            .outbox
            .rows()
            .filter(|other| {
                other.thread == row.thread && other.audience == row.audience && other.key.id != row.key.id
            })
            .filter_map(|other| Some((other.number?, other.key.id.clone())))
            .collect();
        before.sort();
        before.dedup();
        let before = before.into_iter().map(|(_, id)| id).collect();
        serde_json::to_vec(&Sealed { notice, before, date: self.means.now }).unwrap_or_default()
    }

    fn try_once(
        &mut self,
        home: &mut Home,
        key: &Key,
        send: &mut SendNotice<'_>,
    ) -> Result<(), store::Fault> {
        let Some(composed) = self.outbox.row(key).and_then(|row| row.composed.clone()) else { return Ok(()) };
        let outcome = match serde_json::from_slice::<Sealed>(&composed.0) {
            Ok(sealed) => send(&Outgoing { destination: &key.destination, sealed: &sealed }),
            Err(error) => Outcome::Never(format!("what was composed cannot be read ({error})")),
        };
        match &outcome {
            Outcome::Sent => self.passed.sent += 1,
            Outcome::Later { why, .. } | Outcome::Never(why) => {
                self.passed.troubles.push((key.destination.clone(), why.clone()));
            }
            Outcome::Gone => {
                self.passed.troubles.push((key.destination.clone(), "it is there no more".to_owned()))
            }
        }
        let now = self.means.now;
        let After { rows, service, switch_off } =
            notify::after(&mut self.outbox, key, &outcome, now, self.means.seed);
        self.write(home, rows, None)?;
        if let Some(destination) = switch_off {
            home.switch(&destination, Some("it said that it is there no more"), now)?;
        }
        if let Some(turned) = service {
            self.take(home, BTreeSet::from([turned.thread.clone()]))?;
            let rows = notify::route(&mut self.outbox, &self.means.desk, &[turned], now);
            self.write(home, rows, None)?;
        }
        Ok(())
    }

    fn write(&mut self, home: &mut Home, rows: Vec<Row>, routed: Option<u64>) -> Result<(), store::Fault> {
        self.write_with(home, rows, routed, None)
    }

    fn write_with(
        &mut self,
        home: &mut Home,
        rows: Vec<Row>,
        routed: Option<u64>,
        conditions: Option<String>,
    ) -> Result<(), store::Fault> {
        let rows: Vec<NoticeRow<Row>> = rows.into_iter().map(|row| self.stored(row)).collect();
        for row in &rows {
            self.passed.count(&row.body.state);
        }
        home.write_notices(&rows, routed, conditions.as_deref().map(|text| (CONDITIONS, text)))
    }

    fn stored(&self, row: Row) -> NoticeRow<Row> {
        let (state, at) = match &row.state {
            State::Waiting { .. } => ("waiting", None),
            State::Folded { .. } => ("folded", None),
            State::Sent { at } => ("sent", Some(*at)),
            State::Dropped { at, .. } => ("dropped", Some(*at)),
            State::Failed { at, .. } => ("failed", Some(*at)),
        };
        let is_of_series = row.digest().is_some() || row.topic() == Topic::Service;
        let kept = if is_of_series { SERIES_KEPT_SECONDS } else { KEPT_SECONDS };
        let until = at.map(|at| at.max(row.made).plus_seconds(kept));
        NoticeRow {
            id: row.key.id.as_str().to_owned(),
            destination: row.key.destination.clone(),
            thread: row.thread.clone(),
            number: row.order,
            until,
            state,
            body: row,
        }
    }
}
