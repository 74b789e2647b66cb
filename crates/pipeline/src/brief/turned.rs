//! What opened and closed in a period, of the turns thread by thread: the state before it, in it, at its end, and now.
//!
//! A thread is followed through changes of its name, so that a finding counts once. What a finding is to people is read of
//! its key, grade and title alone: of one that is closed nothing else is kept. Of a million threads each takes some fifty
//! bytes: titles are kept as the texts that they are made of, and written when they are compared or shown.

use super::listed::Listed;
use super::thread::{Thread, Title};
use findings::{Texts, TurnHead, WhatHead, Why};
use model::brief::{BriefDone, FindingsOf, Period, Touch, TouchRow};
use model::{Decision, FindingKind, Severity};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::TurnAt;

/// All of them.
pub(super) struct Turned<'p> {
    period: &'p Period,
    /// In the order of their numbers.
    threads: Vec<Thread>,
    texts: Texts,
}

impl<'p> Turned<'p> {
    pub(super) fn new(period: &'p Period) -> Self {
        Self { period, threads: Vec::new(), texts: Texts::default() }
    }

    /// Takes one turn in; turns come thread by thread, those of a thread in their order.
    pub(super) fn take(&mut self, TurnAt { thread: number, at, .. }: TurnAt, turn: &TurnHead<'_>) {
        let (touch, is_closed) = (touch_of(turn), matches!(turn.what, WhatHead::Closed(_)));
        let (id, title) = (turn.id.to_be_bytes(), self.title(turn));
        if self.threads.last().is_none_or(|last| last.number != number) {
            self.threads.push(Thread {
                number,
                learnt: at,
                id,
                title,
                before: None,
                end: None,
                last: touch,
                opened: false,
                why: None,
                is_open_now: false,
                severity: turn.grade.severity,
            });
        }
        let Some(known) = self.threads.last_mut() else { return };
        known.is_open_now = !is_closed;
        if at >= self.period.until {
            return;
        }
        known.opened |= at >= self.period.since && !is_closed && known.end.is_none();
        known.end = (!is_closed).then_some(touch);
        known.why = match turn.what {
            WhatHead::Closed(why) => Some(why),
            _ => None,
        };
        if at < self.period.since {
            known.before = known.end;
        }
        (known.last, known.id, known.title) = (touch, id, title);
        known.severity = turn.grade.severity;
    }

    fn title(&mut self, turn: &TurnHead<'_>) -> Title {
        match turn.exposure() {
            Some((flaw, product, host)) => {
                let [flaw, product, host] = [flaw, product, host].map(|text| self.texts.id(text));
                Title(flaw, Some((product, host)))
            }
            None => Title(self.texts.id(turn.title), None),
        }
    }

    /// Writes the title of a thread in place of a text.
    pub(super) fn write_title(&self, thread: &Thread, text: &mut String) {
        let Title(first, rest) = thread.title;
        text.clear();
        text.push_str(self.texts.text(first));
        if let Some((product, host)) = rest {
            for part in [" in ", self.texts.text(product), " on ", self.texts.text(host)] {
                text.push_str(part);
            }
        }
    }

    /// The title of a thread.
    pub(super) fn title_of(&self, thread: &Thread) -> String {
        let mut title = String::new();
        self.write_title(thread, &mut title);
        title
    }

    /// The texts that flaws and machines are numbers of.
    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// What is known of each flaw, by the place of its number: asked once for a flaw, and not for each of its machines.
    pub(super) fn by_flaw<T: Clone>(&self, known: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
        self.texts.each().map(|(_, text)| known(text)).collect()
    }

    /// Every finding that was there up to the end of the period, in the order of their threads.
    pub(super) fn each(&self) -> impl Iterator<Item = &Thread> {
        self.threads.iter().filter(|thread| thread.learnt < self.period.until)
    }

    /// These findings, each with what is known of it.
    pub(super) fn these(&self, wanted: &HashSet<u128>) -> HashMap<u128, &Thread> {
        let wanted = self.each().filter(|thread| wanted.contains(&thread.bits()));
        wanted.map(|thread| (thread.bits(), thread)).collect()
    }

    /// The rows of what touches us; `steps` are part of stories, and count with them.
    pub(super) fn rows(&self, steps: &HashSet<u128>, aside: &HashSet<u128>) -> Vec<TouchRow> {
        let (mut rows, mut title) = (BTreeMap::<Touch, Row>::new(), String::new());
        for thread in self.each().filter(|thread| !steps.contains(&thread.bits())) {
            self.write_title(thread, &mut title);
            let add = |listed: &mut Listed<Severity>| listed.add(thread.severity, &title, thread);
            match (thread.before, thread.end) {
                (before, Some(end)) => {
                    let row = rows.entry(end).or_default();
                    add(&mut row.open);
                    row.set_aside += u64::from(aside.contains(&thread.bits()));
                    match before {
                        None => add(&mut row.new),
                        Some(other) if other != end => {
                            row.moved_in += 1;
                            rows.entry(other).or_default().moved_out += 1;
                        }
                        Some(_) => {}
                    }
                }
                (Some(before), None) => add(&mut rows.entry(before).or_default().closed),
                (None, None) if thread.opened => {
                    let row = rows.entry(thread.last).or_default();
                    add(&mut row.new);
                    add(&mut row.closed);
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
    pub(super) fn done(&self, steps: &HashSet<u128>) -> Vec<BriefDone> {
        let (mut by_why, mut title) = (BTreeMap::<Why, Listed<Severity>>::new(), String::new());
        let is_counted = |thread: &&Thread| {
            !thread.is_open() && (thread.before.is_some() || thread.opened) && !steps.contains(&thread.bits())
        };
        for thread in self.each().filter(is_counted) {
            if let Some(why) = thread.why {
                self.write_title(thread, &mut title);
                by_why.entry(why).or_default().add(thread.severity, &title, thread);
            }
        }
        let done = by_why.into_iter().map(|(why, listed)| {
            let FindingsOf { count, listed } = listed.made();
            let what = format!("closed: {}", why.words());
            BriefDone { what, by_people: why == Why::Fixed, count, findings: listed }
        });
        done.collect()
    }

    /// What people did about these threads.
    pub(super) fn done_by_people(&self, state: &'static str, threads: &[u64]) -> BriefDone {
        let mut listed = Listed::default();
        for number in threads {
            let place = self.threads.binary_search_by_key(number, |thread| thread.number);
            if let Some(thread) = place.ok().and_then(|place| self.threads.get(place)) {
                listed.add(thread.severity, &self.title_of(thread), thread);
            }
        }
        let FindingsOf { count, listed } = listed.made();
        BriefDone { what: state.to_owned(), by_people: true, count, findings: listed }
    }
}

/// A row while it is counted.
#[derive(Default)]
struct Row {
    before: u64,
    new: Listed<Severity>,
    moved_in: u64,
    moved_out: u64,
    closed: Listed<Severity>,
    open: Listed<Severity>,
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
fn touch_of(turn: &TurnHead<'_>) -> Touch {
    match turn.kind {
        FindingKind::Chain => Touch::Intrusion,
        FindingKind::Sighting => Touch::Sign,
        FindingKind::Gap => Touch::Control,
        FindingKind::Exposure => match turn.grade.decision {
            Some(Decision::Act) => Touch::FlawAct,
            Some(Decision::Attend) => Touch::FlawAttend,
            _ => Touch::FlawTrack,
        },
        FindingKind::Compromise => {
            // `VALUE (ours): what was seen`; a title without the words in brackets says how an account was used here.
            let head = turn.title.split(": ").next().unwrap_or_default();
            let whose = head.strip_suffix(')').and_then(|head| Some(head.rsplit_once(" (")?.1));
            match whose {
                Some("ours") if turn.name.contains('@') => Touch::OwnAccount,
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
    use findings::{Key, Turn, What, exposure_id};
    use model::Certainty;
    use model::{FindingId, Timestamp};
    use proptest::prelude::*;
    use std::sync::Arc;

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
        let mut turns: Vec<(TurnAt, Turn)> = Vec::new();
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
            turns.push((TurnAt { seq: 0, thread: *thread, at: at(*day) }, turn));
        }
        turns.sort_by_key(|(at, _)| at.thread);
        let mut turned = Turned::new(&period);
        turns.iter().for_each(|(at, turn)| turned.take(*at, &turn.head().expect("an identifier")));
        turned.rows(&HashSet::new(), &HashSet::new())
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
            let turn = Turn { id, title: Arc::from(title), key, grade, what: What::Opened };
            touch_of(&turn.head().expect("an identifier"))
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
