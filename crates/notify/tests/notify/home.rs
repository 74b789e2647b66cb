//! A home for tests: a store of rows, a clock, what is there now, and receivers that write down what they get.
//!
//! Before each step the outbox is made anew of what is stored, through JSON, and only of the rows that matter: so each
//! test is one of restarts, and of what a caller may leave out.

use model::{Happened, Severity, Timestamp};
use notify::{
    Contacts, Desk, Key, Limits, Outbox, Outcome, Prepared, Present, Ready, Row, State, Subscription, Turned,
    Zone,
};
use std::collections::{BTreeMap, BTreeSet};

/// An hour forward on 29 March 2026 01:00 UTC, back on 25 October 01:00 UTC, from +60: the zone of Berlin.
pub struct Zones;

impl Zone for Zones {
    fn offset_at(&self, zone: &str, at: Timestamp) -> Option<i32> {
        let summer = time("2026-03-29T01:00:00Z")..time("2026-10-25T01:00:00Z");
        (zone == "Europe/Berlin").then(|| if summer.contains(&at) { 120 } else { 60 })
    }
}

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

/// A home, and everything around it.
pub struct Home {
    pub stored: BTreeMap<Key, Row>,
    pub subscriptions: Vec<Subscription>,
    pub contacts: Contacts,
    pub limits: Limits,
    pub now: Timestamp,
    pub present: BTreeMap<String, Present>,
    /// Destinations that answer with a failure.
    pub down: BTreeSet<String>,
    pub seq: u64,
    pub log: Vec<String>,
    /// Rows that were dropped, with what was there then.
    pub dropped: Vec<(Row, Option<Present>)>,
}

impl Home {
    pub fn new(subscriptions: Vec<Subscription>, contacts: Contacts, now: &str) -> Self {
        Self {
            stored: BTreeMap::new(),
            subscriptions,
            contacts,
            limits: Limits::default(),
            now: time(now),
            present: BTreeMap::new(),
            down: BTreeSet::new(),
            seq: 0,
            log: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// What is stored and matters, with some threads.
    pub fn outbox(&self, threads: &BTreeSet<String>) -> Outbox {
        let all: Vec<Row> = self.stored.values().cloned().collect();
        let json = serde_json::to_string(&all).expect("JSON");
        let all: Vec<Row> = serde_json::from_str(&json).expect("read back");
        let whole = Outbox::new(all);
        let kept = whole.rows().filter(|row| whole.keeps(row, self.now) || threads.contains(&row.thread));
        let mut outbox = Outbox::new(kept.cloned());
        let missing = outbox.missing_digests();
        outbox.take(missing.iter().filter_map(|key| self.stored.get(key)).cloned());
        outbox
    }

    /// One step: what it changes is stored.
    pub fn step<T>(
        &mut self,
        threads: &BTreeSet<String>,
        act: impl FnOnce(&mut Outbox, &Desk<'_>, Timestamp) -> (Vec<Row>, T),
    ) -> T {
        let mut outbox = self.outbox(threads);
        let (subscriptions, contacts, limits) =
            (self.subscriptions.clone(), self.contacts.clone(), self.limits.clone());
        let desk =
            Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &Zones };
        let (rows, result) = act(&mut outbox, &desk, self.now);
        self.store(rows);
        result
    }

    fn store(&mut self, rows: Vec<Row>) {
        for row in rows {
            if let Some(old) = self.stored.get(&row.key) {
                let is_open = matches!(old.state, State::Waiting { .. } | State::Folded { .. });
                assert!(is_open || *old == row, "a row at its end was changed: {old:?} to {row:?}");
                assert!(old.composed.is_none() || old.composed == row.composed, "composed twice: {row:?}");
            }
            if let (State::Dropped { why, .. }, Some(turned)) = (&row.state, row.turned()) {
                let by = &row.key.destination;
                self.log.push(format!(
                    "{} dropped {} {} for {} by {by}: {}",
                    clock(self.now),
                    turned.thread,
                    turned.name(),
                    row.audience,
                    why.words()
                ));
            }
            if matches!(row.state, State::Dropped { .. }) {
                self.dropped.push((row.clone(), self.present.get(&row.thread).cloned()));
            }
            self.stored.insert(row.key.clone(), row);
        }
    }

    pub fn route(&mut self, turns: &[Turned]) {
        for turned in turns {
            self.seq = self.seq.max(turned.seq);
            let is_open = !matches!(turned.happened, Happened::Closed | Happened::Withdrawn);
            self.present.insert(turned.thread.clone(), Present { turned: turned.clone(), is_open });
        }
        let threads = turns.iter().map(|turned| turned.thread.clone()).collect();
        self.step(&threads, |outbox, desk, now| (notify::route(outbox, desk, turns, now), ()));
    }

    pub fn due(&mut self) -> Vec<Key> {
        self.step(&BTreeSet::new(), |outbox, desk, now| (Vec::new(), notify::due(outbox, desk, now)))
    }

    /// The thread of a row, and those of the turns that are folded into it.
    pub fn threads_of(&self, key: &Key) -> BTreeSet<String> {
        let folded = self.stored.values().filter(|row| {
            row.key.destination == key.destination
                && matches!(&row.state, State::Folded { digest } if *digest == key.id)
        });
        folded.chain(self.stored.get(key)).map(|row| row.thread.clone()).collect()
    }

    pub fn prepare(&mut self, key: &Key) -> Option<Ready> {
        let present = self.present.clone();
        self.step(&self.threads_of(key), |outbox, desk, now| {
            let presence = |turned: &Turned| present.get(&turned.thread).cloned();
            let Prepared { ready, rows } = notify::prepare(outbox, desk, key, &presence, now);
            (rows, ready)
        })
    }

    pub fn seal(&mut self, ready: &Ready, composed: Vec<u8>) {
        let mut threads = self.threads_of(&ready.key);
        threads.extend(ready.turns.iter().filter_map(|key| Some(self.stored.get(key)?.thread.clone())));
        self.step(&threads, |outbox, _, now| (notify::seal(outbox, ready, composed, now), ()));
    }

    pub fn after(&mut self, key: &Key, outcome: &Outcome) {
        if let Some(service) = self.outcome(key, outcome) {
            self.route(&[service]);
        }
    }

    /// Takes an outcome; gives what is to be routed because of it.
    pub fn outcome(&mut self, key: &Key, outcome: &Outcome) -> Option<Turned> {
        let threads = BTreeSet::from([notify::delivery_thread(&key.destination)]);
        let after = self.step(&threads, |outbox, _, now| {
            let after = notify::after(outbox, key, outcome, now, 7);
            (after.rows.clone(), after)
        });
        if let Some(destination) = after.switch_off {
            self.contacts.switch(&destination, false);
        }
        after.service
    }

    pub fn remind(&mut self) {
        let present = self.present.clone();
        let threads = present.values().filter(|p| p.is_open).map(|p| p.turned.thread.clone()).collect();
        self.step(&threads, |outbox, desk, now| {
            let presence = |turned: &Turned| present.get(&turned.thread).cloned();
            (notify::remind(outbox, desk, &presence, now), ())
        });
    }

    /// Sends everything that is due, until nothing is.
    pub fn deliver(&mut self) {
        loop {
            let due = self.due();
            if due.is_empty() {
                return;
            }
            for key in due {
                let Some(ready) = self.prepare(&key) else { continue };
                let composed =
                    ready.composed.clone().map_or_else(|| self.compose(&ready), |composed| composed.0);
                self.seal(&ready, composed.clone());
                let text = String::from_utf8_lossy(&composed).into_owned();
                let outcome = if self.down.contains(&key.destination) {
                    Outcome::Later { why: "no answer".to_owned(), retry_after: None }
                } else {
                    self.log.push(format!("{} {} {text}", clock(self.now), key.destination));
                    Outcome::Sent
                };
                self.after(&key, &outcome);
            }
        }
    }

    /// What a notice says here: for whom it is, its number, and its turns.
    pub fn compose(&self, ready: &Ready) -> Vec<u8> {
        let row = &self.stored[&ready.key];
        let bare = if ready.is_bare { " (bare)" } else { "" };
        let head = format!("to {} #{}{bare}", ready.audience, ready.number);
        let said = match (row.turned(), row.digest()) {
            (Some(turned), _) => format!("{} {} {:?}", turned.thread, turned.name(), row.because),
            (None, Some(digest)) => {
                let turns: Vec<String> = ready
                    .turns
                    .iter()
                    .filter_map(|key| self.stored[key].turned().map(|t| format!("{} {}", t.thread, t.name())))
                    .collect();
                let turns = if turns.is_empty() { "nothing new".to_owned() } else { turns.join(", ") };
                let beyond =
                    if ready.beyond > 0 { format!(" and {} more", ready.beyond) } else { String::new() };
                format!("{} {}: {turns}{beyond}", digest.series, digest.period)
            }
            (None, None) => String::new(),
        };
        format!("{head}: {said}").into_bytes()
    }

    /// Time passes; what is due goes.
    pub fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
        self.route(&[]);
        self.deliver();
    }

    /// What was sent and dropped since this was asked last.
    pub fn said(&mut self) -> String {
        let mut lines = std::mem::take(&mut self.log).join("\n");
        lines.push('\n');
        lines
    }

    /// A turn with the next number.
    pub fn turn(
        &mut self,
        thread: &str,
        topic: model::Topic,
        happened: Happened,
        severity: Severity,
    ) -> Turned {
        self.seq += 1;
        Turned { severity, ..Turned::new(self.seq, self.now, thread, topic, happened) }
    }
}

/// Day and time, to the second where there are any.
pub fn clock(at: Timestamp) -> String {
    at.to_string().replace("2026-", "").replace('T', " ").replace(":00Z", "").replace('Z', "")
}
