//! How long one turn takes beside two hundred subscriptions and the rows of a large home.

use crate::home::Zones;
use model::{FindingKind, Happened, Severity, Timestamp, Topic};
use notify::{Contacts, Desk, Filter, Limits, Outbox, Subscription, Turned};

/// A turn beside two hundred subscriptions, of which one means it.
#[test]
fn a_turn_costs_one_row_beside_two_hundred_subscriptions() {
    let subscriptions: Vec<Subscription> = (0..200)
        .map(|n| {
            let filter = format!(
                "kind = story and severity >= medium and (zone = dmz or host = app-{n}) and actor = a{n}"
            );
            Subscription::new(
                &format!("subscription {n}"),
                &format!("team {n}"),
                Filter::parse(&filter).expect("a filter"),
            )
        })
        .collect();
    let mut contacts = Contacts::lead("mail");
    for n in 0..200 {
        contacts.set(&format!("team {n}"), &[&format!("channel {n}")]);
    }
    let limits = Limits::default();
    let desk = Desk { subscriptions: &subscriptions, contacts: &contacts, limits: &limits, zones: &Zones };
    let mut outbox = Outbox::default();
    for seq in 0..1_000 {
        let topic = Topic::Finding(FindingKind::Chain);
        let thread = seq.to_string();
        let turned = Turned {
            severity: Severity::High,
            zone: Some("dmz".to_owned()),
            actors: vec!["A17".to_owned()],
            ..Turned::new(seq, Timestamp::EPOCH, &thread, topic, Happened::Opened)
        };
        let rows = notify::route(&mut outbox, &desk, &[turned], Timestamp::EPOCH);
        // The row; once the cap is reached also the digest that it is folded into.
        assert!((1..=2).contains(&rows.len()), "{rows:?}");
        assert!(rows.iter().all(|row| row.audience == "team 17"));
    }
}
