//! A push message by ntfy, published as JSON: plain text, the severity as priority.
//!
//! ntfy makes an attachment of a message above 4,096 bytes; this one stays below.

use super::event;
use super::page::{self, Page};
use model::{Notice, Says};
use serde_json::json;
use std::fmt::Write;

const MESSAGE_BYTES_MAX: usize = 3_900;

pub(crate) fn write(notice: &Notice, topic: &str) -> Vec<u8> {
    let (mut message, mut title) = (String::new(), String::new());
    for limits in page::CHAT {
        let page = Page::of(notice, limits);
        message = text(&page);
        title = title_of(&page);
        if message.len() <= MESSAGE_BYTES_MAX {
            break;
        }
    }
    let body = json!({
        "topic": topic,
        "title": title,
        "message": message,
        "priority": event::ntfy_priority(notice.severity),
        "tags": [notice.severity.name(), notice.topic.name(), notice.happened.name()],
    });
    serde_json::to_vec(&body).unwrap_or_default()
}

/// Verdict first: a locked phone shows the first forty characters.
fn title_of(page: &Page) -> String {
    let marking = page.marking.map(|marking| format!(" [{marking}]")).unwrap_or_default();
    format!("{}: {}{marking}", page.verdict(), page::by_words(&page.title, 110))
}

fn text(page: &Page) -> String {
    let mut out = format!("{}\n", page.origin());
    for part in &page.parts {
        let _ = match &part.says {
            Says::Text(text) => writeln!(out, "{}  {text}", part.label),
            Says::Steps(steps) => {
                let steps = (1..).zip(steps).map(|(number, step): (usize, _)| format!("{number} {step}\n"));
                write!(out, "{}\n{}", part.label, steps.collect::<String>())
            }
            Says::Lines(lines) => writeln!(out, "{}\n{}", part.label, lines.join("\n")),
        };
        if let Some(left_out) = &part.left_out {
            let _ = writeln!(out, "{left_out}");
        }
    }
    if let Some(left_out) = &page.left_out {
        let _ = writeln!(out, "{left_out}");
    }
    out.truncate(out.trim_end().len());
    out
}
