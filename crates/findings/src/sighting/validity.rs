//! Whether an indicator held at the time of an event: by the dates that its sources give.
//!
//! A source says from when and until when (exclusive) a value is a sign. Outside of that an event is no more than
//! possible, and medium at most: an address belongs to somebody else a month later. Of several sources one that held it
//! then suffices. An event without time is inside. Where a source gives no dates, those of the report that names the value
//! bound it: an address for 90 days around, a name for a year, a hash or a file for ever.

use model::world::Indicator;
use model::{Date, Timestamp};
use observable::Kind;

/// How long an address without dates is a sign, before and after its report.
const ADDRESS_DAYS: i64 = 90;
/// How long a name is: who registers one keeps it for a year.
const NAME_DAYS: i64 = 365;

/// The indicator with the bounds that follow from the days of its reports, if it has none of its own.
pub(super) fn around(mut indicator: Indicator, reports: Option<(Date, Date)>) -> Indicator {
    let days = match indicator.observable.kind {
        Kind::Ipv4 | Kind::Ipv6 | Kind::Network => ADDRESS_DAYS,
        Kind::Domain | Kind::Url | Kind::Email => NAME_DAYS,
        _ => return indicator,
    };
    let dated = indicator.valid_from.is_some() || indicator.valid_until.is_some();
    if let Some((first, last)) = reports.filter(|_| !dated) {
        let moved = |day: Date, days: i64| Timestamp::from_seconds(day.start().seconds() + days * 86_400);
        indicator.valid_from = moved(first, -days);
        // The day itself is whole.
        indicator.valid_until = moved(last, days + 1);
    }
    indicator
}

/// The moments at which validity begins or ends, each once, in order: between two of them nothing changes.
pub(super) fn edges(said: &[Indicator]) -> Vec<Timestamp> {
    let mut edges: Vec<Timestamp> =
        said.iter().flat_map(|one| [one.valid_from, one.valid_until]).flatten().collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Whether any source held it for a sign then.
pub(super) fn held(said: &[Indicator], time: Option<Timestamp>) -> bool {
    let Some(time) = time else { return true };
    let holds = |one: &Indicator| {
        one.valid_from.is_none_or(|from| from <= time) && one.valid_until.is_none_or(|until| time < until)
    };
    said.iter().any(holds)
}

/// When it holds, for people: `valid from 2026-06-01 until 2026-06-10`; of several sources the first in order.
pub(super) fn shown(said: &[Indicator]) -> String {
    let bounds = said.iter().map(|one| (one.valid_from, one.valid_until));
    let (from, until) = bounds.min().unwrap_or_default();
    let from = from.map_or_else(String::new, |from| format!(" from {}", from.date()));
    let until = until.map_or_else(String::new, |until| format!(" until {}", until.date()));
    format!("valid{from}{until}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::world::Origin;
    use model::{Place, Tlp};
    use observable::Observable;
    use std::sync::Arc;

    #[test]
    fn what_has_no_dates_is_bound_by_its_report() {
        let of = |kind: Kind, until: Option<&str>| {
            let indicator = Indicator {
                observable: Observable { kind, value: "x".into() },
                context: String::new(),
                source: String::new(),
                attributed_to: Vec::new(),
                valid_from: None,
                valid_until: until.and_then(Timestamp::parse),
                revoked: false,
                tlp: Tlp::Clear,
                origin: Origin::new(&Arc::from("a"), Place::Record(1)),
            };
            let day = Date::parse("2026-06-30");
            let said = [around(indicator, day.zip(day))];
            let at = |time: &str| held(&said, Timestamp::parse(time));
            ["2025-07-01", "2026-03-31", "2026-04-01", "2026-09-28", "2026-09-29", "2027-07-01"].map(at)
        };
        assert_eq!(of(Kind::Ipv4, None), [false, false, true, true, false, false]);
        assert_eq!(of(Kind::Domain, None), [true, true, true, true, true, false]);
        assert_eq!(of(Kind::Sha256, None), [true; 6]);
        // Its own dates go before.
        assert_eq!(of(Kind::Ipv4, Some("2026-04-02")), [true, true, true, false, false, false]);
    }
}
