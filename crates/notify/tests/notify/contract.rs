//! The contract, for any sequence of turns, tries, restarts, wrong clocks and changes of mind.
//!
//! A world of five threads lives through a drawn sequence of steps; the home is made anew of its store before each. What
//! the receivers got is then held against naive rules, which are written again here and share no code with the room: who is
//! meant, who had the original, in which order, how often.

use crate::home::{Home, Zones};
use model::{FindingKind, Happened, NoticeId, Severity, Tlp, Topic};
use notify::{
    Because, Contacts, Every, Filter, Key, Outcome, Present, QuietHours, Ready, Row, State, Strength,
    Subscription, TimeZone, Turned, Weekday, When, Why, Working, Zone,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type Means = fn(&Turned) -> bool;

/// Filters, and what they mean, written twice.
const FILTERS: &[(&str, Means)] = &[
    ("all", |_| true),
    ("severity >= high", |t| matches!(t.severity, Severity::Critical | Severity::High)),
    ("kind = story", |t| t.topic == Topic::Finding(FindingKind::Chain)),
    ("kind = gap or kind = service", |t| {
        matches!(t.topic, Topic::Service | Topic::Finding(FindingKind::Gap))
    }),
    ("strength in (acted, succeeded)", |t| matches!(t.strength, Some(Strength::Acted | Strength::Succeeded))),
    ("happened = opened", |t| t.happened == Happened::Opened),
    ("owner = platform and not severity = low", |t| {
        t.owners.iter().any(|owner| owner == "platform") && t.severity != Severity::Low
    }),
    ("tlp <= green", |t| matches!(t.tlp, Tlp::Unmarked | Tlp::Clear | Tlp::Green)),
];

const WHENS: &[When] = &[
    When::AtOnce,
    When::AtOnce,
    When::Lasting { seconds: 3600, hour: 7 },
    When::Digest(Every::Hour),
    When::Digest(Every::Day { hour: 2 }),
    When::Digest(Every::Week { weekday: Weekday::Wednesday, hour: 9 }),
    When::Digest(Every::Month { hour: 0 }),
];

/// Audiences and their destinations. Two share one; one owner has none.
const ADDRESSES: &[(&str, &[&str])] = &[
    ("lead", &["mail"]),
    ("analyst", &["chat", "mail"]),
    ("operator", &["chat"]),
    ("owner:platform", &["mail"]),
    ("person:bo", &["chat"]),
];

#[derive(Clone, Debug)]
struct Wish {
    filter: usize,
    to: usize,
    when: usize,
    quiet: bool,
    berlin: bool,
    ceiling: usize,
    by_pager: bool,
    says_nothing_new: bool,
}

#[derive(Clone, Debug)]
struct Drawn {
    thread: usize,
    what: usize,
    severity: usize,
    tlp: usize,
    strength: usize,
    owner: usize,
    story: bool,
    bulk: bool,
}

#[derive(Clone, Debug)]
enum Step {
    /// Turns that happen at once.
    Turns(Vec<Drawn>),
    /// What a finding is changes, and that is no turn.
    Silently(Drawn, usize),
    /// Somebody gets the work.
    Assign(usize, bool),
    /// Seconds; also backwards.
    Clock(i64),
    /// Everything that is due is tried; each number is how far a try comes.
    Tries(Vec<u8>),
    Remind,
    Unsubscribe(usize),
    Gone(usize),
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = (0..FILTERS.len(), 0..5usize, 0..WHENS.len(), any::<bool>(), any::<bool>(), 1..6usize, 0..8u8);
    let wish = wish.prop_map(|(filter, to, when, quiet, berlin, ceiling, rest)| Wish {
        filter,
        to,
        when,
        quiet,
        berlin,
        ceiling,
        by_pager: rest == 0,
        says_nothing_new: rest > 4,
    });
    prop::collection::vec(wish, 1..5)
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (0..5usize, 0..12usize, 0..4usize, 0..6usize, 0..4usize, 0..4usize, any::<bool>(), 0..8u8).prop_map(
        |(thread, what, severity, tlp, strength, owner, story, bulk)| Drawn {
            thread,
            what,
            severity,
            tlp,
            strength,
            owner,
            story,
            bulk: bulk == 0,
        },
    )
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let clock = prop_oneof![
        8 => 0..7200i64,
        4 => 3600..4 * 86_400i64,
        1 => -4 * 86_400..0i64,
        1 => prop_oneof![Just(400 * 86_400i64), Just(-400 * 86_400i64)],
    ];
    let step = prop_oneof![
        8 => prop::collection::vec(drawn(), 1..4).prop_map(Step::Turns),
        2 => (drawn(), 0..5usize).prop_map(|(drawn, how)| Step::Silently(drawn, how)),
        1 => (0..5usize, any::<bool>()).prop_map(|(thread, own)| Step::Assign(thread, own)),
        6 => clock.prop_map(Step::Clock),
        8 => prop::collection::vec(0..16u8, 1..6).prop_map(Step::Tries),
        1 => Just(Step::Remind),
        1 => (0..4usize).prop_map(Step::Unsubscribe),
        1 => (0..12usize).prop_map(Step::Gone),
    ];
    prop::collection::vec(step, 1..30)
}

/// A row that a receiver got for the first time.
struct Got {
    key: Key,
    /// The turns that it said.
    turns: Vec<Key>,
}

struct World {
    home: Home,
    means: BTreeMap<String, Means>,
    off: BTreeSet<String>,
    routed: Vec<(Turned, BTreeSet<(String, String)>)>,
    got: Vec<Got>,
    bytes: BTreeMap<Key, Vec<u8>>,
    taken: BTreeSet<Key>,
    numbers: BTreeMap<(String, String), Vec<NoticeId>>,
    /// After how many turns the row of a turn was composed.
    composed: BTreeMap<Key, usize>,
}

fn world(wishes: &[Wish], small: bool) -> World {
    let mut means = BTreeMap::new();
    let subscriptions = wishes.iter().enumerate().map(|(n, wish)| {
        let (filter, mean) = FILTERS[wish.filter];
        let name = format!("subscription {n}");
        means.insert(name.clone(), mean);
        let to = ["lead", "analyst", "operator", "owner", "party"][wish.to];
        Subscription {
            when: WHENS[wish.when],
            by: if wish.by_pager { vec!["pager".to_owned()] } else { Vec::new() },
            quiet: wish.quiet.then_some(QuietHours { from: 20 * 60, to: 5 * 60 }),
            zone: if wish.berlin {
                TimeZone::Named("Europe/Berlin".to_owned())
            } else {
                TimeZone::Fixed(345)
            },
            ceiling: Tlp::ALL[wish.ceiling],
            says_nothing_new: wish.says_nothing_new,
            ..Subscription::new(&name, to, Filter::parse(filter).expect("a filter"))
        }
    });
    let mut contacts = Contacts::default();
    for (audience, destinations) in ADDRESSES {
        contacts.set(audience, destinations);
    }
    contacts.set_second("lead", &["pager"]);
    let mut home = Home::new(subscriptions.collect(), contacts, "2026-10-24T12:00:00Z");
    if small {
        home.limits.digest_turns = 2;
        home.limits.an_hour = 3;
    }
    World {
        home,
        means,
        off: BTreeSet::new(),
        routed: Vec::new(),
        got: Vec::new(),
        bytes: BTreeMap::new(),
        taken: BTreeSet::new(),
        numbers: BTreeMap::new(),
        composed: BTreeMap::new(),
    }
}

fn marking(turned: &Turned) -> Tlp {
    if turned.tlp == Tlp::Unmarked { Tlp::AmberStrict } else { turned.tlp }
}

impl World {
    /// Naively: who is meant by a turn and may see it, by which destinations.
    fn meant(&self, turned: &Turned) -> BTreeSet<(String, String)> {
        let usable = |all: &[&str], avoid: bool| -> Vec<String> {
            let avoided = turned.not_by.as_deref().filter(|_| avoid);
            let may = |d: &&&str| !self.off.contains(**d) && avoided != Some(**d);
            all.iter().filter(may).map(|d| (*d).to_owned()).collect()
        };
        let address = |audience: &str, avoid: bool| {
            ADDRESSES.iter().find(|(name, _)| *name == audience).map_or(Vec::new(), |(_, d)| usable(d, avoid))
        };
        let mut pairs = BTreeSet::new();
        for subscription in &self.home.subscriptions {
            if !self.means[&subscription.name](turned) || marking(turned) > subscription.ceiling {
                continue;
            }
            let names: Vec<String> = match subscription.to.as_str() {
                "owner" if !turned.owners.is_empty() => {
                    turned.owners.iter().map(|owner| format!("owner:{owner}")).collect()
                }
                "owner" | "party" => vec!["lead".to_owned()],
                other => vec![other.to_owned()],
            };
            for name in names {
                let by: Vec<&str> = subscription.by.iter().map(String::as_str).collect();
                let choices = [
                    (name.as_str(), usable(&by, true)),
                    (name.as_str(), address(&name, true)),
                    ("lead", address("lead", true)),
                    (name.as_str(), address(&name, false)),
                    ("lead", address("lead", false)),
                ];
                let choice = choices.into_iter().find(|(_, destinations)| !destinations.is_empty());
                let (audience, destinations) = choice.unwrap_or(("lead", Vec::new()));
                let nowhere = destinations.is_empty().then(String::new);
                pairs.extend(destinations.into_iter().chain(nowhere).map(|d| (audience.to_owned(), d)));
            }
        }
        pairs
    }

    fn turned(&mut self, drawn: &Drawn) -> Option<Turned> {
        let thread = ["story", "sighting", "gap", "exposure", "log gap"][drawn.thread];
        let topic = match thread {
            "story" => Topic::Finding(FindingKind::Chain),
            "sighting" => Topic::Finding(FindingKind::Sighting),
            "gap" => Topic::Finding(FindingKind::Gap),
            "exposure" => Topic::Finding(FindingKind::Exposure),
            _ => Topic::Service,
        };
        let was = self.home.present.get(thread).map(|present| present.is_open);
        let happened = match (was, drawn.what) {
            (None, _) | (Some(false), 0..10) => Happened::Opened,
            (Some(true), 0..4) => Happened::Raised,
            (Some(true), 4) => Happened::ActiveAgain,
            (Some(true), 5..9) => Happened::Closed,
            (Some(true), 9..11) => Happened::Corrected,
            (Some(_), _) => Happened::Withdrawn,
        };
        self.home.seq += 1;
        let severity = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low][drawn.severity];
        let strengths = [None, Some(Strength::Tried), Some(Strength::Succeeded), Some(Strength::Acted)];
        let owners: &[&str] = [&[][..], &["platform"], &["network"], &["platform", "network"]][drawn.owner];
        Some(Turned {
            severity,
            tlp: Tlp::ALL[drawn.tlp],
            strength: strengths[drawn.strength],
            owners: owners.iter().map(|&owner| owner.to_owned()).collect(),
            story: drawn.story.then(|| "e4d82c85".to_owned()),
            bulk: drawn.bulk.then(|| "first".to_owned()),
            ..Turned::new(self.home.seq, self.home.now, thread, topic, happened)
        })
    }

    fn route(&mut self, turns: Vec<Turned>) {
        self.home.route(&turns);
        let stored = self.home.stored.clone();
        self.home.route(&turns);
        assert!(stored == self.home.stored, "turns that were routed before change nothing");
        for turned in turns {
            let pairs = if turned.assigned.is_some() { BTreeSet::new() } else { self.meant(&turned) };
            self.routed.push((turned, pairs));
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Turns(all) => {
                let mut turns: Vec<Turned> = Vec::new();
                for drawn in all {
                    // Turns of one batch see each other.
                    let Some(turned) = self.turned(drawn) else { continue };
                    let is_open = !matches!(turned.happened, Happened::Closed | Happened::Withdrawn);
                    let present = Present { turned: turned.clone(), is_open };
                    self.home.present.insert(turned.thread.clone(), present);
                    turns.push(turned);
                }
                self.route(turns);
            }
            Step::Silently(drawn, how) => {
                let thread = ["story", "sighting", "gap", "exposure", "log gap"][drawn.thread];
                if let Some(present) = self.home.present.get_mut(thread) {
                    match how {
                        0 => present.turned.tlp = Tlp::ALL[drawn.tlp],
                        1 => present.turned.working = Working::Accepted,
                        2 => present.turned.holder = Some("anna".to_owned()),
                        3 => present.is_open = false,
                        _ => present.turned.severity = Severity::Low,
                    }
                }
            }
            Step::Assign(thread, own) => {
                let thread = ["story", "sighting", "gap", "exposure", "log gap"][*thread];
                let Some(present) = self.home.present.get(thread).filter(|p| p.is_open) else { return };
                self.home.seq += 1;
                let by = if *own { "bo" } else { "anna" }.to_owned();
                let assigned = Some(notify::Assigned { to: "bo".to_owned(), by });
                let turned = Turned { seq: self.home.seq, assigned, ..present.turned.clone() };
                self.route(vec![turned]);
            }
            Step::Clock(seconds) => {
                self.home.now = self.home.now.plus_seconds(*seconds);
                self.route(Vec::new());
            }
            Step::Tries(far) => {
                let due = self.home.due();
                for (key, far) in due.iter().zip(far.iter().cycle()) {
                    self.attempt(key, *far);
                }
            }
            Step::Remind => self.home.remind(),
            Step::Unsubscribe(n) if self.home.subscriptions.len() > 1 => {
                let n = n % self.home.subscriptions.len();
                self.home.subscriptions.remove(n);
            }
            Step::Unsubscribe(_) => {}
            Step::Gone(n) => {
                if let Some(destination) = ["mail", "chat", "pager"].get(*n) {
                    self.home.contacts.switch(destination, false);
                    self.off.insert((*destination).to_owned());
                    self.route(Vec::new());
                }
            }
        }
    }

    /// A try that comes so far: prepared, sealed, sent, recorded.
    fn attempt(&mut self, key: &Key, far: u8) {
        let Some(ready) = self.home.prepare(key) else { return };
        self.check_ready(&ready);
        if far == 0 {
            return;
        }
        let composed = ready.composed.clone().map_or_else(
            || [self.home.compose(&ready), self.home.now.to_string().into_bytes()].concat(),
            |composed| composed.0,
        );
        if ready.composed.is_none() {
            let thread = self.home.stored[key].thread.clone();
            let ids = self.numbers.entry((thread, ready.audience.clone())).or_default();
            if !ids.contains(&key.id) {
                ids.push(key.id.clone());
            }
            assert_eq!(ids.iter().position(|id| *id == key.id), Some(ready.number as usize - 1), "{ids:?}");
        }
        self.home.seal(&ready, composed.clone());
        for turn in ready.turns.iter().chain([key]) {
            self.composed.entry(turn.clone()).or_insert(self.routed.len());
        }
        let later = || Outcome::Later { why: "busy".to_owned(), retry_after: None };
        let (is_got, outcome) = match far {
            1 => (false, None),
            2 => (true, None),
            3 => (true, Some(later())),
            4 | 5 => (false, Some(later())),
            6 => (false, Some(Outcome::Never("refused".to_owned()))),
            _ => (true, Some(Outcome::Sent)),
        };
        if is_got {
            self.receive(key, composed);
        }
        if let Some(outcome) = outcome {
            if outcome == Outcome::Sent {
                self.taken.insert(key.clone());
            }
            if let Some(service) = self.home.outcome(key, &outcome) {
                self.route(vec![service]);
            }
        }
    }

    fn receive(&mut self, key: &Key, bytes: Vec<u8>) {
        assert!(!self.taken.contains(key), "sent again after it was taken: {key:?}");
        assert!(!self.off.contains(&key.destination), "sent by a destination that is off");
        let turns = match self.home.stored[key].turned() {
            Some(_) => vec![key.clone()],
            None => self.folded(key).map(|row| row.key.clone()).collect(),
        };
        self.check_quiet(key, &turns);
        match self.bytes.get(key) {
            Some(known) => assert_eq!(*known, bytes, "other bytes under one identifier"),
            None => {
                self.bytes.insert(key.clone(), bytes);
                self.got.push(Got { key: key.clone(), turns });
            }
        }
    }

    fn folded<'w>(&'w self, digest: &'w Key) -> impl Iterator<Item = &'w Row> {
        self.home.stored.values().filter(|row| {
            row.key.destination == digest.destination
                && matches!(&row.state, State::Folded { digest: id } if *id == digest.id)
        })
    }

    /// Below critical nothing disturbs, unless something critical of its thread waits behind it.
    fn check_quiet(&self, key: &Key, turns: &[Key]) {
        let row = &self.home.stored[key];
        let Some(subscription) = self.home.subscriptions.iter().find(|s| s.name == row.subscription) else {
            return;
        };
        let Some(quiet) = subscription.quiet else { return };
        let offset = match &subscription.zone {
            TimeZone::Fixed(minutes) => *minutes,
            TimeZone::Named(name) => Zones.offset_at(name, self.home.now).unwrap_or(0),
        };
        let (hour, minute, _) = self.home.now.plus_seconds(i64::from(offset) * 60).time_of_day();
        let minute = hour * 60 + minute;
        let is_quiet = minute >= u32::from(quiet.from) || minute < u32::from(quiet.to);
        let is_critical = |row: &Row| row.turned().is_some_and(|t| t.severity == Severity::Critical);
        let behind = self.home.stored.values().any(|other| {
            other.thread == row.thread && other.order > row.order && other.is_waiting() && is_critical(other)
        });
        let disturbs = turns.iter().any(|turn| is_critical(&self.home.stored[turn])) || behind;
        assert!(!is_quiet || disturbs, "it is quiet: {row:?}");
    }

    /// What is to be composed is within the ceiling, turn by turn.
    fn check_ready(&self, ready: &Ready) {
        if ready.composed.is_some() {
            return;
        }
        let row = &self.home.stored[&ready.key];
        let turns = if row.turned().is_some() { std::slice::from_ref(&ready.key) } else { &ready.turns };
        for turn in turns {
            let row = &self.home.stored[turn];
            let Present { turned: present, is_open } = &self.home.present[&row.thread];
            let ceiling = self
                .home
                .subscriptions
                .iter()
                .find(|s| s.name == row.subscription)
                .map_or(if row.subscription.is_empty() { Tlp::AmberStrict } else { Tlp::Clear }, |s| {
                    s.ceiling
                });
            let is_above = marking(present) > ceiling;
            let follows = matches!(row.because, Because::Had | Because::Assigned);
            assert!(!is_above || follows, "above the ceiling: {row:?}");
            if row.because == Because::Meant {
                let is_aside = present.working == Working::Accepted;
                let now = Turned { happened: row.turned().expect("a turn").happened, ..present.clone() };
                let is_meant = self.means[&row.subscription](&now);
                assert!(*is_open && !is_aside && is_meant, "not so any more: {row:?}");
            }
            if row.key == ready.key {
                assert_eq!(ready.is_bare, is_above, "{row:?}");
            }
            assert!(ready.tlp >= marking(present).min(ceiling), "marked too wide: {row:?}");
        }
    }

    /// Whether something waits for the morning.
    fn is_held(&self) -> bool {
        let now = self.home.now;
        let is_time =
            |row: &Row| matches!(row.state, State::Waiting { due, since } if due <= now || since > now);
        self.home.stored.values().any(is_time)
    }

    /// Everything is taken from now on, until nothing waits.
    fn drain(&mut self) {
        let mut since = self.home.now;
        for _ in 0..2_000 {
            let open = |row: &&Row| {
                row.is_waiting() && (row.turned().is_some() || self.folded(&row.key).next().is_some())
            };
            if !self.home.stored.values().any(|row| open(&row)) {
                let days = self.home.now.seconds_since(since) / 86_400;
                assert!(days < 80, "it took {days} days");
                return;
            }
            let due = self.home.due();
            if due.is_empty() {
                // Up to the next time that was set, or an hour of the night.
                let times = self.home.stored.values().filter_map(|row| match row.state {
                    State::Waiting { due, .. } if due > self.home.now => Some(due),
                    _ => None,
                });
                let hour = self.home.now.plus_seconds(3600);
                self.home.now =
                    times.min().map_or(hour, |due| if self.is_held() { due.min(hour) } else { due });
                since = since.min(self.home.now);
            }
            for key in due {
                self.attempt(&key, 15);
            }
        }
        let open: Vec<&Row> = self.home.stored.values().filter(|row| row.is_waiting()).collect();
        assert!(open.is_empty(), "it never ends: {open:?}");
    }

    /// Whether a row came to its audience, for itself or in a digest, and that is recorded.
    fn is_sent(&self, row: &Row) -> bool {
        match &row.state {
            State::Sent { .. } => true,
            State::Folded { digest } => {
                let key = Key { id: digest.clone(), destination: row.key.destination.clone() };
                matches!(self.home.stored[&key].state, State::Sent { .. })
            }
            _ => false,
        }
    }

    fn is_got(&self, key: &Key) -> bool {
        self.got.iter().any(|got| got.turns.contains(key))
    }

    fn check_end(&self) {
        self.check_each_once();
        self.check_followed();
        self.check_order();
        self.check_reasons();
        let mut periods = BTreeSet::new();
        for row in self.home.stored.values() {
            if let Some(digest) = row.digest() {
                let period = (&row.audience, &row.key.destination, &digest.series, &digest.period);
                assert!(periods.insert(period), "two digests of one period: {row:?}");
            }
        }
    }

    /// Each turn that a filter and a ceiling allow has one row, which is at its end, and sent is what was got.
    fn check_each_once(&self) {
        for (turned, pairs) in &self.routed {
            for (audience, destination) in pairs {
                let id = NoticeId::of(&turned.thread, &turned.name(), audience);
                let key = Key { id, destination: destination.clone() };
                let Some(row) = self.home.stored.get(&key) else {
                    let counts = self.home.stored.values().any(|row| {
                        let of_pair = row.audience == *audience && row.key.destination == *destination;
                        of_pair
                            && row.digest().is_some_and(|d| d.beyond > 0 && d.counted_to >= Some(turned.seq))
                    });
                    assert!(counts, "lost: {turned:?} for {audience} by {destination}");
                    continue;
                };
                assert!(!row.is_waiting(), "it waits still: {row:?}");
                assert!(!self.is_sent(row) || self.is_got(&key), "sent and not got: {row:?}");
            }
        }
        for row in self.home.stored.values().filter(|row| self.is_sent(row) && row.turned().is_some()) {
            let turned = row.turned().expect("a turn");
            let is_known = self.routed.iter().any(|(routed, _)| routed.name() == turned.name());
            assert!(is_known, "nobody made this turn: {row:?}");
        }
    }

    /// What is corrected or withdrawn is with those who had it, and with nobody else.
    fn check_followed(&self) {
        for (n, (turned, _)) in self.routed.iter().enumerate() {
            let is_followed = matches!(turned.happened, Happened::Corrected | Happened::Withdrawn);
            if !is_followed || turned.assigned.is_some() {
                continue;
            }
            let earlier = |row: &&Row| {
                let is_earlier = row.turned().is_some_and(|had| had.seq < turned.seq);
                // What is composed after the correction says it.
                let is_composed = self.composed.get(&row.key).is_some_and(|turns| *turns <= n);
                row.thread == turned.thread && is_earlier && is_composed
            };
            let all: BTreeSet<(&String, &String)> =
                self.home.stored.values().map(|row| (&row.audience, &row.key.destination)).collect();
            for (audience, destination) in all {
                let of_pair = |row: &&Row| row.audience == *audience && row.key.destination == *destination;
                let mut had = self.home.stored.values().filter(of_pair).filter(earlier);
                let id = NoticeId::of(&turned.thread, &turned.name(), audience);
                let key = Key { id, destination: destination.clone() };
                let row = self.home.stored.get(&key);
                if self.is_got(&key) {
                    assert!(had.any(|row| self.is_got(&row.key)), "they never had it: {row:?}");
                } else if had.any(|row| self.is_sent(row)) {
                    let is_off = self.off.contains(destination);
                    let failed = row.is_some_and(|row| match &row.state {
                        State::Failed { .. } => true,
                        State::Folded { digest } => {
                            let key = Key { id: digest.clone(), destination: destination.clone() };
                            matches!(self.home.stored[&key].state, State::Failed { .. })
                        }
                        State::Dropped { why: Why::OnlyCounted, .. } => true,
                        _ => false,
                    });
                    let counted = row.is_none() && self.home.limits.digest_turns == 2;
                    assert!(is_off || failed || counted, "they had it, and do not know: {turned:?} {row:?}");
                }
            }
        }
    }

    /// Of a thread, each audience got by each destination the earlier before the later.
    fn check_order(&self) {
        let mut last: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
        for got in &self.got {
            let mut rows: Vec<&Row> = got.turns.iter().map(|turn| &self.home.stored[turn]).collect();
            rows.sort_by_key(|row| row.order);
            for row in rows {
                let line = (row.thread.as_str(), row.audience.as_str(), got.key.destination.as_str());
                let before = last.insert(line, row.order).unwrap_or(0);
                assert!(before < row.order, "overtaken: {row:?}");
            }
        }
    }

    /// What was dropped was dropped for a reason that was one.
    fn check_reasons(&self) {
        for (row, present) in &self.home.dropped {
            let (State::Dropped { why, .. }, Some(turned)) = (&row.state, row.turned()) else { continue };
            let present = present.as_ref().expect("a turn came of it");
            let later = |holds: &dyn Fn(&Row) -> bool| {
                self.home.stored.values().any(|other| {
                    other.thread == row.thread
                        && other.audience == row.audience
                        && other.key.destination == row.key.destination
                        && other.order > row.order
                        && holds(other)
                })
            };
            let ends = |happened| matches!(happened, Happened::Closed | Happened::Withdrawn);
            let holds = match why {
                Why::AboveCeiling => {
                    let ceiling = self
                        .home
                        .subscriptions
                        .iter()
                        .find(|s| s.name == row.subscription)
                        .map(|s| s.ceiling);
                    ceiling.is_none_or(|c| marking(turned) > c || marking(&present.turned) > c)
                }
                Why::ClosedMeanwhile => {
                    !present.is_open
                        || self.routed.iter().any(|(other, _)| {
                            other.thread == row.thread && other.seq > turned.seq && ends(other.happened)
                        })
                }
                Why::SetAsideMeanwhile => present.turned.working == Working::Accepted,
                Why::ClaimedMeanwhile => present.turned.holder.is_some(),
                Why::NotMeantNow => {
                    let now = Turned { happened: turned.happened, ..present.turned.clone() };
                    !self.means[&row.subscription](&now)
                }
                Why::Superseded => {
                    later(&Row::is_sealed) || later(&|other| matches!(other.state, State::Folded { .. }))
                }
                Why::NeverHad => !self.home.stored.values().any(|other| {
                    other.thread == row.thread
                        && other.audience == row.audience
                        && other.key.destination == row.key.destination
                        && other.order < row.order
                        && self.is_sent(other)
                }),
                Why::KnownClosed => turned.happened == Happened::Closed,
                Why::SaidByEarlier => {
                    turned.topic == Topic::Service || turned.happened == Happened::Corrected
                }
                Why::NoAddress => self.off.contains(if turned.assigned.is_some() { "chat" } else { "mail" }),
                Why::DestinationOff => self.off.contains(&row.key.destination),
                Why::OwnAct => turned.assigned.is_some(),
                Why::OnlyCounted => self.home.limits.digest_turns == 2,
                Why::SubscriptionGone => !self.home.subscriptions.iter().any(|s| s.name == row.subscription),
                Why::Empty => false,
            };
            assert!(holds, "dropped without reason: {row:?}, {present:?}");
        }
    }
}

/// Some thousand were run when it was written; so many run each time.
const CASES: u32 = 96;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn each_turn_reaches_whom_it_concerns_once(wishes in wishes(), steps in steps(), small in any::<bool>()) {
        let mut world = world(&wishes, small);
        for step in &steps {
            world.step(step);
        }
        world.drain();
        world.check_end();
    }
}
