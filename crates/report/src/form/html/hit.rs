//! The part of the page about hits: each intrusion as a picture, as a table and with its proof; then single sightings.

use super::finding::{Detail, Fold, class, findings, meta, proof, why};
use super::link_targets::STORIES_MAX;
use super::page::{breakable, value};
use super::part::{LINES_MAX, left_out, nothing, part, unjudged};
use super::timeline;
use crate::outline::by_part::FindingsByPart;
use crate::outline::entry::ListEntry;
use crate::outline::marking::Marking;
use crate::outline::summary;
use crate::safe::shown::Shown;
use crate::words::domain::SharedDomain;
use crate::words::phrase::{count_of, counted, moment, number};
use maud::{Markup, html};
use model::answer::{Part, Step, Story};
use model::{Answer, Finding, FindingId};
use std::collections::BTreeMap;

/// The part about hits.
pub(crate) fn hit(answer: &Answer, by_part: &FindingsByPart<'_>) -> Markup {
    let year = summary::usual_year(answer);
    let mut proofs: Proofs<'_> = by_part.in_stories.iter().map(|finding| (&finding.id, *finding)).collect();
    let shown = by_part.stories.iter().take(STORIES_MAX);
    let stories: Vec<Markup> = shown
        .enumerate()
        .map(|(index, story)| one_story(index, *story, year, &mut proofs, by_part.marking))
        .collect();
    // Steps that are in no table: of stories beyond the bound, or beyond the bound of a table.
    let others: Vec<&Finding> =
        by_part.in_stories.iter().filter(|finding| proofs.contains_key(&finding.id)).copied().collect();
    let body = html! {
        @if by_part.stories.is_empty() && by_part.outside_stories.is_empty() {
            (nothing(answer, Part::Hit))
        }
        @for story in &stories { (story) }
        (left_out(by_part.stories.len(), STORIES_MAX))
        @if !others.is_empty() {
            h3 { "Further steps" }
            (findings(&others, Detail::Brief, by_part.marking))
        }
        @if !by_part.outside_stories.is_empty() {
            h3 {
                (counted(count_of(&by_part.outside_stories), "sighting", "sightings"))
                @if !by_part.stories.is_empty() { " outside any story" }
            }
            (findings(&by_part.outside_stories, Detail::Full, by_part.marking))
        }
        (unjudged(answer, Part::Hit))
    };
    part("hit", "Hit", &body)
}

/// The same without tables and proof: what happened, the picture, and what is known of its time and its ends.
pub(crate) fn hit_in_short(answer: &Answer, by_part: &FindingsByPart<'_>) -> Markup {
    let year = summary::usual_year(answer);
    let body = html! {
        @if by_part.stories.is_empty() { (nothing(answer, Part::Hit)) }
        @for (index, (story, chain)) in by_part.stories.iter().take(STORIES_SHORT).enumerate() {
            h3.story { (Shown::prose(&story.title)) }
            p { (breakable(&way(story))) }
            @if let Some(chain) = chain {
                div.finding.(class(chain.severity)) { (meta(&ListEntry::alone(chain), by_part.marking)) (why(chain)) }
            }
            (timeline::timeline(index, story, year, true))
            (notes(story, NOTES_SHORT))
        }
        (left_out(by_part.stories.len(), STORIES_SHORT))
    };
    part("hit", "Hit", &body)
}

/// Steps in one table; JSON has all.
const STEPS_LISTED_MAX: usize = 500;

/// Findings of steps that have no place on the page yet.
type Proofs<'a> = BTreeMap<&'a FindingId, &'a Finding>;

/// Intrusions on the short page, and sentences about each.
const STORIES_SHORT: usize = 1;
const NOTES_SHORT: usize = 4;
/// Hosts on the way that are named: more are in the picture and in the table.
const HOSTS_NAMED: usize = 8;

fn way(story: &Story) -> Shown {
    let domain = SharedDomain::of(story.hosts.iter().map(String::as_str));
    let named = story.hosts.iter().take(HOSTS_NAMED).map(|host| domain.short(host));
    let named = Shown::joined(named, " → ");
    let left = match story.hosts.len().saturating_sub(HOSTS_NAMED) {
        0 => Shown::default(),
        left => Shown::of(&[&" → ", &left, &" more"]),
    };
    let domain = domain.said().map_or_else(Shown::default, |said| Shown::of(&[&" (", &said, &")"]));
    Shown::of(&[&named, &left, &domain])
}

fn one_story<'a>(
    index: usize,
    (story, chain): (&Story, Option<&Finding>),
    year: Option<i64>,
    proofs: &mut Proofs<'a>,
    marking: Marking,
) -> Markup {
    let steps: Vec<(&Step, Option<&'a Finding>)> =
        story.steps.iter().take(STEPS_LISTED_MAX).map(|step| (step, proofs.remove(&step.finding))).collect();
    html! {
        h3.story { (Shown::prose(&story.title)) }
        p { (breakable(&way(story))) }
        @if let Some(chain) = chain {
            div.finding.(class(chain.severity)) id=(Shown::exact(chain.id.as_str())) {
                (meta(&ListEntry::alone(chain), marking))
                (why(chain))
                (proof(&ListEntry::alone(chain), Fold::Closed))
            }
        }
        (timeline::timeline(index, story, year, false))
        (notes(story, LINES_MAX))
        (table(&steps, year))
        (left_out(story.steps.len(), STEPS_LISTED_MAX))
        (links(story, year))
    }
}

fn notes(story: &Story, most: usize) -> Markup {
    html! {
        @if !story.notes.is_empty() {
            ul.notes { @for note in story.notes.iter().take(most) { li { (breakable(&Shown::prose(note))) } } }
            (left_out(story.notes.len(), most))
        }
    }
}

/// The steps as one table, each with its proof in a fold below it.
fn table(steps: &[(&Step, Option<&Finding>)], year: Option<i64>) -> Markup {
    let domain = SharedDomain::of(steps.iter().map(|(step, _)| step.host.as_str()));
    html! {
        div.scroll tabindex="0" role="region" aria-label="The steps as a table" {
            table.steps {
                caption {
                    "The steps of the intrusion, as in the picture, each with its proof"
                    @if let Some(said) = domain.said() { "; hosts are " (said) }
                }
                thead {
                    tr {
                        th.bar scope="col" { "Step" }
                        th scope="col" { "First seen" }
                        th scope="col" { "What" }
                        th scope="col" { "Host" }
                        th scope="col" { "Technique" }
                        th scope="col" { "Severity" }
                        th.number scope="col" { "Count" }
                    }
                }
                @for (index, (step, finding)) in steps.iter().enumerate() {
                    (row(index, (step, *finding), year, &domain))
                }
            }
        }
    }
}

fn row(
    index: usize,
    (step, finding): (&Step, Option<&Finding>),
    year: Option<i64>,
    domain: &SharedDomain,
) -> Markup {
    let id = finding.map(|finding| Shown::exact(finding.id.as_str()));
    html! {
        tbody.(class(step.severity)) id=[id] {
            tr {
                th.bar scope="row" { (index + 1) }
                td.time {
                    @match step.time {
                        Some(time) => time datetime=(time) { (moment(time, year)) },
                        None => span.soft { "not known" },
                    }
                    @if let Some(until) = step.until { br; span.soft { "to " (moment(until, year)) } }
                }
                td.what { (breakable(&Shown::prose(&step.what))) }
                td { (value(&domain.short(&step.host))) }
                td { (Shown::prose(step.technique.as_deref().unwrap_or_default())) }
                td.grade { (step.severity.name()) }
                td.number { (number(step.count)) }
            }
            @if let Some(finding) = finding {
                tr.more {
                    td.bar {}
                    td colspan="6" { (proof(&ListEntry::alone(finding), Fold::Closed)) }
                }
            }
        }
    }
}

fn links(story: &Story, year: Option<i64>) -> Markup {
    html! {
        @if !story.links.is_empty() {
            details open {
                summary { "Why these machines belong to one story" }
                div.scroll tabindex="0" role="region" aria-label="Links as a table" {
                    table.links {
                        thead {
                            tr {
                                th scope="col" { "When" } th scope="col" { "From" } th scope="col" { "To" }
                                th scope="col" { "Why" }
                            }
                        }
                        tbody {
                            @for link in &story.links {
                                tr {
                                    td.time { @if let Some(time) = link.time { (moment(time, year)) } }
                                    td { (value(&Shown::prose(&link.from))) }
                                    td { (value(&Shown::prose(&link.to))) }
                                    td.what { (breakable(&Shown::prose(&link.reason))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
