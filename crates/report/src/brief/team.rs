//! The page for those who work on it: what touches us, what others saw, the world, the race, what is next; three pages at most.

use super::deciding;
use super::watched;
use super::words::{
    Room, about, behind, both, day, due, ended, figure, ids, last_period, lead, long_day, looked, many, more,
    owner, prose, row_name, short_host, tenths, this_period,
};
use model::brief::{Brief, BriefAdvisory, BriefIntrusion, CollectionRow, Touch, TouchRow, WorldFlaw};
use paper::{Block, Column, Table, Text};

/// Rows that are shown even where nothing is in them: their zero is news.
const ALWAYS: [Touch; 6] = [
    Touch::Intrusion,
    Touch::MisusedAccount,
    Touch::OwnMachine,
    Touch::FlawAct,
    Touch::FlawAttend,
    Touch::Control,
];

/// The blocks, in reading order.
pub(super) fn blocks(brief: &Brief, room: Room) -> Vec<Block> {
    let mut blocks = vec![Block::Lead(lead(brief).into()), Block::Heading("What touches us".into())];
    blocks.push(Block::Table(touches(brief, room)));
    blocks.extend(counted_notes(brief).map(|note| Block::Note(note.into())));
    for one in brief.intrusions.iter().take(room.points.min(2)) {
        blocks.extend(intrusion(one, room));
    }
    blocks.push(Block::Heading("Others saw".into()));
    blocks.extend(others(brief, room));
    blocks.extend(brief.watched.iter().flat_map(|one| watched::blocks(one, brief, room)));
    blocks.push(Block::Heading("The world".into()));
    blocks.push(Block::Bullets(world(brief, room)));
    blocks.push(Block::Heading("The race".into()));
    blocks.extend(race(brief).into_iter().map(|line| Block::Paragraph(line.into())));
    blocks.push(Block::Heading("Could not check".into()));
    blocks.push(unchecked(brief, room));
    blocks.push(Block::Heading("Done".into()));
    blocks.push(Block::Bullets(done(brief, room)));
    blocks.push(Block::Heading("Next".into()));
    blocks.push(Block::Table(next(brief, room)));
    blocks.push(Block::Heading("Decisions wanted".into()));
    blocks.push(decisions(brief, room));
    blocks
}

/// The rows that are shown.
pub(super) fn rows(brief: &Brief) -> impl Iterator<Item = &TouchRow> {
    brief.touches.iter().filter(|row| {
        let counts =
            [row.before, row.new.count, row.moved_in, row.moved_out, row.closed.count, row.open.count];
        ALWAYS.contains(&row.touch) || counts.iter().any(|count| *count > 0)
    })
}

/// New, closed and open of each kind, with the findings behind them.
pub(super) fn touches(brief: &Brief, room: Room) -> Table {
    let new = format!("new {}", this_period(brief));
    let columns = vec![
        Column::words("", 4),
        Column::numbers(new.as_str(), 2),
        Column::numbers("closed", 1),
        Column::numbers("open", 1),
        Column::words("which are open", 10),
    ];
    let row = |row: &TouchRow| {
        let open = row.open.count.saturating_sub(row.set_aside);
        let which = match (open, row.closed.count) {
            (0, 0) => Text::new(),
            (0, _) => both(Text::new().soft("closed: "), behind(row.touch, &row.closed, room)),
            _ => behind(row.touch, &row.open, room),
        };
        vec![
            row_name(row.touch).into(),
            figure(row.new.count + row.moved_in).into(),
            figure(row.closed.count).into(),
            Text::new().strong(figure(open)),
            which,
        ]
    };
    Table { caption: Text::new(), columns, rows: rows(brief).map(row).collect(), totals: None }
}

/// What the counts leave out.
fn counted_notes(brief: &Brief) -> Option<String> {
    let aside: u64 = brief.touches.iter().map(|row| row.set_aside).sum();
    let moved: u64 = brief.touches.iter().map(|row| row.moved_in).sum();
    let mut notes = Vec::new();
    if aside > 0 {
        notes.push(format!("{} accepted, called false or resolved, and counted as open nowhere", are(aside)));
    }
    if moved > 0 {
        notes.push(format!(
            "{} judged otherwise than before, and new in the row in which it counts now",
            are(moved)
        ));
    }
    (!notes.is_empty()).then(|| format!("{}.", notes.join("; ")))
}

fn are(count: u64) -> String {
    format!("{} {}", many(count, "finding", "findings"), if count == 1 { "is" } else { "are" })
}

/// One intrusion: way, times, what is known and what is not.
fn intrusion(one: &BriefIntrusion, room: Room) -> Vec<Block> {
    let mut text = Text::new().value(one.id.digits()).plain(" ");
    let hosts: Vec<String> = one.hosts.iter().take(room.rows).map(|host| prose(host, 60)).collect();
    let way = if hosts.is_empty() { prose(&one.title, room.letters) } else { hosts.join(" → ") };
    text = text.strong(way);
    if one.steps > 0 {
        text = text.plain(format!(", {}", many(one.steps, "step", "steps")));
    }
    if let Some((first, last)) = one.first.zip(one.last) {
        text = text.plain(format!(", {} to {}", day(first.date()), day(last.date())));
    }
    let accounts: Vec<String> = one.accounts.iter().take(room.points).map(|name| prose(name, 60)).collect();
    if !accounts.is_empty() {
        text = text.plain(format!("; accounts: {}", accounts.join(", ")));
    }
    if !one.actors.is_empty() {
        let actors: Vec<String> = one.actors.iter().take(3).map(|name| prose(name, 60)).collect();
        text = text.plain(format!("; consistent with {}, which is no attribution", actors.join(", ")));
    }
    let mut blocks = vec![Block::Paragraph(text.plain("."))];
    let notes: Vec<Text> =
        one.notes.iter().take(room.points.min(5)).map(|note| prose(note, room.letters).into()).collect();
    if !notes.is_empty() {
        blocks.push(Block::Bullets(notes));
    }
    blocks
}

fn others(brief: &Brief, room: Room) -> Vec<Block> {
    let others = &brief.others;
    if others.collections.is_empty() {
        let text = match brief.looked_at.observations {
            0 => "No collection was read: nothing is known of what others saw.".to_owned(),
            count => {
                format!("No record is of these two periods; {} are older.", many(count, "record", "records"))
            }
        };
        return vec![Block::Paragraph(text.into())];
    }
    let mut blocks = vec![Block::Table(collections(brief, room))];
    let named = |rows: Vec<String>, what: &str| {
        (!rows.is_empty()).then(|| Block::Paragraph(format!("{what}: {}.", rows.join(", ")).into()))
    };
    let addresses = others.addresses.iter().map(|(address, count, is_about)| {
        let whose = if *is_about { ", ours or a partner's" } else { "" };
        format!("{} ({}{whose})", prose(address, 60), figure(*count))
    });
    blocks.extend(named(addresses.collect(), "Most records, by address"));
    let families = others.families.iter().map(|(family, now, before)| {
        format!("{} ({}, before {})", prose(family, 40), figure(*now), figure(*before))
    });
    blocks.extend(named(families.collect(), "By family of malware"));
    let late: u64 = others.collections.iter().map(|row| row.late).sum();
    let mut note = "A record counts once, on the day on which its source published it.".to_owned();
    if late > 0 {
        let are = if late == 1 { "is" } else { "are" };
        note.push_str(&format!(
            " Late: {} about us or partners {are} of an earlier day and came to us {}.",
            many(late, "record", "records"),
            this_period(brief)
        ));
    }
    blocks.push(Block::Note(note.into()));
    blocks
}

/// Collection by collection: all records, and ours apart.
pub(super) fn collections(brief: &Brief, room: Room) -> Table {
    let columns = vec![
        Column::words("collection", 5),
        Column::numbers(this_period(brief), 2),
        Column::numbers(last_period(brief), 2),
        Column::numbers("about us", 2),
        Column::numbers("partners", 2),
        Column::numbers("late", 1),
        Column::words("who and what", 9),
    ];
    let compared = |now: u64, before: u64| match brief.has_past || before > 0 {
        true => format!("{} ({})", figure(now), figure(before)),
        false => figure(now),
    };
    // Those about us come first.
    let mut all: Vec<&CollectionRow> = brief.others.collections.iter().collect();
    all.sort_by_key(|row| {
        let about = row.ours_now + row.ours_before + row.partners_now + row.partners_before + row.late;
        (about == 0, row.name.clone())
    });
    let row = |row: &&CollectionRow| {
        let undated = if row.undated > 0 { " (undated)" } else { "" };
        vec![
            Text::new().plain(prose(&row.name, 60)).soft(undated),
            figure(row.now).into(),
            figure(row.before).into(),
            compared(row.ours_now, row.ours_before).into(),
            compared(row.partners_now, row.partners_before).into(),
            figure(row.late).into(),
            about(row, room).into(),
        ]
    };
    let mut rows: Vec<Vec<Text>> = all.iter().take(room.rows).map(row).collect();
    rows.extend(more(all.len(), room.rows).map(|text| vec![text]));
    Table { caption: Text::new(), columns, rows, totals: None }
}

/// KEV, exploits, advisories, mistakes of sources: a line each.
pub(super) fn world(brief: &Brief, room: Room) -> Vec<Text> {
    let world = &brief.world;
    let mut lines: Vec<Text> =
        world.advisories.iter().take(room.points).map(|one| advisory(one, room)).collect();
    lines.extend(more(world.advisories.len(), room.points));
    if world.advisories.is_empty() {
        lines.push("No advisory was learnt.".into());
    }
    lines.push(listed(brief, "KEV", "added to it", &world.kev, world.kev_newest, room));
    lines.push(listed(brief, "Exploits", "made public", &world.exploits, world.exploits_newest, room));
    for slip in world.slips.iter().take(room.points.min(3)) {
        lines.push(
            Text::new()
                .strong("Mistake of a source")
                .plain(format!(": {}", ended(&prose(slip, room.letters)))),
        );
    }
    lines
}

fn advisory(one: &BriefAdvisory, room: Room) -> Text {
    let mut text = Text::new().strong(prose(&one.title, room.letters.min(120)));
    if let Some(publisher) = &one.publisher {
        text = text.plain(format!(", {}", prose(publisher, 60)));
    }
    if !one.actors.is_empty() {
        let actors: Vec<String> = one.actors.iter().take(3).map(|name| prose(name, 40)).collect();
        text = text.plain(format!(", on {}", actors.join(", ")));
    }
    let mut parts = vec![format!(": names {}", many(one.flaws, "flaw", "flaws"))];
    let list = |these: &[String]| -> String {
        let shown: Vec<String> = these.iter().take(room.points).map(|flaw| prose(flaw, 40)).collect();
        let left = these.len().saturating_sub(shown.len());
        if left > 0 { format!("{} and {left} more", shown.join(", ")) } else { shown.join(", ") }
    };
    let ours: Vec<String> = one.flaws_ours.iter().map(|(flaw, on)| format!("{flaw} {on}")).collect();
    for (what, these) in
        [("ours", &ours), ("not ours", &one.flaws_not_ours), ("undecided", &one.flaws_unknown)]
    {
        if !these.is_empty() {
            parts.push(format!("{what}: {}", list(these)));
        }
    }
    if one.indicators > 0 {
        let seen: Vec<String> = one
            .seen
            .iter()
            .take(room.points.min(4))
            .map(|(kind, detail)| prose(&format!("{kind} ({detail})"), room.letters.min(90)))
            .collect();
        let met = if seen.is_empty() {
            "none met here".to_owned()
        } else {
            format!("met here: {}", seen.join(", "))
        };
        parts.push(format!("{}, {met}", many(one.indicators, "indicator", "indicators")));
    }
    text.plain(format!("{}.", parts.join("; ")))
}

/// Entries of a list in the period, those of ours by name; or that it is not judged.
fn listed(
    brief: &Brief,
    name: &'static str,
    happened: &'static str,
    flaws: &[WorldFlaw],
    newest: Option<model::Date>,
    room: Room,
) -> Text {
    let text = Text::new().strong(name);
    let Some(newest) = newest else {
        return text.plain(": not judged, no record was read.");
    };
    if flaws.is_empty() {
        let end = brief.period.local.1.plus_seconds(-1).date();
        let days = many(end.days_since(newest).unsigned_abs(), "day", "days");
        // A list without an entry of the period may be old, or nothing happened: the reader must see which.
        return text.plain(format!(": not judged, newest record {days} old ({}).", long_day(newest)));
    }
    let ours: Vec<&WorldFlaw> = flaws.iter().filter(|flaw| flaw.ours > 0).collect();
    let count = u64::try_from(flaws.len()).unwrap_or(u64::MAX);
    let mut line = format!(": {} {happened}; ", many(count, "flaw", "flaws"));
    if ours.is_empty() {
        line.push_str("none of ours.");
        return text.plain(line);
    }
    let shown = ours.iter().take(room.points).map(|flaw| {
        let hosts: Vec<String> = flaw.hosts.iter().map(|host| short_host(host)).collect();
        let due = flaw.due.map(|due| format!(", due {}", day(due))).unwrap_or_default();
        let left = flaw.ours.saturating_sub(u64::try_from(hosts.len()).unwrap_or(u64::MAX));
        let left = if left > 0 { format!(" and {} more", figure(left)) } else { String::new() };
        format!("{} on {}{left}{due}", prose(&flaw.id, 40), hosts.join(", "))
    });
    let shown: Vec<String> = shown.collect();
    let left = ours.len().saturating_sub(shown.len());
    let left = if left > 0 { format!(" and {left} more") } else { String::new() };
    text.plain(format!("{line}ours: {}{left}.", shown.join("; ")))
}

/// The race in two or three sentences.
pub(super) fn race(brief: &Brief) -> Vec<String> {
    let race = &brief.race;
    if race.window.flaws == 0 {
        return vec![
            "No exploited flaw touches or touched what is ours, as far as this memory knows.".to_owned(),
        ];
    }
    let touch = if race.window.flaws == 1 { "touches or touched" } else { "touch or touched" };
    let unknown = match race.window.unknown {
        0 => String::new(),
        count => format!("; of {} the days are not known", figure(count)),
    };
    let mut lines = vec![format!(
        "{} {touch} us, and {} open. {} closed before it could be attacked; {} closed later or {} still open{unknown}.",
        many(race.window.flaws, "exploited flaw", "exploited flaws"),
        are_of(race.window.open, "is", "are"),
        deciding::capital(&are_of(race.ahead, "was", "were")),
        are_of(race.behind, "was", "were"),
        if race.behind == 1 { "is" } else { "are" },
    )];
    if let Some(median) = race.window.median_tenths {
        let trend = match race.before.as_ref().map(|before| before.median_tenths) {
            None => "there is no earlier period to compare with".to_owned(),
            Some(None) => format!("{} it was not known", last_period(brief)),
            Some(Some(before)) if before == median => format!("as {}", last_period(brief)),
            Some(Some(before)) => format!("{} {}", tenths(before), last_period(brief)),
        };
        lines
            .push(format!("Half of them could be attacked here for {} or longer ({trend}).", tenths(median)));
    }
    if let Some((oldest, days)) = race.oldest.as_ref().zip(race.oldest_days) {
        let hosts: Vec<String> = oldest.hosts.iter().take(3).map(|host| prose(host, 40)).collect();
        lines.push(format!(
            "Oldest open: {} in {} on {}, {} since it could be attacked.",
            prose(&oldest.vulnerability, 40),
            prose(&oldest.product, 80),
            hosts.join(", "),
            many(days.unsigned_abs(), "day", "days")
        ));
    }
    if !race.closed.is_empty() {
        let shown: Vec<String> = race.closed.iter().take(6).map(|flaw| prose(flaw, 40)).collect();
        lines.push(format!("Closed everywhere {}: {}.", this_period(brief), shown.join(", ")));
    }
    lines
}

/// `none is`, `1 is`, `7 are`.
pub(super) fn are_of(count: u64, one: &str, more: &str) -> String {
    match count {
        0 => format!("none {one}"),
        1 => format!("1 {one}"),
        count => format!("{} {more}", figure(count)),
    }
}

/// What could not be checked; that nothing is known to be missing, where it is so.
pub(super) fn unchecked(brief: &Brief, room: Room) -> Block {
    if brief.unchecked.is_empty() {
        return Block::Paragraph(
            format!("Nothing is known to be missing. Looked at: {}.", looked(brief)).into(),
        );
    }
    let mut lines: Vec<Text> =
        brief.unchecked.iter().take(room.points).map(|line| prose(line, room.letters).into()).collect();
    lines.extend(more(brief.unchecked.len(), room.points));
    Block::Bullets(lines)
}

/// What people did, and what went by itself.
pub(super) fn done(brief: &Brief, room: Room) -> Vec<Text> {
    if brief.done.is_empty() {
        return vec!["Nothing was closed, and nobody set a finding aside or took one on.".into()];
    }
    let mut all: Vec<_> = brief.done.iter().collect();
    all.sort_by_key(|one| (!one.by_people, one.what.clone()));
    let line = |one: &&model::brief::BriefDone| {
        let text = Text::new().plain(format!("{}: {}, ", one.what, figure(one.count)));
        let mut text = if one.by_people { text } else { text.soft("not by our doing, ") };
        for (index, finding) in one.findings.iter().take(room.behind).enumerate() {
            text = if index > 0 { text.plain(" · ") } else { text };
            let title = prose(&finding.title, room.letters.min(90));
            text = text.value(finding.id.digits()).plain(format!("\u{a0}{title}"));
        }
        let shown = u64::try_from(one.findings.len().min(room.behind)).unwrap_or(u64::MAX);
        match one.count.saturating_sub(shown) {
            0 => text,
            left => text.soft(format!(" and {} more", figure(left))),
        }
    };
    let mut lines: Vec<Text> = all.iter().take(room.points).map(line).collect();
    lines.extend(more(all.len(), room.points));
    lines
}

/// What is to be done, by whom, by when.
pub(super) fn next(brief: &Brief, room: Room) -> Table {
    let columns = vec![
        Column::words("what", 9),
        Column::words("who", 3),
        Column::words("by", 3),
        Column::words("for", 3),
    ];
    let row = |task: &model::brief::BriefTask| {
        vec![
            prose(&task.what, room.letters.min(170)).into(),
            owner(task).into(),
            due(task).into(),
            ids(&task.findings, 0, room),
        ]
    };
    let mut rows: Vec<Vec<Text>> = brief.next.iter().take(room.rows).map(row).collect();
    if rows.is_empty() {
        rows.push(vec!["nothing is to be done that the memory knows of".into()]);
    }
    rows.extend(more(brief.next.len(), room.rows).map(|text| vec![text]));
    Table { caption: Text::new(), columns, rows, totals: None }
}

fn decisions(brief: &Brief, room: Room) -> Block {
    if brief.decisions.is_empty() {
        return Block::Paragraph("None: nothing waits for a decision that the memory knows of.".into());
    }
    Block::Numbered(brief.decisions.iter().map(|one| deciding::in_full(one, room)).collect())
}
