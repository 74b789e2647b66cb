//! Words that every form of a briefing has: the one sentence, times as a reader lives them, findings by their digits.
//!
//! Text from outside comes in through [`prose`] and [`value`] alone, which make it visible and defang it; a form escapes it
//! in addition.

use crate::safe::shown::Shown;
use crate::words::phrase::{counted, number};
use model::brief::{Brief, BriefTask, CollectionRow, Counted, Due, FindingsOf, Period, Touch};
use model::{Date, FindingId, Timestamp};
use paper::Text;

/// Letters of one text from outside: three lines of a page.
const LETTERS_MAX: usize = 260;

/// How much of each list a page has room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Findings behind one number.
    pub behind: usize,
    /// Rows of a table.
    pub rows: usize,
    /// Points of a list.
    pub points: usize,
    /// Letters of a text.
    pub letters: usize,
}

impl Room {
    /// From much to little: the first that fits is taken.
    pub(super) const ALL: [Self; 5] = [
        Self { behind: 3, rows: 14, points: 12, letters: LETTERS_MAX },
        Self { behind: 2, rows: 10, points: 8, letters: LETTERS_MAX },
        Self { behind: 2, rows: 8, points: 5, letters: 160 },
        Self { behind: 1, rows: 5, points: 3, letters: 100 },
        Self { behind: 1, rows: 2, points: 1, letters: 60 },
    ];
}

/// Text from outside for people.
pub(super) fn prose(outside: &str, letters: usize) -> String {
    Shown::prose(outside).cut(letters.min(LETTERS_MAX)).to_string()
}

/// A text that ends as a sentence does.
pub(super) fn ended(text: &str) -> String {
    if text.ends_with(['.', '…', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// A value from outside for people.
pub(super) fn value(outside: &str) -> String {
    prose(outside, LETTERS_MAX)
}

/// `1,234`.
pub(super) fn figure(count: u64) -> String {
    number(count).to_string()
}

/// `1 machine`, `1,234 machines`.
pub(super) fn many(count: u64, one: &'static str, more: &'static str) -> String {
    counted(count, one, more).to_string()
}

/// `12 June`.
pub(super) fn day(date: Date) -> String {
    let (_, _, day) = date.civil();
    format!("{day} {}", date.month_name())
}

/// `12 June 2026`.
pub(super) fn long_day(date: Date) -> String {
    format!("{} {}", day(date), date.civil().0)
}

/// `Wed 1 July`.
pub(super) fn weekday(date: Date) -> String {
    format!("{} {}", date.weekday(), day(date))
}

/// `06:00`.
pub(super) fn clock(time: Timestamp) -> String {
    let (hour, minute, _) = time.time_of_day();
    format!("{hour:02}:{minute:02}")
}

/// The period in words: `Mon 29 June to Sun 5 July 2026, UTC`; where it does not begin and end with a day, with times.
pub(super) fn period(brief: &Brief) -> String {
    days(&brief.period, brief)
}

/// The same of another period.
pub(super) fn days(period: &Period, brief: &Brief) -> String {
    let (since, until) = period.local;
    let zone = value(&period.zone);
    let is_whole = |time: Timestamp| time == time.date().start();
    let year = |date: Date| date.civil().0;
    if is_whole(since) && is_whole(until) {
        let last = until.plus_seconds(-1).date();
        return format!("{} to {} {}, {zone}", weekday(since.date()), weekday(last), year(last));
    }
    // A period that goes up to now has its last moment in it.
    let until = if period.until > brief.now { brief.now_local } else { until };
    format!(
        "{} {} to {} {} {}, {zone}",
        weekday(since.date()),
        clock(since),
        weekday(until.date()),
        year(until.date()),
        clock(until)
    )
}

/// What a reader must know of it first.
pub(super) fn remark(brief: &Brief) -> String {
    let mut remarks = Vec::new();
    if !brief.has_past {
        remarks.push("first briefing, no trend yet".to_owned());
    }
    let is_past = brief.period.until < brief.now;
    let at = format!(
        "{} {}, {}",
        weekday(brief.now_local.date()),
        clock(brief.now_local),
        value(&brief.period.zone)
    );
    remarks.push(match is_past {
        true => format!("open: at the end of the period; tasks and work: as of {at}"),
        false => format!("open as of {at}"),
    });
    remarks.join("; ")
}

/// `this week`, `in these 3 days`.
pub(super) fn this_period(brief: &Brief) -> &'static str {
    if is_week(brief) { "this week" } else { "this period" }
}

/// `last week`, `the period before`.
pub(super) fn last_period(brief: &Brief) -> &'static str {
    if is_week(brief) { "last week" } else { "before" }
}

/// Whether it is seven days long, give or take an hour of summer time and the last moment.
pub(super) fn is_week(brief: &Brief) -> bool {
    (brief.period.until.seconds_since(brief.period.since) - 7 * 86_400).abs() <= 3_600
}

/// The answer in one sentence, true when it is read aloud.
pub(super) fn lead(brief: &Brief) -> String {
    if let Some(first) = brief.intrusions.first() {
        let count = brief.open(Touch::Intrusion);
        let began = first.first.map(|time| {
            let days = first.learnt.date().days_since(time.date());
            let later = match days {
                ..=0 => "on the same day".to_owned(),
                days => format!("{} later", many(days.unsigned_abs(), "day", "days")),
            };
            format!("began on {}, and we learnt of it {later}", day(time.date()))
        });
        let shows = match (count, began) {
            (0 | 1, Some(began)) => format!("Our logs show an intrusion that {began}"),
            (0 | 1, None) => "Our logs show an intrusion".to_owned(),
            (count, Some(began)) => {
                format!(
                    "Our logs show {} that are open; the gravest {began}",
                    many(count, "intrusion", "intrusions")
                )
            }
            (count, None) => format!("Our logs show {}", many(count, "intrusion", "intrusions")),
        };
        let accounts = brief.intrusions.iter().flat_map(|one| &one.accounts);
        let accounts = accounts.collect::<std::collections::BTreeSet<_>>().len();
        let until = match u64::try_from(accounts).unwrap_or(u64::MAX) {
            0 => "until it is closed, assume that it goes on".to_owned(),
            1 => "until one account has a new password, assume that the intruder can return".to_owned(),
            n => format!(
                "until {} have new passwords, assume that the intruder can return",
                many(n, "account", "accounts")
            ),
        };
        return format!("{shows}; {until}.");
    }
    format!("{}.", without_intrusion(brief))
}

/// The sentence where no intrusion is open.
fn without_intrusion(brief: &Brief) -> String {
    let none = match brief.looked_at.events {
        0 => "No logs were read, so no intrusion could be seen",
        _ => "We know of no open intrusion",
    };
    let (misused, act) = (brief.open(Touch::MisusedAccount), brief.open(Touch::FlawAct));
    let machines = brief.open(Touch::OwnMachine);
    if misused > 0 {
        let (have, they) =
            if misused == 1 { ("was", "its password is") } else { ("were", "their passwords are") };
        let accounts = many(misused, "account", "accounts");
        return format!(
            "{none}, but {accounts} {have} used after a theft; until {they} new, assume that others can log on"
        );
    }
    if act > 0 {
        let are = if act == 1 { "is" } else { "are" };
        return format!("{none}; {} {are} to be closed at once", many(act, "flaw", "flaws"));
    }
    if machines > 0 {
        let report = many(machines, "machine or name of ours", "machines or names of ours");
        return format!("{none}; others report {report}");
    }
    let new: u64 = brief.touches.iter().map(|row| row.new.count).sum();
    let open: u64 = Touch::ALL.iter().map(|touch| brief.open(*touch)).sum();
    match (new, open) {
        (0, 0) => format!(
            "{none}, nothing new touched us and nothing is open, as far as we looked: {}",
            looked(brief)
        ),
        (0, open) => {
            let stay = if open == 1 { "stays" } else { "stay" };
            format!(
                "{none} and nothing new touched us; {} of less weight {stay} open",
                many(open, "finding", "findings")
            )
        }
        (new, _) => {
            let are = if new == 1 { "is" } else { "are" };
            format!(
                "{none}; {} {are} new, and none of them is to be closed at once",
                many(new, "finding", "findings")
            )
        }
    }
}

/// What was looked at.
pub(super) fn looked(brief: &Brief) -> String {
    let looked = &brief.looked_at;
    let parts = [
        (looked.devices, "machine", "machines"),
        (looked.components, "component", "components"),
        (looked.accounts, "account", "accounts"),
        (looked.names, "name", "names"),
        (looked.observations, "record of others", "records of others"),
        (looked.events, "event of logs", "events of logs"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, more)| many(count, one, more))
        .collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// What a row is called.
pub(super) fn row_name(touch: Touch) -> &'static str {
    match touch {
        Touch::Intrusion => "Intrusions",
        Touch::MisusedAccount => "Misused accounts",
        Touch::OwnMachine => "Own machines reported",
        Touch::OwnAccount => "Own accounts reported",
        Touch::Partner => "Partners reported",
        Touch::Sign => "Other signs in our logs",
        Touch::FlawAct => "Flaws: act",
        Touch::FlawAttend => "Flaws: attend",
        Touch::FlawTrack => "Flaws: in their turn",
        Touch::Control => "Advised controls failing",
    }
}

/// What a finding of a row is about, short.
fn subject(touch: Touch, one: &Counted, letters: usize) -> String {
    let title = one.title.as_str();
    let short = match touch {
        Touch::Intrusion => title.split_once(": ").map_or(title, |(_, hosts)| hosts),
        Touch::OwnMachine | Touch::OwnAccount | Touch::Partner => {
            title.split_once(": ").map_or(title, |(value, _)| value).trim_end_matches(" (ours)")
        }
        Touch::MisusedAccount => title.split_once(" logged in").map_or(title, |(account, _)| account),
        Touch::FlawAct | Touch::FlawAttend | Touch::FlawTrack => {
            let flaw = title.split_once(" in ").map_or(title, |(flaw, _)| flaw);
            let host = title.rsplit_once(" on ").map_or("", |(_, host)| host);
            return format!("{} {}", prose(flaw, 40), short_host(host)).trim_end().to_owned();
        }
        Touch::Sign | Touch::Control => title,
    };
    prose(short, letters.min(70))
}

/// The first label of a machine's name; an address is itself.
pub(super) fn short_host(host: &str) -> String {
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let short = if is_address { host } else { host.split('.').next().unwrap_or(host) };
    prose(short, 40)
}

/// The findings behind a number: digits and what each is about; how many more there are.
pub(super) fn behind(touch: Touch, these: &FindingsOf, room: Room) -> Text {
    let mut text = Text::new();
    for (index, one) in these.listed.iter().take(room.behind).enumerate() {
        if index > 0 {
            text = text.plain(" · ");
        }
        text = text.value(one.id.digits()).plain(format!("\u{a0}{}", subject(touch, one, room.letters)));
    }
    let shown = u64::try_from(these.listed.len().min(room.behind)).unwrap_or(u64::MAX);
    match these.count.saturating_sub(shown) {
        0 => text,
        more => text.soft(format!(" and {} more", figure(more))),
    }
}

/// The digits of the first findings, and how many more.
pub(super) fn ids(findings: &[FindingId], count: u64, room: Room) -> Text {
    let mut text = Text::new();
    let mut shown = 0;
    let mut seen: Vec<&FindingId> = Vec::new();
    for id in findings {
        if seen.contains(&id) || shown >= room.behind.min(2) {
            continue;
        }
        text = if shown > 0 { text.plain(" ") } else { text };
        text = text.value(id.digits());
        seen.push(id);
        shown += 1;
    }
    let count = count.max(distinct(findings));
    match count.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX)) {
        0 => text,
        more => text.soft(format!(" +{}", figure(more))),
    }
}

fn distinct(findings: &[FindingId]) -> u64 {
    let set: std::collections::BTreeSet<&FindingId> = findings.iter().collect();
    u64::try_from(set.len()).unwrap_or(u64::MAX)
}

/// By when.
pub(super) fn due(task: &BriefTask) -> String {
    let why = if task.due_why.is_empty() || task.due_why == "critical" {
        String::new()
    } else {
        format!(" ({})", task.due_why)
    };
    match task.due {
        Due::Overdue(date) => format!("overdue since {}{why}", long_day(date)),
        Due::AtOnce => "at once".to_owned(),
        Due::By(date) => format!("{}{why}", weekday(date)),
        Due::Open => "no day set".to_owned(),
    }
}

/// Whose it is.
pub(super) fn owner(task: &BriefTask) -> String {
    task.owner.as_deref().map_or_else(|| "nobody yet".to_owned(), |owner| prose(owner, 40))
}

/// What a collection reports about us and partners, the most frequent first.
pub(super) fn about(row: &CollectionRow, room: Room) -> String {
    let mut all: Vec<(&(String, String), &u64)> = row.about.iter().collect();
    all.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let shown = all.iter().take(room.behind).map(|((who, what), count)| {
        let times = if **count > 1 { format!(" ×{}", figure(**count)) } else { String::new() };
        format!("{}: {}{times}", prose(who, 60), prose(what, room.letters.min(90)))
    });
    let shown: Vec<String> = shown.collect();
    let more = all.len().saturating_sub(shown.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{more}", shown.join("; "))
}

/// `12.5 days`.
pub(super) fn tenths(tenths: i64) -> String {
    crate::words::raced::tenths(Some(tenths)).to_string()
}

/// One text behind another.
pub(super) fn both(mut first: Text, second: Text) -> Text {
    first.0.extend(second.0);
    first
}

/// A point behind others that are left out.
pub(super) fn more(all: usize, shown: usize) -> Option<Text> {
    let left = all.checked_sub(shown).filter(|left| *left > 0)?;
    Some(Text::new().soft(format!("and {left} more: --format json has all")))
}
