//! The page for those who decide: one sheet, no list of flaws, no word of a tool; what is to be decided comes first.

use super::deciding::{asked, capital, why};
use super::team::are_of;
use super::watched;
use super::words::{Room, day, due, figure, last_period, lead, many, prose, this_period};
use model::brief::{Brief, BriefIntrusion, BriefTask, Due, Touch};
use paper::{Block, Column, Table, Text};
use std::collections::BTreeMap;

/// How a note of a story begins that says how much left.
const DATA_LEFT: &str = "data left: ";

/// The blocks, in reading order.
pub(super) fn blocks(brief: &Brief, room: Room) -> Vec<Block> {
    let mut blocks = vec![Block::Lead(lead(brief).into())];
    let line = |one| Text::new().strong(capital(&asked(one))).plain(format!(": {}.", why(one)));
    blocks.push(Block::Heading("To decide first".into()));
    let mut decisions = brief.decisions.iter().map(line);
    blocks.push(Block::Paragraph(decisions.next().unwrap_or_else(|| "Nothing waits for a decision.".into())));
    let others: Vec<Text> = decisions.collect();
    if !others.is_empty() {
        blocks.push(Block::Paragraph("Then:".into()));
        blocks.push(Block::Bullets(others));
    }
    blocks.push(Block::Heading("Where we are".into()));
    blocks.push(Block::Table(table(brief, room)));
    if let Some(one) = &brief.watched {
        blocks.push(Block::Paragraph(watched::sentence(one, brief).into()));
    }
    // Where the least room is left, the sentence above has said it.
    if let Some(first) = brief.intrusions.first().filter(|_| room.points > 1) {
        blocks.push(Block::Heading("What happened".into()));
        blocks.push(Block::Paragraph(happened(first, room).into()));
    }
    blocks.push(Block::Heading("Are we faster than the attackers?".into()));
    blocks.push(Block::Paragraph(faster(brief).into()));
    blocks.push(Block::Heading("Who does what next".into()));
    blocks.push(Block::Table(owners(brief, room)));
    blocks.push(Block::Heading("What we do not know".into()));
    blocks.push(unknown(brief, room));
    blocks
}

/// Plain names of rows; what belongs together counts together.
const ROWS: [(&str, &[Touch]); 6] = [
    ("Break-ins", &[Touch::Intrusion]),
    ("Stolen accounts in use", &[Touch::MisusedAccount]),
    ("Our machines and accounts seen in trouble by others", &[Touch::OwnMachine, Touch::OwnAccount]),
    ("Partners seen in trouble by others", &[Touch::Partner]),
    ("Weaknesses to close at once or soon", &[Touch::FlawAct, Touch::FlawAttend]),
    ("Protections that are missing", &[Touch::Control]),
];

fn table(brief: &Brief, room: Room) -> Table {
    let new = format!("new {}", this_period(brief));
    let columns = vec![
        Column::words("", 8),
        Column::numbers(new.as_str(), 3),
        Column::numbers("closed", 2),
        Column::numbers("open", 2),
        Column::words("record", 5),
    ];
    let row = |(name, touches): &(&'static str, &[Touch])| {
        let rows: Vec<_> = touches.iter().filter_map(|touch| brief.row(*touch)).collect();
        let open: u64 = touches.iter().map(|touch| brief.open(*touch)).sum();
        let listed = rows.iter().flat_map(|row| &row.open.listed);
        let shown: Vec<String> =
            listed.take(room.behind.min(2)).map(|one| one.id.digits().to_owned()).collect();
        let left = open.saturating_sub(u64::try_from(shown.len()).unwrap_or(u64::MAX));
        let mut record = Text::new().value(shown.join(" "));
        if left > 0 && !shown.is_empty() {
            record = record.soft(format!(" and {} more", figure(left)));
        }
        vec![
            (*name).into(),
            figure(rows.iter().map(|row| row.new.count + row.moved_in).sum()).into(),
            figure(rows.iter().map(|row| row.closed.count).sum()).into(),
            Text::new().strong(figure(open)),
            record,
        ]
    };
    Table { caption: Text::new(), columns, rows: ROWS.iter().map(row).collect(), totals: None }
}

/// An intrusion in two sentences, without a value from outside.
fn happened(one: &BriefIntrusion, room: Room) -> String {
    // A way ends with an address outside, which is no machine of ours.
    let ours = |host: &&String| host.parse::<std::net::IpAddr>().is_err();
    let hosts: Vec<String> =
        one.hosts.iter().filter(ours).take(room.points.min(6)).map(|host| prose(host, 40)).collect();
    let first = one.first.map(|time| format!("As the logs read, from {}", day(time.date())));
    let last = one.last.map(|time| format!(" to {}", day(time.date()))).unwrap_or_default();
    let when =
        first.map_or_else(|| "At a time that is not known".to_owned(), |first| format!("{first}{last}"));
    let way = match hosts.as_slice() {
        [] => "somebody acted in our network".to_owned(),
        [one] => format!("somebody acted on {one}"),
        [start, rest @ ..] => format!("somebody came in by {start} and went on to {}", listed(rest)),
    };
    let accounts = match u64::try_from(one.accounts.len()).unwrap_or(u64::MAX) {
        0 => String::new(),
        n => format!(" {} took part in it or were asked for.", capital(&many(n, "account", "accounts"))),
    };
    let left = one.notes.iter().find_map(|note| note.strip_prefix(DATA_LEFT));
    let left =
        left.map(|left| format!(" {} of data left.", prose(left.split(" to ").next().unwrap_or(left), 40)));
    format!(
        "{when} {way}.{accounts}{} No record shows that it has ended: it is treated as open.",
        left.unwrap_or_default()
    )
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

fn faster(brief: &Brief) -> String {
    let race = &brief.race;
    if race.window.flaws == 0 {
        return "No weakness that attackers are known to use touches us, as far as we know.".to_owned();
    }
    let is_one = race.window.flaws == 1;
    let known = many(race.window.flaws, "weakness", "weaknesses");
    let used = if is_one {
        "that attackers use touches or touched us"
    } else {
        "that attackers use touch or touched us"
    };
    let mut text = format!(
        "{known} {used}. {} closed before it could be used; {} still open.",
        capital(&are_of(race.ahead, "was", "were")),
        are_of(race.window.open, "is", "are")
    );
    if let Some(days) = race.oldest_days {
        text.push_str(&format!(
            " The oldest has been open to attack for {}.",
            many(days.unsigned_abs(), "day", "days")
        ));
    }
    let median = race.window.median_tenths;
    match (median, race.before.as_ref().and_then(|before| before.median_tenths)) {
        (Some(now), Some(before)) if now < before => {
            text.push_str(&format!(" We are getting faster than {}.", last_period(brief)));
        }
        (Some(now), Some(before)) if now > before => {
            text.push_str(&format!(" We are slower than {}.", last_period(brief)));
        }
        (Some(_), Some(_)) => text.push_str(&format!(" That is as {}.", last_period(brief))),
        _ => text.push_str(" There is no earlier period to compare with."),
    }
    text
}

/// Owner by owner: how much, by when the first.
fn owners(brief: &Brief, room: Room) -> Table {
    let mut by_owner: BTreeMap<(Due, String), Vec<&BriefTask>> = BTreeMap::new();
    let mut first: BTreeMap<&str, Due> = BTreeMap::new();
    let name = |task: &BriefTask| task.owner.as_deref().map(str::to_owned);
    for task in &brief.next {
        let known = first.entry(task.owner.as_deref().unwrap_or_default()).or_insert(task.due);
        *known = task.due.min(*known);
    }
    for task in &brief.next {
        let owner = name(task).unwrap_or_default();
        let due = first.get(owner.as_str()).copied().unwrap_or(task.due);
        by_owner.entry((due, owner)).or_default().push(task);
    }
    let columns =
        vec![Column::words("who", 5), Column::numbers("tasks", 2), Column::words("the first by", 5)];
    let row = |((_, owner), tasks): (&(Due, String), &Vec<&BriefTask>)| {
        let owner = if owner.is_empty() { "nobody yet".to_owned() } else { prose(owner, 50) };
        let soonest = tasks.iter().min_by_key(|task| task.due);
        let count = u64::try_from(tasks.len()).unwrap_or(u64::MAX);
        // Why it is that day, those who decide need not know.
        let by = soonest.map(|task| due(&BriefTask { due_why: "", ..(*task).clone() })).unwrap_or_default();
        vec![owner.into(), figure(count).into(), by.into()]
    };
    let mut rows: Vec<Vec<Text>> = by_owner.iter().take(room.rows).map(row).collect();
    let left = by_owner.len().saturating_sub(room.rows);
    if left > 0 {
        rows.push(vec![Text::new().soft(format!("and {left} more"))]);
    }
    if rows.is_empty() {
        rows.push(vec!["nothing is to be done that we know of".into()]);
    }
    Table { caption: Text::new(), columns, rows, totals: None }
}

fn unknown(brief: &Brief, room: Room) -> Block {
    if brief.unchecked.is_empty() {
        return Block::Paragraph("Nothing is known to be missing.".into());
    }
    let points = room.points.min(4);
    let mut lines: Vec<Text> = brief
        .unchecked
        .iter()
        .take(points)
        .map(|line| Text::from(capital(&prose(line, room.letters))))
        .collect();
    let left = brief.unchecked.len().saturating_sub(points);
    if left > 0 {
        lines.push(Text::new().soft(format!("and {left} more: the page of the team has them")));
    }
    Block::Bullets(lines)
}
