//! Logs: read, hunted, and their events kept, each once, however often a log is given.
//!
//! A log that is given again is known by its bytes. If they are those of last time it is not read: what is looked for now and
//! was not then was asked of its kept events. If it begins with them it has grown: it is read whole, and the events behind
//! the known ones are kept. Otherwise it is another state, and all its events are kept; those of a state that it replaces
//! do not count any more.

use super::Run;
use super::survey::There;
use crate::keeping::{DocumentKept, Keeping, Plan, versions};
use crate::{InputKind, Inputs, Question, RuleChoice, Sort, Source, Timeline};
use findings::{Mode, Wanted};
use model::answer::DocumentRead;
use std::collections::{BTreeMap, BTreeSet};
use store::{EventLog, Home, Kept};

/// A log that is read, and how its events are kept.
struct Planned {
    plan: Plan,
    /// What its row says of an earlier state that it continues.
    continues: Option<EventLog>,
}

impl Run<'_> {
    /// Whether a log is as it was when its events were kept.
    pub(super) fn is_same_log(&self, name: &str, there: &There) -> bool {
        self.logs.with(there.bytes, there.digest).any(|kept| {
            is_state_of(&kept.name, name)
                && self.source_of(name) == kept.source
                && self.row_of(&kept.name).is_some()
        })
    }

    /// The row of the events of a log that was read in the way of today.
    fn row_of(&self, log: &str) -> Option<&EventLog> {
        self.event_logs.values().find(|row| row.log == log && row.reading == self.reading_digest)
    }

    /// How the events of a log are kept.
    fn planned(&self, name: &str, there: &There, taken: &mut BTreeSet<String>) -> Planned {
        // A copy may be anywhere; what has grown is where it was.
        let whole = (there.bytes, there.digest);
        let starts = there.starts.iter().copied().chain([whole]).filter(|(bytes, _)| *bytes > 0);
        let mut earlier: Vec<(&Kept, &EventLog)> = starts
            .flat_map(|(bytes, digest)| self.logs.with(bytes, digest))
            .filter_map(|kept| Some((kept, self.row_of(&kept.name)?)))
            .collect();
        earlier.sort_by_key(|(kept, _)| (kept.bytes, is_state_of(&kept.name, name)));
        // Of a record that was cut, what was kept is no record.
        let known = |row: &EventLog| row.last_record.saturating_sub(u64::from(!row.is_whole));
        match earlier.last() {
            Some((kept, row)) if is_state_of(&kept.name, name) => {
                let plan = Plan { source: row.source.clone(), name: row.name.clone(), known: known(row) };
                Planned { plan, continues: Some((*row).clone()) }
            }
            Some((kept, _)) if kept.bytes == there.bytes => {
                // A copy under another name: its events are kept already.
                let plan = Plan { source: String::new(), name: String::new(), known: u64::MAX };
                Planned { plan, continues: None }
            }
            found => {
                let mut one = name.to_owned();
                let mut number = 1_u32;
                while self.event_logs.contains_key(&one) || !taken.insert(one.clone()) {
                    number = number.saturating_add(1);
                    one = format!("{name} (state {number})");
                }
                let known = found.map_or(0, |(_, row)| known(row));
                Planned { plan: Plan { source: self.source_of(name), name: one, known }, continues: None }
            }
        }
    }

    pub(super) fn logs(&mut self, home: &mut Home) -> Result<(), store::Fault> {
        let logs = self.to_read(Sort::Logs);
        let Source::Only(_, names) = &logs else { return Ok(()) };
        if names.is_empty() {
            return Ok(());
        }
        let mut taken = BTreeSet::new();
        let mut planned: BTreeMap<String, Planned> = BTreeMap::new();
        for name in names.iter() {
            if let Some(there) = self.survey.documents.get(name) {
                planned.insert(name.clone(), self.planned(name, there, &mut taken));
            }
        }
        let versions = versions(&self.asked);
        let plans = planned.iter().map(|(name, planned)| (name.clone(), planned.plan.clone())).collect();
        let keeping = Keeping::new(home.write_events(versions, self.learning.now)?, plans);
        let question = Question {
            inputs: Inputs {
                logs,
                mapping: Source::Held(home.texts(Sort::Mapping.name())?),
                ..Inputs::default()
            },
            rules: RuleChoice::default(),
            wishes: self.learning.wishes.clone(),
            now: self.learning.now,
        };
        let hunter = self.reading.memory.hunter(Wanted { hits: false, logons: false, least: None }, true);
        _ = self.reading.logs(&question, &hunter, (&Timeline::default(), Some(&keeping)));
        let (writing, kept) = keeping.finish()?;
        let problems = home.stage_events(writing)?;
        self.reading.intake.problems.extend(problems);
        let read = self.reading.intake.take_read();
        for one in read.into_iter().filter(|one| one.kind == InputKind::Logs.name()) {
            let log = self.stage_log(home, &one)?;
            if let Some(planned) = planned.get(&one.name) {
                let of = kept.get(&one.name).copied().unwrap_or_default();
                self.stage_events_of(home, &one.name, &log, planned, of);
            }
        }
        Ok(())
    }

    /// Stages a log that was read; the name under which it is kept.
    fn stage_log(&mut self, home: &mut Home, read: &DocumentRead) -> Result<String, store::Fault> {
        let counts: BTreeMap<String, u64> =
            read.taken.iter().map(|(what, count)| (what.to_string(), *count)).collect();
        let mut kept = self.kept(&read.name, Sort::Logs, Mode::Adds);
        if let Some(name) = self.reading.renamed.get(&read.name) {
            kept.name.clone_from(name);
        }
        (kept.form, kept.counts) = (read.form.as_deref().map(str::to_owned), counts.clone());
        (kept.first, kept.last) = (read.first, read.last);
        kept.problems = self.reading.intake.problems_of(&read.name);
        home.stage(&kept, false)?;
        self.note(&read.name, Sort::Logs, read.form.as_deref(), counts);
        Ok(kept.name)
    }

    /// Stages what is known of the events of a log that was read.
    fn stage_events_of(&self, home: &mut Home, name: &str, log: &str, planned: &Planned, of: DocumentKept) {
        let Planned { plan, continues } = planned;
        if plan.known == u64::MAX || of.first.is_none() {
            return;
        }
        let is_whole = self.survey.documents.get(name).is_none_or(|there| there.ends_line);
        for row in self.event_logs.values().filter(|row| row.log == log && row.name != plan.name) {
            // The log has another content now, of which all events are kept anew.
            home.stage_events_gone(&row.name);
        }
        let before = continues.as_ref().and_then(|row| row.last_event);
        if let Some(cut) = continues.as_ref().filter(|row| !row.is_whole).and(before) {
            home.stage_void_event(&plan.source, cut);
        }
        home.stage_event_log(EventLog {
            name: plan.name.clone(),
            log: log.to_owned(),
            source: plan.source.clone(),
            last_record: of.last_record,
            last_event: of.last_event.or(before),
            is_whole,
            reading: self.reading_digest,
            asked_to: None,
        });
    }
}

/// Whether a log that is kept is a state of the one of a name: the same, or one that was there before.
fn is_state_of(kept: &str, name: &str) -> bool {
    kept.strip_prefix(name).is_some_and(|rest| {
        let number = rest.strip_prefix(" (state ").and_then(|rest| rest.strip_suffix(')'));
        rest.is_empty() || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}
