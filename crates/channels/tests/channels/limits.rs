//! Notices that are far too large, for every channel: what is written fits, and says what was left out.

use crate::sample;
use channels::{Channel, write};
use model::{FindingId, Notice, NoticePart, Says};
use serde_json::Value;

fn channel(name: &str) -> Channel {
    sample::all().into_iter().find(|channel| channel.name() == name).expect("a channel")
}

/// So much of everything; each text of these characters.
fn large(fill: &str, chars: usize, many: usize) -> Notice {
    let text = fill.repeat(chars);
    let lines = || vec![text.clone(); many];
    let parts = (0..many.min(60)).map(|n| NoticePart {
        label: text.clone(),
        says: match n % 3 {
            0 => Says::Text(text.clone()),
            1 => Says::Steps(lines()),
            _ => Says::Lines(lines()),
        },
    });
    Notice {
        title: text.clone(),
        organisation: text.clone(),
        audience: text.clone(),
        thread: text.clone(),
        findings: (0..many).map(|n| FindingId::derive(&[&n.to_string()])).collect(),
        parts: parts.collect(),
        values: (0..many.min(50))
            .map(|n| (format!("{n}{text}"), lines()))
            .chain([("cve".to_owned(), lines())])
            .collect(),
        ..sample::story()
    }
}

fn huge() -> Vec<Notice> {
    vec![
        large("x", 100_000, 40),
        large("word ", 300, 45),
        large("\u{1f6a2}", 2_000, 40),
        large("\u{202e}\"\\<&", 1_000, 40),
        large("\0", 50, 60),
        large("y", 3, 3_000),
    ]
}

fn texts<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::Object(all) => all.values().for_each(|value| texts(value, out)),
        Value::Array(all) => all.iter().for_each(|value| texts(value, out)),
        Value::String(text) => out.push(text),
        _ => {}
    }
}

#[test]
fn what_is_written_fits_and_says_what_was_left_out() {
    for (n, notice) in huge().iter().enumerate() {
        for (name, bytes_max) in [
            ("mail", 2_500_000),
            ("webhook", 20_000),
            ("slack", 40_000),
            ("teams", 21_000),
            ("ntfy", 30_000),
            ("syslog", 8_192),
            ("cef", 8_192),
        ] {
            let message = write(notice, &channel(name), &sample::occasion());
            let size = message.bytes().len();
            assert!(size <= bytes_max && size > 300, "{name} {n}: {size}");
            let text = String::from_utf8_lossy(message.bytes()).replace("=\r\n", "");
            assert!(text.contains("left out") || text.contains("left_out"), "{name} {n}");
        }
        let folder = write(notice, &channel("folder"), &sample::occasion());
        assert!(folder.beside().is_some_and(|values| values.len() <= 1 << 20), "{n}");
    }
}

#[test]
fn chats_keep_to_their_own_limits() {
    for (n, notice) in huge().iter().enumerate() {
        let parsed = |name| -> Value {
            let message = write(notice, &channel(name), &sample::occasion());
            serde_json::from_slice(message.bytes()).expect("JSON")
        };
        let slack = parsed("slack");
        let blocks = slack["blocks"].as_array().expect("blocks");
        assert!(blocks.len() <= 50, "{n}: {} blocks", blocks.len());
        assert!(blocks[0]["text"]["text"].as_str().is_some_and(|head| head.chars().count() <= 150), "{n}");
        for block in blocks {
            let mut all = Vec::new();
            texts(block, &mut all);
            let chars: usize = all.iter().map(|text| text.chars().count()).sum();
            assert!(chars <= 4_500 && all.iter().all(|text| text.chars().count() <= 3_000), "{n}: {chars}");
        }
        let ntfy = parsed("ntfy");
        assert!(ntfy["message"].as_str().is_some_and(|text| text.len() < 4_096), "{n}");
        assert!(ntfy["title"].as_str().is_some_and(|text| text.len() < 1_000), "{n}");
    }
}

#[test]
fn a_webhook_counts_what_it_leaves_out_and_keeps_values_exact() {
    let notice = large("y", 3, 3_000);
    let message = write(&notice, &channel("webhook"), &sample::occasion());
    let body: Value = serde_json::from_slice(message.bytes()).expect("JSON");
    let data: Notice = serde_json::from_value(body["data"].clone()).expect("a notice");
    let left_out =
        |name: &str| body["left_out"][name].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a number");
    assert_eq!(data.findings.len() + left_out("findings"), notice.findings.len());
    assert_eq!(data.parts.len() + left_out("parts"), notice.parts.len());
    let count = |notice: &Notice| notice.values.values().map(Vec::len).sum::<usize>();
    assert_eq!(count(&data) + left_out("values"), count(&notice));
    assert!(data.values.values().flatten().all(|value| value == "yyy"));
    assert_eq!(data.findings.first(), notice.findings.first());
}

#[test]
fn what_just_fits_is_whole_and_one_more_is_not() {
    let body = |lines: usize| {
        let mut notice = sample::story();
        notice.parts =
            vec![NoticePart { label: "PROOF".into(), says: Says::Lines(vec!["x".repeat(97); lines]) }];
        write(&notice, &channel("webhook"), &sample::occasion()).bytes().len()
    };
    // Each line is 100 bytes with its quotes and comma.
    let fixed = body(10) - 1_000;
    let most = (20_000 - fixed) / 100;
    assert_eq!(body(most), fixed + most * 100);
    let over = body(most + 1);
    assert!(over <= 20_000 && over < body(most), "{over}");
}
