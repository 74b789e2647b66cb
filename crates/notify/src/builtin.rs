//! The subscriptions that are there before anybody makes one: who gets what, when.
//!
//! | turn | whom | when |
//! |---|---|---|
//! | a story with *acted*; a misused account | the lead, and the owner | at once |
//! | an own machine that others report; an own account or name, of high severity | the owner | at once |
//! | an own account or name that others report, of lower severity | the owner | daily |
//! | an exposure to *act* on | the owner, one digest a remedy | hourly |
//! | what *succeeded*, of high severity | the analyst | at once |
//! | a record about a party | the owner of the party's name | at once |
//! | a party's record, once an analyst released it | that party | daily |
//! | a party's record that waits to be released | the analyst | daily |
//! | gaps, and exposures that are not to *act* on | the owner | weekly; with what was looked at when nothing is new |
//! | conditions of the service | the operator | after an hour, then daily |
//!
//! Corrections and withdrawals need no subscription: they go to those who had the original.
//!
//! Invariant: one address, that of the lead, is enough: whoever has none is the lead.

use crate::desk::{LEAD, OWNER, PARTY};
use crate::filter::Filter;
use crate::subscription::{Apart, Subscription, When};
use crate::zone::{Every, TimeZone, Weekday};
use model::Tlp;

/// The audience that looks at what was found.
pub const ANALYST: &str = "analyst";
/// The audience that runs the service.
pub const OPERATOR: &str = "operator";
/// The hour at which digests of a day or week go.
const HOUR: u8 = 8;
/// A condition of the service that lasts so long is worth a notice.
const LASTING_SECONDS: i64 = 3600;

const DAILY: When = When::Digest(Every::Day { hour: HOUR });
const WEEKLY: When = When::Digest(Every::Week { weekday: Weekday::Monday, hour: HOUR });

/// Name, audience, filter, when.
type Line = (&'static str, &'static str, &'static str, When);

const INTRUDER: &str = "kind = story and strength = acted or kind = compromise and misused = yes";

const LINES: &[Line] = &[
    ("intruders", LEAD, INTRUDER, When::AtOnce),
    ("intruders on own machines", OWNER, INTRUDER, When::AtOnce),
    ("own machines reported", OWNER, "kind = compromise and has host and not has party", When::AtOnce),
    (
        "own names reported",
        OWNER,
        "kind = compromise and not has host and not has party and severity >= high",
        When::AtOnce,
    ),
    ("other records about us", OWNER, "kind = compromise and not has host and not has party", DAILY),
    ("exposures to act on", OWNER, "kind = exposure and decision = act", When::Digest(Every::Hour)),
    ("succeeded", ANALYST, "strength >= succeeded and severity >= high", When::AtOnce),
    ("records about parties", OWNER, "kind = compromise and has party and released = no", When::AtOnce),
    ("records of parties", PARTY, "kind = compromise and has party and released = yes", DAILY),
    ("records to release", ANALYST, "kind = compromise and has party and released = no", DAILY),
    ("gaps and the rest", OWNER, "kind = gap or kind = exposure and decision != act", WEEKLY),
    ("service", OPERATOR, "kind = service", When::Lasting { seconds: LASTING_SECONDS, hour: HOUR }),
];

/// The subscriptions that are built in, in a time zone.
#[must_use]
pub fn builtin(zone: &TimeZone) -> Vec<Subscription> {
    // The filters are constants, and a test reads them all.
    LINES.iter().filter_map(|line| subscription(line, zone)).collect()
}

fn subscription((name, to, filter, when): &Line, zone: &TimeZone) -> Option<Subscription> {
    let subscription = Subscription::new(name, to, Filter::parse(filter).ok()?);
    let apart = match (*name, *to) {
        ("exposures to act on", _) => Some(Apart::Remedy),
        ("records of parties" | "records to release", _) => Some(Apart::Party),
        _ => None,
    };
    let ceiling = match *to {
        // The lead is a named recipient.
        LEAD => Tlp::Red,
        PARTY => Tlp::Amber,
        _ => Tlp::AmberStrict,
    };
    let says_nothing_new = *when == WEEKLY;
    Some(Subscription { when: *when, apart, ceiling, says_nothing_new, zone: zone.clone(), ..subscription })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_subscription_that_could_be_saved() {
        let all = builtin(&TimeZone::default());
        assert_eq!(all.len(), LINES.len());
        for subscription in &all {
            assert_eq!(subscription.check(&|_: &str, _| None), Ok(()), "{}", subscription.name);
        }
        let names: std::collections::BTreeSet<&str> = all.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names.len(), all.len());
    }
}
