//! Watched words on a page: what was found, the newest first; the most frequent subjects and domains; what was looked through.
//!
//! Nothing found is said with what was looked through, since nothing of nothing is no news.

use super::words::{Room, days, figure, many, prose};
use model::Timestamp;
use model::brief::{Brief, MostFrequent, Watched, WatchedRow, WatchedWord};
use paper::{Block, Column, Table, Text};

/// Subjects and domains of a page.
const TOP: usize = 5;
/// Letters of one detection.
const DETECTION_LETTERS: usize = 80;

/// The blocks, in reading order.
pub(super) fn blocks(one: &Watched, brief: &Brief, room: Room) -> Vec<Block> {
    let heading = format!("Watched words: {}", prose(&one.list, 60));
    let mut blocks = vec![Block::Heading(heading.into()), Block::Paragraph(sentence(one, brief).into())];
    if !one.rows.is_empty() {
        blocks.push(Block::Table(table(one, room)));
        let mut lines = Vec::new();
        lines.extend(most("Most frequent subjects", &one.subjects, room));
        lines.extend(most(
            "Attacker domains (senders that are neither ours nor a partner's)",
            &one.attackers,
            room,
        ));
        lines.extend(most("Target domains (recipients)", &one.targets, room));
        blocks.push(Block::Bullets(lines));
    }
    blocks.push(Block::Note(looked(one).into()));
    let bounds: Vec<Text> =
        one.bounds.iter().take(room.points).map(|bound| prose(bound, room.letters).into()).collect();
    if !bounds.is_empty() {
        blocks.push(Block::Bullets(bounds));
    }
    blocks
}

/// How much was found, in one sentence.
pub(super) fn sentence(one: &Watched, brief: &Brief) -> String {
    let list = prose(&one.list, 60);
    let days = days(&one.period, brief);
    if one.count == 0 {
        let none = match one.words {
            0 => return format!("The list {list} has no word whose time is not over."),
            1 => "The word".to_owned(),
            words => format!("None of the {} words", figure(words)),
        };
        let not = if one.words == 1 { "was not found" } else { "was found" };
        return format!("{none} of the list {list} {not} in mails, records of others and reports ({days}).");
    }
    let words = match one.words {
        1 => "the word".to_owned(),
        words => format!("one of the {} words", figure(words)),
    };
    let variants = match one.variants {
        0 => String::new(),
        1 => "; 1 has another spelling only".to_owned(),
        count => format!("; {} have another spelling only", figure(count)),
    };
    let known = match one.known_senders {
        0 => String::new(),
        1 => "; 1 was sent by us or a partner".to_owned(),
        count => format!("; {} were sent by us or a partner", figure(count)),
    };
    let has = if one.count == 1 { "has" } else { "have" };
    let what = many(one.count, "mail, record or report", "mails, records and reports");
    format!("{what} {has} {words} of the list {list} ({days}){variants}{known}.")
}

/// What was found, the newest first.
pub(super) fn table(one: &Watched, room: Room) -> Table {
    let columns = vec![
        Column::words("date (UTC)", 4),
        Column::words("subject", 7),
        Column::words("detections", 5),
        Column::words("sender", 5),
        Column::words("found as", 5),
        Column::words("where", 5),
    ];
    let row = |row: &WatchedRow| {
        let detections: Vec<String> =
            row.detections.iter().take(room.behind).map(|one| prose(one, DETECTION_LETTERS)).collect();
        vec![
            moment(row.time).into(),
            prose(&row.subject, room.letters.min(120)).into(),
            match detections.is_empty() {
                true => Text::new().soft("none"),
                false => detections.join("; ").into(),
            },
            row.sender.as_deref().map_or_else(|| Text::new().soft("not said"), |one| prose(one, 80).into()),
            found(&row.words, room),
            place(row).into(),
        ]
    };
    let mut rows: Vec<Vec<Text>> = one.rows.iter().take(room.rows).map(row).collect();
    let left = one.count.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    if left > 0 {
        let listed = match one.rows.len() == Watched::ROWS_MAX {
            true => format!("the newest {}", figure(u64::try_from(Watched::ROWS_MAX).unwrap_or(u64::MAX))),
            false => "all".to_owned(),
        };
        let text = format!("and {} more: --format json has {listed}", figure(left));
        rows.push(vec![Text::new(), Text::new().soft(text)]);
    }
    Table { caption: Text::new(), columns, rows, totals: None }
}

/// `2026-06-12 03:14`.
fn moment(time: Timestamp) -> String {
    let (hour, minute, _) = time.time_of_day();
    format!("{} {hour:02}:{minute:02}", time.date())
}

/// The words as they were found; of another spelling the word is named, too.
fn found(words: &[WatchedWord], room: Room) -> Text {
    let mut text = Text::new();
    for (index, one) in words.iter().take(room.behind).enumerate() {
        text = if index > 0 { text.plain("; ") } else { text };
        text = text.value(prose(&one.found, 60));
        if one.is_variant {
            text = text.strong(format!(" (variant of {})", prose(&one.word, 60)));
        }
        text = text.soft(format!(" in {}", prose(&one.place, 40)));
    }
    match words.len().saturating_sub(room.behind) {
        0 => text,
        left => text.soft(format!(" and {left} more")),
    }
}

/// The file and the place in it; where the file lies is our own matter.
fn place(row: &WatchedRow) -> String {
    let file = row.source.rsplit(['/', '\\']).next().unwrap_or(&row.source);
    let place = row.place.to_string();
    match place.is_empty() {
        true => prose(file, 80),
        false => format!("{}, {place}", prose(file, 80)),
    }
}

/// A line of the most frequent.
fn most(what: &'static str, these: &MostFrequent, room: Room) -> Option<Text> {
    if these.listed.is_empty() {
        return Some(Text::new().strong(what).plain(": none."));
    }
    let shown: Vec<String> = these
        .listed
        .iter()
        .take(TOP)
        .map(|(name, count, whose)| {
            let whose = whose.as_deref().map(|whose| format!(", {}", prose(whose, 40))).unwrap_or_default();
            format!("{} ({}{whose})", prose(name, room.letters.min(90)), figure(*count))
        })
        .collect();
    let left = these.count.saturating_sub(u64::try_from(shown.len()).unwrap_or(u64::MAX));
    let left = if left > 0 { format!(" and {} more", figure(left)) } else { String::new() };
    Some(Text::new().strong(what).plain(format!(": {}{left}.", shown.join(", "))))
}

/// What was looked through.
pub(super) fn looked(one: &Watched) -> String {
    let looked = &one.looked;
    let mails = match (looked.logs, looked.first.zip(looked.last)) {
        (0, _) => "no log of a mail server that is read (Exchange message tracking, Postfix)".to_owned(),
        (logs, None) => format!(
            "{} without a mail of the period",
            many(logs, "log of a mail server", "logs of mail servers")
        ),
        (_, Some((first, last))) => format!(
            "{}, from {} to {}",
            many(looked.mails, "mail of logs", "mails of logs"),
            moment(first),
            moment(last)
        ),
    };
    let text = match looked.without_text {
        0 => String::new(),
        count => format!(" (of {} the text is not kept: title and named things only)", figure(count)),
    };
    let untimed = match looked.untimed {
        0 => String::new(),
        count => format!(
            "; not in it: {} without a time",
            many(count, "line of a mail server", "lines of mail servers")
        ),
    };
    let expired = match one.expired {
        0 => String::new(),
        count => format!("; not looked for: {} whose time is over", many(count, "word", "words")),
    };
    format!(
        "Looked through: {mails}; {}; {}{text}{untimed}{expired}.",
        many(looked.records, "record of others", "records of others"),
        many(looked.reports, "report", "reports")
    )
}
