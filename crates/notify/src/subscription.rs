//! A subscription: who wants to know of which turns, when, and how much they may see.
//!
//! Invariants: a subscription that [`Subscription::check`] accepts has a name of its own kind (no blanks at its ends, no
//! control characters), hours that are hours, and a zone that the caller knows.

use crate::filter::Filter;
use crate::zone::{Every, Local, TimeZone, Zone};
use model::{Timestamp, Tlp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A name is no longer than this.
pub const NAME_CHARS_MAX: usize = 100;
/// There are no more subscriptions: each is asked about each turn.
pub const SUBSCRIPTIONS_MAX: usize = 1_000;
/// A subscription names no more channels.
pub const CHANNELS_MAX: usize = 10;
/// A lasting condition is waited for no longer: a week.
const LASTING_SECONDS_MAX: i64 = 7 * 86_400;

/// When notices of a subscription go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Each for itself, at once.
    AtOnce,
    /// Once it lasted so long, and each day while it lasts: of conditions that often pass by themselves.
    Lasting {
        /// How long, in seconds.
        seconds: i64,
        /// The hour at which the digest of the day goes.
        hour: u8,
    },
    /// All of a period in one.
    Digest(Every),
}

/// Hours in which nothing below critical is sent. They may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// The first minute of the local day.
    pub from: u16,
    /// The first minute after.
    pub to: u16,
}

impl QuietHours {
    /// Whether a minute of the local day is quiet. From and to the same minute is never.
    fn hold(self, minute: u32) -> bool {
        let (from, to) = (u32::from(self.from), u32::from(self.to));
        if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
    }
}

/// What never shares a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Apart {
    /// One digest for each remedy.
    Remedy,
    /// One digest for each party: parties are never mixed.
    Party,
}

/// How dates are written for an audience.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
    /// `Fri 12 June 02:41`, in the zone of the audience.
    #[default]
    Words,
    /// `2026-06-12T02:41:00Z`, in UTC.
    Iso,
}

/// Who wants to know of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its name, which no other has.
    pub name: String,
    /// The audience: `lead`, `analyst`, `operator`, a name of the contacts; `owner` and `party` mean those of the turn.
    pub to: String,
    /// The channels, if not those that the contacts have for the audience.
    #[serde(default)]
    pub by: Vec<String>,
    /// Which turns.
    pub filter: Filter,
    /// When.
    pub when: When,
    /// What has a digest of its own.
    #[serde(default)]
    pub apart: Option<Apart>,
    /// Hours in which it waits.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
    /// Where the audience lives.
    #[serde(default)]
    pub zone: TimeZone,
    /// The strictest marking that the audience may see.
    pub ceiling: Tlp,
    /// How dates are written.
    #[serde(default)]
    pub dates: Dates,
    /// Whether a period without anything new gives a digest too, which says what was looked at.
    #[serde(default)]
    pub says_nothing_new: bool,
}

impl Subscription {
    /// A subscription at once, with the ceiling of our own organisation.
    #[must_use]
    pub fn new(name: &str, to: &str, filter: Filter) -> Self {
        Self {
            name: name.to_owned(),
            to: to.to_owned(),
            by: Vec::new(),
            filter,
            when: When::AtOnce,
            apart: None,
            quiet: None,
            zone: TimeZone::default(),
            ceiling: Tlp::AmberStrict,
            dates: Dates::default(),
            says_nothing_new: false,
        }
    }

    /// What keeps it from being saved, as what is wrong and what to write instead.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn check(&self, rules: &dyn Zone) -> Result<(), (String, String)> {
        for (what, name) in [("name", &self.name), ("audience", &self.to)]
            .into_iter()
            .chain(self.by.iter().map(|channel| ("name of a channel", channel)))
        {
            if name.trim() != name || name.is_empty() || name.chars().any(char::is_control) {
                return Err((
                    format!("its {what} is empty or has blanks around it"),
                    "write a name".to_owned(),
                ));
            }
            if name.chars().count() > NAME_CHARS_MAX {
                let help = format!("write at most {NAME_CHARS_MAX} characters");
                return Err((format!("its {what} is too long"), help));
            }
        }
        if self.by.len() > CHANNELS_MAX {
            let what = format!("it names {} channels", self.by.len());
            return Err((what, format!("name at most {CHANNELS_MAX}")));
        }
        self.check_times(rules)
    }

    fn check_times(&self, rules: &dyn Zone) -> Result<(), (String, String)> {
        let hour = match self.when {
            When::AtOnce | When::Digest(Every::Hour) => 0,
            When::Lasting { hour, .. } => hour,
            When::Digest(Every::Day { hour } | Every::Week { hour, .. } | Every::Month { hour }) => hour,
        };
        if hour > 23 {
            return Err((format!("{hour} is no hour"), "write 0 to 23".to_owned()));
        }
        if let When::Lasting { seconds, .. } = self.when
            && !(0..=LASTING_SECONDS_MAX).contains(&seconds)
        {
            return Err((format!("it waits {seconds} seconds"), format!("write 0 to {LASTING_SECONDS_MAX}")));
        }
        if self.quiet.is_some_and(|quiet| quiet.from > 1440 || quiet.to > 1440) {
            return Err(("its quiet hours are no times of a day".to_owned(), "write 22:00-06:00".to_owned()));
        }
        match &self.zone {
            TimeZone::Fixed(minutes) if !(-18 * 60..=18 * 60).contains(minutes) => {
                Err((format!("no zone is {minutes} minutes from UTC"), "write -1080 to 1080".to_owned()))
            }
            TimeZone::Named(name) if rules.offset_at(name, Timestamp::EPOCH).is_none() => Err((
                format!("the zone `{name}` is not known"),
                "write an IANA name, Europe/Berlin".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn local<'z>(&'z self, rules: &'z dyn Zone) -> Local<'z> {
        Local::new(&self.zone, rules)
    }

    /// Whether it is quiet for this audience.
    pub(crate) fn is_quiet(&self, rules: &dyn Zone, now: Timestamp) -> bool {
        self.quiet.is_some_and(|quiet| quiet.hold(self.local(rules).minute(now)))
    }

    /// How often its digests go: those of a subscription at once each full hour.
    pub(crate) fn every(&self) -> Every {
        match self.when {
            When::AtOnce => Every::Hour,
            When::Lasting { hour, .. } => Every::Day { hour },
            When::Digest(every) => every,
        }
    }
}

/// What keeps subscriptions from being saved together: too many, or two of one name; else what is wrong with one.
///
/// # Errors
/// With the first thing that is wrong, and what to do about it.
pub fn check_all(all: &[Subscription], rules: &dyn Zone) -> Result<(), (String, String)> {
    if all.len() > SUBSCRIPTIONS_MAX {
        let what = format!("there are {} subscriptions", all.len());
        return Err((what, format!("keep at most {SUBSCRIPTIONS_MAX}")));
    }
    let mut names = BTreeSet::new();
    for subscription in all {
        if !names.insert(&subscription.name) {
            let what = format!("two subscriptions are called `{}`", subscription.name);
            return Err((what, "give one another name".to_owned()));
        }
        let named = |(what, help)| (format!("subscription `{}`: {what}", subscription.name), help);
        subscription.check(rules).map_err(named)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only_utc(name: &str, _: Timestamp) -> Option<i32> {
        (name == "UTC").then_some(0)
    }

    fn wrong(change: impl FnOnce(&mut Subscription)) -> String {
        let mut subscription =
            Subscription::new("stories", "lead", Filter::parse("kind = story").expect("a filter"));
        change(&mut subscription);
        subscription
            .check(&only_utc)
            .map_or_else(|(what, help)| format!("{what}; {help}"), |()| "ok".to_owned())
    }

    #[test]
    fn what_cannot_be_saved_is_said_with_its_remedy() {
        assert_eq!(wrong(|_| ()), "ok");
        assert_eq!(wrong(|s| s.name = "ü".repeat(100)), "ok");
        assert_eq!(wrong(|s| s.name = "ü".repeat(101)), "its name is too long; write at most 100 characters");
        assert_eq!(
            wrong(|s| s.to = " lead".into()),
            "its audience is empty or has blanks around it; write a name"
        );
        assert_eq!(wrong(|s| s.by = vec!["mail".to_owned(); 10]), "ok");
        assert_eq!(wrong(|s| s.by = vec!["mail".to_owned(); 11]), "it names 11 channels; name at most 10");
        assert_eq!(wrong(|s| s.when = When::Digest(Every::Day { hour: 24 })), "24 is no hour; write 0 to 23");
        assert_eq!(wrong(|s| s.when = When::Lasting { seconds: 604_800, hour: 8 }), "ok");
        assert_eq!(
            wrong(|s| s.when = When::Lasting { seconds: 604_801, hour: 8 }),
            "it waits 604801 seconds; write 0 to 604800"
        );
        assert_eq!(
            wrong(|s| s.quiet = Some(QuietHours { from: 0, to: 1441 })),
            "its quiet hours are no times of a day; write 22:00-06:00"
        );
        assert_eq!(wrong(|s| s.zone = TimeZone::Named("UTC".into())), "ok");
        assert_eq!(
            wrong(|s| s.zone = TimeZone::Named("Mars/Olympus".into())),
            "the zone `Mars/Olympus` is not known; write an IANA name, Europe/Berlin"
        );
        assert_eq!(
            wrong(|s| s.zone = TimeZone::Fixed(1081)),
            "no zone is 1081 minutes from UTC; write -1080 to 1080"
        );
    }

    #[test]
    fn together_they_are_bounded_and_have_names_of_their_own() {
        let filter = Filter::parse("all").expect("a filter");
        let some = |count: usize| -> Vec<Subscription> {
            (0..count).map(|n| Subscription::new(&n.to_string(), "lead", filter.clone())).collect()
        };
        let said = |all: &[Subscription]| {
            check_all(all, &only_utc).map_err(|(what, help)| format!("{what}; {help}"))
        };
        assert_eq!(said(&some(SUBSCRIPTIONS_MAX)), Ok(()));
        let many = said(&some(SUBSCRIPTIONS_MAX + 1));
        assert_eq!(many, Err("there are 1001 subscriptions; keep at most 1000".to_owned()));
        let mut two = some(2);
        two[1].name = "0".to_owned();
        assert_eq!(said(&two), Err("two subscriptions are called `0`; give one another name".to_owned()));
        two[1].name = "b".to_owned();
        two[1].zone = TimeZone::Fixed(9999);
        let wrong = "subscription `b`: no zone is 9999 minutes from UTC; write -1080 to 1080".to_owned();
        assert_eq!(said(&two), Err(wrong));
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let night = QuietHours { from: 22 * 60, to: 6 * 60 };
        let held: Vec<u32> =
            [0, 359, 360, 720, 1319, 1320, 1439].into_iter().filter(|m| night.hold(*m)).collect();
        assert_eq!(held, [0, 359, 1320, 1439]);
        let noon = QuietHours { from: 720, to: 780 };
        assert!(noon.hold(720) && !noon.hold(780) && !QuietHours { from: 5, to: 5 }.hold(5));
    }
}
