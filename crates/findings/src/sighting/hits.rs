//! Single hits, one a line of a timeline: what the event says, and what it was hit by.

use super::compiled::Compiled;
use super::engine::Detection;
use super::grade::{grade, severity};
use super::met::{LogDocument, Met};
use super::proof::LEADING_FIELDS;
use super::validity;
use crate::sighting::sent::coverage::shown;
use model::identity::Entity;
use model::{Hit, Record, Severity, Text, Value, secret};

/// How many bytes of one value a line shows: script blocks are longer than anybody reads in a table.
const VALUE_BYTES_MAX: usize = 1_000;
/// How many fields a line shows besides the leading ones.
const OTHERS_MAX: usize = 40;

/// The fields that hold the number of a record in its log.
const RECORD_IDS: &[&str] = &["EventRecordID", "RecordNumber", "EventRecordId", "record_id"];

/// The line of a hit.
pub(super) fn single(
    compiled: &Compiled,
    met: Met,
    seen: LogDocument<'_>,
    record: &Record<'_>,
    host: &Entity,
) -> Option<Hit> {
    let mut hit = of_record(seen, record, host);
    match met {
        Met::Rule(index) => {
            let rule = compiled.rules.set.rules().get(index)?;
            hit.title.clone_from(&rule.title);
            hit.rule.clone_from(rule.id.as_ref().unwrap_or(&rule.title));
            hit.level = severity(rule);
            hit.author = rule.author.clone().unwrap_or_default();
        }
        Met::Indicator(tag) => {
            let observable = compiled.lookout.indicator(tag)?.observable;
            let said = compiled.lookout.of_value(&observable);
            hit.title = format!("indicator {}", observable.value);
            hit.rule.clone_from(&observable.value);
            hit.level = grade(&observable).0;
            if !validity::held(&said, record.time) {
                hit.title.push_str(", outside of its validity");
                hit.level = hit.level.max(Severity::Medium);
            }
            hit.author = said.iter().map(|said| &said.source).min().cloned().unwrap_or_default();
        }
    }
    Some(hit)
}

/// The line of another engine's detection.
pub(super) fn of_detection(
    detection: &Detection,
    seen: LogDocument<'_>,
    record: &Record<'_>,
    host: &Entity,
) -> Hit {
    let mut hit = of_record(seen, record, host);
    hit.title.clone_from(&detection.title);
    hit.rule = if detection.id.is_empty() { detection.title.clone() } else { detection.id.clone() };
    hit.level = detection.level;
    hit.author.clone_from(&detection.author);
    let text = |name| record.get(name).unwrap_or_default().to_owned();
    hit.channel = text("detection.channel");
    hit.event_code = text("detection.event_id");
    hit.record_id = text("detection.record");
    hit
}

fn of_record(seen: LogDocument<'_>, record: &Record<'_>, host: &Entity) -> Hit {
    let number = record.number.to_string();
    let record_id = RECORD_IDS.iter().find_map(|name| record.get(name)).map_or(number, str::to_owned);
    let (details, others) = fields(record);
    Hit {
        timeless: record.time.is_none(),
        time: record.time,
        event: record.id(),
        title: String::new(),
        rule: String::new(),
        level: Severity::Informational,
        host: host.display.clone(),
        channel: record.get("Channel").map_or_else(|| shown(record.log), str::to_owned),
        event_code: record.get("EventID").unwrap_or_default().to_owned(),
        record_id,
        details,
        others,
        author: String::new(),
        document: seen.document.to_string(),
        record: record.number,
    }
}

type Pairs = Vec<(String, String)>;

/// The leading fields, and the others; of a plain line, the line.
fn fields(record: &Record<'_>) -> (Pairs, Pairs) {
    if record.text == Text::Raw {
        return (vec![("line".to_owned(), cut(&secret::line(record, VALUE_BYTES_MAX)))], Vec::new());
    }
    let apart = ["EventID", "Channel", "Computer", "detection.title", "detection.level"];
    let pairs = record.fields.iter().enumerate().filter_map(|(at, field)| match field.value {
        Value::Text(text) if !matches!(text, "" | "-") && !apart.contains(&field.name) => {
            Some((field.name.to_owned(), cut(&secret::value_at(record, at, VALUE_BYTES_MAX)?)))
        }
        _ => None,
    });
    let (details, mut others): (Pairs, Pairs) =
        pairs.partition(|(name, _)| LEADING_FIELDS.contains(&name.as_str()));
    others.truncate(OTHERS_MAX);
    (details, others)
}

fn cut(text: &str) -> String {
    let kept = text.get(..text.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or_default();
    if kept.len() < text.len() { format!("{kept}…") } else { kept.to_owned() }
}
