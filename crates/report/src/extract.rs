//! What reports mention, without any facts of ours: indicators by kind, CVEs, techniques, actors, software,
//! controls, each with its sentence and place.
//!
//! People get each distinct value once, defanged, with the first sentence it stands in; machines get every
//! mention, exact.

use crate::ansi::Ink;
use crate::csv::Cell;
use crate::layout::{Page, Text};
use crate::phrase::{count_of, counted, day, number};
use crate::shown::Shown;
use crate::{Form, Style, csv, html, json, markdown};
use model::world::{Mention, Mentioned, Report};
use model::{Date, Place, Tlp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
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
        }
        Form::Csv => comma(reports, out)?,
        Form::Markdown => markdown::extract(reports, out)?,
        Form::Html => html::extract(reports, out)?,
    }
    buffered.flush()
}

/// The kinds of indicators in the order that people read them: where to, then what, then how it looks. A kind
/// that is not here comes after these.
const KINDS: [&str; 15] = [
    "ipv4",
    "ipv6",
    "network",
    "domain",
    "url",
    "email",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "file-name",
    "path",
    "registry-key",
    "user-agent",
    "autonomous-system",
];

/// The groups that people read, in order; the number sorts them.
pub(crate) fn group(what: &Mentioned) -> (usize, &'static str) {
    match what {
        Mentioned::Observable(o) => match o.kind.name() {
            "cve" => (101, "vulnerability"),
            "technique" => (102, "technique"),
            name => (KINDS.iter().position(|kind| *kind == name).unwrap_or(100), name),
        },
        Mentioned::Actor { .. } => (103, "actor"),
        Mentioned::Software(_) => (104, "software"),
        Mentioned::Control(_) => (105, "control"),
    }
}

/// The exact value.
fn value(what: &Mentioned) -> &str {
    match what {
        Mentioned::Observable(o) => &o.value,
        Mentioned::Actor { written, .. } => written,
        Mentioned::Software(name) | Mentioned::Control(name) => name,
    }
}

/// A distinct value of a report.
pub(crate) struct Distinct<'a> {
    /// Its first mention.
    pub(crate) first: &'a Mention,
    /// How often it is mentioned.
    pub(crate) count: u64,
    /// Whether any mention holds it for malicious.
    pub(crate) malicious: bool,
}

impl Distinct<'_> {
    /// For people: defanged; a group with the names that sources give it.
    pub(crate) fn shown(&self) -> Shown {
        let value = match &self.first.what {
            // No mail program makes a file name clickable, and its last part is no domain.
            Mentioned::Observable(o) if matches!(o.kind.name(), "file-name" | "path" | "registry-key") => {
                Shown::exact(&o.value)
            }
            what => Shown::prose(value(what)),
        };
        let Mentioned::Actor { written, groups } = &self.first.what else { return value };
        let others: Vec<Shown> =
            groups.iter().filter(|group| *group != written).map(|group| Shown::prose(group)).collect();
        if others.is_empty() {
            value
        } else {
            Shown::of(&[&value, &" (", &Shown::joined(others, ", "), &")"])
        }
    }

    /// Whether it could be looked for, but the report only mentions it in passing.
    pub(crate) fn in_passing(&self) -> bool {
        // CVEs and techniques are named, not looked for.
        !self.malicious && group(&self.first.what).0 <= 100
    }

    /// The first sentence.
    pub(crate) fn sentence(&self) -> Shown {
        Shown::prose(&self.first.sentence)
    }

    /// The first place, and how many more there are.
    pub(crate) fn place(&self) -> Shown {
        let place = match self.first.origin.place {
            Place::Whole => Shown::default(),
            place => Shown::of(&[&place]),
        };
        if self.count > 1 {
            return Shown::of(&[&place, &" and ", &number(self.count - 1), &" more"]);
        }
        place
    }
}

/// The distinct values of a report by group, in the order of the groups, then of their first place.
pub(crate) fn distinct(report: &Report) -> Vec<(&'static str, Vec<Distinct<'_>>)> {
    let mut places: HashMap<(usize, &str), usize> = HashMap::new();
    let mut all: Vec<((usize, &'static str), Distinct<'_>)> = Vec::new();
    for mention in &report.mentions {
        let group = group(&mention.what);
        let next = all.len();
        let at = *places.entry((group.0, value(&mention.what))).or_insert(next);
        match all.get_mut(at) {
            Some((_, known)) => {
                known.count += 1;
                known.malicious |= mention.malicious;
            }
            None => all.push((group, Distinct { first: mention, count: 1, malicious: mention.malicious })),
        }
    }
    let mut groups: BTreeMap<(usize, &'static str), Vec<Distinct<'_>>> = BTreeMap::new();
    for (group, distinct) in all {
        groups.entry(group).or_default().push(distinct);
    }
    groups.into_iter().map(|((_, name), values)| (name, values)).collect()
}

/// Title, publisher, day and marking of a report, for people.
pub(crate) fn about(report: &Report) -> Vec<Shown> {
    let mut about = Vec::new();
    about.extend(report.publisher.as_deref().map(Shown::prose));
    about.extend(report.published.map(day));
    about.extend(report.tlp.map(|tlp| Shown::from(tlp.name())));
    about.push(Shown::exact(&report.origin.source));
    about
}

/// The report's title, else its file.
pub(crate) fn title(report: &Report) -> Shown {
    if report.name.is_empty() { Shown::exact(&report.origin.source) } else { Shown::prose(&report.name) }
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
            let mut sentences = values.iter().map(Distinct::sentence).peekable();
            for distinct in &values {
                // Neighbours of one sentence stand above it together.
                let sentence = sentences.next().filter(|sentence| sentences.peek() != Some(sentence));
                value_rows(&mut page, distinct, sentence);
            }
        }
    }
    page.write(out)
}

fn value_rows(page: &mut Page, distinct: &Distinct<'_>, sentence: Option<Shown>) {
    let shown = distinct.shown();
    let sentence = sentence.filter(|sentence| !sentence.is_empty() && *sentence != shown);
    let mut line = Text::plain("  ").and(shown, Ink::Plain);
    let place = distinct.place();
    if !place.is_empty() {
        line = line.and(Shown::of(&[&"  ", &place]), Ink::Dim);
    }
    if distinct.in_passing() {
        line = line.and("  in passing", Ink::Dim);
    }
    page.whole(line);
    if let Some(sentence) = sentence {
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

/// How many distinct values of what, in words: `3 indicators, 2 CVEs`.
pub(crate) fn summary(report: &Report) -> Shown {
    let groups = distinct(report);
    let of = |names: &[&str]| -> u64 {
        let found = groups.iter().filter(|(name, _)| names.contains(name));
        found.map(|(_, values)| count_of(values)).sum()
    };
    let all: u64 = groups.iter().map(|(_, values)| count_of(values)).sum();
    let rest = ["vulnerability", "technique", "actor", "software", "control"];
    let counts = [
        (all - of(&rest), "indicator", "indicators"),
        (of(&["vulnerability"]), "CVE", "CVEs"),
        (of(&["technique"]), "technique", "techniques"),
        (of(&["actor"]), "actor", "actors"),
        (of(&["software"]), "piece of software", "pieces of software"),
        (of(&["control"]), "control", "controls"),
    ];
    let said: Vec<Shown> =
        counts.into_iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(n, one, many)).collect();
    if said.is_empty() { "nothing found in it".into() } else { crate::phrase::and(said) }
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
struct MentionShape<'a> {
    /// The report's name, where each mention is a line of its own.
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
