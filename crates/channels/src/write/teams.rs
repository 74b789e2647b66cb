//! A message for a workflow of Microsoft Teams: an Adaptive Card of version 1.4.
//!
//! What a notice says is in text runs (`RichTextBlock`), which know no Markdown; a `TextBlock` would make links and lists
//! of it. Teams takes 28 kB with what the workflow adds; messages above 21 kB were seen to be lost.

use super::page::{self, Page, Part};
use model::{Notice, Says, Severity};
use serde_json::{Value, json};

const BYTES_MAX: usize = 20_000;

pub(crate) fn write(notice: &Notice) -> Vec<u8> {
    let mut out = Vec::new();
    for limits in page::CHAT {
        out = serde_json::to_vec(&message(&Page::of(notice, limits))).unwrap_or_default();
        if out.len() <= BYTES_MAX {
            break;
        }
    }
    out
}

fn message(page: &Page) -> Value {
    let marking = page.marking.map(|marking| format!("{marking} · ")).unwrap_or_default();
    let short_id = page.short_id.as_ref().map(|id| format!(" · {id}")).unwrap_or_default();
    let mut body = vec![
        block(vec![soft(&format!("{marking}{}{short_id}", page.organisation))], "None"),
        block(
            vec![json!({
                "type": "TextRun", "text": page.verdict(), "weight": "Bolder", "color": colour(page.severity),
            })],
            "Small",
        ),
        block(
            vec![json!({"type": "TextRun", "text": page.title, "weight": "Bolder", "size": "Large"})],
            "None",
        ),
        block(vec![soft(&page.origin())], "Small"),
    ];
    page.parts.iter().for_each(|part| push_part(&mut body, part));
    if let Some(left_out) = &page.left_out {
        body.push(block(vec![soft(left_out)], "Default"));
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "fallbackText": page.subject(),
                "msteams": {"width": "Full"},
                "body": body,
            },
        }],
    })
}

fn push_part(body: &mut Vec<Value>, part: &Part) {
    let label = json!({"type": "TextRun", "text": part.label, "weight": "Bolder"});
    let run = |text: &str| json!({"type": "TextRun", "text": text});
    match &part.says {
        Says::Text(text) => body.push(block(vec![label, run(&format!("  {text}"))], "Default")),
        Says::Steps(steps) => {
            body.push(block(vec![label], "Default"));
            for (number, step) in (1..).zip(steps) {
                body.push(block(vec![run(&format!("{number}. {step}"))], "Small"));
            }
        }
        Says::Lines(lines) => {
            body.push(block(vec![label], "Default"));
            for line in lines {
                let line = json!({"type": "TextRun", "text": line, "fontType": "Monospace"});
                body.push(block(vec![line], "None"));
            }
        }
    }
    if let Some(left_out) = &part.left_out {
        body.push(block(vec![soft(left_out)], "Small"));
    }
}

fn block(runs: Vec<Value>, spacing: &str) -> Value {
    json!({"type": "RichTextBlock", "inlines": runs, "spacing": spacing})
}

fn soft(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "isSubtle": true})
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Attention",
        Severity::High | Severity::Medium => "Warning",
        Severity::Low => "Good",
        Severity::Informational => "Default",
    }
}
