//! A syslog message (RFC 5424) in the frame of its stream: octet counting (RFC 6587, 3.4.1; RFC 5425, 4.3).
//!
//! Structured data has the number 32473, which is reserved for examples (RFC 5612): the project has none of its own.
//! Receivers shall take 2,048 bytes and should take 8,192 (RFC 5425, 4.3.1); this stays below the latter.

use super::event;
use super::page::{self, Page};
use crate::clean::short;
use crate::message::Occasion;
use model::{Notice, Says};

/// The message without its frame.
const BYTES_MAX: usize = 8_000;
/// RFC 5424, 6.
const HOSTNAME_MAX: usize = 255;
const MSGID_MAX: usize = 32;
/// A value of structured data is no longer.
const VALUE_CHARS_MAX: usize = 200;
/// Numbers of facilities end here.
const FACILITY_MAX: u8 = 23;

pub(crate) fn write(notice: &Notice, facility: u8, occasion: &Occasion) -> Vec<u8> {
    let values = structured(notice);
    let mut text = String::new();
    for limits in page::CHAT {
        text = message(&Page::of(notice, limits));
        if text.len() + values.len() + HOSTNAME_MAX + 200 <= BYTES_MAX {
            break;
        }
    }
    frame(notice, facility, occasion, &values, &text)
}

/// The header and the octet count before a text of one line.
pub(crate) fn frame(notice: &Notice, facility: u8, occasion: &Occasion, values: &str, text: &str) -> Vec<u8> {
    let priority = facility.min(FACILITY_MAX) * 8 + event::syslog_severity(notice.severity);
    let host = printable(&occasion.host, HOSTNAME_MAX);
    let kind = printable(&event::kind(notice), MSGID_MAX);
    let values = if values.is_empty() { "-" } else { values };
    // The mark says that the text is UTF-8 (6.4); ASCII needs none, and old receivers show it.
    let mark = if text.is_ascii() { "" } else { "\u{feff}" };
    let line = format!("<{priority}>1 {} {host} outpace - {kind} {values} {mark}{text}", occasion.date);
    format!("{} {line}", line.len()).into_bytes()
}

fn structured(notice: &Notice) -> String {
    let mut out = String::from("[outpace@32473");
    let mut add = |name: &str, value: &str| {
        let value = short(value, VALUE_CHARS_MAX);
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]");
        out.push_str(&format!(" {name}=\"{value}\""));
    };
    add("id", notice.id.as_str());
    if let Some(finding) = notice.findings.first() {
        add("finding", finding.as_str());
    }
    add("kind", notice.topic.name());
    add("severity", notice.severity.name());
    add("tlp", notice.tlp.name());
    add("thread", &notice.thread);
    add("number", &notice.number.to_string());
    add("organisation", &notice.organisation);
    add("audience", &notice.audience);
    for name in ["host", "account", "cve", "address"] {
        if let Some(value) = notice.values.get(name).and_then(|values| values.first()) {
            add(name, value);
        }
    }
    out.push(']');
    out
}

fn message(page: &Page) -> String {
    let mut out = page.subject();
    for part in &page.parts {
        let says = match &part.says {
            Says::Text(text) => text.clone(),
            Says::Lines(lines) => lines.join("; "),
            Says::Steps(steps) => {
                let steps = (1..).zip(steps).map(|(number, step): (usize, _)| format!("({number}) {step}"));
                steps.collect::<Vec<_>>().join(" ")
            }
        };
        out.push_str(&format!(" | {} {says}", part.label));
        if let Some(left_out) = &part.left_out {
            out.push_str(&format!(" {left_out}"));
        }
    }
    if let Some(left_out) = &page.left_out {
        out.push_str(&format!(" {left_out}"));
    }
    out
}

/// Printable ASCII without blanks, or `-` for nothing (6.2).
fn printable(text: &str, bytes_max: usize) -> String {
    let kept: String = text.chars().filter(char::is_ascii_graphic).take(bytes_max).collect();
    if kept.is_empty() { "-".to_owned() } else { kept }
}
