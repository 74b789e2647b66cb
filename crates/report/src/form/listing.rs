//! A listing for people, as a page or as Markdown: rows of texts from outside under columns of ours.
//!
//! For what is no answer and still is published: rules, and what is wrong with them. Every cell is prose, so that it is
//! escaped and nothing in it can be followed.

use crate::form::write::no_form;
use crate::form::{Form, html, markdown};
use crate::safe::shown::Shown;
use std::io::{self, Write};

/// Rows under columns.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The heading.
    pub title: &'static str,
    /// A sentence below it; may be empty.
    pub lead: String,
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// Writes the listing in one of [`Form::OF_LISTINGS`].
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn listing(listing: &Listing, form: Form, out: &mut dyn Write) -> io::Result<()> {
    let (title, lead) = (Shown::from(listing.title), Shown::prose(&listing.lead));
    let cells = |row: &Vec<String>| row.iter().map(|cell| Shown::prose(cell)).collect();
    let rows: Vec<Vec<Shown>> = listing.rows.iter().map(cells).collect();
    match form {
        Form::Html => html::listing((&title, &lead), listing.columns, &rows, out),
        Form::Markdown => markdown::listing((&title, &lead), listing.columns, rows, out),
        other => Err(no_form(other)),
    }
}
