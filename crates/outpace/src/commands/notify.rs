//! `outpace notify`: who must know of what turned gets a notice, once.
//!
//! A pass works on the home alone: it routes the turns behind those that were routed, sends what is due, and keeps what
//! came of it. Two passes at once would send twice, so the second one does nothing and says so.

use super::{built_in_rules, forms, home, rhythm, turns};
use crate::arguments::{Format, NotifyVerb, Shared};
use crate::config::{self, Config};
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::reach::{FOLDER, Reach, zone_rules};
use channels::{Channel, Occasion};
use model::{FindingId, Happened, Notice, NoticeId, NoticePart, Says, Severity, Timestamp, Tlp, Topic};
use notify::{Desk, Outcome, Row, State};
use pipeline::{Condition, NoticeMeans, Outgoing, Passed, Rehearsed, Sealed, pass_notices, rehearse_notices};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Home, NoticeRow, NoticesWanted};

/// A followed log that has sent nothing for so long has a gap.
const SILENT_SECONDS: i64 = 3_600;
/// Past events that were not asked for so long are a condition.
const DEBT_SECONDS: i64 = 86_400;
/// How many digits of a notice people read.
const DIGITS: usize = 8;

/// Does what is asked.
pub fn run(verb: &NotifyVerb, shared: &Shared) -> Result<u8, Failure> {
    let name = match verb {
        NotifyVerb::Run { .. } => "notify run",
        NotifyVerb::Test { .. } => "notify test",
        NotifyVerb::DryRun { .. } => "notify dry-run",
        NotifyVerb::Outbox { .. } => "notify outbox",
        NotifyVerb::Retry { .. } => "notify retry",
        NotifyVerb::Release { .. } => "notify release",
    };
    forms::must_have(name, forms::ROWS, shared.format)?;
    match verb {
        NotifyVerb::Run { no_built_in_rules } => pass(*no_built_in_rules, shared),
        NotifyVerb::Test { channel } => test(channel, shared),
        NotifyVerb::DryRun { since, full, no_built_in_rules } => {
            rehearse(since.from(console::now(shared)), *full, *no_built_in_rules, shared)
        }
        NotifyVerb::Outbox { failed, id } => outbox(*failed, id.as_deref(), shared),
        NotifyVerb::Retry { id } => retry(id, shared),
        NotifyVerb::Release { id } => release(id, shared),
    }
}

/// What is configured; a mistake ends the run before anything is sent.
pub fn reach(shared: &Shared) -> Result<(Reach, Config), Failure> {
    let directory = home::directory(shared);
    let config = Config::load(&directory, shared)?;
    let (reach, mistakes) = Reach::read(&config, &directory);
    match mistakes.is_empty() {
        true => Ok((reach, config)),
        false => Err(Failure::Config { path: config::path(&directory), mistakes }),
    }
}

/// One pass; for `watch` too.
pub fn one_pass(
    home: &mut Home,
    (reach, config): (&mut Reach, &Config),
    no_built_in_rules: bool,
    shared: &Shared,
    progress: &dyn pipeline::Progress,
) -> Result<Passed, Failure> {
    let now = console::now(shared);
    for (destination, ..) in home.switched_off()? {
        reach.contacts.switch(&destination, false);
    }
    prepare_folders(reach)?;
    let conditions = conditions(home, shared, now)?;
    let (built_in, spool) = (built_in_rules(no_built_in_rules), home::spool());
    let desk = Desk {
        subscriptions: &reach.subscriptions,
        contacts: &reach.contacts,
        limits: &reach.limits,
        zones: &zone_rules,
    };
    let means = NoticeMeans {
        desk,
        built_in: &built_in,
        spool: &spool,
        organisation: config.organisation(),
        conditions: &conditions,
        shown: &report::defanged,
        seed: seed(home),
        now,
    };
    let mut send = |outgoing: &Outgoing<'_>| deliver(reach, outgoing);
    Ok(pass_notices(home, &means, &mut send, progress)?)
}

/// A number of this home: its jitter differs from that of others.
fn seed(home: &Home) -> u64 {
    let text = home.directory().display().to_string();
    text.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
}

/// Folders of channels inside the home are made; others must be there.
fn prepare_folders(reach: &Reach) -> Result<(), Failure> {
    for channel in reach.channels.values() {
        if let Channel::Folder(folder) = channel {
            std::fs::create_dir_all(&folder.directory)
                .map_err(|source| Failure::Write { path: Some(folder.directory.clone()), source })?;
        }
    }
    Ok(())
}

/// Takes a notice to its destination.
fn deliver(reach: &Reach, outgoing: &Outgoing<'_>) -> Outcome {
    let Some(channel) = reach.channels.get(outgoing.destination) else {
        return Outcome::Never(format!("there is no channel {} any more", outgoing.destination));
    };
    let occasion = Occasion {
        date: outgoing.sealed.date,
        host: console::machine(),
        before: outgoing.sealed.before.clone(),
    };
    // Receivers compare the time of a signature with their own clock, whatever the clock of this run is fixed to.
    let message = channels::write(&outgoing.sealed.notice, channel, &occasion);
    match channels::send(&message, channel, console::clock()) {
        channels::Outcome::Sent => Outcome::Sent,
        channels::Outcome::Partly { later, why, .. } if later.is_empty() => Outcome::Never(said(&why)),
        // Each destination is one address, so this is that one.
        channels::Outcome::Partly { why, .. } => Outcome::Later { why: said(&why), retry_after: None },
        channels::Outcome::Later { after, why } => {
            let after = after.and_then(|after| i64::try_from(after.as_secs()).ok());
            Outcome::Later { why: said(&why), retry_after: after }
        }
        channels::Outcome::Never { why } => Outcome::Never(said(&why)),
        channels::Outcome::Gone { .. } => Outcome::Gone,
    }
}

fn said(why: &channels::Why) -> String {
    match why.help {
        Some(help) => format!("{}; {help}", why.what),
        None => why.what.clone(),
    }
}

/// The conditions of the service that hold now.
fn conditions(home: &Home, shared: &Shared, now: Timestamp) -> Result<Vec<Condition>, Failure> {
    let mut all = Vec::new();
    for held in home.held()? {
        all.push(Condition {
            thread: format!("held {}", held.name),
            title: format!("{} is held and changes nothing yet", held.name),
            help: format!("{}. If it is right as it is: outpace ingest … --accept", held.why),
        });
    }
    for text in rhythm::overdue(home, shared, now)? {
        let name = text.split(" is overdue").next().unwrap_or_default();
        all.push(Condition {
            thread: format!("overdue {name}"),
            title: text.clone(),
            help: "What changed since is not known here: look whether the export still runs.".to_owned(),
        });
    }
    let owed = home.debts()?.into_iter().filter(|debt| now.seconds_since(debt.at) > DEBT_SECONDS).count();
    if owed > 0 {
        all.push(Condition {
            thread: "debts".to_owned(),
            title: "past events were not asked of what is new for more than a day".to_owned(),
            help: "Hits of the past may be missing: run outpace ingest, or keep outpace watch running."
                .to_owned(),
        });
    }
    let followed: std::collections::BTreeSet<String> =
        home.followed()?.into_iter().map(|one| one.document).collect();
    let config = Config::load(&home::directory(shared), shared)?;
    // A log that comes once a night has a rhythm of its own; that of the log goes before that of its source.
    let rhythm = |name: &str| config.rhythms().find(|(of, ..)| *of == name).map(|(_, seconds, _)| seconds);
    for kept in home.documents()? {
        let silent = rhythm(&kept.name).or_else(|| rhythm(&kept.source)).unwrap_or(SILENT_SECONDS);
        if followed.contains(&kept.name) && now.seconds_since(kept.received) > silent {
            all.push(Condition {
                thread: format!("log gap {}", kept.name),
                title: format!("{} has sent nothing since {}", kept.name, kept.received),
                help: "What happens there now is not seen: look whether the machine and its logging run."
                    .to_owned(),
            });
        }
    }
    Ok(all)
}

fn pass(no_built_in_rules: bool, shared: &Shared) -> Result<u8, Failure> {
    let (mut reach, config) = reach(shared)?;
    let mut home = home::open(shared, &home::spool())?;
    if home.lock_notices().is_err() {
        console::note("another outpace sends notices of this memory; this one does nothing");
        return Ok(0);
    }
    if !reach.is_configured && !shared.quiet {
        let directory = home.directory().join(FOLDER);
        console::note(&format!("nobody is configured: notices are files in {}", directory.display()));
    }
    let progress = Progress::new(shared);
    let passed = one_pass(&mut home, (&mut reach, &config), no_built_in_rules, shared, &progress);
    progress.done(shared.quiet);
    let passed = passed?;
    show(&passed, shared)?;
    Ok(if passed.failed > 0 || !passed.troubles.is_empty() { 3 } else { 0 })
}

/// Says what a pass did: one line, and one for each trouble.
pub fn show(passed: &Passed, shared: &Shared) -> Result<(), Failure> {
    let of = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [
        of(passed.sent, "sent"),
        of(passed.folded, "kept for a digest"),
        of(passed.dropped, "dropped"),
        of(passed.failed, "failed"),
    ];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    if let Some(next) = passed.next {
        parts.push(format!("{} waiting, the first until {next}", passed.waiting));
    }
    let line = if parts.is_empty() { "nothing to send".to_owned() } else { parts.join(", ") };
    if shared.format == Format::Table {
        if !shared.quiet {
            console::note(&format!("notices: {line}"));
        }
    } else {
        let row = json!({
            "turns": passed.turns, "sent": passed.sent, "folded": passed.folded, "dropped": passed.dropped,
            "failed": passed.failed, "waiting": passed.waiting, "next": passed.next.map(|at| at.to_string()),
        });
        console::output(|out| report::json_line(&row, out))?;
    }
    for (destination, why) in &passed.troubles {
        console::note(&format!("{}: {}", report::printable(destination), report::printable(why)));
    }
    Ok(())
}

/// A notice that says that it is a test.
fn test(channel: &str, shared: &Shared) -> Result<u8, Failure> {
    let (reach, config) = reach(shared)?;
    prepare_folders(&reach)?;
    let prefix = format!("{channel}:");
    let meant: Vec<&String> =
        reach.channels.keys().filter(|name| *name == channel || name.starts_with(&prefix)).collect();
    // A channel of mail by itself has no recipients.
    let has_recipients = |name: &&&String| !matches!(reach.channels.get(**name), Some(Channel::Mail(mail)) if mail.to.is_empty());
    let meant: Vec<&String> = meant.iter().filter(has_recipients).copied().collect();
    if meant.is_empty() {
        let known: Vec<&str> = reach.channels.keys().map(String::as_str).collect();
        return Err(Failure::Refused {
            why: format!("no destination goes by {channel}; there are: {}", known.join(", ")),
            help: "write the channel into outpace.toml, and name it or an address in [notify]",
        });
    }
    let now = console::now(shared);
    let mut code = 0;
    for destination in meant {
        let id = NoticeId::of("test", &now.to_string(), destination);
        let notice = test_notice(id, destination, config.organisation().unwrap_or("this organisation"), now);
        let sealed = Sealed { notice, before: Vec::new(), date: now };
        let outgoing = Outgoing { destination, sealed: &sealed };
        let name = report::printable(destination);
        match deliver(&reach, &outgoing) {
            Outcome::Sent => console::note(&format!("{name}: taken, notice {}", digits(&sealed.notice.id))),
            Outcome::Later { why, .. } | Outcome::Never(why) => {
                code = 3;
                console::note(&format!("{name}: not taken: {}", report::printable(&why)));
            }
            Outcome::Gone => {
                code = 3;
                console::note(&format!("{name}: it says that it is there no more"));
            }
        }
    }
    Ok(code)
}

fn test_notice(id: NoticeId, destination: &str, organisation: &str, now: Timestamp) -> Notice {
    let part =
        |label: &str, text: &str| NoticePart { label: label.to_owned(), says: Says::Text(text.to_owned()) };
    Notice {
        id,
        thread: "test".to_owned(),
        number: 1,
        topic: Topic::Service,
        happened: Happened::Opened,
        severity: Severity::Informational,
        tlp: Tlp::AmberStrict,
        organisation: organisation.to_owned(),
        at: now,
        title: "this is a test: nothing happened".to_owned(),
        audience: destination.to_owned(),
        findings: Vec::new(),
        parts: vec![
            part("WHAT", "Somebody ran outpace notify test. Notices for you come by this way."),
            part("NEXT", "The next notice comes when something happens. Nothing is to be done now."),
        ],
        values: BTreeMap::new(),
    }
}

fn rehearse(since: Timestamp, full: bool, no_built_in_rules: bool, shared: &Shared) -> Result<u8, Failure> {
    let (reach, config) = reach(shared)?;
    let home = home::open(shared, &home::spool())?;
    let (built_in, spool) = (built_in_rules(no_built_in_rules), home::spool());
    let desk = Desk {
        subscriptions: &reach.subscriptions,
        contacts: &reach.contacts,
        limits: &reach.limits,
        zones: &zone_rules,
    };
    let means = NoticeMeans {
        desk,
        built_in: &built_in,
        spool: &spool,
        organisation: config.organisation(),
        conditions: &[],
        shown: &report::defanged,
        seed: 0,
        now: console::now(shared),
    };
    let progress = Progress::new(shared);
    turns::say_gone(&home, Some(since), 0)?;
    let rehearsed = rehearse_notices(&home, &means, since, &progress);
    progress.done(shared.quiet);
    let (sent, dropped) = rehearsed?;
    console::output(|out| {
        for one in &sent {
            match (shared.format, full) {
                (Format::Table, false) => writeln!(out, "{}", line(one))?,
                (Format::Table, true) => writeln!(out, "{}\n", whole(&one.destination, &one.sealed.notice))?,
                _ => report::json_line(
                    &json!({"at": one.at.to_string(), "destination": one.destination, "notice": one.sealed.notice}),
                    out,
                )?,
            }
        }
        Ok(())
    })?;
    if !shared.quiet {
        let count = u64::try_from(sent.len()).unwrap_or(u64::MAX);
        let notices = report::number_of(count, "notice", "notices");
        console::note(&format!("since {since}: {notices} would have been sent, {dropped} dropped"));
    }
    Ok(0)
}

fn line(one: &Rehearsed) -> String {
    let notice = &one.sealed.notice;
    let text = format!(
        "{}  {}  {} {}: {}  ({})",
        one.at,
        one.destination,
        notice.severity,
        notice.happened.words(),
        notice.title,
        notice.audience
    );
    report::printable(&text)
}

/// A notice as people read it.
fn whole(destination: &str, notice: &Notice) -> String {
    format!("== {}\n{}", report::printable(destination), channels::text(notice))
}

fn state(row: &Row) -> (&'static str, String) {
    match &row.state {
        State::Waiting { due, .. } => ("waiting", format!("due {due}, tried {} times", row.attempts)),
        State::Folded { digest } => ("folded", format!("in the digest {}", digits(digest))),
        State::Sent { at } => ("sent", at.to_string()),
        State::Dropped { why, at } => ("dropped", format!("{at}: {}", why.words())),
        State::Failed { why, at } => ("failed", format!("{at}: {why}")),
    }
}

fn digits(id: &NoticeId) -> String {
    id.as_str().chars().take(DIGITS).collect()
}

fn title(row: &Row) -> String {
    let composed =
        row.composed.as_ref().and_then(|composed| serde_json::from_slice::<Sealed>(&composed.0).ok());
    let of_turn = || {
        let turned = row.turned()?;
        Some(format!("{} {}: {}", turned.severity, turned.happened.words(), turned.title))
    };
    match composed {
        Some(sealed) => {
            format!("{} {}: {}", sealed.notice.severity, sealed.notice.happened.words(), sealed.notice.title)
        }
        None => of_turn().unwrap_or_else(|| format!("digest of {}", row.subscription)),
    }
}

fn row_of(row: &Row) -> Value {
    let (word, detail) = state(row);
    json!({
        "id": row.key.id.as_str(), "destination": row.key.destination, "audience": row.audience,
        "subscription": row.subscription, "state": word, "detail": detail, "attempts": row.attempts,
        "thread": row.thread, "number": row.number, "title": title(row),
    })
}

fn outbox(failed: bool, id: Option<&str>, shared: &Shared) -> Result<u8, Failure> {
    let home = home::open(shared, &home::spool())?;
    let wanted = id.map_or(NoticesWanted::All, NoticesWanted::Beginning);
    let rows: Vec<Row> = home.notices(&wanted)?;
    let is_wanted = |row: &&Row| !failed || matches!(row.state, State::Failed { .. });
    let rows: Vec<Row> = rows.iter().filter(is_wanted).cloned().collect();
    if let Some(id) = id.filter(|_| rows.is_empty()) {
        return Err(Failure::Refused {
            why: format!("no notice begins with {id}"),
            help: "`outpace notify outbox` lists them",
        });
    }
    console::output(|out| {
        for row in &rows {
            if shared.format != Format::Table {
                report::json_line(&row_of(row), out)?;
                continue;
            }
            let (word, detail) = state(row);
            let to = if row.key.destination.is_empty() { "nobody" } else { row.key.destination.as_str() };
            let line = format!("{}  {word:<8} {to}  {}  ({detail})", digits(&row.key.id), title(row));
            writeln!(out, "{}", report::printable(&line))?;
            if id.is_some()
                && let Some(sealed) =
                    row.composed.as_ref().and_then(|one| serde_json::from_slice::<Sealed>(&one.0).ok())
            {
                writeln!(out, "\n{}\n", whole(&row.key.destination, &sealed.notice))?;
            }
        }
        Ok(())
    })?;
    if rows.is_empty() && !shared.quiet {
        let what =
            if failed { "nothing failed" } else { "the outbox is empty: `outpace notify run` fills it" };
        console::note(what);
    }
    Ok(0)
}

fn retry(id: &str, shared: &Shared) -> Result<u8, Failure> {
    let mut home = home::open(shared, &home::spool())?;
    let now = console::now(shared);
    let rows: Vec<Row> = home.notices(&NoticesWanted::Beginning(id))?;
    let failed: Vec<Row> = rows.into_iter().filter(|row| matches!(row.state, State::Failed { .. })).collect();
    if failed.is_empty() || id.is_empty() {
        return Err(Failure::Refused {
            why: format!("no notice that failed begins with {id}"),
            help: "`outpace notify outbox --failed` lists them",
        });
    }
    let again: Vec<NoticeRow<Row>> = failed
        .into_iter()
        .map(|mut row| {
            row.state = State::Waiting { due: now, since: now };
            row.attempts = 0;
            NoticeRow {
                id: row.key.id.as_str().to_owned(),
                destination: row.key.destination.clone(),
                thread: row.thread.clone(),
                number: row.order,
                until: None,
                state: "waiting",
                body: row,
            }
        })
        .collect();
    for row in &again {
        home.switch(&row.destination, None, now)?;
    }
    home.write_notices(&again, None, &[])?;
    if !shared.quiet {
        let count = u64::try_from(again.len()).unwrap_or(u64::MAX);
        console::note(&format!(
            "{} will be tried with the next pass",
            report::number_of(count, "notice", "notices")
        ));
    }
    Ok(0)
}

fn release(id: &str, shared: &Shared) -> Result<u8, Failure> {
    let mut home = home::open(shared, &home::spool())?;
    let now = console::now(shared);
    let wanted = |finding: &String| finding.trim_start_matches("finding--").starts_with(id);
    let meant: Vec<(String, u64)> =
        home.open_threads()?.into_iter().filter(|(finding, _)| !id.is_empty() && wanted(finding)).collect();
    let (finding, thread) = match meant.as_slice() {
        [one] => one.clone(),
        [] => {
            return Err(Failure::Refused {
                why: format!("no finding that is there begins with {id}"),
                help: "`outpace todo` lists the findings that are there",
            });
        }
        many => {
            return Err(Failure::Refused {
                why: format!("{} findings begin with {id}", many.len()),
                help: "write more digits",
            });
        }
    };
    let (built_in, spool) = (built_in_rules(false), home::spool());
    let answer = pipeline::recall(&home, &built_in, &spool, now, &())?;
    let parsed = FindingId::parse(&finding);
    let found = answer.findings.iter().find(|one| Some(&one.id) == parsed.as_ref());
    let party =
        found.and_then(pipeline::party_of).filter(|party| Some(party) != answer.organisation.as_ref());
    let Some(party) = party else {
        return Err(Failure::Refused {
            why: format!("{id} is about no party but us"),
            help: "only what others reported about a supplier, customer or subsidiary is released to it",
        });
    };
    let is_new = home.release(thread, &home::user(), now)?;
    if !shared.quiet {
        let party = report::printable(&party);
        console::note(&match is_new {
            true => format!("released to {party}: it goes there with its next digest"),
            false => format!("it was released to {party} before"),
        });
    }
    Ok(0)
}
