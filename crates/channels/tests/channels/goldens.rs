//! A full notice as each channel writes it, whole, to be read.

use crate::sample;
use channels::{Channel, write};
use expect_test::expect_file;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;
use std::collections::BTreeMap;

fn channel(name: &str) -> Channel {
    sample::all().into_iter().find(|channel| channel.name() == name).expect("a channel")
}

fn written(name: &str) -> String {
    let message = write(&sample::story(), &channel(name), &sample::occasion());
    String::from_utf8(message.bytes().to_vec()).expect("text")
}

/// One line a value, keys in order: whether a map keeps the order in which it was filled is a feature that another room may
/// switch on.
fn pretty(json: &str) -> String {
    let value: Value = serde_json::from_str(json).expect("JSON");
    format!("{:#}\n", in_order(value))
}

fn in_order(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, in_order(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        Value::Array(all) => all.into_iter().map(in_order).collect(),
        other => other,
    }
}

#[test]
fn a_mail() {
    let raw = written("mail");
    let (head, _) = raw.split_once("\r\n\r\n").expect("a head");
    expect_file!["../goldens/mail-head.txt"].assert_eq(&format!("{}\n", head.replace("\r\n", "\n")));
    let mail = MessageParser::default().parse(raw.as_bytes()).expect("a mail");
    assert_eq!(mail.attachment_count(), 0);
    let text = mail.body_text(0).expect("text");
    assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
    expect_file!["../goldens/mail.txt"].assert_eq(&text.replace("\r\n", "\n"));
    let html = mail.body_html(0).expect("HTML");
    expect_file!["../goldens/mail.html"].assert_eq(&html.replace("\r\n", "\n"));
    let kinds: Vec<_> = mail.parts.iter().filter_map(|part| part.content_type()?.subtype()).collect();
    assert_eq!(kinds, ["alternative", "plain", "html"]);
}

#[test]
fn a_later_mail_of_the_thread() {
    let first = sample::silence();
    let before = vec![model::NoticeId::of("silent mail-1", "opened 1", "operator")];
    let occasion = channels::Occasion { before, ..sample::occasion() };
    let message = write(&first, &channel("mail"), &occasion);
    let raw = String::from_utf8(message.bytes().to_vec()).expect("ASCII");
    expect_file!["../goldens/mail-later.txt"].assert_eq(&raw.replace("\r\n", "\n"));
    let mail = MessageParser::default().parse(raw.as_bytes()).expect("a mail");
    let subject = "MEDIUM raised: the mail log of mail-1 is silent for 7 hours \u{2013} since 21:30 \
                   (Hafenbeh\u{f6}rde Seewart, notice 2 of this condition)";
    assert_eq!(mail.subject(), Some(subject));
    assert!(message.bytes().is_ascii());
}

#[test]
fn for_chats() {
    expect_file!["../goldens/slack.json"].assert_eq(&pretty(&written("slack")));
    expect_file!["../goldens/teams.json"].assert_eq(&pretty(&written("teams")));
    expect_file!["../goldens/ntfy.json"].assert_eq(&pretty(&written("ntfy")));
}

#[test]
fn for_machines() {
    expect_file!["../goldens/webhook.json"].assert_eq(&pretty(&written("webhook")));
    expect_file!["../goldens/syslog.txt"].assert_eq(&format!("{}\n", written("syslog")));
    expect_file!["../goldens/cef-syslog.txt"].assert_eq(&format!("{}\n", written("cef")));
}

#[test]
fn a_folder_gets_the_mail_and_the_values() {
    let message = write(&sample::story(), &channel("folder"), &sample::occasion());
    let body = message.beside().expect("values");
    let value: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    let data: model::Notice =
        serde_json::from_value(value.get("data").expect("data").clone()).expect("a notice");
    assert_eq!(data, sample::story());
    let mail = MessageParser::default().parse(message.bytes()).expect("a mail");
    assert!(mail.subject().is_some_and(|subject| subject.contains("intruder on portal-1")));
}

#[test]
fn the_same_notice_is_the_same_message_for_ever() {
    for channel in sample::all() {
        let first = write(&sample::story(), &channel, &sample::occasion());
        assert_eq!(first, write(&sample::story(), &channel, &sample::occasion()), "{}", channel.name());
    }
}
