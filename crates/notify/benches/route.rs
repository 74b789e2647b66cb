//! How long it takes to decide about one turn: beside two hundred subscriptions, in an outbox of a large home.
//!
//! The number of findings of a home plays no part: what is decided needs the rows that matter, here ten thousand that
//! wait. Also: what is due of them, and the first ingest of a hundred thousand turns into one summary. One thread;
//! `cargo bench -p notify`.

use divan::Bencher;
use divan::counter::ItemsCount;
use model::{FindingKind, Happened, Severity, Timestamp, Topic};
use notify::{Contacts, Desk, Every, Filter, Limits, Outbox, Subscription, Turned, When};

const SUBSCRIPTIONS: usize = 200;
const OPEN: u64 = 10_000;
const IMPORTED: u64 = 100_000;

fn main() {
    divan::main();
}

fn no_zones(_: &str, _: Timestamp) -> Option<i32> {
    None
}

/// Subscriptions of teams: each asks six things, and one in ten means what is drawn below.
fn subscriptions() -> Vec<Subscription> {
    (0..SUBSCRIPTIONS)
        .filter_map(|n| {
            let group = n % 10;
            let filter = format!(
                "kind in (story, sighting) and severity >= medium and not tag = test and \
                 (zone = dmz or host ~ \"app-{n}\") and actor = group-{group} and strength >= tried"
            );
            let subscription =
                Subscription::new(&format!("s {n}"), &format!("team {n}"), Filter::parse(&filter).ok()?);
            let when = if n % 2 == 0 { When::AtOnce } else { When::Digest(Every::Day { hour: 8 }) };
            Some(Subscription { when, ..subscription })
        })
        .collect()
}

fn contacts() -> Contacts {
    let mut contacts = Contacts::lead("mail");
    for n in 0..SUBSCRIPTIONS {
        contacts.set(&format!("team {n}"), &[&format!("channel {n}")]);
    }
    contacts
}

fn turned(seq: u64) -> Turned {
    let topic = Topic::Finding(FindingKind::Chain);
    Turned {
        severity: if seq.is_multiple_of(7) { Severity::Critical } else { Severity::High },
        strength: Some(notify::Strength::Succeeded),
        zone: Some("dmz".to_owned()),
        tags: vec!["edge".to_owned(), "crown-jewel".to_owned()],
        actors: vec![format!("GROUP-{}", seq % 10)],
        hosts: vec![format!("app-{seq}.seaward.example")],
        ..Turned::new(seq, Timestamp::EPOCH, &seq.to_string(), topic, Happened::Opened)
    }
}

#[divan::bench]
fn filters_of_200_subscriptions(bencher: Bencher<'_, '_>) {
    let (subscriptions, turned) = (subscriptions(), turned(1));
    bencher.bench_local(|| subscriptions.iter().filter(|s| s.filter.matches(&turned)).count());
}

#[divan::bench]
fn one_turn_among_10_000_open_rows(bencher: Bencher<'_, '_>) {
    let (subscriptions, contacts, limits) = (subscriptions(), contacts(), Limits::default());
    let desk = Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &no_zones };
    let mut outbox = Outbox::default();
    let mut seq = 0;
    while seq < OPEN {
        seq += 1;
        notify::route(&mut outbox, &desk, &[turned(seq)], Timestamp::EPOCH);
    }
    bencher.bench_local(|| {
        seq += 1;
        notify::route(&mut outbox, &desk, &[turned(seq)], Timestamp::EPOCH).len()
    });
}

#[divan::bench]
fn due_of_10_000_waiting(bencher: Bencher<'_, '_>) {
    let subscriptions = subscriptions();
    let (contacts, limits) = (contacts(), Limits { an_hour: usize::MAX, ..Limits::default() });
    let desk = Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &no_zones };
    let mut outbox = Outbox::default();
    let turns: Vec<Turned> = (1..=OPEN / 10).map(turned).collect();
    notify::route(&mut outbox, &desk, &turns, Timestamp::EPOCH);
    bencher.bench_local(|| notify::due(&outbox, &desk, Timestamp::EPOCH).len());
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn first_ingest_of_100_000(bencher: Bencher<'_, '_>) {
    let (subscriptions, contacts, limits) = (subscriptions(), contacts(), Limits::default());
    let desk = Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &no_zones };
    let turns: Vec<Turned> =
        (1..=IMPORTED).map(|seq| Turned { bulk: Some("first".to_owned()), ..turned(seq) }).collect();
    bencher
        .counter(ItemsCount::new(IMPORTED))
        .bench_local(|| notify::route(&mut Outbox::default(), &desk, &turns, Timestamp::EPOCH).len());
}
