//! The page for one party: what others saw of it, and what it can do about that.
//!
//! It is read by somebody who does not know this program and may take it for a fraud: so it asks for no password, has no
//! link, and says how to ask back.

use super::words::{Room, figure, last_period, many, prose, this_period, value};
use model::brief::{Audience, Brief, PartyRow};
use model::{Date, Timestamp};
use paper::{Block, Column, Table, Text};
use std::collections::BTreeSet;

/// The blocks, in reading order.
pub(super) fn blocks(brief: &Brief, room: Room) -> Vec<Block> {
    let name = match &brief.audience {
        Audience::Party(name) => prose(name, 80),
        Audience::Management | Audience::Team => String::new(),
    };
    let mut blocks = vec![Block::Lead(lead(brief, &name).into())];
    blocks.push(Block::Heading("What others saw of you".into()));
    if brief.party.is_empty() {
        blocks.push(Block::Paragraph("Nothing is open.".into()));
    } else {
        blocks.push(Block::Table(seen(brief, room)));
        blocks.push(Block::Heading("What you can do".into()));
        let remedies: BTreeSet<&str> = brief.party.iter().map(|row| row.remedy.as_str()).collect();
        blocks.push(Block::Bullets(remedies.into_iter().map(|one| capital(one).into()).collect()));
    }
    if !brief.others.collections.is_empty() {
        blocks.push(Block::Heading("By collection".into()));
        blocks.push(Block::Table(collections(brief, room)));
    }
    blocks.push(Block::Note(
        "Passwords that a record held are neither kept nor shown. This page has no link and asks for no password. If you \
         doubt it, ask us by a number that you know already, not by one of this page."
            .into(),
    ));
    blocks
}

fn lead(brief: &Brief, name: &str) -> String {
    let count = u64::try_from(brief.party.len()).unwrap_or(u64::MAX);
    let new = brief.party.iter().filter(|row| row.is_new).count();
    let new = u64::try_from(new).unwrap_or(u64::MAX);
    match (count, new) {
        (0, _) => format!("Nothing that others saw of {name} is open, in what we read."),
        (count, 0) => {
            let are = if count == 1 { "is" } else { "are" };
            format!("Nothing new was seen of {name}; {} {are} still open.", many(count, "report", "reports"))
        }
        (count, new) => {
            let are = if new == 1 { "is" } else { "are" };
            format!(
                "{} about {name} {are} new {}; {} in all.",
                many(new, "report", "reports"),
                this_period(brief),
                match count {
                    1 => "1 is open".to_owned(),
                    count => format!("{} are open", figure(count)),
                }
            )
        }
    }
}

fn capital(text: &str) -> String {
    super::deciding::capital(text) + "."
}

fn seen(brief: &Brief, room: Room) -> Table {
    let columns = vec![
        Column::words("of you", 5),
        Column::words("what was seen", 7),
        Column::words("by", 4),
        Column::numbers("records", 2),
        Column::words("when", 5),
        Column::words("see", 3),
    ];
    let row = |row: &PartyRow| {
        let what = Text::new().plain(prose(&row.what, room.letters));
        vec![
            Text::new().value(value(&row.value)),
            if row.is_new { what.strong(" (new)") } else { what },
            prose(&row.collection, 60).into(),
            figure(row.count).into(),
            when(row.first, row.last).into(),
            Text::new().value(row.id.digits()),
        ]
    };
    let mut rows: Vec<Vec<Text>> = brief.party.iter().take(room.rows * 4).map(row).collect();
    let left = brief.party.len().saturating_sub(room.rows * 4);
    if left > 0 {
        rows.push(vec![Text::new().soft(format!("and {left} more"))]);
    }
    Table { caption: Text::new(), columns, rows, totals: None }
}

/// The days of the first and the last record.
fn when(first: Option<Timestamp>, last: Option<Timestamp>) -> String {
    let short = |date: Date| date.to_string();
    match (first, last) {
        (Some(first), Some(last)) if first.date() == last.date() => short(first.date()),
        (Some(first), Some(last)) => format!("{} to {}", short(first.date()), short(last.date())),
        _ => "the record has no day".to_owned(),
    }
}

fn collections(brief: &Brief, room: Room) -> Table {
    let columns = vec![
        Column::words("collection", 6),
        Column::numbers(this_period(brief), 2),
        Column::numbers(last_period(brief), 2),
        Column::numbers("late", 2),
    ];
    let row = |row: &model::brief::CollectionRow| {
        vec![
            prose(&row.name, 60).into(),
            figure(row.now).into(),
            figure(row.before).into(),
            figure(row.late).into(),
        ]
    };
    let rows = brief.others.collections.iter().take(room.rows).map(row).collect();
    let caption = "Records about you, each on the day on which its source published it; late: of an earlier day, and new to us.";
    Table { caption: Text::new().soft(caption), columns, rows, totals: None }
}
