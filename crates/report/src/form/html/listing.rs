//! The page of a listing: one table under a heading.

use super::page::{breakable, mast, page, value};
use super::part::left_out;
use crate::safe::shown::Shown;
use maud::html;
use std::io::{self, Write};

/// Rows on one page, so that a browser stays quick.
const ROWS_MAX: usize = 5000;

/// Writes the rows, the first cell of each as its name.
pub(crate) fn listing(
    (title, lead): (&Shown, &Shown),
    columns: &[&'static str],
    rows: &[Vec<Shown>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let body = html! {
        header {
            (mast(None, None, None))
            h1 { (title) }
            @if !lead.is_empty() { p.deck { (lead) } }
        }
        main id="answer" {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table.listing {
                    thead { tr { @for column in columns { th scope="col" { (column) } } } }
                    tbody {
                        @for row in rows.iter().take(ROWS_MAX) {
                            tr {
                                @for (at, cell) in row.iter().enumerate() {
                                    @if at == 0 { th scope="row" { (value(cell)) } } @else { td { (breakable(cell)) } }
                                }
                            }
                        }
                    }
                }
            }
            (left_out(rows.len(), ROWS_MAX))
        }
    };
    out.write_all(page(title, None, &body).as_bytes())
}
