//! Parties of the table of names: all of them in one table, or everything about one; as table and as JSON.
//!
//! Invariants: a list that is cut counts what it leaves out, and JSON has it (NDJSON has the rows alone); what is unknown has a line of its own, and
//! no line says "no" for what was not read.

mod page;
mod reach;
mod rows;

use crate::Style;
use crate::form::Form;
use crate::form::write::no_form;
use crate::safe::json;
use crate::safe::shown::Shown;
use crate::terminal::ansi::Ink;
use crate::terminal::layout::{Column, InkText, TerminalPage};
use crate::terminal::rows::widest;
use crate::words::handing::day;
use crate::words::phrase::{count_of, counted, number};
use model::party::{ListedParty, Parties, PartyPage};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Cells of a column of numbers, and of days.
const NAMES_CELLS: usize = 5;
const DAY_CELLS: usize = 10;
/// Cells of a collection's column: its name is wrapped in it.
const COLLECTION_CELLS: usize = 12;

/// Writes all parties as table, JSON or one a line.
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn parties(of: &Parties, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Table => table(of, style, out),
        Form::Json => json::document(
            &serde_json::json!({
                "organisation": of.organisation, "now": of.now, "tlp": of.tlp.max(style.own), "parties": of.rows,
            }),
            out,
        ),
        Form::Ndjson => of.rows.iter().try_for_each(|row| json::line(row, out)),
        other => Err(no_form(other)),
    }
}

/// Writes the page of one party as table, JSON, or one row a line.
///
/// # Errors
/// When `out` cannot be written to, or the form is another.
pub fn party(of: &PartyPage, form: Form, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let tlp = of.tlp.max(style.own);
    match form {
        Form::Table => page::table(of, tlp, style, out),
        Form::Json => json::document(&PartyPage { tlp, ..of.clone() }, out),
        Form::Ndjson => lines(of, out),
        other => Err(no_form(other)),
    }
}

/// One row of a page, with what it is.
#[derive(Serialize)]
struct Line<'l, T> {
    row: &'static str,
    party: &'l str,
    #[serde(flatten)]
    of: &'l T,
}

fn lines(of: &PartyPage, out: &mut dyn Write) -> io::Result<()> {
    let party = of.summary.party.as_str();
    json::line(&Line { row: "party", party, of: &serde_json::json!({"summary": of.summary}) }, out)?;
    each("name", party, &of.names, out)?;
    each("collection", party, &of.collections, out)?;
    each("record", party, &of.records, out)?;
    each("given", party, &of.given, out)?;
    let Some(reach) = &of.reach else { return Ok(()) };
    each("rule", party, &reach.rules.rows, out)?;
    each("rule for anybody", party, &reach.anybody.rows, out)?;
    each("account", party, &reach.accounts.rows, out)?;
    each("seen", party, &reach.seen.rows, out)?;
    each("sighting", party, &reach.sightings, out)?;
    let unknown = [&reach.rules.unknown, &reach.accounts.unknown, &reach.seen.unknown];
    for why in unknown.into_iter().flatten() {
        json::line(&Line { row: "unknown", party, of: &serde_json::json!({"why": why}) }, out)?;
    }
    Ok(())
}

fn each<T: Serialize>(row: &'static str, party: &str, all: &[T], out: &mut dyn Write) -> io::Result<()> {
    all.iter().try_for_each(|of| json::line(&Line { row, party, of }, out))
}

fn table(of: &Parties, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = TerminalPage::new(style);
    let watched: u64 = of.rows.iter().map(|row| row.names).sum();
    let records: u64 = of.rows.iter().map(|row| row.malicious + row.suspicious).sum();
    let head = Shown::of(&[
        &counted(count_of(&of.rows), "party", "parties"),
        &", ",
        &counted(watched, "name", "names"),
        &" watched, ",
        &counted(records, "record", "records"),
        &" about them.",
    ]);
    page.whole(InkText::new(head, Ink::Bold));
    page.whole(InkText::dim(of.tlp.max(style.own).name()));
    page.blank();
    let columns = Columns::of(of, page.room());
    columns.head(&mut page);
    let mut label = "";
    for row in &of.rows {
        let relation = relation(row);
        columns.row(&mut page, if relation == label { "" } else { relation }, row);
        label = relation;
    }
    if of.rows.is_empty() {
        page.row("PARTIES", InkText::dim("the memory has no table of names"), 0, 2);
    }
    page.write(out)
}

fn relation(row: &ListedParty) -> &'static str {
    match row.relations.first().copied() {
        Some("own") => "OWN",
        Some("subsidiary") => "SUBSIDIARY",
        Some("supplier") => "SUPPLIER",
        Some("customer") => "CUSTOMER",
        _ => "PARTY",
    }
}

/// The columns of a table of parties: of the collections those with the most records, as many as fit.
struct Columns<'c> {
    party: usize,
    collections: Vec<&'c str>,
}

impl<'c> Columns<'c> {
    fn of(of: &'c Parties, room: usize) -> Self {
        let names: Vec<Shown> = of.rows.iter().map(|row| Shown::prose(&row.party)).collect();
        let party = widest(names.iter(), 5, 20);
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (collection, count) in of.rows.iter().flat_map(|row| &row.collections) {
            *counts.entry(collection).or_default() += count;
        }
        let mut ranked: Vec<(&str, u64)> = counts.into_iter().collect();
        ranked.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        let taken = party + NAMES_CELLS + DAY_CELLS + 2 * 2;
        ranked.truncate(room.saturating_sub(taken) / (COLLECTION_CELLS + 2));
        Self { party, collections: ranked.into_iter().map(|(collection, _)| collection).collect() }
    }

    fn put(&self, page: &mut TerminalPage, label: &'static str, cells: [InkText; 3], numbers: Vec<InkText>) {
        let [party, names, newest] = cells;
        let mut columns = vec![(party, Column::Value(self.party)), (names, Column::Fixed(NAMES_CELLS))];
        columns.extend(numbers.into_iter().map(|number| (number, Column::Value(COLLECTION_CELLS))));
        columns.push((newest, Column::Fixed(DAY_CELLS)));
        page.columns(label, columns);
    }

    fn head(&self, page: &mut TerminalPage) {
        let cells = ["party", "names", "newest"].map(InkText::dim);
        let names = self.collections.iter().map(|name| InkText::dim(Shown::prose(name)));
        self.put(page, "", cells, names.collect());
    }

    fn row(&self, page: &mut TerminalPage, label: &'static str, row: &ListedParty) {
        let cells = [
            InkText::new(Shown::prose(&row.party), Ink::Bold),
            InkText::plain(number(row.names)),
            InkText::plain(row.newest.map_or("none".into(), day)),
        ];
        let of = |name: &&str| number(row.collections.get(*name).copied().unwrap_or(0));
        let numbers = self.collections.iter().map(|name| InkText::plain(of(name))).collect();
        self.put(page, label, cells, numbers);
        page.row("", InkText::dim(Shown::of(&[&"  ", &self.about(row)])), 2, 3);
    }

    /// What has no column: collections that did not fit, owner, contact, and what is not counted for the party.
    fn about(&self, row: &ListedParty) -> Shown {
        let mut about: Vec<Shown> = Vec::new();
        for (name, count) in
            row.collections.iter().filter(|(name, _)| !self.collections.contains(&name.as_str()))
        {
            about.push(Shown::of(&[&Shown::prose(name), &" ", &number(*count)]));
        }
        about.push(match row.owners.is_empty() {
            true => "no owner".into(),
            false => {
                let owners = row.owners.iter().map(|one| Shown::prose(one));
                Shown::of(&[&"owner ", &Shown::joined(owners, ", ")])
            }
        });
        about.extend(
            row.has_contact
                .map(|has| if has { "a contact is configured".into() } else { "no contact".into() }),
        );
        if row.expired > 0 {
            about.push(Shown::of(&[&counted(row.expired, "name", "names"), &" watched no more"]));
        }
        if row.kept_back > 0 {
            about.push(Shown::of(&[&counted(row.kept_back, "record", "records"), &" for us alone"]));
        }
        Shown::joined(about, " · ")
    }
}
