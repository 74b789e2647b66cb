//! Hostile values in every field of a notice, for every channel: nothing is injected, nothing is alive.
//!
//! Each message is parsed back and must have the shape of a harmless one, whatever the values were.

use crate::sample;
use channels::{Channel, write};
use mail_parser::MessageParser;
use model::{Notice, NoticeId, NoticePart, Says};
use serde_json::Value;

const VALUES: &[&str] = &[
    "a\r\nBcc: thief@evil.example\r\n\r\nbody",
    "a\nX: y\n\n.\nQUIT",
    "=?utf-8?B?PGI+aGk8L2I+?= =?us-ascii?Q?x?=",
    "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>",
    "\"><a href='javascript:alert(1)'>click</a><!--",
    "[click](https://evil.example) ![x](http://evil.example/p.png) **bold** `code` # head",
    "<!channel> <@U123> <https://evil.example|your console> *bold* _x_ ~y~ `z` :bomb: &lt;!here&gt;",
    "<at>Everyone</at> {{DATE(2020-01-01T00:00:00Z)}} ${user} @{triggerBody()}",
    "x|10|dhost=evil suser=root msg=\\ CEF:0|a|b|c|d|e|1|",
    "a\" b=\"c] [evil@1 x=\"y\\",
    "] <34>1 2026-01-01T00:00:00Z evil su - - - owned",
    "gpj.\u{202e}exe \u{2066}x\u{2069} \u{200b}\u{feff}\u{ad} \u{e0041}",
    "NUL \0 bell \x07 escape \x1b[31m\x1b]8;;http://evil.example\x07 C1 \u{9b}2J DEL \x7f",
    "line \u{2028} paragraph \u{2029} next \u{85} tab \t",
    "--=_23023a6b33d0a42f78900be21a455a34--",
    "HTTP://Evil.Example WWW.evil.example mailto:thief@evil.example ftp://x JavaScript:alert(1)",
    "\u{1f6a2}\u{301}\u{301}\u{301} \u{fdfd} \u{d7ff}\u{e000}\u{10ffff}",
    "",
    " ",
];

/// Every text of the notice is this.
fn notice(value: &str) -> Notice {
    let story = sample::story();
    let says = [
        Says::Text(value.to_owned()),
        Says::Steps(vec![value.to_owned(), value.to_owned()]),
        Says::Lines(vec![value.to_owned(), value.to_owned()]),
    ];
    let all = || vec![value.to_owned(), value.to_owned()];
    Notice {
        id: NoticeId::of("hostile", "opened", "all"),
        thread: value.to_owned(),
        organisation: value.to_owned(),
        title: value.to_owned(),
        audience: value.to_owned(),
        parts: says.map(|says| NoticePart { label: value.to_owned(), says }).to_vec(),
        values: [("host", all()), ("account", all()), ("cve", all()), ("address", all()), (value, all())]
            .map(|(name, all)| (name.to_owned(), all))
            .into(),
        ..story
    }
}

/// Texts for people: nothing acts, nothing is a link.
fn is_dead(text: &str) -> bool {
    let lower = text.to_lowercase();
    let links = ["://", "www.", "mailto:", "javascript:"];
    text.chars().all(|c| !c.is_control() && !('\u{200b}'..='\u{200f}').contains(&c))
        && !text.contains(['\u{202e}', '\u{2066}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{ad}', '\u{e0041}'])
        && links.iter().all(|link| !lower.contains(link))
}

fn message(notice: &Notice, channel: &Channel) -> String {
    let message = write(notice, channel, &sample::occasion());
    String::from_utf8(message.bytes().to_vec()).expect("text")
}

/// Names of headers, in order; lines that go on have none.
fn headers(mail: &str) -> Vec<&str> {
    let head = mail.split("\r\n\r\n").next().expect("a head");
    let lines = head.split("\r\n").filter(|line| !line.starts_with(' '));
    lines.map(|line| line.split(": ").next().unwrap_or_default()).collect()
}

fn check_mail(mail: &str, value: &str) {
    assert!(mail.is_ascii(), "{value:?}");
    assert_eq!(mail.replace("\r\n", "").find(['\r', '\n', '\0']), None, "{value:?}");
    assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{value:?}");
    let harmless = message(&notice("harmless"), &channel("mail"));
    assert_eq!(headers(mail), headers(&harmless), "{value:?}");
    let parsed = MessageParser::default().parse(mail.as_bytes()).expect("a mail");
    assert_eq!((parsed.parts.len(), parsed.attachment_count()), (3, 0), "{value:?}");
    let subject = parsed.subject().expect("a subject");
    assert!(is_dead(subject) && subject.starts_with("[TLP:AMBER+STRICT] CRITICAL opened: "), "{subject:?}");
    let text = parsed.body_text(0).expect("text").replace("\r\n", "\n");
    assert!(text.lines().all(is_dead), "{text}");
    assert!(text.ends_with("\nTLP:AMBER+STRICT"), "{text}");
    let html = parsed.body_html(0).expect("HTML").replace("\r\n", "\n");
    assert!(html.lines().all(is_dead), "{html}");
    // Every bracket is one of ours: the same tags as those of a harmless mail.
    let harmless = MessageParser::default()
        .parse(harmless.as_bytes())
        .expect("a mail")
        .body_html(0)
        .map(|html| tags(&html));
    assert_eq!(Some(tags(&html)), harmless, "{value:?}");
}

fn tags(html: &str) -> Vec<String> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect()
}

/// The shape of a value: keys and types, no texts but those of `type`.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(all) => {
            let inner = all.iter().map(|(key, value)| match value {
                Value::String(text) if key == "type" => format!("{key}={text}"),
                value => format!("{key}:{}", shape(value)),
            });
            format!("{{{}}}", inner.collect::<Vec<_>>().join(","))
        }
        Value::Array(all) => format!("[{}]", all.iter().map(shape).collect::<Vec<_>>().join(",")),
        Value::String(_) => "s".to_owned(),
        other => other.to_string(),
    }
}

fn texts<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::Object(all) => {
            all.iter().filter(|(key, _)| *key != "$schema").for_each(|(_, value)| texts(value, out));
        }
        Value::Array(all) => all.iter().for_each(|value| texts(value, out)),
        Value::String(text) => out.push(text),
        _ => {}
    }
}

fn check_chat(json: &str, name: &str, value: &str) {
    let parsed: Value = serde_json::from_str(json).expect("JSON");
    let harmless: Value = serde_json::from_str(&message(&notice("harmless"), &channel(name))).expect("JSON");
    assert_eq!(shape(&parsed), shape(&harmless), "{name} {value:?}");
    let mut all = Vec::new();
    texts(&parsed, &mut all);
    for text in all {
        assert!(text.lines().all(is_dead), "{name} {value:?}: {text:?}");
    }
    if name == "slack" {
        let text = parsed["text"].as_str().expect("a text");
        assert!(!text.contains(['<', '>']), "{text}");
    }
}

fn check_webhook(json: &str, value: &str) {
    let parsed: Value = serde_json::from_str(json).expect("JSON");
    let data: Notice = serde_json::from_value(parsed["data"].clone()).expect("a notice");
    assert_eq!(data, notice(value), "exact");
    assert_eq!(parsed["type"], "finding.opened");
}

/// Reads a syslog message back: the number of bytes, names and values of its data, the text.
fn check_syslog(frame: &str, value: &str, has_values: bool) -> String {
    let (count, line) = frame.split_once(' ').expect("a count");
    assert_eq!(count.parse(), Ok(line.len()), "{value:?}");
    let mut fields = line.splitn(7, ' ');
    let head: Vec<&str> = fields.by_ref().take(6).collect();
    assert_eq!(
        head,
        ["<106>1", "2026-07-01T06:00:00Z", "watch-1.seaward.example", "outpace", "-", "finding.opened"]
    );
    let mut rest = fields.next().expect("data").to_owned();
    if has_values {
        let mut names = Vec::new();
        let mut data = rest.strip_prefix("[outpace@32473").expect("data");
        while let Some(next) = data.strip_prefix(' ') {
            let (name, mut text) = next.split_once("=\"").expect("a value");
            names.push(name.to_owned());
            loop {
                let end = text.find(['"', '\\', ']']).expect("an end");
                let (sign, after) = text[end..].split_at(1);
                match sign {
                    "\\" => text = &after[1..],
                    "\"" => {
                        text = after;
                        break;
                    }
                    _ => panic!("a bare bracket: {line}"),
                }
            }
            data = text;
        }
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase())), "{names:?}");
        assert_eq!(names.len(), 13, "{names:?}");
        rest = data.strip_prefix("] ").expect("an end").to_owned();
    } else {
        rest = rest.strip_prefix("- ").expect("no data").to_owned();
    }
    let text = rest.trim_start_matches('\u{feff}').to_owned();
    assert!(is_dead(&text), "{text:?}");
    text
}

fn check_cef(event: &str, value: &str) {
    assert!(is_dead(event), "{event:?}");
    // Bare bars set the seven fields of the header and the values apart.
    let unescaped = |text: &str, sign: char| {
        let mut at = Vec::new();
        let mut escaped = false;
        for (n, c) in text.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == sign => at.push(n),
                _ => {}
            }
        }
        at
    };
    let bars = unescaped(event, '|');
    assert!(bars.len() >= 7, "{event}");
    let head = &event[..bars[6]];
    assert!(head.starts_with("CEF:0|outpace|outpace|") && head.ends_with("|10"), "{head}");
    let values = &event[bars[6] + 1..];
    let keys: Vec<&str> = unescaped(values, '=')
        .iter()
        .map(|at| values[..*at].rsplit(' ').next().unwrap_or_default())
        .collect();
    let expected = [
        "externalId",
        "rt",
        "msg",
        "cat",
        "act",
        "cn1Label",
        "cn1",
        "cs1Label",
        "cs1",
        "cs2Label",
        "cs2",
        "cs3Label",
        "cs3",
        "cs4Label",
        "cs4",
        "dhost",
        "duser",
        "cs5Label",
        "cs5",
        "cs6Label",
        "cs6",
    ];
    assert_eq!(keys, expected, "{value:?}");
}

fn channel(name: &str) -> Channel {
    sample::all().into_iter().find(|channel| channel.name() == name).expect("a channel")
}

#[test]
fn nothing_is_injected_and_nothing_is_alive() {
    for value in VALUES {
        let notice = notice(value);
        for channel in sample::all() {
            let message = message(&notice, &channel);
            match &channel {
                Channel::Mail(_) => check_mail(&message, value),
                Channel::Webhook(_) => check_webhook(&message, value),
                Channel::Slack(_) | Channel::Teams(_) | Channel::Ntfy(_) => {
                    check_chat(&message, channel.name(), value);
                }
                Channel::Syslog(_) => {
                    check_syslog(&message, value, true);
                }
                Channel::Cef(channels::channel::Cef::Syslog(_)) => {
                    check_cef(&check_syslog(&message, value, false), value);
                }
                Channel::Cef(channels::channel::Cef::File(_)) => {
                    let line = message.strip_suffix('\n').expect("a line");
                    check_cef(line, value);
                }
                Channel::Folder(_) => assert!(MessageParser::default().parse(message.as_bytes()).is_some()),
            }
        }
    }
}

#[test]
fn what_looks_encoded_is_shown_as_it_was_given() {
    let mail = message(&notice("=?utf-8?B?PGI+aGk8L2I+?="), &channel("mail"));
    let parsed = MessageParser::default().parse(mail.as_bytes()).expect("a mail");
    assert!(parsed.subject().is_some_and(|subject| subject.contains("opened: =?utf-8?B?PGI+aGk8L2I+?= (")));
}

#[test]
fn a_host_of_ours_cannot_break_a_syslog_header() {
    let occasion = channels::Occasion { host: "a b\r\n<1>\u{e9}\0".into(), ..sample::occasion() };
    let message = write(&sample::story(), &channel("syslog"), &occasion);
    let text = String::from_utf8_lossy(message.bytes());
    assert!(text.contains("Z ab<1> outpace - "), "{text}");
    let nameless = channels::Occasion { host: " ".into(), ..sample::occasion() };
    let message = write(&sample::story(), &channel("syslog"), &nameless);
    assert!(String::from_utf8_lossy(message.bytes()).contains("Z - outpace - "));
}

#[test]
fn an_identifier_that_was_read_back_is_checked() {
    let id = |text: &str| serde_json::from_value::<NoticeId>(text.into()).expect("text");
    let finding = serde_json::from_value("finding--1\r\nX: y=z|".into()).expect("text");
    let evil =
        Notice { id: id("../../x\r\nBcc: a@b.example"), findings: vec![finding], ..notice("harmless") };
    let occasion = channels::Occasion { before: vec![id("x>\r\nBcc: a@b.example")], ..sample::occasion() };
    for channel in sample::all() {
        let message = write(&evil, &channel, &occasion);
        assert!(NoticeId::parse(message.id().as_str()).is_some(), "{}", channel.name());
        let text = String::from_utf8(message.bytes().to_vec()).expect("text");
        assert!(!text.contains("\nBcc") && !text.contains("\nX: y") && !text.contains("../"), "{text}");
        if let Channel::Cef(_) = channel {
            check_cef(
                text.trim_end()
                    .split_once("CEF:")
                    .map(|(_, event)| format!("CEF:{event}"))
                    .as_deref()
                    .expect("an event"),
                "id",
            );
        }
    }
}
