//! Who is reached by what: subscriptions, addresses and channels, made of what is configured.
//!
//! Everything is made before anything is done, so that `config check` names each mistake by its line: a filter by the place
//! of its fault, a channel by the key that is missing. Without configuration there is one channel, the folder `notices` in
//! the home, and the lead is reached by it: nothing needs a server.

mod channel;
mod sections;
mod zones;

pub use zones::zone_rules;

use crate::config::{Config, Mistake, Origin};
use channels::Channel;
use channels::channel::{Folder, address::MailAddress};
use model::Tlp;
use notify::{Contacts, Dates, Every, Filter, Limits, QuietHours, Subscription, TimeZone, Weekday, When};
use sections::{Entry, Sections};
use std::collections::BTreeMap;
use std::path::Path;

/// The folder of the home in which notices are where nothing is configured.
pub const FOLDER: &str = "notices";
/// The tables whose names are addresses, each with what its audiences begin with.
const AUDIENCES: [(&str, &str); 3] = [("owners", "owner"), ("parties", "party"), ("people", "person")];

/// What is configured of notices.
#[derive(Debug, Default)]
pub struct Reach {
    /// Who wants to know of what.
    pub subscriptions: Vec<Subscription>,
    /// Which audience is reached by which destinations.
    pub contacts: Contacts,
    /// Bounds and times.
    pub limits: Limits,
    /// The channel of each destination.
    pub channels: BTreeMap<String, Channel>,
    /// Whether anybody configured who is reached.
    pub is_configured: bool,
}

/// The zone in which days begin, where one is configured that is known.
pub fn zone_name(config: &Config) -> Option<String> {
    let sections = Sections::of_config(config);
    let name = sections.one("notify", "zone")?.text().to_owned();
    zone_rules(&name, model::Timestamp::EPOCH).is_some().then_some(name)
}

impl Reach {
    /// What is configured, and what is wrong with it. `home` is where the files are that are named without a path.
    pub fn read(config: &Config, home: &Path) -> (Self, Vec<Mistake>) {
        let sections = Sections::of_config(config);
        let mut making = Making { home, sections: &sections, named: BTreeMap::new(), mistakes: Vec::new() };
        let mut reach = Self::default();
        making.channels(&mut reach);
        let zone = making.zone();
        reach.is_configured = sections.one("notify", "lead").is_some();
        if reach.is_configured {
            making.people(&mut reach);
        } else {
            let directory = home.join(FOLDER);
            reach.channels.insert(FOLDER.to_owned(), Channel::Folder(Folder { directory }));
            reach.contacts.set(notify::LEAD, &[FOLDER]);
            making.people(&mut reach);
        }
        making.limits(&mut reach.limits);
        if sections.one("notify", "built-in").is_none_or(|entry| entry.text() != "false") {
            reach.subscriptions = notify::builtin(&zone);
            let quiet = making.quiet(sections.one("notify", "quiet"));
            let dates = making.dates(sections.one("notify", "dates"));
            for one in &mut reach.subscriptions {
                one.quiet = quiet;
                one.dates = dates;
            }
        }
        making.subscriptions(&mut reach, &zone);
        let Making { mut mistakes, .. } = making;
        mistakes.sort_by_key(|mistake| mistake.origin.line());
        (reach, mistakes)
    }
}

/// Makes it.
struct Making<'m> {
    home: &'m Path,
    sections: &'m Sections<'m>,
    /// Channels by their names in the file.
    named: BTreeMap<String, Channel>,
    mistakes: Vec<Mistake>,
}

impl Making<'_> {
    fn wrong(&mut self, origin: &Origin, what: impl Into<String>, help: impl Into<String>) {
        self.mistakes.push(Mistake { origin: origin.clone(), what: what.into(), help: help.into() });
    }

    fn channels(&mut self, reach: &mut Reach) {
        for name in self.sections.names("channels") {
            let made = channel::make(name, self.sections, self.home);
            match made {
                Ok(channel) => {
                    self.named.insert(name.to_owned(), channel);
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        reach.channels.extend(self.named.iter().map(|(name, channel)| (name.clone(), channel.clone())));
    }

    /// The channel that carries mail to addresses.
    fn mail(&mut self, origin: &Origin) -> Option<(String, channels::channel::Mail)> {
        let mails: Vec<(&String, &channels::channel::Mail)> = self
            .named
            .iter()
            .filter_map(|(name, channel)| match channel {
                Channel::Mail(mail) => Some((name, mail)),
                _ => None,
            })
            .collect();
        let wished = self.sections.one("notify", "mail").map(Entry::text);
        let found = match (wished, mails.as_slice()) {
            (Some(wished), all) => all.iter().find(|(name, _)| *name == wished).copied(),
            (None, [one]) => Some(*one),
            (None, _) => None,
        };
        if let Some((name, mail)) = found {
            return Some((name.clone(), mail.clone()));
        }
        let (what, help) = if mails.is_empty() {
            (
                "there is no channel that sends mail",
                "write [channels.mail] with server and from, or name another channel here",
            )
        } else {
            ("several channels send mail", "say which one sends to addresses: mail = \"NAME\" in [notify]")
        };
        self.wrong(origin, what, help);
        None
    }

    /// The destinations of what somebody wrote as an address: a mail address, `file:DIRECTORY`, or the name of a channel.
    fn destinations(&mut self, entry: &Entry<'_>, reach: &mut Reach) -> Vec<String> {
        let mut destinations = Vec::new();
        for text in &entry.texts {
            if let Some(directory) = text.strip_prefix("file:") {
                let directory = self.home.join(directory);
                reach.channels.insert((*text).to_owned(), Channel::Folder(Folder { directory }));
                destinations.push((*text).to_owned());
            } else if text.contains('@') {
                match text.parse::<MailAddress>() {
                    Err(why) => self.wrong(entry.origin, why, "write an address: desk@seaward.example"),
                    Ok(address) => {
                        let Some((name, mail)) = self.mail(entry.origin) else { continue };
                        let destination = format!("{name}:{address}");
                        let mail = channels::channel::Mail { to: vec![address], ..mail };
                        reach.channels.insert(destination.clone(), Channel::Mail(mail));
                        destinations.push(destination);
                    }
                }
            } else if self.named.contains_key(*text)
                || self.sections.names("channels").any(|name| name == *text)
            {
                destinations.push((*text).to_owned());
            } else {
                let help = "write a mail address, the name of a channel, or file:DIRECTORY";
                self.wrong(entry.origin, format!("there is no channel {text}"), help);
            }
        }
        destinations
    }

    fn people(&mut self, reach: &mut Reach) {
        for audience in [notify::LEAD, notify::ANALYST, notify::OPERATOR] {
            let Some(entry) = self.sections.one("notify", audience) else { continue };
            let all = self.destinations(entry, reach);
            reach.contacts.set(audience, &all.iter().map(String::as_str).collect::<Vec<_>>());
        }
        if let Some(entry) = self.sections.one("notify", "deputy") {
            let all = self.destinations(entry, reach);
            reach.contacts.set_second(notify::LEAD, &all.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for (table, prefix) in AUDIENCES {
            let sections = self.sections;
            for (name, entry) in sections.table(table) {
                let all = self.destinations(entry, reach);
                let all: Vec<&str> = all.iter().map(String::as_str).collect();
                reach.contacts.set(&format!("{prefix}:{name}"), &all);
            }
        }
    }

    fn zone(&mut self) -> TimeZone {
        let entry = self.sections.one("notify", "zone");
        entry
            .map(|entry| TimeZone::Named(entry.text().to_owned()))
            .filter(|zone| self.is_zone(zone, entry))
            .unwrap_or_default()
    }

    fn is_zone(&mut self, zone: &TimeZone, entry: Option<&Entry<'_>>) -> bool {
        let TimeZone::Named(name) = zone else { return true };
        let is_known = zones::zone_rules(name, model::Timestamp::EPOCH).is_some();
        if let Some(entry) = entry.filter(|_| !is_known) {
            self.wrong(
                entry.origin,
                format!("the zone {name} is not known"),
                "write an IANA name: Europe/Berlin",
            );
        }
        is_known
    }

    fn quiet(&mut self, entry: Option<&Entry<'_>>) -> Option<QuietHours> {
        let entry = entry?;
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let hours = entry
            .text()
            .split_once('-')
            .and_then(|(from, to)| Some(QuietHours { from: minute(from)?, to: minute(to)? }));
        if hours.is_none() {
            self.wrong(entry.origin, format!("{} are no hours", entry.text()), "write 22:00-06:00");
        }
        hours
    }

    fn dates(&mut self, entry: Option<&Entry<'_>>) -> Dates {
        match entry.map(Entry::text) {
            None | Some("words") => Dates::Words,
            Some("iso") => Dates::Iso,
            Some(other) => {
                if let Some(entry) = entry {
                    self.wrong(entry.origin, format!("{other} is no style of dates"), "write words or iso");
                }
                Dates::Words
            }
        }
    }

    fn limits(&mut self, limits: &mut Limits) {
        if let Some(entry) = self.sections.one("notify", "an-hour") {
            match entry.text().parse::<usize>() {
                Ok(count) if (1..=10_000).contains(&count) => limits.an_hour = count,
                _ => self.wrong(
                    entry.origin,
                    format!("an-hour is {}", entry.text()),
                    "write a number from \"1\" to \"10000\"",
                ),
            }
        }
        for (key, of) in [
            ("second-after", &mut limits.second_after_seconds),
            ("lead-after", &mut limits.lead_after_seconds),
        ] {
            let Some(entry) = self.sections.one("notify", key) else { continue };
            match crate::config::seconds(entry.text()).filter(|seconds| (60..=7 * 86_400).contains(seconds)) {
                Some(seconds) => *of = seconds,
                None => self.mistakes.push(Mistake {
                    origin: entry.origin.clone(),
                    what: format!("{key} is {}, which is not a time up to a week", entry.text()),
                    help: "write a number and a unit: 15m, 2h".to_owned(),
                }),
            }
        }
    }

    fn subscriptions(&mut self, reach: &mut Reach, zone: &TimeZone) {
        let names: Vec<&str> = self.sections.names("subscriptions").collect();
        for name in names {
            let get = |key: &str| self.sections.of("subscriptions", name, key);
            let Some(first) = self.sections.first("subscriptions", name) else { continue };
            let (Some(to), Some(written)) = (get("to"), get("filter")) else {
                self.wrong(
                    first,
                    format!("the subscription {name} has no to or no filter"),
                    "write to = \"lead\" and filter = \"severity >= high\"",
                );
                continue;
            };
            let filter = match Filter::parse(written.text()) {
                Ok(filter) => filter,
                Err(error) => {
                    let what = format!("the filter of {name}, at column {}: {}", error.column, error.what);
                    let help = match error.nearest {
                        Some(word) => format!("did you mean {word}?"),
                        None => format!("write {}", error.expected),
                    };
                    self.wrong(written.origin, what, help);
                    continue;
                }
            };
            let mut one = Subscription::new(name, to.text(), filter);
            one.zone = match get("zone") {
                Some(entry) => {
                    let wished = TimeZone::Named(entry.text().to_owned());
                    if self.is_zone(&wished, Some(entry)) { wished } else { zone.clone() }
                }
                None => zone.clone(),
            };
            one.quiet = self.quiet(get("quiet").or_else(|| self.sections.one("notify", "quiet")));
            one.dates = self.dates(get("dates").or_else(|| self.sections.one("notify", "dates")));
            if let Some(by) = get("by") {
                one.by = self.destinations(by, reach);
            }
            one.says_nothing_new = get("nothing-new").is_some_and(|entry| entry.text() == "true");
            self.rest(&mut one, name);
            // An audience may be an address by itself.
            if to.text().contains('@') || to.text().starts_with("file:") {
                one.by = self.destinations(to, reach);
            }
            if let Err((what, help)) = one.check(&zones::zone_rules) {
                self.wrong(first, format!("the subscription {name}: {what}"), help);
                continue;
            }
            reach.subscriptions.retain(|known| known.name != one.name);
            reach.subscriptions.push(one);
        }
    }

    fn rest(&mut self, one: &mut Subscription, name: &str) {
        let get = |key: &str| self.sections.of("subscriptions", name, key);
        if let Some(entry) = get("when") {
            match when(entry.text()) {
                Some(when) => one.when = when,
                None => self.wrong(
                    entry.origin,
                    format!("{} is no time for notices", entry.text()),
                    "write at once, hourly, daily 8, weekly monday 8 or monthly 8",
                ),
            }
        }
        if let Some(entry) = get("ceiling") {
            match Tlp::ALL.iter().find(|tlp| {
                tlp.to_string()
                    .trim_start_matches("TLP:")
                    .eq_ignore_ascii_case(entry.text().trim_start_matches("TLP:"))
            }) {
                Some(tlp) => one.ceiling = *tlp,
                None => self.wrong(
                    entry.origin,
                    format!("{} is no marking", entry.text()),
                    "write CLEAR, GREEN, AMBER, AMBER+STRICT or RED",
                ),
            }
        }
        one.apart = match get("apart").map(Entry::text) {
            Some("remedy") => Some(notify::Apart::Remedy),
            Some("party") => Some(notify::Apart::Party),
            Some(other) => {
                let other = other.to_owned();
                if let Some(entry) = get("apart") {
                    self.wrong(
                        entry.origin,
                        format!("{other} is nothing that digests are kept apart by"),
                        "write remedy or party",
                    );
                }
                None
            }
            None => None,
        };
    }
}

/// `weekly monday 8`.
fn when(text: &str) -> Option<When> {
    let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let hour = |text: &str| text.split(':').next()?.parse::<u8>().ok().filter(|hour| *hour < 24);
    let weekday = |text: &str| {
        Some(match text {
            "monday" => Weekday::Monday,
            "tuesday" => Weekday::Tuesday,
            "wednesday" => Weekday::Wednesday,
            "thursday" => Weekday::Thursday,
            "friday" => Weekday::Friday,
            "saturday" => Weekday::Saturday,
            "sunday" => Weekday::Sunday,
            _ => return None,
        })
    };
    Some(match words.as_slice() {
        ["at", "once"] => When::AtOnce,
        ["hourly"] => When::Digest(Every::Hour),
        ["daily"] => When::Digest(Every::Day { hour: 8 }),
        ["daily", at] => When::Digest(Every::Day { hour: hour(at)? }),
        ["weekly"] => When::Digest(Every::Week { weekday: Weekday::Monday, hour: 8 }),
        ["weekly", day] => When::Digest(Every::Week { weekday: weekday(day)?, hour: 8 }),
        ["weekly", day, at] => When::Digest(Every::Week { weekday: weekday(day)?, hour: hour(at)? }),
        ["monthly"] => When::Digest(Every::Month { hour: 8 }),
        ["monthly", at] => When::Digest(Every::Month { hour: hour(at)? }),
        _ => return None,
    })
}
