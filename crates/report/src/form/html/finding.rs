//! One entry on the page: title, grades, reasons, and its proof in a fold below.

use super::page::{breakable, value};
use crate::outline::entry::{self, ListEntry};
use crate::outline::marking::{Marking, of_its_own};
use crate::safe::shown::Shown;
use crate::words::finding::{join, place, seen_line, world_fact};
use crate::words::phrase::{and, count_of, counted};
use maud::{Markup, html};
use model::{Evidence, Finding, Severity};

/// How many entries of one list a page shows, so that a browser stays quick.
pub(crate) const ENTRIES_SHOWN_MAX: usize = 200;
/// Machines named in the line of an entry, and beside its proof.
const MACHINES_MAX: usize = 2;
const MACHINES_BESIDE_PROOF_MAX: usize = 24;

/// The class of a severity's bar and colour.
pub(crate) fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "s-critical",
        Severity::High => "s-high",
        Severity::Medium => "s-medium",
        Severity::Low => "s-low",
        Severity::Informational => "s-informational",
    }
}

/// How much of a finding the page shows before its proof is opened, and the level of its heading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// With its reasons, right under the part's name.
    FullInPart,
    /// With its reasons, under a heading of the third level.
    Full,
    /// Title and grades, under a heading of the third level; the rest is with the proof.
    Brief,
}

/// Findings in the order given, each an entry of its own.
pub(crate) fn findings(findings: &[&Finding], detail: Detail, marking: Marking) -> Markup {
    entries(&findings.iter().map(|finding| ListEntry::alone(finding)).collect::<Vec<_>>(), detail, marking)
}

/// Entries in the order given.
pub(crate) fn entries(entries: &[ListEntry<'_>], detail: Detail, marking: Marking) -> Markup {
    html! {
        @for entry in entries.iter().take(ENTRIES_SHOWN_MAX) { (one(entry, detail, marking)) }
        @if let Some(left) = entry::left_of(entries, ENTRIES_SHOWN_MAX) {
            p.soft { "… and " (left) "; " code.short { "--format json" } " shows all." }
        }
    }
}

fn one(entry: &ListEntry<'_>, detail: Detail, marking: Marking) -> Markup {
    let brief = detail == Detail::Brief;
    let finding = entry.finding();
    let title = breakable(&entry.title());
    html! {
        article.finding.brief[brief].(class(finding.severity)) id=(Shown::exact(finding.id.as_str())) {
            @if detail == Detail::FullInPart { h3 { (title) } } @else { h4 { (title) } }
            (meta(entry, marking))
            @if !brief { (why(finding)) }
            (proof(entry, Fold::Closed))
        }
    }
}

/// Its reasons as one line.
pub(crate) fn why(finding: &Finding) -> Markup {
    html! {
        @if !finding.reasons.is_empty() {
            p.why { (breakable(&Shown::joined(finding.reasons.iter().map(|reason| Shown::prose(reason)), "; "))) }
        }
    }
}

/// The grades, the machine or machines, the techniques, the actors, the owner: one line.
pub(crate) fn meta(entry: &ListEntry<'_>, marking: Marking) -> Markup {
    let finding = entry.finding();
    let subject = entry.machines(MACHINES_MAX);
    html! {
        p.meta {
            span.grade { (finding.severity.name()) }
            @if let Some(decision) = finding.decision { span { (decision.name()) } }
            span { (finding.certainty.name()) }
            @if !subject.is_empty() { span { (value(&subject)) } }
            @if !finding.techniques.is_empty() {
                span { (techniques(finding)) }
            }
            @if !finding.actors.is_empty() {
                span { "consistent with " (and(finding.actors.iter().map(|a| Shown::prose(a)).collect())) }
            }
            @if let Some(owners) = entry.owners() { span { (owners) } }
            @if let Some(tlp) = of_its_own(finding, marking) { span { (tlp.name()) } }
        }
    }
}

/// The first techniques: a chain has the techniques of all its steps, and the table of steps lists them.
fn techniques(finding: &Finding) -> Shown {
    const SHOWN_MAX: usize = 4;
    let shown = Shown::joined(finding.techniques.iter().take(SHOWN_MAX).map(|t| Shown::prose(t)), ", ");
    match count_of(finding.techniques.get(SHOWN_MAX..).unwrap_or_default()) {
        0 => shown,
        left => Shown::of(&[&shown, &" and ", &counted(left, "other technique", "other techniques")]),
    }
}

/// Whether a fold is open at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// It opens by a click.
    Closed,
    /// It is what the page is about.
    Open,
}

/// The facts of both sides and every place, in a fold.
pub(crate) fn proof(entry: &ListEntry<'_>, fold: Fold) -> Markup {
    let finding = entry.finding();
    let on = entry.proof_on();
    html! {
        details.proofs open[fold == Fold::Open] {
            summary { "Proof" @if let Some(machine) = &on { " on " (machine) } ": " (places(finding)) }
            dl.facts {
                dt { "Join" } dd { (join(finding.kind)) }
                (listed("Why", &finding.reasons))
                (listed("Techniques", &finding.techniques))
                dt { "World" } dd {
                    (breakable(&world_fact(finding))) ", from " (value(&Shown::prose(&finding.intel.source)))
                    ", " (finding.intel.tlp.name())
                }
                @let ours = entry.our_facts(MACHINES_BESIDE_PROOF_MAX);
                @if !ours.is_empty() { dt { "Ours" } dd { (value(&Shown::joined(ours, " · "))) } }
                dt { "Seen" @if on.is_some() { " on each" } } dd { (seen_line(finding)) }
                (listed("Gone when", &finding.remediation))
                (listed("Read on", &finding.references))
                (listed("Rule by", &finding.authors))
                dt { "Identifier" } dd {
                    (value(&Shown::exact(finding.id.as_str())))
                    @if let Some(machine) = &on {
                        " on " (machine) "; " code.short { "--format json" } " shows every machine's own"
                    }
                }
            }
            @for evidence in &finding.evidence { (piece(evidence)) }
        }
    }
}

fn listed(name: &'static str, items: &[String]) -> Markup {
    html! {
        @if !items.is_empty() {
            dt { (name) }
            dd { @for item in items { div { (breakable(&Shown::prose(item))) } } }
        }
    }
}

/// `2 pieces, in kev.json and sbom.json`.
fn places(finding: &Finding) -> Shown {
    let mut sources: Vec<&str> = finding.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let pieces = counted(count_of(&finding.evidence), "piece", "pieces");
    let shown: Vec<Shown> = sources.iter().take(2).map(|source| Shown::exact(file_name(source))).collect();
    if sources.len() > 2 {
        let more = counted(u64::try_from(sources.len() - 2).unwrap_or(0), "other file", "other files");
        return Shown::of(&[&pieces, &", in ", &Shown::joined(shown, ", "), &" and ", &more]);
    }
    Shown::of(&[&pieces, &", in ", &and(shown)])
}

fn file_name(source: &str) -> &str {
    source.rsplit(['/', '\\']).next().unwrap_or(source)
}

fn piece(evidence: &Evidence) -> Markup {
    html! {
        div.proof {
            p.exact.where { (breakable(&place(evidence))) }
            @if !evidence.excerpt.is_empty() {
                dl {
                    @for (name, value) in &evidence.excerpt {
                        dt { (Shown::exact(name)) }
                        dd { (breakable(&Shown::exact(value))) }
                    }
                }
            }
        }
    }
}
