//! The page of what reports mention: a table for each group of values.

use super::page::{breakable, mast, page, value};
use super::part::left_out;
use crate::safe::shown::Shown;
use crate::words::mention::{Distinct, NOT_CALLED_MALICIOUS, about, distinct, summary, title};
use crate::words::phrase::{count_of, number};
use maud::{Markup, html};
use model::world::Report;
use std::io::{self, Write};

/// Distinct values of one kind on a page: a browser cannot show a hundred thousand hashes.
const MENTIONS_MAX: usize = 2000;

/// Writes what reports mention.
pub(crate) fn extract(reports: &[Report], out: &mut dyn Write) -> io::Result<()> {
    let heading = match reports {
        [one] => title(one),
        many => crate::words::phrase::counted(count_of(many), "report", "reports"),
    };
    let marking = reports.iter().filter_map(|report| report.tlp).max().and_then(model::Tlp::marked);
    let body = html! {
        header {
            (mast(None, marking, None))
            h1 { (heading) }
        }
        main id="answer" {
            @for report in reports { (mentions(report)) }
        }
    };
    out.write_all(page(&heading, marking, &body).as_bytes())
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
                @for one in values.iter().take(MENTIONS_MAX) {
                    tr {
                        th scope="row" {
                            (value(&one.shown()))
                            @if one.is_only_named() { span.soft { " " (NOT_CALLED_MALICIOUS) } }
                        }
                        td { (one.place()) }
                        td { (breakable(&one.sentence())) }
                    }
                }
            }
        }
        (left_out(values.len(), MENTIONS_MAX))
    }
}
