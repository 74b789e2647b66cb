//! A message for Slack, as blocks (Block Kit).
//!
//! What a notice says is in `rich_text` and `plain_text`, which Slack shows as they are: `*.example` keeps its star, and
//! neither `<!channel>` nor a colon code is anything. Only `text`, the line of a push message, is markup (`mrkdwn`) and
//! escaped. Limits of Slack: 50 blocks, 150 characters in a header, 3,000 in a text.

use super::page::{self, Page, Part};
use model::{Notice, Says};
use serde_json::{Value, json};

const HEADER_CHARS_MAX: usize = 150;
/// Slack states no limit for a whole message by webhook; this is what its API takes as `text`.
const BYTES_MAX: usize = 40_000;

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
    let mut blocks = vec![
        json!({"type": "header", "text": plain(&page::by_words(&page.title, HEADER_CHARS_MAX - 1))}),
        json!({"type": "context", "elements": [plain(&format!("{marking}{}{short_id}", page.verdict()))]}),
        json!({"type": "context", "elements": [plain(&page.origin())]}),
    ];
    blocks.extend(page.parts.iter().map(block));
    if let Some(left_out) = &page.left_out {
        blocks.push(json!({"type": "context", "elements": [plain(left_out)]}));
    }
    json!({
        "text": escaped(&page.subject()),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

fn block(part: &Part) -> Value {
    let label = json!({"type": "text", "text": part.label, "style": {"bold": true}});
    let section = |texts: Vec<Value>| json!({"type": "rich_text_section", "elements": texts});
    let text = |text: &str| json!({"type": "text", "text": text});
    let mut elements = match &part.says {
        Says::Text(says) => vec![section(vec![label, text(&format!("  {says}"))])],
        Says::Steps(steps) => {
            let items: Vec<Value> = steps.iter().map(|step| section(vec![text(step)])).collect();
            vec![
                section(vec![label]),
                json!({"type": "rich_text_list", "style": "ordered", "elements": items}),
            ]
        }
        Says::Lines(lines) => vec![
            section(vec![label]),
            json!({"type": "rich_text_preformatted", "elements": [text(&lines.join("\n"))]}),
        ],
    };
    if let Some(left_out) = &part.left_out {
        elements.push(section(vec![text(left_out)]));
    }
    json!({"type": "rich_text", "elements": elements})
}

/// The three characters of Slack's markup; marks of emphasis only change how a text looks.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
