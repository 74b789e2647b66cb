//! The timeline: one hit a line in order of time, as CSV or as JSON lines, with the columns of Hayabusa's
//! standard profile, so that programs for its timelines read ours.
//!
//! Columns (Hayabusa 3 and later): `Timestamp, Computer, Channel, EventID, Level, RecordID, RuleTitle, Details,
//! ExtraFieldInfo, RuleID`. Times are UTC; levels are its short words; pairs in a cell are set apart by ` ¦ `,
//! in JSON they are an object. The rule's author, for which its licence may ask, the
//! marking and the place of the record are at the end of `ExtraFieldInfo`. Values are exact, as in all forms for machines.

use crate::safe::csv::{Cell, write_rows};
use crate::safe::json;
use model::{Hit, Severity, Timestamp, Tlp};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// The columns, in order.
const COLUMNS: [&str; 10] = [
    "Timestamp",
    "Computer",
    "Channel",
    "EventID",
    "Level",
    "RecordID",
    "RuleTitle",
    "Details",
    "ExtraFieldInfo",
    "RuleID",
];

/// The two forms of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineForm {
    /// One hit a row, under a line of names.
    Csv,
    /// One hit an object a line.
    JsonLines,
}

/// Writes the beginning of a timeline.
///
/// # Errors
/// When `out` cannot be written to.
pub fn timeline_head(form: TimelineForm, out: &mut dyn Write) -> io::Result<()> {
    match form {
        TimelineForm::Csv => write_rows(&[COLUMNS.map(Cell::exact).into()], out),
        TimelineForm::JsonLines => Ok(()),
    }
}

/// Writes one hit, with the marking of the whole timeline: a hit does not keep the marking of what it met.
///
/// The marking is that of [`crate::marking`].
///
/// # Errors
/// When `out` cannot be written to.
pub fn timeline_line(form: TimelineForm, hit: &Hit, tlp: Tlp, out: &mut dyn Write) -> io::Result<()> {
    match form {
        TimelineForm::Csv => write_rows(&[row(hit, tlp)], out),
        TimelineForm::JsonLines => json::line(&HitShape::of(hit, &others(hit, tlp)), out),
    }
}

fn row(hit: &Hit, tlp: Tlp) -> Vec<Cell> {
    let others = others(hit, tlp);
    [
        moment(hit.time).as_str(),
        &hit.host,
        &hit.channel,
        &hit.event_code,
        level(hit.level),
        &hit.record_id,
        &hit.title,
        &joined(hit.details.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        &joined(others.iter().map(|(name, value)| (*name, value.as_str()))),
        &hit.rule,
    ]
    .map(Cell::exact)
    .into()
}

/// A line, in the order of the columns.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HitShape<'h> {
    timestamp: String,
    computer: &'h str,
    channel: &'h str,
    #[serde(rename = "EventID")]
    event_id: NumberOrText<'h>,
    level: &'static str,
    #[serde(rename = "RecordID")]
    record_id: NumberOrText<'h>,
    rule_title: &'h str,
    details: PairsShape<'h>,
    extra_field_info: PairsShape<'h>,
    #[serde(rename = "RuleID")]
    rule_id: &'h str,
}

impl<'h> HitShape<'h> {
    fn of(hit: &'h Hit, others: &'h [(&'h str, String)]) -> Self {
        Self {
            timestamp: moment(hit.time),
            computer: &hit.host,
            channel: &hit.channel,
            event_id: NumberOrText::of(&hit.event_code),
            level: level(hit.level),
            record_id: NumberOrText::of(&hit.record_id),
            rule_title: &hit.title,
            details: PairsShape::of(hit.details.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            extra_field_info: PairsShape::of(others.iter().map(|(name, value)| (*name, value.as_str()))),
            rule_id: &hit.rule,
        }
    }
}

/// A number if the text is one.
#[derive(Serialize)]
#[serde(untagged)]
enum NumberOrText<'h> {
    Number(u64),
    Text(&'h str),
}

impl<'h> NumberOrText<'h> {
    fn of(text: &'h str) -> Self {
        text.parse().map_or(Self::Text(text), Self::Number)
    }
}

/// Names with their values, in order; a name with several values has a list.
struct PairsShape<'h>(Vec<(&'h str, Vec<&'h str>)>);

impl<'h> PairsShape<'h> {
    fn of(pairs: impl Iterator<Item = (&'h str, &'h str)>) -> Self {
        let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
        for (name, value) in pairs {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => all.push((name, vec![value])),
            }
        }
        Self(all)
    }
}

impl Serialize for PairsShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, values) in &self.0 {
            match values.as_slice() {
                [value] => map.serialize_entry(name, value)?,
                values => map.serialize_entry(name, values)?,
            }
        }
        map.end()
    }
}

fn others(hit: &Hit, tlp: Tlp) -> Vec<(&str, String)> {
    let mut others: Vec<(&str, String)> =
        hit.others.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    if !hit.author.is_empty() {
        others.push(("RuleAuthor", hit.author.clone()));
    }
    if let Some(tlp) = tlp.marked() {
        others.push(("TLP", tlp.name().to_owned()));
    }
    others.push(("File", format!("{}:{}", hit.document, hit.record)));
    others
}

fn joined<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    pairs.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(" ¦ ")
}

/// `2026-06-12 03:14:15.000 +00:00`; empty for an event without time.
fn moment(time: Option<Timestamp>) -> String {
    let Some(time) = time else { return String::new() };
    let (hour, minute, second) = time.time_of_day();
    let millis = time.micros().rem_euclid(1_000_000) / 1000;
    format!("{} {hour:02}:{minute:02}:{second:02}.{millis:03} +00:00", time.date())
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "crit",
        Severity::High => "high",
        Severity::Medium => "med",
        Severity::Low => "low",
        Severity::Informational => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::EventId;

    fn hit() -> Hit {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Hit {
            timeless: false,
            time: Timestamp::parse("2026-06-12T03:14:15.678Z"),
            event: EventId(1),
            title: "Whoami, asked".to_owned(),
            rule: "a-1".to_owned(),
            level: Severity::Medium,
            host: "dc-1".to_owned(),
            channel: "Security".to_owned(),
            event_code: "4688".to_owned(),
            record_id: "77".to_owned(),
            details: vec![pair("CommandLine", "=whoami /all")],
            others: vec![pair("Data", "a"), pair("Data", "b")],
            author: "A. Harbourer".to_owned(),
            document: "Security.evtx".to_owned(),
            record: 5,
        }
    }

    fn written(form: TimelineForm) -> String {
        let mut out = Vec::new();
        timeline_head(form, &mut out).expect("memory");
        timeline_line(form, &hit(), Tlp::Unmarked, &mut out).expect("memory");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_row_has_the_columns_of_hayabusas_standard_profile() {
        assert_eq!(
            written(TimelineForm::Csv),
            "Timestamp,Computer,Channel,EventID,Level,RecordID,RuleTitle,Details,ExtraFieldInfo,RuleID\r\n\
             2026-06-12 03:14:15.678 +00:00,dc-1,Security,4688,med,77,\"Whoami, asked\",\
             CommandLine: =whoami /all,Data: a ¦ Data: b ¦ RuleAuthor: A. Harbourer ¦ File: Security.evtx:5,a-1\r\n"
        );
    }

    #[test]
    fn a_line_has_them_too_with_pairs_as_objects_and_numbers_as_numbers() {
        let line: serde_json::Value =
            serde_json::from_str(&written(TimelineForm::JsonLines)).expect("one object");
        assert_eq!(line["EventID"], 4688);
        assert_eq!(line["RecordID"], 77);
        assert_eq!(line["Details"]["CommandLine"], "=whoami /all");
        assert_eq!(line["ExtraFieldInfo"]["Data"], serde_json::json!(["a", "b"]));
        assert_eq!(line.as_object().map(serde_json::Map::len), Some(COLUMNS.len()));
    }
}
