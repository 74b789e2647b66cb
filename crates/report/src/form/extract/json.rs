//! What reports mention as JSON: one document, or one mention a line.

use crate::safe::json;
use crate::words::mention::{group, value};
use model::world::{Mention, Mentioned, Report};
use model::{Date, Place, Tlp};
use serde::Serialize;
use std::io::{self, Write};

/// Writes one document.
pub(crate) fn document(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let reports: Vec<ReportShape<'_>> = reports.iter().map(ReportShape::of).collect();
    json::document(&ReportsShape { reports }, out)
}

/// Writes one mention a line.
pub(crate) fn lines(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::new();
    for report in reports {
        for mention in &report.mentions {
            let mention = MentionShape { report: Some(&report.name), ..MentionShape::of(mention) };
            line.clear();
            json::append(&mention, &mut line)?;
            line.push(b'\n');
            out.write_all(&line)?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct ReportsShape<'a> {
    reports: Vec<ReportShape<'a>>,
}

#[derive(Serialize)]
struct ReportShape<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tlp: Option<Tlp>,
    source: &'a str,
    mentions: Vec<MentionShape<'a>>,
}

impl<'a> ReportShape<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            id: &report.id,
            name: &report.name,
            publisher: report.publisher.as_deref(),
            published: report.published,
            tlp: report.tlp,
            source: &report.origin.source,
            mentions: report.mentions.iter().map(MentionShape::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct MentionShape<'a> {
    /// The report's name, if each mention is a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<&'a [String]>,
    malicious: bool,
    sentence: &'a str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

impl<'a> MentionShape<'a> {
    fn of(mention: &'a Mention) -> Self {
        let groups = match &mention.what {
            Mentioned::Actor { groups, .. } => Some(groups.as_slice()),
            _ => None,
        };
        let place = mention.origin.place;
        Self {
            report: None,
            kind: group(&mention.what).1,
            value: value(&mention.what),
            groups,
            malicious: mention.malicious,
            sentence: &mention.sentence,
            source: &mention.origin.source,
            place: (place != Place::Whole).then(|| place.to_string()),
        }
    }
}
