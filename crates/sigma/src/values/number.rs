//! Numbers and parts of dates, for `gt`, `gte`, `lt`, `lte` and the time modifiers (modifiers appendix 2.1).

use std::cmp::Ordering;

/// A number of a rule or an event. Integers, and integers with a fraction, compare exactly up to 126 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Decimal {
    /// The next lower integer, and the fraction above it: 0 to 1.
    Exact(i128, f64),
    /// A number too large for an exact integer.
    Huge(f64),
}

impl Decimal {
    /// Reads decimal text, also with fraction and exponent. Infinities are refused, because logs do not contain them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if let Ok(integer) = text.parse() {
            return Some(Self::Exact(integer, 0.0));
        }
        let real: f64 = text.parse().ok().filter(|real: &f64| real.is_finite())?;
        if let Some(exact) = Self::parse_digits(text) {
            return Some(exact);
        }
        // The shortest text of a number has no exponent.
        Some(Self::parse_digits(&real.to_string()).unwrap_or(Self::Huge(real)))
    }

    /// Reads a number such as `-12.5`, of which both parts are digits.
    fn parse_digits(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
        Some(match (negative, fraction > 0.0) {
            (false, _) => Self::Exact(whole, fraction),
            (true, false) => Self::Exact(-whole, 0.0),
            (true, true) => Self::Exact(-whole - 1, 1.0 - fraction),
        })
    }

    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Exact(a, above), Self::Exact(b, other)) => {
                Some(a.cmp(&b).then(above.partial_cmp(&other)?))
            }
            (Self::Huge(a), Self::Huge(b)) => a.partial_cmp(&b),
            // A number beyond all integers is larger or smaller than they are, depending on its sign.
            (Self::Huge(a), Self::Exact(..)) => a.partial_cmp(&0.0),
            (Self::Exact(..), Self::Huge(b)) => 0.0f64.partial_cmp(&b),
        }
    }
}

/// Sums are computed exactly, in billionths, so that the order of addition does not change them.
pub(crate) const UNIT: i128 = 1_000_000_000;
/// Larger values are not summed. The sum of a million of the largest still fits.
const UNITS_MAX: i128 = 10_i128.pow(30);

/// The number in billionths; `None` if it is too large to be summed.
pub(crate) fn units(number: Decimal) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "casts saturate, and what is too large is refused")]
    let billionths = |real: f64| (real * 1e9).round() as i128;
    let units = match number {
        Decimal::Exact(integer, above) => integer.checked_mul(UNIT)?.checked_add(billionths(above))?,
        Decimal::Huge(real) => billionths(real),
    };
    (units.unsigned_abs() <= UNITS_MAX.unsigned_abs()).then_some(units)
}

/// How a number of an event is compared with the number of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the comparison holds between `value`, from the event, and `bound`, from the rule.
    pub(crate) fn holds(self, value: Decimal, bound: Decimal) -> bool {
        value.order(bound).is_some_and(|order| match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        })
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DatePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl DatePart {
    /// The part as written in the text; no time zone is applied ("not designed to handle timezone or format
    /// conversions"). Reads `YYYY-MM-DD`, then `T` or a space, then `hh:mm` and any text; `/` is read like `-`.
    pub(crate) fn of(self, text: &str) -> Option<i128> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        let mut numbers = date.splitn(3, ['-', '/']).map(digits);
        let (year, month, day) = (numbers.next()??, numbers.next()??, numbers.next()??);
        if date.find(['-', '/']) != Some(4) || !(1..=12).contains(&month) {
            return None;
        }
        if !(1..=days_in_month(year, month)).contains(&day) {
            return None;
        }
        match self {
            Self::Year => Some(year),
            Self::Month => Some(month),
            Self::Day => Some(day),
            Self::Week => Some(week(year, month, day)),
            Self::Hour | Self::Minute => {
                let time = rest.strip_prefix(['T', 't', ' '])?;
                let hour = digits(time.get(..2)?).filter(|hour| *hour < 24)?;
                let minute =
                    digits(time.get(2..)?.strip_prefix(':')?.get(..2)?).filter(|minute| *minute < 60)?;
                Some(if self == Self::Hour { hour } else { minute })
            }
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

fn digits(text: &str) -> Option<i128> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// ISO 8601 week: the week with the year's first Thursday is the first.
fn week(year: i128, month: i128, day: i128) -> i128 {
    let ordinal: i128 = (1..month).map(|m| days_in_month(year, m)).sum::<i128>() + day;
    // Days since Monday, 1 January of year 1 (proleptic), of the day before this year.
    let before = |year: i128| {
        let past = year - 1;
        past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
    };
    let weekday = (before(year) + ordinal - 1).rem_euclid(7);
    let week = (ordinal - weekday + 9).div_euclid(7);
    let weeks_in = |year: i128| {
        let first = before(year).rem_euclid(7);
        if first == 3 || (first == 2 && is_leap(year)) { 53 } else { 52 }
    };
    if week < 1 {
        weeks_in(year - 1)
    } else if week > weeks_in(year) {
        1
    } else {
        week
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_beyond_doubles_compare_exactly() {
        let number = |text| Decimal::parse(text).unwrap();
        assert!(Comparison::Less.holds(number("9007199254740992"), number("9007199254740993")));
        assert!(Comparison::Equal.holds(number("10"), number("10.0")));
        assert!(Comparison::GreaterOrEqual.holds(number("-1.5"), number("-2")));
        for text in ["", "inf", "NaN", "ten", "0x10", "1 2"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn parts_of_dates_are_read_as_written() {
        let text = "2025-12-29T23:05:59.1+02:00";
        let parts = [
            DatePart::Minute,
            DatePart::Hour,
            DatePart::Day,
            DatePart::Week,
            DatePart::Month,
            DatePart::Year,
        ];
        assert_eq!(parts.map(|part| part.of(text)), [5, 23, 29, 1, 12, 2025].map(Some));
        assert_eq!(DatePart::Hour.of("2025/01/02 07:00"), Some(7));
        for text in ["2025-13-01", "2025-02-29", "1700000000", "2025-1-1", "20-250-1-1", "2025-01-01T24:00"] {
            assert_eq!(DatePart::Hour.of(text), None, "{text}");
        }
    }

    #[test]
    fn weeks_follow_iso_8601() {
        for (date, week) in [
            ("2021-01-03", 53),
            ("2021-01-04", 1),
            ("2020-12-31", 53),
            ("2024-12-30", 1),
            ("2023-01-01", 52),
            ("2025-11-27", 48),
        ] {
            assert_eq!(DatePart::Week.of(date), Some(week), "{date}");
        }
    }
}
