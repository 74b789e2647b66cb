//! `outpace brief`: the briefing of a week, for those who work on it, those who decide, or one party.
//!
//! Days begin as in the zone that is configured (`notify.zone`), else in UTC. Forms that are no text are not written to a
//! terminal.

use super::{built_in_rules, forms, home, rhythm};
use crate::arguments::{Audience, Brief, Format, Paper, Shared};
use crate::config::Config;
use crate::console::{self, Progress};
use crate::failure::Failure;
use crate::reach;
use crate::week;
use crate::writing::{Targets, write_file};
use model::brief::Period;
use model::{Date, Timestamp, Tlp};
use pipeline::{BriefWish, NoBrief, WatchWish};
use report::{BriefForm, Sheet};
use std::io::{IsTerminal, Write};
use store::Home;

/// How far back watched words are looked for, where no period is given.
const WATCH_SECONDS: i64 = 30 * 86_400;
/// Lists that a refusal names.
const LISTS_NAMED_MAX: usize = 20;
/// A week.
const WEEK_SECONDS: i64 = 7 * 86_400;
/// The longest period: numbers of a longer one mean nothing beside those of the period before.
const PERIOD_SECONDS_MAX: i64 = 400 * 86_400;
/// Parties that a refusal names.
const PARTIES_NAMED_MAX: usize = 20;

/// Makes a briefing.
pub fn run(verb: &Brief, shared: &Shared) -> Result<u8, Failure> {
    forms::must_have("brief", forms::BRIEF, shared.format)?;
    let form = form(verb, shared)?;
    let audience = audience(verb)?;
    if verb.watch.is_some() && matches!(audience, model::brief::Audience::Party(_)) {
        let why = "watched words are looked for in mails of ours, which are nothing for a party".to_owned();
        return Err(Failure::Refused { why, help: "leave out --watch, or give --for team" });
    }
    Targets::default().file("--out", verb.out.as_deref()).check()?;
    let spool = home::spool();
    let home = home::open(shared, &spool)?;
    let now = console::now(shared);
    let config = Config::load(&home::directory(shared), shared)?;
    let zone = LocalTime { name: reach::zone_name(&config) };
    let period = period(verb, &home, now, &zone)?;
    let wish = BriefWish {
        period: period.clone(),
        now,
        now_local: zone.local(now),
        organisation: config.organisation().map(str::to_owned),
        overdue: rhythm::overdue(&home, shared, now)?,
        watch: watch(verb, now, &zone, &period),
        audience: audience.clone(),
    };
    let progress = Progress::new(shared);
    let made = pipeline::brief(&home, &built_in_rules(verb.no_built_in_rules), &spool, &wish, &progress);
    progress.done(shared.quiet);
    let brief = made?.map_err(|why| refused(&why))?;
    let kept_back = brief.others.kept_back;
    if kept_back > 0 && !shared.quiet {
        let records = report::number_of(kept_back, "record is", "records are");
        console::note(&format!("{records} marked for us alone, and left out of what is for a party"));
    }
    let least = match &audience {
        model::brief::Audience::Party(_) => Tlp::Amber,
        _ => Tlp::AmberStrict,
    };
    let own = shared.tlp.unwrap_or(least);
    match &verb.out {
        Some(path) => write_file(path, &mut |out| report::brief(&brief, form, own, out))?,
        None => console::output(|out: &mut dyn Write| report::brief(&brief, form, own, out))?,
    }
    Ok(0)
}

/// The form, with the file that it goes to.
fn form(verb: &Brief, shared: &Shared) -> Result<BriefForm, Failure> {
    let sheet = match verb.sheet {
        Paper::A4 => Sheet::A4,
        Paper::Letter => Sheet::Letter,
    };
    let is_pdf = verb
        .out
        .as_deref()
        .and_then(|path| path.extension())
        .is_some_and(|end| end.eq_ignore_ascii_case("pdf"));
    let form = match shared.format {
        Format::Html => BriefForm::Html,
        Format::Json => BriefForm::Json,
        Format::Pdf => BriefForm::Pdf(sheet),
        Format::Slides if is_pdf => BriefForm::SlidesPdf,
        Format::Slides => BriefForm::Slides,
        Format::SlidesPdf => BriefForm::SlidesPdf,
        _ => BriefForm::Markdown,
    };
    let is_binary = matches!(form, BriefForm::Pdf(_) | BriefForm::SlidesPdf);
    if is_binary && verb.out.is_none() && std::io::stdout().is_terminal() {
        let why = "a PDF is no text for a terminal".to_owned();
        return Err(Failure::Refused { why, help: "add --out FILE, or send standard output to a file" });
    }
    Ok(form)
}

fn audience(verb: &Brief) -> Result<model::brief::Audience, Failure> {
    match Audience::read(&verb.audience) {
        Some(Audience::Management) => Ok(model::brief::Audience::Management),
        Some(Audience::Team) => Ok(model::brief::Audience::Team),
        Some(Audience::Party(name)) => Ok(model::brief::Audience::Party(name)),
        None => {
            let why = format!("nobody is called {}", report::printable(&verb.audience.join(" ")));
            Err(Failure::Refused { why, help: "give --for management, --for team or --for 'party NAME'" })
        }
    }
}

/// Local time of a zone that is configured, else UTC.
struct LocalTime {
    name: Option<String>,
}

impl LocalTime {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("UTC")
    }

    /// Seconds east of UTC at a moment.
    fn offset(&self, at: Timestamp) -> i64 {
        let minutes = self.name.as_deref().and_then(|name| reach::zone_rules(name, at)).unwrap_or(0);
        i64::from(minutes) * 60
    }

    /// The moment in local time, as if it were UTC.
    fn local(&self, at: Timestamp) -> Timestamp {
        at.plus_seconds(self.offset(at))
    }

    /// The moment at which a day begins here.
    fn begins(&self, day: Date) -> Timestamp {
        let guess = day.start().plus_seconds(-self.offset(day.start()));
        // The offset of the guess is the one that holds when the day begins.
        day.start().plus_seconds(-self.offset(guess))
    }

    fn period(&self, name: String, since: Timestamp, until: Timestamp) -> Period {
        let local = (self.local(since), self.local(until));
        Period { name, since, until, local, zone: self.name().to_owned() }
    }

    fn week(&self, monday: Date) -> Period {
        let (year, number) = week::of_day(monday);
        self.period(format!("{year}-W{number:02}"), self.begins(monday), self.begins(week::plus(monday, 7)))
    }
}

/// The period that was asked for, or the week that ended last; of a memory that is younger, the seven days up to now.
fn period(verb: &Brief, home: &Home, now: Timestamp, zone: &LocalTime) -> Result<Period, Failure> {
    if let Some(since) = verb.since {
        let since = since.from(now);
        let until = verb.until.map_or(now, |until| until.from(now));
        if since >= until {
            return Err(Failure::EmptyWindow { since, until });
        }
        if until.seconds_since(since) > PERIOD_SECONDS_MAX {
            let why = format!("{} days are no period of a briefing", until.seconds_since(since) / 86_400);
            return Err(Failure::Refused {
                why,
                help: "give 400 days at most; `outpace race` and `query` look further back",
            });
        }
        return begun(up_to_now(zone, String::new(), since, until, now), now);
    }
    if let Some((year, number)) = verb.week {
        let monday = week::first_day(year, number).unwrap_or(now.date());
        let week = zone.week(monday);
        let until = week.until;
        return begun(up_to_now(zone, week.name, week.since, until, now), now);
    }
    let this = week::monday_of(zone.local(now).date());
    let last = zone.week(week::plus(this, -7));
    let is_young = home.began()?.is_none_or(|began| began >= last.until);
    if is_young {
        return Ok(up_to_now(zone, String::new(), now.plus_seconds(-WEEK_SECONDS), now, now));
    }
    Ok(last)
}

/// The list that is asked for: in the period that is given, else in the 30 days up to now.
fn watch(verb: &Brief, now: Timestamp, zone: &LocalTime, given: &Period) -> Option<WatchWish> {
    let list = verb.watch.clone()?;
    let period = match verb.since.is_some() || verb.week.is_some() {
        true => given.clone(),
        false => up_to_now(zone, String::new(), now.plus_seconds(-WATCH_SECONDS), now, now),
    };
    Some(WatchWish { list, period })
}

/// A period that ends with its last moment, or now: what happened at this very moment is in it.
fn up_to_now(zone: &LocalTime, name: String, since: Timestamp, until: Timestamp, now: Timestamp) -> Period {
    let until = match until >= now {
        true => Timestamp::from_micros(now.micros().saturating_add(1)).unwrap_or(now),
        false => until,
    };
    let mut period = zone.period(name, since, until);
    if period.name.is_empty() {
        period.name = format!("{} to {}", period.local.0.date(), period.local.1.plus_seconds(-1).date());
    }
    period
}

/// Refuses a period that has not begun.
fn begun(period: Period, now: Timestamp) -> Result<Period, Failure> {
    if period.since < now {
        return Ok(period);
    }
    let why = format!("the period begins at {}, which is not past yet", period.since);
    Err(Failure::Refused { why, help: "give a week or a --since that has begun" })
}

fn refused(why: &NoBrief) -> Failure {
    match why {
        NoBrief::NothingLearnt(None) => Failure::Refused {
            why: "there is nothing to brief about: the memory is empty".to_owned(),
            help: "`outpace ingest` fills it",
        },
        NoBrief::NothingLearnt(Some(began)) => Failure::Refused {
            why: format!("nothing is known of that period: the memory began at {began}"),
            help: "give a later --week, or none",
        },
        NoBrief::NoList(lists) if lists.is_empty() => Failure::Refused {
            why: "there is no list of watched words: no table of names has one".to_owned(),
            help: "give keywords of a table of names a column `list` (docs/briefing.md), and learn it",
        },
        NoBrief::NoList(lists) => {
            let shown: Vec<String> =
                lists.iter().take(LISTS_NAMED_MAX).map(|name| report::printable(name)).collect();
            let names = match lists.len() - shown.len() {
                0 => shown.join(", "),
                left => format!("{} and {left} more", shown.join(", ")),
            };
            Failure::Refused {
                why: format!("no list of watched words has this name: there are {names}"),
                help: "write it as the table of names does",
            }
        }
        NoBrief::NoParty(known) => {
            let shown: Vec<String> =
                known.iter().take(PARTIES_NAMED_MAX).map(|name| report::printable(name)).collect();
            let names = match (shown.is_empty(), known.len() - shown.len()) {
                (true, _) => "the memory has no table of names".to_owned(),
                (false, 0) => format!("there are {}", shown.join(", ")),
                (false, left) => format!("there are {} and {left} more", shown.join(", ")),
            };
            Failure::Refused {
                why: format!("no party has this name: {names}"),
                help: "write it as the table of names does",
            }
        }
    }
}
