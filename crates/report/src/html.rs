//! The answer as one self-contained page: style and pictures inline, no script, nothing fetched.
//!
//! The page must open from a mail attachment on a machine without network, read well on paper and in one
//! colour, and stay harmless whatever the logs hold: every text passes [`Shown`] and then the escaping of the
//! markup; a content security policy forbids all but the style. No value becomes a link that leaves the page.
//! Landmarks, headings in order, tables with scopes, contrast and focus follow WCAG 2.2 AA.

mod finding;
mod here;
mod hit;
mod page;
mod part;
mod race;
mod sections;
mod timeline;

use crate::headline::headline;
use crate::mention::{Distinct, about, distinct, summary, title};
use crate::parts::{self, Parts};
use crate::phrase::{count_of, number};
use crate::shown::Shown;
use maud::{Markup, Render, html};
use model::Answer;
use model::world::Report;
use std::io::{self, Write};

/// Distinct values of one kind that a page of mentions holds; a list of a hundred thousand hashes is no page.
const MENTIONS_MAX: usize = 2000;

impl Render for Shown {
    fn render_to(&self, buffer: &mut String) {
        self.as_str().render_to(buffer);
    }
}

/// Writes the answer.
pub(crate) fn write(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let parts = Parts::of(answer);
    let sentence = headline(answer, &parts);
    let here = here::Here::of(answer, &parts);
    let body = html! {
        (sections::head(answer, &sentence))
        main id="answer" {
            (sections::first(answer, &here))
            (hit::hit(answer, &parts, &here))
            (sections::reported(answer, &parts))
            (sections::exposed(answer, &parts))
            (sections::gaps(answer, &parts, &here))
            (sections::unknown(answer))
        }
        (sections::foot(answer))
    };
    out.write_all(page::page(&sentence, parts::marking(answer), &body).as_bytes())
}

/// Writes what reports mention.
pub(crate) fn extract(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let heading = match reports {
        [one] => title(one),
        many => crate::phrase::counted(count_of(many), "report", "reports"),
    };
    let marking = reports.iter().filter_map(|report| report.tlp).max();
    let body = html! {
        header {
            (page::mast(None, marking, None))
            h1 { (heading) }
        }
        main id="answer" {
            @for report in reports { (mentions(report)) }
        }
    };
    out.write_all(page::page(&heading, marking, &body).as_bytes())
}

fn mentions(report: &Report) -> Markup {
    let about = Shown::joined(about(report), " · ");
    html! {
        section.part {
            h2 { "Mentions" }
            div {
                p.lead { (summary(report)) }
                p.soft.small { (title(report)) " · " (about) }
                @for (name, values) in distinct(report) {
                    h3 { (name) span.soft { "  " (number(count_of(&values))) } }
                    div.scroll tabindex="0" role="region" aria-label=(name) { (table(&values)) }
                }
            }
        }
    }
}

fn table(values: &[Distinct<'_>]) -> Markup {
    html! {
        table.mentions {
            thead { tr { th scope="col" { "Value" } th scope="col" { "Place" } th scope="col" { "Sentence" } } }
            tbody {
                @for value in values.iter().take(MENTIONS_MAX) {
                    tr {
                        th scope="row" {
                            (page::value(&value.shown()))
                            @if value.in_passing() { span.soft { " in passing" } }
                        }
                        td { (value.place()) }
                        td { (page::breakable(&value.sentence())) }
                    }
                }
            }
        }
        (part::left_out(values.len(), MENTIONS_MAX))
    }
}
