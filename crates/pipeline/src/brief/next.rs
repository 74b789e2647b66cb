//! What is next: tasks with owner and day, and what somebody has to decide, each with its reason.
//!
//! All of it is as of now. A day is one that somebody set (work, the list of exploited flaws); what is critical is to be done
//! at once; where nobody set a day there is none.

use super::bits::bits;
use super::listed::Listed;
use super::thread::Thread;
use super::turned::Turned;
use model::answer::{Action, CheckAnswer};
use model::brief::{BriefTask, DecisionAbout, DecisionWanted, Due, Touch};
use model::{Answer, Date, FindingId, FindingKind, Severity, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How far ahead it is looked for what ends by itself.
const AHEAD_SECONDS: i64 = 14 * 86_400;
/// How far ahead days of the list of exploited flaws are tasks of their own.
const DUE_SECONDS: i64 = 8 * 86_400;
/// Tasks, and what is listed of one thing.
const TASKS_MAX: usize = 40;
const LISTED_MAX: usize = 100;
/// The check whose offenders nobody maintains any more.
const UNSUPPORTED: &str = "devices.edge.end-of-support";

/// Flaws that are in no line of what to do first, by the day that the list gives them: how many, and the first of them.
type DueSoon<'t> = BTreeMap<(Date, &'t str), (u64, BTreeSet<[u8; 16]>)>;

/// What is asked about the future.
pub(super) struct Ahead<'a> {
    pub answer: &'a Answer,
    pub turned: &'a Turned<'a>,
    pub steps: &'a HashSet<u128>,
    pub aside: &'a HashSet<u128>,
    pub now: Timestamp,
}

impl Ahead<'_> {
    /// What is to be done, in the order of the answer; then what is due on a list and in no line of it.
    pub(super) fn tasks(&self) -> Vec<BriefTask> {
        let due: BTreeMap<&str, Date> =
            self.answer.race.iter().filter_map(|row| Some((row.vulnerability.as_str(), row.due?))).collect();
        let due = self.turned.by_flaw(|flaw| due.get(flaw).copied());
        let answered = bits(self.answer.first.iter().flat_map(|action| &action.findings));
        let mut days: HashMap<u128, Date> = HashMap::new();
        let mut others = DueSoon::new();
        let soon = self.now.plus_seconds(DUE_SECONDS).date();
        for thread in self.turned.each().filter(|thread| thread.is_open_now) {
            let Some((flaw, _)) = thread.flaw() else { continue };
            let Some(day) = due.get(flaw.place()).copied().flatten() else { continue };
            if answered.contains(&thread.bits()) {
                days.insert(thread.bits(), day);
            } else if day <= soon && day >= self.now.date() && !self.aside.contains(&thread.bits()) {
                let (count, listed) = others.entry((day, self.turned.texts().text(flaw))).or_default();
                *count += 1;
                listed.insert(thread.id);
                if listed.len() > LISTED_MAX {
                    listed.pop_last();
                }
            }
        }
        let mut tasks: Vec<BriefTask> =
            self.answer.first.iter().map(|action| self.task(action, &days)).collect();
        tasks.extend(others.into_iter().map(|((day, flaw), (count, listed))| {
            let machines = if count == 1 { "machine" } else { "machines" };
            BriefTask {
                what: format!("close {flaw} on {count} {machines}"),
                entity: flaw.to_owned(),
                owner: None,
                due: Due::By(day),
                due_why: "on KEV",
                severity: Severity::High,
                findings: listed
                    .into_iter()
                    .map(|bits| FindingId::of_bits(u128::from_be_bytes(bits)))
                    .collect(),
            }
        }));
        tasks.truncate(TASKS_MAX);
        tasks
    }

    fn task(&self, action: &Action, days: &HashMap<u128, Date>) -> BriefTask {
        let work = action.findings.iter().filter_map(|id| self.answer.work.of.get(id));
        let in_work = work.clone().filter(|work| !work.is_set_aside).filter_map(|work| work.until).min();
        let on_list = action.findings.iter().filter_map(|id| days.get(&id.bits()?)).min();
        let today = self.now.date();
        let day = |day: Date| if day < today { Due::Overdue(day) } else { Due::By(day) };
        let (due, due_why) = match (in_work, on_list) {
            (Some(until), _) => (day(until.date()), "in work"),
            (None, Some(on_list)) => (day(*on_list), "on KEV"),
            (None, None) if action.severity == Severity::Critical => (Due::AtOnce, "critical"),
            (None, None) => (Due::Open, ""),
        };
        let holder = work.filter(|work| !work.is_set_aside).find_map(|work| work.owner.clone());
        BriefTask {
            what: action.what.clone(),
            entity: action.entity.clone(),
            owner: holder.or_else(|| action.owner.clone()),
            due,
            due_why,
            severity: action.severity,
            findings: action.findings.clone(),
        }
    }

    fn is_aside(&self, id: &FindingId) -> bool {
        self.answer.work.sets_aside(id)
    }

    /// What is to be decided, the most urgent first.
    pub(super) fn decisions(&self) -> Vec<DecisionWanted> {
        let all = [self.unclaimed(), self.reporting(), self.unsupported(), self.acceptances()];
        all.into_iter().flatten().collect()
    }

    /// Findings that are open now, are no step of a story, and are not set aside.
    fn open(&self) -> impl Iterator<Item = &Thread> {
        let is_counted = |thread: &&Thread| {
            thread.is_open_now && !self.steps.contains(&thread.bits()) && !self.aside.contains(&thread.bits())
        };
        self.turned.each().filter(is_counted)
    }

    fn unclaimed(&self) -> Option<DecisionWanted> {
        let owned = self.answer.work.of.iter().filter(|(_, work)| work.owner.is_some());
        let owned = bits(owned.map(|(id, _)| id));
        let critical =
            self.open().filter(|one| one.severity == Severity::Critical && !owned.contains(&one.bits()));
        self.wanted(DecisionAbout::Unclaimed, critical)
    }

    fn reporting(&self) -> Option<DecisionWanted> {
        let grave = |one: &&Thread| {
            matches!(one.touch(), Touch::Intrusion | Touch::MisusedAccount) && one.severity <= Severity::High
        };
        self.wanted(DecisionAbout::Reporting, self.open().filter(grave))
    }

    /// A decision about findings, the gravest kind first; `None`: there are none.
    fn wanted<'t>(
        &self,
        about: DecisionAbout,
        these: impl Iterator<Item = &'t Thread>,
    ) -> Option<DecisionWanted> {
        let (mut listed, mut day, mut title) = (Listed::default(), None::<Date>, String::new());
        for thread in these {
            self.turned.write_title(thread, &mut title);
            listed.add(thread.touch(), &title, thread);
            day = day.into_iter().chain([thread.learnt.date()]).min();
        }
        let (count, day) = (listed.count, Some(day?));
        let (names, findings) = listed.first().map(|(_, title, id)| (title, id)).unzip();
        Some(DecisionWanted { about, count, facing: None, names, findings, day })
    }

    fn unsupported(&self) -> Option<DecisionWanted> {
        let check = self.answer.checks.iter().find(|check| check.id == UNSUPPORTED)?;
        let id = check.finding.as_ref().filter(|id| !self.is_aside(id))?;
        if check.answer != CheckAnswer::Fail {
            return None;
        }
        let gap = self.answer.findings.iter().find(|one| one.kind == FindingKind::Gap && one.id == *id)?;
        let facing = gap.reasons.iter().find_map(|reason| {
            reason.strip_suffix(" of them internet-facing").and_then(|count| count.parse::<u64>().ok())
        });
        Some(DecisionWanted {
            about: DecisionAbout::Unsupported,
            count: check.failed,
            facing,
            names: Vec::new(),
            findings: vec![id.clone()],
            day: None,
        })
    }

    fn acceptances(&self) -> Option<DecisionWanted> {
        let until = self.now.plus_seconds(AHEAD_SECONDS);
        let ends = self.answer.work.of.iter().filter_map(|(id, work)| {
            let end = work.until.filter(|end| work.is_set_aside && *end <= until)?;
            Some((end, work.title.clone(), id.clone()))
        });
        let mut ends: Vec<(Timestamp, String, FindingId)> = ends.collect();
        ends.sort();
        let count = u64::try_from(ends.len()).unwrap_or(u64::MAX);
        let day = ends.first().map(|(end, ..)| end.date())?;
        ends.truncate(LISTED_MAX);
        let (names, findings) = ends.into_iter().map(|(_, title, id)| (title, id)).unzip();
        let about = DecisionAbout::AcceptanceEnds;
        Some(DecisionWanted { about, count, facing: None, names, findings, day: Some(day) })
    }
}
