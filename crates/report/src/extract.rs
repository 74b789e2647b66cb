//! What reports mention, without any facts of ours: indicators by kind, CVEs, techniques, actors, software,
//! controls, each with its sentence and place.
//!
//! People get each distinct value once, defanged, with the first sentence it stands in; machines get every
//! mention, exact.

use crate::ansi::Ink;
use crate::csv::Cell;
use crate::layout::{Page, Text};
use crate::mention::{Distinct, about, distinct, group, title, value};
use crate::phrase::{count_of, number};
use crate::shown::Shown;
use crate::{Form, Style, csv, html, json, markdown};
use model::world::{Mention, Mentioned, Report};
use model::{Date, Place, Tlp};
use serde::Serialize;
use std::io::{self, Write};

/// Writes what reports mention.
///
/// # Errors
/// When `out` cannot be written to.
pub fn extract(reports: &[Report], form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let out: &mut dyn Write = &mut buffered;
    match form {
        Form::Navigator => crate::navigator::named(reports, out)?,
        Form::Table => table(reports, style, out)?,
        Form::Json => {
            let reports: Vec<ReportShape<'_>> = reports.iter().map(ReportShape::of).collect();
            json::document(&Document { reports }, out)?;
        }
        Form::Ndjson => {
            for report in reports {
                for mention in &report.mentions {
                    json::line(&LineShape { report: &report.name, mention: MentionShape::of(mention) }, out)?;
                }
            }
        }
        Form::Csv => comma(reports, out)?,
        Form::Markdown => markdown::extract(reports, out)?,
        Form::Html => html::extract(reports, out)?,
    }
    buffered.flush()
}

fn table(reports: &[Report], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(style);
    for (index, report) in reports.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        page.whole(Text::new(title(report), Ink::Bold));
        page.whole(Text::dim(Shown::joined(about(report), " · ")));
        let groups = distinct(report);
        if groups.is_empty() {
            page.whole(Text::dim("nothing found in it"));
        }
        for (name, values) in groups {
            page.blank();
            page.whole(
                Text::new(Shown::of(&[&name, &"  "]), Ink::Bold).and(number(count_of(&values)), Ink::Dim),
            );
            for (index, distinct) in values.iter().enumerate() {
                // Neighbours of one sentence stand above it together.
                let shared = values.get(index + 1).is_some_and(|next| next.sentence() == distinct.sentence());
                value_rows(&mut page, distinct, !shared);
            }
        }
    }
    page.write(out)
}

fn value_rows(page: &mut Page, distinct: &Distinct<'_>, with_sentence: bool) {
    let mut line = Text::plain("  ").and(distinct.shown(), Ink::Plain);
    let place = distinct.place();
    if !place.is_empty() {
        line = line.and(Shown::of(&[&"  ", &place]), Ink::Dim);
    }
    if distinct.in_passing() {
        line = line.and("  in passing", Ink::Dim);
    }
    page.whole(line);
    let sentence = distinct.sentence();
    if with_sentence && !sentence.is_empty() && sentence != distinct.shown() {
        page.indented(Text::dim(sentence), 4);
    }
}

fn comma(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let head = ["report", "type", "value", "malicious", "groups", "sentence", "source", "place"];
    let mut rows = vec![head.iter().map(|name| Cell::exact(name)).collect()];
    for report in reports {
        for mention in &report.mentions {
            let groups = match &mention.what {
                Mentioned::Actor { groups, .. } => groups.as_slice(),
                _ => &[],
            };
            rows.push(vec![
                Cell::exact(&report.name),
                Cell::exact(group(&mention.what).1),
                Cell::exact(value(&mention.what)),
                Cell::exact(if mention.malicious { "true" } else { "false" }),
                Cell::list(groups),
                Cell::exact(&mention.sentence),
                Cell::exact(&mention.origin.source),
                Cell::exact(&mention.origin.place.to_string()),
            ]);
        }
    }
    csv::write_rows(&rows, out)
}

#[derive(Serialize)]
struct Document<'a> {
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
struct LineShape<'a> {
    report: &'a str,
    #[serde(flatten)]
    mention: MentionShape<'a>,
}

#[derive(Serialize)]
struct MentionShape<'a> {
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
