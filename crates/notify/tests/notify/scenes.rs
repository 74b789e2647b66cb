//! Scenes: what goes to whom at which time, in text.

use crate::home::Home;
use expect_test::{Expect, expect};
use model::{Decision, FindingKind, Happened, Severity, Tlp, Topic};
use notify::{
    Apart, Assigned, Contacts, Every, Filter, Outcome, QuietHours, Strength, Subscription, TimeZone, Turned,
    When, Working, builtin,
};

const STORY: Topic = Topic::Finding(FindingKind::Chain);
const EXPOSURE: Topic = Topic::Finding(FindingKind::Exposure);
const GAP: Topic = Topic::Finding(FindingKind::Gap);
const COMPROMISE: Topic = Topic::Finding(FindingKind::Compromise);
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Wednesday, 1 July 2026, 06:00 UTC, with the built-in subscriptions.
fn home(contacts: Contacts) -> Home {
    Home::new(builtin(&TimeZone::default()), contacts, "2026-07-01T06:00:00Z")
}

fn check(home: &mut Home, expected: &Expect) {
    expected.assert_eq(&home.said());
}

fn acted(home: &mut Home, thread: &str, happened: Happened) -> Turned {
    let turned = home.turn(thread, STORY, happened, Severity::Critical);
    Turned { strength: Some(Strength::Acted), owners: vec!["Platform".to_owned()], ..turned }
}

/// A high story that the analyst gets.
fn succeeded(home: &mut Home, thread: &str, happened: Happened) -> Turned {
    let turned = home.turn(thread, STORY, happened, Severity::High);
    Turned { strength: Some(Strength::Succeeded), ..turned }
}

fn everybody() -> Contacts {
    let mut contacts = Contacts::lead("mail");
    contacts.set("analyst", &["chat"]);
    contacts.set("operator", &["ops"]);
    contacts.set("owner:platform", &["platform"]);
    contacts.set("party:Tidewise Cranes", &["tidewise"]);
    contacts.set("person:bo", &["bo"]);
    contacts
}

#[test]
fn one_address_is_enough_and_nobody_gets_one_thing_twice() {
    let mut home = home(Contacts::lead("mail"));
    let story = acted(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    home.deliver();
    // Lead, owner and analyst are one audience here.
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00 mail to lead #1: 7 opened 1 Meant
    "#]],
    );
}

#[test]
fn lead_owner_and_analyst_get_a_notice_each() {
    let mut home = home(everybody());
    let story = acted(&mut home, "7", Happened::Opened);
    home.route(std::slice::from_ref(&story));
    // The same turn again changes nothing.
    home.route(&[story]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00 chat to analyst #1: 7 opened 1 Meant
        07-01 06:00 mail to lead #1: 7 opened 1 Meant
        07-01 06:00 platform to owner:platform #1: 7 opened 1 Meant
    "#]],
    );
}

#[test]
fn exposures_to_act_on_come_by_the_hour_one_digest_a_remedy() {
    let mut home = home(everybody());
    for (thread, remedy) in [("1", "log4j 2.17.1"), ("2", "log4j 2.17.1"), ("3", "Exchange CU23")] {
        let turned = home.turn(thread, EXPOSURE, Happened::Opened, Severity::High);
        let owners = vec!["Platform".to_owned()];
        home.route(&[Turned {
            decision: Some(Decision::Act),
            remedy: Some(remedy.into()),
            owners,
            ..turned
        }]);
        home.wait(MINUTE);
    }
    home.wait(HOUR);
    home.wait(HOUR);
    check(
        &mut home,
        &expect![[r#"
        07-01 07:03 platform to owner:platform #1: period exposures to act on remedy log4j 2.17.1 2026-07-01T07: 1 opened 1, 2 opened 2
        07-01 07:03 platform to owner:platform #1: period exposures to act on remedy Exchange CU23 2026-07-01T07: 3 opened 3
    "#]],
    );
}

#[test]
fn a_week_without_anything_new_is_said_once() {
    let mut home = home(Contacts::lead("mail"));
    let gap = home.turn("9", GAP, Happened::Opened, Severity::Low);
    home.route(&[gap]);
    for _ in 0..20 {
        home.wait(DAY);
    }
    check(
        &mut home,
        &expect![[r#"
        07-07 06:00 mail to lead #1: period gaps and the rest 2026-W28: 9 opened 1
        07-14 06:00 mail to lead #2: period gaps and the rest 2026-W29: nothing new
        07-21 06:00 mail to lead #3: period gaps and the rest 2026-W30: nothing new
    "#]],
    );
}

#[test]
fn the_first_ingest_gives_one_summary() {
    let mut home = home(everybody());
    let mut turns = Vec::new();
    for n in 0..5 {
        let story = acted(&mut home, &format!("story {n}"), Happened::Opened);
        let gap = home.turn(&format!("gap {n}"), GAP, Happened::Opened, Severity::Low);
        turns.push(Turned { bulk: Some("first".to_owned()), ..story });
        turns.push(Turned { bulk: Some("first".to_owned()), owners: vec!["Platform".to_owned()], ..gap });
    }
    home.limits.digest_turns = 7;
    home.route(&turns);
    home.wait(MINUTE);
    home.wait(HOUR);
    check(
        &mut home,
        &expect![[r#"
            07-01 06:00 dropped gap 2 opened 6 for owner:platform by platform: its digest was full of what ranks before it and only counts it
            07-01 06:01 chat to analyst #1: import first 1: story 0 opened 1, story 1 opened 3, story 2 opened 5, story 3 opened 7, story 4 opened 9
            07-01 06:01 mail to lead #1: import first 3: story 0 opened 1, story 1 opened 3, story 2 opened 5, story 3 opened 7, story 4 opened 9
            07-01 06:01 platform to owner:platform #1: import first 5: story 0 opened 1, story 1 opened 3, story 2 opened 5, story 3 opened 7, story 4 opened 9, gap 0 opened 2, gap 1 opened 4 and 3 more
        "#]],
    );
}

#[test]
fn the_first_of_a_group_goes_at_once_and_the_rest_in_one() {
    let mut home = home(everybody());
    for n in 0..4 {
        let sighting = succeeded(&mut home, &format!("sighting {n}"), Happened::Opened);
        home.route(&[Turned { story: Some("e4d82c85".to_owned()), ..sighting }]);
        home.wait(10);
    }
    home.wait(MINUTE);
    home.wait(HOUR);
    let later = succeeded(&mut home, "sighting 9", Happened::Opened);
    home.route(&[Turned { story: Some("e4d82c85".to_owned()), ..later }]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00:10 chat to analyst #1: sighting 0 opened 1 Meant
        07-01 06:01:40 chat to analyst #1: group story e4d82c85 1: sighting 1 opened 2, sighting 2 opened 3, sighting 3 opened 4
        07-01 07:01:40 chat to analyst #1: sighting 9 opened 5 Meant
    "#]],
    );
}

#[test]
fn twenty_go_in_an_hour_and_what_an_intruder_did_still_goes() {
    let mut home = home(Contacts::lead("mail"));
    for n in 0..23 {
        let story = succeeded(&mut home, &format!("{n}"), Happened::Opened);
        home.route(&[story]);
        home.deliver();
    }
    let intruder = acted(&mut home, "intruder", Happened::Opened);
    home.route(&[intruder]);
    home.deliver();
    let said = home.said();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 21, "{said}");
    assert_eq!(lines[20], "07-01 06:00 mail to lead #1: intruder opened 24 Meant");
    home.wait(HOUR);
    check(
        &mut home,
        &expect![[r#"
        07-01 07:00 mail to lead #1: more 2026-07-01T07: 20 opened 21, 21 opened 22, 22 opened 23
    "#]],
    );
}

#[test]
fn what_comes_back_within_a_day_updates() {
    let mut home = home(everybody());
    for happened in [Happened::Opened, Happened::Closed, Happened::Opened, Happened::Closed] {
        let story = succeeded(&mut home, "7", happened);
        home.route(&[story]);
        home.wait(10 * MINUTE);
    }
    let story = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    home.wait(HOUR);
    // Worse than what they had: that is news.
    let story = succeeded(&mut home, "7", Happened::Raised);
    home.route(&[Turned { severity: Severity::Critical, ..story }]);
    home.deliver();
    home.wait(2 * DAY);
    let story = succeeded(&mut home, "7", Happened::ActiveAgain);
    home.route(&[story]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:10 chat to analyst #1: 7 opened 1 Meant
        07-01 06:20 chat to analyst #2: 7 closed 2 Had
        07-01 06:30 dropped 7 opened 3 for analyst by chat: it was closed before the audience had it
        07-01 06:30 dropped 7 closed 4 for analyst by chat: the audience has it as closed already
        07-01 07:40 chat to analyst #1: more 2026-07-01T07: 7 opened 5
        07-01 07:40 chat to analyst #3: 7 raised 6 Meant
        07-03 07:40 chat to analyst #4: 7 active-again 7 Meant
    "#]],
    );
}

/// One subscription of an analyst who sleeps from 22:00 to 06:00 in Berlin.
fn sleeper() -> Home {
    let filter = Filter::parse("kind = story").expect("a filter");
    let quiet = Some(QuietHours { from: 22 * 60, to: 6 * 60 });
    let zone = TimeZone::Named("Europe/Berlin".to_owned());
    let subscription = Subscription { quiet, zone, ..Subscription::new("stories", "analyst", filter) };
    Home::new(vec![subscription], everybody(), "2026-07-01T20:30:00Z")
}

#[test]
fn quiet_hours_hold_everything_below_critical() {
    let mut home = sleeper();
    let high = succeeded(&mut home, "7", Happened::Opened);
    let gone = succeeded(&mut home, "8", Happened::Opened);
    home.route(&[high, gone]);
    home.deliver();
    let intruder = acted(&mut home, "9", Happened::Opened);
    home.route(&[intruder]);
    home.deliver();
    let closed = succeeded(&mut home, "8", Happened::Closed);
    home.route(&[closed]);
    home.wait(7 * HOUR);
    home.wait(30 * MINUTE);
    check(
        &mut home,
        &expect![[r#"
        07-01 20:30 chat to analyst #1: 9 opened 3 Meant
        07-01 20:30 dropped 8 opened 2 for analyst by chat: it was closed before the audience had it
        07-01 20:30 dropped 8 closed 4 for analyst by chat: the audience never had what it is about
        07-02 04:00 chat to analyst #1: 7 opened 1 Meant
    "#]],
    );
}

#[test]
fn nothing_overtakes_what_is_held_in_its_thread() {
    let mut home = sleeper();
    let high = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[high]);
    home.deliver();
    let worse = acted(&mut home, "7", Happened::Raised);
    home.route(&[worse]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 20:30 chat to analyst #1: 7 opened 1 Meant
        07-01 20:30 chat to analyst #2: 7 raised 2 Meant
    "#]],
    );
}

#[test]
fn a_closing_that_is_held_is_not_overtaken() {
    let mut home = sleeper();
    let filter = Filter::parse("severity = high and happened = raised").expect("a filter");
    home.now = home.now.plus_seconds(-HOUR);
    let high = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[high]);
    home.deliver();
    home.now = home.now.plus_seconds(HOUR);
    let closed = succeeded(&mut home, "7", Happened::Closed);
    home.route(&[closed]);
    // Another subscription leads to the same chat, and has no quiet hours.
    home.subscriptions.insert(0, Subscription::new("awake", "analyst", filter));
    let raised = succeeded(&mut home, "7", Happened::Raised);
    home.route(&[Turned { strength: Some(Strength::Acted), ..raised }]);
    home.deliver();
    home.wait(8 * HOUR);
    check(
        &mut home,
        &expect![[r#"
        07-01 19:30 chat to analyst #1: 7 opened 1 Meant
        07-02 04:30 chat to analyst #2: 7 closed 2 Had
        07-02 04:30 chat to analyst #3: 7 raised 3 Meant
    "#]],
    );
}

#[test]
fn corrections_go_to_those_who_had_it_whatever_they_ask_for_now() {
    let mut home = home(everybody());
    let story = acted(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    home.deliver();
    home.subscriptions.retain(|subscription| subscription.name != "succeeded");
    let withdrawn = home.turn("7", STORY, Happened::Withdrawn, Severity::Low);
    home.route(&[Turned { tlp: Tlp::Red, ..withdrawn }]);
    home.deliver();
    // Nobody had this one.
    let other = acted(&mut home, "8", Happened::Corrected);
    home.route(&[other]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00 chat to analyst #1: 7 opened 1 Meant
        07-01 06:00 mail to lead #1: 7 opened 1 Meant
        07-01 06:00 platform to owner:platform #1: 7 opened 1 Meant
        07-01 06:00 chat to analyst #2 (bare): 7 withdrawn 2 Had
        07-01 06:00 mail to lead #2: 7 withdrawn 2 Had
        07-01 06:00 platform to owner:platform #2 (bare): 7 withdrawn 2 Had
        07-01 06:00 dropped 8 corrected 3 for lead by mail: the audience never had what it is about
        07-01 06:00 dropped 8 corrected 3 for owner:platform by platform: the audience never had what it is about
    "#]],
    );
}

#[test]
fn it_is_asked_again_before_it_is_sent() {
    let mut home = home(everybody());
    home.subscriptions.retain(|subscription| subscription.name == "exposures to act on");
    for n in 1..=5 {
        let turned = home.turn(&n.to_string(), EXPOSURE, Happened::Opened, Severity::High);
        home.route(&[Turned { decision: Some(Decision::Act), ..turned }]);
    }
    let mut now = |thread: &str, change: &dyn Fn(&mut Turned)| {
        change(&mut home.present.get_mut(thread).expect("it is there").turned);
    };
    now("2", &|turned| turned.decision = Some(Decision::Track));
    now("3", &|turned| turned.tlp = Tlp::Red);
    now("4", &|turned| turned.working = Working::Accepted);
    home.present.get_mut("5").expect("it is there").is_open = false;
    home.wait(HOUR);
    check(
        &mut home,
        &expect![[r#"
        07-01 07:00 dropped 2 opened 2 for lead by mail: the filter of its subscription does not mean what the finding is now
        07-01 07:00 dropped 3 opened 3 for lead by mail: its marking is stricter than the ceiling of the subscription
        07-01 07:00 dropped 4 opened 4 for lead by mail: people set it aside before the audience had it
        07-01 07:00 dropped 5 opened 5 for lead by mail: it was closed before the audience had it
        07-01 07:00 mail to lead #1: period exposures to act on 2026-07-01T07: 1 opened 1
    "#]],
    );
}

#[test]
fn nothing_is_sent_above_the_ceiling_and_the_reason_is_kept() {
    let mut home = home(everybody());
    let story = acted(&mut home, "7", Happened::Opened);
    home.route(&[Turned { tlp: Tlp::Red, ..story }]);
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00 dropped 7 opened 1 for analyst by chat: its marking is stricter than the ceiling of the subscription
        07-01 06:00 dropped 7 opened 1 for owner:platform by platform: its marking is stricter than the ceiling of the subscription
        07-01 06:00 mail to lead #1: 7 opened 1 Meant
    "#]],
    );
}

#[test]
fn a_destination_that_fails_is_tried_for_days_and_the_operator_is_noticed_by_another() {
    let mut home = home(everybody());
    home.contacts.set("operator", &["chat", "ops"]);
    home.down.insert("chat".to_owned());
    let story = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    home.deliver();
    let mut tries = Vec::new();
    let start = home.now;
    while let Some(row) = home.stored.values().find(|row| row.thread == "7" && row.is_waiting()) {
        let notify::State::Waiting { due, .. } = row.state else { break };
        tries.push(due.seconds_since(start));
        home.now = due;
        home.deliver();
    }
    assert_eq!(tries.len(), 9, "ten tries with the first: {tries:?}");
    let mut least = 0;
    for (tried, after) in tries.iter().zip(&notify::TRIES_AFTER[1..]) {
        least += after;
        assert!(*tried >= least && *tried <= least + least / 10 + 30, "{tries:?}");
    }
    home.wait(HOUR);
    home.wait(MINUTE);
    // It works again.
    home.down.clear();
    let story = succeeded(&mut home, "8", Happened::Opened);
    home.route(&[story]);
    home.deliver();
    home.wait(DAY);
    let said = home.said();
    let said: Vec<&str> =
        said.lines().filter_map(|line| line.split_once(' ')?.1.split_once(' ')).map(|l| l.1).collect();
    expect![[r#"
        ops to operator #1: delivery chat opened 3 Meant
        ops to operator #1: undelivered 3fdef80cb4f9d64c57dbfe78b543b977 opened 4 Meant
        chat to analyst #1: 8 opened 5 Meant
        ops to operator #1: period service 2026-07-05: delivery chat closed 6"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn a_destination_that_is_gone_is_switched_off_and_the_lead_gets_what_follows() {
    let mut home = home(everybody());
    let story = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    let waiting = succeeded(&mut home, "8", Happened::Opened);
    home.route(&[waiting]);
    let key = home.due().remove(0);
    let ready = home.prepare(&key).expect("it is ready");
    let composed = home.compose(&ready);
    home.seal(&ready, composed);
    home.after(&key, &Outcome::Gone);
    home.deliver();
    let next = succeeded(&mut home, "9", Happened::Opened);
    home.route(&[next]);
    home.wait(2 * HOUR);
    check(
        &mut home,
        &expect![[r#"
            07-01 06:00 dropped 8 opened 2 for analyst by chat: its destination is switched off
            07-01 08:00 ops to operator #1: undelivered 3fdef80cb4f9d64c57dbfe78b543b977 opened 4 Meant
            07-01 08:00 mail to lead #1: 9 opened 5 Meant
        "#]],
    );
}

#[test]
fn a_destination_may_ask_for_more_time() {
    let mut home = home(everybody());
    let story = succeeded(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    let key = home.due().remove(0);
    let ready = home.prepare(&key).expect("it is ready");
    home.seal(&ready, b"text".to_vec());
    home.after(&key, &Outcome::Later { why: "busy".to_owned(), retry_after: Some(120) });
    home.now = home.now.plus_seconds(119);
    assert!(home.due().is_empty());
    home.now = home.now.plus_seconds(1 + 12 + 3);
    assert_eq!(home.due(), std::slice::from_ref(&key));
    assert_eq!(home.prepare(&key).expect("again").composed.expect("the same").0, b"text");
    // However long it asks for.
    home.after(&key, &Outcome::Later { why: "busy".to_owned(), retry_after: Some(i64::MAX) });
    home.now = home.now.plus_seconds(notify::RETRY_AFTER_SECONDS_MAX * 11 / 10 + 3);
    assert_eq!(home.due(), [key]);
}

#[test]
fn what_is_critical_and_unclaimed_goes_by_the_second_channel_and_then_to_the_lead() {
    let mut home = home(everybody());
    home.contacts.set_second("analyst", &["pager"]);
    let story = acted(&mut home, "7", Happened::Opened);
    let claimed = acted(&mut home, "8", Happened::Opened);
    home.route(&[story, claimed]);
    home.deliver();
    home.said();
    home.present.get_mut("8").expect("it is there").turned.holder = Some("bo".to_owned());
    for _ in 0..10 {
        home.now = home.now.plus_seconds(5 * MINUTE);
        home.remind();
        home.deliver();
    }
    check(
        &mut home,
        &expect![[r#"
        07-01 06:15 pager to analyst #2: 7 opened 1 Unclaimed(1)
        07-01 06:30 mail to lead #2: 7 opened 1 Unclaimed(2)
    "#]],
    );
}

#[test]
fn an_import_that_is_only_counted_silences_no_reminder() {
    let mut home = home(Contacts::lead("mail"));
    home.limits.digest_turns = 1;
    let story = acted(&mut home, "7", Happened::Opened);
    home.route(&[story]);
    home.deliver();
    let gap = home.turn("gap", GAP, Happened::Opened, Severity::Low);
    for seq in 2..5 {
        let thread = format!("gap {seq}");
        home.route(&[Turned { seq, thread, bulk: Some("sheet".to_owned()), ..gap.clone() }]);
    }
    home.now = home.now.plus_seconds(30 * MINUTE);
    home.remind();
    home.deliver();
    check(
        &mut home,
        &expect![[r#"
        07-01 06:00 mail to lead #1: 7 opened 1 Meant
        07-01 06:30 mail to lead #1: import sheet 3: gap 2 opened 2 and 2 more
        07-01 06:30 mail to lead #2: 7 opened 1 Unclaimed(2)
    "#]],
    );
}

#[test]
fn a_condition_of_the_service_is_waited_for_and_then_in_each_day() {
    let mut home = home(everybody());
    for (thread, happened) in [("log gap fw-1", Happened::Opened), ("log gap fw-2", Happened::Opened)] {
        let turned = home.turn(thread, Topic::Service, happened, Severity::Medium);
        home.route(&[turned]);
    }
    home.wait(10 * MINUTE);
    let again = home.turn("log gap fw-1", Topic::Service, Happened::Opened, Severity::Medium);
    home.route(&[again]);
    let over = home.turn("log gap fw-2", Topic::Service, Happened::Closed, Severity::Medium);
    home.route(&[over]);
    home.wait(HOUR);
    for _ in 0..3 {
        home.remind();
        home.remind();
        home.wait(DAY);
    }
    let over = home.turn("log gap fw-1", Topic::Service, Happened::Closed, Severity::Medium);
    home.route(&[over]);
    home.remind();
    home.wait(DAY);
    home.remind();
    home.wait(DAY);
    check(
        &mut home,
        &expect![[r#"
        07-01 06:10 dropped log gap fw-1 opened 3 for operator by ops: an earlier notice that waits says it too
        07-01 06:10 dropped log gap fw-2 opened 2 for operator by ops: it was closed before the audience had it
        07-01 06:10 dropped log gap fw-2 closed 4 for operator by ops: the audience never had what it is about
        07-01 07:10 ops to operator #1: log gap fw-1 opened 1 Meant
        07-02 07:10 ops to operator #1: period service 2026-07-01: log gap fw-1 opened 1
        07-03 07:10 ops to operator #2: period service 2026-07-02: log gap fw-1 opened 1
        07-04 07:10 ops to operator #3: period service 2026-07-03: log gap fw-1 opened 1
        07-05 07:10 ops to operator #4: period service 2026-07-04: log gap fw-1 closed 5
    "#]],
    );
}

#[test]
fn work_is_a_notice_for_whom_gets_it_and_for_nobody_else() {
    let mut home = home(everybody());
    for (to, by) in [("bo", "anna"), ("bo", "bo"), ("Cleo", "anna")] {
        let turned = acted(&mut home, "7", Happened::Opened);
        let assigned = Some(Assigned { to: to.to_owned(), by: by.to_owned() });
        home.route(&[Turned { assigned, ..turned }]);
        home.wait(2 * MINUTE);
    }
    check(
        &mut home,
        &expect![[r#"
            07-01 06:02 bo to person:bo #1: 7 assigned 1 Assigned
            07-01 06:02 dropped 7 assigned 2 for person:bo by bo: who got the work took it
            07-01 06:04 dropped 7 assigned 3 for person:cleo by : nobody has an address for it
        "#]],
    );
}

#[test]
fn records_of_parties_wait_for_their_release_and_are_never_mixed() {
    let mut home = home(everybody());
    for (thread, party) in [("1", "Tidewise Cranes"), ("2", "Harbour Towing"), ("3", "Tidewise Cranes")] {
        let turned = home.turn(thread, COMPROMISE, Happened::Opened, Severity::Medium);
        home.route(&[Turned { party: Some(party.to_owned()), tlp: Tlp::Green, ..turned }]);
    }
    home.wait(DAY);
    for (thread, party) in [("1", "Tidewise Cranes"), ("2", "Harbour Towing")] {
        let turned = home.turn(thread, COMPROMISE, Happened::Opened, Severity::Medium);
        home.route(&[Turned { party: Some(party.to_owned()), tlp: Tlp::Green, is_released: true, ..turned }]);
    }
    home.wait(DAY);
    check(
        &mut home,
        &expect![[r#"
            07-02 06:00 chat to analyst #1: period records to release party Tidewise Cranes 2026-07-01: 1 opened 1, 3 opened 3
            07-02 06:00 mail to lead #1: 1 opened 1 Meant
            07-02 06:00 chat to analyst #1: period records to release party Harbour Towing 2026-07-01: 2 opened 2
            07-02 06:00 mail to lead #1: 2 opened 2 Meant
            07-02 06:00 mail to lead #1: 3 opened 3 Meant
            07-03 06:00 tidewise to party:tidewise cranes #1: period records of parties party Tidewise Cranes 2026-07-02: 1 opened 4
            07-03 06:00 mail to lead #1: period records of parties party Harbour Towing 2026-07-02: 2 opened 5
        "#]],
    );
}

#[test]
fn a_day_with_an_hour_more_or_less_has_one_digest() {
    let filter = Filter::parse("kind = gap").expect("a filter");
    let zone = TimeZone::Named("Europe/Berlin".to_owned());
    for (start, when) in [
        ("2026-03-28T12:00:00Z", Every::Day { hour: 2 }),
        ("2026-10-24T12:00:00Z", Every::Day { hour: 2 }),
        ("2026-10-24T12:00:00Z", Every::Hour),
    ] {
        let subscription = Subscription {
            when: When::Digest(when),
            zone: zone.clone(),
            apart: Some(Apart::Remedy),
            ..Subscription::new("gaps", "lead", filter.clone())
        };
        let mut home = Home::new(vec![subscription], Contacts::lead("mail"), start);
        let mut turns = 0;
        for hour in 0..48 {
            let gap = home.turn(&hour.to_string(), GAP, Happened::Opened, Severity::Low);
            home.route(&[gap]);
            turns += 1;
            home.wait(HOUR);
        }
        home.wait(2 * DAY);
        let said = home.said();
        let periods: Vec<&str> = said.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        let named: std::collections::BTreeSet<&str> = periods.iter().copied().collect();
        assert_eq!(periods.len(), named.len(), "each once: {said}");
        assert_eq!(said.matches(" opened ").count(), turns, "{said}");
    }
}

#[test]
fn a_clock_that_jumps_delays_and_does_nothing_else() {
    let mut home = home(everybody());
    let gap = home.turn("1", GAP, Happened::Opened, Severity::Low);
    home.route(&[Turned { owners: vec!["Platform".to_owned()], ..gap }]);
    // Ten years ahead: the digest goes; and back: nothing goes again, and what is new goes in the next week that
    // had no digest.
    home.wait(3650 * DAY);
    let ahead = home.turn("2", GAP, Happened::Opened, Severity::Low);
    home.route(&[Turned { owners: vec!["Platform".to_owned()], ..ahead }]);
    home.wait(-3650 * DAY);
    let back = home.turn("3", GAP, Happened::Opened, Severity::Low);
    home.route(&[Turned { owners: vec!["Platform".to_owned()], ..back }]);
    home.wait(7 * DAY);
    home.wait(7 * DAY);
    check(
        &mut home,
        &expect![[r#"
            2036-06-28 06:00 platform to owner:platform #1: period gaps and the rest 2026-W28: 1 opened 1
            07-01 06:00 platform to owner:platform #2: period gaps and the rest 2036-W27: 2 opened 2
            07-15 06:00 platform to owner:platform #3: period gaps and the rest 2026-W29: 3 opened 3
        "#]],
    );
}
