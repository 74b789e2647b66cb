//! Moments as mail and people write them, in UTC.

use model::Timestamp;

/// `Wed, 01 Jul 2026 06:00:00 +0000` (RFC 5322, 3.3).
pub(crate) fn mail_date(moment: Timestamp) -> String {
    let date = moment.date();
    let (year, _, day) = date.civil();
    let (hour, minute, second) = moment.time_of_day();
    let month = date.month_name().get(..3).unwrap_or_default();
    format!("{}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} +0000", date.weekday())
}

/// `Wed 1 July 2026, 06:00 UTC`.
pub(crate) fn for_people(moment: Timestamp) -> String {
    let date = moment.date();
    let (year, _, day) = date.civil();
    let (hour, minute, _) = moment.time_of_day();
    format!("{} {day} {} {year}, {hour:02}:{minute:02} UTC", date.weekday(), date.month_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        let moment = |text| Timestamp::parse(text).expect("a moment");
        assert_eq!(mail_date(moment("2026-07-01T06:00:00Z")), "Wed, 01 Jul 2026 06:00:00 +0000");
        assert_eq!(mail_date(moment("1969-12-31T23:59:59Z")), "Wed, 31 Dec 1969 23:59:59 +0000");
        assert_eq!(for_people(moment("2024-02-29T00:05:00Z")), "Thu 29 February 2024, 00:05 UTC");
    }
}
