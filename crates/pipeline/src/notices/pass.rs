//! A pass over the outbox: what turned is routed, what is due is asked again, composed, kept, sent, and what came of it is kept.
//!
//! Each step is written before the next begins, so a pass that is killed anywhere is gone on with by the next: a turn is
//! routed in the transaction that says so, a notice is composed once and kept before it is sent, and a try whose outcome was
//! not kept is a try that is made again under the same identifier.

use super::compose::Letterhead;
use super::moment::Clock;
use super::turned::{There, of_finding, of_row, working};
use super::{BULK_TURNS, DETAILED_TURNS, NoticeMeans, Outgoing, Passed, Sealed};
use crate::{Progress, RaceWish, recall_with_ours};
use findings::Ours;
use model::{Answer, FindingId, Happened, NoticeId, Severity, Topic};
use notify::{After, Assigned, Key, Outbox, Outcome, Present, Row, State, Turned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Home, NoticeRow, NoticesWanted, TurnRow};

/// How long a closed row matters, and one of the service or a digest.
const KEPT_SECONDS: i64 = 86_400;
const SERIES_KEPT_SECONDS: i64 = 40 * 86_400;
/// Under which the conditions of the service that hold are kept.
const CONDITIONS: &str = "conditions of the service";
/// Under which it is kept who has the work on what, and which releases were routed.
const HOLDERS: &str = "holders of work";
const RELEASES: &str = "releases routed";

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
    let beside = beside(home, means)?;
    // Only what is sent is asked of an answer, and most passes send nothing.
    if turns.is_empty() && beside.is_empty() {
        let rows = notify::route(&mut pass.outbox, &means.desk, &[], now);
        pass.write(home, rows, None)?;
        pass.remind(home)?;
        if notify::due(&pass.outbox, &means.desk, now).is_empty() {
            home.write_notices::<Row>(&[], None, &beside.notes)?;
            return Ok(pass.ended());
        }
    }
    let (answer, ours) =
        recall_with_ours(home, means.built_in, (means.spool, now), &RaceWish::default(), progress)?;
    let there = pass.there((&answer, &ours), (&turns, &beside), home)?;
    pass.route(home, (routed, &turns), beside, &there)?;
    pass.remind(home)?;
    let presence = |turned: &Turned| present(turned, &there, means);
    let conditions: BTreeMap<String, String> =
        means.conditions.iter().map(|one| (one.thread.clone(), one.help.clone())).collect();
    let letterhead = Letterhead {
        there: Some(&there),
        organisation: means.organisation.or(answer.organisation.as_deref()).unwrap_or("this organisation"),
        conditions: &conditions,
        unclaimed_after: means.desk.limits.second_after_seconds,
        shown: means.shown,
    };
    pass.send(home, &letterhead, &presence, send)?;
    Ok(pass.ended())
}

/// What people do about the findings of rows, and whether they are there: all that a reminder asks.
struct Worked {
    open: BTreeSet<String>,
    holders: BTreeMap<String, (Option<String>, &'static str)>,
}

/// Asks for what is critical and was noticed: of a large home few.
fn worked(home: &Home, outbox: &Outbox) -> Result<Worked, store::Fault> {
    let mut worked = Worked { open: BTreeSet::new(), holders: BTreeMap::new() };
    let critical = outbox.rows().filter(|row| {
        row.turned()
            .is_some_and(|turned| turned.topic != Topic::Service && turned.severity == Severity::Critical)
    });
    let threads: BTreeSet<&String> = critical.map(|row| &row.thread).collect();
    if threads.is_empty() {
        return Ok(worked);
    }
    let work = home.work()?;
    for thread in threads {
        let Ok(number) = thread.parse::<u64>() else { continue };
        if home.is_thread_open(number)? {
            worked.open.insert(thread.clone());
        }
        if let Some(one) = work.get(&number) {
            worked.holders.insert(thread.clone(), (one.owner.clone(), one.state.name()));
        }
    }
    Ok(worked)
}

impl Worked {
    fn present(&self, turned: &Turned, means: &NoticeMeans<'_>) -> Option<Present> {
        if turned.topic == Topic::Service {
            return present_condition(turned, means);
        }
        let mut is = turned.clone();
        if let Some((holder, state)) = self.holders.get(&turned.thread) {
            is.holder.clone_from(holder);
            is.working = working(state);
        }
        Some(Present { turned: is, is_open: self.open.contains(&turned.thread) })
    }
}

/// What a condition of the service is now.
fn present_condition(turned: &Turned, means: &NoticeMeans<'_>) -> Option<Present> {
    // What is about deliveries opens and closes by its own rows.
    if turned.not_by.is_some() {
        return None;
    }
    let is_open = means.conditions.iter().any(|one| one.thread == turned.thread);
    Some(Present { turned: turned.clone(), is_open })
}

/// What a finding or a condition is now.
fn present(turned: &Turned, there: &There<'_>, means: &NoticeMeans<'_>) -> Option<Present> {
    if turned.topic == Topic::Service {
        return present_condition(turned, means);
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

/// What happened beside the turns of findings, and what is to be kept so that it does not happen again.
#[derive(Default)]
struct Beside {
    /// Conditions of the service that began or ended.
    turns: Vec<Turned>,
    /// Threads whose work somebody got, with the name.
    assigned: Vec<(u64, String)>,
    /// Threads that were released to their parties, with the turn.
    released: Vec<(u64, u64)>,
    notes: Vec<(&'static str, String)>,
}

impl Beside {
    fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.assigned.is_empty() && self.released.is_empty()
    }

    /// Takes in who has the work on what, and what was released.
    fn people(&mut self, home: &Home) -> Result<(), store::Fault> {
        let holders: BTreeMap<u64, String> =
            home.work()?.into_iter().filter_map(|(thread, work)| Some((thread, work.owner?))).collect();
        let before: Option<BTreeMap<u64, String>> =
            home.note(HOLDERS)?.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(before) = &before {
            let is_new = |(thread, holder): &(&u64, &String)| before.get(*thread) != Some(*holder);
            self.assigned =
                holders.iter().filter(is_new).map(|(thread, holder)| (*thread, holder.clone())).collect();
        }
        if before.as_ref() != Some(&holders) {
            self.notes.push((HOLDERS, serde_json::to_string(&holders).unwrap_or_default()));
        }
        let released = home.released()?;
        let routed: BTreeSet<u64> =
            home.note(RELEASES)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        self.released = released.into_iter().filter(|(thread, _)| !routed.contains(thread)).collect();
        if !self.released.is_empty() {
            let all: BTreeSet<u64> =
                routed.into_iter().chain(self.released.iter().map(|(thread, _)| *thread)).collect();
            self.notes.push((RELEASES, serde_json::to_string(&all).unwrap_or_default()));
        }
        Ok(())
    }
}

fn beside(home: &Home, means: &NoticeMeans<'_>) -> Result<Beside, store::Fault> {
    let before: BTreeMap<String, String> =
        home.note(CONDITIONS)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let is: BTreeMap<&str, &str> =
        means.conditions.iter().map(|one| (one.thread.as_str(), one.title.as_str())).collect();
    let seq = u64::try_from(means.now.micros()).unwrap_or(0);
    let turned = |thread: &str, title: &str, happened| {
        let mut turned = Turned::new(seq, means.now, thread, Topic::Service, happened);
        turned.title = title.to_owned();
        turned.severity = Severity::Medium;
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
    let mut beside = Beside { turns, ..Beside::default() };
    if !beside.turns.is_empty() {
        beside.notes.push((CONDITIONS, serde_json::to_string(&is).unwrap_or_default()));
    }
    beside.people(home)?;
    Ok(beside)
}

struct Pass<'p> {
    means: &'p NoticeMeans<'p>,
    outbox: Outbox,
    passed: Passed,
    /// Threads whose rows were taken in.
    threads: BTreeSet<String>,
}

impl Pass<'_> {
    /// What was done, and what waits.
    fn ended(mut self) -> Passed {
        for row in self.outbox.rows() {
            if let State::Waiting { due, .. } = row.state {
                self.passed.waiting += 1;
                self.passed.next = self.passed.next.into_iter().chain([due]).min();
            }
        }
        self.passed
    }

    /// Makes what time makes of notices that were sent.
    fn remind(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let worked = worked(home, &self.outbox)?;
        let presence = |turned: &Turned| worked.present(turned, self.means);
        let rows = notify::remind(&mut self.outbox, &self.means.desk, &presence, self.means.now);
        self.write(home, rows, None)
    }

    /// What is known of the findings of turns and of rows that are open.
    fn there<'t>(
        &mut self,
        (answer, ours): (&'t Answer, &'t Arc<Ours>),
        (turns, beside): (&[TurnRow], &Beside),
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
        let threads: BTreeSet<u64> = beside
            .assigned
            .iter()
            .map(|(thread, _)| *thread)
            .chain(beside.released.iter().map(|(thread, _)| *thread))
            .collect();
        let mut by_thread = BTreeMap::new();
        if !threads.is_empty() {
            for (finding, thread) in home.open_threads()? {
                if let Some(id) = FindingId::parse(&finding).filter(|_| threads.contains(&thread)) {
                    wanted.insert(id.clone());
                    by_thread.insert(thread, id);
                }
            }
        }
        let mut there = There::of(answer, ours, &wanted, home.released()?.into_keys().collect());
        there.by_thread = by_thread;
        Ok(there)
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
        beside: Beside,
        there: &There<'_>,
    ) -> Result<(), store::Fault> {
        let threads = turns.iter().map(|row| row.thread.to_string());
        let of_service = beside.turns.iter().map(|turned| turned.thread.clone());
        let of_people = beside.assigned.iter().map(|(thread, _)| thread.to_string());
        let of_released = beside.released.iter().map(|(thread, _)| thread.to_string());
        self.take(home, threads.chain(of_service).chain(of_people).chain(of_released).collect())?;
        let mut many: BTreeMap<u64, usize> = BTreeMap::new();
        turns.iter().for_each(|row| *many.entry(row.revision).or_default() += 1);
        let mut last_known: BTreeMap<String, Turned> = BTreeMap::new();
        for row in self.outbox.rows() {
            if let Some(turned) = row.turned() {
                last_known.insert(row.thread.clone(), turned.clone());
            }
        }
        let mut turned: Vec<Turned> = self.of_people(home, &beside, there)?;
        turned.extend(beside.turns);
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
        self.write_with(home, rows, last, &beside.notes)
    }

    /// The turns that people made: somebody got work, something was released to its party.
    fn of_people(
        &self,
        home: &Home,
        beside: &Beside,
        there: &There<'_>,
    ) -> Result<Vec<Turned>, store::Fault> {
        let last = home.last_turn()?;
        let mut turned = Vec::new();
        let of = |thread: u64| {
            let finding = there.findings.get(there.by_thread.get(&thread)?)?;
            let mut one = of_finding(finding, &thread.to_string(), there);
            one.at = self.means.now;
            one.is_released = there.released.contains(&thread);
            Some(one)
        };
        for (thread, holder) in &beside.assigned {
            let Some(mut one) = of(*thread) else { continue };
            one.seq = last;
            let by = one.findings.first().and_then(|id| there.work(id)).map(|work| work.by.clone());
            one.assigned = Some(Assigned { to: holder.clone(), by: by.unwrap_or_default() });
            turned.push(one);
        }
        for (thread, seq) in &beside.released {
            let Some(mut one) = of(*thread) else { continue };
            one.seq = *seq;
            turned.push(one);
        }
        Ok(turned)
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
        // A destination that did not take one is asked again in the next pass: it must not hold up the others.
        let mut ailing: BTreeSet<String> = BTreeSet::new();
        loop {
            let due = notify::due(&self.outbox, &desk, now);
            let is_next = |key: &Key| !tried.contains(key) && !ailing.contains(&key.destination);
            let Some(key) = due.into_iter().find(is_next) else { break };
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
            if !self.try_once(home, &key, send)? {
                ailing.insert(key.destination);
            }
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
    ) -> Result<bool, store::Fault> {
        let Some(composed) = self.outbox.row(key).and_then(|row| row.composed.clone()) else {
            return Ok(true);
        };
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
        let After { mut rows, service, switch_off } =
            notify::after(&mut self.outbox, key, &outcome, now, self.means.seed);
        if let Some(turned) = service {
            self.take(home, BTreeSet::from([turned.thread.clone()]))?;
            rows.extend(notify::route(&mut self.outbox, &self.means.desk, &[turned], now));
        }
        self.write(home, rows, None)?;
        if let Some(destination) = switch_off {
            home.switch(&destination, Some("it said that it is there no more"), now)?;
        }
        Ok(outcome == Outcome::Sent)
    }

    fn write(&mut self, home: &mut Home, rows: Vec<Row>, routed: Option<u64>) -> Result<(), store::Fault> {
        self.write_with(home, rows, routed, &[])
    }

    fn write_with(
        &mut self,
        home: &mut Home,
        rows: Vec<Row>,
        routed: Option<u64>,
        notes: &[(&str, String)],
    ) -> Result<(), store::Fault> {
        let rows: Vec<NoticeRow<Row>> = rows.into_iter().map(|row| self.stored(row)).collect();
        for row in &rows {
            self.passed.count(&row.body.state);
        }
        home.write_notices(&rows, routed, notes)
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
