//! An event in ArcSight's Common Event Format, revision 25: `CEF:0|vendor|product|version|class|name|severity|k=v …`.
//!
//! The name is one of few, as the format asks: receivers group by it, and some read a header with a bar in it wrongly. The
//! title is where the message begins. `externalId` is the notice: a receiver knows a repeat by it. Only keys that mean one thing whatever the finding are
//! filled: an address may be source or destination, so it is a custom string.

use super::event;
use super::page::{self, Page};
use crate::clean::short;
use model::{Notice, Says};

/// Below the dictionary's limits (1,023 and 4,000 characters), so that all of it fits into a syslog message of 8 kB.
const NAME_CHARS_MAX: usize = 150;
const TEXT_CHARS_MAX: usize = 600;
const VALUE_CHARS_MAX: usize = 60;
/// How many values of one name are joined.
const VALUES_MAX: usize = 5;

/// One line, without its end.
pub(crate) fn write(notice: &Notice) -> String {
    let mut out = format!(
        "CEF:0|outpace|outpace|{}|{}|{}|{}|",
        head(env!("CARGO_PKG_VERSION")),
        head(&format!("{}.{}", event::kind(notice), notice.topic.name())),
        head(&format!("{} {}", notice.topic.name(), notice.happened.words())),
        event::cef_severity(notice.severity),
    );
    let mut fields: Vec<(&str, String)> = vec![
        ("externalId", notice.id.as_str().to_owned()),
        ("rt", (notice.at.micros().div_euclid(1_000)).to_string()),
        ("msg", short(&message(notice), TEXT_CHARS_MAX)),
        ("cat", notice.topic.name().to_owned()),
        ("act", notice.happened.name().to_owned()),
        ("cn1Label", "notice".to_owned()),
        ("cn1", notice.number.to_string()),
        ("cs1Label", "tlp".to_owned()),
        ("cs1", notice.tlp.name().to_owned()),
        ("cs2Label", "organisation".to_owned()),
        ("cs2", short(&notice.organisation, NAME_CHARS_MAX)),
        ("cs3Label", "audience".to_owned()),
        ("cs3", short(&notice.audience, NAME_CHARS_MAX)),
    ];
    if let Some(finding) = notice.findings.first() {
        fields.push(("cs4Label", "finding".to_owned()));
        fields.push(("cs4", short(finding.as_str(), VALUE_CHARS_MAX)));
    }
    for (key, label, name) in [
        ("dhost", None, "host"),
        ("duser", None, "account"),
        ("cs5", Some("cs5Label"), "cve"),
        ("cs6", Some("cs6Label"), "address"),
    ] {
        let Some(values) = notice.values.get(name).filter(|values| !values.is_empty()) else { continue };
        if let Some(label) = label {
            fields.push((label, name.to_owned()));
        }
        fields.push((key, joined(values, label.is_some())));
    }
    let fields: Vec<String> =
        fields.iter().map(|(key, value)| format!("{key}={}", extension(value))).collect();
    out.push_str(&fields.join(" "));
    out
}

/// The first value, or the first few where a key may hold several.
fn joined(values: &[String], several: bool) -> String {
    let most = if several { VALUES_MAX } else { 1 };
    let kept: Vec<String> = values.iter().take(most).map(|value| short(value, VALUE_CHARS_MAX)).collect();
    let over = values.len() - kept.len();
    let more = if several && over > 0 { format!(",[{over} more left out]") } else { String::new() };
    format!("{}{more}", kept.join(","))
}

/// The title, and the first part that is a text: what happened.
fn message(notice: &Notice) -> String {
    let page = Page::of(notice, page::MAIL);
    let title = format!("{}: {}", page.verdict(), page.title);
    let first = page.parts.iter().find_map(|part| match &part.says {
        Says::Text(text) => Some(text.clone()),
        _ => None,
    });
    first.map_or(title.clone(), |first| format!("{title}. {first}"))
}

/// Of the header: `|` and `\` are escaped.
fn head(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// Of a value: `=` and `\` are escaped; line ends are none, because the text is clean.
fn extension(text: &str) -> String {
    text.replace('\\', "\\\\").replace('=', "\\=")
}
