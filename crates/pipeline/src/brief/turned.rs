//! What opened and closed in a period, of the turns in order: the state before it, in it, at its end, and now.
//!
//! A thread is followed through changes of its name, so that a finding counts once. What a finding is to people is read of
//! its key, grade and title alone: of one that is closed nothing else is kept.

use findings::{Key, Turn, What, Why};
use model::brief::{BriefDone, Counted, FindingsOf, Period, Touch, TouchRow};
use model::{Decision, FindingId, Severity, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// One finding over time.
#[derive(Clone, Debug)]
pub(super) struct Thread {
    /// What it was when the period began, if it was open.
    before: Option<Touch>,
    /// What it was at the end of the period, if it was open.
    end: Option<Touch>,
    /// What it was last in the period.
    last: Touch,
    /// Whether it was opened in the period.
    opened: bool,
    /// Why it was closed, at the end of the period.
    why: Option<Why>,
    /// Whether it is open now.
    pub(super) is_open_now: bool,
    /// When it was opened first.
    pub(super) learnt: Timestamp,
    pub(super) id: FindingId,
    pub(super) title: Arc<str>,
    pub(super) severity: Severity,
}

impl Thread {
    /// What it was last, up to the end of the period.
    pub(super) fn touch(&self) -> Touch {
        self.last
    }

    /// The flaw and the machine of an exposure, as its title has them.
    pub(super) fn flaw(&self) -> Option<(&str, &str)> {
        let is_flaw = matches!(self.last, Touch::FlawAct | Touch::FlawAttend | Touch::FlawTrack);
        let (flaw, rest) = self.title.split_once(" in ").filter(|_| is_flaw)?;
        Some((flaw, rest.rsplit_once(" on ")?.1))
    }

    /// Whether it is open at the end of the period.
    pub(super) fn is_open(&self) -> bool {
        self.end.is_some()
    }

    /// Whether it was opened in the period, and not there before.
    pub(super) fn is_new(&self) -> bool {
        self.before.is_none() && self.opened
    }
}

/// All of them.
pub(super) struct Turned<'p> {
    period: &'p Period,
    threads: HashMap<u64, Thread>,
}

impl<'p> Turned<'p> {
    pub(super) fn new(period: &'p Period) -> Self {
        Self { period, threads: HashMap::new() }
    }

    /// Takes one turn of a thread in; turns come in their order.
    pub(super) fn take(&mut self, thread: u64, at: Timestamp, turn: Turn) {
        let (touch, is_closed) = (touch_of(&turn), matches!(turn.what, What::Closed { .. }));
        let known = self.threads.entry(thread).or_insert_with(|| Thread {
            before: None,
            end: None,
            last: touch,
            opened: false,
            why: None,
            is_open_now: false,
            learnt: at,
            id: turn.id.clone(),
            title: Arc::clone(&turn.title),
            severity: turn.grade.severity,
        });
        known.is_open_now = !is_closed;
        if at >= self.period.until {
            return;
        }
        known.opened |= at >= self.period.since && !is_closed && known.end.is_none();
        known.end = (!is_closed).then_some(touch);
        known.why = match turn.what {
            What::Closed { why, .. } => Some(why),
            _ => None,
        };
        if at < self.period.since {
            known.before = known.end;
        }
        (known.last, known.id, known.title) = (touch, turn.id, turn.title);
        known.severity = turn.grade.severity;
    }

    /// Every finding that was there up to the end of the period, in no order.
    pub(super) fn each(&self) -> impl Iterator<Item = &Thread> {
        self.threads.values().filter(|thread| thread.learnt < self.period.until)
    }

    /// These findings, each with what is known of it.
    pub(super) fn these(&self, wanted: &HashSet<&FindingId>) -> HashMap<&FindingId, &Thread> {
        let wanted = self.each().filter(|thread| wanted.contains(&thread.id));
        wanted.map(|thread| (&thread.id, thread)).collect()
    }

    /// The rows of what touches us; `steps` are part of stories, and count with them.
    pub(super) fn rows(
        &self,
        steps: &HashSet<&FindingId>,
        is_aside: &dyn Fn(&FindingId) -> bool,
    ) -> Vec<TouchRow> {
        let mut rows: BTreeMap<Touch, Row> = BTreeMap::new();
        for thread in self.each().filter(|thread| !steps.contains(&thread.id)) {
            match (thread.before, thread.end) {
                (before, Some(end)) => {
                    let row = rows.entry(end).or_default();
                    row.open.add(thread);
                    row.set_aside += u64::from(is_aside(&thread.id));
                    match before {
                        None => row.new.add(thread),
                        Some(other) if other != end => {
                            row.moved_in += 1;
                            rows.entry(other).or_default().moved_out += 1;
                        }
                        Some(_) => {}
                    }
                }
                (Some(before), None) => rows.entry(before).or_default().closed.add(thread),
                (None, None) if thread.opened => {
                    let row = rows.entry(thread.last).or_default();
                    row.new.add(thread);
                    row.closed.add(thread);
                }
                (None, None) => {}
            }
            if let Some(before) = thread.before {
                rows.entry(before).or_default().before += 1;
            }
        }
        Touch::ALL.iter().map(|touch| rows.remove(touch).unwrap_or_default().made(*touch)).collect()
    }

    /// What was closed in the period, by the reason.
    pub(super) fn done(&self, steps: &HashSet<&FindingId>) -> Vec<BriefDone> {
        let mut by_why: BTreeMap<Why, Listed> = BTreeMap::new();
        let is_counted = |thread: &&Thread| {
            !steps.contains(&thread.id) && !thread.is_open() && (thread.before.is_some() || thread.opened)
        };
        for thread in self.each().filter(is_counted) {
            if let Some(why) = thread.why {
                by_why.entry(why).or_default().add(thread);
            }
        }
        let done = by_why.into_iter().map(|(why, listed)| {
            let FindingsOf { count, listed } = listed.made();
            let what = format!("closed: {}", why.words());
            BriefDone { what, by_people: why == Why::Fixed, count, findings: listed }
        });
        done.collect()
    }
}

impl Turned<'_> {
    /// What people did about these threads.
    pub(super) fn done_by_people(&self, state: &'static str, threads: &[u64]) -> BriefDone {
        let mut listed = Listed::default();
        threads.iter().filter_map(|thread| self.threads.get(thread)).for_each(|thread| listed.add(thread));
        let FindingsOf { count, listed } = listed.made();
        BriefDone { what: state.to_owned(), by_people: true, count, findings: listed }
    }
}

/// Findings while they are counted: only the first in order are kept.
#[derive(Default)]
struct Listed {
    count: u64,
    first: BTreeSet<(Severity, Arc<str>, FindingId)>,
}

impl Listed {
    fn add(&mut self, thread: &Thread) {
        self.count += 1;
        let is_full = self.first.len() >= FindingsOf::LISTED_MAX;
        let last = self.first.last().filter(|_| is_full);
        let is_beyond = last.is_some_and(|(severity, title, id)| {
            (*severity, &**title, id) <= (thread.severity, &*thread.title, &thread.id)
        });
        if is_beyond {
            return;
        }
        self.first.insert((thread.severity, Arc::clone(&thread.title), thread.id.clone()));
        if is_full {
            self.first.pop_last();
        }
    }

    fn made(self) -> FindingsOf {
        let listed = self.first.into_iter().map(|(severity, title, id)| Counted {
            severity,
            title: title.to_string(),
            id,
        });
        FindingsOf { count: self.count, listed: listed.collect() }
    }
}

/// A row while it is counted.
#[derive(Default)]
struct Row {
    before: u64,
    new: Listed,
    moved_in: u64,
    moved_out: u64,
    closed: Listed,
    open: Listed,
    set_aside: u64,
}

impl Row {
    fn made(self, touch: Touch) -> TouchRow {
        TouchRow {
            touch,
            before: self.before,
            new: self.new.made(),
            moved_in: self.moved_in,
            moved_out: self.moved_out,
            closed: self.closed.made(),
            open: self.open.made(),
            set_aside: self.set_aside,
        }
    }
}

/// What a finding is to people.
pub(super) fn touch_of(turn: &Turn) -> Touch {
    match &turn.key {
        Key::Story(..) => Touch::Intrusion,
        Key::Sighting(..) => Touch::Sign,
        Key::Gap(_) => Touch::Control,
        Key::Exposure(_) => match turn.grade.decision {
            Some(Decision::Act) => Touch::FlawAct,
            Some(Decision::Attend) => Touch::FlawAttend,
            _ => Touch::FlawTrack,
        },
        Key::Compromise(value) => {
            // `VALUE (ours): what was seen`; a title without the words in brackets says how an account was used here.
            let head = turn.title.split(": ").next().unwrap_or_default();
            let whose = head.strip_suffix(')').and_then(|head| Some(head.rsplit_once(" (")?.1));
            match whose {
                Some("ours") if value.contains('@') => Touch::OwnAccount,
                Some("ours") => Touch::OwnMachine,
                Some(_) => Touch::Partner,
                None => Touch::MisusedAccount,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use findings::exposure_id;
    use model::Certainty;
    use proptest::prelude::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_seconds(day * 86_400).expect("a time")
    }

    fn period() -> Period {
        let (since, until) = (at(10), at(20));
        Period { name: String::new(), since, until, local: (since, until), zone: "UTC".to_owned() }
    }

    fn turn(thread: u64, decision: Decision, what: What) -> Turn {
        let product: Arc<str> = Arc::from("product");
        let grade = findings::Grade {
            severity: Severity::High,
            certainty: Certainty::Likely,
            decision: Some(decision),
        };
        Turn {
            id: exposure_id("CVE-1", &thread.to_string(), &product),
            title: Arc::from(format!("CVE-1 in product on host-{thread}")),
            key: Key::Exposure(product),
            grade,
            what,
        }
    }

    /// A step of a thread: the day, the thread, the decision; `None`: it is closed.
    type Step = (i64, u64, Option<bool>);

    fn decision(is_act: bool) -> Decision {
        if is_act { Decision::Act } else { Decision::Attend }
    }

    /// What is open before a day, thread by thread: each step is asked anew.
    fn open_before(steps: &[Step], day: i64) -> BTreeMap<u64, bool> {
        let mut open = BTreeMap::new();
        for (at, thread, state) in steps.iter().filter(|(at, ..)| *at < day) {
            let _ = at;
            match state {
                Some(is_act) => _ = open.insert(*thread, *is_act),
                None => _ = open.remove(thread),
            }
        }
        open
    }

    fn rows_of(steps: &[Step]) -> Vec<TouchRow> {
        let period = period();
        let mut turned = Turned::new(&period);
        let mut open: BTreeMap<u64, bool> = BTreeMap::new();
        let mut last: BTreeMap<u64, bool> = BTreeMap::new();
        for (day, thread, state) in steps {
            let turn = match (state, open.contains_key(thread)) {
                (Some(is_act), false) => turn(*thread, decision(*is_act), What::Opened),
                (Some(is_act), true) => {
                    let was = turn(*thread, Decision::Track, What::Opened).grade;
                    turn(*thread, decision(*is_act), What::Changed { was })
                }
                (None, true) => {
                    turn(*thread, decision(last[thread]), What::Closed { why: Why::Fixed, into: None })
                }
                (None, false) => continue,
            };
            match state {
                Some(is_act) => {
                    open.insert(*thread, *is_act);
                    last.insert(*thread, *is_act);
                }
                None => _ = open.remove(thread),
            }
            turned.take(*thread, at(*day), turn);
        }
        turned.rows(&HashSet::new(), &|_| false)
    }

    proptest! {
        #[test]
        fn counts_are_those_of_a_naive_twin(mut steps in prop::collection::vec((0i64..30, 0u64..6, prop::option::of(any::<bool>())), 0..60)) {
            steps.sort_by_key(|(day, ..)| *day);
            let rows = rows_of(&steps);
            let (before, end) = (open_before(&steps, 10), open_before(&steps, 20));
            for row in &rows {
                let is_act = row.touch == Touch::FlawAct;
                if !matches!(row.touch, Touch::FlawAct | Touch::FlawAttend) {
                    prop_assert_eq!(row.open.count + row.new.count + row.closed.count, 0);
                    continue;
                }
                let of = |open: &BTreeMap<u64, bool>| open.values().filter(|act| **act == is_act).count() as u64;
                prop_assert_eq!(row.before, of(&before));
                prop_assert_eq!(row.open.count, of(&end));
                let came = end.iter().filter(|(thread, act)| **act == is_act && !before.contains_key(thread)).count() as u64;
                prop_assert!(row.new.count >= came);
                // What was opened and closed within the period is new and closed.
                let passed = row.new.count - came;
                let went = before.iter().filter(|(thread, act)| **act == is_act && !end.contains_key(thread)).count() as u64;
                prop_assert_eq!(row.closed.count, went + passed);
                prop_assert_eq!(row.before + row.new.count + row.moved_in - row.closed.count - row.moved_out, row.open.count);
            }
        }
    }

    #[test]
    fn only_the_first_in_order_are_listed_and_all_are_counted() {
        let steps: Vec<Step> = (0..FindingsOf::LISTED_MAX as u64 + 1).map(|n| (11, n, Some(true))).collect();
        let rows = rows_of(&steps);
        let act = rows.iter().find(|row| row.touch == Touch::FlawAct).expect("a row");
        assert_eq!(act.open.count, 101);
        let titles: Vec<&str> = act.open.listed.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles.len(), FindingsOf::LISTED_MAX);
        assert!(titles.is_sorted() && !titles.contains(&"CVE-1 in product on host-99"), "{titles:?}");
    }

    #[test]
    fn what_a_report_is_about_is_read_of_its_title() {
        let of = |value: &str, title: &str| {
            let key = Key::Compromise(value.to_owned());
            let grade =
                findings::Grade { severity: Severity::High, certainty: Certainty::Certain, decision: None };
            let id = FindingId::derive(&[value]);
            touch_of(&Turn { id, title: Arc::from(title), key, grade, what: What::Opened })
        };
        let sinkhole = "contact with a sinkhole (mirai)";
        assert_eq!(
            of("198.51.100.20", &format!("198[.]51[.]100[.]20 (gate) (ours): {sinkhole}")),
            Touch::OwnMachine
        );
        assert_eq!(of("a@b.example", "a (ours): account in a leak"), Touch::OwnAccount);
        assert_eq!(
            of("192.0.2.70", &format!("192[.]0[.]2[.]70 (supplier Tide): {sinkhole}")),
            Touch::Partner
        );
        // What a record says cannot make a misuse a mere report.
        let misused = "a logged in without MFA on 2026-06-14: account for x (ours): y";
        assert_eq!(of("a@b.example", misused), Touch::MisusedAccount);
    }
}
