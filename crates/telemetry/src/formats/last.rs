//! What `last`, `lastb` and `lastlog` print of the log-ons of a machine.
//!
//! `last(1)` and `utmp(5)` of util-linux: account, terminal, the other side (with `-w` and `-i` in full), when the
//! session began, and until when it lasted. Without `-F` the year is left out; times are local. What began before the
//! machine (`reboot`, `shutdown`, `runlevel`) is of no account.

use crate::names::log_source::log_source;
use crate::record::address;
use crate::record::clock::{self, Yearless};
use crate::record::draft::{Draft, Facts, Piece};
use model::{Date, LogSource};
use std::sync::LazyLock;

const DAYS: [&str; 7] = [" Mon ", " Tue ", " Wed ", " Thu ", " Fri ", " Sat ", " Sun "];
/// Who is no account.
const MACHINES: [&str; 3] = ["reboot", "shutdown", "runlevel"];
/// How far into a line its day is looked for: names and addresses are before it.
const DAY_BYTES_MAX: usize = 160;

/// A line: `mo pts/0 192.0.2.1 Wed Jun 12 03:14 - 04:00 (00:46)`.
pub(crate) fn line<'c>(text: &'c str, draft: &mut Draft<'c>) -> Option<Facts<'c, 'static>> {
    let at = DAYS.iter().filter_map(|day| text.find(day)).min().filter(|at| *at <= DAY_BYTES_MAX)?;
    let (who, when) = text.split_at_checked(at)?;
    let mut parts = who.split_ascii_whitespace();
    let (account, terminal) = (parts.next()?, parts.next()?);
    let system = terminal == "system" && matches!(parts.clone().next(), Some("boot" | "down"));
    let is_terminal =
        ["pts/", "tty", "ssh", "console", "ttyS", "seat", ":", "web_console", "hvc", "ftp", "lxc/"]
            .iter()
            .any(|start| terminal.starts_with(start));
    (system || is_terminal || MACHINES.contains(&account)).then_some(())?;
    let other = if system { None } else { parts.next() };
    (parts.next().is_none() || system).then_some(())?;
    let mut words = when.split_ascii_whitespace().skip(1);
    let month = clock::month(words.next()?.as_bytes())?;
    let (day, hours) = (words.next()?.parse().ok()?, words.next()?);
    let mut facts = Facts::of(&LOGONS);
    facts.local = true;
    // `+0200` of lastlog, then the year; or the year at once.
    let rest: Vec<&str> = words.take(2).collect();
    let ahead = rest.first().and_then(|word| clock::offset(word));
    let year =
        rest.iter().find_map(|word| word.parse::<i32>().ok().filter(|year| (1970..10_000).contains(year)));
    if let Some(year) = year {
        let time = clock::at(Date::new(year, month, day)?, hours)?;
        facts.time = Some(time.plus_seconds(-ahead.unwrap_or(0)));
        facts.local = ahead.is_none();
    } else {
        let bytes = hours.as_bytes();
        clock::at(Date::new(1972, month, day)?, hours)?;
        let (hour, minute) = (clock::number(bytes, 0, 2)?, clock::number(bytes, 3, 2)?);
        let second = clock::number(bytes, 6, 2).unwrap_or(0);
        facts.yearless = Some(Yearless { month, day, hour, minute, second, micros: 0 });
    }
    draft.push_text("user", account);
    draft.push_text("terminal", terminal);
    if let Some(other) = other {
        draft.push_text("from", other);
        facts.from = address::parse(other);
    }
    if let Some((_, lasted)) = when.split_once(" - ") {
        draft.push_text("until", lasted.trim());
    }
    facts.account = (!MACHINES.contains(&account)).then_some(Piece::Chunk(account));
    Some(facts)
}

static LOGONS: LazyLock<LogSource> = LazyLock::new(|| log_source(Some("linux"), Some("wtmp"), &[]));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_with_and_without_a_year() {
        let shown = |text: &str| {
            let mut draft = Draft::default();
            let facts = line(text, &mut draft)?;
            let time = facts.time.map(|time| time.to_string());
            let time = time.or_else(|| facts.yearless.map(|time| format!("{}-{}", time.month, time.day)));
            let account = facts.account.map_or("-", |account| draft.text(account));
            let from = facts.from.map_or("-".to_owned(), |from| from.to_string());
            Some(format!("{} {account} {from}", time.unwrap_or_default()))
        };
        for (text, expected) in [
            (
                "mo       pts/0        192.0.2.1        Wed Jun 12 03:14   still logged in",
                Some("6-12 mo 192.0.2.1"),
            ),
            (
                "mo       pts/0        192.0.2.1        Wed Jun 12 03:14:15 2024 - Wed Jun 12 04:00:00 2024  (00:45)",
                Some("2024-06-12T03:14:15Z mo 192.0.2.1"),
            ),
            (
                "mo       pts/0    192.0.2.1        Wed Jun 12 03:14:15 +0200 2024",
                Some("2024-06-12T01:14:15Z mo 192.0.2.1"),
            ),
            ("root     tty1                          Wed Jun  5 03:14 - down   (00:30)", Some("6-5 root -")),
            ("reboot   system boot  6.1.0-21-amd64   Wed Jun 12 03:00   still running", Some("6-12 - -")),
            ("wtmp begins Mon Jun  3 08:00:00 2024", None),
            ("we met on Wed Jun 12 03:14 in the harbour", None),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text}");
        }
    }
}
