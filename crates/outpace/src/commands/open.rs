//! The findings that are there, each with its last turn and the work on it, and the choice of some of them.

use crate::failure::Failure;
use model::Timestamp;
use pipeline::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Home, Lapses, TurnRow, Work, WorkNow};

/// How long before its end an acceptance is shown again.
const SOON_SECONDS: i64 = 7 * 86_400;
/// How many digits of an identifier people read.
const DIGITS: usize = 8;

/// A finding that is there.
pub struct Open {
    /// Its identifier.
    pub finding: String,
    /// What follows it.
    pub thread: u64,
    /// Its title now: a story has grown since its last turn.
    title: Arc<str>,
    /// What happened to it last.
    pub last: TurnRow,
    /// The work on it.
    pub now: WorkNow,
}

/// All of them, the gravest first.
pub fn all(home: &Home, now: Timestamp) -> Result<Vec<Open>, Failure> {
    let threads = home.open_threads()?;
    let open: BTreeSet<u64> = threads.values().copied().collect();
    let mut last: BTreeMap<u64, TurnRow> = BTreeMap::new();
    home.each_turn(&mut |row| {
        if open.contains(&row.thread) {
            last.insert(row.thread, row);
        }
    })?;
    let (mut work, mut titles) = (home.work_as_of(now)?, home.titles()?);
    let untouched = || WorkNow { work: Work::default(), again: None };
    let of = |(finding, thread): (String, u64)| {
        let last = last.remove(&thread)?;
        let title = titles.remove(&finding).map_or_else(|| Arc::clone(&last.turn.title), Arc::from);
        Some(Open { finding, thread, title, last, now: work.remove(&thread).unwrap_or_else(untouched) })
    };
    let mut open: Vec<Open> = threads.into_iter().filter_map(of).collect();
    open.sort_by(|a, b| {
        let (one, other) = (&a.last.turn, &b.last.turn);
        (one.grade.severity, &a.title, &a.finding).cmp(&(other.grade.severity, &b.title, &b.finding))
    });
    Ok(open)
}

/// How often a story may have been joined into another that was joined into another.
const LED_MAX: usize = 32;

/// The story into which the one was joined that an identifier, or the digits that it begins with, means.
pub fn joined_into(home: &Home, typed: &str) -> Result<Option<String>, Failure> {
    let digits = typed.strip_prefix("finding--").unwrap_or(typed);
    let mut begins = format!("finding--{digits}");
    let mut found = None;
    for _ in 0..LED_MAX {
        let into = home.joined_into(&begins)?;
        // Several that begin so are not one.
        let (1, Some(next)) = (into.len(), into.into_values().next()) else { break };
        begins.clone_from(&next);
        found = Some(next);
    }
    Ok(found.filter(|_| !digits.is_empty()))
}

/// `1 finding`, `2 findings`.
pub fn counted(count: usize) -> String {
    report::number_of(u64::try_from(count).unwrap_or(u64::MAX), "finding", "findings")
}

impl Open {
    /// The digits that its identifier begins with.
    pub fn digits(&self) -> String {
        self.finding.trim_start_matches("finding--").chars().take(DIGITS).collect()
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The machine that it is on, if it is on one.
    pub fn host(&self) -> Option<&str> {
        match &self.last.turn.key {
            Key::Sighting(_, host) => Some(host.host_name().unwrap_or(host.as_str())),
            // A key of exposures is of a product; the machine ends the title.
            Key::Exposure(_) => Some(self.last.turn.title.rsplit_once(" on ")?.1),
            Key::Compromise(_) | Key::Gap(_) | Key::Story(..) => None,
        }
    }

    /// The rule, indicator, check or detection that made it.
    pub fn rule(&self) -> Option<&str> {
        match &self.last.turn.key {
            Key::Sighting(cause, _) | Key::Gap(cause) => Some(cause),
            Key::Exposure(_) | Key::Compromise(_) | Key::Story(..) => None,
        }
    }

    /// What was found, whatever the machine: flaw and product, indicator, name.
    pub fn value(&self) -> Option<&str> {
        match &self.last.turn.key {
            Key::Exposure(_) => Some(self.last.turn.title.rsplit_once(" on ")?.0),
            Key::Sighting(value, _) | Key::Compromise(value) => Some(value),
            Key::Gap(_) | Key::Story(..) => None,
        }
    }

    /// Until when something is to happen: an acknowledgement lapses, what is in work has a day.
    pub fn deadline(&self, lapses: Lapses) -> Option<Timestamp> {
        let work = &self.now.work;
        work.end(lapses.of(self.last.turn.grade.severity)).filter(|_| !work.state.sets_aside())
    }

    /// When it comes back by itself, if that is soon.
    pub fn ends_soon(&self, now: Timestamp) -> Option<Timestamp> {
        let work = &self.now.work;
        work.until.filter(|until| work.state.sets_aside() && until.seconds_since(now) <= SOON_SECONDS)
    }
}

/// A condition on findings: all of its parts hold.
pub struct Where(Vec<(Part, String)>);

/// What a part of a condition is about.
#[derive(Clone, Copy)]
enum Part {
    Severity,
    Kind,
    Host,
    Rule,
}

impl Where {
    /// Reads `severity:high kind:exposure host:NAME rule:ID`.
    ///
    /// # Errors
    /// With what can be written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for word in text.split_whitespace() {
            let help = || {
                format!(
                    "{word} is no condition; write severity:high, kind:exposure, host:NAME or rule:ID, several with blanks"
                )
            };
            let (name, value) = word.split_once(':').ok_or_else(help)?;
            let part = match name {
                "severity" if model::Severity::parse(value).is_some() => Part::Severity,
                "kind" if ["chain", "sighting", "compromise", "exposure", "gap"].contains(&value) => {
                    Part::Kind
                }
                "host" if !value.is_empty() => Part::Host,
                "rule" if !value.is_empty() => Part::Rule,
                _ => return Err(help()),
            };
            parts.push((part, value.to_ascii_lowercase()));
        }
        if parts.is_empty() { Err("it holds no condition".to_owned()) } else { Ok(Self(parts)) }
    }

    /// Whether a finding is meant. A host is meant by its full name and by its first label.
    pub fn holds(&self, open: &Open) -> bool {
        self.0.iter().all(|(part, value)| match part {
            Part::Severity => model::Severity::parse(value) == Some(open.last.turn.grade.severity),
            Part::Kind => open.last.turn.key.kind().name() == value,
            Part::Host => open.host().is_some_and(|host| {
                let host = host.to_ascii_lowercase();
                host == *value || host.split('.').next() == Some(value.as_str())
            }),
            Part::Rule => open.rule().is_some_and(|rule| rule.eq_ignore_ascii_case(value)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_read_or_answered_with_what_can_be_written() {
        for text in ["severity:high", " kind:gap  host:app-1 ", "rule:a:b", "severity:HIGH"] {
            assert!(Where::parse(text).is_ok(), "{text}");
        }
        for text in
            ["", "high", "severity:huge", "kind:story", "host:", "rule:", "owner:anna", "severity:high,"]
        {
            assert!(Where::parse(text).is_err(), "{text}");
        }
    }
}
