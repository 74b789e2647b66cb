//! One finding in full, on a terminal or in another form: both sides, every place, every reason, what closes it.
//!
//! Evidence is exact (acting characters are made visible, nothing is defanged, nothing is cut), so that it can be
//! compared with the file.

use crate::Style;
use crate::form::marked::finding_line;
use crate::form::write::no_form;
use crate::form::{Form, html, markdown};
use crate::outline::marking::of_finding;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{InkText, TerminalPage};
use crate::words::finding::{TRACK_STAR, join, our_facts, place, seen_line, short_id, world_fact};
use crate::words::phrase;
use model::{Evidence, Finding};
use std::io::{self, Write};

/// Writes everything about a finding.
///
/// # Errors
/// When `out` cannot be written to.
pub fn explain(finding: &Finding, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    page.whole(InkText::new(Shown::prose(&finding.title), Ink::Bold));
    page.whole(grades(finding).and(Shown::of(&[&" · ", &of_finding(finding, style.marking())]), Ink::Plain));
    page.blank();
    world(&mut page, finding);
    ours(&mut page, finding);
    list(&mut page, "WHY", &finding.reasons);
    technique(&mut page, finding);
    seen(&mut page, finding);
    page.blank();
    for (index, evidence) in finding.evidence.iter().enumerate() {
        proof(&mut page, if index == 0 { "PROOF" } else { "" }, evidence);
    }
    page.blank();
    list(&mut page, "GONE WHEN", &finding.remediation);
    if let Some(owner) = &finding.owner {
        row(&mut page, "OWNER", Shown::prose(owner));
    }
    list(&mut page, "READ ON", &finding.references);
    list(&mut page, "RULE BY", &finding.authors);
    let related: Vec<String> = finding.related.iter().map(ToString::to_string).collect();
    list(&mut page, "MADE OF", &related);
    if finding.decision == Some(model::Decision::TrackStar) {
        page.row("", InkText::dim(TRACK_STAR), 0, LINES);
    }
    page.row("id", InkText::dim(Shown::exact(finding.id.as_str())), 0, LINES);
    page.write(out)
}

/// Writes everything about a finding in one of [`Form::OF_FINDINGS`].
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn explain_as(finding: &Finding, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Table => explain(finding, style, out),
        Form::Json | Form::Ndjson => finding_line(finding, style, out),
        Form::Markdown => markdown::explained(finding, style.marking(), out),
        Form::Html => html::explained(finding, style.marking(), out),
        other => Err(no_form(other)),
    }
}

/// Nothing is cut here: a value is at most [`Evidence::VALUE_MAX`] characters.
const LINES: usize = usize::MAX;

fn row(page: &mut TerminalPage, label: &'static str, text: Shown) {
    page.row(label, InkText::plain(text), 0, LINES);
}

fn list(page: &mut TerminalPage, label: &'static str, items: &[String]) {
    for (index, item) in items.iter().enumerate() {
        row(page, if index == 0 { label } else { "" }, Shown::prose(item));
    }
}

fn grades(finding: &Finding) -> InkText {
    let mut text = InkText::new(finding.severity.name(), Ink::Grade(finding.severity));
    text = text.and(Shown::of(&[&" · ", &finding.certainty]), Ink::Plain);
    if let Some(decision) = finding.decision {
        text = text.and(Shown::of(&[&" · ", &decision]), Ink::Plain);
    }
    text.and(Shown::of(&[&" · ", &join(finding.kind)]), Ink::Dim)
}

fn world(page: &mut TerminalPage, finding: &Finding) {
    row(page, "WORLD", world_fact(finding));
    let from = Shown::of(&[&Shown::prose(&finding.intel.source), &"  ", &finding.intel.tlp]);
    page.row("", InkText::dim(from), 0, LINES);
}

fn ours(page: &mut TerminalPage, finding: &Finding) {
    let facts = our_facts(&finding.subject);
    if !facts.is_empty() {
        row(page, "OURS", Shown::joined(facts, " · "));
    }
}

fn technique(page: &mut TerminalPage, finding: &Finding) {
    if !finding.techniques.is_empty() {
        row(page, "TECHNIQUE", Shown::joined(finding.techniques.iter().map(|t| Shown::prose(t)), " · "));
    }
    if !finding.actors.is_empty() {
        let actors = phrase::and(finding.actors.iter().map(|actor| Shown::prose(actor)).collect());
        row(page, "ACTOR", Shown::of(&[&"consistent with ", &actors, &"; this is no attribution"]));
    }
}

fn seen(page: &mut TerminalPage, finding: &Finding) {
    row(page, "SEEN", seen_line(finding));
}

fn proof(page: &mut TerminalPage, label: &'static str, evidence: &Evidence) {
    page.row(label, InkText::new(place(evidence), Ink::Bold), 0, LINES);
    let names: Vec<Shown> = evidence.excerpt.keys().map(|name| Shown::exact(name)).collect();
    let cells = names.iter().map(|name| InkText::plain(name.clone()).cells()).max().unwrap_or(0).min(20);
    for (name, value) in names.into_iter().zip(evidence.excerpt.values()) {
        let name = InkText::dim(name);
        let pad = cells.saturating_sub(name.cells()) + 2;
        let line = name.and(Shown::exact(&" ".repeat(pad)), Ink::Plain).and(Shown::exact(value), Ink::Plain);
        page.row("", line, cells + 2, LINES);
    }
}

/// Whether what the user typed names this finding: the whole identifier, its digits, or a beginning of
/// them; a fact's own identifier (a CVE, a rule, a check) in any case.
#[must_use]
pub fn is_meant(finding: &Finding, asked: &str) -> bool {
    let asked = asked.trim();
    let digits = asked.strip_prefix("finding--").unwrap_or(asked);
    let own = finding.id.as_str();
    let own = own.strip_prefix("finding--").unwrap_or(own);
    let begins = !digits.is_empty() && own.starts_with(&digits.to_ascii_lowercase());
    begins || (!asked.is_empty() && finding.intel.id.eq_ignore_ascii_case(asked))
}

/// The finding as people name it in one line, for lists of what could be explained.
#[must_use]
pub fn name_line(finding: &Finding) -> String {
    Shown::of(&[&short_id(&finding.id), &"  ", &Shown::prose(&finding.title)]).to_string()
}
