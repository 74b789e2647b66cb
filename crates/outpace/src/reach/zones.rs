//! The rules of time zones: those of the system, else those that the program carries.

use model::Timestamp;

/// Minutes east of UTC at a moment in the zone with this IANA name.
pub fn zone_rules(name: &str, at: Timestamp) -> Option<i32> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    let at = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    Some(zone.to_offset(at).seconds() / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_put_forward_in_spring() {
        let at = |text: &str| zone_rules("Europe/Berlin", Timestamp::parse(text).expect("a time"));
        assert_eq!((at("2026-03-29T00:59:59Z"), at("2026-03-29T01:00:00Z")), (Some(60), Some(120)));
        assert_eq!(zone_rules("Mars/Olympus", Timestamp::EPOCH), None);
    }
}
