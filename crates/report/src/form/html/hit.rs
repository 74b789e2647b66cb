//! The part of the page about hits: each intrusion as a picture, as a table and with its proof; then single sightings.

use super::finding::{Detail, Fold, class, findings, meta, proof, why};
use super::link_targets::{LinkTargets, STORIES_MAX};
use super::page::{breakable, value};
use super::part::{LINES_MAX, left_out, nothing, part, unjudged};
use super::timeline;
use crate::outline::by_part::FindingsByPart;
use crate::outline::entry::ListEntry;
use crate::outline::marking::Marking;
use crate::outline::summary;
use crate::safe::shown::Shown;
use crate::words::phrase::{count_of, counted, moment, number};
use maud::{Markup, html};
use model::answer::{Part, Step, Story};
use model::{Answer, Finding};

/// The part about hits.
pub(crate) fn hit(answer: &Answer, by_part: &FindingsByPart<'_>, targets: &LinkTargets<'_>) -> Markup {
    let year = summary::usual_year(answer);
    let body = html! {
        @if by_part.stories.is_empty() && by_part.outside_stories.is_empty() {
            (nothing(answer, Part::Hit))
        }
        @for (index, (story, chain)) in by_part.stories.iter().take(STORIES_MAX).enumerate() {
            (one_story(index, (story, *chain), year, targets, by_part.marking))
        }
        (left_out(by_part.stories.len(), STORIES_MAX))
        @if !by_part.in_stories.is_empty() {
            h3 { "The steps with their proof" }
            (findings(&by_part.in_stories, Detail::Brief, by_part.marking))
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

fn one_story(
    index: usize,
    (story, chain): (&Story, Option<&Finding>),
    year: Option<i64>,
    targets: &LinkTargets<'_>,
    marking: Marking,
) -> Markup {
    let hosts = Shown::joined(story.hosts.iter().map(|host| Shown::prose(host)), " → ");
    html! {
        h3.story { (Shown::prose(&story.title)) }
        p { (breakable(&hosts)) }
        @if let Some(chain) = chain {
            div.finding.(class(chain.severity)) id=(Shown::exact(chain.id.as_str())) {
                (meta(&ListEntry::alone(chain), marking))
                (why(chain))
                (proof(&ListEntry::alone(chain), Fold::Closed))
            }
        }
        (timeline::timeline(index, story, year))
        @if !story.notes.is_empty() {
            ul.notes { @for note in story.notes.iter().take(LINES_MAX) { li { (breakable(&Shown::prose(note))) } } }
            (left_out(story.notes.len(), LINES_MAX))
        }
        (steps(story, year, targets))
        (links(story, year))
    }
}

fn steps(story: &Story, year: Option<i64>, targets: &LinkTargets<'_>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="The steps as a table" {
            table.steps {
                caption.hidden { "The steps of the intrusion, as in the picture" }
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
                tbody { @for (index, step) in story.steps.iter().enumerate() { (row(index, step, year, targets)) } }
            }
        }
    }
}

fn row(index: usize, step: &Step, year: Option<i64>, targets: &LinkTargets<'_>) -> Markup {
    html! {
        tr.(class(step.severity)) {
            th.bar scope="row" { (targets.link(&step.finding, &html! { (index + 1) })) }
            td.time {
                @match step.time {
                    Some(time) => time datetime=(time) { (moment(time, year)) },
                    None => span.soft { "not known" },
                }
                @if let Some(until) = step.until { br; span.soft { "to " (moment(until, year)) } }
            }
            td.what { (breakable(&Shown::prose(&step.what))) }
            td { (value(&Shown::prose(&step.host))) }
            td { (Shown::prose(step.technique.as_deref().unwrap_or_default())) }
            td.grade { (step.severity.name()) }
            td.number { (number(step.count)) }
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
