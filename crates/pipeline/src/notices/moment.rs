//! Moments as an audience reads them: in its own zone, with the offset beside it, or as ISO 8601 in UTC.

use model::Timestamp;
use notify::{Dates, Desk, Subscription, TimeZone};

/// How an audience reads moments.
pub(super) struct Clock<'c> {
    desk: &'c Desk<'c>,
    zone: TimeZone,
    dates: Dates,
}

impl<'c> Clock<'c> {
    /// The clock of a subscription; without one UTC.
    pub(super) fn of(desk: &'c Desk<'c>, subscription: Option<&Subscription>) -> Self {
        let zone = subscription.map(|one| one.zone.clone()).unwrap_or_default();
        Self { desk, zone, dates: subscription.map(|one| one.dates).unwrap_or_default() }
    }

    /// Minutes east of UTC.
    fn offset(&self, at: Timestamp) -> i32 {
        match &self.zone {
            TimeZone::Fixed(minutes) => *minutes,
            TimeZone::Named(name) => self.desk.zones.offset_at(name, at).unwrap_or(0),
        }
    }

    /// `Fri 12 June 2026 02:41 UTC`, or `2026-06-12T02:41:00Z`.
    pub(super) fn at(&self, at: Timestamp) -> String {
        if self.dates == Dates::Iso {
            return at.to_string();
        }
        let offset = self.offset(at);
        let local = at.plus_seconds(i64::from(offset) * 60);
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = match offset.unsigned_abs() {
            0 => "UTC".to_owned(),
            minutes => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        };
        format!("{} {} {zone}", day(local), time(local))
    }

    /// Day and time, where year and zone were said.
    pub(super) fn short(&self, at: Timestamp) -> String {
        if self.dates == Dates::Iso {
            return at.to_string();
        }
        let local = at.plus_seconds(i64::from(self.offset(at)) * 60);
        let (_, _, day) = local.date().civil();
        format!("{day} {} {}", local.date().month_name(), time(local))
    }

    /// The time of the day alone.
    pub(super) fn time(&self, at: Timestamp) -> String {
        time(at.plus_seconds(i64::from(self.offset(at)) * 60))
    }
}

fn time(local: Timestamp) -> String {
    let (hour, minute, _) = local.time_of_day();
    format!("{hour:02}:{minute:02}")
}

/// `Fri 12 June 2026`.
fn day(local: Timestamp) -> String {
    let date = local.date();
    let (year, _, day) = date.civil();
    format!("{} {day} {} {year}", date.weekday(), date.month_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::{Contacts, Filter, Limits, Subscription};

    #[test]
    fn a_moment_is_in_the_zone_of_who_reads_it() {
        let (contacts, limits) = (Contacts::default(), Limits::default());
        let zones = |name: &str, at: Timestamp| {
            (name == "Europe/Berlin").then_some(if at.to_string().starts_with("2026-06") { 120 } else { 60 })
        };
        let desk = Desk { subscriptions: &[], contacts: &contacts, limits: &limits, zones: &zones };
        let mut subscription =
            Subscription::new("s", "lead", Filter::parse("kind = story").expect("a filter"));
        let at = |text: &str| Timestamp::parse(text).expect("a time");
        let night = at("2026-06-11T23:41:00Z");
        assert_eq!(Clock::of(&desk, None).at(night), "Thu 11 June 2026 23:41 UTC");
        subscription.zone = TimeZone::Named("Europe/Berlin".to_owned());
        assert_eq!(Clock::of(&desk, Some(&subscription)).at(night), "Fri 12 June 2026 01:41 +02:00");
        assert_eq!(
            Clock::of(&desk, Some(&subscription)).at(at("2026-01-01T23:30:00Z")),
            "Fri 2 January 2026 00:30 +01:00"
        );
        subscription.zone = TimeZone::Fixed(-210);
        assert_eq!(
            Clock::of(&desk, Some(&subscription)).at(at("1969-12-31T02:00:00Z")),
            "Tue 30 December 1969 22:30 -03:30"
        );
        subscription.dates = Dates::Iso;
        assert_eq!(Clock::of(&desk, Some(&subscription)).at(night), "2026-06-11T23:41:00Z");
    }
}
