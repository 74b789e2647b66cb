//! Ranges from OSV events (OSV Schema 1.7, `affected[].ranges[].events`, "Evaluation").
//!
//! Events are sorted by version and walked once; the versions between an event that opens and the next
//! that closes are one interval. If two versions cannot be compared, they keep the order of the record.

use std::cmp::Ordering;

use crate::{Bound, Range, Scheme};

/// The most events of one range that are read. Real ranges stay below a hundred.
pub const EVENTS_MAX: usize = 1024;

/// One event of an OSV range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event<'text> {
    /// Affected from this version on; `0` is before every version.
    Introduced(&'text str),
    /// No longer affected from this version on.
    Fixed(&'text str),
    /// No longer affected above this version.
    LastAffected(&'text str),
    /// Nothing is said about this version and those above; `*` is no limit.
    Limit(&'text str),
}

impl<'text> Event<'text> {
    fn version(self) -> &'text str {
        match self {
            Self::Introduced(version)
            | Self::Fixed(version)
            | Self::LastAffected(version)
            | Self::Limit(version) => version,
        }
    }

    /// At one version a fix comes before a new introduction, and that before the end of the affected.
    fn turn(self) -> u8 {
        match self {
            Self::Fixed(_) | Self::Limit(_) => 0,
            Self::Introduced(_) => 1,
            Self::LastAffected(_) => 2,
        }
    }

    /// `0` introduces before everything, whatever the scheme thinks of it.
    fn is_beginning(self) -> bool {
        matches!(self, Self::Introduced("0"))
    }

    fn compare(self, other: Self, scheme: Scheme) -> Option<Ordering> {
        let order = match (self.is_beginning(), other.is_beginning()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => scheme.compare(self.version(), other.version())?,
        };
        Some(order.then(self.turn().cmp(&other.turn())))
    }
}

impl Range {
    /// The versions that OSV `events` call affected; `None` for more than [`EVENTS_MAX`] events.
    #[must_use]
    pub fn from_events(scheme: Scheme, events: &[Event<'_>]) -> Option<Self> {
        if events.len() > EVENTS_MAX {
            return None;
        }
        let (limits, events): (Vec<_>, Vec<_>) =
            events.iter().partition(|event| matches!(event, Event::Limit(_)));
        let events = sorted(scheme, &events).unwrap_or(events);
        let mut intervals = Vec::new();
        let mut low: Option<Bound> = None;
        for event in events {
            match event {
                Event::Introduced(version) => {
                    low.get_or_insert_with(|| beginning(event, version));
                }
                Event::Fixed(version) => {
                    let high = Bound::Excluded(version.to_owned());
                    intervals.extend(low.take().map(|low| (low, high)));
                }
                Event::LastAffected(version) => {
                    let high = Bound::Included(version.to_owned());
                    intervals.extend(low.take().map(|low| (low, high)));
                }
                Event::Limit(_) => {}
            }
        }
        intervals.extend(low.map(|low| (low, Bound::Open)));
        let mut range = Self { scheme, intervals };
        if let Some(limit) = highest_limit(scheme, &limits) {
            range.cut_at(limit);
        }
        Some(range)
    }

    /// Takes away `limit` and everything above.
    fn cut_at(&mut self, limit: &str) {
        let scheme = self.scheme;
        let starts_below = |low: &Bound| match low {
            Bound::Open => true,
            Bound::Included(low) | Bound::Excluded(low) => {
                scheme.compare(low, limit).is_none_or(Ordering::is_lt)
            }
        };
        self.intervals.retain(|(low, _)| starts_below(low));
        for (_, high) in &mut self.intervals {
            let reaches = match high {
                Bound::Open => true,
                Bound::Included(high) => scheme.compare(high, limit).is_some_and(Ordering::is_ge),
                Bound::Excluded(high) => scheme.compare(high, limit).is_some_and(Ordering::is_gt),
            };
            if reaches {
                *high = Bound::Excluded(limit.to_owned());
            }
        }
    }
}

fn beginning(event: Event<'_>, version: &str) -> Bound {
    if event.is_beginning() { Bound::Open } else { Bound::Included(version.to_owned()) }
}

/// The events in their order, or `None` when two do not compare. Insertion keeps equal events in place
/// and, unlike the sort of the standard library, asks for no total order.
fn sorted<'text>(scheme: Scheme, events: &[Event<'text>]) -> Option<Vec<Event<'text>>> {
    let mut sorted: Vec<Event<'text>> = Vec::with_capacity(events.len());
    for event in events {
        let mut place = sorted.len();
        for earlier in sorted.iter().rev() {
            if event.compare(*earlier, scheme)?.is_ge() {
                break;
            }
            place -= 1;
        }
        sorted.insert(place, *event);
    }
    Some(sorted)
}

/// Of several limits the highest holds; `*` is none at all.
fn highest_limit<'text>(scheme: Scheme, limits: &[Event<'text>]) -> Option<&'text str> {
    if limits.iter().any(|limit| limit.version() == "*") {
        return None;
    }
    limits.iter().map(|limit| limit.version()).reduce(|highest, limit| {
        if scheme.compare(limit, highest) == Some(Ordering::Greater) { limit } else { highest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Within;

    fn text(events: &[Event<'_>]) -> String {
        Range::from_events(Scheme::SemVer, events).expect("few events").to_string()
    }

    #[test]
    fn events_are_sorted_before_they_are_walked() {
        let events = [
            Event::Fixed("2.3.0"),
            Event::Introduced("2.0.0"),
            Event::Fixed("1.5.0"),
            Event::Introduced("0"),
        ];
        assert_eq!(text(&events), "< 1.5.0 or >= 2.0.0, < 2.3.0");
    }

    #[test]
    fn last_affected_belongs_and_open_ends_stay_open() {
        assert_eq!(text(&[Event::Introduced("1.0.0"), Event::LastAffected("1.0.0")]), "= 1.0.0");
        assert_eq!(text(&[Event::Introduced("1.0.0")]), ">= 1.0.0");
        assert_eq!(text(&[Event::Introduced("0")]), "all versions");
        assert_eq!(text(&[Event::Fixed("1.0.0")]), "no version");
    }

    #[test]
    fn limits_cut() {
        let events = [Event::Introduced("1.0.0"), Event::Limit("2.0.0"), Event::Limit("3.0.0")];
        assert_eq!(text(&events), ">= 1.0.0, < 3.0.0");
        assert_eq!(text(&[Event::Introduced("1.0.0"), Event::Limit("*")]), ">= 1.0.0");
        assert_eq!(text(&[Event::Introduced("4.0.0"), Event::Limit("2.0.0")]), "no version");
    }

    #[test]
    fn unreadable_events_keep_the_record_s_order_and_answer_unknown() {
        let events = [Event::Introduced("0"), Event::Fixed("see advisory")];
        let range = Range::from_events(Scheme::SemVer, &events).expect("few events");
        assert_eq!(range.contains("1.0.0"), Within::Unknown);
    }

    #[test]
    fn one_event_too_many_is_refused() {
        let events = vec![Event::Introduced("1.0.0"); EVENTS_MAX + 1];
        assert!(Range::from_events(Scheme::SemVer, &events).is_none());
        assert!(events.get(1..).is_some_and(|events| Range::from_events(Scheme::SemVer, events).is_some()));
    }
}
