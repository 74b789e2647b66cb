//! Mail to relays that take it, refuse some of it, break off, and speak TLS.

use crate::receiver::{self, Relay};
use crate::sample::{self, given, moment};
use channels::channel::{Channel, Mail, Security, SignIn};
use channels::{Outcome, send, write};
use expect_test::expect;
use mail_parser::MessageParser;

const TAKES: &[(&str, &str)] = &[("DATA", "354 go on")];

fn relay(answers: &'static [(&'static str, &'static str)]) -> Relay {
    Relay { answers, tls: None, at_once: false }
}

fn deliver(mail: Mail) -> Outcome {
    let channel = Channel::Mail(mail);
    send(&write(&sample::story(), &channel, &sample::occasion()), &channel, moment("2026-07-01T06:00:05Z"))
}

/// What comes of these answers, without the port, and the dialogue.
fn dialogue(answers: &'static [(&'static str, &'static str)]) -> (String, String) {
    let (port, thread) = relay(answers).serve();
    let outcome = deliver(sample::mail("127.0.0.1", port));
    let (said, _) = thread.join().expect("a dialogue");
    (format!("{outcome:?}").replace(&port.to_string(), "PORT"), said)
}

#[test]
fn a_mail_is_delivered_whole() {
    let (port, thread) = relay(TAKES).serve();
    let channel = Channel::Mail(sample::mail("127.0.0.1", port));
    let message = write(&sample::story(), &channel, &sample::occasion());
    assert_eq!(send(&message, &channel, moment("2026-07-01T06:00:05Z")), Outcome::Sent);
    let (said, content) = thread.join().expect("a dialogue");
    expect![[r#"
        EHLO [127.0.0.1]
        MAIL FROM:<outpace@seaward.example>
        RCPT TO:<lead@seaward.example>
        RCPT TO:<soc@seaward.example>
        DATA
        (content)
        QUIT
    "#]]
    .assert_eq(&said);
    let unstuffed = content.replace("\r\n..", "\r\n.");
    assert_eq!(unstuffed.as_bytes(), message.bytes());
    assert!(MessageParser::default().parse(unstuffed.as_bytes()).is_some());
}

#[test]
fn a_refusal_says_whether_it_may_pass() {
    for (answers, expected) in [
        (&[("greeting", "421 too busy")][..], "Later"),
        (&[("greeting", "554 no mail here")], "Never"),
        (&[("EHLO", "550 who are you")], "Never"),
        (&[("MAIL", "451 disk full")], "Later"),
        (&[("MAIL", "553 not you")], "Never"),
        (&[("RCPT", "450 greylisted")], "Later"),
        (&[("RCPT", "550 unknown")], "Never"),
        (&[("RCPT TO:<lead", "450 greylisted"), ("RCPT", "550 unknown")], "Later"),
        (&[("DATA", "451 later")], "Later"),
        (&[("DATA", "354 go on"), (".", "452 disk full")], "Later"),
        (&[("DATA", "250 ok")], "Later"),
        (&[("DATA", "354 go on"), (".", "354 go on")], "Later"),
        (&[("RCPT", "354 go on")], "Later"),
        (&[("DATA", "354 go on"), (".", "554 looks like spam")], "Never"),
        (&[("DATA", "354 go on"), (".", "(break off)")], "Later"),
        (&[("MAIL", "(break off)")], "Later"),
        (&[("MAIL", "what?")], "Later"),
        (&[("MAIL", "\u{e9}\u{e9}\u{e9}")], "Later"),
    ] {
        let (outcome, said) = dialogue(answers);
        assert!(outcome.starts_with(expected), "{answers:?}: {outcome}\n{said}");
    }
}

#[test]
fn one_refused_recipient_costs_the_others_nothing() {
    let (port, thread) =
        relay(&[("RCPT TO:<lead", "550 5.1.1 unknown\x1b[2J"), ("DATA", "354 go on")]).serve();
    let outcome = deliver(sample::mail("127.0.0.1", port));
    let (said, content) = thread.join().expect("a dialogue");
    assert!(said.contains("(content)") && content.contains("intruder"), "{said}");
    let Outcome::Partly { later, refused, why } = outcome else { panic!("{outcome:?}") };
    assert_eq!((later, refused), (Vec::new(), vec![given("lead@seaward.example")]));
    let what = why.what.replace(&port.to_string(), "PORT");
    assert_eq!(
        what,
        r"the mail relay 127.0.0.1:PORT refuses lead@seaward.example (550 5.1.1 unknown\x1b[2J)"
    );
}

#[test]
fn a_recipient_who_is_later_is_tried_again_alone() {
    let (port, thread) = relay(&[("RCPT TO:<soc", "450 greylisted"), ("DATA", "354 go on")]).serve();
    let outcome = deliver(sample::mail("127.0.0.1", port));
    thread.join().expect("a dialogue");
    let Outcome::Partly { later, .. } = outcome else { panic!("{outcome:?}") };
    let (port, thread) = relay(TAKES).serve();
    let all = Channel::Mail(sample::mail("127.0.0.1", port));
    let message = write(&sample::story(), &all, &sample::occasion());
    assert_eq!(send(&message, &all.only(&later), moment("2026-07-01T06:05:00Z")), Outcome::Sent);
    let (said, content) = thread.join().expect("a dialogue");
    assert_eq!(said.matches("RCPT").count(), 1);
    assert!(said.contains("RCPT TO:<soc@seaward.example>") && content.contains("To: lead@seaward.example"));
}

fn signed(mail: Mail) -> Mail {
    let sign_in = Some(SignIn { user: "outpace".into(), password: given("correct horse") });
    Mail { sign_in, ..mail }
}

#[test]
fn signs_in_over_tls() {
    let tls = receiver::tls();
    let offers: &[(&str, &str)] = &[
        ("EHLO", "250-relay\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN"),
        ("STARTTLS", "220 go on"),
        ("AUTH PLAIN", "235 welcome"),
        ("DATA", "354 go on"),
    ];
    let relay = Relay { answers: offers, tls: Some(tls.server.clone()), at_once: false };
    let (port, thread) = relay.serve();
    let mail = Mail {
        security: Security::StartTls,
        authorities: tls.authorities.clone(),
        ..signed(sample::mail("localhost", port))
    };
    assert_eq!(deliver(mail), Outcome::Sent);
    let (said, _) = thread.join().expect("a dialogue");
    expect![[r#"
        EHLO [127.0.0.1]
        STARTTLS
        (TLS)
        EHLO [127.0.0.1]
        AUTH PLAIN AG91dHBhY2UAY29ycmVjdCBob3JzZQ==
        MAIL FROM:<outpace@seaward.example>
        RCPT TO:<lead@seaward.example>
        RCPT TO:<soc@seaward.example>
        DATA
        (content)
        QUIT
    "#]]
    .assert_eq(&said);
}

#[test]
fn signs_in_by_login_and_says_when_the_password_is_wrong() {
    let tls = receiver::tls();
    let offers: &[(&str, &str)] = &[
        ("EHLO", "250-relay\r\n250 AUTH LOGIN"),
        ("AUTH LOGIN", "334 VXNlcm5hbWU6"),
        ("b3V0cGFjZQ==", "334 UGFzc3dvcmQ6"),
        ("Y29ycmVjdCBob3JzZQ==", "535 5.7.8 wrong"),
    ];
    let (port, thread) = Relay { answers: offers, tls: Some(tls.server.clone()), at_once: true }.serve();
    let mail = Mail {
        security: Security::Tls,
        authorities: tls.authorities.clone(),
        ..signed(sample::mail("localhost", port))
    };
    let outcome = deliver(mail);
    thread.join().expect("a dialogue");
    let Outcome::Never { why } = outcome else { panic!("{outcome:?}") };
    assert!(why.what.ends_with("refuses to sign us in (535 5.7.8 wrong)"), "{why}");
}

#[test]
fn without_the_tls_that_was_asked_for_nothing_is_sent() {
    let (port, thread) = relay(&[("EHLO", "250-relay\r\n250 AUTH PLAIN")]).serve();
    let mail = Mail { security: Security::StartTls, ..signed(sample::mail("127.0.0.1", port)) };
    let outcome = deliver(mail);
    let (said, _) = thread.join().expect("a dialogue");
    assert!(
        matches!(&outcome, Outcome::Later { why, .. } if why.what.contains("offers no STARTTLS")),
        "{outcome:?}"
    );
    assert_eq!(said, "EHLO [127.0.0.1]\n");

    let (port, thread) = relay(&[("EHLO", "250-relay\r\n250 AUTH PLAIN")]).serve();
    let outcome = deliver(signed(sample::mail("127.0.0.1", port)));
    let (said, _) = thread.join().expect("a dialogue");
    assert!(matches!(&outcome, Outcome::Never { why } if why.what.contains("in the clear")), "{outcome:?}");
    assert!(!said.contains("AUTH") && !said.contains("MAIL"), "{said}");
}

#[test]
fn what_is_said_before_tls_is_not_taken_for_said_over_tls() {
    let tls = receiver::tls();
    let answers: &[(&str, &str)] =
        &[("EHLO", "250-relay\r\n250 STARTTLS"), ("STARTTLS", "220 go on\r\n250 injected")];
    let (port, thread) = Relay { answers, tls: Some(tls.server.clone()), at_once: false }.serve();
    let mail = Mail {
        security: Security::StartTls,
        authorities: tls.authorities.clone(),
        ..sample::mail("localhost", port)
    };
    let outcome = deliver(mail);
    drop(thread);
    assert!(matches!(&outcome, Outcome::Later { why, .. } if why.what.contains("before TLS")), "{outcome:?}");
}

#[test]
fn an_unknown_authority_ends_it() {
    let tls = receiver::tls();
    let (port, thread) = Relay { answers: TAKES, tls: Some(tls.server.clone()), at_once: true }.serve();
    let outcome = deliver(Mail { security: Security::Tls, ..sample::mail("localhost", port) });
    thread.join().expect("a dialogue");
    assert!(
        matches!(&outcome, Outcome::Later { why, .. } if why.what.contains("UnknownIssuer")),
        "{outcome:?}"
    );
}

#[test]
fn nobody_to_send_to_is_said() {
    let outcome = deliver(Mail { to: Vec::new(), ..sample::mail("127.0.0.1", 25) });
    assert!(matches!(&outcome, Outcome::Never { why } if why.what.contains("no recipient")), "{outcome:?}");
}
