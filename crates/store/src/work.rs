//! Work: what people do about a finding. Whether the finding is there is decided by joins alone, and never here.
//!
//! Two axes, because they mean different things: a flaw that was accepted and is patched is gone, and one that was
//! called fixed and is still there is still there. A row is of a thread, so it follows a finding through changes of
//! its name. Each act is a row of the audit log in the same transaction.

use crate::lapses::Lapses;
use crate::turns::TurnRow;
use crate::{Fault, Home, audit};
use findings::What;
use model::Timestamp;
use rusqlite::{TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a finding was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// The intruder is out.
    Contained,
    /// The flaw or the gap is closed.
    Fixed,
    /// It was what somebody was meant to do.
    Benign,
    /// Another finding says the same.
    Duplicate,
}

/// Where the work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has looked.
    #[default]
    New,
    /// Somebody has seen it.
    Acknowledged,
    /// Somebody works on it.
    InWork,
    /// The risk is accepted until a day.
    Accepted,
    /// It is wrong, until a day.
    FalsePositive,
    /// It is done.
    Resolved(Resolution),
}

/// What people do about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Work {
    /// Where it is.
    pub state: State,
    /// Until when, of what is accepted or false.
    pub until: Option<Timestamp>,
    /// Who does it.
    pub owner: Option<String>,
    /// What was written about it last.
    pub note: Option<String>,
    /// Whether its evidence is kept for ever.
    pub is_held: bool,
    /// Who changed it last, and when.
    pub by: String,
    /// When it was changed last.
    pub at: Option<Timestamp>,
    /// The last turn that was known then: a turn after it may open the work again.
    pub seen: u64,
}

impl State {
    /// The word of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InWork => "in work",
            Self::Accepted => "accepted",
            Self::FalsePositive => "false positive",
            Self::Resolved(Resolution::Contained) => "resolved: contained",
            Self::Resolved(Resolution::Fixed) => "resolved: fixed",
            Self::Resolved(Resolution::Benign) => "resolved: benign",
            Self::Resolved(Resolution::Duplicate) => "resolved: duplicate",
        }
    }

    /// Whether a finding in this state is set aside.
    #[must_use]
    pub fn sets_aside(self) -> bool {
        matches!(self, Self::Accepted | Self::FalsePositive | Self::Resolved(_))
    }
}

/// Work as it holds at a moment, and why it is no longer what was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkNow {
    /// The work.
    pub work: Work,
    /// Why it is new again, if it is.
    pub again: Option<String>,
}

impl Work {
    /// When it ends by itself or is to be done; `lapse`: how many seconds an acknowledgement holds.
    #[must_use]
    pub fn end(&self, lapse: Option<i64>) -> Option<Timestamp> {
        match self.state {
            State::Acknowledged => self.at.zip(lapse).map(|(at, seconds)| at.plus_seconds(seconds)),
            _ => self.until,
        }
    }

    /// The work at a moment: what lapsed, and what a later turn opened again, is new.
    fn now(self, now: Timestamp, turns: &[&TurnRow], lapses: Lapses) -> WorkNow {
        let until = self.until.filter(|until| self.state.sets_aside() && *until <= now);
        if let Some(until) = until {
            let why = format!("{} until {}, which is over", self.state.name(), until.date());
            return self.anew(why);
        }
        let severity = turns.last().map(|row| row.turn.grade.severity);
        let later = || turns.iter().filter(|row| row.seq > self.seen);
        if self.state.sets_aside()
            && let Some(row) = later().find(|row| is_rise(row))
        {
            let why = format!("{}, and worse since {}", self.state.name(), row.at);
            return self.anew(why);
        }
        if self.state == State::Acknowledged
            && let (Some(at), Some(seconds)) = (self.at, severity.and_then(|severity| lapses.of(severity)))
            && now.seconds_since(at) >= seconds
        {
            return self.anew("acknowledged, and nobody works on it".to_owned());
        }
        WorkNow { work: self, again: None }
    }

    fn anew(self, why: String) -> WorkNow {
        WorkNow { work: Self { state: State::New, until: None, ..self }, again: Some(why) }
    }
}

/// Whether a turn says that a finding is worse than it was: raised, surer, sooner, active again, or back.
fn is_rise(row: &TurnRow) -> bool {
    match &row.turn.what {
        What::Opened | What::ActiveAgain { .. } => true,
        What::Changed { was } => {
            let is = row.turn.grade;
            is.severity < was.severity || is.certainty < was.certainty || is.decision < was.decision
        }
        What::Renamed { .. } | What::Closed { .. } => false,
    }
}

/// What an act is written as in the audit log.
#[derive(Serialize, Deserialize)]
struct ActBody<'a> {
    act: &'a str,
    thread: u64,
    finding: &'a str,
    before: Option<Work>,
    after: Option<Work>,
}

impl Home {
    /// All work, by thread.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn work(&self) -> Result<BTreeMap<u64, Work>, Fault> {
        let mut statement = self.connection.prepare_cached("select thread, body from work")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (thread, body) = row?;
            let damaged = |_| Fault::Damaged { what: format!("the work on thread {thread}") };
            Ok((thread, serde_json::from_str(&body).map_err(damaged)?))
        })
        .collect()
    }

    /// All work as it holds at a moment, by thread.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn work_as_of(&self, now: Timestamp) -> Result<BTreeMap<u64, WorkNow>, Fault> {
        let work = self.work()?;
        if work.is_empty() {
            return Ok(BTreeMap::new());
        }
        let turns = self.turns_with_work()?;
        let mut by_thread: BTreeMap<u64, Vec<&TurnRow>> = BTreeMap::new();
        for row in turns.iter().filter(|row| work.contains_key(&row.thread)) {
            by_thread.entry(row.thread).or_default().push(row);
        }
        let of = |thread: &u64| by_thread.get(thread).map_or(&[][..], Vec::as_slice);
        Ok(work.into_iter().map(|(thread, work)| (thread, work.now(now, of(&thread), self.lapses))).collect())
    }

    /// Changes the work on findings; `change` gets what is there and gives what shall be, or why not. All or nothing.
    ///
    /// # Errors
    /// When the database cannot be written; the inner one is the first refusal, and then nothing is changed.
    pub fn triage(
        &mut self,
        findings: &[(u64, String)],
        act: &str,
        who: &str,
        now: Timestamp,
        change: &dyn Fn(&Work) -> Result<Work, String>,
    ) -> Result<Result<(), String>, Fault> {
        let all = self.work()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let seen: u64 =
            transaction.query_row("select coalesce(max(seq), 0) from turns", [], |row| row.get(0))?;
        for (thread, finding) in findings {
            let before = all.get(thread).cloned();
            let mut after = match change(&before.clone().unwrap_or_default()) {
                Ok(after) => after,
                Err(refused) => return Ok(Err(refused)),
            };
            (after.by, after.at, after.seen) = (who.to_owned(), Some(now), seen);
            let damaged = |_| Fault::Damaged { what: format!("the work on {finding}") };
            let body = serde_json::to_string(&after).map_err(damaged)?;
            transaction.execute(
                "insert into work (thread, body) values (?1, ?2) on conflict (thread) do update set body = ?2",
                params![thread, body],
            )?;
            let line = ActBody { act, thread: *thread, finding, before, after: Some(after) };
            audit::add(&transaction, now, who, &serde_json::to_string(&line).map_err(damaged)?)?;
        }
        transaction.commit()?;
        Ok(Ok(()))
    }

    /// Takes the last act on each finding back. All or nothing.
    ///
    /// # Errors
    /// When the database cannot be read or written; the inner one: there is nothing to take back.
    pub fn undo(
        &mut self,
        findings: &[(u64, String)],
        who: &str,
        now: Timestamp,
    ) -> Result<Result<(), String>, Fault> {
        let (acts, _) = self.audit()?;
        let mut before: BTreeMap<u64, Work> = BTreeMap::new();
        for (thread, finding) in findings {
            let bodies = acts.iter().rev().filter_map(|act| serde_json::from_str::<PastAct>(&act.what).ok());
            let last = bodies.filter(|act| act.thread == *thread).find(|act| act.act != "undo");
            let Some(last) = last else {
                return Ok(Err(format!("nobody has done anything about {finding}")));
            };
            before.insert(*thread, last.before.unwrap_or_default());
        }
        for (thread, finding) in findings {
            let was = before.get(thread).cloned().unwrap_or_default();
            let one = [(*thread, finding.clone())];
            if let Err(refused) = self.triage(&one, "undo", who, now, &|_| Ok(was.clone()))? {
                return Ok(Err(refused));
            }
        }
        Ok(Ok(()))
    }
}

/// What undoing reads of an act.
#[derive(Deserialize)]
struct PastAct {
    act: String,
    thread: u64,
    before: Option<Work>,
}
