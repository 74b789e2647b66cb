//! Numbers, times and lists in words: thousands with commas, right plurals, months by name, the usual year left out.

use crate::safe::shown::Shown;
use model::{Date, Timestamp};

/// Months by their short names.
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `412318` → `412,318`.
pub(crate) fn number(n: u64) -> Shown {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    Shown::exact(&out)
}

/// A length as a number for people and data.
pub(crate) fn count_of<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap_or(u64::MAX)
}

/// `1 device`, `1,284 devices`.
pub(crate) fn counted(n: u64, one: &'static str, many: &'static str) -> Shown {
    Shown::of(&[&number(n), &" ", &if n == 1 { one } else { many }])
}

/// The same for sentences that are made outside of this room: `1 record`, `1,284 records`.
#[must_use]
pub fn number_of(n: u64, one: &'static str, many: &'static str) -> String {
    counted(n, one, many).to_string()
}

/// `one intrusion`, `two intrusions`: small numbers in words, for sentences.
pub(crate) fn in_words(n: u64, one: &'static str, many: &'static str) -> Shown {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = usize::try_from(n).ok().and_then(|n| WORDS.get(n));
    let number = word.map_or_else(|| number(n), |word| Shown::from(*word));
    Shown::of(&[&number, &" ", &if n == 1 { one } else { many }])
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn and(mut parts: Vec<Shown>) -> Shown {
    match parts.pop() {
        None => Shown::default(),
        Some(last) if parts.is_empty() => last,
        Some(last) => Shown::of(&[&Shown::joined(parts, ", "), &" and ", &last]),
    }
}

/// `and 3 more`: the end of a list that names only its first.
pub(crate) fn and_more(left: u64) -> Shown {
    Shown::of(&[&"and ", &number(left), &" more"])
}

/// `a and b`; with others that are not named `a, b and 3 more`.
pub(crate) fn and_others(named: Vec<Shown>, left: u64) -> Shown {
    match left {
        0 => and(named),
        _ if named.is_empty() => number(left),
        left => Shown::of(&[&Shown::joined(named, ", "), &" ", &and_more(left)]),
    }
}

/// The same with a capital at the start.
pub(crate) fn capital(text: &Shown) -> Shown {
    let mut chars = text.as_str().chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    Shown::exact(&format!("{first}{}", chars.as_str()))
}

fn month(month: u32) -> &'static str {
    let index = usize::try_from(month.saturating_sub(1)).unwrap_or(0);
    MONTHS.get(index).copied().unwrap_or("")
}

/// `12 Jun 2024`.
pub(crate) fn day(date: Date) -> Shown {
    let (year, m, d) = date.civil();
    Shown::of(&[&u64::from(d), &" ", &month(m), &" ", &year])
}

/// `1–30 Jun 2024`, `28 May – 3 Jun 2024`, `31 Dec 2023 – 2 Jan 2024`.
pub(crate) fn days(first: Date, last: Date) -> Shown {
    let ((y1, m1, d1), (y2, m2, d2)) = (first.civil(), last.civil());
    if first == last {
        return day(first);
    }
    if y1 != y2 {
        return Shown::of(&[&day(first), &" – ", &day(last)]);
    }
    if m1 != m2 {
        return Shown::of(&[&u64::from(d1), &" ", &month(m1), &" – ", &day(last)]);
    }
    Shown::of(&[&u64::from(d1), &"–", &u64::from(d2), &" ", &month(m1), &" ", &y1])
}

/// `12 Jun 03:14`, with the year if it is not the usual one.
pub(crate) fn moment(time: Timestamp, usual_year: Option<i64>) -> Shown {
    let (year, m, d) = time.date().civil();
    let clock = clock(time);
    let day = Shown::exact(&format!("{d:>2}"));
    if usual_year == Some(year) {
        return Shown::of(&[&day, &" ", &month(m), &" ", &clock]);
    }
    Shown::of(&[&day, &" ", &month(m), &" ", &year, &" ", &clock])
}

/// `03:14`.
pub(crate) fn clock(time: Timestamp) -> Shown {
    let (hour, minute, _) = time.time_of_day();
    Shown::exact(&format!("{hour:02}:{minute:02}"))
}

/// `12 Jun`.
pub(crate) fn day_of_year(date: Date) -> Shown {
    let (_, m, d) = date.civil();
    Shown::of(&[&u64::from(d), &" ", &month(m)])
}

/// A stretch of time in its largest units: `3 d 4 h`, `42 min`.
pub(crate) fn stretch(seconds: i64) -> Shown {
    let seconds = seconds.max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => Shown::of(&[&minutes, &" min"]),
        (0, _) if minutes > 0 && hours < 3 => Shown::of(&[&hours, &" h ", &minutes, &" min"]),
        (0, _) => Shown::of(&[&hours, &" h"]),
        (1..=6, 1..) => Shown::of(&[&days, &" d ", &hours, &" h"]),
        _ => Shown::of(&[&days, &" d"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    #[test]
    fn numbers_and_plurals_read_right() {
        assert_eq!(counted(1, "device", "devices").as_str(), "1 device");
        assert_eq!(counted(0, "device", "devices").as_str(), "0 devices");
        assert_eq!(number(1_234_567).as_str(), "1,234,567");
        assert_eq!(number(999).as_str(), "999");
        assert_eq!(in_words(2, "intrusion", "intrusions").as_str(), "two intrusions");
        assert_eq!(in_words(12, "step", "steps").as_str(), "12 steps");
    }

    #[test]
    fn days_say_month_and_year_once() {
        assert_eq!(days(date("2024-06-01"), date("2024-06-30")).as_str(), "1–30 Jun 2024");
        assert_eq!(days(date("2024-05-28"), date("2024-06-03")).as_str(), "28 May – 3 Jun 2024");
        assert_eq!(days(date("2023-12-31"), date("2024-01-02")).as_str(), "31 Dec 2023 – 2 Jan 2024");
        assert_eq!(days(date("2024-06-01"), date("2024-06-01")).as_str(), "1 Jun 2024");
    }

    #[test]
    fn moments_carry_the_year_only_when_it_is_another() {
        let time = Timestamp::parse("2024-06-02T03:04:05Z").expect("a time");
        assert_eq!(moment(time, Some(2024)).as_str(), " 2 Jun 03:04");
        assert_eq!(moment(time, Some(2025)).as_str(), " 2 Jun 2024 03:04");
    }

    #[test]
    fn stretches_keep_their_largest_units() {
        assert_eq!(stretch(61).as_str(), "1 min");
        assert_eq!(stretch(2 * 3600 + 300).as_str(), "2 h 5 min");
        assert_eq!(stretch(86_400 * 2 + 7200).as_str(), "2 d 2 h");
        assert_eq!(stretch(86_400 * 40).as_str(), "40 d");
    }

    #[test]
    fn lists_end_in_and() {
        assert_eq!(and(vec!["a".into(), "b".into(), "c".into()]).as_str(), "a, b and c");
        assert_eq!(and(vec![]).as_str(), "");
        let others = |left| and_others(vec!["a".into(), "b".into()], left).to_string();
        assert_eq!(
            [others(0), others(1), others(1_200)],
            ["a and b", "a, b and 1 more", "a, b and 1,200 more"]
        );
        assert_eq!(and_others(vec![], 3).as_str(), "3");
    }
}
